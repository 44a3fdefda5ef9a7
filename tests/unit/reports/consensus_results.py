"""Whole results of consensus exercises made by hand: two rounds, a meeting, decisions, what is missing."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import numpy as np
from tests.unit.reports.consensus_inputs import HASH, PROTOCOL, RECORD, ROUNDS, TOPICS, WORDS

from allay.consensus.checklists.answers import answer_checklists
from allay.consensus.protocol.protocol import ConsensusProtocol
from allay.consensus.rounds.result import ExerciseResult


def row(number: int, statement: int, ratings: tuple[int, ...]) -> dict[str, Any]:
    """A statement in a round, with verdicts by a plain way."""
    values = np.array(ratings, dtype=float)
    p30, p70 = (float(np.percentile(values, at)) for at in (30, 70))
    median, ipr, ai = float(np.median(values)), p70 - p30, abs(5 - (p30 + p70) / 2)
    ipras = 2.35 + 1.5 * ai
    verdict = "uncertain"
    if ipr <= ipras:
        verdict = "appropriate" if median >= 6.5 else "inappropriate" if median < 3.5 else "uncertain"
    shares = [float(((values >= low) & (values <= high)).mean()) for low, high in ((1, 3), (4, 6), (7, 9))]
    other = "in" if shares[2] >= 0.75 else "out" if shares[0] >= 0.75 else "none"
    decided = verdict != "uncertain"
    flips = statement == 2 and number == 2
    return {
        "statement": f"s{statement + 1}",
        "version": 2 if (statement, number) == (1, 2) else 1,
        "topic": TOPICS[statement // 3],
        "text": WORDS[statement] + (" They are written down." if (statement, number) == (1, 2) else ""),
        "sources": [{"title": "Interviews (made up)", "locator": "page 4"}] if statement % 2 else [],
        "round": number,
        "n": len(ratings),
        "counts": [ratings.count(point) for point in range(1, 10)],
        "median": median,
        "p30": p30,
        "p70": p70,
        "ipr": ipr,
        "ai": ai,
        "ipras": ipras,
        "di": ipr / ipras,
        "disagreement": ipr > ipras,
        **dict(zip(("share_low", "share_middle", "share_high"), shares, strict=True)),
        "verdict": verdict,
        "decided": decided,
        "sensitivity": [
            {"rule": "ram-linear", "verdict": verdict, "differs": False},
            {
                "rule": "ram-nearest-rank",
                "verdict": "uncertain" if flips else verdict,
                "differs": flips,
                "why": "disagreement: IPR 5.00 above IPRAS 3.10" if flips else None,
            },
            {"rule": "ram-count", "verdict": None, "differs": False, "why": "for 8 to 16 raters"},
            {
                "rule": "percent-75",
                "verdict": other,
                "differs": (other != "none") != decided,
                "why": f"{shares[2] * 100:.1f}% rate 7 to 9" if (other != "none") != decided else None,
            },
        ],
        "groups": []
        if len(ratings) < 10
        else [
            {
                "label": "Clinicians",
                "groups": ["clinicians"],
                "n": 5,
                "counts": [ratings[:5].count(point) for point in range(1, 10)],
                "median": float(np.median(values[:5])),
                "share_low": float((values[:5] <= 3).mean()),
                "share_high": float((values[:5] >= 7).mean()),
            },
            {
                "label": "Patients and Payers",
                "groups": ["patients", "payers"],
                "n": len(ratings) - 5,
                "counts": [ratings[5:].count(point) for point in range(1, 10)],
                "median": float(np.median(values[5:])),
                "share_low": float((values[5:] <= 3).mean()),
                "share_high": float((values[5:] >= 7).mean()),
            },
        ],
    }


def moved(statement: int) -> dict[str, Any]:
    """How a statement moved, with the fields of `MovementRow`."""
    before, after = (np.array(ROUNDS[at][statement], dtype=float) for at in (0, 1))
    both = min(len(before), len(after))
    shown = both >= 5
    up, down = int((after[:both] > before[:both]).sum()), int((after[:both] < before[:both]).sum())
    return {
        "statement": f"s{statement + 1}",
        "from_round": 1,
        "to_round": 2,
        "edited": statement == 1,
        "raters": both,
        "changed": up + down if shown else None,
        "up": up if shown else None,
        "down": down if shown else None,
        "share_changed": (up + down) / both if shown else None,
        "same_region": 0.75 if shown else None,
        "median_from": float(np.median(before)),
        "median_to": float(np.median(after)),
        "iqr_from": float(np.subtract(*np.percentile(before, [75, 25]))),
        "iqr_to": float(np.subtract(*np.percentile(after, [75, 25]))),
        "cv_from": float(before.std() / before.mean()),
        "cv_to": float(after.std() / after.mean()),
        "verdict_from": row(1, statement, ROUNDS[0][statement])["verdict"],
        "verdict_to": row(2, statement, ROUNDS[1][statement])["verdict"],
    }


def held(number: int, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """A round."""
    answered = (14, 13)[number - 1]
    return {
        "number": number,
        "objective": PROTOCOL["rounds"][number - 1]["objective"],
        "setting": "individual",
        "opened": f"2027-0{number + 2}-01",
        "closed": f"2027-0{number + 2}-21",
        "invited": (18, 14)[number - 1],
        "answered": answered,
        "declined": (2, 0)[number - 1],
        "reminded": (4, 3)[number - 1],
        "response": answered / (18, 14)[number - 1],
        "retention": answered / 18,
        "statements": len(rows),
        "decided": sum(one["decided"] for one in rows),
        "undecided": sum(not one["decided"] for one in rows),
        "agreement": {"kendall_w": 0.41, "krippendorff_alpha_ordinal": 0.38 if number == 1 else None},
        "stop": "The planned rounds are done." if number == 2 else None,
    }


def frozen(*what: str) -> dict[str, Any]:
    """The journal: entries `frozen` and `unfrozen` in order."""
    entries = [
        {
            "number": number,
            "did": did,
            "on": dt.date(2027, 1, 10 + number),
            "by": "steering group",
            "reason": "A quota for payers was missing" if did == "unfrozen" else None,
            "protocol_sha256": HASH,
            "before": "",
            "sha256": f"{number:064x}",
        }
        for number, did in enumerate(what, 1)
    ]
    return {
        "state": what[-1] if what else "never frozen",
        "before_first_round": bool(what) or None,
        "head": entries[-1]["sha256"] if entries else None,
        "entries": entries,
    }


def tree(**changes: Any) -> dict[str, Any]:
    """The result as a tree, without answers to checklists."""
    rows = [
        row(number, statement, ratings)
        for number, each in enumerate(ROUNDS, 1)
        for statement, ratings in enumerate(each)
        if ratings
    ]
    protocol = ConsensusProtocol.model_validate(PROTOCOL)
    return {
        "allay_version": "0",
        "facts": {},
        "inputs": {"protocol.yaml": HASH},
        "synthetic": True,
        "protocol": protocol.model_dump(mode="json"),
        "protocol_sha256": protocol.sha256(),
        "freezing": frozen("frozen", "unfrozen", "frozen"),
        "recruited": 18,
        "quotas": [
            {"group": "clinicians", "name": "Clinicians", "quota": 5, "recruited": 7, "answered": [5, 5]},
            {"group": "patients", "name": "Patients", "quota": 5, "recruited": 6, "answered": [5, None]},
            {"group": "payers", "name": "Payers", "quota": 4, "recruited": None, "answered": [None, None]},
        ],
        "participation": [
            {
                "type": "provider",
                "setting": "academic",
                "region": "west",
                "recruited": 10,
                "invited": [10, 8],
                "answered": [8, 8],
            },
            {
                "type": "payer",
                "setting": "not reported",
                "region": "east",
                "recruited": 8,
                "invited": [8, 6],
                "answered": [None, 5],
            },
        ],
        "participation_by": [
            {
                "dimension": dimension,
                "label": " and ".join(kinds),
                "kinds": kinds,
                "recruited": recruited,
                "invited": [recruited, recruited - 2],
                "answered": [recruited - 1, None],
            }
            for dimension, kinds, recruited in (
                ("type", ["government", "payer"], 8),
                ("type", ["provider"], 10),
                ("setting", ["academic", "not reported"], 18),
                ("region", ["east", "west"], 18),
            )
        ],
        "rounds": [held(number, [one for one in rows if one["round"] == number]) for number in (1, 2)],
        "statements": rows,
        "movement": [moved(at) for at in range(7) if ROUNDS[1][at]],
        "changes": [
            {
                "statement": "s2",
                "round": 2,
                "change": "edited",
                "version": 2,
                "before": WORDS[1],
                "after": WORDS[1] + " They are written down.",
                "reason": "Goals that are not written down get lost",
            },
            {
                "statement": "s6",
                "round": 1,
                "change": "removed",
                "version": 1,
                "before": WORDS[5],
                "after": None,
                "reason": "Decided in round 1",
            },
        ],
        "meetings": [
            {
                "id": "m1",
                "on": "2027-03-28",
                "after_round": 1,
                "mode": "online",
                "moderated_by": "methodologist",
                "attended": 12,
                "observers": 2,
                "statements": ["s3", "s5"],
                "summary": "Some hold that group visits come first, others that injections do.",
            }
        ],
        "decisions": RECORD["decisions"],
        "comments": [
            {"round": 1, "statement": "s2", "text": "Whose goals?", "group": None},
            {"round": 1, "statement": "s5", "text": "Not for everybody.", "group": "Clinicians"},
        ],
        "comment_periods": RECORD["comment_periods"],
        "endorsements": RECORD["endorsements"],
        "interests": {
            "asked": 18,
            "declared": 2,
            "none": 12,
            "rows": [["Fees from a maker of devices", "Did not rate s5"], ["Works for a plan", None]],
        },
        "deviations": RECORD["deviations"],
        "narrative": {**PROTOCOL["narrative"], "D1": "The panel was small."},
        "findings": [
            {"kind": "unrated", "where": "ratings.csv:12", "text": "A rating of a statement decided before."}
        ],
        "checklists": [],
        **changes,
    }


def result_of(made: dict[str, Any]) -> ExerciseResult:
    """A result, with the checklist answered."""
    text = json.dumps(made, default=str)
    result = ExerciseResult.model_validate_json(text)
    return result.model_copy(update={"checklists": answer_checklists(result)})


def exercise(**changes: Any) -> ExerciseResult:
    """The whole exercise, with other values in places."""
    return result_of(tree(**changes))


def empty() -> ExerciseResult:
    """One round, one statement, and nothing beside it."""
    only = {**row(1, 0, ROUNDS[0][0]), "groups": [], "sensitivity": [], "sources": [], "topic": None}
    protocol = ConsensusProtocol.model_validate(
        {"id": "bare", "title": "Bare", "question": "What?", "rounds": ({"objective": "Rate"},)}
    )
    nothing = {name: [] for name, value in tree().items() if isinstance(value, list)}
    bare_round = {
        **held(1, [only]),
        **dict.fromkeys(("opened", "closed", "invited", "declined", "reminded", "response", "retention")),
        "agreement": {},
    }
    return exercise(
        **nothing
        | {
            "synthetic": False,
            "facts": {},
            "protocol": protocol.model_dump(mode="json"),
            "protocol_sha256": protocol.sha256(),
            "freezing": frozen(),
            "recruited": None,
            "rounds": [bare_round],
            "statements": [only],
            "interests": {"asked": 0, "declared": 0, "none": 0, "rows": []},
            "narrative": {},
        }
    )


def many(statements: int) -> ExerciseResult:
    """Two rounds of so many statements."""
    rows, movement = [], []
    for at in range(statements):
        kind = at % 5
        for number in (1, 2):
            made = row(number, kind, ROUNDS[number - 1][kind])
            rows.append({**made, "statement": f"q{at + 1}", "topic": f"Topic {at // 20 + 1}"})
        movement.append({**moved(kind), "statement": f"q{at + 1}"})
    rows.sort(key=lambda one: one["round"])
    return exercise(statements=rows, movement=movement, changes=[])
