"""Entries: the parts of an instrument's data file, as they are written in YAML."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from allay.base.status import Status
from allay.base.tables import Strict
from allay.measures.rules import Requirement
from allay.measures.scale import Direction, Method, Unit


class SourceEntry(Strict):
    """Where something was read."""

    title: str
    accessed: date
    status: Status
    href: str = ""
    locator: str = ""


class LicenceEntry(Strict):
    """On what terms the instrument may be used."""

    name: str
    terms: str
    source: str
    status: Status


class AnswerEntry(Strict):
    """One permitted answer."""

    value: int
    label: str
    loinc: str = ""
    loinc_also: tuple[str, ...] = ()


class RatingEntry(Strict):
    """Whole numbers from one to another, of which only the ends have a label of ours."""

    low: int = Field(alias="from")
    high: int = Field(alias="to")
    low_label: str
    high_label: str

    def entries(self) -> tuple[AnswerEntry, ...]:
        """Return the answers one by one."""
        said = {self.low: f"{self.low} = {self.low_label}", self.high: f"{self.high} = {self.high_label}"}
        return tuple(
            AnswerEntry(value=value, label=said.get(value, str(value)))
            for value in range(self.low, self.high + 1)
        )


class ItemEntry(Strict):
    """One question, without its wording."""

    id: str
    label: str
    loinc: str | None = None
    loinc_status: Status = Status.VERIFIED
    answers: str
    note: str = ""


class MissingEntry(Strict):
    """How many answers may be missing, and what happens then."""

    may_miss: int = Field(ge=0)
    text: str
    source: str
    status: Status


class TableEntry(Strict):
    """Raw sum to score and standard error."""

    raw_minimum: int
    t: tuple[float, ...]
    se: tuple[float, ...]
    source: str
    status: Status


class BandEntry(Strict):
    """One named range."""

    id: str
    title: str
    low: float = Field(alias="from")
    high: float = Field(alias="to")


class BandsEntry(Strict):
    """The bands of a scale; `closed` says which band owns a border: the one that begins or ends there."""

    closed: Literal["low", "high"]
    boundary: str
    boundary_status: Status
    source: str
    status: Status
    values: tuple[BandEntry, ...]


class NormEntry(Strict):
    """Mean and standard deviation of an input."""

    mean: float
    sd: float


class TermEntry(Strict):
    """A weight on the mean z value of some scales."""

    mean_of: tuple[str, ...]
    weight: float


class CompositeEntry(Strict):
    """A weighted sum of standardized scores."""

    standardize: dict[str, NormEntry]
    terms: tuple[TermEntry, ...]
    mean: float
    sd: float
    source: str
    status: Status


class CaseEntry(Strict):
    """One class and the ranges that lead to it; the last case has none and takes the rest."""

    value: int
    when: dict[str, tuple[float, float]] = {}


class ClassesEntry(Strict):
    """A class by the scores of other scales."""

    inputs: tuple[str, ...]
    cases: tuple[CaseEntry, ...]
    source: str
    status: Status


class PreferenceEntry(Strict):
    """A preference score: the model, and which scale is which of its domains."""

    model: str
    domains: dict[str, str]
    source: str
    status: Status


class RescaleEntry(Strict):
    """What a sum or mean is multiplied with, and what is added."""

    multiply: float = 1.0
    add: float = 0.0
    rounded: bool = False


class KeyEntry(Strict):
    """Where it is written which items count how."""

    source: str
    status: Status


class RuleEntry(Strict):
    """An amount of change that counts only together with something else."""

    id: str
    threshold: float
    requires: tuple[Requirement, ...]
    population: str
    source: str
    status: Status


class ThresholdEntry(Strict):
    """A published amount of change."""

    id: str
    value: float
    kind: str
    population: str
    level: Literal["individual", "group"] = "individual"
    baseline_above: float | None = None
    source: str
    status: Status


class ScaleEntry(Strict):
    """One score."""

    id: str
    title: str
    direction: Direction
    unit: Unit
    method: Method
    items: tuple[str, ...] = ()
    decimals: int = Field(ge=0, le=6)
    missing: str
    key: KeyEntry | None = None
    reverse: tuple[str, ...] = ()
    recode: dict[str, dict[int, int]] = {}
    rescale: RescaleEntry | None = None
    table: TableEntry | None = None
    composite: CompositeEntry | None = None
    classes: ClassesEntry | None = None
    preference: PreferenceEntry | None = None
    imported: tuple[float, float] | None = None
    bands: str = ""
    thresholds: tuple[ThresholdEntry, ...] = ()
    rules: tuple[RuleEntry, ...] = ()
    loinc: str | None = None
    loinc_raw: str | None = None
    loinc_import_v1: str | None = None


class WordingEntry(Strict):
    """The official text in one language."""

    attribution: str
    source: str
    status: Status
    stem: str = ""
    items: dict[str, str]
    anchors: dict[str, tuple[str, str]] = {}
    without_stem: tuple[str, ...] = ()
