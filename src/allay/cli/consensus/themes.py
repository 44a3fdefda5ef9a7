"""`allay consensus themes`: interviews by consensual qualitative research, and the 2023 study."""

from __future__ import annotations

from typing import Any

import click
import polars as pl
from pydantic import BaseModel

import allay
from allay.base.status import Status
from allay.cli.frame import answer_no, example, format_option, input_argument, no_if_invalid, output_option
from allay.cli.results import aligned, deliver_frame, deliver_text, json_text, opened
from allay.consensus.themes.differences import DifferenceRow
from allay.consensus.themes.file import ThemesFile
from allay.consensus.themes.labels import label_rules
from allay.consensus.themes.reading import read_themes
from allay.consensus.themes.result import ThemesResult, analyze
from allay.consensus.themes.study import PublishedStudy, read_study

SCHEMAS: dict[str, type[BaseModel]] = {
    "themes": ThemesFile,
    "themes-result": ThemesResult,
    "study": PublishedStudy,
}
_CATEGORIES = {
    "domain": pl.String,
    "category": pl.String,
    "name": pl.String,
    "label": pl.String,
    "cases": pl.Int64,
    "of": pl.Int64,
    "unsettled": pl.Int64,
    "not_judged": pl.Int64,
    "lowest": pl.String,
    "highest": pl.String,
    "quotes": pl.Int64,
    "case_ids": pl.String,
}


@click.group(
    epilog=example(
        "allay consensus themes check themes.yaml",
        "allay consensus themes table themes.yaml --format table",
        "allay consensus themes differences themes.yaml --unsettled",
        "allay consensus themes agreement themes.yaml",
        "allay consensus themes show 2023",
    )
)
def themes() -> None:
    """Analyze interviews by domains, core ideas and categories that several coders agree on."""


def _result(source: str) -> ThemesResult:
    stream, name = opened(source)
    return analyze(read_themes(stream, name=name), allay_version=allay.__version__)


@themes.command("check", epilog=example("allay consensus themes check themes.yaml --settled"))
@input_argument("themes_file")
@click.option("--settled", is_flag=True, help="Answer no as well while a difference is not settled.")
def check(*, themes_file: str, settled: bool) -> None:
    """Say whether THEMES_FILE holds together, and what is open in it.

    Exit status 1 and every problem with its place when it names cases, categories or coders that are not
    there, judges twice, or has an empty domain.
    """
    with no_if_invalid():
        found = _result(themes_file)
    open_cells = sum(row.not_judged for row in found.categories)
    click.echo(
        f"{found.title}: {found.cases} cases, {found.coders} coders, {len(found.categories)} categories; "
        f"{len(found.differences)} differences, {found.unsettled} unsettled; {open_cells} not judged"
    )
    if settled and found.unsettled:
        answer_no()


@themes.command(
    "table",
    epilog=example(
        "allay consensus themes table themes.yaml -o categories.csv",
        "allay consensus themes table themes.yaml --format table",
        "allay consensus themes table themes.yaml --format json -o themes.json",
    ),
)
@input_argument("themes_file")
@format_option("csv", "json", "table")
@output_option()
def table(*, themes_file: str, format: str, output: str | None) -> None:
    """Count the cases of each category of THEMES_FILE, and label it general, typical, variant or rare.

    A category with a difference that nobody settled is `unsettled`, with the lowest and the highest label it
    can still get. JSON holds differences and agreement too.
    """
    found = _result(themes_file)
    if format == "json":
        deliver_text(output, json_text(found.model_dump(mode="json")))
        return
    rows = [
        {
            **{key: getattr(row, key) for key in _CATEGORIES if key not in ("cases", "case_ids")},
            "cases": len(row.cases),
            "case_ids": " ".join(row.cases) or None,
        }
        for row in found.categories
    ]
    frame = pl.DataFrame(rows, schema=_CATEGORIES)
    if format == "csv":
        deliver_frame(output, frame)
        return
    lines = [_heading(found), "", aligned(frame.drop("case_ids", "category"))]
    if found.unsettled:
        lines += ["", f"{found.unsettled} unsettled: see `allay consensus themes differences`"]
    lines += ["", f"labels by {found.rule.id}: {found.rule.why} Source: {found.rule.source.title}"]
    if not found.rule_status.certain:
        lines[-1] += f" (status: {found.rule_status.value})"
    deliver_text(output, "\n".join(lines))


def _heading(found: ThemesResult) -> str:
    kind = " (synthetic)" if found.synthetic else ""
    people = f"{found.participants} participants, {found.coders} coders"
    return f"{found.title}{kind}: {found.cases} cases, {people}"


@themes.command(
    "differences",
    epilog=example(
        "allay consensus themes differences themes.yaml --format table",
        "allay consensus themes differences themes.yaml --unsettled",
    ),
)
@input_argument("themes_file")
@click.option("--unsettled", is_flag=True, help="Only those that nobody settled.")
@format_option("csv", "json", "table")
@output_option()
def differences(*, themes_file: str, unsettled: bool, format: str, output: str | None) -> None:
    """List where coders differed before discussion, and how each difference was settled.

    What an auditor decided against coders who agreed is listed as well.
    """
    found = _result(themes_file)
    rows = [
        row.model_dump(mode="json")
        for row in found.differences
        if row.settled == "unsettled" or not unsettled
    ]
    if format == "json":
        told = {"allay_version": found.allay_version, "synthetic": found.synthetic, "differences": rows}
        deliver_text(output, json_text(told))
        return
    listed = [
        {key: " ".join(value) or None if isinstance(value, list) else value for key, value in row.items()}
        for row in rows
    ]
    schema = {key: pl.Boolean if key == "overruled" else pl.String for key in DifferenceRow.model_fields}
    deliver_frame(output, pl.DataFrame(listed, schema=schema), form=format)


@themes.command("agreement", epilog=example("allay consensus themes agreement themes.yaml --format table"))
@input_argument("themes_file")
@format_option("csv", "json", "table")
@output_option()
def agreement(*, themes_file: str, format: str, output: str | None) -> None:
    """Say how well coders agreed before discussion, over all domains and in each.

    Counted are cases and categories that at least two coders judged: present or absent.
    """
    found = _result(themes_file)
    rows = [one.model_dump(mode="json") for one in found.agreement]
    if format == "json":
        told = {"allay_version": found.allay_version, "synthetic": found.synthetic, "agreement": rows}
        deliver_text(output, json_text(told))
        return
    flat = [
        {**{key: value for key, value in row.items() if key != "coefficients"}, **row["coefficients"]}
        for row in rows
    ]
    if format == "table":
        flat = [
            {key: f"{value:.3f}" if isinstance(value, float) else value for key, value in row.items()}
            for row in flat
        ]
    deliver_frame(output, pl.DataFrame(flat, infer_schema_length=None), form=format)


@themes.command("rules", epilog=example("allay consensus themes rules"))
@format_option("table", "json", "csv")
@output_option()
def rules(*, format: str, output: str | None) -> None:
    """List the rules of labels, their thresholds, where they come from and how sure we are of them."""
    rows = [
        {
            "id": rule.id,
            **rule.model_dump(mode="json", exclude={"id", "title", "source", "why"}),
            "status": rule.status.value,
            "source": rule.source.title,
            "why": rule.why,
        }
        for rule in label_rules()
    ]
    shown = rows if format != "table" else [{k: v for k, v in row.items() if k != "why"} for row in rows]
    deliver_frame(output, pl.DataFrame(shown), form=format)


@themes.command(
    "show",
    epilog=example(
        "allay consensus themes show 2023", "allay consensus themes show 2023 --format csv -o study.csv"
    ),
)
@click.argument("study", metavar="STUDY")
@format_option("table", "json", "csv")
@output_option()
def show(*, study: str, format: str, output: str | None) -> None:
    """Show STUDY, an analysis that was published: 2023 is the study of 30 US programs.

    Its themes are in our words; its numbers have a source and a status, and are `unknown` where the text
    gives none.
    """
    found = read_study(study)
    if format == "json":
        deliver_text(output, json_text({"allay_version": allay.__version__, **found.model_dump(mode="json")}))
    elif format == "csv":
        deliver_frame(output, pl.DataFrame([*_sample(found), *_categories(found)], infer_schema_length=None))
    else:
        deliver_text(output, _study_text(found))


def _sample(study: PublishedStudy) -> list[dict[str, Any]]:
    return [
        {
            "part": "sample",
            "theme": None,
            "id": one.id,
            "kind": None,
            "text": one.label,
            "text_status": None,
            "answers": None,
            "count": str(one.value),
            "count_status": one.status.value,
            "source": study.sources[one.source].href,
            "note": one.note,
        }
        for one in study.sample
    ]


def _categories(study: PublishedStudy) -> list[dict[str, Any]]:
    return [
        {
            "part": "category",
            "theme": theme.id,
            "id": one.id,
            "kind": one.kind,
            "text": one.text,
            "text_status": one.status.value,
            "answers": " ".join(one.answers) or None,
            "count": str(one.cases),
            "count_status": one.cases_status.value,
            "source": study.sources[theme.source].href,
            "note": one.note,
        }
        for theme in study.themes
        for one in theme.categories
    ]


def _study_text(study: PublishedStudy) -> str:
    lines = [study.title, "", study.summary, "", "Sample"]
    for one in study.sample:
        status = "" if one.status.certain or one.status is Status.UNKNOWN else f" ({one.status.value})"
        note = f"  {one.note}" if one.note else ""
        lines.append(f"  {one.label}: {one.value}{status}{note}")
    for theme in study.themes:
        lines += ["", theme.name]
        for category in theme.categories:
            programs = "" if category.cases == "unknown" else f" [programs: {category.cases}]"
            answered = f" (to: {', '.join(category.answers)})" if category.answers else ""
            status = "" if category.status.certain else f" ({category.status.value})"
            lines.append(f"  {category.kind:<8} {category.id}: {category.text}{answered}{programs}{status}")
            if category.note:
                lines.append(f"           {category.note}")
    lines += ["", study.labels, "Where no number of programs stands, it is unknown."]
    lines += ["", *(f"Source: {one.title}, read {one.accessed}" for one in study.sources.values())]
    return "\n".join(lines)
