"""Reading a part of the claims as whole numbers: what a line is, as bits, on which day, at what cost.

Codes are looked up in small tables joined in the query, so that no text leaves DuckDB. Lines that share
their key with another are read again with all their columns and netted exactly; all others are a line of
their own and need no grouping.
"""

# ruff: noqa: S608  # queries are put together from names of the contract and numbers

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import duckdb
import numpy as np
from numpy.typing import NDArray

from allay.evaluation.claims.contract import claims_table
from allay.evaluation.panel.rules import UseRules

Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]

OPERATED, EMERGENCY, URGENT, EMERGENCY_CONCEPT, STAY_CONCEPT = (1 << bit for bit in range(8, 13))
EMERGENCY_REVENUE, URGENT_REVENUE, EMERGENCY_PLACE = (1 << bit for bit in range(13, 16))
STAY_BILL, URGENT_BILL, GROUPED = (1 << bit for bit in range(16, 19))
INSTITUTIONAL, BILL, DRG, NEGATIVE = (1 << bit for bit in range(19, 23))
# A live line without any of these is cost and nothing else.
USE = 0xFF | OPERATED | EMERGENCY | EMERGENCY_CONCEPT | STAY_CONCEPT
USE |= EMERGENCY_REVENUE | EMERGENCY_PLACE | STAY_BILL | GROUPED | DRG

CODE_COLUMNS = {
    "hcpcs": "hcpcs_code",
    "revenue_center": "revenue_center_code",
    "place_of_service": "place_of_service_code",
    "bill_type": "bill_type_code",
    "ms_drg": "drg_code",
    "snomed": "snomed_code",
}
KEY = "hash(person_id, claim_id, claim_line_number)"
LINE = "person_id, claim_id, claim_line_number"
FILTER_BITS = 22


@dataclass(frozen=True, slots=True)
class NetLines:
    """Rows as arrays: `person` (place among the persons of the part, -1 outside), `day` since 1970, `cents`.

    `bits` say what a medical line is, `start` and `end` its stay; of a fill, `bits` is 1 for an opioid,
    `start` its dose in thousandths of an MME and `end` its days of supply. `live` marks the rows that stand
    for a live line; of other rows only the cost counts.
    """

    person: Ints
    day: Ints
    cents: Ints
    bits: Ints
    start: Ints
    end: Ints
    live: Mask
    rows: int
    duplicates: int
    reversed: int


def code_bits(rules: UseRules) -> dict[str, dict[str, int]]:
    """Return the bits of each code, by code system."""
    found: dict[str, dict[str, int]] = {system: {} for system in CODE_COLUMNS}

    def add(system: str, codes: frozenset[str], bit: int) -> None:
        for code in codes:
            found[system][code] = found[system].get(code, 0) | bit

    for number, (codes, concepts) in enumerate(rules.daily.values()):
        add("hcpcs", codes, 1 << number)
        add("snomed", concepts, 1 << number)
    add("hcpcs", rules.surgery["hcpcs"], OPERATED)
    add("snomed", rules.surgery["snomed"], OPERATED)
    add("ms_drg", rules.surgery["ms_drg"], GROUPED)
    add("hcpcs", rules.emergency["hcpcs"], EMERGENCY)
    add("snomed", rules.emergency["snomed"], EMERGENCY_CONCEPT)
    add("revenue_center", rules.emergency["revenue_center"], EMERGENCY_REVENUE)
    add("place_of_service", rules.emergency["place_of_service"], EMERGENCY_PLACE)
    add("hcpcs", rules.urgent["hcpcs"], URGENT)
    add("revenue_center", rules.urgent["revenue_center"], URGENT_REVENUE)
    add("bill_type", rules.urgent["bill_type"], URGENT_BILL)
    add("bill_type", rules.stay["bill_type"], STAY_BILL)
    add("snomed", rules.stay["snomed"], STAY_CONCEPT)
    return found


def prepare(connection: duckdb.DuckDBPyConnection, rules: UseRules) -> None:
    """Make the small tables of codes and products."""
    for system, codes in code_bits(rules).items():
        rows: dict[str, list[object]] = {"code": list(codes), "bits": list(codes.values())}
        _small(connection, f"bits_{system}", rows, "code VARCHAR, bits INTEGER")
    for system in ("rxnorm", "ndc"):
        mine = [one for one in rules.products if one.system == system]
        products: dict[str, list[object]] = {
            "code": [one.code for one in mine],
            "unit": [one.unit_micro for one in mine],
            "by_day": [one.day_micro for one in mine],
        }
        _small(connection, f"products_{system}", products, "code VARCHAR, unit BIGINT, by_day BIGINT")


def _small(
    connection: duckdb.DuckDBPyConnection, name: str, columns: Mapping[str, Sequence[object]], types: str
) -> None:
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} ({types})")
    lists = ", ".join("unnest(?)" for _ in columns)
    connection.execute(f"INSERT INTO {name} SELECT {lists}", list(columns.values()))


def medical_sql(source: str, amount: str, given: frozenset[str], *, extra: str) -> str:
    """Write the query of medical lines as numbers; `given` are the columns that are there at all."""
    bits = [f"CASE WHEN claim_type = 'institutional' THEN {INSTITUTIONAL} ELSE 0 END"]
    joins = []
    for system, column in CODE_COLUMNS.items():
        if column in given:
            bits.append(f"coalesce(bits_{system}.bits, 0)")
            joins.append(f"LEFT JOIN bits_{system} ON {column} = bits_{system}.code")
    for column, bit in (("bill_type_code", BILL), ("drg_code", DRG)):
        if column in given:
            bits.append(f"CASE WHEN {column} <> '' THEN {bit} ELSE 0 END")
    negative = _negative("service_unit_quantity", given)
    bits.append(f"CASE WHEN {negative} THEN {NEGATIVE} ELSE 0 END")
    epoch = "DATE '1970-01-01'"
    return f"""
        SELECT coalesce(place, -1) AS person,
            CAST(coalesce(claim_line_start_date, claim_start_date) - {epoch} AS INTEGER) AS day,
            {_cents(amount)} AS cents, {" | ".join(bits)} AS bits,
            CAST(coalesce(admission_date, claim_start_date) - {epoch} AS INTEGER) AS start,
            CAST(coalesce(discharge_date, claim_end_date, admission_date, claim_start_date) - {epoch}
                AS INTEGER) AS "end", {extra}
        FROM {source} LEFT JOIN persons USING (person_id) {" ".join(joins)}"""


def pharmacy_sql(source: str, amount: str, given: frozenset[str], *, extra: str) -> str:
    """Write the query of pharmacy lines as numbers."""
    joins = [
        f"LEFT JOIN products_{system} ON {column} = products_{system}.code"
        for system, column in (("rxnorm", "rxnorm_code"), ("ndc", "ndc_code"))
    ]
    supply = "greatest(coalesce(days_supply, 0), 0)"
    unit, by_day = (
        f"coalesce(products_rxnorm.{name}, products_ndc.{name}, 0)" for name in ("unit", "by_day")
    )
    billionths = f"({unit} * CAST(coalesce(quantity, 0) * 1000 AS BIGINT) + {by_day} * {supply} * 1000)"
    opioid = "CASE WHEN products_rxnorm.code IS NOT NULL OR products_ndc.code IS NOT NULL THEN 1 ELSE 0 END"
    return f"""
        SELECT coalesce(place, -1) AS person, CAST(dispensing_date - DATE '1970-01-01' AS INTEGER) AS day,
            {_cents(amount)} AS cents,
            {opioid} | CASE WHEN {_negative("quantity", given)} THEN {NEGATIVE} ELSE 0 END AS bits,
            ({billionths} + 500000) // 1000000 AS start, CAST({supply} AS INTEGER) AS "end", {extra}
        FROM {source} LEFT JOIN persons USING (person_id) {" ".join(joins)}"""


def _negative(units: str, given: frozenset[str]) -> str:
    names = [name for name in ("paid_amount", "allowed_amount", units) if name in given]
    return " OR ".join(f"{name} < 0" for name in names) or "false"


def _cents(amount: str) -> str:
    # By way of floating point, since products of decimals are four times as slow. Exact up to 2**51 cents.
    return f"CAST(round(CAST(coalesce({amount}, 0) AS DOUBLE) * 100) AS BIGINT)"


_ORDER = {
    "medical": (
        *("paid_date", "claim_start_date", "claim_end_date", "claim_line_start_date", "admission_date"),
        *("discharge_date", "claim_type", "hcpcs_code", "revenue_center_code", "place_of_service_code"),
        *("bill_type_code", "drg_code", "snomed_code"),
    ),
    "pharmacy": ("paid_date", "dispensing_date", "days_supply", "quantity", "ndc_code", "rxnorm_code"),
}


def read_lines(
    connection: duckdb.DuckDBPyConnection, kind: str, source: str, *, amount: str, given: frozenset[str]
) -> NetLines:
    """Read a part of a table of claims, netted.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        With the tables of `prepare` and a table ``persons (person_id, place)``.
    kind : {"medical", "pharmacy"}
    source : str
        A query of all its columns; all rows of a person are in one part.
    amount : str
        The column that is cost.
    given : frozenset of str
        The columns that are there at all.
    """
    write = medical_sql if kind == "medical" else pharmacy_sql
    table = connection.execute(write(f"({source})", amount, given, extra=f"{KEY} AS key")).to_arrow_table()
    raw = {name: table[name].to_numpy() for name in table.column_names}
    del table
    keys = np.ascontiguousarray(raw.pop("key")).astype(np.uint64, copy=False)
    suspect = shared_keys(keys)
    rows = len(keys)
    alone = ~suspect
    own = {name: _whole(raw[name]) for name in NAMES}
    live: Mask = (own["bits"] & NEGATIVE) == 0
    gone = int((~live & alone).sum())
    if not suspect.any():
        return NetLines(**own, live=live, rows=rows, duplicates=0, reversed=gone)
    again = _netted(connection, kind, source, keys[suspect], amount=amount, given=given)
    lines, alive = int(again["first"].sum()), again["live"] > 0
    return NetLines(
        **{name: np.concatenate([own[name][alone], again[name]]) for name in NAMES},
        live=np.concatenate([live[alone], alive]),
        rows=rows,
        duplicates=int(suspect.sum()) - len(alive),
        reversed=gone + lines - int(alive.sum()),
    )


NAMES = ("person", "day", "cents", "bits", "start", "end")


def _whole(column: NDArray[np.generic]) -> Ints:
    return np.asarray(column).astype(np.int64, copy=False)


def shared_keys(keys: NDArray[np.uint64]) -> Mask:
    """Mark every key that may occur more than once: all that do, and few others.

    Examples
    --------
    >>> shared_keys(np.array([5, 9, 5], dtype=np.uint64)).tolist()
    [True, False, True]
    """
    if len(keys) < 2:
        return np.zeros(len(keys), dtype=np.bool_)
    ordered = np.sort(keys)
    twice = ordered[1:][ordered[1:] == ordered[:-1]]
    # A table of bits in place of a search: what falls on the bit of another key is looked at for nothing.
    low = np.uint64((1 << FILTER_BITS) - 1)
    table = np.zeros(1 << FILTER_BITS, dtype=np.bool_)
    table[twice & low] = True
    found: Mask = table[keys & low]
    return found


def _blank(kind: str, name: str) -> str:
    return f"CAST(NULL AS {claims_table(f'{kind}_claim').column(name).type.sql}) AS {name}"


def _netted(
    connection: duckdb.DuckDBPyConnection,
    kind: str,
    source: str,
    keys: NDArray[np.uint64],
    *,
    amount: str,
    given: frozenset[str],
) -> dict[str, Ints]:
    """Read the rows of keys with every column, drop repeated rows, and say which stand for live lines."""
    unique = np.unique(keys)
    connection.register("suspect_keys", {"key": unique})
    columns = [column.name for column in claims_table(f"{kind}_claim").columns]
    absent = ", ".join(_blank(kind, name) for name in columns if name not in given)
    # Only what is there: blank columns make no two rows unlike.
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE suspects AS SELECT *{', ' * bool(absent)}{absent} FROM "
        f"(SELECT DISTINCT {', '.join(name for name in columns if name in given)} FROM ({source}) "
        f"WHERE {KEY} IN (SELECT key FROM suspect_keys))"
    )
    connection.unregister("suspect_keys")
    negative = _negative("service_unit_quantity" if kind == "medical" else "quantity", given)
    order = ", ".join(f"{name} DESC NULLS LAST" for name in _ORDER[kind])
    ranked = f"""
        (SELECT *, sum(sign) OVER (PARTITION BY {LINE}) AS balance,
            row_number() OVER (PARTITION BY {LINE} ORDER BY sign DESC, {order}) AS rank
        FROM (SELECT *, CASE WHEN {negative} THEN -1 ELSE 1 END AS sign FROM suspects))"""
    write = medical_sql if kind == "medical" else pharmacy_sql
    extra = "CAST(rank = 1 AS INTEGER) AS first, CAST(rank = 1 AND balance > 0 AS INTEGER) AS live"
    found = connection.execute(write(ranked, amount, given, extra=extra)).fetchnumpy()
    return {name: _whole(column) for name, column in found.items()}
