"""The sentences of an evaluation: what changed, compared with whom, how sure, and what it cannot say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from allay.evaluation.study.defaults import number as limit
from allay.evaluation.study.protocol import Study
from allay.evaluation.study.result import (
    AggregateRecord,
    FreezeRecord,
    OutcomeResult,
    SavingsRow,
    StudyResult,
)
from allay.reports import evaluation_words as words
from allay.reports.evaluation_figures import measure
from allay.reports.words import count, percent

__all__ = [
    "ESTIMANDS",
    "METHODS",
    "Tile",
    "aggregate_of",
    "before_start",
    "cannot_say",
    "compared",
    "controls",
    "event_counts",
    "frozen",
    "hidden_reason",
    "how_sure",
    "main_outcomes",
    "months_of",
    "primary",
    "relied_on",
    "tiles",
    "weak_sets",
    "weighed_savings",
]

_SHOWN, _NONE = ("improved", "worsened"), ("no_plausible_effect", "not_shown")

METHODS: Mapping[str, str] = {
    "entropy": "Entropy balancing: comparison members get weights that make the means of all covariates "
    "equal to those of the starters, and stay as even as that allows.",
    "ipw": "Inverse-probability weights: a logistic model of who starts gives every comparison member a "
    "weight by how likely a member like that was to start.",
    "overlap": "Overlap weights: members count by how likely they were to be in the other group.",
    "none": "No weights: comparison members count as they are.",
}
"""What each way of weighing does."""

ESTIMANDS: Mapping[str, str] = {
    "ATT": "The answer is about the starters: what the program changed for those who took part.",
    "ATO": "The answer is about members who could have been in either group, not about all starters.",
    "ATE": "The answer is about all members.",
}
"""Whom the answer is about."""


class Tile(NamedTuple):
    """A headline figure with what it is called and what qualifies it."""

    name: str
    figure: str
    under: str


def relied_on(result: StudyResult) -> bool:
    """Say whether the study says anything about the effect, rather than that it cannot tell."""
    return result.verdict.answer in (*_SHOWN, *_NONE)


def primary(result: StudyResult) -> OutcomeResult | None:
    """The outcome that the verdict is about."""
    return result.outcomes[0] if result.outcomes else None


def controls(result: StudyResult) -> tuple[OutcomeResult, ...]:
    """Outcomes that the program cannot change."""
    return tuple(one for one in result.outcomes if one.role == "negative_control")


def main_outcomes(result: StudyResult) -> tuple[OutcomeResult, ...]:
    """Outcomes that the program may change."""
    return tuple(one for one in result.outcomes if one.role != "negative_control")


def aggregate_of(found: OutcomeResult, kind: str) -> AggregateRecord | None:
    """Effects of an outcome added up in one way; None where there are none."""
    return next((one for one in found.aggregates if one.kind == kind), None)


def event_counts(result: StudyResult, found: OutcomeResult) -> dict[int, int | None]:
    """Count the starters behind the effect at each time since the start; None where hidden or not known."""
    sizes = {one.period: one.starters for one in result.cohorts}
    people: dict[int, int | None] = {}
    for cell in found.cells:
        size, before = sizes.get(cell.cohort), people.get(cell.event, 0)
        people[cell.event] = None if size is None or before is None else before + size
    return people


def months_of(count_: int) -> str:
    """Write a number of months."""
    return "1 month" if count_ == 1 else f"{count_} months"


def tiles(result: StudyResult, study: Study) -> list[Tile]:
    """The figures that stand first: change, compared with, could show, savings."""
    found = [_change_tile(result, study), _compared_tile(result), _detectable_tile(result)]
    if result.savings:
        found.append(_savings_tile(result, result.savings[0]))
    return found


def _change_tile(result: StudyResult, study: Study) -> Tile:
    name = words.capital(words.named(study.primary.id))
    one = primary(result)
    if one is None:
        return Tile(f"{name}: effect", "cannot tell", "No effect can be worked out; the reason stands above.")
    how, est = measure(one), one.adjusted
    amount = f"{how.text(est.estimate)} {how.per} (95% interval {how.spread(est.low, est.high)})"
    if not relied_on(result):
        return Tile(f"{name}: effect", "cannot tell", f"The estimate {amount} is not to be relied on.")
    if result.verdict.answer in _NONE:
        return Tile(f"{name}: effect", "none shown", f"Estimate {amount}")
    figure = how.text(est.estimate) if est.relative is None else words.relative(est.relative)
    return Tile(f"{name}: effect", figure, amount)


def _compared_tile(result: StudyResult) -> Tile:
    found = result.weighting
    if found is None:
        return Tile("Compared with", "nobody", "There is no comparison group in this study.")
    worth = f"members who did not start, worth {found.comparison_worth:,.0f} after weighing"
    return Tile("Compared with", f"{found.comparison:,}", f"{worth}; {found.starters:,} starters")


def _detectable_tile(result: StudyResult) -> Tile:
    name = "Smallest change it could show"
    if not result.detectable:
        return Tile(name, "not known", "Without members to compare with there is none.")
    one = result.detectable[0]
    if one.smallest is None:
        return Tile(name, "not known", words.sentence(one.words))
    how = words.measure_of(one.unit, one.mean)
    under = f"{how.said(one.smallest)}, with a chance of {percent(one.power, 0)}"
    if one.plausible_change is not None and one.chance is not None:
        plausible = percent(abs(one.plausible_change), 0)
        under += f"; for the plausible {plausible} the chance is {words.share(one.chance)}"
    return Tile(name, percent(one.relative) if one.relative is not None else how.text(one.smallest), under)


def _savings_tile(result: StudyResult, row: SavingsRow) -> Tile:
    net = row.net_per_member
    name, found, cents = (
        ("Gross savings per member per month", row.per_member_month, True)
        if net is None
        else ("Net savings for each starter", net, False)
    )
    spread = words.dollars_spread(found, cents=cents)
    told = f"{words.dollars(found, cents=cents)} (95% interval {spread})"
    if not relied_on(result):
        return Tile(name, "cannot tell", f"The estimate {told} is not to be relied on.")
    if found.low is None or found.high is None or found.low <= 0 <= found.high:
        return Tile(name, "none shown", f"Estimate {told}")
    return Tile(name, words.dollars(found, cents=cents), f"95% interval {spread}")


def compared(result: StudyResult, study: Study) -> list[str]:
    """Answer who was compared with whom."""
    design, found = study.design, result.weighting
    if design.comparison == "none":
        return [
            "Starters are compared with themselves before the start. There is no comparison group, so "
            "whatever else changed in those months, and the fall from the peak at which people start, is in "
            "every figure."
        ]
    if found is None:
        return ["Nobody: there are too few starters to show anything about them."]
    pool = {
        "never": "members of the same claims who never started",
        "notyet": "members of the same claims who never started, and later starters until shortly before "
        "their start",
    }[design.comparison]
    lines = [
        f"{found.starters:,} starters of {study.program.name} are compared with {found.comparison:,} {pool}.",
        f"Each starter's mean over {months_of(design.baseline_months)} of baseline is compared with the "
        f"mean over {months_of(design.follow_up_months)} from the start on, and the change of comparison "
        "members over the same months of the calendar is taken off (difference in differences).",
    ]
    if design.anticipation_months:
        lines.append(
            f"Left out of the baseline: {months_of(design.anticipation_months)} right before the start. "
            "People start at a peak, and a fall from it comes by itself."
        )
    lines.append(METHODS.get(found.method, found.method))
    lines.append(ESTIMANDS.get(found.estimand, found.estimand))
    return lines


def how_sure(result: StudyResult) -> list[str]:
    """Answer how sure the verdict is."""
    one = primary(result)
    if one is None:
        return ["Nothing about an effect is sure here: none could be worked out."]
    how, est = measure(one), one.adjusted
    interval = f"95% interval {how.spread(est.low, est.high)}" if est.low is not None else "no interval"
    lines = [
        f"The adjusted estimate is {how.text(est.estimate)} {how.per} ({interval}; {words.p_text(est.p)})."
    ]
    if result.weighting is not None:
        lines.append(
            f"Starters and comparison members are {result.weighting.answer} in what was known before the "
            "start."
        )
    lines.append(before_start(one))
    lines += [words.sentence(each.words) for each in one.robustness[:1]]
    lines.append(_said_of_controls(result))
    if result.freeze.before:
        lines.append(words.sentence(result.freeze.words))
    return lines


def before_start(one: OutcomeResult) -> str:
    """Say how the groups moved within the baseline, where there can be no effect."""
    how, found = measure(one), one.placebo
    if found is None or found.low is None:
        return "Trends within the baseline could not be compared."
    spread, p = how.spread(found.low, found.high), words.p_text(found.p)
    apart = found.p is not None and found.p < limit("pretest_p")
    said = (
        "They were on different paths before the start."
        if apart
        else "That they moved alike then does not show that they would have afterwards."
    )
    return (
        "Within the baseline, where no effect can be, starters moved by "
        f"{how.text(found.estimate, signed=True)} {how.per} against comparison members (95% interval "
        f"{spread}; {p}). {said}"
    )


def _said_of_controls(result: StudyResult) -> str:
    found = controls(result)
    if not found:
        return "No outcome that the program cannot change was looked at (a negative control)."
    told = words.listed(
        [
            f"{one.name}, "
            + words.p_text(one.adjusted.p if one.adjusted.p_holm is None else one.adjusted.p_holm)
            for one in found
        ]
    )
    return (
        f"What the program cannot change: {told}. A small p value there would speak against the comparison."
    )


def cannot_say(result: StudyResult, study: Study) -> Iterator[str]:
    """Say what the study leaves open whatever its verdict."""
    if study.design.comparison == "none":
        yield "Whether the program did anything. A change against one's own past is not an effect."
    else:
        yield (
            "Whether the groups differ in something that claims do not show, such as motivation, pain or "
            "help at home. Made alike are only the covariates listed."
        )
    yield f"What happens later than {months_of(study.design.follow_up_months)} after the start."
    yield "Anything about people who were left out below, such as members without coverage in every month."
    yield (
        "What the program changes for patients' pain and lives, or for anybody but the payer: costs here "
        f"are {study.panel.cost} amounts of these claims."
    )
    if result.data.synthetic:
        yield "Anything about a real program. The claims are simulated."


def frozen(found: FreezeRecord) -> dict[str, tuple[float | None, float | None]]:
    """What was said to be detectable when the protocol was frozen, by outcome: amount and share."""
    return {one.outcome: (one.smallest, one.relative) for one in found.detectable}


def weak_sets(result: StudyResult) -> list[str]:
    """Value sets that are not verified."""
    return [name for name, said in result.data.value_sets.items() if "(verified)" not in said]


def weighed_savings(row: SavingsRow) -> str:
    """Write savings per member per month by the weight the study's size gives them, no savings weighing "
    "the rest."""
    if row.credibility is None:
        return "–"
    return words.Measure(1, 2, "$", "").text(row.credibility * row.per_member_month.estimate)


def hidden_reason(result: StudyResult) -> str:
    """Say why counts are hidden."""
    most = count(result.flow.hidden_up_to)
    return f"Counts of people of 1 to {most} are hidden, together with what would give them away."
