"""Whether panel, invitations and comments fit the protocol and each other."""

from __future__ import annotations

from collections import Counter

from allay.consensus.protocol.exercise import Exercise
from allay.consensus.protocol.privacy import PersonalSigns, looks_like_name
from allay.consensus.protocol.remarks import Remarks

WHO_WROTE_IT = "who wrote it"
"""The kind of a finding on a comment that holds an address, a number or a code."""
_WORDS_OF_A_COMMENT = 6
"""Fewer words are written by two people alike."""


def check_panel(exercise: Exercise, remarks: Remarks) -> None:
    """Note groups that are not in the protocol, empty groups, quotas not met, codes that look like names."""
    rows, protocol = exercise.panel_rows, exercise.protocol
    if rows is None:
        return
    groups = [group.id for group in protocol.groups]
    plain: dict[str, int] = {}
    for place, panelist in enumerate(rows.rows):
        where = f"{rows.name}:{rows.lines[place]}"
        if panelist.group is not None and panelist.group not in groups:
            remarks.add(
                rows.problem(place, "group", expected=_one_of_groups(groups), found=repr(panelist.group))
            )
        if panelist.group is None and groups:
            remarks.find("no group", where, "this panelist is in no group of the protocol")
        if looks_like_name(panelist.rater):
            remarks.find("looks like a name", where, "this code looks like the name of a person")
        first = plain.setdefault(panelist.rater.casefold(), rows.lines[place])
        if first != rows.lines[place]:
            remarks.find("codes alike", where, f"only capitals set this code apart from line {first}")
    sizes = Counter(panelist.group for panelist in rows.rows)
    for group in protocol.groups:
        if not sizes[group.id]:
            remarks.find("empty group", rows.name, f"nobody of the panel is in the group {group.id}")
        elif sizes[group.id] < group.quota:
            text = f"{sizes[group.id]} of the {group.quota} wanted are in the group {group.id}"
            remarks.find("quota not met", rows.name, text)


def check_invitations(exercise: Exercise, remarks: Remarks) -> None:
    """Note rounds that are not planned, raters who are not in the panel, and days out of order."""
    rows = exercise.invitation_rows
    if rows is None:
        return
    planned = len(exercise.protocol.rounds)
    known = raters_of(exercise)
    held = {one.number: one for one in exercise.record.rounds}
    first = exercise.journal[0] if exercise.journal else None
    for place, invitation in enumerate(rows.rows):
        where = f"{rows.name}:{rows.lines[place]}"
        if invitation.round > planned:
            expected = f"one of the {planned} planned rounds"
            remarks.add(rows.problem(place, "round", expected=expected, found=str(invitation.round)))
        if known is not None and invitation.rater not in known:
            expected = "a rater of the panel"
            remarks.add(rows.problem(place, "rater", expected=expected, found=repr(invitation.rater)))
        if first and invitation.invited < first.on:
            text = f"invited on {invitation.invited}, before the protocol was frozen ({first.on})"
            remarks.find("invited before freezing", where, text)
        closed = held[invitation.round].closed if invitation.round in held else None
        late = [day for day in (invitation.invited, *invitation.reminded) if closed and day > closed]
        if late:
            text = f"invited or reminded on {late[0]}, after round {invitation.round} closed ({closed})"
            remarks.find("after the round", where, text)
        declined = invitation.declined
        if declined and any(day > declined for day in invitation.reminded):
            remarks.find("reminded after declining", where, f"a reminder after the answer of {declined}")


def check_comments(exercise: Exercise, remarks: Remarks) -> None:
    """Note what comments name that is not there, and signs of who wrote them."""
    rows = exercise.comment_rows
    if rows is None:
        return
    planned = len(exercise.protocol.rounds)
    groups = [group.id for group in exercise.protocol.groups]
    statements = {one.id: one for one in exercise.statements}
    signs = PersonalSigns(raters_of(exercise) or ())
    seen: dict[object, int] = {}
    for place, comment in enumerate(rows.rows):
        where = f"{rows.name}:{rows.lines[place]}"
        if comment.round > planned:
            expected = f"one of the {planned} planned rounds"
            remarks.add(rows.problem(place, "round", expected=expected, found=str(comment.round)))
        elif exercise.statement_document is not None:
            statement = statements.get(comment.statement)
            if statement is None or statement.in_round(comment.round) is None:
                expected = f"a statement of {'the file' if statement is None else f'round {comment.round}'}"
                remarks.add(
                    rows.problem(place, "statement", expected=expected, found=repr(comment.statement))
                )
        if comment.group is not None and comment.group not in groups:
            remarks.add(
                rows.problem(place, "group", expected=_one_of_groups(groups), found=repr(comment.group))
            )
        for what in signs.found_in(comment.text):
            remarks.find(WHO_WROTE_IT, where, f"this comment holds {what}")
        first = seen.setdefault(comment, rows.lines[place])
        if first != rows.lines[place] and len(comment.text.split()) >= _WORDS_OF_A_COMMENT:
            remarks.find("comment twice", where, f"the same comment as in line {first}")


def raters_of(exercise: Exercise) -> frozenset[str] | None:
    """Who is in the panel; None where that is not known."""
    if exercise.panel_rows is None or not exercise.panel_rows.complete:
        return None
    return frozenset(one.rater for one in exercise.panel)


def _one_of_groups(groups: list[str]) -> str:
    return "one of the groups " + ", ".join(groups) if groups else "a blank (the protocol has no groups)"
