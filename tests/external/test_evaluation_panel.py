"""Engines give equal panels on synthetic claims of two publishers, and the categories are not empty."""

from __future__ import annotations

import datetime as dt
import shutil

import polars as pl
import pytest
from tests.unit.evaluation.panel.panel_claims import frame
from tests.unit.evaluation.panel.spark_session import quick_session

from allay.evaluation.loaders import load
from allay.evaluation.panel import PanelSpec, build_panel
from allay.evaluation.panel.columns import COUNTS

WINDOW = (dt.date(2017, 1, 1), dt.date(2019, 12, 31))


@pytest.fixture(scope="module")
def folders(allay_data, tmp_path_factory):
    source, place = allay_data / "synthetic_claims", tmp_path_factory.mktemp("claims")
    load("synthea", source, place / "synthea", window=WINDOW)
    load("synpuf", source, place / "synpuf")
    return place


@pytest.fixture(scope="module")
def spark():
    with quick_session() as session:
        yield session


@pytest.mark.parametrize("name", ["synthea", "synpuf"])
def test_engines_agree(folders, name, tmp_path, spark):
    spec = PanelSpec()
    engines = ("reference", "duckdb", "portable", *(("spark",) if shutil.which("java") else ()))
    made = {
        engine: build_panel(folders / name, engine=engine, memory="2GB", spec=spec, output=tmp_path / engine)
        for engine in engines
    }
    expected = frame(made["reference"])
    for engine, result in made.items():
        assert frame(result).equals(expected), engine
        assert result.counts == made["reference"].counts, engine
    assert expected.height > 0


def test_synthea_has_use_of_each_kind_it_knows(folders, tmp_path):
    result = build_panel(folders / "synthea", output=tmp_path / "panel")
    sums = frame(result).select(pl.col(*COUNTS).sum()).row(0, named=True)
    known = ("emergency_visit", "inpatient_stay", "inpatient_day", "x_ray", "opioid_fill", "pharmacy_fill")
    assert {name for name in known if sums[name] == 0} == set()
    # It has no therapies, injections or spine surgery for pain.
    assert sums["therapy_visit"] == sums["injection"] == sums["spine_surgery"] == 0
