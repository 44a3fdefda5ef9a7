"""Claims of one small simulation with everything that can go wrong in them, simulated once."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest

from allay.evaluation.simulation import SimulationDesign, default_design, simulate
from allay.evaluation.simulation.truth import SimulationTruth

MEMBERS, MONTHS, SEED = 1_500, 24, 11


@dataclass(frozen=True)
class Claims:
    folder: Path
    design: SimulationDesign
    truth: SimulationTruth
    base: Any

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        return self.base.execute(query).fetchall()

    def one(self, query: str) -> Any:
        return self.rows(query)[0][0]


def opened(folder: Path) -> Any:
    base = duckdb.connect()
    base.execute("set threads = 1")
    for name in ("member", "enrollment"):
        base.execute(f"create view {name} as from '{folder}/{name}.parquet'")
    for name in ("medical_claim", "pharmacy_claim"):
        place = f"'{folder}/{name}/*/*.parquet', hive_partitioning = false"
        base.execute(f"create view {name} as from read_parquet({place})")
    base.execute(f"create view roster as from read_csv('{folder}/roster.csv')")
    return base


@pytest.fixture(scope="session")
def claims(tmp_path_factory) -> Claims:
    design = default_design(members=MEMBERS, months=MONTHS, seed=SEED)
    knobs = {"runout_days": None, "outside_enrollment": 0.003, "corrected": 0.04, "voided": 0.03}
    design = design.changed(
        claims=design.claims.model_copy(update=knobs),
        enrollment=design.enrollment.model_copy(update={"death": 0.003, "leave": 0.02}),
    )
    folder = tmp_path_factory.mktemp("simulation") / "claims"
    truth = simulate(folder, members=MEMBERS, months=MONTHS, seed=SEED, design=design)
    return Claims(folder, design, truth, opened(folder))
