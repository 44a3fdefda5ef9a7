"""Decisions as tables: all criteria, judged or not, and judgments on what is no criterion refused."""

from __future__ import annotations

import io

import pytest
from tests.unit.reports.consensus_results import exercise

from allay.base.documents import read_yaml_document
from allay.base.errors import InvalidInput
from allay.base.status import Status
from allay.consensus.decisions.criteria import etd_criteria, judgment_problems, known_criteria
from allay.consensus.decisions.table import NOT_JUDGED, decision_table
from allay.consensus.protocol.reading import read_exercise
from allay.consensus.protocol.record import ExerciseRecord


def read(criterion: str):
    text = f"""decisions:
  - id: r1
    recommendation: Do it
    statements: [s1]
    origin: new
    conclusion: "Yes"
    judgments:
      - {{criterion: equity, judgment: better}}
      - {{criterion: {criterion}, judgment: large}}
"""
    return read_yaml_document(io.BytesIO(text.encode()), ExerciseRecord, name="record.yaml")


def test_there_are_twelve_criteria_from_memory():
    assert len(set(known_criteria())) == 12
    assert etd_criteria().source.status is Status.MEMORY


@pytest.mark.parametrize(
    ("criterion", "expected"),
    [("resource", "such as resources"), ("taste", "one of the criteria problem, desirable-effects")],
)
def test_a_judgment_on_no_criterion_is_found_with_its_line(criterion, expected):
    found = judgment_problems(read(criterion))
    assert [(one.file, one.at) for one in found] == [("record.yaml", "9")]
    assert expected in found[0].expected
    assert repr(criterion) == found[0].found


def test_a_judgment_on_each_criterion_is_no_problem():
    assert judgment_problems(read("values")) == ()


def test_an_exercise_with_a_judgment_on_no_criterion_or_a_text_for_no_item_is_refused(tmp_path):
    protocol = "id: a\ntitle: A\nquestion: What?\nrounds: [{objective: Rate}]\nnarrative: {X9: Lost}\n"
    (tmp_path / "protocol.yaml").write_text(protocol)
    (tmp_path / "record.yaml").write_text(
        "decisions:\n"
        "  - {id: r1, recommendation: Do it, statements: [s1], origin: new, conclusion: Good,\n"
        "     judgments: [{criterion: taste, judgment: good}]}\n"
    )
    with pytest.raises(InvalidInput) as refused:
        read_exercise(tmp_path)
    found = {(one.file.rsplit("/", 1)[-1], one.at, one.found) for one in refused.value.problems}
    assert {("protocol.yaml", "5", "'X9'"), ("record.yaml", "3", "'taste'")} <= found


def test_a_table_has_every_criterion_and_says_which_were_not_judged():
    result = exercise()
    table = decision_table(result.decisions[0], result.statements)
    assert [row.criterion.id for row in table.rows] == list(known_criteria())
    judged = {row.criterion.id: row.judgment for row in table.rows if row.judged}
    assert judged == {"problem": "Yes", "equity": "Probably better"}
    assert table.judged == 2
    assert sum(row.judgment == NOT_JUDGED for row in table.rows) == 10
    assert table.origin == "adapted from An older guideline (made up)"


def test_a_table_has_the_last_verdict_of_each_statement():
    result = exercise()
    decision = result.decisions[0].model_copy(update={"statements": ("s2", "s6", "s9")})
    found = decision_table(decision, result.statements).statements
    assert [(one.statement, one.round, one.version) for one in found] == [
        ("s2", 2, 2),
        ("s6", 1, 1),
        ("s9", None, None),
    ]
    assert found[1].verdict == "inappropriate"
    assert found[2].verdict is None
