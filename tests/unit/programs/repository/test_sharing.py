"""Files between programs: newer ones, odd ones, and nothing lost on the way."""

from __future__ import annotations

import io
import json

import pytest

from allay.base.errors import InvalidInput
from allay.programs.repository.export import exchange_text, kept_text, passed_on
from allay.programs.repository.reading import parse, read_shared
from allay.programs.repository.summary import summary_text, warnings


def statement(value="x", **more):
    return {"as_of": "2026-09", "source": "own", "status": "verified", "value": value, **more}


SOURCE = {"title": "Their records", "seen_as": "SEEN", "accessed": "2026-10-01", "own": True}
TABLE = {"step": "referred", "dimension": "all", "periods": ["2026"], "groups": ["all"]}


def shared(*, program=None, **changes):
    """A shared file as a tree; `program` adds to its profile, other keywords replace top-level keys."""
    profile = {
        "id": "theirs",
        "recorded_on": "2026-10-01",
        "sources": {"own": SOURCE},
        "identity": {"name": [statement("Lakeside pain program")]},
    }
    return {
        "format": "allay-program",
        "format_version": "1.0",
        "allay_version": "0.1.0",
        "created_as_of": "2026-10-01",
        "program": {**profile, **(program or {})},
        **changes,
    }


def read(tree):
    return read_shared(io.BytesIO(json.dumps(tree).encode()), name="s.json")


def refused(tree) -> list[str]:
    with pytest.raises(InvalidInput) as caught:
        read(tree)
    return str(caught.value).splitlines()


def again(tree):
    """Import, keep, export again: what comes out."""
    kept = kept_text(read(tree).file).encode()
    label, parsed = parse(io.BytesIO(kept), name="kept.json")
    return json.loads(exchange_text(passed_on(label, parsed).file))


def test_what_is_known_is_read():
    one = read(shared())
    assert (one.file.program.name, one.unread, one.newer) == ("Lakeside pain program", (), False)
    assert "read: identity 1 (statements)" in summary_text(one)
    assert list(warnings(one)) == []


UNKNOWN = {
    "top": (shared(signature="abc"), "/signature"),
    "profile": (shared(program={"climate": {"heat": [1, 2.0, None]}}), "/program/climate"),
    "section": (shared(program={"equity": {"language": [statement()]}}), "/program/equity/language"),
    "statement": (shared(program={"lessons": [statement(mood="good")]}), "/program/lessons/0/mood"),
    "source": (shared(program={"sources": {"own": {**SOURCE, "doi": "10.1/2"}}}), "/program/sources/own/doi"),
}


@pytest.mark.parametrize(("tree", "pointer"), UNKNOWN.values(), ids=UNKNOWN)
def test_unknown_keys_are_named_kept_and_put_back(tree, pointer):
    assert read(tree).unread == (pointer,)
    assert any(pointer in said for said in warnings(read(tree)))
    assert again(tree) == tree


NEWER = {
    "a service we do not know": {"services": [statement("sound_bath"), statement("yoga")]},
    "a value of another shape": {"lessons": [statement({"text": "a", "audience": "payer"}), statement("b")]},
    "a list that became a mapping": {"services": {"weekly": [statement("yoga")]}},
    "a section that became a list": {"setting": [statement("academic")]},
    "a status we do not know": {"lessons": [statement(status="peer_reviewed")]},
    "a source of another shape": {"sources": {"own": SOURCE, "podcast": {"name": "A talk", "minute": 3}}},
    "a kind we do not know": {"kind": "network"},
    "a statement without its source": {"lessons": [{"value": "b", "as_of": "2026", "status": "verified"}]},
}


@pytest.mark.parametrize("program", NEWER.values(), ids=NEWER)
@pytest.mark.parametrize(
    "version", [{"format_version": "2.0"}, {"allay_version": "99.1"}], ids=["format", "allay"]
)
def test_a_newer_file_is_read_as_far_as_it_goes(program, version):
    tree = shared(program=program, **version)
    one = read(tree)
    assert one.newer
    assert len(one.unread) == 1
    assert one.file.program.name == "Lakeside pain program"
    back = again(tree)
    if "services" in program and isinstance(program["services"], list):
        assert [each.value for each in one.file.program.services] == ["yoga"]
    for section in (back["program"], tree["program"]):
        for key, value in section.items():
            # What is known comes first, so the order of a list may change and nothing else.
            section[key] = sorted(value, key=json.dumps) if isinstance(value, list) else value
    assert back == tree


@pytest.mark.parametrize("program", NEWER.values(), ids=NEWER)
def test_in_a_file_of_our_own_version_the_same_is_refused(program):
    lines = refused(shared(program=program))
    assert lines
    assert all(line.startswith("s.json:/program/") for line in lines)


def test_a_value_is_not_taken_without_its_unit():
    result = {**statement(12), "metric": "cost", "unit": {"code": "usd", "per": "month"}}
    one = read(shared(program={"results": [result]}, format_version="1.1"))
    assert one.file.program.results == ()
    assert one.unread == ("/program/results",)


@pytest.mark.parametrize(
    ("tree", "says"),
    [
        (shared(format="other-program"), "s.json:/format: format: expected one of 'allay-program'"),
        (shared(format_version="two"), "/format_version"),
        (shared(format_version=None), "/format_version"),
        (shared(format="x", format_version="9.0"), "/format"),
        ({**shared(), "program": []}, "s.json:/program: program: expected a mapping"),
        (shared(program={"id": 7}), "s.json:/program/id: id: expected text"),
        (shared(created_as_of="soon"), "expected a date as YYYY-MM-DD"),
        (shared(unread=[1]), "expected under `unread` a mapping"),
        (shared(unread={"format": "x"}), "expected format once"),
        (shared(counts=[{**TABLE, "counts": [[20]]}]), "expected 2 rows of 2 counts"),
        (shared(program={"lessons": [statement(source="gone")]}), "one of the sources own, found 'gone'"),
        (shared(program={"lessons": [statement("\ud800")]}), "text of whole characters"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_refused_in_its_place(tree, says):
    assert says in "\n".join(refused(tree))


def test_a_profile_is_no_shared_file():
    assert refused({"id": "ours"}) == [
        "s.json:1: format: expected a file that a program has exported, found no key `format`"
    ]


def test_broken_json_is_refused_with_its_line():
    with pytest.raises(InvalidInput, match=r"s\.json:2: \(file\): expected JSON"):
        read_shared(io.BytesIO(b'{"format": "allay-program",\n"program": }'), name="s.json")


def test_yaml_problems_have_lines():
    lines = [
        "format: allay-program",
        "format_version: '1.0'",
        "allay_version: 0.1.0",
        "created_as_of: 2026-10-01",
    ]
    text = "\n".join([*lines, "program:", "  id: 5"])
    with pytest.raises(InvalidInput) as caught:
        read_shared(io.BytesIO(text.encode()), name="s.yaml")
    assert "s.yaml:6: /program/id: expected text" in str(caught.value)


def test_small_counts_of_others_are_not_passed_on():
    tree = shared(counts=[{**TABLE, "counts": [[7, 7], [7, 7]]}])
    assert any("4 counts of 1 to 10 are shown" in said for said in warnings(read(tree)))
    with pytest.raises(InvalidInput, match="expected counts of 1 to 10 to be hidden"):
        again(tree)
    tree = shared(program={"population": {"patients": [statement(4)]}})
    assert again(tree)["program"]["population"]["patients"][0]["hidden"] is True
