"""Wording and FHIR answers: what a file holds fits or its faults are named; what is written comes back."""

from __future__ import annotations

import copy
import io
import json
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from allay.base.errors import InvalidInput
from allay.interop.packsource import load_pack
from allay.interop.questionnaire import read_questionnaire
from allay.interop.questionnaire_out import questionnaire
from allay.interop.questionnaire_response import read_responses
from allay.measures.catalog import all_instruments, get
from allay.measures.pack import SOURCE, Pack, with_pack
from allay.measures.packfile import read_pack, to_file
from allay.measures.wording import Wording

SHIPPED = [(each.reference, language) for each in all_instruments() for language in each.languages]
WITH_ITEMS = [each.reference for each in all_instruments() if each.items]
KEYS = [
    "resourceType",
    "item",
    "linkId",
    "type",
    "text",
    "_text",
    "code",
    "system",
    "display",
    "extension",
    "url",
    "valueCoding",
    "valueInteger",
    "valueDecimal",
    "answerOption",
    "answerValueSet",
    "contained",
    "expansion",
    "contains",
    "answer",
    "status",
    "subject",
    "reference",
    "authored",
    "entry",
    "resource",
    "questionnaire",
    "language",
    "copyright",
    "readOnly",
    "repeats",
    "id",
    "instrument",
    "items",
    "answers",
]
WORDS = [
    "Questionnaire",
    "QuestionnaireResponse",
    "Bundle",
    "ValueSet",
    "choice",
    "integer",
    "group",
    "display",
    "completed",
    "phq9",
    "phq9_1",
    "44249-1",
    "44250-9",
    "LA6568-5",
    "http://loinc.org",
    "#a",
    "en",
    "es",
    "Patient/1",
    "2026-01-02",
]
scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 12),
    st.just(10**400),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(WORDS),
    st.text(max_size=8),
)
anything = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.sampled_from(KEYS), inner, max_size=5)
    ),
    max_leaves=25,
)
headed = st.builds(
    lambda kind, rest: {**rest, "resourceType": kind, "status": "completed"},
    st.sampled_from(["Questionnaire", "QuestionnaireResponse", "Bundle"]),
    st.dictionaries(st.sampled_from(KEYS), anything, max_size=6),
)


def stream(value: object) -> io.BytesIO:
    return io.BytesIO(json.dumps(value).encode())


def outcome(read, value):
    """Return what was read, or None when problems were named; any other error fails the test."""
    try:
        return read(stream(value), name="x")
    except InvalidInput as invalid:
        problems = invalid.problems
    assert problems
    assert all(problem.file == "x" and "\n" not in str(problem) for problem in problems)
    return None


def places(tree: object, keys: tuple = ()) -> list[tuple]:
    """Return the keys of every value in a tree."""
    found = [keys] if keys else []
    for key, value in tree.items() if isinstance(tree, dict) else enumerate(tree):
        found += places(value, (*keys, key)) if isinstance(value, dict | list) else [(*keys, key)]
    return found


def put(tree: object, keys: tuple, value: object) -> object:
    """Return the tree with another value in one place."""
    changed = copy.deepcopy(tree)
    inside = changed
    for key in keys[:-1]:
        inside = inside[key]
    inside[keys[-1]] = value
    return changed


RESPONSE = {
    "resourceType": "Bundle",
    "entry": [
        {
            "resource": {
                "resourceType": "QuestionnaireResponse",
                "status": "completed",
                "authored": "2026-01-02T10:00:00Z",
                "subject": {"reference": "Patient/A"},
                "item": [
                    {
                        "linkId": "phq9_1",
                        "answer": [{"valueCoding": {"system": "http://loinc.org", "code": "LA6569-3"}}],
                    },
                    {"linkId": "/44255-8", "answer": [{"valueInteger": 2}]},
                    {"linkId": "g", "item": [{"linkId": "44259-0", "answer": [{"valueDecimal": 3.0}]}]},
                ],
            }
        }
    ],
}
FORM = questionnaire(get("phq9"), language="en")
PACK_FILE = to_file(
    Pack("phq9", "1.0.0", "PHQ-9", "", get("phq9").wording_for("en")), get("phq9")
).model_dump(mode="json")
READERS = [load_pack, read_questionnaire, read_responses, read_pack]


@pytest.mark.parametrize("read", READERS)
def test_any_json_is_read_or_refused(read):
    @given(st.one_of(anything, headed))
    @example({"resourceType": "Questionnaire", "item": [{"linkId": "a", "type": "choice"}]})
    @example({"resourceType": "Bundle", "entry": [{"resource": {"resourceType": ["x"]}}]})
    @settings(suppress_health_check=[HealthCheck.too_slow])
    def hostile(value):
        outcome(read, value)

    hostile()


@pytest.mark.parametrize(
    ("read", "good"),
    [(load_pack, FORM), (load_pack, PACK_FILE), (read_responses, RESPONSE)],
    ids=["form", "pack", "response"],
)
def test_one_wrong_value_anywhere(read, good):
    where = places(good)
    assert outcome(read, good) is not None

    @given(st.sampled_from(where), anything)
    @settings(suppress_health_check=[HealthCheck.too_slow])
    def hostile(keys, value):
        outcome(read, put(good, keys, value))

    hostile()


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize("depth", [50, 110, 300, 700, 5000, 200_000])
@pytest.mark.parametrize("key", ["item", "other"])
def test_deep_nesting_is_refused_in_words(read, depth, key):
    text = '{"resourceType": "Questionnaire", "linkId": "a", "type": "group", "%s": [' % key  # noqa: UP031
    data = text * depth + "]}" * depth
    with pytest.raises(InvalidInput):
        read(io.BytesIO(data.encode()), name="x")


@pytest.mark.parametrize(("name", "language"), SHIPPED)
def test_a_form_of_shipped_wording_loads_back_equal(name, language):
    instrument = get(name)
    pack = read_questionnaire(stream(questionnaire(instrument, language=language)), instrument=instrument)
    assert replace(pack.wording, source="", status=None) == replace(
        instrument.wordings[language], source="", status=None
    )
    assert pack.notes == ()


letters = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=12)


@st.composite
def wordings(draw, name):
    """Draw a wording: any texts, labels, anchors and stem."""
    instrument = get(name)
    stem = draw(st.one_of(st.just(""), letters))
    anchored = {item.id for item in instrument.items if draw(st.booleans())}
    bare = {item.id for item in instrument.items[1:] if stem and draw(st.booleans())}
    return Wording(
        language=draw(st.sampled_from(["en", "es-US", "zh-Hant"])),
        stem=stem,
        items={item.id: draw(letters) for item in instrument.items},
        answers={
            item.id: tuple(
                str(answer.value) if item.id in anchored else draw(letters) for answer in item.answers
            )
            for item in instrument.items
        },
        attribution=draw(letters),
        source=SOURCE,
        status="secondary",
        anchors={item: (draw(letters), draw(letters)) for item in instrument.item_ids if item in anchored},
        without_stem=frozenset(bare),
    )


@pytest.mark.parametrize("name", WITH_ITEMS)
def test_any_wording_is_written_and_read_again(name):
    instrument = get(name)

    @given(wordings(name))
    @settings(max_examples=10, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
    def there_and_back(wording):
        pack = Pack(instrument.id, instrument.version, instrument.title, "for this test", wording)
        again = read_pack(stream(to_file(pack, instrument).model_dump(mode="json")), instrument=instrument)
        assert again == pack
        form = questionnaire(with_pack(instrument, pack), language=wording.language)
        read = read_questionnaire(stream(form), instrument=instrument, permission="for this test")
        assert read.wording == wording

    there_and_back()


@pytest.mark.parametrize(("name", "language"), SHIPPED)
def test_a_changed_or_dropped_answer_is_refused(name, language):
    instrument = get(name)
    form = questionnaire(instrument, language=language)
    values = [keys for keys in places(form) if keys[-1] in ("valueDecimal", "valueInteger")]
    options = [keys[: keys.index("answerOption") + 2] for keys in values if "answerOption" in keys]
    assert values

    @given(st.sampled_from(values), st.integers(-200, 200))
    def changed(keys, value):
        inside = form
        for key in keys:
            inside = inside[key]
        if value != inside:
            assert outcome(read_questionnaire, put(form, keys, value)) is None

    changed()
    for *keys, place in options:
        without = copy.deepcopy(form)
        inside = without
        for key in keys:
            inside = inside[key]
        del inside[place]
        assert outcome(read_questionnaire, without) is None


@pytest.mark.parametrize("name", WITH_ITEMS)
def test_answers_come_back_as_they_were_given(name):
    instrument = get(name)

    @given(st.data())
    @settings(max_examples=10)
    def there_and_back(data):
        given_answers = {
            item.id: data.draw(st.sampled_from([None, *(answer.value for answer in item.answers)]))
            for item in instrument.items
        }
        items = [
            {
                "linkId": item.id,
                "answer": [] if given_answers[item.id] is None else [coded(item, given_answers)],
            }
            for item in instrument.items
        ]
        head = {"resourceType": "QuestionnaireResponse", "status": "completed", "authored": "2026-01-02"}
        sheet = read_responses(stream({**head, "item": items}), instrument=instrument)
        assert sheet.frame.select(instrument.item_ids).to_dicts() == [given_answers]

    def coded(item, answers):
        answer = next(each for each in item.answers if each.value == answers[item.id])
        if answer.loinc:
            return {"valueCoding": {"system": "http://loinc.org", "code": answer.loinc}}
        return {"valueInteger": answer.value}

    there_and_back()
