"""Files that wait for a person to confirm them."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from allay_web.access.models import ProgramRecord


class Upload(ProgramRecord):
    """A file shown as a dry run; confirming it takes it in once, however often the button is pressed."""

    kind = models.CharField(max_length=20)
    name = models.CharField(max_length=200)
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    options = models.JSONField(default=dict)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    taken_at = models.DateTimeField(null=True, blank=True)
    result = models.JSONField(default=dict)

    class Privacy:
        phi = ("content", "name", "result")
        limited = ("created_by",)
        none = ("id", "program", "kind", "sha256", "options", "created_at", "taken_at")

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
