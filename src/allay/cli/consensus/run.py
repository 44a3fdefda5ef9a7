"""`allay consensus run`: all rounds of an exercise, its verdicts, its report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import BinaryIO

import click

import allay
from allay.base.outputs import check_folder, write_folder, writing
from allay.cli.consensus.exercisefiles import read_both
from allay.cli.consensus.exercises import number
from allay.cli.frame import example, input_argument
from allay.cli.results import STANDARD, csv_bytes, json_text, pdf_or_note
from allay.consensus.rounds.result import ExerciseResult, RoundRow, StatementRow
from allay.consensus.rounds.run import run_exercise
from allay.consensus.rounds.tables import result_tables

MOST_NAMED = 12


@click.command(
    "run",
    epilog=example(
        "allay consensus run protocol.yaml ratings.csv -o result",
        "allay consensus run protocol.yaml ratings.csv",
        "allay consensus run protocol.yaml ratings.csv -o result --pdf --force",
    ),
)
@input_argument("protocol")
@input_argument("ratings")
@click.option("-o", "--output", metavar="DIR", help="Folder to write; without it a summary is printed.")
@click.option("--force", is_flag=True, help="Write into a folder that is not empty.")
@click.option("--pdf", is_flag=True, help="Write the report as PDF too.")
def run(*, protocol: str, ratings: str, output: str | None, force: bool, pdf: bool) -> None:
    """Judge the RATINGS of all rounds by PROTOCOL, and report them.

    PROTOCOL is a YAML file. Files beside it are read where they are there: statements.yaml, panel.csv,
    invitations.csv, comments.csv, record.yaml and the journal of the protocol. RATINGS is a CSV file with the
    columns statement, rater, rating, and round where there is more than one. A protocol that is not the one
    that was frozen is refused. DIR gets results.json and report.html, and as tables statements.csv,
    sensitivity.csv, groups.csv, movement.csv and checklist.csv. No rating of a single rater and no code of a
    rater stands in any of them.
    """
    if output == STANDARD:
        raise click.UsageError("-o takes a folder; without it a summary is printed")
    if pdf and output is None:
        raise click.UsageError("--pdf needs the folder of -o")
    if output is not None:
        check_folder(output, force=force)
    exercise, tables, inputs = read_both(protocol, ratings)
    result = run_exercise(exercise, tables, allay_version=allay.__version__, inputs=inputs)
    if output is not None:
        files = _files(result, pdf=pdf)
        gone = () if "report.pdf" in files else ("report.pdf",)
        write_folder(output, files, force=force, gone=gone)
    click.echo(summary(result))


def _files(result: ExerciseResult, *, pdf: bool) -> dict[str, Callable[[BinaryIO], object]]:
    # Imported late: templates and drawings are not needed to say what is wrong with a file.
    from allay.reports.consensus_page import consensus_html

    page = consensus_html(result)
    files = {
        "results.json": writing((json_text(result.model_dump(mode="json")) + "\n").encode()),
        "report.html": writing(page.encode()),
        **{name: writing(csv_bytes(table)) for name, table in result_tables(result).items()},
    }
    document = pdf_or_note(consensus_html(result, paper=True)) if pdf else None
    if document is not None:
        files["report.pdf"] = writing(document)
    return files


def summary(result: ExerciseResult) -> str:
    """Say in a few lines what a run came to."""
    lines = [str(result.protocol["title"]) + (" (synthetic data)" if result.synthetic else "")]
    lines += ["", *(f"round {row.number}: {_round(row, result)}" for row in result.rounds)]
    lines += ["", *_dependence(result.statements), f"protocol: {_frozen(result)}"]
    if result.findings:
        lines += ["", "findings:"]
        lines += [f"- {one.where}: {one.text}" for one in result.findings[:MOST_NAMED]]
    if (more := len(result.findings) - MOST_NAMED) > 0:
        lines.append(f"- and {more} more (results.json)")
    return "\n".join(lines)


def _round(row: RoundRow, result: ExerciseResult) -> str:
    verdicts = Counter(each.verdict for each in result.statements if each.round == row.number)
    said = [f"{row.answered} answered"]
    if row.response is not None:
        said.append(f"{row.response:.1%} of {row.invited} invited")
    if row.retention is not None:
        said.append(f"retention {row.retention:.1%} of {result.recruited} recruited")
    counted = ", ".join(f"{n} {verdict}" for verdict, n in sorted(verdicts.items()))
    text = f"{', '.join(said)}; {number(row.statements, 'statement')}: {counted or 'none rated'}"
    return text + (f"; stop: {row.stop}" if row.stop else "")


def _dependence(rows: tuple[StatementRow, ...]) -> Iterator[str]:
    """Which verdicts other rules would change, of the last round of each statement."""
    last = {row.statement: row for row in rows}
    found = {
        name: rules
        for name, row in last.items()
        if (rules := [other.rule for other in row.sensitivity if other.differs])
    }
    yield f"verdicts that depend on the rule: {len(found)} of {number(len(last), 'statement')}"
    for name, rules in list(found.items())[:MOST_NAMED]:
        yield f"- {name}: {last[name].verdict}, otherwise by {', '.join(rules)}"
    if len(found) > MOST_NAMED:
        yield f"- and {len(found) - MOST_NAMED} more (sensitivity.csv)"


def _frozen(result: ExerciseResult) -> str:
    state = result.freezing.state
    if state != "frozen":
        return f"{state}; nothing shows that the rule was chosen before the ratings"
    when = {
        True: "before round 1 opened",
        False: "but not as it is now when round 1 opened",
        None: "when is not known",
    }
    said = f"frozen, {when[result.freezing.before_first_round]}"
    if times := sum(entry.did == "unfrozen" for entry in result.freezing.entries):
        said += f"; unfrozen {times} time{'s' if times > 1 else ''}"
    return f"{said}; head of the journal {result.freezing.head}"
