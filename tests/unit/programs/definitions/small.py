"""A small definition that holds together, to be broken in one place at a time. All of it is made up."""
# ruff: noqa: E501  (an entry of YAML is one line)

from __future__ import annotations

import io

from allay.programs.definitions.catalog import load_definition
from allay.programs.definitions.definition import ProgramDefinition

SMALL = """\
id: small
version: 1.0.0
title: Small
summary: Made up.
sources:
  ours: {title: Ours, accessed: 2026-11-26, status: synthetic}
  read: {title: Read, accessed: 2026-11-26, status: verified}
cohort: {low: 4, high: 8, source: ours}
roles:
  - {id: lead, title: Lead, professions: [physical_therapist], source: ours}
  - {id: second, title: Second, professions: [yoga_therapist], source: ours}
leadership: {champion: lead, deputy: second, source: ours}
phases:
  - id: light
    title: Light
    length: {weeks: 4}
    source: ours
    components:
      - {id: group, service: yoga, part: core, how: group, per_week: 1, minutes: 60, roles: [lead], source: ours}
      - {id: beside, service: massage, part: flexible, how: linked, linked_to: group, source: ours}
  - id: strong
    title: Strong
    length: {days: 28}
    source: ours
    components:
      - {id: single, service: physical_therapy, part: core, how: individual, sessions: 4, spacing_days: 7, source: ours}
timepoints:
  - {id: start, title: Start, of: program, edge: start, opens_days: -7, closes_days: 2, source: ours}
  - {id: middle, title: Middle, of: light, edge: end, opens_days: -3, closes_days: 0, source: ours}
  - {id: end, title: End, of: strong, edge: end, opens_days: -3, closes_days: 7, source: ours}
measures:
  - {instrument: peg, at: [start, middle, end], source: ours}
gates:
  - {id: helped, title: Helped?, at: middle, score: {instrument: peg, scale: total, rule: improved_by, value: 2.0, since: start}, otherwise: [strong], source: ours}
reviews:
  - {id: team, title: Team, every_weeks: 2, roles: [lead, second], source: ours}
renewals:
  - {id: month, title: Month of care, every_months: 1, lead_days: 5, code: G3002, source: ours}
completion: {text: Three quarters, share_of_core_sessions: 0.75, source: ours}
fidelity:
  - {id: often, text: Often, component: group, share_of_sessions: 0.5, source: ours}
"""


def changed(*changes: tuple[str, str]) -> str:
    """The small definition with parts replaced, each of which must be there once."""
    text = SMALL
    for old, new in changes:
        assert text.count(old) == 1, (old, text.count(old))
        text = text.replace(old, new)
    return text


def load(text: str) -> ProgramDefinition:
    return load_definition(io.BytesIO(text.encode()), name="d.yaml")
