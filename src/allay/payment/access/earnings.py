"""What the model pays for each patient and month, for a ledger."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from allay.base.errors import InvalidValue
from allay.base.money import Money
from allay.base.status import Status
from allay.payment.access.cohort import Aligned
from allay.payment.access.reconciliation import (
    AccessReconciliation,
    gross_of,
    months_of,
    patient_part,
    reconciliation,
)
from allay.payment.access.terms import Terms
from allay.programs.definitions.program_days import add_months

Party = Literal["medicare", "patient", "forgone"]
QUARTER = 3


@dataclass(frozen=True, slots=True)
class Earning:
    """One amount the participant earns.

    Attributes
    ----------
    month : date
        First day of the month it falls in.
    patient_id : str
        For whom.
    kind : str
        ``part`` (what is paid on the way) or ``release`` (at reconciliation).
    party : str
        Who owes it: ``medicare``, ``patient``, or ``forgone`` where the participant elected to forgo it.
    amount : Money
        Never negative.
    status : Status
        The weakest of the terms that bear on it.
    """

    month: dt.date
    patient_id: str
    kind: Literal["part", "release"]
    party: Party
    amount: Money
    status: Status


def earnings(terms: Terms, roster: Sequence[Aligned], *, reconciled_on: dt.date) -> tuple[Earning, ...]:
    """Return every amount of a cohort, by month, then patient in the order of the roster.

    Parameters
    ----------
    terms : Terms
        Numbers and choices.
    roster : sequence of Aligned
        All aligned patients of the track and period, each with `aligned_on`.
    reconciled_on : date
        When the release is paid; the sources do not say how long after the period.

    Returns
    -------
    tuple of Earning
        The amounts add up to `AccessReconciliation.earned`; those of kind ``part`` to `paid`. Cents left over
        by rounding go to the lines that lost most. Lines of nothing are left out.

    Raises
    ------
    InvalidValue
        Without a day of alignment; when the reconciliation comes before the last part.

    Examples
    --------
    >>> from allay.payment.access.attainment import Outcome
    >>> from allay.payment.access.terms import shipped_terms
    >>> patient = Aligned("p1", Outcome.MET, aligned_on=dt.date(2026, 8, 12))
    >>> lines = earnings(shipped_terms(), [patient], reconciled_on=dt.date(2027, 12, 1))
    >>> [(str(each.month), each.kind, each.party, str(each.amount)) for each in lines[:2]]
    [('2026-08-01', 'part', 'medicare', '6.00'), ('2026-08-01', 'part', 'patient', '1.50')]
    >>> str(Money.total(each.amount for each in lines))
    '180.00'
    """
    totals = reconciliation(roster, terms=terms)
    slots = [slot for member in roster for slot in _parts(member, terms)]
    latest = max(month for month, _, _ in slots)
    if reconciled_on < latest:
        raise InvalidValue(expected=f"a reconciliation after {latest}", found=str(reconciled_on))
    released = [
        (reconciled_on.replace(day=1), member.patient_id, gross_of(member, terms=terms)) for member in roster
    ]
    patients = Money.rounded(Fraction(totals.paid.cents, 100) * patient_part(terms))
    # Rounded by themselves, shares of both may miss that of the whole by a cent, which the release must hold.
    patients = max(min(patients, totals.patient_share), totals.patient_share - totals.release)
    lines = [
        *_lines("part", slots, totals.paid, patients, totals),
        *_lines("release", released, totals.release, totals.patient_share - patients, totals),
    ]
    place = {member.patient_id: number for number, member in enumerate(roster)}
    return tuple(sorted(lines, key=lambda line: (line.month, place[line.patient_id], line.kind)))


Slot = tuple[dt.date, str, Fraction]


def _parts(member: Aligned, terms: Terms) -> list[Slot]:
    """The months in which a patient's parts fall, with their weights."""
    if member.aligned_on is None:
        raise InvalidValue(expected=f"the day of alignment of {member.patient_id}", found="none")
    first = member.aligned_on.replace(day=1)
    months = months_of(member, terms=terms)
    share = gross_of(member, terms=terms) / months
    if terms.choice("schedule") == "monthly":
        return [(add_months(first, month), member.patient_id, share) for month in range(months)]
    ends = [*range(QUARTER, months, QUARTER), months]
    starts = [0, *ends]
    return [
        (add_months(first, end - 1), member.patient_id, share * (end - start))
        for start, end in zip(starts, ends, strict=False)
    ]


def _lines(
    kind: Literal["part", "release"],
    slots: Sequence[Slot],
    total: Money,
    patients: Money,
    totals: AccessReconciliation,
) -> list[Earning]:
    """Share an amount out over its slots, and of each slot a share to the patient."""
    if not total:
        return []
    whole = total.allocate([weight for _, _, weight in slots])
    shares = patients.allocate([amount.cents for amount in whole])
    terms = totals.terms
    status = terms.status_of("patient_share") if patients else Status.VERIFIED
    status = Status.weakest([status, totals.status_of("paid" if kind == "part" else "release")])
    second: Party = "forgone" if terms.cost_sharing == "forgo" else "patient"
    found: list[Earning] = []
    for (month, patient, _), amount, share in zip(slots, whole, shares, strict=True):
        parties: tuple[tuple[Party, Money], ...] = (("medicare", amount - share), (second, share))
        found += [Earning(month, patient, kind, party, part, status) for party, part in parties if part]
    return found
