"""What every command shares: lazy nouns, examples in the help, bad input, exit status, `schema`."""

from __future__ import annotations

import datetime as dt
import importlib
import json
import os
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import click
from click.exceptions import Exit

from allay.base.dates import parse_date
from allay.base.errors import AllayError, InvalidInput, InvalidValue, NotFound, Problem

if TYPE_CHECKING:  # pydantic takes longer to import than all the rest of the frame
    from pydantic import BaseModel

OnInvalid: TypeAlias = Literal["raise", "flag"]
# Settings of every command, whether it runs below `allay` or by itself.
CONTEXT: Mapping[str, Any] = {"help_option_names": ["-h", "--help"], "max_content_width": 100}
DONE, ANSWERED_NO, BAD_INPUT, INTERRUPTED = 0, 1, 2, 130
QUERY_INTERRUPTED = "Query interrupted"
"""What DuckDB makes of a KeyboardInterrupt during a query."""


class LazyGroup(click.Group):
    """A group that knows the names of its nouns and imports a noun's module only when it is used."""

    def __init__(self, *args: Any, nouns: Mapping[str, tuple[str, str]], **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.nouns = nouns

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*self.nouns, *self.commands})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in self.nouns:
            group = importlib.import_module(self.nouns[cmd_name][0]).group
            if not isinstance(group, click.Group):
                raise TypeError(f"{self.nouns[cmd_name][0]}.group must be a click.Group")
            return group
        return super().get_command(ctx, cmd_name)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        rows = [(name, self.nouns[name][1]) for name in sorted(self.nouns)]
        with formatter.section("Nouns"):
            formatter.write_dl(rows)


class Day(click.ParamType):  # type: ignore[type-arg]  # older versions of click are not generic
    """A day on the command line, as YYYY-MM-DD."""

    name = "YYYY-MM-DD"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> dt.date:
        """Read the day, or say what was expected."""
        if isinstance(value, dt.date):
            return value
        try:
            return parse_date(value)
        except InvalidValue as wrong:
            self.fail(str(wrong), param, ctx)


DAY = Day()


def example(*lines: str) -> str:
    """Write example commands for the `epilog` of a group or command, one per line.

    Examples
    --------
    >>> example("allay measures list").splitlines()[-1].strip()
    'allay measures list'
    """
    return "\b\nExample:\n" + "\n".join(f"  {line}" for line in lines)


def contract_line(problem: Problem) -> str:
    """Write a problem as the command line promises: FILE:LINE: COLUMN: for CSV, FILE:POINTER: KEY: else.

    Examples
    --------
    >>> print(contract_line(Problem("case.yaml", "4", "/staff/0/hours", "a number", "'x'")))
    case.yaml:/staff/0/hours: hours: expected a number, found 'x' (line 4)
    """
    if not problem.field.startswith("/"):
        return str(problem)
    key = problem.field.rsplit("/", 1)[-1].replace("~1", "/").replace("~0", "~")
    where = f"{problem.file}:{problem.field}: {key}"
    return f"{where}: expected {problem.expected}, found {problem.found} (line {problem.at})"


def run(command: click.Command, arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit status; errors go to standard error, never as a traceback.

    A reader that stops reading (``allay ... | head``) is no error and ends the command quietly.
    """
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        outcome = command.main(args=words, prog_name="allay", standalone_mode=False, **CONTEXT)
        sys.stdout.flush()
        return outcome if isinstance(outcome, int) else DONE
    except Exit as leaving:
        return leaving.exit_code
    except click.ClickException as wrong:
        wrong.show()
        return BAD_INPUT
    except (click.Abort, KeyboardInterrupt):
        _say("allay: stopped; nothing was written")
        return INTERRUPTED
    except (BrokenPipeError, SystemExit):
        # click answers a reader that has gone by leaving with 1, which here would mean "the answer is no".
        _let_go_of_output()
        return DONE
    except InvalidInput as invalid:
        say_problems(invalid)
        return BAD_INPUT
    except AllayError as refused:
        _say(f"allay: {refused}")
        return BAD_INPUT
    except OSError as error:
        _let_go_of_output()
        named = f"{error.filename}: " if error.filename else ""
        _say(f"allay: {named}{(error.strerror or str(error)).lower()}")
        return BAD_INPUT
    except Exception as error:
        if isinstance(error, RuntimeError) and str(error) == QUERY_INTERRUPTED:
            _say("allay: stopped; nothing was written")
            return INTERRUPTED
        if "--debug" in words[:1]:
            traceback.print_exc()
        _say(f"allay: internal error, please report it: {type(error).__name__}: {error}")
        _say("allay: `allay --debug ...` shows where it arose")
        return BAD_INPUT


def _let_go_of_output() -> None:
    """Python flushes standard output once more when it ends; give it something to write to."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def answer_no() -> None:
    """Leave with exit status 1: done, and the answer of a `check`, `validate` or `solve` is no."""
    raise Exit(ANSWERED_NO)


def say_problems(invalid: InvalidInput) -> None:
    """Name the problems of an input on standard error, and how many more there are."""
    for problem in invalid.problems:
        _say(contract_line(problem))
    if invalid.total > len(invalid.problems):
        _say(f"allay: {invalid.total - len(invalid.problems)} more problems are not shown")


def say_left_out(problems: Sequence[Problem], *, name: str) -> None:
    """Name the problems of rows that were left out on demand, and say that they were; nothing without any."""
    if problems:
        say_problems(InvalidInput(problems))
        _say(f"allay: {name}: rows with problems are left out")


@contextmanager
def no_if_invalid() -> Iterator[None]:
    """Answer no, and name the problems, when a file that can be read does not hold together."""
    try:
        yield
    except InvalidInput as invalid:
        if any(problem.at == "-" for problem in invalid.problems):
            raise
        say_problems(invalid)
        answer_no()


def schema_command(noun: str, models: Mapping[str, type[BaseModel]]) -> click.Command:
    """Make the verb `schema [NAME]` of a noun: the JSON Schema of its YAML and JSON inputs and outputs."""

    @click.command("schema", epilog=example(f"allay {noun} schema {next(iter(models), '')}".rstrip()))
    @click.argument("name", required=False)
    def schema(*, name: str | None) -> None:
        """Print the JSON Schema of NAME, or of all inputs and outputs of this noun."""
        if name is not None and name not in models:
            raise NotFound.among("schema", name, known=models)
        schemas = {key: model.model_json_schema() for key, model in models.items()}
        result = schemas if name is None else schemas[name]
        click.echo(json.dumps(result, indent=2, ensure_ascii=False))

    return schema


def _say(text: str) -> None:
    click.echo(text, err=True)


Decorator = Callable[[Any], Any]


def input_argument(name: str = "source") -> Decorator:
    """Declare an input file argument; `-` is standard input. Open it with `allay.cli.results.opened`."""
    return click.argument(name, metavar=name.upper())


def invalid_option(words: str) -> Decorator:
    """Declare `--on-invalid fail|flag`; the command gets `raise` or `flag`, as the library calls them."""
    return click.option(
        "--on-invalid",
        type=click.Choice(["fail", "flag"]),
        default="fail",
        show_default=True,
        callback=lambda context, option, value: "raise" if value == "fail" else value,
        help=words,
    )


def folder_name(context: click.Context, option: click.Parameter, value: str) -> str:
    """Refuse what is no name of a folder to write: a `callback` of `-o DIR`."""
    if value in ("", "-"):
        raise click.UsageError("-o takes the name of a folder")
    return value


def output_option() -> Decorator:
    """Declare `-o/--output`."""
    return click.option("-o", "--output", metavar="FILE", help="Write here instead of standard output.")


def format_option(*formats: str, default: str | None = None) -> Decorator:
    """Declare `--format`, the first being the default unless another is given."""
    return click.option(
        "--format",
        type=click.Choice(formats),
        default=default or formats[0],
        show_default=True,
        help="Form of the result.",
    )
