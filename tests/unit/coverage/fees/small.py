"""A small schedule with made-up numbers, for tests."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from fractions import Fraction

from allay.base.fact import Fact, FactValue, Reference
from allay.base.status import Status
from allay.coverage.fees.localities import CostIndexTable, CostIndices
from allay.coverage.fees.parameters import THERAPY_REDUCTION
from allay.coverage.fees.relative_values import RelativeValues, RelativeValueTable, Release
from allay.coverage.fees.schedule import FeeSchedule
from allay.coverage.fees.shipped import shipped_places

MADE_UP = (Reference(title="made up", seen_as="synthetic"),)
START, MIDDLE, END = dt.date(2030, 1, 1), dt.date(2030, 7, 1), dt.date(2031, 1, 1)
RECORDED, CORRECTED = dt.date(2030, 1, 10), dt.date(2030, 3, 1)


def values(
    code, work="1", practice="1", malpractice="0.1", *, release="rvu30a", recorded=RECORDED, **settings
):
    return RelativeValues(
        **{
            "release": release,
            "code": code,
            "modifier": "",
            "status_code": "A",
            "work": Fraction(work),
            "practice_non_facility": Fraction(practice),
            "practice_facility": Fraction(practice) / 2,
            "malpractice": Fraction(malpractice),
            "seldom_at": "",
            "multiple_procedure": "0",
            "global_days": "000",
            "recorded_on": recorded,
            "status": Status.SYNTHETIC,
            "references": MADE_UP,
            **settings,
        }
    )


def release(name="rvu30a", start=START, end=END):
    return Release(name, start, end, Status.VERIFIED, MADE_UP)


def fact(fact_id, unit, *rows):
    """A fact of (value, from, to, recorded)."""
    return Fact(
        fact_id,
        fact_id,
        unit,
        {},
        tuple(
            FactValue(fact_id, unit, value, start, end, recorded, recorded, Status.SYNTHETIC, MADE_UP)
            for value, start, end, recorded in rows
        ),
    )


def indices(mac, number, state, name, *parts, statewide=None, recorded=RECORDED):
    return CostIndices(
        mac,
        number,
        state,
        name,
        statewide,
        *map(Fraction, parts),
        START,
        END,
        recorded,
        Status.SYNTHETIC,
        MADE_UP,
    )


def schedule(*rows, releases=None, factor=((100, START, END, RECORDED),), places=()):
    return FeeSchedule(
        values=[RelativeValueTable(releases or [release()], rows)],
        indices=[CostIndexTable(places)],
        factors=[fact("us.factor", "usd_per_rvu", *factor)],
        factors_apm=[],
        reduction=fact(THERAPY_REDUCTION, "ratio", (Decimal("0.5"), START, END, RECORDED)),
        places=shipped_places(),
    )
