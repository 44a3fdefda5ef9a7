"""Labels of categories: in how many cases a category has to occur to be general, typical, variant or rare."""

from __future__ import annotations

import datetime as dt
from functools import cache
from importlib import resources
from typing import Annotated, Literal, Self, TypeAlias

from pydantic import Field, model_validator

from allay.base.documents import Strict, read_yaml
from allay.base.errors import InvalidValue, NotFound
from allay.base.status import Status
from allay.consensus.protocol.words import Id, Label, Text

CaseLabel: TypeAlias = Literal["absent", "single", "rare", "variant", "typical", "general"]
"""From none to all cases; `single` is a category of one case, which the method does not report by itself."""
LABELS: tuple[CaseLabel, ...] = ("absent", "single", "rare", "variant", "typical", "general")
USUAL = "hill-2005"


class LabelSource(Strict):
    """Where thresholds come from, and how sure we are of them."""

    title: Label
    href: Annotated[str, Field(pattern=r"^https?://\S+$")] | None = None
    accessed: dt.date
    status: Status


class LabelRule(Strict):
    """Thresholds, in cases.

    Attributes
    ----------
    general_all_but : int
        General: all cases, or all but so many (where these are still more than half).
    half_is_typical : bool
        Whether exactly half the cases are typical already.
    rare_from, rare_to : int
        Rare: so many cases, in samples of more than `rare_above` cases; in smaller ones they are variant.

    Examples
    --------
    >>> read_rule("hill-2005").status.value
    'memory'
    """

    id: Id
    title: Label
    general_all_but: Annotated[int, Field(ge=0, le=1)]
    half_is_typical: bool
    rare_from: Annotated[int, Field(ge=2)]
    rare_to: Annotated[int, Field(ge=2)]
    rare_above: Annotated[int, Field(ge=1)] | None
    why: Text
    source: LabelSource

    @property
    def status(self) -> Status:
        """How sure we are of the thresholds."""
        return self.source.status

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.rare_to < self.rare_from:
            raise ValueError("rare_from <= rare_to")
        return self


class LabelFile(Strict):
    """The data file of rules."""

    rules: Annotated[tuple[LabelRule, ...], Field(min_length=1)]


@cache
def label_rules() -> tuple[LabelRule, ...]:
    """Return the rules that ship.

    Examples
    --------
    >>> [rule.id for rule in label_rules()]
    ['hill-2005', 'hill-1997']
    """
    return read_yaml(resources.files("allay.consensus.themes") / "data" / "labels.yaml", LabelFile).rules


def read_rule(name: str) -> LabelRule:
    """Return a rule by its id.

    Raises
    ------
    NotFound
        With the nearest id that there is.
    """
    for rule in label_rules():
        if rule.id == name:
            return rule
    raise NotFound.among("rule of labels", name, known=[rule.id for rule in label_rules()])


def label_of(cases: int, *, of: int, rule: LabelRule) -> CaseLabel:
    """Label a category by the cases it occurs in.

    Parameters
    ----------
    cases : int
        Cases with the category.
    of : int
        Cases in which it could have occurred.

    Raises
    ------
    InvalidValue
        More cases than there are, or none at all.

    Examples
    --------
    >>> rule = read_rule("hill-2005")
    >>> [label_of(cases, of=12, rule=rule) for cases in (12, 11, 10, 7, 6, 2, 1, 0)]
    ['general', 'general', 'typical', 'typical', 'variant', 'variant', 'single', 'absent']
    >>> [label_of(cases, of=30, rule=rule) for cases in (29, 16, 15, 4, 3, 2)]
    ['general', 'typical', 'variant', 'variant', 'rare', 'rare']
    """
    if of < 1 or not 0 <= cases <= of:
        raise InvalidValue(expected="cases between 0 and those there are", found=f"{cases} of {of}")
    above_half = 2 * cases >= of if rule.half_is_typical else 2 * cases > of
    if cases == of or (cases >= of - rule.general_all_but and 2 * cases > of):
        return "general"
    if cases < rule.rare_from:
        return "single" if cases else "absent"
    if above_half:
        return "typical"
    large = rule.rare_above is not None and of > rule.rare_above
    return "rare" if large and cases <= rule.rare_to else "variant"
