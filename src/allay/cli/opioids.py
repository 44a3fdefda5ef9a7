"""`allay opioids`: morphine milligram equivalents of prescriptions, and the factors they are made with."""

from __future__ import annotations

import datetime as dt
import io

import click
import polars as pl

import allay
from allay.base.errors import InvalidInput, Problem
from allay.base.sources import read_bytes
from allay.cli.frame import (
    DAY,
    OnInvalid,
    example,
    format_option,
    input_argument,
    invalid_option,
    output_option,
    schema_command,
)
from allay.cli.results import aligned, deliver_frame, deliver_text, json_text, opened
from allay.measures.opioids.conventions import CAUTION, facts
from allay.measures.opioids.daily import by_day
from allay.measures.opioids.dose import Doses, figure_doses
from allay.measures.opioids.drugs import read_drugs, shipped_drugs
from allay.measures.opioids.factor_file import FactorSetFile
from allay.measures.opioids.factor_set import DEFAULT, Factor, FactorSet, PatchRoute, all_sets, get_set
from allay.measures.opioids.prescriptions import Prescriptions, read_prescriptions
from allay.measures.opioids.summary import summarize


@click.group(
    epilog=example(
        "allay opioids mme prescriptions.csv -o mme.csv",
        "allay opioids mme prescriptions.csv --summary --as-of 2026-06-30",
        "allay opioids factors cdc-2022",
    )
)
def group() -> None:
    """Opioid dose: morphine milligram equivalents (MME) and their factors.

    MME factors are not for converting a patient from one opioid to another, nor for dosing in opioid use
    disorder. A falling dose is reported where it is faster than guidance on tapering; it is no success.
    """


@group.command(
    epilog=example(
        "allay opioids mme prescriptions.csv -o mme.csv",
        "allay opioids mme prescriptions.csv --factors cdc-2016 --by day -o days.csv",
        "allay opioids mme bundle.json --drug-table rxnorm.csv --summary",
    )
)
@input_argument("rx")
@output_option()
@click.option(
    "--factors",
    type=click.Choice([each.id for each in all_sets()]),
    default=DEFAULT,
    show_default=True,
    help="The factor set.",
)
@click.option(
    "--include-buprenorphine", is_flag=True, help="Count buprenorphine; without it, it is excluded."
)
@click.option(
    "--patch",
    type=click.Choice(["rate", "per-patch"]),
    help="Patches by mcg/h whatever their number, or times patches a day. Default: as the set publishes it.",
)
@click.option(
    "--drug-table", metavar="FILE", help="What RxNorm drug codes mean: one row per opioid of a drug."
)
@click.option("--by", type=click.Choice(["day"]), help="One row per patient and day, overlaps added up.")
@click.option("--summary", is_flag=True, help="One row per patient.")
@click.option("--as-of", type=DAY, help="The last day known of: no prescription starts later.")
@click.option(
    "--therapy-days", type=click.IntRange(1), help="Days on therapy for mme2 (default: days with supply)."
)
@click.option(
    "--window-days", type=click.IntRange(1), help="Window for mme3 (default: first to last day with supply)."
)
@invalid_option(
    "A value that cannot be, such as a quantity of 0: refuse the file, or mark the row `invalid`."
)
@format_option("csv", "json", "table")
def mme(
    *,
    rx: str,
    output: str | None,
    factors: str,
    include_buprenorphine: bool,
    patch: PatchRoute | None,
    drug_table: str | None,
    by: str | None,
    summary: bool,
    as_of: dt.date | None,
    therapy_days: int | None,
    window_days: int | None,
    on_invalid: OnInvalid,
    format: str,
) -> None:
    """Figure MME per day of the prescriptions in RX, a CSV file or a FHIR Bundle of MedicationRequests.

    RX has patient_id, drug or rxcui (or both), strength, unit, quantity, days_supply and perhaps form and
    start_date. Every row gets a status: computed, excluded (buprenorphine), not_opioid, refused with its
    reason, or invalid. Blank means not known and is never zero. MME factors are not for converting between
    opioids.
    """
    if by and summary:
        raise click.UsageError("--by day and --summary are two results; ask for one")
    if not summary and (therapy_days or window_days):
        raise click.UsageError("--therapy-days and --window-days belong to --summary")
    drugs = shipped_drugs()
    if drug_table:
        source, name = opened(drug_table)
        drugs = read_drugs(source, name=name).over(drugs)
    given, bundle = _prescriptions(rx)
    chosen = get_set(factors)
    doses = figure_doses(
        given,
        factors=chosen,
        drugs=drugs,
        include_buprenorphine=include_buprenorphine,
        patch=patch,
        as_of=as_of,
        on_invalid="flag" if bundle else on_invalid,
    )
    if by:
        _need_dates(given)
        result = _days(doses)
    elif summary:
        result = summarize(doses, therapy_days=therapy_days, window_days=window_days, as_of=as_of)
    else:
        result = doses.result()
    _say(doses, given.table.name)
    _deliver(output, result, chosen, form=format)


def _prescriptions(rx: str) -> tuple[Prescriptions, bool]:
    """Read RX and say whether it is a bundle."""
    source, name = opened(rx)
    data, name = read_bytes(source, name=name)
    if data.lstrip()[:1] in (b"{", b"["):
        from allay.interop.medication_requests import read_medication_requests

        return read_medication_requests(data, name=name), True
    return read_prescriptions(io.BytesIO(data), name=name), False


def _need_dates(given: Prescriptions) -> None:
    if "start_date" not in given.table.columns:
        expected = "this column, as --by day lays prescriptions on days"
        raise InvalidInput(Problem(given.table.name, "1", "start_date", expected, "nothing"))


def _days(doses: Doses) -> pl.DataFrame:
    daily = by_day(doses)
    if daily.undated:
        click.echo(
            f"allay: {daily.undated} opioid prescriptions have no day or length and are on no day", err=True
        )
    return daily.frame()


def _say(doses: Doses, name: str) -> None:
    """Say beside every result what it is not for, and what is not in it."""
    counts = dict(doses.frame.group_by("status").len().rows())
    said = (
        (counts.get("refused", 0), "refused, each with its reason"),
        (counts.get("excluded", 0), "buprenorphine, excluded"),
        (doses.invalid, "flagged as invalid"),
        (doses.duplicates, "the same as an earlier row, and counted"),
    )
    for many, words in said:
        if many:
            click.echo(f"allay: {name}: {words}: {many}", err=True)
    click.echo(f"allay: {doses.factors.reference}; {CAUTION}", err=True)


def _deliver(output: str | None, result: pl.DataFrame, chosen: FactorSet, *, form: str) -> None:
    if form == "csv":
        deliver_frame(output, result)
    elif form == "table":
        deliver_text(output, f"{aligned(result)}\n\n{chosen.reference} [{chosen.status}]. {CAUTION}.")
    else:
        content = {
            "allay_version": allay.__version__,
            "factor_set": {"id": chosen.reference, "status": str(chosen.status)},
            "facts": {fact.latest.version: str(fact.latest.status) for fact in facts()},
            "caution": CAUTION,
            "rows": result.to_dicts(),
        }
        deliver_text(output, json_text(content))


@group.command(epilog=example("allay opioids factors", "allay opioids factors cdc-2016 --format csv"))
@click.argument("name", metavar="[SET]", required=False)
@format_option("table", "csv", "json")
@output_option()
def factors(*, name: str | None, format: str, output: str | None) -> None:
    """List the factor sets, or the factors of one SET with their sources and status.

    The sets disagree, so a result names the one it was made with. MME factors are not for converting between
    opioids.
    """
    if name is None:
        rows = [
            {
                "set": each.id,
                "version": each.version,
                "title": each.title,
                "published": each.published,
                "patch": each.patch,
                "status": str(each.status),
            }
            for each in all_sets()
        ]
        _deliver_factors(output, pl.DataFrame(rows), "", form=format)
        return
    chosen = get_set(name)
    text = [
        f"{each.title}: {each.href or ''} ({each.locator or 'whole'}) [{each.seen_as}]"
        for each in chosen.sources
    ]
    _deliver_factors(output, _factor_rows(chosen), "\n".join([*text, *chosen.notes]), form=format)


def _factor_rows(chosen: FactorSet) -> pl.DataFrame:
    rows = [
        {
            "set": chosen.reference,
            "ingredient": factor.ingredient,
            "forms": " ".join(sorted(factor.forms)) or "usual",
            "daily_mg": "any" if upto is None and len(steps) == 1 else f"to {upto}" if upto else "above",
            "factor": value,
            "per": {"patch": "mcg/h x patches a day"}.get(factor.per, factor.per),
            "status": str(factor.status),
        }
        for factor in chosen.factors
        for steps in (_steps(factor),)
        for upto, value in steps
    ]
    return pl.DataFrame(rows)


def _steps(factor: Factor) -> list[tuple[int | None, float | None]]:
    """The daily doses in mg up to which each factor holds."""
    return [(step.upto, step.factor) for step in factor.ladder] or [(None, factor.value)]


def _deliver_factors(output: str | None, result: pl.DataFrame, text: str, *, form: str) -> None:
    if form == "csv":
        deliver_frame(output, result)
        click.echo(f"allay: {CAUTION}", err=True)
    elif form == "json":
        content = {"allay_version": allay.__version__, "caution": CAUTION, "rows": result.to_dicts()}
        deliver_text(output, json_text(content))
    else:
        deliver_text(output, "\n\n".join(part for part in (aligned(result), text, f"{CAUTION}.") if part))


group.add_command(schema_command("opioids", {"factor-set": FactorSetFile}))
