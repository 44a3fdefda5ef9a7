"""`allay scheduling bound`: what it writes, and what it refuses."""

from __future__ import annotations

import json

from tests.unit.scheduling.problems import tiny

from allay import __version__
from allay.scheduling.solving.baselines.greedy import good_greedy


def test_bounds_are_written_beside_a_plan(allay) -> None:
    problem = tiny()
    plan = good_greedy(problem)
    (allay.folder / "problem.json").write_text(problem.model_dump_json(), encoding="utf-8")
    (allay.folder / "plan.json").write_text(plan.model_dump_json(), encoding="utf-8")
    status, out, err = allay("scheduling", "bound", "problem.json", "plan.json")
    assert (status, err) == (0, "")
    found = json.loads(out)
    assert found["allay_version"] == __version__
    assert found["problem_digest"] == problem.digest()
    assert found["total"] == plan.score.total
    assert found["synthetic"] is True
    kinds = {one["kind"]: one for one in found["bounds"]}
    assert kinds["free"] == {"kind": "free", "value": 5, "proven": True, "ratio": plan.score.total / 5}
    assert 5 <= kinds["given_template"]["value"] <= plan.score.total
    assert allay("scheduling", "bound", "problem.json", "plan.json") == (status, out, err)


def test_without_a_plan_there_is_the_free_bound_alone(allay) -> None:
    (allay.folder / "problem.json").write_text(tiny().model_dump_json(), encoding="utf-8")
    status, out, err = allay("scheduling", "bound", "problem.json", "-o", "bound.json")
    assert (status, out, err) == (0, "", "")
    found = json.loads((allay.folder / "bound.json").read_text(encoding="utf-8"))
    assert found["bounds"] == [{"kind": "free", "value": 5, "proven": True}]
    assert "total" not in found


def test_a_plan_of_another_problem_is_refused(allay) -> None:
    (allay.folder / "problem.json").write_text(tiny().model_dump_json(), encoding="utf-8")
    other = good_greedy(tiny(id="other"))
    (allay.folder / "plan.json").write_text(other.model_dump_json(), encoding="utf-8")
    status, out, err = allay("scheduling", "bound", "problem.json", "plan.json", "-o", "bound.json")
    assert (status, out) == (2, "")
    assert "plan.json:/problem" in err
    assert not (allay.folder / "bound.json").exists()


def test_bad_usage_is_named(allay) -> None:
    assert allay("scheduling", "bound", "missing.json")[0] == 2
    assert "standard input" in allay("scheduling", "bound", "-", "-")[2]
    assert allay("scheduling", "bound", "problem.json", "--effort", "0")[0] == 2
