"""Reviews: where evidence comes from, until when studies were looked for, and when that is too long ago."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from allay.base.dates import parse_date
from allay.base.documents import Document, Strict, read_yaml_document
from allay.base.errors import InvalidInput, InvalidValue, Problem
from allay.base.sources import Readable
from allay.base.status import MARKS, Status
from allay.programs.evidence.effect import FOLDER

_PARTIAL = re.compile(r"(?P<year>[0-9]{4})(-(?P<month>[0-9]{2}))?", re.ASCII)


class TextDatum(Strict):
    """A text in the file of reviews with how sure it is; null goes with the status unknown."""

    value: str | None
    status: Status


class YearsDatum(Strict):
    """A number of years in the file of reviews with how sure it is."""

    value: int
    status: Status


class ReviewRow(Strict):
    """A review in the file of reviews."""

    id: str
    review: str
    authors: str | None
    title: TextDatum
    published: TextDatum
    last_search: TextDatum
    href: TextDatum
    stale_after_years: YearsDatum
    grading: str
    scope: str | None
    seen_as: str
    accessed: dt.date


class ReviewFile(Strict):
    """The file of reviews."""

    recorded_on: dt.date
    reviews: tuple[ReviewRow, ...]


def last_day(text: str) -> dt.date:
    """Return the last day of a day, month or year written as exactly as it is known.

    Raises
    ------
    InvalidValue
        For another form, or a day that does not exist.

    Examples
    --------
    >>> last_day("2019-09"), last_day("2020"), last_day("2021-05-24")
    (datetime.date(2019, 9, 30), datetime.date(2020, 12, 31), datetime.date(2021, 5, 24))
    """
    if (match := _PARTIAL.fullmatch(text)) is None:
        return parse_date(text)
    year, month = int(match["year"]), int(match["month"] or 12)
    if year < 1 or not 1 <= month <= 12:
        raise InvalidValue(expected="a day, a month (2019-09) or a year that exists", found=repr(text))
    return dt.date(year, month, calendar.monthrange(year, month)[1])


@dataclass(frozen=True, slots=True)
class Review:
    """A source of evidence.

    Attributes
    ----------
    published, last_search : str, optional
        A day, a month or a year, as exactly as it was read.
    stale_after_years : int
        When a search older than this is called old; our own judgment.
    statuses : mapping of str to Status
        How sure each of title, published, last_search, href and stale_after_years is.

    Examples
    --------
    >>> cer = reviews()["cer-227"]
    >>> cer.stale(dt.date(2024, 9, 30)), cer.stale(dt.date(2024, 10, 1))
    (False, True)
    >>> reviews()["acp-2017"].stale(dt.date(2026, 1, 1)) is None
    True
    """

    id: str
    review: str
    authors: str | None
    title: str
    published: str | None
    last_search: str | None
    href: str | None
    stale_after_years: int
    grading: str
    scope: str | None
    seen_as: str
    accessed: dt.date
    statuses: Mapping[str, Status]

    def stale(self, as_of: dt.date) -> bool | None:
        """Whether the last search is older than the stated years; None when its day is not known.

        A month counts from its last day, and the anniversary itself is not yet too late.
        """
        if self.last_search is None:
            return None
        searched = last_day(self.last_search)
        year = searched.year + self.stale_after_years
        day = min(searched.day, calendar.monthrange(year, searched.month)[1])
        return as_of > dt.date(year, searched.month, day)

    def doubt(self, name: str) -> str:
        """Say how sure a datum is wherever it is not verified."""
        status = self.statuses[name]
        return "" if status.certain else f" ({status})"


_DATA = ("title", "published", "last_search", "href", "stale_after_years")


def load_reviews(source: Readable) -> Mapping[str, Review]:
    """Read a file of reviews.

    Raises
    ------
    InvalidInput
        Ids used twice, dates that do not exist, a status that does not go with its value, an unknown mark.

    Examples
    --------
    >>> list(load_reviews(FOLDER / "reviews.yaml"))
    ['cer-227', 'cer-251', 'acp-2017']
    """
    document = read_yaml_document(source, ReviewFile)
    problems: list[Problem] = []
    found: dict[str, Review] = {}
    for index, row in enumerate(document.value.reviews):
        problems += _problems(document, index, row, taken=found)
        found[row.id] = _review(row)
    if problems:
        raise InvalidInput(problems)
    return found


def _review(row: ReviewRow) -> Review:
    return Review(
        id=row.id,
        review=row.review,
        authors=row.authors,
        title=row.title.value or "",
        published=row.published.value,
        last_search=row.last_search.value,
        href=row.href.value,
        stale_after_years=row.stale_after_years.value,
        grading=row.grading,
        scope=row.scope,
        seen_as=row.seen_as,
        accessed=row.accessed,
        statuses={name: getattr(row, name).status for name in _DATA},
    )


def _problems(
    document: Document[ReviewFile], index: int, row: ReviewRow, *, taken: Mapping[str, Review]
) -> list[Problem]:
    def problem(*keys: str, expected: str, found: str) -> Problem:
        return document.problem("reviews", index, *keys, expected=expected, found=found)

    problems = []
    if row.id in taken:
        problems.append(problem("id", expected="an id of its own", found=f"{row.id} again"))
    if row.seen_as not in MARKS:
        expected = "one of the marks " + ", ".join(MARKS)
        problems.append(problem("seen_as", expected=expected, found=repr(row.seen_as)))
    if row.title.value is None:
        problems.append(problem("title", "value", expected="a title", found="nothing"))
    if row.stale_after_years.value < 1:
        years = str(row.stale_after_years.value)
        problems.append(problem("stale_after_years", "value", expected="a year or more", found=years))
    for name in _DATA[:-1]:
        datum: TextDatum = getattr(row, name)
        if (datum.value is None) is not (datum.status is Status.UNKNOWN):
            expected = "the status unknown with the value null, and only with it"
            problems.append(problem(name, "status", expected=expected, found=datum.status.value))
        if datum.value is not None and name in ("published", "last_search"):
            try:
                last_day(datum.value)
            except InvalidValue as wrong:
                problems.append(problem(name, "value", expected=wrong.expected, found=wrong.found))
    return problems


@cache
def reviews() -> Mapping[str, Review]:
    """Return the reviews that ship with Allay."""
    return load_reviews(FOLDER / "reviews.yaml")
