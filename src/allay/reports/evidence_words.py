"""How evidence pages for payers and staff name effects, strengths, metrics and ages."""

from __future__ import annotations

import datetime as dt

from allay.programs.evidence.cell import EvidenceCell, EvidenceStrength, Outcome, Window
from allay.programs.evidence.effect import EffectClass, Metric, moderate_facts, moderate_range
from allay.programs.evidence.review import Review
from allay.programs.evidence.terms import windows
from allay.reports.evidence import EvidencePage, freshness
from allay.reports.words import count, number

__all__ = ["EFFECTS", "METRICS", "age", "headline", "moderate", "numbers", "pooled", "strength", "tiles"]

# Effect class -> (sign, words). Signs repeat what the words say, for the eye; screen readers read the words.
EFFECTS = {
    EffectClass.SMALL: ("▲", "Small benefit"),
    EffectClass.MODERATE: ("▲▲", "Moderate benefit"),
    EffectClass.LARGE: ("▲▲▲", "Large benefit"),
    EffectClass.FAVORS_COMPARATOR: ("▼", "Comparator better"),
    EffectClass.NONE: ("=", "No difference"),
    EffectClass.INSUFFICIENT: ("?", "Insufficient"),
    EffectClass.NO_EVIDENCE: ("–", "No evidence"),
}
METRICS = {
    Metric.MD_0_10: "mean difference in pain, points of 0 to 10",
    Metric.MD_RMDQ: "mean difference in Roland-Morris score, points of 0 to 24",
    Metric.SMD: "standardized mean difference",
}
OUTCOMES = {Outcome.FUNCTION: "Function", Outcome.PAIN: "Pain"}


def strength(cell: EvidenceCell) -> str:
    """Say the strength of evidence in the word of the source, with its sign.

    Examples
    --------
    >>> from allay.programs.evidence.library import evidence
    >>> strength(evidence().cells[0])
    'low (+)'
    """
    if cell.soe is None:
        return ""
    if cell.soe is EvidenceStrength.NOT_STATED:
        return "strength not stated"
    return f"{cell.soe} ({cell.soe_label})" if cell.soe_label != cell.soe else cell.soe.value


def pooled(cell: EvidenceCell) -> str:
    """Say the estimate with its interval as printed.

    Examples
    --------
    >>> from allay.programs.evidence.library import evidence
    >>> pooled(evidence().select(locator="figure, exercise and pain").cells[0])
    '−1.27 (−1.77 to −0.65)'
    """
    if cell.estimate is None:
        return ""
    return f"{number(cell.estimate, 2)} ({number(cell.lo, 2)} to {number(cell.hi, 2)})"


def numbers(cell: EvidenceCell) -> str:
    """Say how much the cell rests on: trials, comparisons and people, each where it is stated.

    Examples
    --------
    >>> from allay.programs.evidence.library import evidence
    >>> numbers(evidence().select(comparator="usual_care", service="yoga").cells[0])
    '8 trials, 1,149 people'
    """
    parts = (
        (cell.trials, "trial", "trials"),
        (cell.comparisons, "comparison", "comparisons"),
        (cell.participants, "person", "people"),
    )
    return ", ".join(f"{count(n)} {one if n == 1 else more}" for n, one, more in parts if n is not None)


def age(review: Review, as_of: dt.date | None) -> str:
    """Say how old the search of a review is.

    Examples
    --------
    >>> from allay.programs.evidence.review import reviews
    >>> age(reviews()["cer-227"], dt.date(2026, 1, 1))
    'Stale: search older than 5 years on 2026-01-01'
    """
    years = f"{review.stale_after_years} year{'' if review.stale_after_years == 1 else 's'}"
    return {
        "unknown": "Age not known: no day of last search",
        "unjudged": "Age not judged: no day given",
        "stale": f"Stale: search older than {years} on {as_of}",
        "fresh": f"Current: search within {years} of {as_of}",
    }[freshness(review, as_of)]


def headline(page: EvidencePage) -> str:
    """Sum the cells up in one sentence in which no state is left out.

    Examples
    --------
    >>> from allay.reports.evidence import evidence_page
    >>> headline(evidence_page(condition_id="knee-osteoarthritis"))
    'Of 36 cells, 7 show a benefit of the service, 0 favor what it was compared with, 13 show no difference,
    6 allow no conclusion, and for 10 there is no evidence.'
    """
    counted = page.tally
    helps = sum(counted[effect] for effect in (EffectClass.SMALL, EffectClass.MODERATE, EffectClass.LARGE))
    return (
        f"Of {len(page.shown)} cells, {helps} show a benefit of the service, "
        f"{counted[EffectClass.FAVORS_COMPARATOR]} favor what it was compared with, "
        f"{counted[EffectClass.NONE]} show no difference, {counted[EffectClass.INSUFFICIENT]} allow no "
        f"conclusion, and for {counted[EffectClass.NO_EVIDENCE]} there is no evidence."
    )


def tiles(page: EvidencePage) -> list[tuple[str, str, int, str]]:
    """Count each of the five states as (class of the tile, label, count, note)."""
    counted = page.tally
    sizes = [EffectClass.SMALL, EffectClass.MODERATE, EffectClass.LARGE]
    note = ", ".join(f"{size} {counted[size]}" for size in sizes)
    return [
        ("small", "Benefit of the service", sum(counted[size] for size in sizes), note),
        (
            "favors_comparator",
            "Comparator better",
            counted[EffectClass.FAVORS_COMPARATOR],
            "the other did better",
        ),
        ("none", "No difference", counted[EffectClass.NONE], "studied, none found"),
        ("insufficient", "Insufficient", counted[EffectClass.INSUFFICIENT], "trials, no conclusion"),
        ("no_evidence", "No evidence", counted[EffectClass.NO_EVIDENCE], "no trial found"),
    ]


def moderate(metric: Metric) -> str:
    """Say which differences are called moderate on a metric, and how that was published if otherwise.

    Examples
    --------
    >>> moderate(Metric.SMD), moderate(Metric.MD_0_10)
    ('0.5 to 0.8', '1 to 2, published as 10 to 20 of 100 points')
    """
    low, high = moderate_range(metric)
    first, last = moderate_facts(metric)
    told = "" if first.number == low else f", published as {first.number} to {last.number} of 100 points"
    return f"{low:g} to {high:g}{told}"


def window_words(window: Window) -> str:
    """Say when a window is.

    Examples
    --------
    >>> window_words(Window.INTERMEDIATE)
    'intermediate term: 6 to less than 12 months after treatment'
    """
    found = windows()[window]
    return f"{found.label}: {found.words}"
