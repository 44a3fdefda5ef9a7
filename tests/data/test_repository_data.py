"""The programs that ship with Allay: every statement has a source, a day and a status; none is made up."""

from __future__ import annotations

import math

import pytest
from scipy import stats

from allay.base.dates import parse_date
from allay.base.status import MARKS, Status
from allay.programs.repository.catalog import CASES, FOLDER, names, shipped_program, shipped_programs
from allay.programs.repository.export import export_program
from allay.programs.repository.personal import personal
from allay.programs.repository.profile import statements

PROGRAMS = shipped_programs()
ROUNDING = 0.005
"""Half of the last digit that is printed: t = 2.82."""


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda each: each.id)
def test_every_statement_has_a_source_a_day_and_a_status(program):
    found = list(statements(program))
    assert found
    for _, statement in found:
        source = program.sources[statement.source]
        assert source.title
        assert source.href or source.locator
        assert not source.own
        assert statement.status.rank >= MARKS[source.seen_as].rank
        assert statement.as_of[:4] <= str(program.recorded_on.year)
        assert source.accessed <= program.recorded_on
        if statement.dated == "read":
            assert parse_date(statement.as_of) == source.accessed
    assert {statement.source for _, statement in found} == set(program.sources)


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda each: each.id)
def test_nothing_is_synthetic_recalled_or_left_unread(program):
    doubted = {s.status for _, s in statements(program)} - {Status.VERIFIED, Status.SECONDARY}
    assert doubted <= ({Status.DERIVED} if program.id == "ppact" else set())
    assert program.unread == {}
    assert list(personal(program.model_dump(mode="json"))) == []


def test_the_four_case_programs_come_first_and_each_file_has_its_name():
    assert names()[:4] == CASES
    assert [shipped_program(name).kind for name in CASES] == ["program"] * 4
    assert {each.kind for each in PROGRAMS[4:]} == {"comparator"}
    assert [each.id for each in PROGRAMS] == list(names())
    assert sorted(path.stem for path in FOLDER.iterdir()) == sorted(names())


def test_sources_that_disagree_are_all_there():
    patients = shipped_program("peoples-community-clinic").population.patients
    assert {each.value for each in patients} == {17000, 18000, 20000}
    assert [each.value for each in shipped_program("uvm-path").model.weeks] == [8, 13, 16]


@pytest.mark.parametrize("name", ["uvm-path", "peoples-community-clinic"])
def test_results_without_published_figures_have_none(name):
    results = shipped_program(name).results
    assert results
    assert all(each.value is None and each.direction for each in results)
    assert shipped_program("uvm-path").payment.bundle_price == ()


def test_targets_are_only_where_somebody_published_them():
    assert [each.id for each in PROGRAMS if each.targets] == ["nhs-talking-therapies"]


def test_a_published_result_is_recomputed():
    """Boston: the printed P value of .005 is within what rounding of the mean and the SD allows."""
    result = next(each for each in shipped_program("boston-group-visits").results if each.metric == "pain")

    def t(mean: float, sd: float) -> float:
        return mean / (sd / math.sqrt(result.n))

    assert abs(result.value) == 0.7
    assert abs(t(0.7, result.sd) - 2.82) < ROUNDING
    p = [2 * stats.t.sf(t(mean, sd), result.n - 1) for mean, sd in ((0.7, 2.0), (0.75, 1.95), (0.65, 2.05))]
    assert round(p[0], 3) == 0.006
    assert p[1] < 0.005 < p[2]
    assert "t = 2.82, P = .006" in result.note


def test_published_programs_have_no_small_counts_but_what_is_a_size_of_a_group():
    hidden = {each.id: export_program(each).hidden for each in PROGRAMS}
    assert {name: found for name, found in hidden.items() if found} == {}
