"""Patients: the people a program cares for, once each."""

from __future__ import annotations

from django.db import models

from allay_web.access.models import ProgramRecord
from allay_web.people.fields import NameKey, PhoneKey


class Language(models.TextChoices):
    """The language a patient wants to be spoken to in; Allay's own words exist in the first two."""

    ENGLISH = "en", "English"
    SPANISH = "es", "Spanish"
    OTHER = "other", "Another language"
    UNKNOWN = "", "Not recorded"


class Sex(models.TextChoices):
    """Sex as recorded (FHIR administrative gender)."""

    FEMALE = "female", "Female"
    MALE = "male", "Male"
    OTHER = "other", "Other"
    UNKNOWN = "", "Not recorded"


class PayerType(models.TextChoices):
    """Who pays, by kind."""

    MEDICARE = "medicare", "Medicare"
    MEDICAID = "medicaid", "Medicaid"
    COMMERCIAL = "commercial", "Commercial"
    WORKERS_COMPENSATION = "workers_compensation", "Workers' compensation"
    SELF_PAY = "self_pay", "Self-pay"
    OTHER = "other", "Other"
    UNKNOWN = "", "Not recorded"


class Patient(ProgramRecord):
    """A person under care. A registry's patient may have a pseudonym and no name."""

    given_name = models.CharField(max_length=80, blank=True)
    family_name = models.CharField(max_length=80, blank=True)
    pseudonym = models.CharField(max_length=80, blank=True)  # a registry's own number for the person
    record_number = models.CharField(max_length=40, blank=True)  # medical record number
    birth_date = models.DateField(null=True, blank=True)
    sex = models.CharField(max_length=10, choices=Sex.choices, blank=True)
    language = models.CharField(max_length=10, choices=Language.choices, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    email = models.EmailField(blank=True)
    best_time = models.CharField(max_length=80, blank=True)
    payer_type = models.CharField(max_length=30, choices=PayerType.choices, blank=True)
    payer_name = models.CharField(max_length=80, blank=True)
    name_key = NameKey(max_length=160, blank=True, editable=False)
    phone_key = PhoneKey(max_length=10, blank=True, editable=False)
    merged_into = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(ProgramRecord.Meta):
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(family_name="") | ~models.Q(pseudonym=""),
                name="patient_is_named",
                violation_error_message="A last name is needed.",
            ),
            models.UniqueConstraint(
                fields=["program", "pseudonym"],
                condition=~models.Q(pseudonym=""),
                name="one_patient_per_pseudonym",
            ),
        ]
        indexes = [
            models.Index(fields=["program", "family_name", "given_name"], name="patient_by_name"),
            models.Index(fields=["program", "birth_date"], name="patient_by_birth_date"),
            models.Index(fields=["program", "phone_key"], name="patient_by_phone"),
        ]

    class Privacy:
        phi = (
            "given_name",
            "family_name",
            "pseudonym",
            "record_number",
            "birth_date",
            "phone",
            "email",
            "best_time",
            "name_key",
            "phone_key",
        )
        limited = ("sex", "language", "payer_type", "payer_name", "created_at")
        none = ("id", "program", "merged_into")

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """Given and family name, or the pseudonym."""
        return f"{self.given_name} {self.family_name}".strip() or self.pseudonym
