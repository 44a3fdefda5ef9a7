"""Ratings against their exercise, and the version each of them belongs to."""

from __future__ import annotations

import io

import numpy as np
import pytest
from tests.unit.consensus.protocol.exercise_folder import INVITATIONS, PROTOCOL, RECORD, exercise

from allay.base.errors import InvalidInput
from allay.consensus.ratings.ratingcheck import check_ratings, with_versions
from allay.consensus.ratings.reading import read_ratings
from allay.consensus.ratings.table import RatingTable

HEADER = "statement,rater,rating,round\n"
FIRST = "s1,r01,7,1\ns1,r02,8,1\ns1,r03,9,1\ns2,r01,3,1\ns2,r02,,1\n"
SECOND = "s1,r01,8,2\ns1,r03,9,2\n"
EACH = PROTOCOL + "rule:\n  method: comet\n  each_group: true\n"


def tables(text: str, header: str = HEADER):
    return read_ratings(io.BytesIO((header + text).encode()), name="ratings.csv")


def refused(read, text: str, header: str = HEADER) -> list[str]:
    with pytest.raises(InvalidInput) as wrong:
        check_ratings(read, tables(text, header))
    return [str(one) for one in wrong.value.problems]


def found(read, text: str, header: str = HEADER) -> list[tuple[str, str]]:
    return [(one.kind, one.where) for one in check_ratings(read, tables(text, header))]


def test_ratings_that_fit_have_no_findings(tmp_path) -> None:
    assert found(exercise(tmp_path, invitations_csv=None), FIRST) == []


def test_ratings_stay_with_the_version_of_their_round(tmp_path) -> None:
    first, second = with_versions(exercise(tmp_path), tables(FIRST + SECOND))
    assert (first.statements, first.versions) == (("s1", "s2"), (1, 1))
    assert (second.statements, second.versions) == (("s1",), (2,))


def test_versions_that_the_file_names_are_kept(tmp_path) -> None:
    read = exercise(tmp_path, statements_yaml=None, comments_csv=None)
    header = "statement,rater,rating,version\n"
    assert with_versions(read, tables("s1,r01,7,1\n", header))[0].versions == (1,)
    assert refused(read, "s1,r01,7,2\n", header) == [
        "ratings.csv:2: version: expected version 1 (there is no statements.yaml with another), found 2"
    ]


def test_a_statement_taken_out_has_no_version(tmp_path) -> None:
    with pytest.raises(InvalidInput, match=r"ratings.csv:2: statement: expected a statement of round 2"):
        with_versions(exercise(tmp_path), tables("s2,r01,7,2\n"))


@pytest.mark.parametrize(
    ("text", "header", "message"),
    [
        ("s1,r01,7,3\n", HEADER, "2: round: expected one of the 2 planned rounds, found 3"),
        (FIRST + "s1,r09,7,1\n", HEADER, "7: rater: expected a rater of the panel, found 'r09'"),
        (FIRST + "s9,r01,7,1\n", HEADER, "7: statement: expected a statement of statements.yaml, found 's9'"),
        (
            FIRST + SECOND + "s2,r01,7,2\n",
            HEADER,
            "9: statement: expected a statement that is rated in round 2, found 's2'",
        ),
        (
            "s1,r01,7,2,1\n",
            "statement,rater,rating,round,version\n",
            "2: version: expected version 2, which was rated in round 2, found 1",
        ),
    ],
)
def test_what_does_not_belong_is_refused(tmp_path, text, header, message) -> None:
    assert refused(exercise(tmp_path), text, header) == [f"ratings.csv:{message}"]


def test_all_problems_of_all_rounds_come_at_once(tmp_path) -> None:
    lines = refused(exercise(tmp_path), "s9,r01,7,1\ns1,r09,7,1\ns9,r08,7,2\n")
    assert [line.split(": expected")[0] for line in lines] == [
        "ratings.csv:2: statement",
        "ratings.csv:3: rater",
        "ratings.csv:4: rater",
        "ratings.csv:4: statement",
    ]


def test_ratings_off_the_scale_of_the_protocol_are_refused(tmp_path) -> None:
    scale = "scale: {minimum: 1, maximum: 5, low_to: 2, high_from: 4}\nrule: {method: percent}\n"
    read = exercise(tmp_path, protocol_yaml=PROTOCOL + scale)
    assert refused(read, "s1,r01,5,1\ns1,r02,6,1\n") == [
        "ratings.csv:3: rating: expected a whole number from 1 to 5, found 6"
    ]
    half = RatingTable("r.csv", ("s1",), ("r01",), np.array([[2.5]]), np.array([[2]]))
    with pytest.raises(InvalidInput, match=r"r.csv:2: rating: .* found 2.5"):
        check_ratings(read, [half])


def test_one_table_for_each_round(tmp_path) -> None:
    first = tables(FIRST)[0]
    with pytest.raises(InvalidInput, match="one table for each round"):
        check_ratings(exercise(tmp_path), [first, first])


@pytest.mark.parametrize(
    ("files", "text", "kind", "where"),
    [
        ({}, FIRST.replace("s1,r03,9,1\n", ""), "empty group", "ratings.csv"),
        ({}, "s1,r01,7,1\ns1,r03,9,1\ns2,r01,,1\n", "not rated", "ratings.csv"),
        ({}, "s1,r01,7,1\ns1,r03,9,1\n", "not rated", "ratings.csv"),
        ({"invitations_csv": INVITATIONS}, FIRST, "not invited", "ratings.csv:4"),
        (
            {"invitations_csv": INVITATIONS + "1,r03,2026-03-02,,2026-03-05\n"},
            FIRST,
            "declined and rated",
            "ratings.csv:4",
        ),
        ({}, FIRST + SECOND, "round not recorded", "ratings.csv"),
    ],
)
def test_what_is_odd_is_found_without_codes_of_raters(tmp_path, files, text, kind, where) -> None:
    read = exercise(tmp_path, **{"invitations_csv": None, **files})
    assert found(read, text) == [(kind, where)]
    assert "r0" not in check_ratings(read, tables(text))[0].text


def test_a_round_of_undecided_statements_need_not_rate_all(tmp_path) -> None:
    record = RECORD.replace("meetings:", "  - {number: 2, opened: 2026-04-01}\nmeetings:")
    read = exercise(tmp_path, record_yaml=record, invitations_csv=None)
    assert found(read, FIRST + "s1,r01,,2\ns1,r03,,2\ns1,r02,9,2\n") == [("empty group", "ratings.csv")]


def test_an_empty_group_is_refused_where_each_group_decides(tmp_path) -> None:
    read = exercise(tmp_path, protocol_yaml=EACH)
    assert refused(read, FIRST.replace("s1,r03,9,1\n", "s1,r03,,1\n")) == [
        "ratings.csv:1: rater: expected ratings of every group in round 1 (each group decides), "
        "found none of the group payers"
    ]


def test_without_a_panel_no_group_can_decide(tmp_path) -> None:
    read = exercise(tmp_path, protocol_yaml=EACH, panel_csv=None)
    assert refused(read, FIRST) == [
        "ratings.csv:1: rater: expected a file panel.csv that says who is in which group (each group "
        "decides), found no such file"
    ]
