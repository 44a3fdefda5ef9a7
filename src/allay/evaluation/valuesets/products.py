"""Opioid products in claims: what one unit of a drug code counts in morphine milligram equivalents."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from allay.base.errors import InvalidInput
from allay.base.tables import Readable, read_csv
from allay.measures.opioids.drugs import DrugTable, shipped_drugs
from allay.measures.opioids.factor_set import FactorSet, get_set
from allay.measures.opioids.reading import Reading, Written, read_drug

SHIPPED = Path(__file__).parent / "data" / "opioid_products.csv"
COLUMNS = ("system", "code", "drug_name", "strength", "unit", "form")
MICRO = 1_000_000
CodeSystem = Literal["rxnorm", "ndc"]


@dataclass(frozen=True, slots=True)
class OpioidProduct:
    """An opioid as a pharmacy claim names it.

    Attributes
    ----------
    unit_micro : int
        Millionths of an MME for each unit of quantity; 0 where it goes by days or is not known.
    day_micro : int
        Millionths of an MME for each day of supply: patches, by their rate.
    known : bool
        Whether its MME can be figured; without it a fill counts as a fill with no MME.
    why : str
        Why it cannot be.
    """

    system: CodeSystem
    code: str
    ingredient: str
    unit_micro: int
    day_micro: int
    known: bool
    why: str = ""


def opioid_products(
    *,
    factors: FactorSet | None = None,
    drugs: DrugTable | None = None,
    more: Readable | None = None,
    include_buprenorphine: bool = False,
) -> tuple[OpioidProduct, ...]:
    """Return the opioids among the known drug codes, by system and code.

    Parameters
    ----------
    factors : FactorSet, optional
        CDC 2022 by default. A set whose factor rises with the daily dose (methadone in 2016) gives no MME.
    drugs : DrugTable, optional
        What RxNorm codes mean; the shipped few of `allay.measures.opioids` by default.
    more : path or binary stream, optional
        Products of your own, CSV with ``system,code,drug_name,strength,unit,form``; the system is ``rxnorm``
        or ``ndc``. They count before the shipped ones.
    include_buprenorphine : bool
        Without it buprenorphine is no opioid fill.

    Raises
    ------
    InvalidInput
        By line, for a row without system, code or name, or with a strength that cannot be.

    Examples
    --------
    >>> {one.code: one.unit_micro for one in opioid_products()}["1049621"]
    7500000
    """
    chosen, table = factors or get_set(), drugs or shipped_drugs()
    found: dict[tuple[str, str], OpioidProduct] = {}
    for code in table.products:
        _add(
            found, "rxnorm", code, Written(None, code, None, None, None), chosen, table, include_buprenorphine
        )
    for source in (SHIPPED, *([more] if more is not None else [])):
        for system, code, written in _rows(source):
            found.pop((system, code), None)
            _add(found, system, code, written, chosen, table, include_buprenorphine)
    return tuple(found[key] for key in sorted(found))


def _rows(source: Readable) -> Iterator[tuple[CodeSystem, str, Written]]:
    table = read_csv(source, columns=COLUMNS, optional=("status", "source"))
    problems = []
    rows = []
    for row, cells in enumerate(table.frame.iter_rows(named=True)):
        system, code, name = ((cells[column] or "").strip() for column in COLUMNS[:3])
        if system not in ("rxnorm", "ndc"):
            problems.append(table.problem(row, "system", expected="rxnorm or ndc"))
        for column, cell in (("code", code), ("drug_name", name)):
            if not cell:
                problems.append(table.problem(row, column, expected="a value"))
        wanted: CodeSystem = "ndc" if system == "ndc" else "rxnorm"
        rows.append((wanted, code, Written(name, None, cells["strength"], cells["unit"], cells["form"])))
    if problems:
        raise InvalidInput(problems)
    yield from rows


def _add(
    found: dict[tuple[str, str], OpioidProduct],
    system: CodeSystem,
    code: str,
    written: Written,
    factors: FactorSet,
    drugs: DrugTable,
    include_buprenorphine: bool,
) -> None:
    read = read_drug(written, factors=factors, drugs=drugs, include_buprenorphine=include_buprenorphine)
    if read.status in ("not_opioid", "excluded", "invalid") or not read.ingredient:
        return
    found[(system, code)] = _product(system, code, read)


def _product(system: CodeSystem, code: str, read: Reading) -> OpioidProduct:
    ingredient = read.ingredient or ""
    if read.status != "computed":
        return OpioidProduct(system, code, ingredient, 0, 0, known=False, why=read.reason)
    if read.kind == "ladder":
        why = "its factor rises with the daily dose, which a single fill does not give"
        return OpioidProduct(system, code, ingredient, 0, 0, known=False, why=why)
    micro = round(read.each * MICRO)
    by_day = read.kind == "rate"
    return OpioidProduct(system, code, ingredient, 0 if by_day else micro, micro if by_day else 0, known=True)


@cache
def shipped_products() -> tuple[OpioidProduct, ...]:
    """Return the opioids that ship with Allay under the default factors.

    Examples
    --------
    >>> next(one.why for one in shipped_products() if one.code == "861467")
    'cdc-2022 gives no factor for meperidine'
    """
    return opioid_products()
