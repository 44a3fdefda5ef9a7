"""`allay payment access-...`: deadlines, outcomes, money, forecast, eligibility in the CMS ACCESS model."""

from __future__ import annotations

import click
from pydantic import BaseModel

from allay.cli.payment.access.money import access_forecast, access_outcomes, access_reconcile, access_terms
from allay.cli.payment.access.patients import access_deadlines, access_eligibility
from allay.payment.access.results import ForecastResult, ReconciliationResult
from allay.payment.access.termsfile import TermsFile
from allay.payment.access.valueset import ValueSetFile

COMMANDS: tuple[click.Command, ...] = (
    access_deadlines,
    access_eligibility,
    access_forecast,
    access_outcomes,
    access_reconcile,
    access_terms,
)
SCHEMAS: dict[str, type[BaseModel]] = {
    "access-terms": TermsFile,
    "access-value-set": ValueSetFile,
    "access-reconciliation": ReconciliationResult,
    "access-forecast": ForecastResult,
}
