"""OMOP Common Data Model 5.4: people, periods, visits, procedures, drugs and their cost.

The shapes of the tables are from memory of the model; no file of a publisher was at hand to check them.
"""

# names of our own

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources

from allay.base.errors import InvalidInput, Problem
from allay.base.tables import Strict, read_yaml
from allay.evaluation.claims.columns import literal
from allay.evaluation.claims.kinds import JudgementSource
from allay.evaluation.loaders.omop_sql import DRUGS, ENROLLMENT, MEDICAL, MEMBER
from allay.evaluation.loaders.sources import Sources, sql_type

_FILE = resources.files("allay.evaluation.loaders") / "data" / "omop.yaml"


class OmopCodes(Strict):
    """What of OMOP's concepts the contract has a place for."""

    source: JudgementSource
    inpatient_visits: tuple[int, ...]
    emergency_visits: tuple[int, ...]
    place_of_service_emergency: str
    procedure_codes: Mapping[str, str]
    drug_codes: Mapping[str, str]


@cache
def omop_codes() -> OmopCodes:
    """Return the concepts.

    Examples
    --------
    >>> omop_codes().drug_codes["NDC"], omop_codes().source.status.value
    ('ndc', 'memory')
    """
    return read_yaml(_FILE, OmopCodes, name="omop.yaml")


def load_omop(sources: Sources, window: tuple[dt.date, dt.date] | None) -> list[str]:
    """Make the tables of the contract from OMOP tables in CSV.

    Needed are ``person``, ``visit_occurrence`` and ``payer_plan_period`` or ``observation_period``; used
    where they are there are ``death``, ``procedure_occurrence``, ``drug_exposure``, ``cost`` and ``concept``.
    Codes come from ``concept`` only: without its row a procedure or drug has none. A visit is a claim, each
    procedure a line of it, and the cost of the visit itself another.
    """
    del window
    _people(sources)
    _events(sources)
    codes = omop_codes()
    hcpcs, snomed = (
        _vocabularies(codes.procedure_codes, "hcpcs"),
        _vocabularies(codes.procedure_codes, "snomed"),
    )
    sources.connection.execute(
        MEDICAL.format(
            inpatient=", ".join(map(str, codes.inpatient_visits)),
            emergency=", ".join(map(str, codes.emergency_visits)),
            place=literal(codes.place_of_service_emergency),
            hcpcs=hcpcs,
            snomed=snomed,
        )
    )
    ndc, rxnorm = _vocabularies(codes.drug_codes, "ndc"), _vocabularies(codes.drug_codes, "rxnorm")
    sources.connection.execute(DRUGS.format(ndc=ndc, rxnorm=rxnorm))
    unpaid = sources.count("SELECT count(*) FROM medical_lines WHERE NOT costed")
    unmapped = sources.count("SELECT count(*) FROM medical_lines WHERE kind = 1 AND hcpcs_code IS NULL")
    sources.notes += [
        f"the shape of the tables and the concepts of visits are from memory ({codes.source.status.value})",
        f"{unpaid:,} visits and procedures have no row in cost; 0 stands as paid",
        f"{unmapped:,} procedures have no CPT or HCPCS code in concept",
        "lines of inpatient visits are institutional, all others professional; revenue centers are not known",
    ]
    return ["member", "enrollment", "medical_claim", "pharmacy_claim"]


def _vocabularies(codes: Mapping[str, str], kind: str) -> str:
    return ", ".join(literal(name) for name, found in codes.items() if found == kind)


def _people(sources: Sources) -> None:
    born = {"year_of_birth": "whole", "month_of_birth": "whole", "day_of_birth": "whole"}
    texts = ("gender_source_value", "race_source_value")
    sources.view("person", required={"person_id": "text", **born}, optional=dict.fromkeys(texts, "text"))
    _given(sources, "death", {"person_id": "text", "death_date": "time"})
    sources.connection.execute(MEMBER)
    day = sources.count(
        "SELECT count(*) FROM source_person WHERE day_of_birth IS NULL OR month_of_birth IS NULL"
    )
    if day:
        sources.notes.append(
            f"{day:,} people have no month or day of birth; January and the first were taken"
        )
    period = next((name for name in ("payer_plan_period", "observation_period") if sources.path(name)), None)
    if period is None:
        expected = "payer_plan_period.csv or observation_period.csv"
        raise InvalidInput(Problem(str(sources.folder), "-", "enrollment", expected, "none"))
    start, end = f"{period}_start_date", f"{period}_end_date"
    more = {"payer_source_value": "text", "plan_source_value": "text"}
    sources.view(period, required={"person_id": "text", start: "time", end: "time"}, optional=more)
    sources.connection.execute(ENROLLMENT.format(period=period, start=start, end=end))
    if period == "observation_period":
        sources.notes.append("enrollment is taken from observation periods, which need not be coverage")


def _events(sources: Sources) -> None:
    visit = {"visit_occurrence_id": "text", "person_id": "text", "visit_concept_id": "whole"}
    days = {"visit_start_date": "time", "visit_end_date": "time"}
    sources.view("visit_occurrence", required={**visit, **days})
    procedure = ("procedure_occurrence_id", "person_id", "visit_occurrence_id", "procedure_concept_id")
    _given(
        sources,
        "procedure_occurrence",
        {
            **_texts((*procedure, "procedure_source_concept_id")),
            "procedure_date": "time",
            "quantity": "number",
        },
    )
    drug = ("drug_exposure_id", "person_id", "drug_concept_id", "drug_source_concept_id")
    numbers = {"quantity": "number", "days_supply": "whole"}
    _given(sources, "drug_exposure", {**_texts(drug), "drug_exposure_start_date": "time", **numbers})
    amounts = ("total_charge", "amount_allowed", "paid_by_payer", "paid_patient_copay")
    patient = ("paid_patient_coinsurance", "paid_patient_deductible")
    _given(
        sources,
        "cost",
        {**_texts(("cost_event_id", "cost_domain_id")), **dict.fromkeys((*amounts, *patient), "amount")},
    )
    _given(sources, "concept", _texts(("concept_id", "vocabulary_id", "concept_code")))


def _texts(names: Iterable[str]) -> dict[str, str]:
    return dict.fromkeys(names, "text")


def _given(sources: Sources, name: str, columns: Mapping[str, str]) -> None:
    """Make the view of a table that need not be there; without it, an empty one."""
    if sources.path(name):
        first = dict(list(columns.items())[:1])
        sources.view(name, required=first, optional=columns)
        return
    cells = ", ".join(f"CAST(NULL AS {sql_type(kind)}) AS {each}" for each, kind in columns.items())
    sources.connection.execute(f"CREATE TEMP VIEW source_{name} AS SELECT {cells} WHERE false")
    sources.notes.append(f"there is no {name}")
