"""The rules that findings make by a policy, and a problem with them."""

from __future__ import annotations

import hashlib
from typing import cast

from allay.scheduling.problem.care import SameDayRule
from allay.scheduling.problem.problem import SchedulingProblem
from allay.scheduling.rules.findings import PairFinding, Policy, SameDayFindings
from allay.scheduling.rules.payers import Told
from allay.scheduling.rules.wanted import Pair

PREFIX = "coverage."
LONGEST_ID = 64


def rule_of(finding: PairFinding, policy: Policy) -> SameDayRule | None:
    """Return the rule that a finding makes by a policy; None where it makes none.

    A pair that is not billable makes no priced rule where its loss is not known: nothing is guessed.

    Examples
    --------
    >>> found = PairFinding(payer="a", services=("pt", "psy"), answer="forbidden", lost_cents=None,
    ...     status="verified", text="edit.97162.96158 (verified): not paid")
    >>> rule_of(found, "forbid").effect, rule_of(found, "price")
    ('forbidden', None)
    """
    if finding.services is None or finding.answer not in ("forbidden", "priced"):
        return None
    forbidden = finding.answer == "forbidden" and policy == "forbid"
    if not forbidden and not finding.lost_cents:
        return None
    return SameDayRule(
        id=_rule_id(finding.payer, finding.services),
        payers=(finding.payer,),
        services=finding.services,
        effect="forbidden" if forbidden else "priced",
        lost_cents=finding.lost_cents or 0,
        rule=finding.text,
        status=cast(Told, finding.status),
    )


def _rule_id(payer: str, pair: Pair) -> str:
    whole = PREFIX + ".".join((payer, *pair))
    if len(whole) <= LONGEST_ID:
        return whole
    digest = hashlib.sha256(whole.encode()).hexdigest()[:8]
    return f"{whole[: LONGEST_ID - 9]}-{digest}"


def with_rules(problem: SchedulingProblem, found: SameDayFindings) -> SchedulingProblem:
    """Return a problem with the rules found, instead of those that coverage gave it before.

    Rules that somebody wrote by hand stay: their ids do not start with `coverage.`.

    Examples
    --------
    >>> import datetime as dt
    >>> from allay.scheduling.rules.payers import Payers
    >>> from allay.scheduling.rules.sameday import same_day_rules
    >>> problem = SchedulingProblem(
    ...     id="none", opening={"start": dt.date(2024, 7, 15)}, practitioners=(), rooms=(), services=(),
    ...     patients=(), same_day=({"id": "ours", "services": ("a", "b")},))
    >>> payers = Payers(payers={"plan-a": {"plan": {"payer": "commercial"}}})
    >>> [rule.id for rule in with_rules(problem, same_day_rules(problem, payers)).same_day]
    ['ours']
    """
    kept = tuple(rule for rule in problem.same_day if not rule.id.startswith(PREFIX))
    return problem.model_copy(update={"same_day": kept + found.rules})
