"""Every fact and vocabulary entry that `allay.base` ships has a source, a status and a good form."""

from __future__ import annotations

from importlib.resources import files

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
