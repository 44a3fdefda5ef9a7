"""Values of X12 elements: amounts to the cent, quantities, procedures with their modifiers."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal

from allay.base.money import Money
from allay.interop.x12.finding import X12Finding
from allay.interop.x12.segments import Segment

_NUMBER = re.compile(r"-?([0-9]{1,15}(\.[0-9]{0,6})?|\.[0-9]{1,6})", re.ASCII)

Note = Callable[[X12Finding], None]


def amount(segment: Segment, number: int, *, note: Note) -> Money | None:
    """Read an amount of dollars; None where there is none, or what stands there is no amount in cents.

    Examples
    --------
    >>> from allay.interop.x12.segments import Delimiters
    >>> found = []
    >>> segment = Segment(("CLP", "1", "1", "56.7", "5O"), 9, Delimiters("*", ":", "^", "~"))
    >>> str(amount(segment, 3, note=found.append)), amount(segment, 4, note=found.append)
    ('56.70', None)
    >>> found[0].element, found[0].expected
    ('CLP04', 'dollars with at most two decimals')
    """
    text = segment[number]
    if not text:
        return None
    whole, _, parts = text.partition(".")
    if not _NUMBER.fullmatch(text) or parts[2:].strip("0"):
        expected = "dollars with at most two decimals"
        note(X12Finding("amount", segment.position, f"{segment.id}{number:02d}", expected, "something else"))
        return None
    cents = int(f"{whole.lstrip('-')}{parts[:2]:0<2}")
    return Money(-cents if text.startswith("-") else cents)


def quantity(segment: Segment, number: int, *, note: Note) -> Decimal | None:
    """Read a quantity; None where there is none, or what stands there is no number."""
    text = segment[number]
    if not text:
        return None
    if not _NUMBER.fullmatch(text):
        note(
            X12Finding(
                "quantity", segment.position, f"{segment.id}{number:02d}", "a number", "something else"
            )
        )
        return None
    return Decimal(text)


def procedure(segment: Segment, number: int, *, note: Note) -> tuple[str | None, str | None, tuple[str, ...]]:
    """Return qualifier, code and modifiers of a procedure (``HC:97110:GP``)."""
    parts = segment.parts(number)
    if not parts:
        return None, None, ()
    if len(parts) < 2:
        expected = f"a qualifier and a code with {segment.delimiters.component!r} between them"
        note(
            X12Finding("procedure", segment.position, f"{segment.id}{number:02d}", expected, "one component")
        )
        return parts[0], None, ()
    return parts[0], parts[1], tuple(part for part in parts[2:6] if part)
