"""How a cohort is counted within a cycle.

One published model, the Sick-Sicker model of the DARTH group (four strategies, 75 cycles of a year, 3%
discount), counted in every way. Its authors' results are found again to the dollar with the weights of
`darth` only. With the weights of Simpson's rule as textbooks have them, or with the usual half-cycle
correction, other costs come out. The choice moves the ratio of treatment B by some hundred dollars: a model
says how it counts, and there is no default.
"""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from allay.economics.models.run import read_model
from allay.economics.models.summary import run_model

MODEL = Path(__file__).parents[1] / "unit" / "economics" / "models" / "published" / "sick-sicker.yaml"


def counted(counting):
    text = MODEL.read_text(encoding="utf-8").replace("counting: darth", f"counting: {counting}")
    result, _ = run_model(read_model(io.BytesIO(text.encode()), name="sick-sicker.yaml"))
    return {each.strategy: each for each in result.strategies}


@pytest.mark.parametrize(
    ("counting", "cost", "qalys", "ratio_of_B"),
    [
        ("darth", "151,579.87", "20.71133", "72,987.64"),
        ("simpson", "152,091.97", "21.02075", "73,348.27"),
        ("half", "152,262.29", "21.03815", "73,133.59"),
        ("none", "153,541.41", "21.55449", "73,031.60"),
        ("start", "152,983.17", "21.52182", "73,236.27"),
        ("end", "151,541.41", "20.55449", "73,031.60"),
        ("life-table", "152,268.27", "21.03330", "73,132.07"),
    ],
)
def test_standard_of_care_by_way_of_counting(counting, cost, qalys, ratio_of_B):
    """Cost and quality-adjusted life years of standard of care, and the ratio of treatment B to it."""
    found = counted(counting)
    assert f"{found['standard'].cost:,.2f}" == cost
    assert f"{found['standard'].effect:.5f}" == qalys
    assert f"{found['B'].icer:,.2f}" == ratio_of_B


@pytest.mark.parametrize(
    ("strategy", "cost", "qalys"),
    [
        ("standard", "151,580", "20.711"),
        ("A", "284,805", "21.499"),
        ("B", "259,100", "22.184"),
        ("AB", "378,875", "23.137"),
    ],
)
def test_published_results(strategy, cost, qalys):
    """What the authors of the model published, found with their weights."""
    found = counted("darth")[strategy]
    assert (f"{found.cost:,.0f}", f"{found.effect:.3f}") == (cost, qalys)
