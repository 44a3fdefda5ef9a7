"""Folders of exercises for tests: a small one that fits together, and what reading says of others."""

from __future__ import annotations

from pathlib import Path

import pytest

from allay.base.errors import InvalidInput
from allay.consensus.protocol.exercise import Exercise
from allay.consensus.protocol.reading import read_exercise

PROTOCOL = """\
id: definition
title: A definition
question: What is it?
rounds:
  - objective: Rate
  - objective: Rate again
    statements: undecided
groups:
  - id: patients
    name: Patients
  - id: payers
    name: Payers
"""
STATEMENTS = """\
statements:
  - id: s1
    versions:
      - {version: 1, from_round: 1, text: Care is given by a team.}
      - {version: 2, from_round: 2, text: A team gives care., reason: Shorter}
  - id: s2
    versions:
      - {version: 1, from_round: 1, text: Plans are shared.}
    removed_after: 1
    removed_because: It says the same.
"""
PANEL = "rater,group,type\nr01,patients,advocate\nr02,patients,\nr03,payers,payer\n"
INVITATIONS = "round,rater,invited,reminded,declined\n1,r01,2026-03-02,,\n1,r02,2026-03-02,2026-03-09,\n"
COMMENTS = "round,statement,text\n1,s1,Say who is in the team\n"
RECORD = """\
rounds:
  - number: 1
    opened: 2026-03-02
    closed: 2026-03-20
meetings:
  - id: m1
    on: 2026-03-25
    after_round: 1
    mode: online
    moderated_by: chair
    attended: [r01, r03]
    summary: Wording was talked about.
"""
WHOLE = {
    "protocol.yaml": PROTOCOL,
    "statements.yaml": STATEMENTS,
    "panel.csv": PANEL,
    "invitations.csv": INVITATIONS,
    "comments.csv": COMMENTS,
    "record.yaml": RECORD,
}


def write(folder: Path, **files: str | bytes | None) -> Path:
    """Write an exercise; keywords such as `panel_csv` replace a file, None leaves it out."""
    changed = {name.replace("_", "."): text for name, text in files.items()}
    for name, text in {**WHOLE, **changed}.items():
        if text is not None:
            (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder


def problems(folder: Path) -> list[str]:
    """What reading refuses, without the folder."""
    with pytest.raises(InvalidInput) as refused:
        read_exercise(folder)
    return [str(one).replace(f"{folder}/", "") for one in refused.value.problems]


def findings(folder: Path) -> list[tuple[str, str]]:
    """Kind and place of what reading finds."""
    return [(one.kind, one.where) for one in read_exercise(folder).findings]


def exercise(folder: Path, **files: str | bytes | None) -> Exercise:
    """Write and read an exercise."""
    return read_exercise(write(folder, **files))
