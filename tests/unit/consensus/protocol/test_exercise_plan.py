"""What cannot be carried through as it is planned is refused before anybody rates."""

from __future__ import annotations

import pytest
from tests.unit.consensus.protocol.exercise_folder import PROTOCOL, STATEMENTS, exercise, problems, write

GROUPS = PROTOCOL[PROTOCOL.index("groups:") :]


@pytest.mark.parametrize("method", ["comet", "percent"])
def test_each_group_decides_only_where_there_are_groups(tmp_path, method) -> None:
    rule = f"rule: {{method: {method}, each_group: true}}\n"
    folder = write(tmp_path, protocol_yaml=PROTOCOL.replace(GROUPS, rule), panel_csv=None, record_yaml=None)
    (folder / "invitations.csv").unlink()
    assert problems(folder) == [
        "protocol.yaml:8: /rule/each_group: "
        "expected groups in the protocol (each group decides), or false, found no groups"
    ]


def test_no_wording_comes_after_a_statement_was_taken_out(tmp_path) -> None:
    later = STATEMENTS.replace(
        "text: Plans are shared.}\n",
        "text: Plans are shared.}\n      - {version: 2, from_round: 2, text: Share them., reason: Short}\n",
    )
    assert problems(write(tmp_path, statements_yaml=later)) == [
        "statements.yaml:9: /statements/1/versions/1/from_round: "
        "expected a round up to 1, the last before it was taken out, found round 2"
    ]


@pytest.mark.parametrize(
    ("parents", "lines"),
    [({"s1": "s1"}, [3]), ({"s1": "s2", "s2": "s1"}, [3, 8]), ({"s1": "s2", "s2": "s2"}, [8])],
)
def test_no_statement_is_split_off_from_itself(tmp_path, parents, lines) -> None:
    text = STATEMENTS
    for one, parent in parents.items():
        text = text.replace(f"  - id: {one}\n", f"  - id: {one}\n    parent: {parent}\n")
    found = problems(write(tmp_path, statements_yaml=text))
    assert all("/parent: expected a statement that is not split off from this one" in one for one in found)
    assert [int(one.split(":")[1]) for one in found] == lines


def test_what_stands_twice_is_named_where_it_stands(tmp_path) -> None:
    twice = PROTOCOL.replace("id: payers", "id: patients")
    assert problems(write(tmp_path, protocol_yaml=twice)) == [
        "protocol.yaml:8: /groups: expected each group once, not patients again, found a list of 2"
    ]
    assert problems(write(tmp_path, statements_yaml=STATEMENTS.replace("id: s2", "id: s1"))) == [
        "statements.yaml:1: /statements: expected each statement once, not s1 again, found a list of 2"
    ]


@pytest.mark.parametrize("sign", ["\\n", "\\e", "\\a", "\\x7f", "\\x85"])
def test_a_title_is_one_line_without_control_characters(tmp_path, sign) -> None:
    """An escape would reach the terminal, and a line break make two lines of one."""
    found = problems(write(tmp_path, protocol_yaml=PROTOCOL.replace("A definition", f'"A{sign}b"')))
    assert [one.split(", found")[0] for one in found] == [
        "protocol.yaml:2: /title: expected one line of text, without line breaks and control characters"
    ]


def test_a_text_has_lines_and_no_control_characters(tmp_path) -> None:
    lined = PROTOCOL.replace("What is it?", '"What\\tis\\nit?"')
    assert exercise(tmp_path, protocol_yaml=lined).protocol.question == "What\tis\nit?"
    found = problems(write(tmp_path, protocol_yaml=PROTOCOL.replace("What is it?", '"What \\e[1m"')))
    assert found[0].startswith("protocol.yaml:3: /question: expected text without control characters")
