"""The code book, and from a taxonomy code to a profession."""

from __future__ import annotations

import io

import pytest

from allay.base.errors import InvalidInput, InvalidValue, NotFound
from allay.base.fact import Reference
from allay.base.tables import read_csv
from allay.coverage.codes.billingcode import CodeUnit, MedicareStatus
from allay.coverage.codes.book import code_book
from allay.coverage.codes.bookfile import COLUMNS, read_codes
from allay.coverage.codes.taxonomy import profession_of

SOURCES = {"fees": Reference("Fees, made up", "S1")}


def book(*rows):
    data = "\n".join([",".join(COLUMNS), *rows]).encode()
    return read_codes(read_csv(io.BytesIO(data), name="codes.csv"), SOURCES)


def test_a_code_says_how_it_is_counted():
    exercise = code_book().get("97110")
    assert (exercise.unit, exercise.minutes, exercise.timed) == (CodeUnit.TIMED, 15, True)
    assert (exercise.always_therapy, exercise.plan_modifiers) == (True, ("GP", "GO"))
    assert code_book().get("97150").unit is CodeUnit.SESSION
    assert code_book().get("G3002").unit is CodeUnit.MONTH
    assert code_book().get("64483").unit is CodeUnit.PROCEDURE


@pytest.mark.parametrize(
    ("code", "status"),
    [("97110", "A"), ("97014", "I"), ("97010", "B"), ("98943", "N"), ("98961", "B"), ("G0463", "X")],
)
def test_medicare_status(code, status):
    assert code_book().get(code).medicare is MedicareStatus(status)
    assert code_book().get(code).payable_by_medicare is (status == "A")


def test_an_add_on_names_its_bases():
    assert code_book().get("G3003").add_on_to == ("G3002",)
    assert code_book().get("97814").add_on_to == ("97810", "97813")
    assert code_book().get("97810").add_on_to == ()


@pytest.mark.parametrize(
    ("code", "profession", "modifier"),
    [
        ("97110", "physical_therapist_assistant", "GP"),
        ("97110", "occupational_therapist", "GO"),
        ("97110", "chiropractor", ""),
        ("97161", "occupational_therapist", ""),
        ("98941", "physical_therapist", ""),
    ],
)
def test_the_plan_of_care(code, profession, modifier):
    assert code_book().plan_modifier(code, profession=profession) == modifier


def test_an_unknown_code_names_the_nearest():
    with pytest.raises(NotFound, match="no billing code '9711O'; did you mean '97"):
        code_book().get("9711O")
    assert "97111" not in code_book()


def test_every_problem_of_a_book_is_named():
    good = "97110,exercise,physical_therapy,timed,15,A,yes,GP,,,fees,verified,"
    with pytest.raises(InvalidInput) as caught:
        book(
            good,
            "9711,,physio,hourly,x,Q,maybe,GP,,,fee,sure,",
            "97112,balance,physical_therapy,timed,,A,yes,GP,,,fees,verified,",
            good,
        )
    assert [(each.at, each.field) for each in caught.value.problems] == [
        ("3", "code"), ("3", "source"), ("3", "status"), ("3", "unit"), ("3", "label"), ("3", "services"),
        ("3", "minutes"), ("3", "medicare"), ("3", "always_therapy"), ("4", "minutes"), ("5", "code"),
    ]  # fmt: skip


def test_a_status_is_no_stronger_than_its_source():
    data = ",".join(COLUMNS) + "\n97110,exercise,physical_therapy,timed,15,A,yes,GP,,,told,verified,"
    with pytest.raises(InvalidInput, match=r"codes.csv:2: status: expected at most memory"):
        read_codes(read_csv(io.BytesIO(data.encode()), name="codes.csv"), {"told": Reference("Told", "M")})


def test_professions_by_taxonomy_code():
    assert profession_of("225100000X").id == "physical_therapist"
    with pytest.raises(NotFound, match="no profession with the taxonomy code '207T00000X'"):
        profession_of("207T00000X")
    with pytest.raises(InvalidValue, match="taxonomy code such as"):
        profession_of("2251")
