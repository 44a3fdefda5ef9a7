"""`allay consensus check`, `freeze`, `unfreeze`, `journal` and `open-round`."""

from __future__ import annotations

import io
import json
import sys

import pytest
from tests.unit.consensus.protocol.exercise_folder import PROTOCOL, RECORD, write

import allay as package

ON = ("--as-of", "2026-03-01", "--by", "chair")


@pytest.fixture
def call(allay):
    def run(*words: str) -> tuple[int, str, str]:
        return allay("consensus", *words)

    run.folder = allay.folder
    return run


@pytest.fixture
def frozen(call):
    write(call.folder, record_yaml=None, invitations_csv=None)
    assert call("freeze", "protocol.yaml", *ON)[0] == 0
    return call


def change(folder, old="A definition", new="Another") -> None:
    path = folder / "protocol.yaml"
    path.write_text(path.read_text().replace(old, new))


def head(folder) -> str:
    return json.loads((folder / "protocol.journal.jsonl").read_text().splitlines()[-1])["sha256"]


def test_freezing_says_the_head(call) -> None:
    write(call.folder, record_yaml=None)
    status, out, err = call("freeze", "protocol.yaml", *ON)
    assert (status, err) == (0, "")
    assert out.splitlines()[0] == "protocol.yaml: frozen on 2026-03-01 by chair (entry 1 of the journal)"
    assert out.splitlines()[2] == f"head {head(call.folder)}"


def test_freezing_again_is_nothing_to_do(frozen) -> None:
    before = (frozen.folder / "protocol.journal.jsonl").read_bytes()
    status, out, _ = frozen("freeze", "protocol.yaml", "--as-of", "2026-03-04", "--by", "payer")
    assert status == 0
    assert out.startswith("protocol.yaml: frozen already, on 2026-03-01 by chair; nothing to do\n")
    assert (frozen.folder / "protocol.journal.jsonl").read_bytes() == before


def test_layout_and_comments_are_not_frozen(frozen) -> None:
    change(frozen.folder, "title: A definition", "title:   'A definition'  # ours")
    assert frozen("check", "protocol.yaml")[0] == 0


def test_a_changed_protocol_is_named_by_line(frozen) -> None:
    change(frozen.folder)
    message = (
        'protocol.yaml:/title: title: expected what was frozen on 2026-03-01, "A definition" (unfreeze it '
        'first, with a reason), found "Another" (line 2)\n'
    )
    for words in (("freeze", "protocol.yaml", *ON), ("open-round", "protocol.yaml", "1", *ON[:2])):
        assert frozen(*words) == (2, "", message)
    status, out, err = frozen("check", "protocol.yaml")
    assert (status, err) == (1, "")
    assert out.endswith('the protocol is not the frozen one:\n/title: frozen "A definition", now "Another"\n')
    status, out, _ = frozen("journal", "protocol.yaml")
    assert status == 1
    assert out.endswith('the protocol is not the frozen one:\n/title: frozen "A definition", now "Another"\n')


def test_unfreezing_is_recorded_for_good(frozen) -> None:
    change(frozen.folder)
    words = ("--as-of", "2026-03-05", "--by", "chair", "--reason", "A better title")
    assert frozen("unfreeze", ".", *words)[0] == 0
    assert frozen("freeze", ".", "--as-of", "2026-03-06", "--by", "chair")[0] == 0
    status, out, err = frozen("journal", "protocol.yaml")
    assert (status, err) == (0, "")
    assert "2  2026-03-05  unfrozen by chair: A better title\n" in out
    assert out.endswith("the chain holds\nthe protocol is the frozen one\n")


def test_while_unfrozen_the_changes_are_said(frozen) -> None:
    assert frozen("unfreeze", ".", *ON, "--reason", "Why")[0] == 0
    change(frozen.folder)
    status, out, _ = frozen("journal", ".")
    assert status == 0
    assert out.endswith('changed since it was frozen last:\n/title: frozen "A definition", now "Another"\n')


@pytest.mark.parametrize("reason", [(), ("--reason", ""), ("--reason", "  ")])
def test_unfreezing_needs_a_reason(frozen, reason) -> None:
    before = (frozen.folder / "protocol.journal.jsonl").read_bytes()
    status, _, err = frozen("unfreeze", "protocol.yaml", *ON, *reason)
    assert status == 2
    assert "--reason" in err
    assert (frozen.folder / "protocol.journal.jsonl").read_bytes() == before


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("freeze", "protocol.yaml", "--as-of", "1 March", "--by", "chair"), "a date as YYYY-MM-DD"),
        (("freeze", "protocol.yaml", "--by", "chair"), "--as-of"),
        (("freeze", "protocol.yaml", "--as-of", "2026-03-01"), "--by"),
        (
            ("freeze", "protocol.yaml", *ON[:2], "--by", "ann@example.org"),
            "a role, not the address of a person",
        ),
        (("freeze", "nothing.yaml", *ON), "nothing.yaml:-: (file): expected a file that can be read"),
        (("freeze", "-", *ON), "PROTOCOL is a file"),
        (
            ("unfreeze", "protocol.yaml", *ON, "--reason", "Why"),
            "expected a frozen protocol, found one that is",
        ),
        (("open-round", "protocol.yaml", "0", *ON[:2]), "0 is not in the range"),
        (("journal", "protocol.yaml", "--head", "abc"), "a hash has 64 signs"),
        (("journal", "nothing.yaml"), "nothing.yaml:-: (file)"),
        (("check", "nothing.yaml"), "nothing.yaml:-: (file)"),
        (("check", "protocol.yaml", "nothing.csv"), "nothing.csv:-: (file)"),
    ],
)
def test_bad_usage_and_input(call, words, said) -> None:
    write(call.folder)
    status, out, err = call(*words)
    assert (status, out) == (2, "")
    assert said in err
    assert not list(call.folder.glob("*.jsonl*"))


def test_a_journal_that_was_touched_answers_no(frozen) -> None:
    path = frozen.folder / "protocol.journal.jsonl"
    path.write_bytes(path.read_bytes().replace(b"chair", b"payer"))
    for verb in ("journal", "check"):
        status, out, err = frozen(verb, "protocol.yaml")
        assert (status, out) == (1, "")
        assert err.startswith("protocol.journal.jsonl:1: sha256: expected the hash of this entry")
    assert frozen("freeze", "protocol.yaml", *ON)[0] == 2


def test_a_protocol_that_is_none_is_bad_input_of_journal(frozen) -> None:
    change(frozen.folder, "title:", "titel:")
    assert frozen("journal", "protocol.yaml")[0] == 2


def test_a_published_head_shows_what_was_taken_away(frozen) -> None:
    first = head(frozen.folder)
    frozen("unfreeze", ".", *ON, "--reason", "Why")
    last, path = head(frozen.folder), frozen.folder / "protocol.journal.jsonl"
    status, _, err = frozen("journal", ".", "--head", first)
    assert (status, err) == (0, "allay: the head is that of entry 1 (frozen on 2026-03-01)\n")
    path.write_bytes(path.read_bytes().splitlines(keepends=True)[0])
    assert frozen("journal", ".")[0] == 0
    status, _, err = frozen("journal", ".", "--head", last)
    assert status == 1
    assert "entries were taken away" in err


def test_without_a_journal_there_is_nothing_to_hold(call) -> None:
    write(call.folder)
    assert call("journal", "protocol.yaml") == (0, "protocol.yaml: never frozen\n", "")
    assert call("journal", "protocol.yaml", "--head", "0" * 64)[0] == 1


def test_opening_a_round_binds_it(frozen) -> None:
    status, out, err = frozen("open-round", "protocol.yaml", "1", "--as-of", "2026-03-02")
    assert (status, err) == (0, "")
    assert not (frozen.folder / "record.yaml").exists()
    assert frozen("open-round", "protocol.yaml", "1", "--as-of", "2026-03-02", "--write")[0] == 0
    assert out in (frozen.folder / "record.yaml").read_text()
    assert head(frozen.folder) in out
    (frozen.folder / "protocol.journal.jsonl").unlink()
    for words in (("check", "."), ("journal", ".")):
        status, _, err = frozen(*words)
        assert status == 1
        assert "entries were taken away since" in err
    assert frozen("freeze", ".", *ON)[0] == 2


def test_opening_an_unfrozen_round_says_so(call) -> None:
    write(call.folder, record_yaml=None)
    status, _, err = call("open-round", "protocol.yaml", "1", "--as-of", "2026-03-02")
    assert (status, err) == (0, "allay: protocol.yaml: the protocol is never frozen\n")


def test_freezing_after_a_round_was_opened_says_so(call) -> None:
    write(call.folder, record_yaml=RECORD)
    status, _, err = call("freeze", "protocol.yaml", "--as-of", "2026-03-09", "--by", "chair")
    assert (status, err) == (0, "allay: round 1 was opened before, on 2026-03-02\n")


def test_check_says_what_is_there(call) -> None:
    write(call.folder, record_yaml=None, invitations_csv=None)
    (call.folder / "ratings.csv").write_text("statement,rater,rating\ns1,r01,7\ns1,r02,8\ns2,r01,\n")
    status, out, err = call("check", "protocol.yaml", "ratings.csv")
    assert (status, err) == (0, "")
    assert out.splitlines()[2:] == [
        "never frozen",
        "2 statements, 3 panelists, 2 rounds planned, 0 opened",
        "0 invitations, 1 comment",
        "round 1: 2 ratings of 2 statements by 2 raters",
        "finding: ratings.csv: not rated: nobody rated s2 in round 1",
        "finding: ratings.csv: empty group: nobody of the group payers rated in round 1",
        "all fits together; 2 findings",
    ]


def test_check_takes_ratings_from_standard_input(call, monkeypatch) -> None:
    write(call.folder)
    stream = io.TextIOWrapper(io.BytesIO(b"statement,rater,rating\ns1,r09,7\n"))
    monkeypatch.setattr(sys, "stdin", stream)
    status, _, err = call("check", "protocol.yaml", "-")
    assert (status, err) == (1, "<stdin>:2: rater: expected a rater of the panel, found 'r09'\n")


def test_check_answers_no_to_files_that_do_not_fit(call) -> None:
    write(call.folder, panel_csv="rater,group\nr01,nurses\n", protocol_yaml=PROTOCOL)
    status, out, err = call("check", "protocol.yaml")
    assert (status, out) == (1, "")
    assert "panel.csv:2: group: expected one of the groups patients, payers, found 'nurses'" in err


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("{panel_rule: count, method: ram}", "2: rating: expected 8 to 16 ratings of every statement"),
        ("{method: comet, each_group: true}", "5: rating: expected ratings of every group"),
    ],
)
def test_check_answers_no_to_ratings_that_a_run_cannot_judge(call, rule, said) -> None:
    write(call.folder, protocol_yaml=f"{PROTOCOL}rule: {rule}\n")
    rows = "s1,r01,7\ns1,r02,8\ns1,r03,9\ns2,r01,7\ns2,r03,\n"
    (call.folder / "ratings.csv").write_text(f"statement,rater,rating\n{rows}")
    status, out, err = call("check", "protocol.yaml", "ratings.csv")
    assert (status, out) == (1, "")
    assert f"ratings.csv:{said}" in err
    assert call("run", "protocol.yaml", "ratings.csv")[2] == err


def test_answers_as_json(frozen) -> None:
    status, out, _ = frozen("journal", "protocol.yaml", "--format", "json")
    answer = json.loads(out)
    assert (status, answer["allay_version"]) == (0, package.__version__)
    assert (answer["state"], answer["head"], answer["holds"]) == ("frozen", head(frozen.folder), True)
    status, out, _ = frozen("check", "protocol.yaml", "--format", "json")
    answer = json.loads(out)
    assert (status, answer["statements"], answer["panel"], answer["differences"]) == (0, 2, 3, [])
    assert set(json.loads(frozen("schema", "journal")[1])["properties"]) > {"entries", "head"}


@pytest.mark.parametrize("verb", ["check", "freeze", "unfreeze", "journal", "open-round"])
def test_help_has_an_example(call, verb) -> None:
    status, out, _ = call(verb, "--help")
    assert status == 0
    assert f"Example:\n    allay consensus {verb} protocol.yaml" in out
