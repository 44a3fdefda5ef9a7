"""Tasks: what needs a person, with an owner, a due time and a closure; and who is on duty."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from allay_web.access.models import ProgramRecord


class TaskKind(models.TextChoices):
    """What a task is about, the most urgent first."""

    SAFETY = "safety", "Safety"
    ITEM_9_NOT_ASKED = "item_9_not_asked", "Ask in person"
    LINK_LOCKED = "link_locked", "Link locked"
    INTERPRETER = "interpreter", "Interpreter"
    REFERRAL = "referral", "Referral"
    FORM = "form", "Questionnaire"


class Task(ProgramRecord):
    """Something a person must do. Any part of Allay may open one; closing needs a disposition."""

    kind = models.CharField(max_length=20, choices=TaskKind.choices)
    key = models.CharField(max_length=80)  # what it is about; one open task per key
    why = models.CharField(max_length=300)
    patient = models.ForeignKey("people.Patient", null=True, on_delete=models.PROTECT, related_name="tasks")
    episode = models.ForeignKey(
        "enrolment.Episode", null=True, on_delete=models.PROTECT, related_name="tasks"
    )
    referral = models.ForeignKey(
        "enrolment.Referral", null=True, on_delete=models.PROTECT, related_name="tasks"
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="owned_tasks"
    )
    deputy = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    snoozed_until = models.DateTimeField(null=True)  # out of sight until then; late all the same
    escalate_at = models.DateTimeField(null=True)
    escalated_at = models.DateTimeField(null=True)
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    disposition = models.CharField(max_length=40, blank=True)
    note = models.CharField(max_length=500, blank=True)

    class Meta(ProgramRecord.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["program", "key"],
                condition=models.Q(closed_at__isnull=True),
                name="one_open_task_per_key",
            ),
            models.CheckConstraint(
                condition=models.Q(closed_at__isnull=True) | ~models.Q(disposition=""),
                name="closed_with_a_disposition",
            ),
            models.CheckConstraint(
                condition=~models.Q(kind="safety") | models.Q(owner__isnull=False),
                name="safety_has_an_owner",
            ),
            models.CheckConstraint(
                condition=~models.Q(kind="safety")
                | models.Q(closed_at__isnull=True)
                | models.Q(acknowledged_at__isnull=False),
                name="safety_acknowledged_first",
            ),
        ]
        indexes = [models.Index(fields=["program", "closed_at", "due_at"], name="task_worklist")]

    class Privacy:
        phi = (
            "why",
            "note",
            "opened_at",
            "due_at",
            "snoozed_until",
            "escalate_at",
            "escalated_at",
            "acknowledged_at",
            "closed_at",
        )
        limited = ("kind", "owner", "deputy", "acknowledged_by", "closed_by", "disposition")
        none = ("id", "program", "key", "patient", "episode", "referral")

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}"


class DutyShift(ProgramRecord):
    """Hours of the week in which a named person answers safety alerts."""

    class Weekday(models.IntegerChoices):
        """ISO: Monday is 1."""

        MONDAY = 1, "Monday"
        TUESDAY = 2, "Tuesday"
        WEDNESDAY = 3, "Wednesday"
        THURSDAY = 4, "Thursday"
        FRIDAY = 5, "Friday"
        SATURDAY = 6, "Saturday"
        SUNDAY = 7, "Sunday"

    weekday = models.PositiveSmallIntegerField(choices=Weekday.choices)
    starts = models.TimeField()
    ends = models.TimeField()
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    deputy = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta(ProgramRecord.Meta):
        constraints = [
            models.CheckConstraint(condition=models.Q(starts__lt=models.F("ends")), name="shift_within_a_day")
        ]

    class Privacy:
        phi = ()
        limited = ("owner", "deputy")
        none = ("id", "program", "weekday", "starts", "ends")

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.starts:%H:%M}-{self.ends:%H:%M}"


class Absence(ProgramRecord):
    """Days on which a person is away; their deputy stands in."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    first_day = models.DateField()
    last_day = models.DateField()

    class Meta(ProgramRecord.Meta):
        constraints = [
            models.CheckConstraint(
                condition=models.Q(first_day__lte=models.F("last_day")), name="absence_in_order"
            )
        ]

    class Privacy:
        phi = ()
        limited = ("user", "first_day", "last_day")
        none = ("id", "program")

    def __str__(self) -> str:
        return f"{self.user} {self.first_day}-{self.last_day}"
