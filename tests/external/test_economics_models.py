"""Reference models with published results: inputs of the file beside ours, outputs to the digits printed."""

from __future__ import annotations

import io
import json
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from allay.economics.models.cohort import run_cohort
from allay.economics.models.cohortfile import build_cohort
from allay.economics.models.run import read_model
from allay.economics.models.summary import run_model

OURS = Path(__file__).parents[1] / "unit" / "economics" / "models" / "published"
# The file prints shares of the cohort with eight decimals.
PRINTED = 5e-9
# Costs and survivors of a cycle are printed with all their digits, computed in another order.
CLOSE = 1e-9
DAYS = 365.25


@pytest.fixture(scope="module")
def reference(allay_data):
    path = allay_data / "health_economics" / "models.json"
    if not path.is_file():
        pytest.skip("health_economics/models.json is absent from the third-party data")
    return {model["id"]: model for model in json.loads(path.read_text(encoding="utf-8"))}


def ours(name, *changes):
    text = (OURS / f"{name}.yaml").read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    return read_model(io.BytesIO(text.encode()), name=f"{name}.yaml")


def results(model):
    result, _ = run_model(model)
    return {each.strategy: each for each in result.strategies}


def digits(number):
    """How many decimals a printed number has."""
    exponent = Decimal(repr(number)).as_tuple().exponent
    return -exponent


def agree(found, printed):
    return round(found, digits(printed)) == printed


def test_hiv_inputs_are_those_of_the_file(reference):
    given, parameters = reference["hiv_chancellor_1997"]["inputs"], ours("hiv").file.parameters
    counts = [list(parameters[f"from_{state}"].counts.values()) for state in "ABC"]
    assert counts == [[n for n in row if n] for row in given["transition_counts"]]
    assert [parameters[f"cost_{s}"].value for s in "ABC"] == given["annual_state_costs"][:3]
    for name in ("zidovudine", "lamivudine", "relative_risk", "treatment_years"):
        assert parameters[name].value == given[name]


def test_hiv_outputs(reference):
    expected, found = reference["hiv_chancellor_1997"]["expected"], results(ours("hiv"))
    for name in ("mono", "combination"):
        assert agree(found[name].cost, expected[name]["cost"])
        assert agree(found[name].effect, expected[name]["life_years"])
        assert agree(found[name].other["health_care"], expected[name]["cost_health_undiscounted"])
        assert agree(found[name].other["drugs_alone"], expected[name]["cost_drugs_undiscounted"])
    assert agree(found["combination"].incremental_cost, expected["incremental_cost"])
    assert agree(found["combination"].incremental_effect, expected["incremental_life_years"])
    assert agree(found["combination"].icer, expected["icer"])


@pytest.mark.parametrize(("place", "name"), [(0, "mono"), (1, "combination")])
def test_hiv_traces(reference, place, name):
    printed = np.array(reference["hiv_chancellor_1997"][f"trace_{name}"])
    assert printed.shape == (20, 7)
    model = ours("hiv")
    built = build_cohort(model.document, model.file.sheet.best())
    trace = run_cohort(built, trace=True).trace[0, place, 1:]
    assert np.abs(trace - printed[:, 1:5]).max() <= PRINTED
    values = built.outcomes["cost"].values
    held = np.broadcast_to(values[0, place], (20, 4)) if values.shape[1] > 1 else values[0, 0]
    costs = (trace * held).sum(axis=1) / 1.06 ** np.arange(1, 21)
    assert costs == pytest.approx(printed[:, 5], rel=CLOSE)
    assert trace[:, :3].sum(axis=1) == pytest.approx(printed[:, 6], rel=CLOSE)


def test_hiv_as_another_program_has_it(reference):
    """Another price, a probability divided by the total of another row while treated, half-cycle counts."""
    also = reference["hiv_chancellor_1997"]["also_published"]["rdecision"]
    changes = [
        ("lamivudine: {value: 2086.5,", "lamivudine: {value: 2087,"),
        ("C: from_A_C * risk,", "C: (1 - treated) * from_A_C + treated * 116 / 1749 * risk,"),
    ]
    found = results(ours("hiv", *changes))
    half = results(ours("hiv", *changes, ("counting: end", "counting: half")))
    assert [round(each.cost) for each in found.values()] == [also["mono_cost"], also["comb_cost"]]
    assert agree(found["mono"].effect, also["mono_ly"])
    assert agree(found["combination"].effect, also["comb_ly"])
    assert round(found["combination"].icer) == also["icer"]
    assert agree(half["mono"].effect, also["half_cycle"]["mono_ly"])
    assert agree(half["combination"].effect, also["half_cycle"]["comb_ly"])
    # Its half-cycle correction is of life years alone: costs stay those of the counts at the ends.
    ratio = found["combination"].incremental_cost / half["combination"].incremental_effect
    assert round(ratio) == also["half_cycle"]["icer"]


def test_sumatriptan(reference):
    model = reference["sumatriptan_evans_1997"]
    expected, found = model["expected"], results(ours("sumatriptan"))
    for name in ("caffeine", "sumatriptan"):
        assert agree(found[name].cost, expected[name]["cost"])
        assert agree(found[name].effect * DAYS, expected[name]["utility"])
    assert round(found["sumatriptan"].icer) == expected["icer_per_qaly"]
    listed = [path for name in ("sumatriptan", "caffeine") for path in found[name].paths]
    assert len(listed) == len(expected["paths"]) == 10
    for path, (probability, cost, utility) in zip(listed, expected["paths"].values(), strict=True):
        assert agree(path.probability, probability)
        assert agree(path.expected_cost, cost)
        assert agree(path.expected_effect * DAYS, utility)


def test_sumatriptan_inputs_and_sensitivity(reference):
    model = reference["sumatriptan_evans_1997"]
    given = model["inputs"]
    values = {
        entry.value for entry in ours("sumatriptan").file.parameters.values() if entry.value is not None
    }
    assert values == {
        number for part in ("cost", "utility", "probability") for number in given[part].values()
    }
    for point in model["expected"]["sensitivity"]:
        old = "relief_sumatriptan: {value: 0.558, unit: probability}"
        new = f"relief_sumatriptan: {{expression: {point['relief_sumatriptan']}, unit: probability}}"
        found = results(ours("sumatriptan", (old, new)))["sumatriptan"]
        assert agree(found.cost, point["cost"])
        assert agree(found.effect * DAYS, point["utility"])
        assert round(found.icer) == point["icer"]


def test_diet_or_exercise(reference):
    model = reference["diet_exercise_tree"]
    given, expected, found = model["inputs"], model["expected"], results(ours("stent"))
    parameters = ours("stent").file.parameters
    for name in ("diet", "exercise"):
        counts = parameters[name].counts
        assert [counts["avoided"], counts["avoided"] + counts["needed"]] == given[f"success_{name}"]
        assert agree(found[name].cost, expected["cost"][name])
        assert parameters[f"c_{name}"].value == given[f"cost_{name}"]
        for path in found[name].paths:
            probability, cost = expected["paths"][name][path.path[-1]]
            assert agree(path.probability, probability)
            assert agree(path.expected_cost, cost)
    assert agree(found["exercise"].incremental_cost, expected["difference"])
    assert agree(1 / found["exercise"].incremental_effect, expected["nnt"])
