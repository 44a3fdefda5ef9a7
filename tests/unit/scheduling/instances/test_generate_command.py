"""`allay scheduling generate`."""

from __future__ import annotations

import pytest

from allay.scheduling.instances import generate
from allay.scheduling.problem.problem import SchedulingProblem


def test_the_file_holds_the_problem(allay) -> None:
    words = ["scheduling", "generate", "--patients", "40", "--seed", "3", "--family", "small-clinic"]
    assert allay(*words, "--weeks", "2", "-o", "clinic.json") == (0, "", "")
    read = SchedulingProblem.model_validate_json((allay.folder / "clinic.json").read_bytes())
    assert read == generate("small-clinic", patients=40, seed=3, weeks=2)
    assert read.digest() == generate("small-clinic", patients=40, seed=3, weeks=2).digest()


def test_without_a_family_it_is_a4_on_standard_output(allay) -> None:
    status, out, _ = allay("scheduling", "generate", "--patients", "20", "--seed", "1")
    assert status == 0
    assert SchedulingProblem.model_validate_json(out) == generate("a4", patients=20, seed=1)


@pytest.mark.parametrize(
    "words",
    [
        ["--patients", "0", "--seed", "1"],
        ["--patients", "20"],
        ["--patients", "20", "--seed", "-1"],
        ["--patients", "20", "--seed", "1", "--family", "a5"],
        ["--patients", "20", "--seed", "1", "--weeks", "0"],
    ],
)
def test_bad_usage_is_refused(allay, words: list[str]) -> None:
    status, out, err = allay("scheduling", "generate", *words)
    assert (status, out) == (2, "")
    assert "Error: " in err
