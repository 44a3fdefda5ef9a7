"""`allay evidence`: what reviews found, for whom each answer is as plain as the others."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click
import polars as pl

from allay.cli.frame import (
    DAY,
    example,
    format_option,
    input_argument,
    no_if_invalid,
    output_option,
    schema_command,
)
from allay.cli.results import aligned, deliver_frame, deliver_text, json_text, opened
from allay.programs.evidence.cell import Outcome
from allay.programs.evidence.cellsheet import read_cells, write_cells
from allay.programs.evidence.effect import EffectClass
from allay.programs.evidence.library import Evidence
from allay.programs.evidence.review import ReviewFile
from allay.programs.evidence.statement import StatementFile
from allay.programs.evidence.terms import TermFile, intervention, terms
from allay.reports.evidence import EvidencePage, evidence_page
from allay.reports.evidence_json import EvidenceResult, evidence_result

FORMATS = ("table", "json", "html", "csv")


@click.group(
    epilog=example(
        "allay evidence list",
        "allay evidence show fibromyalgia --as-of 2026-12-01",
        "allay evidence show low-back-pain --for patient --language es -o espalda.html",
    )
)
def group() -> None:
    """Published evidence as typed cells: benefit, no difference, insufficient and no evidence alike."""


@group.command("list", epilog=example("allay evidence list", "allay evidence list --format csv"))
@format_option("table", "csv", "json")
@output_option()
def list_(*, format: str, output: str | None) -> None:
    """List the conditions with how many cells are in each state, and the reviews they come from."""
    rows = []
    for one in terms().conditions.values():
        page = evidence_page(condition_id=one.id)
        rows.append(
            {
                "condition": one.id,
                "title": one.label,
                "services": len({cell.service for cell in page.shown}),
                "cells": len(page.shown),
                **{effect.value: n for effect, n in page.tally.items()},
                "not_entered": page.not_entered,
                "reviews": "; ".join(review.review for review in page.evidence.reviews.values()),
            }
        )
    deliver_frame(output, pl.DataFrame(rows), form=format)


@group.command(
    epilog=example(
        "allay evidence show knee-osteoarthritis",
        "allay evidence show neck-pain --service massage --format json",
        "allay evidence show --service acupuncture --as-of 2026-12-01 -o acupuncture.html",
        "allay evidence show fibromyalgia --for patient -o fibromyalgia.html",
    )
)
@click.argument("condition", metavar="[CONDITION]", required=False)
@click.option(
    "--for",
    "audience",
    type=click.Choice(["payer", "patient"]),
    default="payer",
    show_default=True,
    help="Whom the page is for; for a patient it is in plain words.",
)
@click.option("--service", metavar="ID", help="Only this service or intervention; alone, in every condition.")
@click.option("--as-of", type=DAY, help="The day on which searches are judged.")
@click.option(
    "--language",
    type=click.Choice(["en", "es"]),
    default="en",
    show_default=True,
    help="Language of a page for patients.",
)
@click.option(
    "--format", "format_", type=click.Choice(FORMATS), help="By default the ending of FILE, else table."
)
@output_option()
def show(
    *,
    condition: str | None,
    audience: str,
    service: str | None,
    as_of: dt.date | None,
    language: str,
    format_: str | None,
    output: str | None,
) -> None:
    """Show the evidence on CONDITION, on a service, or on both.

    Every cell says one of seven things: a small, moderate or large benefit, the comparator better, no
    difference, insufficient, no evidence. A review whose last search is too old on --as-of is marked stale.
    """
    if condition is None and service is None:
        raise click.UsageError("name a CONDITION, a --service, or both; `allay evidence list` shows them")
    form = format_ or _ending(output)
    if audience == "patient" and form in ("json", "csv"):
        raise click.UsageError("--for patient is a table or a page; json and csv hold the same for everybody")
    if audience == "payer" and language != "en":
        raise click.UsageError("--language belongs to --for patient")
    page = evidence_page(condition_id=condition, service_id=service, as_of=as_of)
    if form == "html":
        deliver_text(output, _html(page, audience=audience, language=language))
    elif form == "json":
        deliver_text(output, json_text(evidence_result(page).model_dump(mode="json")))
    elif form == "csv":
        deliver_text(output, write_cells(page.evidence.cells))
    elif audience == "patient":
        deliver_text(output, _plain_table(page, language))
    else:
        deliver_text(output, _table(page))


def _ending(output: str | None) -> str:
    ending = Path(output).suffix.lower().lstrip(".") if output else ""
    return ending if ending in FORMATS else "table"


def _html(page: EvidencePage, *, audience: str, language: str) -> str:
    # Imported late: templates are not needed for anything else.
    from allay.reports.evidence_html import patient_html, payer_html

    return payer_html(page) if audience == "payer" else patient_html(page, language=language)


def _table(page: EvidencePage) -> str:
    from allay.reports.evidence_words import age, numbers, pooled, strength

    rows = [
        {
            "condition": cell.condition,
            "service": intervention(cell.service).label,
            "compared with": terms().comparators[cell.comparator].label,
            "outcome": cell.outcome.value,
            "window": cell.window.value,
            "effect": cell.effect.value,
            "evidence": strength(cell) or None,
            "estimate": pooled(cell) or None,
            "rests on": numbers(cell) or None,
            "source": f"{cell.review}, {cell.locator}",
            "status": cell.effect_status.value,
        }
        for cell in page.evidence.cells
    ]
    parts = [aligned(pl.DataFrame(rows)) if rows else "No evidence has been entered for this."]
    parts += [f"{each.kind}: {each.text} [{each.status}]" for each in page.evidence.statements]
    for harm in page.harms:
        known = "; ".join(f"{text} [{status}]" for text, status, _ in harm.known)
        parts.append(f"harms of {harm.intervention.label}: {known or 'not recorded here'}")
    parts += [
        f"{review.review}: last search {review.last_search or 'not known'}. {age(review, page.as_of)}"
        for review in page.evidence.reviews.values()
    ]
    return "\n".join([parts[0], "", *parts[1:]])


def _plain_table(page: EvidencePage, language: str) -> str:
    from allay.reports.evidence_patient import PlainWords

    say = PlainWords(language)
    lines = [say.title(page), ""]
    for grid in page.grids:
        lines += [say("table.compared", comparator=say.name("comparator", grid.comparator.id)), ""]
        for row in grid.rows:
            about = say.name("service", row.intervention.id)
            lines.append(about if page.condition else f"{say.name('condition', row.condition.id)}: {about}")
            for outcome in Outcome:
                for answer in say.answers(row, outcome, grid.windows):
                    times = "; ".join(answer.times)
                    sure = f" ({answer.sure})" if answer.sure else ""
                    lines.append(f"  {say.name('outcome', outcome)}: {answer.words}, {times}{sure}")
        lines.append("")
    if not page.grids:
        lines += [say("page.nothing"), ""]
    lines += [f"{say.until(each)} {say.age(page, each)}".strip() for each in page.evidence.reviews.values()]
    return "\n".join([*lines, say("harms.ask")])


@group.command(epilog=example("allay evidence check cells.csv"))
@input_argument("file")
def check(*, file: str) -> None:
    """Say whether the cell sheet in FILE holds together; if not, name every problem by line and column.

    Exit status 1 when it does not, 2 when the file cannot be read.
    """
    source, name = opened(file)
    with no_if_invalid():
        cells = read_cells(source, name=name)
    counted = Evidence(cells, (), {}).tally()
    said = ", ".join(f"{effect} {counted[effect]}" for effect in EffectClass)
    click.echo(f"{name}: {len(cells)} cells hold together: {said}")


group.add_command(
    schema_command(
        "evidence",
        {
            "result": EvidenceResult,
            "reviews": ReviewFile,
            "statements": StatementFile,
            "terms": TermFile,
        },
    )
)
