"""The catalog: every instrument definition that ships with Allay."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from allay.base.errors import AllayError, NotFound
from allay.base.tables import read_yaml
from allay.measures.definition import InstrumentFile, to_instrument
from allay.measures.instrument import Instrument

FOLDER = Path(__file__).parent / "data" / "instruments"
_ORDER = ("peg", "promis29", "promis-global10", "phq9", "gad7")


def load_instrument(path: str | Path) -> Instrument:
    """Read one definition file.

    Raises
    ------
    InvalidInput
        Naming file, line and field of what is wrong.

    Examples
    --------
    >>> load_instrument(FOLDER / "peg.yaml").reference
    'peg@1.0.0'
    """
    return to_instrument(read_yaml(path, InstrumentFile))


@cache
def _catalog() -> dict[tuple[str, str], Instrument]:
    found: dict[tuple[str, str], Instrument] = {}
    for path in sorted(FOLDER.glob("*.yaml")):
        instrument = load_instrument(path)
        key = (instrument.id, instrument.version)
        if key in found:
            raise AllayError(f"{instrument.reference} is defined twice, again in {path.name}")
        found[key] = instrument
    return found


def _newest_first(version: str) -> tuple[int, ...]:
    return tuple(-int(part) for part in version.split("."))


def get(reference: str) -> Instrument:
    """Return an instrument by ``id`` (its newest version) or by ``id@version``.

    Raises
    ------
    NotFound
        With the nearest names.

    Examples
    --------
    >>> get("gad7").title
    'Generalized Anxiety Disorder-7 (GAD-7)'
    >>> get("phq8")
    Traceback (most recent call last):
        ...
    allay.base.errors.NotFound: there is no instrument 'phq8'; did you mean 'phq9'?
    """
    wanted, at, version = reference.partition("@")
    versions = {found: each for (name, found), each in _catalog().items() if name == wanted}
    if not versions:
        raise NotFound.among("instrument", wanted, known=sorted({name for name, _ in _catalog()}))
    if at and version not in versions:
        raise NotFound.among(f"version of {wanted}", version, known=versions)
    return versions[version or min(versions, key=_newest_first)]


def all_instruments() -> tuple[Instrument, ...]:
    """Return the newest version of every instrument, pain first.

    Examples
    --------
    >>> [instrument.id for instrument in all_instruments()]
    ['peg', 'promis29', 'promis-global10', 'phq9', 'gad7']
    """
    names = {name for name, _ in _catalog()}
    return tuple(get(name) for name in sorted(names, key=_place))


def _place(name: str) -> tuple[int, str]:
    return (_ORDER.index(name) if name in _ORDER else len(_ORDER), name)
