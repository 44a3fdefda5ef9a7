"""What tests of ACCESS share: the shipped terms, and cohorts by their outcomes."""

from __future__ import annotations

import datetime as dt

from allay.payment.access.attainment import Outcome
from allay.payment.access.cohort import Aligned
from allay.payment.access.terms import shipped_terms

TERMS = shipped_terms()
AUGUST = dt.date(2026, 8, 1)
MET, NOT, MISSING, OPEN = Outcome.MET, Outcome.NOT_MET, Outcome.MISSING, Outcome.OPEN


def cohort(*outcomes, **more):
    """Return patients aligned in August, one for each outcome."""
    return [Aligned(str(n), each, aligned_on=AUGUST, **more) for n, each in enumerate(outcomes)]
