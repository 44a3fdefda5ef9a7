"""Published models as files, and small ones in which everything can be worked out by hand."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from allay.economics.models.run import read_model

PUBLISHED = Path(__file__).with_name("published")

SMALL = """\
type: cohort
id: small
title: Three states
sources: {us: {title: Made up, accessed: 2026-01-01, status: synthetic}}
source: us
comparator: usual
cycles: 4
cycle_length: 0.5
counting: half
states: [well, ill, dead]
start: {well: 1}
parameters:
  fall: {value: 0.2, unit: probability, distribution: {kind: beta, se: 0.05}}
  die: {value: 0.1, unit: probability}
  c_ill: {value: 1000, unit: USD/year, distribution: {kind: gamma, se: 200}}
  ratio: {value: 1, unit: ratio}
strategies:
  usual: {title: Usual care}
  program: {set: {ratio: 0.5}}
transitions:
  well: {well: rest, ill: fall * ratio}
  ill: {ill: rest, dead: die}
  dead: {dead: 1}
outcomes:
  cost: {unit: USD, per: year, discount: {rate: 0}, states: {well: 0, ill: c_ill, dead: 0}}
  effect: {unit: life-year, per: year, discount: {rate: 0}, states: {well: 1, ill: 1, dead: 0}}
"""


@pytest.fixture
def published():
    """Read a published model, parts of its text replaced."""

    def read(name: str, *changes: tuple[str, str]):
        text = (PUBLISHED / f"{name}.yaml").read_text(encoding="utf-8")
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        return read_model(io.BytesIO(text.encode()), name=f"{name}.yaml")

    return read


@pytest.fixture
def small():
    """Read the small model, parts of its text replaced."""

    def read(*changes: tuple[str, str]):
        text = SMALL
        for old, new in changes:
            assert old in text, old
            text = text.replace(old, new)
        return read_model(io.BytesIO(text.encode()), name="small.yaml")

    return read
