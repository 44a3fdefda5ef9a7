"""The states, the licensing compacts and the sources of the shipped license map."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from allay.base.documents import Strict, read_yaml
from allay.base.errors import NotFound
from allay.base.fact import Reference
from allay.base.status import Status
from allay.base.vocabulary import SourceRow

FILE = Path(__file__).parents[1] / "data" / "licensing" / "licensing.yaml"


@dataclass(frozen=True, slots=True)
class Compact:
    """An agreement of states by which a license of one lets people work in others.

    Attributes
    ----------
    id, label : str
    professions : tuple of str
    everywhere : bool
        Whether one privilege serves in all members; otherwise each state gives its own.
    modes : tuple of str
        How care may reach the patient, as far as settled; what is not listed is unknown. Empty where each
        state gives its own privilege, which serves as its license does.
    status : Status
    reference : Reference
    """

    id: str
    label: str
    professions: tuple[str, ...]
    everywhere: bool
    modes: tuple[str, ...]
    status: Status
    reference: Reference


@dataclass(frozen=True, slots=True, eq=False)
class Licensing:
    """What goes with the rows of the license map."""

    title: str
    recorded_on: dt.date
    states: Mapping[str, str]
    compacts: Mapping[str, Compact]
    sources: Mapping[str, Reference]


class CompactRow(Strict):
    """A compact of the file."""

    id: str
    label: str
    professions: tuple[str, ...]
    privilege: Literal["state", "everywhere"]
    modes: tuple[Literal["in_person", "video", "audio"], ...]
    source: str
    status: Status


class LicensingFile(Strict):
    """The file beside the license map."""

    title: str
    recorded_on: dt.date
    sources: dict[str, SourceRow]
    compacts: tuple[CompactRow, ...]
    states: dict[str, str]


@cache
def licensing() -> Licensing:
    """Return the states, compacts and sources that ship with Allay.

    Examples
    --------
    >>> licensing().states["VT"], licensing().compacts["psypact"].everywhere
    ('Vermont', True)
    """
    file = read_yaml(FILE, LicensingFile)
    sources = {key: Reference(row.title, row.seen_as, row.href) for key, row in file.sources.items()}
    compacts = {
        row.id: Compact(
            row.id,
            row.label,
            row.professions,
            row.privilege == "everywhere",
            row.modes,
            row.status,
            sources[row.source],
        )
        for row in file.compacts
    }
    return Licensing(file.title, file.recorded_on, file.states, compacts, sources)


def state_code(state: str) -> str:
    """Return the postal code of a state, or raise `NotFound` with the nearest ones.

    Examples
    --------
    >>> state_code("VT")
    'VT'
    >>> state_code("vt")
    Traceback (most recent call last):
    allay.base.errors.NotFound: there is no state 'vt'; did you mean 'VT'?
    """
    known = licensing().states
    if state not in known:
        raise NotFound.among("state", state, known=known)
    return state


def compact_id(compact: str) -> str:
    """Return the id of a compact, or raise `NotFound` with the nearest ones.

    Examples
    --------
    >>> compact_id("psypact")
    'psypact'
    """
    known = licensing().compacts
    if compact not in known:
        raise NotFound.among("compact", compact, known=known)
    return compact
