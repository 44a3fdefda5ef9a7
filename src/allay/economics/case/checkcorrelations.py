"""Checks of the correlations of a case: each pair once, of quantities that vary, and possible together."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from allay.economics.case.case import Case, Keys
from allay.economics.case.quantity import drawn_as
from allay.economics.uncertainty.joint import SINGULAR

Doubt = tuple[Keys, str, str]


def check_correlations(case: Case) -> Iterator[Doubt]:
    """Yield what does not hold together: keys in the file, what was expected, what was found."""
    spread = sorted(name for name, _, quantity in case.placed() if quantity.distribution is not None)
    seen: set[frozenset[str]] = set()
    doubts: list[Doubt] = []
    for index, entry in enumerate(case.correlations):
        keys: Keys = ("correlations", index, "between")
        for place, one in enumerate(entry.between):
            if one not in spread:
                known = ", ".join(spread[:12]) or "there is none"
                doubts.append(((*keys, place), f"a quantity with a distribution: {known}", repr(one)))
        pair = frozenset(map(drawn_as, entry.between))
        if entry.between[0] == entry.between[1]:
            doubts.append((keys, "two quantities", f"{entry.between[0]} twice"))
        elif len(pair) == 1:
            expected = "quantities of two curves (the months of one vary together as it is)"
            doubts.append((keys, expected, " and ".join(entry.between)))
        elif pair in seen:
            doubts.append((keys, "each pair once", f"{' and '.join(entry.between)} again"))
        seen.add(pair)
    yield from doubts
    if not doubts and case.correlations:
        yield from _possible(case)


def _possible(case: Case) -> Iterator[Doubt]:
    """No numbers have correlations whose matrix has a negative eigenvalue."""
    names = sorted({drawn_as(name) for entry in case.correlations for name in entry.between})
    matrix = np.eye(len(names))
    for entry in case.correlations:
        one, other = (names.index(drawn_as(name)) for name in entry.between)
        matrix[one, other] = matrix[other, one] = entry.correlation
    least = float(np.linalg.eigvalsh(matrix)[0])
    if least < -SINGULAR:
        expected = "correlations that numbers can have together"
        yield ("correlations",), expected, f"a matrix with the eigenvalue {least:.3g}"
