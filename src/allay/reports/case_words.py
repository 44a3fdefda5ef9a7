"""The sentences of a business case: its three questions answered, and what the answers cannot say."""

from __future__ import annotations

from collections.abc import Sequence

from allay.base.status import Status
from allay.economics.answers.summary import MonthSummary, Summary
from allay.economics.result.parts import Estimate, MonthEstimate
from allay.economics.result.result import CaseResult
from allay.economics.result.stakeholders import ReturnResult
from allay.reports.words import number, percent

__all__ = [
    "breaks_even",
    "cannot_say",
    "for_whom",
    "how_sure",
    "label",
    "month",
    "months_spread",
    "name",
    "plain",
    "share",
    "spread",
    "title",
    "usd",
]

_CERTAIN = 0.975
"""A share of draws from which a gain or a loss is called clear: the 95% interval leaves zero out."""

_TOLD = 3
_WHOLE_FROM, _THOUSAND = 100, 1000
_ONE_IN_100 = 0.01

JOINED = "\N{WORD JOINER}"
"""Keeps a minus sign at its number."""


def usd(amount: float | None, *, signed: bool = False) -> str:
    """Write dollars: whole from a hundred on, else with cents.

    Examples
    --------
    >>> usd(-525_856.4).replace(JOINED, ""), usd(78.5), usd(None), usd(3.0, signed=True)
    ('−$525,856', '$78.50', '–', '+$3.00')
    """
    if amount is None:
        return "–"
    sign = f"−{JOINED}" if amount < 0 else "+" if signed else ""
    digits = 0 if abs(amount) >= _WHOLE_FROM or amount == 0 else 2
    return f"{sign}${number(abs(amount), digits)}"


def plain(value: float) -> str:
    """Write a number of a case as it may be read: thousands whole, others with four digits.

    Examples
    --------
    >>> plain(307_213.4), plain(0.20961), plain(12)
    ('307,213', '0.2096', '12')
    """
    return f"{value:,.0f}" if abs(value) >= _THOUSAND else f"{value:.4g}"


def share(value: float) -> str:
    """Write a share of draws; one that is not quite nothing or all does not read as such.

    Examples
    --------
    >>> share(0.0005), share(0.9999), share(0.5), share(1.0)
    ('less than 1%', 'more than 99%', '50%', '100%')
    """
    if 0 < value < _ONE_IN_100:
        return "less than 1%"
    return "more than 99%" if 1 - _ONE_IN_100 < value < 1 else percent(value, 0)


def spread(found: Summary) -> str:
    """Write a 95% interval of dollars.

    Examples
    --------
    >>> spread(Summary(1.0, 1.0, 2.0, 400.0, 1.0))
    '$2.00 to $400'
    """
    return "–" if found.low is None else f"{usd(found.low)} to {usd(found.high)}"


def month(value: int | None, horizon: int) -> str:
    """Write a month of the program with its year.

    Examples
    --------
    >>> month(31, 120), month(None, 120), month(0, 120)
    ('month 31 (year 3)', 'not within 120 months', 'from the start')
    """
    if value is None:
        return f"not within {horizon} months"
    return f"month {value} (year {(value + 11) // 12})" if value else "from the start"


def months_spread(found: MonthSummary, horizon: int) -> str:
    """Write the middle 95% of a month over draws, and the share of draws that get there."""
    within = f"within {horizon} months in {share(found.reached)} of draws"
    if found.low is None:
        return within
    high = f"later than {horizon}" if found.high is None else f"{found.high}"
    return f"95% interval month {found.low} to {high}; {within}"


def label(quantity: str) -> str:
    """Write the name of a quantity in words.

    Examples
    --------
    >>> label("services/shared_visit/steps/1/minutes")
    'services › shared visit › steps › 1 › minutes'
    """
    return quantity.replace("_", " ").replace("/", " › ")


def name(stakeholder: str) -> str:
    """Write who a stakeholder is.

    Examples
    --------
    >>> name("medicaid_federal"), name("workers_compensation")
    ('Medicaid, federal part', "workers' compensation")
    """
    return _NAMES.get(stakeholder, stakeholder.replace("_", " "))


def title(stakeholder: str) -> str:
    """Write who a stakeholder is, to begin a row with.

    Examples
    --------
    >>> title("health_system")
    'Health system'
    """
    found = name(stakeholder).removeprefix("the ")
    return found[0].upper() + found[1:]


_NAMES = {
    "program": "the program",
    "health_system": "the health system",
    "commercial": "commercial payers",
    "medicaid": "Medicaid",
    "medicaid_federal": "Medicaid, federal part",
    "medicaid_state": "Medicaid, state part",
    "medicare": "Medicare",
    "workers_compensation": "workers' compensation",
    "other_payer": "other payers",
    "employer": "employers",
    "patient": "patients",
    "other_providers": "other providers",
    "grantor": "grantors",
}


def breaks_even(result: CaseResult) -> list[str]:
    """Answer when the program breaks even."""
    head, horizon = result.headlines, result.case.months

    def told(what: str, found: MonthEstimate) -> str:
        return f"{what}: {month(found.best, horizon)}; {months_spread(found.draws, horizon)}."

    lines = [
        told("A month's work covers its costs", head.operating_break_even),
        told("What was spent has come back", head.cumulative_break_even),
        f"Until then {usd(head.peak_funding.best)} has to be funded at the deepest point "
        f"(95% interval {spread(head.peak_funding.draws)}).",
    ]
    if result.bundles:
        one = result.bundles[0]
        known, many = one.break_even, len(one.contracts) > 1
        what = (
            f"With one price for all {len(one.contracts)} bundles the program"
            if many
            else f"With the bundle “{label(one.contracts[0])}” the program"
        )
        if one.any_price:
            lines.append(f"{what} breaks even at any price: it carries itself without (best estimates).")
        elif known.best is None:
            lines.append(f"{what} breaks even at no price up to $100,000 (best estimates).")
        else:
            lines.append(
                f"{what} breaks even over {horizon} months at {usd(known.best)} for each patient who starts "
                f"(95% interval {spread(known.draws)}). The case has {usd(one.price.best)}"
                f"{' on average' if many else ''}, which is enough in {share(one.enough_chance)} of draws."
            )
    return lines


def for_whom(result: CaseResult) -> list[str]:
    """Answer for whom the case is worth it: who gains clearly, who pays, and who may do either."""
    rows = [row for row in result.stakeholders if not row.part_of and row.stakeholder != "society"]
    gains = [row for row in rows if row.gain_chance >= _CERTAIN]
    loses = [row for row in rows if row.gain_chance <= 1 - _CERTAIN]
    open_ = [row for row in rows if row not in gains and row not in loses]
    lines = []
    for words, found in (("Gain money", gains), ("Spend more than they get back", loses)):
        if found:
            lines.append(f"{words}: {_listed(found)}.")
    for row in open_:
        lines.append(
            f"For {name(row.stakeholder)} it is open: {usd(row.net_present_value.mean)} on average, above "
            f"zero in {share(row.gain_chance)} of draws."
        )
    if result.health is not None:
        gained = result.health.qalys
        lines.append(
            f"Beside the money patients gain health: {_qalys(gained)} quality-adjusted life-years "
            f"(95% interval {number(gained.draws.low, 1)} to {number(gained.draws.high, 1)})"
            + "".join(_per_qaly(result, one.perspective) for one in result.health.perspectives)
            + "."
        )
    return lines


def _qalys(found: Estimate) -> str:
    return number(found.draws.mean, 1)


def _per_qaly(result: CaseResult, perspective: str) -> str:
    assert result.health is not None  # for the type checker: asked only where there is health
    one = next(each for each in result.health.perspectives if each.perspective == perspective)
    words = {
        "dominates": "at less cost",
        "dominated": "at more cost and with less health",
        "the same": "at no cost",
    }
    cost = words.get(one.comparison, f"{usd(one.ratio)} for each")
    return f"; for {perspective} {cost}"


def _listed(rows: Sequence[ReturnResult]) -> str:
    return ", ".join(
        f"{name(row.stakeholder)} ({usd(row.net_present_value.mean, signed=True)})" for row in rows
    )


def how_sure(result: CaseResult) -> list[str]:
    """Answer how sure that is: chance, what moves it, what it rests on."""
    head = result.headlines
    worth = head.net_present_value
    assumed = result.assumptions
    lines = [
        f"The program's own net present value is {usd(worth.best)} at the best estimates "
        f"(95% interval {spread(worth.draws)}) and above zero in {share(head.gain_chance)} of "
        f"{result.draws:,} draws."
    ]
    if result.drivers.drivers:
        told = [
            f"{label(one.quantity)} ({usd(min(one.worth_at_low, one.worth_at_high))} to "
            f"{usd(max(one.worth_at_low, one.worth_at_high))})"
            for one in result.drivers.drivers[:_TOLD]
        ]
        lines.append(f"What moves it most: {'; '.join(told)}.")
    known = ", ".join(f"{count} {status}" for status, count in assumed.statuses.items())
    lines.append(
        f"It rests on {len(assumed.assumptions)} numbers: {known}. {assumed.varied} of them vary in the "
        "draws; the others are taken as if they were sure."
    )
    return lines


def cannot_say(result: CaseResult) -> list[str]:
    """Say what the answers leave open."""
    lines = [
        "It is a forecast of a model, not a result of a program: it shows what follows if its numbers hold.",
        "All patients are alike in it; who benefits most is not asked.",
        "Staff grows where the case says so and is never cut: a program that loses its referrals would act.",
    ]
    if result.assumptions.weakest is Status.SYNTHETIC:
        made_up = result.assumptions.statuses.get(Status.SYNTHETIC.value, 0)
        lines.insert(0, f"{made_up} of its numbers are made up, as a place for yours. It proves nothing yet.")
    if result.avoided:
        lines.append(
            "Care avoided is an assumption unless it comes from a comparison; a haircut for regression to "
            "the mean is part of it, and nothing is claimed for those who dropped out."
        )
    else:
        lines.append("Care avoided elsewhere is not counted, since the case says nothing of it.")
    missing = [one.title for one in result.non_financial if one.value is None]
    if missing:
        lines.append(f"Nobody has measured: {'; '.join(missing)}.")
    return lines
