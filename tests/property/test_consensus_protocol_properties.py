"""Freezing: journals that were made hold, journals that were touched do not, and layout is never frozen."""

from __future__ import annotations

import datetime as dt
import io
import json
import tempfile
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from allay.base.documents import read_yaml
from allay.base.errors import InvalidInput, InvalidValue, NotFound
from allay.consensus.protocol.chain import canonical_entry, entry_of_head, verify
from allay.consensus.protocol.freezing import differences, freeze, same_protocol, state_of, unfreeze
from allay.consensus.protocol.journal import JournalEntry
from allay.consensus.protocol.journalfile import read_journal
from allay.consensus.protocol.opening import with_round
from allay.consensus.protocol.protocol import ConsensusProtocol
from allay.consensus.protocol.record import ExerciseRecord, HeldRound

TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), min_size=1, max_size=30).filter(
    lambda text: bool(text.strip())
)
ROLE = TEXT.filter(lambda text: "@" not in text)
START = dt.date(2026, 1, 1)
PARTS = ["# a comment", "", "recruited: 9", "narrative:\n  D1: |\n    a\n\n    b"]


@st.composite
def protocols(draw) -> ConsensusProtocol:
    tree = {
        "id": "p",
        "title": draw(TEXT),
        "question": draw(TEXT),
        "rounds": [{"objective": draw(TEXT)} for _ in range(draw(st.integers(1, 3)))],
        "rule": draw(
            st.sampled_from([{"method": "ram"}, {"method": "comet", "high_share": 80}, {"method": "percent"}])
        ),
        "smallest_group": draw(st.integers(5, 9)),
        "narrative": draw(st.dictionaries(st.sampled_from(["M1", "M2", "D1"]), TEXT, max_size=3)),
    }
    return ConsensusProtocol.model_validate_json(json.dumps(tree))


@st.composite
def journals(draw, *, least: int = 1) -> list[JournalEntry]:
    """What commands make of random wishes; what they refuse is left out."""
    entries: list[JournalEntry] = []
    day = START
    known = [draw(protocols()), draw(protocols())]
    for _ in range(draw(st.integers(least, 5))):
        day += dt.timedelta(days=draw(st.integers(-1, 3)))
        try:
            if draw(st.booleans()):
                made = freeze(entries, draw(st.sampled_from(known)), on=day, by=draw(ROLE))
            else:
                made = unfreeze(entries, on=day, by=draw(ROLE), reason=draw(TEXT))
        except InvalidValue:
            continue
        if not entries or made is not entries[-1]:
            entries.append(made)
    assume(len(entries) >= least)
    return entries


def file_of(entries: list[JournalEntry]) -> bytes:
    return b"".join(canonical_entry(entry) + b"\n" for entry in entries)


def read(data: bytes) -> list[JournalEntry]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "p.journal.jsonl"
        path.write_bytes(data)
        return list(read_journal(path))


@given(journals())
def test_whatever_commands_make_holds(entries) -> None:
    verify(entries)
    assert read(file_of(entries)) == entries
    states = [state_of(entries[:count]) for count in range(1, len(entries) + 1)]
    assert states == ["frozen" if place % 2 == 0 else "unfrozen" for place in range(len(entries))]


@given(journals(), st.data())
def test_any_change_of_a_byte_is_refused(entries, data) -> None:
    whole = file_of(entries)
    place = data.draw(st.integers(0, len(whole) - 1))
    kind = data.draw(st.sampled_from(["changed", "taken", "added"]))
    byte = bytes([data.draw(st.integers(0, 255))])
    touched = whole[:place] + (b"" if kind == "taken" else byte) + whole[place + (kind != "added") :]
    assume(touched != whole)
    with pytest.raises(InvalidInput):
        read(touched)


@given(journals(least=2), st.data())
def test_entries_left_out_moved_or_doubled_are_refused(entries, data) -> None:
    place = data.draw(st.integers(0, len(entries) - 2))
    other = data.draw(st.integers(place + 1, len(entries) - 1))
    swapped = list(entries)
    swapped[place], swapped[other] = swapped[other], swapped[place]
    for touched in (entries[:place] + entries[place + 1 :], swapped, [*entries[:other], *entries[place:]]):
        with pytest.raises(InvalidInput):
            verify(touched)


@given(journals(least=2), st.data())
def test_a_head_shows_what_was_taken_from_the_end(entries, data) -> None:
    kept = data.draw(st.integers(0, len(entries) - 1))
    verify(entries[:kept])
    with pytest.raises(NotFound):
        entry_of_head(entries[:kept], entries[-1].sha256)


@given(protocols(), protocols())
def test_only_the_same_protocol_is_the_frozen_one(one, other) -> None:
    entry = freeze([], one, on=START, by="chair")
    assert same_protocol(entry, one)
    assert differences(entry.protocol, one) == ()
    assert same_protocol(entry, other) == (one == other)
    assert bool(differences(entry.protocol, other)) == (one != other)


def laid_out(tree, chance, indent: str = "") -> str:
    """Write a tree as YAML: any order of keys, blocks or braces, comments, escapes or none."""
    if not isinstance(tree, dict | list) or not tree or chance.random() < 0.3:
        return " " + json.dumps(tree, ensure_ascii=chance.random() < 0.5)
    rows = ["  # why"] if chance.random() < 0.3 else [""]
    if isinstance(tree, list):
        rows += [f"{indent}-{laid_out(one, chance, indent + '    ')}" for one in tree]
    else:
        keys = chance.sample(list(tree), len(tree))
        rows += [f"{indent}{key}:{laid_out(tree[key], chance, indent + '  ')}" for key in keys]
    return "\n".join(rows)


@given(protocols(), st.randoms(use_true_random=False), st.booleans(), st.booleans())
def test_the_hash_does_not_depend_on_layout(protocol, chance, windows, short) -> None:
    """The same protocol in another layout, with defaults written out or not."""
    tree = protocol.model_dump(mode="json", exclude_defaults=short)
    if "rule" in tree:
        tree["rule"]["method"] = protocol.rule.method
    text = "# ours\n" + laid_out(tree, chance).lstrip() + "\n\n# end\n"
    data = b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode() if windows else text.encode()
    assert read_yaml(io.BytesIO(data), ConsensusProtocol).sha256() == protocol.sha256()


@given(
    st.lists(
        st.sampled_from(["# a comment", "", "recruited: 9", "narrative:\n  D1: |\n    a\n\n    b"]),
        unique=True,
    ),
    st.booleans(),
    st.integers(0, 2),
    st.sampled_from(["", "  "]),
)
def test_adding_a_round_changes_no_other_line(parts, before, held, indent) -> None:
    rounds = "".join(
        f"{indent}- number: {place}  # held\n{indent}  opened: 2026-0{place}-01\n{indent}  # kept\n"
        for place in range(1, held + 1)
    )
    block = [f"rounds:\n{rounds}".rstrip()] if held else []
    text = "\n".join([*block, *parts] if before else [*parts, *block]) + "\n"
    assume(text.strip() and not all(line.startswith("#") for line in text.split("\n") if line))
    new = HeldRound(number=held + 1, opened=dt.date(2026, 9, 1))
    after = with_round(text.encode(), new, name="record.yaml")
    assert read_yaml(io.BytesIO(after), ExerciseRecord).rounds[-1] == new
    left = iter(after.decode().split("\n"))
    assert all(line in left for line in text.rstrip("\n").split("\n"))
