"""The plan of a service: what the stages say of it, before the day's other services and amounts are known."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from allay.base.money import Money
from allay.coverage.answers import Verdict
from allay.coverage.cases.facts import Facts
from allay.coverage.decisions.drafts import IN_BUNDLE, Draft, Drafts
from allay.coverage.decisions.prepared import PreparedService
from allay.coverage.decisions.stages import Finding, Outcome, StageResult, judge
from allay.coverage.rules.conditions import FactValue, Number
from allay.coverage.rules.rule import EffectType, Layer, Rule, Stage
from allay.coverage.rules.rulebook import INDEX, InForce, LineKey
from allay.coverage.rules.rulefile import IDENTITIES

_ONE = Fraction(1)
# The modifiers that say that the patient was told, or need not be, and pays all.
PATIENT_PAYS = "us.medicare.notice.patient_pays_modifiers"
# Verdicts that later stages may read.
_TOLD = {
    Stage.SCOPE: "decision.scope",
    Stage.SETTING: "decision.setting",
    Stage.BENEFIT: "decision.benefit",
}
# Under which profession's name it is billed.
_BILLED_BY = {"own": "practitioner.profession", "incident_to": "supervisor.profession"}


@dataclass(frozen=True, slots=True)
class LinePlan:
    """What rules say of a line.

    Attributes
    ----------
    method : str
        How it is priced; empty where no rule says so, or what it needs is not known.
    value : int, Decimal or None
        The amount, for methods that take one.
    factor : Fraction
        What the price is multiplied with.
    reduction : bool
        Whether the payer reduces therapy.
    least, most : Money or None
        Between which amounts rules hold the price of a unit.
    """

    draft: Draft
    modifiers: tuple[str, ...]
    bill: Verdict
    codes: StageResult
    price: StageResult
    method: str
    value: Number | None
    factor: Fraction
    reduction: bool
    least: Money | None
    most: Money | None


@dataclass(frozen=True, slots=True)
class SharePlan:
    """How the patient's share is worked out: the method, its number, and what it is held between.

    Attributes
    ----------
    caps, floors : tuple of Money
        What the share of the service is held between.
    open_caps, open_floors : tuple of Money or None
        Of rules that might apply, or whose amount (None) is not known.
    of_bundle : bool
        A copay of a bundle is due once for a visit, whatever its services would cost.
    """

    method: str
    value: Number
    caps: tuple[Money, ...]
    floors: tuple[Money, ...]
    open_caps: tuple[Money | None, ...]
    open_floors: tuple[Money | None, ...]
    of_bundle: bool


NOTHING = StageResult(Verdict.YES, (), {})


class Reading(Facts):
    """Facts that note which of them are read, in the order of the first time.

    What is made from them can be used again for facts that agree in what was read.
    """

    __slots__ = ("read",)

    def __init__(self, facts: Facts, read: dict[str, None]) -> None:
        super().__init__(facts)
        self.read = read

    def __getitem__(self, path: str) -> FactValue:
        """Return a fact, and note that it was read."""
        self.read[path] = None
        return super().__getitem__(path)


class ServicePlan:
    """What each stage says of a service.

    Attributes
    ----------
    read : dict of str to None
        The facts it rests on, in the order in which they were read.
    whole : bool
        Whether all stages were asked; otherwise only `deliver`, `bill` and the codes of `lines` are there.
    """

    def __init__(
        self,
        service: PreparedService,
        facts: Facts,
        drafts: Drafts,
        in_force: InForce,
        *,
        whole: bool = True,
    ) -> None:
        self.whole = True
        if not drafts.lines and facts["contract.includes_service"]:
            drafts = IN_BUNDLE
        self.drafts = drafts
        self.stages: list[tuple[Stage, StageResult]] = []
        self.considered: list[tuple[Stage, StageResult]] = []
        self._service = service
        self.read: dict[str, None] = {}
        self._facts = Reading(facts, self.read)
        self._in_force = in_force
        self._index = tuple(facts[path] for path in INDEX)
        scope = self._ask(Stage.SCOPE, without_permit=Verdict.UNKNOWN)
        setting = self._ask(Stage.SETTING)
        benefit = self._ask(Stage.BENEFIT, without_permit=Verdict.UNKNOWN)
        self.deliver = Verdict.all_of((scope.verdict, setting.verdict))
        if not whole and Verdict.NO in (self.deliver, benefit.verdict):
            self._stop()
            return
        identity = self._identity()
        limits = self._ask(Stage.LIMITS)
        authorized = self._authorization()
        self.bill = Verdict.all_of((self.deliver, benefit.verdict, identity, limits.verdict, authorized))
        edits = self._ask(Stage.EDITS)
        self.edits = _edits(edits, Outcome.HOLDS)
        self.unsettled_edits = _edits(edits, Outcome.UNKNOWN)
        self.lines = tuple(self._line(draft) for draft in drafts.lines)
        if not self.lines:
            self.bill = Verdict.all_of((self.bill, drafts.without_lines))
        self._ask(Stage.PROGRAM)
        self.share = self._share()
        pays = in_force.parameter(PATIENT_PAYS)
        self.patient_pays = frozenset(pays) if isinstance(pays, tuple) else frozenset()
        self.mlr_class = self._class()
        asked = [result for _, result in self.stages] + [line.codes for line in self.lines]
        missing = [path for one in asked if one.verdict is not Verdict.NO for path in one.missing]
        licenses = ("practitioner.licensed",) if service.license_missing else ()
        self.missing = tuple(dict.fromkeys((*licenses, *drafts.missing, *missing)))

    def _stop(self) -> None:
        """Leave the other stages: the answer is no, and what they say is asked when somebody reads it."""
        self.whole = False
        self.bill = Verdict.NO
        self.edits = self.unsettled_edits = self.patient_pays = frozenset()
        self.lines = tuple(_refused(draft) for draft in self.drafts.lines)
        self.share = None
        self.missing = ()

    def forget_reasons(self) -> None:
        """Forget what only reasons need, so that a plan that is kept is small; what decides stays."""
        self.stages, self.considered = [], []
        self.lines = tuple(replace(line, codes=NOTHING, price=NOTHING) for line in self.lines)
        self.read = {}
        del self._facts, self._service, self._in_force

    def _judge(
        self,
        stage: Stage,
        facts: Facts,
        *,
        target: str = "",
        line: LineKey = (),
        without_permit: Verdict = Verdict.YES,
    ) -> StageResult:
        rules = self._in_force.rules(stage, self._index, target=target, line=line)
        return judge(rules, facts, self._in_force, without_permit=without_permit)

    def _ask(self, stage: Stage, *, without_permit: Verdict = Verdict.YES) -> StageResult:
        """Judge a stage, keep what it says, and let later stages read its verdict."""
        result = self._judge(stage, self._facts, without_permit=without_permit)
        self.stages.append((stage, result))
        if stage in _TOLD:
            self._facts[_TOLD[stage]] = result.verdict.value
        return result

    def _identity(self) -> Verdict:
        """Find the identity under which it is billed: the first of the best."""
        best, self.bill_as, self._facts["decision.identity"] = Verdict.NO, "none", "none"
        asked: list[StageResult] = []
        chosen: StageResult | None = None
        for target in IDENTITIES:
            ways = self._service.supervised if target == "incident_to" else ()
            for supervisor, own in ways or (("", None),):
                facts = self._facts if own is None else Reading({**self._facts, **own}, self.read)
                result = self._judge(Stage.IDENTITY, facts, target=target, without_permit=Verdict.NO)
                if result.findings:
                    asked.append(result)
                if Verdict.any_of((best, result.verdict)) is not best:
                    best, chosen = result.verdict, result
                    self.bill_as = f"{target}({supervisor})" if supervisor else target
                    self._facts["decision.identity"] = target
                    self._facts["decision.billed_by"] = (
                        facts[_BILLED_BY[target]] if target in _BILLED_BY else None
                    )
            if best is Verdict.YES:
                break
        # Where there is a way, or one that may open, the others were only considered.
        decisive = asked if chosen is None else [one for one in asked if one is chosen]
        self.stages += [(Stage.IDENTITY, one) for one in decisive]
        self.considered += [(Stage.IDENTITY, one) for one in asked if one not in decisive]
        return best

    def _authorization(self) -> Verdict:
        """Say what is asked of authorization, and whether it stands in the way of a bill."""
        result = self._ask(Stage.PRIOR_AUTH)
        asked = [one for one in result.findings if one.rule.effect.type is EffectType.REQUIRE]
        asked = [one for one in asked if one.outcome is not Outcome.SET_ASIDE]
        if any(one.applies is Verdict.YES and one.outcome in _NOT_HELD for one in asked):
            denied = self._facts["plan.authorization"] == "denied"
            self.prior_auth = "denied" if denied else "required"
            return Verdict.NO if denied else Verdict.CONDITIONAL
        if any(one.outcome is Outcome.UNKNOWN for one in asked):
            self.prior_auth = "unknown"
            return Verdict.UNKNOWN
        if any(one.outcome is Outcome.MISSING for one in asked):
            self.prior_auth = "conditional"
            return Verdict.CONDITIONAL
        forbidden = bool(result.held(EffectType.FORBID))
        self.prior_auth = "forbidden" if forbidden else "satisfied" if asked else "none"
        return Verdict.YES

    def _line(self, draft: Draft) -> LinePlan:
        """Ask the rules of codes and of the price about a line."""
        of_line: Facts = {
            "line.code": draft.code,
            "line.medicare_status": draft.medicare_status,
            "line.therapy": draft.therapy,
            "line.timed": draft.timed,
        }
        facts = Reading({**self._facts, **of_line}, self.read)
        line = tuple(of_line.items())
        codes = self._judge(Stage.CODES, facts, line=line)
        price = self._judge(Stage.PRICE, facts, line=line)
        changes = (*codes.held(EffectType.MODIFY), *price.held(EffectType.MODIFY))
        added = (name for one in changes for name in one.rule.effect.modifiers)
        chosen = _lowest(one for one in price.held(EffectType.PRICE))
        factor = self._factor([one.rule for one in (chosen, *changes) if one is not None])
        cuts = (one.rule.effect.target for one in price.held(EffectType.EDIT))
        return LinePlan(
            draft=draft,
            modifiers=tuple(dict.fromkeys((*draft.modifiers, *added))),
            bill=Verdict.all_of((self.bill, codes.verdict)),
            codes=codes,
            price=price,
            method="" if chosen is None or factor is None else chosen.rule.effect.method,
            value=None if chosen is None else self._value(chosen.rule),
            factor=factor or _ONE,
            reduction="therapy_reduction" in cuts,
            least=max(self._amounts(price.held(EffectType.FLOOR)), default=None),
            most=min(self._amounts(price.held(EffectType.CAP)), default=None),
        )

    def _factor(self, rules: Iterable[Rule]) -> Fraction | None:
        """Multiply the factors of rules; None when one is not known."""
        product = _ONE
        for rule in rules:
            if rule.effect.factor is not None:
                value = rule.effect.factor.value(self._facts, self._in_force.parameter)
                if not isinstance(value, int | Decimal):
                    return None
                product *= Fraction(value)
        return product

    def _value(self, rule: Rule) -> Number | None:
        operand = rule.effect.value
        found = None if operand is None else operand.value(self._facts, self._in_force.parameter)
        return found if isinstance(found, int | Decimal) else None

    def _share(self) -> SharePlan | None:
        """Return how the share is worked out: as the lowest layer says; None where it is not known."""
        result = self._ask(Stage.COST_SHARE)
        chosen = _lowest(result.held(EffectType.PRICE))
        if chosen is None:
            return None
        method, value = chosen.rule.effect.method, self._value(chosen.rule)
        if value is None and method != "none":
            return None
        return SharePlan(
            method=method,
            value=value or 0,
            caps=self._amounts(result.held(EffectType.CAP)),
            floors=self._amounts(result.held(EffectType.FLOOR)),
            open_caps=self._open_amounts(result, EffectType.CAP),
            open_floors=self._open_amounts(result, EffectType.FLOOR),
            of_bundle=chosen.rule.layer is Layer.CONTRACT,
        )

    def _open_amounts(self, result: StageResult, effect: EffectType) -> tuple[Money | None, ...]:
        """Return the amounts of rules that might apply, and None for one of which the amount is not known."""
        mine = [one for one in result.findings if one.rule.effect.type is effect]
        values = [(one.outcome is Outcome.HOLDS, self._value(one.rule)) for one in mine]
        return tuple(
            None if value is None else Money.rounded(Fraction(value))
            for held, value in values
            if value is None or not held
        )

    def _amounts(self, findings: Iterable[Finding]) -> tuple[Money, ...]:
        values = (self._value(one.rule) for one in findings)
        return tuple(Money.rounded(Fraction(value)) for value in values if value is not None)

    def _class(self) -> str:
        """Return the class of spending that the highest layer gives."""
        spent = self._ask(Stage.MLR).held(EffectType.CLASSIFY)
        best = min(spent, key=lambda one: (one.rule.layer.rank, one.rule.id), default=None)
        return "not_applicable" if best is None else best.rule.effect.mlr_class


def _refused(draft: Draft) -> LinePlan:
    """Return the plan of a line that may not be billed, without what its own rules say."""
    return LinePlan(
        draft=draft,
        modifiers=draft.modifiers,
        bill=Verdict.NO,
        codes=NOTHING,
        price=NOTHING,
        method="",
        value=None,
        factor=_ONE,
        reduction=False,
        least=None,
        most=None,
    )


_NOT_HELD = (Outcome.FAILS, Outcome.MISSING)


def _edits(result: StageResult, outcome: Outcome) -> frozenset[str]:
    """The kinds of edits of which it is said that the payer applies them, or that nobody knows."""
    found = (one for one in result.findings if one.outcome is outcome)
    return frozenset(one.rule.effect.target for one in found if one.rule.effect.type is EffectType.EDIT)


def _lowest(findings: Iterable[Finding]) -> Finding | None:
    """Return the finding of the lowest layer: the most particular agreement."""
    return min(findings, key=lambda one: (-one.rule.layer.rank, one.rule.id), default=None)
