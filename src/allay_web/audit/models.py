"""The audit trail: one chain of signed entries per program. Entries are only ever added."""

from __future__ import annotations

from django.db import models


class AuditEntry(models.Model):
    """Who did or read what, about whom, when and from where.

    No foreign keys: an entry outlives what it speaks of. Database triggers refuse UPDATE, DELETE,
    TRUNCATE and REPLACE; the chain shows what gets past them.
    """

    chain = models.PositiveBigIntegerField()  # the program's id
    number = models.PositiveBigIntegerField()  # 1, 2, 3 ... within the chain
    at = models.DateTimeField()
    action = models.CharField(max_length=60)
    actor_kind = models.CharField(max_length=20)
    actor_id = models.PositiveBigIntegerField(null=True)
    actor_name = models.CharField(max_length=120)
    patient_id = models.PositiveBigIntegerField(null=True)
    object_type = models.CharField(max_length=60, blank=True)
    object_id = models.PositiveBigIntegerField(null=True)
    detail = models.JSONField(default=dict)
    request_id = models.CharField(max_length=32, blank=True)
    address = models.CharField(max_length=45, blank=True)
    previous = models.CharField(max_length=64)
    signature = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["chain", "number"], name="one_entry_per_number")]
        indexes = [
            models.Index(fields=["chain", "patient_id", "number"], name="audit_by_patient"),
            models.Index(fields=["chain", "action", "number"], name="audit_by_action"),
        ]

    class Privacy:
        phi = ("patient_id", "detail")
        limited = ("actor_name", "address")
        none = (
            "id",
            "chain",
            "number",
            "at",
            "action",
            "actor_kind",
            "actor_id",
            "object_type",
            "object_id",
            "request_id",
            "previous",
            "signature",
        )

    def __str__(self) -> str:
        return f"{self.chain}/{self.number} {self.action}"


class AuditHead(models.Model):
    """Where a chain ends: what shows that its last entries are still there."""

    chain = models.PositiveBigIntegerField(unique=True)
    count = models.PositiveBigIntegerField(default=0)
    last = models.CharField(max_length=64, blank=True)
    seal = models.CharField(max_length=64, blank=True)

    class Privacy:
        phi = ()
        limited = ()
        none = ("id", "chain", "count", "last", "seal")

    def __str__(self) -> str:
        return f"{self.chain}: {self.count}"
