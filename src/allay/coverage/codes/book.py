"""The code book: every billing code of pain programs that Allay knows, with what it is and how it is counted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from types import MappingProxyType

from allay.base.errors import AllayError, InvalidValue, NotFound, Problem
from allay.base.fact import Reference
from allay.base.status import Status
from allay.base.tables import CsvTable, read_csv
from allay.base.vocabulary import ProfessionId, ServiceId, profession_id, service_id
from allay.coverage.codes.add_ons import FOLDER, bases, code_sheet, shipped_add_ons
from allay.coverage.codes.procedure import procedure
from allay.coverage.codes.sheet import Cells, checked, references, refuse, rows, source_problems, whole

YES = ("yes", "")


class CodeUnit(StrEnum):
    """What one unit of a code stands for."""

    TIMED = "timed"  # so many minutes
    SESSION = "session"  # once, however long
    MONTH = "month"  # a calendar month
    PROCEDURE = "procedure"  # a thing done


class MedicareStatus(StrEnum):
    """Status letter of a code in the Medicare physician fee schedule."""

    PAYABLE = "A"
    BUNDLED = "B"
    OTHER_CODE_WANTED = "I"
    NOT_COVERED = "N"
    OUTSIDE = "X"  # not of this fee schedule


@dataclass(frozen=True, slots=True)
class BillingCode:
    """A code under which a service is billed.

    Parameters
    ----------
    code : str
        The CPT or HCPCS code.
    label : str
        What it is, in our words.
    services : tuple of ServiceId
        The services it can belong to.
    unit, minutes : CodeUnit, int or None
        What a unit is, and its minutes where it is timed (for a month: the minutes to reach).
    medicare : MedicareStatus
        In the fee schedule of the book's `release`.
    always_therapy : bool
        Whether Medicare treats it as therapy whoever bills it; the therapy reduction applies.
    plan_modifiers : tuple of str
        Of which one names the plan of care (GP, GO).
    per_patient : bool
        Whether each patient of a group is billed.
    visit : bool
        Whether it is an office visit (evaluation and management).
    add_on_to : tuple of str
        The codes one of which it must follow; empty where it stands alone.
    """

    code: str
    label: str
    services: tuple[ServiceId, ...]
    unit: CodeUnit
    minutes: int | None
    medicare: MedicareStatus
    always_therapy: bool
    plan_modifiers: tuple[str, ...]
    per_patient: bool
    visit: bool
    add_on_to: tuple[str, ...]
    status: Status
    reference: Reference
    note: str = ""

    @property
    def timed(self) -> bool:
        """Whether it is counted in units of minutes."""
        return self.unit is CodeUnit.TIMED

    @property
    def payable_by_medicare(self) -> bool:
        """Whether the fee schedule has a price for it."""
        return self.medicare is MedicareStatus.PAYABLE


class CodeBook:
    """Billing codes by code.

    Examples
    --------
    >>> code_book().get("97110").label
    'guided exercise, 15 minutes'
    >>> code_book().get("97111")
    Traceback (most recent call last):
    allay.base.errors.NotFound: there is no billing code '97111'; did you mean '97811' or '97161' or '97116'?
    """

    def __init__(
        self, codes: Mapping[str, BillingCode], plans: Mapping[ProfessionId, str], release: dt.date
    ) -> None:
        self._codes = MappingProxyType(dict(codes))
        self._plans = MappingProxyType(dict(plans))
        self.release = release

    def get(self, code: str) -> BillingCode:
        """Return the code, or raise `NotFound` with the nearest."""
        found = self._codes.get(code)
        if found is None:
            raise NotFound.among("billing code", code, known=self._codes)
        return found

    def __contains__(self, code: object) -> bool:
        return code in self._codes

    def __iter__(self) -> Iterator[BillingCode]:
        return iter(self._codes.values())

    def __len__(self) -> int:
        return len(self._codes)

    def of_service(self, service: str) -> tuple[BillingCode, ...]:
        """Return the codes a service can have.

        Examples
        --------
        >>> [each.code for each in code_book().of_service("chiropractic")]
        ['98940', '98941', '98942', '98943']
        """
        wanted = service_id(service)
        return tuple(each for each in self if wanted in each.services)

    def plan_modifier(self, code: str, *, profession: str) -> str:
        """Return the modifier of the plan of care a therapist's line carries; "" where it carries none.

        Examples
        --------
        >>> code_book().plan_modifier("97110", profession="physical_therapist")
        'GP'
        """
        modifier = self._plans.get(profession_id(profession), "")
        return modifier if modifier in self.get(code).plan_modifiers else ""


@cache
def code_book() -> CodeBook:
    """The code book that ships with Allay.

    Examples
    --------
    >>> code_book().get("97811").add_on_to
    ('97810', '97813')
    """
    sheet = code_sheet()
    table = read_csv(FOLDER / "codes.csv", columns=COLUMNS, others="refuse")
    plans = {profession_id(p): row.modifier for row in sheet.plan_modifiers for p in row.professions}
    return CodeBook(read_codes(table, references(sheet.sources)), plans, sheet.release)


COLUMNS = (
    "code",
    "label",
    "services",
    "unit",
    "minutes",
    "medicare",
    "always_therapy",
    "plan_modifiers",
    "per_patient",
    "visit",
    "source",
    "status",
    "note",
)


def read_codes(table: CsvTable, sources: Mapping[str, Reference]) -> dict[str, BillingCode]:
    """Read the rows of a code book.

    Parameters
    ----------
    table : CsvTable
        With the columns of `COLUMNS`; several services or modifiers are separated by semicolons.
    sources : mapping of str to Reference
        What the column `source` may name.

    Raises
    ------
    InvalidInput
        With every problem, by line: a code twice or of no form, an unknown service, unit or source, a timed
        code without minutes.

    Examples
    --------
    >>> import io
    >>> row = b"97110,exercise,physical_therapy,timed,,A,yes,GP,,,fees,memory,"
    >>> data = ",".join(COLUMNS).encode() + b"\\n" + row
    >>> read_codes(read_csv(io.BytesIO(data), name="codes.csv"), {"fees": Reference("Fees", "M")})
    Traceback (most recent call last):
    allay.base.errors.InvalidInput: codes.csv:2: minutes: expected the minutes of a unit, found nothing
    """
    problems: list[Problem] = []
    follows = bases(shipped_add_ons())
    codes: dict[str, BillingCode] = {}
    for place, cells in rows(table):
        wrong = [*source_problems(table, place, cells, sources)]
        read = _read(table, place, cells, wrong)
        if cells["code"] in codes:
            wrong.append(table.problem(place, "code", expected="a code of its own"))
        problems += wrong
        if not wrong:
            codes[cells["code"]] = BillingCode(
                code=cells["code"],
                label=cells["label"],
                services=read[0],
                unit=CodeUnit(cells["unit"]),
                minutes=read[1],
                medicare=MedicareStatus(cells["medicare"]),
                always_therapy=cells["always_therapy"] == "yes",
                plan_modifiers=_several(cells["plan_modifiers"]),
                per_patient=cells["per_patient"] == "yes",
                visit=cells["visit"] == "yes",
                add_on_to=follows.get(cells["code"], ()),
                status=Status(cells["status"]),
                reference=sources[cells["source"]],
                note=cells["note"],
            )
    refuse(problems)
    return codes


def _read(
    table: CsvTable, place: int, cells: Cells, wrong: list[Problem]
) -> tuple[tuple[ServiceId, ...], int | None]:
    """Check the cells of a row; return its services and minutes."""
    services: tuple[ServiceId, ...] = ()
    minutes = None
    try:
        procedure(cells["code"])
    except InvalidValue as error:
        wrong.append(table.problem(place, "code", expected=error.expected))
    if not cells["label"]:
        wrong.append(table.problem(place, "label", expected="a label of our own"))
    try:
        services = tuple(service_id(text) for text in _several(cells["services"]))
    except AllayError as error:
        wrong.append(table.problem(place, "services", expected="known services", found=str(error)))
    checked(table, place, "unit", [*CodeUnit], cells["unit"], wrong)
    checked(table, place, "medicare", [*MedicareStatus], cells["medicare"], wrong)
    for column in ("always_therapy", "per_patient", "visit"):
        checked(table, place, column, YES, cells[column], wrong)
    try:
        minutes = whole(cells["minutes"]) if cells["minutes"] else None
    except InvalidValue as error:
        wrong.append(table.problem(place, "minutes", expected=error.expected))
    if cells["unit"] == CodeUnit.TIMED and not cells["minutes"]:
        wrong.append(table.problem(place, "minutes", expected="the minutes of a unit"))
    return services, minutes


def _several(cell: str) -> tuple[str, ...]:
    return tuple(word for word in cell.split(";") if word)
