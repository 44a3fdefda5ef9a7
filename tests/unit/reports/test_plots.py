"""Plots of reports: sound drawings, in two sizes, with all that they were given and nothing that runs."""

from __future__ import annotations

import re
from functools import cache, partial
from xml.etree import ElementTree

import numpy as np
import pytest

from allay.base.errors import InvalidValue
from allay.reports import plots
from allay.reports.page import stylesheet
from allay.reports.plots_scale import scale_of, short
from allay.reports.plots_text import lines_of, spread

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = '<script>alert("x")</script> & \x00 "quoted" \' ]]>'
LONG = "Share of referred patients who start the program within ninety days of the referral of their doctor"
NAMES = ["Usual care", HOSTILE, LONG]
WORDS = {"title": f"Title {HOSTILE}", "description": f"Description {HOSTILE}"}
MONTHS = list(range(13))
RISING = [-100.0 + 20 * month for month in MONTHS]
WTP = [0.0, 25_000.0, 50_000.0]
SHARES = {name: [0.2, 0.3, 0.5] for name in NAMES}
DRAWS = np.random.default_rng(1).normal(10, 20, 900)

PLOTS = {
    "cash_curve": partial(
        plots.cash_curve,
        MONTHS,
        RISING,
        [value - 30 for value in RISING],
        [value + 30 for value in RISING],
        best=RISING,
        marks=[(5, HOSTILE), (6, LONG), (12, "End")],
        y_title="USD",
    ),
    "cash_curve without draws": partial(
        plots.cash_curve, MONTHS, None, None, None, best=RISING, y_title="USD"
    ),
    "tornado_bars": partial(
        plots.tornado_bars,
        NAMES,
        [1, 9, 20],
        [30, 11, 22],
        10.0,
        low_labels=["1", "2", "<3>"],
        high_labels=["4", "5", "6"],
        x_title="USD",
    ),
    "evppi_bars": partial(plots.evppi_bars, NAMES, [1, 300.5, 0], [0.1, 20, float("nan")], x_title="USD"),
    "scenario_ranges": partial(
        plots.scenario_ranges, NAMES, [1, -2, 3], [0, -4, 1], [2, 0, 9], x_title="USD"
    ),
    "histogram": partial(plots.histogram, DRAWS.tolist(), x_title="USD"),
    "acceptability_curves": partial(
        plots.acceptability_curves, WTP, SHARES, [0.5, 0.6, 0.5], x_title="USD per QALY"
    ),
    "acceptability_curves at one": partial(
        plots.acceptability_curves, [1.0], {name: [0.3] for name in NAMES}, [0.3], x_title="USD per QALY"
    ),
    "loss_curves": partial(plots.loss_curves, WTP, SHARES, x_title="USD per QALY", y_title="USD"),
    "evpi_curve": partial(
        plots.evpi_curve, WTP, [0, 10, 5], [0, 1, float("nan")], x_title="USD per QALY", y_title="USD"
    ),
    "frontier_plot": partial(
        plots.frontier_plot,
        NAMES,
        [100, 300, 200],
        [1, 2, 1.2],
        ["frontier", "frontier", "extended"],
        x_title="QALYs",
        y_title="USD",
    ),
    "frontier_plot of many": partial(
        plots.frontier_plot,
        [f"{place} {LONG}" for place in range(12)],
        [1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2],
        [1.0] * 12,
        [*["frontier"] * 4, *["dominated"] * 8],
        x_title="QALYs",
        y_title="USD",
    ),
    "plane": partial(plots.plane, DRAWS, DRAWS * 50, wtp=40.0, x_title="QALYs", y_title="USD"),
    "effect_rows": partial(
        plots.effect_rows,
        [
            plots.EffectRow(NAMES[0], -9, -11, -7, sure=False),
            plots.EffectRow(HOSTILE, -2, None, None),
            plots.EffectRow(LONG, -3, -5, 1),
        ],
        x_title="Change",
        sure_label=HOSTILE,
        other_label=LONG,
    ),
    "love_rows": partial(
        plots.love_rows, NAMES, [0.6, 0.2, 0.05], [0.0, 0.12, 0.01], limit=0.1, x_title="Difference"
    ),
    "event_study_plot": partial(
        plots.event_study_plot,
        [
            plots.EventPoint(-3, 0.5, -1, 2, -2, 3),
            plots.EventPoint(-2, 0, None, None, None, None),
            plots.EventPoint(-1, 1, 0, 2, -1, 3),
            plots.EventPoint(0, -2, -3, -1, -4, 0),
        ],
        anticipation=1,
        x_title="Quarters",
        y_title=LONG,
    ),
    "series_plot": partial(
        plots.series_plot, MONTHS, RISING, [value + 5 for value in RISING], y_title=HOSTILE
    ),
}


@cache
def figure_of(name: str) -> str:
    """A plot with hostile words."""
    return PLOTS[name](**WORDS)


def drawings(figure: str) -> list[ElementTree.Element]:
    """The drawings of a figure, the wide one first."""
    return list(ElementTree.fromstring(figure).iter(f"{SVG}svg"))


def words_in(drawing: ElementTree.Element) -> str:
    """All text of a drawing without blanks, so that it does not matter where lines broke."""
    return "".join("".join(each.itertext()) for each in drawing.iter(f"{SVG}text")).replace(" ", "")


@pytest.mark.parametrize("name", PLOTS)
def test_every_plot_is_sound_and_says_what_it_shows(name):
    figure = figure_of(name)
    wide, narrow = drawings(figure)
    assert (wide.get("width"), narrow.get("width")) == ("720", "320")
    for drawing in (wide, narrow):
        assert drawing.get("role") == "img"
        assert [drawing[place].tag for place in (0, 1)] == [f"{SVG}title", f"{SVG}desc"]
        assert drawing[0].text == WORDS["title"].replace("\x00", "\ufffd")
        assert drawing[1].text == WORDS["description"].replace("\x00", "\ufffd")
    assert "<script" not in figure
    assert "\x00" not in figure
    # Two plots on one page must not share the name of an element, so there are none.
    assert " id=" not in figure
    assert "url(" not in figure
    # Finer than hundredths of a pixel are only differences between machines.
    assert not re.search(r'(d|transform)="[^"]*\.\d{3}', figure)


@pytest.mark.parametrize("name", PLOTS)
def test_the_same_numbers_give_the_same_bytes(name):
    assert PLOTS[name](**WORDS) == figure_of(name)


@pytest.mark.parametrize("name", PLOTS)
def test_the_stylesheet_has_a_color_for_the_dark_for_each_that_is_drawn(name):
    style = stylesheet("report.css")
    for key, color in set(re.findall(r'(fill|stroke)="(#[^"]*|[a-z]+)"', figure_of(name))):
        assert color == "none" or f'.plot [{key}="{color}"]' in style, (key, color)


@pytest.mark.parametrize(
    "name",
    [
        "tornado_bars",
        "evppi_bars",
        "scenario_ranges",
        "acceptability_curves",
        "frontier_plot",
        "frontier_plot of many",
        "effect_rows",
        "love_rows",
    ],
)
def test_long_names_are_whole(name):
    for drawing in drawings(figure_of(name)):
        assert LONG.replace(" ", "") in words_in(drawing)


@pytest.mark.parametrize("name", PLOTS)
def test_texts_are_not_small(name):
    sizes = set(re.findall(r'font-size="([^"]+)"', figure_of(name)))
    assert sizes == {"13px"}


def test_the_shares_at_both_sides_of_zero_are_those_of_the_draws():
    below = f"{(DRAWS < 0).mean() * 100:.0f}% below 0"
    assert below.replace(" ", "") in words_in(drawings(figure_of("histogram"))[0])


def test_a_plane_draws_few_points_but_the_mean_of_all():
    figure = plots.plane(DRAWS, DRAWS, wtp=None, x_title="x", y_title="y", **WORDS)
    assert "500 of 900 draws are drawn" in figure
    # Each drawing has the points, their sample in the key, the mean and its sample.
    assert len(re.findall(r"<path [^>]*opacity=\"0.4\"", figure)) == 2 * 500


@pytest.mark.parametrize("name", ["event_study_plot", "effect_rows"])
def test_an_effect_without_an_interval_is_drawn_and_looks_unlike_the_others(name):
    with_all = figure_of(name)
    for drawing in drawings(with_all):
        assert "95%" in words_in(drawing)
    hollow = re.findall(r'<path [^>]*fill="#ffffff" stroke="#[^>]*>', with_all)
    assert len(hollow) == 2 * 2  # in each drawing the sign and its sample


def test_the_months_before_the_start_that_are_left_out_are_shaded():
    call = PLOTS["event_study_plot"]
    assert figure_of("event_study_plot") != call(anticipation=0, **WORDS)
    shade = r'<path [^>]*fill="#55626e"[^>]*opacity="0.1"'
    found = [
        len(re.findall(shade, each))
        for each in (figure_of("event_study_plot"), call(anticipation=0, **WORDS))
    ]
    assert found == [2, 0]


@pytest.mark.parametrize(
    "call",
    [
        lambda: plots.plane([], [], wtp=1.0, x_title="x", y_title="y", **WORDS),
        lambda: plots.plane([1.0], [1.0, 2.0], wtp=1.0, x_title="x", y_title="y", **WORDS),
        lambda: plots.histogram([], x_title="x", **WORDS),
        lambda: plots.evpi_curve([1], [float("inf")], [0], x_title="x", y_title="y", **WORDS),
    ],
)
def test_what_cannot_be_drawn_is_refused(call):
    with pytest.raises(InvalidValue, match="expected"):
        call()


@pytest.mark.parametrize(
    ("values", "labels"),
    [
        ([0, 0], ("0.0", "0.5", "1.0")),
        ([-1_500_000, 500_000], ("−1,500,000", "−1,000,000", "−500,000", "0", "500,000")),
        ([0, 3e9], ("0", "1B", "2B", "3B")),
        ([0.011, 0.012], ("0.000", "0.005", "0.010")),
    ],
)
def test_ticks_are_round(values, labels):
    found = scale_of(values).labels
    assert found == tuple("0" if label.strip("0.") == "" else label for label in labels)


@pytest.mark.parametrize("value", [0.0, 5e-324, -1e-9, 999.6, 1e15])
def test_every_size_of_number_can_be_written(value):
    assert short(value)


@pytest.mark.parametrize("width", [1, 40, 300])
def test_breaking_lines_leaves_nothing_out(width):
    assert "".join(lines_of(LONG, width)).replace(" ", "") == LONG.replace(" ", "")


def test_labels_keep_their_order_and_their_room():
    found = spread([10, 11, 12, 99], [16, 16, 16, 16], high=100)
    assert found == sorted(found)
    assert min(np.diff(found)) >= 16
    assert spread([10, 11], [60, 60], high=100) is None
