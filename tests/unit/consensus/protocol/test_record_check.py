"""The record against protocol, panel, statements and itself."""

from __future__ import annotations

import pytest
from tests.unit.consensus.protocol.exercise_folder import RECORD, findings, problems, write

SECOND = "  - number: 2\n    opened: 2026-04-01\n"
DECISION = """\
decisions:
  - id: d1
    recommendation: Work in teams.
    statements: [s1]
    origin: new
    conclusion: For.
    judgments:
      - {criterion: balance, judgment: large}
    minority:
      - text: Too costly.
"""
PERIOD = """\
comment_periods:
  - document: Draft
    version: 1
    opens: 2026-05-01
    closes: 2026-05-31
    comments:
      - {id: c1, received: 2026-05-02, from_kind: payer, statement: s1, text: Good.}
"""
SUPPORT = """\
endorsements:
  - {organization: o1, name: One, on: 2026-06-01, of: Draft}
"""
INTERESTS = """\
interests:
  - {rater: r01, on: 2026-02-01}
"""
ALL = RECORD + DECISION + PERIOD + SUPPORT + INTERESTS


def changed(old: str, new: str) -> str:
    assert ALL.count(old) == 1, old
    return ALL.replace(old, new)


def test_a_full_record_fits(tmp_path) -> None:
    write(tmp_path, record_yaml=ALL)
    assert findings(tmp_path) == []


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        (
            "number: 1\n",
            "number: 2\n",
            "2: /rounds/0/number: expected round 1, as rounds follow each other, found round 2",
        ),
        (
            "number: 1\n",
            "number: 3\n",
            "2: /rounds/0/number: expected one of the 2 planned rounds, found round 3",
        ),
        (
            "meetings:\n",
            SECOND.replace("04-01", "03-19") + "meetings:\n",
            "6: /rounds/1/opened: expected a day not before round 1 closed (2026-03-20), found 2026-03-19",
        ),
        (
            "meetings:\n",
            SECOND.replace("number: 2", "number: 1") + "meetings:\n",
            "5: /rounds/1/number: expected round 2, as rounds follow each other, found round 1",
        ),
        (
            "attended: [r01, r03]",
            "attended: [r01, r09]",
            "11: /meetings/0/attended/1: expected a rater of the panel, found 'r09'",
        ),
        (
            "attended: [r01, r03]",
            "attended: [r01, r01]",
            "11: /meetings/0/attended/1: expected each rater in meeting m1 once (the first is in line 11), "
            "found 'r01'",
        ),
        (
            "after_round: 1",
            "after_round: 3",
            "8: /meetings/0/after_round: expected 0 or one of the 2 planned rounds, found round 3",
        ),
        (
            "on: 2026-03-25",
            "on: 2026-03-01",
            "7: /meetings/0/on: expected a day not before round 1 opened (2026-03-02), found 2026-03-01",
        ),
        (
            "    summary: Word",
            "    statements: [s9]\n    summary: Word",
            "12: /meetings/0/statements/0: expected a statement of the file, found 's9'",
        ),
        (
            "statements: [s1]\n",
            "statements: [s1, s8, s1]\n",
            "16: /decisions/0/statements/1: expected a statement of the file, found 's8'",
        ),
        (
            "statements: [s1]\n",
            "statements: [s1, s1]\n",
            "16: /decisions/0/statements/1: expected each statement of d1 once (the first is in line 16), "
            "found 's1'",
        ),
        (
            "      - {criterion: balance, judgment: large}\n",
            "      - {criterion: balance, judgment: large}\n      - {criterion: balance, judgment: no}\n",
            "21: /decisions/0/judgments/1/criterion: expected each criterion of d1 once (the first is in "
            "line 20), found 'balance'",
        ),
        (
            "statement: s1, text: Good.",
            "statement: s7, text: Good.",
            "29: /comment_periods/0/comments/0/statement: expected a statement of the file, found 's7'",
        ),
        (
            SUPPORT,
            SUPPORT + "  - {organization: o1, name: One, on: 2026-06-02, of: Draft}\n",
            "32: /endorsements/1/organization: expected one endorsement at a time (the first is in line 31), "
            "found 'o1'",
        ),
        (
            "of: Draft}",
            "of: Draft, withdrawn: 2026-05-01}",
            "31: /endorsements/0/withdrawn: expected a day not before it was given (2026-06-01), "
            "found 2026-05-01",
        ),
        (
            "rater: r01, on",
            "rater: r77, on",
            "33: /interests/0/rater: expected a rater of the panel, found 'r77'",
        ),
        (
            INTERESTS,
            INTERESTS + "  - {rater: r01, on: 2026-02-01}\n",
            "34: /interests/1/rater: expected each declaration of a rater on 2026-02-01 once (the first is "
            "in line 33), found 'r01'",
        ),
    ],
)
def test_what_does_not_fit_is_refused(tmp_path, old, new, found) -> None:
    write(tmp_path, record_yaml=changed(old, new))
    assert f"record.yaml:{found}" in problems(tmp_path)


@pytest.mark.parametrize(
    ("old", "new", "kind", "line"),
    [
        ("    closed: 2026-03-20\n", "", "not closed", 4),
        ("on: 2026-03-25", "on: 2026-03-10", "meeting out of order", 9),
        ("on: 2026-03-25", "on: 2026-04-02", "meeting out of order", 9),
        ("received: 2026-05-02", "received: 2026-06-02", "comment out of time", 31),
        ("rounds:\n", "recruited: 2\nrounds:\n", "panel larger than recruited", 1),
        ("Wording was talked about.", "As r03 said.", "who said it", 14),
        ("moderated_by: chair", "moderated_by: ann@example.org", "who said it", 12),
        ("Too costly.", "Write to ann@example.org", "who said it", 24),
        ("text: Good.", "text: Call 555-123-4567", "who said it", 31),
        ("on: 2026-02-01}", "on: 2026-02-01, declared: r01 has shares}", "who said it", 35),
    ],
)
def test_what_is_odd_is_found(tmp_path, old, new, kind, line) -> None:
    text = changed(old, new).replace("meetings:\n", SECOND + "meetings:\n")
    write(tmp_path, record_yaml=text)
    assert findings(tmp_path) == [(kind, f"record.yaml:{line}")]


def test_an_endorsement_may_be_given_again_once_withdrawn(tmp_path) -> None:
    again = "  - {organization: o1, name: One, on: 2026-08-01, of: Draft}\n"
    text = ALL.replace("of: Draft}\n", "of: Draft, withdrawn: 2026-07-01}\n" + again)
    write(tmp_path, record_yaml=text)
    assert findings(tmp_path) == []


def test_raters_are_not_called_unknown_while_the_panel_cannot_be_read(tmp_path) -> None:
    write(tmp_path, panel_csv="rater\nr 1\n")
    assert [line.split(":")[0] for line in problems(tmp_path)] == ["panel.csv"]
