"""What patients read about evidence: both languages, every phrase in use, and easy to read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.data.readability import ease, grade, words

from allay.base.phrases import places
from allay.programs.evidence.cell import EvidenceStrength
from allay.programs.evidence.effect import EffectClass
from allay.programs.evidence.statement import statements
from allay.programs.services.catalog import all_services
from allay.reports.evidence_patient import catalog

REPORTS = Path(__file__).resolve().parents[2] / "src" / "allay" / "reports"
HIGHEST_GRADE = 6.0  # Flesch-Kincaid: the house plan's sixth grade
LOWEST_EASE = 70.0  # Fernandez-Huerta: "fairly easy"
LONG_ENOUGH = 8  # words; a formula of averages says nothing about a label
# Names of kinds of care, conditions and comparators are labels, and some have no plain word.
LABELS = ("service.", "condition.", "comparator.", "month.")
FILLED = {"condition": "Neck pain", "service": "Yoga", "comparator": "exercise", "review": "The review"}


def filled(text: str) -> str:
    return text.format(**{name: FILLED.get(name, "5") for name in places(text)})


SENTENCES = {name: phrase for name, phrase in catalog().items() if not name.startswith(LABELS)}


def test_as_a_whole_it_is_easy():
    english = " ".join(filled(p.en).rstrip(".?!:") + "." for p in SENTENCES.values())
    spanish = " ".join(filled(p.es).rstrip(".?!:") + "." for p in SENTENCES.values())
    assert grade(english) <= HIGHEST_GRADE
    assert ease(spanish) >= LOWEST_EASE


@pytest.mark.parametrize("name", sorted(SENTENCES))
def test_every_phrase_of_some_length_is_easy(name):
    english, spanish = filled(SENTENCES[name].en), filled(SENTENCES[name].es)
    if len(words(english)) >= LONG_ENOUGH:
        assert grade(english) <= HIGHEST_GRADE, (round(grade(english), 1), english)
    if len(words(spanish)) >= LONG_ENOUGH:
        assert ease(spanish) >= LOWEST_EASE, (round(ease(spanish), 1), spanish)


def test_all_that_is_said_has_a_phrase():
    known = set(catalog())
    assert {f"answer.{effect}" for effect in EffectClass} <= known
    assert {f"sure.{strength}" for strength in EvidenceStrength} <= known
    assert {each.plain for each in statements() if each.plain} <= known
    assert {f"harm.{service.id}" for service in all_services() if service.harms} <= known
    assert {name for name in known if name.startswith("harm.")} <= {f"harm.{s.id}" for s in all_services()}


def test_no_phrase_is_left_over():
    text = "".join(
        (REPORTS / name).read_text(encoding="utf-8")
        for name in ("evidence_patient.py", "evidence_html.py", "templates/evidence_patient.html")
    )
    said = set(re.findall(r"""["'](\w+\.\w+)["']""", text)) | {each.plain for each in statements()}
    families = (*LABELS, "answer.", "sure.", "window.", "outcome.", "harm.", "source.")
    assert [name for name in catalog() if name not in said and not name.startswith(families)] == []


def test_the_template_holds_no_words_of_its_own():
    text = (REPORTS / "templates" / "evidence_patient.html").read_text(encoding="utf-8")
    assert words(re.sub(r"\{%.*?%\}|\{\{.*?\}\}|<[^>]*>", " ", text, flags=re.DOTALL)) == []
