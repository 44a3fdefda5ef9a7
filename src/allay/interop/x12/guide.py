"""Structure of transactions against the implementation guides that pyx12 knows (837, 835, 834, 277CA, ...).

pyx12 has maps of some guides and versions only; `has_guide` says which. Its messages and its log repeat
values of the file, so its words are not passed on: what is wrong is said in ours, by its error codes.
"""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from allay.interop.x12.envelope import Transaction
from allay.interop.x12.finding import X12Finding
from allay.interop.x12.segments import Segment

# pyx12 logs each error with the value that is wrong; nobody's name or birthday belongs into a log.
logging.getLogger("pyx12").setLevel(logging.CRITICAL + 1)
logging.getLogger("pyx12").propagate = False

_SEGMENT_ERRORS = {
    "1": ("unknown_segment", "a segment that the guide has here", "another"),
    "2": ("unexpected_segment", "a segment that may stand here", "another"),
    "3": ("missing_segment", "this segment, which the guide requires", "none"),
    "4": ("too_many_loops", "no more repetitions of this loop", "one too many"),
    "5": ("too_many_segments", "no more repetitions of this segment", "one too many"),
    "6": ("unexpected_segment", "a segment of this transaction", "another"),
    "7": ("segment_order", "this segment in its place", "it elsewhere"),
    "8": ("segment_elements", "elements as the guide has them", "too many, or some that do not go together"),
    "SEG1": ("trailing_separators", "no separators at the end of a segment", "some"),
    "HL1": ("hl_number", "levels numbered 1, 2, 3, ...", "another number"),
    "HL2": ("hl_parent", "the number of a level above that is open", "another number"),
    "LX": ("line_number", "lines numbered 1, 2, 3, ...", "another number"),
}
_ELEMENT_ERRORS = {
    "1": ("missing_element", "a value, which the guide requires", "none"),
    "2": ("conditional_element", "elements that go together", "one without the other"),
    "3": ("too_many_elements", "no more elements", "one too many"),
    "4": ("element_length", "a longer value", "one that is too short"),
    "5": ("element_length", "a shorter value", "one that is too long"),
    "6": ("element_form", "only characters of its type", "others"),
    "7": ("element_code", "a code of the guide's list", "another"),
    "8": ("element_date", "a date that exists", "another value"),
    "9": ("element_time", "a time that exists", "another value"),
    "10": ("unused_element", "nothing, as the guide does not use it", "a value"),
}
_OTHER = ("structure", "what the guide says", "something else")


def has_guide(transaction: Transaction) -> bool:
    """Say whether pyx12 has the guide of a transaction: by ISA12, GS08 and GS01."""
    return _guide(transaction.isa[12], transaction.gs[8], transaction.gs[1]) is not None


@lru_cache(maxsize=32)
def _guide(standard: str, version: str, kind: str) -> str | None:
    from pyx12.map_index import map_index

    found: str | None = map_index(None).get_filename(standard, version, kind)
    return found


def guide_findings(transactions: Sequence[Transaction]) -> list[X12Finding]:
    """Check the structure of the transactions of one functional group with pyx12, which loads a guide slowly.

    Parameters
    ----------
    transactions : sequence of Transaction
        Of one group; `has_guide` holds for them.

    Returns
    -------
    list of X12Finding
        In the order of the file, with the loop as the guide names it. Envelopes are not checked here.
    """
    from pyx12.params import ParamsBase
    from pyx12.x12n_document import x12n_document

    text, places = _alone(transactions)
    seen = _Seen()
    found = io.StringIO()
    try:
        x12n_document(
            ParamsBase(), io.StringIO(text), None, None, fd_json=found, callback=seen.take, map_path=None
        )
        report = json.loads(found.getvalue())
    except Exception:  # pyx12 raises bare errors of many kinds on damaged content
        first = transactions[0].segments[0]
        return [
            X12Finding("structure", first.position, "ST", "content that the guide can be held to", "other")
        ]
    return [
        each
        for interchange in report["interchanges"]
        for group in interchange["groups"]
        for each_transaction in group["transactions"]
        for segment in each_transaction["segments"]
        for each in _segment_findings(segment, places, seen)
    ]


def _alone(transactions: Sequence[Transaction]) -> tuple[str, list[int]]:
    """Put a group into an interchange of its own; and say which segment of the file each line is."""
    isa, gs = transactions[0].isa, transactions[0].gs
    inside = [segment for each in transactions for segment in each.segments]
    last, marks = inside[-1].position, isa.delimiters
    closing = [
        Segment(("GE", str(len(transactions)), gs[6]), last, marks),
        Segment(("IEA", "1", isa[13]), last, marks),
    ]
    segments = [isa, gs, *inside, *closing]
    text = "".join(each.text for each in segments)
    if marks.terminator.isspace():
        text = "\n".join(text.split(marks.terminator))
    return text, [each.position for each in segments]


@dataclass
class _Seen:
    """Where in the guide each segment was placed, by its number in the interchange."""

    nodes: dict[int, Any] = field(default_factory=dict)

    def take(self, segment: Any, source: Any, node: Any, valid: bool) -> None:
        self.nodes[source.get_cur_line()] = node

    def loop(self, line: int, segment_id: str, name: str) -> str:
        """Name the loop a segment belongs to: from where it was met upward, the nearest that has it."""
        node = self.nodes.get(line)
        here = node.parent if node is not None else None
        nearest = str(here.id) if here is not None else ""
        while here is not None and hasattr(here, "pos_map"):
            for loop in (here, *(each for each in _members(here) if hasattr(each, "pos_map"))):
                if any(each.id == segment_id and each.name == name for each in _members(loop)):
                    return str(loop.id)
            here = here.parent
        return nearest


def _members(loop: Any) -> list[Any]:
    return [each for place in loop.pos_map.values() for each in place]


def _segment_findings(segment: dict[str, Any], places: list[int], seen: _Seen) -> list[X12Finding]:
    line, name = segment["cur_line"], segment["seg_id"]
    position = places[line - 1] if 0 < line <= len(places) else places[-1]
    loop = seen.loop(line, name, segment["name"])
    found = [
        X12Finding(kind, position, name, expected, other, loop)
        for each in segment["errors"]
        for kind, expected, other in [_SEGMENT_ERRORS.get(each["err_cde"], _OTHER)]
    ]
    for element in segment["elements"]:
        part = f"-{element['subele_pos']}" if element["subele_pos"] else ""
        where = f"{name}{int(element['ele_pos'] or 0):02d}{part}"
        found += [
            X12Finding(kind, position, where, expected, other, loop)
            for each in element["errors"]
            for kind, expected, other in [_ELEMENT_ERRORS.get(each["err_cde"], _OTHER)]
        ]
    return found
