"""Referrals and the episodes they open: a patient's way into a program."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

from allay_web.access.models import ProgramRecord


class ReferralStatus(models.TextChoices):
    """Where a referral stands."""

    OPEN = "open", "Open"
    WAITING = "waiting", "Waiting"
    ACCEPTED = "accepted", "Accepted"
    DECLINED = "declined", "Declined"


class Blocker(models.TextChoices):
    """What keeps a referral from moving."""

    NONE = "", "Nothing"
    INSURANCE_CARD = "insurance_card", "Insurance card missing"
    AUTHORIZATION = "authorization", "Waiting for authorization"
    RECORDS = "records", "Waiting for records"
    UNREACHED = "unreached", "Patient not reached"
    INTERPRETER = "interpreter", "Interpreter to arrange"
    TRANSPORT = "transport", "No way to get here"
    DECIDING = "deciding", "Patient is deciding"
    CAPACITY = "capacity", "No place free"
    OTHER = "other", "Something else"


class DeclineReason(models.TextChoices):
    """Why a referral was not taken up."""

    NOT_ELIGIBLE = "not_eligible", "Does not meet entry criteria"
    PAYER = "payer", "Payer does not cover the program"
    PATIENT = "patient", "Patient does not want it"
    UNREACHED = "unreached", "Patient could not be reached"
    ELSEWHERE = "elsewhere", "Better served elsewhere"
    DUPLICATE = "duplicate", "Already referred"
    OTHER = "other", "Another reason"


class Referral(ProgramRecord):
    """A request that a patient be seen by the program; it stays in every denominator."""

    patient = models.ForeignKey("people.Patient", on_delete=models.PROTECT, related_name="referrals")
    received_on = models.DateField()
    referred_by = models.CharField(max_length=120, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    status = models.CharField(max_length=10, choices=ReferralStatus.choices, default=ReferralStatus.OPEN)
    blocked_by = models.CharField(max_length=20, choices=Blocker.choices, blank=True)
    next_step = models.CharField(max_length=200, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    due_on = models.DateField(null=True, blank=True)
    decided_on = models.DateField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decline_reason = models.CharField(max_length=20, choices=DeclineReason.choices, blank=True)
    decision_note = models.CharField(max_length=500, blank=True)
    entry_key = models.UUIDField(default=uuid.uuid4, unique=True)  # a form sent twice makes one referral
    entered_at = models.DateTimeField(auto_now_add=True)

    class Meta(ProgramRecord.Meta):
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(status="declined") | ~models.Q(decline_reason=""),
                name="declined_with_a_reason",
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=["accepted", "declined"], decided_on__isnull=False)
                | models.Q(status__in=["open", "waiting"], decided_on__isnull=True),
                name="decided_has_a_date",
            ),
        ]
        indexes = [models.Index(fields=["program", "status", "received_on"], name="referral_worklist")]

    class Privacy:
        phi = ("reason", "next_step", "decision_note", "received_on", "due_on", "decided_on", "entered_at")
        limited = ("referred_by", "status", "blocked_by", "decline_reason", "owner", "decided_by")
        none = ("id", "program", "patient", "entry_key")

    def __str__(self) -> str:
        return f"referral {self.pk}"


class Contact(ProgramRecord):
    """One attempt to reach somebody about a referral."""

    class Channel(models.TextChoices):
        """How."""

        PHONE = "phone", "Phone"
        MESSAGE = "message", "Text message"
        EMAIL = "email", "E-mail"
        LETTER = "letter", "Letter"
        IN_PERSON = "in_person", "In person"

    class Outcome(models.TextChoices):
        """What came of it."""

        REACHED = "reached", "Reached"
        LEFT_MESSAGE = "left_message", "Left a message"
        NO_ANSWER = "no_answer", "No answer"
        WRONG_NUMBER = "wrong_number", "Wrong number"
        SENT = "sent", "Sent"

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="contacts")
    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    channel = models.CharField(max_length=12, choices=Channel.choices)
    outcome = models.CharField(max_length=16, choices=Outcome.choices)
    note = models.CharField(max_length=500, blank=True)
    entry_key = models.UUIDField(default=uuid.uuid4, unique=True)  # a form sent twice logs one contact

    class Privacy:
        phi = ("at", "note")
        limited = ("by", "channel", "outcome")
        none = ("id", "program", "referral", "entry_key")

    def __str__(self) -> str:
        return f"{self.get_channel_display()}: {self.get_outcome_display()}"


class Episode(ProgramRecord):
    """One patient's time in the program (FHIR EpisodeOfCare); everything else hangs on it."""

    class Status(models.TextChoices):
        """Whether the patient is in the program."""

        ACTIVE = "active", "In the program"
        COMPLETED = "completed", "Completed"
        LEFT = "left", "Left early"

    class Source(models.TextChoices):
        """How the episode came in."""

        REFERRAL = "referral", "Referral"
        REGISTRY = "registry", "Registry import"

    patient = models.ForeignKey("people.Patient", on_delete=models.PROTECT, related_name="episodes")
    referral = models.OneToOneField(
        Referral, null=True, blank=True, on_delete=models.PROTECT, related_name="episode"
    )
    source = models.CharField(max_length=10, choices=Source.choices, default=Source.REFERRAL)
    registry_key = models.CharField(max_length=80, blank=True)  # the registry's number; outlives a merge
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.ACTIVE)
    opened_on = models.DateField(null=True, blank=True)  # a registry may not say; no date is invented
    closed_on = models.DateField(null=True, blank=True)
    close_reason = models.CharField(max_length=200, blank=True)
    condition = models.CharField(max_length=200, blank=True)
    age_at_start = models.PositiveSmallIntegerField(null=True, blank=True)  # years; from a registry
    clinician = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta(ProgramRecord.Meta):
        constraints = [
            models.CheckConstraint(
                condition=models.Q(source="registry") | models.Q(opened_on__isnull=False),
                name="referred_episode_has_a_date",
            ),
            models.UniqueConstraint(
                fields=["program", "registry_key"],
                condition=~models.Q(registry_key=""),
                name="one_episode_per_registry_key",
            ),
        ]
        indexes = [models.Index(fields=["program", "status"], name="episode_by_status")]

    class Privacy:
        phi = ("opened_on", "closed_on", "close_reason", "registry_key")
        limited = ("source", "status", "condition", "age_at_start", "clinician")
        none = ("id", "program", "patient", "referral")

    def __str__(self) -> str:
        return f"episode {self.pk}"
