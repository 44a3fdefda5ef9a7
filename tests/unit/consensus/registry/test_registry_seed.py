"""The registry that ships says what the accounts say, each with its source, and names no person."""

from __future__ import annotations

import datetime as dt

import pytest

from allay.consensus.registry.files import FILES
from allay.consensus.registry.reading import read_registry
from allay.consensus.registry.seed import FIELD, field_files
from allay.consensus.registry.standing.balance import balance


@pytest.fixture(scope="module")
def field():
    return read_registry(FIELD, as_of=dt.date(2026, 11, 27))


def test_the_congresses_stand_as_the_accounts_state_them(field) -> None:
    said = {one.id: [(row.of, row.said) for row in one.attendance] for one in field.meetings}
    assert said["congress-2017"] == [("leaders", "about 70"), ("organizations", "more than 50")]
    assert said["congress-2018"] == [
        ("leaders", "up to 100"),
        ("organizations", "65"),
        ("professional organizations", "53"),
        ("patient groups", "4"),
        ("research consortia", "2"),
    ]
    held = {one.id: (one.status, one.place, str(one.on), str(one.until)) for one in field.meetings}
    assert held == {
        "congress-2017": ("held", "San Diego", "2017-10-21", "2017-10-22"),
        "congress-2018": ("held", "Boston", "2018-11-10", "None"),
        "meeting-2020": ("planned", "not reported", "2020-05-13", "2020-05-14"),
    }


@pytest.mark.parametrize(
    ("name", "group"),
    [
        ("Coverage and Constraints", "coverage"),
        ("Improving Access to Quality Pain Care", "coverage"),
        ("Promoting Comprehensive, Integrative Pain Care", "promotion"),
        ("Strategic Communication", "communication"),
    ],
)
def test_workgroups_are_found_by_the_names_they_had(field, name, group) -> None:
    assert field.workgroup(name).id == group


def test_the_white_paper_was_cut_for_a_reason(field) -> None:
    paper = next(one for one in field.documents if one.id == "coverage-white-paper")
    assert [one.version for one in paper.versions] == [1, 2]
    assert "scope" in paper.versions[1].reason


def test_published_totals_that_do_not_add_up_are_seen(field) -> None:
    found = balance(field, allay_version="0")
    sums: dict[str, list[int]] = {}
    for row in found.published:
        sums.setdefault(row.by, []).append(row.sum)
    assert sums == {"type": [25, 50, 42], "setting": [25, 53, 41], "region": [25, 50, 42]}
    assert [row.stated for row in found.published if row.by == "type"] == [25, 53, 42]
    assert {row.source_status for row in found.published} == {"derived"}
    assert not found.adds_up


def test_no_person_is_named_and_every_entry_has_a_source(field) -> None:
    assert field.people == ()
    assert set(field_files()) <= {f"{kind}.yaml" for kind in FILES}
    for kind in ("organizations", "workgroups", "meetings", "documents", "counts"):
        assert all(entry.sources for entry in field.entries(kind))
    assert all(change.sources for policy in field.policies for change in policy.history)
    assert all(one.accessed for one in field.sources)


@pytest.mark.parametrize("name", ["people", "strategies", "actions", "endorsements"])
def test_examples_in_comments_can_be_used_as_they_stand(tmp_path, name) -> None:
    for file, data in field_files().items():
        text = data.decode()
        if file == f"{name}.yaml":
            before, after = text.split(f"{name}: []\n")
            lines = [line.removeprefix("# ") for line in after.splitlines()[1:]]
            text = before + "\n".join(lines) + "\n"
        (tmp_path / file).write_text(text, encoding="utf-8")
    assert len(read_registry(tmp_path, as_of=dt.date(2026, 11, 27)).entries(name)) == 1


def test_every_source_is_used(field) -> None:
    text = b"".join(data for name, data in field_files().items() if name != "sources.yaml").decode()
    assert [one.id for one in field.sources if one.id not in text] == []
