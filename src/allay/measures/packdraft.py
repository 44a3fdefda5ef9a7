"""Drafts of packs: what a file says, with the place of each text, until a definition has checked it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from allay.base.errors import InvalidInput, Problem
from allay.base.messages import shown
from allay.base.status import Status
from allay.measures.instrument import Instrument
from allay.measures.items import Item
from allay.measures.pack import SOURCE, Pack, check_permitted
from allay.measures.wording import Wording

_NAMED = 6


@dataclass(frozen=True, slots=True)
class DraftAnswer:
    """One answer label with the value it stands for; None when the file does not say it in a way we read."""

    value: int | None
    label: str
    at: str
    field: str


@dataclass(frozen=True, slots=True)
class DraftItem:
    """One question: its text, its answers and the texts at both ends of a rating.

    Without answers the numbers themselves are offered; a rating of that kind needs both of its end texts.
    """

    id: str
    text: str
    answers: tuple[DraftAnswer, ...]
    at: str
    field: str
    low: str = ""
    high: str = ""
    with_stem: bool = True
    numbers: bool = False


@dataclass(frozen=True, slots=True)
class PackDraft:
    """A whole file: `problems` are those its reader has found already."""

    name: str
    instrument: Instrument
    language: str
    title: str
    attribution: str
    permission: str
    stem: str
    items: tuple[DraftItem, ...]
    top: tuple[str, str]
    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()

    def problem(self, at: str, field: str, *, expected: str, found: str) -> Problem:
        """Make a `Problem` for a place of the file."""
        return Problem(self.name, at, field, expected, found)


def fit(draft: PackDraft) -> Pack:
    """Check a draft against the definition of its instrument and make the pack.

    Raises
    ------
    InvalidInput
        Missing, unknown and double items; missing texts; answers missing, double or of another value.
    NotPermitted
        When the license lets no wording in, or needs a permission that is not stated.

    Examples
    --------
    >>> from allay.measures.catalog import get
    >>> peg = get("peg")
    >>> items = [DraftItem(i, "Text", (), "2", "text", "low", "high", numbers=True) for i in peg.item_ids]
    >>> draft = PackDraft("peg.csv", peg, "en", "PEG", "", "", "", tuple(items), ("1", "(header)"))
    >>> fit(draft).wording.answers["peg_1"][:3]
    ('0', '1', '2')
    """
    check_permitted(draft.instrument, permission=draft.permission)
    attribution = draft.attribution.strip() or _own_attribution(draft.instrument)
    problems = [*draft.problems, *_document(draft, attribution), *_items(draft)]
    if problems:
        raise InvalidInput(sorted(problems, key=_order))
    by_id = {item.id: item for item in draft.items}
    ordered = [(item, by_id[item.id]) for item in draft.instrument.items]
    stem = draft.stem.strip()
    wording = Wording(
        language=draft.language,
        stem=stem,
        items={item.id: given.text.strip() for item, given in ordered},
        answers={item.id: _labels(item, given) for item, given in ordered},
        attribution=attribution,
        source=SOURCE,
        status=Status.SECONDARY,
        anchors={item.id: (g.low.strip(), g.high.strip()) for item, g in ordered if g.low or g.high},
        without_stem=frozenset(item.id for item, given in ordered if stem and not given.with_stem),
    )
    return Pack(
        instrument=draft.instrument.id,
        version=draft.instrument.version,
        title=draft.title.strip(),
        permission=draft.permission.strip(),
        wording=wording,
        notes=tuple(dict.fromkeys((*draft.notes, *_differences(draft.instrument, wording)))),
    )


def _order(problem: Problem) -> int:
    """By line where there are lines; what a JSON pointer names stays in the order in which it was found."""
    return int(problem.at) if problem.at.isdecimal() else 0


def _own_attribution(instrument: Instrument) -> str:
    """The attribution of the same instrument's shipped text holds for its other texts."""
    return next((wording.attribution for wording in instrument.wordings.values()), "")


def _document(draft: PackDraft, attribution: str) -> Iterator[Problem]:
    at, field = draft.top
    if not attribution:
        yield draft.problem(at, field, expected="an attribution (copyright) to be shown", found="nothing")
    if not draft.title.strip():
        yield draft.problem(at, field, expected="a title that says where the text is from", found="nothing")


def _items(draft: PackDraft) -> Iterator[Problem]:
    at, field = draft.top
    given = [item.id for item in draft.items]
    for item in draft.instrument.items:
        if item.id not in given:
            code = f" (LOINC {item.loinc})" if item.loinc else ""
            expected = f"the item {item.id}{code} of {draft.instrument.reference}"
            yield draft.problem(at, field, expected=expected, found="no such question")
    seen: set[str] = set()
    for each in draft.items:
        if each.id not in draft.instrument.item_ids:
            listed = ", ".join(draft.instrument.item_ids[:_NAMED])
            expected = f"an item of {draft.instrument.reference} ({listed}, ...)"
            yield draft.problem(each.at, each.field, expected=expected, found=shown(each.id))
        elif each.id in seen:
            yield draft.problem(each.at, each.field, expected=f"{each.id} once", found="it again")
        else:
            seen.add(each.id)
            yield from _texts(draft, each, draft.instrument.item(each.id))


def _texts(draft: PackDraft, given: DraftItem, item: Item) -> Iterator[Problem]:
    def problem(expected: str, found: str) -> Problem:
        return draft.problem(given.at, given.field, expected=expected, found=found)

    if not given.text.strip():
        yield problem(f"a text for {item.id}", "nothing")
    ends = (bool(given.low.strip()), bool(given.high.strip()))
    if ends in ((True, False), (False, True)) or (given.numbers and ends != (True, True)):
        expected = f"texts at the lowest and the highest answer of {item.id}"
        yield problem(expected, "one of them" if any(ends) else "none")
    if given.numbers:
        return
    values = [answer.value for answer in given.answers]
    for answer in given.answers:
        if not answer.label.strip():
            expected = f"a text for this answer to {item.id}"
            yield draft.problem(answer.at, answer.field, expected=expected, found="nothing")
    if None in values:  # its reader has named it
        return
    permitted = [answer.value for answer in item.answers]
    for answer in given.answers:
        if answer.value not in permitted:
            listed = ", ".join(str(value) for value in sorted(permitted))
            expected = f"one of the answers {listed} to {item.id}"
            yield draft.problem(answer.at, answer.field, expected=expected, found=str(answer.value))
    for value in permitted:
        if values.count(value) != 1:
            found = "none" if value not in values else f"{values.count(value)} of them"
            yield problem(f"one answer with the value {value} to {item.id}", found)


def _labels(item: Item, given: DraftItem) -> tuple[str, ...]:
    if given.numbers:
        return tuple(str(answer.value) for answer in item.answers)
    labels = {answer.value: answer.label.strip() for answer in given.answers}
    return tuple(labels[answer.value] for answer in item.answers)


def _differences(instrument: Instrument, wording: Wording) -> Iterator[str]:
    """Say which texts have other words than the shipped text of the same language."""
    ours = instrument.wordings.get(wording.language)
    if ours is None:
        return
    if ours.stem and not wording.stem:
        yield f"there is no stem; the shipped text has one ({_brief(ours.stem)})"
    other = [item for item, text in wording.items.items() if _words(text) != _words(ours.items[item])]
    if other:
        yield f"other words than in the shipped text: {', '.join(other)}"
    labels = [item for item, given in wording.answers.items() if given != ours.answers[item]]
    if labels:
        yield f"other answer labels than in the shipped text: {', '.join(labels)}"


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def _brief(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"
