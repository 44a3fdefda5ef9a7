"""Contributions in blocks are those in one piece."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from tests.unit.evaluation.did.did_panels import invented_panel

from allay.evaluation.did import contributions
from allay.evaluation.did.effects import group_time_effects

# Sums of 80 products in another order.
SAME = 1e-12


@pytest.mark.parametrize(("covariates", "clusters"), list(itertools.product([0, 2], [0, 12])))
def test_blocks_make_no_difference(covariates, clusters, monkeypatch):
    panel = invented_panel(covariates=covariates, clusters=clusters)
    whole = group_time_effects(panel, influence=True)
    monkeypatch.setattr(contributions, "_BLOCK", 7 * len(whole.joint))
    parts = group_time_effects(panel, influence=True)
    assert np.abs(parts.joint - whole.joint).max() < SAME
    assert np.abs(parts.influence - whole.influence).max() < SAME
    assert len(whole.influence) == (clusters or 80)
