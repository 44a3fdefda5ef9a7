"""The file of an analysis: cases, what was said in them, what coders saw there, and how they agreed."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import Field

from allay.base.documents import Strict
from allay.consensus.protocol.words import Id, Label, Text

LONGEST_QUOTE = 300
"""A quote is short: a longer one may show who is speaking."""


class InterviewCase(Strict):
    """An interview, by its code; `participants` took part in it."""

    id: Id
    participants: Annotated[int, Field(ge=1, le=1000)] = 1
    setting: Label | None = None
    on: dt.date | None = None


class Coder(Strict):
    """Somebody who judges which category occurs in which case: a code and a role, no name."""

    id: Id
    role: Label


class Memo(Strict):
    """A note on the analysis, of everything or of a case or domain."""

    id: Id
    on: dt.date | None = None
    case: Id | None = None
    domain: Id | None = None
    coder: Id | None = None
    text: Text


class Quote(Strict):
    """A place in an interview; its words are optional and short."""

    id: Id
    case: Id
    domain: Id
    category: Id | None = None
    locator: Label | None = None
    text: Annotated[str, Field(min_length=1, max_length=LONGEST_QUOTE)] | None = None


class ThemeCategory(Strict):
    """A category within a domain: what several core ideas have in common."""

    id: Id
    name: Label
    meaning: Text | None = None


class Domain(Strict):
    """A topic that interviews are divided into.

    Attributes
    ----------
    not_asked : tuple of str
        Cases in which the topic did not come up because it was not asked; they are not counted.
    """

    id: Id
    name: Label
    categories: tuple[ThemeCategory, ...] = ()
    not_asked: tuple[Id, ...] = ()


class CoreIdeas(Strict):
    """What was said in a case on a domain, in the words of the analysts."""

    case: Id
    domain: Id
    ideas: Annotated[tuple[Text, ...], Field(min_length=1)]


class Coding(Strict):
    """What one coder saw in one case and domain, before any discussion.

    Attributes
    ----------
    categories : tuple of str
        Those that occur; the others of the domain do not, by this coder's judgment.
    """

    coder: Id
    case: Id
    domain: Id
    categories: tuple[Id, ...] = ()


class Settlement(Strict):
    """How a difference between coders was settled.

    Attributes
    ----------
    present : bool
        Whether the category occurs in the case after all.
    how : {"discussed", "auditor"}
        The coders came to one mind, or an auditor decided.
    by : str
        Role of who settled it, no name.
    """

    case: Id
    category: Id
    present: bool
    how: Literal["discussed", "auditor"]
    by: Label
    on: dt.date | None = None
    reason: Text


class ThemesFile(Strict):
    """An analysis of interviews by consensual qualitative research.

    Attributes
    ----------
    labels : str
        Rule of labels by case counts (`allay consensus themes rules`).

    Examples
    --------
    >>> ThemesFile(id="a", title="Coverage", cases=({"id": "P01"},), coders=({"id": "c1", "role": "r"},),
    ...     domains=({"id": "payment", "name": "Payment"},)).labels
    'hill-2005'
    """

    format: Literal["allay-consensus-themes/1"] = "allay-consensus-themes/1"
    id: Id
    synthetic: bool = False
    title: Label
    question: Text | None = None
    labels: Id = "hill-2005"
    cases: Annotated[tuple[InterviewCase, ...], Field(min_length=1)]
    coders: Annotated[tuple[Coder, ...], Field(min_length=1)]
    domains: Annotated[tuple[Domain, ...], Field(min_length=1)]
    core_ideas: tuple[CoreIdeas, ...] = ()
    codings: tuple[Coding, ...] = ()
    settlements: tuple[Settlement, ...] = ()
    memos: tuple[Memo, ...] = ()
    quotes: tuple[Quote, ...] = ()
