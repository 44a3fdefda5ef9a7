"""The same arguments give the same bytes, and a folder appears whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from allay.base.errors import InvalidInput, InvalidValue
from allay.evaluation.simulation import claims as claims_module
from allay.evaluation.simulation import people, shipped_design, simulate

SMALL = {"members": 500, "months": 8}


def files(folder: Path) -> dict[str, bytes]:
    return {
        str(one.relative_to(folder)): one.read_bytes() for one in sorted(folder.rglob("*")) if one.is_file()
    }


def test_the_same_bytes_whatever_the_threads(tmp_path, monkeypatch):
    monkeypatch.setattr(people, "BUCKET_MEMBERS", 100)
    for name, threads in (("one", 1), ("two", 2), ("five", 5)):
        simulate(tmp_path / name, **SMALL, seed=3, threads=threads)
    first = files(tmp_path / "one")
    assert len(first) == 2 * 5 + 4
    assert "medical_claim/bucket=04/part-0.parquet" in first
    assert files(tmp_path / "two") == first == files(tmp_path / "five")


def test_another_seed_is_another_simulation(tmp_path):
    simulate(tmp_path / "a", **SMALL, seed=3)
    simulate(tmp_path / "b", **SMALL, seed=4)
    a, b = files(tmp_path / "a"), files(tmp_path / "b")
    assert a.keys() == b.keys()
    assert all(a[name] != b[name] for name in a)


def test_buckets_share_members_and_places_out(tmp_path, monkeypatch):
    monkeypatch.setattr(people, "BUCKET_MEMBERS", 64)
    design = shipped_design("clean").over(8).changed(members=500, pain_share=0.9)
    cohorts = tuple(cohort.model_copy(update={"members": 31, "share": None}) for cohort in design.cohorts)
    truth = simulate(tmp_path / "a", **SMALL, seed=3, design=design.changed(cohorts=cohorts))
    assert [cohort.members for cohort in truth.cohorts] == [31] * len(cohorts)
    assert truth.counts["member.rows"] == 500


def test_nothing_is_left_when_it_fails(tmp_path, monkeypatch):
    def fail(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(claims_module.pq, "write_table", fail)
    with pytest.raises(InvalidInput, match="no space left"):
        simulate(tmp_path / "claims", **SMALL, seed=1)
    assert list(tmp_path.iterdir()) == []


def test_stopping_midway_leaves_nothing(tmp_path, monkeypatch):
    def stop(done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        simulate(tmp_path / "claims", **SMALL, seed=1, progress=stop)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_with_files_is_refused_and_replaced_on_demand(tmp_path, monkeypatch):
    monkeypatch.setattr(people, "BUCKET_MEMBERS", 100)
    simulate(tmp_path / "claims", **SMALL, seed=1)
    (tmp_path / "claims" / "notes.txt").write_text("mine")
    before = files(tmp_path / "claims")
    with pytest.raises(InvalidInput, match="empty or new"):
        simulate(tmp_path / "claims", **SMALL, seed=2)
    assert files(tmp_path / "claims") == before
    monkeypatch.setattr(people, "BUCKET_MEMBERS", 1000)
    simulate(tmp_path / "claims", **SMALL, seed=1, force=True)
    simulate(tmp_path / "fresh", **SMALL, seed=1)
    assert files(tmp_path / "claims") == {**files(tmp_path / "fresh"), "notes.txt": b"mine"}


def test_a_design_that_does_not_fit_is_refused_before_anything_is_written(tmp_path):
    with pytest.raises(InvalidValue, match="a month of 1 to 7 for a cohort"):
        simulate(tmp_path / "claims", **SMALL, seed=1, design=shipped_design("clean"))
    assert list(tmp_path.iterdir()) == []


def test_progress_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(people, "BUCKET_MEMBERS", 250)
    told = []
    simulate(tmp_path / "claims", **SMALL, seed=1, progress=lambda done, total: told.append((done, total)))
    assert told == [(1, 2), (2, 2)]
