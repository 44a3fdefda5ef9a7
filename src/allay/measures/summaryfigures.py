"""The figures of a summary, one line each, for a table that a person reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from allay.base.facts import FactValue
from allay.base.status import Status
from allay.measures.change import reliable_z
from allay.measures.change_bounds import ChangeBounds
from allay.measures.conventions import response_fractions
from allay.measures.describe import Description
from allay.measures.extremes import Extremes, extremes_limit
from allay.measures.intervals import Interval
from allay.measures.net_promoter import NetPromoter
from allay.measures.responders import ResponderFigure
from allay.measures.rules import CombinedRule
from allay.measures.selection import SelectionView
from allay.measures.summary import ScaleSummary

__all__ = ["figures"]

Line = dict[str, Any]
_DECIMALS = 6


def line(
    figure: str,
    value: float | None = None,
    *,
    interval: Interval | None = None,
    n: float | None = None,
    of: float | None = None,
    note: str = "",
) -> Line:
    """One figure; numbers are rounded to six decimals.

    Examples
    --------
    >>> line("mean change", -1.23456789, n=4)["value"]
    -1.234568
    """
    ends = (None, None) if interval is None else (interval.low, interval.high)
    value, low, high = (None if v is None else round(v, _DECIMALS) + 0.0 for v in (value, *ends))
    counts = {"n": None if n is None else int(n), "of": None if of is None else int(of)}
    return {"figure": figure, "value": value, "low": low, "high": high, **counts, "note": note or None}


def figures(
    summary: ScaleSummary,
    *,
    titles: Mapping[str, str],
    net: tuple[NetPromoter, NetPromoter] | None = None,
) -> Iterator[Line]:
    """Every figure of one scale, in the order in which it is read.

    Parameters
    ----------
    summary : ScaleSummary
        What was found.
    titles : mapping
        Titles of the sources by their key.
    net : pair of NetPromoter, optional
        For the net promoter question: its two net scores, which then stand in place of change.

    Examples
    --------
    >>> import numpy as np
    >>> from allay.measures.catalog import get
    >>> from allay.measures.summary import scale_summary
    >>> made = scale_summary(get("peg").scale("total"), np.array([7.0, 6.0]), np.array([4.0, 6.0]))
    >>> [each["value"] for each in figures(made, titles={})][:4]
    [1.0, 6.5, 5.0, -1.5]
    """
    if net:
        yield from _net_promoter(net)
        return
    s, c = summary, summary.change
    yield line(
        "followed up",
        s.capture.share,
        interval=s.capture.interval,
        n=s.capture.followed,
        of=s.capture.enrolled,
    )
    yield _described("mean at baseline", s.baseline)
    yield _described("mean at follow-up", s.followup)
    sd = f"SD {c.sd_change:.4g}" if c.sd_change is not None else ""
    yield line("mean change", c.mean_change, interval=c.ci95, n=c.n_paired, note=sd)
    yield _bounded("mean improvement of all, bounds", s.improvement)
    yield line("mean change / SD of change", c.dz, n=c.n_paired)
    yield line("mean change / SD at baseline", c.es, n=c.n_paired)
    yield from _responders(s)
    yield from _thresholds(s, titles)
    for word, count in s.moves.items():
        yield line(f"band: {word}", n=count, of=c.n_paired)
    yield from _reliable(s)
    for when, ends in zip(("baseline", "follow-up"), s.extremes, strict=True):
        yield from _extremes(when, ends)
    if s.selection:
        yield from _selection(s.selection)


def _said(status: Status) -> str:
    return "" if status.certain else f"status: {status.value}"


def _fact_note(fact: FactValue, text: str) -> str:
    return "; ".join(part for part in (text, _said(fact.status)) if part)


def _described(figure: str, d: Description) -> Line:
    return line(figure, d.mean, n=d.n, note=f"SD {d.sd:.4g}" if d.sd is not None else "")


def _share(figure: str, share: ResponderFigure, note: str) -> Line:
    return line(figure, share.share, interval=share.interval, n=share.n, of=share.denominator, note=note)


def _responders(s: ScaleSummary) -> Iterator[Line]:
    for figures_, fact in zip(s.responders, response_fractions(), strict=False):
        name = f"improved by {figures_.fraction:.0%}"
        yield _share(f"{name}, of those followed", figures_.followed, _said(fact.status))
        yield _share(f"{name}, of all", figures_.enrolled, "the missing count as not improved")
        yield line(
            f"{name}, bounds",
            interval=_between(figures_.lower.share, figures_.upper.share),
            of=figures_.lower.denominator,
            note=f"{figures_.missing} missing",
        )


def _thresholds(s: ScaleSummary, titles: Mapping[str, str]) -> Iterator[Line]:
    for each in s.thresholds:
        t = each.threshold
        text = t.text if isinstance(t, CombinedRule) else f">= {t.value:g}"
        note = "; ".join(
            part for part in (t.population, titles.get(t.source, t.source), _said(t.status)) if part
        )
        yield _share(f"improved {text} ({t.id})", each.followed, note)
        yield _bounded(f"improved {text} ({t.id}), bounds", each.bounds)


def _between(low: float | None, high: float | None) -> Interval | None:
    return None if low is None or high is None else Interval(low, high)


def _bounded(figure: str, bounds: ChangeBounds) -> Line:
    return line(
        figure, interval=_between(bounds.low, bounds.high), of=bounds.n, note=f"{bounds.missing} missing"
    )


def _reliable(s: ScaleSummary) -> Iterator[Line]:
    note = _fact_note(reliable_z(), f"beyond {reliable_z().number} standard errors of the difference")
    if s.reliable is not None:
        known = sum(s.reliable.values())
        for word, count in s.reliable.items():
            yield line(f"reliable change by standard errors: {word}", n=count, of=known, note=note)
    if s.clinical:
        cut = "" if s.clinical.cutoff is None else f"; cutoff {s.clinical.cutoff:.4g}"
        note = f"beyond {s.clinical.threshold:.4g} points{cut}; {_said(s.clinical.status)}".rstrip("; ")
        for word, count in s.clinical.counts.items():
            yield line(f"Jacobson-Truax: {word}", n=count, of=s.clinical.n, note=note)


def _extremes(when: str, ends: Extremes) -> Iterator[Line]:
    limit = extremes_limit()
    for name, share, effect in (
        ("lowest", ends.floor, ends.floor_effect),
        ("highest", ends.ceiling, ends.ceiling_effect),
    ):
        warning = _fact_note(limit, f"above {float(limit.number):.0%}") if effect else ""
        yield _share(f"at the {name} score at {when}", share, warning)


def _net_promoter(net: tuple[NetPromoter, NetPromoter]) -> Iterator[Line]:
    for when, score in zip(("baseline", "follow-up"), net, strict=True):
        note = f"{score.promoters} promoters, {score.passives} passives, {score.detractors} detractors; "
        yield line(
            f"net promoter score at {when}",
            score.score,
            interval=score.interval,
            n=score.n,
            of=score.n + score.missing,
            note=note + score.method,
        )


def _selection(view: SelectionView) -> Iterator[Line]:
    chosen = f"selected {view.side} {view.cutoff:g}"
    yield line(f"{chosen}: patients", n=view.n, of=view.n + view.outside)
    yield line(f"{chosen}: mean change seen", view.observed, n=view.paired)
    if view.expected is None or view.population is None:
        yield line(f"{chosen}: change expected without treatment", note=view.reason)
        return
    kind = "estimated from the selected" if view.estimated else "given"
    note = f"population {view.population.mean:.4g} (SD {view.population.sd:.4g}), {kind}; "
    note += f"reliability {view.reliability:.3g}; normal theory"
    yield line(f"{chosen}: change expected without treatment", view.expected.change, note=note)
    yield line(f"{chosen}: seen beyond expected", view.beyond_expected, note="no comparison group")
