"""How the billable member of a linked visit must be present, and for how many at once, as coverage says."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

from allay.base.status import Status
from allay.coverage.answers import Reason, Verdict
from allay.coverage.cases.case import ServiceAsked
from allay.coverage.decisions.decision import Decision
from allay.coverage.decisions.engine import Engine
from allay.scheduling.problem.care import Service
from allay.scheduling.problem.problem import SchedulingProblem
from allay.scheduling.rules.findings import Needed, PresenceFinding, reason_card
from allay.scheduling.rules.payers import LinkedFacts, Payers
from allay.scheduling.rules.sameday import LONGEST_TEXT
from allay.scheduling.rules.visits import GivenService, asked_of, givens_of, linked_facts, visit
from allay.scheduling.rules.wanted import payers_of

NEAR, FAR = ("in_suite", "on_site"), ("video", "phone")
MODES = (*NEAR, *FAR, "none")
PASSES = (Verdict.YES, Verdict.CONDITIONAL)
NO_RATIO = "no rule of coverage states how many at once: the program gives the ratio"


def presence_findings(
    problem: SchedulingProblem, payers: Payers, *, engine: Engine | None = None
) -> tuple[PresenceFinding, ...]:
    """Ask coverage about every linked service and every payer whose patients have it.

    Each way of being present is decided, all else equal, and the rules that refuse some of them say which is
    needed. Payers and services that `payers` has not are `unknown`.

    Notes
    -----
    Costs five decisions for each pair of people, service and payer.

    Examples
    --------
    >>> problem = SchedulingProblem(
    ...     id="none", opening={"start": dt.date(2024, 7, 15)},
    ...     practitioners=(), rooms=(), services=(), patients=())
    >>> presence_findings(problem, Payers(payers={"plan-a": {"plan": {"payer": "commercial"}}}))
    ()
    """
    engine = engine or Engine()
    day = payers.service_date or problem.opening.start
    return tuple(
        _finding(problem, payers, payer, service, engine, day)
        for service in problem.services
        if service.linked is not None
        for payer in payers_of(problem, service.id)
    )


def _finding(
    problem: SchedulingProblem, payers: Payers, payer: str, service: Service, engine: Engine, day: dt.date
) -> PresenceFinding:
    if payer not in payers.payers:
        return _made(service, payer, "unknown", {}, (), LinkedFacts(), missing=(f"payers/{payer}",))
    facts = linked_facts(payers, payer, service.id)
    asked = asked_of(problem, service, payers, payer)
    if asked is None:
        return _made(service, payer, "unknown", {}, (), facts, missing=(f"services/{service.id}",))
    givens = givens_of(problem, service, payers, payer)
    if not givens:
        return _made(service, payer, "unknown", {}, (), facts, missing=("professions of the pair",))
    found = {
        mode: [_decided(one, asked, mode, payers, payer, day, engine) for one in givens] for mode in MODES
    }
    verdicts = {mode: Verdict.all_of(one.bill for one in each) for mode, each in found.items()}
    missing = dict.fromkeys(path for one in found["in_suite"] for path, _ in one.missing)
    needed = _needed(verdicts)
    reasons = tuple(_reasons(needed, found, verdicts))
    if needed == "from_afar" and not any(_refuses(reason, found, FAR) for reason in reasons):
        # No rule tells the ways of being present apart, so that none was looked up that would let them all.
        needed = "unknown"
        missing["what state law and the payer ask of presence"] = None
    return _made(service, payer, needed, verdicts, reasons, facts, missing=tuple(missing))


def _decided(
    one: GivenService,
    asked: ServiceAsked,
    mode: str,
    payers: Payers,
    payer: str,
    day: dt.date,
    engine: Engine,
) -> Decision:
    supervisors = tuple(each.model_copy(update={"mode": mode}) for each in one.supervisors or ())
    case = visit("mode", [one], [asked], payers=payers, payer=payer, day=day, supervisors=supervisors)
    return engine.decide(case)


def _needed(verdicts: dict[str, Verdict]) -> Needed:
    if all(verdicts[mode] is Verdict.NO for mode in MODES):
        return "not_billable"
    if verdicts["none"] in PASSES:
        return "nobody"
    if any(verdicts[mode] in PASSES for mode in FAR):
        return "from_afar"
    return "on_site" if any(verdicts[mode] in PASSES for mode in NEAR) else "unknown"


def _telling(found: dict[str, list[Decision]], verdicts: dict[str, Verdict]) -> Iterator[Reason]:
    """Yield the rules by which ways that do not pass differ from being there."""
    passed = {_said(reason) for one in found["in_suite"] for reason in one.reasons}
    told: set[str] = set()
    for mode in (mode for mode in MODES if verdicts[mode] not in PASSES):
        for reason in (reason for one in found[mode] for reason in one.reasons):
            stops = reason.stage == "identity" and reason.outcome in ("fails", "unknown")
            if stops and _said(reason) not in passed and reason.rule not in told:
                told.add(reason.rule)
                yield reason


def _refuses(reason: Reason, found: dict[str, list[Decision]], modes: tuple[str, ...]) -> bool:
    return any(_said(reason) == _said(one) for mode in modes for each in found[mode] for one in each.reasons)


def _reasons(
    needed: Needed, found: dict[str, list[Decision]], verdicts: dict[str, Verdict]
) -> Iterator[Reason]:
    """Yield what tells the ways apart; or what refuses them all, or lets the service be billed without."""
    if needed in ("not_billable", "nobody"):
        mode, outcome = ("in_suite", "fails") if needed == "not_billable" else ("none", "holds")
        reasons = (reason for one in found[mode] for reason in one.reasons if reason.outcome == outcome)
        yield from dict.fromkeys(one for one in reasons if needed != "nobody" or one.stage == "identity")
    else:
        yield from _telling(found, verdicts)


def _said(reason: Reason) -> tuple[str, str]:
    return reason.rule, reason.outcome


_WORDS = {
    "on_site": "the billable member is on site during the session",
    "from_afar": "the billable member may be reached from afar; who is on site meets it too",
    "nobody": "coverage asks for nobody beside who gives it",
    "unknown": "how the billable member must be present is not settled",
    "not_billable": "the pair is not billable, however the billable member is present",
}


def _made(
    service: Service,
    payer: str,
    needed: Needed,
    verdicts: dict[str, Verdict],
    reasons: Iterable[Reason],
    facts: LinkedFacts,
    *,
    missing: tuple[str, ...],
) -> PresenceFinding:
    cards = tuple(reason_card(one) for one in reasons)
    status = Status.weakest([Status(one.status) for one in cards] or [Status.UNKNOWN])
    said = [_WORDS[needed], *dict.fromkeys(f"{one.rule} ({one.status})" for one in cards)]
    told = facts.max_ratio is not None
    source = facts.max_ratio_source or "the file of payers"
    said.append(
        f"at most {facts.max_ratio} at once by {source} ({facts.max_ratio_status})" if told else NO_RATIO
    )
    return PresenceFinding(
        service=service.id,
        payer=payer,
        needed=needed,
        modes={mode: verdict.value for mode, verdict in verdicts.items()},
        presence="general" if needed == "on_site" else None,
        status=status.value,
        max_ratio=facts.max_ratio,
        ratio_status=facts.max_ratio_status if told else Status.UNKNOWN.value,
        enough=_enough(service, needed),
        reasons=cards,
        missing=missing,
        text="; ".join(said)[:LONGEST_TEXT],
    )


def _enough(service: Service, needed: Needed) -> bool:
    """Whether the linked visit keeps who bills there: a lead always is, a second by `presence`."""
    linked = service.linked
    assert linked is not None  # only linked services are asked about
    if linked.billable == "lead" or linked.presence in ("full", "general"):
        return needed != "not_billable"
    return needed in ("from_afar", "nobody")


def with_linked(problem: SchedulingProblem, found: Iterable[PresenceFinding]) -> SchedulingProblem:
    """Return a problem whose linked visits name the rules, and keep them where the second is billable.

    A `start` becomes `general` where coverage wants the billable second on site. A stated ratio lowers
    `max_ratio`, never raises it: the program may allow fewer than law does. With `full` it stays 1.

    Examples
    --------
    >>> problem = SchedulingProblem(
    ...     id="none", opening={"start": dt.date(2024, 7, 15)},
    ...     practitioners=(), rooms=(), services=(), patients=())
    >>> with_linked(problem, ()) == problem
    True
    """
    by_service: dict[str, list[PresenceFinding]] = {}
    for one in found:
        by_service.setdefault(one.service, []).append(one)
    services = tuple(_ruled(one, by_service.get(one.id, [])) for one in problem.services)
    return problem.model_copy(update={"services": services})


def _ruled(service: Service, found: list[PresenceFinding]) -> Service:
    if service.linked is None or not found:
        return service
    linked = service.linked
    text = "; ".join(dict.fromkeys(f"{one.payer}: {one.text}" for one in found))
    ratios = [linked.max_ratio, *(one.max_ratio for one in found if one.max_ratio is not None)]
    wanted = any(one.presence == "general" and not one.enough for one in found)
    update = {
        "presence": "general" if wanted else linked.presence,
        "max_ratio": min(ratios),
        "rule": text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 2].rstrip() + " …",
    }
    return service.model_copy(update={"linked": linked.model_copy(update=update)})
