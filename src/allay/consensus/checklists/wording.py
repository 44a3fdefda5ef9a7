"""How answers to a checklist write counts, shares, lists and rules of decision."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

from allay.consensus.protocol.rule import AppropriatenessRule, DecisionRule, PercentRule
from allay.consensus.protocol.scale import RatingScale

__all__ = ["counted", "listed", "part_of", "rule_words", "scale_words", "share_of"]

_HALF_POINTS = {
    "up": "in the higher region",
    "down": "in the lower region",
    "uncertain": "as uncertain",
}


def counted(number: int, one: str, many: str = "") -> str:
    """A number of things.

    Examples
    --------
    >>> counted(1, "round"), counted(1200, "rating"), counted(2, "person", "people")
    ('1 round', '1,200 ratings', '2 people')
    """
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def part_of(part: int, whole: int, one: str, many: str = "") -> str:
    """A part of things with its share.

    Examples
    --------
    >>> part_of(5, 7, "statement")
    '5 of 7 statements (71.4%)'
    """
    counts, _, share = share_of(part, whole).partition(", ")
    things = one if whole == 1 else many or one + "s"
    return f"{counts} {things}" + (f" ({share})" if share else "")


def share_of(part: int, whole: int) -> str:
    """A part of a whole with its share in percent, half rounded up from the exact fraction.

    Examples
    --------
    >>> share_of(51, 72), share_of(0, 0)
    ('51 of 72, 70.8%', '0 of 0')
    """
    if whole == 0:
        return f"{part:,} of 0"
    exact = (Decimal(100 * part) / Decimal(whole)).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)
    return f"{part:,} of {whole:,}, {exact}%"


def listed(names: Sequence[str], *, most: int = 12) -> str:
    """Names in a row; of many, the first and how many more there are.

    Examples
    --------
    >>> listed(["a"]), listed(["a", "b", "c"]), listed(["a", "b", "c"], most=2)
    ('a', 'a, b and c', 'a, b and 1 more')
    """
    shown, more = list(names[:most]), len(names) - most
    if more > 0:
        return f"{', '.join(shown)} and {more:,} more"
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}" if shown else ""


def scale_words(scale: RatingScale) -> str:
    """What can be answered.

    Examples
    --------
    >>> scale_words(RatingScale())
    'whole numbers from 1 to 9 (1 to 3 low, 4 to 6 middle, 7 to 9 high)'
    """
    ends = (
        (scale.minimum, scale.low_to),
        (scale.low_to + 1, scale.high_from - 1),
        (scale.high_from, scale.maximum),
    )
    regions = [
        f"{low if low == high else f'{low} to {high}'} {label}"
        for (low, high), label in zip(ends, scale.labels, strict=True)
        if low <= high
    ]
    return f"whole numbers from {scale.minimum} to {scale.maximum} ({', '.join(regions)})"


def rule_words(rule: DecisionRule, scale: RatingScale) -> str:
    """What a rule calls a consensus, in one or two sentences without their first capital.

    Examples
    --------
    >>> rule_words(PercentRule(share=80), RatingScale())
    'in where at least 80% rate 7 to 9, out where at least 80% rate 1 to 3'
    >>> rule_words(AppropriatenessRule(), RatingScale()).startswith("appropriate where the median")
    True
    """
    low, high = f"{scale.minimum} to {scale.low_to}", f"{scale.high_from} to {scale.maximum}"
    if isinstance(rule, AppropriatenessRule):
        return _appropriateness(rule, low, high)
    each = ", in every group of the panel by itself" if rule.each_group else ""
    if isinstance(rule, PercentRule):
        first = ""
        if rule.first_round is not None:
            first = f" ({rule.first_round:g}% in round 1)"
        share = f"at least {rule.share:g}%{first} rate"
        return f"in where {share} {high}, out where {share} {low}{each}"
    inside = f"at least {rule.high_share:g}% rate {high} and less than {rule.low_limit:g}% rate {low}"
    out = f"at least {rule.high_share:g}% rate {low} and less than {rule.low_limit:g}% rate {high}"
    if rule.exclusion == "b":
        out = f"at most {rule.high_at_most:g}% rate {high}"
    return f"in where {inside}, out where {out}{each}"


def _appropriateness(rule: AppropriatenessRule, low: str, high: str) -> str:
    if rule.panel_rule == "count":
        disagreement = "as many ratings in each of the outer regions as the table for this size of panel says"
        percentiles = ""
    else:
        disagreement = "an interpercentile range above its limit adjusted for symmetry (IPR > IPRAS)"
        way = "by linear interpolation" if rule.percentile == "linear" else "by nearest rank"
        percentiles = f"; 30th and 70th percentile {way}"
    return (
        f"appropriate where the median is {high} without disagreement, inappropriate where it is {low} "
        f"without disagreement, else uncertain; disagreement is {disagreement}{percentiles}; a median "
        f"between two regions counts {_HALF_POINTS[rule.half_point]}"
    )
