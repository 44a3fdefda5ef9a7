"""`allay consensus registry ...` on the command line."""

from __future__ import annotations

import json

import pytest
from tests.unit.consensus.registry.registryfiles import line_of, written

import allay
from allay.cli.consensus import group
from allay.cli.frame import run


@pytest.fixture
def folder(tmp_path) -> str:
    return str(written(tmp_path / "r"))


def call(*words: str) -> int:
    return run(group, ["registry", *words])


def test_check_says_what_is_in_it(folder, capsys) -> None:
    assert call("check", folder, "--as-of", "2026-11-27") == 0
    said = capsys.readouterr().out
    assert "holds together: 2 sources, 2 organizations, 5 people" in said
    assert "synthetic" in said


def test_check_answers_no_with_every_problem(tmp_path, capsys) -> None:
    changes = {"actions.yaml": ("owner: p2", "owner: p7"), "people.yaml": ("Alpha Care", "Omega")}
    folder = str(written(tmp_path / "r", changes))
    assert call("check", folder) == 1
    told = capsys.readouterr().err.splitlines()
    assert len(told) == 2
    assert f"(line {line_of('actions.yaml', 'owner: p2')})" in told[0]
    assert "/people/0/organization" in told[1]


def test_check_refuses_what_is_no_folder(tmp_path, capsys) -> None:
    assert call("check", str(tmp_path / "none")) == 2
    assert call("check", "-") == 2
    assert "Traceback" not in capsys.readouterr().err


def test_check_takes_rules_of_ones_own(tmp_path, folder, capsys) -> None:
    assert call("check", folder, "--rules", str(tmp_path / "no-rules")) != 0
    assert "no-rules" in capsys.readouterr().err


def test_new_writes_a_registry_that_checks(tmp_path, capsys) -> None:
    target = str(tmp_path / "ours")
    assert call("new", "-o", target) == 0
    assert call("check", target, "--as-of", "2026-11-27") == 0
    assert call("new", "-o", target) == 2
    assert "--force" in capsys.readouterr().err
    assert call("new", "-o", target, "--force") == 0


VERBS = [
    ("actions", "--as-of", "2026-03-05"),
    ("policies", "--as-of", "2026-03-05"),
    ("interests", "--as-of", "2026-03-05"),
    ("meetings", "access", "--from", "2026-01-01", "--to", "2026-12-31"),
    ("balance",),
    ("list", "workgroups"),
]


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb[0])
def test_results_have_three_forms_and_say_synthetic(folder, capsys, verb) -> None:
    words = (verb[0], folder, *verb[1:])
    assert call(*words) == 0
    table = capsys.readouterr()
    assert "synthetic" in table.out + table.err
    assert call(*words, "--format", "json") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["allay_version"], told["synthetic"]) == (allay.__version__, True)
    assert call(*words, "--format", "csv") == 0
    csv = capsys.readouterr()
    assert len(csv.out.splitlines()) >= 2
    assert "synthetic" in csv.err
    assert call(*words, "--format", "csv") == 0
    assert capsys.readouterr().out == csv.out


def test_a_policy_is_shown_with_its_rule(folder, capsys) -> None:
    assert call("policies", folder, "--as-of", "2025-03-01") == 0
    said = capsys.readouterr().out
    assert "in committee since 2025-02-10, 19 days" in said
    assert "rule us.wa.review_free_visits (in force, verified):" in said
    assert "1 later change" in said


def test_a_status_only_seen_does_not_pretend_to_a_first_day(tmp_path, capsys) -> None:
    target = str(tmp_path / "ours")
    call("new", "-o", target)
    assert call("policies", target, "--as-of", "2026-11-27") == 0
    assert "in force, as seen on 2026-11-22; since when is not known" in capsys.readouterr().out


def test_meetings_as_a_calendar(folder, tmp_path) -> None:
    out = tmp_path / "m.ics"
    days = ("--from", "2026-01-01", "--to", "2026-12-31")
    assert call("meetings", folder, "access", *days, "--format", "ics", "-o", str(out)) == 0
    assert out.read_bytes().count(b"BEGIN:VEVENT") == 12


@pytest.mark.parametrize(
    "words",
    [
        ("list", "{}", "workgroups", "--where", "id"),
        ("list", "{}", "workgroups", "--where", "id=a", "--where", "id=b"),
        ("list", "{}", "workgroups", "--where", "history=a"),
        ("list", "{}", "panels"),
        ("interests", "{}"),
        ("interests", "{}", "--as-of", "2026-01-01", "--meeting", "nothing"),
        ("interests", "{}", "--workgroup", "access", "--meeting", "april"),
        ("meetings", "{}", "acess", "--from", "2026-01-01", "--to", "2026-02-01"),
        ("meetings", "{}", "access", "--from", "2026-02-01", "--to", "2026-01-01"),
        ("actions", "{}", "--as-of", "03/04/2026"),
    ],
)
def test_bad_usage_is_refused(folder, capsys, words) -> None:
    assert call(*(folder if word == "{}" else word for word in words)) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err
    assert "internal error" not in told.err


def test_schemas_are_printed(capsys) -> None:
    for name in ("registry-actions", "registry-policies-result"):
        assert run(group, ["schema", name]) == 0
        assert "properties" in json.loads(capsys.readouterr().out)
