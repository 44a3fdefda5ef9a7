"""Tags: what stands in the way of a session at one time with one practitioner, as bits of a number."""

from __future__ import annotations

from dataclasses import dataclass, field

RULE = "same_day_rule:"
HARD = (
    *("patient_hours", "patient_busy", "practitioner_hours", "practitioner_busy", "practitioner_fixed"),
    *("avoided", "language", "fixed_practitioner", "continuity", "license", "practitioner_telehealth"),
    *("patient_telehealth", "mode", "no_room", "room_hours", "room_busy", "room_fixed"),
    *("second_missing", "second_busy", "ratio", "gap", "order", "window", "most_trips"),
    *("continuity_liked", "preference"),
)
SOFT = ("continuity_liked", "preference")


@dataclass(frozen=True, slots=True)
class Tags:
    """Names of tags and their bits; each same-day rule has its own.

    Attributes
    ----------
    names : list of str
        The bit of a name is its place in the list.

    Examples
    --------
    >>> tags = Tags()
    >>> tags.bit("gap") | tags.bit("same_day_rule:r") == tags.bits(["gap", "same_day_rule:r"])
    True
    >>> tags.named(tags.bits(["window", "gap"]))
    ('gap', 'window')
    """

    names: list[str] = field(default_factory=lambda: list(HARD))

    def bit(self, name: str) -> int:
        """The bit of a tag, which is new if the tag is."""
        if name not in self.names:
            self.names.append(name)
        return 1 << self.names.index(name)

    def bits(self, names: list[str] | tuple[str, ...]) -> int:
        """The bits of several tags together."""
        found = 0
        for name in names:
            found |= self.bit(name)
        return found

    def named(self, bits: int) -> tuple[str, ...]:
        """The names of bits, in their order."""
        return tuple(name for at, name in enumerate(self.names) if bits >> at & 1)


def minimal(masks: list[int]) -> list[int]:
    """Keep the masks that contain no other, smallest first.

    Examples
    --------
    >>> minimal([7, 3, 4, 12])
    [4, 3]
    """
    kept: list[int] = []
    for mask in sorted(set(masks), key=lambda mask: (mask.bit_count(), mask)):
        if not any(other & ~mask == 0 for other in kept):
            kept.append(mask)
    return kept
