"""Texts under `narrative` of a protocol or a record: which items of the checklist they answer."""

from __future__ import annotations

import difflib

from allay.base.documents import Document
from allay.base.errors import Problem
from allay.consensus.checklists.items import known_items
from allay.consensus.protocol.protocol import ConsensusProtocol
from allay.consensus.protocol.record import ExerciseRecord


def narrative_problems(
    document: Document[ConsensusProtocol] | Document[ExerciseRecord],
) -> tuple[Problem, ...]:
    """Find texts under a name that is no item of the checklist: nobody would ever read them.

    Parameters
    ----------
    document : Document of ConsensusProtocol or of ExerciseRecord
        As it was read, so that each problem has its line.

    Examples
    --------
    >>> import io
    >>> from allay.base.documents import read_yaml_document
    >>> read = read_yaml_document(io.BytesIO(b"narrative: {m6: Gathered}"), ExerciseRecord, name="r.yaml")
    >>> print(narrative_problems(read)[0])
    r.yaml:1: /narrative/m6: expected an item of the checklist, such as M6, found 'm6'
    """
    known = known_items()
    problems = []
    for name in document.value.narrative:
        if name in known:
            continue
        near = difflib.get_close_matches(name.upper(), known, n=1, cutoff=0.5)
        which = f", such as {near[0]}" if near else f": one of {', '.join(known)}"
        expected = f"an item of the checklist{which}"
        problems.append(document.problem("narrative", name, expected=expected, found=repr(name)))
    return tuple(problems)
