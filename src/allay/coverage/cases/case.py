"""A case: one visit of one patient to one or more services on one day, and how cases are read."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal, Self

from pydantic import Field, RootModel, model_validator

from allay.base.documents import Strict, read_json
from allay.base.sources import Readable
from allay.coverage.cases.parts import (
    Benefit,
    Contract,
    Count,
    Dollars,
    Episode,
    Outcome,
    Patient,
    Plan,
    Practitioner,
    ServiceName,
    Setting,
    Supervisor,
    Text,
    Waiver,
)


class CodedLine(Strict):
    """A billing code that somebody chose, with minutes where it is timed or units where they are known."""

    code: Annotated[str, Field(pattern=r"^[0-9A-Z][0-9]{3}[0-9A-Z]$")]
    minutes: Count | None = None
    units: Annotated[int, Field(ge=1)] | None = None
    modifiers: tuple[Text, ...] = ()


class ServiceAsked(Strict):
    """One service of the visit."""

    service: ServiceName
    practitioner: Text | None = None  # id; without it the first practitioner
    minutes: Count | None = Field(None, description="How many minutes does it take?")
    codes: tuple[CodedLine, ...] | None = None
    way: Text | None = None  # which way of coding, where the service has several
    details: dict[str, bool | int | str] = Field(default_factory=dict)  # what that way asks
    active_care: bool | None = Field(
        None, description="Is it active treatment (not maintenance), with improvement expected?"
    )
    individual_part: bool | None = Field(
        None, description="Is each patient seen one on one, face to face, during the group?"
    )
    group: bool | None = Field(None, description="Is it given to a group?")
    pain_program: bool | None = Field(None, description="Is it part of an interdisciplinary pain program?")
    unrelated_later_illness: bool | None = Field(
        None, description="Is it for an illness or injury that came later the same day?"
    )
    notice: Literal["advance", "voluntary", "none"] | None = Field(
        None, description="Which written notice that the plan may not pay did the patient get?"
    )
    facility_claim: bool | None = Field(None, description="Is it the facility's side of the visit?")
    global_period: Literal["000", "010", "090", "none"] | None = Field(
        None, description="Which global period has the procedure?"
    )
    episode: Episode = Episode()
    benefit: Benefit = Benefit()


class Case(Strict):
    """What is asked.

    `service_date` is the day of the visit; `known_on` the day as of which the rules are known (default: all
    that is recorded).
    """

    id: Text
    service_date: dt.date
    known_on: dt.date | None = None
    patient: Patient = Patient()
    plan: Plan = Plan()
    practitioners: Annotated[tuple[Practitioner, ...], Field(min_length=1)]
    supervisors: tuple[Supervisor, ...] | None = None  # None: not said; empty: nobody
    setting: Setting = Setting()
    contract: Contract = Contract()
    waiver: Waiver = Waiver()
    outcomes: tuple[Outcome, ...] = ()
    charges: dict[str, Dollars] = Field(default_factory=dict)
    services: Annotated[tuple[ServiceAsked, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _known_practitioners(self) -> Self:
        ids = [one.id for one in self.practitioners]
        if len(set(ids)) < len(ids):
            raise ValueError("practitioners with different ids")
        for asked in self.services:
            if asked.practitioner is not None and asked.practitioner not in ids:
                raise ValueError(f"a practitioner among {', '.join(ids)}, not {asked.practitioner!r}")
        return self


class Cases(RootModel[tuple[Case, ...]]):
    """The input of `allay coverage decide`: a list of cases."""

    @model_validator(mode="after")
    def _different_ids(self) -> Self:
        ids = [case.id for case in self.root]
        twice = sorted({name for name in ids if ids.count(name) > 1}) if len(set(ids)) < len(ids) else []
        if twice:
            raise ValueError(f"each case with an id of its own, not twice {', '.join(twice)}")
        return self


def read_cases(source: Readable, *, name: str | None = None) -> tuple[Case, ...]:
    """Read a list of cases from JSON.

    Raises
    ------
    InvalidInput
        Unknown keys (with the nearest), values that are none of those allowed, impossible dates, an id twice.

    Examples
    --------
    >>> import io
    >>> text = b'''[{"id": "1", "service_date": "2024-07-15",
    ...   "practitioners": [{"id": "p", "profession": "acupuncturist"}],
    ...   "services": [{"service": "acupuncture", "minutes": 30}]}]'''
    >>> read_cases(io.BytesIO(text))[0].services[0].minutes
    30
    """
    return read_json(source, Cases, name=name).root
