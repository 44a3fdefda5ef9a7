"""What a case or a model is refused for.

A file that cannot be right is refused before anything is computed: each problem is named with the file, the
line, the field (as a JSON pointer), what was expected and what was found. What is unlikely but possible, such
as more patients than anybody could see, is computed: they wait.
"""

from __future__ import annotations

import io

import pytest
from ruamel.yaml import YAML
from tests.unit.economics.case_files import example_tree, number, read, text_of, tiny

from allay.base.errors import InvalidInput
from allay.economics.models.run import read_model
from allay.economics.models.summary import run_model
from allay.economics.program.run import run_program

COHORT = """\
type: cohort
id: small
title: Three states
sources: {us: {title: Made up, accessed: 2026-01-01, status: synthetic}}
comparator: usual
cycles: 4
cycle_length: 0.5
counting: half
states: [well, ill]
start: {well: 1}
parameters:
  stand: {value: 0.8, unit: probability, source: us}
  fall: {value: 0.2, unit: probability, source: us}
  spell: {counts: {stay: 8, rise: 2}, source: us}
  c_ill: {value: 1000, unit: USD/year, source: us}
  leap: {value: 6, unit: ratio, source: us}
  less: {value: 0.1, unit: probability, source: us}
strategies:
  usual: {title: Usual care}
transitions:
  well: {well: stand, ill: fall}
  ill: {ill: spell_stay, well: spell_rise}
outcomes:
  cost: {unit: USD, per: year, discount: {rate: 0}, states: {well: 0, ill: c_ill}}
  effect: {unit: life-year, per: year, discount: {rate: 0}, states: {well: 1, ill: 1}}
"""

TREE = """\
type: tree
id: choice
title: A choice
sources: {us: {title: Made up, accessed: 2026-01-01, status: synthetic}}
source: us
comparator: none
parameters:
  p: {value: 0.4, unit: probability}
  q: {value: 0.6, unit: probability}
units: {cost: USD, effect: qaly}
root: care
nodes:
  care: {type: decision, options: {yoga: {to: mild, cost: 100}, none: {to: ill}}}
  mild:
    type: chance
    branches:
      yes: {probability: p, to: well}
      no: {probability: q, to: ill}
  well: {type: terminal, effect: 1}
  ill: {type: terminal, cost: 500}
"""


def put(tree, place, value):
    *way, last = (int(key) if key.isdigit() else key for key in place.split("/"))
    for key in way:
        tree = tree[key]
    tree[last] = value


def problem_of(refused, name):
    (problem,) = refused.value.problems
    assert problem.file == name
    return problem


@pytest.mark.parametrize(
    ("place", "given", "field", "expected", "found"),
    [
        (
            "demand/leaving",
            "{value: 0.2, unit: probability}",
            "/demand/leaving/source",
            "a value for this key",
            "nothing",
        ),
        (
            "demand/leaving",
            "{value: 0.2, unit: probability, source: hearsay}",
            "/demand/leaving/source",
            "one of the sources made_up",
            "hearsay",
        ),
        (
            "demand/leaving",
            "{value: 1.2, unit: probability, source: made_up}",
            "/demand/leaving",
            "within 0 and 1 probability",
            "1.2",
        ),
        (
            "demand/capacity",
            "{value: -5, unit: patients/month, source: made_up}",
            "/demand/capacity",
            "0 or more patients/month",
            "-5",
        ),
        (
            "staff/0/fte",
            "{value: -0.4, unit: fte, source: made_up}",
            "/staff/0/fte",
            "0 or more fte",
            "-0.4",
        ),
        (
            "demand/capacity",
            "{value: 30, unit: fte, source: made_up}",
            "/demand/capacity",
            "the unit patients/month",
            "fte",
        ),
        (
            "staff/0/cost",
            "{value: 9000, unit: usd/month, source: made_up}",
            "/staff/0/cost",
            "the unit usd/year",
            "usd/month",
        ),
        (
            "payers/1/mix",
            "{value: 0.3, unit: probability, source: made_up}",
            "/payers",
            "shares (mix) that add up to 1",
            "0.45 + 0.3 + 0.2 = 0.95",
        ),
        (
            "contracts/0/included",
            "[yoga, acupuncture]",
            "/contracts/0/included/1",
            "a service that is delivered: chiropractic, massage, medical_visit, yoga",
            "'acupuncture'",
        ),
        (
            "fees/0/service",
            "acupuncture",
            "/fees/0/service",
            "a service that is delivered: chiropractic, massage, medical_visit, yoga",
            "'acupuncture'",
        ),
    ],
)
def test_a_case(place, given, field, expected, found):
    """The example case with one place given otherwise."""
    tree = example_tree()
    put(tree, place, YAML(typ="safe").load(given))
    with pytest.raises(InvalidInput) as refused:
        read(tree, name="case.yaml")
    problem = problem_of(refused, "case.yaml")
    assert (problem.field, problem.expected, problem.found) == (field, expected, found)
    line = text_of(tree).splitlines()[int(problem.at) - 1]
    assert any(part in line for part in (place.rsplit("/", 1)[-1], *place.split("/"), found.strip("'")))


MODELS = {"cohort": COHORT, "tree": TREE}


@pytest.mark.parametrize(
    ("model", "instead_of", "given", "line", "field", "expected", "found"),
    [
        (
            "cohort",
            "fall: {value: 0.2, unit: probability, source: us}",
            "fall: {value: 0.2, unit: probability}",
            13,
            "/parameters/fall",
            "a source, or a status",
            "neither, and none for the whole file",
        ),
        (
            "cohort",
            "unit: USD/year",
            "unit: USD",
            24,
            "/outcomes/cost/states/ill",
            "something in USD/year",
            "c_ill in USD",
        ),
        (
            "cohort",
            "fall: {value: 0.2,",
            "fall: {value: 1.2,",
            13,
            "/parameters/fall/value",
            "a probability between 0 and 1",
            "1.2",
        ),
        (
            "cohort",
            "well: {well: stand, ill: fall}",
            "well: {well: stand, ill: less}",
            21,
            "/transitions/well",
            "transitions that add up to 1",
            "0.9 in strategy usual, every cycle, from well",
        ),
        (
            "cohort",
            "well: {well: stand, ill: fall}",
            "well: {well: rest, ill: leap * fall}",
            21,
            "/transitions/well",
            "transitions between 0 and 1",
            "-0.2 in strategy usual, every cycle, from well to well (and 1 more)",
        ),
        (
            "cohort",
            "ill: {ill: spell_stay, well: spell_rise}",
            "ill: {ill: spell_stay}",
            22,
            "/transitions/ill",
            "transitions that add up to 1",
            "0.8 in strategy usual, every cycle, from ill",
        ),
        (
            "cohort",
            "stay: 8, rise: 2",
            "stay: 8, rise: -2",
            14,
            "/parameters/spell/counts",
            "counts of two outcomes or more, none negative and not all 0",
            "8, -2",
        ),
        (
            "cohort",
            "start: {well: 1}",
            "start: {well: stand}",
            10,
            "/start",
            "start that adds up to 1",
            "0.8 in strategy usual",
        ),
        (
            "tree",
            "no: {probability: q,",
            "no: {probability: q - 0.1,",
            16,
            "/nodes/mild/branches",
            "probabilities that add up to 1",
            "0.9 at mild",
        ),
        (
            "tree",
            "yes: {probability: p,",
            "yes: {probability: 3 * p,",
            16,
            "/nodes/mild/branches",
            "a probability between 0 and 1",
            "1.2 of yes at mild",
        ),
        (
            "tree",
            "ill: {type: terminal, cost: 500}",
            "ill: {type: terminal, cost: p}",
            20,
            "/nodes/ill/cost",
            "something in USD",
            "p in 1",
        ),
    ],
)
def test_a_model(model, instead_of, given, line, field, expected, found):
    """A small cohort model and a small tree with one entry given otherwise."""
    text = MODELS[model]
    run_model(read_model(io.BytesIO(text.encode()), name="model.yaml"))  # as it stands, it runs
    assert text.count(instead_of) == 1
    with pytest.raises(InvalidInput) as refused:
        run_model(read_model(io.BytesIO(text.replace(instead_of, given).encode()), name="model.yaml"))
    problem = problem_of(refused, "model.yaml")
    assert (problem.field, problem.expected, problem.found) == (field, expected, found)
    assert problem.at == str(line)


@pytest.mark.parametrize(
    ("referred_each_month", "places_each_month", "positions", "seen_in_a_year", "waiting", "visits_put_off"),
    [
        (10, 20, 1, 120, 0, 0),
        (1_000_000, 20, 1, 240, 11_999_760, 0),
        (10, 20, 0, 0, 0, 120),
        (10, 0, 1, 0, 120, 0),
    ],
)
def test_what_cannot_be_met_waits(
    referred_each_month, places_each_month, positions, seen_in_a_year, waiting, visits_put_off
):
    """Demand that is impossible to meet is no error: patients wait, and so do visits without staff."""
    visit = {
        "id": "medical_visit",
        "kind": "individual",
        "dose": [{"visits": number(1, "visits/month")}],
        "steps": [{"role": "physician", "minutes": number(30, "minutes")}],
    }
    physician = {
        "role": "physician",
        "fte": number(positions, "fte"),
        "hours": number(40, "hours/week"),
        "weeks": number(46, "weeks/year"),
        "clinical": number(1, "probability"),
        "practical": number(0.8, "probability"),
        "cost": number(250_000, "usd/year"),
    }
    tree = tiny(months=12, referrals=[(1, referred_each_month)], services=[visit], staff=[physician])
    tree["demand"]["capacity"] = number(places_each_month, "patients/month")
    run = run_program(read(tree))
    assert run.visits.sum() == pytest.approx(seen_in_a_year)
    assert run.waiting[0, -1] == pytest.approx(waiting)
    assert run.backlog[0, -1, 0] == pytest.approx(visits_put_off)
