"""A FHIR R4 Questionnaire becomes a pack, when it fits the definition of one of our instruments."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from allay.base.errors import Problem
from allay.base.messages import shown
from allay.base.sources import Readable
from allay.base.tables import read_json
from allay.base.trees import pointer_to
from allay.interop.fhir import (
    CALCULATED,
    MAXIMUM,
    MINIMUM,
    Value,
    is_absent,
    item_codes,
    link_code,
    named,
    number_text,
    score_codes,
)
from allay.interop.fhiranswer import answer_value
from allay.interop.fhirform import Form, Keys, Question, options, questions
from allay.interop.formchoice import choose, loincs
from allay.interop.formtexts import FormTexts, form_texts
from allay.measures.catalog import all_instruments
from allay.measures.instrument import Instrument
from allay.measures.items import Item
from allay.measures.pack import Pack
from allay.measures.packdraft import DraftAnswer, DraftItem, PackDraft, fit


def read_questionnaire(
    source: Readable,
    *,
    instrument: Instrument | None = None,
    language: str | None = None,
    permission: str = "",
    attribution: str = "",
    instruments: Sequence[Instrument] | None = None,
    name: str | None = None,
) -> Pack:
    """Read a pack from a FHIR R4 Questionnaire (JSON) and check it against its instrument.

    A question is known by its LOINC code, or by a link id that ends in that code or is our item id. An answer
    is known by its LOINC answer code, by a value extension or by being a number; where several are given
    they must agree. Neither order nor labels decide anything. Texts, groups and calculated scores may stand
    in the form besides; any other question makes it another form.

    Parameters
    ----------
    source : path or binary stream
    instrument : Instrument, optional
        The definition to check against; by default the one the form's codes name.
    language : str, optional
        Take the form's translations into this language; by default the texts of the form itself.
    permission : str
        Who permits the use of the wording.
    attribution : str
        What must be shown with it, where the form has no copyright text.
    instruments : sequence of Instrument, optional
        The definitions to choose from; by default the catalog.
    name : str, optional
        What messages call the file.

    Raises
    ------
    InvalidInput
        Each place that does not fit, by its JSON pointer.
    NotPermitted
        When the license lets no wording in, or needs a permission that is not stated.

    Examples
    --------
    >>> import io, json
    >>> from allay.interop.questionnaire_out import questionnaire
    >>> from allay.measures.catalog import get
    >>> written = io.BytesIO(json.dumps(questionnaire(get("gad7"), language="en")).encode())
    >>> read_questionnaire(written, name="gad7.json").reference
    'gad7@1.0.0'
    """
    label = name or (source if isinstance(source, str) else str(getattr(source, "name", "(stream)")))
    form = read_json(source, Form, name=label)
    asked = questions(form)
    chosen = instrument or choose(
        form, asked, all_instruments() if instruments is None else instruments, label
    )
    reading = _Reading(form, label, chosen, form_texts(form, language=language, name=label))
    items = [item for question in asked if (item := reading.item(question))]
    stem, items = _one_stem(items)
    if reading.left_out:
        reading.notes.append("left out: " + "; ".join(reading.left_out))
    return fit(
        PackDraft(
            name=label,
            instrument=chosen,
            language=reading.texts.language,
            title=", ".join(part for part in (form.title or form.name or label, *_edition(form)) if part),
            attribution=form.copyright or attribution,
            permission=permission,
            stem=stem,
            items=tuple(item for item, _ in items),
            top=("/item", "item"),
            problems=tuple(reading.problems),
            notes=tuple(note for note in (reading.texts.note, *reading.notes) if note),
        )
    )


def _edition(form: Form) -> Iterator[str]:
    if form.version:
        yield f"version {form.version}"
    yield form.publisher
    yield form.date[:10]


@dataclass(slots=True)
class _Reading:
    """Reads the questions of one form; collects what does not fit and what is left out."""

    form: Form
    name: str
    instrument: Instrument
    texts: FormTexts
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)

    def refuse(self, keys: Keys, expected: str, found: str) -> None:
        self.problems.append(Problem(self.name, pointer_to(*keys), str(keys[-1]), expected, found))

    def item(self, question: Question) -> tuple[DraftItem, str] | None:
        """Return the question as an item with its stem; None when it is none of the instrument."""
        item = self.match(question)
        if item is None:
            return None
        here = question.item
        if here.repeats:
            self.refuse((*question.keys, "repeats"), f"one answer to {item.id}", "repeats")
        low, high = self.ends(question)
        stems = (self.texts.of(heading.text, heading.element) for heading in question.headings)
        for heading in question.headings:
            if heading.text.strip() and not self.texts.of(heading.text, heading.element):
                expected = f"a translation of this text into {self.texts.language}"
                self.refuse((*heading.keys, "text"), expected, "none")
        numbers = here.type in ("integer", "decimal")
        draft = DraftItem(
            id=item.id,
            text=self.texts.of(here.text, here.text_element),
            answers=() if numbers else tuple(self.answers(question, item)),
            at=pointer_to(*question.keys, "text"),
            field="text",
            low=low,
            high=high,
            numbers=numbers,
        )
        if numbers:
            self.range(question, item)
        return draft, "\n".join(stem for stem in stems if stem)

    def match(self, question: Question) -> Item | None:
        """Return the definition's item; name a question that is not of the instrument."""
        here = question.item
        known = item_codes(self.instrument)
        codes = loincs(here)
        by_code = {known[code] for code in codes if code in known}
        by_link = {known[name] for name in (link_code(here.link_id),) if name in known}
        found = by_code | by_link
        if len(found) > 1:
            listed = " and ".join(sorted(found))
            self.refuse((*question.keys, "code"), "the code and the link id of one item", listed)
        elif found:
            item = self.instrument.item(next(iter(found)))
            if codes and not by_code and item.loinc:
                expected = f"the LOINC code {item.loinc} of {item.id}"
                self.refuse((*question.keys, "code"), expected, shown(", ".join(codes)))
            return item
        elif {*codes, link_code(here.link_id)} & score_codes(self.instrument):
            self.left_out.append(f"the score {shown(', '.join(codes) or here.link_id)}")
        elif here.read_only or named(here.extension, CALCULATED):
            self.left_out.append(f"the calculated {shown(here.link_id)}")
        else:
            expected = f"only questions of {self.instrument.reference}"
            said = f"the question {shown(here.link_id)}"
            self.refuse(
                question.keys, expected, said + (f" (LOINC {shown(', '.join(codes))})" if codes else "")
            )
        return None

    def ends(self, question: Question) -> tuple[str, str]:
        """Return the texts at the lowest and the highest answer, as SDC forms carry them."""
        found = {"lower": "", "upper": ""}
        for child in question.item.item:
            for end in found:
                if child.type == "display" and end in child.control():
                    found[end] = self.texts.of(child.text, child.text_element)
        return found["lower"], found["upper"]

    def range(self, question: Question, item: Item) -> None:
        """A number must be asked for in the range of the definition."""
        for url, word, expected in ((MINIMUM, "minValue", item.minimum), (MAXIMUM, "maxValue", item.maximum)):
            extension = named(question.item.extension, url)
            number = extension.number if extension else None
            if number != expected:
                said = f"the extension {word} with {expected}, as answers to {item.id} have"
                found = "none" if number is None else number_text(number)
                self.refuse((*question.keys, "extension"), said, found)

    def answers(self, question: Question, item: Item) -> Iterator[DraftAnswer]:
        """Yield the answers offered; those that only say why there is no answer are left out."""
        here = question.item
        if here.type != "choice":
            expected = f"the type choice, integer or decimal for {item.id}"
            self.refuse((*question.keys, "type"), expected, shown(here.type))
        offered = options(self.form, question)
        if offered is None:
            expected = "the answers inside this form"
            self.refuse((*question.keys, "answerValueSet"), expected, shown(here.answer_value_set))
        for keys, value in offered or ():
            if is_absent(value):
                continue
            number, complaint = answer_value(value, item)
            if complaint is not None:
                self.refuse(keys, *complaint)
            label, at = self.label(value, keys)
            yield DraftAnswer(number, label, pointer_to(*at), str(at[-1]))
        if offered is None:
            yield DraftAnswer(None, "unread", pointer_to(*question.keys), "answerValueSet")

    def label(self, value: Value, keys: Keys) -> tuple[str, Keys]:
        coding = value.value_coding
        if coding:
            inside = (*keys, "valueCoding") if "answerOption" in keys else keys
            return self.texts.of(coding.display, coding.display_element), (*inside, "display")
        number = value.value_integer if value.value_integer is not None else value.value_decimal
        return (value.value_string or "" if number is None else number_text(number)), keys


def _one_stem(items: Sequence[tuple[DraftItem, str]]) -> tuple[str, list[tuple[DraftItem, str]]]:
    """Return the stem the items share; where there are several, each goes above the text of its items."""
    stems = list(dict.fromkeys(stem for _, stem in items if stem))
    if len(stems) <= 1:
        return "".join(stems), [(replace(item, with_stem=bool(stem)), stem) for item, stem in items]
    return "", [
        (replace(item, text=f"{stem}\n{item.text}" if stem and item.text else item.text), stem)
        for item, stem in items
    ]
