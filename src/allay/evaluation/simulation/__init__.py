"""Claims with known truth: members, their use and what the program changed, all drawn from one process."""

from __future__ import annotations

from allay.evaluation.simulation.design import SimulationDesign, default_design, shipped_design

__all__ = ["SimulationDesign", "default_design", "shipped_design", "simulate", "simulate_panel"]


def __getattr__(name: str) -> object:
    # Arrow is imported only when something is simulated: a command that only reads a design starts faster.
    if name == "simulate":
        from allay.evaluation.simulation.claims import simulate

        return simulate
    if name == "simulate_panel":
        from allay.evaluation.simulation.panel import simulate_panel

        return simulate_panel
    raise AttributeError(name)
