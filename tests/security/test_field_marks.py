"""Every field of every model is marked: patient data (phi), limited data, or neither."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import models

from allay_web.access.models import ProgramRecord, ProgramRecords, Unscoped

OURS = [model for model in apps.get_models() if model.__module__.startswith("allay_web.")]
RECORDS = [model for model in OURS if issubclass(model, ProgramRecord)]


def each(chosen):
    return pytest.mark.parametrize("model", [pytest.param(m, id=m._meta.label) for m in chosen])


def fields(model: type[models.Model]) -> set[str]:
    """The names of a model's own fields."""
    return {field.name for field in model._meta.local_fields} | {f.name for f in model._meta.many_to_many}


@each(OURS)
def test_each_field_is_marked_once(model):
    marks = model.Privacy
    named = [*marks.phi, *marks.limited, *marks.none]
    assert sorted(named) == sorted(fields(model))


@each(OURS)
def test_what_names_a_person_is_marked(model):
    """The identifiers of 45 CFR 164.514(b)(2) by the words fields use for them."""
    identifiers = {"given_name", "family_name", "birth_date", "phone", "email", "record_number", "pseudonym"}
    if issubclass(model, ProgramRecord):
        assert fields(model) & identifiers <= set(model.Privacy.phi)


@each([model for model in RECORDS if "patient" in fields(model) or "episode" in fields(model)])
def test_free_text_about_a_patient_is_patient_data(model):
    free = {
        field.name
        for field in model._meta.local_fields
        if isinstance(field, models.TextField)
        or (isinstance(field, models.CharField) and not field.choices and (field.max_length or 0) >= 300)
    }
    assert free <= set(model.Privacy.phi)


@each(RECORDS)
def test_records_are_asked_for_by_program(model):
    assert isinstance(model.objects, ProgramRecords)
    for ask in (model.objects.all, model.objects.first, model.objects.count, model.objects.exists):
        with pytest.raises(Unscoped):
            ask()
    with pytest.raises(Unscoped):
        model.objects.create()


@each([m for m in OURS if any(f.name == "program" for f in m._meta.local_fields)])
def test_what_belongs_to_a_program_is_a_program_record(model):
    assert issubclass(model, ProgramRecord) or model._meta.label == "access.Membership"
