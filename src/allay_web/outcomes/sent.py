"""What a patient's page sends, as plain values: a date of birth, one answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.http import QueryDict

MONTHS = range(1, 13)
OLDEST = 1900


def small_number(text: str | None) -> int | None:
    """A whole number of few digits; None for anything else."""
    text = (text or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 4 else None


@dataclass(frozen=True, slots=True)
class BirthDate:
    """A birth date as it was typed; which of its parts are missing, and the date if there is such a day."""

    month: str = ""
    day: str = ""
    year: str = ""

    @classmethod
    def read(cls, data: QueryDict) -> BirthDate:
        """What was sent."""
        return cls(*(data.get(name, "").strip()[:4] for name in ("month", "day", "year")))

    @property
    def complete(self) -> bool:
        """Whether all three parts are there."""
        return bool(self.month and self.day and self.year)

    @property
    def date(self) -> date | None:
        """The day; None where there is no such day."""
        parts = [small_number(text) for text in (self.year, self.month, self.day)]
        if None in parts or (parts[0] or 0) < OLDEST:
            return None
        try:
            return date(parts[0] or 0, parts[1] or 0, parts[2] or 0)
        except ValueError:
            return None


@dataclass(frozen=True, slots=True)
class PatientAnswer:
    """One answer as a patient's page sent it."""

    form: int | None
    item: str
    value: int | None
    skipped: bool

    @classmethod
    def read(cls, data: QueryDict) -> PatientAnswer:
        """What was sent."""
        form = data.get("form", "")
        return cls(
            form=int(form) if form.isascii() and form.isdigit() and len(form) < 18 else None,
            item=data.get("item", "")[:40],
            value=small_number(data.get("answer")),
            skipped="skip" in data,
        )

    @property
    def given(self) -> bool:
        """Whether there is an answer or an explicit skip."""
        return self.skipped or self.value is not None
