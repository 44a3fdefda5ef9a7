"""Effect classes of estimates.

What a pooled estimate is called when its source states no class. A negative number favors the service. Pain
is in points of 0 to 10, disability in points of the Roland-Morris questionnaire, and the standardized scale
in standard deviations. The thresholds of a moderate effect are those of Chou and Huffman 2007.
"""

from __future__ import annotations

import pytest

from allay.programs.evidence.effect import Metric, effect_class

SCALES = {"pain": Metric.MD_0_10, "disability": Metric.MD_RMDQ, "standardized": Metric.SMD}


@pytest.mark.parametrize(
    ("scale", "estimate", "low", "high", "effect"),
    [
        ("pain", -1.27, -1.77, -0.65, "moderate"),
        ("pain", -0.85, -1.67, -0.07, "small"),
        ("pain", -1.55, -2.76, -0.34, "moderate"),
        ("pain", -0.99, -1.2, -0.8, "small"),
        ("pain", -1.0, -1.2, -0.8, "moderate"),
        ("pain", -2.0, -2.2, -1.8, "moderate"),
        ("pain", -2.01, -2.2, -1.8, "large"),
        ("pain", -0.05, -0.08, -0.02, "small"),
        ("pain", -0.22, -0.67, 0.21, "none"),
        ("pain", -3.0, -6.0, 0.0, "none"),
        ("pain", 0.9, 0.2, 1.6, "favors_comparator"),
        ("disability", -1.99, -2.2, -1.8, "small"),
        ("disability", -2.0, -2.2, -1.8, "moderate"),
        ("disability", -4.0, -5.0, -3.0, "moderate"),
        ("disability", -4.5, -5.0, -4.0, "large"),
        ("standardized", -0.23, -0.35, -0.04, "small"),
        ("standardized", -0.5, -0.6, -0.4, "moderate"),
        ("standardized", -0.81, -0.9, -0.4, "large"),
        ("standardized", -0.08, -0.42, 0.28, "none"),
    ],
)
def test_effect_class(scale: str, estimate: float, low: float, high: float, effect: str) -> None:
    """An interval that holds zero is no difference, whatever its estimate; else the size decides."""
    assert effect_class(metric=SCALES[scale], estimate=estimate, lo=low, hi=high) == effect
