"""For every small set of claims the reference, the fast panel and the portable query are equal."""

from __future__ import annotations

import datetime as dt
import tempfile
from decimal import Decimal
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.evaluation.panel.panel_claims import YEAR, frame, panels, span, write_claims

# The portable query takes a second a time, whatever the claims.
PORTABLE, FAST = 3, 25
DAYS = st.dates(dt.date(2023, 12, 25), dt.date(2024, 2, 10))
PEOPLE = st.sampled_from(["A", "B", "stranger"])
SIGNED = st.sampled_from([Decimal(amount) for amount in ("10.00", "12.50", "-10.00", "0.00")])


def maybe(*values):
    return st.sampled_from([None, *values])


MEDICAL = st.fixed_dictionaries(
    {
        "claim_id": st.sampled_from(["c1", "c2", "c3", "c4"]),
        "claim_line_number": st.integers(1, 2),
        "claim_type": st.sampled_from(["professional", "institutional"]),
        "person_id": PEOPLE,
        "claim_start_date": DAYS,
        "claim_end_date": st.none() | DAYS,
        "claim_line_start_date": st.none() | DAYS,
        "admission_date": st.none() | DAYS,
        "discharge_date": st.none() | DAYS,
        "place_of_service_code": maybe("23", "11"),
        "bill_type_code": maybe("111", "0111", "131", ""),
        "drg_code": maybe("460", "871", ""),
        "revenue_center_code": maybe("0450", "450", "0456", "0120"),
        "hcpcs_code": maybe("99284", "S9083", "72148", "72131", "97110", "90837", "22612", "64483", "99213"),
        "snomed_code": maybe("50849002", "183452005", "399208008"),
        "service_unit_quantity": maybe(Decimal(1), Decimal(-1)),
        "paid_date": st.none() | DAYS,
        "paid_amount": SIGNED,
        "allowed_amount": st.none() | SIGNED,
    }
)
PHARMACY = st.fixed_dictionaries(
    {
        "claim_id": st.sampled_from(["r1", "r2", "r3"]),
        "claim_line_number": st.just(1),
        "person_id": PEOPLE,
        "dispensing_date": DAYS,
        "rxnorm_code": maybe("1049621", "197696", "861467", "1010600", "7"),
        "ndc_code": maybe("00000000001"),
        "quantity": maybe(Decimal("7.125"), Decimal(60), Decimal(-60)),
        "days_supply": maybe(0, 1, 7, 30, -7),
        "paid_date": st.none() | DAYS,
        "paid_amount": SIGNED,
    }
)
SPANS = st.lists(st.tuples(st.sampled_from(["A", "B"]), DAYS, DAYS), min_size=1, max_size=4)


def rows(strategy, size):
    """Rows of which some are there twice."""
    once = st.lists(strategy, max_size=size)
    return st.tuples(once, st.lists(st.integers(0, size), max_size=3)).map(
        lambda drawn: drawn[0] + [drawn[0][place % len(drawn[0])] for place in drawn[1] if drawn[0]]
    )


def check(medical, pharmacy, spans, *, engines):
    enrollment = [span(str(first), str(last), person) for person, first, last in spans]
    with tempfile.TemporaryDirectory() as place:
        folder = write_claims(Path(place) / "claims", medical, pharmacy, enrollment)
        made = panels(folder, ("reference", *engines), YEAR)
        expected = frame(made["reference"])
        for engine in engines:
            assert frame(made[engine]).equals(expected), engine
            assert made[engine].counts == made["reference"].counts
            assert (
                made[engine].record.top_coding_level_cents == made["reference"].record.top_coding_level_cents
            )


@settings(max_examples=FAST)
@given(rows(MEDICAL, 14), rows(PHARMACY, 5), SPANS)
def test_the_fast_panel_equals_the_reference(medical, pharmacy, spans):
    check(medical, pharmacy, spans, engines=("duckdb",))


@settings(max_examples=PORTABLE)
@given(rows(MEDICAL, 30), rows(PHARMACY, 12), SPANS)
def test_the_portable_query_equals_the_reference(medical, pharmacy, spans):
    check(medical, pharmacy, spans, engines=("portable",))
