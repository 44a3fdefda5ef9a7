"""Coverage decisions: one with its reasons, a day's schedule, a what-if over 100,000 visits, loading rules.

Visits are synthetic and all different: no two agree in every fact that rules may read. The what-if changes
one parameter (visits of the first block of acupuncture), so every plan is made anew under the changed
rulebook; only the time of deciding counts, visits are made and their facts read off beforehand, in parts that
fit the memory. Beside it stands the same without a memory of plans. Every thousandth visit is decided alone,
by an engine that has seen nothing else, and must come out equal. Loading is measured in processes that have
imported the code and read nothing. All is on the clock, the best of a few, because others may be using the
machine; of the what-if, each part is decided by several engines with memories of their own.
"""

from __future__ import annotations

import datetime as dt
import gc
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import islice
from typing import Any

import numpy as np

from allay.coverage.cases.case import Case
from allay.coverage.cases.outcomes import shipped_tests
from allay.coverage.decisions.decision import Decision
from allay.coverage.decisions.engine import Engine
from allay.coverage.decisions.output import card
from allay.coverage.decisions.prepared import PreparedVisit, prepare
from allay.coverage.rules.rulebook import Rulebook
from figures import Figure, report

VISITS = 100_000
PART = 10_000
SCHEDULE = 2_000
SINGLE = 2_000
ALONE = 1_000  # every so many visits, one is decided alone
WITHOUT_MEMORY = 2_000
REPEATS = 4
FIRST = dt.date(2024, 4, 1)
CHANGED = "us.medicare.acupuncture.visits_first_block"


def visits(number: int, *, seed: int) -> Iterator[Case]:
    """Yield visits of a program's year, no two alike."""
    draw = np.random.default_rng(seed)
    seen = set()
    while len(seen) < number:
        tree = visit(draw)
        key = json.dumps(tree, sort_keys=True)
        if key not in seen:
            seen.add(key)
            yield Case.model_validate_json(json.dumps(tree | {"id": str(len(seen))}))


def visit(draw: np.random.Generator) -> dict[str, Any]:
    """Return one visit: acupuncture, therapy, manipulation or psychotherapy."""

    def one(*options: Any) -> Any:
        return options[int(draw.integers(len(options)))]

    def number(low: int, high: int) -> int:
        return int(draw.integers(low, high))

    profession, service = one(
        ("acupuncturist", {"service": "acupuncture", "details": {"stimulation": False, "reinserted": True}}),
        ("physical_therapist", {"service": "physical_therapy"}),
        ("chiropractor", {"service": "chiropractic", "active_care": one(True, False)}),
        ("clinical_psychologist", {"service": "cognitive_behavioral_therapy", "way": "psychotherapy"}),
    )
    minutes = number(16, 91)
    before = number(0, 20)
    match profession:
        case "physical_therapist":
            split = number(8, 46), number(0, 31)
            codes = [
                {"code": code, "minutes": part} for code, part in zip(("97110", "97140"), split, strict=True)
            ]
            service = service | {"codes": codes}
        case "chiropractor":
            service = service | {"codes": [{"code": one("98940", "98941", "98942"), "units": 1}]}
        case "clinical_psychologist":
            service = service | {"minutes": minutes, "details": {"format": "individual"}}
        case _:
            service = service | {"minutes": minutes}
    service = service | {
        "episode": {
            "visits_before": before,
            "visits_year": before + number(0, 8),
            "referral": one(True, False),
        },
        "benefit": {
            "covered": one(True, False),
            "visit_limit": number(8, 31),
            "coinsurance": 0.2,
            "allowed": 90,
        },
    }
    licenses = [{"state": "VT", "profession": profession}]
    return {
        "service_date": str(FIRST + dt.timedelta(days=number(0, 270))),
        "patient": {
            "state": "VT",
            "conditions": one(["low_back_pain"], ["neck_pain"], ["fibromyalgia", "low_back_pain"]),
            "pain_weeks": number(4, 200),
            "specific_cause": False,
            "surgery_related": one(True, False),
            "pregnancy_related": False,
        },
        "plan": {
            "payer": one("original_medicare", "original_medicare", "commercial"),
            "network": "contracted",
            "deductible_left": number(0, 241),
            "therapy_year_to_date": number(0, 3000),
        },
        "practitioners": [
            {
                "id": f"p{number(0, 12)}",
                "profession": profession,
                "licenses": licenses,
                "degrees": ["accredited_masters"],
                "enrolled": profession != "acupuncturist",
            }
        ],
        "supervisors": [
            {"id": "md", "profession": "pain_physician", "mode": one("in_suite", "phone"), "enrolled": True,
             "began_care": True}
        ],
        "setting": {"place": one("office", "hospital_outpatient"), "mode": "in_person"},
        "outcomes": [{"instrument": "peg", "baseline": number(3, 11), "latest": number(0, 10)}],
        "services": [service],
    }  # fmt: skip


def outcome(engine: Engine, case: Case) -> tuple[str, ...]:
    """Return what is compared: verdicts, identity and amounts."""
    found = engine.decide(case)
    return (found.deliver, found.bill, found.bill_as, str(found.allowed), str(found.patient_share))


def single() -> float:
    """Return the 99th percentile of one decision with its reasons, as printed, in milliseconds."""
    engine = Engine()
    cases = list(visits(2 * SINGLE, seed=3))
    for case in cases[:SINGLE]:
        card(engine.decide(case))
    took = []
    for case in cases[SINGLE:]:
        began = time.perf_counter()
        card(engine.decide(case)).model_dump_json()
        took.append(time.perf_counter() - began)
    return 1000 * float(np.percentile(took, 99))


def schedule() -> float:
    """Return the seconds for a day's schedule, from cases to answers, by a new engine."""
    cases = list(visits(SCHEDULE, seed=5))
    took = []
    for _ in range(REPEATS):
        engine = Engine()
        gc.collect()
        began = time.perf_counter()
        for case in cases:
            outcome(engine, case)
        took.append(time.perf_counter() - began)
    return min(took)


def what_if() -> tuple[float, float, int]:
    """Return decisions a second of the what-if, those without a memory, and how many came out unequal."""
    book = Rulebook.shipped().with_parameter(CHANGED, 10)
    engines, tests = [Engine(rulebook=book) for _ in range(REPEATS)], shipped_tests()
    spent, unequal = 0.0, 0
    every = visits(VISITS, seed=7)
    while part := list(islice(every, PART)):
        ready = [prepare(one, tests) for one in part]
        spent += min(passed(engine, ready) for engine in engines)
        for case in part[::ALONE]:
            unequal += outcome(engines[0], case) != outcome(Engine(rulebook=book), case)
        last = ready
    began = time.perf_counter()
    for one in last[:WITHOUT_MEMORY]:
        engines[0].forget()
        amounts(engines[0].decide_prepared(one))
    plain = WITHOUT_MEMORY / (time.perf_counter() - began)
    return VISITS / spent, plain, unequal


def passed(engine: Engine, ready: list[PreparedVisit]) -> float:
    """Return the seconds of deciding visits and reading off what they come to."""
    gc.collect()
    gc.freeze()
    began = time.perf_counter()
    for one in ready:
        amounts(engine.decide_prepared(one))
    took = time.perf_counter() - began
    gc.unfreeze()
    return took


def amounts(decision: Decision) -> tuple[object, ...]:
    """Return what a what-if adds up: the verdicts and the amounts."""
    return (decision.deliver, decision.bill, decision.allowed, decision.patient_share)


def load() -> float:
    """Return the seconds to load rules and parameters."""
    gc.collect()
    began = time.perf_counter()
    Rulebook.load()
    return time.perf_counter() - began


def main() -> int:
    """Measure, print, and return 1 when a limit is missed."""
    words = [sys.executable, __file__, "load"]
    runs = [subprocess.run(words, check=True, capture_output=True, text=True) for _ in range(REPEATS)]
    loads = [float(run.stdout) for run in runs]
    book = Rulebook.shipped()
    rate, plain, unequal = what_if()
    print(
        f"{len(book.rules)} rules, {len(book.parameters)} parameters; "
        f"loading median {1000 * np.median(loads):.0f} ms; "
        f"without a memory {plain:,.0f} decisions/s; {VISITS // ALONE} decided alone, {unequal} unequal"
    )
    return report(
        [
            Figure("one decision with reasons, p99", single(), 5, "ms"),
            Figure("a day's schedule of 2,000 services", schedule(), 1, "s"),
            Figure("what-if over 100,000 visits", rate, 20_000, "decisions/s", at_least=True),
            Figure("what-if against deciding without a memory", rate / plain, 5, "times", at_least=True),
            Figure("unequal to the single decision", unequal, 0, "visits"),
            Figure("loading rules and parameters", 1000 * min(loads), 300, "ms"),
        ]
    )


if __name__ == "__main__":
    if sys.argv[1:] == ["load"]:
        print(load())
        sys.exit(0)
    sys.exit(main())
