"""Summaries of a file of scores: one per scale, as plain values for JSON and as a table of figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import polars as pl

import allay
from allay.base.facts import FactValue
from allay.base.status import Status
from allay.measures.change import reliable_z
from allay.measures.change_bounds import ChangeBounds
from allay.measures.changepairs import PairedScores, floats
from allay.measures.clinical_change import ClinicalChange, cutoff_sds
from allay.measures.conventions import facts, response_fractions
from allay.measures.extremes import extremes_limit
from allay.measures.instrument import Instrument
from allay.measures.intervals import Interval
from allay.measures.net_promoter import NetPromoter, net_promoter
from allay.measures.rules import CombinedRule
from allay.measures.scalesettings import ScaleSetting, setting_for
from allay.measures.selection import SelectionView
from allay.measures.summary import ScaleSummary, ThresholdShare, scale_summary
from allay.measures.summaryfigures import figures

__all__ = ["SummaryRow", "summarize", "summary_dict", "summary_frame"]

Json = dict[str, Any]
NET_PROMOTER = "nps"


@dataclass(frozen=True, slots=True, eq=False)
class SummaryRow:
    """The summary of one scale of an instrument; for the net promoter question with the two net scores."""

    instrument: Instrument
    summary: ScaleSummary
    setting: ScaleSetting | None = None
    net_promoter: tuple[NetPromoter, NetPromoter] | None = None


def summarize(
    pairs: PairedScores, *, settings: Mapping[tuple[str, str], ScaleSetting] | None = None
) -> tuple[SummaryRow, ...]:
    """Summarize every scale of a file.

    Parameters
    ----------
    pairs : PairedScores
        As read by `allay.measures.changepairs.read_pairs`.
    settings : mapping of (instrument, scale) to ScaleSetting, optional
        Reliabilities, norms and selection; where they say nothing of the noise of a scale, our facts do.

    Examples
    --------
    >>> import io
    >>> from allay.measures.changepairs import read_pairs
    >>> head = b"patient_id,instrument,scale,timepoint,score\\n"
    >>> rows = b"A,peg,total,in,6\\nA,peg,total,out,4\\nB,peg,total,in,7\\nC,peg,total,out,5\\n"
    >>> (row,) = summarize(read_pairs(io.BytesIO(head + rows), start="in", end="out"))
    >>> row.summary.capture.followed, row.summary.capture.enrolled, row.summary.change.mean_change
    (1, 3, -2.0)
    """
    rows = []
    for instrument, scale, part in pairs.by_scale():
        setting = setting_for(settings or {}, instrument=instrument.id, scale=scale.id)
        before, after = floats(part, "value_from"), floats(part, "value_to")
        summary = scale_summary(
            scale,
            before,
            after,
            baseline_se=floats(part, "error_from"),
            followup_se=floats(part, "error_to"),
            setting=setting,
        )
        net = (net_promoter(before), net_promoter(after)) if instrument.id == NET_PROMOTER else None
        rows.append(SummaryRow(instrument, summary, setting, net))
    return tuple(rows)


def summary_dict(rows: tuple[SummaryRow, ...], *, start: str, end: str) -> Json:
    """Write summaries as plain dicts and lists, with the versions of what they rest on.

    Returns
    -------
    dict
        ``allay_version, from, to, facts`` and ``scales``, a list with everything about each scale. An
        interval is ``[low, high]`` at 95%; what is not defined is null.

    Examples
    --------
    >>> summary_dict((), start="in", end="out")["scales"]
    []
    """
    used = [reliable_z(), extremes_limit(), *response_fractions()]
    if any(row.net_promoter for row in rows):
        names = ("promoter_lowest", "detractor_highest")
        used += [facts().get(f"measures.net_promoter.{name}").latest for name in names]
    made = [row for row in rows if row.summary.clinical and row.setting]
    if any(row.setting.cutoff != "c" for row in made if row.setting):
        used.append(cutoff_sds())
    used += {s.fact.version: s.fact for row in made if (s := row.setting) and s.fact}.values()
    return {
        "allay_version": allay.__version__,
        "from": start,
        "to": end,
        "facts": [_fact(fact) for fact in used],
        "scales": [_scale(row) for row in rows],
    }


def _fact(fact: FactValue) -> Json:
    return {"fact": fact.fact, "value": fact.number, "version": fact.version, "status": fact.status.value}


def _scale(row: SummaryRow) -> Json:
    s = row.summary
    found: Json = {
        "instrument": row.instrument.id,
        "version": row.instrument.version,
        "scale": s.scale.id,
        "title": s.scale.title,
        "direction": s.scale.direction,
        "unit": s.scale.unit,
        "baseline": asdict(s.baseline),
        "followup": asdict(s.followup),
    }
    if row.net_promoter:  # one rating is no net score, and its change has no meaning
        net = zip(("baseline", "followup"), map(_of, row.net_promoter), strict=True)
        return {**found, "net_promoter": dict(net)}
    return {
        **found,
        "capture": _of(s.capture),
        "change": _change(s),
        "mean_improvement_bounds": _bounds(s.improvement),
        "responders": [_plain(asdict(each)) for each in s.responders],
        "thresholds": [_threshold(row.instrument, each) for each in s.thresholds],
        "band_moves": dict(s.moves),
        "bands": [{"from": a, "to": b, "n": n} for (a, b), n in s.bands.items()],
        "reliable_by_standard_errors": dict(s.reliable) if s.reliable is not None else None,
        "clinical_change": _clinical(s.clinical, row.setting) if s.clinical else None,
        "extremes": dict(zip(("baseline", "followup"), map(_of, s.extremes), strict=True)),
        "regression_to_the_mean": _selection(s.selection) if s.selection else None,
    }


def _of(value: Any) -> Any:
    return _plain(asdict(value))


def _plain(value: Any) -> Any:
    """The same with intervals as ``[low, high]``; `asdict` has made them mappings."""
    if isinstance(value, dict):
        if set(value) == {"low", "high", "level"}:
            return [value["low"], value["high"]]
        return {key: _plain(member) for key, member in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(member) for member in value]
    return value


def _limits(interval: Interval | None) -> list[float] | None:
    return None if interval is None else [interval.low, interval.high]


def _change(s: ScaleSummary) -> Json:
    c = s.change
    return {
        "n": c.n_paired,
        "mean_baseline": c.mean_baseline,
        "mean_followup": c.mean_followup,
        "mean": c.mean_change,
        "sd": c.sd_change,
        "interval": _limits(c.ci95),
        "t": c.t,
        "df": c.df,
        "p": c.p,
        "standardized_by_sd_of_change": c.dz,
        "standardized_by_sd_of_baseline": c.es,
    }


def _bounds(bounds: ChangeBounds) -> Json:
    return _plain(asdict(bounds))  # type: ignore[no-any-return]


def _threshold(instrument: Instrument, share: ThresholdShare) -> Json:
    t = share.threshold
    return {
        "id": t.id,
        "points": t.threshold if isinstance(t, CombinedRule) else t.value,
        "kind": t.text if isinstance(t, CombinedRule) else t.kind,
        "combined": isinstance(t, CombinedRule),
        "population": t.population,
        "source": _titles(instrument).get(t.source, t.source),
        "status": t.status.value,
        "followed": _of(share.followed),
        "bounds": _bounds(share.bounds),
    }


def _clinical(c: ClinicalChange, setting: ScaleSetting | None) -> Json:
    given = setting or ScaleSetting()
    return {
        "n": c.n,
        "mean": c.mean,
        "sd": c.sd,
        "standard_error_of_measurement": c.sem,
        "standard_error_of_difference": c.s_diff,
        "reliable_change": c.threshold,
        "cutoff": c.cutoff,
        "reliably_improved": c.reliably_improved,
        "reliably_deteriorated": c.reliably_deteriorated,
        **c.counts,
        "noise": given.fact.version if given.fact else "given by the user",
        "status": Status.weakest([c.status, given.status]).value,
    }


def _selection(view: SelectionView) -> Json:
    found = asdict(view) | {"beyond_expected": view.beyond_expected}
    return _plain(found)  # type: ignore[no-any-return]


def _titles(instrument: Instrument) -> dict[str, str]:
    return {key: source.title for key, source in instrument.sources.items()}


def summary_frame(rows: tuple[SummaryRow, ...]) -> pl.DataFrame:
    """Write summaries as a table, one figure a row.

    Returns
    -------
    polars.DataFrame
        ``instrument, scale, figure, value, low, high, n, of, note``; ``low`` and ``high`` are 95% limits, for
        bounds the worst and the best case. Shares are fractions of ``of``. A status that is not `verified`
        stands in ``note``.

    Examples
    --------
    >>> summary_frame(()).columns[:4]
    ['instrument', 'scale', 'figure', 'value']
    """
    lines = [
        {"instrument": row.instrument.id, "scale": row.summary.scale.id, **line}
        for row in rows
        for line in figures(row.summary, titles=_titles(row.instrument), net=row.net_promoter)
    ]
    text = dict.fromkeys(("instrument", "scale", "figure"), pl.String)
    numbers = {**dict.fromkeys(("value", "low", "high"), pl.Float64), "n": pl.Int64, "of": pl.Int64}
    return pl.DataFrame(lines, schema={**text, **numbers, "note": pl.String})
