"""Findings of a run: what is odd and was kept, said without anybody's code, line or small number."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import PurePath

from allay.consensus.protocol.exercise import INVITATIONS, PANEL, RECORD, Exercise
from allay.consensus.protocol.finding import Finding
from allay.consensus.protocol.freezing import same_protocol
from allay.consensus.protocol.heads import frozen_at
from allay.consensus.rounds.judging import groups_of_few
from allay.consensus.rounds.quotas import below_quota
from allay.consensus.rounds.rated import RatedRound
from allay.consensus.rounds.result import RoundRow
from allay.consensus.rounds.roundrows import Responses
from allay.consensus.rounds.statementstate import Standing, standing_in

_LINE = re.compile(r":\d+$")
_SAID_ANEW = frozenset({"quota not met", "not invited", "declined and rated"})
_PLAIN = {
    "no group": "panelists are in no group of the protocol",
    "looks like a name": "codes of panelists look like names",
    "codes alike": "codes of panelists differ in nothing but capitals",
}


def condensed(findings: Iterable[Finding], *, people: Iterable[str]) -> tuple[Finding, ...]:
    """Say findings about single people once, without lines: neither who nor how many can be read from them.

    Parameters
    ----------
    people : iterable of str
        Names of files whose lines stand for people.

    Examples
    --------
    >>> found = [Finding(kind="no group", where=f"panel.csv:{line}", text="...") for line in (2, 3)]
    >>> [(one.where, one.text) for one in condensed(found, people=["panel.csv"])]
    [('panel.csv', 'panelists are in no group of the protocol')]
    """
    files = frozenset(people)
    kept: list[Finding] = []
    single: set[tuple[str, str, str]] = set()
    for one in findings:
        file = _LINE.sub("", one.where)
        if one.kind in _SAID_ANEW:
            continue
        if file in files:
            single.add((file, one.kind, _PLAIN.get(one.kind, one.text)))
        else:
            kept.append(one)
    told = [Finding(kind=kind, where=file, text=text) for file, kind, text in sorted(single)]
    return (*kept, *told)


def exercise_findings(exercise: Exercise, *, ratings: str, found: Iterable[Finding]) -> tuple[Finding, ...]:
    """Findings about the exercise as a whole: those of reading, freezing, quotas.

    Parameters
    ----------
    ratings : str
        Name of the file of ratings.
    found : iterable of Finding
        What checking the ratings found.
    """
    people = (PANEL, INVITATIONS, PurePath(ratings).name)
    return (
        *_freezing(exercise),
        *condensed((*exercise.findings, *found), people=people),
        *(
            Finding(
                kind="quota not met",
                where=PANEL,
                text=f"fewer than the {group.quota} wanted are in the group {group.id}",
            )
            for group in (below_quota(exercise.protocol.groups, exercise.panel) if exercise.panel else ())
        ),
    )


def _freezing(exercise: Exercise) -> Iterator[Finding]:
    state, name = exercise.freezing_state, exercise.path.name
    if state == "never frozen":
        yield Finding(kind="not frozen", where=name, text="the protocol was never frozen")
    elif state == "unfrozen":
        yield Finding(kind="not frozen", where=name, text="the protocol is unfrozen and was not frozen again")
    same = {entry.protocol_sha256 for entry in exercise.journal if same_protocol(entry, exercise.protocol)}
    same.add(exercise.protocol.sha256())
    for held in exercise.record.rounds:
        # A round that notes no protocol was opened under the one that the journal had frozen by that day.
        then = frozen_at(held, exercise.journal)
        sha256 = held.protocol_sha256 or (then.protocol_sha256 if then else None)
        if sha256 is not None and sha256 not in same:
            text = f"round {held.number} was opened under another protocol ({sha256[:12]}…)"
            yield Finding(kind="protocol changed", where=RECORD, text=text)


def response_findings(number: int, came: Responses, *, stray: int) -> Iterator[Finding]:
    """Findings about who answered a round, and who was reminded.

    Parameters
    ----------
    stray : int
        Reminders to panelists who had answered before, or had declined.

    Examples
    --------
    >>> [one.kind for one in response_findings(1, Responses(2, 0, 0, 2, 1, 1, 0), stray=1)]
    ['not invited', 'reminded for nothing']
    """
    where = f"round {number}"
    if came.uninvited:
        yield Finding(kind="not invited", where=where, text="somebody rated without an invitation")
    if came.declined_and_answered:
        yield Finding(kind="declined and rated", where=where, text="somebody rated after declining")
    if stray:
        text = "a reminder went to somebody who had answered or declined before"
        yield Finding(kind="reminded for nothing", where=where, text=text)


def statement_findings(
    one: RatedRound, exercise: Exercise, *, before: dict[str, Standing], few: Iterable[str]
) -> Iterator[Finding]:
    """Findings about statements of a round.

    Parameters
    ----------
    before : dict of str to Standing
        How statements stood at the end of the round before.
    few : iterable of str
        Statements that fewer raters rated than may be shown.
    """
    where, protocol = f"round {one.number}", exercise.protocol
    counted = one.counts.sum(axis=1).tolist()
    rated = {name for name, n in zip(one.table.statements, counted, strict=True) if n}
    only_undecided = protocol.rounds[one.number - 1].statements == "undecided"
    standing = standing_in(exercise.statements, one.number, seen=one.table.statements)
    for name, version in standing.items():
        done = only_undecided and before.get(name) == Standing(version, decided=True)
        if done and name in rated:
            text = f"{name} was decided before, and only undecided statements were to be rated"
            yield Finding(kind="decided before", where=where, text=text)
        # Where all statements are rated, those of a file of statements are looked at with the ratings.
        if not done and name not in rated and (only_undecided or not exercise.statements):
            yield Finding(kind="not rated", where=where, text=f"nobody rated {name} in round {one.number}")
    rule = protocol.rule
    if (
        rule.method != "ram"
        and rule.each_group
        and groups_of_few(one, smallest=protocol.smallest_group).any()
    ):
        text = (
            f"each group decides, and fewer than {protocol.smallest_group} of one rated: verdicts then tell "
            "how a few rated"
        )
        yield Finding(kind="few of a group decide", where=where, text=text)
    short = list(few)
    if short and len(short) == len(rated):
        text = (
            f"fewer than {protocol.smallest_group} rated each statement; only numbers and verdicts are shown"
        )
        yield Finding(kind="few raters", where=where, text=text)
        return
    for name in short:
        text = (
            f"fewer than {protocol.smallest_group} rated {name}; only their number and the verdict are shown"
        )
        yield Finding(kind="few raters", where=where, text=text)


def round_findings(rows: Sequence[RoundRow]) -> Iterator[Finding]:
    """Findings about the course of rounds: one that was held although the stop rule was met before.

    Examples
    --------
    >>> list(round_findings([]))
    []
    """
    for earlier, later in itertools.pairwise(rows):
        if earlier.stop is not None and later.answered:
            text = f"held although after round {earlier.number} {earlier.stop}"
            yield Finding(kind="after the stop", where=f"round {later.number}", text=text)
