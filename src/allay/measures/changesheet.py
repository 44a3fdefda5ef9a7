"""Change sheets: scores at named time points in, one row per patient, scale and threshold out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from allay.base.status import Status
from allay.base.tables import Readable
from allay.measures.bands import band_index
from allay.measures.change import Change, change_between, reliable_z
from allay.measures.changecheck import KEY
from allay.measures.changepairs import PairedScores, floats, read_pairs
from allay.measures.rules import CombinedRule
from allay.measures.scale import Scale, Threshold
from allay.measures.scalesettings import ScaleSetting, setting_for

RESULT = (
    *KEY,
    "baseline",
    "followup",
    "change",
    "improvement",
    "threshold",
    "mic",
    "met_mic",
    "reliable",
    "responder_30",
    "responder_50",
    "band_from",
    "band_to",
    "mic_status",
    "reliable_status",
    "band_move",
    "mic_kind",
    "mic_population",
    "mic_source",
    "rci",
    "clinical_change",
    "rci_status",
)


def read_change(
    source: Readable,
    *,
    start: str,
    end: str,
    as_of: dt.date | None = None,
    on_invalid: Literal["raise", "flag"] = "raise",
    settings: Mapping[tuple[str, str], ScaleSetting] | None = None,
    name: str | None = None,
) -> pl.DataFrame:
    """Compare two time points in a file of scores.

    Parameters
    ----------
    source, start, end, as_of, on_invalid
        As for `allay.measures.changepairs.read_pairs`; the result of `allay measures score` will do.
    settings : mapping of (instrument, scale) to ScaleSetting, optional
        Reliabilities and norms for the reliable change index.

    Returns
    -------
    polars.DataFrame
        See `change_sheet`.

    Raises
    ------
    InvalidInput
        As `read_pairs`.

    Examples
    --------
    >>> import io
    >>> head = b"patient_id,instrument,scale,timepoint,date,score\\n"
    >>> rows = b"A,gad7,total,in,,12\\nA,gad7,total,out,,8\\n"
    >>> read_change(io.BytesIO(head + rows), start="in", end="out").select("improvement", "met_mic").row(0)
    ('4', 'true')
    """
    pairs = read_pairs(source, start=start, end=end, as_of=as_of, on_invalid=on_invalid, name=name)
    return change_sheet(pairs, settings=settings)


def change_sheet(
    pairs: PairedScores, *, settings: Mapping[tuple[str, str], ScaleSetting] | None = None
) -> pl.DataFrame:
    """Compare the two scores of every pair with every threshold and combined rule of its scale.

    Returns
    -------
    polars.DataFrame
        Text columns ``RESULT``; a patient with only one of the two time points is in it with blanks.
        A scale without a threshold for one patient has one row, with the threshold blank. A combined rule
        stands in the threshold columns under its id, with its points as ``mic``. ``rci`` and
        ``clinical_change`` are filled where the noise of the scale is known (settings, or our facts) and the
        baseline of complete pairs varies.

    Examples
    --------
    >>> import io
    >>> from allay.measures.changepairs import read_pairs
    >>> head = b"patient_id,instrument,scale,timepoint,score\\n"
    >>> rows = b"A,phq9,total,in,14\\nA,phq9,total,out,7\\n"
    >>> change_sheet(read_pairs(io.BytesIO(head + rows), start="in", end="out")).get_column("band_move")[0]
    'better'
    """
    numbered = PairedScores(pairs.frame.with_row_index("order"))
    parts = [_empty()]
    for instrument, scale, part in numbered.by_scale():
        setting = setting_for(settings or {}, instrument=instrument.id, scale=scale.id)
        titles = {key: source.title for key, source in instrument.sources.items()}
        parts.append(_of_scale(scale, part, setting, titles))
    return pl.concat(parts).sort("order", maintain_order=True).select(RESULT)


def _empty() -> pl.DataFrame:
    return pl.DataFrame(schema={"order": pl.UInt32, **dict.fromkeys(RESULT, pl.String)})


def _of_scale(
    scale: Scale, part: pl.DataFrame, setting: ScaleSetting | None, titles: Mapping[str, str]
) -> pl.DataFrame:
    found = change_between(
        scale,
        floats(part, "value_from"),
        floats(part, "value_to"),
        baseline_se=floats(part, "error_from"),
        followup_se=floats(part, "error_to"),
    )
    shared = {
        "baseline": part.get_column("score_from"),
        "followup": part.get_column("score_to"),
        "change": _number_text(found.change),
        "improvement": _number_text(found.improvement),
        "reliable": _yes_no_text(found.reliable),
        "reliable_status": _said_of(found.reliable, reliable_z().status),
        "responder_30": _yes_no_text(found.responder_30),
        "responder_50": _yes_no_text(found.responder_50),
        "band_from": _band_text(scale, found.baseline),
        "band_to": _band_text(scale, found.followup),
        "band_move": _move_text(found.band_move),
        **_clinical(found, setting),
    }
    thresholds = [each for each in scale.thresholds if each.level == "individual"]
    wanted: list[Threshold | CombinedRule | None] = [*thresholds, *scale.rules]
    return pl.concat([_of_threshold(part, found, each, shared, titles) for each in wanted or [None]])


def _of_threshold(
    part: pl.DataFrame,
    found: Change,
    threshold: Threshold | CombinedRule | None,
    shared: dict[str, pl.Series],
    titles: Mapping[str, str],
) -> pl.DataFrame:
    n = part.height
    columns = shared | {
        name: _none(n)
        for name in ("threshold", "mic", "met_mic", "mic_status", "mic_kind", "mic_population", "mic_source")
    }
    if threshold is not None:
        if isinstance(threshold, CombinedRule):
            points, kind, met = threshold.threshold, threshold.text, found.met_rule(threshold)
        else:
            points, kind, met = threshold.value, threshold.kind, found.met(threshold)
        columns |= {
            "threshold": _same(threshold.id, n),
            "mic": _same(f"{points:g}", n),
            "met_mic": _yes_no_text(met),
            "mic_status": _same(str(threshold.status), n),
            "mic_kind": _same(kind, n),
            "mic_population": _same(threshold.population, n),
            "mic_source": _same(titles.get(threshold.source, threshold.source), n),
        }
    keys = part.select("order", *KEY)
    return keys.with_columns(**columns).select("order", *RESULT)


def _clinical(found: Change, setting: ScaleSetting | None) -> dict[str, pl.Series]:
    made = setting.clinical_change(found) if setting else None
    if setting is None or made is None:
        return {name: _none(found.change.size) for name in ("rci", "clinical_change", "rci_status")}
    said = [text or None for text in made.category.tolist()]
    return {
        "rci": _number_text(made.index),
        "clinical_change": pl.Series(said, dtype=pl.String),
        "rci_status": _said_of(made.index, Status.weakest([made.status, setting.status])),
    }


def _same(text: str, n: int) -> pl.Series:
    return pl.Series([text], dtype=pl.String).new_from_index(0, n)


def _none(n: int) -> pl.Series:
    return pl.Series([None], dtype=pl.String).new_from_index(0, n)


def _number_text(values: NDArray[np.float64]) -> pl.Series:
    """Numbers with at most six decimals, without trailing zeros; NaN is blank."""
    return pl.Series(
        [None if v != v else (f"{v:.6f}".rstrip("0").rstrip(".")) for v in values.tolist()], dtype=pl.String
    )


def _yes_no_text(values: NDArray[np.float64]) -> pl.Series:
    return pl.Series(
        [None if v != v else ("true" if v else "false") for v in values.tolist()], dtype=pl.String
    )


def _said_of(values: NDArray[np.float64], status: Status) -> pl.Series:
    """The status, where there is an answer."""
    return pl.Series([None if v != v else str(status) for v in values.tolist()], dtype=pl.String)


def _band_text(scale: Scale, scores: NDArray[np.float64]) -> pl.Series:
    names = [*(band.id for band in scale.bands), None]
    return pl.Series([names[k] for k in band_index(scores, scale.bands).tolist()], dtype=pl.String)


def _move_text(moves: NDArray[np.float64]) -> pl.Series:
    words = {1.0: "better", 0.0: "same", -1.0: "worse"}
    return pl.Series([words.get(move) for move in moves.tolist()], dtype=pl.String)
