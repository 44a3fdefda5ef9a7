"""Sheets of referrals: every problem named by its row, doubles offered, taken in once or not at all."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from tests.integration import factories as make

from allay.base.errors import InvalidInput
from allay_web.audit.models import AuditEntry
from allay_web.enrolment import columns
from allay_web.enrolment.actions import hold_sheet, take_sheet
from allay_web.enrolment.models import Referral
from allay_web.enrolment.plan import plan
from allay_web.enrolment.sheet import MOST_ROWS, read_sheet, template
from allay_web.jobs.actions import AlreadyTaken
from allay_web.people.models import Patient
from allay_web.worklist.models import Task

NOW, TODAY = make.NOW, make.TODAY
HEADER = "given_name,family_name,birth_date,phone,language,payer_type\n"
ANA = "Ana,Muñoz,1970-03-04,304-555-0101,Spanish,Medicaid\n"
BEN = "Ben,Lund,1/31/1955,304-555-0102,en,Workers' compensation\n"


def read(text, name="sheet.csv"):
    content = text if isinstance(text, bytes) else text.encode()
    return read_sheet(content, name=name, on=TODAY)


def problems(text):
    with pytest.raises(InvalidInput) as raised:
        read(text)
    return [str(problem) for problem in raised.value.problems]


def test_a_sheet_is_read_whole():
    ana, ben = read(HEADER + ANA + BEN)
    assert (ana.line, ana.patient["language"], ana.patient["payer_type"]) == (2, "es", "medicaid")
    assert ben.patient["birth_date"] == dt.date(1955, 1, 31)
    assert ben.patient["payer_type"] == "workers_compensation"
    assert ben.referral["received_on"] == TODAY


@pytest.mark.parametrize(
    "text",
    [
        "\ufeff" + HEADER + ANA + BEN,
        (HEADER + ANA + BEN).replace("\n", "\r\n"),
        ("\ufeff" + HEADER + ANA + BEN).replace("\n", "\r\n") + "\r\n\r\n",
        (HEADER + ANA + BEN).replace(",", "\t"),
        (HEADER + ANA + BEN).replace(",", "\t").replace("\n", "\r\n"),
        "First Name,Last name,DOB,Phone number,Preferred Language,Insurance\n" + ANA + BEN,
        HEADER + ANA + ",,,,,\n" + BEN + ",,,,,\n",
        HEADER.upper() + ANA + BEN,
    ],
    ids=[
        "bom",
        "crlf",
        "bom, crlf, blank end",
        "tabs",
        "tabs, crlf",
        "their names",
        "blank rows",
        "capitals",
    ],
)
def test_how_a_sheet_was_saved_makes_no_difference(text):
    plain = [(row.patient, row.referral) for row in read(HEADER + ANA + BEN)]
    assert [(row.patient, row.referral) for row in read(text)] == plain


def test_the_template_can_be_filled_in_as_it_is():
    (row,) = read(template())
    assert row.name == "Maria Example"


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("birth_date,1970-02-30", "birth_date: expected a date such as 1970-03-04 or 3/4/1970 (month first)"),
        ("birth_date,31/1/1970", "birth_date: expected a date such as"),
        ("birth_date,3/4/70", "birth_date: expected a date such as"),
        ("birth_date,2030-01-01", "birth_date: expected a day not after today (2026-11-23)"),
        ("birth_date,1870-01-01", "birth_date: expected a birth date within the last 120 years"),
        ("received_on,2026-11-24", "received_on: expected a day not after today"),
        ("payer_type,Blue Shield", "payer_type: expected one of Medicare, Medicaid, Commercial"),
        ("language,Klingon", "language: expected one of English, Spanish, Another language"),
        ("phone,12", "phone: expected a phone number with 7 digits or more"),
        ("email,nobody", "email: expected an e-mail address"),
        (f"reason,{'x' * 501}", "reason: expected at most 500 letters"),
    ],
)
def test_each_cell_that_cannot_be_read_is_named_by_row_with_what_was_expected(cell, expected):
    column, value = cell.split(",", 1)
    (said,) = problems(f"given_name,family_name,{column}\nBen,Lund,\nAna,Muñoz,{value}\n")
    assert said.startswith(f"sheet.csv:3: {expected}")
    assert value[:20] in said


def test_all_problems_are_listed_at_once():
    said = problems(HEADER + ",Lund,x,1,Klingon,Acme\n" + ANA)
    assert [line.split(": ")[1] for line in said] == [
        "given_name",
        "birth_date",
        "phone",
        "language",
        "payer_type",
    ]


def test_a_referral_cannot_precede_the_birth():
    (said,) = problems("given_name,family_name,birth_date,received_on\nAna,Muñoz,2020-01-02,2020-01-01\n")
    assert "on or after the birth date" in said


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "an empty file"),
        (HEADER.encode(), "only a header"),
        (ANA.encode(), "given_name: expected this column"),
        (b"given_name;family_name\nAna;Lund\n", "semicolons"),
        (b"given_name,family_name,shoe size\nAna,Lund,38\n", "shoe size: expected only the columns"),
        (b"given_name,family_name\nAna\n", "expected 2 fields"),
        (b"PK\x03\x04rest of a workbook", "Excel workbook"),
        (b"%PDF-1.7", "PDF"),
        (b"given_name,family_name\nAn\xe1,Lund\n", "UTF-8"),
        (b"given_name,family_name\nA\x00a,Lund\n", "NUL"),
        (b'given_name,family_name\n"Ana,Lund\n', "closing quote"),
        (b"given_name,family_name,DOB,birth_date\nAna,Lund,,\n", "each column once"),
    ],
)
def test_what_is_not_such_a_sheet_is_said_to_be_what_it_is(content, word):
    assert any(word in line for line in problems(content)), problems(content)


def test_two_thousand_rows_are_taken_and_one_more_is_not():
    rows = [f"Given{n},Family{n}\n" for n in range(MOST_ROWS)]
    assert len(read("given_name,family_name\n" + "".join(rows))) == MOST_ROWS
    (said,) = problems("given_name,family_name\n" + "".join([*rows, "Ana,Lund\n"]))
    assert "at most 2,000 rows, found 2,001; split it" in said


def test_a_million_rows_are_refused_by_their_size_before_they_are_read():
    (said,) = problems(b"given_name,family_name\n" + b"Ana,Lund\n" * 1_000_000)
    assert "at most 2 MB, found 9.0 MB" in said


def test_lengths_are_those_of_the_models():
    for column, longest in columns.LONGEST.items():
        model = Patient if column in columns.OF_PATIENT else Referral
        assert model._meta.get_field(column).max_length == longest


@pytest.fixture
def place(db):
    program = make.program()
    return program, make.actor(make.member(program, "coordinator"))


def hold(place, text):
    program, by = place
    return hold_sheet(program=program, content=text.encode(), name="sheet.csv", by=by, at=NOW)


def planned(place, text):
    program, by = place
    return plan(program, read(text), name="sheet.csv", by=by)


def take(place, upload, choices=None):
    return take_sheet(upload=upload, choices=choices or {}, by=place[1], at=NOW)


def test_forty_rows_come_in_with_one_task_each(place):
    program, _ = place
    rows = "".join(f"Given{n},Family{n},{1940 + n}-01-02,,,\n" for n in range(40))
    assert take(place, hold(place, HEADER + rows)) == {"entered": 40, "new": 40, "same": 0, "skipped": 0}
    assert Referral.objects.of(program).count() == Task.objects.of(program).count() == 40
    entry = AuditEntry.objects.get(action="referral.import")
    assert len(entry.detail["patients"]) == 40


def test_confirming_twice_makes_nothing_twice(place):
    program, _ = place
    upload = hold(place, HEADER + ANA + BEN)
    take(place, upload)
    with pytest.raises(AlreadyTaken) as raised:
        take(place, upload)
    assert raised.value.upload.result["entered"] == 2
    assert Referral.objects.of(program).count() == 2


def test_the_same_sheet_again_leaves_every_row_out(place):
    take(place, hold(place, HEADER + ANA + BEN))
    assert [row.default for row in planned(place, HEADER + ANA + BEN)] == ["skip", "skip"]
    again = take(place, hold(place, HEADER + ANA + BEN))
    assert again == {"entered": 0, "new": 0, "same": 0, "skipped": 2}


@pytest.mark.parametrize(
    ("row", "why", "default"),
    [
        ("ANA,munoz,3/4/1970,,,\n", "Same name and birth date", "same"),
        ("Muñoz,Ana,1970-03-04,,,\n", "First and last name swapped", ""),
        ("Anna,Munos,1970-03-04,,,\n", "Nearly the same name", ""),
        ("Ana Lucia,Muñoz,1970-03-04,,,\n", "Nearly the same name", ""),
        ("Ana,Muñoz,1970-04-03,,,\n", "day and month of birth swapped", ""),
        ("Rosa,Haddad,1990-01-01,+1 (304) 555.0101,,\n", "Same phone number", ""),
        ("Ana,Muñoz,,,,\n", "a birth date is missing", ""),
    ],
)
def test_somebody_who_is_known_is_found_and_offered(place, row, why, default):
    program, _ = place
    known = make.patient(
        program,
        given_name="Ana",
        family_name="Muñoz",
        birth_date=dt.date(1970, 3, 4),
        phone="304-555-0101",
    )
    (found,) = planned(place, HEADER + row)
    assert why in found.why
    assert [option.value for option in found.options] == ["new", f"same:{known.pk}", "skip"]
    assert found.default == (f"same:{known.pk}" if default else "")


def test_nobody_like_it_means_nothing_to_choose(place):
    make.patient(place[0], given_name="Rosa", family_name="Haddad")
    (row,) = planned(place, HEADER + ANA)
    assert (row.default, row.to_decide, row.why) == ("new", False, "")


def test_the_same_person_twice_in_one_sheet_is_left_out_once(place):
    first, second = planned(place, HEADER + ANA + ANA.replace("Ana", "ANA"))
    assert (first.default, second.default) == ("new", "skip")
    assert second.why == "Same name and birth date as row 2 of this sheet."


def test_a_row_that_must_be_decided_stops_the_whole_sheet_until_it_is(place):
    program, _ = place
    known = make.patient(program, given_name="Anna", family_name="Munoz", birth_date=dt.date(1970, 3, 4))
    upload = hold(place, HEADER + BEN + ANA)
    with pytest.raises(ValidationError, match=r"Row 3 \(Ana Muñoz\)"):
        take(place, upload)
    assert not Referral.objects.of(program).exists()
    upload.refresh_from_db()
    assert upload.taken_at is None
    take(place, upload, {3: f"same:{known.pk}"})
    assert Referral.objects.of(program).filter(patient=known).exists()
    assert Patient.objects.of(program).count() == 2


def test_a_choice_a_row_does_not_offer_is_refused(place):
    program, _ = place
    stranger = make.patient(make.program())
    upload = hold(place, HEADER + ANA)
    for choice in (f"same:{stranger.pk}", "same:0", "drop"):
        with pytest.raises(ValidationError):
            take(place, upload, {2: choice})
    assert not Referral.objects.of(program).exists()


def test_two_rows_cannot_be_for_one_person(place):
    program, _ = place
    known = make.patient(program, given_name="Ana", family_name="Muñoz", birth_date=dt.date(1970, 3, 4))
    same = f"same:{known.pk}"
    upload = hold(place, HEADER + ANA + ANA)
    with pytest.raises(ValidationError, match="Rows 2 and 3 are for one person"):
        take(place, upload, {2: same, 3: same})


def test_somebody_with_an_undecided_referral_can_only_be_left_out_or_be_new(place):
    referral = make.referral(place[0])
    who = referral.patient
    row = f"{who.given_name},{who.family_name},{who.birth_date},,,\n"
    (found,) = planned(place, HEADER + row)
    assert ([option.value for option in found.options], found.default) == (["new", "skip"], "skip")


def test_what_was_entered_since_the_dry_run_is_seen(place):
    program, by = place
    upload = hold(place, HEADER + ANA)
    other = hold(place, HEADER + ANA + BEN)
    take(place, other)
    assert take(place, upload)["skipped"] == 1
    assert Patient.objects.of(program).count() == 2


def test_another_program_keeps_its_own_people(place):
    elsewhere = make.program()
    make.patient(elsewhere, given_name="Ana", family_name="Muñoz", birth_date=dt.date(1970, 3, 4))
    assert planned(place, HEADER + ANA)[0].default == "new"


def test_a_clinician_may_not_take_a_sheet_in(place):
    program, _ = place
    by = make.actor(make.member(program, "clinician"))
    with pytest.raises(PermissionDenied):
        hold_sheet(program=program, content=b"x", name="x", by=by, at=NOW)


def test_a_name_on_two_lines_becomes_one_and_control_characters_are_refused():
    content = 'given_name,family_name\n"Ana\nMaría",Muñoz\n'.encode()
    assert read_sheet(content, name="x.csv", on=dt.date(2026, 11, 22))[0].name == "Ana María Muñoz"
    with pytest.raises(InvalidInput, match="x.csv:2: given_name: expected text without control characters"):
        read_sheet(b"given_name,family_name\nA\x1bna,B\n", name="x.csv", on=dt.date(2026, 11, 22))
