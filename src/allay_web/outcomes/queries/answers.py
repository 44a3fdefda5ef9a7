"""The answers of a form as they stand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING

from allay_web.outcomes.models import Answer

if TYPE_CHECKING:
    from allay_web.outcomes.models import Assignment


def answers_of(assignment: Assignment) -> dict[str, int | None]:
    """Item id to value; None where the patient chose not to answer."""
    rows = Answer.objects.of(assignment.program_id).filter(assignment=assignment)
    return dict(rows.values_list("item", "value"))


def answers_by_form(program_id: int, assignments: Iterable[Assignment]) -> dict[int, dict[str, int | None]]:
    """The same for several forms, in one query; by the form's id."""
    found: dict[int, dict[str, int | None]] = defaultdict(dict)
    rows = Answer.objects.of(program_id).filter(assignment__in=[a.pk for a in assignments])
    for form, item, value in rows.values_list("assignment_id", "item", "value"):
        found[form][item] = value
    return found
