"""Change between two time points: arithmetic, thresholds, files."""

from __future__ import annotations

import io
import time

import numpy as np
import pytest

from allay.base.errors import InvalidInput
from allay.measures.catalog import get
from allay.measures.change import change_between
from allay.measures.changesheet import RESULT, read_change

HEADER = "patient_id,instrument,scale,timepoint,date,score,se"
PI = get("promis29").scale("pain_interference")
PF = get("promis29").scale("physical_function")
PEG = get("peg").scale("total")


def compare(scale, before, after, se1=None, se2=None):
    return change_between(
        scale,
        np.array([before]),
        np.array([after]),
        baseline_se=None if se1 is None else np.array([se1]),
        followup_se=None if se2 is None else np.array([se2]),
    )


def same(found, expected):
    return np.array_equal(found, np.array([expected]), equal_nan=True)


NAN = float("nan")


class TestChangeBetween:
    def test_better_is_positive(self):
        assert compare(PI, 66.6, 60.0).improvement[0] == 6.6
        assert compare(PF, 36.7, 33.2).improvement[0] == -3.5
        assert compare(PI, 60.0, 60.0).improvement[0] == 0.0
        assert str(compare(PI, 60.0, 60.0).change[0]) == "0.0"

    def test_threshold_met_exactly(self):
        # 62.5 - 60.5 is 2.0, 58.9 - 56.9 is 2.0000000000000 but for a bit: both meet a threshold of 2.
        generic = PI.thresholds[0]
        assert generic.value == 2
        for before, after in ((62.5, 60.5), (58.9, 56.9), (61.2, 59.2)):
            assert compare(PI, before, after).met(generic)[0] == 1.0
        assert compare(PI, 62.5, 60.6).met(generic)[0] == 0.0
        assert np.isnan(compare(PI, NAN, 60.6).met(generic)[0])

    @pytest.mark.parametrize(
        ("after", "reliable"),
        # 1.96 * sqrt(1.8^2 + 1.8^2) = 4.9893...
        [(61.6, 1.0), (61.7, 0.0), (71.6, 1.0), (66.6, 0.0)],
    )
    def test_reliable(self, after, reliable):
        assert same(compare(PI, 66.6, after, 1.8, 1.8).reliable, reliable)

    def test_reliable_is_unknown_without_errors(self):
        assert same(compare(PI, 66.6, 50.0).reliable, NAN)
        assert same(compare(PI, 66.6, 50.0, 1.8, NAN).reliable, NAN)

    @pytest.mark.parametrize(
        ("before", "after", "thirty", "fifty"),
        [
            (10.0, 7.0, 1.0, 0.0),
            (10.0, 7.1, 0.0, 0.0),
            (6.0, 4.2, 1.0, 0.0),
            (10.0, 5.0, 1.0, 1.0),
            (0.0, 0.0, NAN, NAN),
            (0.0, 3.0, NAN, NAN),
            (NAN, 3.0, NAN, NAN),
            (3.0, NAN, NAN, NAN),
            (2.0, 8.0, 0.0, 0.0),
        ],
    )
    def test_responders(self, before, after, thirty, fifty):
        found = compare(PEG, before, after)
        assert same(found.responder_30, thirty)
        assert same(found.responder_50, fifty)

    def test_t_scores_have_no_percent(self):
        found = compare(PI, 80.0, 40.0)
        assert same(found.responder_30, NAN)
        assert same(found.responder_50, NAN)

    def test_shapes(self):
        with pytest.raises(InvalidInput, match="one shape"):
            change_between(PEG, np.zeros(2), np.zeros(3))


def read(*rows, header=HEADER, start="baseline", end="end"):
    text = "\n".join([header, *rows]) + "\n"
    return read_change(io.BytesIO(text.encode()), start=start, end=end, name="s.csv")


def refused(*rows, **settings):
    with pytest.raises(InvalidInput) as caught:
        read(*rows, **settings)
    return [str(problem) for problem in caught.value.problems]


class TestChangeSheet:
    def test_one_row_per_threshold(self):
        found = read("A,phq9,total,baseline,2026-01-05,14,", "A,phq9,total,end,2026-04-01,7,")
        assert found.columns == list(RESULT)
        assert found.rows(named=True) == [
            {
                "patient_id": "A",
                "instrument": "phq9",
                "scale": "total",
                "baseline": "14",
                "followup": "7",
                "change": "-7",
                "improvement": "7",
                "threshold": "individual",
                "mic": "5",
                "met_mic": "true",
                "reliable": None,
                "responder_30": "true",
                "responder_50": "true",
                "band_from": "moderate",
                "band_to": "mild",
                "mic_status": "verified",
                "reliable_status": None,
                "band_move": "better",
                "mic_kind": "2 SEM",
                "mic_population": "individual patients",
                "mic_source": get("phq9").sources["lowe_2004"].title,
                "rci": None,
                "clinical_change": None,
                "rci_status": None,
            }
        ]

    def test_thresholds_of_groups_are_not_for_patients(self):
        found = read("A,gad7,total,baseline,,14,", "A,gad7,total,end,,12,")
        assert found.get_column("threshold").to_list() == ["individual"]

    def test_a_scale_without_threshold_keeps_its_row(self):
        found = read("A,promis29,phs,baseline,,35.7533,", "A,promis29,phs,end,,40,")
        (row,) = found.rows(named=True)
        assert (row["improvement"], row["threshold"], row["mic"], row["met_mic"]) == (
            "4.2467",
            None,
            None,
            None,
        )

    def test_patients_stay_in_order_with_or_without_a_second_time(self):
        found = read(
            "B,peg,total,baseline,,6,",
            "A,peg,total,end,,4,",
            "A,peg,total,baseline,,5,",
            "C,peg,total,week 4,,1,",
        )
        first = found.unique("patient_id", maintain_order=True)
        assert first.select("patient_id", "baseline", "followup", "change").rows() == [
            ("B", "6", None, None),
            ("A", "5", "4", "-1"),
        ]

    def test_order_of_rows_does_not_matter_beyond_order(self):
        rows = [
            f"P{k},peg,total,{when},,{k + (when == 'end')}," for k in range(5) for when in ("baseline", "end")
        ]
        key = ["patient_id", "threshold"]
        assert read(*rows).sort(key).equals(read(*reversed(rows)).sort(key))

    def test_the_output_of_score_will_do(self):
        header = (
            "patient_id,timepoint,instrument,version,scale,raw,score,se,band,answered,items,status,reason"
        )
        found = read(
            "A,baseline,promis29,1.0.0,pain_interference,16,66.6,1.8,moderate,4,4,scored,",
            "A,end,promis29,1.0.0,pain_interference,12,61.2,1.8,moderate,4,4,scored,",
            header=header,
        )
        assert found.get_column("reliable").unique().to_list() == ["true"]
        assert found.get_column("reliable_status").unique().to_list() == ["memory"]
        assert found.get_column("met_mic").to_list() == ["true", "false", "true", "true", "true", "false"]

    def test_nothing_to_compare(self):
        found = read("A,peg,total,baseline,,,", "A,peg,total,end,,,")
        assert found.get_column("change").null_count() == found.height


class TestBadInput:
    def test_duplicates(self):
        assert refused("A,peg,total,baseline,,6,", "A,peg,total,baseline,,6,", "A,peg,total,end,,6,") == [
            "s.csv:3: timepoint: expected one row per patient, scale and timepoint, found one more"
        ]

    @pytest.mark.parametrize(
        "day", ["2026-02-31", "31/02/2026", "2026-1-5", "0000-01-01", "+12026-01-01", "2026-01-01T00:00"]
    )
    def test_dates_that_are_none(self, day):
        found = refused(f"A,peg,total,baseline,{day},6,", "A,peg,total,end,2026-05-01,6,")
        assert found == [f"s.csv:2: date: expected a date as YYYY-MM-DD, or blank, found '{day}'"]

    def test_an_identifier_of_spaces_is_blank(self):
        assert refused(" ,peg,total,baseline,,6,", "A,peg,total,end,,6,") == [
            "s.csv:2: patient_id: expected a value, found a blank"
        ]

    def test_columns_that_were_mixed_up_cost_a_count_not_a_search_per_name(self):
        rows = [f"A,{n},total,baseline,,6," for n in range(40_000)]
        started = time.process_time()
        with pytest.raises(InvalidInput) as error:
            read(*rows, "A,peg,total,end,,6,")
        assert time.process_time() - started < 5
        assert (len(error.value.problems), error.value.total) == (50, 40_000)

    def test_every_problem_with_its_line(self):
        found = refused(
            ",peg,total,baseline,,6,",
            "A,pegg,total,baseline,,6,",
            "B,peg,sum,baseline,,6,",
            "C,peg,total,baseline,01/02/2026,6,",
            "D,peg,total,baseline,,eleven,",
            "E,peg,total,baseline,,11,",
            "F,peg,total,end,,6,-1",
            "G,peg,total,end,,6,x",
            "H,promis29,anxiety,end,,101,",
            "I,peg,total,end,,inf,",
        )
        assert [line.split(": expected")[0] for line in found] == [
            "s.csv:2: patient_id",
            "s.csv:3: instrument",
            "s.csv:4: scale",
            "s.csv:5: date",
            "s.csv:6: score",
            "s.csv:7: score",
            "s.csv:8: se",
            "s.csv:9: se",
            "s.csv:10: score",
            "s.csv:11: score",
        ]

    def test_unknown_timepoint(self):
        (line,) = refused("A,peg,total,baseline,,6,", end="baselin")
        assert "did you mean 'baseline'" in line

    def test_the_same_timepoint_twice(self):
        assert refused("A,peg,total,baseline,,6,", end="baseline") == [
            "--to:-: timepoint: expected another time point than baseline, found baseline"
        ]

    def test_an_end_before_its_start(self):
        found = refused("A,peg,total,baseline,2026-03-01,6,", "A,peg,total,end,2026-01-01,5,")
        assert found == [
            "s.csv:3: date: expected a date from 2026-03-01 on (the earlier time point), found 2026-01-01"
        ]

    def test_two_versions(self):
        header = HEADER + ",version"
        found = refused("A,peg,total,baseline,,6,,1.0.0", "A,peg,total,end,,5,,2.0.0", header=header)
        assert found == [
            "s.csv:3: version: expected the version of the earlier time point, 1.0.0, found 2.0.0"
        ]

    def test_missing_columns(self):
        (line, *_) = refused("A,peg", header="patient,instrument")
        assert line.startswith("s.csv:1: patient_id: expected this column, found 'patient'")


def test_a_threshold_for_high_baselines_has_no_answer_for_others():
    """PCS: 11 points count for a baseline above 30, and say nothing of one of 30."""
    scale = get("pcs").scale("total")
    (high,) = (each for each in scale.thresholds if each.id == "rehab_high")
    found = change_between(scale, np.array([30.0, 31.0, 40.0]), np.array([10.0, 20.0, 31.0]))
    assert high.baseline_above == 30
    assert found.met(high).tolist()[1:] == [1.0, 0.0]
    assert np.isnan(found.met(high)[0])


def test_several_forms_of_one_instrument_are_told_apart_by_version():
    head = b"patient_id,instrument,version,scale,timepoint,score\n"
    rows = b"A,prs,14.0.0,total,in,20\nA,prs,14.0.0,total,out,30\n"
    rows += b"B,prs,12.0.0,total,in,20\nB,prs,12.0.0,total,out,26\n"
    found = read_change(io.BytesIO(head + rows), start="in", end="out")
    assert found.select("patient_id", "instrument", "improvement").rows() == [
        ("A", "prs@14.0.0", "10"),
        ("B", "prs@12.0.0", "6"),
    ]
    with pytest.raises(InvalidInput, match="prs has several published forms"):
        read_change(io.BytesIO((head + rows).replace(b"14.0.0", b"")), start="in", end="out")
