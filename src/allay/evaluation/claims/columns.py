"""How a column as found becomes the column of the contract, in SQL."""

from __future__ import annotations

import re

from allay.evaluation.claims.contract import ClaimsColumn, ColumnType

_INTEGERS = frozenset(
    ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT")
)
_FLOATS = frozenset(("FLOAT", "DOUBLE"))
_TIMES = re.compile(r"TIMESTAMP(_S|_MS|_NS)?")
_DECIMAL = re.compile(r"DECIMAL\(\d+,\d+\)")
_SHAPES = {
    ColumnType.DATE: r"\d{4}-\d{2}-\d{2}",
    ColumnType.INTEGER: r"[+-]?\d{1,10}",
    ColumnType.QUANTITY: r"[+-]?\d{1,15}(\.\d{0,3}0*)?",
    ColumnType.AMOUNT: r"[+-]?\d{1,16}(\.\d{0,2}0*)?",
}


def quoted(name: str) -> str:
    """Write a name of SQL.

    Examples
    --------
    >>> quoted('a"b')
    '"a""b"'
    """
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """Write text as a literal of SQL.

    Examples
    --------
    >>> literal("it's")
    "'it''s'"
    """
    return "'" + text.replace("'", "''") + "'"


def fits(kind: ColumnType, found: str) -> bool:
    """Whether cells of a type of DuckDB can be of a column's type at all.

    Examples
    --------
    >>> fits(ColumnType.AMOUNT, "DOUBLE"), fits(ColumnType.DATE, "BIGINT"), fits(ColumnType.TEXT, "BIGINT")
    (True, False, True)
    """
    if found == "VARCHAR":
        return True
    if kind is ColumnType.TEXT:
        return found in _INTEGERS or found == "UUID" or found.startswith("ENUM(")
    if kind is ColumnType.DATE:
        return found == "DATE" or bool(_TIMES.fullmatch(found))
    return found in _INTEGERS or found in _FLOATS or bool(_DECIMAL.fullmatch(found))


def exact(kind: ColumnType, found: str) -> bool:
    """Whether every cell of a type is right for the column's type, so that none needs to be looked at.

    Examples
    --------
    >>> exact(ColumnType.AMOUNT, "DECIMAL(18,2)"), exact(ColumnType.AMOUNT, "VARCHAR")
    (True, False)
    """
    return found == kind.sql or kind is ColumnType.TEXT or (kind is ColumnType.DATE and found != "VARCHAR")


def rounds(kind: ColumnType, found: str) -> bool:
    """Whether numbers of a type may lose decimals on the way, which is worth a note."""
    numeric = kind in (ColumnType.AMOUNT, ColumnType.QUANTITY)
    return numeric and found != kind.sql and (found in _FLOATS or bool(_DECIMAL.fullmatch(found)))


def typed(column: ClaimsColumn, found: str | None) -> str:
    """Write the expression of a column as the contract has it; NULL where a cell is not of its type.

    Parameters
    ----------
    column : ClaimsColumn
        The column.
    found : str or None
        The type DuckDB found for it; None when the column is not there.

    Examples
    --------
    >>> from allay.evaluation.claims.contract import claims_table
    >>> typed(claims_table("member").column("birth_date"), "DATE")
    '"birth_date"'
    >>> typed(claims_table("member").column("death_date"), None)
    'CAST(NULL AS DATE)'
    """
    kind, name = column.type, quoted(column.name)
    if found is None:
        return f"CAST(NULL AS {kind.sql})"
    if found == kind.sql:
        return name
    if found == "VARCHAR":
        shape = literal(_SHAPES[kind])
        return f"CASE WHEN regexp_full_match({name}, {shape}) THEN TRY_CAST({name} AS {kind.sql}) END"
    if kind is ColumnType.INTEGER and (found in _FLOATS or _DECIMAL.fullmatch(found)):
        return f"CASE WHEN {name} = trunc({name}) THEN TRY_CAST({name} AS {kind.sql}) END"
    return f"TRY_CAST({name} AS {kind.sql})"
