"""The cost-effectiveness frontier.

A strategy is *dominated* when another costs no more and does no less, and is better in one of the two. It is
*extendedly dominated* when a mix of two others has the same effect for less. The others are the *frontier*;
the incremental cost-effectiveness ratio (ICER) of each is against the next cheaper one on it. A negative cost
is a saving.
"""

from __future__ import annotations

import pytest

from allay.economics.decision.frontier import frontier

# The six strategies are an example of the Health Economics Resource Center (US Department of Veterans
# Affairs); the other cases are made up.
SIX = "UC: 5000, 1; A: 12000, 1.5; B: 10000, 2; C: 25000, 3; D: 35000, 4; E: 55000, 5"


def lines(strategies):
    """One line for each strategy, in the order of printed tables."""
    parts = [part.split(": ") for part in strategies.split("; ")]
    names = [name for name, _ in parts]
    numbers = [[float(number) for number in both.split(", ")] for _, both in parts]
    costs, effects = zip(*numbers, strict=True)
    found = frontier(costs, effects)
    said = []
    for place in found.order.tolist():
        ratio = found.icer[place]
        said.append(f"{names[place]} {found.status[place]}" + (f" {ratio:g}" if ratio == ratio else ""))
    return "; ".join(said)


@pytest.mark.parametrize(
    ("strategies", "result"),
    [
        (SIX, "UC frontier; B frontier 5000; D frontier 12500; E frontier 20000; C extended; A dominated"),
        ("care: 0, 0", "care frontier"),
        ("care: 0, 0; program: 900, 0.03", "care frontier; program frontier 30000"),
        ("care: 0, 0; program: -200, 0.03", "program frontier; care dominated"),
        ("care: 0, 0; program: 900, 0", "care frontier; program dominated"),
        ("care: 500, 1; program: 500, 2", "program frontier; care dominated"),
        ("care: 0, 0; short: 500, 1; long: 1000, 2", "care frontier; short frontier 500; long frontier 500"),
        ("care: 0, 0; short: 600, 1; long: 1000, 2", "care frontier; long frontier 500; short extended"),
        ("care: 0, 0; clinic: 300, 1; home: 300, 1", "care frontier; clinic frontier 300; home frontier 300"),
    ],
)
def test_frontier(strategies, result):
    """Strategies with cost and effect, and where each stands, in the order of printed tables."""
    assert lines(strategies) == result
