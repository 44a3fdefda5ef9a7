"""What coverage said of a problem's schedule, as text to read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from allay.scheduling.rules.findings import Answer, LinkedStatus, PairFinding, RulesResult
from allay.scheduling.rules.sameday import NO_WAY

CENTS = 100
ANSWERS: Mapping[Answer, str] = {
    "forbidden": "not both billable",
    "priced": "paid less together",
    "billed": "paid as alone",
    "not_billed": "one is never billable",
    "unknown": "unknown",
}


def lines_of(result: RulesResult) -> Iterator[str]:
    """Yield the result as lines: the rules made, then what makes none, why, and what would settle it.

    Examples
    --------
    >>> import datetime as dt
    >>> from allay.scheduling.rules.findings import SameDayFindings
    >>> found = SameDayFindings(
    ...     allay_version="1", rules_version="r", problem="p", service_date=dt.date(2024, 7, 15),
    ...     policy="forbid", findings=(), rules=())
    >>> list(lines_of(RulesResult(same_day=found)))
    ['p on 2024-07-15, policy forbid: 0 rules of 0 pairs']
    """
    same_day = result.same_day
    for one in sorted(same_day.findings, key=lambda finding: _ORDER.index(finding.answer)):
        yield from _pair(one)
    for each in result.presence:
        yield f"{each.payer}: {each.service}, linked: {each.text} (as sure as {each.status})"
        if each.presence and not each.enough:
            yield "  `start` would not keep who bills there; in the problem written presence is `general`"
        yield from _ask(each.missing)
    for session in result.linked:
        yield from _session(session)
    counts = Counter(one.answer for one in same_day.findings)
    said = [f"{counts[answer]} {ANSWERS[answer]}" for answer in _ORDER if counts[answer]]
    made, asked = len(same_day.rules), len(same_day.findings)
    whole = f"{made} rule{'' if made == 1 else 's'} of {asked} pair{'' if asked == 1 else 's'}"
    yield f"{same_day.problem} on {same_day.service_date}, policy {same_day.policy}: " + ", ".join(
        [whole, *said]
    )


_ORDER = tuple(ANSWERS)


def _pair(one: PairFinding) -> Iterator[str]:
    pair = " + ".join(one.services) if one.services else "all pairs"
    loss = "" if not one.lost_cents else f", loses {one.lost_cents / CENTS:.2f}"
    yield f"{one.payer}: {pair}: {ANSWERS[one.answer]}{loss} (as sure as {one.status})"
    if one.answer == "billed" and not one.reasons:
        return
    if one.reasons:
        yield from (f"  {reason.rule}: {reason.text} ({reason.status})" for reason in one.reasons)
    else:
        yield f"  {one.text}"
    yield from _ask(one.missing)


def _ask(missing: Sequence[str]) -> Iterator[str]:
    if missing:
        yield f"  ask: {', '.join(missing)}"


def _session(one: LinkedStatus) -> Iterator[str]:
    pair = f"{one.lead or 'nobody'} with {one.second or 'nobody'}"
    held = "" if one.allowed_in_plan else ", not allowed in a plan"
    bill = f"bill {one.bill} as {one.bill_as}{held} (as sure as {one.status})"
    yield f"{one.series} {one.number}, {pair}: {bill}"
    if one.bill == "no":
        refusing = [reason for reason in one.reasons if reason.outcome != "holds"]
        if all(reason.outcome != "fails" for reason in refusing):
            yield f"  {NO_WAY}"
        yield from (f"  {reason.rule}: {reason.text} ({reason.status})" for reason in refusing)
    yield from _ask(one.missing)
