"""The claims contract: tables of claims opened, checked and written as it has them."""

from __future__ import annotations

from allay.evaluation.claims.check import check_claims, claims_views, refuse
from allay.evaluation.claims.contract import TABLES, ClaimsTable, claims_table
from allay.evaluation.claims.convert import convert, write_tables
from allay.evaluation.claims.folder import ClaimsFolder, TableFiles, open_claims
from allay.evaluation.claims.kinds import FindingKind, RowDecision, decided, finding_kinds
from allay.evaluation.claims.limits import ClaimsLimits, claims_limits
from allay.evaluation.claims.result import ClaimsCheck, ClaimsFinding

__all__ = [
    "TABLES",
    "ClaimsCheck",
    "ClaimsFinding",
    "ClaimsFolder",
    "ClaimsLimits",
    "ClaimsTable",
    "FindingKind",
    "RowDecision",
    "TableFiles",
    "check_claims",
    "claims_limits",
    "claims_table",
    "claims_views",
    "convert",
    "decided",
    "finding_kinds",
    "open_claims",
    "refuse",
    "write_tables",
]
