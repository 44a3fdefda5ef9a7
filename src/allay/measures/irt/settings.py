"""Named grids and stop rules, from the data file that says where they come from."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cache
from importlib import resources

from allay.base.errors import InvalidValue, NotFound
from allay.base.status import Status
from allay.base.tables import Strict, read_yaml
from allay.measures.irt.quadrature import Quadrature
from allay.measures.irt.rules import AdaptiveRules, Selection

FILE = resources.files("allay.measures.irt") / "data" / "settings.yaml"


class SettingSource(Strict):
    """A source that settings point to."""

    title: str
    href: str | None = None
    locator: str | None = None
    accessed: dt.date
    status: Status


class SettingRow(Strict):
    """What every named setting says of itself."""

    id: str
    title: str
    source: str
    status: Status


class GridRow(SettingRow):
    """A grid with its prior."""

    minimum: float
    maximum: float
    step: float
    prior_mean: float
    prior_sd: float


class RulesRow(SettingRow):
    """The rules of an adaptive test."""

    grid: str
    selection: Selection
    min_items: int
    max_items: int
    se_stop: float | None = None
    se_change: float | None = None
    screen: bool = False


class SettingsFile(Strict):
    """The file of named settings."""

    recorded_on: dt.date
    sources: dict[str, SettingSource]
    grids: tuple[GridRow, ...]
    tests: tuple[RulesRow, ...]


@dataclass(frozen=True, slots=True)
class NamedSetting:
    """What there is by a name, with how sure we are that it is what the name promises.

    Examples
    --------
    >>> [(each.id, each.status.value) for each in named_settings()][:2]
    [('promis-pattern', 'verified'), ('promis-short-form-table', 'derived')]
    """

    id: str
    title: str
    kind: str
    status: Status
    source: str


@cache
def _file() -> SettingsFile:
    found = read_yaml(FILE, SettingsFile)
    for row in (*found.grids, *found.tests):
        if row.source not in found.sources:
            raise InvalidValue(expected=f"a known source of {row.id}", found=row.source)
    return found


def named_settings() -> tuple[NamedSetting, ...]:
    """Every named grid and every named set of rules.

    Examples
    --------
    >>> [each.id for each in named_settings() if each.kind == "test"]
    ['promis-adult', 'promis-adult-recommended', 'promis-pediatric', 'promis-screen']
    """
    file = _file()
    rows = [("grid", row) for row in file.grids] + [("test", row) for row in file.tests]
    return tuple(
        NamedSetting(row.id, row.title, kind, row.status, file.sources[row.source].title)
        for kind, row in rows
    )


def quadrature(name: str) -> Quadrature:
    """Return a grid and its prior by name.

    Raises
    ------
    NotFound
        With the nearest names.

    Examples
    --------
    >>> len(quadrature("promis-pattern").points), len(quadrature("promis-short-form-table").points)
    (81, 91)
    """
    rows = {row.id: row for row in _file().grids}
    if name not in rows:
        raise NotFound.among("grid", name, known=rows)
    row = rows[name]
    return Quadrature(row.minimum, row.maximum, row.step, row.prior_mean, row.prior_sd)


def adaptive_rules(name: str) -> AdaptiveRules:
    """Return the rules of an adaptive test by name.

    Raises
    ------
    NotFound
        With the nearest names.

    Examples
    --------
    >>> adaptive_rules("promis-adult-recommended").se_change
    0.01
    """
    rows = {row.id: row for row in _file().tests}
    if name not in rows:
        raise NotFound.among("adaptive test", name, known=rows)
    row = rows[name]
    return AdaptiveRules(
        quadrature(row.grid),
        row.selection,
        row.min_items,
        row.max_items,
        se_stop=row.se_stop,
        se_change=row.se_change,
        screen=row.screen,
    )
