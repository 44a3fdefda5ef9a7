"""One service on its way through the stages that need no other service of the day."""

from __future__ import annotations

from collections.abc import Callable

from allay.base.money import Money
from allay.coverage.answers import Reason, Verdict
from allay.coverage.cases.facts import Facts
from allay.coverage.decisions.drafts import Draft, draft_lines
from allay.coverage.decisions.lookup import Judge
from allay.coverage.decisions.parts import Line, ServiceDecision
from allay.coverage.decisions.prepared import PreparedService
from allay.coverage.decisions.stages import Outcome, StageResult
from allay.coverage.rules.rule import EffectType, Stage
from allay.coverage.rules.rulefile import IDENTITIES

NOT_APPLICABLE = "not_applicable"
# Verdicts that later stages may read.
_TOLD = {
    Stage.SCOPE: "decision.scope",
    Stage.SETTING: "decision.setting",
    Stage.BENEFIT: "decision.benefit",
}
_TEXT = {verdict: verdict.value for verdict in Verdict}


class WorkingLine:
    """A line while it is decided: what was drafted, and what the stages made of it."""

    __slots__ = (
        "allowed",
        "alternatives",
        "bill",
        "draft",
        "explain",
        "modifiers",
        "reasons",
        "share",
        "stage",
        "units",
    )

    def __init__(self, draft: Draft, stage: StageResult, bill: Verdict) -> None:
        self.draft = draft
        self.stage = stage
        self.bill = bill
        self.units = draft.units
        self.modifiers = draft.modifiers
        if changes := stage.held(EffectType.MODIFY):
            added = (name for one in changes for name in one.rule.effect.modifiers)
            self.modifiers = tuple(dict.fromkeys((*draft.modifiers, *added)))
        self.reasons: tuple[Reason, ...] = ()
        self.explain: list[Callable[[], Reason]] = []  # reasons that are made when somebody reads them
        self.alternatives: tuple[str, ...] = ()
        self.allowed: Money | None = None
        self.share: Money | None = None


class Working:
    """A service with what each stage said of it so far."""

    __slots__ = (
        "bill",
        "bill_as",
        "considered",
        "deliver",
        "drafts",
        "edits",
        "facts",
        "judge",
        "lines",
        "missing",
        "prepared",
        "prior_auth",
        "spent",
        "stages",
    )

    def __init__(self, prepared: PreparedService, judge: Judge) -> None:
        self.prepared = prepared
        self.judge = judge
        self.facts: Facts = dict(prepared.facts)
        self.stages: list[tuple[Stage, StageResult]] = []
        self.missing: list[str] = ["practitioner.licensed"] if prepared.license_missing else []
        scope = self.ask(Stage.SCOPE, without_permit=Verdict.UNKNOWN)
        setting = self.ask(Stage.SETTING)
        benefit = self.ask(Stage.BENEFIT, without_permit=Verdict.UNKNOWN)
        self.deliver = Verdict.all_of((scope.verdict, setting.verdict))
        identity = self._identity()
        limits = self.ask(Stage.LIMITS)
        authorized = self._authorization()
        self.bill = Verdict.all_of((self.deliver, benefit.verdict, identity, limits.verdict, authorized))
        self._code()
        self.ask(Stage.PROGRAM)

    def ask(self, stage: Stage, *, without_permit: Verdict = Verdict.YES) -> StageResult:
        """Judge a stage, keep what it says, and let later stages read its verdict."""
        result = self.judge(stage, self.facts, without_permit=without_permit)
        self.stages.append((stage, result))
        if stage in _TOLD:
            self.facts[_TOLD[stage]] = _TEXT[result.verdict]
        return result

    def _identity(self) -> Verdict:
        """Find the identity under which it is billed: the first of the best."""
        best, self.bill_as = Verdict.NO, "none"
        asked: list[StageResult] = []
        for target in IDENTITIES:
            ways = self.prepared.supervised if target == "incident_to" else ()
            for supervisor, facts in ways or (("", self.facts),):
                result = self.judge(Stage.IDENTITY, facts, target=target, without_permit=Verdict.NO)
                if result.findings:
                    asked.append(result)
                if Verdict.any_of((best, result.verdict)) is not best:
                    best = result.verdict
                    self.bill_as = f"{target}({supervisor})" if supervisor else target
                    self.facts["decision.identity"] = target
            if best is Verdict.YES:
                break
        if best is Verdict.NO:
            self.facts["decision.identity"] = "none"
        # Where there is a way, the others were only considered.
        decisive = [one for one in asked if best is not Verdict.YES or one.verdict is best]
        self.stages += [(Stage.IDENTITY, one) for one in decisive]
        self.considered = tuple((Stage.IDENTITY, one) for one in asked if one not in decisive)
        return best

    def _authorization(self) -> Verdict:
        """Say what is asked of authorization, and whether it stands in the way of a bill."""
        result = self.ask(Stage.PRIOR_AUTH)
        asked = [one for one in result.findings if one.rule.effect.type is EffectType.REQUIRE]
        asked = [one for one in asked if one.outcome is not Outcome.SET_ASIDE]
        if any(one.applies is Verdict.YES and one.outcome is not Outcome.HOLDS for one in asked):
            denied = self.facts["plan.authorization"] == "denied"
            self.prior_auth = "denied" if denied else "required"
            return Verdict.NO if denied else Verdict.CONDITIONAL
        if any(one.outcome is Outcome.UNKNOWN for one in asked):
            self.prior_auth = "unknown"
            return Verdict.UNKNOWN
        if any(one.outcome is Outcome.MISSING for one in asked):
            self.prior_auth = "conditional"
            return Verdict.CONDITIONAL
        if result.held(EffectType.FORBID):
            self.prior_auth = "forbidden"
        else:
            self.prior_auth = "satisfied" if asked else "none"
        return Verdict.YES

    def _code(self) -> None:
        """Make the lines, and ask the rules of codes about each."""
        self.edits = self.ask(Stage.EDITS)
        total = "total_minutes" in self.applied_edits
        self.drafts = draft_lines(self.prepared.asked, rule="medicare" if total else "ama")
        self.missing += self.drafts.missing
        self.lines = []
        for draft in self.drafts.lines:
            result = self.judge(Stage.CODES, self.facts_of(draft))
            self.lines.append(WorkingLine(draft, result, Verdict.all_of((self.bill, result.verdict))))

    def facts_of(self, draft: Draft) -> Facts:
        """Return the facts with those of one line; they hold until the next line is asked for."""
        facts = self.facts
        facts["line.code"] = draft.code
        facts["line.medicare_status"] = draft.medicare_status
        facts["line.therapy"] = draft.therapy
        facts["line.timed"] = draft.timed
        return facts

    @property
    def applied_edits(self) -> frozenset[str]:
        """The kinds of edits that the payer applies."""
        return frozenset(one.rule.effect.target for one in self.edits.held(EffectType.EDIT))

    @property
    def payable(self) -> list[WorkingLine]:
        """The lines that may be billed, or could be once more is known."""
        return [line for line in self.lines if line.bill in (Verdict.YES, Verdict.CONDITIONAL)]

    def finish(self) -> None:
        """Say whether anything may be billed, and what class of spending it is."""
        if self.lines:
            self.bill = Verdict.any_of(line.bill for line in self.lines)
        else:
            self.bill = Verdict.all_of((self.bill, self._without_lines()))
        self.spent = self.ask(Stage.MLR).held(EffectType.CLASSIFY)

    def decision(self) -> ServiceDecision:
        """Return what was decided."""
        best = min(self.spent, key=lambda one: (one.rule.layer.rank, one.rule.id), default=None)
        asked = [result for _, result in self.stages] + [line.stage for line in self.lines]
        missing = [path for one in asked if one.verdict is not Verdict.NO for path in one.missing]
        return ServiceDecision(
            asked=self.prepared.asked,
            deliver=self.deliver,
            bill=self.bill,
            bill_as=self.bill_as,
            prior_auth=self.prior_auth,
            mlr_class=NOT_APPLICABLE if best is None else best.rule.effect.mlr_class,
            lines=tuple(_line(line, self.prepared.asked.service) for line in self.lines),
            stages=tuple(self.stages),
            considered=self.considered,
            notes=(*self.prepared.notes, *self.drafts.reasons),
            missing=tuple(dict.fromkeys((*self.missing, *missing))),
        )

    def _without_lines(self) -> Verdict:
        """Say what it means that no line could be made."""
        outcomes = {reason.outcome for reason in self.drafts.reasons}
        if "missing" in outcomes or self.drafts.missing:
            return Verdict.CONDITIONAL
        refused = (reason.rule != "coding" for reason in self.drafts.reasons if reason.outcome == "not_coded")
        return Verdict.NO if any(refused) else Verdict.UNKNOWN


def _line(line: WorkingLine, service: str) -> Line:
    return Line(
        line.draft.code,
        line.units,
        line.modifiers,
        line.bill,
        line.allowed,
        line.share,
        service,
        (*line.reasons, *(explain() for explain in line.explain)),
        line.alternatives,
        line.stage,
    )
