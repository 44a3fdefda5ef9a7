"""The parameters behind the draws of an analysis, from a CSV file; every bad cell is named by line."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from allay.base.errors import Problem
from allay.base.findings import Findings
from allay.base.tables import Readable, read_csv
from allay.economics.decision.arrays import Floats
from allay.economics.decision.psafile import DRAW, PsaFile, amounts, names
from allay.economics.decision.smoothing import FEWEST_DRAWS


@dataclass(frozen=True, slots=True, eq=False)
class ParameterDraws:
    """The parameters behind the draws of an analysis.

    Attributes
    ----------
    names : tuple of str
    values : float64 array of shape (draws, parameters)
        In the order of the draws of the analysis.
    """

    names: tuple[str, ...]
    values: Floats


def read_parameters(source: Readable, file: PsaFile, *, name: str | None = None) -> ParameterDraws:
    """Read the parameters of an analysis: a column ``draw``, then one for each parameter.

    Parameters
    ----------
    source : path or binary stream
        One row for each draw, in any order.
    file : PsaFile
        The analysis whose draws they are.

    Raises
    ------
    InvalidInput
        No parameter, cells that are no numbers, a draw twice, draws of which the other file knows nothing or
        that are absent here, too few draws for a curve.

    Examples
    --------
    >>> import io
    >>> from allay.economics.decision.psafile import read_psa
    >>> head, rows = b"draw,strategy,cost,effect\\n", b"".join(b"%d,A,1,0\\n" % n for n in range(30))
    >>> analysis = read_psa(io.BytesIO(head + rows), name="a.csv")
    >>> text = b"draw,p\\n" + b"".join(b"%d,0.%d\\n" % (n, n + 1) for n in reversed(range(29)))
    >>> read_parameters(io.BytesIO(text), analysis, name="p.csv")
    Traceback (most recent call last):
    allay.base.errors.InvalidInput: a.csv:31: draw: expected a row with draw '29' in p.csv, found none
    """
    table = read_csv(source, columns=(DRAW,), minimum_rows=1, name=name)
    parameters = tuple(column for column in table.columns if column != DRAW)
    findings = Findings(table)
    if not parameters:
        findings.add_problem(Problem(table.name, "1", DRAW, "columns of parameters beside this one", "none"))
    draw = names(table, DRAW, findings)
    again = (~draw.is_first_distinct() & (draw != "")).to_numpy()
    findings.add(again, DRAW, expected="every draw once")
    unknown = (~draw.is_in(file.draws.implode()) & (draw != "")).to_numpy()
    findings.add(unknown, DRAW, expected=f"a draw of {file.name}")
    values = np.column_stack([amounts(table, column, findings) for column in parameters] or [np.empty(0)])
    for row in np.flatnonzero(~file.draws.is_in(draw.implode()).to_numpy()).tolist():
        expected = f"a row with draw {file.draws[row]!r} in {table.name}"
        findings.add_problem(Problem(file.name, str(file.lines[row]), DRAW, expected, "none"))
    if file.psa.draws < FEWEST_DRAWS:
        expected = f"at least {FEWEST_DRAWS} draws, to learn from them what a parameter does"
        findings.add_problem(Problem(table.name, "1", DRAW, expected, str(file.psa.draws)))
    findings.refuse()
    place = pl.DataFrame([draw]).with_row_index("row")
    order = pl.DataFrame([file.draws]).join(place, on=DRAW, how="left", maintain_order="left")
    return ParameterDraws(parameters, values[order.get_column("row").to_numpy()])
