"""Every fault that can be planted in one table of the good claims folder, and where a check finds it."""

from __future__ import annotations

from tests.unit.evaluation.claims.claims_tables import (
    ENROLLMENT,
    FILL,
    LINE,
    MEDICAL,
    MEMBERS,
    PHARMACY,
    changed,
)

NEGATIVE = {
    "paid_amount": "-80.00",
    "allowed_amount": "-100.00",
    "copayment_amount": "-20.00",
    "service_unit_quantity": "-1",
}
DAY = "a date as YYYY-MM-DD"
CENTS = "an amount in dollars and whole cents, such as 120.50"
DAYS = "a day from 1990-01-01 to 2099-12-31"
SPANS = "a day after the spans of the person that started earlier"
MEMBER = "a person of the member table"
ENROLLED = "a day on which the person is enrolled"
ONCE = "each row once"
REVERSES = "a line that this reverses"
# Kind, table, its rows, and where it is found: (line, column, expected, found).
FAULTS = [
    (
        "wrong_type",
        "member",
        changed(MEMBERS, 1, birth_date="1980-02-30"),
        (3, "birth_date", DAY, "'1980-02-30'"),
    ),
    (
        "wrong_type",
        "member",
        changed(MEMBERS, 0, birth_date="31/01/1970"),
        (2, "birth_date", DAY, "'31/01/1970'"),
    ),
    (
        "wrong_type",
        "medical_claim",
        changed(MEDICAL, 1, paid_amount="1,200.00"),
        (3, "paid_amount", CENTS, "'1,200.00'"),
    ),
    (
        "wrong_type",
        "medical_claim",
        changed(MEDICAL, 1, paid_amount="1.005"),
        (3, "paid_amount", CENTS, "'1.005'"),
    ),
    (
        "wrong_type",
        "medical_claim",
        changed(MEDICAL, 0, claim_line_number="1.5"),
        (2, "claim_line_number", "a whole number", "'1.5'"),
    ),
    (
        "wrong_type",
        "pharmacy_claim",
        changed(PHARMACY, 0, days_supply="ten"),
        (2, "days_supply", "a whole number", "'ten'"),
    ),
    ("blank", "member", changed(MEMBERS, 1, person_id=" "), (3, "person_id", "a value", "nothing")),
    ("blank", "medical_claim", changed(MEDICAL, 0, claim_id=""), (2, "claim_id", "a value", "nothing")),
    ("blank", "pharmacy_claim", changed(PHARMACY, 0, paid_amount=""), (2, "paid_amount", CENTS, "nothing")),
    (
        "unlisted_value",
        "medical_claim",
        changed(MEDICAL, 1, claim_type="dental"),
        (3, "claim_type", "professional or institutional", "'dental'"),
    ),
    ("duplicate_member", "member", [*MEMBERS, MEMBERS[0]], (4, "person_id", ONCE, "it again")),
    (
        "conflicting_member",
        "member",
        [*MEMBERS, {**MEMBERS[0], "gender": "male"}],
        (4, "person_id", "one row a person", "another"),
    ),
    (
        "death_before_birth",
        "member",
        changed(MEMBERS, 1, death_date="1949-01-01"),
        (3, "death_date", "a day from the birth on", "1949-01-01"),
    ),
    (
        "implausible_birth",
        "member",
        changed(MEMBERS, 0, birth_date="1870-01-31"),
        (2, "birth_date", "a day from 1900-01-01 to 2099-12-31", "1870-01-31"),
    ),
    (
        "ends_before_start",
        "enrollment",
        changed(ENROLLMENT, 0, enrollment_end_date="2023-12-31"),
        (2, "enrollment_end_date", "a day from the start on", "2023-12-31"),
    ),
    (
        "implausible_date",
        "enrollment",
        changed(ENROLLMENT, 0, enrollment_start_date="1914-01-01"),
        (2, "enrollment_start_date", DAYS, "1914-01-01"),
    ),
    (
        "open_end",
        "enrollment",
        changed(ENROLLMENT, 1, enrollment_end_date="9999-12-31"),
        (3, "enrollment_end_date", "a day up to 2099-12-31", "9999-12-31"),
    ),
    (
        "enrolled_before_birth",
        "enrollment",
        [
            *ENROLLMENT,
            {**ENROLLMENT[2], "enrollment_start_date": "1949-12-01", "enrollment_end_date": "1991-01-01"},
        ],
        (5, "enrollment_start_date", "a day from the birth on", "1949-12-01"),
    ),
    (
        "enrolled_after_death",
        "enrollment",
        changed(ENROLLMENT, 2, enrollment_end_date="2024-10-31"),
        (4, "enrollment_end_date", "a day up to the death", "2024-10-31"),
    ),
    (
        "duplicate_span",
        "enrollment",
        [*ENROLLMENT, ENROLLMENT[1]],
        (5, "enrollment_start_date", "each span once", "it again"),
    ),
    (
        "overlap_same_plan",
        "enrollment",
        changed(ENROLLMENT, 1, enrollment_start_date="2024-06-30"),
        (3, "enrollment_start_date", SPANS, "2024-06-30"),
    ),
    (
        "overlap_other_plan",
        "enrollment",
        changed(ENROLLMENT, 1, enrollment_start_date="2024-06-30", plan="z"),
        (3, "enrollment_start_date", SPANS, "2024-06-30"),
    ),
    (
        "unknown_person",
        "enrollment",
        [*ENROLLMENT, {**ENROLLMENT[0], "person_id": "p-three"}],
        (5, "person_id", MEMBER, "one who is not there"),
    ),
    (
        "unknown_person",
        "medical_claim",
        [*MEDICAL, {**LINE, "claim_id": "c9", "person_id": "p-three"}],
        (7, "person_id", MEMBER, "one who is not there"),
    ),
    (
        "implausible_date",
        "medical_claim",
        changed(MEDICAL, 0, claim_start_date="1914-02-05"),
        (2, "claim_start_date", DAYS, "1914-02-05"),
    ),
    (
        "implausible_other_date",
        "medical_claim",
        changed(MEDICAL, 0, paid_date="1914-02-05"),
        (2, "paid_date", DAYS, "1914-02-05"),
    ),
    (
        "claim_ends_before_start",
        "medical_claim",
        changed(MEDICAL, 0, claim_end_date="2024-02-04"),
        (2, "claim_end_date", "a day from the start on", "2024-02-04"),
    ),
    (
        "claim_ends_before_start",
        "medical_claim",
        changed(MEDICAL, 0, admission_date="2024-02-05", discharge_date="2024-02-01"),
        (2, "discharge_date", "a day from the start on", "2024-02-01"),
    ),
    (
        "before_birth",
        "pharmacy_claim",
        changed(PHARMACY, 0, dispensing_date="1949-03-05"),
        (2, "dispensing_date", "a day from the birth on", "1949-03-05"),
    ),
    (
        "after_death",
        "pharmacy_claim",
        changed(PHARMACY, 0, dispensing_date="2024-10-31"),
        (2, "dispensing_date", "a day up to 30 days after the death", "2024-10-31"),
    ),
    (
        "outside_enrollment",
        "medical_claim",
        changed(MEDICAL, 0, claim_start_date="2024-07-15", claim_end_date="2024-07-15"),
        (2, "claim_start_date", ENROLLED, "2024-07-15"),
    ),
    (
        "outside_enrollment",
        "medical_claim",
        changed(MEDICAL, 0, claim_line_start_date="2023-12-31"),
        (2, "claim_start_date", ENROLLED, "2023-12-31 (of the line)"),
    ),
    (
        "mixed_signs",
        "medical_claim",
        changed(MEDICAL, 0, copayment_amount="-20.00"),
        (2, "copayment_amount", "no negative amount beside positive ones", "-20.00"),
    ),
    (
        "absurd_amount",
        "medical_claim",
        changed(MEDICAL, 1, paid_amount="99999999.00"),
        (3, "paid_amount", "at most 5,000,000", "99999999.00"),
    ),
    (
        "absurd_quantity",
        "medical_claim",
        changed(MEDICAL, 1, service_unit_quantity="999999"),
        (3, "service_unit_quantity", "at most 100,000", "999999.000"),
    ),
    (
        "absurd_quantity",
        "pharmacy_claim",
        changed(PHARMACY, 0, days_supply="999"),
        (2, "days_supply", "at most 366 days", "999"),
    ),
    ("duplicate_row", "medical_claim", [*MEDICAL, MEDICAL[0]], (7, "claim_line_number", ONCE, "it again")),
    ("duplicate_row", "pharmacy_claim", [FILL, FILL], (3, "claim_line_number", ONCE, "it again")),
    (
        "reversal_without_original",
        "medical_claim",
        [*MEDICAL, {**LINE, **NEGATIVE, "claim_id": "c8"}],
        (7, "claim_line_number", REVERSES, "none"),
    ),
    (
        "reversal_without_original",
        "medical_claim",
        [*MEDICAL, {**LINE, **NEGATIVE}, {**LINE, **NEGATIVE, "paid_date": "2024-05-01"}],
        (8, "claim_line_number", REVERSES, "one that is reversed already"),
    ),
    (
        "repeated_line",
        "medical_claim",
        [*MEDICAL, {**LINE, "paid_amount": "81.00"}],
        (
            7,
            "claim_line_number",
            "each line once, or again after its reversal",
            "it again with other content",
        ),
    ),
]
