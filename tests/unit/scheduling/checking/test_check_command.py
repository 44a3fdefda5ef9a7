"""`allay scheduling check`: what it reads, writes, answers and refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.unit.scheduling.checking.draft import Draft
from tests.unit.scheduling.checking.handmade import SCORE, plan_of, problem_of

from allay import __version__
from allay.scheduling.checking.report import CheckResult
from allay.scheduling.checking.rules import RULES


def write(folder: Path, draft: Draft) -> None:
    """Write the problem and the plan of a draft."""
    problem = problem_of(draft.problem)
    (folder / "problem.json").write_text(problem.model_dump_json(), encoding="utf-8")
    (folder / "plan.json").write_text(plan_of(draft.plan, problem).model_dump_json(), encoding="utf-8")


def test_a_good_plan_is_accepted(allay) -> None:
    write(allay.folder, Draft())
    status, out, err = allay("scheduling", "check", "problem.json", "plan.json")
    assert (status, err) == (0, "")
    assert out.splitlines() == [
        "handmade by three-levels: accepted",
        "looked at 2 cohorts, 5 members, 4 meetings, 16 sessions, 1 unserved sessions, 4 unserved members",
        "score 348: unserved 300, late 10, trip 23, continuity 4, preference 3, same_day 8",
        "17 trips, 6 unserved, 1 week late",
        "bound free: 200 (proven), ratio 1.740",
    ]


def test_violations_are_named_and_the_answer_is_no(allay) -> None:
    draft = Draft()
    draft.session("jo-visit").update(room="hall")
    write(allay.folder, draft)
    status, out, err = allay("scheduling", "check", "problem.json", "plan.json")
    assert (status, err) == (1, "")
    place = "series jo-visit, number 1, 2027-01-08 09:30"
    assert out.startswith(f"{place}: room.type: hall is a group; visit needs treatment\n")
    assert f"1 x room.type: {RULES['room.type']}\n" in out
    assert "not accepted: 1 violation\n" in out


def test_json_is_what_the_schema_says(allay) -> None:
    draft = Draft()
    draft.drop("jo-visit")
    write(allay.folder, draft)
    words = ("problem.json", "plan.json", "--format", "json")
    status, _, err = allay("scheduling", "check", *words, "-o", "report.json")
    assert (status, err) == (1, "")
    text = (allay.folder / "report.json").read_text(encoding="utf-8")
    result = CheckResult.model_validate_json(text)
    assert result.allay_version == __version__
    # The plan still states the score with the session: one more is unserved now, one trip less is made.
    assert result.broken["series.missing"] == 1
    assert result.score.total == SCORE["total"] + 50 - 1
    assert result.stated == SCORE["total"]
    assert json.loads(text)["ok"] is False
    again = allay("scheduling", "check", *words)[1]
    assert again == text


def test_a_plan_of_another_problem_is_bad_input(allay) -> None:
    draft = Draft()
    draft.plan["problem_digest"] = "0" * 64
    write(allay.folder, draft)
    status, out, err = allay("scheduling", "check", "problem.json", "plan.json", "-o", "report.txt")
    assert (status, out) == (2, "")
    assert err.startswith("plan.json:/problem_digest: problem_digest: expected the digest of 'handmade'")
    assert not (allay.folder / "report.txt").exists()


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"sessions": 3}', "\x00"])
def test_no_plan_at_all_is_bad_input(allay, text: str) -> None:
    write(allay.folder, Draft())
    (allay.folder / "plan.json").write_text(text, encoding="utf-8")
    status, out, err = allay("scheduling", "check", "problem.json", "plan.json")
    assert (status, out) == (2, "")
    assert err.startswith("plan.json:")


def test_both_from_standard_input_is_refused(allay) -> None:
    status, _, err = allay("scheduling", "check", "-", "-")
    assert status == 2
    assert "standard input" in err
