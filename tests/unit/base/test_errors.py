"""Errors say what was expected, what came and, where it can, what to do."""

from __future__ import annotations

import copy

import pytest

from allay.base.errors import (
    PROBLEMS_KEPT,
    AllayError,
    InvalidInput,
    InvalidValue,
    NotFound,
    NotPermitted,
    Problem,
)


def problem(line: int) -> Problem:
    return Problem("a.csv", str(line), "age", "a number", "'x'")


def test_problem_reads_as_the_contract_says():
    assert str(problem(3)) == "a.csv:3: age: expected a number, found 'x'"


def test_invalid_input_keeps_fifty_and_counts_all():
    error = InvalidInput(problem(n) for n in range(2, 1002))
    assert len(error.problems) == PROBLEMS_KEPT == 50
    assert error.total == 1000
    assert str(error).splitlines()[0] == str(problem(2))
    assert len(str(error).splitlines()) == 50


def test_invalid_input_takes_one_problem():
    assert InvalidInput(problem(2)).problems == (problem(2),)


def test_invalid_input_without_problem_is_a_programming_error():
    with pytest.raises(ValueError, match="at least one"):
        InvalidInput([])


def test_invalid_input_can_be_copied():
    twin = copy.copy(InvalidInput([problem(2)]))
    assert twin.problems == (problem(2),)


@pytest.mark.parametrize("kind", [InvalidInput, InvalidValue, NotFound, NotPermitted])
def test_there_is_one_tree(kind):
    assert issubclass(kind, AllayError)


@pytest.mark.parametrize(
    ("known", "said"),
    [
        (["phq9", "peg"], "there is no instrument 'phq-9'; did you mean 'phq9'?"),
        (["phq9", "PHQ_9", "phq8"], "there is no instrument 'phq-9'; did you mean 'PHQ_9' or 'phq9'?"),
        (["sfi"], "there is no instrument 'phq-9'; there is sfi"),
        ([], "there is no instrument 'phq-9'; there is none at all"),
    ],
)
def test_not_found_names_what_is_near(known, said):
    assert str(NotFound.among("instrument", "phq-9", known=known)) == said


def test_not_found_does_not_list_hundreds():
    assert str(NotFound.among("fact", "zzz", known=[f"a{n}" for n in range(40)])).endswith("and 28 more")
