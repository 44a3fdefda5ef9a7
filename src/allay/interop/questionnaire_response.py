"""FHIR R4 QuestionnaireResponses become rows of answers, ready to be scored."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

import polars as pl

from allay.base.errors import InvalidInput, Problem
from allay.base.messages import shown
from allay.base.sources import Readable
from allay.base.tables import read_json
from allay.base.trees import pointer_to
from allay.interop.fhir import is_absent, item_codes, link_code, score_codes
from allay.interop.fhiranswer import answer_value
from allay.interop.fhirform import Form, Keys, questions
from allay.interop.fhirresponse import Response, ResponseFile, ResponseItem, answered, responses
from allay.interop.formchoice import choose, loincs
from allay.measures.catalog import all_instruments
from allay.measures.instrument import Instrument

RETRACTED = "entered-in-error"  # whoever sent it takes it back: it never happened
PASSED = ("patient_id", "date", "questionnaire", "response_status")
_PATIENT = re.compile(r"(?:^|/)Patient/([A-Za-z0-9\-.]{1,64})(?:/_history/[^/]+)?$")
_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})(T\d{2}:\d{2}.*)?", re.ASCII)
_FINAL = ("completed", "amended")


@dataclass(frozen=True, slots=True, eq=False)
class ResponseSheet:
    """The answers of some responses to one instrument.

    Attributes
    ----------
    instrument : Instrument
    frame : polars.DataFrame
        One row per response: ``patient_id, date, questionnaire, response_status`` as text, then a column of
        whole numbers per item; null is missing.
    notes : tuple of str
        What was passed over, and responses that are not final.
    problems : tuple of Problem
        What is wrong with the responses that were left out; empty unless asked to go on.
    """

    instrument: Instrument
    frame: pl.DataFrame
    notes: tuple[str, ...]
    problems: tuple[Problem, ...] = ()


def read_responses(
    source: Readable,
    *,
    instrument: Instrument | None = None,
    questionnaire: Readable | None = None,
    on_invalid: Literal["raise", "flag"] = "raise",
    instruments: Sequence[Instrument] | None = None,
    name: str | None = None,
) -> ResponseSheet:
    """Read a QuestionnaireResponse, or a Bundle that holds some.

    Items are known by link id: our item id, or an id that ends in the LOINC code. Where link ids are neither,
    the Questionnaire says which code each has. "Asked but declined" and other reasons for an absent answer
    are a missing answer, never zero. A response that is not final is taken, and named.

    Parameters
    ----------
    source : path or binary stream
        JSON.
    instrument : Instrument, optional
        By default the one to which all responses are.
    questionnaire : path or binary stream, optional
        The form that was answered.
    on_invalid : {'raise', 'flag'}
        Refuse the file when an answer is impossible, or leave that response out and keep the others.
    instruments : sequence of Instrument, optional
        The definitions to choose from; by default the catalog.
    name : str, optional
        What messages call the file.

    Raises
    ------
    InvalidInput
        Each problem by its JSON pointer.

    Examples
    --------
    >>> import io, json
    >>> items = [{"linkId": f"peg_{k}", "answer": [{"valueInteger": k}]} for k in (1, 2, 3)]
    >>> head = {"resourceType": "QuestionnaireResponse", "status": "completed", "authored": "2026-01-02"}
    >>> data = {**head, "subject": {"reference": "Patient/A"}, "item": items}
    >>> read_responses(io.BytesIO(json.dumps(data).encode())).frame.rows()
    [('A', '2026-01-02', None, 'completed', 1, 2, 3)]
    """
    label = name or (source if isinstance(source, str) else str(getattr(source, "name", "(stream)")))
    file = read_json(source, ResponseFile, name=label)
    found = list(responses(file))
    if not found:
        kind = getattr(file.root, "resource_type", None)
        said = "a Bundle without any" if kind is None else shown(kind)
        raise InvalidInput(Problem(label, "/", "resourceType", "a QuestionnaireResponse", said))
    form = read_json(questionnaire, Form) if questionnaire is not None else None
    known = all_instruments() if instruments is None else instruments
    if form and instrument is None:
        instrument = choose(form, questions(form), known, label)
    chosen, ours, notes = _ours(found, instrument, form, known, label)
    links = _links(form, chosen)
    problems: list[Problem] = []
    rows: list[dict[str, str | int | None]] = []
    for keys, response in ours:
        if response.status == RETRACTED:
            notes.append(f"{pointer_to(*keys) or '/'}: the response was {RETRACTED}; it was left out")
            continue
        reading = _Reading(label, chosen, links)
        row = reading.row(keys, response)
        notes += reading.notes
        problems += reading.problems
        if not reading.problems:
            rows.append(row)
    if problems and on_invalid == "raise":
        raise InvalidInput(problems)
    schema: dict[str, pl.DataType | type[pl.DataType]] = dict.fromkeys(PASSED, pl.String)
    schema |= dict.fromkeys(chosen.item_ids, pl.Int16)
    return ResponseSheet(chosen, pl.DataFrame(rows, schema=schema), tuple(notes), tuple(problems))


Found = list[tuple[Keys, Response]]


def _ours(
    found: Found,
    instrument: Instrument | None,
    form: Form | None,
    known: Sequence[Instrument],
    name: str,
) -> tuple[Instrument, Found, list[str]]:
    """Return the instrument, the responses to it, and a note on the others."""
    if instrument is not None:
        links = _links(form, instrument)
        ours = [(keys, each) for keys, each in found if _count(each, links)]
        if not ours:
            expected = f"answers to items of {instrument.reference}"
            said = f"none in {len(found)} response(s)"
            raise InvalidInput(Problem(name, pointer_to(*found[0][0]) or "/", "item", expected, said))
        left = len(found) - len(ours)
        return instrument, ours, [f"{left} response(s) to other forms left out"] if left else []
    choices = [_choice(response, keys, known, name) for keys, response in found]
    if len(set(choices)) > 1:
        listed = ", ".join(dict.fromkeys(each.reference for each in choices))
        expected = "responses to one instrument, or --instrument to say which"
        raise InvalidInput(Problem(name, "/entry", "entry", expected, listed))
    return choices[0], found, []


def _choice(response: Response, keys: Keys, known: Sequence[Instrument], name: str) -> Instrument:
    """Return the instrument with the most answered items; the address of the form decides between equals."""
    counts = {each: _count(response, _links(None, each)) for each in known if each.items}
    most = max(counts.values(), default=0)
    where = pointer_to(*keys, "item")
    if most == 0:
        expected = "link ids that are item ids or end in LOINC codes, or --instrument and --questionnaire"
        links = [shown(item.link_id) for _, item in answered(response, keys)][:4]
        raise InvalidInput(Problem(name, where, "item", expected, ", ".join(links) or "no items"))
    best = [each for each, count in counts.items() if count == most]
    tail = link_code(response.questionnaire.partition("|")[0])
    best = [each for each in best if tail in (each.id, str(each.loinc))] or best
    if len(best) > 1:
        listed = ", ".join(each.reference for each in best)
        raise InvalidInput(Problem(name, where, "item", "--instrument, as several have these items", listed))
    return best[0]


def _links(form: Form | None, instrument: Instrument) -> Mapping[str, str]:
    """Return the item id of every name by which a response may call an item."""
    known = item_codes(instrument)
    given = {
        question.item.link_id: known[code]
        for question in (questions(form) if form else ())
        for code in loincs(question.item)
        if code in known
    }
    return {**known, **given}


def _item_id(links: Mapping[str, str], link_id: str) -> str | None:
    return links.get(link_id) or links.get(link_code(link_id))


def _count(response: Response, links: Mapping[str, str]) -> int:
    return len({_item_id(links, item.link_id) for _, item in answered(response, ())} - {None})


@dataclass(slots=True)
class _Reading:
    """Reads one response; collects what is wrong and what is passed over."""

    name: str
    instrument: Instrument
    links: Mapping[str, str]
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def refuse(self, keys: Keys, expected: str, found: str) -> None:
        self.problems.append(Problem(self.name, pointer_to(*keys), str(keys[-1]), expected, found))

    def row(self, keys: Keys, response: Response) -> dict[str, str | int | None]:
        """Return the row of a response."""
        answers: dict[str, str | int | None] = dict.fromkeys(self.instrument.item_ids)
        seen: set[str] = set()
        scores = score_codes(self.instrument)
        for here, item in answered(response, keys):
            item_id = _item_id(self.links, item.link_id)
            if item_id is not None:
                if item_id in seen:
                    self.refuse((*here, "linkId"), f"{item_id} once in a response", "it again")
                seen.add(item_id)
                answers[item_id] = self.answer(here, item, item_id)
            elif item.answer and link_code(item.link_id) not in scores:
                self.notes.append(
                    f"{pointer_to(*here)}: the answer to {shown(item.link_id)} is none of "
                    f"{self.instrument.reference} and was passed over"
                )
        where = pointer_to(*keys) or "/"
        if response.status not in _FINAL:
            self.notes.append(f"{where}: the response is {response.status}; it was taken as it is")
        passed = {
            "patient_id": self.patient(response, where),
            "date": self.day(response, keys),
            "questionnaire": response.questionnaire or None,
            "response_status": response.status,
        }
        return {**passed, **answers}

    def answer(self, keys: Keys, item: ResponseItem, item_id: str) -> int | None:
        """Return the value of the answer; None for missing, whatever the reason."""
        if not item.answer:
            return None
        if len(item.answer) > 1:
            self.refuse((*keys, "answer"), f"one answer to {item_id}", f"{len(item.answer)}")
            return None
        if is_absent(item.answer[0]):
            return None
        number, complaint = answer_value(item.answer[0], self.instrument.item(item_id))
        if complaint:
            self.refuse((*keys, "answer", 0), *complaint)
        return number

    def patient(self, response: Response, where: str) -> str | None:
        """Return the id of the patient, else the reference as it stands."""
        subject = response.subject
        if subject and subject.reference:
            known = _PATIENT.search(subject.reference)
            return known[1] if known else subject.reference
        if subject and subject.identifier and subject.identifier.value:
            return subject.identifier.value
        self.notes.append(f"{where}: the response names no patient")
        return None

    def day(self, response: Response, keys: Keys) -> str | None:
        """Return the day on which it was answered, in the time zone in which it was written down."""
        if not response.authored:
            self.notes.append(f"{pointer_to(*keys) or '/'}: the response names no day")
            return None
        written = _DAY.fullmatch(response.authored)
        try:
            return date.fromisoformat(written[1] if written else "").isoformat()
        except ValueError:
            self.refuse(
                (*keys, "authored"), "a date as YYYY-MM-DD, perhaps with a time", shown(response.authored)
            )
            return None
