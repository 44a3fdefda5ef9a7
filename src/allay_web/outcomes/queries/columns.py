"""Rows of the database as arrays: one entry per episode, in the order of their ids."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from django.db import connections
from django.db.models import Aggregate, TextField
from numpy.typing import NDArray

if TYPE_CHECKING:
    from django.db.models import QuerySet

# (instrument, scale, time point) -> places of people, their scores
Columns = Mapping[tuple[str, str, str], tuple[NDArray[np.int64], NDArray[np.float64]]]

DAYS_A_YEAR = 365.2425


class Listed(Aggregate):
    """Whole numbers of a group as one text, `7,8,9`.

    A hundred thousand values as one text per scale and time point cost the driver and Python a third of what
    they cost as rows. Two lists of one query are in the same order: the database walks the rows of a group
    once and adds each to both.
    """

    output_field = TextField()
    arity = 1

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="GROUP_CONCAT(%(expressions)s)", **context)

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="STRING_AGG(%(expressions)s::text, ',')", **context)


class ListedScores(Listed):
    """Scores of a group as one text, every digit kept, `NaN` for no score."""

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        # PRINTF makes 0 of nothing, stops at 16 digits without its "!", and is slow where an integer will do.
        score = (
            "CASE WHEN %(expressions)s IS NULL THEN 'NaN' "
            "WHEN %(expressions)s = CAST(%(expressions)s AS INTEGER) THEN CAST(%(expressions)s AS INTEGER) "
            "ELSE PRINTF('%%%%!.17g', %(expressions)s) END"
        )
        return self.as_sql(compiler, connection, template=f"GROUP_CONCAT({score})", **context)

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        score = "COALESCE(%(expressions)s::text, 'NaN')"
        return self.as_sql(compiler, connection, template=f"STRING_AGG({score}, ',')", **context)


def rows_of(values: QuerySet[Any]) -> list[tuple[Any, ...]]:
    """The rows of a `values_list` as the database driver gives them.

    Django turns each value of each row into Python's own types one by one, which costs more than the query
    for a hundred thousand rows. Numbers and texts need none of that.
    """
    sql, parameters = values.query.sql_with_params()
    with connections[values.db].cursor() as cursor:
        cursor.execute(sql, parameters)
        return list(cursor.fetchall())


@dataclass(frozen=True, slots=True, eq=False)
class People:
    """What is known of everybody with an episode; every array has one entry per episode.

    `age` is in years at the start, NaN where not recorded.
    """

    ids: NDArray[np.int64]
    from_registry: NDArray[np.bool_]
    finished: NDArray[np.bool_]
    opened: NDArray[np.datetime64]
    age: NDArray[np.float64]
    sex: NDArray[np.str_]
    language: NDArray[np.str_]
    payer_type: NDArray[np.str_]
    payer_name: NDArray[np.str_]

    @property
    def n(self) -> int:
        """How many episodes."""
        return int(self.ids.size)

    def places(self, episodes: NDArray[np.int64]) -> NDArray[np.int64]:
        """Where these episodes stand in the arrays."""
        return np.searchsorted(self.ids, episodes)


def people_of(rows: list[tuple[Any, ...]]) -> People:
    """Arrays of the rows of `enrolment.queries.episode_facts`."""
    rows = sorted(rows)
    columns = list(zip(*rows, strict=True)) if rows else [()] * 10
    ids, source, status, opened_on, born_on, age, sex, language, payer_type, payer_name = columns
    opened, born = (np.array(days, dtype="datetime64[D]") for days in (opened_on, born_on))
    stated = np.array(age, dtype=np.float64)
    counted = np.floor((opened - born) / np.timedelta64(1, "D") / DAYS_A_YEAR)
    return People(
        ids=np.array(ids, dtype=np.int64),
        from_registry=np.array(source, dtype=np.str_) == "registry",
        finished=np.array(status, dtype=np.str_) == "completed",
        opened=opened,
        age=np.where(np.isnan(stated), counted, stated),
        sex=np.array(sex, dtype=np.str_),
        language=np.array(language, dtype=np.str_),
        payer_type=np.array(payer_type, dtype=np.str_),
        payer_name=np.array(payer_name, dtype=np.str_),
    )
