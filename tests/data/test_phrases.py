"""Allay's own words for patients: both languages, the same places to fill in, and easy to read.

English: Flesch-Kincaid grade level (Kincaid and others 1975), at most 6.
Spanish: Fernandez-Huerta (1959), at least 70 ("fairly easy").
"""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from tests.data.readability import ease, english_syllables, grade, spanish_syllables, words

from allay.base.errors import InvalidInput, NotFound
from allay_web.outcomes import phrases

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = ROOT / "src" / "allay_web"

HIGHEST_GRADE = 6.0
LOWEST_EASE = 70.0
LONG_ENOUGH = 8  # words; a formula of averages says nothing about a label

FILLED = {"phone": "988", "total": "19", "number": "3", "minutes": "2", "left": "4", "days": "14"}


def filled(text: str) -> str:
    return text.format(**{name: FILLED[name] for name in phrases.places(text)})


@pytest.mark.parametrize(
    ("word", "count"),
    [("the", 1), ("team", 1), ("answer", 2), ("date", 1), ("table", 2), ("saved", 1), ("needed", 2),
     ("interpreter", 4), ("questions", 2), ("please", 1), ("example", 3), ("closes", 2), ("you", 1)],
)  # fmt: skip
def test_english_syllables(word, count):
    assert english_syllables(word) == count


@pytest.mark.parametrize(
    ("word", "count"),
    [("usted", 2), ("día", 2), ("respuestas", 3), ("guardado", 3), ("quiere", 2), ("nació", 2), ("ayuda", 3),
     ("enlace", 3), ("leer", 2), ("hay", 1), ("teléfono", 4), ("y", 1), ("equipo", 3), ("idea", 3)],
)  # fmt: skip
def test_spanish_syllables(word, count):
    assert spanish_syllables(word) == count


def test_the_formulas_tell_easy_from_hard():
    hard = "Individuals experiencing considerable psychological deterioration necessitate evaluation."
    assert grade(hard) > 15
    assert grade("We can call you. You can call us.") < 2
    duro = "Las instituciones especializadas proporcionan evaluaciones multidisciplinarias individualizadas."
    assert ease(duro) < 20
    assert ease("Le vamos a llamar. Usted no paga nada.") > 90


def test_english_as_a_whole_is_at_grade_six_or_below():
    text = " ".join(filled(p.en).rstrip(".?!:") + "." for p in phrases.catalog().values())
    assert grade(text) <= HIGHEST_GRADE


def test_spanish_as_a_whole_is_easy():
    text = " ".join(filled(p.es).rstrip(".?!:") + "." for p in phrases.catalog().values())
    assert ease(text) >= LOWEST_EASE


@pytest.mark.parametrize("name", sorted(phrases.catalog()))
def test_every_phrase_of_some_length_is_easy(name):
    phrase = phrases.catalog()[name]
    english, spanish = filled(phrase.en), filled(phrase.es)
    if len(words(english)) >= LONG_ENOUGH:
        assert grade(english) <= HIGHEST_GRADE, (round(grade(english), 1), english)
    if len(words(spanish)) >= LONG_ENOUGH:
        assert ease(spanish) >= LOWEST_EASE, (round(ease(spanish), 1), spanish)


def said() -> dict[str, set[str]]:
    """Phrase ids used in templates and code, and where."""
    found: dict[str, set[str]] = {}
    for path in TEMPLATES.rglob("*"):
        if path.suffix == ".html":
            names = re.findall(r"""\{%\s*say\s+["']([\w.]+)["']""", path.read_text())
        elif path.suffix == ".py":
            names = re.findall(r"""["'](\w+\.\w+)["']""", path.read_text())
        else:
            continue
        for name in names:
            found.setdefault(name, set()).add(path.name)
    return found


def test_every_phrase_a_template_says_exists():
    known = set(phrases.catalog())
    html = {
        name
        for path in TEMPLATES.rglob("*.html")
        for name in re.findall(r"""\{%\s*say\s+["']([\w.]+)["']""", path.read_text())
    }
    assert html
    assert html <= known


def test_no_phrase_is_left_over():
    assert set(phrases.catalog()) <= set(said())


def test_patient_templates_hold_no_words_of_their_own():
    for path in (TEMPLATES / "outcomes" / "templates" / "outcomes" / "patient").glob("*.html"):
        text = re.sub(r"\{%.*?%\}|\{\{.*?\}\}|<[^>]*>", " ", path.read_text(), flags=re.DOTALL)
        assert not words(text), path.name


@pytest.mark.parametrize(
    ("text", "said_to_be_wrong"),
    [
        ("phrases:\n  a: {en: 'Hello'}\n", "es"),
        ("phrases:\n  a: {en: 'Call {phone}', es: 'Llame'}\n", "places"),
        ("phrases:\n  a: {en: '', es: ''}\n", "en"),
        ("phrases:\n  a: {en: 'x', es: 'x', fr: 'x'}\n", "fr"),
        ("phrases:\n  a: {en: 'x', es: 'x'}\n  a: {en: 'y', es: 'y'}\n", "a"),
    ],
    ids=["one language", "places differ", "empty", "unknown language", "twice"],
)
def test_a_faulty_file_is_refused_by_line(text, said_to_be_wrong):
    with pytest.raises(InvalidInput) as refusal:
        phrases.read_phrases(io.BytesIO(text.encode()))
    assert said_to_be_wrong in str(refusal.value)


def test_saying_what_there_is_not_is_an_error():
    with pytest.raises(NotFound):
        phrases.phrase("link.titel", language="en")
    with pytest.raises(NotFound):
        phrases.phrase("link.title", language="fr")
    with pytest.raises(NotFound):
        phrases.phrase("question.progress", language="en", number=1)
