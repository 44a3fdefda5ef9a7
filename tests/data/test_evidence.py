"""The data files of evidence: every row has a source, a day and a status, and every name leads somewhere."""

from __future__ import annotations

import pytest

from allay.base.errors import InvalidInput
from allay.base.status import MARKS, Status
from allay.base.vocabulary import services
from allay.programs.evidence.effect import FOLDER, facts
from allay.programs.evidence.library import evidence
from allay.programs.evidence.review import load_reviews, reviews
from allay.programs.evidence.statement import load_statements, statements
from allay.programs.evidence.terms import load_terms, terms


def test_how_much_there_is():
    by_table = {}
    for cell in evidence().cells:
        by_table[cell.condition, cell.locator] = by_table.get((cell.condition, cell.locator), 0) + 1
    assert by_table == {
        ("fibromyalgia", "Table 59"): 9 * 6,
        ("fibromyalgia", "Table 60"): 2,
        ("neck-pain", "Table 50"): 7 * 6,
        ("knee-osteoarthritis", "Table 53"): 6 * 6,
        ("low-back-pain", "Table 49"): 7 * 6,
        ("low-back-pain", "Table i and abstract"): 4 + 6,
        ("low-back-pain", "figure, exercise and pain"): 3,
        ("low-back-pain", "figure, acupuncture and function"): 3,
        ("low-back-pain", "figure, acupuncture and pain"): 3,
        ("chronic-pain", "findings"): 8,
    }


# The tables once more, entered apart from cells.csv: function at three windows | pain at three windows.
# s small, m moderate, n none, fx favors exercise, - no evidence, ? insufficient; + low, ++ moderate.
TABLES = {
    ("fibromyalgia", "Table 59"): """
        exercise                         s+ s++ n+ | s++ n++ n++
        cognitive_behavioral_therapy     n+ m+ ? | s+ s+ ?
        biofeedback_or_imagery           ? ? ? | ? ? ?
        magnets                          ? n+ - | ? n+ -
        myofascial_massage               - s+ n+ | ? ? s+
        mindfulness_or_meditation        n++ s+ - | n++ s+ -
        tai_chi_qigong                   s+ - - | m+ - -
        acupuncture                      s++ s++ - | n+ n+ -
        multidisciplinary_rehabilitation s+ s+ s+ | n+ s+ n+""",
    ("neck-pain", "Table 50"): """
        exercise                    n+ n+ s+ | n+ n+ n+
        therapist_led_relaxation    n+ n+ - | n+ n+ -
        low_level_laser             m++ - - | m++ - -
        massage                     s+ n+ - | m+ - -
        alexander_technique         s+ s+ - | - - -
        acupuncture                 s+ s+ n+ | n+ n+ n+
        traction_or_electromagnetic ? - - | ? - -""",
    ("knee-osteoarthritis", "Table 53"): """
        exercise           s++ m+ s+ | s++ m+ s+
        pain_coping_or_cbt n+ n+ n+ | s+ n+ n+
        ultrasound         n+ n+ - | n+ n+ -
        massage            - ? - | - ? -
        tai_chi            ? ? - | ? ? -
        acupuncture        n+ n++ - | n+ n++ -""",
    ("low-back-pain", "Table 49"): """
        low_level_laser                  - n+ - | - s+ -
        spinal_manipulation              n+ n+ - | n+ s+ -
        massage                          - n+ - | - n+ -
        yoga                             n+ n+ - | s+ n+ -
        qigong                           n+ fx+ - | fx+ n+ -
        multidisciplinary_rehabilitation s++ s++ n+ | s++ s++ n+
        operant_therapy                  - ? ? | - ? ?""",
}
SHORT = {"favors_comparator": "fx", "no_evidence": "-", "insufficient": "?"}


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table[1])
def test_a_table_is_as_it_was_entered_the_second_time(table):
    found: dict[str, list[str]] = {}
    for cell in evidence().select(condition=table[0], locator=table[1]).cells:
        effect = SHORT.get(cell.effect, cell.effect[0])
        found.setdefault(cell.service, []).append(effect + cell.soe_label)
    lines = [line.split() for line in TABLES[table].strip().splitlines()]
    assert found == {name: [sign for sign in signs if sign != "|"] for name, *signs in lines}


def test_the_only_cells_that_favor_the_comparator():
    found = [cell for cell in evidence().cells if cell.effect == "favors_comparator"]
    assert [(c.service, c.comparator, c.outcome.value, c.window.value) for c in found] == [
        ("qigong", "exercise", "function", "intermediate"),
        ("qigong", "exercise", "pain", "short"),
    ]


@pytest.mark.parametrize("fact", facts(), ids=lambda each: each.id)
def test_facts(fact):
    assert fact.latest.known
    assert fact.latest.status is Status.VERIFIED


def test_reviews():
    assert {key: (each.last_search, each.published) for key, each in reviews().items()} == {
        "cer-227": ("2019-09", "2020"),
        "cer-251": ("2021-05-24", "2021"),
        "acp-2017": (None, "2017"),
    }
    for review in reviews().values():
        assert review.seen_as in MARKS
        assert review.statuses["stale_after_years"] is Status.DERIVED


def test_all_that_is_named_is_used_and_the_other_way_round():
    named = {cell.service for cell in evidence().cells} | {s for each in statements() for s in each.services}
    own = set(terms().interventions) - {service.id for service in services()}
    assert own <= named
    comparators = {cell.comparator for cell in evidence().cells} | {s.comparator for s in statements()}
    assert set(terms().comparators) == comparators - {None}
    assert {cell.condition for cell in evidence().cells} == set(terms().conditions)


def test_what_is_not_verified_says_so():
    weak = {each.id: each.status.value for each in statements() if not each.status.certain}
    assert weak == {
        "programs-age": "secondary",
        "recommended-first": "memory",
        "recommended-weaker": "memory",
    }
    own = [cell for cell in evidence().cells if cell.status is not Status.VERIFIED]
    # Four findings name no comparator in what we read; which it was is our reading, and they say so.
    assert len(own) == 4
    assert {(cell.review, cell.service, cell.outcome) for cell in own} == {
        ("AHRQ CER 251", "comprehensive_program", "pain")
    }
    assert all(cell.status is Status.DERIVED and "our reading" in cell.footnote for cell in own)


@pytest.mark.parametrize(
    ("name", "load", "old", "new", "says"),
    [
        ("terms.yaml", load_terms, "{id: magnets,", "{id: yoga,", "an id of its own, not that of a service"),
        ("terms.yaml", load_terms, "covers: [massage]", "covers: [masage]", "the id of a service"),
        (
            "terms.yaml",
            load_terms,
            "source: house, status: derived",
            "source: home, status: derived",
            "one of",
        ),
        (
            "terms.yaml",
            load_terms,
            "source: house, status: derived",
            "source: house, status: verified",
            "at mo",
        ),
        ("terms.yaml", load_terms, "{id: short,", "{id: soon,", "end_of_treatment"),
        ("reviews.yaml", load_reviews, '"2019-09"', '"2019-13"', "a year that exists"),
        ("reviews.yaml", load_reviews, '"2021-05-24"', '"May 2021"', "a date as YYYY-MM-DD"),
        ("reviews.yaml", load_reviews, "id: cer-251", "id: cer-227", "an id of its own"),
        (
            "reviews.yaml",
            load_reviews,
            "value: null, status: unknown",
            "value: null, status: memory",
            "unknown",
        ),
        ("reviews.yaml", load_reviews, "seen_as: MEM", "seen_as: HEARD", "one of the marks"),
        ("reviews.yaml", load_reviews, "{value: 5, status", "{value: 0, status", "a year or more"),
        ("statements.yaml", load_statements, "source: cer-251", "source: cer-252", "one of cer-227"),
        (
            "statements.yaml",
            load_statements,
            "conditions: [chronic-pain]",
            "conditions: [pain]",
            "chronic-pain",
        ),
        (
            "statements.yaml",
            load_statements,
            "comparator: medicine",
            "comparator: pills",
            "one of usual_care",
        ),
        ("statements.yaml", load_statements, "id: programs-age", "id: programs-harms", "an id of its own"),
        ("statements.yaml", load_statements, "status: memory", "status: verified", "at most memory"),
    ],
)
def test_a_wrong_file_is_refused_by_line(tmp_path, name, load, old, new, says):
    text = (FOLDER / name).read_text(encoding="utf-8")
    assert old in text
    (tmp_path / name).write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InvalidInput, match=says) as refusal:
        load(tmp_path / name)
    assert all(problem.at.isdecimal() for problem in refusal.value.problems)
