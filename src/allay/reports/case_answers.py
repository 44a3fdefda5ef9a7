"""The sentences of a business case: its three questions answered, and what the answers cannot say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from allay.base.status import Status
from allay.economics.effects.people import HEALTH_GAINED
from allay.economics.result.parts import MonthEstimate
from allay.economics.result.result import CaseResult
from allay.economics.result.services import BundleResult
from allay.economics.result.stakeholders import ReturnResult
from allay.reports.case_names import flow, label, name, spoken
from allay.reports.case_words import ends, interval, month, months_spread, share, spread, usd
from allay.reports.words import number

__all__ = [
    "MadeUp",
    "breaks_even",
    "cannot_say",
    "for_whom",
    "funded",
    "how_sure",
    "made_up",
    "party_of",
    "priced",
]

_CERTAIN = 0.975
"""A share of draws from which a gain or a loss is called clear: the 95% interval leaves zero out."""

_TOLD = 3
_BOTH = 2
_FUNDED = ("grant", "support")
_PAID = ("visit", "share", "facility", "bundle", "per_member", "adjustment")
_PATIENT = "patient"
_SOCIETY = "society"


class MadeUp(NamedTuple):
    """How much of a case is made up: numbers, and those among the ones that move the result most."""

    numbers: int
    of: int
    leading: int
    led: int


def made_up(result: CaseResult) -> MadeUp | None:
    """Count what is made up; None where nothing is."""
    status = {one.quantity: one.status for one in result.assumptions.assumptions}
    found = sum(1 for one in status.values() if one is Status.SYNTHETIC)
    if not found:
        return None
    led = [one.quantity for one in result.drivers.drivers[:_TOLD]]
    leading = sum(1 for one in led if status[one] is Status.SYNTHETIC)
    return MadeUp(found, len(status), leading, len(led))


def priced(result: CaseResult) -> bool:
    """Say whether the ledger counts health as money."""
    return any(row.kind == HEALTH_GAINED for row in result.ledger.rows)


def funded(result: CaseResult) -> bool:
    """Say whether grants or support fund the program."""
    return any(row.kind in _FUNDED for row in result.ledger.rows)


def party_of(result: CaseResult, who: str) -> tuple[str, ...]:
    """Say what flows a party gives or gets, in words, the largest first."""
    kinds = [row.kind for row in result.ledger.rows if who in (row.source, row.target)]
    said = ("payments for care" if kind in _PAID else flow(kind) for kind in kinds)
    return tuple(dict.fromkeys(said))


def breaks_even(result: CaseResult) -> list[str]:
    """Answer when the program breaks even."""
    head, horizon = result.headlines, result.case.months

    def told(what: str, found: MonthEstimate) -> str:
        return (
            f"{what}: {month(found.best, horizon)} at the best estimates; "
            f"{months_spread(found.draws, horizon)}."
        )

    return [
        told("A month's work covers its costs", head.operating_break_even),
        told("All that was spent has come back", head.cumulative_break_even),
        _funding(result),
        *(_bundle(result, one) for one in result.bundles[:1]),
    ]


def _funding(result: CaseResult) -> str:
    head, horizon = result.headlines, result.case.months
    need, back = head.peak_funding, head.cumulative_break_even
    if not need.best:
        return f"Nothing has to be funded first at the best estimates ({interval(need.draws)})."
    deepest = f"{usd(need.best)} has to be funded at the deepest point ({interval(need.draws)})"
    if back.best is not None:
        said = f"Until then {deepest}, in {month(head.peak_month.best, horizon)}."
    elif head.peak_month.best == horizon:
        said = (
            f"{usd(need.best)} is spent beyond what comes in over {horizon} months "
            f"({interval(need.draws)}), and the total still falls at the end: no sum of money first makes "
            "the program carry itself."
        )
    else:
        said = f"{deepest}, in {month(head.peak_month.best, horizon)}; it does not all come back in time."
    if back.draws.reached < 1:
        said += f" Draws that do not break even count up to month {horizon} and not beyond it."
    return said


def _bundle(result: CaseResult, one: BundleResult) -> str:
    horizon, known, many = result.case.months, one.break_even, len(one.contracts) > 1
    count = "both" if len(one.contracts) == _BOTH else f"all {len(one.contracts)}"
    what = (
        f"With one price for {count} bundles the program"
        if many
        else f"With the bundle “{spoken(one.contracts[0])}” the program"
    )
    the_case = (
        f"The case has {usd(one.price.best)}{' on average' if many else ''}, which is enough in "
        f"{share(one.enough_chance)} of draws."
    )
    if known.best is None:
        price = "at any price, even at nothing" if one.any_price else "at no price up to $100,000"
        return f"{what} breaks even {price} (best estimates). {the_case}"
    found = known.draws
    among = "" if found.defined == 1 else f" in the {share(found.defined)} of draws that have one"
    return (
        f"{what} breaks even over {horizon} months at {usd(known.best)} for each patient who starts "
        f"(median of the draws {usd(found.median)}, {interval(found)}{among}). {the_case}"
    )


def for_whom(result: CaseResult) -> list[str]:
    """Answer for whom the case is worth it: who gains clearly, who pays, who may do either; then health."""
    rows = [row for row in result.stakeholders if not row.part_of and row.stakeholder != _SOCIETY]
    others = [row for row in rows if row.stakeholder != _PATIENT]
    gains = [row for row in others if row.gain_chance >= _CERTAIN]
    loses = [row for row in others if row.gain_chance <= 1 - _CERTAIN]
    open_ = [row for row in others if row not in gains and row not in loses]
    lines = []
    for words, found in (("Gain money", gains), ("Lose, or pay more than they get back", loses)):
        if found:
            lines.append(f"{words}: {'; '.join(_told(result, row) for row in found)}.")
    if open_:
        told = (f"{_told(result, row)}, above zero in {share(row.gain_chance)} of draws" for row in open_)
        lines.append(f"May gain or lose: {'; '.join(told)}.")
    lines += [_patients(result, row) for row in rows if row.stakeholder == _PATIENT]
    lines += [_society(result, row) for row in result.stakeholders if row.stakeholder == _SOCIETY]
    if result.health is not None:
        lines.append(_health(result))
    return lines


def _told(result: CaseResult, row: ReturnResult) -> str:
    worth = row.net_present_value
    helped = row.stakeholder == "program" and funded(result)
    said = spread(worth)
    return (
        f"{name(row.stakeholder)}{', its grants counted' if helped else ''} "
        f"{usd(worth.mean, signed=True)}{'' if said == 'does not vary' else f' ({said})'}"
    )


def _patients(result: CaseResult, row: ReturnResult) -> str:
    worth = row.net_present_value
    counted = ", ".join(party_of(result, _PATIENT))
    health = "The health they gain is in it" if priced(result) else "The health they gain is not in it"
    money = f"{usd(worth.mean, signed=True)} ({spread(worth)})"
    return f"Patients: {money} in money and time, chiefly {counted}. {health}."


def _society(result: CaseResult, row: ReturnResult) -> str:
    worth = row.net_present_value
    health = "with health at its price" if priced(result) else "health not counted"
    return (
        f"Society, which counts only what is used up or made ({health}): "
        f"{usd(worth.mean, signed=True)} ({spread(worth)})."
    )


def _health(result: CaseResult) -> str:
    assert result.health is not None  # for the type checker: asked only where there is health
    gained = result.health.qalys.draws
    sure = "Health" if (gained.low or 0.0) > 0 else "Health, which may be gained or lost"
    said = (
        f"{sure}: {number(gained.mean, 1)} quality-adjusted life-years (QALYs) more (95% interval "
        f"{number(gained.low, 1)} to {number(gained.high, 1)})"
    )
    words = {
        "dominates": "better and no dearer for {who}",
        "dominated": "dearer and no better for {who}",
        "the same": "nothing for {who}",
        "less effect at less cost": "{cost} saved by {who} for each that is lost",
    }
    each = (
        words.get(one.comparison, "{cost} for {who}").format(who=one.perspective, cost=usd(one.ratio))
        for one in result.health.perspectives
    )
    return f"{said}. A QALY comes to {' and '.join(each)}."


def how_sure(result: CaseResult) -> list[str]:
    """Answer how sure that is: chance, what moves it, what it rests on."""
    head = result.headlines
    worth = head.net_present_value
    assumed = result.assumptions
    lines = [
        f"The program's own net present value{', without grants,' if funded(result) else ''} is "
        f"{usd(worth.best)} at the best estimates and {usd(worth.draws.mean)} in the mean of "
        f"{result.draws:,} draws ({interval(worth.draws)}); it is above zero in {share(head.gain_chance)} of "
        "them."
    ]
    if (worth.best or 0.0) * (worth.draws.mean or 0.0) < 0:
        lines.append(
            "The best estimate and the mean lie on different sides of zero. The mean is the one to expect: "
            "what goes wrong does not weigh the same as what goes well."
        )
    known = {one.quantity: one for one in assumed.assumptions}
    shown = [one for one in result.drivers.drivers[:_TOLD] if one.swing > 0]
    if shown:
        told = "; ".join(
            f"{label(one.quantity)} (from {ends(one.low, one.high, one.unit)} it goes from "
            f"{usd(one.worth_at_low)} to {usd(one.worth_at_high)}; {known[one.quantity].status.value})"
            for one in shown
        )
        lines.append(f"What moves it most: {told}.")
    statuses = [f"{count} {status}" for status, count in assumed.statuses.items()]
    kinds = f"all of them {next(iter(assumed.statuses))}" if len(statuses) == 1 else ", ".join(statuses)
    lines.append(f"It rests on {len(assumed.assumptions)} numbers: {kinds}. {_varied(assumed.varied)}")
    return lines


def _varied(count: int) -> str:
    if not count:
        return "None of them varies, so there is no saying how sure it is."
    return f"{count} of them vary in the draws; the others are taken as if they were sure."


def cannot_say(result: CaseResult) -> Sequence[str]:
    """Say what the answers leave open."""
    lines = [
        "It is a forecast of a model, not a result of a program: it shows what follows if its numbers hold.",
        "All patients are alike in it; who benefits most is not asked.",
        "Staff grows where the case says so and is never cut: a program that loses its referrals would act. "
        "The low ends of intervals are the losses of one that does not.",
    ]
    if result.avoided and result.evaluation:
        lines.append(
            f"Care avoided rests on an evaluation ({result.evaluation}) for the events that it has and is "
            "assumed for others; nothing is claimed for those who dropped out."
        )
    elif result.avoided:
        lines.append(
            "Care avoided is an assumption here, not the result of a comparison; a haircut for regression to "
            "the mean is part of it, and nothing is claimed for those who dropped out."
        )
    else:
        lines.append("Care avoided elsewhere is not counted, since the case says nothing of it.")
    missing = [one.title for one in result.non_financial if one.value is None]
    if missing:
        lines.append(f"Nobody has measured: {'; '.join(missing)}.")
    return lines
