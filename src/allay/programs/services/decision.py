"""Whether a session counts as the service it claims to be.

This is the question a payer asks of a bill: was that cognitive behavioral therapy? Every rule of the service
is answered, met or not, and none stops the others.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from allay.base.errors import InvalidValue
from allay.base.status import Status
from allay.programs.services.definition import FORMATS, SETTINGS, ComponentRule, ServiceDefinition
from allay.programs.services.provenance import AllowedValues, Bounds, Provenance
from allay.programs.services.session import SessionRecord

Outcome = Literal["met", "not_met", "unknown"]
Answer = Literal["yes", "no", "unknown"]
NOT_RECORDED = "not recorded"


@dataclass(frozen=True, slots=True)
class RuleResult:
    """What one rule says of one session.

    Attributes
    ----------
    rule : str
        `provider`, `format`, `setting`, `minutes`, `group_size`, or `component:` with what it asks for.
    expected, found : str
        In words; `found` is "not recorded" where the record says nothing.
    """

    rule: str
    outcome: Outcome
    expected: str
    found: str
    provenance: Provenance

    @property
    def text(self) -> str:
        """The result as one line."""
        said = {"met": "met", "not_met": "not met", "unknown": "unknown"}[self.outcome]
        return f"{self.rule} {said} (expected {self.expected}, found {self.found})"


@dataclass(frozen=True, slots=True)
class SessionDecision:
    """Whether a session counts, with every rule.

    Attributes
    ----------
    definition : str
        The service definition that decided, with its version.
    results : tuple of RuleResult
        All of them, in the order of the definition.

    Examples
    --------
    >>> from allay.base.vocabulary import profession_id, service_id
    >>> from allay.programs.services.catalog import get
    >>> from allay.programs.services.session import SessionRecord
    >>> record = SessionRecord(service_id("yoga"), profession_id("yoga_therapist"), 45, "group", 25,
    ...     "in_person", frozenset({"postures", "breathing"}))
    >>> decision = decide(record, get("yoga"))
    >>> decision.answer, [result.text for result in decision.not_met]
    ('no', ['group_size not met (expected 2 to 20, found 25)'])
    """

    definition: str
    results: tuple[RuleResult, ...]

    @property
    def answer(self) -> Answer:
        """No when a rule is not met, else unknown when one cannot be answered, else yes."""
        if self.not_met:
            return "no"
        return "unknown" if self.unknown else "yes"

    @property
    def not_met(self) -> tuple[RuleResult, ...]:
        """The rules that are not met."""
        return tuple(result for result in self.results if result.outcome == "not_met")

    @property
    def unknown(self) -> tuple[RuleResult, ...]:
        """The rules that the record is not enough for."""
        return tuple(result for result in self.results if result.outcome == "unknown")

    @property
    def status(self) -> Status:
        """The weakest status among the rules: how sure the answer is."""
        return Status.weakest(result.provenance.status for result in self.results)


def decide(record: SessionRecord, definition: ServiceDefinition) -> SessionDecision:
    """Decide whether a session counts as the service it claims to be.

    Parameters
    ----------
    record : SessionRecord
    definition : ServiceDefinition
        Of that service.

    Raises
    ------
    InvalidValue
        When the definition is that of another service.
    """
    if record.service != definition.id:
        raise InvalidValue(expected=f"a session of {definition.id}", found=record.service)
    return SessionDecision(definition.reference, tuple(_results(record, definition)))


def _results(record: SessionRecord, definition: ServiceDefinition) -> Iterator[RuleResult]:
    yield _one_of("provider", record.profession, definition.providers)
    yield _one_of("format", record.format, definition.formats, every=FORMATS)
    yield _one_of("setting", record.setting, definition.settings, every=SETTINGS)
    if definition.minutes:
        yield _within("minutes", record.minutes, definition.minutes)
    if definition.group_size:
        yield _group(record, definition.group_size)
    for rule in definition.needed:
        yield _component(record.components, rule)


def _one_of(
    rule: str, value: str | None, allowed: AllowedValues, *, every: tuple[str, ...] | None = None
) -> RuleResult:
    """Where everything is allowed, the rule is met whatever was recorded."""
    expected = " or ".join(allowed.values)
    if value is None:
        always = every is not None and set(every) <= set(allowed.values)
        return RuleResult(rule, "met" if always else "unknown", expected, NOT_RECORDED, allowed.provenance)
    return RuleResult(
        rule, "met" if value in allowed.values else "not_met", expected, value, allowed.provenance
    )


def _within(rule: str, number: float | None, bounds: Bounds) -> RuleResult:
    if number is None:
        return RuleResult(rule, "unknown", bounds.text, NOT_RECORDED, bounds.provenance)
    return RuleResult(
        rule, "met" if bounds.hold(number) else "not_met", bounds.text, f"{number:g}", bounds.provenance
    )


def _group(record: SessionRecord, bounds: Bounds) -> RuleResult:
    """The size of the group is asked of groups only; without a format, only a size that fits is an answer."""
    if record.format in ("individual", "linked"):
        return RuleResult("group_size", "met", bounds.text, record.format, bounds.provenance)
    result = _within("group_size", record.participants, bounds)
    if record.format is None and result.outcome == "not_met":
        return replace(result, outcome="unknown")
    return result


def _component(found: frozenset[str] | None, rule: ComponentRule) -> RuleResult:
    name = f"component:{'|'.join(rule.of)}"
    expected = rule.of[0] if len(rule.of) == 1 else f"{rule.at_least} of {', '.join(rule.of)}"
    if found is None:
        return RuleResult(name, "unknown", expected, NOT_RECORDED, rule.provenance)
    present = [component for component in rule.of if component in found]
    outcome: Outcome = "met" if len(present) >= rule.at_least else "not_met"
    return RuleResult(name, outcome, expected, ", ".join(present) or "none", rule.provenance)
