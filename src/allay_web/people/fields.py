"""Columns that follow other columns, so that people are found by name and phone however these are written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models

from allay_web.people.folding import digits, fold

if TYPE_CHECKING:
    from allay_web.people.models import Patient

    Text = models.CharField[str, str]
else:
    Text = models.CharField  # takes its types in stubs only


class NameKey(Text):
    """The folded given and family name; set whenever the record is saved, in bulk too."""

    def pre_save(self, model_instance: Any, add: bool) -> str:
        """Work the key out from the names."""
        patient: Patient = model_instance
        key = fold(f"{patient.given_name} {patient.family_name}")[: self.max_length]
        setattr(patient, self.attname, key)
        return key


class PhoneKey(Text):
    """The last ten digits of the phone number; set whenever the record is saved."""

    def pre_save(self, model_instance: Any, add: bool) -> str:
        """Work the key out from the phone number."""
        patient: Patient = model_instance
        key = digits(patient.phone)
        setattr(patient, self.attname, key)
        return key
