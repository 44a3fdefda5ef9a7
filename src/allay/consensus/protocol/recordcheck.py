"""Whether the record fits the protocol, the panel, the statements and itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable, Iterator

from allay.base.documents import Document
from allay.consensus.protocol.exercise import Exercise
from allay.consensus.protocol.heads import frozen_at
from allay.consensus.protocol.panelcheck import raters_of
from allay.consensus.protocol.privacy import PersonalSigns
from allay.consensus.protocol.record import ExerciseRecord
from allay.consensus.protocol.remarks import Remarks, place_of

Keys = tuple[str | int, ...]


def check_record(exercise: Exercise, remarks: Remarks) -> None:
    """Note what the record names that is not there, days out of order, and signs of who said what."""
    document = exercise.record_document
    if document is None:
        return
    check = _RecordCheck(exercise, document, remarks)
    check.rounds()
    check.meetings()
    check.decisions()
    check.comment_periods()
    check.endorsements()
    check.interests()
    check.texts()


class _RecordCheck:
    def __init__(self, exercise: Exercise, document: Document[ExerciseRecord], remarks: Remarks) -> None:
        self.exercise = exercise
        self.document = document
        self.record = document.value
        self.remarks = remarks
        self.raters = raters_of(exercise)
        self.statements = (
            None if exercise.statement_document is None else {one.id for one in exercise.statements}
        )
        self.seen: dict[Hashable, Keys] = {}

    def wrong(self, keys: Keys, expected: str, found: str) -> None:
        self.remarks.add(self.document.problem(*keys, expected=expected, found=found))

    def find(self, kind: str, keys: Keys, text: str) -> None:
        self.remarks.find(kind, place_of(self.document.problem(*keys, expected="", found="")), text)

    def once(self, kind: str, key: Hashable, keys: Keys, found: str) -> None:
        first = self.seen.setdefault((kind, key), keys)
        if first != keys:
            line = self.document.problem(*first, expected="", found="").at
            self.wrong(keys, f"each {kind} once (the first is in line {line})", found)

    def known(self, kind: str, name: str, keys: Keys) -> None:
        among, expected = {
            "rater": (self.raters, "a rater of the panel"),
            "statement": (self.statements, "a statement of the file"),
        }[kind]
        if among is not None and name not in among:
            self.wrong(keys, expected, repr(name))

    def rounds(self) -> None:
        planned, journal = len(self.exercise.protocol.rounds), self.exercise.journal
        last = None
        for place, held in enumerate(self.record.rounds):
            keys: Keys = ("rounds", place)
            number = (*keys, "number")
            if held.number > planned:
                self.wrong(number, f"one of the {planned} planned rounds", f"round {held.number}")
            elif held.number != (after := last.number + 1 if last else 1):
                self.wrong(number, f"round {after}, as rounds follow each other", f"round {held.number}")
            if last:
                end = last.closed or last.opened
                if held.opened < end:
                    what = "closed" if last.closed else "opened"
                    expected = f"a day not before round {last.number} {what} ({end})"
                    self.wrong((*keys, "opened"), expected, str(held.opened))
                if last.closed is None:
                    text = f"round {held.number} was opened; round {last.number} has no closing day"
                    self.find("not closed", keys, text)
            if journal and held.journal_head is None:
                text = f"round {held.number} does not name the head of the journal as it was opened"
                self.find("no head noted", keys, text)
            elif not journal and held.protocol_sha256 is not None:
                text = f"round {held.number} names a protocol, and there is no journal"
                self.find("no journal", keys, text)
            if journal and frozen_at(held, journal) is None:
                text = f"round {held.number} was opened while the protocol was not frozen"
                self.find("opened unfrozen", keys, text)
            last = held

    def meetings(self) -> None:
        held = {one.number: one for one in self.record.rounds}
        for place, meeting in enumerate(self.record.meetings):
            keys: Keys = ("meetings", place)
            self.once("meeting", meeting.id, (*keys, "id"), repr(meeting.id))
            for at, rater in enumerate(meeting.attended):
                self.known("rater", rater, (*keys, "attended", at))
                self.once(f"rater in meeting {meeting.id}", rater, (*keys, "attended", at), repr(rater))
            for at, statement in enumerate(meeting.statements):
                self.known("statement", statement, (*keys, "statements", at))
            if meeting.after_round > (planned := len(self.exercise.protocol.rounds)):
                expected = f"0 or one of the {planned} planned rounds"
                self.wrong((*keys, "after_round"), expected, f"round {meeting.after_round}")
            before, after = held.get(meeting.after_round), held.get(meeting.after_round + 1)
            if before and meeting.on < before.opened:
                expected = f"a day not before round {before.number} opened ({before.opened})"
                self.wrong((*keys, "on"), expected, str(meeting.on))
            elif before and before.closed and meeting.on < before.closed:
                text = f"the meeting after round {before.number} was held before the round closed"
                self.find("meeting out of order", (*keys, "on"), text)
            if after and meeting.on > after.opened:
                text = f"the meeting before round {after.number} was held after the round opened"
                self.find("meeting out of order", (*keys, "on"), text)

    def decisions(self) -> None:
        for place, decision in enumerate(self.record.decisions):
            keys: Keys = ("decisions", place)
            self.once("decision", decision.id, (*keys, "id"), repr(decision.id))
            for at, statement in enumerate(decision.statements):
                self.known("statement", statement, (*keys, "statements", at))
                self.once(
                    f"statement of {decision.id}", statement, (*keys, "statements", at), repr(statement)
                )
            for at, judgment in enumerate(decision.judgments):
                found = repr(judgment.criterion)
                where = (*keys, "judgments", at, "criterion")
                self.once(f"criterion of {decision.id}", judgment.criterion, where, found)

    def comment_periods(self) -> None:
        for place, period in enumerate(self.record.comment_periods):
            keys: Keys = ("comment_periods", place)
            key = (period.document, period.version)
            self.once("version of a document", key, (*keys, "version"), str(period.version))
            for at, comment in enumerate(period.comments):
                where = (*keys, "comments", at)
                self.once("public comment", comment.id, (*where, "id"), repr(comment.id))
                if comment.statement is not None:
                    self.known("statement", comment.statement, (*where, "statement"))
                if not period.opens <= comment.received <= period.closes:
                    text = f"received on {comment.received}, not from {period.opens} to {period.closes}"
                    self.find("comment out of time", where, text)

    def endorsements(self) -> None:
        standing: dict[tuple[str, str], tuple[dt.date | None, Keys]] = {}
        for place, one in enumerate(self.record.endorsements):
            keys: Keys = ("endorsements", place)
            if one.withdrawn and one.withdrawn < one.on:
                expected = f"a day not before it was given ({one.on})"
                self.wrong((*keys, "withdrawn"), expected, str(one.withdrawn))
            key = (one.organization, one.of)
            withdrawn, first = standing.get(key, (None, keys))
            if first != keys and (withdrawn is None or one.on < withdrawn):
                line = self.document.problem(*first, expected="", found="").at
                expected = f"one endorsement at a time (the first is in line {line})"
                self.wrong((*keys, "organization"), expected, repr(one.organization))
            standing[key] = (one.withdrawn, keys)

    def interests(self) -> None:
        for place, one in enumerate(self.record.interests):
            keys: Keys = ("interests", place, "rater")
            self.known("rater", one.rater, keys)
            self.once(f"declaration of a rater on {one.on}", one.rater, keys, repr(one.rater))
        recruited, panel = self.record.recruited, len(self.exercise.panel)
        if recruited is not None and recruited < panel:
            text = f"{recruited} recruited, and {panel} in the file of the panel"
            self.find("panel larger than recruited", ("recruited",), text)

    def texts(self) -> None:
        signs = PersonalSigns(self.raters or ())
        for keys, text in self._texts():
            for what in signs.found_in(text):
                self.find("who said it", keys, f"this text holds {what}")

    def _texts(self) -> Iterator[tuple[Keys, str]]:
        for place, meeting in enumerate(self.record.meetings):
            yield ("meetings", place, "summary"), meeting.summary
            yield ("meetings", place, "moderated_by"), meeting.moderated_by
        for place, decision in enumerate(self.record.decisions):
            for at, view in enumerate(decision.minority):
                yield ("decisions", place, "minority", at, "text"), view.text
        for place, period in enumerate(self.record.comment_periods):
            for at, comment in enumerate(period.comments):
                yield ("comment_periods", place, "comments", at, "text"), comment.text
        for place, interest in enumerate(self.record.interests):
            for key, said in (("declared", interest.declared), ("managed", interest.managed)):
                if said is not None:
                    yield ("interests", place, key), said
