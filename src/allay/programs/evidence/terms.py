"""What a row of evidence may name: conditions, comparators, interventions, windows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from allay.base.documents import Document, Strict, read_yaml_document
from allay.base.errors import InvalidInput, NotFound, Problem
from allay.base.fact import Reference
from allay.base.sources import Readable
from allay.base.status import MARKS, Status
from allay.base.vocabulary import ServiceId, SourceRow, services
from allay.programs.evidence.cell import Window
from allay.programs.evidence.effect import FOLDER


class TermRow(Strict):
    """A condition or a comparator in the file of terms."""

    id: str
    label: str
    source: str
    status: Status


class InterventionRow(TermRow):
    """An intervention in the file of terms; `covers` are services of the vocabulary."""

    covers: tuple[str, ...]


class WindowRow(TermRow):
    """A window in the file of terms; None where it has no such end."""

    id: Window
    from_months: int | None
    to_months: int | None


class TermFile(Strict):
    """The file of terms."""

    recorded_on: dt.date
    sources: dict[str, SourceRow]
    conditions: tuple[TermRow, ...]
    comparators: tuple[TermRow, ...]
    interventions: tuple[InterventionRow, ...]
    windows: tuple[WindowRow, ...]


@dataclass(frozen=True, slots=True)
class EvidenceTerm:
    """A condition or a comparator that rows of evidence name."""

    id: str
    label: str
    status: Status
    reference: Reference


@dataclass(frozen=True, slots=True)
class Intervention:
    """What was studied: a service of the vocabulary, or something that reviews call otherwise.

    `covers` are the services under which it is shown; a service covers itself.
    """

    id: str
    label: str
    covers: tuple[ServiceId, ...]
    status: Status
    reference: Reference


@dataclass(frozen=True, slots=True)
class FollowUpWindow:
    """A time of measurement in months after the end of treatment; `to_months` is not included.

    Examples
    --------
    >>> windows()[Window.SHORT].words, windows()[Window.LONG].words
    ('1 to less than 6 months after treatment', '12 months or more after treatment')
    """

    id: Window
    label: str
    from_months: int | None
    to_months: int | None
    status: Status
    reference: Reference

    @property
    def words(self) -> str:
        """Say when that is."""
        if self.from_months is None:
            return "right after treatment"
        if self.to_months is None:
            return f"{self.from_months} months or more after treatment"
        return f"{self.from_months} to less than {self.to_months} months after treatment"


@dataclass(frozen=True, slots=True)
class EvidenceTerms:
    """All that rows of evidence may name, by id."""

    conditions: Mapping[str, EvidenceTerm]
    comparators: Mapping[str, EvidenceTerm]
    interventions: Mapping[str, Intervention]
    windows: Mapping[Window, FollowUpWindow]


def load_terms(source: Readable) -> EvidenceTerms:
    """Read a file of terms; the services of the vocabulary are interventions too.

    Raises
    ------
    InvalidInput
        Ids used twice or taken by a service, services and sources that are not there, a status stronger
        than its source.

    Examples
    --------
    >>> load_terms(FOLDER / "terms.yaml").interventions["spinal_manipulation"].covers
    ('chiropractic',)
    """
    document = read_yaml_document(source, TermFile)
    file = document.value
    problems = [
        problem
        for key in ("conditions", "comparators", "interventions", "windows")
        for problem in _problems(document, key, getattr(file, key))
    ]
    if problems:
        raise InvalidInput(problems)
    references = {key: Reference(row.title, row.seen_as, row.href) for key, row in file.sources.items()}

    def terms(rows: Sequence[TermRow]) -> dict[str, EvidenceTerm]:
        return {row.id: EvidenceTerm(row.id, row.label, row.status, references[row.source]) for row in rows}

    known = {str(s.id): Intervention(s.id, s.label, (s.id,), s.status, s.reference) for s in services()}
    for row in file.interventions:
        covers = tuple(ServiceId(name) for name in row.covers)
        known[row.id] = Intervention(row.id, row.label, covers, row.status, references[row.source])
    windows = {
        row.id: FollowUpWindow(
            row.id, row.label, row.from_months, row.to_months, row.status, references[row.source]
        )
        for row in file.windows
    }
    return EvidenceTerms(terms(file.conditions), terms(file.comparators), known, windows)


def _problems(document: Document[TermFile], key: str, rows: Sequence[TermRow]) -> list[Problem]:
    sources = document.value.sources
    ids = {str(each.id) for each in services()}
    taken = set(ids) if key == "interventions" else set()
    found: list[Problem] = []
    for index, row in enumerate(rows):
        if row.id in taken:
            expected = "an id of its own, not that of a service"
            found.append(document.problem(key, index, "id", expected=expected, found=f"{row.id} again"))
        taken.add(row.id)
        if row.source not in sources:
            expected = "one of the sources " + ", ".join(sources)
            found.append(document.problem(key, index, "source", expected=expected, found=repr(row.source)))
        elif row.status.rank < (best := MARKS.get(sources[row.source].seen_as, Status.UNKNOWN)).rank:
            expected = f"at most {best}, as its source was seen"
            found.append(document.problem(key, index, "status", expected=expected, found=row.status.value))
        for place, name in enumerate(row.covers if isinstance(row, InterventionRow) else ()):
            if name not in ids:
                expected = "the id of a service"
                found.append(
                    document.problem(key, index, "covers", place, expected=expected, found=repr(name))
                )
    return found


@cache
def terms() -> EvidenceTerms:
    """Return the terms that ship with Allay."""
    return load_terms(FOLDER / "terms.yaml")


def windows() -> Mapping[Window, FollowUpWindow]:
    """Return the windows, earliest first."""
    return terms().windows


def condition(name: str) -> EvidenceTerm:
    """Return a condition by its id.

    Raises
    ------
    NotFound
        With the nearest ids.

    Examples
    --------
    >>> condition("fibromialgia")
    Traceback (most recent call last):
    allay.base.errors.NotFound: there is no condition 'fibromialgia'; did you mean 'fibromyalgia'?
    """
    if name not in terms().conditions:
        raise NotFound.among("condition", name, known=terms().conditions)
    return terms().conditions[name]


def intervention(name: str) -> Intervention:
    """Return a service or an intervention by its id.

    Raises
    ------
    NotFound
        With the nearest ids.

    Examples
    --------
    >>> intervention("acupuncture").label, intervention("magnets").covers
    ('Acupuncture', ())
    """
    if name not in terms().interventions:
        raise NotFound.among("service or intervention", name, known=terms().interventions)
    return terms().interventions[name]
