"""Slots of a day as the bits of a whole number: bit `s` says that slot `s` is free, or a possible start."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from allay.scheduling.solving.grid import Bools


def mask_of(free: Bools) -> int:
    """Read the slots of a day as bits.

    Examples
    --------
    >>> bin(mask_of(np.array([True, False, True])))
    '0b101'
    """
    return int.from_bytes(np.packbits(free, bitorder="little").tobytes(), "little")


def block(start: int, length: int) -> int:
    """Return the slots that something of `length` slots takes.

    Examples
    --------
    >>> bin(block(1, 2))
    '0b110'
    """
    return ((1 << length) - 1) << start


def starts_in(free: int, length: int) -> int:
    """Return the slots at which something of `length` slots can begin.

    Examples
    --------
    >>> bin(starts_in(0b10111, 2))
    '0b11'
    """
    for _ in range(length - 1):
        free &= free >> 1
    return free


def slots_in(mask: int) -> Iterator[int]:
    """List the bits that are set, from the lowest.

    Examples
    --------
    >>> list(slots_in(0b10110))
    [1, 2, 4]
    """
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


def most_in(free: int, length: int) -> int:
    """Count how many things of `length` slots fit into the free runs, one after the other.

    Examples
    --------
    >>> most_in(0b11101111, 2)
    3
    """
    return most_at(starts_in(free, length), length)


def most_at(starts: int, length: int) -> int:
    """Count how many things of `length` slots can begin at these starts, one after the other.

    Examples
    --------
    >>> most_at(0b1011, 2)
    2
    """
    count = 0
    while starts:
        low = starts & -starts
        starts &= ~(low * ((1 << length) - 1))
        count += 1
    return count


def first_of(mask: int) -> int:
    """Lowest bit that is set; -1 of none."""
    return (mask & -mask).bit_length() - 1


def last_of(mask: int) -> int:
    """Highest bit that is set; -1 of none."""
    return mask.bit_length() - 1


def between(mask: int, low: int, high: int) -> int:
    """Keep the bits from `low` to `high`, both included; outside numbers are allowed.

    Examples
    --------
    >>> bin(between(0b11111, -3, 2)), between(0b1, 4, 2)
    ('0b111', 0)
    """
    if high < max(low, 0):
        return 0
    low = max(low, 0)
    return mask & block(low, high - low + 1)
