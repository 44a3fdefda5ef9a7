"""The commands `run`, `feedback`, `reminders` and `missing`."""

from __future__ import annotations

import csv
import io
import json

import pytest
from tests.unit.consensus.rounds.exercises import (
    CODES,
    PROTOCOL,
    RECORD,
    ROUND_1,
    invitations_text,
    ratings_text,
    write_exercise,
)

BARE = "id: bare\ntitle: Bare\nquestion: What?\nrounds: [{objective: Rate}]\n"
FILES = {
    "results.json",
    "report.html",
    "statements.csv",
    "sensitivity.csv",
    "groups.csv",
    "movement.csv",
    "checklist.csv",
}


def rows(text):
    return list(csv.DictReader(io.StringIO(text)))


def written(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture
def exercise(allay):
    write_exercise(allay.folder)
    return allay


class TestRun:
    def test_carries_an_exercise_from_files_to_a_report(self, exercise):
        status, said, err = exercise("consensus", "run", "protocol.yaml", "ratings.csv", "-o", "out")
        assert (status, err) == (0, "")
        files = written(exercise.folder / "out")
        assert set(files) == FILES
        result = json.loads(files["results.json"])
        assert result["allay_version"]
        # No hash of a file of people: it could be tried out with what is published.
        assert set(result["inputs"]) == {"protocol.yaml", "statements.yaml"}
        assert "A small exercise (synthetic data)" in said
        assert "round 1: 12 answered, 100.0% of 12 invited, retention 85.7% of 14 recruited" in said
        assert "3 statements: 1 appropriate, 1 inappropriate, 1 uncertain" in said
        assert "protocol: never frozen" in said
        table = rows(files["statements.csv"].decode())
        assert [(one["round"], one["statement"], one["version"], one["n"]) for one in table] == [
            ("1", "s1", "1", "12"),
            ("1", "s2", "1", "11"),
            ("1", "s3", "1", "12"),
            ("2", "s2", "2", "10"),
        ]
        assert (table[1]["rated_5"], table[1]["di"][:5], table[1]["disagreement"]) == ("3", "2.553", "true")
        assert len(rows(files["checklist.csv"].decode())) == 35
        assert rows(files["movement.csv"].decode())[0]["share_changed"] == "0.6"
        assert rows(files["groups.csv"].decode())[1]["group"] == "Payers and Policymakers"
        assert rows(files["sensitivity.csv"].decode())[0]["by_protocol"] == "appropriate"
        assert [code for code in CODES if code in b"".join(files.values()).decode()] == []

    def test_the_same_inputs_give_the_same_bytes(self, exercise):
        for folder in ("a", "b"):
            assert exercise("consensus", "run", "protocol.yaml", "ratings.csv", "-o", folder)[0] == 0
        assert written(exercise.folder / "a") == written(exercise.folder / "b")

    def test_takes_a_bare_protocol_and_ratings_from_standard_input(self, allay, monkeypatch):
        (allay.folder / "protocol.yaml").write_text(BARE)
        given = io.TextIOWrapper(io.BytesIO(ratings_text({1: ROUND_1}).encode()))
        monkeypatch.setattr("sys.stdin", given)
        status, said, _ = allay("consensus", "run", "protocol.yaml", "-", "-o", "out")
        assert status == 0
        assert "round 1: 12 answered; 3 statements" in said
        assert set(json.loads((allay.folder / "out" / "results.json").read_text())["inputs"]) == {
            "protocol.yaml"
        }

    def test_prints_only_the_summary_without_a_folder(self, exercise):
        before = written(exercise.folder)
        assert exercise("consensus", "run", ".", "ratings.csv")[0] == 0
        assert written(exercise.folder) == before

    def test_retention_of_51_of_72_is_printed_as_in_the_paper(self, allay):
        (allay.folder / "protocol.yaml").write_text(BARE)
        (allay.folder / "record.yaml").write_text("recruited: 72\n")
        codes = tuple(f"r{number}" for number in range(51))
        ratings = ratings_text({1: {"s1": (8,) * 51}}, codes)
        (allay.folder / "ratings.csv").write_text(ratings)
        status, said, _ = allay("consensus", "run", "protocol.yaml", "ratings.csv", "-o", "out")
        assert status == 0
        assert "retention 70.8% of 72 recruited" in said
        assert "70.8%" in (allay.folder / "out" / "report.html").read_text()
        assert "70.8%" in (allay.folder / "out" / "checklist.csv").read_text()

    def test_names_statements_whose_verdict_depends_on_the_rule(self, exercise):
        given = ratings_text({1: ROUND_1 | {"s1": (3, 3, 3, 7, 7, 7, 8, 8, 8, None, None, None)}})
        (exercise.folder / "ratings.csv").write_text(given)
        said = exercise("consensus", "run", "protocol.yaml", "ratings.csv")[1]
        assert "verdicts that depend on the rule: 2 of 3 statements" in said
        assert "- s1: appropriate, otherwise by ram-nearest-rank, ram-count" in said

    def test_says_how_many_findings_there_are_beyond_the_first(self, exercise):
        many = {f"s{number}": (7,) * 12 for number in range(1, 4)}
        texts = [
            f"  - {{id: x{n}, versions: [{{version: 1, from_round: 1, text: Text {n}}}]}}" for n in range(20)
        ]
        with (exercise.folder / "statements.yaml").open("a") as file:
            file.write("\n".join([*texts, ""]))
        (exercise.folder / "ratings.csv").write_text(ratings_text({1: many}))
        status, said, _ = exercise("consensus", "run", "protocol.yaml", "ratings.csv")
        assert status == 0
        assert "- and 11 more (results.json)" in said

    def test_another_protocol_than_the_frozen_one_is_refused_and_nothing_is_written(self, exercise):
        freeze = ("consensus", "freeze", "protocol.yaml", "--as-of", "2026-03-01", "--by", "chair")
        assert exercise(*freeze)[0] == 0
        status, said, _ = exercise("consensus", "run", "protocol.yaml", "ratings.csv", "-o", "out")
        assert status == 0
        assert "protocol: frozen, before round 1 opened; head of the journal" in said
        changed = PROTOCOL + "rule: {method: ram, percentile: nearest-rank}\n"
        (exercise.folder / "protocol.yaml").write_text(changed)
        status, said, err = exercise("consensus", "run", "protocol.yaml", "ratings.csv", "-o", "other")
        assert (status, said) == (2, "")
        assert "protocol.yaml:/rule/percentile: percentile: expected what was frozen" in err
        assert not (exercise.folder / "other").exists()

    def test_a_folder_with_files_is_refused_without_force_and_an_older_pdf_goes(self, exercise):
        (exercise.folder / "out").mkdir()
        (exercise.folder / "out" / "report.pdf").write_bytes(b"old")
        run = ("consensus", "run", "protocol.yaml", "ratings.csv", "-o", "out")
        assert exercise(*run)[0] == 2
        assert set(written(exercise.folder / "out")) == {"report.pdf"}
        assert exercise(*run, "--force")[0] == 0
        assert set(written(exercise.folder / "out")) == FILES

    @pytest.mark.parametrize(
        "words",
        [
            ("run", "-", "ratings.csv"),
            ("run", "protocol.yaml", "ratings.csv", "-o", "-"),
            ("run", "protocol.yaml", "ratings.csv", "--pdf"),
            ("run", "protocol.yaml", "nothing.csv"),
            ("feedback", "protocol.yaml", "ratings.csv", "--round", "3", "-o", "out"),
            ("feedback", "protocol.yaml", "ratings.csv", "--round", "1", "-o", "-"),
            ("feedback", "protocol.yaml", "ratings.csv", "--round", "1", "-o", "out", "--language", "fr"),
            ("reminders", "protocol.yaml", "ratings.csv"),
            ("reminders", "protocol.yaml", "ratings.csv", "--round", "3"),
            ("missing", "protocol.yaml", "ratings.csv", "--round", "0"),
        ],
    )
    def test_wrong_use_is_refused_in_words(self, exercise, words):
        status, said, err = exercise("consensus", *words)
        assert (status, said) == (2, "")
        assert err
        assert "internal error" not in err
        assert not (exercise.folder / "out").exists()

    def test_every_bad_cell_is_named(self, exercise):
        bad = (
            ratings_text({1: ROUND_1})
            .replace("1,s1,zq01,7", "1,s1,zq01,10")
            .replace("1,s3,zq12,3", "1,s9,zq99,3")
        )
        (exercise.folder / "ratings.csv").write_text(bad)
        status, _, err = exercise("consensus", "run", "protocol.yaml", "ratings.csv", "-o", "out")
        assert status == 2
        assert "ratings.csv:2: rating: expected a whole number from 1 to 9" in err
        (exercise.folder / "ratings.csv").write_text(bad.replace("zq01,10", "zq01,7"))
        status, _, err = exercise("consensus", "run", "protocol.yaml", "ratings.csv", "-o", "out")
        assert status == 2
        assert "ratings.csv:37: statement: expected a statement of statements.yaml, found 's9'" in err
        assert "ratings.csv:37: rater: expected a rater of the panel, found 'zq99'" in err


class TestFeedback:
    def test_writes_a_page_for_each_rater_who_answered_and_an_index(self, exercise):
        words = ("consensus", "feedback", "protocol.yaml", "ratings.csv", "--round", "2", "-o", "pages")
        status, said, _ = exercise(*words, "--language", "es")
        assert status == 0
        assert said.startswith("10 pages in pages")
        files = written(exercise.folder / "pages")
        assert set(files) == {"index.csv", *(f"{code}.html" for code in CODES[:10])}
        index = rows(files["index.csv"].decode())
        assert index[0] == {
            "rater": "zq01",
            "file": "zq01.html",
            "round": "2",
            "rated": "1",
            "statements": "1",
        }
        assert b'<html lang="es">' in files["zq01.html"]

    def test_codes_that_are_no_names_of_files_are_written_safely(self, allay):
        (allay.folder / "protocol.yaml").write_text(BARE)
        codes = ("../../up", "a/b", "AB", "Ab", "x")
        (allay.folder / "ratings.csv").write_text(ratings_text({1: {"s1": (1, 2, 3, 4, 5)}}, codes))
        words = ("consensus", "feedback", "protocol.yaml", "ratings.csv", "--round", "1", "-o", "pages")
        assert allay(*words)[0] == 0
        names = set(written(allay.folder / "pages"))
        assert names == {"index.csv", "_..%2F..%2Fup.html", "a%2Fb.html", "AB.html", "Ab-2.html", "x.html"}

    def test_long_codes_and_names_of_devices_are_written_safely(self, allay):
        (allay.folder / "protocol.yaml").write_text(BARE)
        codes = ("\N{PILE OF POO}" * 64, "x" * 300, "x" * 299 + "y", "con", ".", "index")
        (allay.folder / "ratings.csv").write_text(ratings_text({1: {"s1": (1, 2, 3, 4, 5, 6)}}, codes))
        words = ("consensus", "feedback", "protocol.yaml", "ratings.csv", "--round", "1", "-o", "pages")
        status, said, err = allay(*words)
        assert (status, err) == (0, "")
        assert said.startswith("6 pages in pages")
        names = {row["rater"]: row["file"] for row in rows((allay.folder / "pages/index.csv").read_text())}
        assert set(names) == set(codes)
        assert {*names.values(), "index.csv"} == set(written(allay.folder / "pages"))
        assert (names["con"], names["."], names["index"]) == ("_con.html", "_..html", "index.html")
        assert max(len(name) for name in names.values()) < 140

    def test_one_page_and_one_statement_are_one(self, allay):
        (allay.folder / "protocol.yaml").write_text(BARE)
        (allay.folder / "ratings.csv").write_text("statement,rater,rating\ns1,a,5\n")
        words = ("consensus", "feedback", "protocol.yaml", "ratings.csv", "--round", "1", "-o", "pages")
        assert allay(*words)[1].startswith("1 page in pages")
        said = allay("consensus", "run", "protocol.yaml", "ratings.csv")[1]
        assert "round 1: 1 answered; 1 statement: 1 uncertain" in said
        assert "depend on the rule: 0 of 1 statement\n" in said

    def test_comments_that_say_who_wrote_them_are_named_before_anybody_reads_them(self, exercise):
        path = exercise.folder / "comments.csv"
        statement = path.read_text().splitlines()[1].split(",")[1]
        path.write_text(f"round,statement,text\n1,{statement},Fine\n1,{statement},Write to a@example.org\n")
        words = ("consensus", "feedback", "protocol.yaml", "ratings.csv", "--round", "1", "-o", "pages")
        status, _, err = exercise(*words)
        assert status == 0
        told = "this comment holds an e-mail address (codes are masked on pages)"
        assert err == f"allay: comments.csv:3: {told}\n"


class TestReminders:
    def test_lists_who_has_neither_answered_nor_declined(self, exercise):
        words = (
            "consensus",
            "reminders",
            "protocol.yaml",
            "ratings.csv",
            "--round",
            "2",
            "--as-of",
            "2026-04-22",
        )
        status, said, err = exercise(*words)
        assert (status, err) == (0, "")
        (row,) = rows(said)
        assert (row["rater"], row["group"], row["days"], row["reminders"]) == ("zq11", "makers", "16", "2")
        assert row["last_reminder"] == "2026-04-20"

    def test_names_reminders_that_went_to_somebody_who_had_answered(self, exercise):
        late = invitations_text().replace("2,zq01,2026-04-06,,", "2,zq01,2026-04-06,2026-04-30,")
        (exercise.folder / "invitations.csv").write_text(late)
        status, said, err = exercise("consensus", "reminders", ".", "ratings.csv", "--round", "2")
        assert status == 0
        assert "zq01 was reminded on 2026-04-30 and had answered before" in err
        assert [row["rater"] for row in rows(said)] == ["zq11"]

    def test_says_where_no_invitations_are_recorded(self, exercise):
        (exercise.folder / "invitations.csv").unlink()
        status, said, err = exercise("consensus", "reminders", ".", "ratings.csv", "--round", "1")
        assert (status, rows(said)) == (0, [])
        assert "no invitations to round 1" in err


class TestMissing:
    def test_counts_by_type_region_and_setting(self, exercise):
        status, said, _ = exercise("consensus", "missing", "protocol.yaml", "ratings.csv", "--round", "2")
        assert status == 0
        found = {row["type"]: (row["invited"], row["answered"], row["missing"]) for row in rows(said)}
        assert found == {"advocate": ("6", "6", "0"), "payer": ("3", "3", "0"), "state": ("3", "1", "2")}

    def test_what_is_blank_is_not_reported_and_without_invitations_all_are_asked(self, exercise):
        (exercise.folder / "invitations.csv").unlink()
        panel = (exercise.folder / "panel.csv").read_text().replace("advocate,home,west", ",,")
        (exercise.folder / "panel.csv").write_text(panel)
        found = rows(exercise("consensus", "missing", ".", "ratings.csv")[1])
        assert found[0]["type"] == found[0]["region"] == found[0]["setting"] == "not reported"
        assert [(row["round"], row["invited"], row["missing"]) for row in found] == [
            ("1", "", "0"), ("1", "", "0"), ("1", "", "0"), ("2", "", "0"), ("2", "", "0"), ("2", "", "2"),
        ]  # fmt: skip

    def test_says_where_there_is_no_panel(self, allay):
        (allay.folder / "protocol.yaml").write_text(BARE)
        (allay.folder / "ratings.csv").write_text(ratings_text({1: ROUND_1}))
        status, said, err = allay("consensus", "missing", "protocol.yaml", "ratings.csv")
        assert (status, rows(said)) == (0, [])
        assert "there is no panel.csv" in err


def test_the_record_of_the_example_is_read(exercise):
    (exercise.folder / "record.yaml").write_text(RECORD.replace("zq07]", "zq99]"))
    status, _, err = exercise("consensus", "run", "protocol.yaml", "ratings.csv")
    assert status == 2
    assert "record.yaml:/meetings/0/attended/1" in err
