"""Costs before and after a program of the same people: a description, not an effect."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from allay.base.errors import InvalidValue

NO_COMPARISON = (
    "Before and after in the same people, without a comparison group: people come when they are at their "
    "worst, so part of the change would have come anyway (regression to the mean)."
)


@dataclass(frozen=True, slots=True)
class BeforeAfter:
    """Costs of a group before and after.

    Attributes
    ----------
    before, after : Decimal
        US dollars, over equal times.
    program : Decimal
        What the program cost, US dollars.
    people : int
        Over whom the amounts are added; 1 where they are means.

    Examples
    --------
    >>> high_users = BeforeAfter(Decimal(508_707), Decimal(277_989), people=31)
    >>> f"{high_users.change:.2%}", round(high_users.saving_per_person)
    ('-45.35%', 7443)
    """

    before: Decimal
    after: Decimal
    program: Decimal = Decimal(0)
    people: int = 1

    def __post_init__(self) -> None:
        if self.before <= 0 or self.after < 0 or self.program < 0 or self.people < 1:
            found = f"{self.before}, {self.after}, {self.program}, {self.people}"
            raise InvalidValue(expected="costs before above 0, others of 0 or more, and people", found=found)

    @property
    def change(self) -> Decimal:
        """Change as a share of what was before; below zero where less is spent."""
        return (self.after - self.before) / self.before

    @property
    def saving(self) -> Decimal:
        """What is spent less, after the cost of the program."""
        return self.before - self.after - self.program

    @property
    def saving_per_person(self) -> Decimal:
        """The saving by person."""
        return self.saving / self.people

    @property
    def caution(self) -> str:
        """What has to be said wherever such a number is shown."""
        return NO_COMPARISON
