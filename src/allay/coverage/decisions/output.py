"""A decision as others read it: the JSON of `allay coverage decide`."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, RootModel

import allay
from allay.base.money import Money
from allay.coverage.answers import Reason
from allay.coverage.decisions.decision import Decision
from allay.coverage.decisions.parts import Line
from allay.coverage.rules.alternatives import alternatives


class Card(BaseModel):
    """Base of what is printed as JSON: no unknown keys."""

    model_config = ConfigDict(extra="forbid")


class LineCard(Card):
    """A line of the claim; amounts are dollars to the cent, null where they are not known."""

    service: str
    code: str
    modifiers: tuple[str, ...]
    units: int
    bill: str
    allowed: float | None
    patient_share: float | None


class RemainingCard(Card):
    """A limit, and what is left of it after this visit."""

    limit: str
    left: int
    resets_on: str | None


class ReferenceCard(Card):
    """Where a rule is written."""

    title: str
    href: str | None
    locator: str | None


class ReasonCard(Card):
    """One rule or fact that was looked at."""

    rule: str
    stage: str
    effect: str
    outcome: str
    text: str
    reference: tuple[ReferenceCard, ...]
    status: str
    values_read: dict[str, str]


class DecisionCard(Card):
    """What was decided for one case; `missing` names facts, `questions` says how to ask for each."""

    id: str
    deliver: str
    bill: str
    bill_as: str
    lines: tuple[LineCard, ...]
    allowed: float | None
    patient_share: float | None
    prior_auth: str
    remaining: tuple[RemainingCard, ...]
    mlr_class: str
    confidence: str
    reasons: tuple[ReasonCard, ...]
    missing: tuple[str, ...]
    questions: dict[str, str]
    alternatives: tuple[str, ...]
    allay_version: str
    rules_version: str


class Decisions(RootModel[tuple[DecisionCard, ...]]):
    """The output of `allay coverage decide`: a list of decisions, in the order of the cases."""


def card(decision: Decision) -> DecisionCard:
    """Return a decision as it is printed.

    Examples
    --------
    >>> from allay.coverage.cases.case import Case
    >>> from allay.coverage.decisions.engine import Engine
    >>> case = Case.model_validate_json('''{"id": "7", "service_date": "2024-07-15",
    ...   "patient": {"conditions": ["fibromyalgia"]}, "plan": {"payer": "original_medicare"},
    ...   "practitioners": [{"id": "md", "profession": "pain_physician"}],
    ...   "services": [{"service": "acupuncture", "minutes": 15, "details": {"stimulation": false}}]}''')
    >>> card(Engine().decide(case)).bill
    'no'
    """
    texts = alternatives()
    return DecisionCard(
        id=decision.case.id,
        deliver=decision.deliver.value,
        bill=decision.bill.value,
        bill_as=decision.bill_as,
        lines=tuple(_line(line) for line in decision.lines),
        allowed=_dollars(decision.allowed),
        patient_share=_dollars(decision.patient_share),
        prior_auth=decision.prior_auth,
        remaining=tuple(
            RemainingCard(
                limit=one.limit,
                left=int(one.left),
                resets_on=None if one.resets_on is None else one.resets_on.isoformat(),
            )
            for one in decision.remaining
        ),
        mlr_class=decision.mlr_class,
        confidence=decision.confidence.value,
        reasons=tuple(_reason(reason) for reason in decision.reasons),
        missing=tuple(path for path, _ in decision.missing),
        questions=dict(decision.missing),
        alternatives=tuple(texts[name] for name in decision.alternatives),
        allay_version=allay.__version__,
        rules_version=decision.in_force.version,
    )


def _line(line: Line) -> LineCard:
    return LineCard(
        service=line.service,
        code=line.code,
        modifiers=line.modifiers,
        units=line.units,
        bill=line.bill.value,
        allowed=_dollars(line.allowed),
        patient_share=_dollars(line.patient_share),
    )


def _reason(reason: Reason) -> ReasonCard:
    return ReasonCard(
        rule=reason.rule,
        stage=reason.stage,
        effect=reason.effect,
        outcome=reason.outcome,
        text=reason.text,
        reference=tuple(
            ReferenceCard(title=one.title, href=one.href, locator=one.locator) for one in reason.references
        ),
        status=reason.status.value,
        values_read=dict(reason.values),
    )


def _dollars(amount: Money | None) -> float | None:
    # Whole cents: JSON prints the shortest number that reads back as this one, which is the amount itself.
    return None if amount is None else float(amount.dollars)
