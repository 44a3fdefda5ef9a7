"""What a check of claims can find, and what is decided about it: as data."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from importlib import resources

from pydantic import Field

from allay.base.errors import InvalidValue, NotFound
from allay.base.status import Status
from allay.base.tables import Strict, read_yaml

_DATA = resources.files("allay.evaluation.claims") / "data"


class RowDecision(StrEnum):
    """What is done about rows that a check found."""

    REFUSE = "refuse"
    DROP = "drop"
    KEEP = "keep_flagged"


class JudgementSource(Strict):
    """Who says so, and how sure it is."""

    text: str
    status: Status


class FindingKind(Strict):
    """A kind of thing a check of claims can find.

    Attributes
    ----------
    id, title
        What it is called, in files and in words.
    default : RowDecision
        What is done unless the caller decides otherwise.
    allowed : tuple of RowDecision
        What the caller may decide.
    why : str
        The reason of the default, or what a decision leads to.
    """

    id: str
    title: str
    default: RowDecision
    allowed: tuple[RowDecision, ...]
    why: str = Field(min_length=1)


class _Kinds(Strict):
    source: JudgementSource
    kinds: tuple[FindingKind, ...]


@cache
def finding_kinds() -> Mapping[str, FindingKind]:
    """Return all kinds by id, in their order.

    Examples
    --------
    >>> finding_kinds()["outside_enrollment"].default.value
    'keep_flagged'
    """
    found = read_yaml(_DATA / "findings.yaml", _Kinds, name="findings.yaml")
    return {kind.id: kind for kind in found.kinds}


def decided(overrides: Mapping[str, str] | None = None) -> dict[str, RowDecision]:
    """Return the decision for every kind: that of the caller, else the default.

    Parameters
    ----------
    overrides : mapping of str to str
        By id, ``refuse``, ``drop`` or ``keep_flagged`` (``keep`` for short).

    Raises
    ------
    NotFound
        An id that no kind has.
    InvalidValue
        A decision that a kind does not allow.

    Examples
    --------
    >>> decided({"absurd_amount": "drop"})["absurd_amount"].value
    'drop'
    >>> decided({"ends_before_start": "keep"})
    Traceback (most recent call last):
    allay.base.errors.InvalidValue: expected refuse or drop for ends_before_start, found keep
    """
    kinds = finding_kinds()
    found = {name: kind.default for name, kind in kinds.items()}
    for name, wanted in (overrides or {}).items():
        if name not in kinds:
            raise NotFound.among("kind of finding", name, known=kinds)
        allowed = {decision.value: decision for decision in kinds[name].allowed}
        given = RowDecision.KEEP.value if wanted == "keep" else wanted
        if given not in allowed:
            words = " or ".join("keep" if each == RowDecision.KEEP else each for each in allowed)
            raise InvalidValue(expected=f"{words} for {name}", found=str(wanted))
        found[name] = allowed[given]
    return found
