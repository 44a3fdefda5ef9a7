"""What replications of known effects come to: numbers held to limits, and the page that shows them."""

from __future__ import annotations

import json
import platform
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

import allay
from _recovery import MONTHS, Row, Scenario, scenarios

ROOT = Path(__file__).resolve().parent.parent
NUMBERS = ROOT / "benchmarks" / "evaluation_recovery.json"
PAGE = ROOT / "docs" / "explanation" / "evaluation-recovery.md"
FULL = 2_000
"""Replications from which on the limits are as stated; with fewer they are as wide as chance needs."""
FEWEST = 20
"""Fewer replications say nothing."""
BIAS_ERRORS, FEW_BIAS_ERRORS, FEW_ERRORS = 2.0, 3.5, 3.0
COVERAGE, REJECTION, POWER = (0.93, 0.97), (0.035, 0.065), 0.80
OURS = ("study", "group-time, study weights", "group-time, doubly robust", "imputation")
F_TESTED = ("group-time, study weights",)
CLAIMS = "through claims"
Summary = dict[str, Any]


def summary(found: Mapping[str, Mapping[int, Sequence[Row]]], *, seed: int) -> Summary:
    """Put all replications into numbers, each held to its limit."""
    known = scenarios()
    parts = []
    for name, replications in found.items():
        rows: dict[tuple[str, str], list[Row]] = {}
        for each in replications.values():
            for row in each:
                rows.setdefault((row.estimator, row.arm), []).append(row)
        if rows:
            scenario = known.get(name)
            parts.append(
                {
                    "scenario": name,
                    "words": _CLAIMS_WORDS if scenario is None else scenario.words,
                    "outcome": "several" if scenario is None else scenario.outcome,
                    "replications": len(replications),
                    "mean": _mean(rows),
                    "estimators": list(_estimators(rows, scenario)),
                    "detectable": _stated(rows, scenario),
                }
            )
    return {
        "allay_version": allay.__version__,
        "numpy_version": np.__version__,
        "python_version": platform.python_version(),
        "seed": seed,
        "months": MONTHS,
        "scenarios": parts,
    }


_CLAIMS_WORDS = (
    "every feature of the simulator, through claims: written, checked, counted, a protocol drafted, and the "
    "main estimate of a study"
)


def _mean(rows: Mapping[tuple[str, str], list[Row]]) -> float | None:
    stated = rows.get(("detectable", "null"))
    return float(np.mean([row.high for row in stated])) if stated else None


def _estimators(rows: Mapping[tuple[str, str], list[Row]], scenario: Scenario | None) -> Iterator[Summary]:
    for (name, arm), each in rows.items():
        if arm != "effect" or ":" in name:
            continue
        values = np.array([row[2:] for row in each])
        estimate, se, low, high, truth = values.T
        apart, many = estimate - truth, len(each)
        error = float(apart.std(ddof=1) / np.sqrt(many)) if many > 1 else float("nan")
        made: Summary = {
            "estimator": name,
            "held": _held(name, scenario),
            "truth": float(truth.mean()),
            "bias": float(apart.mean()),
            "error": error,
            "coverage": float(((low <= truth) & (truth <= high)).mean()),
            "power": float(((low > 0) | (high < 0)).mean()),
            "error_ratio": float(se.mean() / apart.std(ddof=1)) if many > 1 else None,
        }
        null = rows.get((name, "null"))
        if null:
            ends = np.array([(row.low, row.high) for row in null])
            made["rejection"] = float(((ends[:, 0] > 0) | (ends[:, 1] < 0)).mean())
            made["null_estimate"] = float(np.mean([row.estimate for row in null]))
        band, test = rows.get((f"{name}: band", "effect")), rows.get((f"{name}: pre-test", "null"))
        if band:
            made["band_coverage"] = float(np.mean([row.estimate for row in band]))
        if test:
            made["pretest_rejection"] = float(np.mean([row.estimate < 0.05 for row in test]))
        made["held"] = made["held"] and many >= FEWEST
        made["missed"] = list(_missed(made, many)) if made["held"] else []
        yield made


def _held(name: str, scenario: Scenario | None) -> bool:
    """Whether an estimator is held to limits: only a study's main estimate is made for a peak."""
    if scenario is None:
        return True
    return scenario.limit if name == "study" else name in OURS and not scenario.peak


def _missed(made: Summary, many: int) -> Iterator[str]:
    """Name the limits that were missed."""
    most = BIAS_ERRORS if many >= FULL else FEW_BIAS_ERRORS
    if abs(made["bias"]) > most * made["error"]:
        yield "bias"
    for name, limits in (
        ("coverage", COVERAGE),
        ("band_coverage", COVERAGE),
        ("rejection", REJECTION),
        ("pretest_rejection", REJECTION),
    ):
        if name == "pretest_rejection" and made["estimator"] not in F_TESTED:
            continue  # chi-squared, as other software has it: shown
        if name in made and not within(made[name], limits, many):
            yield name.replace("_", " ")


def within(share: float, limits: tuple[float, float], many: int) -> bool:
    """Say whether a share is within limits, which chance widens where replications are few."""
    middle = 0.95 if limits == COVERAGE else 0.05
    slack = 0.0 if many >= FULL else FEW_ERRORS * float(np.sqrt(middle * (1 - middle) / many))
    return limits[0] - slack <= share <= limits[1] + slack


def _stated(rows: Mapping[tuple[str, str], list[Row]], scenario: Scenario | None) -> Summary | None:
    """The smallest detectable effect as stated, and how often an effect of that size was shown."""
    found = rows.get(("detectable", "null"))
    if not found:
        return None
    shown = np.array([row.estimate for row in found])
    null = np.array([row.estimate for row in rows["study", "null"]])
    error = float(shown.std(ddof=1) / np.sqrt(len(shown))) if len(shown) > 1 else float("nan")
    power = float(shown.mean())
    return {
        "smallest": float(np.mean([row.low for row in found])),
        "stated_se": float(np.mean([row.se for row in found])),
        "observed_se": float(null.std(ddof=1)) if len(null) > 1 else None,
        "replications": len(shown),
        "power": power,
        "error": error,
        "held": scenario is not None and scenario.limit,
        "missed": abs(power - POWER) > (BIAS_ERRORS if len(null) >= FULL else FEW_BIAS_ERRORS) * error,
    }


def conclude(found: Mapping[str, Mapping[int, Sequence[Row]]], *, seed: int, write: bool) -> int:
    """Print, write if asked, and return 1 when a limit is missed."""
    made = summary(found, seed=seed)
    for part in made["scenarios"]:
        print(f"{part['scenario']}: {part['replications']:,} replications")
        for row in part["estimators"]:
            print(_line(row))
        stated = part["detectable"]
        if stated:
            verdict = "shown" if not stated["held"] else "MISSED" if stated["missed"] else "ok"
            print(f"  power at the stated smallest effect {stated['power']:.1%}  limit 80%  {verdict}")
    if write:
        NUMBERS.write_text(json.dumps(made, indent=1) + "\n", encoding="utf-8")
        PAGE.write_text(page(made), encoding="utf-8")
        print(f"wrote {NUMBERS.relative_to(ROOT)} and {PAGE.relative_to(ROOT)}")
    return int(any(misses(made)))


def _line(row: Summary) -> str:
    verdict = "ok" if row["held"] else "shown"
    if row["missed"]:
        verdict = f"MISSED {', '.join(row['missed'])}"
    null = f"{row['rejection']:.1%}" if "rejection" in row else "-"
    errors = row["bias"] / row["error"]
    return (
        f"  {row['estimator']:<32} bias {row['bias']:+.4f} ({errors:+.1f} errors)  "
        f"covers {row['coverage']:.1%}  null rejected {null}  power {row['power']:.1%}  {verdict}"
    )


def misses(made: Summary) -> list[str]:
    """Say which limits were missed, in words."""
    found = []
    for part in made["scenarios"]:
        for row in part["estimators"]:
            if row["missed"]:
                found.append(f"{part['scenario']}, {row['estimator']}: {', '.join(row['missed'])}")
        if part["detectable"] and part["detectable"]["held"] and part["detectable"]["missed"]:
            found.append(f"{part['scenario']}: power at the stated smallest effect")
    return found


def page(made: Summary) -> str:
    """Write the page from the numbers."""
    from _recovery_words import written

    return written(made, misses(made))
