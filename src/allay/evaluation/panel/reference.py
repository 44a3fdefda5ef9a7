"""The plain panel: loops over rows, written to be read. What every other engine must equal.

It shares the rules' codes with them and nothing else.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from allay.evaluation.panel.columns import COSTS, COUNTS, DOSE, first_of, last_of, month_number
from allay.evaluation.panel.rules import UseRules
from allay.evaluation.panel.window import PanelWindow

Row = Mapping[str, Any]
Cells = dict[tuple[str, int], Counter[str]]
ONE = dt.timedelta(days=1)
LONG_AGO = dt.date(1, 1, 1)
MEDICAL_ORDER = (
    *("claim_type", "hcpcs_code", "revenue_center_code", "place_of_service_code", "bill_type_code"),
    *("drg_code", "snomed_code"),
)
MEDICAL_DATES = (
    *("claim_start_date", "claim_end_date", "claim_line_start_date", "admission_date", "discharge_date"),
)


@dataclass(slots=True)
class ReferencePanel:
    """Rows by member and month, and what was counted on the way."""

    rows: dict[tuple[str, int], dict[str, int]] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)


def reference_panel(
    enrollment: Iterable[Row],
    medical: Iterable[Row],
    pharmacy: Iterable[Row],
    *,
    rules: UseRules,
    window: PanelWindow,
    amount: str,
) -> ReferencePanel:
    """Count use and cost of every member in every month of coverage.

    Parameters
    ----------
    enrollment, medical, pharmacy : iterable of mapping
        Rows with the columns of the contract; a column that is not given may be absent.
    rules : UseRules
    window : PanelWindow
    amount : {"paid_amount", "allowed_amount"}
        What is cost.
    """
    panel = ReferencePanel()
    days = _enrolled(enrollment, window)
    cells: Cells = defaultdict(Counter)
    lines = _net(medical, "medical", amount, cells, panel.counts, window, days)
    _use(lines, rules, window, cells)
    fills = _net(pharmacy, "pharmacy", amount, cells, panel.counts, window, days)
    _fills(fills, rules, cells)
    for key in sorted(days):
        found = cells.get(key, Counter())
        row = {"enrolled_days": days[key], **{name: found[name] for name in (*COUNTS, DOSE, *COSTS[:2])}}
        row[COSTS[2]] = row[COSTS[0]] + row[COSTS[1]]
        panel.rows[key] = row
    return panel


def _enrolled(spans: Iterable[Row], window: PanelWindow) -> dict[tuple[str, int], int]:
    """Enrolled days by member and month; a day that two spans cover is one day."""
    first, last = window.days
    by_person: dict[str, list[tuple[dt.date, dt.date]]] = defaultdict(list)
    for span in spans:
        start = max(span["enrollment_start_date"], first)
        end = min(span["enrollment_end_date"], last)
        if start <= end:
            by_person[span["person_id"]].append((start, end))
    found: Counter[tuple[str, int]] = Counter()
    for person, mine in by_person.items():
        for start, end in _merged(mine):
            for month in range(month_number(start), month_number(end) + 1):
                covered = min(end, last_of(month)) - max(start, first_of(month))
                found[person, month] += covered.days + 1
    return dict(found)


def _merged(spans: Iterable[tuple[dt.date, dt.date]]) -> list[tuple[dt.date, dt.date]]:
    """Spans of days as runs: those that overlap or follow one another are one."""
    runs: list[tuple[dt.date, dt.date]] = []
    for start, end in sorted(spans):
        if runs and start <= runs[-1][1] + ONE:
            runs[-1] = (runs[-1][0], max(runs[-1][1], end))
        else:
            runs.append((start, end))
    return runs


def service_day(row: Row) -> dt.date:
    """Day of service of a row of either table of claims."""
    if "dispensing_date" in row:
        day: dt.date = row["dispensing_date"]
    else:
        day = row.get("claim_line_start_date") or row["claim_start_date"]
    return day


def _net(
    rows: Iterable[Row],
    kind: str,
    amount: str,
    cells: Cells,
    counts: Counter[str],
    window: PanelWindow,
    days: Mapping[tuple[str, int], int],
) -> list[Row]:
    """Add up costs, and return the line each claim line finally is, when it is live."""
    seen: set[tuple[Any, ...]] = set()
    by_line: dict[tuple[str, str, int], list[Row]] = defaultdict(list)
    for row in rows:
        counts[f"{kind}_rows"] += 1
        values = tuple(row.values())
        if values in seen:
            counts[f"{kind}_duplicates"] += 1
            continue
        seen.add(values)
        month, cents = month_number(service_day(row)), _cents(row.get(amount))
        cells[row["person_id"], month][f"{kind}_cost_cents"] += cents
        if not window.first <= month <= window.last:
            counts[f"{kind}_rows_outside_window"] += 1
        elif (row["person_id"], month) not in days:
            counts[f"{kind}_rows_outside_enrollment"] += 1
            counts[f"{kind}_cents_outside_enrollment"] += cents
        by_line[row["person_id"], row["claim_id"], row["claim_line_number"]].append(row)
    live = []
    for mine in by_line.values():
        if sum(_sign(row) for row in mine) > 0:
            live.append(max((row for row in mine if _sign(row) > 0), key=_lateness))
        else:
            counts[f"{kind}_lines_reversed"] += 1
    counts[f"{kind}_lines_live"] = len(live)
    return live


def _cents(amount: Decimal | None) -> int:
    return 0 if amount is None else int(amount * 100)


def _sign(row: Row) -> int:
    units = "quantity" if "dispensing_date" in row else "service_unit_quantity"
    amounts = (row.get(name) for name in ("paid_amount", "allowed_amount", units))
    return -1 if any(one is not None and one < 0 for one in amounts) else 1


def _lateness(row: Row) -> tuple[Any, ...]:
    """Order of the rows of a line: by day of payment, then by what they say; none is chosen by chance."""
    paid = row.get("paid_date") or LONG_AGO
    if "dispensing_date" in row:
        numbers = tuple(row.get(name) for name in ("days_supply", "quantity"))
        known = tuple(-1 if one is None else one for one in numbers)
        return (paid, row["dispensing_date"], *known, row.get("ndc_code") or "", row.get("rxnorm_code") or "")
    dates = tuple(row.get(name) or LONG_AGO for name in MEDICAL_DATES)
    return (paid, *dates, *(row.get(name) or "" for name in MEDICAL_ORDER))


@dataclass(slots=True)
class MemberUse:
    """Days of use of one member."""

    emergency: set[dt.date] = field(default_factory=set)
    within_stay_claims: set[dt.date] = field(default_factory=set)
    daily: dict[str, set[dt.date]] = field(default_factory=lambda: defaultdict(set))
    surgery: set[dt.date] = field(default_factory=set)
    stays: list[tuple[dt.date, dt.date]] = field(default_factory=list)
    surgical: list[dt.date] = field(default_factory=list)


def _use(lines: Iterable[Row], rules: UseRules, window: PanelWindow, cells: Cells) -> None:
    members: dict[str, MemberUse] = defaultdict(MemberUse)
    for line in lines:
        _note(line, members[line["person_id"]], rules)
    for person, member in members.items():
        for name, day in _counted(member, window):
            cells[person, month_number(day)][name] += 1


def _note(line: Row, member: MemberUse, rules: UseRules) -> None:
    """Note what one live line is."""
    code, place, day = line.get("hcpcs_code"), line.get("place_of_service_code"), service_day(line)
    revenue, bill = line.get("revenue_center_code"), line.get("bill_type_code")
    drg, snomed = line.get("drg_code"), line.get("snomed_code")
    institutional = line["claim_type"] == "institutional"
    urgent = code in rules.urgent["hcpcs"] or (
        institutional and revenue in rules.urgent["revenue_center"] and bill in rules.urgent["bill_type"]
    )
    stay = snomed in rules.stay["snomed"] or (
        institutional and (bill in rules.stay["bill_type"] if bill else bool(drg))
    )
    if institutional:
        emergency = revenue in rules.emergency["revenue_center"] or code in rules.emergency["hcpcs"]
    else:
        emergency = place in rules.emergency["place_of_service"] or code in rules.emergency["hcpcs"]
    if (emergency or snomed in rules.emergency["snomed"]) and not urgent:
        (member.within_stay_claims if stay else member.emergency).add(day)
    if stay:
        start = line.get("admission_date") or line["claim_start_date"]
        end = line.get("discharge_date") or line.get("claim_end_date") or start
        member.stays.append((start, max(start, end)))
        if drg in rules.surgery["ms_drg"]:
            member.surgical.append(start)
    if code in rules.surgery["hcpcs"] or snomed in rules.surgery["snomed"]:
        member.surgery.add(day)
    for name, (codes, concepts) in rules.daily.items():
        if code in codes or snomed in concepts:
            member.daily[name].add(day)


def _counted(member: MemberUse, window: PanelWindow) -> Iterator[tuple[str, dt.date]]:
    """Yield each countable thing of a member and its day."""
    stay_days = set()
    for start, end in _merged(member.stays):
        yield "inpatient_stay", start
        nights = max((end - start).days, 1)
        # Days after the window are not counted, so they need not be listed.
        for number in range(min(nights, (window.days[1] - start).days + 1)):
            stay_days.add(start + number * ONE)
        surgical = any(start <= day <= end for day in member.surgical)
        if surgical and not any(start <= day <= end for day in member.surgery):
            yield "spine_surgery", start
    for day in stay_days:
        yield "inpatient_day", day
    for day in member.emergency - stay_days - member.within_stay_claims:
        yield "emergency_visit", day
    for day in member.surgery:
        yield "spine_surgery", day
    for name, days in member.daily.items():
        for day in days:
            yield name, day


def _fills(fills: Sequence[Row], rules: UseRules, cells: Cells) -> None:
    products = {(one.system, one.code): one for one in rules.products}
    spans: dict[str, list[tuple[dt.date, dt.date]]] = defaultdict(list)
    for fill in fills:
        person, day = fill["person_id"], fill["dispensing_date"]
        cell = cells[person, month_number(day)]
        cell["pharmacy_fill"] += 1
        product = products.get(("rxnorm", fill.get("rxnorm_code") or "")) or products.get(
            ("ndc", fill.get("ndc_code") or "")
        )
        if product is None:
            continue
        cell["opioid_fill"] += 1
        supply = max(fill.get("days_supply") or 0, 0)
        quantity = int((fill.get("quantity") or Decimal(0)) * 1000)
        # Millionths of an MME times thousandths of a unit: a thousandth of an MME is a million of them.
        billionths = product.unit_micro * quantity + product.day_micro * supply * 1000
        cell[DOSE] += (billionths + 500_000) // 1_000_000
        if supply > 0:
            spans[person].append((day, day + (supply - 1) * ONE))
    for person, mine in spans.items():
        for start, end in _merged(mine):
            for month in range(month_number(start), month_number(end) + 1):
                covered = (min(end, last_of(month)) - max(start, first_of(month))).days + 1
                cells[person, month]["opioid_day"] += covered
