"""The shape of a file of rules, as YAML."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from pydantic import Field, JsonValue

from allay.base.documents import Strict
from allay.base.status import Status
from allay.coverage.rules.rule import EffectType, Layer, Stage

Text = Annotated[str, Field(min_length=1)]


class SourceRow(Strict):
    """A source that rules of the same file point to."""

    title: Text
    seen_as: Text
    href: Text | None = None


class EffectRow(Strict):
    """What the rule does; which keys go with a type is checked on loading."""

    type: EffectType
    target: str = ""
    value: JsonValue = None
    counter: str | None = None
    per: str = ""
    method: str = ""
    modifiers: tuple[Text, ...] = ()
    factor: JsonValue = None
    mlr_class: Annotated[str, Field(alias="class")] = ""


class RuleRow(Strict):
    """One version of a rule."""

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*(\.[a-z0-9_]+)+$")]
    stage: Stage
    layer: Layer
    effect: EffectRow
    text: Text
    when: dict[str, JsonValue]
    unless: dict[str, JsonValue] | None = None
    test: dict[str, JsonValue] | None = None
    effective_from: dt.date
    effective_to: dt.date | None
    known_from: dt.date | None = None
    source: Text
    locator: Text | None = None
    status: Status
    alternatives: tuple[Text, ...] = ()
    derogable: bool = False


class RuleFile(Strict):
    """A file of rules on one subject."""

    title: Text
    recorded_on: dt.date
    sources: Annotated[dict[str, SourceRow], Field(min_length=1)]
    rules: Annotated[tuple[RuleRow, ...], Field(min_length=1)]
