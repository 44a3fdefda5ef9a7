"""HTML to PDF, tagged for screen readers (PDF/UA-1). Needs the system library Pango."""

from __future__ import annotations

import logging

from allay.base.errors import AllayError

__all__ = ["PdfUnavailable", "pdf_bytes"]


class PdfUnavailable(AllayError):  # noqa: N818
    """This machine cannot write PDF; the message says what to install and what to do instead."""


def pdf_bytes(page: str) -> bytes:
    """Turn one of our own HTML pages into a PDF document.

    Parameters
    ----------
    page
        A whole HTML document that needs nothing from outside; anything it asks for is refused.

    Raises
    ------
    PdfUnavailable
        When WeasyPrint or a system library that it needs is missing.

    Examples
    --------
    >>> pdf_bytes('<!doctype html><html lang="en"><title>A</title><body><h1>A</h1>')[:5]
    b'%PDF-'
    """
    try:
        from weasyprint import HTML
    except (ImportError, OSError) as error:
        raise PdfUnavailable(
            "PDF needs WeasyPrint and the system library Pango, and one of them is missing "
            f"({type(error).__name__}). Install Pango (Debian: apt-get install libpango-1.0-0 "
            "libpangoft2-1.0-0; macOS: brew install pango), or write the report as HTML (-o REPORT.html) and "
            "print it from a browser"
        ) from None
    # Its warnings are about CSS that only screens know.
    logging.getLogger("weasyprint").setLevel(logging.ERROR)
    document = HTML(string=page, url_fetcher=_refuse)
    written = document.write_pdf(pdf_variant="pdf/ua-1")
    if not isinstance(written, bytes):
        raise AllayError("expected a PDF document, found nothing")
    return written


def _refuse(url: str, *_: object, **__: object) -> dict[str, object]:
    raise AllayError(f"expected a page that needs nothing from outside, found {url}")
