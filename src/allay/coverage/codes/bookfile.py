"""Reading a code book from a table, each problem by its line."""

from __future__ import annotations

from collections.abc import Hashable, Mapping

from allay.base.cells import member_of, one_of
from allay.base.fact import Reference
from allay.base.sheetrow import SheetRow, read_rows
from allay.base.tables import CsvTable
from allay.base.vocabulary import ServiceId, service_id
from allay.coverage.codes.add_ons import bases, shipped_add_ons
from allay.coverage.codes.billingcode import BillingCode, CodeUnit, MedicareStatus
from allay.coverage.codes.procedure import procedure
from allay.coverage.codes.sheet import sourced, whole

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
    follows = bases(shipped_add_ons())
    seen: dict[Hashable, int] = {}

    def build(row: SheetRow) -> BillingCode:
        code = row.must("code", procedure, otherwise="")
        row.once("code", code, seen=seen, expected="a code of its own")
        reference, status = sourced(row, sources)
        unit = row.must("unit", member_of(CodeUnit), otherwise=CodeUnit.PROCEDURE)
        if unit is CodeUnit.TIMED and not row.cell("minutes"):
            row.wrong("minutes", "the minutes of a unit")
        return BillingCode(
            code=code,
            label=row.text("label"),
            services=row.must("services", _services, otherwise=()),
            unit=unit,
            minutes=row.maybe("minutes", whole),
            medicare=row.must("medicare", member_of(MedicareStatus), otherwise=MedicareStatus.PAYABLE),
            always_therapy=_yes(row, "always_therapy"),
            plan_modifiers=_several(row.cell("plan_modifiers")),
            per_patient=_yes(row, "per_patient"),
            visit=_yes(row, "visit"),
            add_on_to=follows.get(code, ()),
            status=status,
            reference=reference,
            note=row.cell("note"),
        )

    return {each.code: each for each in read_rows(table, build)}


def _yes(row: SheetRow, column: str) -> bool:
    return row.maybe(column, one_of(("yes",))) is not None


def _services(cell: str) -> tuple[ServiceId, ...]:
    return tuple(service_id(text) for text in _several(cell))


def _several(cell: str) -> tuple[str, ...]:
    return tuple(word for word in cell.split(";") if word)
