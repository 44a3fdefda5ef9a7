"""Pages of evidence: nothing is hidden, nothing is fetched, and patients read plain words in one language."""

from __future__ import annotations

import datetime as dt
import io
import re
from html.parser import HTMLParser

import pytest

from allay.base.errors import NotFound
from allay.base.vocabulary import services
from allay.programs.evidence.cellsheet import read_cells, write_cells
from allay.programs.evidence.library import Evidence, evidence
from allay.programs.evidence.review import reviews
from allay.programs.evidence.terms import terms
from allay.reports.evidence import evidence_page, freshness
from allay.reports.evidence_html import patient_html, payer_html
from allay.reports.evidence_patient import PlainWords, catalog

LATE, EARLY = dt.date(2026, 12, 1), dt.date(2021, 6, 1)
CONDITIONS = sorted(terms().conditions)
LANGUAGES = ("en", "es")


class Page(HTMLParser):
    """The tags, addresses and visible text of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.addresses: list[str] = []
        self.words: list[str] = []
        self.ids: list[str] = []
        self.levels: list[int] = []
        self.hidden = 0
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = dict(attributes)
        self.tags.append(tag)
        self.hidden += tag == "style"
        self.ids += [given["id"]] if given.get("id") else []
        self.levels += [int(tag[1])] if re.fullmatch("h[1-6]", tag) else []
        self.addresses += [given[name] for name in ("src", "href") if given.get(name)]

    def handle_endtag(self, tag: str) -> None:
        self.hidden -= tag == "style"

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


def page(condition: str | None = None, service: str | None = None, as_of: dt.date | None = LATE):
    return evidence_page(condition_id=condition, service_id=service, as_of=as_of)


@pytest.fixture(scope="module")
def everything() -> list[str]:
    pages = [page(condition=name) for name in CONDITIONS]
    pages += [page(service=name) for name in ("acupuncture", "chiropractic", "reiki", "exercise")]
    return [payer_html(one) for one in pages] + [
        patient_html(one, language=language) for one in pages for language in LANGUAGES
    ]


def test_every_page_stands_alone(everything):
    for text in everything:
        found = Page(text)
        assert found.tags.count("h1") == 1
        assert found.tags.count("main") == 1
        assert "script" not in found.tags
        assert "link" not in found.tags
        assert not re.search(r"@import|url\(", text)
        assert len(found.ids) == len(set(found.ids))
        assert all(low + 1 >= high for low, high in zip(found.levels, found.levels[1:], strict=False))
        assert {each for each in found.addresses if not each.startswith(("#", "https://"))} == set()
        assert text.count("<table") == text.count("<caption")


def test_the_same_page_is_the_same_text():
    assert payer_html(page("neck-pain")) == payer_html(page("neck-pain"))


@pytest.mark.parametrize("condition", CONDITIONS)
def test_every_cell_of_the_grid_is_said_to_payers(condition):
    shown = page(condition)
    text = Page(payer_html(shown)).text
    tally = {effect.value: n for effect, n in shown.tally.items()}
    grids = payer_html(shown)
    for effect, n in tally.items():
        assert grids.count(f'<td class="e e-{effect}"') == n
    assert grids.count('<td class="e e-missing"') == shown.not_entered
    assert text.count("Not entered") >= shown.not_entered
    for name in ("No difference", "Insufficient", "No evidence", "Comparator better"):
        assert name in text


def test_the_five_states_are_told_apart_in_words():
    text = payer_html(page("low-back-pain"))
    for effect, words in (
        ("small", "Small benefit"),
        ("moderate", "Moderate benefit"),
        ("favors_comparator", "Comparator better"),
        ("none", "No difference"),
        ("insufficient", "Insufficient"),
        ("no_evidence", "No evidence"),
    ):
        cells = re.findall(rf'<td class="e e-{effect}"[^>]*>(.*?)</td>', text, re.DOTALL)
        assert cells
        assert all(words in cell for cell in cells)


def test_a_pooled_estimate_stands_with_its_interval_its_count_and_its_chart():
    text = payer_html(page("low-back-pain"))
    assert "−1.27 (−1.77 to −0.65)" in text
    assert "11 comparisons, I² 63.9%" in text
    assert "10 trials, 1,098 people" in text
    charts = re.findall(r'<svg class="chart" role="img".*?</svg>', text, re.DOTALL)
    assert len(charts) == 9
    assert all("<title>" in chart for chart in charts)


def test_a_class_we_computed_says_so():
    text = payer_html(page("low-back-pain", "acupuncture"))
    assert (
        text.count('<span class="chip other">derived</span>') == 12
    )  # six in the grid, six by the estimates
    assert "we worked this out from the numbers" in patient_html(page("low-back-pain", "acupuncture"))


@pytest.mark.parametrize(
    ("as_of", "age", "said", "plain"),
    [
        (LATE, "stale", "Stale: search older than 5 years on 2026-12-01", "Old: more than 5 years ago."),
        (EARLY, "fresh", "Current: search within 5 years of 2021-06-01", "Not old: less than 5 years ago."),
        (None, "unjudged", "Age not judged: no day given", "studies up to September 2019."),
    ],
)
def test_the_age_of_a_search_is_on_the_page(as_of, age, said, plain):
    shown = page("neck-pain", as_of=as_of)
    assert freshness(reviews()["cer-227"], as_of) == age
    assert said in Page(payer_html(shown)).text
    assert "last search 2019-09" in payer_html(shown)
    assert plain in Page(patient_html(shown)).text


def test_a_search_of_unknown_day_is_never_fresh():
    text = Page(payer_html(page("low-back-pain", as_of=EARLY))).text
    assert "ACP 2017: last search not known. Age not known" in text


def test_harms_are_shown_and_their_absence_too():
    text = Page(payer_html(page("low-back-pain"))).text
    assert "Fainting memory" in text
    assert "Not recorded here; that does not mean none." in text
    plain = Page(patient_html(page("low-back-pain"))).text
    assert "You may faint." in plain
    assert "We have no list of harms. That does not mean there are none." in plain
    assert "We have not yet checked them in a book." in plain
    assert "No serious harms were found." in Page(payer_html(page("chronic-pain"))).text


def test_every_row_names_its_source():
    text = payer_html(page("fibromyalgia"))
    rows = re.findall(r'<th scope="row">(.*?)</th>', text, re.DOTALL)
    assert sum("AHRQ CER 227, Table 59" in row for row in rows) == 9
    assert sum("AHRQ CER 227, Table 60" in row for row in rows) == 1


def test_a_service_without_evidence_has_a_page_that_says_so():
    assert "No evidence has been entered for this. That says nothing" in payer_html(page(service="reiki"))
    assert "We have no study results on this yet." in patient_html(page(service="reiki"))


def test_an_estimate_of_pain_is_told_in_points_with_its_range():
    text = Page(patient_html(page("low-back-pain", "exercise"))).text
    assert "pain was 1.3 points lower. The true number may lie between 0.7 and 1.8." in text


def test_an_estimate_that_favors_the_comparator_is_not_called_lower():
    one = evidence().select(locator="figure, exercise and pain").cells[0]
    worse = write_cells([one]).replace("-1.27,-1.77,-0.65", "1.27,0.65,1.77")
    table = Evidence(read_cells(io.BytesIO(worse.encode())), (), reviews())
    shown = evidence_page(condition_id="low-back-pain", table=table)
    text = Page(patient_html(shown)).text
    assert "The other helped more" in text
    assert "points lower" not in text
    assert "Comparator better" in payer_html(shown)


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_that_can_be_named_has_a_name_for_patients(language):
    say = PlainWords(language)
    for name in terms().interventions:
        assert say.name("service", name)
    for name in terms().conditions:
        assert say.name("condition", name)
    for name in terms().comparators:
        assert say.name("comparator", name)
    for service in services():
        assert patient_html(page(service=service.id), language=language)


def test_a_page_for_patients_is_in_one_language():
    for condition in CONDITIONS:
        spanish = Page(patient_html(page(condition), language="es")).text
        for phrase in catalog().values():
            if phrase.en != phrase.es and "{" not in phrase.en and len(phrase.en.split()) > 2:
                assert phrase.en not in spanish


def test_there_is_no_third_language():
    with pytest.raises(NotFound, match="there is no language 'fr'"):
        patient_html(page("neck-pain"), language="fr")
