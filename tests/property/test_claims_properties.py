"""Properties of claims that hold for any of them: writing and reading, damage, sums."""

from __future__ import annotations

import contextlib
import datetime as dt
import io
import json
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.unit.interop.x12.texts import CLAIM, GUIDES, REMITTANCE, interchange
from tests.unit.payment.claims.visits import ACUPUNCTURIST, PHYSICIAN, THERAPIST, batch, claim

from allay.base.errors import InvalidInput
from allay.base.money import Money
from allay.interop.x12.claims import read_claims
from allay.interop.x12.envelope import read_x12
from allay.interop.x12.professional import write_professional
from allay.interop.x12.summary import summarize
from allay.interop.x12.validation import validate
from allay.payment.claims.billed import BilledClaim, BilledLine
from allay.payment.claims.matching import match_remittance
from allay.payment.claims.remittance import Adjustment, Remittance, RemittanceClaim, RemittanceLine
from allay.payment.claims.remittancefile import read_remittance_csv

FILES = [
    interchange("837", *CLAIM),
    interchange("835", *REMITTANCE),
    interchange("835", *REMITTANCE) + interchange("837", *CLAIM, control="000000008"),
]
CLINICIANS = st.none() | st.sampled_from([THERAPIST, ACUPUNCTURIST, PHYSICIAN])
CENTS = st.integers(0, 10**7)


def attempt(data):
    """Read bytes; returns the file or None, and the problems it was refused with."""
    try:
        return read_x12(io.BytesIO(data), name="a"), ()
    except InvalidInput as refused:
        return None, refused.problems


@st.composite
def lines(draw, diagnoses):
    return {
        "code": draw(st.sampled_from(["97110", "97140", "97810", "G3002", "98941"])),
        "modifiers": draw(st.lists(st.sampled_from(["GP", "KX", "59", "AT"]), max_size=4, unique=True)),
        "units": draw(st.integers(1, 8)),
        "charge": float(Decimal(draw(CENTS)) / 100),
        "pointers": draw(st.lists(st.integers(1, diagnoses), min_size=1, max_size=4, unique=True)),
        "day": draw(st.dates(dt.date(2020, 1, 1), dt.date(2026, 11, 22))).isoformat(),
        "rendering": draw(CLINICIANS),
    }


@st.composite
def claims(draw):
    codes = draw(
        st.lists(
            st.integers(0, 9999).map(lambda n: f"M{n % 100:02d}.{n // 100}"),
            min_size=1,
            max_size=12,
            unique=True,
        )
    )
    return claim(
        id=draw(st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,19}", fullmatch=True)),
        diagnoses=codes,
        rendering=draw(CLINICIANS),
        lines=draw(st.lists(lines(len(codes)), min_size=1, max_size=6)),
        prior_authorization=draw(st.none() | st.just("PA-1")),
    )


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=settings().max_examples // 2)
@given(st.lists(claims(), min_size=1, max_size=3, unique_by=lambda each: each["id"]))
def test_what_is_written_reads_back_the_same(made):
    checked = batch(*made)
    file = read_x12(io.BytesIO(write_professional(checked)), name="c.837")
    assert summarize(file)["findings"] == []
    found = {each.claim_id: each for each in read_claims(file.transactions[0], note=print)}
    for one in checked.claims:
        asked, read = one.billed(), found[one.id]
        assert (read.charge, read.prior_auth) == (asked.charge, asked.prior_auth)
        assert read.diagnoses == asked.diagnoses
        for mine, theirs in zip(asked.lines, read.lines, strict=True):
            assert (theirs.procedure, theirs.modifiers, theirs.charge) == (
                mine.procedure,
                mine.modifiers,
                mine.charge,
            )
            assert (theirs.quantity, theirs.service_date) == (mine.quantity, mine.service_date)
            assert theirs.diagnosis_pointers == mine.diagnosis_pointers
            assert theirs.control == mine.control


# Loading the guide costs most of a check: few files, with more in each.
@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=settings().max_examples // 20)
@given(st.lists(claims(), min_size=2, max_size=6, unique_by=lambda each: each["id"]))
def test_the_guide_holds_for_whatever_is_written(made):
    found = validate(read_x12(io.BytesIO(write_professional(batch(*made))), name="c.837"))
    assert found.findings == ()


@given(st.sampled_from(FILES), st.data())
def test_whatever_is_cut_off_is_refused(text, data):
    ends = {0} | {
        place + len("IEA*1*000000007~") for place in range(len(text)) if text.startswith("IEA*1*", place)
    }
    at = data.draw(st.integers(0, len(text) - 1))
    file, refused = attempt(text[:at].encode())
    assert all(problem.at.isdecimal() for problem in refused)
    assert bool(refused) == (at not in ends or at == 0)
    assert refused or file.transactions


@given(st.sampled_from(FILES), st.data())
def test_damage_is_an_error_a_finding_or_another_value_and_never_a_traceback(text, data):
    at = data.draw(st.integers(0, len(text) - 1))
    length = data.draw(st.integers(0, 12))
    put = data.draw(
        st.text(max_size=6) | st.sampled_from(["~", "*", ":", "^", "\n", "~~", "ISA*", "SE*", "-", "9" * 30])
    )
    damaged = (text[:at] + put + text[at + length :]).encode("utf-8", "replace")
    file, refused = attempt(damaged)
    assert refused or json.dumps(summarize(file), default=str)


@settings(max_examples=settings().max_examples // 12)
@given(st.sampled_from([("837", CLAIM), ("835", REMITTANCE)]), st.data())
def test_damage_never_stops_the_check(sound, data):
    kind, body = sound
    damaged = []
    for number in range(4):
        segments = list(body)
        at = data.draw(st.integers(0, len(segments) - 1))
        elements = segments[at].split("*")
        place = data.draw(st.integers(1, len(elements)))
        elements[place:place] = [data.draw(st.sampled_from(["", "X", "1", ":", "9" * 90, "19990231"]))]
        segments[at] = "*".join(elements)
        count = len(segments) + 2
        head = f"ST*{kind}*{number:04d}*{GUIDES[kind]}"
        damaged += [head, *segments, f"SE*{count}*{number:04d}"]
    text = interchange(kind, *damaged[1:-1])  # which has a head and a trailer of its own
    assert isinstance(validate(read_x12(io.BytesIO(text.encode()), name="a")).findings, tuple)


@given(st.binary(max_size=400))
def test_any_bytes(data):
    assert any(attempt(data))


@st.composite
def answered(draw):
    amounts = draw(st.tuples(CENTS, CENTS, CENTS))
    group = draw(st.sampled_from(["CO", "PR", "OA"]))
    reason = draw(st.sampled_from(["1", "2", "23", "45", "97", "B7"]))
    return RemittanceLine(
        draw(st.sampled_from(["97110", "97140", None])),
        draw(st.sampled_from([(), ("GP",), ("59", "GP")])),
        Money(amounts[0]),
        Money(amounts[1]),
        (Adjustment(group, reason, Money(amounts[2])),) if draw(st.booleans()) else (),
        control=draw(st.sampled_from(["", "1", "2"])),
    )


@given(
    st.lists(
        st.tuples(st.sampled_from(["C-1", "C-2"]), st.lists(CENTS, min_size=1, max_size=3)),
        max_size=2,
        unique_by=lambda each: each[0],
    ),
    st.lists(
        st.tuples(
            st.sampled_from(["C-1", "C-2", "C-9"]),
            st.lists(answered(), max_size=3),
            st.sampled_from(["1", "4", "22"]),
            CENTS,
            CENTS,
            st.booleans(),
        ),
        max_size=4,
    ),
)
def test_sums_of_a_matching_always_balance(made, given_answers):
    billed = [
        BilledClaim(
            name, Money(sum(cents)), tuple(BilledLine("SV1", "97110", ("GP",), Money(c)) for c in cents)
        )
        for name, cents in made
    ]
    answers = tuple(
        RemittanceClaim(
            name,
            status,
            Money(charge),
            Money(paid),
            adjustments=(Adjustment("CO", "45", Money(7)),) if adjusted else (),
            lines=tuple(members),
        )
        for name, members, status, charge, paid, adjusted in given_answers
    )
    found = match_remittance(billed, Remittance(payment_amount=None, claims=answers))
    assert found.totals.balanced
    assert found.totals.billed == Money.total(each.charge for each in billed)
    assert found.totals.answered == Money.total(each.charge for each in answers)
    assert found.totals.paid == Money.total(each.paid for each in answers)


@given(st.text(max_size=60))
def test_any_cell_of_a_table_is_read_or_named(cell):
    quoted = '"' + cell.replace('"', '""') + '"'
    text = f"claim_id,code,charge,paid,adjustments,date\nC,97110,{quoted},1,{quoted},{quoted}\n"
    with contextlib.suppress(InvalidInput):
        read_remittance_csv(io.BytesIO(text.encode("utf-8", "replace")), name="r.csv")
