"""A service and its lines while the services of a visit are put together."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from allay.base.money import Money
from allay.coverage.answers import Reason, Verdict
from allay.coverage.cases.facts import Facts
from allay.coverage.decisions.parts import Line, ServiceDecision
from allay.coverage.decisions.plan import LinePlan, ServicePlan
from allay.coverage.decisions.prepared import PreparedService

OPEN = (Verdict.YES, Verdict.CONDITIONAL)
# Money of so many cents: amounts come again and again, and making one costs more than finding it.
cents = lru_cache(100_000)(Money)


class WorkingLine:
    """A line while it is decided: what rules plan for it, and what the day makes of it."""

    __slots__ = ("allowed", "alternatives", "bill", "explain", "plan", "reasons", "share")

    def __init__(self, plan: LinePlan) -> None:
        self.plan = plan
        self.bill = plan.bill
        self.reasons: tuple[Reason, ...] = ()
        self.explain: Callable[[], Reason] | None = None  # the reason of its price, made when it is read
        self.alternatives: tuple[str, ...] = ()
        self.allowed: Money | None = None
        self.share: Money | None = None


class Working:
    """A service while it is decided."""

    __slots__ = ("bill", "facts", "lines", "missing", "plan", "prepared")

    def __init__(self, prepared: PreparedService, facts: Facts, plan: ServicePlan) -> None:
        self.prepared = prepared
        self.facts = facts
        self.plan = plan
        self.bill = plan.bill
        self.lines = [WorkingLine(line) for line in plan.lines]
        self.missing: tuple[str, ...] = plan.missing

    def ask_for(self, path: str) -> None:
        """Add a fact to those that are missing."""
        if path not in self.missing:
            self.missing += (path,)

    def finish(self) -> None:
        """Say whether anything may be billed."""
        if self.lines:
            self.bill = Verdict.any_of([line.bill for line in self.lines])

    def decision(self, explained: ServicePlan) -> ServiceDecision:
        """Return what was decided, with the findings of this very case."""
        return ServiceDecision(
            asked=self.prepared.asked,
            deliver=self.plan.deliver,
            bill=self.bill,
            bill_as=explained.bill_as,
            prior_auth=explained.prior_auth,
            mlr_class=explained.mlr_class,
            lines=tuple(
                _line(line, plan, self.prepared.asked.service)
                for line, plan in zip(self.lines, explained.lines, strict=True)
            ),
            stages=tuple(explained.stages),
            considered=tuple(explained.considered),
            notes=(*self.prepared.notes, *explained.drafts.reasons),
            missing=tuple(dict.fromkeys((*explained.missing, *self.missing))),
        )


def _line(line: WorkingLine, plan: LinePlan, service: str) -> Line:
    priced = () if line.explain is None else (line.explain(),)
    return Line(
        code=plan.draft.code,
        units=plan.draft.units,
        modifiers=plan.modifiers,
        bill=line.bill,
        allowed=line.allowed,
        patient_share=line.share,
        service=service,
        reasons=(*line.reasons, *priced),
        alternatives=line.alternatives,
        codes=plan.codes,
        price=plan.price,
    )
