"""First of all: the plan is one of this problem, and everything it names exists."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator

from allay.scheduling.checking.casebook import Casebook, said
from allay.scheduling.plan.plan import CohortPlace, Meeting, Session

METHODS = ("first-fit", "good-greedy", "three-levels", "replan", "monolithic")

Named = tuple[str, str]
"""What kind of thing is named, and its id."""


def check_known(book: Casebook) -> None:
    """Check digest, id, origin and method, and fill the lists of the case book; linear."""
    problem, plan = book.problem, book.plan
    digest = problem.digest()
    if plan.problem_digest != digest:
        book.add("problem.digest", "plan", f"of the problem {plan.problem_digest[:12]}, not {digest[:12]}")
    if plan.problem != problem.id:
        book.add("problem.id", "plan", f"names the problem {plan.problem}, not {problem.id}")
    if plan.synthetic != problem.synthetic:
        text = f"synthetic: {plan.synthetic}, but of the problem {problem.synthetic}"
        book.add("problem.synthetic", "plan", text)
    if plan.method not in METHODS:
        book.add("plan.method", "plan", f"{plan.method}, not one of {', '.join(METHODS)}")
    book.template = _template(book)
    book.meetings = sorted(
        (one for one in plan.meetings if _known(book, one, said(one))),
        key=lambda one: (one.start, one.cohort),
    )
    book.sessions = sorted(
        (one for one in plan.sessions if _known(book, one, said(one))),
        key=lambda one: (one.start, one.series, one.number),
    )
    for session in plan.unserved_sessions:
        where = f"unserved sessions, series {session.series}, number {session.number}"
        _all_there(book, [("series", session.series)], where)
    for member in plan.unserved_members:
        cohort = [("cohort", member.cohort)] if member.cohort else []
        _all_there(book, [("patient", member.patient), *cohort], f"unserved members, {member.patient}")


def _template(book: Casebook) -> list[CohortPlace]:
    known = [one for one in book.plan.template if _known(book, one, f"template, cohort {one.cohort}")]
    for cohort, times in Counter(one.cohort for one in known).items():
        if times > 1:
            book.add("cohort.twice", f"template, cohort {cohort}", f"has {times} places, not 1")
    kept = {one.cohort: one for one in sorted(known, key=str, reverse=True)}
    return [kept[cohort] for cohort in sorted(kept)]


def _known(book: Casebook, one: CohortPlace | Meeting | Session, where: str) -> bool:
    members = list(one.members) if isinstance(one, CohortPlace) else []
    absent = list(one.absent) if isinstance(one, Meeting) else []
    _all_there(book, [("patient", name) for name in (*members, *absent)], where)
    return _all_there(book, list(_named(one)), where)


def _named(one: CohortPlace | Meeting | Session) -> Iterator[Named]:
    yield ("series", one.series) if isinstance(one, Session) else ("cohort", one.cohort)
    yield "practitioner", one.lead
    if one.room is not None:
        yield "room", one.room
    if isinstance(one, Session) and one.second is not None:
        yield "practitioner", one.second


def _all_there(book: Casebook, named: list[Named], where: str) -> bool:
    ids: dict[str, Collection[str]] = {
        "series": book.series,
        "cohort": book.cohorts,
        "practitioner": book.practitioners,
        "room": book.rooms,
        "patient": book.patients,
    }
    missing = [(kind, name) for kind, name in named if name not in ids[kind]]
    for kind, name in missing:
        book.add("plan.unknown", where, f"the {kind} {name} is not in the problem")
    return not missing
