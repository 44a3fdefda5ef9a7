"""Value sets as they stand in YAML."""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated, Literal

from pydantic import Field, field_validator

from allay.base.errors import InvalidValue
from allay.base.status import Status
from allay.base.tables import Strict

System = Literal["hcpcs", "revenue_center", "place_of_service", "bill_type", "ms_drg", "snomed"]
SYSTEMS: tuple[System, ...] = (
    "hcpcs",
    "revenue_center",
    "place_of_service",
    "bill_type",
    "ms_drg",
    "snomed",
)
FORMS = {
    "hcpcs": r"[A-Z0-9]\d{4}",
    "revenue_center": r"\d{4}",
    "place_of_service": r"\d{2}",
    "bill_type": r"\d{2}",
    "ms_drg": r"\d{3}",
    "snomed": r"[1-9]\d{5,17}",
}
Text = Annotated[str, Field(min_length=1)]


class SourceRow(Strict):
    """Where entries come from."""

    id: Text
    title: Text
    href: str | None
    seen_as: Text
    accessed: dt.date


class SourcesFile(Strict):
    """The sources of all value sets."""

    sources: tuple[SourceRow, ...]


class GroupRow(Strict):
    """Codes of one system that come from one source.

    Attributes
    ----------
    codes : tuple of str
        A code, or the first and last of a run as ``"97110-97112"``. A type of bill is its first two digits
        (without a leading zero), whatever the third says.
    effective_from, effective_to : date, optional
        Days on which the codes exist; for readers, since a code is not given to something else later.
    """

    id: Text
    label: Text
    system: System
    source: Text
    status: Status
    codes: Annotated[tuple[Text, ...], Field(min_length=1)]
    effective_from: dt.date | None = None
    effective_to: dt.date | None = None
    note: str = ""

    @field_validator("codes")
    @classmethod
    def _runs(cls, codes: tuple[str, ...]) -> tuple[str, ...]:
        for code in codes:
            run_of(code)
        return codes

    def listed(self) -> tuple[str, ...]:
        """Return every code, runs written out, in order.

        Raises
        ------
        InvalidValue
            When one has not the form of its system.
        """
        found = tuple(code for run in self.codes for code in run_of(run))
        for code in found:
            if not re.fullmatch(FORMS[self.system], code):
                raise InvalidValue(expected=f"a code of {self.system}", found=repr(code))
        return found


class ValueSetFile(Strict):
    """One value set."""

    id: Text
    version: Annotated[str, Field(pattern=r"^\d+\.\d+\.\d+$")]
    title: Text
    groups: Annotated[tuple[GroupRow, ...], Field(min_length=1)]


def run_of(text: str) -> tuple[str, ...]:
    """Write out a run of codes.

    Examples
    --------
    >>> run_of("G0380-G0382"), run_of("97110")
    (('G0380', 'G0381', 'G0382'), ('97110',))
    """
    first, dash, last = text.partition("-")
    if not dash:
        return (text,)
    letter = "" if first[:1].isdecimal() else first[:1]
    start, stop = first[len(letter) :], last[len(letter) :]
    fits = last[: len(letter)] == letter and len(first) == len(last)
    if not (fits and start.isdecimal() and stop.isdecimal() and int(start) < int(stop)):
        raise InvalidValue(expected="a run of codes such as 97110-97112", found=repr(text))
    return tuple(f"{letter}{number:0{len(start)}d}" for number in range(int(start), int(stop) + 1))
