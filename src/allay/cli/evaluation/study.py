"""`allay evaluation study`: freeze a protocol, or run it and say what came of it."""

from __future__ import annotations

import datetime as dt
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

import click
from pydantic import BaseModel

import allay
from allay.base.errors import InvalidInput, Problem
from allay.base.outputs import check_folder, write_folder, write_whole, writing
from allay.cli.frame import DAY, example, input_argument
from allay.cli.results import STANDARD, csv_bytes, json_text, pdf_or_note
from allay.evaluation.study.lock import StudyLock
from allay.evaluation.study.protocol import Study
from allay.evaluation.study.result import StudyResult

if TYPE_CHECKING:  # engines take longer to import than all the rest of a command
    from allay.evaluation.panel.build import Engine
    from allay.evaluation.study.protocolfile import ProtocolFile
    from allay.evaluation.study.run import StudyRun

SCHEMAS: dict[str, type[BaseModel]] = {"study": Study, "study-lock": StudyLock, "study-result": StudyResult}
ENGINES = ("duckdb", "reference", "spark")
MEMORY = "12GB"


def engine_options(command: Callable[..., object]) -> Callable[..., object]:
    """Declare `--engine` and `--memory`."""
    command = click.option(
        "--engine",
        type=click.Choice(ENGINES),
        default="duckdb",
        show_default=True,
        help="Of the member-months.",
    )(command)
    return click.option("--memory", default=MEMORY, show_default=True, help="The most that DuckDB holds.")(
        command
    )


@click.command(
    "study",
    epilog=example(
        "allay evaluation study study.yaml --freeze --as-of 2026-11-27",
        "allay evaluation study study.yaml --as-of 2026-12-01 -o study",
        "allay evaluation study study.yaml",
    ),
)
@input_argument("study")
@click.option("--freeze", is_flag=True, help="Only freeze the protocol: write STUDY.lock.json beside it.")
@click.option("--as-of", type=DAY, help="The day that the lock and the result carry.")
@click.option("-o", "--output", metavar="DIR", help="Folder to write; without it a summary is printed.")
@click.option("--force", is_flag=True, help="Write into a folder that is not empty; replace a lock.")
@click.option(
    "--pdf/--no-pdf", default=True, show_default=True, help="Whether to write the report as PDF too."
)
@engine_options
def evaluation_study(
    *,
    study: str,
    freeze: bool,
    as_of: dt.date | None,
    output: str | None,
    force: bool,
    pdf: bool,
    engine: str,
    memory: str,
) -> None:
    """Run STUDY: who was compared with whom, what changed, how sure that is, or that it cannot be said.

    STUDY is a YAML file; `allay evaluation new` writes one to start from, and `allay evaluation schema study`
    says what it may hold. A lock beside it (STUDY.lock.json) is what was frozen before: every deviation from
    it is in the result. DIR gets results.json, report.html and report.pdf, and as tables estimates.csv,
    event_study.csv, balance.csv and effects.csv (draws for `allay economics case --effects`), panel.json and
    the lock.
    """
    if study == STANDARD:
        raise click.UsageError("STUDY is a file: its claims, roster and lock lie beside it")
    if output == STANDARD:
        raise click.UsageError("-o takes a folder; without it a summary is printed")
    if freeze and output is not None:
        raise click.UsageError("--freeze writes the lock beside STUDY, and takes no -o")
    from allay.evaluation.study.lock import lock_path, read_lock
    from allay.evaluation.study.protocolfile import read_protocol

    lock_file = lock_path(Path(study))
    if freeze and lock_file.exists() and not force:
        raise InvalidInput(
            Problem(str(lock_file), "-", "lock", "no lock yet (or --force, to freeze again)", "one")
        )
    if output is not None:
        check_folder(output, force=force)
    protocol = read_protocol(study, name=study)
    lock = read_lock(lock_file) if lock_file.exists() and not freeze else None
    if freeze:
        made = _frozen(protocol, as_of=as_of, engine=engine, memory=memory)
        write_whole(lock_file, writing(_json(made.model_dump(mode="json"))))
        click.echo(f"{lock_file}: frozen, {made.protocol_sha256[:12]}")
        return
    ran = _run(protocol, lock, as_of=as_of, engine=engine, memory=memory)
    if not ran.result.freeze.before:
        click.echo(f"allay: {study}: {ran.result.freeze.words}", err=True)
    for one in ran.result.freeze.deviations:
        click.echo(f"allay: deviation {one.path}: {one.frozen} -> {one.now}", err=True)
    if output is None:
        click.echo(_text(ran.result))
        return
    files = _files(ran)
    files |= _report(ran.result, pdf=pdf)
    gone = [name for name in ("report.html", "report.pdf", "effects.csv") if name not in files]
    write_folder(output, files, force=force, gone=gone)
    click.echo(_text(ran.result))


def _report(result: StudyResult, *, pdf: bool) -> dict[str, Callable[[BinaryIO], object]]:
    """Files of the report."""
    # Imported late: templates and drawings are not needed to say what is wrong with a file.
    from allay.reports.evaluation_page import evaluation_html

    page = evaluation_html(result)
    files = {"report.html": writing(page.encode())}
    document = pdf_or_note(page) if pdf else None
    if document is not None:
        files["report.pdf"] = writing(document)
    return files


@contextmanager
def _saying() -> Iterator[Callable[[str], object]]:
    """Say on a terminal what is being done; elsewhere say nothing."""
    if not sys.stderr.isatty():
        yield lambda what: None
        return
    from rich.console import Console

    with Console(stderr=True).status("checking claims") as status:
        yield lambda what: status.update(what)


def _frozen(protocol: ProtocolFile, *, as_of: dt.date | None, engine: str, memory: str) -> StudyLock:
    from allay.evaluation.study.frozen import freeze
    from allay.evaluation.study.prepare import ready

    version = allay.__version__
    with (
        _saying(),
        tempfile.TemporaryDirectory(prefix="allay-study-") as folder,
        ready(
            protocol,
            folder=Path(folder),
            engine=cast("Engine", engine),
            memory=memory,
            allay_version=version,
        ) as found,
    ):
        return freeze(found, as_of=as_of, allay_version=version).lock


def _run(
    protocol: ProtocolFile, lock: StudyLock | None, *, as_of: dt.date | None, engine: str, memory: str
) -> StudyRun:
    from allay.evaluation.study.prepare import ready
    from allay.evaluation.study.run import run_study

    version = allay.__version__
    with (
        _saying() as saying,
        tempfile.TemporaryDirectory(prefix="allay-study-") as folder,
        ready(
            protocol,
            folder=Path(folder),
            engine=cast("Engine", engine),
            memory=memory,
            allay_version=version,
        ) as found,
    ):
        return run_study(found, lock=lock, as_of=as_of, allay_version=version, saying=saying)


def _files(ran: StudyRun) -> dict[str, Callable[[BinaryIO], object]]:
    from allay.evaluation.study import tables

    result = ran.result
    found: dict[str, Callable[[BinaryIO], object]] = {
        "results.json": writing(_json(result.model_dump(mode="json"))),
        "panel.json": writing(_json(result.data.panel)),
        "estimates.csv": writing(csv_bytes(tables.estimates_table(result))),
        "event_study.csv": writing(csv_bytes(tables.event_study_table(result))),
        "balance.csv": writing(csv_bytes(tables.balance_table(result))),
        "study.lock.json": writing(_json(ran.lock.model_dump(mode="json"))),
    }
    if ran.draws is not None:
        found["effects.csv"] = writing(csv_bytes(ran.draws.table()))
    return found


def _json(tree: object) -> bytes:
    return (json_text(tree) + "\n").encode()


def _text(result: StudyResult) -> str:
    lines = [str(result.protocol["title"]), "", result.verdict.headline, ""]
    lines += [f"- {one}" for one in result.verdict.reasons]
    lines += ["", *_estimates(result), *_savings(result)]
    lines += [one.benefit.words for one in result.outcomes if one.benefit is not None]
    if result.missing:
        lines += ["", "missing:", *(f"- {one}" for one in result.missing)]
    return "\n".join(lines)


def _estimates(result: StudyResult) -> Iterator[str]:
    for one in result.outcomes:
        found = one.adjusted
        interval = "" if found.low is None else f" ({found.low:.4g} to {found.high:.4g})"
        relative = "" if found.relative is None else f", {found.relative:+.1%}"
        yield (
            f"{one.name:26} unadjusted {one.unadjusted.estimate:.4g}, adjusted {found.estimate:.4g}{interval}"
            f"{relative}; {found.starters:,} starters, {found.comparison:,} compared; {one.unit}"
        )
    for series in result.series:
        yield (
            f"{series.name:26} step {series.step:.4g} ({series.step_low:.4g} to {series.step_high:.4g}); "
            f"{series.words}"
        )


def _savings(result: StudyResult) -> Iterator[str]:
    for one in result.savings:
        each = one.per_member
        interval = "" if each.low is None else f" ({_usd(each.low)} to {_usd(each.high)})"
        yield f"savings a member, {one.outcome}: {_usd(each.estimate)}{interval}; {one.credibility_words}"
        if one.with_prior is not None:
            weighed = one.with_prior.per_member_month
            yield (
                f"savings a member and month, {one.outcome}, weighed: {_usd(weighed.estimate, 2)} "
                f"({_usd(weighed.low, 2)} to {_usd(weighed.high, 2)}); {one.with_prior.words}"
            )


def _usd(amount: float | None, digits: int = 0) -> str:
    return "none" if amount is None else f"{'-' if amount < 0 else ''}${abs(amount):,.{digits}f}"
