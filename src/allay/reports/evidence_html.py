"""Evidence as one self-contained HTML page, for payers and for patients."""

from __future__ import annotations

import allay
from allay.measures.intervals import Interval
from allay.programs.evidence.cell import EvidenceCell, Outcome, Window
from allay.programs.evidence.effect import EffectClass, Metric, facts
from allay.programs.evidence.terms import terms, windows
from allay.reports import evidence_words as words
from allay.reports.evidence import EvidencePage, freshness
from allay.reports.evidence_patient import PlainWords
from allay.reports.page import environment, stylesheet

__all__ = ["patient_html", "payer_html"]

_MEANINGS = {
    EffectClass.SMALL: "the service did better by a small amount.",
    EffectClass.MODERATE: "the service did better by a moderate amount.",
    EffectClass.LARGE: "the service did better by a large amount.",
    EffectClass.FAVORS_COMPARATOR: "what it was compared with did better.",
    EffectClass.NONE: "trials were pooled and show no difference. This is a finding.",
    EffectClass.INSUFFICIENT: "there are trials, and they allow no conclusion.",
    EffectClass.NO_EVIDENCE: "the review found no trial.",
}
# What a patient's page explains: an answer and the phrase that says what it means.
_PLAIN = (
    ("helps", "read.helps"),
    ("favors_comparator", "read.other"),
    ("none", "read.none"),
    ("insufficient", "read.unclear"),
    ("no_evidence", "read.nothing"),
    ("missing", "read.missing"),
)


def payer_html(page: EvidencePage) -> str:
    """Write the page for payers and staff.

    Examples
    --------
    >>> from allay.reports.evidence import evidence_page
    >>> payer_html(evidence_page(condition_id="neck-pain")).count("<h1")
    1
    """
    return (
        environment()
        .get_template("evidence.html")
        .render(
            page=page,
            title=_title(page),
            style=stylesheet("report.css", "evidence.css"),
            version=allay.__version__,
            facts=sorted(fact.latest.version for fact in facts()) if page.pooled else [],
            **_helpers(page),
        )
    )


def patient_html(page: EvidencePage, *, language: str = "en") -> str:
    """Write the page for patients in plain words.

    Raises
    ------
    NotFound
        For a language there is not.

    Examples
    --------
    >>> from allay.reports.evidence import evidence_page
    >>> "Da igual" in patient_html(evidence_page(condition_id="neck-pain"), language="es")
    True
    """
    rows = [row for grid in page.grids for row in grid.rows]
    found = dict.fromkeys(pair for row in rows for pair in row.locators)
    found |= dict.fromkeys((each.source, each.locator) for each in page.evidence.statements if each.plain)
    signs = {effect.value: sign for effect, (sign, _) in words.EFFECTS.items()} | {"helps": "▲"}
    return (
        environment()
        .get_template("evidence_patient.html")
        .render(
            page=page,
            say=PlainWords(language),
            language=language,
            outcomes=list(Outcome),
            meanings=_PLAIN,
            signs=signs,
            unsure=any(not status.certain for harm in page.harms for _, status, _ in harm.known),
            locators=list(found),
            style=stylesheet("report.css", "evidence.css"),
            version=allay.__version__,
        )
    )


def _title(page: EvidencePage) -> str:
    about = " for ".join(
        part
        for part in (
            page.service.label if page.service else "",
            (page.condition.label.lower() if page.service else page.condition.label)
            if page.condition
            else "",
        )
        if part
    )
    return f"Evidence: {about}"


def _helpers(page: EvidencePage) -> dict[str, object]:
    def names(cell: EvidenceCell) -> str:
        service = terms().interventions[cell.service].label
        return service if page.condition else f"{terms().conditions[cell.condition].label}: {service.lower()}"

    def limits(cell: EvidenceCell) -> Interval:
        assert cell.lo is not None
        assert cell.hi is not None
        return Interval(cell.lo, cell.hi)

    def windows_shown(page: EvidencePage) -> list[Window]:
        return [window for window in windows() if any(cell.window is window for cell in page.evidence.cells)]

    return {
        "age": words.age,
        "effects": words.EFFECTS,
        "freshness": freshness,
        "headline": words.headline,
        "limits": limits,
        "meanings": _MEANINGS,
        "metrics": words.METRICS,
        "moderate": lambda metric: words.moderate(Metric(metric)),
        "names": names,
        "numbers": words.numbers,
        "outcomes": words.OUTCOMES,
        "pooled": words.pooled,
        "strength": words.strength,
        "tiles": words.tiles,
        "window_words": words.window_words,
        "windows": windows(),
        "windows_shown": windows_shown,
    }
