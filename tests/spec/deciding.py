"""Cases of the behavior tables of coverage: from a file, with some facts changed; and answers as text.

A change is written as `path = value`, several separated by `; `. Values are JSON; a path that ends in `-`
takes the fact away. The answer is written as `name value` parts, separated by `; `; a table states the parts
it cares about.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from allay.coverage.cases.case import Case
from allay.coverage.decisions.decision import Decision
from allay.coverage.decisions.engine import Engine

FOLDER = Path(__file__).parent / "cases"
ENGINE = Engine()


def case(name: str, changes: str = "") -> Case:
    """Return the case of a file with changes made to it."""
    tree = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))[0]
    for change in filter(None, changes.split("; ")):
        path, _, value = change.partition(" = ")
        *keys, last = [int(key) if key.isdigit() else key for key in path.split(".")]
        place: Any = tree
        for key in keys:
            place = place[key] if isinstance(key, int) else place.setdefault(key, {})
        if str(last).endswith("-"):
            del place[str(last)[:-1]]
        else:
            place[last] = json.loads(value)
    return Case.model_validate_json(json.dumps(tree))


def decided(name: str, changes: str = "") -> Decision:
    """Decide the case of a file with changes made to it."""
    return ENGINE.decide(case(name, changes))


def parts(decision: Decision) -> dict[str, str]:
    """Return the answer as text, by the names that the tables use."""
    return {
        "deliver": decision.deliver.value,
        "bill": decision.bill.value,
        "as": decision.bill_as,
        "lines": " + ".join(_line(one) for one in decision.lines) or "none",
        "allowed": "unknown" if decision.allowed is None else str(decision.allowed),
        "share": "unknown" if decision.patient_share is None else str(decision.patient_share),
        "left": ", ".join(str(one.left) for one in decision.remaining) or "none",
        "prior auth": decision.prior_auth,
        "mlr": decision.mlr_class,
        "missing": ", ".join(path for path, _ in decision.missing) or "none",
        "offer": ", ".join(decision.alternatives) or "none",
    }


def _line(line: Any) -> str:
    modifiers = "".join(f"-{one}" for one in line.modifiers)
    denied = "" if line.bill.value == "yes" else f" ({line.bill.value})"
    return f"{line.code}{modifiers} x{line.units}{denied}"


def answer(name: str, changes: str, expected: str) -> str:
    """Return of the answer the parts that are expected, written in the same way."""
    found = parts(decided(name, changes))
    asked = [one.partition(" is ")[0] for one in expected.split("; ")]
    return "; ".join(f"{part} is {found[part]}" for part in asked)
