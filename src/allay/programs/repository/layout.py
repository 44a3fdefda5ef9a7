"""A comparison laid out for reading: columns on a terminal, a Markdown table, or one row per statement."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Sequence
from typing import Any

from allay.programs.repository.comparison import NOT_PUBLISHED, ComparedStatement, Comparison

WIDTH = 32
COLUMNS = (
    "section",
    "field",
    "label",
    "program",
    "value",
    "as_of",
    "dated",
    "source",
    "href",
    "status",
    "note",
)

Table = Callable[[Sequence[str], Sequence[Sequence[str]]], str]


def sources_of(comparison: Comparison) -> dict[tuple[str, str | None], int]:
    """Number the sources in the order in which they are met.

    Examples
    --------
    >>> sources_of(Comparison(("a",), ("A",), (), ()))
    {}
    """
    numbered: dict[tuple[str, str | None], int] = {}
    for row in comparison.rows:
        for cell in row.cells:
            for each in cell:
                numbered.setdefault((each.source, each.href), len(numbered) + 1)
    return numbered


def cell_line(statement: ComparedStatement, source: int) -> str:
    """Write a statement in one line: the value, the day, the source's number, and any doubt.

    Examples
    --------
    >>> from allay.base.status import Status
    >>> said = ComparedStatement("8 weeks", "2019", "stated", "Blog", None, Status.SECONDARY, None)
    >>> cell_line(said, 3)
    '8 weeks [3; 2019; secondary]'
    """
    doubt = "" if statement.status.certain else f"; {statement.status.value}"
    note = f" ({statement.note})" if statement.note else ""
    return f"{statement.text}{note} [{source}; {statement.day}{doubt}]"


def _cells(comparison: Comparison) -> list[tuple[str, list[list[str]]]]:
    numbered = sources_of(comparison)
    return [
        (
            row.label,
            [
                [cell_line(each, numbered[each.source, each.href]) for each in cell] or [NOT_PUBLISHED]
                for cell in row.cells
            ],
        )
        for row in comparison.rows
    ]


def _below(comparison: Comparison) -> tuple[list[str], str]:
    listed = [
        f"{place}. {title}" + (f", {href}" if href else "")
        for (title, href), place in sources_of(comparison).items()
    ]
    return listed, ", ".join(each.lower() for each in comparison.nowhere)


def as_text(comparison: Comparison) -> str:
    """Lay a comparison out in columns, then its sources, then what is published for none.

    Examples
    --------
    >>> print(as_text(Comparison(("a",), ("A program",), (), ("Rural",))).splitlines()[-1])
    Not published for any of them: rural
    """
    heads = [
        [name, f"({program})"] for name, program in zip(comparison.names, comparison.programs, strict=True)
    ]
    lines = _line([""], heads)
    for label, cells in _cells(comparison):
        lines += ["", *_line([label], cells)]
    listed, nowhere = _below(comparison)
    if listed:
        lines += ["", "Sources (in brackets: source, day it holds for, status where not verified)", *listed]
    if nowhere:
        lines += ["", f"Not published for any of them: {nowhere}"]
    return "\n".join(lines)


def _line(first: Sequence[str], cells: Sequence[Sequence[str]]) -> list[str]:
    columns = [
        [part for text in texts for part in textwrap.wrap(text, WIDTH, subsequent_indent=" ")]
        for texts in (first, *cells)
    ]
    height = max(map(len, columns))
    padded = [[*column, *[""] * (height - len(column))] for column in columns]
    return ["  ".join(part.ljust(WIDTH) for part in row).rstrip() for row in zip(*padded, strict=True)]


def as_markdown(comparison: Comparison, table: Table) -> str:
    """Write a comparison as Markdown, with the table writer of the caller.

    Examples
    --------
    >>> as_markdown(Comparison(("a",), ("A",), (), ("Rural",)), lambda columns, rows: " | ".join(columns))
    'field | A\\n\\n**Not published for any of them:** rural.'
    """
    rows = [[label, *("; ".join(cell) for cell in cells)] for label, cells in _cells(comparison)]
    listed, nowhere = _below(comparison)
    parts = [table(["field", *comparison.names], rows)]
    parts += ["\n".join(listed)] if listed else []
    parts += [f"**Not published for any of them:** {nowhere}."] if nowhere else []
    return "\n\n".join(parts)


def as_rows(comparison: Comparison) -> list[dict[str, str | None]]:
    """Return one row per statement, and one without a value where nothing is published.

    Examples
    --------
    >>> as_rows(Comparison(("a",), ("A",), (), ()))
    []
    """
    rows: list[dict[str, str | None]] = []
    for row in comparison.rows:
        for program, cell in zip(comparison.programs, row.cells, strict=True):
            start = (row.section, row.field or None, row.label, program)
            rows += [
                dict(
                    zip(
                        COLUMNS,
                        (*start, s.text, s.as_of, s.dated, s.source, s.href, s.status.value, s.note),
                        strict=True,
                    )
                )
                for s in cell
            ]
            if not cell:
                empty = (None, None, None, None, None, NOT_PUBLISHED, None)
                rows.append(dict(zip(COLUMNS, (*start, *empty), strict=True)))
    return rows


def as_tree(comparison: Comparison, *, allay_version: str) -> dict[str, Any]:
    """Return a comparison in the shape of `ComparisonFile`, for JSON.

    Examples
    --------
    >>> as_tree(Comparison(("a",), ("A",), (), ("Rural",)), allay_version="1.0")["published_for_none"]
    ['Rural']
    """
    return {
        "allay_version": allay_version,
        "programs": [
            {"id": program, "name": name}
            for program, name in zip(comparison.programs, comparison.names, strict=True)
        ],
        "fields": [
            {
                "section": row.section,
                "field": row.field,
                "label": row.label,
                "statements": {
                    program: [
                        {
                            "value": s.text,
                            "as_of": s.as_of,
                            "dated": s.dated,
                            "source": s.source,
                            "href": s.href,
                            "status": s.status.value,
                            "note": s.note,
                        }
                        for s in cell
                    ]
                    for program, cell in zip(comparison.programs, row.cells, strict=True)
                },
            }
            for row in comparison.rows
        ],
        "published_for_none": list(comparison.nowhere),
    }
