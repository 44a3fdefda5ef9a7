"""Checks of a parameter sheet: sources, distributions, names and units; each problem with its place."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

from allay.base.errors import AllayError, InvalidValue
from allay.base.status import Status
from allay.economics.uncertainty.expression import Expression
from allay.economics.uncertainty.joint import Dirichlet, MultiNormal
from allay.economics.uncertainty.sheet import ParameterSheet
from allay.economics.uncertainty.sheetfile import Formula, ParameterEntry, Sourced
from allay.economics.uncertainty.units import NUMBER, Unit, unit_of

Keys = tuple[str | int, ...]
Doubt = tuple[Keys, str, str]
"""Where, what was expected, what was found."""

GIVEN: Mapping[str, Unit | None] = {"cycle": None, "time_in_state": None, "cycle_length": Unit.named("year")}
"""Names that a cohort model brings along, with their units."""

_WAYS = ("value", "expression", "steps", "counts", "multinormal")
_PLAIN_NUMBERS = (0.0, 1.0)
"""Numbers that say yes, no, all or nothing, and need no source."""


def near(name: str, known: Iterable[str]) -> str:
    """Say which of the known names is meant, for a message."""
    found = difflib.get_close_matches(name, list(known), n=1)
    return f" (did you mean {found[0]!r}?)" if found else ""


@dataclass(frozen=True, slots=True)
class SheetCheck:
    """Checks the parameters of one model, and expressions elsewhere in it.

    Parameters
    ----------
    sheet : ParameterSheet
    sources : collection of str
        The sources of the file.
    covered : bool
        Whether the file has a source or status of its own, on which parts without one rest.
    given : collection of str
        Further names that may be used: of `GIVEN`.
    """

    sheet: ParameterSheet
    sources: Collection[str]
    covered: bool
    given: Collection[str] = ()
    units: dict[str, Unit] = field(default_factory=dict)

    def parameters(self) -> Iterator[Doubt]:
        """Check every parameter and the correlations."""
        for name, times in Counter(self.sheet.names).items():
            if times > 1 or name in GIVEN:
                what = "a name that a model does not bring along" if name in GIVEN else "each name once"
                yield ("parameters", self._owner(name)), what, name
        for name, entry in self.sheet.entries.items():
            keys = ("parameters", name)
            yield from self.source(keys, entry, needed=holds_numbers(entry))
            yield from self._shape(keys, name, entry)
            yield from self._unit(keys, name, entry)
        yield from self._formulas()
        yield from self._correlations()

    def source(self, keys: Keys, part: Sourced, *, needed: bool) -> Iterator[Doubt]:
        """Check that a part names a source there is, or has a status, where it holds numbers."""
        if part.source and part.source not in self.sources:
            hint = near(part.source, self.sources)
            yield (*keys, "source"), f"one of the sources {', '.join(self.sources)}{hint}", part.source
        elif needed and not part.source and part.status is None and not self.covered:
            yield keys, "a source, or a status", "neither, and none for the whole file"

    def formula(self, keys: Keys, formula: Formula, *, unit: Unit | None = None) -> Iterator[Doubt]:
        """Check an expression: its names, its units and, where the file has no source, its numbers."""
        try:
            expression = Expression(formula) if isinstance(formula, str) else None
        except InvalidValue as wrong:
            yield keys, wrong.expected, wrong.found
            return
        numbers = (float(formula),) if not isinstance(formula, str) else Expression(formula).numbers
        if not self.covered and not set(numbers) <= set(_PLAIN_NUMBERS):
            odd = next(number for number in numbers if number not in _PLAIN_NUMBERS)
            yield keys, "a parameter with a source, or a source for the whole file", f"the number {odd:g}"
        if expression is None:
            return
        known = {*self.sheet.names, *self.given}
        unknown = sorted(expression.names - known)
        for name in unknown:
            yield keys, f"the name of a parameter{near(name, known)}", name
        if not unknown:
            yield from self._fits(keys, expression, unit)

    def _fits(self, keys: Keys, expression: Expression, unit: Unit | None) -> Iterator[Doubt]:
        try:
            found = unit_of(expression, self.units)
        except InvalidValue as wrong:
            yield keys, wrong.expected, wrong.found
            return
        if unit is not None and found is not None and found != unit and expression.names:
            yield keys, f"something in {unit}", f"{expression.text} in {found}"

    def _owner(self, name: str) -> str:
        for owner, entry in self.sheet.entries.items():
            inner = [f"{owner}_{key}" for key in entry.counts or ()]
            inner += list(entry.multinormal.means if entry.multinormal is not None else ())
            if name in inner:
                return owner
        return name

    def _shape(self, keys: Keys, name: str, entry: ParameterEntry) -> Iterator[Doubt]:
        ways = [way for way in _WAYS if getattr(entry, way) is not None]
        if len(ways) != 1 and not (not ways and entry.distribution is not None):
            yield keys, f"one of {', '.join(_WAYS)}, or a distribution", " and ".join(ways) or "none"
        elif entry.distribution is not None and ways not in ([], ["value"]):
            yield (*keys, "distribution"), "a distribution beside a value only", f"one beside {ways[0]}"
        elif entry.steps is not None:
            starts = [step.cycle for step in entry.steps]
            if not starts or starts[0] != 1 or starts != sorted(set(starts)):
                yield (*keys, "steps"), "steps from 1 on, each later than the one before", f"{starts}"
        else:
            try:
                self._made(name, entry)
            except InvalidValue as wrong:
                place = next(
                    (way for way in ("distribution", "counts", "multinormal") if getattr(entry, way)), ""
                )
                yield (*keys, place) if place else keys, wrong.expected, wrong.found

    def _made(self, name: str, entry: ParameterEntry) -> None:
        """Make the distribution of a parameter, which refuses what cannot be."""
        if entry.counts is not None:
            Dirichlet(tuple(entry.counts.values()))
        elif entry.multinormal is not None:
            MultiNormal(tuple(entry.multinormal.means.values()), entry.multinormal.covariance)
        elif entry.distribution is not None:
            self.sheet.distribution(name)

    def _unit(self, keys: Keys, name: str, entry: ParameterEntry) -> Iterator[Doubt]:
        if entry.counts is not None:
            self.units.update({f"{name}_{key}": NUMBER for key in entry.counts})
        if not entry.unit:
            return
        try:
            self.units[name] = Unit.named(entry.unit)
        except InvalidValue as wrong:
            yield (*keys, "unit"), wrong.expected, wrong.found
        if entry.unit == "probability" and entry.value is not None and not 0 <= entry.value <= 1:
            yield (*keys, "value"), "a probability between 0 and 1", f"{entry.value:g}"
        if entry.unit.startswith("1/") and entry.value is not None and entry.value < 0:
            yield (*keys, "value"), "a rate of 0 or more", f"{entry.value:g}"

    def _formulas(self) -> Iterator[Doubt]:
        self.units.update({name: unit for name, unit in GIVEN.items() if unit is not None})
        for name, entry in self.sheet.entries.items():
            keys, unit = ("parameters", name), self.units.get(name)
            if entry.expression is not None:
                owned = bool(entry.source) or entry.status is not None
                checker = SheetCheck(self.sheet, self.sources, self.covered or owned, self.given, self.units)
                yield from checker.formula((*keys, "expression"), entry.expression, unit=unit)
            for place, step in enumerate(entry.steps or ()):
                if isinstance(step.value, str):
                    yield from self.formula((*keys, "steps", place, "value"), step.value, unit=unit)

    def _correlations(self) -> Iterator[Doubt]:
        seen: set[frozenset[str]] = set()
        unsure = [name for name, entry in self.sheet.entries.items() if entry.distribution is not None]
        wrong = False
        for place, entry in enumerate(self.sheet.correlations):
            keys: Keys = ("correlations", place)
            yield from self.source(keys, entry, needed=True)
            for side, name in enumerate(entry.between):
                if name not in unsure:
                    wrong = True
                    expected = f"the name of a parameter with a distribution{near(name, unsure)}"
                    yield (*keys, "between", side), expected, name
            if frozenset(entry.between) in seen or len(set(entry.between)) == 1:
                wrong = True
                yield (*keys, "between"), "two parameters, each pair once", " and ".join(entry.between)
            seen.add(frozenset(entry.between))
        if not wrong:
            try:
                self.sheet.check_together()
            except InvalidValue as refused:
                yield ("correlations",), refused.expected, refused.found

    def circles(self) -> Iterator[Doubt]:
        """Check that no parameter is made of itself; only when everything else holds."""
        shapes = {name: np.array([1.0]) for name in self.given}
        for name, entry in self.sheet.entries.items():
            if entry.expression is None and entry.steps is None:
                continue
            try:
                self.sheet.known(self.sheet.best(), given=shapes, wanted=[name])
            except InvalidValue as wrong:
                if "->" in wrong.found:
                    yield ("parameters", name), wrong.expected, wrong.found
            except AllayError:
                continue  # named with its place by the other checks


def status_of(part: Sourced, sources: Mapping[str, Status], whole: Sourced) -> Status:
    """Say how sure we are of a part: its own status, that of its source, or that of the file it stands in.

    Examples
    --------
    >>> status_of(Sourced(source="paper"), {"paper": Status.VERIFIED}, Sourced()).value
    'verified'
    """
    for held in (part, whole):
        if held.status is not None:
            return held.status
        if held.source:
            return sources[held.source]
    return Status.UNKNOWN


def holds_numbers(entry: ParameterEntry) -> bool:
    """Whether a parameter holds numbers that need a source."""
    if entry.distribution is not None or entry.counts is not None or entry.multinormal is not None:
        return True
    stepped = [step.value for step in entry.steps or () if not isinstance(step.value, str)]
    return any(number not in _PLAIN_NUMBERS for number in (*stepped, entry.value or 0.0))
