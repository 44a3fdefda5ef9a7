"""The example of the page that shows how to define a program runs as it is printed there."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest

from allay.programs.definitions.catalog import load_definition
from allay.programs.episodes.records import read_episodes
from allay.programs.episodes.result import episodes_result

PAGE = Path(__file__).parents[4] / "docs" / "how-to" / "define-a-program.md"


@pytest.fixture
def blocks():
    return re.findall(r"^```\w*\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


def test_the_definition_and_its_episodes(blocks):
    text = next(block for block in blocks if block.startswith("id: ours"))
    ours = load_definition(io.BytesIO(text.encode()), name="ours.yaml")
    rows = next(block for block in blocks if block.startswith("episode_id"))
    found = episodes_result(read_episodes(io.BytesIO(rows.encode()), ours), ours)
    assert found["completion"]["enrolled"] == 2
    assert found["completion"]["never_started"] == 1


def test_the_gate_is_one(blocks):
    text = next(block for block in blocks if block.startswith("id: ours"))
    gates = next(block for block in blocks if block.startswith("gates:"))
    middle = (
        "  - {id: middle, title: M, of: groups, edge: end, opens_days: -5, closes_days: 0, source: plan}\n"
    )
    later = "".join(
        f"  - {{id: {name}, title: More, length: {{weeks: 2}}, source: plan}}\n"
        for name in ("more_visits", "one_to_one")
    )
    text = text.replace("timepoints:\n", f"{later}timepoints:\n{middle}").replace(
        "[baseline, end]", "[baseline, middle, end]"
    )
    ours = load_definition(io.BytesIO((text + gates).encode()), name="ours.yaml")
    assert ours.gates[0].score.rule == "improved_by"
