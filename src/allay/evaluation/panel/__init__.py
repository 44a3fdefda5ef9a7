"""Member-months: what each member used and cost in each month of coverage, from claims.

Three engines give equal panels: a plain reference in Python, DuckDB, and one Ibis expression on Spark.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allay.evaluation.panel.result import PanelResult, read_panel
from allay.evaluation.panel.spec import PanelSpec

if TYPE_CHECKING:
    from allay.evaluation.panel.build import build_panel

__all__ = ["PanelResult", "PanelSpec", "build_panel", "read_panel"]


def __getattr__(name: str) -> Any:
    """Import the engines when a panel is made: they take longer than what else this package does."""
    if name == "build_panel":
        from allay.evaluation.panel.build import build_panel

        return build_panel
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
