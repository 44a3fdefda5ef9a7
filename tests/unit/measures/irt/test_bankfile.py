"""Banks and answers from files: what is taken, and what each bad cell says."""

from __future__ import annotations

import io

import numpy as np
import pytest
from tests.unit.measures.irt.banks import BANK, CSV

from allay.base.errors import InvalidInput, InvalidValue, NotFound
from allay.measures.irt.answerfile import read_bank_answers
from allay.measures.irt.answers import checked_answers
from allay.measures.irt.bank import GradedItem, ItemBank
from allay.measures.irt.bankfile import read_bank


def bank_of(text: str) -> ItemBank:
    return read_bank(io.BytesIO(text.encode()), name="bank.csv")


def told(text: str) -> list[str]:
    with pytest.raises(InvalidInput) as caught:
        bank_of(text)
    return [str(problem) for problem in caught.value.problems]


def test_items_may_differ_in_their_number_of_answers():
    assert bank_of(CSV) == BANK
    assert BANK.categories.tolist() == [4, 5, 5, 4, 2]


def test_columns_in_any_order_and_spaces_around_numbers():
    found = bank_of("b2,item,b1,a\n 1.5 ,x, -1 ,2\n")
    assert found == ItemBank((GradedItem("x", 2.0, (-1.0, 1.5)),))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("item,a,b1\nx,,0\n", ["bank.csv:2: a: expected a number above 0, found nothing"]),
        ("item,a,b1\nx,0,0\n", ["bank.csv:2: a: expected a number above 0, found '0'"]),
        ("item,a,b1\nx,-1,0\n", ["bank.csv:2: a: expected a number above 0, found '-1'"]),
        ("item,a,b1\nx,inf,0\n", ["bank.csv:2: a: expected a number above 0, found 'inf'"]),
        ("item,a,b1\nx,1,\n", ["bank.csv:2: b1: expected a number, found nothing"]),
        ("item,a,b1\nx,1,nan\n", ["bank.csv:2: b1: expected a number, found 'nan'"]),
        ("item,a,b1,b2\nx,1,1,1\n", ["bank.csv:2: b2: expected a number above the one of b1, found '1'"]),
        (
            "item,a,b1,b2,b3\nx,1,0,,2\n",
            ["bank.csv:2: b3: expected a blank, as a threshold before it is blank, found '2'"],
        ),
        ("item,a,b1\n,1,0\n", ["bank.csv:2: item: expected an item id, found nothing"]),
        ("item,a,b1\nx,1,0\nx,1,0\n", ["bank.csv:3: item: expected every item once, found 'x'"]),
        ("item,a,b1\nrespondent,1,0\n", ["bank.csv:2: item: expected another item id, found 'respondent'"]),
        ("item,a,b1,b3\nx,1,0,1\n", ["bank.csv:1: b2: expected this column, found the columns b1, b3"]),
        (
            "item,a,b1,note\nx,1,0,1\n",
            ["bank.csv:1: note: expected only the columns item, a and b1 up to bk, found one more"],
        ),
        ("item,a,b1\n", ["bank.csv:1: (file): expected at least 1 row(s) of data, found 0 (only a header)"]),
    ],
)
def test_each_bad_cell_is_named(text, said):
    found = told(text)
    assert [line.replace("(whole file)", "(file)") for line in found] == said


def test_all_bad_cells_are_named_by_line():
    found = told("item,a,b1,b2\nx,0,1,0\ny,1,z,3\nz,1,0,1\n,1,0,1\n")
    assert [line.split(": expected")[0] for line in found] == [
        "bank.csv:2: a",
        "bank.csv:2: b2",
        "bank.csv:3: b1",
        "bank.csv:5: item",
    ]


@pytest.mark.parametrize(
    "make",
    [
        lambda: GradedItem("", 1.0, (0.0,)),
        lambda: GradedItem("x", 0.0, (0.0,)),
        lambda: GradedItem("x", float("nan"), (0.0,)),
        lambda: GradedItem("x", 1.0, ()),
        lambda: GradedItem("x", 1.0, (1.0, 1.0)),
        lambda: GradedItem("x", 1.0, (0.0, float("inf"))),
        lambda: ItemBank(()),
        lambda: ItemBank((GradedItem("x", 1.0, (0.0,)), GradedItem("x", 2.0, (0.0,)))),
    ],
)
def test_an_impossible_bank_cannot_be_made(make):
    with pytest.raises(InvalidValue):
        make()


def test_an_unknown_item_is_told_with_its_neighbors():
    with pytest.raises(NotFound, match="did you mean 'twin'"):
        BANK.select(["twim"])


def answers_of(text: str, **how):
    return read_bank_answers(io.BytesIO(text.encode()), BANK, name="a.csv", **how)


HEAD = "site,respondent,yes_no,low,mid,twin,high\n"


def test_answers_are_put_in_the_order_of_the_bank():
    found = answers_of(HEAD + "S,007,2,4,5,1.0,\n")
    assert found.respondents == ("007",)
    assert found.answers.tolist() == [[4, 5, 1, -1, 2]]


def test_every_impossible_answer_is_named():
    with pytest.raises(InvalidInput) as caught:
        answers_of(HEAD + "S,A,3,4,5,1,4\nS,B,0,-1,1.5,x,nan\nS,,1,1,1,1,1\nS,A,1,1,1,1,1\n")
    assert [str(problem) for problem in caught.value.problems] == [
        "a.csv:2: yes_no: expected a whole number 1 to 2, or blank, found '3'",
        "a.csv:3: low: expected a whole number 1 to 4, or blank, found '-1'",
        "a.csv:3: mid: expected a whole number 1 to 5, or blank, found '1.5'",
        "a.csv:3: twin: expected a whole number 1 to 5, or blank, found 'x'",
        "a.csv:3: high: expected a whole number 1 to 4, or blank, found 'nan'",
        "a.csv:3: yes_no: expected a whole number 1 to 2, or blank, found '0'",
        "a.csv:4: respondent: expected who answered, found nothing",
        "a.csv:5: respondent: expected every respondent once, found 'A'",
    ]


def test_flagged_answers_count_as_missing_and_good_ones_stay():
    found = answers_of(HEAD + "S,A,3,4,5,1,4\nS,B,1,,1.5,x,2\n", on_invalid="flag")
    assert found.flagged == 3
    assert found.answers.tolist() == [[4, 5, 1, 4, -1], [-1, -1, -1, 2, 1]]


def test_a_missing_item_column_is_told():
    with pytest.raises(InvalidInput, match=r"a.csv:1: high: expected this column, found 'hihg'"):
        answers_of("respondent,low,mid,twin,hihg,yes_no\nA,1,1,1,1,1\n")


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ([[1, 1, 1, 1]], r"shape: expected \(respondents, 5\)"),
        ([[1, 6, 1, 1, 1]], r"row 0: mid: expected a whole number 1 to 5, or blank, found 6"),
        ([[1, 1, 1, 1, 1], [0, 1, 1, 1, 1]], r"row 1: low: expected a whole number 1 to 4"),
        (np.array([[1, 1, 1, 1, 3]], dtype=np.int8), r"row 0: yes_no: expected a whole number 1 to 2"),
    ],
)
def test_an_array_is_checked_like_a_file(answers, said):
    with pytest.raises(InvalidInput, match=said):
        checked_answers(BANK, answers)


def test_no_respondents():
    assert checked_answers(BANK, np.empty((0, 5), dtype=np.int8)).shape == (0, 5)
