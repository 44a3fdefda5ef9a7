"""The shape of a comparison as JSON, for its schema."""

from __future__ import annotations

from allay.base.documents import Strict
from allay.base.status import Status


class ComparedProgramShape(Strict):
    """A program that is compared."""

    id: str
    name: str


class ComparedStatementShape(Strict):
    """A statement in words."""

    value: str
    as_of: str
    dated: str
    source: str
    href: str | None
    status: Status
    note: str | None


class ComparedFieldShape(Strict):
    """One thing stated of at least one program; an empty list stands for "not published"."""

    section: str
    field: str
    label: str
    statements: dict[str, tuple[ComparedStatementShape, ...]]


class ComparisonFile(Strict):
    """What `allay programs compare --format json` writes."""

    allay_version: str
    programs: tuple[ComparedProgramShape, ...]
    fields: tuple[ComparedFieldShape, ...]
    published_for_none: tuple[str, ...]
