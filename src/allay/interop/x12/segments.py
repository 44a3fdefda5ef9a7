"""X12 text as segments, read as a stream: the separators come from each ISA segment.

The text of an interchange says itself how it is cut: the ISA segment has a fixed width, so its separators
stand at known places. Line breaks, indentation between segments and a byte-order mark mean nothing.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import IO, BinaryIO

from allay.base.errors import InvalidInput, Problem
from allay.base.sources import WHOLE_FILE, Readable

_ISA_WIDTHS = (3, 2, 10, 2, 10, 2, 15, 2, 15, 6, 4, 1, 5, 9, 1, 1, 1)
_ISA_LENGTH = sum(_ISA_WIDTHS) + len(_ISA_WIDTHS) - 1
_BREAKS = "\r\n"
_BLANK = " \t\r\n"
_ID = re.compile(r"[A-Z][A-Z0-9]{1,2}", re.ASCII)
_CHUNK = 1 << 16
LONGEST_SEGMENT = 1 << 20
"""No segment of these transactions is as long; a file without terminators is."""


@dataclass(frozen=True, slots=True)
class Delimiters:
    """The separators of one interchange; `repetition` is empty where the version has none."""

    element: str
    component: str
    repetition: str
    terminator: str


@dataclass(frozen=True, slots=True)
class Segment:
    """One segment: its id, its elements, and which segment of the file it is (from 1).

    Examples
    --------
    >>> marks = Delimiters("*", ":", "^", "~")
    >>> segment = Segment(("SV1", "HC:97110:GP", "29.29"), 12, marks)
    >>> segment.id, segment[2], segment[9], segment.parts(1)
    ('SV1', '29.29', '', ['HC', '97110', 'GP'])
    """

    elements: tuple[str, ...]
    position: int
    delimiters: Delimiters

    @property
    def id(self) -> str:
        """The segment's id, such as ``CLM``."""
        return self.elements[0]

    def __getitem__(self, number: int) -> str:
        """Return an element by its number as X12 counts, or an empty text."""
        return self.elements[number] if number < len(self.elements) else ""

    def parts(self, number: int) -> list[str]:
        """Return the components of an element; none for an empty one."""
        return self[number].split(self.delimiters.component) if self[number] else []

    def repeats(self, number: int) -> list[str]:
        """Return the repetitions of an element; none for an empty one."""
        if not self[number]:
            return []
        mark = self.delimiters.repetition
        return self[number].split(mark) if mark else [self[number]]

    @property
    def text(self) -> str:
        """The segment as text, with its terminator."""
        return self.delimiters.element.join(self.elements) + self.delimiters.terminator


def read_segments(source: Readable, *, name: str | None = None) -> Iterator[Segment]:
    """Read the segments of a file one after another; what comes after IEA must be another ISA.

    Parameters
    ----------
    source : path or binary stream
        Text in UTF-8.
    name : str, optional
        What messages call the file.

    Raises
    ------
    InvalidInput
        No ISA segment, an ISA of another width, an empty segment, one without an id, a last segment without
        its terminator, or bytes that are no UTF-8. `Problem.at` is the number of the segment.

    Examples
    --------
    >>> import io
    >>> isa = "ISA*00*          *00*          *ZZ*CLINIC         *ZZ*PAYER          *261122*1200*^*00501*"
    >>> text = isa + "000000001*0*T*:~\\nIEA*0*000000001~\\n"
    >>> [segment.id for segment in read_segments(io.BytesIO(text.encode()))]
    ['ISA', 'IEA']
    """
    label = name or str(getattr(source, "name", source))
    with _opened(source, label) as stream:
        yield from _Cutter(label).cut(_texts(stream, label))


def _opened(source: Readable, label: str) -> AbstractContextManager[IO[bytes] | BinaryIO]:
    if isinstance(source, str):
        source = Path(source)
    if not isinstance(source, Path | Traversable):
        return nullcontext(source)
    try:
        return source.open("rb")
    except OSError as error:
        found = "a folder" if isinstance(error, IsADirectoryError) else (error.strerror or str(error)).lower()
        raise InvalidInput(Problem(label, "-", WHOLE_FILE, "a file that can be read", found)) from None


def _texts(stream: IO[bytes] | BinaryIO, label: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    try:
        while data := stream.read(_CHUNK):
            yield decoder.decode(data)
        yield decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        found = "bytes of another encoding (save the file again as UTF-8)"
        raise InvalidInput(Problem(label, "1", WHOLE_FILE, "text in UTF-8", found)) from None


class _Cutter:
    """Cuts text into segments; holds what is left of it between two chunks."""

    def __init__(self, label: str) -> None:
        self.label = label
        self.position = 0
        self.marks: Delimiters | None = None
        self.rest = ""

    def cut(self, texts: Iterator[str]) -> Iterator[Segment]:
        for text in texts:
            self.rest += text
            yield from self._whole(final=False)
        yield from self._whole(final=True)
        if self.position == 0:
            raise self._wrong("ISA", "an X12 interchange, which starts with ISA", "nothing")
        if left := self.rest.strip(_BLANK):
            whose = next(iter(_ID.findall(left[:3])), WHOLE_FILE)
            self.position += 1
            raise self._wrong(whose, "the end of the segment", "the end of the file")

    def _whole(self, *, final: bool) -> Iterator[Segment]:
        start = 0
        while True:
            if self.marks is None:
                self.rest, start = self.rest[start:].lstrip(_BLANK), 0
                if not self.rest or (not final and len(self.rest) < 2 * _ISA_LENGTH):
                    return
                self.marks = self._delimiters()
            end = self.rest.find(self.marks.terminator, start)
            if end < 0:
                break
            segment = self._segment(self.rest[start:end])
            start = end + 1
            yield segment
            if segment.id == "IEA":
                self.marks = None
        self.rest = self.rest[start:]
        if len(self.rest) > LONGEST_SEGMENT:
            self.position += 1
            raise self._wrong(WHOLE_FILE, "the end of the segment", f"none in {LONGEST_SEGMENT:,} characters")

    def _segment(self, raw: str) -> Segment:
        assert self.marks is not None
        self.position += 1
        text = raw.lstrip(_BLANK).translate({ord(sign): None for sign in _BREAKS})
        elements = tuple(text.split(self.marks.element))
        if not _ID.fullmatch(elements[0]):
            found = "something else" if text else "nothing between two terminators"
            raise self._wrong(WHOLE_FILE, "a segment, which starts with its id of 2 or 3 letters", found)
        return Segment(elements, self.position, self.marks)

    def _delimiters(self) -> Delimiters:
        expected = "an X12 interchange, which starts with ISA"
        if self.position:
            expected = "the end of the file, or another ISA after IEA"
        self.position += 1
        if not self.rest.startswith("ISA"):
            raise self._wrong("ISA", expected, "something else")
        head: list[str] = []
        place = 0
        while len(head) < _ISA_LENGTH and place < len(self.rest):
            if self.rest[place] not in _BREAKS:
                head.append(self.rest[place])
            place += 1
        elements = "".join(head).split(self.rest[3:4] or "*")
        for number, width in enumerate(_ISA_WIDTHS):
            length = len(elements[number]) if number < len(elements) else 0
            if length != width:
                where = f"ISA{number:02d}" if number else "ISA"
                raise self._wrong(where, f"{width} characters", str(length))
        if place >= len(self.rest) or len(elements) != len(_ISA_WIDTHS):
            raise self._wrong("ISA", f"{_ISA_LENGTH} characters and a terminator", str(len(head)))
        self.position -= 1
        repetition = elements[11] if not (elements[11].isalnum() or elements[11].isspace()) else ""
        marks = Delimiters(self.rest[3], elements[16], repetition, self.rest[place])
        signs = (marks.element, marks.component, marks.terminator)
        if len(set(signs)) < 3 or any(sign.isalnum() or sign == " " for sign in signs):
            self.position += 1
            raise self._wrong("ISA", "three separators that differ and are no letters or digits", "others")
        return marks

    def _wrong(self, field: str, expected: str, found: str) -> InvalidInput:
        return InvalidInput(Problem(self.label, str(self.position or 1), field, expected, found))
