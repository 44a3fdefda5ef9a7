"""Outcome definitions: what is not a questionnaire - work, health-care use, completion - said precisely.

They are definitions, not computations: whoever counts names the definition and its version, so that two
rates can be compared or are seen not to be comparable.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path

from pydantic import Field

from allay.base.errors import NotFound
from allay.base.status import Status
from allay.base.tables import Strict, read_yaml

FOLDER = Path(__file__).parent / "data" / "definitions"


class OutcomeValue(Strict):
    """One value or kind of event that the definition tells apart."""

    id: str
    label: str


class OutcomeDefinition(Strict):
    """One outcome that is counted rather than asked, as it is written in its YAML file."""

    id: str
    version: str = Field(pattern=r"^\d+\.\d+\.\d+$")
    title: str
    domain: str
    question: str
    values: tuple[OutcomeValue, ...] = ()
    numerator: str = ""
    denominator: str = ""
    timing: str
    also: str = ""
    missing: str
    source: str
    status: Status
    accessed: date

    @property
    def reference(self) -> str:
        """The id with the version, as results store it."""
        return f"{self.id}@{self.version}"


@cache
def outcome_definitions() -> tuple[OutcomeDefinition, ...]:
    """Return every outcome definition that ships with Allay.

    Examples
    --------
    >>> [each.id for each in outcome_definitions()]
    ['adherence', 'completion', 'health-care-use', 'return-to-work', 'work-status']
    """
    return tuple(read_yaml(path, OutcomeDefinition) for path in sorted(FOLDER.glob("*.yaml")))


def outcome_definition(name: str) -> OutcomeDefinition:
    """Return one outcome definition by id.

    Raises
    ------
    NotFound
        With the nearest names.

    Examples
    --------
    >>> outcome_definition("completion").denominator
    'All patients enrolled, not only those who started.'
    """
    for each in outcome_definitions():
        if each.id == name:
            return each
    raise NotFound.among("outcome definition", name, known=[each.id for each in outcome_definitions()])
