"""Lists of codes that are held whole, so that a code under the wrong system is found."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from allay.base.errors import InvalidValue
from allay.base.status import Status


@dataclass(frozen=True, slots=True)
class CodeList:
    """A short code system or benefit list of which every code is known here.

    Attributes
    ----------
    id : str
        How definitions name it, such as ``cds4cpm``.
    system : str
        Its address, which a FHIR coding carries.
    codes : tuple of str
        All of them, in the order of their source.
    beside : tuple of str
        What the source names beside the list and does not count to it.
    """

    id: str
    title: str
    system: str
    codes: tuple[str, ...]
    beside: tuple[str, ...]
    source: str
    status: Status

    def require(self, code: str) -> str:
        """Return a code of the list.

        Raises
        ------
        InvalidValue
            When it is none.

        Examples
        --------
        >>> from allay.programs.services.catalog import code_lists
        >>> code_lists()["cds4cpm"].require("tai-chi")
        Traceback (most recent call last):
        allay.base.errors.InvalidValue: expected one of the 22 codes of cds4cpm, found 'tai-chi'
        """
        if code not in self.codes:
            raise InvalidValue(expected=f"one of the {len(self.codes)} codes of {self.id}", found=repr(code))
        return code


@dataclass(frozen=True, slots=True)
class Misfit:
    """A coding whose code does not belong to its system."""

    system: str
    code: str
    reason: str


def misfits(
    codings: Iterable[tuple[str, str]], *, lists: Iterable[CodeList], included: Iterable[str] | None = None
) -> tuple[Misfit, ...]:
    """Find codings whose system does not fit their code.

    Parameters
    ----------
    codings : iterable of (system, code)
        Such as the expansion of a FHIR value set.
    lists : iterable of CodeList
        The code systems that are known whole.
    included : iterable of str, optional
        The systems the value set says it includes. A coding of any other system is a misfit.

    Returns
    -------
    tuple of Misfit
        In the order given, one for each wrong coding. A coding of a system that is not known whole is taken
        as it is, unless its code is one of a known list.

    Examples
    --------
    >>> from allay.programs.services.catalog import code_lists
    >>> known = code_lists()["cds4cpm"]
    >>> wrong = known.system.replace("pain-therapies", "pain-assessments")
    >>> [found] = misfits([(known.system, "yoga"), (wrong, "yoga")], lists=[known], included=[known.system])
    >>> found.reason.split(";")[0]
    'the value set does not include this system'
    """
    by_system = {each.system: each for each in lists}
    allowed = None if included is None else frozenset(included)
    found = []
    for system, code in codings:
        reasons = []
        if allowed is not None and system not in allowed:
            reasons.append("the value set does not include this system")
        owners = [each.system for each in by_system.values() if code in each.codes and each.system != system]
        if system in by_system:
            if code not in by_system[system].codes:
                reasons.append(f"not one of the {len(by_system[system].codes)} codes of this system")
                reasons += [f"a code of {owner}" for owner in owners]
        elif owners:
            reasons.append("a code of " + " or ".join(owners))
        if reasons:
            found.append(Misfit(system, code, "; ".join(reasons)))
    return tuple(found)
