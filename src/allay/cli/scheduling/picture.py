"""`allay scheduling picture`: a week of a plan to look at."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import click

from allay.base.errors import NotFound
from allay.cli.frame import example, input_argument
from allay.cli.results import STANDARD, deliver
from allay.cli.scheduling.planfiles import read_both
from allay.reports.schedule_view import By

SVG, HTML, PDF, PNG = (".svg",), (".html", ".htm"), (".pdf",), (".png",)


class PictureFile(click.ParamType):  # type: ignore[type-arg]  # older versions of click are not generic
    """A file to write a picture to; its ending says in which form.

    Examples
    --------
    >>> PictureFile().convert("week.svg", None, None)
    'week.svg'
    """

    name = "FILE"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Take the name, or say what was expected."""
        if value != STANDARD and Path(value).suffix.lower() not in SVG + HTML + PDF + PNG:
            self.fail(f"expected a name that ends in .svg, .html, .pdf or .png, found {value!r}", param, ctx)
        return str(value)


@click.command(
    "picture",
    epilog=example(
        "allay scheduling picture problem.json plan.json -o week.svg",
        "allay scheduling picture problem.json plan.json --week 4 --by room -o week-4-rooms.html",
        "allay scheduling picture problem.json plan.json -o week.pdf",
    ),
)
@input_argument("problem")
@input_argument("plan")
@click.option("--week", type=click.IntRange(1), default=1, show_default=True, help="Which week, from 1.")
@click.option(
    "--by",
    type=click.Choice(["practitioner", "room"]),
    default="practitioner",
    show_default=True,
    help="What has a lane.",
)
@click.option("-o", "--output", type=PictureFile(), help="Write here instead of SVG to standard output.")
def picture(*, problem: str, plan: str, week: int, by: str, output: str | None) -> None:
    """Draw a week of PLAN, a plan of PROBLEM: days as columns, a lane for each practitioner or room.

    The ending of FILE says in which form: .svg and .png are the picture alone; .html and .pdf have the same
    appointments as tables beside it. White is working time with nothing planned, gray is no working time.
    """
    asked, made = read_both(problem, plan)
    if week > asked.opening.weeks:
        weeks = asked.opening.weeks
        raise NotFound(f"there is no week {week}; {problem} has {weeks}, and they count from 1")
    drawn = _bytes(output, week - 1, cast(By, by), asked, made)
    deliver(output, lambda file: file.write(drawn))


def _bytes(output: str | None, week: int, by: By, *both: Any) -> bytes:
    """Make the file. What draws is imported late: it is not needed to say what is wrong with a plan."""
    ending = ".svg" if output in (None, STANDARD) else Path(str(output)).suffix.lower()
    if ending in HTML + PDF:
        from allay.reports.schedule_page import week_html

        page = week_html(*both, week=week, by=by)
        return _pdf(page) if ending in PDF else page.encode("utf-8")
    from allay.reports.schedule_week import week_svg

    svg = week_svg(*both, week=week, by=by)
    if ending in PNG:
        from allay.reports.png import png_bytes

        return png_bytes(svg)
    return (svg + "\n").encode("utf-8")


def _pdf(page: str) -> bytes:
    from allay.reports.pdf import pdf_bytes

    return pdf_bytes(page)
