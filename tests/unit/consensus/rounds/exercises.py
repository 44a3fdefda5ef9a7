"""A small exercise worked by hand, as files: what tests of rounds start from. All of it is made up."""

from __future__ import annotations

from pathlib import Path

PROTOCOL = """\
id: small
synthetic: true
title: A small exercise
question: What belongs to integrative care?
rounds:
  - objective: Rate alone
  - objective: Rate what is undecided, after a meeting
    setting: group
    statements: undecided
groups:
  - {id: patients, name: Patients, quota: 5}
  - {id: payers, name: Payers, quota: 4}
  - {id: makers, name: Policymakers, quota: 2}
"""
STATEMENTS = """\
statements:
  - id: s1
    topic: Team
    versions: [{version: 1, from_round: 1, text: Care is given by a team.}]
  - id: s2
    versions:
      - {version: 1, from_round: 1, text: Care is one visit.}
      - {version: 2, from_round: 2, text: Care is more than one visit., reason: It was unclear}
  - id: s3
    versions: [{version: 1, from_round: 1, text: Care is paid by the visit.}]
"""
CODES = tuple(f"zq{number:02d}" for number in range(1, 13))
PANEL = {
    code: (group, kind, setting, region)
    for code, (group, kind, setting, region) in zip(
        CODES,
        [("patients", "advocate", "home", "west")] * 6
        + [("payers", "payer", "office", "west")] * 3
        + [("makers", "state", "office", "east")] * 3,
        strict=True,
    )
}
ROUND_1 = {
    "s1": (7, 8, 8, 9, 9, 7, 8, 7, 9, 8, 7, 9),  # appropriate
    "s2": (1, 2, 9, 8, 5, 5, 1, 9, 2, 8, 5, None),  # disagreement: uncertain
    "s3": (1, 2, 2, 3, 1, 1, 2, 3, 1, 2, 1, 3),  # inappropriate
}
ROUND_2 = {"s2": (8, 8, 9, 8, 7, 7, 8, 9, 8, 8, None, None)}
RECORD = """\
recruited: 14
rounds:
  - {number: 1, opened: 2026-03-02, closed: 2026-03-20}
  - {number: 2, opened: 2026-04-06, closed: 2026-04-24}
meetings:
  - id: m1
    on: 2026-03-27
    after_round: 1
    mode: online
    moderated_by: facilitator
    attended: [zq01, zq07]
    summary: Words of the second statement were unclear, as zq07 said.
interests:
  - {rater: zq01, on: 2026-02-20, declared: Works for a clinic, managed: Told to all}
  - {rater: zq02, on: 2026-02-20}
"""
COMMENTS = """\
round,statement,text,group
1,s2,<b>Unclear</b> & too short,patients
1,s2,What is one visit?,payers
1,s1,Agreed,
"""


def write_exercise(folder: Path, **changed: str | None) -> tuple[Path, Path]:
    """Write the exercise, with other text for some of its files (None: without it); protocol and ratings."""
    files = {
        "protocol": PROTOCOL,
        "statements": STATEMENTS,
        "record": RECORD,
        "panel": panel_text(PANEL),
        "invitations": invitations_text(),
        "comments": COMMENTS,
        "ratings": ratings_text({1: ROUND_1, 2: ROUND_2}),
    } | changed
    for name, text in files.items():
        if text is not None:
            kind = "yaml" if name in ("protocol", "statements", "record") else "csv"
            (folder / f"{name}.{kind}").write_text(text)
    return folder / "protocol.yaml", folder / "ratings.csv"


def panel_text(panel: dict[str, tuple[str, str, str, str]]) -> str:
    """The file of a panel."""
    rows = [",".join((code, *kinds)) for code, kinds in panel.items()]
    return "\n".join(["rater,group,type,setting,region", *rows, ""])


def ratings_text(rounds: dict[int, dict[str, tuple[int | None, ...]]], codes: tuple[str, ...] = CODES) -> str:
    """The file of ratings, in the order of statements and codes."""
    rows = [
        f"{number},{statement},{code},{'' if rating is None else rating}"
        for number, ratings in rounds.items()
        for statement, given in ratings.items()
        for code, rating in zip(codes, given, strict=True)
    ]
    return "\n".join(["round,statement,rater,rating", *rows, ""])


def invitations_text(codes: tuple[str, ...] = CODES) -> str:
    """Everybody was invited to both rounds; the last two were reminded of the second, one said no."""
    rows = [f"1,{code},2026-03-02,," for code in codes]
    rows += [f"2,{code},2026-04-06,," for code in codes[:-2]]
    rows += [f"2,{codes[-2]},2026-04-06,2026-04-13 2026-04-20,", f"2,{codes[-1]},2026-04-06,,2026-04-08"]
    return "\n".join(["round,rater,invited,reminded,declined", *rows, ""])
