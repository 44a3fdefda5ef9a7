"""Weights, parts, peaks and what could be shown: on cohorts built by hand."""

from __future__ import annotations

import numpy as np
import pytest
from tests.unit.evaluation.study.panels import protocol

from allay.base.errors import InvalidValue
from allay.evaluation.study.cohort import NEVER, StudyCohort
from allay.evaluation.study.contrast import MonthSums, Span, contrast
from allay.evaluation.study.detect import detectable
from allay.evaluation.study.flow import make_flow
from allay.evaluation.study.outcomes import StudyOutcome
from allay.evaluation.study.peak import peak_fall
from allay.evaluation.study.subgroups import named_parts, subgroup_rows
from allay.evaluation.study.weighting import study_weights
from allay.evaluation.study.weightingrecord import weighting_record

SPAN = Span(3, 1, 3)
# The error said beforehand rests on three months before the start alone, from which what stays is told
# badly: it is 8 to 10% too large. Comparing everybody over the same months makes it 80% where many start.
FORETOLD = 0.1


class _Stub(StudyCohort):
    """A cohort with outcomes from an array in place of a panel."""

    values: np.ndarray

    def outcome(self, outcome: StudyOutcome) -> np.ndarray:
        return self.values

    def outcome_before(self, outcome: StudyOutcome, *, anticipation: int) -> np.ndarray:
        first = self.start[self.treated].min()
        end = np.where(self.start == NEVER, first, self.start) - anticipation
        return np.where(np.arange(self.months) < end[:, None], self.values, np.nan)


def cohort(start: np.ndarray, values: np.ndarray | None = None, **labels: np.ndarray) -> StudyCohort:
    size = len(start)
    flow = make_flow({}, members=size, roster=0, repeated=0, hidden_up_to=10)
    words = {name: np.full(size, "x") for name in ("gender", "region", "payer", "site")}
    found = _Stub(
        start=start,
        age=labels.pop("age", np.linspace(20, 60, size)),
        diagnoses=np.zeros(size),
        labels={**words, **labels},
        months=12,
        flow=flow,
        counts={},
        _connection=None,  # type: ignore[arg-type]
    )
    object.__setattr__(found, "values", np.zeros((size, 12)) if values is None else values)
    return found


def entropy(*covariates: str, **changes: object):
    return protocol(weighting={"method": "entropy", "covariates": list(covariates)}, **changes)


def test_means_of_covariates_are_made_equal() -> None:
    random = np.random.default_rng(1)
    start = np.where(np.arange(400) < 60, 5, NEVER)
    age = np.where(start == 5, random.normal(55, 8, 400), random.normal(48, 12, 400))
    gender = np.where(random.random(400) < np.where(start == 5, 0.7, 0.5), "female", "male")
    found = study_weights(cohort(start, age=age, gender=gender), entropy("age", "gender"))
    assert found.names == ("age", "age_squared", "gender=male")
    assert found.balance is not None
    assert max(abs(one.after.smd or 0) for one in found.balance.covariates) < 1e-6
    assert found.weights[start == 5].tolist() == [1.0] * 60
    assert 50 < found.ess < 340


def test_members_with_a_value_that_no_starter_has_are_left_out() -> None:
    start = np.where(np.arange(100) < 30, 5, NEVER)
    region = np.where(np.arange(100) >= 90, "900", np.where(np.arange(100) % 2, "054", "055"))
    found = study_weights(cohort(start, region=region), entropy("region"))
    assert found.unlike == 10
    assert found.weights[90:].tolist() == [0.0] * 10
    assert found.unadjusted.sum() == 100


def test_values_of_few_starters_are_taken_together() -> None:
    start = np.where(np.arange(200) < 60, 5, NEVER)
    region = np.array(["a"] * 30 + ["b"] * 26 + ["c", "c", "d", "e"] + ["a", "b", "c", "d", "e"] * 28)
    found = study_weights(cohort(start, region=region), entropy("region"))
    assert found.names == ("region=b", "region=other")


def test_a_covariate_that_separates_is_named() -> None:
    start = np.where(np.arange(100) < 30, 5, NEVER)
    age = np.where(start == 5, 70.0, 30.0) + np.arange(100) / 100
    with pytest.raises(InvalidValue, match="age"):
        study_weights(cohort(start, age=age), entropy("age"))


def test_shares_of_few_people_are_hidden_in_the_balance() -> None:
    start = np.where(np.arange(200) < 60, 5, NEVER)
    gender = np.where(np.arange(200) % 20 == 0, "male", "female")
    one = cohort(start, gender=gender)
    study = entropy("gender", smallest_cell=2)
    shown = weighting_record(study_weights(one, study), one, study)
    hidden = weighting_record(study_weights(one, study), one, entropy("gender", smallest_cell=11))
    assert shown.rows[0].before.starters == pytest.approx(3 / 60)
    assert (hidden.rows[0].before.starters, hidden.rows[0].before.smd) == (None, None)


def test_small_parts_and_their_complements_are_hidden() -> None:
    start = np.where(np.arange(300) < 60, 5, NEVER)
    gender = np.where(np.arange(300) % 10 == 0, "male", "female")  # 6 of the starters
    groups = [
        {"id": "women", "covariate": "gender", "values": ["female"]},
        {"id": "men", "covariate": "gender", "values": ["male"]},
        {"id": "all ages", "covariate": "age", "youngest": 18},
    ]
    parts = named_parts(cohort(start, gender=gender), protocol(subgroups=groups))
    assert [part.inside is None for part in parts] == [True, True, False]
    assert parts[0].words.startswith("hidden: fewer than 11")


def test_a_difference_between_parts_is_found_and_checked_in_halves() -> None:
    random = np.random.default_rng(4)
    start = np.where(np.arange(1200) < 400, 5, NEVER)
    gender = np.where(np.arange(1200) % 2, "female", "male")
    values = random.normal(3, 1, (1200, 12))
    values[np.ix_((start == 5) & (gender == "female"), range(5, 8))] -= 1.0
    one = cohort(start, values, gender=gender)
    study = protocol(subgroups=[{"id": "women", "covariate": "gender", "values": ["female"]}])
    main = contrast(values, start, np.ones(1200), span=SPAN)
    (row,) = subgroup_rows(
        MonthSums(values),
        start,
        main,
        named_parts(one, study),
        span=SPAN,
        notyet=False,
        alpha=0.05,
        seed=1,
    )
    assert row.estimate is not None
    assert row.estimate.estimate == pytest.approx(-1.0, abs=4 * (row.estimate.se or 0))
    assert row.difference == pytest.approx(-1.0, abs=0.4)
    assert (row.difference_p_holm or 1) < 0.001
    assert all(half < 0 for half in row.halves)
    assert len(row.halves) == 2
    assert "same sign in both halves" in row.words


def test_a_peak_falls_by_itself() -> None:
    random = np.random.default_rng(2)
    values = random.poisson(1.0, (20_000, 12)).astype(float)
    peak = values[:, 4] >= 3
    start = np.where(peak & (random.random(20_000) < 0.3), 5, NEVER)
    found = peak_fall(MonthSums(values), start, np.ones(20_000), span=SPAN)
    assert found.observed < -2
    assert found.alone == pytest.approx(found.observed, abs=0.1)
    honest = contrast(values, start, np.ones(20_000), span=SPAN)
    assert abs(honest.effect) < 3 * honest.se


@pytest.mark.parametrize(("starts", "treated"), [((5,), 300), ((4, 6, 9), 1200)])
def test_the_error_is_foretold_from_months_before_the_start_alone(
    starts: tuple[int, ...], treated: int
) -> None:
    said, came = [], []
    for seed in range(20):
        random = np.random.default_rng(seed)
        level = random.gamma(2.0, 0.5, (1500, 1))
        values = random.poisson(level, (1500, 12)).astype(float)
        start = np.where(np.arange(1500) < treated, random.choice(starts, 1500), NEVER)
        found = detectable(
            cohort(start, values), protocol(), StudyOutcome(id="emergency_visit"), weights=np.ones(1500)
        )
        said.append(found.se or 0)
        came.append(contrast(values, start, np.ones(1500), span=SPAN).se)
    assert np.mean(said) == pytest.approx(np.mean(came), rel=FORETOLD)


def test_what_comes_after_a_start_changes_nothing_of_what_is_said_before() -> None:
    random = np.random.default_rng(3)
    values = random.poisson(1.0, (400, 12)).astype(float)
    start = np.where(np.arange(400) < 80, 5, NEVER)
    changed = values.copy()
    changed[:, 4:] = 1000.0
    outcome = StudyOutcome(
        id="emergency_visit", role="primary", plausible_change=-0.5, plausible_source="a test"
    )
    found = [
        detectable(cohort(start, each), protocol(), outcome, weights=np.ones(400))
        for each in (values, changed)
    ]
    assert found[0] == found[1]
    assert found[0].can_show is True
    assert "this study can show a change of 50%" in found[0].words
    small = outcome.model_copy(update={"plausible_change": -0.01})
    assert (
        "this study cannot show"
        in detectable(cohort(start, values), protocol(), small, weights=np.ones(400)).words
    )


def test_an_outcome_that_nobody_had_says_so() -> None:
    start = np.where(np.arange(60) < 20, 5, NEVER)
    found = detectable(cohort(start), protocol(), StudyOutcome(id="mri"), weights=np.ones(60))
    assert (found.smallest, found.needed) == (None, ())
    assert "nobody used it" in found.words
