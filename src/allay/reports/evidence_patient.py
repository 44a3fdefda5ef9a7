"""What a page of evidence says to a patient: answers in plain words, in one language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from allay.base.phrases import Phrase, read_phrases, say
from allay.programs.evidence.cell import EvidenceCell, Outcome, Window
from allay.programs.evidence.effect import EffectClass, Metric
from allay.programs.evidence.review import Review, last_day
from allay.programs.evidence.terms import windows
from allay.reports.evidence import EvidencePage, GridRow, freshness
from allay.reports.evidence_words import EFFECTS
from allay.reports.words import number

__all__ = ["Answer", "PlainWords", "catalog"]


@cache
def catalog() -> Mapping[str, Phrase]:
    """The phrases that are shipped."""
    return read_phrases(resources.files("allay.reports") / "data" / "evidence_phrases.yaml")


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of a row for one outcome, with all times at which it is the answer."""

    effect: str
    sign: str
    words: str
    sure: str
    times: tuple[str, ...]
    points: str


@dataclass(frozen=True, slots=True)
class PlainWords:
    """Says the parts of a page in one language.

    Examples
    --------
    >>> PlainWords("es").name("service", "acupuncture")
    'Acupuntura'
    """

    language: str

    def __call__(self, phrase: str, **values: object) -> str:
        """Say a phrase."""
        return say(catalog(), phrase, language=self.language, **values)

    def name(self, kind: str, key: str) -> str:
        """Name a condition, a service, a comparator or an outcome."""
        return self(f"{kind}.{key}")

    def title(self, page: EvidencePage) -> str:
        """Say what the page is about."""
        about = page.condition and self.name("condition", page.condition.id)
        service = page.service and self.name("service", page.service.id)
        if service is None:
            return self("page.condition", condition=about)
        if about is None:
            return self("page.service", service=service)
        return self("page.service", service=self("table.of", condition=service, service=about))

    def time(self, window: Window) -> str:
        """Say when a window is."""
        found = windows()[window]
        if found.from_months is None:
            return self(f"window.{window}")
        if found.to_months is None:
            return self(f"window.{window}", low=found.from_months)
        return self(f"window.{window}", low=found.from_months, high=found.to_months)

    def answers(self, row: GridRow, outcome: Outcome, spans: tuple[Window, ...]) -> list[Answer]:
        """Say what was found for one outcome, the same answer at several times as one."""
        columns = [(each, window) for each in Outcome for window in spans]
        found: dict[tuple[str, str, str], list[Window]] = {}
        for (each, window), cell, estimate in zip(columns, row.cells, row.estimates, strict=True):
            if each is outcome:
                effect = "missing" if cell is None else cell.effect.value
                sure = "" if cell is None else self.sure(cell)
                points = "" if estimate is None else self.points(estimate)
                found.setdefault((effect, sure, points), []).append(window)
        return [
            Answer(
                effect=effect,
                sign="" if effect == "missing" else EFFECTS[EffectClass(effect)][0],
                words=self(f"answer.{effect}"),
                sure=sure,
                times=tuple(self.time(window) for window in places),
                points=points,
            )
            for (effect, sure, points), places in found.items()
        ]

    def sure(self, cell: EvidenceCell) -> str:
        """Say how sure the answer is, or that we worked it out; nothing where nothing was graded."""
        if cell.effect_class is None:
            return self("sure.derived")
        return "" if cell.soe is None else self(f"sure.{cell.soe}")

    def points(self, cell: EvidenceCell) -> str:
        """Say an estimate of pain in points; other metrics mean nothing to most readers."""
        if cell.metric is not Metric.MD_0_10 or cell.effect is EffectClass.NONE:
            return ""
        assert cell.estimate is not None
        assert cell.lo is not None
        assert cell.hi is not None
        if cell.hi >= 0:
            return ""
        low, high = number(-cell.hi, 1), number(-cell.lo, 1)
        return self("points.better", points=number(-cell.estimate, 1), low=low, high=high)

    def until(self, review: Review) -> str:
        """Say up to when studies were looked for."""
        if review.last_search is None:
            return self("source.unknown", review=review.review)
        day = last_day(review.last_search)
        date = f"{self(f'month.{day.month}')} {day.year}"
        return self("source.until", review=review.review, date=date)

    def age(self, page: EvidencePage, review: Review) -> str:
        """Say that a search is old, or that it is not; nothing where it cannot be judged."""
        state = freshness(review, page.as_of)
        if state not in ("stale", "fresh"):
            return ""
        return self(f"source.{'old' if state == 'stale' else 'fresh'}", years=review.stale_after_years)

    def count(self, page: EvidencePage) -> str:
        """Count all answers, none left out."""
        counted = page.tally
        helps = sum(counted[each] for each in (EffectClass.SMALL, EffectClass.MODERATE, EffectClass.LARGE))
        return self(
            "page.count",
            helps=helps,
            other=counted[EffectClass.FAVORS_COMPARATOR],
            none=counted[EffectClass.NONE],
            unclear=counted[EffectClass.INSUFFICIENT],
            nothing=counted[EffectClass.NO_EVIDENCE],
        )
