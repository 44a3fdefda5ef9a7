"""A run of a small exercise, worked by hand."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from tests.unit.consensus.rounds.exercises import (
    CODES,
    PANEL,
    PROTOCOL,
    RECORD,
    ROUND_1,
    ROUND_2,
    STATEMENTS,
    invitations_text,
    panel_text,
    ratings_text,
    write_exercise,
)

from allay.base.errors import InvalidInput
from allay.cli.consensus.run import summary
from allay.consensus.protocol.freezing import freeze, unfreeze
from allay.consensus.protocol.journalfile import canonical_entry, journal_path
from allay.consensus.protocol.reading import read_exercise
from allay.consensus.ratings.reading import read_ratings
from allay.consensus.rounds.run import run_exercise

PER_VISIT = {"s1": ROUND_1["s1"], "s2": ROUND_1["s2"]}


@pytest.fixture
def ran(tmp_path):
    def run(**changed):
        protocol, ratings = write_exercise(tmp_path, **changed)
        exercise = read_exercise(protocol)
        tables = read_ratings(ratings, scale=exercise.protocol.scale, name="ratings.csv")
        return run_exercise(exercise, tables, allay_version="1")

    return run


def kinds(result):
    return {one.kind for one in result.findings}


def test_verdicts_are_those_of_each_round_and_version(ran):
    found = [(row.round, row.statement, row.version, row.n, row.verdict) for row in ran().statements]
    assert found == [
        (1, "s1", 1, 12, "appropriate"),
        (1, "s2", 1, 11, "uncertain"),
        (1, "s3", 1, 12, "inappropriate"),
        (2, "s2", 2, 10, "appropriate"),
    ]


def test_numbers_of_a_statement_are_those_worked_out_by_hand(ran):
    row = ran().statements[1]
    # 1 1 2 2 5 5 5 8 8 9 9: P30 at place 3 and P70 at place 7, counted from 0.
    assert row.counts == (2, 2, 0, 0, 3, 0, 0, 2, 2)
    assert (row.median, row.p30, row.p70, row.ipr, row.ai, row.ipras) == (5, 2, 8, 6, 0, 2.35)
    assert row.di == pytest.approx(6 / 2.35)
    assert row.disagreement
    assert (row.share_low, row.share_middle, row.share_high) == (4 / 11, 3 / 11, 4 / 11)


def test_an_edited_statement_keeps_its_ratings_under_the_version_before(ran):
    result = ran()
    first, second = (row for row in result.statements if row.statement == "s2")
    assert (first.text, second.text) == ("Care is one visit.", "Care is more than one visit.")
    assert (first.n, second.n) == (11, 10)
    (change,) = result.changes
    assert (change.statement, change.round, change.change) == ("s2", 2, "edited")
    (moved,) = result.movement
    assert (moved.edited, moved.raters, moved.changed, moved.up) == (True, 10, 6, 6)
    assert (moved.verdict_from, moved.verdict_to) == ("uncertain", "appropriate")


def test_rounds_say_who_took_part(ran):
    first, second = ran().rounds
    assert (first.invited, first.answered, first.response, first.retention) == (12, 12, 1, 12 / 14)
    assert (second.invited, second.answered, second.declined, second.reminded) == (12, 10, 1, 1)
    assert (second.response, second.retention) == (10 / 12, 10 / 14)
    assert (first.decided, first.undecided, first.stop) == (2, 1, None)
    assert second.stop == "all planned rounds are done"


def test_without_invitations_and_panel_nothing_is_claimed_of_them(ran):
    bare = PROTOCOL.split("groups:")[0]
    result = ran(protocol=bare, statements=None, record=None, panel=None, invitations=None, comments=None)
    first = result.rounds[0]
    assert (first.invited, first.response, first.retention, first.reminded) == (None, None, None, None)
    assert (result.recruited, result.participation, result.quotas) == (None, (), ())
    assert [row.text for row in result.statements[:2]] == ["s1", "s2"]


def test_statements_without_a_file_come_in_their_natural_order(ran):
    bare = PROTOCOL.split("groups:")[0]
    ratings = ratings_text({1: {"s10": ROUND_1["s1"], "s2": ROUND_1["s3"]}})
    result = ran(
        protocol=bare,
        statements=None,
        record=None,
        panel=None,
        invitations=None,
        comments=None,
        ratings=ratings,
    )
    assert [row.statement for row in result.statements] == ["s2", "s10"]


def test_another_rule_beside_the_verdict(ran):
    # 3 3 3 7 7 7 8 8 8: appropriate by linear percentiles, uncertain by nearest rank.
    ratings = ratings_text({1: ROUND_1 | {"s1": (3, 3, 3, 7, 7, 7, 8, 8, 8, None, None, None)}})
    row = ran(ratings=ratings, comments=None).statements[0]
    assert (row.verdict, row.di) == ("appropriate", 0.75)
    other = {one.rule: (one.verdict, one.differs) for one in row.sensitivity}
    assert other["ram-nearest-rank"] == ("uncertain", True)
    assert other["ram-linear"] == ("appropriate", False)


def test_agreement_of_a_round_is_that_of_raters_who_rated_everything(ran):
    agreement = ran().rounds[0].agreement
    # Of the eleven raters who rated all three statements; W of three statements is below 1, as s2 moves.
    assert 0 < agreement["kendall_w"] < 1
    assert set(agreement) == {"kendall_w", "krippendorff_alpha_ordinal", "gwet_ac2", "icc_A1"}
    assert ran().rounds[1].agreement == {}


@pytest.mark.parametrize(
    ("stop", "expected"),
    [
        ("{when: decided}", [None, "every statement has a decision"]),
        ("{when: stable, largest_change: 60}", [None, "ratings are stable"]),
        ("{when: stable, largest_change: 59.9}", [None, "all planned rounds are done"]),
    ],
)
def test_the_stop_rule_is_said_where_it_is_met(ran, stop, expected):
    rounds = ran(protocol=PROTOCOL + f"stop: {stop}\n").rounds
    for row, words in zip(rounds, expected, strict=True):
        assert row.stop is None if words is None else row.stop.startswith(words)


def test_a_round_after_the_stop_is_a_finding(ran):
    ratings = ratings_text({1: dict.fromkeys(ROUND_1, ROUND_1["s1"]), 2: ROUND_2})
    result = ran(ratings=ratings, protocol=PROTOCOL + "stop: {when: decided}\n")
    assert result.rounds[0].stop == "every statement has a decision"
    assert "after the stop" in kinds(result)
    assert "after the stop" not in kinds(ran(protocol=PROTOCOL + "stop: {when: decided}\n"))


def test_a_new_wording_nobody_rated_has_no_decision(ran):
    decided = PROTOCOL + "stop: {when: decided}\n"
    edited = STATEMENTS.replace(
        "text: Care is given by a team.}]",
        "text: Care is given by a team.}, {version: 2, from_round: 2, text: By a team., reason: Short}]",
    )
    rounds = ran(protocol=decided, statements=edited).rounds
    assert rounds[1].stop == "all planned rounds are done"


def test_movement_goes_over_a_round_that_nobody_rated(ran):
    third = "    statements: undecided\n  - {objective: Once more, statements: undecided}\n"
    protocol = PROTOCOL.replace("    statements: undecided\n", third)
    record = RECORD.split("meetings:")[0].replace("{number: 2", "{number: 3")
    held = record.replace(
        "  - {number: 3", "  - {number: 2, opened: 2026-03-27, closed: 2026-03-28}\n  - {number: 3"
    )
    result = ran(
        protocol=protocol, ratings=ratings_text({1: ROUND_1, 3: ROUND_2}), record=held, invitations=None
    )
    assert [(row.number, row.answered) for row in result.rounds] == [(1, 12), (2, 0), (3, 10)]
    assert [(one.from_round, one.to_round, one.changed) for one in result.movement] == [(1, 3, 6)]


def test_stability_of_a_round_leaves_out_edited_statements(ran):
    edited = ran().stability
    assert [(one.from_round, one.to_round, one.raters, one.pairs) for one in edited] == [(1, 2, 0, None)]
    one_wording = STATEMENTS.replace(
        "      - {version: 2, from_round: 2, text: Care is more than one visit., reason: It was unclear}\n",
        "",
    )
    result = ran(statements=one_wording)
    (found,), (moved,) = result.stability, result.movement
    assert (found.raters, found.pairs, found.share_changed) == (10, 10, 0.6)
    assert found.spearman is None  # a rank correlation of one statement says nothing
    assert (moved.share_changed, moved.same_region) == (0.6, 0.4)


def test_what_was_listed_and_rated_by_nobody_stays_undecided_without_a_file_of_statements(ran):
    ratings = ratings_text({1: {**ROUND_1, "s9": (None,) * 12}, 2: ROUND_2})
    rounds = ran(protocol=PROTOCOL + "stop: {when: decided}\n", ratings=ratings, statements=None).rounds
    assert [row.stop for row in rounds] == [None, "all planned rounds are done"]


def test_rating_what_was_decided_is_a_finding_unless_it_was_edited(ran):
    again = ratings_text({1: ROUND_1, 2: ROUND_2 | {"s1": ROUND_1["s1"]}})
    assert "decided before" in kinds(ran(ratings=again))
    edited = STATEMENTS.replace(
        "text: Care is given by a team.}]",
        "text: Care is given by a team.}, {version: 2, from_round: 2, text: By a team., reason: Short}]",
    )
    assert edited != STATEMENTS
    assert "decided before" not in kinds(ran(ratings=again, statements=edited))


def test_a_statement_nobody_rated_is_a_finding(ran):
    ratings = ratings_text({1: PER_VISIT, 2: {"s2": (None,) * 12}})
    result = ran(ratings=ratings)
    said = {one.text for one in result.findings if one.kind == "not rated"}
    assert said == {
        "nobody rated s3 in round 1",
        "nobody rated s2 in round 2",
        "nobody rated s3 in round 2",
    }
    assert [row.statement for row in result.statements] == ["s1", "s2"]


def test_who_rated_without_invitation_or_after_declining_is_a_finding_without_a_code(ran):
    sent = invitations_text().replace("1,zq01,2026-03-02,,\n", "")
    sent = sent.replace("1,zq02,2026-03-02,,", "1,zq02,2026-03-02,,2026-03-05")
    result = ran(invitations=sent)
    assert {"not invited", "declined and rated"} <= kinds(result)
    assert result.rounds[0].response == 11 / 11
    assert "ratings.csv:" not in json.dumps([one.model_dump() for one in result.findings])


def test_a_reminder_for_nothing_is_a_finding(ran):
    late = invitations_text().replace("2,zq01,2026-04-06,,", "2,zq01,2026-04-06,2026-04-30,")
    assert "reminded for nothing" in kinds(ran(invitations=late))
    assert "reminded for nothing" not in kinds(ran())


def test_an_empty_group_is_a_finding_and_refused_where_each_group_decides(ran):
    patients = panel_text(dict.fromkeys(CODES, ("patients", "advocate", "home", "west")))
    said = [one.text for one in ran(panel=patients, comments=None).findings if one.kind == "empty group"]
    assert any("makers" in text for text in said)
    each = PROTOCOL + "rule: {method: comet, each_group: true}\n"
    with pytest.raises(InvalidInput, match="makers"):
        ran(panel=patients, protocol=each, comments=None)


def test_statements_the_rule_cannot_judge_are_named_with_their_line(ran):
    counting = PROTOCOL + "rule: {method: ram, panel_rule: count}\n"
    ratings = ratings_text({1: ROUND_1 | {"s1": (7,) * 7 + (None,) * 5}})
    with pytest.raises(InvalidInput) as refused:
        ran(protocol=counting, ratings=ratings, comments=None)
    (problem,) = refused.value.problems
    assert (problem.file, problem.at) == ("ratings.csv", "2")
    assert "'s1' in round 1" in problem.found


def test_comet_in_each_group(ran):
    each = PROTOCOL + "rule: {method: comet, each_group: true}\n"
    rows = {row.statement: row.verdict for row in ran(protocol=each).statements if row.round == 1}
    assert rows == {"s1": "in", "s2": "none", "s3": "out"}


def test_another_scale_has_no_numbers_of_the_appropriateness_method(ran):
    five = PROTOCOL + "scale: {minimum: 1, maximum: 5, low_to: 2, high_from: 4}\nrule: {method: percent}\n"
    ratings = ratings_text({1: {"s1": (4, 5, 4, 5, 4, 4, 5, 4, 4, 2, 1, 3)}})
    row = ran(protocol=five, ratings=ratings, comments=None).statements[0]
    assert (row.verdict, row.median, row.share_high) == ("in", 4, 9 / 12)
    assert (row.ipr, row.ai, row.ipras, row.di, row.disagreement) == (None,) * 5
    assert {one.rule for one in row.sensitivity} == {
        "comet-70-15-a", "comet-70-15-b", "percent-75", "percent-80",
    }  # fmt: skip


class TestFreezing:
    def journal(self, folder, *entries):
        data = b"".join(canonical_entry(entry) + b"\n" for entry in entries)
        journal_path(folder / "protocol.yaml").write_bytes(data)

    def frozen(self, folder, on):
        protocol, _ = write_exercise(folder)
        return freeze([], read_exercise(protocol).protocol, on=on, by="chair")

    @pytest.mark.parametrize(("day", "in_time"), [(2, True), (3, False)])
    def test_in_time_is_on_or_before_the_day_round_1_opened(self, ran, tmp_path, day, in_time):
        self.journal(tmp_path, self.frozen(tmp_path, dt.date(2026, 3, day)))
        freezing = ran().freezing
        assert (freezing.state, freezing.before_first_round) == ("frozen", in_time)
        assert "not frozen" not in kinds(ran())

    def test_a_protocol_unfrozen_before_round_1_was_not_frozen_in_time(self, ran, tmp_path):
        first = self.frozen(tmp_path, dt.date(2026, 2, 1))
        second = unfreeze([first], on=dt.date(2026, 2, 20), by="chair", reason="A group was forgotten")
        self.journal(tmp_path, first, second)
        result = ran()
        assert (result.freezing.state, result.freezing.before_first_round) == ("unfrozen", False)
        assert [entry.reason for entry in result.freezing.entries] == [None, "A group was forgotten"]
        assert "not frozen" in kinds(result)

    def test_another_protocol_than_the_frozen_one_is_refused_with_what_differs(self, ran, tmp_path):
        self.journal(tmp_path, self.frozen(tmp_path, dt.date(2026, 3, 1)))
        with pytest.raises(InvalidInput) as refused:
            ran(protocol=PROTOCOL.replace("A small exercise", "Another") + "smallest_group: 6\n")
        assert {one.field for one in refused.value.problems} == {"/title", "/smallest_group"}

    @pytest.mark.parametrize("changed", [True, False])
    def test_what_was_frozen_as_round_1_opened_has_to_be_what_is_frozen_now(self, ran, tmp_path, changed):
        now = PROTOCOL + "smallest_group: 6\n" if changed else PROTOCOL
        first = self.frozen(tmp_path, dt.date(2026, 2, 1))
        second = unfreeze([first], on=dt.date(2026, 5, 1), by="chair", reason="It suits us better")
        write_exercise(tmp_path, protocol=now)
        protocol = read_exercise(tmp_path).protocol
        third = freeze([first, second], protocol, on=dt.date(2026, 5, 1), by="chair")
        self.journal(tmp_path, first, second, third)
        result = ran(protocol=now)
        assert (result.freezing.state, result.freezing.before_first_round) == ("frozen", not changed)
        # The record of this exercise notes no hashes: the days of the journal say it.
        assert ("protocol changed" in kinds(result)) is changed
        when = "but not as it is now when" if changed else "before"
        assert f"protocol: frozen, {when} round 1 opened; unfrozen 1 time; head" in summary(result)

    def test_a_round_opened_under_another_protocol_is_a_finding(self, ran):
        other = RECORD.replace("closed: 2026-03-20}", "closed: 2026-03-20, protocol_sha256: abc}")
        assert "protocol changed" in kinds(ran(record=other))


def test_who_is_in_the_panel_is_said_by_kind_and_adds_up(ran):
    result = ran()
    assert sum(cell.recruited for cell in result.participation) == len(PANEL)
    assert [cell.type for cell in result.participation] == ["advocate", "several"]
