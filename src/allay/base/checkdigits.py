"""The check digit that LOINC, NPI and many card numbers share: Luhn's formula, mod 10."""

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
