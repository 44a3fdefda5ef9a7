"""The tables of the claims contract for the members of a bucket."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from allay.evaluation.simulation.arrow import amounts, days, numbered, same, texts
from allay.evaluation.simulation.bucket import MemberBucket
from allay.evaluation.simulation.catalog import catalog
from allay.evaluation.simulation.lines import drugs, templates
from allay.evaluation.simulation.rows import ClaimRows, Ints

CLAIMS_A_BUCKET = 10**10
PAYER, PLAN, SOURCE = "Synthetic Health Plan", "PPO", "allay-simulation"
PERSON_DIGITS = 8


def person_ids(numbers: Ints) -> list[str]:
    """Return the ids of members: P and their number, in eight digits so that they sort.

    Examples
    --------
    >>> person_ids(np.array([7]))
    ['P00000007']
    """
    return [f"P{number:0{PERSON_DIGITS}d}" for number in numbers.tolist()]


def member_table(bucket: MemberBucket) -> Any:
    """Return the table `member`."""
    members, months = bucket.members, bucket.months
    born = np.rint(-members.age * 365.25).astype(np.int64)
    death = members.cover.death
    size = len(members)
    return pa.table(
        {
            "person_id": pa.array(person_ids(members.number)),
            "gender": texts(members.female.astype(np.int32), ["male", "female"]),
            "birth_date": days(born, offset=months.offset),
            "death_date": days(death, offset=months.offset, missing=death < 0),
            "data_source": same(SOURCE, size),
        }
    )


def enrollment_table(bucket: MemberBucket) -> Any:
    """Return the table `enrollment`: a row for each span."""
    member, begin, end = bucket.members.cover.spans(bucket.months)
    people, offset = person_ids(bucket.members.number), bucket.months.offset
    return pa.table(
        {
            "person_id": texts(member, people),
            "member_id": texts(member, people),
            "payer": same(PAYER, len(member)),
            "plan": same(PLAN, len(member)),
            "enrollment_start_date": days(begin, offset=offset),
            "enrollment_end_date": days(end, offset=offset),
            "data_source": same(SOURCE, len(member)),
        }
    )


def medical_table(bucket: MemberBucket, rows: ClaimRows) -> Any:
    """Return the table `medical_claim`."""
    found, _ = templates()
    size, offset, at = len(rows), bucket.months.offset, rows.template
    stay = np.array([one.service.by_night for one in found])[at]
    end = rows.day + np.where(stay, rows.units, 0)
    person = texts(rows.member, person_ids(bucket.members.number))
    numbers = np.array([one.number for one in found])[at]
    units = np.where(stay & (numbers > 1), 1, rows.units)
    first, last = days(rows.day, offset=offset), days(end, offset=offset)
    columns = {
        "claim_id": numbered("M", CLAIMS_A_BUCKET * (bucket.number + 1) + rows.claim),
        "claim_line_number": pa.array(numbers.astype(np.int32)),
        "claim_type": texts(at, [one.line.claim_type for one in found]),
        "person_id": person,
        "member_id": person,
        "payer": same(PAYER, size),
        "plan": same(PLAN, size),
        "claim_start_date": first,
        "claim_end_date": last,
        "claim_line_start_date": first,
        "claim_line_end_date": last,
        "admission_date": days(rows.day, offset=offset, missing=~stay),
        "discharge_date": days(end, offset=offset, missing=~stay),
        "place_of_service_code": texts(at, [one.line.place for one in found]),
        "bill_type_code": texts(at, [one.line.bill_type for one in found]),
        "drg_code_type": texts(at, ["ms-drg" if one.drg else None for one in found]),
        "drg_code": texts(at, [one.drg for one in found]),
        "revenue_center_code": texts(at, [one.line.revenue for one in found]),
        "service_unit_quantity": amounts((units * rows.sign).astype(np.int64) * 1000, scale=3),
        "hcpcs_code": texts(at, [one.code for one in found]),
        "paid_date": days(rows.paid, offset=offset),
        **_money(rows),
        "diagnosis_code_type": same("icd-10-cm", size),
        "diagnosis_code_1": texts(at, [one.diagnosis for one in found]),
        "diagnosis_code_2": _conditions(bucket, rows),
        "diagnosis_code_3": _chronic_pain(bucket, rows),
        "data_source": same(SOURCE, size),
    }
    return pa.table(columns)


def _money(rows: ClaimRows) -> dict[str, Any]:
    prices = catalog()
    copay = np.rint(rows.cents * prices.copayment_share).astype(np.int64)
    allowed = rows.cents + copay
    charge = np.rint(allowed * prices.charge_ratio).astype(np.int64)
    return {
        "paid_amount": amounts(rows.cents * rows.sign),
        "allowed_amount": amounts(allowed * rows.sign),
        "charge_amount": amounts(charge * rows.sign),
        "copayment_amount": amounts(copay * rows.sign),
    }


def _conditions(bucket: MemberBucket, rows: ClaimRows) -> Any:
    """Second diagnoses of office visits: the member's chronic conditions in turn."""
    shows = _shows(rows)
    has = bucket.members.conditions[rows.member]
    turn = np.where(shows & (has > 0), (rows.claim >> 3) % np.maximum(has, 1), len(catalog().condition_codes))
    return texts(turn, [*catalog().condition_codes, None])


def _chronic_pain(bucket: MemberBucket, rows: ClaimRows) -> Any:
    """Third diagnoses of office visits: of members with chronic pain, that they have it."""
    return texts(np.where(_shows(rows) & bucket.members.pain[rows.member], 0, 1), [catalog().pain_code, None])


def _shows(rows: ClaimRows) -> NDArray[np.bool_]:
    """Say which rows show what their member has, beside what the visit was for."""
    shown: NDArray[np.bool_] = np.array([one.service.conditions for one in templates()[0]])[rows.template]
    return shown


def pharmacy_table(bucket: MemberBucket, rows: ClaimRows) -> Any:
    """Return the table `pharmacy_claim`."""
    size, offset = len(rows), bucket.months.offset
    person = texts(rows.member, person_ids(bucket.members.number))
    supply = np.where(rows.template >= len(catalog().pharmacy.drugs), bucket.design.opioids.days_supply, 30)
    money = _money(rows)
    del money["charge_amount"]
    return pa.table(
        {
            "claim_id": numbered("R", CLAIMS_A_BUCKET * (bucket.number + 1) + rows.claim),
            "claim_line_number": pa.array(np.ones(size, dtype=np.int32)),
            "person_id": person,
            "member_id": person,
            "payer": same(PAYER, size),
            "plan": same(PLAN, size),
            "dispensing_date": days(rows.day, offset=offset),
            "rxnorm_code": texts(rows.template, drugs()),
            "quantity": amounts(rows.units.astype(np.int64) * rows.sign * 1000, scale=3),
            "days_supply": pa.array((supply * rows.sign).astype(np.int32)),
            "paid_date": days(rows.paid, offset=offset),
            **money,
            "data_source": same(SOURCE, size),
        }
    )
