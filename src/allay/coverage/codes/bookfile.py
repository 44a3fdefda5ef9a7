"""Reading a code book from a table, each problem by its line."""

from __future__ import annotations

from collections.abc import Mapping

from allay.base.errors import AllayError, InvalidValue, Problem
from allay.base.fact import Reference
from allay.base.status import Status
from allay.base.tables import CsvTable
from allay.base.vocabulary import ServiceId, service_id
from allay.coverage.codes.add_ons import bases, shipped_add_ons
from allay.coverage.codes.billingcode import BillingCode, CodeUnit, MedicareStatus
from allay.coverage.codes.procedure import procedure
from allay.coverage.codes.sheet import Cells, checked, refuse, rows, source_problems, whole

YES = ("yes", "")
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
    >>> from allay.base.tables import read_csv
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
