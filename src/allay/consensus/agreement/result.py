"""What `allay consensus agreement` finds, as it is written to JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, Literal

from allay.base.documents import Strict
from allay.consensus.agreement.coefficient import Coefficient
from allay.consensus.agreement.coefficients import coefficients
from allay.consensus.agreement.judgments import JudgmentFile


class CoefficientRow(Strict):
    """A coefficient; see `MEASURES` for what each is.

    Attributes
    ----------
    value : float, optional
        None where it is not defined; `why` says why.
    se, low, high : float, optional
        Standard error and 95% interval, where published.
    weights : str, optional
        Weights, or the metric of an alpha.
    category : str, optional
        Of a measure by category.
    test : str, optional
        `z`, `chi2` or `F`: what `statistic` is.
    """

    round: int
    measure: str
    category: str | None
    weights: str | None
    value: float | None
    se: float | None
    low: float | None
    high: float | None
    n_subjects: int
    n_raters: int
    test: str | None
    statistic: float | None
    df1: float | None
    df2: float | None
    p: float | None
    why: str | None


class AgreementRound(Strict):
    """Ratings of a round: statements, raters and ratings in the file, and how many cells are without one."""

    round: int
    statements: int
    raters: int
    ratings: int
    missing: int


class SpreadRow(Strict):
    """How the ratings of one statement are spread over the scale.

    Attributes
    ----------
    n : int
        Ratings.
    """

    round: int
    statement: str
    n: int
    van_der_eijk_a: float | None = None
    polarization: float | None = None
    tastle_wierman: float | None = None
    why: str | None


class AgreementResult(Strict):
    """Coefficients by round, or the spread of each statement.

    Attributes
    ----------
    categories : tuple of str
        What ratings could be: the scale that was given, or what occurs in any round.
    statements : tuple of dict
        With the measures that were asked for.
    """

    format: Literal["allay-consensus-agreement/1"] = "allay-consensus-agreement/1"
    allay_version: str
    categories: tuple[str, ...]
    rounds: tuple[AgreementRound, ...]
    coefficients: tuple[CoefficientRow, ...] = ()
    statements: tuple[SpreadRow, ...] = ()


def agreement_rows(
    file: JudgmentFile, *, measures: Sequence[str], weights: str = "unweighted"
) -> tuple[CoefficientRow, ...]:
    """Work out coefficients of every round of a file, in order of rounds and measures.

    Categories are those of the whole file, so that rounds can be compared.

    Examples
    --------
    >>> import io
    >>> from allay.consensus.agreement.judgments import read_judgments
    >>> file = read_judgments(io.BytesIO(b"statement,rater,rating\\ns1,a,1\\ns1,b,1\\ns2,a,2\\ns2,b,2\\n"))
    >>> [row.value for row in agreement_rows(file, measures=["cohen_kappa"])]
    [1.0]
    """
    rows = []
    for table in file.tables:
        found = coefficients(
            table.values,
            measures=measures,
            weights=weights,
            categories=file.categories,
            labels=file.labels,
        )
        rows += [CoefficientRow(round=table.round, **_plain(each)) for each in found]
    return tuple(rows)


def _plain(found: Coefficient) -> dict[str, Any]:
    return {key: None if value == "" else value for key, value in asdict(found).items()}


def round_rows(file: JudgmentFile) -> tuple[AgreementRound, ...]:
    """Say how much was rated in each round of a file.

    Examples
    --------
    >>> import io
    >>> from allay.consensus.agreement.judgments import read_judgments
    >>> file = read_judgments(io.BytesIO(b"statement,rater,rating\\ns1,a,1\\ns1,b,\\n"))
    >>> round_rows(file)[0].missing
    1
    """
    return tuple(
        AgreementRound(
            round=table.round,
            statements=len(table.statements),
            raters=len(table.raters),
            ratings=(given := int(table.answered.sum())),
            missing=table.values.size - given,
        )
        for table in file.tables
    )
