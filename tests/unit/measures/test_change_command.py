"""Files of scores on the command line: change, summary, qaly; settings, future dates, flagged rows."""

from __future__ import annotations

import io
import json

import polars as pl
import pytest

from allay.base.errors import InvalidInput
from allay.cli.frame import run
from allay.cli.measures.change import change
from allay.cli.measures.summary import qaly, summary
from allay.measures.catalog import get
from allay.measures.scalesettings import read_settings

HEAD = "patient_id,instrument,scale,timepoint,date,score,se"
PSEQ = (
    "A,pseq,total,in,2026-01-01,18,",
    "A,pseq,total,out,2026-03-01,27,",
    "B,pseq,total,in,2026-01-01,22,",
    "B,pseq,total,out,2026-03-01,30,",
    "C,pseq,total,in,2026-01-01,35,",
    "D,pseq,total,in,2026-01-01,10,",
    "D,pseq,total,out,2026-03-01,8,",
)
SPAN = ("--from", "in", "--to", "out")


@pytest.fixture
def file(tmp_path):
    def write(*rows, head=HEAD, name="s.csv"):
        path = tmp_path / name
        path.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
        return str(path)

    return write


def problems(capsys):
    return [line.split("s.csv:")[-1] for line in capsys.readouterr().err.splitlines()]


class TestChange:
    def result(self, tmp_path, path, *options):
        out = tmp_path / "out.csv"
        assert run(change, [path, *SPAN, "-o", str(out), *options]) == 0
        return pl.read_csv(out, infer_schema=False)

    def test_a_combined_rule_stands_beside_the_thresholds(self, file, tmp_path):
        found = self.result(tmp_path, file(*PSEQ))
        (rule,) = get("pseq").scale("total").rules
        rows = found.filter(pl.col("threshold") == rule.id)
        assert rows.get_column("met_mic").to_list() == ["true", "false", None, "false"]
        assert rows.get_column("mic").unique().to_list() == [f"{rule.threshold:g}"]
        assert rows.get_column("mic_kind").unique().to_list() == [rule.text]
        assert rows.get_column("band_move").to_list() == ["better", "same", None, "same"]
        assert rows.get_column("mic_population").unique().to_list() == [rule.population]

    def test_sources_and_populations_side_by_side(self, file, tmp_path):
        rows = ("A,peg,total,in,,6,", "A,peg,total,out,,5,")
        found = self.result(tmp_path, file(*rows))
        scale = get("peg").scale("total")
        assert found.height == len(scale.thresholds)
        assert set(found.get_column("mic_source")) == {
            get("peg").sources[t.source].title for t in scale.thresholds
        }
        assert found.get_column("mic_population").null_count() == 0

    def test_settings_give_categories(self, file, tmp_path):
        norms = file(
            "pseq,total,0.9,50,8",
            head="instrument,scale,reliability,functional_mean,functional_sd",
            name="n.csv",
        )
        found = self.result(tmp_path, file(*PSEQ), "--scales", norms).unique(
            "patient_id", maintain_order=True
        )
        assert found.get_column("clinical_change").to_list() == ["improved", "improved", None, "unchanged"]
        assert found.get_column("rci_status").to_list() == ["memory", "memory", None, "memory"]
        # SD of 18, 22 and 10 is 6.110; SE of a difference is 6.110 * sqrt(0.2); 9 over it is 3.294.
        assert found.get_column("rci")[0].startswith("3.29")

    def test_the_error_of_the_pain_catastrophizing_scale_is_a_fact(self, file, tmp_path):
        found = self.result(tmp_path, file("A,pcs,total,in,,40,", "A,pcs,total,out,,20,"))
        assert found.get_column("clinical_change").unique().to_list() == ["improved"]

    def test_the_future(self, file, capsys):
        path = file(*PSEQ)
        assert run(change, [path, *SPAN, "--as-of", "2026-02-28"]) == 2
        assert problems(capsys) == [
            f"{line}: date: expected a date up to 2026-02-28, found '2026-03-01'" for line in (3, 5, 8)
        ]
        assert run(change, [path, *SPAN, "--as-of", "28.2.2026"]) == 2
        assert "'--as-of': expected a date as YYYY-MM-DD" in capsys.readouterr().err

    def test_flagged_rows_count_as_missing_and_the_rest_is_kept(self, file, tmp_path, capsys):
        path = file(
            *PSEQ[:2],
            "A,pseq,total,out,2026-03-01,28,",
            "B,pseq,total,in,2026-01-01,99,",
            "B,pseq,total,out,2026-01-31,30,",
            "E,pseq,total,in,2026-01-01,20,",
            "E,pseq,total,out,2025-01-01,30,",
            "F,pseq,total,in,2026-01-01,20,",
            "F,pseq,total,out,2026-03-31,30,",
            ",pseq,total,out,2026-03-31,30,",
            "G,pesq,total,out,2026-03-31,30,",
        )
        found = self.result(tmp_path, path, "--on-invalid", "flag").unique("patient_id", maintain_order=True)
        assert found.select("patient_id", "baseline", "followup").rows() == [
            ("A", "18", None),
            ("B", None, "30"),
            ("E", None, None),
            ("F", "20", "30"),
        ]
        said = problems(capsys)
        assert [line.split(":")[0] for line in said[:-1]] == ["4", "5", "11", "12", "8"]
        assert said[-1] == "allay: 5 flagged values count as missing"

    def test_flagging_does_not_make_up_a_time_point(self, file, capsys):
        path = file("A,pseq,total,in,,99,", "A,pseq,total,out,,9,")
        assert run(change, [path, "--from", "start", "--to", "out", "--on-invalid", "flag"]) == 2
        assert "rows of 'start'" in capsys.readouterr().err


class TestSettings:
    def test_every_problem_by_line(self):
        head = (
            b"instrument,scale,reliability,sem,functional_mean,functional_sd,"
            b"selected_above,selected_below,cutoff\n"
        )
        rows = (
            b"peg,total,1,,,,,,\n"
            b"peg,total,0.8,2,,,,,\n"
            b"phq9,total,x,,,,,,\n"
            b"gad7,total,,0,,,,,\n"
            b"pcs,total,,,5,,,,\n"
            b"pseq,total,,,,,3,4,\n"
            b"scs,total,,,,,,,d\n"
            b"pegg,total,,,,,,,\n"
        )
        with pytest.raises(InvalidInput) as caught:
            read_settings(io.BytesIO(head + rows), name="n.csv")
        assert [(p.at, p.field) for p in caught.value.problems] == [
            ("2", "reliability"),
            ("3", "reliability"),
            ("3", "scale"),
            ("4", "reliability"),
            ("5", "sem"),
            ("6", "functional_sd"),
            ("7", "selected_below"),
            ("8", "cutoff"),
            ("9", "scale"),
        ]

    def test_a_column_we_do_not_know(self):
        with pytest.raises(InvalidInput, match="only the columns"):
            read_settings(io.BytesIO(b"instrument,scale,relability\npeg,total,0.8\n"))


class TestSummary:
    def result(self, tmp_path, path, *options):
        out = tmp_path / "out.json"
        assert run(summary, [path, *SPAN, "-o", str(out), *options]) == 0
        return json.loads(out.read_text(encoding="utf-8"))

    def test_whole(self, file, tmp_path):
        found = self.result(tmp_path, file(*PSEQ), "--reliability", "0.9")
        assert found["allay_version"]
        assert {fact["status"] for fact in found["facts"]} == {"verified", "memory"}
        (scale,) = found["scales"]
        assert (scale["instrument"], scale["capture"]["followed"], scale["capture"]["enrolled"]) == (
            "pseq",
            3,
            4,
        )
        assert scale["change"]["mean"] == 5
        assert scale["change"]["standardized_by_sd_of_baseline"] == pytest.approx(5 / 6.11010, rel=1e-5)
        # C started at 35 of 0 to 60: the worst is a fall of 35, the best a rise of 25.
        bounds = scale["mean_improvement_bounds"]
        assert (bounds["low"], bounds["high"], bounds["missing"]) == ((15 - 35) / 4, (15 + 25) / 4, 1)
        assert scale["band_moves"] == {"better": 1, "same": 2, "worse": 0}
        rule = next(t for t in scale["thresholds"] if t["combined"])
        assert (rule["followed"]["n"], rule["bounds"]["low"], rule["bounds"]["high"]) == (1, 0.25, 0.5)
        assert scale["clinical_change"]["reliably_improved"] == 2
        assert scale["extremes"]["baseline"]["floor"]["n"] == 0
        assert scale["regression_to_the_mean"] is None

    def test_the_facts_used_carry_their_versions(self, file, tmp_path):
        rows = ("A,pcs,total,in,,40,", "A,pcs,total,out,,20,", "B,pcs,total,in,,30,", "B,pcs,total,out,,20,")
        found = self.result(tmp_path, file(*rows))
        (clinical,) = (scale["clinical_change"] for scale in found["scales"])
        assert clinical["noise"] in [fact["version"] for fact in found["facts"]]
        assert clinical["standard_error_of_measurement"] == 4.6
        found = self.result(tmp_path, file(*rows), "--reliability", "0.9")
        (clinical,) = (scale["clinical_change"] for scale in found["scales"])
        assert clinical["noise"] == "given by the user"
        # SD of 40 and 30 is 7.071
        assert clinical["standard_error_of_measurement"] == pytest.approx(7.0710678 * 0.1**0.5)

    def test_selection(self, file, tmp_path):
        rows = [
            f"P{k},peg,total,{when},,{score},"
            for k, both in enumerate([(6, 5), (7, 4), (9, 8), (6, 6), (8, 7), (3, 3)])
            for when, score in zip(("in", "out"), both, strict=True)
        ]
        options = ("--reliability", "0.8", "--selected-above", "5")
        (scale,) = self.result(tmp_path, file(*rows), *options)["scales"]
        view = scale["regression_to_the_mean"]
        assert (view["n"], view["outside"], view["estimated"], view["observed"]) == (5, 1, True, -1.2)
        assert view["expected"]["change"] < 0
        assert view["beyond_expected"] == pytest.approx(-1.2 - view["expected"]["change"])

    def test_selection_of_several_scales_goes_into_the_file(self, file, capsys):
        path = file(*PSEQ, "A,peg,total,in,,6,")
        assert run(summary, [path, *SPAN, "--selected-above", "5"]) == 2
        assert "one scale in SCORES" in capsys.readouterr().err
        assert run(summary, [path, *SPAN, "--selected-above", "5", "--selected-below", "5"]) == 2
        assert "found both" in capsys.readouterr().err

    def test_net_promoter_of_an_end_only(self, file, tmp_path, capsys):
        path = file(*(f"P{k},nps,total,out,,{score}," for k, score in enumerate([9, 10, 3, 8])))
        (scale,) = self.result(tmp_path, path)["scales"]
        end = scale["net_promoter"]["followup"]
        assert (end["score"], end["n"], end["promoters"], end["detractors"]) == (25, 4, 2, 1)
        assert end["interval"][0] < 25 < end["interval"][1]
        assert "Tango" in end["method"]
        assert "change" not in scale
        assert run(summary, [path, *SPAN]) == 0
        assert "net promoter score at follow-up" in capsys.readouterr().out

    def test_a_table_names_sources_and_what_is_not_verified(self, file, capsys):
        assert run(summary, [file(*PSEQ), *SPAN]) == 0
        out = capsys.readouterr().out
        assert "mean improvement of all, bounds" in out
        source = get("pseq").sources[get("pseq").scale("total").rules[0].source].title
        assert source in out
        assert run(summary, [file("A,pcs,total,in,,52,", "A,pcs,total,out,,52,"), *SPAN]) == 0
        out = capsys.readouterr().out
        assert "above 15%; status: memory" in out
        assert "reliable change" not in out
        assert "Jacobson-Truax: unchanged" in out

    def test_standard_errors(self, file, tmp_path):
        rows = [
            f"{who},promis29,pain_interference,{when},,{score},1.8"
            for who, when, score in (
                ("A", "in", 66.6),
                ("A", "out", 61.6),
                ("B", "in", 66.6),
                ("B", "out", 61.7),
                ("C", "in", 61.6),
                ("C", "out", 66.6),
            )
        ]
        (scale,) = self.result(tmp_path, file(*rows))["scales"]
        assert scale["reliable_by_standard_errors"] == {"improved": 1, "unchanged": 1, "deteriorated": 1}
        assert scale["responders"] == []

    def test_csv(self, file, tmp_path):
        out = tmp_path / "out.csv"
        assert run(summary, [file(*PSEQ), *SPAN, "-o", str(out)]) == 0
        assert pl.read_csv(out).columns == [
            *("instrument", "scale", "figure", "value", "low", "high", "n", "of", "note")
        ]


class TestQaly:
    HEAD = "patient_id,instrument,scale,date,score"

    def test_per_patient(self, file, tmp_path):
        path = file(
            "A,promis29,propr,2026-01-01,0.6",
            "A,promis29,propr,2025-01-01,0.4",
            "A,promis29,phs,2025-01-01,40",
            "B,promis29,propr,2025-01-01,0.4",
            "B,promis29,propr,2025-06-01,",
            "C,promis29,propr,2025-06-01,",
            head=self.HEAD,
        )
        out = tmp_path / "q.csv"
        assert run(qaly, [path, "-o", str(out)]) == 0
        assert out.read_text(encoding="utf-8").splitlines() == [
            "patient_id,first,last,days,measurements,qaly,mean_utility,reason",
            "A,2025-01-01,2026-01-01,365,2,0.499658,0.5,",
            "B,2025-01-01,2025-01-01,0,1,,,one measurement spans no time",
            "C,,,,0,,,no utility was measured",
        ]

    def test_every_problem_by_line(self, file, capsys):
        path = file(
            "A,x,u,2025-01-01,0.4",
            "A,x,u,2025-01-01,0.5",
            "A,x,u,2025-13-01,0.5",
            "A,x,u,,0.5",
            "A,x,u,2025-02-01,1.4",
            "A,x,u,2025-03-01,good",
            ",x,u,2025-03-01,0.4",
            "B,x,u,2027-03-01,0.4",
            head=self.HEAD,
        )
        assert run(qaly, [path, "--scale", "x:u", "--as-of", "2026-12-31"]) == 2
        assert [line.split(": expected")[0] for line in problems(capsys)] == [
            *("3: date", "4: date", "5: date", "6: score", "7: score", "8: patient_id", "9: date")
        ]

    def test_the_scale_must_be_there_and_of_one_instrument(self, file, capsys):
        path = file("A,x,u,2025-01-01,0.4", "A,y,u,2025-01-01,0.4", head=self.HEAD)
        assert run(qaly, [path]) == 2
        assert "rows of propr" in capsys.readouterr().err
        assert run(qaly, [path, "--scale", "u"]) == 2
        assert "x:u or y:u" in capsys.readouterr().err
        assert run(qaly, [path, "--scale", "x:u"]) == 0
