"""CMS Research Identifiable Files: pipe-separated claim files and beneficiary files by year."""

# ruff: noqa: S608  # names of our own

from __future__ import annotations

import datetime as dt
import re

from allay.base.errors import InvalidInput, Problem
from allay.evaluation.claims.columns import literal
from allay.evaluation.loaders.cms import RACES, SEXES, cms_codes
from allay.evaluation.loaders.rif_claims import CARRIER, INSTITUTIONAL, PHARMACY, claims_view
from allay.evaluation.loaders.sources import Sources

_YEAR = re.compile(r"beneficiary_(\d{4})\.csv(?:\.gz)?")
_MONTHS = range(1, 13)
_PERSON = {
    "BENE_ID": "text",
    "BENE_BIRTH_DT": "named",
    "BENE_SEX_IDENT_CD": "text",
    "BENE_RACE_CD": "text",
}


def load_rif(sources: Sources, window: tuple[dt.date, dt.date] | None) -> list[str]:
    """Make the tables of the contract from beneficiary, carrier, institutional and drug event files.

    Amounts of a claim stand on each of its lines in these files. A physician's line has a payment of its own;
    the payment of an institutional claim is put on its first line and 0 on the others, because payments of
    revenue centers need not add up to it. Enrollment is the months with Part A and Part B and without managed
    care.
    """
    del window
    _people(sources)
    tables = ["member", "enrollment"]
    parts = []
    if sources.path("carrier"):
        parts.append(claims_view(sources, "carrier", CARRIER))
    parts += [claims_view(sources, name, INSTITUTIONAL) for name in _INSTITUTIONS if sources.path(name)]
    if parts:
        union = " UNION ALL BY NAME ".join(f"SELECT * FROM {name}" for name in parts)
        order = "person_id, claim_start_date, claim_id, claim_line_number"
        sources.connection.execute(
            f"CREATE TEMP VIEW medical_claim AS SELECT * FROM ({union}) ORDER BY {order}"
        )
        tables.append("medical_claim")
    if sources.path("pde"):
        claims_view(sources, "pde", PHARMACY)
        tables.append("pharmacy_claim")
    unread = [name for name in ("dme", "snf") if sources.path(name)]
    if unread:
        sources.notes.append(f"not read: {', '.join(unread)}")
    sources.notes += [
        "the payment of an institutional claim stands on its first line",
        "institutional claims have no allowed amount in the source",
        "paid for a fill is what the plan paid for it, covered and not covered; allowed is its total cost",
    ]
    return tables


_INSTITUTIONS = ("inpatient", "outpatient", "hha", "hospice")


def _people(sources: Sources) -> None:
    years = {
        int(match.group(1)): file
        for file in sorted(sources.folder.iterdir())
        if (match := _YEAR.fullmatch(file.name))
    }
    if not years:
        expected = "files of beneficiaries, beneficiary_YEAR.csv"
        raise InvalidInput(Problem(str(sources.folder), "-", "files", expected, "none"))
    entitled = {f"MDCR_ENTLMT_BUYIN_{month}_IND": "text" for month in _MONTHS}
    managed = {f"HMO_{month}_IND": "text" for month in _MONTHS}
    optional = {
        "DEATH_DT": "named",
        "STATE_CODE": "text",
        "BENE_ZIP_CD": "text",
        "RFRNC_YR": "whole",
        **managed,
    }
    parts = []
    for year, file in years.items():
        name = f"beneficiary_{year}"
        view = sources.view(name, required={**_PERSON, **entitled}, optional=optional, file=file)
        parts.append(f"SELECT {year} AS year, * FROM {view}")
    execute = sources.connection.execute
    execute(f"CREATE TEMP TABLE source_years AS {' UNION ALL '.join(parts)}")
    execute(_MEMBER.format(sexes=SEXES, races=RACES))
    covered = " UNION ALL ".join(_month(month) for month in _MONTHS)
    execute(_ENROLLMENT.format(covered=covered))
    other = sources.count("SELECT count(*) FROM source_years WHERE RFRNC_YR != year")
    codes = cms_codes("entitlement_both")
    sources.notes.append(
        "enrollment is the months with Part A and Part B and without managed care "
        f"(codes {', '.join(codes.values)}; {codes.status.value})"
    )
    if other:
        sources.notes.append(
            f"{other:,} rows name another year than their file; the year of the file was taken"
        )


def _month(month: int) -> str:
    """The people entitled to both parts in a month of each year."""
    both = ", ".join(map(literal, cms_codes("entitlement_both").values))
    managed = ", ".join(map(literal, cms_codes("managed_care").values))
    return (
        f"SELECT BENE_ID AS person_id, make_date(year, {month}, 1) AS first, DEATH_DT AS death "
        f"FROM source_years WHERE MDCR_ENTLMT_BUYIN_{month}_IND IN ({both}) "
        f"AND coalesce(HMO_{month}_IND, '0') NOT IN ({managed})"
    )


_MEMBER = """
CREATE TEMP VIEW member AS
SELECT BENE_ID AS person_id, arg_max({sexes}, year) AS gender, arg_max({races}, year) AS race,
    arg_max(BENE_BIRTH_DT, year) AS birth_date, max(DEATH_DT) AS death_date,
    arg_max(STATE_CODE, year) AS state, arg_max(BENE_ZIP_CD, year) AS zip_code, 'rif' AS data_source
FROM source_years GROUP BY person_id ORDER BY person_id
"""
_ENROLLMENT = """
CREATE TEMP VIEW enrollment AS
WITH covered AS (SELECT DISTINCT * FROM ({covered}) WHERE death IS NULL OR first <= death),
numbered AS (
    SELECT *, date_diff('month', DATE '1900-01-01', first)
        - row_number() OVER (PARTITION BY person_id ORDER BY first) AS span
    FROM covered
)
SELECT person_id, 'Medicare' AS payer, 'medicare' AS payer_type, min(first) AS enrollment_start_date,
    least(last_day(max(first)), max(death)) AS enrollment_end_date, 'rif' AS data_source
FROM numbered GROUP BY person_id, span ORDER BY person_id, enrollment_start_date
"""
