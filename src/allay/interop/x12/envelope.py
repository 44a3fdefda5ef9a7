"""Envelopes of X12: interchanges (ISA-IEA), functional groups (GS-GE) and transactions (ST-SE)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from allay.base.errors import InvalidInput, Problem
from allay.base.sources import Readable
from allay.interop.x12.finding import X12Finding
from allay.interop.x12.segments import Segment, read_segments


@dataclass(frozen=True, slots=True)
class Transaction:
    """One transaction, from its ST to its SE, with the interchange and the group it came in.

    Attributes
    ----------
    type : str
        ``837``, ``835``, ``270``, ...
    version : str
        The implementation guide as ST03 names it, or else GS08.
    se_count : int or None
        How many segments SE says there are; None when that is no number.
    """

    isa: Segment
    gs: Segment
    segments: tuple[Segment, ...]

    @property
    def type(self) -> str:
        """The transaction's number."""
        return self.segments[0][1]

    @property
    def version(self) -> str:
        """The implementation guide."""
        return self.segments[0][3] or self.gs[8]

    @property
    def control_number(self) -> str:
        """ST02."""
        return self.segments[0][2]

    @property
    def se_count(self) -> int | None:
        """SE01."""
        return whole_number(self.segments[-1][1])

    @property
    def se_count_matches(self) -> bool:
        """Whether SE counts right."""
        return self.se_count == len(self.segments)

    @property
    def se_control_matches(self) -> bool:
        """Whether SE has the control number of ST."""
        return self.segments[-1][2] == self.control_number

    @property
    def body(self) -> tuple[Segment, ...]:
        """The segments between ST and SE."""
        return self.segments[1:-1]


@dataclass(frozen=True, slots=True)
class X12File:
    """An X12 file: its transactions, and what is wrong with its envelopes."""

    name: str
    interchanges: tuple[Segment, ...]
    groups: tuple[Segment, ...]
    transactions: tuple[Transaction, ...]
    segments: int
    findings: tuple[X12Finding, ...]


def whole_number(text: str) -> int | None:
    """Read a count; None for what is none.

    Examples
    --------
    >>> whole_number("0012"), whole_number("1.5"), whole_number("9" * 5000)
    (12, None, None)
    """
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 10 else None


def read_x12(source: Readable, *, name: str | None = None) -> X12File:
    """Read an X12 file with all its interchanges.

    Parameters
    ----------
    source : path or binary stream
        Text in UTF-8; any line breaks.
    name : str, optional
        What messages call the file.

    Raises
    ------
    InvalidInput
        What cannot be read as X12 (see `read_segments`), a segment outside its envelope, or an envelope
        that is not closed: the file is cut off or damaged. `Problem.at` is the number of the segment.

    Examples
    --------
    >>> import io
    >>> isa = "ISA*00*          *00*          *ZZ*CLINIC         *ZZ*PAYER          *261122*1200*^*00501*"
    >>> text = isa + "000000001*0*T*:~GS*HS*A*B*20261122*1200*1*X*005010X279A1~ST*270*1~SE*3*1~GE*1*1~"
    >>> file = read_x12(io.BytesIO((text + "IEA*1*000000001~").encode()), name="a.270")
    >>> file.transactions[0].version, str(file.findings[0].problem(file.name))
    ('005010X279A1', 'a.270:4: SE01: expected 2 segments from ST to SE, found 3')
    """
    label = name or str(getattr(source, "name", source))
    reader = _Envelopes(label)
    for segment in read_segments(source, name=label):
        reader.take(segment)
    return reader.file()


class _Envelopes:
    """Opens and closes envelopes as segments come."""

    def __init__(self, label: str) -> None:
        self.label = label
        self.open: list[Segment] = []
        self.body: list[Segment] = []
        self.counts = {"ISA": 0, "GS": 0}
        self.seen: set[str] = set()
        self.interchanges: list[Segment] = []
        self.groups: list[Segment] = []
        self.transactions: list[Transaction] = []
        self.findings: list[X12Finding] = []
        self.last = 0

    def take(self, segment: Segment) -> None:
        self.last = segment.position
        level = len(self.open)
        if level == 3:
            self.body.append(segment)
            if segment.id == "SE":
                self._close_transaction(segment)
            elif segment.id in ("ISA", "GS", "ST", "GE", "IEA"):
                raise self._wrong(segment, "SE before the transaction ends")
        elif level == 0:  # the cutter lets only ISA stand here
            self._begin(segment, self.interchanges)
            self.counts["ISA"] = 0
        elif segment.id == "GS" and level == 1:
            self._begin(segment, self.groups)
            self.counts["ISA"] += 1
            self.counts["GS"], self.seen = 0, set()
        elif segment.id == "ST" and level == 2:
            self.open.append(segment)
            self.body = [segment]
            self.counts["GS"] += 1
        elif segment.id == "IEA" and level == 1:
            self._close(segment, "IEA", "groups", self.counts["ISA"], self.open.pop()[13])
        elif segment.id == "GE" and level == 2:
            self._close(segment, "GE", "transactions", self.counts["GS"], self.open.pop()[6])
        else:
            raise self._wrong(segment, "GS or IEA" if level == 1 else "ST or GE")

    def _begin(self, segment: Segment, kept: list[Segment]) -> None:
        self.open.append(segment)
        kept.append(segment)
        if segment.id == "ISA" and segment.delimiters.repetition == segment.delimiters.component:
            self._find("separators", segment, "ISA11", "a repetition separator of its own", "that of ISA16")

    def _close_transaction(self, segment: Segment) -> None:
        st = self.open.pop()
        found = Transaction(self.open[0], self.open[1], tuple(self.body))
        self.transactions.append(found)
        if not found.se_count_matches:
            expected = f"{len(found.segments)} segments from ST to SE"
            self._find("se_count", segment, "SE01", expected, _said(segment[1]))
        if not found.se_control_matches:
            expected = f"the control number of ST, {_said(st[2])}"
            self._find("se_control", segment, "SE02", expected, _said(segment[2]))
        if st[2] in self.seen:
            self._find("st_control", st, "ST02", "a control number used once in its group", _said(st[2]))
        self.seen.add(st[2])

    def _close(self, segment: Segment, tag: str, what: str, counted: int, control: str) -> None:
        if whole_number(segment[1]) != counted:
            self._find(f"{tag.lower()}_count", segment, f"{tag}01", f"{counted} {what}", _said(segment[1]))
        if segment[2] != control:
            expected = f"the control number of {'ISA' if tag == 'IEA' else 'GS'}, {_said(control)}"
            self._find(f"{tag.lower()}_control", segment, f"{tag}02", expected, _said(segment[2]))

    def _find(self, kind: str, segment: Segment, element: str, expected: str, found: str) -> None:
        self.findings.append(X12Finding(kind, segment.position, element, expected, found))

    def _wrong(self, segment: Segment, expected: str) -> InvalidInput:
        where = str(segment.position)
        return InvalidInput(Problem(self.label, where, segment.id, expected, f"the segment {segment.id}"))

    def file(self) -> X12File:
        if self.open:
            closing = {"ISA": "IEA", "GS": "GE", "ST": "SE"}
            raise InvalidInput(
                Problem(
                    self.label,
                    str(self.last),
                    closing[segment.id],
                    f"{closing[segment.id]} to close the {segment.id} of segment {segment.position}",
                    "the end of the file",
                )
                for segment in reversed(self.open)
            )
        return X12File(
            self.label,
            tuple(self.interchanges),
            tuple(self.groups),
            tuple(self.transactions),
            self.last,
            tuple(self.findings),
        )


def _said(text: str) -> str:
    """A count or control number in a message: short, and nothing else that may stand there."""
    plain = text if len(text) <= 15 and text.isascii() and text.isalnum() else ""
    return plain or ("something else" if text else "nothing")


def count_ids(segments: Iterable[Segment]) -> dict[str, int]:
    """Count the segments of each kind, in the order in which they first come.

    Examples
    --------
    >>> from allay.interop.x12.segments import Delimiters
    >>> marks = Delimiters("*", ":", "^", "~")
    >>> count_ids(Segment((name,), 1, marks) for name in ("LX", "SV1", "LX"))
    {'LX': 2, 'SV1': 1}
    """
    counts: dict[str, int] = {}
    for segment in segments:
        counts[segment.id] = counts.get(segment.id, 0) + 1
    return counts
