"""Questionnaires assigned and answered, the scores they give, and the private links patients open."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from allay_web.access.models import ProgramRecord


class Assignment(ProgramRecord):
    """One instrument asked of one patient at one time point (FHIR QuestionnaireResponse)."""

    class Status(models.TextChoices):
        """How far it is."""

        OPEN = "open", "Not started"
        STARTED = "started", "Started"
        COMPLETED = "completed", "Completed"
        CLOSED = "closed", "Closed without answers"

    class Mode(models.TextChoices):
        """How the answers were given."""

        SELF = "self", "By the patient, on a private link"
        PHONE = "phone", "By phone"
        INTERPRETER = "interpreter", "With an interpreter"
        PAPER = "paper", "From paper"
        IN_PERSON = "in_person", "In person"

    episode = models.ForeignKey("enrolment.Episode", on_delete=models.PROTECT, related_name="assignments")
    instrument = models.CharField(max_length=40)
    version = models.CharField(max_length=20)
    timepoint = models.CharField(max_length=20)
    due_on = models.DateField()
    closes_on = models.DateField()
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.OPEN)
    mode = models.CharField(max_length=12, choices=Mode.choices, blank=True)
    language = models.CharField(max_length=10, blank=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    started_at = models.DateTimeField(null=True, blank=True)
    completed_at = models.DateTimeField(null=True, blank=True)
    not_asked = models.JSONField(default=list)  # item ids held back, with nobody on duty
    why_closed = models.CharField(max_length=200, blank=True)

    class Meta(ProgramRecord.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["episode", "instrument", "timepoint"], name="asked_once_per_time_point"
            ),
            models.CheckConstraint(
                condition=~models.Q(status="completed") | models.Q(completed_at__isnull=False),
                name="completed_has_a_time",
            ),
        ]
        indexes = [models.Index(fields=["program", "status", "due_on"], name="assignment_worklist")]

    class Privacy:
        phi = ("due_on", "closes_on", "started_at", "completed_at", "why_closed")
        limited = ("status", "mode", "language", "entered_by", "not_asked")
        none = ("id", "program", "episode", "instrument", "version", "timepoint")

    def __str__(self) -> str:
        return f"{self.instrument} at {self.timepoint}"


class Answer(ProgramRecord):
    """The answer to one item; `value` is empty where the patient chose not to answer."""

    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="answers")
    item = models.CharField(max_length=40)
    value = models.SmallIntegerField(null=True)
    saved_at = models.DateTimeField()

    class Meta(ProgramRecord.Meta):
        constraints = [models.UniqueConstraint(fields=["assignment", "item"], name="one_answer_per_item")]

    class Privacy:
        phi = ("value", "saved_at")
        limited = ()
        none = ("id", "program", "assignment", "item")

    def __str__(self) -> str:
        return f"answer to {self.item}"


class RegistryImport(ProgramRecord):
    """A file of past assessments that was taken into the program."""

    map_id = models.CharField(max_length=60)
    sha256 = models.CharField(max_length=64)
    rows = models.PositiveIntegerField()
    counts = models.JSONField(default=dict)
    scales = models.JSONField(default=dict)  # what each imported scale is: label, direction, unit, source
    imported_at = models.DateTimeField()
    imported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Privacy:
        phi = ()
        limited = ("imported_by", "imported_at")
        none = ("id", "program", "map_id", "sha256", "rows", "counts", "scales")

    def __str__(self) -> str:
        return f"{self.map_id} {self.sha256[:8]}"


class Score(ProgramRecord):
    """One scale's score at one time point, with the version of the definition that made it."""

    episode = models.ForeignKey("enrolment.Episode", on_delete=models.PROTECT, related_name="scores")
    assignment = models.ForeignKey(Assignment, null=True, on_delete=models.PROTECT, related_name="scores")
    registry_import = models.ForeignKey(
        RegistryImport, null=True, on_delete=models.PROTECT, related_name="scores"
    )
    instrument = models.CharField(max_length=40)
    version = models.CharField(max_length=20)
    scale = models.CharField(max_length=40)
    timepoint = models.CharField(max_length=20)
    on = models.DateField(null=True)  # a registry may not say; no date is invented
    raw = models.FloatField(null=True)
    score = models.FloatField(null=True)
    se = models.FloatField(null=True)
    band = models.CharField(max_length=40, blank=True)
    answered = models.PositiveSmallIntegerField(null=True)
    items = models.PositiveSmallIntegerField(null=True)
    status = models.CharField(max_length=12)
    reason = models.CharField(max_length=200, blank=True)

    class Meta(ProgramRecord.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["episode", "instrument", "scale", "timepoint"], name="one_score_per_time_point"
            )
        ]
        indexes = [
            # Holds all that a dashboard reads of a score, so that it never touches the rows themselves.
            models.Index(
                fields=["program", "instrument", "scale", "timepoint", "episode", "score"],
                name="score_by_scale",
            )
        ]

    class Privacy:
        phi = ("on",)
        limited = ("raw", "score", "se", "band", "answered", "items", "status", "reason")
        none = (
            "id",
            "program",
            "episode",
            "assignment",
            "registry_import",
            "instrument",
            "version",
            "scale",
            "timepoint",
        )

    def __str__(self) -> str:
        return f"{self.instrument} {self.scale} at {self.timepoint}"


class Invitation(ProgramRecord):
    """A private, single-purpose link: the questionnaires of one episode at one time point.

    The link's token is 128 random bits and only its hash is kept, so that nobody who reads the
    database can open a patient's page.
    """

    episode = models.ForeignKey("enrolment.Episode", on_delete=models.PROTECT, related_name="invitations")
    timepoint = models.CharField(max_length=20)
    token_hash = models.CharField(max_length=64, unique=True)
    language = models.CharField(max_length=10)
    ask_goals = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    expires_at = models.DateTimeField()
    failures = models.PositiveSmallIntegerField(default=0)
    locked_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)
    completed_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    emailed_at = models.DateTimeField(null=True)
    goals_at = models.DateTimeField(null=True)  # when the patient went past the page that asks for goals
    help_pending = models.BooleanField(default=False)  # crisis help comes before any other page

    class Meta(ProgramRecord.Meta):
        indexes = [models.Index(fields=["program", "episode", "timepoint"], name="link_by_episode")]

    class Privacy:
        phi = (
            "created_at",
            "expires_at",
            "locked_at",
            "opened_at",
            "completed_at",
            "revoked_at",
            "emailed_at",
            "goals_at",
            "help_pending",
        )
        limited = ("language", "ask_goals", "created_by", "failures")
        none = ("id", "program", "episode", "timepoint", "token_hash")

    def __str__(self) -> str:
        return f"link {self.pk}"


class GuessCount(models.Model):
    """How many unknown links were tried lately from a group of addresses.

    An address falls into one of a fixed number of buckets by a keyed hash: the table stays small however
    many addresses a robot uses, and holds no address.
    """

    bucket = models.PositiveSmallIntegerField(unique=True)
    since = models.DateTimeField()
    count = models.PositiveIntegerField(default=0)

    class Privacy:
        phi = ()
        limited = ()
        none = ("id", "bucket", "since", "count")

    def __str__(self) -> str:
        return f"bucket {self.bucket}: {self.count}"
