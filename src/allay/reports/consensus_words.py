"""What reports of consensus call verdicts, rules, changes and coefficients."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence

from markupsafe import Markup, escape

from allay.base.errors import InvalidValue
from allay.consensus.checklists.wording import counted, listed, rule_words, scale_words, share_of
from allay.consensus.protocol.rule import AppropriatenessRule, PercentRule
from allay.consensus.rounds.result import MovementRow, StatementRow
from allay.consensus.verdicts.rule_names import rule_of
from allay.consensus.verdicts.verdict import DIRECTION, VerdictWord
from allay.reports.words import number, percent

__all__ = [
    "MADE_OF",
    "SECTIONS",
    "coded",
    "coefficient",
    "counted",
    "day",
    "distribution_title",
    "given",
    "listed",
    "moved_title",
    "rule_label",
    "rule_words",
    "scale_words",
    "share_of",
    "tone",
    "verdict",
]

SECTIONS: Mapping[str, str] = {
    "title": "Title",
    "introduction": "Introduction",
    "methods": "Methods",
    "results": "Results",
    "discussion": "Discussion",
    "other": "Other information",
}
_VERDICTS: Mapping[VerdictWord, str] = {"none": "no decision", "in": "in", "out": "out"}
_TONES = {1: "good", 0: "open", -1: "bad"}
_WAYS = {"linear": "percentiles interpolated", "nearest-rank": "percentiles by nearest rank"}
_COEFFICIENTS = {
    "kendall_w": "Kendall's W",
    "krippendorff_alpha_ordinal": "Krippendorff's alpha (ordinal)",
    "gwet_ac2": "Gwet's AC2 (ordinal weights)",
    "icc_A1": "intraclass correlation ICC(A,1)",
}
MADE_OF = (
    "Kendall's W (whether raters put the statements into one order) and the intraclass correlation ICC(A,1) "
    "(whether they give the same ratings) are of raters who rated every statement of the round. "
    "Krippendorff's alpha and Gwet's AC2 (whether ratings agree beyond chance, near misses counting in part) "
    "are of all ratings. At 1 all agree; at 0 no more than by chance. They are over all statements together "
    "and decide about none of them."
)
"""What coefficients of agreement in a report are made of, and how they are read."""


def day(date: dt.date | None) -> str:
    """A day, or that it is not recorded.

    Examples
    --------
    >>> day(dt.date(2027, 3, 1)), day(None)
    ('2027-03-01', 'not recorded')
    """
    return "not recorded" if date is None else date.isoformat()


def verdict(word: VerdictWord | None) -> str:
    """What a verdict is called; `cannot be used` where a rule gives none.

    Examples
    --------
    >>> verdict("appropriate"), verdict("none"), verdict(None)
    ('appropriate', 'no decision', 'cannot be used')
    """
    return "cannot be used" if word is None else _VERDICTS.get(word, word)


def tone(word: VerdictWord | None) -> str:
    """Which look a verdict has: `good`, `open` or `bad`; `open` where there is none.

    Examples
    --------
    >>> tone("in"), tone("uncertain"), tone("out")
    ('good', 'open', 'bad')
    """
    return _TONES[0 if word is None else DIRECTION[word]]


def rule_label(name: str) -> str:
    """What a rule of the sensitivity panel is called; a name that no rule has stays as it is.

    Examples
    --------
    >>> rule_label("ram-linear"), rule_label("percent-50-then-70"), rule_label("mine")
    ('RAND/UCLA, percentiles interpolated', '70% in one region (50% in round 1)', 'mine')
    >>> rule_label("comet-70-15-b")
    '70% high and under 15% low (out: at most 50% high)'
    >>> rule_label("ram-half-down")
    'RAND/UCLA, half-point medians down'
    """
    half_only = name.removeprefix("ram-half-")
    if half_only in ("up", "down", "uncertain"):
        return f"RAND/UCLA, half-point medians {half_only}"
    try:
        rule = rule_of(name)
    except InvalidValue:
        return name
    if isinstance(rule, AppropriatenessRule):
        way = "disagreement by counts" if rule.panel_rule == "count" else _WAYS[rule.percentile]
        half = "" if rule.half_point == "up" else f", half-point medians {rule.half_point}"
        return f"RAND/UCLA, {way}{half}"
    each = ", in each group" if rule.each_group else ""
    if isinstance(rule, PercentRule):
        first = "" if rule.first_round is None else f" ({rule.first_round:g}% in round 1)"
        return f"{rule.share:g}% in one region{first}{each}"
    out = "the mirror image" if rule.exclusion == "a" else f"at most {rule.high_at_most:g}% high"
    return f"{rule.high_share:g}% high and under {rule.low_limit:g}% low (out: {out}){each}"


def coefficient(name: str) -> str:
    """What a coefficient of agreement is called.

    Examples
    --------
    >>> coefficient("kendall_w"), coefficient("some_other")
    ("Kendall's W", 'some other')
    """
    return _COEFFICIENTS.get(name, name.replace("_", " "))


def coded(text: str) -> Markup:
    """A text of ours in which names of files and fields stand in backquotes, with these as code.

    Examples
    --------
    >>> str(coded("Add `title` <b>"))
    'Add <code>title</code> &lt;b&gt;'
    """
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(text))))  # noqa: S704 - escaped first


def given(counts: Sequence[int], minimum: int) -> str:
    """Ratings by point, as words: how many times which.

    Examples
    --------
    >>> given([0, 2, 1], 1).replace("\\u00a0", " "), given([], 1)
    ('2 × 2, 1 × 3', 'not shown')
    """
    if not counts:
        return "not shown"
    # No line may break within "2 × 7".
    found = [f"{count}\u00a0×\u00a0{point}" for point, count in enumerate(counts, minimum) if count]
    return ", ".join(found) or "none"


def distribution_title(row: StatementRow, minimum: int) -> str:
    """Say what a distribution shows, for those who do not see it.

    Examples
    --------
    >>> distribution_title.__annotations__["return"]
    'str'
    """
    said = f"{row.statement}, round {row.round}, {counted(row.n, 'rating')}: {given(row.counts, minimum)}"
    if row.median is not None:
        said += f"; median {number(row.median)}"
    if row.p30 is not None and row.p70 is not None:
        said += f", 30th to 70th percentile {number(row.p30)} to {number(row.p70)}"
    return said


def moved_title(row: MovementRow) -> str:
    """Say how a median moved, for those who do not see it.

    Examples
    --------
    >>> moved_title.__annotations__["row"]
    'MovementRow'
    """
    changed = "" if row.share_changed is None else f"; {percent(row.share_changed)} changed their rating"
    return (
        f"{row.statement}: median {number(row.median_from)} in round {row.from_round}, "
        f"{number(row.median_to)} in round {row.to_round}{changed}"
    )
