"""Protocols: what they refuse, what every entry says of itself, and what they hash to."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError
from tests.unit.evaluation.study.panels import protocol

from allay.base.errors import InvalidInput
from allay.evaluation.study.defaults import numbers, reason, study_defaults
from allay.evaluation.study.lock import deviations, fingerprints, lock_path, make_lock, read_lock
from allay.evaluation.study.outcomes import StudyOutcome
from allay.evaluation.study.protocol import Study
from allay.evaluation.study.protocolfile import protocol_hash, read_protocol

TEXT = """
title: A pilot
question: Does it help?
program: {name: Pain groups}
claims: claims
roster: roster.csv
window: {start: 2023-01-01, end: 2025-12-01}
outcomes:
  - {id: emergency_visit, role: primary}
"""
PRIMARY = {"id": "emergency_visit", "role": "primary"}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"weighting": {"pre_outcomes": ["emergency_visit"]}}, "Daw and Hatfield"),
        ({"weighting": {"method": "entropy", "covariates": ["age", "diagnoses"]}}, "use before the start"),
        ({"weighting": {"method": "entropy", "covariates": []}}, "a covariate, or the method none"),
        ({"weighting": {"method": "entropy", "covariates": ["age", "age"]}}, "every covariate once"),
        ({"outcomes": [{"id": "mri"}]}, "exactly one primary outcome, found none"),
        ({"outcomes": [PRIMARY, {"id": "mri", "role": "primary"}]}, "exactly one primary outcome"),
        ({"outcomes": [PRIMARY, {"id": "emergency_visit"}]}, "every outcome once"),
        ({"outcomes": [{**PRIMARY, "plausible_change": -0.1}]}, "plausible_source"),
        ({"outcomes": [{**PRIMARY, "plausible_change": 0.0, "plausible_source": "x"}]}, "not 0"),
        ({"outcomes": [{**PRIMARY, "scale": "cost"}]}, "the scale count"),
        ({"design": {"baseline_months": 9}}, "a window of 13 months or more"),
        ({"design": {"baseline_months": 2}}, "greater than or equal to 3"),
        ({"window": {"start": "2023-01-02"}}, "the first day of a month"),
        ({"window": {"end": "2043-01-01"}}, "a window of 2 to 120 months"),
        ({"population": {"youngest": 70, "oldest": 60}}, "an oldest age of 70 or more"),
        ({"population": {"diagnoses": ["M54.5"]}}, "pattern"),
        ({"subgroups": [{"id": "a", "covariate": "age", "values": ["x"]}]}, "youngest or oldest for age"),
        ({"subgroups": [{"id": "a", "covariate": "gender"}]}, "values for anything else"),
    ],
)
def test_what_cannot_be_is_refused_with_the_reason(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        protocol(**changes)


def test_who_insists_must_say_why_and_it_is_kept() -> None:
    kept = protocol(weighting={"pre_outcomes": ["emergency_visit"], "because": "the payer asked"})
    assert kept.weighting.because == "the payer asked"


def test_every_entry_of_the_schema_says_what_it_is() -> None:
    schema = Study.model_json_schema()
    silent = [
        f"{name}.{key}"
        for name, part in {"Study": schema, **schema["$defs"]}.items()
        for key, entry in part.get("properties", {}).items()
        if not entry.get("description") and "$ref" not in str(entry)
    ]
    assert silent == []


def test_defaults_say_why_and_how_sure_they_are() -> None:
    shipped = study_defaults()
    for name, entry in {**shipped.numbers, **shipped.limits}.items():
        assert entry.source in shipped.sources, name
        assert len(entry.why) > 15
    assert reason("anticipation_months").endswith("(derived)")
    assert numbers("relative_improvements") == (0.05, 0.1, 0.2)


def test_columns_and_units_of_outcomes() -> None:
    def shape(name: Any) -> tuple[str, float, str]:
        one = StudyOutcome(id=name)
        return one.column, one.divisor, one.unit.split()[0]

    assert shape("mri") == ("mri", 1.0, "events")
    assert shape("total_cost") == ("total_cost_cents", 100.0, "US")
    assert shape("total_cost_topcoded") == ("total_cost_topcoded_cents", 100.0, "US")
    assert shape("opioid_mme") == ("opioid_mme_milli", 1000.0, "MME")


def test_the_hash_is_of_what_is_decided_and_not_of_how_it_is_written(tmp_path: Path) -> None:
    (tmp_path / "claims").mkdir()
    (tmp_path / "roster.csv").write_text("person_id,index_date\na,2024-01-01\n")
    lines = TEXT.strip().splitlines()
    ways = [
        TEXT,
        "# a comment\n" + "\n".join([*lines[2:], *lines[:2]]),
        TEXT + "seed: 1\n",
        TEXT + "seed: 2\n",
    ]
    found = [
        protocol_hash(read_protocol(io.BytesIO(way.encode()), name="s.yaml", folder=tmp_path).study)
        for way in ways
    ]
    assert found[0] == found[1] == found[2] != found[3]


def test_files_that_are_not_there_are_named_with_their_line(tmp_path: Path) -> None:
    (tmp_path / "s.yaml").write_text(TEXT + "population: {exposed_before: old.csv}\n")
    with pytest.raises(InvalidInput) as refused:
        read_protocol(tmp_path / "s.yaml", name="s.yaml")
    assert [str(one) for one in refused.value.problems] == [
        "s.yaml:5: /claims: expected a folder of claims, found no folder claims",
        "s.yaml:6: /roster: expected a roster file, found no file roster.csv",
        "s.yaml:10: /population/exposed_before: expected a file, found no file old.csv",
    ]


def test_deviations_name_the_deepest_place_and_both_values(tmp_path: Path) -> None:
    (tmp_path / "member.csv").write_text("person_id\na\n")
    before = fingerprints(tmp_path)
    lock = make_lock(
        protocol(), frozen_on=None, allay_version="1", value_sets={"ct": "ct@1"}, inputs=before, detectable=()
    )
    (tmp_path / "member.csv").write_text("person_id\nb\n")
    now = protocol(
        design={"anticipation_months": 2},
        outcomes=[PRIMARY, {"id": "mri"}],
        subgroups=[{"id": "w", "covariate": "gender", "values": ["female"]}],
    )
    after = fingerprints(tmp_path)
    found = deviations(lock, now, value_sets={"ct": "ct@2"}, inputs=after, allay_version="2")
    assert [one.path for one in found] == [
        "/design/anticipation_months",
        "/outcomes",
        "/subgroups",
        "/value_sets/ct",
        "/inputs/member.csv",
        "/allay_version",
    ]
    assert (found[0].frozen, found[0].now) == ("1", "2")
    assert before[0].size == after[0].size
    assert deviations(lock, protocol(), value_sets={"ct": "ct@1"}, inputs=before, allay_version="1") == ()


def test_a_lock_that_was_changed_by_hand_is_refused(tmp_path: Path) -> None:
    lock = make_lock(protocol(), frozen_on=None, allay_version="1", value_sets={}, inputs=(), detectable=())
    path = lock_path(tmp_path / "study.yaml")
    path.write_text(lock.model_dump_json())
    assert read_lock(path) == lock
    path.write_text(lock.model_dump_json().replace('"seed":1', '"seed":9'))
    with pytest.raises(InvalidInput, match="changed after freezing"):
        read_lock(path)
