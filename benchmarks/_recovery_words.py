"""The page about recovered effects, in words and tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

MADE = "<!-- Made by `python benchmarks/evaluation_recovery.py --replications 2000 --write`. -->"
PLACEBO = "peak of pain"
PLACEBO_ROWS = {
    "peak to after": "starters, from the month of the peak to the year after",
    "before and after": "starters, from the year before to the year after",
    "matched on the outcome before": "comparison members matched on use in the year before",
    "study, peak kept": "a study that does not leave the month of the peak out",
    "two-way fixed effects": "two-way fixed effects",
    "imputation": "imputation from all months before the peak's quarter",
    "group-time, study weights": "effects by cohort and quarter, from the last quarter before the peak's",
    "study": "a study by default: the peak left out, a whole year before, nobody matched on use",
}


def written(made: dict[str, Any], missed: Sequence[str]) -> str:
    """Write the page from the numbers."""
    return "\n\n".join([*_start(made, missed), *_parts(made), *_end()]) + "\n"


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Write a Markdown table."""
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _start(made: dict[str, Any], missed: Sequence[str]) -> Iterator[str]:
    held = sum(row["held"] for part in made["scenarios"] for row in part["estimators"])
    yield "# Does an evaluation find the effect that is there?"
    yield MADE
    yield (
        "In claims nobody knows the true effect. In [simulated ones](evaluation.md) it is set beforehand, "
        "so that an estimator can be held against it: is it right on average, do its 95% intervals hold the "
        "truth in 95 of 100 studies, and does it keep silent where nothing happened?"
    )
    yield (
        f"Every number below is over replications drawn anew, with seeds from {made['seed']} on, by Allay "
        f"{made['allay_version']} with NumPy {made['numpy_version']} and Python {made['python_version']}. "
        f"People have chronic pain and are seen for {made['months']} months; starts are in months 15, 18 and "
        "21; the outcome is visits to therapy a month unless said otherwise. Each replication is drawn "
        "twice from the same random numbers, with the program and without any effect."
    )
    yield (
        "**Limits.** Bias is at most two of its Monte-Carlo errors; intervals (and bands, all at once) hold "
        "the truth in 93 to 97 of 100 replications; where there is no effect, 3.5 to 6.5 of 100 are called "
        "one; at the smallest detectable effect as stated beforehand, 80 of 100 are found, within two "
        "Monte-Carlo errors. Marked *held* are the estimators that should keep them in the scenario at "
        "hand. The others are shown because people use them. An estimator without bias misses the limit of "
        f"two errors in 1 of 22 scenarios by chance; {held} are held to it here."
    )
    if missed:
        yield "**Missed:**\n\n" + "\n".join(f"- {one}" for one in missed)
    else:
        yield "**Missed:** none."


def _parts(made: dict[str, Any]) -> Iterator[str]:
    for part in made["scenarios"]:
        if part["scenario"] == PLACEBO:
            yield from _placebo(part)
    yield "## The smallest detectable effect"
    yield (
        "It is stated from the months before anybody's start alone. Here an effect of just that size is "
        "then put on every starter, up or down."
    )
    yield table(
        ["scenario", "stated, of the mean", "stated error / error seen", "found", "replications", "verdict"],
        [
            [
                part["scenario"],
                f"{one['smallest'] / part['mean']:.1%}",
                f"{one['stated_se'] / one['observed_se']:.2f}",
                f"{one['power']:.1%} ± {one['error']:.1%}",
                f"{one['replications']:,}",
                "shown" if not one["held"] else "**missed**" if one["missed"] else "kept",
            ]
            for part in made["scenarios"]
            for one in [part["detectable"]]
            if one
        ],
    )
    for part in made["scenarios"]:
        yield f"## Scenario: {part['scenario']}"
        words = part["words"][0].upper() + part["words"][1:]
        outcome = "" if part["outcome"] in ("therapy_visit", "several") else f" Outcome: `{part['outcome']}`."
        yield f"{words}.{outcome} {part['replications']:,} replications."
        yield table(
            [
                "estimator",
                "true",
                "bias",
                "Monte-Carlo error",
                "bias in errors",
                "covers",
                "no effect, called one",
                "effect found",
                "stated error / error seen",
                "band covers",
                "pre-test rejects",
                "verdict",
            ],
            [_row(one) for one in part["estimators"]],
        )


def _row(one: dict[str, Any]) -> list[str]:
    verdict = "held, kept" if one["held"] else "shown"
    if one["missed"]:
        verdict = f"held, **missed: {', '.join(one['missed'])}**"
    digits = 2 if abs(one["truth"]) > 1 else 4

    def share(name: str) -> str:
        return f"{one[name]:.1%}" if name in one else ""

    return [
        one["estimator"],
        f"{one['truth']:+.{digits}f}",
        f"{one['bias']:+.{digits}f}",
        f"{one['error']:.{digits}f}",
        f"{one['bias'] / one['error']:+.1f}",
        share("coverage"),
        share("rejection"),
        share("power"),
        f"{one['error_ratio']:.2f}",
        share("band_coverage"),
        share("pretest_rejection"),
        verdict,
    ]


def _placebo(part: dict[str, Any]) -> Iterator[str]:
    yield "## A placebo: a program that changes nothing, entered at a peak of pain"
    yield (
        "People start after a month of much pain. Their use falls by itself afterwards, and whoever looks "
        "at them alone sees an effect. Matching them to people with as much use before makes another: those "
        "people had it by chance and fall back further than the starters, who are in more pain for good "
        "(Daw and Hatfield 2018). Leaving the month of the peak out, with as long a time before it as after "
        "it, lets the rise before it and the fall after it cancel. True effect: none."
    )
    found = {one["estimator"]: one for one in part["estimators"]}
    yield table(
        ["who is compared", "estimate, visits a month", "of the mean before", "called an effect"],
        [
            [
                words,
                f"{found[name]['null_estimate']:+.4f}",
                f"{found[name]['null_estimate'] / part['mean']:+.1%}",
                f"{found[name]['rejection']:.1%}",
            ]
            for name, words in PLACEBO_ROWS.items()
            if name in found
        ],
    )


def _end() -> Iterator[str]:
    yield "## What this taught us"
    yield (
        "- *Compare people in pain with people in pain.* On claims with every feature, members without "
        "chronic pain in the comparison put 2% of the mean on every effect: what they use rises more "
        "slowly. Simulated claims now show who has chronic pain (`G8929` on office visits), and a drafted "
        "protocol asks for it."
    )
    yield (
        "- *A peak leaves traces on those it left over.* Where a large share of one population starts, turn "
        "by turn, later starters are those whom earlier peaks did not take, and had less use in those "
        "months than they would have had; members who never start had none of the later peaks. This puts 1 "
        "to 2% of the mean on the effect where 15% start, and less where fewer do. No weighting on what "
        "claims show takes it away. It is shown above as *peak, those left over*, and not held to the "
        "limits."
    )
    yield (
        "- *One study is one draw.* A single simulated study of 277 starters moved by 7% of the mean "
        "through the starters' own ups and downs alone. All outcomes of a study move together then, since "
        "they share the people: ten of them on one side of the truth are one accident and not ten."
    )
    yield (
        "- *A joint test needs starters.* By the chi-squared distribution, which `allay evaluation did` "
        "uses as other software does, the pre-test of trends finds 102 starters different in 14 of 100 "
        "studies in which they are not. A study takes the F distribution of Hotelling's test (the rows "
        "*study weights*). On skewed cost that is not enough."
    )
    yield (
        "- *What is foretold from a year is uncertain.* The smallest detectable effect draws on from a year "
        "before the start how a member's months hang together. Where pain passes slowly, a year hardly "
        "tells it from what stays, and the figure comes out too small."
    )
    yield (
        "- *Weights are made for all starters together.* Where those who start first have more conditions "
        "than those who start last, a mean over all cohorts and quarters counts the first for longer, for "
        "whom the weights are a little off. The main estimate gives every starter the same months, and the "
        "doubly robust one has weights for each cohort; neither has this bias."
    )
    yield (
        "- *Effects by cohort and quarter start from a single quarter.* At a peak the rise before the start "
        "is a difference in trends, and the event study shows it as one. The main estimate of a study is "
        "made for that, and the event study is not."
    )
