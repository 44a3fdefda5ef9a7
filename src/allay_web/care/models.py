"""What the patient wants to be able to do, in their own words."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from allay_web.access.models import ProgramRecord

MOST_GOALS = 3


class Goal(ProgramRecord):
    """One of up to three goals of an episode."""

    class StatedBy(models.TextChoices):
        """Who wrote it down."""

        PATIENT = "patient", "Patient"
        STAFF = "staff", "With staff"

    class Progress(models.TextChoices):
        """How it is going, as patient and clinician see it."""

        UNRATED = "", "Not rated yet"
        NOT_YET = "not_yet", "Not yet"
        ON_COURSE = "on_course", "On course"
        REACHED = "reached", "Reached"
        BETTER = "better", "Better than expected"

    episode = models.ForeignKey("enrolment.Episode", on_delete=models.PROTECT, related_name="goals")
    position = models.PositiveSmallIntegerField(
        validators=[MinValueValidator(1), MaxValueValidator(MOST_GOALS)]
    )
    words = models.CharField(max_length=280)
    stated_by = models.CharField(max_length=10, choices=StatedBy.choices)
    stated_at = models.DateTimeField()
    progress = models.CharField(max_length=10, choices=Progress.choices, blank=True)
    rated_at = models.DateTimeField(null=True, blank=True)

    class Meta(ProgramRecord.Meta):
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["episode", "position"], name="one_goal_per_position"),
            models.CheckConstraint(
                condition=models.Q(position__gte=1, position__lte=MOST_GOALS), name="at_most_three_goals"
            ),
        ]

    class Privacy:
        phi = ("words", "stated_at", "rated_at")
        limited = ("stated_by", "progress")
        none = ("id", "program", "episode", "position")

    def __str__(self) -> str:
        return f"goal {self.position} of episode {self.episode_id}"
