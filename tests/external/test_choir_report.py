"""The CHOIR sample against statistics of base R (`reference_results.json`), to the printed digits."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from allay.interop.registry import load_map, read_registry
from allay.measures.responders import responders
from allay.reports.outcomes import analyze
from allay.reports.outcomes_json import outcomes_dict

KEYS = (
    "n_rows",
    "n_columns",
    "descriptives",
    "counts",
    "region_counts",
    "pain_change_baseline_to_3_months",
    "by_medicaid",
    "by_sex",
)


@pytest.fixture(scope="module")
def reference(allay_data):
    path = allay_data / "choir_pain" / "reference_results.json"
    if not path.is_file():
        pytest.skip("choir_pain is absent from the third-party data")
    # Decimals keep how many digits were printed.
    return json.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)


@pytest.fixture(scope="module")
def reading(allay_data, reference):
    return read_registry(allay_data / "choir_pain" / "choir_pain.csv", load_map("choir"), name="choir.csv")


@pytest.fixture(scope="module")
def found(reading):
    return outcomes_dict(analyze(reading.table, reading.plan, n_columns=reading.columns))


def compare(expected, ours, path: str, hidden: set[str]) -> int:
    """Compare leaf by leaf; return how many were compared."""
    if isinstance(expected, dict):
        return sum(
            compare(value, ours[key], f"{path}/{key.replace('/', '~1')}", hidden)
            for key, value in expected.items()
        )
    if isinstance(expected, list):
        pairs = zip(expected, ours, strict=True)
        return sum(compare(value, mine, f"{path}/{i}", hidden) for i, (value, mine) in enumerate(pairs))
    if ours is None:
        # The reference prints counts of 1 to 10 people; a report may not.
        assert path in hidden, path
        assert 1 <= expected <= 10, path
        return 1
    if isinstance(expected, Decimal):
        # Half a unit of the last digit printed, and a hair for numbers whose digits end in a five.
        last = Decimal(1).scaleb(expected.as_tuple().exponent)
        assert abs(Decimal(repr(ours)) - expected) <= last * Decimal("0.501"), path
    else:
        assert ours == expected, path
    return 1


def test_every_figure_agrees_with_r(reference, found):
    hidden = set(found["suppressed"])
    compared = sum(compare(reference[key], found[key], f"/{key}", hidden) for key in KEYS)
    assert compared == 295


def test_only_small_race_groups_are_hidden(found):
    races = [pointer for pointer in found["suppressed"] if pointer.startswith("/counts/")]
    assert len(races) == 9
    assert all(pointer.startswith("/counts/PAT_RACE/") for pointer in races)
    assert not [pointer for pointer in found["suppressed"] if pointer.startswith(("/by_", "/region_counts"))]


def test_logistic_model_agrees_with_r(reference, found):
    expected, ours = reference["logistic_model_has_followup"], found["logistic_model_has_followup"]
    assert ours["n"] == expected["n"]
    assert ours["deviance"] == pytest.approx(float(expected["deviance"]), abs=1e-8)
    for name, value in expected["coef"].items():
        assert ours["coef"][name] == pytest.approx(float(value), rel=1e-9), name
    for name, value in expected["se"].items():
        # R takes the weights of the step before the last; ours are of the last: 3e-7 of the SE apart.
        assert ours["se"][name] == pytest.approx(float(value), rel=1e-6), name


def test_responders_four_ways(found):
    thirty, fifty = (found["outcomes"][0]["responders"][key] for key in ("30", "50"))
    assert (thirty["followed"]["n"], thirty["followed"]["denominator"]) == (760, 4724)
    assert (thirty["enrolled"]["n"], thirty["enrolled"]["denominator"]) == (760, 14346)
    bounds = thirty["bounds"]
    assert (round(bounds["lower"]["share"], 3), round(bounds["upper"]["share"], 3)) == (0.053, 0.724)
    assert thirty["weighted"]["share"] == pytest.approx(0.1624, abs=5e-5)
    assert (round(fifty["bounds"]["lower"]["share"], 3), round(fifty["bounds"]["upper"]["share"], 3)) == (
        0.026,
        0.697,
    )


def test_other_ways_to_count_everyone_print_the_same_bounds(reading):
    """Whoever counts the 34 baselines of 0, or leaves the empty row out, prints 5.3% to 72.4% too."""
    before, after = (reading.table.values["pain_intensity", t] for t in ("baseline", "month_3"))
    ours = responders(before, after, fraction=0.3, direction="higher_worse")
    n, zero = ours.followed.n, ours.baseline_zero
    unfollowed = int(sum(after != after))
    for everyone, lost in (
        (14380, unfollowed),
        (14379, unfollowed),
        (14346, ours.missing),
        (14346 - 1, ours.missing - 1),
    ):
        assert round(100 * n / everyone, 1) == 5.3
        assert round(100 * (n + lost) / everyone, 1) == 72.4
    assert zero == 34


def test_the_empty_row_is_reported_and_counted(reading):
    assert [note.at for note in reading.notes] == ["7820"]
    assert reading.problems == ()
    assert reading.table.n == 14380
