"""The dashboard and the report: a program's outcomes, worked out by the same functions as `allay report`."""

from __future__ import annotations

import re
from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
from django.db import transaction
from django.db.models import Q

from allay.measures.cohort import OutcomeScale
from allay.measures.conventions import response_fractions
from allay.measures.describe import Description, describe
from allay.measures.equity import Gap, GroupOutcome, GroupView
from allay.measures.followup import Capture, capture
from allay.measures.paired import PairedChange, paired_change
from allay.measures.responders import ResponderFigures, responders
from allay.reports.outcomes import ChangeResult, OutcomesResult, analyze
from allay_web.access.permissions import Permission
from allay_web.audit.models import AuditEntry
from allay_web.audit.record import record
from allay_web.enrolment import queries as enrolment
from allay_web.insight import kept
from allay_web.insight.choice import Choice, among, choose, owner_of
from allay_web.insight.choice import reached as reached_by
from allay_web.insight.funnel import Funnel, Numbers, funnels, only_referrals
from allay_web.insight.helps import Help, helps
from allay_web.outcomes.queries.table import Cohort, cohorts, newest_score

if TYPE_CHECKING:
    from allay_web.access.actor import Actor
    from allay_web.access.models import Program


# Entries of the audit trail that tell of no change to a figure. Everything else does, also what is to come.
QUIET = (
    Q(action__endswith=".read")
    | Q(action__endswith=".list")
    | Q(action__in=("access.denied", "answer.save"))
    | Q(action__startswith="task.")
    | Q(action__startswith="upload.")
    | Q(action__startswith="link.")
)

CHOICES = ("cohort", "scale", "timepoint")
NAME = re.compile(r"[\w.:@-]{1,120}")  # what a cohort, a scale or a time point may be called


def version(program: Program) -> Hashable:
    """What changes whenever a figure of the program may have changed; two short queries.

    Every change of patient data leaves an audit entry in its own transaction, so the last one that is no
    reading is a version of the data, in whichever process it was made. The newest score is asked besides, for
    data that was loaded without a trail.
    """
    trail = AuditEntry.objects.filter(chain=program.pk).exclude(QUIET).order_by("-number")
    last = trail.values_list("number", "signature").first()
    return program.slug, last, newest_score(program)


@dataclass(frozen=True, slots=True, eq=False)
class Domain:
    """One scale: its baseline, and what became of it where it was asked again.

    `capture`, `paired` and `response` are None where it was asked at baseline only; `response` also where a
    percentage has no meaning.
    """

    scale: OutcomeScale
    baseline: Description
    capture: Capture | None = None
    paired: PairedChange | None = None
    response: ResponderFigures | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Outcomes:
    """The outcomes of the people chosen.

    Attributes
    ----------
    started : people of the cohort the chosen scale belongs to
    reached : those of them who have come to the time point; every share is of these
    change : the chosen scale from baseline to the time point; None where it was asked once only
    """

    choice: Choice
    started: int
    reached: int
    domains: tuple[Domain, ...]
    change: ChangeResult | None
    helps: tuple[Help, ...]
    from_registry: bool

    @property
    def not_yet(self) -> int:
        """People who joined too late to have come to the time point."""
        return self.started - self.reached

    @property
    def groups(self) -> list[tuple[GroupView, list[tuple[GroupOutcome, Gap | None]]]]:
        """Each grouping with its groups, and for each its gap to the group it is compared with."""
        found = []
        for view in self.change.groups if self.change else ():
            gaps = {gap.level: gap for gap in view.gaps}
            found.append((view, [(group, gaps.get(group.level)) for group in view.groups]))
        return found

    @property
    def capture(self) -> Capture | None:
        """How many of those who reached the time point answered."""
        return self.change.capture if self.change else None


@dataclass(frozen=True, slots=True, eq=False)
class Dashboard:
    """What the director sees: the way of everybody, and the outcomes once there are any."""

    funnels: tuple[Funnel, ...]
    outcomes: Outcomes | None

    @property
    def empty(self) -> bool:
        """Whether the program has nobody at all yet."""
        return not any(step.n for funnel in self.funnels for step in funnel.steps)


def _asked(wanted: Mapping[str, str]) -> dict[str, str]:
    """What was asked for, as far as it can be a name at all: the rest is neither looked up nor audited."""
    given = {name: wanted.get(name, "") for name in CHOICES}
    return {name: value if NAME.fullmatch(value) else "" for name, value in given.items()}


@transaction.atomic
def dashboard(program: Program, *, wanted: Mapping[str, str], by: Actor, on: date) -> Dashboard:
    """The program's figures of one day; a constant number of queries.

    Parameters
    ----------
    wanted : `cohort`, `scale` and `timepoint` as asked for; what does not exist falls back to what does
    on : today; people who joined too late to have come to a time point are not counted as missing there
    """
    by.must(Permission.DASHBOARD_READ, program.pk)
    asked = _asked(wanted)
    record("dashboard.read", by=by, detail={name: value for name, value in asked.items() if value})
    now = version(program)
    key = ("dashboard", now, on, *asked.values())
    return kept.keep(key, lambda: _dashboard(program, now, asked, on=on))


def _dashboard(program: Program, now: Hashable, asked: Mapping[str, str], *, on: date) -> Dashboard:
    found = kept.keep(("cohorts", now), lambda: cohorts(program))
    choice = choose(found, asked, on=on)
    counts = enrolment.funnel(program)
    numbers = Numbers(counts.referred, counts.accepted, counts.days_to_accept)
    if choice is None:
        return Dashboard((only_referrals(numbers),), None)
    chosen = among(found, choice.cohort)
    return Dashboard(funnels(chosen, choice, numbers), _outcomes(chosen, choice, on=on))


def _outcomes(chosen: Sequence[Cohort], choice: Choice, *, on: date) -> Outcomes:
    owner = owner_of(chosen, choice.scale)
    assert owner is not None
    domains: list[Domain] = []
    change, reached = None, owner
    for cohort in chosen:
        come = at_timepoint(cohort, choice, on=on)
        domains += _domains(come, choice)
        if cohort is owner:
            reached = come
            change = next(iter(result_of(come, choice, scales={choice.scale}).changes), None)
    return Outcomes(
        choice=choice,
        started=owner.table.n,
        reached=reached.table.n,
        domains=tuple(domains),
        change=change,
        helps=helps(owner, reached, choice, change, on=on),
        from_registry=owner.is_registry,
    )


def at_timepoint(cohort: Cohort, choice: Choice, *, on: date) -> Cohort:
    """Those of a cohort who have come to the chosen time point."""
    if all(point.id != choice.timepoint for point in cohort.table.timepoints):
        return cohort
    return cohort.only(reached_by(cohort, choice.timepoint, on=on))


def result_of(reached: Cohort, choice: Choice, *, scales: Collection[str] | None = None) -> OutcomesResult:
    """The outcomes of these people at the chosen time point; the chosen scale leads.

    Parameters
    ----------
    scales : work out the change of these only; None for all
    """
    changes = [
        change
        for change in reached.plan.changes
        if change.end == choice.timepoint and (scales is None or change.scale in scales)
    ]
    changes.sort(key=lambda change: change.scale != choice.scale)
    return analyze(reached.table, replace(reached.plan, changes=tuple(changes)))


def _domains(reached: Cohort, choice: Choice) -> list[Domain]:
    table, found = reached.table, []
    fraction = float(response_fractions()[0].number)
    changes = {change.scale: change for change in reached.plan.changes if change.end == choice.timepoint}
    for scale in table.scales:
        if not table.has(scale.id, table.baseline.id):
            continue
        before = table.values[scale.id, table.baseline.id]
        if scale.id not in changes:
            found.append(Domain(scale, describe(before)))
            continue
        after = table.values[scale.id, choice.timepoint]
        both = np.where(np.isnan(before), np.nan, after)
        response = None
        if scale.percent_response:
            response = responders(before, after, fraction=fraction, direction=scale.direction)
        paired = paired_change(before, after, direction=scale.direction, points=scale.points)
        found.append(Domain(scale, describe(before), capture(both), paired, response))
    return found


@transaction.atomic
def outcomes_report(
    program: Program, *, wanted: Mapping[str, str], form: str, by: Actor, on: date
) -> OutcomesResult | None:
    """The outcomes of the chosen scale's cohort, for a report; None where there are none yet."""
    by.must(Permission.DASHBOARD_READ, program.pk)
    asked = {name: value for name, value in _asked(wanted).items() if value}
    record("report.read", by=by, detail={**asked, "format": form})
    found = kept.keep(("cohorts", version(program)), lambda: cohorts(program))
    choice = choose(found, wanted, on=on)
    owner = owner_of(among(found, choice.cohort), choice.scale) if choice else None
    if choice is None or owner is None:
        return None
    return result_of(at_timepoint(owner, choice, on=on), choice)
