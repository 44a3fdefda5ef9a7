"""Agreement of coders before discussion: a plain share, and coefficients that take chance out."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from allay.base.documents import Strict
from allay.consensus.themes.judgments import ThemeJudgments

ALL = "all"
"""The scope of a row over all domains; no domain is called so."""
MEASURES = ("krippendorff_alpha_nominal", "cohen_kappa", "fleiss_kappa")
_COHEN, _FLEISS = MEASURES[1:]
TWO = 2


class CodingAgreement(Strict):
    """Agreement over cases and categories that at least two coders judged, before any discussion.

    Attributes
    ----------
    scope : str
        A domain, or `all`.
    cells : int
        Cases x categories judged by two coders or more.
    agreed : int
        Those on which all who judged them agree.
    share : float, optional
        agreed / cells; None where there is no cell.
    coefficients : dict of str to float or None
        Nominal; None where one is not defined, as when nobody ever saw anything else. Cohen's kappa is for
        two coders and Fleiss' kappa for several who judged the same cells; without these they are None.
    """

    scope: str
    cells: int
    agreed: int
    share: float | None
    coefficients: dict[str, float | None]


def coding_agreement(judgments: ThemeJudgments) -> tuple[CodingAgreement, ...]:
    """Work agreement out over all domains, then by domain.

    Returns
    -------
    tuple of CodingAgreement
        The first over all; then by domain in the order of the file. Time grows with cells x coders.

    Examples
    --------
    >>> from allay.consensus.themes.file import ThemesFile
    >>> from allay.consensus.themes.judgments import judgments_of
    >>> themes = ThemesFile(id="a", title="t", cases=({"id": "P1"}, {"id": "P2"}), domains=({"id": "d",
    ...     "name": "D", "categories": ({"id": "k", "name": "K"},)},),
    ...     coders=tuple({"id": c, "role": "r"} for c in "xy"), codings=tuple(
    ...         {"coder": c, "case": case, "domain": "d", "categories": ("k",) if case + c != "P2y" else ()}
    ...         for case in ("P1", "P2") for c in "xy"))
    >>> row = coding_agreement(judgments_of(themes))[0]
    >>> row.cells, row.agreed, row.share
    (2, 1, 0.5)
    """
    twice = judgments.judged >= TWO
    domains = np.array([cell.domain for cell in judgments.cells], dtype=object)
    scopes = [(ALL, twice)]
    scopes += [(name, twice & (domains == name)) for name in dict.fromkeys(domains.tolist())]
    return tuple(_row(scope, judgments, chosen) for scope, chosen in scopes)


def _row(scope: str, judgments: ThemeJudgments, chosen: NDArray[np.bool_]) -> CodingAgreement:
    cells = int(chosen.sum())
    agreed = int((chosen & ~judgments.differ).sum())
    return CodingAgreement(
        scope=scope,
        cells=cells,
        agreed=agreed,
        share=agreed / cells if cells else None,
        coefficients=_coefficients(judgments.values[chosen]),
    )


def _coefficients(values: NDArray[np.float64]) -> dict[str, float | None]:
    # Imported late: the coefficients of all measures take longer to import than a table of categories.
    from allay.consensus.agreement.coefficients import coefficients

    values = values[:, (~np.isnan(values)).any(axis=0)]
    found: dict[str, float | None] = dict.fromkeys(MEASURES)
    if len(values) < TWO:
        return found
    wanted = [MEASURES[0]]
    if not np.isnan(values).any():
        wanted.append(_COHEN if values.shape[1] == TWO else _FLEISS)
    for one in coefficients(values, measures=wanted, categories=(0.0, 1.0)):
        found[one.measure] = one.value
    return found
