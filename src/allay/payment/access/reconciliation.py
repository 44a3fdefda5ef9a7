"""The money of a cohort: what is paid on the way, what the outcomes release, what is lost.

Arithmetic is exact. Amounts are rounded once, for the cohort; because rounding keeps order, what is earned is
never below what was paid nor above the gross.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from allay.base.errors import InvalidValue
from allay.base.money import Money
from allay.base.status import Status
from allay.payment.access.attainment import Outcome
from allay.payment.access.cohort import Aligned, check_cohort
from allay.payment.access.terms import Terms


@dataclass(frozen=True, slots=True)
class AccessReconciliation:
    """What a cohort earns under some terms.

    Attributes
    ----------
    patients, met, missing, open, without_substitute : int
        Counts; `missing` and `open` count as not met.
    attainment_rate, without_substitute_rate : Fraction
        Shares of all aligned patients.
    outcome_adjustment, substitute_adjustment, adjustment : Fraction
        Shares of the gross that are lost; the last is both together, capped.
    gross, paid, earned, release : Money
        ``paid + release == earned``.
    medicare, patient_share, patient_collected : Money
        ``medicare + patient_share == earned``; what is forgone is in the share and not collected.
    terms : Terms
        With the status of each number.
    """

    patients: int
    met: int
    missing: int
    open: int
    without_substitute: int
    attainment_rate: Fraction
    without_substitute_rate: Fraction
    outcome_adjustment: Fraction
    substitute_adjustment: Fraction
    adjustment: Fraction
    gross: Money
    paid: Money
    earned: Money
    release: Money
    medicare: Money
    patient_share: Money
    patient_collected: Money
    prorated: bool
    terms: Terms

    @property
    def status(self) -> Status:
        """The weakest status of the terms that were used."""
        return self.terms.status

    def status_of(self, figure: str) -> Status:
        """Return how sure one figure is, from the terms that bear on it.

        `figure` is the name of an attribute. Pro-rating bears only where somebody was aligned for less than
        the whole period.
        """
        names = [name for name in _BEARING[figure] if self.prorated or name != "prorating"]
        return self.terms.status_of(*names)


_GROSS = ("amount", "period_months", "prorating", "discount")
_PAID = (*_GROSS, "withhold")
_OUTCOME = ("policy", "outcome_threshold", "outcome_adjustment", "outcome_cap")
_SUBSTITUTE = ("substitute_threshold", "substitute_adjustment", "substitute_cap")
_ADJUSTMENT = (*_OUTCOME, *_SUBSTITUTE, "adjustment_cap", "withhold")
_EARNED = (*_GROSS, *_ADJUSTMENT)
_BEARING: dict[str, tuple[str, ...]] = {
    "attainment_rate": ("policy",),
    "without_substitute_rate": (),
    "outcome_adjustment": _OUTCOME,
    "substitute_adjustment": _SUBSTITUTE,
    "adjustment": _ADJUSTMENT,
    "gross": _GROSS,
    "paid": _PAID,
    "earned": _EARNED,
    "release": _EARNED,
    "medicare": (*_EARNED, "patient_share"),
    "patient_share": (*_EARNED, "patient_share"),
    "patient_collected": (*_EARNED, "patient_share"),
}


def months_of(member: Aligned, *, terms: Terms) -> int:
    """Return the months a patient was aligned in the period.

    Raises
    ------
    InvalidValue
        When they are more than the period has.
    """
    whole = int(terms.number("period_months"))
    if member.months is None:
        return whole
    if member.months > whole:
        raise InvalidValue(expected=f"months from 1 to {whole}", found=str(member.months))
    return member.months


def gross_of(member: Aligned, *, terms: Terms) -> Fraction:
    """Return the dollars of one patient before any adjustment.

    Examples
    --------
    >>> from allay.payment.access.terms import shipped_terms
    >>> gross_of(Aligned("p1", Outcome.OPEN, months=3), terms=shipped_terms())
    Fraction(45, 1)
    """
    months, whole = months_of(member, terms=terms), terms.number("period_months")
    share = months / whole if terms.choice("prorating") == "by_month" else Fraction(1)
    discount = terms.number("discount") if terms.multi_track and member.multi_track else Fraction(0)
    return terms.number("amount") * share * (1 - discount)


def outcome_adjustment(rate: Fraction, *, terms: Terms) -> Fraction:
    """Return the share lost because fewer patients met the target than the threshold asks.

    Examples
    --------
    >>> from allay.payment.access.terms import shipped_terms
    >>> outcome_adjustment(Fraction(38, 100), terms=shipped_terms())
    Fraction(6, 25)
    """
    threshold = terms.number("outcome_threshold")
    if rate >= threshold:
        return Fraction(0)
    form = terms.choice("outcome_adjustment")
    if form == "all_or_nothing":
        return terms.number("withhold")
    lost = 1 - rate / threshold if form == "proportional" else threshold - rate
    return min(terms.number("outcome_cap"), lost)


def substitute_adjustment(rate: Fraction, *, terms: Terms) -> Fraction:
    """Return the share lost because fewer patients were without substitute services than the threshold asks.

    Examples
    --------
    >>> from allay.payment.access.terms import shipped_terms
    >>> substitute_adjustment(Fraction(84, 100), terms=shipped_terms())
    Fraction(3, 50)
    """
    threshold = terms.number("substitute_threshold")
    if rate >= threshold:
        return Fraction(0)
    form = terms.choice("substitute_adjustment")
    lost = 1 - rate / threshold if form == "proportional" else threshold - rate
    return min(terms.number("substitute_cap"), lost)


def total_adjustment(attained: Fraction, without: Fraction, *, terms: Terms) -> Fraction:
    """Return both adjustments together: added, capped, and never more than what was withheld."""
    both = outcome_adjustment(attained, terms=terms) + substitute_adjustment(without, terms=terms)
    return min(terms.number("adjustment_cap"), terms.number("withhold"), both)


def reconciliation(members: Sequence[Aligned], *, terms: Terms) -> AccessReconciliation:
    """Reconcile a cohort of one track and period.

    Parameters
    ----------
    members : sequence of Aligned
        All who were aligned; the control group is not among them. Only ``met`` counts as met.
    terms : Terms
        Numbers and choices.

    Raises
    ------
    InvalidValue
        An empty cohort, a patient twice.

    Examples
    --------
    >>> from allay.payment.access.terms import shipped_terms
    >>> cohort = [
    ...     Aligned(str(n), Outcome.MET if n < 56 else Outcome.NOT_MET, substitute=n >= 93)
    ...     for n in range(100)
    ... ]
    >>> found = reconciliation(cohort, terms=shipped_terms())
    >>> str(found.gross), str(found.paid), str(found.release), str(found.medicare)
    ('18000.00', '9000.00', '9000.00', '14400.00')
    """
    check_cohort(members)
    count = len(members)
    met = sum(member.outcome is Outcome.MET for member in members)
    without = sum(not member.substitute for member in members)
    attained, alone = Fraction(met, count), Fraction(without, count)
    lost = total_adjustment(attained, alone, terms=terms)
    gross = sum((gross_of(member, terms=terms) for member in members), Fraction(0))
    paid = Money.rounded(gross * (1 - terms.number("withhold")))
    earned = Money.rounded(gross * (1 - lost))
    share = Money.rounded(gross * (1 - lost) * patient_part(terms))
    return AccessReconciliation(
        patients=count,
        met=met,
        missing=sum(member.outcome in (Outcome.MISSING, Outcome.UNKNOWN) for member in members),
        open=sum(member.outcome is Outcome.OPEN for member in members),
        without_substitute=without,
        attainment_rate=attained,
        without_substitute_rate=alone,
        outcome_adjustment=outcome_adjustment(attained, terms=terms),
        substitute_adjustment=substitute_adjustment(alone, terms=terms),
        adjustment=lost,
        gross=Money.rounded(gross),
        paid=paid,
        earned=earned,
        release=earned - paid,
        medicare=earned - share,
        patient_share=share,
        patient_collected=share if terms.cost_sharing == "collect" else Money(0),
        prorated=any(months_of(member, terms=terms) < terms.number("period_months") for member in members),
        terms=terms,
    )


def patient_part(terms: Terms) -> Fraction:
    """Return the patient's share of every amount: none where there is no cost sharing."""
    return Fraction(0) if terms.cost_sharing == "none" else terms.number("patient_share")


@dataclass(frozen=True, slots=True)
class ReportsValue:
    """What completing missing reports would have been worth.

    Attributes
    ----------
    reports : int
        How many were missing.
    would_meet : int
        How many of them would have met the target.
    earned : Money
        What would have been earned.
    worth : Money
        How much more that is.
    each : Money
        For each report, half up.
    """

    reports: int
    would_meet: int
    earned: Money
    worth: Money
    each: Money


def value_of_reports(members: Sequence[Aligned], *, would_meet: int, terms: Terms) -> ReportsValue:
    """Say what the missing reports of a cohort would have been worth, had so many of them met the target.

    Raises
    ------
    InvalidValue
        When nothing is missing, or more would meet than are missing.

    Examples
    --------
    >>> from allay.payment.access.terms import shipped_terms
    >>> outcomes = [Outcome.MET] * 76 + [Outcome.NOT_MET] * 94 + [Outcome.MISSING] * 30
    >>> cohort = [Aligned(str(n), each, substitute=n >= 168) for n, each in enumerate(outcomes)]
    >>> found = value_of_reports(cohort, would_meet=24, terms=shipped_terms())
    >>> str(found.worth), str(found.each)
    ('8640.00', '288.00')
    """
    missing = [place for place, member in enumerate(members) if member.outcome is Outcome.MISSING]
    if not missing or not 0 <= would_meet <= len(missing):
        found = f"{would_meet} of {len(missing)}"
        raise InvalidValue(expected="missing reports, and at most as many that would meet", found=found)
    chosen = set(missing[:would_meet])
    reported = [
        replace(member, outcome=Outcome.MET) if place in chosen else member
        for place, member in enumerate(members)
    ]
    before = reconciliation(members, terms=terms).earned
    after = reconciliation(reported, terms=terms).earned
    worth = after - before
    return ReportsValue(len(missing), would_meet, after, worth, worth * Fraction(1, len(missing)))
