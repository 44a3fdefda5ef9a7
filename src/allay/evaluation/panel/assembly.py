"""One panel of many parts: members of all parts in one order, their months after one another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from allay.evaluation.panel.columns import COLUMNS, COSTS, COUNTS, DOSE, TOPCODED
from allay.evaluation.panel.finish import nearest_rank
from allay.evaluation.panel.sparse import Ints, SparseSums
from allay.evaluation.panel.tally import UseTally

STORED = (*COUNTS, DOSE, *COSTS[:2])
ROWS_A_GROUP = 1_000_000


@dataclass(frozen=True, slots=True, eq=False)
class PanelPartRows:
    """The rows of a part on the disk: members in their order, each with enrolled months in theirs.

    Attributes
    ----------
    folder : Path
        Holds ``days.npy`` and ``month.npy`` with a value for each row, and the rows and values of each
        outcome that are not zero.
    rows : int array [person]
        How many rows each member has.
    totals : int array
        Positive total costs of rows.
    """

    folder: Path
    rows: Ints
    totals: Ints

    def opened(self) -> dict[str, NDArray[Any]]:
        """Return the arrays of the part, read from the disk where they are used."""
        names = ["days", "month", *(f"{name}.{kind}" for name in STORED for kind in ("place", "value"))]
        return {name: np.load(self.folder / f"{name}.npy", mmap_mode="r") for name in names}


@dataclass(frozen=True, slots=True, eq=False)
class PanelPart:
    """What a part came to.

    Attributes
    ----------
    names : pyarrow.Array
        The members, in order.
    rows : PanelPartRows
    counts : Counter
    enrolled, strangers : uint64 array
        Hashes of members with enrollment, and of others with claims.
    """

    names: Any
    rows: PanelPartRows
    counts: Counter[str]
    enrolled: NDArray[np.uint64]
    strangers: NDArray[np.uint64]


def laid_out(folder: Path, tally: UseTally, found: Mapping[str, SparseSums]) -> PanelPartRows:
    """Write the rows of a part: the cells with enrolled days."""
    folder.mkdir()
    kept = np.flatnonzero(tally.enrolled > 0)
    table = np.full(tally.cells, -1, dtype=np.int64)
    table[kept] = np.arange(len(kept))
    months = max(len(tally.months), 1)
    np.save(folder / "days.npy", tally.enrolled[kept].astype(np.int8))
    np.save(folder / "month.npy", (kept % months).astype(np.int16))
    totals = np.zeros(len(kept), dtype=np.int64)
    for name in STORED:
        moved = found[name].moved(table)
        if name in COSTS:
            totals[moved.place] += moved.value
        np.save(folder / f"{name}.place.npy", moved.place.astype(np.int32))
        np.save(folder / f"{name}.value.npy", _narrow(moved.value))
    rows = np.bincount(kept // months, minlength=tally.persons).astype(np.int64)
    return PanelPartRows(folder, rows, totals[totals > 0])


def _narrow(values: Ints) -> NDArray[Any]:
    """The same whole numbers in fewer bytes."""
    small = len(values) == 0 or (values.min() >= -(1 << 31) and values.max() < 1 << 31)
    return values.astype(np.int32) if small else values


@dataclass(frozen=True, slots=True, eq=False)
class MemberOrder:
    """All members in order.

    Attributes
    ----------
    names : pyarrow.Array
        In order.
    rows : int array
        How many rows each has.
    starts : list of int array
        By part, the first row of each of its members in the whole panel.
    """

    names: Any
    rows: Ints
    starts: list[Ints]


def _order(made: list[PanelPart]) -> MemberOrder:
    import pyarrow as pa
    import pyarrow.compute as pc

    names = pa.concat_arrays([one.names for one in made])
    rows = np.concatenate([one.rows.rows for one in made])
    order = np.asarray(pc.sort_indices(names)).astype(np.int64)
    begin = np.concatenate(([0], np.cumsum(rows[order])[:-1])) if len(order) else order
    start = np.empty(len(rows), dtype=np.int64)
    start[order] = begin
    ends = np.cumsum([len(one.names) for one in made])
    return MemberOrder(names.take(pa.array(order)), rows[order], np.split(start, ends[:-1]))


def assemble(made: list[PanelPart], target: Path, share: float, *, first_days: Ints) -> int | None:
    """Write the panel of all parts, sorted by member and month.

    Parameters
    ----------
    share : float
        Of the positive member-months, by nearest rank, whose total cost stays as it is.
    first_days : int array [month]
        First day of each month of the window, since 1970.

    Returns
    -------
    int or None
        The level of top-coding in cents.
    """
    import pyarrow.parquet as pq

    totals = np.concatenate([one.rows.totals for one in made])
    level = None
    if len(totals):
        place = nearest_rank(len(totals), share)
        level = int(np.partition(totals, place)[place])
    del totals
    tables = _tables(made, _order(made), first_days=first_days, level=level)
    first = next(tables)
    counted = [*COUNTS, "person_id", "month", "enrolled_days"]
    with (
        pq.ParquetWriter(
            target,
            first.schema,
            compression="snappy",
            use_dictionary=counted,
            # Without it readers take person_id for a categorical column.
            store_schema=False,
            write_statistics=["person_id", "month"],
        ) as writer,
        ThreadPoolExecutor(1) as ahead,
    ):
        table = first
        while table is not None:
            following = ahead.submit(next, tables, None)
            writer.write_table(table, row_group_size=ROWS_A_GROUP * 2)
            table = following.result()
    return level


def _tables(
    made: list[PanelPart], order: MemberOrder, *, first_days: Ints, level: int | None
) -> Iterator[Any]:
    """Yield the panel in stretches of whole members; one empty stretch when there is nothing."""
    reach = np.cumsum(order.rows)
    opened = [one.rows.opened() for one in made]
    last, size = 0, len(order.rows)
    while True:
        begin = int(reach[last - 1]) if last else 0
        upto = max(int(np.searchsorted(reach, begin + ROWS_A_GROUP, side="right")), min(last + 1, size))
        end = int(reach[upto - 1]) if upto else 0
        yield _stretch(made, opened, order, (last, upto), (begin, end), first_days=first_days, level=level)
        last = upto
        if last >= size:
            return


def _stretch(
    made: list[PanelPart],
    opened: list[dict[str, NDArray[Any]]],
    order: MemberOrder,
    members: tuple[int, int],
    span: tuple[int, int],
    *,
    first_days: Ints,
    level: int | None,
) -> Any:
    import pyarrow as pa

    begin, end = span
    columns: dict[str, NDArray[Any]] = {name: np.zeros(end - begin, dtype=np.int64) for name in STORED}
    days = np.zeros(end - begin, dtype=np.int32)
    month = np.zeros(end - begin, dtype=np.int32)
    for one, arrays, start in zip(made, opened, order.starts, strict=True):
        own = np.concatenate(([0], np.cumsum(one.rows.rows)))
        first, last = np.searchsorted(start, begin), np.searchsorted(start, end)
        low, high = int(own[first]), int(own[last])
        if low == high:
            continue
        # From a row's place in the part to its place in this stretch.
        shift = np.repeat(start[first:last] - own[first:last] - begin, one.rows.rows[first:last])
        places = np.arange(low, high) + shift
        days[places] = arrays["days"][low:high]
        month[places] = arrays["month"][low:high]
        for name in STORED:
            place, value = arrays[f"{name}.place"], arrays[f"{name}.value"]
            at, to = np.searchsorted(place, low), np.searchsorted(place, high)
            mine = np.asarray(place[at:to])
            columns[name][places[mine - low]] = value[at:to]
    total = columns[COSTS[0]] + columns[COSTS[1]]
    columns[COSTS[2]] = total
    columns[TOPCODED] = total if level is None else np.minimum(total, level)
    codes = np.repeat(np.arange(members[1] - members[0], dtype=np.int32), order.rows[members[0] : members[1]])
    made_of = {name: pa.array(values) for name, values in columns.items()}
    made_of["person_id"] = pa.DictionaryArray.from_arrays(
        pa.array(codes), order.names[members[0] : members[1]]
    )
    made_of["month"] = pa.array(first_days[month].astype(np.int32)).cast(pa.date32())
    made_of["enrolled_days"] = pa.array(days)
    schema = pa.schema(
        [(name, pa.string() if name == "person_id" else made_of[name].type) for name in COLUMNS]
    )
    return (
        pa.table({name: made_of[name] for name in COLUMNS}).cast(schema)
        if end == begin
        else pa.table({name: made_of[name] for name in COLUMNS})
    )
