"""Rules in words: conditions and effects as people read them, with the names of facts and parameters."""

from __future__ import annotations

from collections.abc import Iterator

from allay.coverage.rules.conditions import Clause, Conditions, Operand
from allay.coverage.rules.rule import Effect, EffectType, Rule

_OPERATORS = {
    "is": "is",
    "is_not": "is not",
    "said": "is said to be",
    "given": "is known:",
    "has": "has",
    "lacks": "has no",
    "at_least": "is at least",
    "more_than": "is more than",
    "at_most": "is at most",
    "less_than": "is less than",
}


def condition_words(conditions: Conditions) -> tuple[str, ...]:
    """Return each condition as a short text; a list of choices is one text.

    Examples
    --------
    >>> condition_words(Conditions((Clause("plan.payer", "is", frozenset(["medicaid"])),)))
    ('plan payer is medicaid',)
    """
    return tuple(_texts(conditions))


def _texts(conditions: Conditions) -> Iterator[str]:
    for clause in conditions.clauses:
        yield _clause(clause)
    if conditions.any_of:
        yield "either " + ", or ".join(" and ".join(condition_words(one)) for one in conditions.any_of)


def _clause(clause: Clause) -> str:
    what = named(clause.parameter or clause.path) if clause.parameter is None else f"`{clause.parameter}`"
    operator = _OPERATORS[clause.operator]
    if clause.operand is not None:
        return f"{what} {operator} {_operand(clause.operand)}"
    if clause.listed is not None:
        return f"{what} {operator} in `{clause.listed}`"
    values = " or ".join(sorted(map(_value, clause.values)))
    return f"{what} {operator} {values}"


def _operand(operand: Operand) -> str:
    if operand.parameter is not None:
        return f"`{operand.parameter}`"
    return named(operand.fact) if operand.fact is not None else f"{operand.number:f}"


def _value(value: object) -> str:
    return {True: "yes", False: "no"}.get(value, str(value)) if isinstance(value, bool) else str(value)


def named(path: str) -> str:
    """Return the name of a fact as words: `episode.visits_year` is episode visits year."""
    return path.replace(".", " ").replace("_", " ")


def effect_words(rule: Rule) -> str:
    """Return what a rule does as a short text.

    Examples
    --------
    >>> from allay.coverage.rules.rulebook import Rulebook
    >>> rules = {rule.id: rule for rule in Rulebook.shipped().rules}
    >>> effect_words(rules["us.medicare.acupuncture.year"])
    'limits to `us.medicare.acupuncture.visits_year`, counted in episode visits year'
    """
    effect = rule.effect
    match effect.type:
        case EffectType.LIMIT:
            assert effect.value is not None  # the loader asks for it
            return f"limits to {_operand(effect.value)}, counted in {named(effect.counter or '')}"
        case EffectType.CAP | EffectType.FLOOR:
            most = "at most" if effect.type is EffectType.CAP else "at least"
            return f"{named(effect.target)} {most} {_amount(effect)}"
        case EffectType.PRICE:
            return f"{named(effect.target)} by {named(effect.method)}{_amount(effect, ': ')}{_factor(effect)}"
        case EffectType.MODIFY:
            added = f"adds {', '.join(effect.modifiers)}" if effect.modifiers else "changes the price"
            return added + _factor(effect)
        case EffectType.CLASSIFY:
            return f"counts as {named(effect.mlr_class)}"
        case _:
            return f"{effect.type.value} {named(effect.target)}".strip()


def _amount(effect: Effect, before: str = "") -> str:
    return "" if effect.value is None else before + _operand(effect.value)


def _factor(effect: Effect) -> str:
    return "" if effect.factor is None else f", times {_operand(effect.factor)}"
