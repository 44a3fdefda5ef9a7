"""The claim files of CMS Research Identifiable Files, each as a query in the shape of the contract."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from allay.evaluation.loaders.cms import cms_codes, words_sql
from allay.evaluation.loaders.sources import Sources

_DIAGNOSES = [f"ICD_DGNS_CD{place}" for place in range(1, 6)]
_VERSION = words_sql("PRNCPAL_DGNS_VRSN_CD", cms_codes("diagnosis_version"))
# The principal diagnosis first, then the others but for it.
_OTHERS = (
    f"list_filter([{', '.join(_DIAGNOSES)}], lambda d: d IS NOT NULL AND d IS DISTINCT FROM PRNCPAL_DGNS_CD)"
)
_DIAGNOSED = ", ".join(
    [
        "PRNCPAL_DGNS_CD AS diagnosis_code_1",
        *(f"({_OTHERS})[{place - 1}] AS diagnosis_code_{place}" for place in range(2, 6)),
        f"CASE WHEN PRNCPAL_DGNS_CD IS NOT NULL THEN {_VERSION} END AS diagnosis_code_type",
    ]
)
_CLAIM = {
    "BENE_ID": "text",
    "CLM_ID": "text",
    "CLM_FROM_DT": "named",
    "CLM_THRU_DT": "named",
    "CLM_PMT_AMT": "amount",
}
_CODES = {
    "FINAL_ACTION": "text",
    "PRNCPAL_DGNS_CD": "text",
    "PRNCPAL_DGNS_VRSN_CD": "text",
    **dict.fromkeys(_DIAGNOSES, "text"),
    "HCPCS_CD": "text",
    "HCPCS_1ST_MDFR_CD": "text",
    "HCPCS_2ND_MDFR_CD": "text",
    "ORG_NPI_NUM": "text",
    "NCH_WKLY_PROC_DT": "named",
}


@dataclass(frozen=True, slots=True)
class RifFile:
    """How a kind of claim file becomes lines of the contract.

    Attributes
    ----------
    required, optional : mapping of str to str
        Columns with their kinds (see `Sources.view`).
    query : str
        What is selected; ``{source}`` stands for the view of the file.
    """

    required: Mapping[str, str]
    optional: Mapping[str, str]
    query: str


CARRIER = RifFile(
    required={**_CLAIM, "LINE_NUM": "whole", "LINE_NCH_PMT_AMT": "amount"},
    optional={
        **_CODES,
        "LINE_1ST_EXPNS_DT": "named",
        "LINE_LAST_EXPNS_DT": "named",
        "LINE_PLACE_OF_SRVC_CD": "text",
        "LINE_SRVC_CNT": "number",
        "PRF_PHYSN_NPI": "text",
        "LINE_ALOWD_CHRG_AMT": "amount",
        "LINE_SBMTD_CHRG_AMT": "amount",
        "LINE_COINSRNC_AMT": "amount",
        "LINE_BENE_PTB_DDCTBL_AMT": "amount",
    },
    query=f"""
SELECT CLM_ID AS claim_id, LINE_NUM AS claim_line_number, 'professional' AS claim_type, BENE_ID AS person_id,
    'Medicare' AS payer, CLM_FROM_DT AS claim_start_date, CLM_THRU_DT AS claim_end_date,
    LINE_1ST_EXPNS_DT AS claim_line_start_date, LINE_LAST_EXPNS_DT AS claim_line_end_date,
    LINE_PLACE_OF_SRVC_CD AS place_of_service_code, LINE_SRVC_CNT AS service_unit_quantity,
    HCPCS_CD AS hcpcs_code, HCPCS_1ST_MDFR_CD AS hcpcs_modifier_1, HCPCS_2ND_MDFR_CD AS hcpcs_modifier_2,
    PRF_PHYSN_NPI AS rendering_npi, ORG_NPI_NUM AS billing_npi, NCH_WKLY_PROC_DT AS paid_date,
    LINE_NCH_PMT_AMT AS paid_amount, LINE_ALOWD_CHRG_AMT AS allowed_amount,
    LINE_SBMTD_CHRG_AMT AS charge_amount, LINE_COINSRNC_AMT AS coinsurance_amount,
    LINE_BENE_PTB_DDCTBL_AMT AS deductible_amount, {_DIAGNOSED}, 'rif' AS data_source
FROM {{source}} WHERE FINAL_ACTION IS NULL OR FINAL_ACTION = 'F'
""",  # noqa: S608  # names of our own
)

_FIRST = "row_number() OVER (PARTITION BY CLM_ID ORDER BY CLM_LINE_NUM) = 1"
INSTITUTIONAL = RifFile(
    required={**_CLAIM, "CLM_LINE_NUM": "whole", "REV_CNTR": "text"},
    optional={
        **_CODES,
        "CLM_ADMSN_DT": "named",
        "NCH_BENE_DSCHRG_DT": "named",
        "CLM_FAC_TYPE_CD": "text",
        "CLM_SRVC_CLSFCTN_TYPE_CD": "text",
        "CLM_FREQ_CD": "text",
        "CLM_DRG_CD": "text",
        "REV_CNTR_DT": "named",
        "REV_CNTR_UNIT_CNT": "number",
        "REV_CNTR_TOT_CHRG_AMT": "amount",
        "RNDRNG_PHYSN_NPI": "text",
        "NCH_BENE_IP_DDCTBL_AMT": "amount",
        "NCH_BENE_PTB_DDCTBL_AMT": "amount",
        "NCH_BENE_PTA_COINSRNC_LBLTY_AM": "amount",
        "NCH_BENE_PTB_COINSRNC_AMT": "amount",
    },
    query=f"""
SELECT CLM_ID AS claim_id, CLM_LINE_NUM AS claim_line_number, 'institutional' AS claim_type,
    BENE_ID AS person_id, 'Medicare' AS payer, CLM_FROM_DT AS claim_start_date, CLM_THRU_DT AS claim_end_date,
    REV_CNTR_DT AS claim_line_start_date, REV_CNTR_DT AS claim_line_end_date, {{stay}}
    CLM_FAC_TYPE_CD || CLM_SRVC_CLSFCTN_TYPE_CD || CLM_FREQ_CD AS bill_type_code,
    CASE WHEN CLM_DRG_CD IS NOT NULL THEN 'ms-drg' END AS drg_code_type, CLM_DRG_CD AS drg_code,
    REV_CNTR AS revenue_center_code, REV_CNTR_UNIT_CNT AS service_unit_quantity, HCPCS_CD AS hcpcs_code,
    HCPCS_1ST_MDFR_CD AS hcpcs_modifier_1, HCPCS_2ND_MDFR_CD AS hcpcs_modifier_2,
    RNDRNG_PHYSN_NPI AS rendering_npi, ORG_NPI_NUM AS billing_npi, ORG_NPI_NUM AS facility_npi,
    NCH_WKLY_PROC_DT AS paid_date, CASE WHEN {_FIRST} THEN CLM_PMT_AMT ELSE 0 END AS paid_amount,
    REV_CNTR_TOT_CHRG_AMT AS charge_amount,
    CASE WHEN {_FIRST} THEN coalesce(NCH_BENE_IP_DDCTBL_AMT, NCH_BENE_PTB_DDCTBL_AMT) END
        AS deductible_amount,
    CASE WHEN {_FIRST} THEN coalesce(NCH_BENE_PTA_COINSRNC_LBLTY_AM, NCH_BENE_PTB_COINSRNC_AMT) END
        AS coinsurance_amount,
    {_DIAGNOSED}, 'rif' AS data_source
FROM {{source}} WHERE FINAL_ACTION IS NULL OR FINAL_ACTION = 'F'
""",  # noqa: S608  # names of our own
)

PHARMACY = RifFile(
    required={
        "BENE_ID": "text",
        "PDE_ID": "text",
        "SRVC_DT": "named",
        "PROD_SRVC_ID": "text",
        "TOT_RX_CST_AMT": "amount",
        "CVRD_D_PLAN_PD_AMT": "amount",
        "NCVRD_PLAN_PD_AMT": "amount",
    },
    optional={
        "FINAL_ACTION": "text",
        "QTY_DSPNSD_NUM": "number",
        "DAYS_SUPLY_NUM": "whole",
        "PTNT_PAY_AMT": "amount",
        "PD_DT": "named",
        "PLAN_CNTRCT_REC_ID": "text",
    },
    query="""
SELECT PDE_ID AS claim_id, 1 AS claim_line_number, BENE_ID AS person_id, 'Medicare' AS payer,
    PLAN_CNTRCT_REC_ID AS plan, SRVC_DT AS dispensing_date, PROD_SRVC_ID AS ndc_code,
    QTY_DSPNSD_NUM AS quantity, DAYS_SUPLY_NUM AS days_supply, PD_DT AS paid_date,
    coalesce(CVRD_D_PLAN_PD_AMT, 0) + coalesce(NCVRD_PLAN_PD_AMT, 0) AS paid_amount,
    TOT_RX_CST_AMT AS allowed_amount, PTNT_PAY_AMT AS copayment_amount, 'rif' AS data_source
FROM {source} WHERE FINAL_ACTION IS NULL OR FINAL_ACTION = 'F'
ORDER BY person_id, dispensing_date, claim_id
""",
)

_STAY = "CLM_ADMSN_DT AS admission_date, coalesce(NCH_BENE_DSCHRG_DT, CLM_THRU_DT) AS discharge_date,"


def claims_view(sources: Sources, name: str, file: RifFile) -> str:
    """Make the view of one claim file, and return its name.

    Only inpatient files are stays: home health and hospice have days of admission too, but to no hospital.
    """
    source = sources.view(name, required=file.required, optional=file.optional)
    query = file.query.format(source=source, stay=_STAY if name == "inpatient" else "")
    view = "pharmacy_claim" if name == "pde" else f"claims_{name}"
    sources.connection.execute(f"CREATE TEMP VIEW {view} AS {query}")
    return view
