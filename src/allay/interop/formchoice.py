"""Which instrument a form is: by its code, else by its questions; never by a title."""

from __future__ import annotations

from collections.abc import Sequence

from allay.base.errors import InvalidInput, Problem
from allay.base.messages import shown
from allay.interop.fhir import LOINC, item_codes, link_code
from allay.interop.fhirform import Form, FormItem, Question
from allay.measures.instrument import Instrument

_NAMED = 6


def choose(form: Form, asked: Sequence[Question], known: Sequence[Instrument], name: str) -> Instrument:
    """Return the instrument the form's code names, else the one that has most of its questions."""
    codes = {coding.code for coding in form.code if coding.system.rstrip("/") == LOINC}
    if len(form.item) == 1 and form.item[0].type == "group":
        codes |= {coding.code for coding in form.item[0].code if coding.system.rstrip("/") == LOINC}
    coded = [each for each in known if each.loinc and str(each.loinc) in codes]
    if len(coded) == 1:
        return coded[0]

    def problem(at: str, expected: str, found: str) -> InvalidInput:
        return InvalidInput(Problem(name, at, at.rsplit("/", 1)[-1], expected, found))

    matched = {each: _matched(each, asked) for each in coded or known if each.items}
    most = max((len(items) for items in matched.values()), default=0)
    if most == 0:
        expected = "questions of one of our instruments, by LOINC code or item id"
        codes_said = f", with the code {shown(', '.join(sorted(codes)))}" if codes else ""
        raise problem("/item", expected, f"none among {len(asked)} questions{codes_said}")
    best = [each for each, items in matched.items() if len(items) == most]
    fewest = min(len(each.items) for each in best)
    best = [each for each in best if len(each.items) == fewest]
    if len(best) > 1:
        listed = ", ".join(each.reference for each in best)
        raise problem("/item", "--instrument, as several have these questions", listed)
    if 2 * most < len(best[0].items) or 2 * most < len(asked):
        some = ", ".join(sorted(matched[best[0]])[:_NAMED])
        found = f"{most} of the {len(best[0].items)} of {best[0].reference} ({some}) among {len(asked)}"
        raise problem("/item", "the questions of one of our instruments and no others", found)
    return best[0]


def _matched(instrument: Instrument, asked: Sequence[Question]) -> set[str]:
    known = item_codes(instrument)
    names = [
        name for question in asked for name in (link_code(question.item.link_id), *loincs(question.item))
    ]
    return {known[name] for name in names if name in known}


def loincs(item: FormItem) -> list[str]:
    return [coding.code for coding in item.code if coding.system.rstrip("/") == LOINC]
