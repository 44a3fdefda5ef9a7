"""`allay evaluation new`, `power` and `study`: from simulated claims to a verdict, by one command each."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from allay.base.tables import read_json
from allay.cli.evaluation import group
from allay.economics.effects.evaluated import read_effects
from allay.evaluation.simulation import simulate
from allay.evaluation.study.protocolfile import read_protocol
from allay.evaluation.study.result import StudyResult

DAY = ("--as-of", "2026-11-27")
SMALL = "1GB"


def called(*words: str) -> Result:
    """Call the noun as `allay` would; reports are read elsewhere, and here without PDF."""
    from allay.cli.frame import run

    runner = CliRunner()
    with runner.isolation() as (out, err, _):
        code = run(group, [*words, *(("--no-pdf",) if words[0] == "study" else ())])
        told = err.getvalue() if err is not None else b""
        return Result(runner, out.getvalue(), told, out.getvalue(), None, code, None)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Simulated claims, a protocol drafted for them, and a study that has run without a lock."""
    folder = tmp_path_factory.mktemp("study")
    simulate(folder / "claims", members=4000, months=24, seed=11)
    drafted = called("new", "--claims", str(folder / "claims"), "-o", str(folder / "study.yaml"))
    assert (drafted.exit_code, drafted.stderr) == (0, "")
    text = (folder / "study.yaml").read_text()
    (folder / "study.yaml").write_text(text.replace("  # cost_per_member: 2000", "  cost_per_member: 500"))
    return folder


@pytest.fixture(scope="module")
def ran(place: Path) -> tuple[Result, StudyResult]:
    found = called("study", str(place / "study.yaml"), *DAY, "-o", str(place / "out"), "--memory", SMALL)
    assert found.exit_code == 0, found.stderr
    return found, read_json(place / "out" / "results.json", StudyResult)


def test_a_draft_is_a_protocol_with_the_months_of_the_claims(place: Path) -> None:
    study = read_protocol(place / "study.yaml").study
    assert (study.claims, study.roster) == ("claims", "claims/roster.csv")
    assert (study.window.start.isoformat(), study.window.end.isoformat()) == ("2023-01-01", "2024-12-01")
    assert study.design.baseline_months == study.design.follow_up_months == 7
    assert [one.id for one in study.outcomes if one.role == "negative_control"] == ["x_ray"]
    assert study.population.diagnoses == ("G89",)
    again = called("new", "--claims", str(place / "claims"), "-o", str(place / "study.yaml"))
    assert again.exit_code == 2
    assert "a file that is not there yet" in again.stderr


def test_a_study_writes_all_that_it_found(place: Path, ran: tuple[Result, StudyResult]) -> None:
    found, result = ran
    assert sorted(path.name for path in (place / "out").iterdir() if path.suffix != ".pdf") == [
        "balance.csv",
        "effects.csv",
        "estimates.csv",
        "event_study.csv",
        "panel.json",
        "report.html",
        "results.json",
        "study.lock.json",
    ]
    assert result.verdict.headline in found.stdout
    assert not result.freeze.before
    assert "not registered before" in found.stderr
    assert [one.outcome for one in result.outcomes][0] == "emergency_visit"
    assert [one.outcome for one in result.savings] == ["total_cost", "total_cost_topcoded"]
    assert result.missing[-1].startswith("deaths")


def test_everyone_is_in_the_flow(place: Path, ran: tuple[Result, StudyResult]) -> None:
    flow = ran[1].flow
    roster = (place / "claims" / "roster.csv").read_text().splitlines()
    assert flow.roster == len(roster) - 1
    assert flow.starters == flow.roster
    assert (flow.starters or 0) + (flow.comparison or 0) == flow.members == 4000


def test_every_outcome_has_all_its_parts(ran: tuple[Result, StudyResult]) -> None:
    for one in ran[1].outcomes:
        names = {each.name for each in one.alternatives}
        assert {"weights_ipw", "weights_overlap", "anticipation_0", "available_months"} <= names
        assert one.adjusted.starters == one.unadjusted.starters >= 11
        assert one.adjusted.estimate == pytest.approx(
            one.means.starters_after
            - one.means.starters_before
            - (one.means.comparison_after - one.means.comparison_before)
        )
        assert (one.adjusted.p_holm is None) == (one.role == "primary" or one.adjusted.p is None)
    primary = ran[1].outcomes[0]
    assert [one.kind for one in primary.aggregates] == ["simple", "group", "dynamic", "calendar"]
    assert primary.imputation is not None
    assert primary.two_way is not None
    assert [one.restriction for one in primary.robustness] == ["relative_magnitudes", "smoothness"]
    assert [one.id for one in primary.subgroups] == ["women", "55 and older"]


def test_cross_checks_are_in_the_result_for_the_same_members(ran: tuple[Result, StudyResult]) -> None:
    result = ran[1]
    for one in result.outcomes:
        assert one.ratio is not None
        if one.ratio.total is None:
            assert one.ratio.words.startswith("no rate ratio")
            continue
        means = one.means
        expected = (means.starters_after / means.starters_before) / (
            means.comparison_after / means.comparison_before
        )
        assert one.ratio.total.ratio == pytest.approx(expected)
        assert (one.ratio.starters, one.ratio.comparison) == (one.adjusted.starters, one.adjusted.comparison)
        assert (one.ratio.amount is not None) == ("dollars" in one.unit)
    assert [one.outcome for one in result.outcomes if one.benefit is not None] == ["emergency_visit"]
    assert result.calibration is not None
    assert "there are 1 (memory)" in result.calibration.words
    assert all(one.with_prior is None for one in result.savings)
    assert any("names no prior" in line for line in result.missing)


def test_covariates_are_balanced(ran: tuple[Result, StudyResult]) -> None:
    weighting = ran[1].weighting
    assert weighting is not None
    assert weighting.answer == "balanced"
    assert max(abs(row.after.smd or 0) for row in weighting.rows) < 1e-6


def test_savings_are_minus_the_effect_times_the_months(ran: tuple[Result, StudyResult]) -> None:
    result = ran[1]
    by_id = {one.outcome: one for one in result.outcomes}
    for row in result.savings:
        adjusted = by_id[row.outcome].adjusted
        assert row.total.estimate == pytest.approx(-adjusted.estimate * adjusted.starters * 7)
        assert row.net is not None
        assert row.net.estimate == pytest.approx(row.total.estimate - 500 * adjusted.starters)


def test_draws_are_what_a_business_case_reads(place: Path, ran: tuple[Result, StudyResult]) -> None:
    effects = read_effects(place / "out" / "effects.csv")
    drawn = ran[1].draws
    assert drawn is not None
    assert set(effects.ratios) == set(drawn.events)
    assert "therapy_elsewhere" in drawn.events
    assert "x_ray" not in drawn.events  # a negative control is no effect
    assert len(effects.ratios["pharmacy_fill"]) == drawn.draws == 2000
    by_id = {one.outcome: one.adjusted for one in ran[1].outcomes}
    assert effects.best("pharmacy_fill")[0, 0] - 1 == pytest.approx(by_id["pharmacy_fill"].relative, abs=0.01)


def test_what_is_frozen_is_kept_to_the_byte_or_the_deviation_is_printed(place: Path) -> None:
    study = place / "frozen.yaml"
    few = _few(place)
    study.write_text(few)
    frozen = called("study", str(study), "--freeze", *DAY, "--memory", SMALL)
    assert frozen.exit_code == 0, frozen.stderr
    lock = json.loads((place / "frozen.lock.json").read_text())
    assert lock["frozen_on"] == "2026-11-27"
    assert lock["detectable"][0]["outcome"] == "emergency_visit"
    assert {one["path"].split("/")[0] for one in lock["inputs"]} >= {"roster.csv", "medical_claim"}
    twice = called("study", str(study), "--freeze")
    assert (twice.exit_code, "no lock yet" in twice.stderr) == (2, True)
    kept = called("study", str(study), "--memory", SMALL, "-o", str(place / "kept"))
    result = read_json(place / "kept" / "results.json", StudyResult)
    assert (result.freeze.before, result.freeze.deviations) == (True, ())
    assert "not registered" not in kept.stderr
    again = called("study", str(study), "--memory", SMALL, "-o", str(place / "again"))
    assert again.exit_code == 0
    for path in (place / "kept").iterdir():
        assert path.read_bytes() == (place / "again" / path.name).read_bytes(), path.name
    study.write_text(few.replace("anticipation_months: 1", "anticipation_months: 2"))
    moved = called("study", str(study), "--memory", SMALL, "-o", str(place / "moved"))
    assert moved.exit_code == 0
    assert "deviation /design/anticipation_months: 1 -> 2" in moved.stderr
    result = read_json(place / "moved" / "results.json", StudyResult)
    assert [one.path for one in result.freeze.deviations] == ["/design/anticipation_months"]
    assert "1 deviations" in result.freeze.words


def test_a_prior_is_weighed_with_the_savings_and_printed(place: Path) -> None:
    study = place / "prior.yaml"
    prior = "  prior: {saving: 30, sd: 15, source: three programs, status: secondary}\n"
    study.write_text(_few(place).replace("  cost_per_member: 500\n", "  cost_per_member: 500\n" + prior))
    found = called("study", str(study), *DAY, "--memory", SMALL, "-o", str(place / "prior"))
    assert found.exit_code == 0, found.stderr
    result = read_json(place / "prior" / "results.json", StudyResult)
    weighed = result.savings[0].with_prior
    assert weighed is not None
    own = result.savings[0].per_member_month
    assert own.se is not None
    assert weighed.own_weight == pytest.approx(15**2 / (15**2 + own.se**2))
    amount = f"{abs(weighed.per_member_month.estimate):,.2f}"
    assert f"savings a member and month, total_cost, weighed: ${amount} (" in found.stdout
    assert "three programs; secondary" in found.stdout
    assert not any("names no prior" in line for line in result.missing)
    benefit = result.outcomes[0].benefit
    assert benefit is not None
    assert benefit.words in found.stdout


def test_power_says_what_can_be_shown_before_anything_is(
    place: Path, ran: tuple[Result, StudyResult]
) -> None:
    said = called("power", str(place / "study.yaml"), "--memory", SMALL, "--format", "json")
    assert said.exit_code == 0, said.stderr
    tree: dict[str, Any] = json.loads(said.stdout)
    assert [one["words"] for one in tree["detectable"]] == [one.words for one in ran[1].detectable]
    assert [each["change"] for each in tree["detectable"][0]["needed"]] == [0.05, 0.1, 0.2]


def test_without_a_comparison_group_there_is_a_series_and_no_effect(place: Path) -> None:
    study = place / "alone.yaml"
    study.write_text(_few(place).replace("comparison: never", "comparison: none"))
    found = called("study", str(study), *DAY, "--memory", SMALL, "-o", str(place / "alone"))
    assert found.exit_code == 0, found.stderr
    result = read_json(place / "alone" / "results.json", StudyResult)
    assert (result.verdict.answer, result.outcomes, result.draws) == ("no_comparison", (), None)
    assert [one.outcome for one in result.series] == ["emergency_visit", "total_cost"]
    assert all("is not an effect" in one.words for one in result.series)
    assert not (place / "alone" / "effects.csv").exists()


def test_too_few_starters_are_not_shown(place: Path) -> None:
    rows = (place / "claims" / "roster.csv").read_text().splitlines()
    (place / "few.csv").write_text("\n".join(rows[:6]) + "\n")
    study = place / "few.yaml"
    study.write_text((place / "study.yaml").read_text().replace("claims/roster.csv", "few.csv"))
    found = called("study", str(study), *DAY, "--memory", SMALL, "-o", str(place / "few"))
    assert found.exit_code == 0, found.stderr
    result = read_json(place / "few" / "results.json", StudyResult)
    assert (result.verdict.answer, result.outcomes, result.weighting) == ("too_few", (), None)
    assert result.flow.roster is None
    assert all(step.starters in (None, 0) for step in result.flow.steps)


@pytest.mark.parametrize(
    ("roster", "message"),
    [
        ("person_id,index_date\n", "row"),
        ("person_id,index_date\nnobody,2024-01-01\n", "expected ids of the member table"),
        ("person_id,index_date\nx,soon\n", "expected a date as YYYY-MM-DD, found 'soon'"),
    ],
)
def test_a_roster_that_cannot_be_used_is_refused_and_nothing_is_written(
    place: Path, roster: str, message: str
) -> None:
    (place / "bad.csv").write_text(roster)
    study = place / "bad.yaml"
    study.write_text((place / "study.yaml").read_text().replace("claims/roster.csv", "bad.csv"))
    found = called("study", str(study), "-o", str(place / "bad"), "--memory", SMALL)
    assert found.exit_code == 2
    assert message in found.stderr
    assert "Traceback" not in found.stderr
    assert not (place / "bad").exists()


def test_starters_without_anybody_to_compare_with_are_refused(place: Path) -> None:
    study = place / "nobody.yaml"
    text = (place / "study.yaml").read_text()
    rows = [row.split(",")[0] for row in (place / "claims" / "roster.csv").read_text().splitlines()[1:]]
    others = [one for one in _members(place) if one not in set(rows)]
    (place / "everyone.csv").write_text("\n".join(["person_id", *others]) + "\n")
    study.write_text(text.replace("  youngest: 18", "  youngest: 18\n  exposed_before: everyone.csv"))
    found = called("study", str(study), "-o", str(place / "nobody"), "--memory", SMALL)
    assert found.exit_code == 2
    assert "comparison members who meet the protocol" in found.stderr


def _few(place: Path) -> str:
    """Return the protocol with two outcomes, which is quicker."""
    text = (place / "study.yaml").read_text()
    return text[: text.index("  - {id: inpatient_stay}")] + "  - {id: total_cost}\nsmallest_cell: 11\n"


def _members(place: Path) -> list[str]:
    import polars as pl

    frame = pl.read_parquet(place / "claims" / "member.parquet", columns=["person_id"])
    return [str(one) for one in frame.get_column("person_id").to_list()]
