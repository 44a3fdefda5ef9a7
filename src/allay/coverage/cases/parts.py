"""The parts of a case: each field is a fact that rules may read, with the question that asks for it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from decimal import Decimal
from itertools import combinations
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from allay.base.documents import Strict
from allay.base.errors import InvalidValue, NotFound
from allay.base.vocabulary import profession_id, service_id
from allay.coverage.credentials.states import compact_id, state_code
from allay.measures.catalog import check_score

Payer = Literal[
    "original_medicare",
    "medicare_advantage",
    "medicaid",
    "commercial",
    "exchange",
    "self_funded",
    "workers_compensation",
    "uninsured",
]
Condition = Literal[
    "low_back_pain",
    "neck_pain",
    "knee_osteoarthritis",
    "hip_osteoarthritis",
    "shoulder_pain",
    "fibromyalgia",
    "chronic_migraine",
    "chronic_pain",
    "spinal_subluxation",
    "depression",
    "anxiety",
    "diabetes",
    "kidney_disease",
    "kidney_transplant",
]
Mode = Literal["in_person", "video", "audio"]
Supervision = Literal["in_suite", "on_site", "video", "phone", "none"]
Place = Literal[
    "office", "hospital_outpatient", "off_campus", "fqhc", "ambulatory_surgery", "home", "community"
]

# Codes of places of service (CMS); what is reached from afar is coded by where the patient is.
PLACE_CODES: Mapping[str, str] = {
    "office": "11",
    "home": "12",
    "off_campus": "19",
    "hospital_outpatient": "22",
    "ambulatory_surgery": "24",
    "fqhc": "50",
    "community": "99",
}
FROM_AFAR: Mapping[str, str] = {"home": "10"}
FROM_AFAR_ELSEWHERE = "02"


def _exact(value: object) -> object:
    """Take numbers of JSON as exact decimals, so that dollars never become binary fractions."""
    return Decimal(str(value)) if isinstance(value, int | float) and not isinstance(value, bool) else value


Dollars = Annotated[Decimal, BeforeValidator(_exact), Field(ge=0, decimal_places=2)]
Ratio = Annotated[Decimal, BeforeValidator(_exact), Field(ge=0, le=1)]
Count = Annotated[int, Field(ge=0)]
Text = Annotated[str, Field(min_length=1)]


def _known(check: Callable[[str], object], kind: str) -> Callable[[str], str]:
    """Return a validator that takes the ids of a vocabulary only."""

    def validate(value: str) -> str:
        try:
            check(value)
        except NotFound as missing:
            raise ValueError(f"a known {kind} ({missing})") from None
        return value

    return validate


ServiceName = Annotated[str, AfterValidator(_known(service_id, "service"))]
ProfessionName = Annotated[str, AfterValidator(_known(profession_id, "profession"))]
State = Annotated[str, Field(pattern=r"^[A-Z]{2}$"), AfterValidator(_known(state_code, "state"))]
CompactName = Annotated[str, AfterValidator(_known(compact_id, "compact"))]


class Patient(Strict):
    """The person who receives the service."""

    state: State | None = Field(None, description="In which state is the patient during the service?")
    conditions: tuple[Condition, ...] | None = Field(None, description="Which conditions are treated?")
    diagnoses: tuple[Text, ...] | None = Field(None, description="Which ICD-10-CM codes are treated?")
    pain_weeks: Count | None = Field(None, description="For how many weeks has the pain lasted?")
    specific_cause: bool | None = Field(
        None, description="Has the pain a specific cause, such as cancer, infection or inflammation?"
    )
    surgery_related: bool | None = Field(None, description="Is the pain related to surgery?")
    pregnancy_related: bool | None = Field(None, description="Is the pain related to pregnancy?")
    new: bool | None = Field(None, description="Is the patient new to the practice (three years)?")
    on_dialysis: bool | None = Field(None, description="Is the patient on dialysis?")
    months_since_transplant: Count | None = Field(
        None, description="How many months ago was the kidney transplant?"
    )


class Benefit(Strict):
    """What the plan says of one service."""

    covered: bool | None = Field(None, description="Does the plan cover this service?")
    in_benchmark: bool | None = Field(
        None, description="Is the service in the state's benchmark of essential health benefits?"
    )
    profession_excluded: bool | None = Field(
        None, description="Does the plan refuse this service from this profession?"
    )
    covered_from_physicians: bool | None = Field(
        None, description="Does the plan cover this service when a physician gives it?"
    )
    out_of_network: bool | None = Field(
        None, description="Does the plan pay for this service outside its network?"
    )
    visit_limit: Count | None = Field(None, description="How many visits a year does the plan allow?")
    copay: Dollars | None = Field(None, description="What is the copay for this service?")
    coinsurance: Ratio | None = Field(None, description="What share of the price does the patient pay?")
    prior_auth: bool | None = Field(None, description="Does the plan ask for prior authorization of it?")
    delegate_accepted: bool | None = Field(
        None, description="Does the plan accept that a supervised person gives this service?"
    )
    allowed: Dollars | None = Field(None, description="What does the plan allow for one unit?")
    allowed_others: Dollars | None = Field(
        None, description="What does the plan allow other professions for one unit of the same code?"
    )


class Plan(Strict):
    """The plan that pays."""

    payer: Payer | None = Field(None, description="What kind of payer is it?")
    name: Text | None = Field(None, description="What is the plan called?")
    regulated_by: State | None = Field(None, description="Which state regulates the plan?")
    metal: Literal["bronze", "silver", "gold", "platinum", "catastrophic"] | None = Field(
        None, description="Which metal level has the exchange plan?"
    )
    network: Literal["contracted", "out_of_network"] | None = Field(
        None, description="Is the practitioner in the network of the plan?"
    )
    accepts_standards: bool | None = Field(
        None, description="Has the practitioner accepted the plan's terms on cost, use and quality?"
    )
    deductible_left: Dollars | None = Field(None, description="How much of the deductible is left?")
    coinsurance: Ratio | None = Field(None, description="What share of the price does the patient pay?")
    out_of_pocket_left: Dollars | None = Field(
        None, description="How much is left until the patient's yearly maximum?"
    )
    primary_care_copay: Dollars | None = Field(None, description="What is the copay of a primary care visit?")
    authorization: Literal["none", "requested", "approved", "denied"] | None = Field(
        None, description="Is there an authorization for this service?"
    )
    therapy_year_to_date: Dollars | None = Field(
        None, description="What was allowed for physical and speech therapy so far this year?"
    )
    occupational_therapy_year_to_date: Dollars | None = Field(
        None, description="What was allowed for occupational therapy so far this year?"
    )
    same_provider: Literal["npi", "group", "tin"] | None = None  # who counts as one provider for edits
    year_ends: dt.date | None = Field(None, description="When does the plan year end?")


class License(Strict):
    """A license, registration or certification by a state."""

    state: State
    profession: ProfessionName
    status: Literal["active", "restricted", "expired", "suspended", "revoked"] = "active"
    start: dt.date | None = None
    end: dt.date | None = None  # the first day without it

    @model_validator(mode="after")
    def _ends_after_its_start(self) -> Self:
        if self.start is not None and self.end is not None and self.end <= self.start:
            raise ValueError(f"an end after {self.start}")
        return self

    def contradicts(self, other: License) -> bool:
        """Whether both are said of the same days, and differ in status."""
        same = (self.state, self.profession) == (other.state, other.profession)
        first = max(self.start or dt.date.min, other.start or dt.date.min)
        last = min(self.end or dt.date.max, other.end or dt.date.max)
        return same and self.status != other.status and first < last


class Practitioner(Strict):
    """Who gives the service."""

    id: Text
    profession: ProfessionName
    licenses: tuple[License, ...] | None = Field(None, description="Which licenses are held?")
    compacts: tuple[CompactName, ...] = ()
    degrees: tuple[Text, ...] | None = Field(None, description="Which degrees does the practitioner hold?")
    enrolled: bool | None = Field(None, description="Is the practitioner enrolled with the payer?")
    employed_by_facility: bool | None = Field(None, description="Does the facility employ the practitioner?")
    trained_as_therapist: bool | None = Field(
        None, description="Is the person trained as a physical or occupational therapist?"
    )
    in_scope: bool | None = Field(
        None, description="Is this service within what state law lets this person do?"
    )
    tax_id_key: str | None = Field(None, description="Which billing group does the practitioner belong to?")

    @model_validator(mode="after")
    def _agreeing_licenses(self) -> Self:
        for one, other in combinations(self.licenses or (), 2):
            if one.contradicts(other):
                what = f"{one.profession} in {one.state} is {one.status} and {other.status} on the same days"
                raise ValueError(f"licenses that agree ({what})")
        return self


class Supervisor(Strict):
    """A clinician under whose name the service might be billed."""

    id: Text
    profession: ProfessionName = Field(description="Which profession has the supervisor?")
    mode: Supervision | None = Field(None, description="How is the supervisor present?")
    enrolled: bool | None = Field(None, description="Is the supervisor enrolled with the payer?")
    began_care: bool | None = Field(
        None, description="Did the supervisor see the patient first and set the course of treatment?"
    )
    own_service: bool | None = Field(None, description="Is the supervisor's own service documented?")
    delegation_allowed: bool | None = Field(
        None, description="Does state law let the supervisor delegate this service to this person?"
    )


class Setting(Strict):
    """Where and how the service is given."""

    place: Place | None = Field(None, description="In what kind of place is the service given?")
    mode: Mode | None = Field(None, description="Is the patient seen in person, by video or by audio?")
    group_size: Annotated[int, Field(ge=1)] | None = Field(None, description="How many patients attend?")
    locality: Text | None = Field(None, description="Which payment locality is it?")
    carf_accredited: bool | None = Field(
        None, description="Is the pain program accredited by CARF (rehabilitation facilities)?"
    )

    @property
    def place_code(self) -> str | None:
        """The code of the place of service; None where it is not said."""
        if self.place is None:
            return None
        if self.mode in ("video", "audio"):
            return FROM_AFAR.get(self.place, FROM_AFAR_ELSEWHERE)
        return PLACE_CODES[self.place]

    state_requires_on_site: bool | None = Field(
        None, description="Does state law ask for the supervisor on site?"
    )


class Episode(Strict):
    """What went before in this course of treatment; the visit asked about is not counted."""

    visits_before: Count | None = Field(None, description="How many visits were there in this course?")
    treatment_visits_before: Count | None = Field(
        None, description="How many of the visits in this course were treatment, and not the evaluation?"
    )
    visits_year: Count | None = Field(None, description="How many visits were there in the last 12 months?")
    visits_pooled: Count | None = Field(
        None, description="How many visits were there this year to services that share one limit?"
    )
    minutes_year: Count | None = Field(
        None, description="How many minutes of this service were there this year?"
    )
    first_year: bool | None = Field(None, description="Is it the first year of this service?")
    days_since_first: Count | None = Field(None, description="How many days ago was the first visit?")
    days_since_profession: Count | None = Field(
        None, description="How many days ago was the last visit to this profession?"
    )
    new_condition: bool | None = Field(None, description="Is it a new or recurring condition?")
    first_visit_in_person: bool | None = Field(None, description="Was the first visit in person?")
    referral: bool | None = Field(None, description="Is there a referral or order?")
    evaluation_done: bool | None = Field(None, description="Was the program's evaluation done?")
    improved: bool | None = Field(None, description="Is improvement documented?")
    worse: bool | None = Field(None, description="Is the patient getting worse?")


class Outcome(Strict):
    """A patient's scores in one measure at two times."""

    instrument: Text
    scale: Text = "total"
    baseline: Annotated[Decimal, BeforeValidator(_exact)]
    latest: Annotated[Decimal, BeforeValidator(_exact)]
    baseline_on: dt.date | None = None
    latest_on: dt.date | None = None

    @model_validator(mode="after")
    def _scores_of_the_scale(self) -> Self:
        for score in (self.baseline, self.latest):
            try:
                check_score(self.instrument, self.scale, float(score))
            except InvalidValue as wrong:
                raise ValueError(wrong.expected) from None
            except NotFound as missing:
                raise ValueError(f"a measure that there is ({missing})") from None
        return self


class Contract(Strict):
    """The contract the program has with the payer for this patient."""

    kind: Literal["bundle", "fee_for_service", "mixed"] | None = Field(
        None, description="Which kind of contract covers the patient?"
    )
    included: tuple[ServiceName, ...] | None = Field(None, description="Which services are in the bundle?")
    carved_out: tuple[ServiceName, ...] = ()
    copays_paid: Count | None = Field(None, description="How many copays has the patient paid?")
    copay_cap: Count | None = Field(None, description="How many copays may a bundle have?")
    copay: Dollars | None = Field(None, description="How much is one copay?")


class Waiver(Strict):
    """Conditions for paying from other money than the benefit."""

    improves_quality: bool | None = Field(None, description="Is it meant to improve health quality?")
    measurable: bool | None = Field(None, description="Can what it does be measured?")
    for_members: bool | None = Field(None, description="Is it for members or segments of members?")
    evidence_based: bool | None = Field(
        None, description="Does it rest on evidence, accepted practice or recognized criteria?"
    )
    in_lieu_of_covered: bool | None = Field(
        None, description="Has the state approved it in place of a covered service?"
    )
    pays_service: bool | None = Field(None, description="Does the state's waiver pay this service?")
