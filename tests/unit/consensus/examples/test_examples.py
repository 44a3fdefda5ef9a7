"""Examples as they ship: each says what it is, and holds together with what reads it."""

from __future__ import annotations

import csv
import io

import pytest

from allay.base.documents import read_yaml
from allay.base.errors import NotFound
from allay.consensus.checklists.items import known_items
from allay.consensus.examples.example import example_rows, read_example
from allay.consensus.protocol.frozen import refuse_changed_protocol
from allay.consensus.protocol.reading import read_exercise
from allay.consensus.protocol.statements import StatementFile
from allay.consensus.themes.reading import read_themes

EXERCISES = ("definition-2017", "two-rounds")


@pytest.fixture
def written(tmp_path):
    def write(name):
        for file, data in read_example(name).files.items():
            (tmp_path / file).write_bytes(data)
        return tmp_path

    return write


@pytest.mark.parametrize("name", EXERCISES)
def test_exercises_fit_together_and_their_protocol_is_the_frozen_one(name, written):
    exercise = read_exercise(written(name))
    refuse_changed_protocol(exercise)
    assert [one.kind for one in exercise.findings] == (["quota not met"] if name == "two-rounds" else [])
    assert exercise.freezing_state == ("frozen" if name == "two-rounds" else "never frozen")


def test_interviews_can_be_read(written):
    assert read_themes(written("interviews") / "themes.yaml").synthetic


@pytest.mark.parametrize("row", example_rows(), ids=lambda row: row.id)
def test_what_is_made_up_says_so_in_every_file_that_can(row):
    for name, data in read_example(row.id).files.items():
        text = data.decode().lower()
        if row.synthetic and not name.endswith(".csv"):
            assert "synthetic" in text, name
        assert "@" not in text
    assert any("DIR" in command for command in row.then)
    assert all("DIR" not in command for command in read_example(row.id).commands("here"))


def test_an_unknown_example_gets_the_nearest():
    with pytest.raises(NotFound, match="did you mean 'two-rounds'"):
        read_example("two-round")


def test_the_definition_has_seven_elements_with_sources_and_nobody_who_endorsed(written):
    exercise = read_exercise(written("definition-2017"))
    assert [one.id for one in exercise.statements] == [
        "biomedical",
        "psychosocial",
        "complementary",
        "spiritual",
        "person-centered",
        "function-and-wellness",
        "shared-plan",
    ]
    for statement in exercise.statements:
        assert statement.sources[0].status.value == "secondary"
        assert "wording itself" in statement.sources[0].locator
    assert exercise.record.endorsements == ()
    assert not exercise.protocol.synthetic


def test_form_and_questionnaire_hold_the_statements_of_the_definition():
    files = read_example("definition-2017").files
    statements = read_yaml(io.BytesIO(files["statements.yaml"]), StatementFile).statements
    rows = list(csv.DictReader(io.StringIO(files["ratings-form.csv"].decode())))
    assert rows == [{"statement": one.id, "rater": "", "rating": ""} for one in statements]
    for one in statements:
        assert f". {one.versions[-1].text}\n   ({one.id}) " in files["questionnaire.txt"].decode()


def test_two_rounds_shows_every_part_of_an_exercise(written):
    exercise = read_exercise(written("two-rounds"))
    record, statements = exercise.record, {one.id: one for one in exercise.statements}
    assert exercise.protocol.synthetic
    assert (len(exercise.panel), len(exercise.statements), len(record.rounds)) == (24, 13, 2)
    assert {group.id for group in exercise.protocol.groups} == {one.group for one in exercise.panel}
    assert [entry.did for entry in exercise.journal] == ["frozen", "unfrozen", "frozen"]
    assert exercise.journal[1].reason
    assert exercise.journal[-1].on < record.rounds[0].opened
    assert {one.journal_head for one in record.rounds} == {exercise.head}
    assert len(statements["s04"].versions) == 2
    assert statements["c12"].removed_because
    assert statements["c13"].versions[0].from_round == 2
    assert [meeting.after_round for meeting in record.meetings] == [1]
    assert [bool(decision.minority) for decision in record.decisions] == [True, True]
    assert all(comment.response for comment in record.comment_periods[0].comments)
    assert any(one.withdrawn for one in record.endorsements)
    assert {one.rater for one in record.interests} == {one.rater for one in exercise.panel}
    assert any(one.declined for one in exercise.invitations)
    assert any(len(one.reminded) == 2 for one in exercise.invitations)
    assert any(one.region == "not reported" for one in exercise.panel)
    assert {*exercise.protocol.narrative, *record.narrative} <= set(known_items())
    assert all(source.status for one in exercise.statements for source in one.sources)
