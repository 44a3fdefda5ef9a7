"""Reference models with published results: inputs of the file beside ours, outputs to the digits printed.

`same` compares whole parts of the file, so that a value nobody looks at fails. What was printed from rounded
or other inputs, and so cannot come out to the digit, is listed and held near.
"""

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
# The papers of 1997 divided rounded costs and utilities, which differ in the third digit.
ROUNDED_INPUTS = 0.045
WORDS = {"id", "title", "source", "type", "note", "trace_columns"}


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


def same(found, printed, where=""):
    """Whether two trees have the same keys and, at each, what rounds to the number that is printed."""
    if isinstance(printed, dict):
        assert set(found) == set(printed), where
        for key, value in printed.items():
            same(found[key], value, f"{where}/{key}")
    elif isinstance(printed, list):
        assert len(found) == len(printed), where
        for place, value in enumerate(printed):
            same(found[place], value, f"{where}/{place}")
    elif isinstance(printed, str):
        assert found == printed, where
    else:
        assert agree(found, printed), (where, found, printed)


def test_every_part_of_the_file_is_compared(reference):
    parts = {name: set(model) - WORDS for name, model in reference.items()}
    assert parts == {
        "hiv_chancellor_1997": {
            "inputs",
            "expected",
            "also_published",
            "trace_mono",
            "trace_combination",
        },
        "sumatriptan_evans_1997": {"inputs", "expected"},
        "diet_exercise_tree": {"inputs", "expected"},
    }
    columns = reference["hiv_chancellor_1997"]["trace_columns"]
    assert columns == ["year", "A", "B", "C", "D", "discounted_cost", "life_years"]


def test_hiv_inputs_are_those_of_the_file(reference):
    given, model = reference["hiv_chancellor_1997"]["inputs"], ours("hiv")
    held, file = model.document.value, model.file
    states = dict(zip(held.states, given["states"], strict=True))
    assert all(words.startswith(f"{state}: ") for state, words in states.items())
    rates = {name: outcome.discount.made() for name, outcome in held.outcomes.items()}
    # "A cost in cycle t is divided by 1.06^t": counted at the end of each cycle, and discounted to it.
    assert given["discounting"] == "a cost in cycle t is divided by 1.06^t (first year discounted)"
    first, last = rates["cost"].ends(cycles=held.cycles, cycle_length=held.years)
    assert (held.counting, held.cycles, held.years) == ("end", 20, 1)
    assert last == pytest.approx(1.06 ** -np.arange(1.0, 21), rel=CLOSE)
    assert first[0] == 1
    ours_ = {
        "states": given["states"],
        "start": [held.start.get(state, 0) for state in states],
        "transition_counts": [
            [file.parameters[f"from_{here}"].counts.get(to, 0) for to in states] for here in "ABC"
        ],
        "annual_state_costs": [*(file.parameters[f"cost_{state}"].value for state in "ABC"), 0],
        "discount_cost": rates["cost"].rate,
        "discount_effect": rates["effect"].rate,
        "discounting": given["discounting"],
    }
    for name in ("zidovudine", "lamivudine", "relative_risk", "treatment_years"):
        ours_[name] = file.parameters[name].value
    same(ours_, given)
    assert (
        run_cohort(build_cohort(model.document, model.file.sheet.best()), trace=True).trace[0, :, 0].tolist()
        == [given["start"]] * 2
    )


def test_hiv_outputs(reference):
    found = results(ours("hiv"))
    outputs = {
        name: {
            "cost": found[name].cost,
            "life_years": found[name].effect,
            "cost_health_undiscounted": found[name].other["health_care"],
            "cost_drugs_undiscounted": found[name].other["drugs_alone"],
        }
        for name in ("mono", "combination")
    }
    outputs |= {
        "incremental_cost": found["combination"].incremental_cost,
        "incremental_life_years": found["combination"].incremental_effect,
        "icer": found["combination"].icer,
    }
    same(outputs, reference["hiv_chancellor_1997"]["expected"])


@pytest.mark.parametrize(("place", "name"), [(0, "mono"), (1, "combination")])
def test_hiv_traces(reference, place, name):
    printed = np.array(reference["hiv_chancellor_1997"][f"trace_{name}"])
    assert printed.shape == (20, 7)
    assert printed[:, 0].tolist() == list(range(1, 21))
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
    also = reference["hiv_chancellor_1997"]["also_published"]
    assert set(also) == {"briggs_icer", "rdecision"}
    assert agree(results(ours("hiv"))["combination"].icer, also["briggs_icer"])
    changes = [
        ("lamivudine: {value: 2086.5,", "lamivudine: {value: 2087,"),
        ("C: from_A_C * risk,", "C: (1 - treated) * from_A_C + treated * 116 / 1749 * risk,"),
    ]
    found = results(ours("hiv", *changes))
    half = results(ours("hiv", *changes, ("counting: end", "counting: half")))
    # Its half-cycle correction is of life years alone: costs stay those of the counts at the ends.
    ratio = found["combination"].incremental_cost / half["combination"].incremental_effect
    printed = dict(also["rdecision"])
    assert printed.pop("note") == "lamivudine 2087 and pAC divided by the row total of C"
    same(
        {
            "mono_cost": found["mono"].cost,
            "comb_cost": found["combination"].cost,
            "mono_ly": found["mono"].effect,
            "comb_ly": found["combination"].effect,
            "icer": found["combination"].icer,
            "half_cycle": {
                "mono_ly": half["mono"].effect,
                "comb_ly": half["combination"].effect,
                "icer": ratio,
            },
        },
        printed,
    )


def test_sumatriptan(reference):
    printed, found = reference["sumatriptan_evans_1997"]["expected"], results(ours("sumatriptan"))
    listed = [path for name in ("sumatriptan", "caffeine") for path in found[name].paths]
    outputs = {
        name: {"cost": found[name].cost, "utility": found[name].effect * DAYS}
        for name in ("caffeine", "sumatriptan")
    }
    outputs |= {
        "icer_per_qaly": found["sumatriptan"].icer,
        "paths": {
            letter: [path.probability, path.expected_cost, path.expected_effect * DAYS]
            for letter, path in zip("ABCDEFGHIJ", listed, strict=True)
        },
    }
    near = {"published_icer", "sensitivity"}
    same(outputs, {name: value for name, value in printed.items() if name not in near})
    assert found["sumatriptan"].icer == pytest.approx(printed["published_icer"], rel=ROUNDED_INPUTS)


def test_sumatriptan_inputs(reference):
    given, held = reference["sumatriptan_evans_1997"]["inputs"], ours("sumatriptan").file.parameters
    names = {
        "cost": {
            "sumatriptan": "c_sumatriptan",
            "caffeine": "c_caffeine",
            "emergency_department": "c_emergency",
            "admission": "c_admission",
        },
        "utility": {
            "relief_no_recurrence": "u_relief",
            "relief_recurrence": "u_recurrence",
            "no_relief_endures": "u_endures",
            "no_relief_er": "u_emergency",
        },
        "probability": {
            **{name: name for name in given["probability"]},
            "er": "p_emergency",
            "admitted": "p_admitted",
        },
    }
    ours_ = {part: {name: held[own].value for name, own in each.items()} for part, each in names.items()}
    same(ours_ | {"structure": given["structure"]}, given)
    taken = [one for each in names.values() for one in each.values()]
    assert sorted(taken) == sorted(name for name, entry in held.items() if entry.value is not None)


@pytest.mark.parametrize("place", [0, 1])
def test_sumatriptan_sensitivity(reference, place):
    points = reference["sumatriptan_evans_1997"]["expected"]["sensitivity"]
    assert len(points) == 2
    point = points[place]
    old = "relief_sumatriptan: {value: 0.558, unit: probability}"
    new = f"relief_sumatriptan: {{expression: {point['relief_sumatriptan']}, unit: probability}}"
    found = results(ours("sumatriptan", (old, new)))["sumatriptan"]
    outputs = {
        "relief_sumatriptan": point["relief_sumatriptan"],
        "cost": found.cost,
        "utility": found.effect * DAYS,
        "icer": found.icer,
    }
    same(outputs, {name: value for name, value in point.items() if name != "published"})
    assert found.icer == pytest.approx(point["published"], rel=ROUNDED_INPUTS)


def test_diet_or_exercise(reference):
    model, found = reference["diet_exercise_tree"], results(ours("stent"))
    parameters = ours("stent").file.parameters
    inputs = {f"cost_{name}": parameters[f"c_{name}"].value for name in ("diet", "exercise", "stent")}
    for name in ("diet", "exercise"):
        counts = parameters[name].counts
        inputs[f"success_{name}"] = [counts["avoided"], counts["avoided"] + counts["needed"]]
    same(inputs, model["inputs"])
    outputs = {
        "cost": {name: found[name].cost for name in ("diet", "exercise")},
        "difference": found["exercise"].incremental_cost,
        "nnt": 1 / found["exercise"].incremental_effect,
        "paths": {
            name: {path.path[-1]: [path.probability, path.expected_cost] for path in found[name].paths}
            for name in ("diet", "exercise")
        },
    }
    same(outputs, model["expected"])
