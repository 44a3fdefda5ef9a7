"""CMS 2008-2010 Data Entrepreneurs' Synthetic Public Use File (DE-SynPUF)."""

# ruff: noqa: S608  # names of our own

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

from allay.base.errors import InvalidInput, Problem
from allay.evaluation.loaders.cms import RACES, SEXES
from allay.evaluation.loaders.sources import Sources

_YEAR = re.compile(r"(?:synpuf_beneficiary_|DE1_0_)(\d{4}).*\.csv(?:\.gz)?")
_EVENTS = re.compile(r"(?:synpuf_prescription_drug_events|DE1_0_.*Prescription_Drug_Events.*)\.csv(?:\.gz)?")
_COLUMNS = {
    "DESYNPUF_ID": "text",
    "BENE_BIRTH_DT": "compact",
    "BENE_DEATH_DT": "compact",
    "BENE_SEX_IDENT_CD": "text",
    "BENE_RACE_CD": "text",
    "SP_STATE_CODE": "text",
    "PLAN_CVRG_MOS_NUM": "whole",
}


def load_synpuf(sources: Sources, window: tuple[dt.date, dt.date] | None) -> list[str]:
    """Make the tables of the contract from beneficiary files and prescription drug events.

    Enrollment is the months in a drug plan (Part D), because its claims are the ones that are read. The files
    say how many months of a year that was, not which: where it is not all twelve, they are taken as the
    first ones of the year for those who were covered in the year before or die in this one, and as the last
    ones for others. Claims of physicians and hospitals are not read.
    """
    del window
    years = _years(sources.folder)
    events = [file for file in sorted(sources.folder.iterdir()) if _EVENTS.fullmatch(file.name)]
    if not years or len(events) != 1:
        expected = "beneficiary files (synpuf_beneficiary_YEAR.csv) and one of prescription drug events"
        found = f"{len(years)} and {len(events)}"
        raise InvalidInput(Problem(str(sources.folder), "-", "files", expected, found))
    execute = sources.connection.execute
    parts = []
    for year, file in years.items():
        view = sources.view(f"beneficiary_{year}", required=_COLUMNS, file=file)
        parts.append(f"SELECT {year} AS year, * FROM {view}")
    execute(f"CREATE TEMP TABLE source_years AS {' UNION ALL '.join(parts)}")
    execute(_MEMBER.format(sexes=SEXES, races=RACES))
    execute(_ENROLLMENT)
    required = {"DESYNPUF_ID": "text", "PDE_ID": "text", "SRVC_DT": "compact", "PROD_SRVC_ID": "text"}
    amounts = {"PTNT_PAY_AMT": "amount", "TOT_RX_CST_AMT": "amount"}
    more = {"QTY_DSPNSD_NUM": "number", "DAYS_SUPLY_NUM": "whole"}
    sources.view("events", required={**required, **more, **amounts}, file=events[0])
    execute(_PHARMACY)
    part = sources.count("SELECT count(*) FROM source_years WHERE PLAN_CVRG_MOS_NUM BETWEEN 1 AND 11")
    above = sources.count("SELECT count(*) FROM source_events WHERE PTNT_PAY_AMT > TOT_RX_CST_AMT")
    sources.notes += [
        "enrollment is the months in a drug plan (Part D)",
        f"{part:,} person-years are covered in part; which months is not in the source, and was assumed",
        "paid for a fill is its total cost less what the patient paid, allowed its total cost; "
        f"in {above:,} fills the patient paid more (the source rounds), and 0 stands as paid",
        "yearly sums of payments by setting have no day and are not carried over",
        "claims of physicians and hospitals are not read; medical use is not known",
    ]
    return ["member", "enrollment", "pharmacy_claim"]


def _years(folder: Path) -> dict[int, Path]:
    found = {}
    for file in sorted(folder.iterdir()):
        match = _YEAR.fullmatch(file.name)
        if match and ("Beneficiary" in file.name or file.name.startswith("synpuf")):
            found[int(match.group(1))] = file
    return found


_MEMBER = """
CREATE TEMP VIEW member AS
SELECT DESYNPUF_ID AS person_id, arg_max({sexes}, year) AS gender, arg_max({races}, year) AS race,
    arg_max(BENE_BIRTH_DT, year) AS birth_date, max(BENE_DEATH_DT) AS death_date,
    arg_max(SP_STATE_CODE, year) AS state, 'synpuf' AS data_source
FROM source_years GROUP BY person_id ORDER BY person_id
"""
_ENROLLMENT = """
CREATE TEMP VIEW enrollment AS
WITH covered AS (
    SELECT DESYNPUF_ID AS person_id, year, BENE_DEATH_DT AS death,
        least(PLAN_CVRG_MOS_NUM, 12) AS months
    FROM source_years
), before AS (
    SELECT *, lag(months) OVER (PARTITION BY person_id ORDER BY year) AS earlier FROM covered
), placed AS (
    SELECT person_id, death, months,
        CASE WHEN months = 12 OR coalesce(earlier, 0) > 0 OR year(death) = year THEN make_date(year, 1, 1)
            ELSE make_date(year, 13 - months, 1) END AS first
    FROM before WHERE months > 0
), spans AS (
    SELECT person_id, first, CAST(least(first + to_months(months) - INTERVAL 1 DAY, death) AS DATE) AS last
    FROM placed
), starts AS (
    SELECT *, coalesce(first > lag(last) OVER (PARTITION BY person_id ORDER BY first) + 1, true) AS starts
    FROM spans WHERE last >= first
), numbered AS (
    SELECT *, count_if(starts) OVER (PARTITION BY person_id ORDER BY first) AS span FROM starts
)
SELECT person_id, 'Medicare' AS payer, 'medicare' AS payer_type, min(first) AS enrollment_start_date,
    max(last) AS enrollment_end_date, 'synpuf' AS data_source
FROM numbered GROUP BY person_id, span ORDER BY person_id, enrollment_start_date
"""
_PHARMACY = """
CREATE TEMP VIEW pharmacy_claim AS
SELECT PDE_ID AS claim_id, 1 AS claim_line_number, DESYNPUF_ID AS person_id, 'Medicare' AS payer,
    SRVC_DT AS dispensing_date, PROD_SRVC_ID AS ndc_code, QTY_DSPNSD_NUM AS quantity,
    DAYS_SUPLY_NUM AS days_supply, greatest(TOT_RX_CST_AMT - PTNT_PAY_AMT, 0) AS paid_amount,
    TOT_RX_CST_AMT AS allowed_amount, PTNT_PAY_AMT AS copayment_amount, 'synpuf' AS data_source
FROM source_events ORDER BY person_id, dispensing_date, claim_id
"""
