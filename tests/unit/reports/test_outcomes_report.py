"""The outcomes report: what it says, what it hides, and that it stands alone."""

from __future__ import annotations

import io
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pypdf
import pytest

from allay.cli import cli
from allay.cli.frame import run
from allay.measures.cohort import Grouping, OutcomeScale, OutcomesTable, Timepoint
from allay.measures.outcome_plan import ChangeOf, OutcomePlan, Predictor
from allay.reports import pdf
from allay.reports.html import outcomes_html
from allay.reports.outcomes import analyze
from allay.reports.outcomes_json import outcomes_dict

PAIN = OutcomeScale(
    "pain",
    "Pain",
    direction="higher_worse",
    unit="points",
    minimum=0,
    maximum=10,
    percent_response=True,
    points=2,
)
T = OutcomeScale(
    "fatigue",
    "Fatigue",
    direction="higher_worse",
    unit="T-score",
    minimum=0,
    maximum=100,
    population_mean=50,
    population_sd=10,
)


def cohort(n: int = 200, *, seed: int = 1, small: int = 4) -> OutcomesTable:
    """A cohort with uneven follow-up and one group too small to show."""
    draw = np.random.default_rng(seed)
    before = draw.integers(1, 11, n).astype(float)
    after = np.clip(before + draw.integers(-5, 3, n), 0, 10)
    after[draw.random(n) < 0.5] = np.nan
    sex = np.where(np.arange(n) % 2, "f", "m").astype("<U12")
    sex[:3] = ""
    region = np.where(np.arange(n) < small, "<hill & dale>", "town").astype("<U14")
    return OutcomesTable(
        "Clinic <A> & B",
        patients=tuple(f"p{i}" for i in range(n)),
        timepoints=(Timepoint("t0", "Start"), Timepoint("t1", "3 months")),
        scales=(PAIN, T),
        values={
            ("pain", "t0"): before,
            ("pain", "t1"): after,
            ("fatigue", "t0"): draw.normal(60, 8, n),
        },
        groupings=(
            Grouping("sex", "Sex", ("f", "m"), ("Female", "Male"), reference="m"),
            Grouping("region", "Region", ("town", "<hill & dale>"), reference="town"),
        ),
        groups={"sex": sex, "region": region},
        numbers={"age": draw.integers(20, 80, n).astype(float)},
        number_titles={"age": "Age (years)"},
        regions={"X1": 5, "X2": n // 2},
        source="Invented for tests",
    )


PLAN = OutcomePlan(
    changes=(ChangeOf("pain", "t0", "t1", key="pain_change"),),
    predictors=(
        Predictor("pain", "Pain at the start", scale="pain"),
        Predictor("age", "Age", number="age"),
        Predictor("female", "Female", group="sex", level="f"),
    ),
    notes=("A note on the data.",),
    versions={"map test": "1.0.0"},
)


@pytest.fixture(scope="module")
def result():
    return analyze(cohort(), PLAN)


@pytest.fixture(scope="module")
def page(result):
    return outcomes_html(result)


class Outline(HTMLParser):
    """Collects headings, tables and addresses."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.headings: list[int] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if re.fullmatch(r"h[1-6]", tag):
            self.headings.append(int(tag[1]))


def test_page_stands_alone(page):
    found = Outline(page)
    assert not [tag for tag, _ in found.tags if tag in {"script", "link", "img", "iframe", "object"}]
    for _, attributes in found.tags:
        assert "style" not in attributes
        assert not [name for name in attributes if name.startswith("on")]
        assert (attributes.get("href") or "#").startswith("#")
    assert "url(" not in page
    assert "@import" not in page


def test_page_is_well_formed_for_assistive_technology(page):
    found = Outline(page)
    assert found.tags[0][0] == "html"
    assert found.tags[0][1]["lang"] == "en"
    assert found.headings.count(1) == 1
    assert all(after - before <= 1 for before, after in zip(found.headings, found.headings[1:], strict=False))
    names = [tag for tag, _ in found.tags]
    assert names.count("table") == names.count("caption") > 5
    assert all(a.get("scope") for tag, a in found.tags if tag == "th")
    charts = [a for tag, a in found.tags if tag == "svg"]
    assert charts
    assert all(a.get("role") == "img" or a.get("aria-hidden") == "true" for a in charts)
    assert page.count("<svg") == page.count("<title>") - 1 + page.count('aria-hidden="true"')


def test_names_from_the_file_are_escaped(page):
    assert "Clinic &lt;A&gt; &amp; B" in page
    assert "<hill" not in page


def test_page_states_the_four_ways_and_the_limits(page, result):
    figures = result.changes[0].responders[0]
    for share in (
        figures.followed.share,
        figures.enrolled.share,
        figures.lower.share,
        figures.upper.share,
        figures.weighted.share,
    ):
        assert f"{share * 100:.1f}%" in page
    assert "without a comparison group" in page
    assert "regression to the mean" in page.lower()
    assert "A note on the data." in page
    assert page.index("In two minutes") < page.index("Who is in it") < page.index("Methods")


def test_small_counts_are_nowhere(page, result):
    found = outcomes_dict(result)
    assert found["counts"]["region"] == {"town": None, "<hill & dale>": None}
    assert found["region_counts"] == {"X1": None, "X2": 100}
    hidden = found["by_region"]["<hill & dale>"]
    assert hidden["enrolled"] is None
    assert hidden["mean_change"] is None
    assert "/counts/region/<hill & dale>" in found["suppressed"]
    assert "/region_counts/X1" in found["suppressed"]
    assert "/by_region/<hill & dale>/n" in found["suppressed"]
    assert "/outcomes/0/groups/region/<hill & dale>/n" in found["suppressed"]
    assert "hidden" in page


def test_everything_that_is_null_by_hiding_is_listed(result):
    found = outcomes_dict(result)
    for pointer in found["suppressed"]:
        node = found
        for key in pointer.split("/")[1:]:
            node = node[int(key) if isinstance(node, list) else key.replace("~1", "/").replace("~0", "~")]
        assert node is None, pointer


def test_json_carries_versions_and_keys(result):
    found = outcomes_dict(result)
    assert found["allay_version"]
    assert found["facts"]["measures.response.moderate"].startswith("measures.response.moderate@")
    assert found["versions"]["map test"] == "1.0.0"
    assert found["n_rows"] == 200
    assert found["counts"]["sex_missing"] == 3
    assert found["pain_change"]["n_paired"] == found["outcomes"][0]["capture"]["followed"]
    assert found["pain_change"]["improved_ge2pts_n"] == result.changes[0].paired.improved
    four = found["outcomes"][0]["responders"]["30"]
    assert four["enrolled"]["n"] == four["followed"]["n"] == four["bounds"]["lower"]["n"]
    json.dumps(found, allow_nan=False)


def test_same_input_same_bytes():
    first, second = (analyze(cohort(), PLAN) for _ in range(2))
    assert outcomes_html(first) == outcomes_html(second)
    assert json.dumps(outcomes_dict(first)) == json.dumps(outcomes_dict(second))


def test_pdf_is_tagged_and_repeatable(page):
    pytest.importorskip("weasyprint")
    document = pdf.pdf_bytes(page)
    assert document == pdf.pdf_bytes(page)
    reader = pypdf.PdfReader(io.BytesIO(document))
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert reader.trailer["/Root"]["/Lang"] == "en"
    text = "".join(part.extract_text() for part in reader.pages)
    assert "In two minutes" in text
    assert "Sources and versions" in text


def test_pdf_without_pango_says_what_to_do(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "weasyprint", None)
    with pytest.raises(pdf.PdfUnavailable, match=r"Pango.*HTML"):
        pdf.pdf_bytes("<p>")


def test_pdf_fetches_nothing():
    pytest.importorskip("weasyprint")
    with pytest.raises(Exception, match="nothing from outside"):
        pdf._refuse("https://example.org/x.png")


@pytest.mark.parametrize("n", [0, 1, 2, 12])
def test_tiny_cohorts_make_a_report(n):
    nobody = analyze(cohort(n, small=1) if n > 3 else _plain(n), _plan_for(n))
    assert "In two minutes" in outcomes_html(nobody)
    json.dumps(outcomes_dict(nobody), allow_nan=False)


def test_a_file_without_one_score_makes_a_report():
    table = OutcomesTable(
        "Blank",
        patients=("a", "b"),
        timepoints=(Timepoint("t0", "Start"), Timepoint("t1", "End")),
        scales=(PAIN, T),
        values={
            (scale, point): np.full(2, np.nan)
            for scale, point in (("pain", "t0"), ("pain", "t1"), ("fatigue", "t0"))
        },
    )
    assert "In two minutes" in outcomes_html(analyze(table, OutcomePlan(changes=PLAN.changes)))


def _plain(n: int) -> OutcomesTable:
    return OutcomesTable(
        "Tiny",
        patients=tuple(map(str, range(n))),
        timepoints=(Timepoint("t0", "Start"), Timepoint("t1", "End")),
        scales=(PAIN,),
        values={("pain", "t0"): np.full(n, 5.0), ("pain", "t1"): np.full(n, np.nan)},
    )


def _plan_for(n: int) -> OutcomePlan:
    return PLAN if n > 3 else OutcomePlan(changes=PLAN.changes)


def test_without_a_follow_up_there_is_no_claim():
    page = outcomes_html(analyze(_plain(5), OutcomePlan(changes=())))
    assert "seen once: nothing here can show a change" in page


def test_t_scores_have_no_responders_in_percent():
    table = cohort()
    values = dict(table.values)
    values["fatigue", "t1"] = values["fatigue", "t0"] - 3
    both = OutcomesTable(
        "T",
        patients=table.patients,
        timepoints=table.timepoints,
        scales=table.scales,
        values=values,
        groupings=table.groupings,
        groups=table.groups,
    )
    result = analyze(both, OutcomePlan(changes=(ChangeOf("fatigue", "t0", "t1", key="fatigue_change"),)))
    found = outcomes_dict(result)["fatigue_change"]
    assert found["mean_change"] == pytest.approx(-3)
    assert not [key for key in found if key.startswith(("responder", "n_baseline", "improved"))]
    page = outcomes_html(result)
    assert "a percent of it has no meaning" in page
    assert "improved by 30%" not in page.lower()


def test_a_model_that_cannot_be_fitted_is_said_in_words():
    table = cohort()
    plan = OutcomePlan(changes=PLAN.changes, predictors=(Predictor("same", number="constant"),))
    numbers = {"constant": np.ones(table.n), "age": table.numbers["age"]}
    values = {key: np.where(np.isnan(column), 1.0, column) for key, column in table.values.items()}
    everyone = OutcomesTable(
        "All followed",
        patients=table.patients,
        timepoints=table.timepoints,
        scales=table.scales,
        values=values,
        numbers=numbers,
    )
    result = analyze(everyone, plan)
    assert result.changes[0].model is None
    assert "the outcome is the same for everyone" in outcomes_html(result)
    assert outcomes_dict(result)["outcomes"][0]["responders"]["30"]["weighted"] is None


def test_a_group_in_which_nobody_was_followed_is_not_called_hidden():
    table = cohort()
    after = np.where(table.groups["sex"] == "f", np.nan, table.values["pain", "t1"])
    lost = OutcomesTable(
        "Lost",
        patients=table.patients,
        timepoints=table.timepoints,
        scales=(PAIN,),
        values={("pain", "t0"): table.values["pain", "t0"], ("pain", "t1"): after},
        groupings=table.groupings[:1],
        groups={"sex": table.groups["sex"]},
    )
    result = analyze(lost, OutcomePlan(changes=PLAN.changes))
    female = result.changes[0].groups[0].groups[0]
    assert female.capture.share == 0
    assert female.change.mean_change is None
    assert "–" in outcomes_html(result)


class TestCommand:
    """`allay report outcomes`."""

    @pytest.fixture
    def files(self, tmp_path: Path) -> tuple[Path, Path]:
        from tests.unit.interop.test_registry_reading import HEADER, MAP

        data, registry = tmp_path / "x.csv", tmp_path / "map.yaml"
        rows = [
            f"p{i},{5 + i % 6},{i % 7 if i % 3 else ''},{50 + i % 20},{20 + i},1,0,{'fm'[i % 2]}"
            for i in range(60)
        ]
        data.write_text("\n".join([HEADER, *rows]), encoding="utf-8")
        registry.write_text(MAP, encoding="utf-8")
        return data, registry

    @pytest.mark.parametrize(("ending", "start"), [("html", b"<!doctype"), ("json", b"{"), ("pdf", b"%PDF-")])
    def test_writes_by_the_ending(self, files, tmp_path, ending, start):
        target = tmp_path / f"r.{ending}"
        code = run(cli, ["report", "outcomes", str(files[0]), "--map", str(files[1]), "-o", str(target)])
        assert code == 0
        assert target.read_bytes().lstrip()[: len(start)] == start

    def test_refuses_impossible_values_and_writes_nothing(self, files, tmp_path, capsys):
        files[0].write_text(files[0].read_text().replace("p3,8", "p3,80"), encoding="utf-8")
        target = tmp_path / "r.html"
        words = ["report", "outcomes", str(files[0]), "--map", str(files[1]), "-o", str(target)]
        assert run(cli, words) == 2
        assert re.search(
            r"x\.csv:5: pain_1: expected a number from 0 to 10, found '80'", capsys.readouterr().err
        )
        assert not target.exists()
        assert run(cli, [*words, "--on-invalid", "flag"]) == 0
        assert "1 impossible values were left out" in target.read_text(encoding="utf-8")

    @pytest.mark.parametrize(
        ("extra", "word"), [(["--map", "nope"], "shipped map"), (["--map", "choir", "-o", "r.docx"], "docx")]
    )
    def test_wrong_usage(self, files, capsys, extra, word):
        assert run(cli, ["report", "outcomes", str(files[0]), *extra]) == 2
        assert word in capsys.readouterr().err

    def test_standard_output_and_schema(self, files, capsysbinary):
        words = ["report", "outcomes", str(files[0]), "--map", str(files[1]), "--format", "json"]
        assert run(cli, words) == 0
        assert json.loads(capsysbinary.readouterr().out)["n_rows"] == 60
        assert run(cli, ["report", "schema", "map"]) == 0
        assert "timepoints" in json.loads(capsysbinary.readouterr().out)["properties"]
        assert run(cli, ["report", "maps"]) == 0
        assert b"choir" in capsysbinary.readouterr().out
