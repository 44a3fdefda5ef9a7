"""Scores known of an episode, read from a CSV file, for the gates of its definition."""

from __future__ import annotations

import polars as pl

from allay.base.errors import AllayError
from allay.base.findings import Findings
from allay.base.tables import Readable, read_csv
from allay.measures.catalog import get as get_instrument
from allay.programs.definitions.definition import ProgramDefinition
from allay.programs.definitions.gates import ScoreKey

COLUMNS = ("timepoint", "instrument", "scale", "score")


def read_scores(
    source: Readable, definition: ProgramDefinition, *, name: str | None = None
) -> dict[ScoreKey, float]:
    """Read the scores of one episode: `timepoint`, `instrument`, `scale`, `score`; other columns are let be.

    Rows of time points that the definition does not have are let be too, so that a file with more will do. A
    blank score is not known.

    Raises
    ------
    InvalidInput
        An unknown instrument or scale, a score that is no number or outside its scale, a score given twice.

    Examples
    --------
    >>> import io
    >>> from allay.programs.definitions.catalog import get
    >>> data = b"timepoint,instrument,scale,score\\nbaseline,peg,total,7\\n"
    >>> read_scores(io.BytesIO(data), get("starter"))
    {('baseline', 'peg', 'total'): 7.0}
    """
    table = read_csv(source, columns=COLUMNS, name=name)
    findings = Findings(table)
    numbers = table.frame.get_column("score").cast(pl.Float64, strict=False).to_list()
    points = {point.id for point in definition.timepoints}
    found: dict[ScoreKey, float] = {}

    def refuse(row: int, column: str, expected: str) -> None:
        findings.add_problem(table.problem(row, column, expected=expected))

    for row, (point, instrument, scale, text) in enumerate(table.frame.select(COLUMNS).iter_rows()):
        if point not in points or text is None:
            continue
        try:
            of = get_instrument(instrument or "").scale(scale or "")
        except AllayError as unknown:
            refuse(row, "scale", f"an instrument and a scale that are known ({unknown})")
            continue
        score, key = numbers[row], (point, instrument, scale)
        if score is None or not of.minimum <= score <= of.maximum:
            refuse(row, "score", f"a number from {of.minimum:g} to {of.maximum:g}")
        elif key in found:
            refuse(row, "score", "one score of a scale at a time point")
        else:
            found[key] = score
    findings.refuse()
    return found
