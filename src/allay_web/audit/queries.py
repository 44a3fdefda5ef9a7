"""Reading the audit trail, which is itself audited."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import BooleanField, Func, Q, Value

from allay_web.access.permissions import Permission
from allay_web.audit.models import AuditEntry, AuditHead
from allay_web.audit.presenters import Line, line
from allay_web.audit.record import record

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.models.sql.compiler import SQLCompiler

    from allay_web.access.actor import Actor
    from allay_web.access.models import Program

PAGE = 50


class Lists(Func):
    """Whether an entry of many patients (`detail.patients`) names this one."""

    output_field = BooleanField()
    arity = 2

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any) -> Any:
        template = (
            "EXISTS (SELECT 1 FROM json_each({column}, '$.patients') AS one WHERE one.value = {patient})"
        )
        return self._fill(compiler, template)

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any) -> Any:
        return self._fill(compiler, "({column} -> 'patients') @> to_jsonb({patient}::bigint)")

    def _fill(self, compiler: SQLCompiler, template: str) -> Any:
        column, patient = (compiler.compile(part) for part in self.get_source_expressions())
        return template.format(column=column[0], patient=patient[0]), (*column[1], *patient[1])


@dataclass(frozen=True, slots=True)
class Trail:
    """A page of the trail: its lines, how many entries there are in all, when it was last found whole."""

    lines: tuple[Line, ...]
    total: int
    verified: Line | None
    older: int | None  # the number before which the next page goes on


@transaction.atomic
def trail(program: Program, *, by: Actor, patient_id: int | None = None, before: int | None = None) -> Trail:
    """The newest entries of a program, or those about one patient, before the given number.

    Entries of many patients at once count as about each of them.
    """
    by.must(Permission.AUDIT_READ, program.pk)
    record("audit.read", by=by, patient_id=patient_id, detail={"before": before} if before else None)
    entries = AuditEntry.objects.filter(chain=program.pk)
    last = entries.filter(action="audit.verify").order_by("-number").first()
    if patient_id is not None:
        entries = entries.filter(Q(patient_id=patient_id) | Q(Lists("detail", Value(patient_id))))
    if before is not None:
        entries = entries.filter(number__lt=before)
    found = list(entries.order_by("-number")[: PAGE + 1])
    return Trail(
        lines=tuple(line(entry) for entry in found[:PAGE]),
        total=AuditHead.objects.filter(chain=program.pk).values_list("count", flat=True).get(),
        verified=line(last) if last is not None else None,
        older=found[PAGE - 1].number if len(found) > PAGE else None,
    )


__all__ = ["Trail", "trail"]
