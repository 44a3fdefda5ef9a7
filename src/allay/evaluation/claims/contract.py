"""The claims contract: which tables and columns claims come in, as data."""

from __future__ import annotations

from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Literal

from pydantic import Field

from allay.base.errors import NotFound
from allay.base.status import Status
from allay.base.tables import Strict, read_yaml

TABLES = ("member", "enrollment", "medical_claim", "pharmacy_claim")
"""The tables of the contract, in the order in which they are checked."""

_FOLDER = resources.files("allay.evaluation.claims") / "data" / "tables"


class ColumnType(StrEnum):
    """What a column holds.

    Examples
    --------
    >>> ColumnType.AMOUNT.sql, ColumnType.AMOUNT.words
    ('DECIMAL(18,2)', 'an amount in dollars and whole cents, such as 120.50')
    """

    TEXT = "text"
    DATE = "date"
    INTEGER = "integer"
    QUANTITY = "quantity"
    AMOUNT = "amount"

    @property
    def sql(self) -> str:
        """Its type in SQL."""
        return _SQL[self]

    @property
    def words(self) -> str:
        """What messages say was expected."""
        return _WORDS[self]


_SQL = {
    ColumnType.TEXT: "VARCHAR",
    ColumnType.DATE: "DATE",
    ColumnType.INTEGER: "INTEGER",
    ColumnType.QUANTITY: "DECIMAL(18,3)",
    ColumnType.AMOUNT: "DECIMAL(18,2)",
}
_WORDS = {
    ColumnType.TEXT: "text",
    ColumnType.DATE: "a date as YYYY-MM-DD",
    ColumnType.INTEGER: "a whole number",
    ColumnType.QUANTITY: "a number with at most three decimals",
    ColumnType.AMOUNT: "an amount in dollars and whole cents, such as 120.50",
}


class ClaimsColumn(Strict):
    """A column of the contract.

    Attributes
    ----------
    name, type, meaning
        What it is called, holds and means.
    required : bool
        Whether a table must have it; its cells may then not be blank.
    origin : {"tuva", "ours"}
        Whose name it is.
    values : tuple of str
        What may stand in it; empty when anything may.
    """

    name: str
    type: ColumnType
    required: bool
    origin: Literal["tuva", "ours"]
    meaning: str = Field(min_length=1)
    values: tuple[str, ...] = ()


class NamesSource(Strict):
    """Whose names the columns have, and how sure that is."""

    names: str
    status: Status


class ClaimsTable(Strict):
    """A table of the contract.

    Attributes
    ----------
    table, title
        What it is called and holds.
    needed : bool
        Whether there is no panel without it. Without a table of claims there is one, without that use.
    source : NamesSource
        Whose names its columns have.
    columns : tuple of ClaimsColumn
        In their order.

    Examples
    --------
    >>> claims_table("member").names[:4]
    ('person_id', 'gender', 'race', 'birth_date')
    >>> claims_table("pharmacy_claim").column("days_supply").type.sql
    'INTEGER'
    """

    table: str
    title: str
    needed: bool
    source: NamesSource
    columns: tuple[ClaimsColumn, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Names of its columns."""
        return tuple(column.name for column in self.columns)

    @property
    def required(self) -> tuple[str, ...]:
        """Names of the columns it must have."""
        return tuple(column.name for column in self.columns if column.required)

    def of(self, kind: ColumnType) -> tuple[str, ...]:
        """Return names of the columns of one type."""
        return tuple(column.name for column in self.columns if column.type is kind)

    def column(self, name: str) -> ClaimsColumn:
        """Return the column of that name."""
        for column in self.columns:
            if column.name == name:
                return column
        raise NotFound.among(f"column of {self.table}", name, known=self.names)


@cache
def claims_table(name: str) -> ClaimsTable:
    """Return a table of the contract.

    Examples
    --------
    >>> claims_table("enrollment").required
    ('person_id', 'enrollment_start_date', 'enrollment_end_date')
    """
    if name not in TABLES:
        raise NotFound.among("table of claims", name, known=TABLES)
    return read_yaml(_FOLDER / f"{name}.yaml", ClaimsTable, name=f"{name}.yaml")
