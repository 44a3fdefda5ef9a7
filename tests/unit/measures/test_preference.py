"""Preference scores: domain by domain, the cognition regression, sheets of scores."""

from __future__ import annotations

import io

import numpy as np
import polars as pl
import pytest

from allay.base.errors import InvalidInput, NotFound
from allay.measures.answersheet import read_answers
from allay.measures.catalog import get
from allay.measures.longform import write_scores
from allay.measures.preference import preference_model
from allay.measures.preferencesheet import read_preference
from allay.measures.scoring import score

MODEL = preference_model("propr")
# Utilities of single domains that the reference program prints, by T-score.
SINGLE = {
    "cognition": {50: 0.858, 61.2: 0.999, 29.5: 0.002, 40: 0.647},
    "depression": {50: 0.871, 41.0: 0.971, 79.4: 0.0, 57.3: 0.767, 51.8: 0.866, 60: 0.698},
    "fatigue": {50: 0.815, 33.7: 0.998, 75.8: 0.0, 60.7: 0.662, 51.0: 0.803, 60: 0.678},
    "pain_interference": {50: 0.931, 41.6: 1.0, 75.6: 0.125, 66.6: 0.498, 57.1: 0.835, 60: 0.749},
    "physical_function": {50: 0.864, 57.0: 0.964, 22.5: 0.0, 36.7: 0.577, 45.5: 0.732, 40: 0.616},
    "sleep_disturbance": {50: 0.869, 32.0: 1.0, 73.3: 0.0, 59.8: 0.606, 50.5: 0.865, 60: 0.603},
    "social_participation": {50: 0.832, 64.2: 1.0, 27.5: 0.0, 40.5: 0.651, 51.9: 0.837, 40: 0.644},
}
DOMAINS = {domain: np.array([50.0]) for domain in MODEL.attributes}


@pytest.mark.parametrize("domain", SINGLE)
def test_single_domains_are_those_of_the_reference_program(domain):
    t = np.array(list(SINGLE[domain]), dtype=np.float64)
    assert MODEL.single(domain, t).round(3).tolist() == list(SINGLE[domain].values())


def test_each_break_belongs_to_the_piece_that_begins_there():
    for entry, attribute in zip(MODEL.file.domains.values(), MODEL.attributes.values(), strict=True):
        at = attribute.disutility(np.array(entry.breaks))
        expected = [i + s * b for i, s, b in zip(entry.intercepts, entry.slopes, entry.breaks, strict=False)]
        assert at[:-1].tolist() == expected
        assert at[-1] == (1.0 if entry.more_is_worse else 0.0)


def test_a_gap_gives_no_score():
    assert np.isnan(MODEL.utility(DOMAINS | {"fatigue": np.array([np.nan])})[0])


def test_unknown_names():
    with pytest.raises(NotFound, match="did you mean 'propr'"):
        preference_model("propt")
    with pytest.raises(NotFound, match="did you mean 'fatigue'"):
        MODEL.single("fatige", np.array([50.0]))


def sheet(*rows):
    return io.BytesIO(("patient_id,instrument,scale,date,score\n" + "\n".join(rows) + "\n").encode())


def long_rows(patient, day, *, leave_out=(), cognition=None):
    scales = [*(set(DOMAINS) - {"cognition"}), "anxiety"]
    rows = [f"{patient},promis29,{scale},{day},50" for scale in scales if scale not in leave_out]
    rows.append(f"{patient},promis29,pain_intensity,{day},4")
    return rows + ([f"{patient},promis-cognition2a,cognition,{day},{cognition}"] if cognition else [])


def test_a_sheet_uses_cognition_where_it_was_asked():
    found = read_preference(
        sheet(
            *long_rows("A", "2026-01-05", cognition=50),
            *long_rows("B", "2026-01-05"),
            *long_rows("C", "2026-01-05", leave_out=("fatigue", "anxiety")),
            "C,phq9,total,2026-01-05,9",
        )
    )
    assert found.select("patient_id", "cognition", "status", "reason").rows() == [
        ("A", "asked", "scored", None),
        ("B", "regression", "scored", None),
        ("C", "regression", "not_scored", "not scored: anxiety, fatigue"),
    ]
    filled = MODEL.utility(
        {domain: t for domain, t in DOMAINS.items() if domain != "cognition"}
        | {"anxiety": np.array([50.0]), "pain_intensity": np.array([4.0])}
    )
    assert found.get_column("score").to_list() == [0.518, filled[0], None]


def test_asked_cognition_needs_no_anxiety():
    found = read_preference(sheet(*long_rows("A", "2026-01-05", cognition=50, leave_out=("anxiety",))))
    assert found.row(0, named=True)["score"] == 0.518


def test_a_bad_sheet_is_refused_by_line():
    with pytest.raises(InvalidInput) as caught:
        read_preference(sheet("A,promis29,fatigue,,x", "A,promis29,anxiety,,101", "A,promis29,anxiety,,50"))
    places = [(problem.at, problem.field) for problem in caught.value.problems]
    assert places == [("2", "score"), ("3", "score"), ("4", "scale")]


def test_the_sheet_agrees_with_the_scale_of_promis29():
    draw = np.random.default_rng(11)
    instrument = get("promis29")
    columns = {i.id: draw.integers(i.minimum, i.maximum + 1, 60) for i in instrument.items}
    columns["Sleep20"][:5] = -1
    frame = pl.DataFrame({"patient_id": range(60), "timepoint": ["in"] * 60, **columns})
    text = frame.with_columns(pl.col("Sleep20").replace(-1, None)).write_csv().encode()
    out = io.BytesIO()
    write_scores(read_answers(io.BytesIO(text), instrument), out)
    out.seek(0)
    found = read_preference(out).get_column("score").fill_null(float("nan")).to_numpy()
    expected = score(instrument, {k: v.astype(np.int8) for k, v in columns.items()})["propr"].score
    assert np.isnan(expected[:5]).all()
    # The sheet's T-scores have one decimal, as the tables do: nothing is lost on the way.
    assert np.array_equal(found, expected, equal_nan=True)
