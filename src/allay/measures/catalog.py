"""The catalog: every instrument definition that ships with Allay."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from allay.base.errors import AllayError, InvalidValue, NotFound
from allay.base.tables import read_yaml
from allay.measures.definition import InstrumentFile
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
    return read_yaml(path, InstrumentFile).instrument


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


def _forms(name: str) -> dict[str, list[Instrument]]:
    """The versions of one id by the published form they describe, the newest first."""
    versions = sorted(
        (each for (found, _), each in _catalog().items() if found == name),
        key=lambda each: _newest_first(each.version),
    )
    forms: dict[str, list[Instrument]] = {}
    for each in versions:
        forms.setdefault(each.form, []).append(each)
    return forms


def get(reference: str) -> Instrument:
    """Return an instrument by ``id`` (its newest version) or by ``id@version``.

    Raises
    ------
    NotFound
        With the nearest names; and when one id stands for several published forms, whose scores must not
        be mixed, so that the version has to be named.

    Examples
    --------
    >>> get("gad7").title
    'Generalized Anxiety Disorder-7 (GAD-7)'
    >>> get("phq-9")
    Traceback (most recent call last):
        ...
    allay.base.errors.NotFound: there is no instrument 'phq-9'; did you mean 'phq9'?
    >>> get("prs")
    Traceback (most recent call last):
        ...
    allay.base.errors.NotFound: prs has several published forms; name one: prs@14.0.0 (Original, ...
    """
    wanted, at, version = reference.partition("@")
    versions = {found: each for (name, found), each in _catalog().items() if name == wanted}
    if not versions:
        raise NotFound.among("instrument", wanted, known=sorted({name for name, _ in _catalog()}))
    if at and version not in versions:
        raise NotFound.among(f"version of {wanted}", version, known=versions)
    if not at and len(forms := _forms(wanted)) > 1:
        listed = "; ".join(f"{each[0].reference} ({form})" for form, each in forms.items())
        raise NotFound(f"{wanted} has several published forms; name one: {listed}")
    return versions[version or min(versions, key=_newest_first)]


def all_instruments() -> tuple[Instrument, ...]:
    """Return the newest version of every published form of every instrument, pain first.

    Examples
    --------
    >>> [instrument.id for instrument in all_instruments()][:5]
    ['peg', 'promis29', 'promis-global10', 'phq9', 'gad7']
    """
    names = {name for name, _ in _catalog()}
    return tuple(versions[0] for name in sorted(names, key=_place) for versions in _forms(name).values())


def name_of(instrument: Instrument) -> str:
    """Return what `get` needs to find it: the id, or the id with the version where there are several forms.

    Examples
    --------
    >>> name_of(get("peg")), name_of(get("prs@14.0.0"))
    ('peg', 'prs@14.0.0')
    """
    return instrument.id if len(_forms(instrument.id)) == 1 else instrument.reference


def names_of_several_forms() -> tuple[str, ...]:
    """Return the ids under which several forms are published, so that a version must stand beside them.

    Examples
    --------
    >>> names_of_several_forms()
    ('prs',)
    """
    return tuple(sorted({name for name, _ in _catalog() if len(_forms(name)) > 1}))


def _place(name: str) -> tuple[int, str]:
    return (_ORDER.index(name) if name in _ORDER else len(_ORDER), name)


def check_score(instrument: str, scale: str, score: float) -> None:
    """Check that a score can be one of a scale.

    Raises
    ------
    NotFound
        An instrument or a scale that there is not.
    InvalidValue
        A score outside the range of the scale.

    Examples
    --------
    >>> check_score("peg", "total", 11)
    Traceback (most recent call last):
    allay.base.errors.InvalidValue: expected for peg total a score from 0 to 10, found 11
    """
    asked = get(instrument).scale(scale)
    if not asked.minimum <= score <= asked.maximum:
        expected = f"for {instrument} {scale} a score from {asked.minimum:g} to {asked.maximum:g}"
        raise InvalidValue(expected=expected, found=f"{score:g}")
