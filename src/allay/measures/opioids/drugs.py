"""Drug tables: which opioid, form and strength an RxNorm drug code stands for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from allay.base.errors import InvalidInput, InvalidValue, Problem
from allay.base.tables import CsvTable, Readable, read_csv
from allay.measures.opioids.forms import read_forms
from allay.measures.opioids.ingredients import by_rxnorm, ingredients
from allay.measures.opioids.strength import Strength, read_number

SHIPPED = Path(__file__).parent / "data" / "drugs.csv"
COLUMNS = (
    "rxnorm_drug_code",
    "dose_form_name",
    "ingredient_code",
    "ingredient_name",
    "strength_value",
    "strength_unit",
)
OPTIONAL = ("drug_name",)


@dataclass(frozen=True, slots=True)
class Product:
    """One drug: its opioid (None: it has none), the forms it may be, and its strength.

    `note` says what was done to get there; `refused` why it cannot be figured.
    """

    code: str
    ingredient: str | None
    forms: frozenset[str]
    strength: Strength | None
    note: str = ""
    refused: str = ""


@dataclass(frozen=True, slots=True)
class DrugTable:
    """Products by RxNorm drug code.

    Examples
    --------
    >>> shipped_drugs().get("197696").ingredient, shipped_drugs().get("1") is None
    ('fentanyl', True)
    """

    name: str
    products: Mapping[str, Product] = field(repr=False)

    def get(self, code: str) -> Product | None:
        """Return the product of a code, if there is one."""
        return self.products.get(code)

    def over(self, other: DrugTable) -> DrugTable:
        """Return both tables as one; where both have a code, this one counts."""
        return DrugTable(self.name, {**other.products, **self.products})


def read_drugs(source: Readable, *, name: str | None = None) -> DrugTable:
    """Read a drug table.

    Parameters
    ----------
    source : path or binary stream
        CSV with the columns ``rxnorm_drug_code, dose_form_name, ingredient_code, ingredient_name,
        strength_value, strength_unit``, one row per opioid ingredient of a drug; others are ignored. A row
        without an ingredient is a drug without an opioid.

    Raises
    ------
    InvalidInput
        With every problem, by line: an unknown ingredient, a strength or unit that cannot be.

    Examples
    --------
    >>> import io
    >>> head = b"rxnorm_drug_code,dose_form_name,ingredient_code,ingredient_name,strength_value,strength_unit"
    >>> table = read_drugs(io.BytesIO(head + b"\\n1049621,Oral Tablet,7804,Oxycodone,5,MG\\n"))
    >>> table.get("1049621").strength
    Strength(mcg=5000.0, per='unit')
    """
    table = read_csv(source, columns=COLUMNS, optional=OPTIONAL, name=name)
    problems: list[Problem] = []
    parts: dict[str, list[Product]] = {}
    for row, cells in enumerate(table.frame.iter_rows(named=True)):
        product = _product(table, row, cells, problems)
        if product is not None:
            parts.setdefault(product.code, []).append(product)
    if problems:
        raise InvalidInput(problems)
    return DrugTable(table.name, {code: _joined(products) for code, products in parts.items()})


def _product(
    table: CsvTable, row: int, cells: Mapping[str, str | None], problems: list[Problem]
) -> Product | None:
    code = (cells["rxnorm_drug_code"] or "").strip()
    if not code.isdecimal():
        problems.append(table.problem(row, "rxnorm_drug_code", expected="an RxNorm code"))
        return None
    forms = read_forms(cells["dose_form_name"] or "")
    number, called = (cells["ingredient_code"] or "").strip(), (cells["ingredient_name"] or "").strip()
    if not number and not called:
        return Product(code, None, forms, None)
    ingredient = by_rxnorm().get(number) or (
        called.casefold() if called.casefold() in ingredients() else None
    )
    if ingredient is None:
        reason = (
            f"the drug table names the ingredient {called or number}, which is not in the ingredient table"
        )
        return Product(code, called or number, forms, None, refused=reason)
    try:
        value = read_number(cells["strength_value"] or "")
        strength = Strength.of(value, cells["strength_unit"] or "")
    except InvalidValue as wrong:
        column = "strength_unit" if "unit" in wrong.expected else "strength_value"
        problems.append(table.problem(row, column, expected=wrong.expected))
        return None
    return Product(code, ingredient, forms, strength)


def _joined(products: list[Product]) -> Product:
    """Make one product of the rows of a code: salts of one opioid add up, two opioids are refused."""
    first = products[0]
    if len(products) == 1:
        return first
    if refused := next((each for each in products if each.refused), None):
        return refused
    names = sorted({each.ingredient for each in products if each.ingredient})
    pers = {each.strength.per for each in products if each.strength}
    if len(names) != 1 or len(pers) != 1:
        reason = f"a product of several opioids ({', '.join(names)}): give one row for each"
        return Product(first.code, " + ".join(names), first.forms, None, refused=reason)
    total = sum(each.strength.mcg for each in products if each.strength)
    note = f"{len(products)} salts of {names[0]} in one product, added up"
    return Product(first.code, names[0], first.forms, Strength(total, pers.pop()), note=note)


@cache
def shipped_drugs() -> DrugTable:
    """Return the few drugs that ship with Allay: those of published examples.

    Examples
    --------
    >>> shipped_drugs().get("2381144").ingredient is None
    True
    """
    return read_drugs(SHIPPED)
