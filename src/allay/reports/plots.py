"""Plots of reports: each takes plain numbers and returns a whole figure, drawn for wide and narrow pages.

They are SVG without script or style; `report.css` chooses the drawing and the colors. Each takes a title, a
description for those who do not see it, and a note on how many draws it rests on. Importing this module
takes most of a second: import it when a report is made, not before. See docs/adr/0011-curves-with-altair.md.
"""

from __future__ import annotations

from allay.reports.plots_bars import evppi_bars, scenario_ranges, tornado_bars
from allay.reports.plots_cash import cash_curve
from allay.reports.plots_curves import acceptability_curves, evpi_curve, loss_curves
from allay.reports.plots_effects import EffectRow, effect_rows, love_rows
from allay.reports.plots_events import EventPoint, event_study_plot, series_plot
from allay.reports.plots_frontier import frontier_plot
from allay.reports.plots_histogram import histogram
from allay.reports.plots_plane import plane

__all__ = [
    "EffectRow",
    "EventPoint",
    "acceptability_curves",
    "cash_curve",
    "effect_rows",
    "event_study_plot",
    "evpi_curve",
    "evppi_bars",
    "frontier_plot",
    "histogram",
    "loss_curves",
    "love_rows",
    "plane",
    "scenario_ranges",
    "series_plot",
    "tornado_bars",
]
