"""The measures of agreement: their names, what each says, assumes and takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from allay.base.errors import NotFound

Per = Literal["panel", "category", "statement"]
Needs = Literal["labels", "order", "numbers"]
Missing = Literal["used", "pairs", "complete"]


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure of agreement.

    Attributes
    ----------
    name : str
        As in `--measures` and in results.
    says : str
        What it is and assumes, in one line.
    range : str
        From where to where it can go; 1 is perfect agreement.
    needs : {"labels", "order", "numbers"}
        What ratings have to be: any labels, points in an order, numbers with distances.
    missing : {"used", "pairs", "complete"}
        What happens to a subject that somebody did not rate: every rating there is is used; it counts for the
        pairs of raters who both rated it; or it is left out.
    weighted : bool
        Whether weights change it.
    per : {"panel", "category", "statement"}
        What it describes: all ratings, each category, or each statement by itself.
    source : str
    other_names : tuple of str
        Names that mean it, too.

    Examples
    --------
    >>> MEASURES["cohen_kappa"].missing
    'used'
    """

    name: str
    says: str
    range: str
    needs: Needs
    missing: Missing
    weighted: bool
    per: Per
    source: str
    other_names: tuple[str, ...] = ()


GWET = "Gwet, Handbook of Inter-Rater Reliability, 4th edition, 2014"
KRIPPENDORFF = "Krippendorff, Content Analysis, 2004"
MCGRAW = "McGraw and Wong, Psychological Methods 1996;1:30"
WEIGHTED = "-1 to 1; lower under weights"
LOWER = "-1 to 1; lower under weights or where ratings are missing"
FLEISS = "Fleiss, Psychological Bulletin 1971;76:378"


def _alpha(metric: str, needs: Needs, distance: str, *other: str) -> Measure:
    says = f"Krippendorff's alpha with the {metric} metric: {distance}"
    name = f"krippendorff_alpha_{metric}"
    return Measure(name, says, "about -1 to 1", needs, "used", False, "panel", KRIPPENDORFF, other)


def _irr(metric: str, needs: Needs) -> Measure:
    says = f"what kripp.alpha of irr 0.84.1 prints ({metric}): too low for three raters or more; to compare"
    name = f"irr_alpha_{metric}"
    return Measure(name, says, "about -1 to 1", needs, "used", False, "panel", "irr 0.84.1")


def _icc(name: str, says: str, *other: str) -> Measure:
    return Measure(name, says, "at most 1", "numbers", "complete", False, "panel", MCGRAW, other)


# fmt: off
_ALL = (
    Measure("percent_agreement", "Share of pairs of ratings that agree; nothing is taken off for chance",
            "0 to 1", "labels", "used", True, "panel", GWET, ("percent",)),
    Measure("brennan_prediger", "Chance: every category as likely as any other (also called S, or G)",
            WEIGHTED, "labels", "used", True, "panel", "Brennan and Prediger 1981", ("bp",)),
    Measure("cohen_kappa", "Two raters; chance: each rater's own use of the categories",
            LOWER, "labels", "used", True, "panel", "Cohen 1960, 1968", ("cohen",)),
    Measure("scott_pi", "Two raters; chance: one use of the categories, shared by both",
            LOWER, "labels", "used", True, "panel", "Scott 1955", ("scott",)),
    Measure("fleiss_kappa", "Scott's pi for any number of raters, who may differ from subject to subject",
            LOWER, "labels", "used", True, "panel", FLEISS, ("fleiss",)),
    Measure("fleiss_kappa_by_category", "Fleiss' kappa of each category against all others",
            LOWER, "labels", "used", False, "category", FLEISS,
            ("categorywise_kappa", "fleiss_by_category")),
    Measure("conger_kappa", "Cohen's kappa for any number of raters, the same ones for every subject",
            LOWER, "labels", "used", True, "panel", "Conger 1980; Gwet 2014",
            ("conger", "fleiss_exact_conger")),
    Measure("light_kappa", "Mean of Cohen's kappa over all pairs of raters",
            WEIGHTED, "labels", "pairs", True, "panel", "Light 1971", ("light",)),
    Measure("krippendorff_alpha", "Krippendorff's alpha under the weights (unweighted: nominal, quadratic: "
            "interval); chance: ratings put together anew",
            "about -1 to 1", "labels", "used", True, "panel", GWET, ("krippendorff", "alpha")),
    _alpha("nominal", "labels", "different is different"),
    _alpha("ordinal", "order", "how many ratings lie between two"),
    _alpha("interval", "numbers", "squared difference"),
    _alpha("ratio", "numbers", "squared difference over the sum; ratings of zero or more"),
    _irr("nominal", "labels"),
    _irr("ordinal", "order"),
    _irr("interval", "numbers"),
    Measure("gwet_ac1", "Chance: only some subjects are hard, and hard ones are guessed; holds up where one "
            "category prevails", "-1 to 1", "labels", "used", False, "panel", "Gwet 2008", ("ac1",)),
    Measure("gwet_ac2", "Gwet's AC1 under the weights; unweighted it is AC1",
            WEIGHTED, "labels", "used", True, "panel", GWET, ("ac2", "gwet_ac1_ac2")),
    _icc("icc_1", "ICC(1): one-way; raters differ from subject to subject", "icc_oneway"),
    _icc("icc_k", "ICC(k): ICC(1) of the mean of all raters"),
    _icc("icc_A1", "ICC(A,1): two-way, absolute agreement of single ratings"),
    _icc("icc_Ak", "ICC(A,k): absolute agreement of the mean of all raters"),
    _icc("icc_C1", "ICC(C,1): two-way, consistency; a rater who is always higher does no harm"),
    _icc("icc_Ck", "ICC(C,k): consistency of the mean of all raters (Cronbach's alpha)"),
    Measure("kendall_w", "Kendall's W, corrected for ties: how alike raters rank the subjects",
            "0 to 1", "order", "complete", False, "panel", "Kendall 1948",
            ("kendall", "kendall_w_tie_corrected")),
    Measure("kendall_w_uncorrected", "Kendall's W without the correction; ties make it smaller",
            "0 to 1", "order", "complete", False, "panel", "Kendall 1948"),
    Measure("mean_spearman_rho", "Spearman's rank correlation, averaged over pairs of raters by Fisher's z",
            "-1 to 1", "order", "complete", False, "panel", "as meanrho of irr 0.84.1", ("spearman",)),
    Measure("mean_spearman_rho_plain", "Spearman's rank correlation, plain mean over pairs of raters",
            "-1 to 1", "order", "complete", False, "panel", "Spearman 1904"),
    Measure("van_der_eijk_a", "1: all at one point; 0: evenly spread; -1: half at each end of the scale",
            "-1 to 1", "order", "used", False, "statement", "van der Eijk, Quality and Quantity 2001;35:325"),
    Measure("polarization", "(1 - A) / 2 of van der Eijk's A: 1 is half at each end",
            "0 to 1", "order", "used", False, "statement", "as polarization of agrmt"),
    Measure("tastle_wierman", "Consensus from distances to the mean: 1 all at one point, 0 half at each end",
            "0 to 1", "numbers", "used", False, "statement",
            "Tastle and Wierman, Int J Approx Reasoning 2007;45:531", ("consensus",)),
)
# fmt: on

MEASURES: dict[str, Measure] = {measure.name: measure for measure in _ALL}
"""All measures by name: the one place that says what there is."""

PANEL_MEASURES = tuple(
    name for name, one in MEASURES.items() if one.per != "statement" and not name.startswith("irr_")
)
"""What describes a whole table of ratings; without what only reproduces another program."""

STATEMENT_MEASURES = tuple(name for name, one in MEASURES.items() if one.per == "statement")
"""What describes the ratings of one statement."""


def _folded(name: str) -> str:
    return "".join(sign for sign in name.casefold() if sign.isalnum())


_KNOWN = {_folded(other): one for one in _ALL for other in (one.name, *one.other_names)}


def find_measure(name: str) -> Measure:
    """Return a measure by its name or one of its other names; capitals and signs do not matter.

    Raises
    ------
    NotFound
        With the nearest names.

    Examples
    --------
    >>> find_measure("fleiss").name, find_measure("ICC(A,1)").name
    ('fleiss_kappa', 'icc_A1')
    >>> find_measure("flies_kappa")
    Traceback (most recent call last):
    allay.base.errors.NotFound: there is no measure 'flies_kappa'; did you mean 'fleiss_kappa' ...
    """
    found = _KNOWN.get(_folded(name))
    if found is None:
        known = [other for one in _ALL for other in (one.name, *one.other_names)]
        parts = [other for other in MEASURES if _folded(name) and _folded(name) in _folded(other)]
        raise NotFound.among("measure", name, known=parts or known)
    return found


def find_measures(names: Sequence[str], *, default: Sequence[str]) -> tuple[Measure, ...]:
    """Return measures by name, each once and in the order asked for; `all` means every one in `default`.

    Examples
    --------
    >>> [one.name for one in find_measures(["ac1", "gwet_ac1"], default=())]
    ['gwet_ac1']
    """
    asked = [one for name in names for one in (default if name == "all" else (name,))]
    return tuple(dict.fromkeys(map(find_measure, asked)))
