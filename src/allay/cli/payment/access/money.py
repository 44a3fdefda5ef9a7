"""`allay payment access-terms`, `access-outcomes`, `access-reconcile` and `access-forecast`."""

from __future__ import annotations

import datetime as dt

import click
import polars as pl

import allay
from allay.base.errors import InvalidInput, InvalidValue, Problem
from allay.cli.frame import example, format_option, input_argument, output_option
from allay.cli.payment.access.options import (
    CHANCE,
    as_of_option,
    known_on_option,
    refusal,
    terms_of,
    terms_option,
)
from allay.cli.payment.access.texts import forecast_text, reconciliation_text, terms_text
from allay.cli.results import deliver_frame, deliver_text, json_text, opened
from allay.payment.access.cohort import Aligned
from allay.payment.access.cohortsheet import outcome_columns, read_cohort, read_cohort_table
from allay.payment.access.forecast import forecast
from allay.payment.access.outcomesheet import read_end_scores, read_outcomes
from allay.payment.access.parameters import sureness
from allay.payment.access.reconciliation import reconciliation, value_of_reports
from allay.payment.access.results import (
    ForecastResult,
    by_form,
    policy_forecast,
    reconciliation_result,
    term_lines,
    trend_result,
)
from allay.payment.access.substitutes import substitute_trend
from allay.payment.access.terms import Terms


@click.command(
    "access-terms",
    epilog=example("allay payment access-terms", "allay payment access-terms --terms terms.yaml"),
)
@terms_option
@format_option("table", "json")
@known_on_option
@output_option()
def access_terms(
    *, terms_file: str | None, known_on: dt.date | None, format: str, output: str | None
) -> None:
    """Show every number and choice of the payment, how sure it is, and where it comes from."""
    terms = terms_of(terms_file, known_on)
    lines = [line.model_dump() for line in term_lines(terms)]
    if format == "json":
        content = {"allay_version": allay.__version__, "id": terms.id, "track": terms.track, "terms": lines}
        deliver_text(output, json_text(content))
    else:
        deliver_text(output, terms_text(term_lines(terms)))


@click.command(
    "access-outcomes",
    epilog=example(
        "allay payment access-outcomes patients.csv scores.csv --as-of 2027-10-31 -o cohort.csv",
        "allay payment access-outcomes patients.csv scores.csv --as-of 2027-10-31 --terms terms.yaml",
    ),
)
@input_argument("patients")
@input_argument("scores")
@as_of_option
@click.option("--from", "start", default="baseline", show_default=True, metavar="TIMEPOINT", help="Baseline.")
@click.option("--to", "end", default="end", show_default=True, metavar="TIMEPOINT", help="End of period.")
@terms_option
@format_option("csv", "json", "table")
@known_on_option
@output_option()
def access_outcomes(
    *,
    patients: str,
    scores: str,
    as_of: dt.date,
    start: str,
    end: str,
    terms_file: str | None,
    known_on: dt.date | None,
    format: str,
    output: str | None,
) -> None:
    """Judge whether the PATIENTS of a CSV file met their targets, by their SCORES at both ends.

    PATIENTS has patient_id, site (low_back, neck, upper_limb, knee, hip, other) and aligned_on; other columns
    are kept. SCORES has patient_id, instrument, scale, timepoint, score. The result has the outcome under the
    policy of the terms, under any measure and under all measures, since the sources do not settle it.
    """
    terms = terms_of(terms_file, known_on)
    source, name = opened(scores)
    found = read_end_scores(source, start=start, end=end, name=name)
    source, name = opened(patients)
    judged = read_outcomes(source, found, terms=terms, as_of=as_of, known_on=known_on, name=name)
    rows = [each.cells for each in judged]
    if format == "json":
        asked = [m.target.amount for each in judged for m in each.judged.measures if m.target.amount]
        content = {
            "allay_version": allay.__version__,
            "as_of": as_of,
            "policy": terms.terms["policy"].text,
            "facts": {fact.version: sureness(fact.status) for fact in asked},
            "rows": rows,
        }
        deliver_text(output, json_text(content))
    else:
        deliver_frame(output, pl.DataFrame(rows), form=format)
    click.echo(f"allay: {terms.terms['policy'].text}", err=True)


@click.command(
    "access-reconcile",
    epilog=example(
        "allay payment access-reconcile cohort.csv",
        "allay payment access-reconcile cohort.csv --terms terms.yaml --would-meet 24 --format json",
    ),
)
@input_argument("cohort")
@terms_option
@click.option("--would-meet", type=int, help="How many of the missing reports would have met the target.")
@format_option("table", "json")
@known_on_option
@output_option()
def access_reconcile(
    *,
    cohort: str,
    terms_file: str | None,
    would_meet: int | None,
    known_on: dt.date | None,
    format: str,
    output: str | None,
) -> None:
    """Reconcile a COHORT of one track and period: what was paid, earned, released, lost, and by whom owed.

    COHORT has patient_id, outcome (met, not_met, missing, open), substitute (yes, no) or substitute_on, and
    perhaps months (blank: the whole period) and tracks. Everybody aligned is in it, the control group is not.
    """
    terms = terms_of(terms_file, known_on)
    members = _members(cohort, terms)[0]["terms"]
    found = reconciliation(members, terms=terms)
    try:
        reports = (
            None if would_meet is None else value_of_reports(members, would_meet=would_meet, terms=terms)
        )
    except InvalidValue as wrong:
        raise refusal("--would-meet", wrong) from None
    result = reconciliation_result(
        found,
        forms=by_form(members, terms=terms),
        reports=reports,
        allay_version=allay.__version__,
    )
    if format == "json":
        deliver_text(output, json_text(result.model_dump()))
    else:
        deliver_text(output, reconciliation_text(result))


def _members(
    cohort: str, terms: Terms, as_of: dt.date | None = None
) -> tuple[dict[str, tuple[Aligned, ...]], str]:
    """The patients of a cohort under each policy it has outcomes for."""
    source, name = opened(cohort)
    table = read_cohort_table(source, name=name)
    columns = outcome_columns(table)
    if "terms" not in columns:
        found = ", ".join(columns.values())
        raise InvalidInput(Problem(table.name, "1", "outcome", "this column", found))
    members = {
        policy: read_cohort(table, terms=terms, as_of=as_of, column=column)
        for policy, column in columns.items()
    }
    return members, table.name


@click.command(
    "access-forecast",
    epilog=example(
        "allay payment access-forecast cohort.csv --as-of 2027-03-31 --p-report 0.8",
        "allay payment access-forecast cohort.csv --as-of 2027-03-31 --p-report 0.8 --format json",
    ),
)
@input_argument("cohort")
@as_of_option
@terms_option
@click.option(
    "--p-report",
    required=True,
    type=CHANCE,
    help="Chance of a complete end-of-period report, for open patients without a p_report of their own.",
)
@click.option(
    "--without-substitute",
    type=CHANCE,
    help="Share without a substitute service at the end. Default: by the trend, or as it is now.",
)
@format_option("table", "json")
@known_on_option
@output_option()
def access_forecast(
    *,
    cohort: str,
    as_of: dt.date,
    terms_file: str | None,
    p_report: float,
    without_substitute: float | None,
    known_on: dt.date | None,
    format: str,
    output: str | None,
) -> None:
    """Forecast a COHORT: the chance to reach the threshold, earnings, and what one more report is worth.

    COHORT is as for access-reconcile, with p_met (the chance of meeting the target, given a report) for every
    open patient or for none. Without it, one rate for all is drawn from the reports so far. With aligned_on
    and substitute_on the trend of substitute services is followed. The columns outcome_any and outcome_all
    (of access-outcomes) are forecast beside the outcome of the terms.
    """
    terms = terms_of(terms_file, known_on)
    members, name = _members(cohort, terms, as_of)
    trend = substitute_trend(members["terms"], as_of=as_of, terms=terms)
    share = without_substitute
    if share is None and trend is not None:
        share = trend.expected
    try:
        found = {
            policy: forecast(each, terms=terms, p_report=p_report, without_substitute=share)
            for policy, each in members.items()
        }
    except InvalidValue as wrong:
        raise InvalidInput(Problem(name, "-", "(rows)", wrong.expected, wrong.found)) from None
    result = ForecastResult(
        allay_version=allay.__version__,
        track=terms.track,
        as_of=as_of,
        without_substitute=round(found["terms"].without_substitute, 6),
        forecasts=tuple(policy_forecast(policy, each) for policy, each in found.items()),
        trend=trend and trend_result(trend),
        terms=term_lines(terms),
    )
    if format == "json":
        deliver_text(output, json_text(result.model_dump()))
    else:
        deliver_text(output, forecast_text(result))
