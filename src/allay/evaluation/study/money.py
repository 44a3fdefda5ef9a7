"""Savings of a study, raw and top-coded, and how much weight they deserve."""

from __future__ import annotations

import math

from allay.evaluation.inference.credibility import PriorEffect, full_credibility, weigh_with_prior
from allay.evaluation.inference.fieller import RatioSet
from allay.evaluation.inference.savings import Amount, ProgramCost, ProgramSavings, savings
from allay.evaluation.study.contrast import MemberContrast
from allay.evaluation.study.estimates import known
from allay.evaluation.study.program import PriorSaving
from allay.evaluation.study.protocol import Study
from allay.evaluation.study.savingsresult import MoneyRow, PriorRow, SavingsRow

TOTALS = ("total_cost", "total_cost_topcoded")
"""Outcomes that savings are made of, shown side by side."""


def savings_row(found: MemberContrast, study: Study, *, outcome: str) -> SavingsRow:
    """Turn the effect on cost into money.

    Examples
    --------
    >>> import numpy as np
    >>> from allay.evaluation.study.contrast import Span, contrast
    >>> from allay.evaluation.study.protocolfile import _SMALL
    >>> use = np.array([[40.0, 40, 10], [40, 60, 30], [20, 20, 10], [30, 30, 30]])
    >>> found = contrast(use, np.array([2, 2, -1, -1]), np.ones(4), span=Span(2, 0, 1))
    >>> row = savings_row(found, _SMALL, outcome="total_cost")
    >>> row.per_member_month.estimate, row.total.estimate, row.members
    (20.0, 40.0, 2)
    """
    program = study.program
    cost = None
    if program.cost_per_member:
        cost = ProgramCost(program.cost_per_member, program.cost_source or "the protocol, without a source")
    level = 1 - study.inference.alpha
    se = 0.0 if math.isnan(found.se) else found.se
    made = savings([found.effect], [[se**2]], [found.months], members=found.treated, cost=cost, level=level)
    row = _row(made, found, outcome=outcome, exact=math.isnan(found.se))
    if program.prior is None or math.isnan(found.se):
        return row
    return row.model_copy(update={"with_prior": _weighed(made.per_member_month, program.prior, level)})


def _row(made: ProgramSavings, found: MemberContrast, *, outcome: str, exact: bool) -> SavingsRow:
    z, needed, words = _credibility(found)
    ratio = made.return_ratio
    return SavingsRow(
        outcome=outcome,
        members=int(made.members),
        member_months=made.member_months,
        per_member_month=_money(made.per_member_month, exact),
        per_member=_money(made.per_member, exact),
        total=_money(made.total, exact),
        program_cost_per_member=None if made.cost is None else made.cost.per_member,
        program_cost_source="" if made.cost is None else made.cost.source,
        net_per_member=None if made.net_per_member is None else _money(made.net_per_member, exact),
        net=None if made.net is None else _money(made.net, exact),
        ratio=None if ratio is None else known(ratio.ratio),
        ratio_low=None if ratio is None else _end(ratio, ratio.low),
        ratio_high=None if ratio is None else _end(ratio, ratio.high),
        credibility=z,
        credibility_needed=needed,
        credibility_words=words,
    )


def _weighed(own: Amount, prior: PriorSaving, level: float) -> PriorRow:
    """Buhlmann's credibility: the study's own figure and what is known from elsewhere, by their variances."""
    effect = PriorEffect(prior.saving, prior.sd, prior.source, prior.status)
    found = weigh_with_prior(own.estimate, own.se, prior=effect, level=level)
    words = (
        f"a weight of {found.z:.0%} for the study's own figure and {1 - found.z:.0%} for a saving of "
        f"{_usd(prior.saving)} a member and month that is known from elsewhere ({prior.source}; "
        f"{prior.status.value}); programs differ by {_usd(prior.sd)}"
    )
    return PriorRow(
        own_weight=found.z,
        per_member_month=MoneyRow(
            estimate=found.estimate, se=found.se, low=found.interval.low, high=found.interval.high
        ),
        saving=prior.saving,
        sd=prior.sd,
        source=prior.source,
        status=prior.status,
        words=words,
    )


def _usd(amount: float) -> str:
    return f"{'-' if amount < 0 else ''}${abs(amount):,.2f}"


def _end(ratio: RatioSet, end: float) -> float | None:
    return known(end) if ratio.kind == "interval" else None


def _money(amount: Amount, unknown: bool) -> MoneyRow:
    if unknown:
        return MoneyRow(estimate=amount.estimate, se=None, low=None, high=None)
    return MoneyRow(
        estimate=amount.estimate, se=amount.se, low=amount.interval.low, high=amount.interval.high
    )


def _credibility(found: MemberContrast) -> tuple[float | None, float | None, str]:
    """Limited fluctuation: how near the starters come to a size at which their cost stands on its own."""
    if not (math.isfinite(found.se) and found.se > 0 and found.without > 0):
        return None, None, "the spread of costs is not known"
    variation = found.se * math.sqrt(found.treated) / found.without
    made = full_credibility(found.treated, variation=variation)
    words = (
        f"by the standard of limited fluctuation ({made.status.value}) {made.needed:,.0f} starters would "
        f"carry this figure on their own; {found.treated:,} have a weight of {made.z:.0%}"
    )
    return made.z, made.needed, words
