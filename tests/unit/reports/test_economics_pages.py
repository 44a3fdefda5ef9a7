"""Pages of health economics: their numbers are those of the results, and they say what is not known."""

from __future__ import annotations

import html
import io
import re
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pypdf
import pytest

import allay
from allay.economics.decision.frontiersheet import read_frontier
from allay.economics.decision.parameterfile import ParameterDraws
from allay.economics.decision.psa import Psa
from allay.economics.decision.report import decision_report
from allay.economics.decision.usual import frontier_rows, usual_thresholds
from allay.economics.models.run import read_model
from allay.economics.models.sensitivity import with_sensitivity
from allay.economics.models.summary import run_model
from allay.reports.decision import decision_html
from allay.reports.economics_model import model_html
from allay.reports.economics_words import Step, Units, amount, choice
from allay.reports.frontier_page import frontier_html
from allay.reports.pdf import pdf_bytes

PUBLISHED = Path(__file__).parents[1] / "economics" / "models" / "published"
HOSTILE = '<script>alert(1)</script> & "co"'
TABLE = f"""strategy,cost,effect
Usual care,5000,1
"{HOSTILE.replace('"', '""')}",12000,1.5
Yoga,10000,2
Active therapy,25000,3
Combined,35000,4
"""


class Outline(HTMLParser):
    """Collects tags and their attributes, and the visible text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.words.append(data)

    @property
    def text(self) -> str:
        """All words, each run of blanks as one."""
        return " ".join(" ".join(self.words).split())

    def count(self, tag: str) -> int:
        """How often a tag begins."""
        return sum(name == tag for name, _ in self.tags)


def model_page(name: str, *, draws: int = 0, **options):
    """The page of a published model with its result."""
    model = read_model(PUBLISHED / f"{name}.yaml")
    result, drawn = run_model(model, draws=draws)
    return model_html(result, drawn, file=model.file, **options), result


def built_otherwise(*, draws: int = 0, wtp=None):
    """The page of the back pain model beside one over twice as many cycles, with its result."""
    path = PUBLISHED / "back-pain.yaml"
    text = path.read_text(encoding="utf-8").replace("cycles: 9", "cycles: 18")
    model, other = read_model(path), read_model(io.BytesIO(text.encode()), name="longer.yaml")
    ran = run_model(model, draws=draws)
    result = with_sensitivity(model, *ran, wtp=wtp, scenarios={HOSTILE: other})
    return model_html(result, ran[1], file=model.file, wtp=wtp), result


def psa_of(draws: int = 400) -> tuple[Psa, ParameterDraws]:
    """Three strategies, one of them with a hostile name, and what is behind them."""
    luck = np.random.default_rng(1)
    price, risk = luck.normal(1000, 200, draws), luck.normal(0.1, 0.03, draws)
    zero = np.zeros(draws)
    psa = Psa.of(
        ["Usual care", HOSTILE, "Dear"],
        costs=np.column_stack([zero, price, price + 500]),
        effects=np.column_stack([zero, risk, zero - 0.01]),
    )
    return psa, ParameterDraws(("price", "risk <i>"), np.column_stack([price, risk]))


def decision_page(wtp, *, parameters: bool = True, people: float | None = None):
    """The page of those strategies with its report."""
    psa, values = psa_of()
    report = decision_report(
        psa,
        wtp=wtp,
        allay_version=allay.__version__,
        parameters=values if parameters else None,
        people=people,
    )
    return decision_html(report, psa, source=f"{HOSTILE}.csv"), report


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    """Pages of each kind, with and without what may be absent."""
    table = read_frontier(io.BytesIO(TABLE.encode()), name="t.csv")
    return {
        "model": model_page("sick-sicker")[0],
        "model with draws": model_page("back-pain", draws=200)[0],
        "model with scenarios": built_otherwise()[0],
        "model with draws and scenarios": built_otherwise(draws=200)[0],
        "decision": decision_page([0, 10_000, 20_000, 40_000], people=500)[0],
        "decision at one": decision_page([20_000], parameters=False)[0],
        "frontier": frontier_html(table, source=f"{HOSTILE}.csv"),
    }


KINDS = [
    "model",
    "model with draws",
    "model with scenarios",
    "model with draws and scenarios",
    "decision",
    "decision at one",
    "frontier",
]


@pytest.mark.parametrize("kind", KINDS)
def test_pages_stand_alone_and_are_sound_for_assistive_technology(pages, kind):
    found = Outline(pages[kind])
    assert [tag for tag, _ in found.tags if tag in {"script", "link", "img", "iframe", "object"}] == []
    for _, attributes in found.tags:
        assert "style" not in attributes
        assert not [name for name in attributes if name.startswith("on")]
        assert (attributes.get("href") or "#").startswith("#")
    assert ("html", {"lang": "en"}) in found.tags
    assert found.count("h1") == 1
    assert found.count("caption") == found.count("table") > 0
    assert found.count("figcaption") == found.count("figure") > 0
    assert found.count("svg") == found.count("desc") == 2 * found.count("figure")
    named = [attributes["id"] for _, attributes in found.tags if "id" in attributes]
    assert len(named) == len(set(named))
    asked = {attributes["aria-labelledby"] for _, attributes in found.tags if "aria-labelledby" in attributes}
    assert asked <= set(named)


def test_hostile_names_are_words(pages):
    for kind in ("model with scenarios", "decision", "frontier"):
        assert "<script" not in pages[kind]
        assert HOSTILE in Outline(pages[kind]).text


def test_the_same_draws_give_the_same_page():
    assert decision_page([0, 20_000])[0] == decision_page([0, 20_000])[0]
    assert model_page("back-pain", draws=50)[0] == model_page("back-pain", draws=50)[0]


def test_numbers_of_a_decision_are_those_of_its_report():
    page, report = decision_page([0, 10_000, 20_000], people=500)
    text = Outline(page).text
    most = max(at.evpi for at in report.evpi)
    for at, value in zip(report.acceptability, report.evpi, strict=True):
        shares = " ".join(f"{at.ceac[name] * 100:.1f}%" for name in report.strategies)
        assert f"{amount(at.wtp)} {at.best} {shares}" in text
        row = (at.wtp, amount(value.evpi, like=most), amount(value.se, like=most))
        assert f"{amount(row[0])} {row[1]} {row[2]} {amount(value.population_evpi)}" in text
    for row in report.evppi:
        assert row.parameter in text
    best = report.acceptability[-1]
    assert f"{best.best} is best on average and in {best.best_probability * 100:.0f}% of 400 draws" in text


def test_a_decision_leads_with_the_choice():
    page, report = decision_page([20_000])
    step = next(row for row in report.frontier if row.icer is not None)
    said = f"Usual care up to {amount(step.icer)} for a unit of effect; above that, {HOSTILE}."
    assert html.escape(said, quote=False).replace('"', "&#34;") in page


def test_many_thresholds_are_drawn_but_not_all_printed():
    page, _ = decision_page(range(0, 50_001, 500))
    assert "The table has 21 of 101 thresholds" in page


def test_without_parameters_a_page_says_how_to_give_them(pages):
    assert "--parameters FILE" in pages["decision at one"]
    assert "--parameters FILE" not in pages["decision"]


def test_numbers_of_a_model_are_those_of_its_result():
    page, result = model_page("sick-sicker")
    text = Outline(page).text
    for each in result.strategies:
        row = [amount(each.cost), amount(each.effect)]
        assert f"{each.title} {' '.join(row)}" in text
        assert amount(each.icer) in text
    assert "up to 125,764, Treatment B" in text
    assert "Dominated: Treatment B costs no more and does no less" in text
    assert "How sure this is was not worked out" in text
    assert "--draws" in text
    assert "swaps the weights of Simpson's rule" in text


def test_a_model_with_draws_prints_means_and_intervals():
    page, result = model_page("back-pain", draws=200, wtp=[30_000, 50_000])
    text = Outline(page).text
    spread = result.strategies[1].uncertainty
    ends = (spread.incremental_cost.low, spread.incremental_cost.high)
    said = " to ".join(amount(end, signed=True) for end in ends)
    assert f"{amount(spread.incremental_cost.mean, signed=True)} {said}" in text
    assert "At 30,000 USD per qaly" in text
    assert "not worked out" not in text


def test_what_is_not_confirmed_is_listed_with_its_status():
    page, result = model_page("back-pain")
    text = Outline(page).text
    assert len(result.unconfirmed) == 4
    for each in result.unconfirmed:
        assert re.search(rf"{each.name} [\d.]+ \w+ {each.status} Transitions made up for tests", text)


def test_draws_that_are_alike_are_not_taken_for_certainty():
    page, _ = model_page("sick-sicker", draws=100)
    text = Outline(page).text
    assert "says of no parameter how unsure it is" in text
    assert "How often each strategy is best" not in text
    assert "cannot be said from one draw" in Outline(model_page("back-pain", draws=1)[0]).text


def test_a_frontier_says_that_it_knows_nothing_of_uncertainty(pages):
    text = Outline(pages["frontier"]).text
    assert "Usual care up to 5,000 for a unit of effect; from there up to 12,500, Yoga" in text
    assert "How sure this is was not worked out" in text
    assert "Extendedly dominated" in text


@pytest.mark.parametrize("kind", KINDS)
def test_pages_print(pages, kind):
    reader = pypdf.PdfReader(io.BytesIO(pdf_bytes(pages[kind])))
    words = " ".join(" ".join(page.extract_text() for page in reader.pages).split())
    assert "The answer" in words
    assert reader.metadata.title
    if kind == "frontier":
        # Of the two drawings paper has the wide one only.
        assert words.count("Another does better") == 1


def test_one_table_of_equals_and_one_strategy():
    for text in ("A,1,1\n", "A,1,1\nB,1,1\n"):
        table = read_frontier(io.BytesIO(("strategy,cost,effect\n" + text).encode()), name="t.csv")
        assert "at any willingness to pay" in frontier_html(table, source="t.csv")


@pytest.mark.parametrize(
    ("steps", "said"),
    [
        ([("A", None)], "A at any willingness to pay: no other costs less or does more."),
        ([("A", None), ("B", None)], "A or B at any willingness to pay: no other costs less or does more."),
        ([("A", None), ("B", 5.0), ("C", 5.0)], "A up to 5.000 USD per QALY; above that, B or C."),
        (
            [("A", None), ("B", 5.0), ("C", 7.5)],
            "A up to 5.000 USD per QALY; from there up to 7.500, B; above that, C.",
        ),
    ],
)
def test_the_choice_in_words(steps, said):
    assert choice([Step(*step) for step in steps], units=Units("USD", "QALY")) == said


@pytest.mark.parametrize("draws", [0, 200])
def test_a_tornado_is_printed_as_it_is_in_the_result(draws):
    page, result = built_otherwise(draws=draws, wtp=[10_000, 30_000])
    text = Outline(page).text
    assert result.tornado.wtp == 30_000
    if draws:
        assert "The dashed line is a willingness to pay of 30,000" in text
    (found,) = result.tornado.strategies
    most = max(abs(end.net_benefit) for row in found.parameters for end in (row.low, row.high))
    for row in found.parameters:
        for end in (row.low, row.high):
            said = f"{amount(end.net_benefit, signed=True, like=most)} at {amount(end.value)}"
            assert said + ("" if end.icer is None else f", ICER {amount(end.icer)}") in text
    assert (
        "At 30,000 USD per qaly, Usual care is best at the best estimates, and each of ratio, better" in text
    )
    assert "and 3 more alone could change that within its 95% interval." in text
    assert text.count("Group program at its") == 8 == sum(row.changes_sign for row in found.parameters)


@pytest.mark.parametrize("draws", [0, 200])
def test_scenarios_are_printed_as_they_are_in_the_result(draws):
    page, result = built_otherwise(draws=draws, wtp=[10_000, 60_000])
    text = Outline(page).text
    itself, other = result.scenarios.models
    assert "Cycles: 18 instead of 9." in text
    assert (
        f"Built as in {HOSTILE}, another strategy is best at 1 of 2 thresholds: Group program instead of "
        "Usual care at 10,000." in text
    )
    for model, name in ((itself, "This model"), (other, HOSTILE)):
        usual = model.strategies[0]
        cost = usual.uncertainty.cost.mean if draws else usual.cost
        assert f"{name} {amount(cost)}" in text
    share = f" {other.choices[0].strategies[1].best_probability * 100:.0f}%" if draws else ""
    assert f"Group program{share} changed" in text
    assert ("this page shows none" in text, "the page shows those that were given" in text) == (
        False,
        bool(draws),
    )


def test_a_page_says_when_no_parameter_is_unsure():
    said = "the file says of none how unsure it is"
    assert said in Outline(model_page("sick-sicker")[0]).text
    assert said not in Outline(built_otherwise()[0]).text


def test_usual_thresholds_without_a_ratio():
    assert usual_thresholds(frontier_rows(["A"], [1.0], [1.0]))[-1] == 1.0
    beaten = usual_thresholds(frontier_rows(["A", "B"], [100.0, 50.0], [1.0, 2.0]))
    assert (beaten[0], beaten[-1]) == (0, 100)
