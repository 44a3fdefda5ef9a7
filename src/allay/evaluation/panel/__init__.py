"""Member-months: what each member used and cost in each month of coverage, from claims.

Three engines give equal panels: a plain reference in Python, DuckDB, and one Ibis expression on Spark.
"""

from __future__ import annotations

from allay.evaluation.panel.build import build_panel
from allay.evaluation.panel.result import PanelResult
from allay.evaluation.panel.spec import PanelSpec

__all__ = ["PanelResult", "PanelSpec", "build_panel"]
