"""`--report FILE`: the page of a result, as HTML or PDF by the ending of the file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from allay.cli.results import deliver

HTML, PDF = (".html", ".htm"), (".pdf",)


class ReportFile(click.ParamType):  # type: ignore[type-arg]  # older versions of click are not generic
    """A file to write a report to; its ending says in which form.

    Examples
    --------
    >>> ReportFile().convert("out/report.pdf", None, None)
    'out/report.pdf'
    """

    name = "FILE"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Take the name, or say what was expected."""
        if Path(value).suffix.lower() not in HTML + PDF:
            self.fail(f"expected a name that ends in .html or .pdf, found {value!r}", param, ctx)
        return str(value)


def report_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the option `--report FILE`."""
    said = "Also write a report with charts, as HTML or PDF by the ending."
    return click.option("--report", type=ReportFile(), help=said)(function)


def report_bytes(report: str, page: str) -> bytes:
    """Make the file of a page.

    Raises
    ------
    PdfUnavailable
        When this machine cannot write PDF; the message says what to do.

    Examples
    --------
    >>> report_bytes("a.html", "<!doctype html>")
    b'<!doctype html>\\n'
    """
    if Path(report).suffix.lower() in PDF:
        from allay.reports.pdf import pdf_bytes

        return pdf_bytes(page)
    return (page if page.endswith("\n") else page + "\n").encode("utf-8")


def write_report(report: str, page: str) -> None:
    """Write the page of a result to a file, whole or not at all."""
    made = report_bytes(report, page)
    deliver(report, lambda file: file.write(made))
