"""The file of ways to code a service, as it stands in YAML."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field, model_validator

from allay.base.errors import InvalidValue
from allay.base.status import Status
from allay.base.tables import Strict
from allay.coverage.codes.sheet import Sources, Text, check_source

ALWAYS_ASKED = ("minutes", "service")
Minutes = Annotated[int, Field(gt=0)]


class RangeRow(Strict):
    """Whole numbers from `low` to `high`, both included; without `high` there is no end."""

    low: int
    high: int | None = None

    @model_validator(mode="after")
    def _check(self) -> RangeRow:
        if self.high is not None and self.high < self.low:
            raise InvalidValue(expected=f"a high of at least {self.low}", found=str(self.high))
        return self


Wanted = bool | str | RangeRow


class FirstRow(Strict):
    """The code of the first minutes."""

    code: Text
    minutes: Minutes


class FurtherRow(Strict):
    """The code of each further block of minutes, and the detail that must be so for it."""

    code: Text
    minutes: Minutes
    needs: Text | None = None


class ChoiceRow(Strict):
    """What the answers must be, and the code they lead to, or why there is none."""

    when: dict[str, Wanted] = Field(default_factory=dict)
    code: Text | None = None
    first: FirstRow | None = None
    further: FurtherRow | None = None
    refuse: Text | None = None

    @model_validator(mode="after")
    def _check(self) -> ChoiceRow:
        if sum(each is not None for each in (self.code, self.first, self.refuse)) != 1:
            raise InvalidValue(expected="one of code, first and refuse", found="none or several")
        if (self.first is None) is not (self.further is None):
            raise InvalidValue(expected="first and further together", found="one of them")
        return self

    def codes(self) -> Iterator[str]:
        """Yield the codes it can lead to."""
        if self.code is not None:
            yield self.code
        for part in (self.first, self.further):
            if part is not None:
                yield part.code


class TimeRow(Strict):
    """When the minutes of a unit count."""

    counted: Literal["met", "midpoint"]
    must_be_met: bool = False
    source: Text
    status: Status


class WayRow(Strict):
    """One way to code a service: by answers, or by the minutes of its activities."""

    id: Annotated[str, Field(pattern=r"^[a-z][a-z_]*$")]
    label: Text
    services: Annotated[tuple[Text, ...], Field(min_length=1)]
    asks: dict[str, Text] = Field(default_factory=dict)
    time: TimeRow | None = None
    timed: tuple[Text, ...] = ()
    source: Text
    status: Status
    choices: tuple[ChoiceRow, ...] = ()

    @model_validator(mode="after")
    def _check(self) -> WayRow:
        if bool(self.timed) is bool(self.choices):
            raise InvalidValue(expected="either timed codes or choices", found="both or none")
        if (self.time is None) is any(choice.first for choice in self.choices):
            raise InvalidValue(expected="a time with codes of minutes, and only there", found="the other")
        used = {name for choice in self.choices for name in choice.when}
        used |= {c.further.needs for c in self.choices if c.further and c.further.needs}
        if odd := sorted(used - set(self.asks) - set(ALWAYS_ASKED)):
            raise InvalidValue(expected="conditions on what is asked", found=", ".join(odd))
        if idle := sorted(set(self.asks) - used):
            raise InvalidValue(expected="to ask only what decides", found=", ".join(idle))
        return self

    def codes(self) -> tuple[str, ...]:
        """Return all codes it can lead to."""
        return self.timed or tuple(dict.fromkeys(code for each in self.choices for code in each.codes()))


class CodingFile(Strict):
    """The file `coding.yaml`."""

    recorded_on: dt.date
    sources: Sources
    ways: tuple[WayRow, ...]

    @model_validator(mode="after")
    def _check(self) -> CodingFile:
        if len({way.id for way in self.ways}) < len(self.ways):
            raise InvalidValue(expected="an id of its own for each way", found="one twice")
        for way in self.ways:
            check_source(way.source, way.status, self.sources)
            if way.time is not None:
                check_source(way.time.source, way.time.status, self.sources)
        return self
