"""The claims contract: tables of claims opened, checked and written as it has them."""

from __future__ import annotations

from allay.evaluation.claims.contract import TABLES, ClaimsTable, claims_table
from allay.evaluation.claims.folder import ClaimsFolder, TableFiles, open_claims
from allay.evaluation.claims.views import claims_views

__all__ = [
    "TABLES",
    "ClaimsFolder",
    "ClaimsTable",
    "TableFiles",
    "claims_table",
    "claims_views",
    "open_claims",
]
