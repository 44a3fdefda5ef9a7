"""A replication that goes the whole way: claims are written, checked and counted, and studied."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np

import allay
from _recovery import MONTHS, STARTS, Row, member_row
from allay.evaluation.simulation import default_design, simulate
from allay.evaluation.simulation.bucket import draw_bucket
from allay.evaluation.simulation.design import SimulationDesign
from allay.evaluation.simulation.outcomes import expected, needed
from allay.evaluation.simulation.people import buckets
from allay.evaluation.simulation.ratios import treated_rows
from allay.evaluation.study.contrast import contrast
from allay.evaluation.study.detect import span_of
from allay.evaluation.study.draft import draft_protocol
from allay.evaluation.study.outcomes import StudyOutcome
from allay.evaluation.study.prepare import ready
from allay.evaluation.study.protocolfile import read_protocol
from allay.evaluation.study.weighting import study_weights

MEMBERS, ALL_MONTHS = 6_000, 36
OUTCOMES = ("therapy_visit", "emergency_visit", "x_ray")


def replicate_claims(seed: int) -> list[Row]:
    """Simulate claims with every feature, draft a protocol, and estimate as a study does by default."""
    design = default_design(members=MEMBERS, months=ALL_MONTHS, seed=seed)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        simulate(folder / "claims", members=MEMBERS, months=ALL_MONTHS, seed=seed, threads=1)
        text = draft_protocol(folder / "claims", beside=folder)
        (folder / "study.yaml").write_text(text, encoding="utf-8")
        protocol = read_protocol(folder / "study.yaml")
        with ready(protocol, folder=folder, memory="1GB", allay_version=allay.__version__) as made:
            study = made.study
            cohort = made.cohort()
            weights = study_weights(cohort, study).weights
            rows = []
            for outcome in OUTCOMES:
                values = cohort.outcome(StudyOutcome(id=outcome))
                found = contrast(values, cohort.start, weights, span=span_of(study))
                truth = true_effect(design, outcome)
                rows.append(member_row(f"study, {outcome}", "effect", found, truth))
    return rows


def true_effect(design: SimulationDesign, outcome: str) -> float:
    """Mean true effect on the starters enrolled in all months, over their follow-up."""
    changes = []
    for number in range(buckets(design)):
        bucket = draw_bucket(design, number, categories=set(needed(outcome)))
        members, rows = bucket.members, treated_rows(bucket.members)
        with_, without = expected(bucket)[outcome]
        used = (members.cover.width[rows, :MONTHS] > 0).all(axis=1) & np.isin(members.cohort[rows], STARTS)
        months = members.cohort[rows][used][:, None] + np.arange(12)
        changes.append((with_ - without)[used][np.arange(int(used.sum()))[:, None], months])
    return float(np.concatenate(changes).mean())
