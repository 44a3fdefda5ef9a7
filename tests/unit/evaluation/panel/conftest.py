"""What the tests of panels share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.unit.evaluation.panel.panel_claims import YEAR, Rows, frame, panels, write_claims

from allay.evaluation.panel import PanelSpec


@pytest.fixture
def counted(tmp_path: Path) -> Callable[..., dict[str, dict[str, int]]]:
    """Make a panel with the reference and the default engine, which must agree; return months with use."""

    def count(
        medical: Rows = (),
        pharmacy: Rows = (),
        enrollment: Rows | None = None,
        spec: PanelSpec = YEAR,
        **_: Any,
    ) -> dict[str, dict[str, int]]:
        folder = write_claims(tmp_path / "claims", medical, pharmacy, enrollment)
        made = panels(folder, ("reference", "duckdb"), spec)
        one, other = (frame(made[name]) for name in ("reference", "duckdb"))
        assert one.equals(other)
        assert one.schema == other.schema
        assert made["reference"].counts == made["duckdb"].counts
        found: dict[str, dict[str, int]] = {}
        for row in one.iter_rows(named=True):
            used = {
                name: value
                for name, value in row.items()
                if isinstance(value, int) and value and name != "enrolled_days" and not name.endswith("cents")
            }
            if used:
                found[f"{row['person_id']} {row['month']:%m}"] = used
        return found

    return count
