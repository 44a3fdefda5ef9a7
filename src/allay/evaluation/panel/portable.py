"""The panel as one Ibis expression: DuckDB, Spark and other engines carry out the same query.

Two rules keep engines equal: days and months are whole numbers from the start on, and every choice among
rows has a complete order.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Any

import ibis

from allay.evaluation.panel.columns import COSTS, COUNTS, DAILY, DOSE, day_number, first_of, last_of
from allay.evaluation.panel.rules import UseRules
from allay.evaluation.panel.window import PanelWindow

Table = Any
Column = Any
LONG_AGO = "0001-01-01"
MEDICAL_DATES = (
    *("claim_start_date", "claim_end_date", "claim_line_start_date", "admission_date", "discharge_date"),
)
MEDICAL_TEXTS = (
    *("claim_type", "hcpcs_code", "revenue_center_code", "place_of_service_code", "bill_type_code"),
    *("drg_code", "snomed_code"),
)
LINE = ("person_id", "claim_id", "claim_line_number")


@dataclass(frozen=True, slots=True)
class PanelQuery:
    """The expressions of a panel.

    Attributes
    ----------
    panel : ibis.Table
        Without the column of top-coded cost.
    counts : mapping of str to ibis.Table
        By table of claims, one row of what was counted on the way.
    """

    panel: Table
    counts: Mapping[str, Table]


def panel_query(
    enrollment: Table,
    medical: Table,
    pharmacy: Table,
    *,
    rules: UseRules,
    window: PanelWindow,
    amount: str,
    held: Callable[[Table], Table] = lambda table: table,
    small: Callable[[str, Mapping[str, list[Any]], Mapping[str, str]], Table] | None = None,
) -> PanelQuery:
    """Write the query of a panel.

    Parameters
    ----------
    enrollment, medical, pharmacy : ibis.Table
        With the columns of the contract.
    rules : UseRules
    window : PanelWindow
    amount : {"paid_amount", "allowed_amount"}
        What is cost.
    held : callable
        Keeps a table that several parts of the query use, so that the engine works it out once.
    small : callable, optional
        Makes a table of an engine from a name, columns and types; by default tables in memory.
    """
    made = {name: (small or _in_memory)(name, *given) for name, given in small_tables(rules, window).items()}
    calendar = made["calendar"]
    grid = held(_grid(enrollment, calendar))
    lines = held(_netted(medical, "service_unit_quantity", _medical_order, amount))
    fills = held(_netted(pharmacy, "quantity", _pharmacy_order, amount))
    live, dispensed = _live(lines), _live(fills)
    parts = [
        _cost(lines, COSTS[0]),
        _cost(fills, COSTS[1]),
        *_use(live, rules, calendar, held),
        *_fills(dispensed, made["rxnorm"], made["ndc"], calendar),
    ]
    panel = grid
    for part in parts:
        names = [name for name in part.columns if name not in ("person_id", "month")]
        panel = panel.left_join(part, ["person_id", "month"], rname="{name}_right")
        panel = panel.drop([name for name in panel.columns if name.endswith("_right")])
        panel = panel.mutate({name: panel[name].fill_null(0) for name in names})
    panel = panel.mutate({COSTS[2]: panel[COSTS[0]] + panel[COSTS[1]]})
    integers = (*COUNTS, DOSE, *COSTS)
    panel = panel.select(
        "person_id",
        "month",
        panel.enrolled_days.cast("int32").name("enrolled_days"),
        *(panel[name].cast("int64").name(name) for name in integers),
    )
    counted = {
        kind: _counts(table, kind, grid, window) for kind, table in (("medical", lines), ("pharmacy", fills))
    }
    return PanelQuery(panel, counted)


def small_tables(
    rules: UseRules, window: PanelWindow
) -> dict[str, tuple[Mapping[str, list[Any]], Mapping[str, str]]]:
    """Return the small tables the query joins: months with their first and last days, opioid products."""
    months = {
        "month": list(window.months),
        "first": [day_number(first_of(month)) for month in window.months],
        "last": [day_number(last_of(month)) for month in window.months],
    }
    found: dict[str, tuple[Mapping[str, list[Any]], Mapping[str, str]]] = {
        "calendar": (months, dict.fromkeys(months, "int64"))
    }
    for system in ("rxnorm", "ndc"):
        mine = [one for one in rules.products if one.system == system]
        found[system] = (
            {
                f"{system}_key": [one.code for one in mine] or [""],
                f"{system}_unit": [one.unit_micro for one in mine] or [0],
                f"{system}_day": [one.day_micro for one in mine] or [0],
            },
            {f"{system}_key": "string", f"{system}_unit": "int64", f"{system}_day": "int64"},
        )
    return found


def _in_memory(name: str, columns: Mapping[str, list[Any]], types: Mapping[str, str]) -> Table:
    return ibis.memtable(dict(columns), schema=dict(types))


def _day(column: Column) -> Column:
    return column.delta(ibis.date("1970-01-01"), unit="day").cast("int64")


def _month(column: Column) -> Column:
    return (column.year().cast("int64") * 12 + column.month().cast("int64") - 1).cast("int64")


def _number(condition: Column) -> Column:
    return ibis.ifelse(condition.fill_null(False), 1, 0).cast("int64")


def _among(column: Column, codes: Collection[str]) -> Column:
    return column.isin(sorted(codes)).fill_null(False) if codes else ibis.literal(False)


def _least(left: Column, right: Column) -> Column:
    return ibis.ifelse(left < right, left, right)


def _greatest(left: Column, right: Column) -> Column:
    return ibis.ifelse(left > right, left, right)


def _runs(spans: Table, *, also: str | None = None) -> Table:
    """Merge spans of days of a person that overlap or follow one another: person_id, start, end."""
    order = [spans.start, spans.end]
    before = ibis.cumulative_window(group_by="person_id", order_by=order)
    marked = spans.mutate(reach=spans.end.max().over(before))
    lag = marked.reach.lag().over(ibis.window(group_by="person_id", order_by=[marked.start, marked.end]))
    marked = marked.mutate(fresh=ibis.ifelse((marked.start <= lag + 1).fill_null(False), 0, 1))
    upto = ibis.cumulative_window(
        group_by="person_id", order_by=[marked.start, marked.end, marked.fresh.desc()]
    )
    marked = marked.mutate(run=marked.fresh.sum().over(upto))
    sums = {"start": marked.start.min(), "end": marked.end.max()}
    if also is not None:
        sums[also] = marked[also].max()
    return marked.group_by(["person_id", "run"]).aggregate(**sums).drop("run")


def _spread(runs: Table, calendar: Table, name: str) -> Table:
    """Days of runs by person and month."""
    joined = runs.join(calendar, [runs.start <= calendar["last"], runs.end >= calendar["first"]])
    days = _least(joined.end, joined["last"]) - _greatest(joined.start, joined["first"]) + 1
    return (
        joined.mutate(days=days).group_by(["person_id", "month"]).aggregate(**{name: lambda t: t.days.sum()})
    )


def _grid(enrollment: Table, calendar: Table) -> Table:
    spans = enrollment.select(
        "person_id",
        start=_day(enrollment.enrollment_start_date),
        end=_day(enrollment.enrollment_end_date),
    )
    spans = spans.filter(spans.start <= spans.end).distinct()
    return _spread(_runs(spans), calendar, "enrolled_days")


def _medical_order(rows: Table) -> list[Column]:
    dates = [rows[name].fill_null(ibis.date(LONG_AGO)).desc() for name in ("paid_date", *MEDICAL_DATES)]
    return dates + [rows[name].fill_null("").desc() for name in MEDICAL_TEXTS]


def _pharmacy_order(rows: Table) -> list[Column]:
    dates = [rows[name].fill_null(ibis.date(LONG_AGO)).desc() for name in ("paid_date", "dispensing_date")]
    numbers = [rows.days_supply.fill_null(-1).desc(), rows.quantity.fill_null(-1).desc()]
    return dates + numbers + [rows[name].fill_null("").desc() for name in ("ndc_code", "rxnorm_code")]


def _netted(table: Table, units: str, order: Any, amount: str) -> Table:
    """Distinct rows with their day, month, cents, and whether each stands for a live line."""
    rows = table.distinct()
    negative = reduce(
        lambda left, right: left | right,
        [(rows[name] < 0).fill_null(False) for name in ("paid_amount", "allowed_amount", units)],
    )
    if "dispensing_date" in table.columns:
        day = rows.dispensing_date
    else:
        day = ibis.coalesce(rows.claim_line_start_date, rows.claim_start_date)
    rows = rows.mutate(
        sign=ibis.ifelse(negative, -1, 1),
        day=_day(day),
        month=_month(day),
        cents=(rows[amount].fill_null(0) * 100).cast("int64"),
    )
    mine = ibis.window(group_by=list(LINE))
    ordered = ibis.window(group_by=list(LINE), order_by=[rows.sign.desc(), *order(rows)])
    return rows.mutate(balance=rows.sign.sum().over(mine), place=ibis.row_number().over(ordered))


def _live(rows: Table) -> Table:
    return rows.filter((rows.place == 0) & (rows.balance > 0))


def _cost(rows: Table, name: str) -> Table:
    return rows.group_by(["person_id", "month"]).aggregate(**{name: rows.cents.sum()})


def _counts(rows: Table, kind: str, grid: Table, window: PanelWindow) -> Table:
    """One row of counts of a table of claims: distinct rows, live and reversed lines, what lies outside."""
    within = (rows.month >= window.first) & (rows.month <= window.last)
    lines = rows.aggregate(
        **{
            f"{kind}_rows_distinct": rows.count(),
            f"{kind}_rows_outside_window": _number(~within).sum().fill_null(0),
            f"{kind}_lines_live": _number((rows.place == 0) & (rows.balance > 0)).sum().fill_null(0),
            f"{kind}_lines_reversed": _number((rows.place == 0) & (rows.balance <= 0)).sum().fill_null(0),
        }
    )
    inside = rows.filter(within)
    outside = inside.anti_join(grid, ["person_id", "month"])
    gone = outside.aggregate(
        **{
            f"{kind}_rows_outside_enrollment": outside.count(),
            f"{kind}_cents_outside_enrollment": outside.cents.sum().fill_null(0),
        }
    )
    return lines.cross_join(gone)


def _use(lines: Table, rules: UseRules, calendar: Table, held: Callable[[Table], Table]) -> list[Table]:
    """Return stays, days of stays, and what counts once for a member and day: by person and month."""
    institutional = lines.claim_type == "institutional"
    emergency, urgent, stay = rules.emergency, rules.urgent, rules.stay
    hurried = _among(lines.hcpcs_code, urgent["hcpcs"]) | (
        institutional
        & _among(lines.revenue_center_code, urgent["revenue_center"])
        & _among(lines.bill_type_code, urgent["bill_type"])
    )
    bill = ibis.ifelse(
        lines.bill_type_code.fill_null("") == "",
        lines.drg_code.fill_null("") != "",
        _among(lines.bill_type_code, stay["bill_type"]),
    )
    within = _among(lines.snomed_code, stay["snomed"]) | (institutional & bill)
    where = ibis.ifelse(
        institutional,
        _among(lines.revenue_center_code, emergency["revenue_center"]),
        _among(lines.place_of_service_code, emergency["place_of_service"]),
    )
    urgent_free = (
        where | _among(lines.hcpcs_code, emergency["hcpcs"]) | _among(lines.snomed_code, emergency["snomed"])
    ) & ~hurried
    operated = _among(lines.hcpcs_code, rules.surgery["hcpcs"]) | _among(
        lines.snomed_code, rules.surgery["snomed"]
    )
    marks = {
        "stay": _number(within),
        "stay_emergency": _number(urgent_free & within),
        "emergency": _number(urgent_free & ~within),
        "operated": _number(operated),
        "grouped": _number(within & _among(lines.drg_code, rules.surgery["ms_drg"])),
        **{
            name: _number(_among(lines.hcpcs_code, codes) | _among(lines.snomed_code, concepts))
            for name, (codes, concepts) in rules.daily.items()
        },
    }
    marked = lines.mutate(**marks)
    some = reduce(lambda left, right: left | right, [marked[name] == 1 for name in marks])
    marked = held(marked.filter(some))
    stays = held(_stays(marked))
    daily = ("emergency", "stay_emergency", "operated", *DAILY)
    days = held(
        marked.group_by(["person_id", "month", "day"]).aggregate(
            **{name: marked[name].max() for name in daily}
        )
    )
    return [
        *_stay_counts(stays, calendar),
        _emergency(days, stays),
        _surgery(days, stays, calendar),
        days.group_by(["person_id", "month"]).aggregate(**{name: days[name].sum() for name in DAILY}),
    ]


def _stays(marked: Table) -> Table:
    lines = marked.filter(marked.stay == 1)
    start = _day(ibis.coalesce(lines.admission_date, lines.claim_start_date))
    end = _day(
        ibis.coalesce(
            lines.discharge_date, lines.claim_end_date, lines.admission_date, lines.claim_start_date
        )
    )
    spans = lines.select("person_id", "grouped", start=start, end=_greatest(start, end))
    spans = spans.group_by(["person_id", "start", "end"]).aggregate(grouped=spans.grouped.max())
    runs = _runs(spans, also="grouped")
    # The day of discharge is none of a stay's, unless it is the day of admission too.
    return runs.mutate(last_night=_greatest(runs.start, runs.end - 1))


def _stay_counts(stays: Table, calendar: Table) -> list[Table]:
    begun = stays.join(calendar, [stays.start >= calendar["first"], stays.start <= calendar["last"]])
    nights = stays.select("person_id", "start", end=stays.last_night)
    return [
        begun.group_by(["person_id", "month"]).aggregate(inpatient_stay=begun.count()),
        _spread(nights, calendar, "inpatient_day"),
    ]


def _emergency(days: Table, stays: Table) -> Table:
    visits = days.filter((days.emergency == 1) & (days.stay_emergency == 0)).select(
        "person_id", "month", "day"
    )
    within = [
        visits.person_id == stays.person_id,
        visits.day >= stays.start,
        visits.day <= stays.last_night,
    ]
    left = visits.anti_join(stays, within)
    return left.group_by(["person_id", "month"]).aggregate(emergency_visit=left.count())


def _surgery(days: Table, stays: Table, calendar: Table) -> Table:
    operated = days.filter(days.operated == 1).select("person_id", "month", "day")
    grouped = stays.filter(stays.grouped == 1)
    within = [
        grouped.person_id == operated.person_id,
        operated.day >= grouped.start,
        operated.day <= grouped.end,
    ]
    alone = grouped.anti_join(operated, within)
    alone = alone.join(calendar, [alone.start >= calendar["first"], alone.start <= calendar["last"]])
    every = operated.select("person_id", "month").union(alone.select("person_id", "month"))
    return every.group_by(["person_id", "month"]).aggregate(spine_surgery=every.count())


def _fills(fills: Table, rxnorm: Table, ndc: Table, calendar: Table) -> list[Table]:
    """Return fills, opioid fills, dose and days: by person and month."""
    joined = fills.left_join(rxnorm, fills.rxnorm_code == rxnorm.rxnorm_key)
    joined = joined.left_join(ndc, joined.ndc_code == ndc.ndc_key)
    joined = joined.mutate(
        opioid=_number(joined.rxnorm_key.notnull() | joined.ndc_key.notnull()),
        unit=ibis.coalesce(joined.rxnorm_unit, joined.ndc_unit, 0),
        by_day=ibis.coalesce(joined.rxnorm_day, joined.ndc_day, 0),
        thousandths=(joined.quantity.fill_null(0) * 1000).cast("int64"),
        supply=_greatest(joined.days_supply.fill_null(0), ibis.literal(0)).cast("int64"),
    )
    billionths = joined.unit * joined.thousandths + joined.by_day * joined.supply * 1000
    joined = joined.mutate(dose=((billionths + 500_000) // 1_000_000).cast("int64"))
    counts = joined.group_by(["person_id", "month"]).aggregate(
        pharmacy_fill=joined.count(), opioid_fill=joined.opioid.sum(), **{DOSE: joined.dose.sum()}
    )
    covered = joined.filter((joined.opioid == 1) & (joined.supply > 0))
    spans = covered.select("person_id", start=covered.day, end=covered.day + covered.supply - 1).distinct()
    return [counts, _spread(_runs(spans), calendar, "opioid_day")]
