"""`allay measures`: what goes in, what comes out, and what bad input says."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

HEADER = "instrument,version,scale,raw,score,se,band,answered,items,status,reason"
PHQ9 = ",".join(f"phq9_{k}" for k in range(1, 10))


def put(allay, text: str | bytes, name: str = "in.csv") -> str:
    data = text if isinstance(text, bytes) else text.encode()
    (allay.folder / name).write_bytes(data)
    return name


class TestScore:
    def test_passes_other_columns_through_first(self, allay):
        name = put(allay, 'id,peg_1,"no, te",peg_2,peg_3,t\n007,6,"a, ""b""",7,5,1.50\n,,,,,\n')
        assert allay("measures", "score", "peg", name) == (
            0,
            f'id,"no, te",t,{HEADER}\n'
            '007,"a, ""b""",1.50,peg,1.0.0,total,18,6,,,3,3,scored,\n'
            ",,,peg,1.0.0,total,,,,,0,3,not_scored,3 of 3 missing; all are needed (rule: derived)\n",
            "",
        )

    def test_quoted_line_breaks_pass_through(self, allay):
        name = put(allay, 'peg_1,peg_2,peg_3,note\n6,7,5,"two\nlines"\n6,7,x,"b"\n')
        status, _, errors = allay("measures", "score", "peg", name)
        assert (status, errors) == (
            2,
            "in.csv:4: peg_3: expected a whole number 0 to 10, or missing, found 'x'\n",
        )
        name = put(allay, 'peg_1,peg_2,peg_3,note\n6,7,5,"two\nlines"\n')
        assert '"two\nlines",peg,1.0.0' in allay("measures", "score", "peg", name)[1]

    def test_no_other_columns_and_no_rows(self, allay):
        name = put(allay, "peg_1,peg_2,peg_3\n6,7,5\n")
        assert allay("measures", "score", "peg", name)[1] == f"{HEADER}\npeg,1.0.0,total,18,6,,,3,3,scored,\n"
        name = put(allay, "peg_1,peg_2,peg_3\n")
        assert allay("measures", "score", "peg", name) == (0, HEADER + "\n", "")

    def test_byte_order_mark_and_windows_line_ends(self, allay):
        plain = allay("measures", "score", "peg", put(allay, "id,peg_1,peg_2,peg_3\nA,6,7,5\n"))
        windows = put(allay, b"\xef\xbb\xbfid,peg_1,peg_2,peg_3\r\nA,6,7,5\r\n")
        assert allay("measures", "score", "peg", windows) == plain

    def test_kind_about_spaces_and_zeros(self, allay):
        name = put(allay, "peg_1,peg_2,peg_3\n6.0, 7,05 \n6.,7.00, \n")
        assert [
            line.split(",")[3] for line in allay("measures", "score", "peg", name)[1].splitlines()[1:]
        ] == [
            "18",
            "13",
        ]

    @pytest.mark.parametrize(
        "answer", ["11", "-1", "x", "5.5", "1e0", "NA", "٣", "999999999999", "1,0", "0x1", "true"]
    )
    def test_impossible_answers(self, allay, answer):
        name = put(allay, f'peg_1,peg_2,peg_3\n6,7,"{answer}"\n')
        status, out, errors = allay("measures", "score", "peg", name, "-o", "out.csv")
        assert (status, out) == (2, "")
        assert errors == f"in.csv:2: peg_3: expected a whole number 0 to 10, or missing, found '{answer}'\n"
        assert not (allay.folder / "out.csv").exists()

    def test_the_first_fifty_in_order_and_how_many_more(self, allay):
        rows = "x,7,y\n" * 40
        name = put(allay, "peg_1,peg_2,peg_3\n" + rows)
        status, _, errors = allay("measures", "score", "peg", name)
        lines = errors.splitlines()
        assert status == 2
        assert [line.split(": expected")[0] for line in lines[:3]] == [
            "in.csv:2: peg_1",
            "in.csv:2: peg_3",
            "in.csv:3: peg_1",
        ]
        assert len(lines) == 51
        assert "30 more" in lines[-1]

    def test_flag(self, allay):
        name = put(allay, f"id,{PHQ9}\nA,4,1,1,1,1,1,1,1,x\nB,1,1,1,1,1,1,1,1,1\n")
        status, out, errors = allay("measures", "score", "phq9", name, "--on-invalid", "flag")
        assert (status, out.splitlines()[1:]) == (
            0,
            [
                'A,phq9,1.0.0,total,7,,,,7,9,invalid,"not a permitted answer: phq9_1, phq9_9"',
                "B,phq9,1.0.0,total,9,9,,mild,9,9,scored,",
            ],
        )
        assert errors == "allay: 2 impossible answers flagged as invalid\n"

    def test_flag_reaches_what_is_made_from_it(self, allay):
        name = put(allay, "PFA11,PFA21,PFA23,PFA53\n9,1,1,1\n")
        _, out, errors = allay("measures", "score", "promis29", name, "--on-invalid", "flag")
        lines = {line.split(",")[2]: line for line in out.splitlines()[1:]}
        assert lines["phs"] == "promis29,1.0.0,phs,,,,,3,29,invalid,not a permitted answer: physical_function"
        assert lines["anxiety"].endswith(",not_scored,4 of 4 missing; all are needed")
        assert "no items of anxiety, depression" in errors

    def test_summary_scores_have_four_decimals(self, allay):
        items = "PFA11 PFA21 PFA23 PFA53 EDANX01 EDANX40 EDANX41 EDANX53 EDDEP04 EDDEP06 EDDEP29 EDDEP41 HI7 AN3 FATEXP41 FATEXP40 Sleep109 Sleep116 Sleep20 Sleep44 SRPPER11_CaPS SRPPER18_CaPS SRPPER23_CaPS SRPPER46_CaPS PAININ9 PAININ22 PAININ31 PAININ34 Global07"  # noqa: E501
        cells = "3 3 3 3 3 2 2 2 3 2 2 2 4 4 3 3 4 4 4 3 3 3 2 2 4 4 4 4 6"
        name = put(allay, ",".join(items.split()) + "\n" + ",".join(cells.split()) + "\n")
        _, out, _ = allay("measures", "score", "promis29", name)
        lines = {line.split(",")[2]: line.split(",") for line in out.splitlines()[1:]}
        # The published equation on PF 36.7, PI 66.6, SR 40.5, FAT 60.7, ANX 57.7, DEP 57.3, SLP 59.8, NRS 6.
        assert (lines["phs"][4], lines["mhs"][4]) == ("35.7533", "38.2677")
        assert lines["phs"][3:] == ["", "35.7533", "", "", "29", "29", "scored", ""]
        assert lines["pain_intensity"][4] == "6"

    @pytest.mark.parametrize(
        ("header", "says"),
        [
            (
                "id,score_1",
                "(header): expected item ids of peg (peg_1, peg_2, peg_3, ...), found id, score_1",
            ),
            ("peg_1,peg_2", "peg_3: expected this column, as the other items of its scale are here"),
            ("peg_1,peg_2,PEG_3", "PEG_3: expected the item id peg_3, found 'PEG_3'"),
            ("peg_1,peg_2,peg_3 ", "peg_3 : expected the item id peg_3, found 'peg_3 '"),
            ("peg_1,peg_2,peg_3,score", "score: expected another name, as the result has this column"),
            ("peg_1,peg_2,peg_3,peg_3", "peg_3: expected each column once"),
        ],
    )
    def test_headers(self, allay, header, says):
        name = put(allay, header + "\n" + ",".join("1" for _ in header.split(",")) + "\n")
        status, _, errors = allay("measures", "score", "peg", name)
        assert (status, errors.splitlines()[0].startswith(f"in.csv:1: {says}")) == (2, True), errors

    def test_not_what_its_name_says(self, allay):
        name = put(allay, b"PK\x03\x04 something")
        status, _, errors = allay("measures", "score", "peg", name)
        assert status == 2
        assert "in.csv:1: (file): expected plain text in UTF-8, found a ZIP archive" in errors

    def test_no_such_file_and_no_such_instrument(self, allay):
        assert allay("measures", "score", "peg", "none.csv")[0] == 2
        status, _, errors = allay("measures", "score", "phq", "none.csv")
        assert (status, errors) == (
            2,
            "allay: there is no instrument 'phq'; did you mean 'phq9' or 'phq4'?\n",
        )

    def test_the_same_bytes_each_time_in_a_file_and_on_standard_output(self, allay):
        name = put(allay, "id,peg_1,peg_2,peg_3\n" + "".join(f"{k},{k % 11},3,4\n" for k in range(1000)))
        _, first, _ = allay("measures", "score", "peg", name)
        assert allay("measures", "score", "peg", name, "-o", "out.csv") == (0, "", "")
        assert (allay.folder / "out.csv").read_text() == first

    def test_equal_rows_are_scored_each_for_itself(self, allay):
        name = put(allay, "id,peg_1,peg_2,peg_3\n" + "A,1,2,3\n" * 3)
        assert len(allay("measures", "score", "peg", name)[1].splitlines()) == 4

    def test_blocks_have_no_seams(self, allay, monkeypatch):
        name = put(allay, "id,peg_1,peg_2,peg_3\n" + "".join(f"{k},{k % 11},,4\n" for k in range(50)))
        whole = allay("measures", "score", "peg", name)
        monkeypatch.setattr("allay.measures.longform.BLOCK", 7)
        assert allay("measures", "score", "peg", name) == whole

    def test_standard_input(self, tmp_path):
        done = subprocess.run(
            [sys.executable, "-c", "from allay.cli import main; main()", "measures", "score", "peg", "-"],
            input=b"peg_1,peg_2,peg_3\n6,7,5\n",
            capture_output=True,
            check=True,
        )
        assert done.stdout.decode().splitlines()[1] == "peg,1.0.0,total,18,6,,,3,3,scored,"
        assert done.stderr == b""

    def test_a_reader_that_stops_reading_is_no_bad_input(self, tmp_path):
        (tmp_path / "in.csv").write_text("peg_1,peg_2,peg_3\n" + "6,7,5\n" * 20_000)
        command = [
            sys.executable,
            "-c",
            "from allay.cli import main; main()",
            "measures",
            "score",
            "peg",
            "in.csv",
        ]
        with subprocess.Popen(
            command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as process:
            assert process.stdout.readline() == HEADER + "\n"
            process.stdout.close()
            assert process.stderr.read() == ""
        assert process.returncode != 2  # the status of bad input


class TestListAndShow:
    def test_list(self, allay):
        status, out, _ = allay("measures", "list")
        assert status == 0
        names = [line.split()[0] for line in out.splitlines()]
        assert names[:6] == ["id", "peg", "promis29", "promis-global10", "phq9", "gad7"]
        assert names.count("prs") == 3  # three published forms

    def test_list_as_json_and_csv(self, allay):
        found = json.loads(allay("measures", "list", "--format", "json")[1])
        assert {each["id"]: each["wording"] for each in found}["promis29"] == "pack"
        assert all(each["sources"] and each["licence"]["terms"] and each["allay_version"] for each in found)
        header, first, *_ = allay("measures", "list", "--format", "csv")[1].splitlines()
        assert header.startswith("id,version,title,domain,items,scales,wording")
        assert first.startswith("peg,1.0.0,")

    def test_show_prints_what_is_not_verified(self, allay):
        text = allay("measures", "show", "gad7")[1]
        assert "three or more missing there is no total. [memory]" in text
        text = allay("measures", "show", "promis-global10")[1]
        assert "Excellent: >= 58 to <= 100 [memory]" in text
        assert "Excellent: >= 56 to <= 100\n" in text
        assert "LOINC     61576-5 [memory]" in text
        text = allay("measures", "show", "promis29")[1]
        assert "Severe: >= 0 to < 30 [memory]" in text
        assert "Severe: > 70 to <= 100\n" in text
        assert "A score on a border belongs to the milder band. [contract]" in text

    def test_show_as_json(self, allay):
        found = json.loads(allay("measures", "show", "phq9@1.0.0", "--format", "json")[1])
        assert (found["id"], found["version"], found["languages"]) == ("phq9", "1.0.0", ["en"])
        assert found["items"][9]["scored"] is False
        assert [band["id"] for band in found["scales"][0]["bands"]][-1] == "severe"

    def test_show_holds_no_promis_wording(self, allay):
        # The stems of PROMIS items, which are licensed, are nowhere in what is shown.
        text = allay("measures", "show", "promis29", "--format", "json")[1].casefold()
        for words in ("are you able to", "i felt", "in the past 7 days", "my sleep", "how much did pain"):
            assert words not in text

    def test_schema(self, allay):
        found = json.loads(allay("measures", "schema")[1])
        assert set(found) == {"instrument", "card", "pack", "definition", "domains"}
        assert json.loads(allay("measures", "schema", "card")[1])["title"] == "InstrumentCard"

    @pytest.mark.parametrize("words", [(), ("list",), ("show",), ("score",), ("change",), ("schema",)])
    def test_help_has_an_example(self, allay, words):
        status, out, _ = allay("measures", *words, "--help")
        assert status == 0
        assert "Example:\n" in out
        assert "allay measures" in out


class TestChange:
    ROWS = (
        "patient_id,instrument,scale,timepoint,date,score\n"
        "A,peg,total,baseline,2026-01-05,6\nA,peg,total,end,2026-04-01,4\n"
    )

    def test_csv_and_json(self, allay):
        name = put(allay, self.ROWS)
        status, out, _ = allay("measures", "change", name, "--from", "baseline", "--to", "end")
        assert status == 0
        assert out.splitlines()[1].startswith(
            "A,peg,total,6,4,-2,2,typical,1,true,,true,false,,,verified,,,typical"
        )
        found = allay("measures", "change", name, "--from", "baseline", "--to", "end", "--format", "json")[1]
        assert json.loads(found)[0]["threshold"] == "typical"

    def test_bad_usage(self, allay):
        name = put(allay, self.ROWS)
        assert allay("measures", "change", name, "--from", "baseline")[0] == 2
        status, _, errors = allay("measures", "change", name, "--from", "end", "--to", "end")
        assert (status, "another time point" in errors) == (2, True)
