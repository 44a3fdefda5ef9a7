"""The price of one unit: three parts in exact dollars, their sum to the cent, and what it rests on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from allay.base.errors import NotFound
from allay.base.fact import FactValue, Reference
from allay.base.money import Money
from allay.base.status import Status
from allay.coverage.fees.localities import CostIndices
from allay.coverage.fees.relative_values import LOAD, RelativeValues, Release
from allay.coverage.fees.shipped import StatusCode, status_codes

ALWAYS_THERAPY = "5"
"""CMS's indicator of codes whose practice part is cut after the first unit of a day."""

_ZERO = Fraction(0)
_EVERYWHERE = (Fraction(1), Fraction(1), Fraction(1))


@dataclass(frozen=True, slots=True)
class FeePrice:
    """What the fee schedule pays for one unit.

    Attributes
    ----------
    amount : Money
        Rounded half up; zero where the schedule never pays the code.
    work, practice, malpractice : Fraction
        The three parts, in exact dollars.
    reduced : Money
        With the therapy reduction, which cuts the practice part; where that does not apply, the amount.
    multiple_procedure, status_code, global_days : str
        As CMS gives them.
    seldom : bool
        CMS says that it is rarely or never done at this site.
    status, reduced_status : Status
        The weakest of what `amount` and `reduced` rest on.
    versions : tuple of str
        Names of the rows that were read.
    note : str
        Why nothing is paid, and the like.
    """

    code: str
    modifier: str
    site: str
    locality: str
    amount: Money
    work: Fraction
    practice: Fraction
    malpractice: Fraction
    reduced: Money
    multiple_procedure: str
    status_code: str
    global_days: str
    seldom: bool
    status: Status
    reduced_status: Status
    references: tuple[Reference, ...]
    versions: tuple[str, ...]
    note: str = ""

    @property
    def therapy(self) -> bool:
        """Whether the therapy reduction applies to it."""
        return self.multiple_procedure == ALWAYS_THERAPY

    @classmethod
    def unpaid(cls, row: RelativeValues, *, release: Release, site: str, locality: str) -> FeePrice | None:
        """Return the price of a code that the schedule never pays: zero, with the reason. Else None.

        Raises
        ------
        NotFound
            When its letter says that the contractor sets the price, or is not known.
        """
        letter = _letter(row)
        if letter.pays == "amount":
            return None
        parts = (_ZERO, _ZERO, _ZERO)
        return _price(row, release, letter, (), parts=parts, site=site, locality=locality)

    @classmethod
    def paid(
        cls,
        row: RelativeValues,
        *,
        release: Release,
        site: str,
        locality: str,
        indices: CostIndices | None,
        factor: FactValue,
        reduction: FactValue | None,
    ) -> FeePrice:
        """Return the price of a code that the schedule pays.

        Parameters
        ----------
        indices : CostIndices, optional
            None for the national price.
        reduction : FactValue, optional
            Share of the practice part that the therapy reduction leaves; None where it does not apply.

        Raises
        ------
        NotFound
            When the release gives no relative values.
        """
        practice = row.practice_facility if site == "facility" else row.practice_non_facility
        if row.work is None or practice is None or row.malpractice is None:
            raise NotFound(f"release {row.release} as loaded has no relative values of {row.code}; {LOAD}")
        there = (indices.work, indices.practice, indices.malpractice) if indices else _EVERYWHERE
        dollars = Fraction(factor.number)
        parts = (
            row.work * there[0] * dollars,
            practice * there[1] * dollars,
            row.malpractice * there[2] * dollars,
        )
        read = (indices, factor) if indices else (factor,)
        return _price(
            row, release, _letter(row), read, parts=parts, site=site, locality=locality, reduction=reduction
        )


def _letter(row: RelativeValues) -> StatusCode:
    letter = status_codes().get(row.status_code)
    if letter is None or letter.pays == "unknown":
        why = letter.text if letter else "a letter that is not known here"
        raise NotFound(f"{row.code} has no amount in the fee schedule: status code {row.status_code}, {why}")
    return letter


def _price(
    row: RelativeValues,
    release: Release,
    letter: StatusCode,
    read: Iterable[CostIndices | FactValue],
    *,
    parts: tuple[Fraction, Fraction, Fraction],
    site: str,
    locality: str,
    reduction: FactValue | None = None,
) -> FeePrice:
    """Put a price together with everything it was made from."""
    sources = [row, *read]
    status = Status.weakest([release.status, letter.status, *(each.status for each in sources)])
    references = [reference for each in (release, *sources) for reference in each.references]
    whole = sum(parts, _ZERO)
    cut = parts[1] * (1 - Fraction(reduction.number)) if reduction else _ZERO
    return FeePrice(
        code=row.code,
        modifier=row.modifier,
        site=site,
        locality=locality,
        amount=Money.rounded(whole),
        work=parts[0],
        practice=parts[1],
        malpractice=parts[2],
        reduced=Money.rounded(whole - cut),
        multiple_procedure=row.multiple_procedure,
        status_code=row.status_code,
        global_days=row.global_days,
        seldom=site in row.seldom_at.split(),
        status=status,
        reduced_status=Status.weakest([status, reduction.status]) if reduction else status,
        references=tuple(dict.fromkeys(references)),
        versions=tuple(each.version for each in (*sources, reduction) if each),
        note="" if row.status_code == "A" else letter.text,
    )
