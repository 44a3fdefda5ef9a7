"""Case files for tests, made from the shipped example or from scratch."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import Any

from ruamel.yaml import YAML

from allay.economics.case.case import Case
from allay.economics.case.casefile import EXAMPLE, read_case

SOURCES = {"made_up": {"title": "Made up for this test", "accessed": "2026-11-29", "status": "synthetic"}}


def number(value: float, unit: str, **more: Any) -> dict[str, Any]:
    # Files take at most 15 digits.
    return {"value": float(f"{value:.12g}"), "unit": unit, "source": "made_up", **more}


def text_of(tree: dict[str, Any]) -> str:
    stream = io.StringIO()
    YAML(typ="safe").dump(json.loads(json.dumps(tree)), stream)  # without aliases
    return stream.getvalue()


def example_tree() -> dict[str, Any]:
    tree: dict[str, Any] = YAML(typ="safe").load(EXAMPLE.read_text(encoding="utf-8"))
    tree["sources"]["made_up"]["accessed"] = str(tree["sources"]["made_up"]["accessed"])
    return tree


def read(tree: dict[str, Any], *, name: str = "case.yaml") -> Case:
    return read_case(io.BytesIO(text_of(tree).encode()), name=name)


def example(change: Callable[[dict[str, Any]], object]) -> Case:
    """Read the example after a change of its tree."""
    tree = example_tree()
    change(tree)
    return read(tree)


def tiny(*, months: int = 60, referrals: list[tuple[int, float]], **sections: Any) -> dict[str, Any]:
    """A case with one service, whose patients come once in one month, and nothing else."""
    steps = [{"from_month": month, "amount": number(count, "patients/month")} for month, count in referrals]
    visit = {"id": "medical_visit", "kind": "individual", "dose": [{"visits": number(1, "visits/month")}]}
    return {
        "id": "tiny",
        "version": "1.0.0",
        "title": "Tiny",
        "sources": SOURCES,
        "program": {"name": "Tiny", "opens": "2027-01", "months": months, "currency_year": 2026},
        "demand": {"referrals": {"type": "series", "steps": steps}},
        "panel": {"months": 1},
        "services": [visit],
        **sections,
    }
