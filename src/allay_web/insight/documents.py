"""The outcomes report as a file: the documents that `allay report outcomes` writes."""

from __future__ import annotations

from allay.cli.results import json_text
from allay.reports.html import outcomes_html
from allay.reports.outcomes import OutcomesResult
from allay.reports.outcomes_json import outcomes_dict
from allay.reports.pdf import PdfUnavailable, pdf_bytes

FORMATS = {
    "html": ("Report", "text/html; charset=utf-8"),
    "pdf": ("Report (PDF)", "application/pdf"),
    "json": ("Data (JSON)", "application/json"),
}
LABELS = tuple((fmt, label) for fmt, (label, _) in FORMATS.items())


def write(result: OutcomesResult, fmt: str) -> tuple[bytes, str]:
    """The document and its content type; `fmt` is one of `FORMATS`.

    Raises
    ------
    PdfUnavailable
        where a system library is missing.
    """
    content_type = FORMATS[fmt][1]
    if fmt == "json":
        return json_text(outcomes_dict(result)).encode(), content_type
    page = outcomes_html(result)
    return (pdf_bytes(page) if fmt == "pdf" else page.encode()), content_type


__all__ = ["FORMATS", "LABELS", "PdfUnavailable", "write"]
