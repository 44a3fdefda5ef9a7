"""Streams of random numbers by seed, bucket and purpose, so that no knob moves another's numbers."""

from __future__ import annotations

import hashlib

import numpy as np


def stream(purpose: str, *, seed: int, bucket: int) -> np.random.Generator:
    """Return the random numbers of a purpose in a bucket of members.

    Examples
    --------
    >>> again = [stream("age", seed=1, bucket=0).random() for _ in range(2)]
    >>> again[0] == again[1], again[0] == stream("age", seed=1, bucket=1).random()
    (True, False)
    """
    digest = hashlib.sha256(purpose.encode("utf-8")).digest()
    words = [int.from_bytes(digest[place : place + 4], "little") for place in (0, 4)]
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, bucket, *words])))
