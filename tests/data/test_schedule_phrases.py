"""Words of patients' calendars: easy to read in both languages, all of them used, of services there are."""

from __future__ import annotations

import pytest
from tests.data.readability import ease, grade, words

from allay.interop.schedule_words import catalog
from allay.programs.services.catalog import all_services

HIGHEST_GRADE = 6.0
LOWEST_EASE = 70.0
# Not in our vocabulary of services, but what generated problems and small programs call theirs.
PLAIN = {"psychology", "exercise", "group_visit"}
FILLED = {
    "service": "Yoga",
    "room": "1",
    "first": "Ann",
    "second": "Bo",
    "number": "3",
    "count": "8",
    "what": "Yoga",
}


def sentences(language: str) -> str:
    found = []
    for name, phrase in catalog().items():
        if not name.startswith("service."):
            found.append(phrase.text(language).format(**FILLED).rstrip(".") + ".")
    return " ".join(found)


def test_both_languages_are_easy():
    assert grade(sentences("en")) <= HIGHEST_GRADE
    assert ease(sentences("es")) >= LOWEST_EASE


@pytest.mark.parametrize("name", sorted(name for name in catalog() if name.startswith("service.")))
def test_a_service_is_one_there_is_and_is_named_in_few_words(name):
    service = name.removeprefix("service.")
    assert service in {one.id for one in all_services()} | PLAIN
    for text in (catalog()[name].en, catalog()[name].es):
        assert len(words(text)) <= 5
        assert len(text) <= 30


def test_no_phrase_names_a_condition_or_a_medicine():
    named = {"pain", "dolor", "opioid", "opioide", "opioides", "depression", "depresión"}
    for phrase in catalog().values():
        assert not named & set(words(f"{phrase.en} {phrase.es}".lower()))
