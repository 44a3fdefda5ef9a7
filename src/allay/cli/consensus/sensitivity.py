"""`allay consensus sensitivity`: the same ratings by several rules."""

from __future__ import annotations

from typing import Any

import click
import polars as pl

import allay
from allay.base.errors import InvalidValue
from allay.cli.frame import example, format_option, input_argument, output_option
from allay.cli.results import aligned, deliver_frame, deliver_text, json_text, opened
from allay.consensus.protocol.rule import AppropriatenessRule, DecisionRule
from allay.consensus.ratings.counts import counts_of
from allay.consensus.ratings.reading import ROUND, ratings_and_columns
from allay.consensus.ratings.table import RatingTable
from allay.consensus.verdicts.appropriateness import appropriateness
from allay.consensus.verdicts.refusals import refuse_sizes, refuse_unrated
from allay.consensus.verdicts.rule_names import EACH_GROUP, rule_name, rule_of
from allay.consensus.verdicts.sensitivity import sensitivity_panel


class RuleName(click.ParamType):  # type: ignore[type-arg]  # older versions of click are not generic
    """A rule by its name, such as `comet-70-15-a`."""

    name = "rule"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> DecisionRule:
        """Find the rule, or say how rules are named."""
        try:
            rule = rule_of(value)
        except InvalidValue as wrong:
            self.fail(str(wrong), param, ctx)
        if rule_name(rule).endswith(EACH_GROUP):
            self.fail("groups stand in panel.csv beside a protocol: use `allay consensus run`", param, ctx)
        return rule


@click.command(
    "sensitivity",
    epilog=example(
        "allay consensus sensitivity ratings.csv --format table",
        "allay consensus sensitivity ratings.csv --rule percent-80",
        "allay consensus sensitivity ratings.csv --rule ram-count --rule ram-linear --rule comet-70-15-b",
    ),
)
@input_argument("ratings")
@click.option(
    "--rule",
    "rules",
    type=RuleName(),
    multiple=True,
    metavar="NAME",
    help="The first is compared with the others, or with the usual ones where it is the only one.",
)
@format_option("csv", "json", "table")
@output_option()
def sensitivity(*, ratings: str, rules: tuple[DecisionRule, ...], format: str, output: str | None) -> None:
    """Show how verdicts on the statements of RATINGS depend on the rule.

    RATINGS is a CSV file with the columns statement, rater and rating (1 to 9), and perhaps round. A row for
    each statement comes out, with a verdict by each rule and, in differs, the names of rules that decide
    otherwise than the first (ram-linear unless --rule names another). A verdict is blank where a rule cannot
    be used. Rules: ram-linear, ram-nearest-rank, ram-count, each also with -half-up (the default), -half-down
    or -half-uncertain; comet-70-15-a, comet-70-15-b; percent-75; percent-50-then-70 for two rounds. Other
    percentages may stand in their place.
    """
    main = rules[0] if rules else AppropriatenessRule()
    source, name = opened(ratings)
    tables, columns = ratings_and_columns(source, name=name)
    refuse_unrated(tables)
    if isinstance(main, AppropriatenessRule) and main.panel_rule == "count":
        refuse_sizes(tables)
    rows: list[dict[str, Any]] = []
    reasons: dict[str, str] = {}
    for table in tables:
        found, why = _rows(table, main, rules[1:])
        rows += found
        reasons |= why
    kept = [{key: value for key, value in row.items() if key != ROUND or ROUND in columns} for row in rows]
    if format == "json":
        content = {"allay_version": allay.__version__, "rule": main.model_dump(), "not_usable": reasons}
        deliver_text(output, json_text({**content, "rows": kept}))
        return
    frame = _frame(kept)
    if format == "csv":
        deliver_frame(output, frame)
        return
    dependent = sum(bool(row["differs"]) for row in kept)
    said = [f"{name}: no verdict where {reason}" for name, reason in reasons.items()]
    said.append(f"{dependent} of {len(kept)} verdicts by {rule_name(main)} depend on the rule")
    deliver_text(output, "\n\n".join([aligned(frame), "\n".join(said)]))


def _rows(
    table: RatingTable, main: DecisionRule, others: tuple[DecisionRule, ...]
) -> tuple[list[dict[str, Any]], dict[str, str]]:
    counts = counts_of(table)
    panel = sensitivity_panel(counts, main, rules=others, round=table.round)
    medians = appropriateness(counts).median.tolist()
    rows = [
        {
            "statement": statement,
            ROUND: table.round,
            "n": int(counts[place].sum()),
            "median": medians[place],
            "verdicts": {
                rule_name(main): str(panel.main[place]),
                **{
                    name: str(panel.verdicts[row, place]) or None
                    for row, name in enumerate(panel.names)
                    if name != rule_name(main)
                },
            },
            "differs": list(panel.differing(place)),
        }
        for place, statement in enumerate(table.statements)
    ]
    return rows, {name: why for name, why in zip(panel.names, panel.reasons, strict=True) if why}


def _frame(rows: list[dict[str, Any]]) -> pl.DataFrame:
    names = list(dict.fromkeys(name for row in rows for name in row["verdicts"]))
    flat = [
        {
            **{key: value for key, value in row.items() if key not in ("verdicts", "differs")},
            **{name: row["verdicts"].get(name) for name in names},
            "differs": " ".join(row["differs"]) or None,
        }
        for row in rows
    ]
    texts = dict.fromkeys([*names, "differs"], pl.String)
    return pl.DataFrame(flat, schema_overrides=texts, infer_schema_length=None)
