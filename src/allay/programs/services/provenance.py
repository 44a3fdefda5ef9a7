"""What a service definition says, and for each part where it comes from and how sure it is."""

from __future__ import annotations

from dataclasses import dataclass

from allay.base.errors import InvalidValue
from allay.base.fact import Reference
from allay.base.status import Status


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a part of a definition comes from and how sure it is.

    Attributes
    ----------
    source : str
        Id in the list of sources.
    """

    source: str
    status: Status
    reference: Reference


@dataclass(frozen=True, slots=True)
class SourcedText:
    """A text of a definition, with what it rests on."""

    text: str
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class AllowedValues:
    """A closed list, such as who may deliver a service, with what it rests on."""

    values: tuple[str, ...]
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class Bounds:
    """A least and a most number, either of which may be open (None).

    Raises
    ------
    InvalidValue
        When both are open, one is negative, or the least is above the most.
    """

    low: int | None
    high: int | None
    provenance: Provenance

    def __post_init__(self) -> None:
        given = [number for number in (self.low, self.high) if number is not None]
        if not given or min(given) < 0 or given != sorted(given):
            raise InvalidValue(
                expected="a least and a most number, or one of them", found=f"{self.low} to {self.high}"
            )

    @property
    def text(self) -> str:
        """The bounds in words.

        Examples
        --------
        >>> from allay.programs.services.catalog import get
        >>> get("pain_education").group_size.text
        '2 to 20'
        """
        return in_words(self.low, self.high)

    def hold(self, number: float) -> bool:
        """Whether a number lies within, the ends included."""
        return (self.low is None or number >= self.low) and (self.high is None or number <= self.high)


def in_words(low: float | None, high: float | None) -> str:
    """Write a range with ends that may be open.

    Examples
    --------
    >>> in_words(8, 13), in_words(12, 12), in_words(30, None), in_words(None, 20)
    ('8 to 13', '12', 'at least 30', 'at most 20')
    """
    if low is None or high is None:
        return f"at most {high:g}" if low is None else f"at least {low:g}"
    return f"{low:g}" if low == high else f"{low:g} to {high:g}"


def marked(text: str, provenance: Provenance) -> str:
    """Write the text with its status behind it, unless it is verified.

    Examples
    --------
    >>> recalled = Provenance("recalled", Status.MEMORY, Reference("Recalled", "M"))
    >>> marked("8 sessions", recalled)
    '8 sessions [memory]'
    """
    return text if provenance.status.certain else f"{text} [{provenance.status}]"
