"""What every command shares: exit status, messages, examples, quick start, quiet pipes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import click
import pytest
from pydantic import BaseModel

from allay.base.errors import InvalidInput, InvalidValue, NotFound, NotPermitted, Problem
from allay.cli import NOUNS, cli, main
from allay.cli.frame import CONTEXT, LazyGroup, answer_no, contract_line, run, schema_command


def command(action) -> click.Command:
    @click.command()
    @click.option("--debug", is_flag=True)
    def one(*, debug: bool) -> None:
        action()

    return one


def raising(error):
    def action():
        raise error

    return command(action)


def allay(*words: str, text: str | None = None) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, "-m", "allay.cli", *words]
    return subprocess.run(line, input=text, capture_output=True, text=True, timeout=60, check=False)


def every_command(group: click.Group, path: tuple[str, ...] = ("allay",)):
    context = click.Context(group, info_name=path[-1])
    for name in group.list_commands(context):
        found = group.get_command(context, name)
        yield (*path, name), found
        if isinstance(found, click.Group):
            yield from every_command(found, (*path, name))


def test_a_command_that_is_done_leaves_with_zero():
    assert run(command(lambda: None), []) == 0


def test_the_answer_no_leaves_with_one(capsys):
    assert run(command(answer_no), []) == 1
    assert capsys.readouterr() == ("", "")


def test_bad_input_is_told_line_by_line(capsys):
    problems = [Problem("a.csv", str(n), "age", "a number", "'x'") for n in range(2, 62)]
    assert run(raising(InvalidInput(problems)), []) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.splitlines()[0] == "a.csv:2: age: expected a number, found 'x'"
    assert len(err.splitlines()) == 51
    assert err.splitlines()[-1] == "allay: 10 more problems are not shown"


@pytest.mark.parametrize(
    "error", [NotFound("there is no x"), NotPermitted("not this"), InvalidValue(expected="a", found="b")]
)
def test_refusals_are_one_line(error, capsys):
    assert run(raising(error), []) == 2
    assert capsys.readouterr().err == f"allay: {error}\n"


def test_bad_usage(capsys):
    assert run(command(lambda: None), ["--nothing"]) == 2
    assert "No such option" in capsys.readouterr().err


def test_stopping_says_that_nothing_was_written(capsys):
    assert run(raising(KeyboardInterrupt()), []) == 130
    assert run(raising(RuntimeError("Query interrupted")), []) == 130  # as DuckDB says it
    assert "stopped" in capsys.readouterr().err


def test_an_internal_error_shows_no_traceback_unless_asked(capsys):
    assert run(raising(ZeroDivisionError("division by zero")), []) == 2
    err = capsys.readouterr().err
    assert "Traceback" not in err
    assert "ZeroDivisionError: division by zero" in err
    assert run(raising(ZeroDivisionError("division by zero")), ["--debug"]) == 2
    assert "Traceback" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("problem", "line"),
    [
        (Problem("a.csv", "3", "age", "a number", "'x'"), "a.csv:3: age: expected a number, found 'x'"),
        (Problem("a.yaml", "3", "/b/0/c", "x", "y"), "a.yaml:/b/0/c: c: expected x, found y (line 3)"),
        (Problem("a.yaml", "3", "/b~1c", "x", "y"), "a.yaml:/b~1c: b/c: expected x, found y (line 3)"),
        (Problem("a.json", "/b/0/c", "c", "x", "y"), "a.json:/b/0/c: c: expected x, found y"),
    ],
)
def test_lines_are_those_of_the_contract(problem, line):
    assert contract_line(problem) == line


def test_schema(capsys):
    class Visit(BaseModel):
        minutes: int

    schema = schema_command("visits", {"visit": Visit})
    assert run(schema, []) == 0
    assert json.loads(capsys.readouterr().out)["visit"]["properties"]["minutes"]["type"] == "integer"
    assert run(schema, ["visit"]) == 0
    assert json.loads(capsys.readouterr().out)["title"] == "Visit"
    assert run(schema, ["visti"]) == 2
    assert "did you mean 'visit'" in capsys.readouterr().err


def test_a_noun_must_have_a_group():
    group = LazyGroup("x", nouns={"bad": ("allay.base.errors", "Bad.")})
    with pytest.raises(AttributeError):
        group.get_command(click.Context(group), "bad")


@pytest.mark.parametrize("noun", NOUNS)
def test_every_noun_prints_its_schemas(noun):
    done = allay(noun, "schema")
    assert done.returncode == 0
    assert json.loads(done.stdout)


def test_every_level_of_help_has_an_example():
    commands = dict(every_command(cli))
    assert {("allay", noun) for noun in NOUNS} <= set(commands)
    without = [
        " ".join(path)
        for path, found in commands.items()
        if "Example:\n" not in found.get_help(click.Context(found, info_name=path[-1], **CONTEXT))
    ]
    assert without == []
    assert "Example:\n" in cli.get_help(click.Context(cli, info_name="allay", **CONTEXT))


def test_every_command_says_what_it_does():
    assert [path for path, found in every_command(cli) if not found.help] == []


def test_version_and_leaving(capsys):
    with pytest.raises(SystemExit) as leaving:
        main(["--version"])
    assert leaving.value.code == 0
    assert capsys.readouterr().out.startswith("allay 0.")


def test_an_unknown_noun():
    done = allay("meassures")
    assert done.returncode == 2
    assert "No such command" in done.stderr
    assert done.stdout == ""


def test_the_start_loads_no_heavy_library():
    code = (
        "import sys, allay.cli\n"
        "print(sorted({'polars', 'numpy', 'pydantic', 'scipy', 'altair', 'ruamel.yaml'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_reader_that_stops_is_no_error():
    """The reader takes one byte of many and leaves."""
    code = (
        "import sys, click\n"
        "from allay.cli.frame import run\n"
        "from allay.cli.results import deliver_text\n"
        "sys.exit(run(click.Command('x', callback=lambda: deliver_text(None, 'line\\n' * 1_000_000)), []))"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout.read(1) == b"l"
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(timeout=60) == 0


def test_a_reader_that_stops_in_a_table_is_no_error():
    """The table is written by Polars, which says in words only that nobody reads."""
    code = (
        "import sys, click, polars\n"
        "from allay.cli.frame import run\n"
        "from allay.cli.results import deliver_frame\n"
        "table = polars.DataFrame({'line': ['text' * 10] * 100_000})\n"
        "sys.exit(run(click.Command('x', callback=lambda: deliver_frame(None, table)), []))"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout.read(1) == b"l"
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(timeout=60) == 0


@pytest.mark.parametrize("words", [["report", "maps"], ["measures", "list", "--format", "csv"]])
def test_standard_output_on_a_full_disk_is_said(words):
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "allay.cli", *words], stdout=full, stderr=subprocess.PIPE, check=False
        )
    assert (done.returncode, done.stderr.count(b"\n")) == (2, 1)
    assert b"no space left on device" in done.stderr


def test_being_told_to_end_leaves_nothing_half_written(tmp_path):
    code = (
        "import os, signal, sys, click\n"
        "import allay.cli as program\n"
        "from allay.cli.results import deliver\n"
        "def half(file):\n"
        "    file.write(b'half'); file.flush(); os.kill(os.getpid(), signal.SIGTERM)\n"
        "program.cli = click.Command('x', callback=lambda: deliver('out.csv', half))\n"
        "program.main([])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, check=False)
    assert (done.returncode, done.stderr.strip()) == (130, b"allay: stopped; nothing was written")
    assert list(tmp_path.iterdir()) == []
