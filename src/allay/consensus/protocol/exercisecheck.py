"""Whether the files of an exercise fit together: who and what they name, and the order of days."""

from __future__ import annotations

import dataclasses
import difflib

from allay.consensus.checklists.narrative import narrative_problems
from allay.consensus.decisions.criteria import judgment_problems
from allay.consensus.protocol.exercise import COMMENTS, INVITATIONS, PANEL, RECORD, STATEMENTS, Exercise
from allay.consensus.protocol.panelcheck import check_comments, check_invitations, check_panel
from allay.consensus.protocol.recordcheck import check_record
from allay.consensus.protocol.remarks import Remarks, place_of
from allay.consensus.protocol.wordings import check_wordings

KNOWN = (STATEMENTS, PANEL, INVITATIONS, COMMENTS, RECORD)
_NEAR = 0.8


def check_exercise(exercise: Exercise, remarks: Remarks) -> Exercise:
    """Return the exercise with its findings, or refuse it with all problems.

    Parameters
    ----------
    exercise : Exercise
        A file that could not be read counts as not there.
    remarks : Remarks
        Problems that reading found.

    Raises
    ------
    InvalidInput
        With the problems of reading and of these checks.
    """
    check_rule(exercise, remarks)
    check_statements(exercise, remarks)
    check_parents(exercise, remarks)
    check_panel(exercise, remarks)
    check_invitations(exercise, remarks)
    check_comments(exercise, remarks)
    check_record(exercise, remarks)
    check_wordings(exercise, remarks)
    check_vocabulary(exercise, remarks)
    check_names(exercise, remarks)
    remarks.refuse()
    return dataclasses.replace(exercise, findings=tuple(remarks.findings))


def check_rule(exercise: Exercise, remarks: Remarks) -> None:
    """Refuse a rule that asks each group where the protocol has none: no round could be judged by it."""
    rule = exercise.protocol.rule
    if rule.method != "ram" and rule.each_group and not exercise.protocol.groups:
        expected = "groups in the protocol (each group decides), or false"
        remarks.add(exercise.document.problem("rule", "each_group", expected=expected, found="no groups"))


def check_statements(exercise: Exercise, remarks: Remarks) -> None:
    """Note statements whose rounds are not planned, that never stand in any, or that have the same words."""
    document = exercise.statement_document
    if document is None:
        return
    planned = len(exercise.protocol.rounds)
    words: dict[str, str] = {}
    for place, statement in enumerate(document.value.statements):
        for at, version in enumerate(statement.versions):
            keys = ("statements", place, "versions", at)
            if version.from_round > planned:
                expected = f"one of the {planned} planned rounds"
                found = f"round {version.from_round}"
                remarks.add(document.problem(*keys, "from_round", expected=expected, found=found))
            elif at and statement.removed_after is not None and version.from_round > statement.removed_after:
                expected = f"a round up to {statement.removed_after}, the last before it was taken out"
                found = f"round {version.from_round}"
                remarks.add(document.problem(*keys, "from_round", expected=expected, found=found))
            plain = " ".join(version.text.casefold().split())
            other = words.setdefault(plain, statement.id)
            if other != statement.id:
                where = place_of(document.problem(*keys, "text", expected="", found=""))
                remarks.find("same words", where, f"{statement.id} has the words of {other}")
        last, first = statement.removed_after, statement.versions[0].from_round
        if last is not None and not first <= last <= planned:
            expected = f"a round from {first}, its first, to {planned}, the last planned"
            found = f"round {last}"
            remarks.add(
                document.problem("statements", place, "removed_after", expected=expected, found=found)
            )


def check_parents(exercise: Exercise, remarks: Remarks) -> None:
    """Refuse statements that are split off from themselves, by way of others or not."""
    document = exercise.statement_document
    if document is None:
        return
    parents = {one.id: one.parent for one in document.value.statements}
    for place, statement in enumerate(document.value.statements):
        seen, above = {statement.id}, statement.parent
        while above is not None and above not in seen:
            seen.add(above)
            above = parents[above]
        if above == statement.id:
            expected = "a statement that is not split off from this one"
            found = repr(statement.parent)
            remarks.add(document.problem("statements", place, "parent", expected=expected, found=found))


def check_vocabulary(exercise: Exercise, remarks: Remarks) -> None:
    """Refuse texts for items that no checklist has, and judgments on criteria that do not exist."""
    remarks.problems.extend(narrative_problems(exercise.document))
    if exercise.record_document is not None:
        remarks.problems.extend(narrative_problems(exercise.record_document))
        remarks.problems.extend(judgment_problems(exercise.record_document))


def check_names(exercise: Exercise, remarks: Remarks) -> None:
    """Find files whose names are nearly those of an exercise: they are not read, and seldom on purpose."""
    present = sorted(path.name for path in exercise.folder.iterdir() if path.is_file())
    for name in KNOWN:
        if name in present:
            continue
        others = [other for other in present if other not in KNOWN and other != exercise.path.name]
        plain = {other.casefold(): other for other in others if other.endswith((".csv", ".yaml", ".yml"))}
        for near in difflib.get_close_matches(name, plain, n=1, cutoff=_NEAR):
            remarks.find("not read", plain[near], f"this file is not read; {name} would be")
