"""The two commands and what they stand on."""

from __future__ import annotations

import re
import socket
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

import environment
import packages
import postgres
import run
import suite
from sources import ROOT

CONTRACTED = ("run", "test", "check", "bench", "demo")


def test_contracted_targets_exist() -> None:
    targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert [name for name in CONTRACTED if name not in targets] == []


def test_continuous_integration_runs_the_tests() -> None:
    script = ROOT / ".ci" / "run"
    assert script.stat().st_mode & 0o111
    assert "make test" in script.read_text(encoding="utf-8")


def test_every_benchmark_is_found_by_name() -> None:
    asked = subprocess.run(
        [sys.executable, "benchmarks/run.py", "nothing"], cwd=ROOT, capture_output=True, text=True
    )
    assert asked.returncode == 2
    assert "no benchmark nothing" in asked.stderr


@pytest.mark.parametrize(
    ("value", "limit", "at_least", "met"),
    [
        (9.0, 10.0, False, True),
        (11.0, 10.0, False, False),
        (9.0, 10.0, True, False),
        (11.0, 10.0, True, True),
    ],
)
def test_a_missed_limit_is_told(
    value: float, limit: float, *, at_least: bool, met: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    from benchmarks.figures import Figure, report

    code = report([Figure("scoring", value, limit, "s", at_least=at_least)])
    assert code == int(not met)
    assert ("MISSED" in capsys.readouterr().out) is not met


def test_results_of_a_run_are_counted(tmp_path: Path) -> None:
    results = tmp_path / "results.xml"
    results.write_text(
        "<testsuites><testsuite><testcase/><testcase/><testcase classname='a' name='b'><failure/></testcase>"
        "<testcase classname='a' name='c'><error/></testcase>"
        "<testcase><skipped message='no data'/></testcase></testsuite></testsuites>"
    )
    outcome = suite.Outcome("SQLite")
    suite.read_results(results, outcome)
    assert (outcome.passed, outcome.failed, dict(outcome.skipped)) == (
        2,
        ["a::b", "a::c"],
        {"no data": 1},
    )
    assert (
        suite.summary([outcome], 61.0) == "===== 2 failed, 2 passed, 1 skipped in 61s (SQLite 2 passed) ====="
    )


def test_a_run_that_ended_early_does_not_pass_for_success() -> None:
    outcome = suite.Outcome("PostgreSQL", passed=3, broken=True)
    assert "1 error (pytest ended early on PostgreSQL)" in suite.summary([outcome], 1.0)


def test_an_unknown_set_of_dependencies_is_refused() -> None:
    with pytest.raises(environment.UnreadyError, match="expected one of web, test, dev, found 'moon'"):
        environment.ensure("moon")


def test_an_old_python_is_told_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environment, "OLDEST", (99, 0))
    monkeypatch.setattr(environment, "NEWER_NAMES", ())
    with pytest.raises(environment.UnreadyError, match=r"needs Python 99\.0 or newer.*make run PYTHON="):
        environment.base_python()


def test_a_change_of_the_pins_is_noticed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    before = environment.fingerprint("web")
    assert environment.fingerprint("web") == before
    assert environment.fingerprint("test") != before


def test_a_missing_package_says_what_it_takes_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packages, "missing", lambda: ["chromium"])
    monkeypatch.setattr(packages.os, "geteuid", lambda: 1000)
    assert packages.ensure() == [
        "chromium is not installed (browser tests): installing it needs root; apt-get install chromium"
    ]


def test_without_postgresql_the_reason_is_given(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(postgres, "SERVERS", tmp_path)
    monkeypatch.setattr(postgres.shutil, "which", lambda name: None)
    with pytest.raises(postgres.NoPostgresError, match="apt-get install postgresql-15"):
        postgres.programs()


def test_the_temporary_database_is_private_and_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    try:
        postgres.programs()
    except postgres.NoPostgresError as error:
        pytest.skip(str(error))
    import psycopg

    folders: list[str] = []
    make_folder = postgres.tempfile.mkdtemp

    def remember(**where: str) -> str:
        folders.append(make_folder(**where))
        return folders[-1]

    monkeypatch.setattr(postgres.tempfile, "mkdtemp", remember)
    with postgres.temporary_postgres() as address:
        with psycopg.connect(address, autocommit=True) as connection:
            role = connection.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").fetchone()
            listens = connection.execute("SHOW listen_addresses").fetchone()
        assert (role, listens) == ((False,), ("127.0.0.1",))
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(re.sub(r":[^:@/]+@", ":wrong@", address))
    assert len(folders) == 1
    assert not Path(folders[0]).exists()


def test_a_taken_port_is_told() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(environment.UnreadyError, match=f"make run PORT={port + 1}"):
            run.check_port(port)


@pytest.fixture
def embedded(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An embedded database with the one table the reset looks at."""
    monkeypatch.setenv("ALLAY_VAR", str(tmp_path))
    monkeypatch.delenv("ALLAY_DATABASE_URL", raising=False)
    database = tmp_path / "allay.sqlite3"
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("CREATE TABLE access_program (synthetic bool)")
    return database


@pytest.mark.parametrize(("synthetic", "kept"), [((1,), False), ((1, 0), True), ((), False)])
def test_a_reset_removes_nothing_but_the_demonstration(
    embedded: Path, *, synthetic: tuple[int, ...], kept: bool
) -> None:
    with closing(sqlite3.connect(embedded)) as connection:
        connection.executemany("INSERT INTO access_program VALUES (?)", [(flag,) for flag in synthetic])
        connection.commit()
    if kept:
        with pytest.raises(environment.UnreadyError, match="so it is left alone"):
            run.remove_demonstration()
    else:
        run.remove_demonstration()
    assert embedded.exists() is kept


def test_a_reset_touches_no_other_database(embedded: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALLAY_DATABASE_URL", "postgresql://a:b@127.0.0.1/allay")
    with pytest.raises(environment.UnreadyError, match="Only the embedded database is reset"):
        run.remove_demonstration()
    assert embedded.exists()


def test_a_database_in_use_is_not_reset(embedded: Path) -> None:
    alone = run.database_in_use(alone=True)
    refused = pytest.raises(environment.UnreadyError, match="Stop it first")
    with run.database_in_use(), run.database_in_use(), refused:
        alone.__enter__()
    with run.database_in_use(alone=True):
        assert embedded.exists()


def test_a_missing_pango_is_told_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run.environment, "venv_program", lambda name: "false")
    assert "Everything else works" in run.missing_pdf_library()
    monkeypatch.setattr(run.environment, "venv_program", lambda name: "true")
    assert run.missing_pdf_library() == ""
