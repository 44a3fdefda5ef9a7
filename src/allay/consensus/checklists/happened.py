"""Answers on what happened: the panel, the course of the rounds, their results, and what is declared."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping

from allay.consensus.checklists.reply import Reply, ReportedExercise
from allay.consensus.checklists.wording import counted, listed, share_of
from allay.consensus.rounds.result import QuotaRow, RoundRow
from allay.consensus.verdicts.verdict import VerdictWord

_PATIENTS = ("patient", "public", "lived experience", "caregiver", "carer", "consumer", "famil")
_VERDICTS: tuple[VerdictWord, ...] = ("appropriate", "uncertain", "inappropriate", "in", "none", "out")
_CALLED = {"none": "without a decision"}


def _panel(of: ReportedExercise) -> Reply:
    said = []
    if of.result.recruited is not None:
        said.append(f"{counted(of.result.recruited, 'panelist')} recruited.")
    if of.result.quotas:
        rows = [
            f"{one.name} {_recruited(of, one)} (wanted {one.quota}{': not met' if one.met is False else ''})"
            for one in of.result.quotas
        ]
        said.append(f"By group: {'; '.join(rows)}.")
    if not said:
        return Reply(lacks=("Neither how many were recruited nor groups are recorded.",))
    return Reply(data=tuple(said), lacks=_unsaid(of, "M3", "how panelists were chosen, and by whom"))


def _recruitment(of: ReportedExercise) -> Reply:
    known = [one for one in of.result.rounds if one.invited is not None]
    if not known:
        return Reply(lacks=("No invitations are recorded.",))
    said = []
    for one in known:
        more = []
        if one.declined is not None:
            more.append(f"{one.declined} declined")
        if one.reminded is not None:
            more.append(f"{one.reminded} reminded")
        extra = f" ({', '.join(more)})" if more else ""
        said.append(f"Round {one.number}: {one.invited} invited{extra}.")
    return Reply(data=tuple(said), lacks=_unsaid(of, "M4", "in which way they were approached"))


def _patients(of: ReportedExercise) -> Reply:
    theirs = [one for one in of.result.quotas if any(word in one.name.casefold() for word in _PATIENTS)]
    said = [f"In the panel: {one.name}, {_recruited(of, one)}." for one in theirs]
    if of.result.comment_periods:
        sent = sum(len(one.comments) for one in of.result.comment_periods)
        periods = counted(len(of.result.comment_periods), "period", "periods")
        said.append(f"The public could comment in {periods}; {counted(sent, 'comment')} came.")
    return Reply(data=tuple(said))


def _gathered(of: ReportedExercise) -> Reply:
    # A source cited at several places is one source, and a statement in two rounds is one statement.
    named_by: defaultdict[str, set[str]] = defaultdict(set)
    for row in of.result.statements:
        for source in row.sources:
            named_by[source.title].add(row.statement)
    titles = Counter({title: len(statements) for title, statements in named_by.items()})
    before = [one for one in of.result.meetings if one.after_round == 0]
    said = []
    if titles:
        named = [f"{title} ({counted(n, 'statement')})" for title, n in titles.most_common()]
        said.append(f"Statements name where they come from: {listed(named)}.")
    if before:
        said.append(f"{counted(len(before), 'meeting')} of the panel came before round 1.")
    return Reply(data=tuple(said))


def _course(of: ReportedExercise) -> Reply:
    said = [_days(one) for one in of.result.rounds if one.opened is not None]
    said += [f"Meeting {one.id}: {one.on}, after round {one.after_round}." for one in of.result.meetings]
    if not said:
        return Reply(lacks=("No days are recorded.",))
    return Reply(data=tuple(said), lacks=_unsaid(of, "R1", "whether anything was delayed"))


def _deviations(of: ReportedExercise) -> Reply:
    said = [f"{one.on}: {one.what} Why: {one.why}" for one in of.result.deviations]
    said += [
        f"{one.on}: the protocol was unfrozen. Why: {one.reason}"
        for one in of.result.freezing.entries
        if one.did == "unfrozen"
    ]
    if said:
        return Reply(data=tuple(said))
    return Reply(lacks=("None is recorded; that does not say that there was none.",))


def _response(of: ReportedExercise) -> Reply:
    recruited = of.result.recruited
    said = [f"{counted(recruited, 'panelist')} recruited."] if recruited is not None else []
    for one in of.result.rounds:
        parts = []
        if one.invited is not None:
            parts.append(f"{share_of(one.answered, one.invited)} of those invited")
        if recruited is not None:
            parts.append(f"retention {share_of(one.answered, recruited)}")
        shares = f" ({'; '.join(parts)})" if parts else ""
        said.append(f"Round {one.number}: {counted(one.answered, 'panelist')} answered{shares}.")
    return Reply(data=tuple(said))


def _results(of: ReportedExercise) -> Reply:
    said = []
    for one in of.result.rounds:
        found = Counter(row.verdict for row in of.result.statements if row.round == one.number)
        parts = [f"{found[word]} {_CALLED.get(word, word)}" for word in _VERDICTS if found[word]]
        said.append(f"Round {one.number}: {counted(one.statements, 'statement')} rated, {', '.join(parts)}.")
    return Reply(data=tuple(said))


def _changed(of: ReportedExercise) -> Reply:
    if not of.result.changes:
        return Reply(data=("No statement was edited, removed, added or split.",))
    said = [
        f"{one.statement} {one.change} {'after' if one.change == 'removed' else 'for'} round {one.round}"
        f" ({(one.reason or 'reason not given').rstrip('.')})."
        for one in of.result.changes
    ]
    return Reply(data=tuple(said))


def _endorsements(of: ReportedExercise) -> Reply:
    said = []
    for one in of.result.endorsements:
        role = f", {one.role}" if one.role else ""
        gone = f"; withdrawn on {one.withdrawn}" if one.withdrawn else ""
        said.append(f"{one.name} (since {one.on}{role}{gone}).")
    if not said:
        return Reply(lacks=("No endorsement is recorded.",))
    return Reply(data=tuple(said))


def _interests(of: ReportedExercise) -> Reply:
    found = of.result.interests
    if not found.declared and not found.none:
        return Reply(lacks=("No declaration is recorded.",))
    managed = sum(1 for _, what in found.rows if what)
    silent = found.asked - found.declared - found.none
    said = (
        f"Of {counted(found.asked, 'panelist')}, {found.declared} declared an interest and {found.none} that "
        f"there is none; {managed} of {counted(len(found.rows), 'interest')} with what was done about it."
    )
    lacks = (f"Of {silent} no declaration is recorded.",) if silent > 0 else ()
    return Reply(data=(said,), lacks=lacks)


def _recruited(of: ReportedExercise, one: QuotaRow) -> str:
    """How many of a group were recruited; where that is not in the result, why."""
    if one.recruited is not None:
        return f"{one.recruited}"
    if any(each.recruited is not None for each in of.result.quotas):
        # Only results of older versions hide how many were recruited.
        return f"hidden, as fewer than {of.protocol.smallest_group} or beside such a group"
    return "not recorded, as no panel.csv says who is in it"


def _days(one: RoundRow) -> str:
    if one.opened is None or one.closed is None:
        return f"Round {one.number}: opened on {one.opened}, closing day not recorded."
    days = counted((one.closed - one.opened).days + 1, "day")
    return f"Round {one.number}: {one.opened} to {one.closed} ({days})."


def _unsaid(of: ReportedExercise, item: str, what: str) -> tuple[str, ...]:
    """Say that words are missing beside numbers, where no text under `narrative` gives them."""
    if item in of.result.narrative or item in of.protocol.narrative:
        return ()
    return (f"Not said: {what} (`narrative: {item}`).",)


HAPPENED: Mapping[str, Callable[[ReportedExercise], Reply]] = {
    "M3": _panel,
    "M4": _recruitment,
    "M5": _patients,
    "M6": _gathered,
    "R1": _course,
    "R2": _deviations,
    "R3": _response,
    "R4": _results,
    "R5": _changed,
    "O1": _endorsements,
    "O2": _interests,
}
"""What answers each item; an item that stands nowhere is only answered by a text under `narrative`."""
