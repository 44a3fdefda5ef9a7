"""A small registry of two scales: its map, and its file."""

from __future__ import annotations

from collections.abc import Sequence

from allay.interop.registry_map import RegistryMap

HEADER = ("who", "pain", "pain_later", "mood", "sex", "medicaid", "age")
ROWS = (
    ("r1", "7", "4", "61.5", "female", "yes", "44"),
    ("r2", "5", "5", "54.9", "female", "no", "45"),
    ("r3", "8", "", "55.0", "male", "", "70"),
    ("r4", "0", "", "", "", "no", ""),
    ("", "", "", "", "", "", ""),
)

_MAP = """{
  "id": "small", "version": "1.0.0", "title": "A small registry", "recorded_on": "2026-11-22",
  "patient": "who",
  "source": {"title": "Invented for tests", "accessed": "2026-11-22", "status": "synthetic"},
  "timepoints": [{"id": "start", "title": "Start"}, {"id": "later", "title": "3 months"}],
  "scales": [
    {"id": "pain", "title": "Pain", "instrument": "0-10", "direction": "higher_worse", "unit": "points",
     "minimum": 0, "maximum": 10, "percent_response": true, "thresholds_of": "promis29/pain_intensity",
     "improved_by": "nrs_moderate", "columns": {"start": "pain", "later": "pain_later"}},
    {"id": "mood", "title": "Depression", "instrument": "PROMIS", "direction": "higher_worse",
     "unit": "T-score", "minimum": 0, "maximum": 100, "bands_of": "promis29/depression",
     "columns": {"start": "mood"}}],
  "numbers": [{"id": "age", "title": "Age", "unit": "years", "column": "age", "minimum": 0, "maximum": 120}],
  "groups": [
    {"id": "sex", "title": "Sex", "column": "sex", "values": {"female": "Female", "male": "Male"},
     "reference": "male"},
    {"id": "payer", "title": "Payer", "column": "medicaid", "reference": "no",
     "values": {"no": "Not Medicaid", "yes": "Medicaid"}},
    {"id": "age_band", "title": "Age", "number": "age", "reference": "young",
     "bands": [{"id": "young", "title": "Under 65", "to": 65},
               {"id": "old", "title": "65 and over", "from": 65}]}],
  "changes": [{"scale": "pain", "start": "start", "end": "later", "key": "pain_change"}],
  "predictors": [
    {"name": "pain", "title": "Pain", "scale": "pain"}, {"name": "age", "title": "Age", "number": "age"},
    {"name": "female", "title": "Female", "group": "sex", "level": "female"}]
}"""


def registry_map() -> RegistryMap:
    """The map of the small registry."""
    return RegistryMap.model_validate_json(_MAP)


def csv(rows: Sequence[Sequence[str]] = ROWS) -> bytes:
    """The file with these rows."""
    lines = [",".join(HEADER), *(",".join(row) for row in rows)]
    return ("\n".join(lines) + "\n").encode()
