"""A decision: verdicts, lines, amounts, limits left, and - built when asked for - every reason."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from allay.base.money import Money
from allay.base.status import Status
from allay.coverage.answers import Reason, Verdict
from allay.coverage.cases.case import Case
from allay.coverage.cases.paths import fact_paths
from allay.coverage.codes.ways import question
from allay.coverage.decisions.drafts import DETAILS
from allay.coverage.decisions.lookup import Plans
from allay.coverage.decisions.parts import Line, ServiceDecision
from allay.coverage.decisions.plan import ServicePlan
from allay.coverage.decisions.reasons import stage_reasons
from allay.coverage.decisions.stages import Outcome, StageResult
from allay.coverage.decisions.working import OPEN, Working, cents
from allay.coverage.rules.conditions import Number
from allay.coverage.rules.rule import EffectType, Rule, Stage


@dataclass(frozen=True, slots=True)
class Remaining:
    """A limit, and what is left of it after this visit."""

    limit: str
    left: Number
    resets_on: dt.date | None
    rule: str


class Decision:
    """What was decided for a visit.

    The verdicts and amounts are there at once; services, lines and reasons are put together when they are
    asked for, so that many visits can be decided fast.

    Attributes
    ----------
    deliver : Verdict
        Whether all services of the visit may be given.
    bill : Verdict
        Yes when some line may be billed; each line says so for itself.
    in_force : InForce
        The rules and parameters it was decided by.
    """

    def __init__(self, case: Case, working: Sequence[Working], plans: Plans) -> None:
        self.case = case
        self.in_force = plans.in_force
        self.deliver = Verdict.all_of([one.plan.deliver for one in working])
        self.bill = Verdict.any_of([one.bill for one in working])
        self._working = working
        self._plans = plans

    @cached_property
    def services(self) -> tuple[ServiceDecision, ...]:
        """What was decided for each service, in order."""
        plans = (self._plans.explained(one.prepared, one.facts) for one in self._working)
        return tuple(one.decision(plan) for one, plan in zip(self._working, plans, strict=True))

    @property
    def _told(self) -> Sequence[ServicePlan | ServiceDecision]:
        """What says as whom, with which authorization and class each service is billed."""
        plans = [one.plan for one in self._working]
        return plans if all(plan.whole for plan in plans) else self.services

    @property
    def bill_as(self) -> str:
        """Under which identity it is billed; several are separated by commas, services in order."""
        return ", ".join(dict.fromkeys(one.bill_as for one in self._told))

    @property
    def prior_auth(self) -> str:
        """What the plan asks of authorization: the strictest of the services."""
        return max((one.prior_auth for one in self._told), key=PRIOR_AUTH.index)

    @property
    def mlr_class(self) -> str:
        """Class of spending of each different kind, services in order."""
        return ", ".join(dict.fromkeys(one.mlr_class for one in self._told))

    @property
    def lines(self) -> tuple[Line, ...]:
        """All lines, services in order."""
        return tuple(line for one in self.services for line in one.lines)

    @property
    def allowed(self) -> Money | None:
        """Sum over the lines that may be billed, or could be once more is known; None if unknown."""
        return _total([line.allowed for one in self._working for line in one.lines if line.bill in OPEN])

    @property
    def patient_share(self) -> Money | None:
        """The patient's part of `allowed`; None if unknown."""
        return _total([line.share for one in self._working for line in one.lines if line.bill in OPEN])

    @cached_property
    def remaining(self) -> tuple[Remaining, ...]:
        """Every limit that counts, with what is left after this visit."""
        found = {
            one.rule.id: self._remaining(one.rule, one.left, result)
            for service in self.services
            for stage, result in service.stages
            if stage is Stage.LIMITS
            for one in result.findings
            if one.left is not None and one.outcome is not Outcome.SET_ASIDE
        }
        return tuple(found.values())

    def _remaining(self, rule: Rule, left: Number, result: StageResult) -> Remaining:
        assert rule.effect.value is not None  # the loader asks limits for it
        most = rule.effect.value.value(result.facts, self.in_force.parameter)
        resets_on = self.case.plan.year_ends if "year" in rule.effect.per else None
        return Remaining(f"{most} {rule.effect.per}", left, resets_on, rule.id)

    @cached_property
    def reasons(self) -> tuple[Reason, ...]:
        """Every rule and fact that was used, stages in order."""
        considered = [
            reason
            for service in self.services
            for stage, result in service.considered
            for reason in stage_reasons(stage, result, self.in_force)
        ]
        return tuple(dict.fromkeys((*self._decisive(), *considered)))

    def _decisive(self) -> Iterator[Reason]:
        for service in self.services:
            yield from service.notes
            for stage, result in service.stages:
                yield from stage_reasons(stage, result, self.in_force)
            for line in service.lines:
                for stage, result in _line_stages(line):
                    yield from stage_reasons(stage, result, self.in_force)
                yield from line.reasons

    @property
    def confidence(self) -> Status:
        """The weakest status of any reason it rests on; unknown where there is none.

        Edits of which nobody knows whether the payer uses them count where a line meets one: it says so. That
        no code is known counts where there would be something to bill.
        """
        no_code = "coding" if self.bill is Verdict.NO else ""
        reasons = (one for one in self._decisive() if not _aside(one, self.bill) and one.rule != no_code)
        used = [one.status for one in reasons]
        return Status.weakest(used or [Status.UNKNOWN])

    @cached_property
    def missing(self) -> tuple[tuple[str, str], ...]:
        """The facts to ask for, each with its question."""
        asked = {path: one.asked.service for one in reversed(self.services) for path in one.to_ask}
        paths = dict.fromkeys(path for one in self.services for path in one.to_ask)
        questions = ((path, _question(path, asked[path])) for path in paths)
        return tuple((path, question) for path, question in questions if question)

    @cached_property
    def alternatives(self) -> tuple[str, ...]:
        """Ids of what can be offered, from the rules that stopped it or left it open.

        Where something is refused, what is merely open beside it offers no way out.
        """
        names = [
            name
            for service in self.services
            for _, result in (*service.stages, *(two for one in service.lines for two in _line_stages(one)))
            for one in result.findings
            if one.outcome in _stopping(service, result) or one.rule.effect.type is EffectType.MODIFY
            for name in one.rule.alternatives
        ]
        names += [name for line in self.lines for name in line.alternatives]
        return tuple(dict.fromkeys(names))


def _stopping(service: ServiceDecision, result: StageResult) -> tuple[Outcome, ...]:
    """The outcomes that stopped a service in a stage or left it open."""
    if service.bill is Verdict.NO or result.verdict is Verdict.NO:
        return (Outcome.FAILS,)
    return (Outcome.FAILS, Outcome.MISSING, Outcome.UNKNOWN)


def _question(path: str, service: str) -> str:
    """How to ask for a fact, or for what the coding of a service asks; empty for what is worked out."""
    if path in fact_paths():
        return fact_paths()[path].question
    return question(service, path.removeprefix(DETAILS).removeprefix("service."))


def _aside(reason: Reason, bill: Verdict) -> bool:
    """Whether a decision does not rest on a reason; a no rests on what refused, not on what is open too."""
    unmet_edit = reason.effect == EffectType.EDIT and reason.outcome == Outcome.UNKNOWN
    open_beside = bill is Verdict.NO and reason.outcome in _OPEN and reason.stage != Stage.SCOPE
    return unmet_edit or open_beside or reason.outcome == Outcome.SET_ASIDE


_OPEN = (Outcome.MISSING, Outcome.UNKNOWN)


# What the plan asks of authorization, mildest first.
PRIOR_AUTH = ("none", "forbidden", "satisfied", "conditional", "unknown", "required", "denied")


def _line_stages(line: Line) -> Iterator[tuple[Stage, StageResult]]:
    if line.codes is not None and line.price is not None:
        yield Stage.CODES, line.codes
        yield Stage.PRICE, line.price


def _total(amounts: list[Money | None]) -> Money | None:
    if len(amounts) == 1:
        return amounts[0]
    known = [amount.cents for amount in amounts if amount is not None]
    return cents(sum(known)) if len(known) == len(amounts) and amounts else None
