"""Items: the questions of an instrument, by id, code and permitted answers - without their wording."""

from __future__ import annotations

from dataclasses import dataclass

from allay.base.codes import Loinc, LoincAnswer
from allay.base.errors import InvalidValue
from allay.base.status import Status


@dataclass(frozen=True, slots=True)
class Answer:
    """One permitted answer: its value, our own short label and its LOINC answer codes.

    Examples
    --------
    >>> Answer(3, "Nearly every day", "LA6571-9").codes
    ('LA6571-9',)
    """

    value: int
    label: str
    loinc: str = ""
    loinc_also: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for code in self.codes:
            LoincAnswer(code)

    @property
    def codes(self) -> tuple[str, ...]:
        """Every LOINC answer code that means this value, the usual one first."""
        return ((self.loinc,) if self.loinc else ()) + self.loinc_also


@dataclass(frozen=True, slots=True)
class Item:
    """One question of an instrument.

    Attributes
    ----------
    id : str
        The column name in files and the key in records.
    label : str
        Our own short label; never the licensed wording.
    loinc : Loinc or None
    answers : tuple of Answer
        In the order in which they are offered; the values are whole numbers without a gap.
    note : str
        What a reader must know, for example that the item belongs to no score.

    Examples
    --------
    >>> item = Item("q1", "Sleep", None, (Answer(1, "more"), Answer(0, "less")))
    >>> item.minimum, item.maximum, item.permits(2)
    (0, 1, False)
    """

    id: str
    label: str
    loinc: Loinc | None
    answers: tuple[Answer, ...]
    note: str = ""
    loinc_status: Status = Status.VERIFIED
    label_status: Status = Status.VERIFIED

    def __post_init__(self) -> None:
        values = sorted(answer.value for answer in self.answers)
        if not values or values != list(range(values[0], values[0] + len(values))) or values[0] < 0:
            raise InvalidValue(
                expected=f"the answers of {self.id} to be whole numbers from 0 up, each once, without a gap",
                found=str(values),
            )
        if values[-1] > 100:
            raise InvalidValue(expected=f"answers of {self.id} up to 100", found=str(values[-1]))
        codes = [code for answer in self.answers for code in answer.codes]
        if len(set(codes)) != len(codes):
            raise InvalidValue(expected=f"every answer code of {self.id} once", found=", ".join(codes))

    @property
    def minimum(self) -> int:
        """The lowest permitted value."""
        return min(answer.value for answer in self.answers)

    @property
    def maximum(self) -> int:
        """The highest permitted value."""
        return max(answer.value for answer in self.answers)

    def permits(self, value: int) -> bool:
        """Whether the value is one of the permitted answers."""
        return self.minimum <= value <= self.maximum

    def value_of(self, code: str) -> int | None:
        """Return the value that a LOINC answer code means here; None for a code of another list."""
        for answer in self.answers:
            if code in answer.codes:
                return answer.value
        return None
