"""Importing sheets of referrals: the dry run, what must be decided, and taking in once."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.integration import factories as make
from tests.integration.costs import cost

from allay_web.enrolment.models import Referral
from allay_web.jobs.models import Upload

pytestmark = pytest.mark.django_db

ROWS = "given_name,family_name,birth_date\nAna,Muñoz,1970-03-04\nBen,Lund,1955-01-31\n"


@pytest.fixture(autouse=True)
def clock(time_machine):
    time_machine.move_to(make.NOW, tick=False)


@pytest.fixture
def place():
    program = make.program()
    who = make.member(program, "coordinator")
    return program, who, make.client_for(who)


def send(place, **data):
    program, _, client = place
    return client.post(make.url("enrolment:import_referrals", program), data)


def file(content, name="referrals.csv"):
    return SimpleUploadedFile(name, content if isinstance(content, bytes) else content.encode())


def test_a_pasted_table_goes_through_its_dry_run_and_in(place):
    program, _, client = place
    answer = send(place, pasted=ROWS.replace(",", "\t"))
    check = answer["Location"]
    page = client.get(check).content.decode()
    assert "Ana Muñoz" in page
    assert not Referral.objects.of(program).exists()
    client.post(check)
    assert Referral.objects.of(program).count() == 2
    again = client.post(check, follow=True).content.decode()
    assert "nothing was entered a second time" in again
    assert "2 referrals entered" in again
    assert Referral.objects.of(program).count() == 2


def test_problems_are_listed_by_row_and_what_was_pasted_stays(place):
    answer = send(place, pasted="given_name,family_name,birth_date\nAna,Muñoz,1970-02-30\n,Lund,\n")
    page = answer.content.decode()
    assert "2 things to mend; nothing was entered" in page
    assert "a date such as 1970-03-04 or 3/4/1970 (month first)" in page
    assert "Ana,Muñoz,1970-02-30" in page
    assert not Upload.objects.of(place[0]).exists()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"PK\x03\x04" + b"\0" * 40, "Excel workbook"),
        (b"", "an empty file"),
        (b"name,age\nAna,40\n", "expected"),
        (b"given_name,family_name\n" + b"Ana,Lund\n" * 1_000_000, "at most 2 MB"),
        ("\ufeffgiven_name,family_name\r\nAna,\r\n", "a name"),
    ],
    ids=["workbook", "empty", "other columns", "a million rows", "no name"],
)
def test_a_file_that_cannot_be_taken_is_told_why(place, content, words):
    answer = send(place, file=file(content))
    assert words.lower() in answer.content.decode().lower()


@pytest.mark.parametrize("data", [{}, {"pasted": " "}])
def test_nothing_chosen_is_told(place, data):
    assert "one of the two" in send(place, **data).content.decode()


def test_a_row_to_be_decided_is_asked_about(place):
    program, _, client = place
    known = make.patient(program, given_name="Anna", family_name="Munoz", birth_date=dt.date(1970, 3, 4))
    check = send(place, file=file(ROWS))["Location"]
    assert "1 must be decided" in client.get(check).content.decode()
    refused = client.post(check)
    assert "Row 2 (Ana Muñoz): choose" in refused.content.decode()
    client.post(check, {"row-2": f"same:{known.pk}"})
    assert Referral.objects.of(program).filter(patient=known).exists()


def test_the_dry_run_takes_as_many_queries_for_forty_rows_as_for_three(place):
    program, _, client = place
    header = "given_name,family_name,birth_date\n"

    def rows(n):
        known = [make.patient(program) for _ in range(n)]
        return "".join(f"{p.given_name},{p.family_name},{p.birth_date}\n" for p in known)

    few = cost(client, send(place, pasted=header + rows(3))["Location"])
    assert cost(client, send(place, pasted=header + rows(40))["Location"]) == few


def test_a_sheet_that_waited_for_more_than_a_day_is_not_taken_in(place, time_machine):
    program, _, client = place
    check = send(place, pasted=ROWS)["Location"]
    time_machine.move_to(make.NOW + dt.timedelta(hours=25), tick=False)
    client.force_login(place[1].user)
    assert "has expired" in client.post(check, follow=True).content.decode()
    assert not Referral.objects.of(program).exists()


def test_more_than_a_form_may_hold_is_refused_whole(place):
    program, _, _ = place
    answer = send(place, pasted="given_name,family_name\n" + "Ana,Lund\n" * 300_000)
    assert answer.status_code == 400
    assert "Nothing was changed" in answer.content.decode()
    assert not Upload.objects.of(program).exists()


def test_a_sheet_of_another_program_is_not_there(place):
    program, _, client = place
    check = send(place, pasted=ROWS)["Location"]
    other = make.program()
    elsewhere = make.client_for(make.member(other, "director"))
    assert elsewhere.get(check).status_code == 404
    number = Upload.objects.of(program).get().pk
    assert elsewhere.get(make.url("enrolment:check_sheet", other, upload=number)).status_code == 404


def test_the_empty_sheet_can_be_downloaded_and_sent_back(place):
    program, _, client = place
    answer = client.get(make.url("enrolment:sheet_template", program))
    assert answer["Content-Disposition"] == 'attachment; filename="referrals.csv"'
    assert send(place, file=file(answer.content)).status_code == 302
