"""Same-day rules of a problem, from what coverage decides; and what coverage does not settle."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence

import allay
from allay.base.status import Status
from allay.coverage.answers import Reason
from allay.coverage.cases.parts import Practitioner, Supervisor
from allay.coverage.decisions.engine import Engine
from allay.scheduling.problem.care import Service
from allay.scheduling.problem.problem import SchedulingProblem
from allay.scheduling.rules.dayrules import rule_of
from allay.scheduling.rules.findings import Answer, PairFinding, Policy, SameDayFindings, reason_card
from allay.scheduling.rules.oneday import Asked, DayAnswer, decide_day
from allay.scheduling.rules.payers import Payers, Told
from allay.scheduling.rules.visits import GivenService, asked_of, givens_of
from allay.scheduling.rules.wanted import Pair, wanted_pairs

LONGEST_TEXT = 500
NO_WAY = "no rule of coverage lets it be billed"


def same_day_rules(
    problem: SchedulingProblem,
    payers: Payers,
    *,
    policy: Policy = "forbid",
    engine: Engine | None = None,
) -> SameDayFindings:
    """Ask coverage about each pair of services that a patient may have on one day, for each payer.

    Each service is decided alone and both on one day, for everybody of the problem who can give them. A rule
    is made where all of them lead to it; what is open, or hangs on who gives it, is unknown and makes none.

    Parameters
    ----------
    problem : SchedulingProblem
    payers : Payers
        What coverage must know; of what it does not tell, nothing is guessed.
    policy : {'forbid', 'price'}
        Whether a pair of which one is not billable is never planned, or planned at its loss. A pair of which
        both are billable for less is always priced.
    engine : Engine, optional
        Of coverage; without it, the rules, fees and edits that ship.

    Raises
    ------
    NotFound
        A profession or a state of a practitioner that coverage does not know.

    Notes
    -----
    Costs four decisions for each pair of services and each different pair of people who give them.

    Examples
    --------
    >>> problem = SchedulingProblem(
    ...     id="none", opening={"start": dt.date(2024, 7, 15)},
    ...     practitioners=(), rooms=(), services=(), patients=({"id": "p1", "payer": "plan-b"},))
    >>> payers = Payers(payers={"plan-a": {"plan": {"payer": "commercial"}}})
    >>> same_day_rules(problem, payers).findings
    ()
    """
    engine = engine or Engine()
    day = payers.service_date or problem.opening.start
    findings = tuple(_findings(problem, payers, engine, day))
    version = engine.rulebook.at(day).version
    return SameDayFindings(
        allay_version=allay.__version__,
        rules_version=version,
        problem=problem.id,
        service_date=day,
        policy=policy,
        findings=findings,
        rules=tuple(rule for one in findings if (rule := rule_of(one, policy)) is not None),
    )


def _findings(
    problem: SchedulingProblem, payers: Payers, engine: Engine, day: dt.date
) -> Iterator[PairFinding]:
    services = {one.id: one for one in problem.services}
    for payer, pairs in wanted_pairs(problem).items():
        if not pairs:
            continue
        if payer not in payers.payers:
            text = "the file of payers does not have it"
            missing = (f"payers/{payer}",)
            yield PairFinding(
                payer=payer, services=None, answer="unknown", status="unknown", missing=missing, text=text
            )
            continue
        for pair in pairs:
            yield _finding(problem, payers, payer, (services[pair[0]], services[pair[1]]), engine, day)


def _finding(
    problem: SchedulingProblem,
    payers: Payers,
    payer: str,
    pair: tuple[Service, Service],
    engine: Engine,
    day: dt.date,
) -> PairFinding:
    names = (pair[0].id, pair[1].id)
    ways: list[list[Asked]] = []
    for service in pair:
        asked = asked_of(problem, service, payers, payer)
        if asked is None:
            return _open(payer, names, f"services/{service.id}", "what it is for coverage is not said")
        givens = givens_of(problem, service, payers, payer)
        if not givens:
            what = f"profession of {service.discipline}"
            return _open(payer, names, what, f"nobody with a known profession gives {service.id}")
        ways.append([(given, asked) for given in givens])
    answers: dict[object, tuple[str, DayAnswer]] = {}
    for one, other in ((one, other) for one in ways[0] for other in ways[1]):
        key = _alike(one[0], other[0])
        if key not in answers:
            who = f"{one[0].practitioner.profession} and {other[0].practitioner.profession}"
            found = decide_day(one, other, payers=payers, payer=payer, day=day, engine=engine)
            answers[key] = (who, found)
    return _agreed(payer, names, list(answers.values()), payers.payers[payer].status)


def _open(payer: str, pair: Pair, missing: str, text: str) -> PairFinding:
    return PairFinding(
        payer=payer, services=pair, answer="unknown", status="unknown", missing=(missing,), text=text
    )


def _alike(one: GivenService, other: GivenService) -> tuple[object, ...]:
    """Return a key of two services given that is the same for people of whom coverage knows the same.

    Ids matter only in so far as they are the same person.
    """
    people: list[Practitioner | Supervisor] = [one.practitioner, other.practitioner]
    people += [*(one.supervisors or ()), *(other.supervisors or ())]
    ids = [each.id for each in people]
    same = tuple(ids.index(name) for name in ids)
    known = (each.model_copy(update={"id": "-"}) for each in people)
    return (same, *(each.model_dump_json() for each in known))


def _agreed(payer: str, pair: Pair, answers: Sequence[tuple[str, DayAnswer]], told: Told) -> PairFinding:
    """Return the one answer of all who give the services; those who bill nothing alone are left aside."""
    asked = [one for one in answers if one[1].answer != "not_billed"] or list(answers)
    different = list(dict.fromkeys(found.answer for _, found in asked))
    missing = tuple(dict.fromkeys(path for _, found in asked for path in found.missing))
    least = min((one for _, one in asked), key=lambda found: found.lost_cents or 0)
    answer: Answer = different[0] if len(different) == 1 else "unknown"
    reasons = least.reasons if len(different) == 1 else _once(one.reasons for _, one in asked)
    lost = None if any(found.lost_cents is None for _, found in asked) else least.lost_cents
    text = _words(answer, reasons, pair)
    if len(different) > 1:
        missing = ("who gives them", *missing)
        text = "; ".join(dict.fromkeys(f"{found.answer} by {who}" for who, found in asked)) + f"; {text}"
    basis = [
        Status(told),
        *(each.status for each in reasons),
        *(each for _, one in asked for each in one.basis),
    ]
    status = Status.UNKNOWN if answer == "unknown" else Status.weakest(basis)
    if status is Status.UNKNOWN and answer in ("forbidden", "priced"):
        answer = "unknown"
    return PairFinding(
        payer=payer,
        services=pair,
        answer=answer,
        lost_cents=lost,
        status=status.value,
        reasons=tuple(reason_card(one) for one in reasons),
        missing=missing,
        text=_shortened(text),
    )


def _once(reasons: Iterable[tuple[Reason, ...]]) -> tuple[Reason, ...]:
    return tuple(dict.fromkeys(one for each in reasons for one in each))


def _words(answer: Answer, reasons: Sequence[Reason], pair: Pair) -> str:
    said = [f"{card.rule} ({card.status}): {card.text}" for card in map(reason_card, reasons)]
    if said:
        return "; ".join(dict.fromkeys(said))
    if answer == "billed":
        return f"{pair[0]} and {pair[1]} are billed as if alone"
    if answer == "not_billed":
        return NO_WAY
    return "without prices it is not known whether less is paid together"


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 2].rstrip() + " …"
