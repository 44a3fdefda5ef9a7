"""Stages of the nominal group technique, as data with their source."""

from __future__ import annotations

import datetime as dt
from functools import cache

from allay.base.documents import Strict, read_yaml
from allay.base.status import Status
from allay.consensus.estimates.limits import FOLDER


class StageSource(Strict):
    """Where the stages come from and how sure they are."""

    title: str
    accessed: dt.date
    status: Status


class NominalStage(Strict):
    """A stage; `recorded` says whether anything of it stands in a file of rankings."""

    id: str
    does: str
    recorded: bool


class NominalStages(Strict):
    """The file `stages.yaml`: stages in their order."""

    source: StageSource
    stages: tuple[NominalStage, ...]


@cache
def nominal_stages() -> NominalStages:
    """Read the stages, once.

    Examples
    --------
    >>> [stage.id for stage in nominal_stages().stages if stage.recorded]
    ['private-ranking']
    """
    return read_yaml(FOLDER / "stages.yaml", NominalStages)
