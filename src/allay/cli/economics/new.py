"""`allay economics new` and `presets`: a case file from a preset and the answers to its fifteen questions."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import polars as pl
from pydantic import BaseModel

from allay.base.errors import InvalidInput, InvalidValue, Problem
from allay.base.status import Status
from allay.base.tables import read_yaml_document
from allay.cli.frame import DAY, example, format_option, output_option
from allay.cli.results import STANDARD, deliver_frame, deliver_text, opened
from allay.economics.case.amount import shown
from allay.economics.case.interview import Answers, Interview, take_answers
from allay.economics.case.presets import Question, Questions, preset_ids, read_preset

SCHEMAS: dict[str, type[BaseModel]] = {"questions": Questions, "answers": Answers}

_WAYS = (
    "give --answers FILE or --defaults, or pipe one line for each question (an empty one keeps the number)"
)


@click.command(
    "new",
    epilog=example(
        "allay economics new path-2021 --as-of 2026-11-27 -o our-case.yaml",
        "allay economics new path-2021 --answers answers.yaml --as-of 2026-11-27 -o our-case.yaml",
        "allay economics new path-2021 --defaults -o our-case.yaml",
    ),
)
@click.argument("preset", metavar="PRESET")
@click.option("--answers", metavar="FILE", help="Answers by id of the question, as YAML; nothing is asked.")
@click.option("--defaults", is_flag=True, help="Ask nothing, and keep every number of the preset.")
@click.option("--title", default="", help="Title of the case, in place of the preset's.")
@click.option("--as-of", type=DAY, help="The day of the answers, which their source carries.")
@click.option("--force", is_flag=True, help="Write over a file that is there.")
@output_option()
def new(
    *,
    preset: str,
    answers: str | None,
    defaults: bool,
    title: str,
    as_of: dt.date | None,
    force: bool,
    output: str | None,
) -> None:
    """Write a case file from PRESET and the answers to its fifteen questions.

    `allay economics presets` lists the presets. Each question shows the preset's number, and Enter keeps it
    with its own source. A share may be written as 0.25 or 25%, dollars as 3800 or $3,800. What you answer has
    the source `program` and the status memory, until somebody checks it against a document; how unsure a
    number is moves along. The file keeps the preset's comments: go on with it in an editor.
    """
    if answers is not None and defaults:
        raise click.UsageError("--answers and --defaults exclude each other")
    if not defaults and as_of is None:
        raise click.UsageError("--as-of is missing: the day of the answers, as YYYY-MM-DD")
    if output not in (None, STANDARD) and Path(str(output)).exists() and not force:
        expected = "a file that is not there yet, or --force"
        raise InvalidInput(Problem(str(output), "-", "output", expected, "one that is there"))
    talk = Interview(read_preset(preset))
    if answers is not None:
        source, name = opened(answers)
        take_answers(talk, read_yaml_document(source, Answers, name=name))
    elif not defaults:
        _ask(talk) if _on_terminal() else _read_lines(talk)
    deliver_text(output, talk.case_file(as_of=as_of, title=title))


def _on_terminal() -> bool:
    return sys.stdin.isatty()


def _ask(talk: Interview) -> None:
    questions = talk.preset.questions.questions
    click.echo(f"{talk.preset.questions.title}. Enter keeps the number in brackets.", err=True)
    for place, question in enumerate(questions, start=1):
        click.echo(f"\n{place} of {len(questions)}: {question.ask}", err=True)
        if question.hint:
            click.echo(f"  {question.hint}", err=True)
        prompt = f"  [{_default(talk, question)}]"
        while True:
            text = click.prompt(prompt, default="", show_default=False, err=True)
            try:
                _take(talk, question, text)
            except InvalidValue as refused:
                click.echo(f"  {refused}", err=True)
            else:
                break


def _default(talk: Interview, question: Question) -> str:
    unit = talk.unit(question.id)
    return " to ".join(shown(value, unit=unit) for value in _ends(talk.defaults(question.id)))


def _ends(values: tuple[float, ...]) -> Iterator[float]:
    yield values[0]
    if len(values) > 1:
        yield values[-1]


def _take(talk: Interview, question: Question, text: str) -> None:
    if text.strip():
        talk.answer(question.id, text)
    else:
        talk.keep(question.id)


def _read_lines(talk: Interview) -> None:
    """Take one line for each question; a script cannot be asked again, so what is wrong is bad input."""
    questions = talk.preset.questions.questions
    lines = sys.stdin.read().splitlines()
    if not lines:
        raise click.UsageError(f"standard input is no terminal and has no answers: {_WAYS}")
    if len(lines) < len(questions) or any(line.strip() for line in lines[len(questions) :]):
        found = f"{len(lines)} lines for {len(questions)} questions"
        raise click.UsageError(f"standard input is no terminal, and has {found}: {_WAYS}")
    problems = []
    for number, (question, line) in enumerate(zip(questions, lines, strict=False), start=1):
        try:
            _take(talk, question, line)
        except InvalidValue as refused:
            problems.append(Problem("<stdin>", str(number), question.id, refused.expected, refused.found))
    if problems:
        raise InvalidInput(problems)


@click.command(
    "presets",
    epilog=example("allay economics presets", "allay economics presets --format json -o presets.json"),
)
@format_option("table", "json", "csv")
@output_option()
def presets(*, format: str, output: str | None) -> None:
    """List the presets: what each is, and how sure its numbers are.

    For each status, how many numbers of the case have it: verified was read at its source, synthetic is made
    up. `allay economics new` makes a case file from a preset.
    """
    rows = []
    for preset_id in preset_ids():
        preset = read_preset(preset_id)
        asked, counted = preset.questions, preset.statuses()
        counts = {status.value: counted[status] for status in Status if status is not Status.UNKNOWN}
        told = {"id": asked.id, "title": asked.title, "numbers": sum(counted.values())}
        rows.append({**told, **counts, "summary": asked.summary})
    deliver_frame(output, pl.DataFrame(rows), form=format)
