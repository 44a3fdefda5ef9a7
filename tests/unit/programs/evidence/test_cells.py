"""Evidence cells: what is refused, where, and the five things the loader must not get wrong."""

from __future__ import annotations

import csv
import io

import pytest

from allay.base.errors import InvalidInput, InvalidValue, NotFound
from allay.base.status import Status
from allay.programs.evidence.cell import EvidenceCell, Outcome, Window
from allay.programs.evidence.cellsheet import COLUMNS, read_cells, write_cells
from allay.programs.evidence.effect import EffectClass, EvidenceState, Metric, moderate_facts
from allay.programs.evidence.library import evidence, under

PLAIN = {
    "review": "AHRQ CER 227",
    "locator": "Table X",
    "condition": "neck-pain",
    "service": "yoga",
    "comparator": "usual_care",
    "outcome": "pain",
    "window": "short",
    "metric": "none",
    "effect_class": "small",
    "soe": "low",
    "soe_label": "+",
    "source": "cer-227",
    "extractor": "first reader",
    "accessed": "2026-11-22",
    "status": "verified",
}
POOLED = {"metric": "md_0_10", "estimate": "-1.27", "lo": "-1.77", "hi": "-0.65"}


def sheet(*changes: dict[str, str]) -> io.BytesIO:
    """Write one row for each set of changes to the plain row."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows({**PLAIN, **change} for change in changes)
    return io.BytesIO(out.getvalue().encode())


def problems(*changes: dict[str, str]) -> list[str]:
    with pytest.raises(InvalidInput) as refusal:
        read_cells(sheet(*changes), name="own.csv")
    return [str(problem) for problem in refusal.value.problems]


def figure(service: str, outcome: str) -> list[EvidenceCell]:
    table = evidence().select(condition="low-back-pain", locator=f"figure, {service} and {outcome}")
    return list(table.cells)


def test_no_interval_is_taken_as_symmetric():
    short = figure("exercise", "pain")[0]
    assert (short.estimate, short.lo, short.hi) == (-1.27, -1.77, -0.65)
    assert round((short.lo + short.hi) / 2, 2) == -1.21


def test_trials_and_comparisons_are_kept_apart():
    places = evidence().select(
        condition="low-back-pain", service="exercise", comparator="usual_care", outcome="pain"
    )
    short = [cell for cell in places.cells if cell.window is Window.SHORT]
    assert [(cell.trials, cell.comparisons) for cell in short] == [(10, None), (None, 11)]
    assert {cell.effect for cell in short} == {EffectClass.MODERATE}


def test_there_are_no_thresholds_without_a_metric():
    with pytest.raises(InvalidValue, match="a metric with thresholds"):
        moderate_facts(Metric.NONE)


def test_an_interval_over_zero_is_no_difference():
    cells = figure("acupuncture", "pain")
    effects = [(cell.estimate, cell.effect.value, cell.effect_status) for cell in cells]
    assert effects == [
        (-0.54, "small", Status.DERIVED),
        (-0.22, "none", Status.DERIVED),
        (-0.83, "small", Status.DERIVED),
    ]
    assert [cell.effect.value for cell in figure("acupuncture", "function")] == ["small", "none", "none"]


def test_table_59_has_all_its_cells():
    table = evidence().select(condition="fibromyalgia", locator="Table 59")
    assert len(table.cells) == 54
    assert {effect.value: n for effect, n in table.tally().items()} == {
        "small": 16,
        "moderate": 2,
        "large": 0,
        "favors_comparator": 0,
        "none": 13,
        "insufficient": 12,
        "no_evidence": 11,
    }


def test_the_five_states():
    assert [EvidenceState.of(effect).value for effect in EffectClass] == [
        "graded_effect",
        "graded_effect",
        "graded_effect",
        "favors_comparator",
        "none",
        "insufficient",
        "no_evidence",
    ]


def test_a_service_takes_its_interventions_along():
    assert under("exercise") == ("exercise",)
    assert set(under("graded_exercise")) == {"graded_exercise", "exercise", "motor_control_exercise"}
    with pytest.raises(NotFound, match="did you mean 'yoga'"):
        under("yogo")


def test_a_good_sheet_is_read():
    cells = read_cells(sheet({}, {"outcome": "function", **POOLED, "metric": "smd", "effect_class": "large"}))
    assert [cell.effect.value for cell in cells] == ["small", "large"]
    assert cells[0].outcome is Outcome.PAIN
    assert write_cells(cells).encode().count(b"\n") == 3


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"source": ""}, "source: expected the id of a source, found nothing"),
        ({"source": "cer-272"}, "source: expected an id that is known (did you mean 'cer-227'"),
        ({"review": "AHRQ CER 251"}, "review: expected 'AHRQ CER 227', as its source is cer-227"),
        ({"window": "medium"}, "window: expected one of end_of_treatment, short, intermediate, long, found"),
        ({"window": ""}, "window: expected one of end_of_treatment, short, intermediate, long, found nothi"),
        ({"service": "yogo"}, "service: expected an id that is known (did you mean 'yoga'"),
        ({"service": ""}, "service: expected the id of a service, found nothing"),
        ({"condition": "neck"}, "condition: expected an id that is known"),
        ({"comparator": "nothing"}, "comparator: expected an id that is known"),
        ({"outcome": "sleep"}, "outcome: expected one of function, pain, found 'sleep'"),
        ({**POOLED, "lo": "-1.20", "effect_class": ""}, "lo: expected at most the estimate -1.27, found -1"),
        ({**POOLED, "hi": "-1.3", "effect_class": ""}, "hi: expected at least the estimate -1.27, found -1"),
        ({**POOLED, "hi": "", "effect_class": "moderate"}, "hi: expected an end of the interval"),
        ({**POOLED, "metric": "none"}, "metric: expected the scale of the estimate, found 'none'"),
        ({"metric": "smd"}, "estimate: expected a number, the metric being smd, found nothing"),
        ({"lo": "-1"}, "lo: expected nothing, as there is no estimate, found -1"),
        (
            {**POOLED, "outcome": "function", "effect_class": "moderate"},
            "metric: expected pain, on which md_0_10 is defined",
        ),
        ({**POOLED, "estimate": "-1,27"}, "estimate: expected a number with a point"),
        ({**POOLED, "estimate": "nan"}, "estimate: expected a number with a point"),
        ({"trials": "0"}, "trials: expected a count from 1 up, or nothing, found 0"),
        ({"trials": "2.5"}, "trials: expected a whole number, or nothing, found '2.5'"),
        ({"i2": "101"}, "i2: expected a percentage from 0 to 100, found 101"),
        ({**POOLED, "effect_class": "small"}, "effect_class: expected moderate, as its estimate and"),
        ({"effect_class": ""}, "effect_class: expected a class, or an estimate from which it follows"),
        ({"effect_class": "huge"}, "effect_class: expected one of small, moderate, large"),
        ({"effect_class": "insufficient"}, "soe: expected nothing, the class being insufficient, found"),
        ({"soe": "", "soe_label": ""}, "soe: expected low, moderate, high or not_stated, the class being"),
        ({"soe_label": "++"}, "soe: expected moderate, the sign of the source being ++, found 'low'"),
        ({"soe_label": ""}, "soe_label: expected the sign or word of the source, found nothing"),
        (
            {"effect_class": "no_evidence", "soe": "", "soe_label": "", "trials": "3"},
            "trials: expected nothing, as no evidence means no trial, found 3",
        ),
        ({"accessed": "22/11/2026"}, "accessed: expected a date as YYYY-MM-DD"),
        ({"status": "sure"}, "status: expected one of verified"),
        ({"locator": ""}, "locator: expected a text, found nothing"),
        ({"extractor": ""}, "extractor: expected a text, found nothing"),
        ({"checker": "first reader"}, "checker: expected somebody else than the extractor"),
        (
            {"source": "acp-2017", "review": "ACP 2017"},
            "status: expected at most memory, as its source was seen, found 'verified'",
        ),
    ],
)
def test_a_wrong_row_is_refused_with_line_and_column(change, said):
    found = problems({"outcome": "function"}, change)
    assert len(found) == 1
    assert found[0].startswith(f"own.csv:3: {said}")


def test_a_note_may_say_why_a_class_differs():
    row = {**POOLED, "effect_class": "small", "class_note": "the review used another threshold"}
    assert read_cells(sheet(row))[0].effect is EffectClass.SMALL


def test_a_second_row_for_a_cell_is_refused():
    assert problems({}, {"effect_class": "none"}) == [
        "own.csv:3: window: expected one row for a cell of a table, found the cell of line 2 again"
    ]


def test_a_table_and_a_figure_that_disagree_say_why():
    other = {**POOLED, "locator": "figure", "effect_class": "", "soe": "", "soe_label": ""}
    assert problems({}, other) == [
        "own.csv:3: effect_class: expected small, as line 2 says of it, or a class_note that says why, "
        "found 'moderate'"
    ]
    assert len(read_cells(sheet({}, {**other, "class_note": "one trial more in the figure"}))) == 2


def test_every_problem_is_found_at_once():
    found = problems({"source": "", "window": "medium"}, {"service": "yogo", "trials": "x"})
    assert [line.split(": ")[:2] for line in found] == [
        ["own.csv:2", "source"],
        ["own.csv:2", "window"],
        ["own.csv:3", "service"],
        ["own.csv:3", "trials"],
    ]


def test_columns_are_strict():
    with pytest.raises(InvalidInput, match=r"own.csv:1: i2: expected this column"):
        read_cells(io.BytesIO(sheet({}).getvalue().replace(b"i2", b"I-2", 1)), name="own.csv")
    with pytest.raises(InvalidInput, match="only the columns review, locator"):
        read_cells(io.BytesIO(b"grade," + sheet().getvalue()), name="own.csv")


def test_a_cell_that_cannot_be_is_not_made():
    values = evidence().cells[0].values()
    with pytest.raises(InvalidValue, match="soe: nothing, the class being no_evidence"):
        EvidenceCell(**{**values, "effect_class": EffectClass.NO_EVIDENCE})
