"""Exact money in US dollars: whole cents inside, no binary fractions anywhere."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from allay.base.errors import InvalidValue
from allay.base.messages import shown

# More digits than any sum of money has: longer texts are mistakes, and Python refuses to read some of them.
_AMOUNT = re.compile(r"[+-]?[0-9]{1,60}(\.[0-9]{1,2})?", re.ASCII)
Exact = int | Decimal | Fraction


def _exact(value: object, what: str) -> Fraction:
    """Return the value as a fraction; floats are refused because 0.1 is none of them exactly."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal | Fraction):
        raise InvalidValue(expected=f"{what} as int, Decimal or Fraction", found=f"{type(value).__name__}")
    if isinstance(value, Decimal) and not value.is_finite():
        raise InvalidValue(expected=f"{what} that is finite", found=str(value))
    return Fraction(value)


def _half_up(cents: Fraction) -> int:
    """Round to whole cents, halves away from zero: what is billed and its reversal cancel."""
    doubled = abs(cents.numerator) * 2 + cents.denominator
    whole = doubled // (2 * cents.denominator)
    return -whole if cents < 0 else whole


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """An amount of US dollars in whole cents.

    Examples
    --------
    >>> str(Money.parse("37.52") + Money.parse("27.74"))
    '65.26'
    """

    cents: int = 0

    def __post_init__(self) -> None:
        if isinstance(self.cents, bool) or not isinstance(self.cents, int):
            kind = type(self.cents).__name__
            raise InvalidValue(expected="a whole number of cents", found=f"{kind} {self.cents!r}")

    @classmethod
    def parse(cls, text: str) -> Money:
        """Read dollars with at most two decimals, as ``1250`` or ``1250.50``.

        Raises
        ------
        InvalidValue
            For any other form: a comma or a currency sign means different things in different files.

        Examples
        --------
        >>> Money.parse("-3.5").cents
        -350
        """
        if not isinstance(text, str) or not _AMOUNT.fullmatch(text):
            raise InvalidValue(expected="dollars with at most two decimals, as 1250.50", found=shown(text))
        return cls(int(Fraction(text) * 100))

    @classmethod
    def rounded(cls, dollars: Exact) -> Money:
        """Round an exact number of dollars half up to cents: one line of a bill, before lines are added.

        Examples
        --------
        >>> str(Money.rounded(Decimal("1.15") * Decimal("33.2875")))
        '38.28'
        """
        return cls(_half_up(_exact(dollars, "dollars") * 100))

    @classmethod
    def total(cls, amounts: Iterable[Money]) -> Money:
        """Add amounts; nothing adds up to zero.

        Examples
        --------
        >>> str(Money.total([Money(1050), Money(25)]))
        '10.75'
        """
        return sum(amounts, cls(0))

    def __add__(self, other: Money) -> Money:
        return Money(self.cents + other.cents) if isinstance(other, Money) else NotImplemented

    def __sub__(self, other: Money) -> Money:
        return Money(self.cents - other.cents) if isinstance(other, Money) else NotImplemented

    def __neg__(self) -> Money:
        return Money(-self.cents)

    def __mul__(self, factor: Exact) -> Money:
        """Multiply by an exact number and round half up to cents."""
        return Money(_half_up(self.cents * _exact(factor, "a factor")))

    __rmul__ = __mul__

    def __bool__(self) -> bool:
        return self.cents != 0

    def __str__(self) -> str:
        return str(self.dollars)

    @property
    def dollars(self) -> Decimal:
        """The amount as an exact decimal with two places."""
        return Decimal(f"{self.cents}e-2")  # from text: exact at any size

    def allocate(self, weights: Sequence[Exact]) -> tuple[Money, ...]:
        """Share out the amount in proportion to weights, so that the shares add up to it.

        Each share is first cut to whole cents; the cents left over go one each to the shares that lost most,
        the earlier one first among equals (largest remainder).

        Raises
        ------
        InvalidValue
            When there is no weight, one is negative, or all are zero.

        Examples
        --------
        >>> [str(share) for share in Money(1000).allocate([1, 1, 1])]
        ['3.34', '3.33', '3.33']
        """
        exact = [_exact(weight, "weights") for weight in weights]
        total = sum(exact)
        if any(weight < 0 for weight in exact) or not total:
            raise InvalidValue(expected="weights of zero or more, not all zero", found=repr(list(weights)))
        sign = -1 if self.cents < 0 else 1
        shares = [abs(self.cents) * weight / total for weight in exact]
        whole = [share.numerator // share.denominator for share in shares]
        lost = sorted(range(len(shares)), key=lambda place: whole[place] - shares[place])
        for place in lost[: abs(self.cents) - sum(whole)]:
            whole[place] += 1
        return tuple(Money(sign * cents) for cents in whole)
