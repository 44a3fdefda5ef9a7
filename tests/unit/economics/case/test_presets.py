"""Presets: each is a whole case that runs and hangs together, with fifteen questions about it."""

from __future__ import annotations

import shutil
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from allay.base.errors import InvalidInput, NotFound
from allay.base.status import Status
from allay.economics.case.presets import FOLDER, QUESTIONS, Preset, preset_ids, read_preset
from allay.economics.effects.of_case import effects_of
from allay.economics.program.run import ProgramRun, run_program

PRESETS = preset_ids()


@cache
def preset(preset_id: str) -> Preset:
    return read_preset(preset_id)


@cache
def best(preset_id: str) -> ProgramRun:
    return run_program(preset(preset_id).case)


def test_there_are_presets_of_every_make_and_no_file_without_its_other():
    wanted = {"fee-for-service", "group-heavy", "path-2019", "path-2021", "path-medicaid"}
    assert wanted <= set(PRESETS)
    cases = {path.stem for path in FOLDER.glob("*.yaml") if not path.name.endswith(".questions.yaml")}
    assert cases == set(PRESETS)


@pytest.mark.parametrize("preset_id", PRESETS)
class TestEveryPreset:
    def test_asks_fifteen_questions_whose_answers_are_its_own_numbers(self, preset_id):
        questions = preset(preset_id).questions.questions
        quantities = preset(preset_id).case.quantities()
        assert len(questions) == QUESTIONS == 15
        assert all(quantities[name].value >= 0 for question in questions for name in question.names)
        assert all(question.ask.endswith("?") for question in questions)

    def test_shows_what_is_made_up(self, preset_id):
        case, counted = preset(preset_id).case, preset(preset_id).statuses()
        assert sum(counted.values()) == len(case.quantities())
        assert counted[Status.UNKNOWN] == 0
        assert counted[Status.SYNTHETIC] > counted[Status.VERIFIED]
        assert any(source.status is Status.SYNTHETIC for source in case.sources.values())

    def test_says_of_money_from_elsewhere_where_it_was_found(self, preset_id):
        case = preset(preset_id).case
        money = [one for one in case.quantities().values() if one.unit.startswith("usd")]
        for one in money:
            source = case.sources[one.source]
            found = source.href or source.locator or one.note
            assert one.status_in(case.sources) in (Status.SYNTHETIC, Status.MEMORY) or found

    def test_has_what_a_case_of_ten_years_needs(self, preset_id):
        case = preset(preset_id).case
        varying = [one for one in case.quantities().values() if one.distribution is not None]
        assert (case.program.months, case.program.currency_year) == (120, 2024)
        assert case.program.discount is not None
        assert len(varying) >= 15
        assert len(case.scenarios) >= 4
        assert case.effects.events

    def test_has_a_team_that_is_busy_and_keeps_up(self, preset_id):
        run = best(preset_id)
        use = run.minutes[0, 60] / run.capacity[0, 60]
        assert (use > 0.3).all(), dict(zip(run.roles, use, strict=True))
        assert (use <= 1 + 1e-9).all(), dict(zip(run.roles, use, strict=True))
        # What waits at the end is no more than a month's work.
        assert (run.backlog[0, 120] <= run.visits[0, 109:].mean(axis=0) + 1e-9).all()

    def test_draws_and_effects_are_finite(self, preset_id):
        run = run_program(preset(preset_id).case, draws=100, seed=1)
        found = effects_of(run)
        assert np.isfinite(run.cash).all()
        assert all(np.isfinite(flow.amount).all() for flow in found.flows)
        assert (run.visits >= 0).all()


def test_a_preset_that_is_not_there_is_named_with_its_neighbors():
    with pytest.raises(NotFound, match="did you mean 'path-2021'"):
        read_preset("path-2012")


def copied(folder: Path, change: str, to: str) -> Path:
    for ending in ("", ".questions"):
        shutil.copy(FOLDER / f"path-2021{ending}.yaml", folder)
    file = folder / "path-2021.questions.yaml"
    text = file.read_text(encoding="utf-8")
    assert change in text
    file.write_text(text.replace(change, to), encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("change", "to", "said"),
    [
        ("demand/no_show", "demand/no-show", "expected the name of a quantity of the case"),
        ("demand/no_show", "demand/leavin", "found 'demand/leavin'"),
        ("rest: payers/self/mix", "rest: payers/me/mix", "found 'payers/me/mix'"),
        (
            "quantity: payers/plan/mix",
            "quantity: payers/self/mix",
            "no other answer gives, found payers/self/mix",
        ),
        (
            "quantity: fixed/rent/amount",
            "quantity: demand/no_show",
            "no other answer gives, found demand/no_show",
        ),
        (
            "services/yoga/group/seats",
            "services/yoga/group/fill",
            "expected quantities of one unit for one answer",
        ),
        ("id: rent", "id: grant", "expected an id of its own, found grant again"),
        ("id: path-2021", "id: path-2020", "expected the name of the file, path-2021, here and in the case"),
        (
            "quantity: demand/no_show,",
            "quantity: demand/no_show, quantities: [demand/leaving],",
            "expected a quantity or several quantities, found both or neither",
        ),
    ],
)
def test_questions_that_are_not_about_the_case_are_refused(tmp_path, change, to, said):
    with pytest.raises(InvalidInput) as refused:
        read_preset("path-2021", folder=copied(tmp_path, change, to))
    assert said in str(refused.value)
    assert str(refused.value).startswith(str(tmp_path / "path-2021.questions.yaml"))


def test_there_are_fifteen_questions_and_no_other_number(tmp_path):
    text = (FOLDER / "path-2021.questions.yaml").read_text(encoding="utf-8")
    line = next(line for line in text.splitlines() if "id: rent" in line)
    with pytest.raises(InvalidInput, match="15"):
        read_preset("path-2021", folder=copied(tmp_path, f"{line}\n", ""))


def test_the_source_of_answers_is_no_source_of_a_preset(tmp_path):
    folder = copied(tmp_path, "id: path-2021", "id: path-2021")
    file = folder / "path-2021.yaml"
    text = file.read_text(encoding="utf-8").replace("sources:\n  made_up:", "sources:\n  program:", 1)
    file.write_text(text.replace("source: made_up", "source: program"), encoding="utf-8")
    with pytest.raises(InvalidInput, match="no source program in the case"):
        read_preset("path-2021", folder=folder)
