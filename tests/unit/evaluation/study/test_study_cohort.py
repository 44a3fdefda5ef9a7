"""Who is in a study, and why the others are not."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.unit.evaluation.study.panels import connect, protocol, write_claims

from allay.base.errors import InvalidInput
from allay.evaluation.study.cohort import NEVER, StudyCohort, build_cohort
from allay.evaluation.study.roster import read_roster

PEOPLE: list[dict[str, Any]] = [
    {"id": "start5", "use": range(12), "gender": "male"},
    {"id": "start9"},
    {"id": "early3"},
    {"id": "late10"},
    {"id": "gap", "months": [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]},
    {"id": "before"},
    {"id": "after"},
    {"id": "child", "birth": "2010-01-01"},
    {"id": "no_birth", "birth": ""},
    {"id": "gone", "months": []},
    {"id": "pool_a", "zip": ""},
    {"id": "pool_b", "diagnoses": ["M54.5", "M54.9", "F32.1"]},
    {"id": "pool_gap", "months": [0, 1, 2]},
    {"id": "pool_17", "birth": "2005-01-02"},
    {"id": "pool_18", "birth": "2005-01-01"},
    {"id": "pool_exposed"},
]
ROSTER = b"""person_id,index_date
start5,2023-06-30
start9,2023-10-01
early3,2023-04-30
late10,2023-11-01
gap,2023-06-15
before,2022-12-31
after,2024-01-01
child,2023-06-01
no_birth,2023-06-01
gone,2023-06-01
stranger,2023-06-01
start5,2023-07-01
"""


def build(tmp_path: Path, people: Any = PEOPLE, roster: bytes = ROSTER, **changes: Any) -> StudyCohort:
    write_claims(tmp_path / "claims", people, panel=tmp_path / "panel.parquet")
    whole = changes.pop("whole_window", True)
    exposed = changes.pop("exposed", ("pool_exposed",))
    return build_cohort(
        connect(tmp_path / "claims"),
        protocol(smallest_cell=1, **changes),
        read_roster(io.BytesIO(roster)),
        panel=tmp_path / "panel.parquet",
        exposed=exposed,
        whole_window=whole,
    )


def test_everyone_is_counted_once_with_the_first_reason(tmp_path: Path) -> None:
    cohort = build(tmp_path)
    assert dict(cohort.counts) == {
        ("unknown", True): 1,
        ("exposed", True): 1,
        ("exposed", False): 1,
        ("later", True): 1,
        ("no_coverage", True): 1,
        ("age", True): 2,
        ("age", False): 1,
        ("early", True): 1,
        ("late", True): 1,
        ("gaps", True): 1,
        ("gaps", False): 1,
        ("in", True): 2,
        ("in", False): 3,
    }
    assert sum(cohort.counts.values()) == len(PEOPLE) + 1
    assert (cohort.flow.members, cohort.flow.roster, cohort.flow.roster_repeated) == (16, 11, 1)


def test_members_stand_in_the_order_of_their_ids_with_their_month(tmp_path: Path) -> None:
    cohort = build(tmp_path)
    assert cohort.start.tolist() == [NEVER, NEVER, NEVER, 5, 9]
    assert cohort.labels["gender"].tolist() == ["female"] * 3 + ["male", "female"]
    assert sorted(cohort.labels["region"].tolist()) == ["054"] * 4 + ["unknown"]
    assert sorted(cohort.age.tolist()) == [18, 52, 52, 52, 52]


def test_outcomes_are_arrays_by_month(tmp_path: Path) -> None:
    cohort = build(tmp_path)
    values = cohort.outcome(protocol().primary)
    assert values[cohort.start == 5].tolist() == [list(map(float, range(12)))]
    assert np.isfinite(values).all()


def test_before_freezing_nothing_after_a_start_is_read(tmp_path: Path) -> None:
    cohort = build(tmp_path)
    seen = np.isfinite(cohort.outcome_before(protocol().primary, anticipation=1))
    assert seen.sum(axis=1).tolist() == [4, 4, 4, 4, 8]


def test_a_pool_that_is_too_large_is_drawn_the_same_every_time(tmp_path: Path) -> None:
    people = [{"id": "s"}, *({"id": f"p{place:03d}"} for place in range(150))]
    roster = b"person_id,index_date\ns,2023-06-01\n"
    ways = [{"design": {"largest_pool": 100}, "seed": seed} for seed in (1, 1, 2)]
    drawn = [build(tmp_path, people, roster, **way) for way in ways]
    assert [dict(each.counts)["not_drawn", False] for each in drawn] == [50, 50, 50]
    ids = [
        each._connection.execute("SELECT person_id FROM study_unit ORDER BY unit").fetchall()
        for each in drawn
    ]
    assert ids[0] == ids[1] != ids[2]


def test_diagnosis_categories_are_counted_only_where_asked_for(tmp_path: Path) -> None:
    asked = build(tmp_path, weighting={"method": "entropy", "covariates": ["diagnoses"], "because": "a test"})
    assert sorted(asked.diagnoses.tolist()) == [0, 0, 0, 0, 2]
    assert build(tmp_path).diagnoses.sum() == 0


def test_available_months_ask_for_half_the_baseline_and_one_month_after(tmp_path: Path) -> None:
    people = [
        {"id": "enough", "months": [1, 2, 7]},
        {"id": "short", "months": [1, 7]},
        {"id": "left", "months": [1, 2, 3, 4]},
        {"id": "pool", "months": [0, 1, 2]},
    ]
    roster = b"person_id,index_date\nenough,2023-06-01\nshort,2023-06-01\nleft,2023-06-01\n"
    cohort = build(tmp_path, people, roster, whole_window=False)
    assert dict(cohort.counts) == {("in", True): 1, ("gaps", True): 2, ("in", False): 1}
    assert np.isfinite(cohort.outcome(protocol().primary)).sum() == 6


def test_a_roster_of_strangers_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="expected ids of the member table, found none of 1 in it"):
        build(tmp_path, PEOPLE, b"person_id,index_date\nnobody,2023-06-01\n")


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (b"person_id,index_date\n", "row"),
        (b"person_id,index_date\n,2023-06-01\n", "r.csv:2: person_id: expected an id, found nothing"),
        (b"person_id,index_date\na,06/01/2023\n", "r.csv:2: index_date: expected a date as YYYY-MM-DD"),
        (b"person_id\na\n", "index_date"),
    ],
)
def test_a_roster_that_cannot_be_read_is_refused(rows: bytes, message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        read_roster(io.BytesIO(rows), name="r.csv")
