"""Check digits: Luhn's, which LOINC and NPI share, and Verhoeff's, which SNOMED CT uses."""

from __future__ import annotations


def luhn_digit(body: str) -> int:
    """Return the check digit for `body`.

    From the right, every other character (the last one first) is doubled and the digits of the double are
    added; the check digit fills the sum up to a multiple of ten. LOINC answer codes carry letters, which
    count as their ASCII code less 48 (LOINC Users' Guide, mod 10 check digit; the rule for letters reproduces
    every answer code of the PROMIS, PHQ-9 and GAD-7 panels).

    Parameters
    ----------
    body : str
        Digits and capital letters, without the check digit.

    Returns
    -------
    int
        0 to 9.

    Examples
    --------
    >>> luhn_digit("44261"), luhn_digit("LA6568"), luhn_digit("80840" + "123456789")
    (6, 5, 3)
    """
    total = 0
    for place, character in enumerate(reversed(body)):
        number = ord(character) - ord("0")
        # Twice n less 9 for each 5 in n is the digit sum of the double when n < 10, and goes on for letters.
        total += 2 * number - 9 * (number // 5) if place % 2 == 0 else number
    return -total % 10


# Verhoeff 1969: the multiplication table of the symmetries of the pentagon (entry at i, j), the permutation
# whose powers are applied by place, and the inverses.
_TURN = tuple(
    tuple((i + j) % 5 + 5 * (j // 5) if i < 5 else (i - j) % 5 + 5 * (1 - j // 5) for j in range(10))
    for i in range(10)
)
_SHUFFLE = (1, 5, 7, 6, 2, 8, 3, 0, 9, 4)
_INVERSE = tuple(next(j for j in range(10) if _TURN[i][j] == 0) for i in range(10))


def verhoeff_digit(body: str) -> int:
    """Return the check digit of a SNOMED CT identifier (Verhoeff's dihedral formula).

    Parameters
    ----------
    body : str
        Digits, without the check digit.

    Returns
    -------
    int
        0 to 9.

    Examples
    --------
    >>> verhoeff_digit("236"), verhoeff_digit("20308200")
    (3, 5)
    """
    total = 0
    for place, character in enumerate(reversed(body), start=1):
        number = int(character)
        for _ in range(place % 8):
            number = _SHUFFLE[number]
        total = _TURN[total][number]
    return _INVERSE[total]
