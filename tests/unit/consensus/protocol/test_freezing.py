"""Freezing and unfreezing, and every way to touch what was frozen."""

from __future__ import annotations

import hashlib
import json

import pytest
from tests.unit.consensus.protocol.journals import FIRST, SECOND, day, hashed_anew, three

from allay.base.errors import InvalidInput, InvalidValue, NotFound
from allay.consensus.protocol.chain import canonical_entry, entry_of_head, verify
from allay.consensus.protocol.freezing import differences, freeze, same_protocol, state_of, unfreeze


def wrong(entries) -> list[str]:
    with pytest.raises(InvalidInput) as refused:
        verify(entries, name="j")
    return [f"{one.at}: {one.field}" for one in refused.value.problems]


def test_a_journal_that_was_made_holds() -> None:
    entries = three()
    verify(entries)
    assert [entry.did for entry in entries] == ["frozen", "unfrozen", "frozen"]
    assert [entry.before for entry in entries] == ["", entries[0].sha256, entries[1].sha256]
    assert [state_of(entries[:count]) for count in range(4)] == [
        "never frozen",
        "frozen",
        "unfrozen",
        "frozen",
    ]


def test_the_hash_is_that_of_the_entry_without_it() -> None:
    """Worked out anew, without the code of the journal."""
    entry = three()[1]
    tree = json.loads(canonical_entry(entry))
    said = tree.pop("sha256")
    text = json.dumps(tree, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert hashlib.sha256(text.encode()).hexdigest() == said
    assert entry.protocol_sha256 == FIRST.sha256()


def test_freezing_again_is_nothing_to_do_and_another_protocol_is_refused() -> None:
    entries = three()
    assert freeze(entries, SECOND, on=day(9), by="chair") is entries[-1]
    with pytest.raises(InvalidValue, match=r"unfreeze it first, with a reason.*differs in /title"):
        freeze(entries, FIRST, on=day(9), by="chair")


def test_only_what_is_frozen_is_unfrozen() -> None:
    for entries in ([], three()[:2]):
        with pytest.raises(InvalidValue, match="expected a frozen protocol"):
            unfreeze(entries, on=day(9), by="chair", reason="Why")


@pytest.mark.parametrize("reason", ["", " ", "\t\n", "x" * 20_001])
def test_an_unfreezing_needs_a_reason(reason) -> None:
    with pytest.raises(InvalidValue, match="a reason of 1 to 20000 signs"):
        unfreeze(three(), on=day(9), by="chair", reason=reason)


def test_by_is_a_role() -> None:
    with pytest.raises(InvalidValue, match="a role, not the address"):
        freeze([], FIRST, on=day(1), by="ann@example.org")
    for by in ("chair\n2  2026-01-01  frozen by payer", "chair\x1b[2K"):
        with pytest.raises(InvalidValue, match="the role in one line"):
            freeze([], FIRST, on=day(1), by=by)
    with pytest.raises(InvalidValue, match="a role of 1 to 200 signs"):
        freeze([], FIRST, on=day(1), by=" ")
    with pytest.raises(InvalidValue, match="text that can be written"):
        freeze([], FIRST, on=day(1), by="\ud800")


def test_no_entry_goes_back_in_time() -> None:
    with pytest.raises(InvalidValue, match=r"a day not before the last entry of the journal \(2026-03-07\)"):
        unfreeze(three(), on=day(6), by="chair", reason="Why")


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        (lambda one, two, three: [one, three], ["2: number", "2: before", "2: did"]),
        (lambda one, two, three: [two, three], ["1: number", "1: before", "1: did", "2: number"]),
        (lambda one, two, three: [three], ["1: number", "1: before"]),
        (lambda one, two, three: [one, three, two], ["2: number", "2: before", "2: did", "3: number"]),
        (lambda one, two, three: [two, one, three], ["1: number", "1: before", "1: did", "2: number"]),
        (lambda one, two, three: [one, two, two, three], ["3: number", "3: before", "3: did", "4: number"]),
        (lambda one, two, three: [one, two.model_copy(update={"reason": "Else"}), three], ["2: sha256"]),
        (lambda one, two, three: [one, two.model_copy(update={"on": day(6)}), three], ["2: sha256"]),
        (lambda one, two, three: [one, hashed_anew(two, reason="Else"), three], ["3: before"]),
        (lambda one, two, three: [hashed_anew(one, by="me"), two, three], ["2: before"]),
        (lambda one, two, three: [one, hashed_anew(two, on=day(8)), three], ["3: before", "3: on"]),
        (lambda one, two, three: [one, hashed_anew(two, reason=None)], ["2: reason"]),
        (lambda one, two, three: [one, hashed_anew(two, protocol={"id": "x"})], ["2: protocol"]),
        (lambda one, two, three: [one, hashed_anew(two, protocol_sha256="0" * 64)], ["2: protocol_sha256"]),
        (lambda one, two, three: [hashed_anew(one, protocol=None)], ["1: protocol"]),
        (lambda one, two, three: [hashed_anew(one, protocol={"id": "x"})], ["1: protocol_sha256"]),
        (lambda one, two, three: [hashed_anew(one, did="unfrozen", protocol=None, reason="Why")], ["1: did"]),
    ],
)
def test_every_touch_is_named_by_its_line(changed, found) -> None:
    assert wrong(changed(*three()))[: len(found)] == found


def test_entries_taken_from_the_end_are_seen_by_a_head_alone() -> None:
    entries = three()
    verify(entries[:2])
    head = entries[-1].sha256
    assert entry_of_head(entries, f" {head.upper()} ") is entries[-1]
    with pytest.raises(NotFound, match="entries were taken away"):
        entry_of_head(entries[:2], head)


def test_differences_name_the_deepest_place() -> None:
    frozen = three()[0].protocol
    now = FIRST.model_copy(update={"smallest_group": 8})
    assert differences(frozen, now) == (("/smallest_group", "5", "8"),)


def test_a_protocol_frozen_before_a_field_was_added_is_still_the_same() -> None:
    entry = three()[0]
    older = {key: value for key, value in entry.protocol.items() if key != "registration"}
    assert same_protocol(entry.model_copy(update={"protocol": older, "protocol_sha256": "0" * 64}), FIRST)
    assert not same_protocol(entry, SECOND)


def test_what_cannot_be_read_as_a_protocol_is_compared_as_it_is() -> None:
    assert ("/old", "1", "absent") in differences({"old": 1}, FIRST)
