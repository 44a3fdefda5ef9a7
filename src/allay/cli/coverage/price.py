"""`allay coverage price`: what the physician fee schedule pays for the lines of a day."""

from __future__ import annotations

import datetime as dt

import click

import allay
from allay.cli.coverage.reasons import reference_row
from allay.cli.frame import (
    DAY,
    OnInvalid,
    contract_line,
    example,
    format_option,
    input_argument,
    invalid_option,
    output_option,
)
from allay.cli.results import aligned, deliver_frame, deliver_text, json_text, opened
from allay.coverage.fees.day import PricedDay, SameProvider, price_day
from allay.coverage.fees.linefile import LineFile, beside, read_lines
from allay.coverage.fees.localities import NATIONAL
from allay.coverage.fees.places import SITES, Site
from allay.coverage.fees.schedule import FeeSchedule, shipped_schedule


@click.command(
    "price",
    epilog=example(
        "allay coverage price lines.csv --date 2024-07-15 --locality VT -o prices.csv",
        "allay coverage price lines.csv --date 2026-03-02 --locality 14512-50 --fees cms-2026",
    ),
)
@input_argument("lines")
@click.option("--date", "day", type=DAY, required=True, help="The day of service.")
@click.option(
    "--locality",
    default=NATIONAL,
    show_default=True,
    help="`national`, contractor and number (14512-50), a name, or a state that is one locality (VT).",
)
@click.option(
    "--site",
    type=click.Choice(SITES),
    default="non-facility",
    show_default=True,
    help="Which of the two rates: offices are non-facility, hospitals facility.",
)
@click.option("--fees", metavar="DIR", help="A folder of CMS's own files, taken before what ships.")
@click.option("--known-on", type=DAY, help="Use what was recorded up to this day.")
@click.option(
    "--same-provider",
    type=click.Choice(["group", "npi", "tin", "all"]),
    default="group",
    show_default=True,
    help="The column that makes lines one provider's, for the therapy reduction.",
)
@click.option(
    "--qualifying-apm", is_flag=True, help="The factor of qualifying participants in advanced models."
)
@invalid_option("A row that cannot be used: refuse the file, or mark the row `invalid`.")
@format_option("csv", "json", "table")
@output_option()
def price(
    *,
    lines: str,
    day: dt.date,
    locality: str,
    site: Site,
    fees: str | None,
    known_on: dt.date | None,
    same_provider: SameProvider,
    qualifying_apm: bool,
    on_invalid: OnInvalid,
    format: str,
    output: str | None,
) -> None:
    """Price the LINES of one day by Medicare's physician fee schedule, therapy reduction included.

    LINES has code and units, and perhaps modifiers (several with a semicolon or a space between), factors
    (ids of ratios, such as us.medicare.npp_ratio), patient_id, npi, group, tin. Added are unit_amount,
    allowed, reduction, status (how sure; unknown where there is no price) and reason. Deductible, coinsurance
    and sequestration are not taken off. Codes are numbers only; CPT is a trademark of the AMA.
    """
    schedule = shipped_schedule() if fees is None else FeeSchedule.load(fees)
    schedule.check_locality(locality, day=day)
    source, name = opened(lines)
    file = read_lines(source, on_invalid=on_invalid, name=name)
    priced = price_day(
        file.good,
        schedule=schedule,
        day=day,
        known_on=known_on,
        site=site,
        locality=locality,
        qualifying_apm=qualifying_apm,
        same_provider=same_provider,
    )
    _say(file, priced, schedule)
    frame = beside(file, priced)
    if format == "csv":
        deliver_frame(output, frame)
    elif format == "table":
        deliver_text(output, f"{aligned(frame)}\n\nallowed {priced.allowed}, reduction {priced.reduction}")
    else:
        content = {
            "allay_version": allay.__version__,
            "date": day,
            "locality": locality,
            "site": site,
            "versions": sorted({version for line in priced.lines for version in line.versions}),
            "references": [
                reference_row(each)
                for each in dict.fromkeys(one for line in priced.lines for one in line.references)
            ],
            "allowed": priced.allowed.dollars,
            "reduction": priced.reduction.dollars,
            "complete": priced.complete and file.flagged_total == 0,
            "rows": frame.to_dicts(),
        }
        deliver_text(output, json_text(content))


def _say(file: LineFile, priced: PricedDay, schedule: FeeSchedule) -> None:
    """Say what was read and left aside, and what has no price."""
    for problem in file.flagged:
        click.echo(contract_line(problem), err=True)
    if schedule.read:
        click.echo(f"allay: read {', '.join(schedule.read)}", err=True)
    if schedule.left:
        click.echo(f"allay: left aside {', '.join(schedule.left)}", err=True)
    unpriced = sum(line.allowed is None for line in priced.lines)
    if unpriced:
        click.echo(f"allay: {file.table.name}: without a price, each with its reason: {unpriced}", err=True)
