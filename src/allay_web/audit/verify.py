"""Finding what got past the triggers: every entry is read again and its signature made anew.

Memory stays the same however long a trail is, and the application may go on writing meanwhile.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from django.db import connection

from allay_web.audit.chain import HOUSE, seal, signature
from allay_web.audit.models import AuditEntry, AuditHead
from allay_web.audit.record import OPENED
from allay_web.audit.triggers import missing

KEPT = 50
CHUNK = 2000


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it was written; `number` is the entry's, where it is about one."""

    chain: int
    number: int | None
    what: str

    def __str__(self) -> str:
        place = f"chain {self.chain}" + (f" entry {self.number}" if self.number is not None else "")
        return f"{place}: {self.what}"


@dataclass(frozen=True, slots=True)
class End:
    """Where a chain ended when somebody looked: how many entries, and the signature of the last."""

    count: int
    last: str


@dataclass(slots=True)
class Result:
    """How a check went: what was read and what was found (the first 50 are kept)."""

    entries: dict[int, int] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    broken: set[int] = field(default_factory=set)  # chains in which something was found
    total: int = 0

    def add(self, finding: Finding) -> None:
        """Count a finding and keep it among the first."""
        self.total += 1
        self.broken.add(finding.chain)
        if len(self.findings) < KEPT:
            self.findings.append(finding)


@dataclass(slots=True)
class Walk:
    """What a walk along one chain remembers: the last number, and the signatures of numbers asked for."""

    asked: dict[int, str]
    last: int = 0


def _same(left: str, right: str) -> bool:
    return hmac.compare_digest(left.encode(), right.encode())


def _links(chain: int, walk: Walk, *, step: Callable[[int], None]) -> Iterator[Finding]:
    """Read one chain from its beginning, and tell what does not hold together."""
    previous, read = "", 0
    entries = AuditEntry.objects.filter(chain=chain).order_by("number", "id").iterator(chunk_size=CHUNK)
    for entry in entries:
        read += 1
        expected = walk.last + 1
        if entry.number > expected:
            what = f"entries {expected} to {entry.number - 1} before it are missing"
            yield Finding(chain, entry.number, what)
        elif entry.number < expected:
            yield Finding(chain, entry.number, "its number is there twice")
        elif not _same(entry.previous, previous):
            yield Finding(chain, entry.number, "it does not follow the entry before it")
        if not _same(entry.signature, signature(entry)):
            yield Finding(chain, entry.number, "it was changed, or written by somebody without the key")
        if entry.number in walk.asked:
            walk.asked[entry.number] = entry.signature
        walk.last, previous = entry.number, entry.signature
        if read % CHUNK == 0:
            step(CHUNK)
    step(read % CHUNK)


def _head(chain: int) -> AuditHead | None:
    return AuditHead.objects.filter(chain=chain).first()


def _ends(chain: int, head: AuditHead | None, walk: Walk) -> Iterator[Finding]:
    """Compare a chain with its head, which was read before the entries were."""
    if head is None:
        gone = "the program has no trail: it was removed, or never begun"
        yield Finding(chain, None, "its head is missing" if walk.last else gone)
        return
    if not _same(head.seal, seal(head.chain, head.count, head.last)):
        yield Finding(chain, None, "its head was replaced")
    if walk.last < head.count:
        yield Finding(chain, None, f"its last {head.count - walk.last} entries are missing")
    elif not _same(walk.asked.get(head.count, ""), head.last):
        yield Finding(chain, None, "it does not end as its head says")
    now = _head(chain)
    if now is not None and walk.last > now.count:
        yield Finding(chain, now.count + 1, "entries follow after the end that its head tells of")


def verify_chain(
    chain: int, *, anchor: End | None, result: Result, step: Callable[[int], None] = lambda _: None
) -> None:
    """Check one chain against its signatures, its head and, where given, an end kept elsewhere."""
    head = _head(chain)
    walk = Walk({end.count: "" for end in (head, anchor) if end is not None})
    for finding in _links(chain, walk, step=step):
        result.add(finding)
    result.entries[chain] = walk.last
    for finding in _ends(chain, head, walk):
        result.add(finding)
    if anchor is not None and not _same(walk.asked[anchor.count], anchor.last):
        result.add(
            Finding(chain, anchor.count, "it differs from the end kept outside: cut back or rewritten")
        )


def _opened_twice() -> Iterator[Finding]:
    """A trail that was taken away whole and began again."""
    seen: set[int] = set()
    told = AuditEntry.objects.filter(chain=HOUSE, action=OPENED).order_by("number")
    for number, detail in told.values_list("number", "detail").iterator(chunk_size=CHUNK):
        chain = int(detail.get("chain", 0))
        if chain in seen:
            yield Finding(
                chain, None, f"it was begun a second time (house entry {number}): the first was removed"
            )
        seen.add(chain)
    for chain in AuditHead.objects.exclude(chain=HOUSE).values_list("chain", flat=True):
        if chain not in seen:
            yield Finding(chain, None, "the house's chain does not tell of its beginning")


def chains(*, programs: Mapping[int, str], anchors: Mapping[int, End]) -> list[int]:
    """Every chain there is or should be."""
    found = {*programs, *anchors, *AuditHead.objects.values_list("chain", flat=True)}
    found.update(AuditEntry.objects.order_by("chain").values_list("chain", flat=True).distinct())
    if found:
        found.add(HOUSE)
    return sorted(found)


def verify(
    which: list[int], *, anchors: Mapping[int, End], step: Callable[[int], None] = lambda _: None
) -> Result:
    """Check these chains, the house's own among them, and that the triggers stand."""
    result = Result()
    for name in missing(connection):
        result.add(Finding(HOUSE, None, f"the trigger {name} is missing or switched off"))
    for chain in which:
        verify_chain(chain, anchor=anchors.get(chain), result=result, step=step)
    for finding in _opened_twice():
        if finding.chain in which:
            result.add(finding)
    return result
