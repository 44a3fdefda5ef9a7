"""Statements about a program: a value, the day it holds for, its source and how sure we are of it.

Two sources that disagree are two statements; neither is dropped. What nobody published has no statement.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal, TypeAlias

from pydantic import AfterValidator, Field, JsonValue, model_validator

from allay.base.dates import parse_date
from allay.base.documents import Strict
from allay.base.errors import InvalidValue, NotFound
from allay.base.status import MARKS, Status
from allay.base.vocabulary import profession_id, service_id
from allay.measures.catalog import get
from allay.measures.domains import domain_table


def _day(text: str) -> str:
    parse_date(text + "-01-01"[: 10 - len(text)] if len(text) == 4 else (text + "-01")[:10])
    return text


def _settled(status: Status) -> Status:
    if status is Status.UNKNOWN:
        raise InvalidValue(expected="no statement where nothing is known", found="the status unknown")
    return status


def _mark(text: str) -> str:
    if text not in MARKS:
        raise InvalidValue(expected="one of the marks " + ", ".join(MARKS), found=repr(text))
    return text


def _service(text: str) -> str:
    return _known("the id of a service", service_id, text)


def _profession(text: str) -> str:
    return _known("the id of a profession", profession_id, text)


def _instrument(text: str) -> str:
    return _known("the id of an instrument in the catalog", get, text)


def _known(expected: str, find: object, text: str) -> str:
    try:
        find(text)  # type: ignore[operator]
    except NotFound as unknown:
        raise InvalidValue(expected=expected, found=f"{text!r}: {unknown}") from None
    return text


def _domain(text: str) -> str:
    known = [domain.id for domain in domain_table().domains]
    if text not in known:
        raise InvalidValue(expected="one of the quality domains " + ", ".join(known), found=repr(text))
    return text


Text: TypeAlias = Annotated[str, Field(min_length=1)]
Number: TypeAlias = int | float
PartialDate: TypeAlias = Annotated[
    str, Field(pattern=r"^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$"), AfterValidator(_day)
]
MetricId: TypeAlias = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
SettingKind: TypeAlias = Literal[
    "academic",
    "fqhc",
    "nonprofit_system",
    "payer_led",
    "employer",
    "va_dod",
    "community",
    "workers_compensation",
    "national_health_service",
]
Mechanism: TypeAlias = Literal[
    "fee_for_service",
    "linked_visit",
    "group_billing",
    "facility_fee_offset",
    "bundle",
    "grant",
    "waiver_1115",
    "managed_care",
    "workers_compensation",
    "public_budget",
    "self_pay",
]
Direction: TypeAlias = Literal["improved", "worse", "unchanged", "higher", "lower", "high", "favorable"]


class Open(Strict):
    """What may come from a newer program: keys that are not known yet are kept under `unread`."""

    unread: dict[str, JsonValue] = {}


class Source(Open):
    """Where statements come from.

    `own` is set for a program's own records, which nobody outside can look up; everything else needs an
    address or a locator.
    """

    title: Text
    seen_as: Annotated[str, AfterValidator(_mark)]
    accessed: dt.date
    href: Text | None = None
    locator: Text | None = None
    own: bool = False

    @model_validator(mode="after")
    def _findable(self) -> Source:
        if not (self.href or self.locator or self.own):
            raise InvalidValue(expected="href, locator or `own: true`", found="no way to find the source")
        return self


class Range(Strict):
    """From `low` to `high`, both included."""

    low: Number
    high: Number

    @model_validator(mode="after")
    def _ordered(self) -> Range:
        if self.low >= self.high:
            raise InvalidValue(expected=f"a high above {self.low}", found=str(self.high))
        return self


class Statement(Open):
    """What every statement carries.

    Attributes
    ----------
    as_of : str
        The year, month or day the value holds for, as YYYY, YYYY-MM or YYYY-MM-DD.
    dated : {'stated', 'published', 'read'}
        What `as_of` is: said by the source; else when the source was published; else when it was read.
    source : str
        One of the sources of the same file.
    about : bool
        Whether the source gives the value as an approximation.
    """

    as_of: PartialDate
    dated: Literal["stated", "published", "read"] = "stated"
    source: str
    status: Annotated[Status, AfterValidator(_settled)]
    about: bool = False
    note: Text | None = None


class TextStatement(Statement):
    """A statement in words; ours, never a quotation."""

    value: Text


class FlagStatement(Statement):
    """Yes or no."""

    value: bool


class NumberStatement(Statement):
    """A number or a range, in the unit of its field."""

    value: Number | Range


class PeopleStatement(Statement):
    """A count of people; `hidden` where it is too small to show, and then without a value."""

    value: int | Range | None = None
    hidden: bool = False

    @model_validator(mode="after")
    def _shown_or_hidden(self) -> PeopleStatement:
        _either(given=self.value is not None, hidden=self.hidden)
        return self


class SettingStatement(Statement):
    """The kind of organization a program belongs to."""

    value: SettingKind


class StateStatement(Statement):
    """Whether a program is running."""

    value: Literal["open", "closed"]


class DayStatement(Statement):
    """A year, month or day."""

    value: PartialDate


class MechanismStatement(Statement):
    """A way in which the program is paid."""

    value: Mechanism


class ServiceStatement(Statement):
    """A service the program gives: by whom, in which way, how much, and whether it can be billed."""

    value: Annotated[str, AfterValidator(_service)]
    provider: Annotated[str, AfterValidator(_profession)] | None = None
    mode: Literal["individual", "group", "linked"] | None = None
    dose: Text | None = None
    billable: bool | None = None


class RoleStatement(Statement):
    """A profession in the team, with full-time equivalents where they are known."""

    value: Annotated[str, AfterValidator(_profession)]
    fte: Number | None = None


class MeasureStatement(Statement):
    """A measure in use: its name, its instrument in the catalog if it has one, its domain, and when."""

    value: Text
    instrument: Annotated[str, AfterValidator(_instrument)] | None = None
    domain: Annotated[str, AfterValidator(_domain)] | None = None
    timing: Text | None = None


class ResultStatement(Statement):
    """A reported result: a number, or only the direction where no figure was published."""

    metric: MetricId
    value: Number | Range | None = None
    direction: Direction | None = None
    unit: Text | None = None
    low: Number | None = None
    high: Number | None = None
    sd: Number | None = None
    n: int | None = None
    design: Text | None = None
    period: Text | None = None
    hidden: bool = False

    @model_validator(mode="after")
    def _shown_or_hidden(self) -> ResultStatement:
        if not (self.direction and not self.hidden):
            _either(given=self.value is not None, hidden=self.hidden)
        return self


class TargetStatement(Statement):
    """A target somebody published. Without a source there is no target."""

    metric: MetricId
    value: Number
    unit: Text
    at: Literal["at_least", "at_most"]


def _either(*, given: bool, hidden: bool) -> None:
    if given and hidden:
        raise InvalidValue(expected="no value, being hidden", found="a value")
    if not given and not hidden:
        raise InvalidValue(expected="a value (or `hidden: true`)", found="none")
