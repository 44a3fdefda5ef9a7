"""Programs, who belongs to them, and the base of every record that belongs to one."""

from __future__ import annotations

from typing import Any, ClassVar, TypeVar
from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models

from allay_web.access.permissions import Permission
from allay_web.access.roles import PERMISSIONS, Role


def known_time_zone(name: str) -> None:
    """Refuse a name the time zone database does not have."""
    if name not in available_timezones():
        raise ValidationError(f"expected a time zone such as America/Chicago, found {name!r}")


class Program(models.Model):
    """One integrated pain management program: the wall around every record in it."""

    name = models.CharField(max_length=120)
    slug = models.SlugField(max_length=60, unique=True)
    time_zone = models.CharField(max_length=60, default="America/New_York", validators=[known_time_zone])
    synthetic = models.BooleanField(default=False)  # demonstration data; every page says so
    phone = models.CharField(max_length=40, blank=True)  # where a patient reaches staff
    # Shown to a patient whose answer calls for help. 988: US Suicide and Crisis Lifeline.
    crisis_phone = models.CharField(max_length=40, default="988")
    local_crisis_phone = models.CharField(max_length=40, blank=True)
    local_crisis_name = models.CharField(max_length=120, blank=True)
    escalate_after_minutes = models.PositiveSmallIntegerField(default=30)
    link_valid_days = models.PositiveSmallIntegerField(default=14)

    class Privacy:
        phi = ()
        limited = ()
        none = (
            "id",
            "name",
            "slug",
            "time_zone",
            "synthetic",
            "phone",
            "crisis_phone",
            "local_crisis_phone",
            "local_crisis_name",
            "escalate_after_minutes",
            "link_valid_days",
        )

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> ZoneInfo:
        """The program's time zone."""
        return ZoneInfo(self.time_zone)


class Membership(models.Model):
    """A user's role in a program."""

    program = models.ForeignKey(Program, on_delete=models.PROTECT, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=20, choices=Role.choices)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["program", "user"], name="one_role_per_program")]

    class Privacy:
        phi = ()
        limited = ("user",)
        none = ("id", "program", "role", "is_active")

    def __str__(self) -> str:
        return f"{self.user}, {self.get_role_display()}"

    @property
    def permissions(self) -> frozenset[Permission]:
        """What this member may do."""
        return PERMISSIONS[Role(self.role)] if self.is_active else frozenset()


class Unscoped(RuntimeError):  # noqa: N818
    """A query on a program's records that did not say which program."""


M = TypeVar("M", bound=models.Model)


class ProgramRecords(models.Manager[M]):
    """The way to a program's records: always through `of(program)`."""

    def of(self, program: Program | int) -> models.QuerySet[M]:
        """The records of one program."""
        key = program if isinstance(program, int) else program.pk
        return super().get_queryset().filter(program_id=key)

    def get_queryset(self) -> models.QuerySet[M]:
        raise Unscoped(f"{self.model.__name__}: ask for records with .of(program)")

    def create(self, **fields: Any) -> M:
        """Make one record; `program` is among its fields."""
        if "program" not in fields and "program_id" not in fields:
            raise Unscoped(f"{self.model.__name__}: a record needs its program")
        return super().get_queryset().create(**fields)

    def bulk_create(self, objs: Any, *args: Any, **kwargs: Any) -> list[M]:
        """Make many records, each with its program set."""
        return super().get_queryset().bulk_create(objs, *args, **kwargs)


class ProgramRecord(models.Model):
    """Base of every record that belongs to a program."""

    program = models.ForeignKey(Program, on_delete=models.PROTECT, related_name="+")

    everything: ClassVar[models.Manager[Any]] = models.Manager()  # Django's own use only
    objects: ClassVar[ProgramRecords[Any]] = ProgramRecords()

    class Meta:
        abstract = True
        default_manager_name = "everything"
        base_manager_name = "everything"
