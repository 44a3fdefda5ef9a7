"""What a result says of its protocol, its cohorts, and of what is not in it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from allay.base.disclosure import suppress_counts
from allay.evaluation.study.cohort import NEVER, StudyCohort
from allay.evaluation.study.frozen import FrozenStudy
from allay.evaluation.study.lock import StudyLock, deviations
from allay.evaluation.study.money import TOTALS
from allay.evaluation.study.months import period_name
from allay.evaluation.study.prepare import ReadyStudy
from allay.evaluation.study.protocol import Study
from allay.evaluation.study.result import CohortRow, FreezeRecord
from allay.evaluation.study.starts import FIRST, periods_of


def freeze_record(
    ready: ReadyStudy, frozen: FrozenStudy, lock: StudyLock | None, *, allay_version: str
) -> FreezeRecord:
    """Say when the protocol was frozen, and every deviation from it."""
    now = frozen.lock.protocol_sha256
    if lock is None:
        return FreezeRecord(
            before=False,
            frozen_on=frozen.lock.frozen_on,
            protocol_sha256=now,
            frozen_sha256=now,
            detectable=frozen.lock.detectable,
            deviations=(),
            words="the protocol was frozen by this run, right before outcomes were read: it was not "
            "registered before, and nothing shows that it was not written with the outcomes known",
        )
    found = deviations(
        lock, ready.study, value_sets=ready.value_sets, inputs=ready.inputs, allay_version=allay_version
    )
    day = "a day that was not given" if lock.frozen_on is None else lock.frozen_on.isoformat()
    words = f"the protocol was frozen on {day}"
    return FreezeRecord(
        before=True,
        frozen_on=lock.frozen_on,
        protocol_sha256=now,
        frozen_sha256=lock.protocol_sha256,
        detectable=lock.detectable,
        deviations=found,
        words=f"{words}; {len(found)} deviations from it follow" if found else f"{words} and kept",
    )


def left_out(study: Study, frozen: FrozenStudy) -> Iterator[str]:
    """What the reader of a result will look for and not find, and why."""
    if study.design.comparison == "none":
        yield "effects: there is no comparison group"
        yield "smallest detectable effect: there is no comparison group"
    elif frozen.weights is None:
        yield f"all estimates: fewer than {max(study.smallest_cell, 2)} starters may not be shown"
    if not any(one.role == "negative_control" for one in study.outcomes):
        yield "negative controls: the protocol names no outcome that the program cannot change"
    if not study.subgroups:
        yield "subgroups: the protocol names none"
    if not any(one.id in TOTALS for one in study.outcomes):
        yield "savings: total_cost is not among the outcomes"
    elif study.program.cost_per_member is None:
        yield "net savings: the protocol does not say what the program cost"
    if study.program.prior is None and any(one.id in TOTALS for one in study.outcomes):
        yield "savings weighed with what others found: the protocol names no prior"
    if study.window.run_out_months == 0:
        yield "run-out: no months are left out at the end; the last ones may be incomplete"
    yield "deaths: members who die leave coverage, and are in no estimate that asks for the whole window"


def cohort_rows(cohort: StudyCohort, study: Study) -> tuple[CohortRow, ...]:
    """Count starters by month or quarter, small cohorts and what gives them away hidden."""
    periods = periods_of(study)
    places, counts = np.unique(cohort.start[cohort.start != NEVER] // periods.months, return_counts=True)
    named = {str(place): int(count) for place, count in zip(places.tolist(), counts.tolist(), strict=True)}
    shown, _ = suppress_counts(named, hidden_up_to=study.smallest_cell - 1)
    return tuple(
        CohortRow(
            period=place + FIRST,
            name=period_name(study.window.start, place, months=periods.months),
            starters=shown[str(place)],
            shown=named[str(place)] >= max(study.smallest_cell, 2),
        )
        for place in places.tolist()
    )
