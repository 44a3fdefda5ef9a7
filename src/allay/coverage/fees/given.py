"""Where the user's own files come from, for results to carry; and files that are packed with gzip."""

from __future__ import annotations

import io
import zlib
from typing import BinaryIO

from allay.base.errors import InvalidInput, Problem
from allay.base.fact import Reference
from allay.base.sources import WHOLE_FILE, read_bytes
from allay.base.status import MARKS, Status
from allay.base.tables import Readable

LARGEST = 500_000_000
"""Bytes that a packed file may hold: a whole year of CMS's releases is 20 million."""


def references_of(name: str, status: Status) -> tuple[Reference, ...]:
    """Return the reference of a file given by the user, with a mark of that status.

    Examples
    --------
    >>> references_of("pfs_gpci_2026.csv", Status.VERIFIED)[0].seen_as
    'SEEN'
    """
    marks = {found: mark for mark, found in MARKS.items()}
    mark = "SEEN" if status is Status.VERIFIED else marks.get(status, "M")
    return (Reference(title=f"{name}, as given", seen_as=mark),)


def unpacked(source: Readable, *, name: str | None = None) -> tuple[BinaryIO, str]:
    """Return what a file holds and its name, unpacked where it is packed with gzip.

    Raises
    ------
    InvalidInput
        When it is damaged or unpacks to more than half a gigabyte.

    Examples
    --------
    >>> import gzip
    >>> unpacked(io.BytesIO(gzip.compress(b"code")), name="a.csv.gz")[0].read()
    b'code'
    """
    data, label = read_bytes(source, name=name)
    if not data.startswith(b"\x1f\x8b"):
        return io.BytesIO(data), label
    reader = zlib.decompressobj(wbits=31)
    try:
        plain = reader.decompress(data, LARGEST)
    except zlib.error:
        raise InvalidInput(Problem(label, "1", WHOLE_FILE, "a whole gzip file", "a damaged one")) from None
    if reader.unconsumed_tail:
        found = "more"
        raise InvalidInput(Problem(label, "1", WHOLE_FILE, f"at most {LARGEST:,} bytes unpacked", found))
    if not reader.eof or reader.unused_data:
        found = "one cut short" if not reader.eof else "several in one"
        raise InvalidInput(Problem(label, "1", WHOLE_FILE, "a whole gzip file", found))
    return io.BytesIO(plain), label
