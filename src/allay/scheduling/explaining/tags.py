"""Tags: what stands in the way of a session at one time with one practitioner, as bits of a number."""

from __future__ import annotations

from dataclasses import dataclass, field

ABOUT = ":"
RULE = "same_day_rule" + ABOUT
SOFT = ("continuity_liked", "preference")


def about(name: str, subject: str) -> str:
    """Make the name of a tag that is about a discipline, a type of room, a series or a rule.

    Examples
    --------
    >>> about("practitioner_busy", "psychology")
    'practitioner_busy:psychology'
    """
    return f"{name}{ABOUT}{subject}"


def kind_of(name: str) -> str:
    """The name of a tag without what it is about.

    Examples
    --------
    >>> kind_of("gap:s1"), kind_of("most_trips")
    ('gap', 'most_trips')
    """
    return name.partition(ABOUT)[0]


@dataclass(frozen=True, slots=True)
class Tags:
    """Names of tags and their bits: of one question at most 62.

    Attributes
    ----------
    names : list of str
        The bit of a name is its place in the list.

    Examples
    --------
    >>> tags = Tags()
    >>> tags.bit("window"), tags.bit("gap:s1"), tags.bits(["window", "gap:s1"])
    (1, 2, 3)
    >>> tags.named(2)
    ('gap:s1',)
    """

    names: list[str] = field(default_factory=list)

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
