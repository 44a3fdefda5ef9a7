"""Files that wait for a person to confirm them."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from allay_web.access.models import ProgramRecord


class UploadKind(models.TextChoices):
    """What a file is meant to become."""

    REFERRALS = "referrals", "Referrals"
    REGISTRY = "registry", "Registry export"


class Upload(ProgramRecord):
    """A file shown as a dry run; confirming it takes it in once, however often the button is pressed."""

    kind = models.CharField(max_length=20, choices=UploadKind.choices)
    name = models.CharField(max_length=200)
    content = models.BinaryField()  # emptied once the file was taken in or has expired
    sha256 = models.CharField(max_length=64)
    options = models.JSONField(default=dict)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True, blank=True)
    result = models.JSONField(default=dict)

    class Meta(ProgramRecord.Meta):
        indexes = [models.Index(fields=["program", "taken_at", "created_at"], name="upload_waiting")]

    class Privacy:
        phi = ("content", "name", "result")
        limited = ("created_by",)
        none = ("id", "program", "kind", "sha256", "options", "created_at", "taken_at")

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
