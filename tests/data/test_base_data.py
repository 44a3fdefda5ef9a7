"""Every fact and vocabulary entry that `allay.base` ships has a source, a status and a good form."""

from __future__ import annotations

import datetime as dt
import re
from importlib.resources import files
from pathlib import Path

import pytest

from allay.base.facts import load_facts
from allay.base.status import MARKS
from allay.base.vocabulary import professions, services

FOLDER = files("allay.base") / "data"
FACTS = list(load_facts(FOLDER / "facts"))


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.id)
def test_facts(fact):
    assert fact.label[0].isupper()
    for value in fact.values:
        assert all(reference.seen_as in MARKS for reference in value.references)


def test_there_are_facts():
    assert {fact.id for fact in FACTS} == {"us.cms.cell_suppression.largest_hidden"}


@pytest.mark.parametrize("entry", [*services(), *professions()], ids=lambda entry: entry.id)
def test_vocabulary(entry):
    assert entry.id == entry.id.lower()
    assert entry.id.replace("_", "").isalnum()
    assert entry.label[0].isupper()
    assert entry.reference.title


def test_labels_and_codes_are_not_shared():
    for entries in (services(), professions()):
        labels = [entry.label for entry in entries]
        assert len(set(labels)) == len(labels)
    codes = [profession.nucc for profession in professions() if profession.nucc]
    assert len(set(codes)) == len(codes)


def test_every_service_the_programs_name_is_there():
    wanted = (
        "cognitive_behavioral_therapy acceptance_commitment_therapy mindfulness_stress_reduction "
        "pain_education sleep_education physical_therapy occupational_therapy graded_exercise yoga "
        "tai_chi_qigong acupuncture chiropractic massage reiki music_therapy guided_imagery "
        "biofeedback hypnosis nutrition culinary_group health_coaching peer_support alumni_group "
        "medical_visit medication_review taper_support interventional_referral care_coordination "
        "social_help legal_help tele_mentoring"
    )
    assert {service.id for service in services()} == set(wanted.split())


def test_the_example_of_the_how_to_page_is_a_fact(tmp_path):
    page = (Path(__file__).parents[2] / "docs" / "how-to" / "add-a-fact.md").read_text(encoding="utf-8")
    first, change = re.findall(r"```yaml\n(.*?)```", page, flags=re.DOTALL)
    file = tmp_path / "us.medicare.acupuncture.visits_first_block.yaml"
    file.write_text(first + change, encoding="utf-8")
    fact = next(iter(load_facts(tmp_path)))
    assert fact.on(dt.date(2026, 12, 31)).value == 12
    assert fact.on(dt.date(2027, 1, 1)).value == 10
    assert fact.on(dt.date(2027, 1, 1), known_on=dt.date(2026, 12, 1)).value == 12
