"""What consensus exercises made by hand are made of: protocol, ratings and record."""

from __future__ import annotations

from typing import Any

HASH = "3f" * 32
TOPICS = ("Team", "Plan of care", "Access")
WORDS = (
    "Care is given by a team of at least three disciplines.",
    "The plan of care follows the person's own goals.",
    "Complementary care belongs to the plan.",
    "Function is measured at every visit.",
    "Group visits are offered before injections.",
    "The payer pays for coordination between visits.",
    "Everybody can be seen within thirty days.",
)
# Ratings of both rounds, by statement. s3 hangs on the percentile (case E of the facts), s5 is split.
ROUNDS: tuple[tuple[tuple[int, ...], ...], ...] = (
    (
        (7, 7, 8, 8, 8, 9, 9, 9, 9, 6, 8, 7, 9, 8),
        (5, 6, 7, 7, 7, 7, 8, 8, 8, 8, 8, 9, 9, 4),
        (3, 3, 3, 7, 7, 7, 8, 8, 8, 2, 6, 7, 9, 5),
        (4, 5, 5, 6, 6, 6, 7, 7, 7, 8, 5, 6, 4, 6),
        (1, 1, 2, 2, 5, 8, 8, 9, 9, 1, 9, 2, 8, 5),
        (1, 1, 1, 2, 2, 3, 3, 4, 5, 2, 2, 3, 1, 4),
        (5, 6, 6, 6, 7, 7, 7, 7, 8, 8, 6, 6, 7, 5),
    ),
    (
        (8, 7, 8, 8, 8, 9, 9, 9, 9, 7, 8, 7, 9),
        (7, 6, 7, 7, 7, 7, 8, 8, 8, 8, 8, 9, 9),
        (3, 3, 3, 7, 7, 7, 8, 8, 8),
        (6, 5, 6, 6, 6, 6, 7, 7, 7, 7, 5, 6, 6),
        (1, 1, 2, 2, 5, 8, 8, 9, 9, 1, 9, 2, 8),
        (),
        (6, 7, 6, 7, 7, 7, 7, 7, 8, 8, 6, 6, 7),
    ),
)
PROTOCOL: dict[str, Any] = {
    "id": "whole-care",
    "synthetic": True,
    "title": "What whole care means: an appropriateness study",
    "question": "Which elements belong to whole-person pain care?",
    "audience": "Programs, payers and those who write policies",
    "why_consensus": "Studies do not say which elements are needed, and programs differ.",
    "why_rule": "It is the usual one for panels of this size.",
    "rounds": (
        {"objective": "Rate all elements"},
        {
            "objective": "Rate again after the meeting",
            "feedback": "Everybody's own rating beside the spread of the panel",
            "statements": "undecided",
        },
    ),
    "groups": (
        {"id": "clinicians", "name": "Clinicians", "quota": 5},
        {"id": "patients", "name": "Patients", "quota": 5},
        {"id": "payers", "name": "Payers", "quota": 4},
    ),
    "narrative": {"M2": "Two clinicians and a methodologist direct it.", "M16": "Three people tried it out."},
}
RECORD: dict[str, Any] = {
    "decisions": [
        {
            "id": "r1",
            "recommendation": "Offer care by a team of at least three disciplines.",
            "statements": ["s1", "s3"],
            "origin": "adapted",
            "adopted_from": "An older guideline (made up)",
            "judgments": [
                {"criterion": "problem", "judgment": "Yes", "evidence": "Made up.", "sources": ["Table 1"]},
                {"criterion": "equity", "judgment": "Probably better"},
            ],
            "conclusion": "For the recommendation, with conditions.",
            "minority": [{"text": "Three disciplines are too many for rural clinics.", "held_by": 2}],
        }
    ],
    "comment_periods": [
        {
            "document": "Draft definition",
            "version": 1,
            "opens": "2027-05-03",
            "closes": "2027-05-28",
            "comments": [
                {
                    "id": "c1",
                    "received": "2027-05-10",
                    "from_kind": "patient organization",
                    "statement": "s2",
                    "text": "Say whose goals.",
                    "response": "Goals of the person, now said.",
                    "change": "wording",
                },
                {"id": "c2", "received": "2027-05-12", "from_kind": "payer", "text": "Too long."},
            ],
        }
    ],
    "endorsements": [
        {
            "organization": "org-1",
            "name": "Pain Society (made up)",
            "on": "2027-06-01",
            "of": "Definition 1.0",
        },
        {
            "organization": "org-2",
            "name": "Plan of the North (made up)",
            "on": "2027-06-02",
            "of": "Definition 1.0",
            "role": "sent panelists",
            "withdrawn": "2027-09-01",
        },
    ],
    "deviations": [
        {
            "on": "2027-03-20",
            "what": "Round 1 was held open four days more.",
            "why": "A storm closed offices.",
        }
    ],
}
