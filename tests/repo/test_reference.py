"""The reference is made from the code and its tests, and says what they say now."""

from __future__ import annotations

from pathlib import Path

import behavior
import build_reference

SPEC = '''
"""Doubling.

What comes out is twice what goes in.
"""

import pytest

CASES = [
    (1, 2),
    pytest.param(2, 4, id="two"),
    (None, "nothing"),
]

DRAWN = """
| in | out |
| 3 | 6 |
"""

@pytest.mark.parametrize(("given", "comes_out"), CASES)
def test_doubling(given, comes_out):
    """A number is doubled; nothing stays nothing."""
'''


def test_the_reference_is_current() -> None:
    assert build_reference.stale() == []


def test_behavior_tables_are_read(tmp_path: Path) -> None:
    (tmp_path / "test_doubling.py").write_text(SPEC)
    (page,) = behavior.pages(tmp_path)
    assert (page.title, page.text) == ("Doubling", "What comes out is twice what goes in.")
    drawn, tested = page.tables
    assert drawn == behavior.Table("", ("in", "out"), (("3", "6"),))
    assert tested.says == "A number is doubled; nothing stays nothing."
    assert tested.columns == ("given", "comes_out")
    assert tested.rows == (("1", "2"), ("2", "4"), ("", "nothing"))


def test_a_table_keeps_its_cells_apart() -> None:
    assert build_reference.table(["a|b", "c"], [["1\n2", "<x>"]]) == (
        "| a\\|b | c |\n| --- | --- |\n| 1 2 | &lt;x> |"
    )


def test_commands_that_ran_by_themselves_are_written_alike() -> None:
    """A command keeps the --help option it was first asked with, and tests run groups alone."""
    from allay.cli.claims import group
    from allay.cli.frame import run

    before = build_reference.commands_page()
    run(group, ["read", "--help"])
    assert build_reference.commands_page() == before
