"""The data files behind opioid doses: every number has a source, a day and a status."""

from __future__ import annotations

import csv

import pytest

from allay.base.codes import RxNorm
from allay.base.errors import InvalidInput
from allay.base.status import MARKS, Status
from allay.measures.opioids.conventions import facts, number
from allay.measures.opioids.drugs import SHIPPED, shipped_drugs
from allay.measures.opioids.factor_set import FOLDER, all_sets, get_set, load_set
from allay.measures.opioids.ingredients import ingredients

SETS = all_sets()


@pytest.mark.parametrize("chosen", SETS, ids=lambda each: each.id)
def test_sets(chosen):
    assert chosen.sources
    assert all(source.href for source in chosen.sources)
    assert MARKS[min(chosen.sources, key=lambda s: MARKS[s.seen_as].rank).seen_as].rank <= chosen.status.rank
    assert {factor.ingredient for factor in chosen.factors} <= set(ingredients())
    for factor in chosen.factors:
        values = [factor.value] if factor.value is not None else [step.factor for step in factor.ladder]
        assert all(0 < value <= 50 for value in values), factor


def test_every_file_is_a_set():
    assert sorted(path.stem for path in FOLDER.glob("*.yaml")) == sorted(each.id for each in SETS)


@pytest.mark.parametrize(
    ("ingredient", "values"),
    [
        # cdc-2022, cdc-2018, cdc-2016, heal, cosri: where the sets are known to differ.
        ("hydromorphone", (5, 4, 4, 5, 5)),
        ("tramadol", (0.2, 0.1, None, 0.2, 0.2)),
        ("tapentadol", (0.4, 0.4, None, 0.3, 0.4)),
        ("methadone", (4.7, 3, "ladder", 4.7, "ladder")),
        ("morphine", (1, 1, 1, 1, 1)),
        ("oxycodone", (1.5, 1.5, 1.5, 1.5, 1.5)),
    ],
)
def test_where_the_sets_differ(ingredient, values):
    found = []
    for name in ("cdc-2022", "cdc-2018", "cdc-2016", "heal", "cosri"):
        factors = get_set(name).of(ingredient)
        found.append((factors[0].value or "ladder") if factors else None)
    assert tuple(found) == values


def test_ladders_leave_no_gap():
    for chosen in SETS:
        for factor in (each for each in chosen.factors if each.ladder):
            tops = [step.upto for step in factor.ladder]
            assert tops == [20, 40, 60, None]
            assert [factor.at(top) for top in (20, 40, 60, 61)] == [4, 8, 10, 12]
            assert [factor.at(top + 0.001) for top in (20, 40, 60)] == [8, 10, 12]


def test_a_patch_is_one_dose_by_both_routes():
    heal, cosri = get_set("heal"), get_set("cosri")
    ours = heal.factor("buprenorphine", forms={"patch"}, patch="per-patch").value
    assert ours == cosri.factor("buprenorphine", forms={"patch"}).value == 15.4
    assert get_set("cdc-2022").factor("fentanyl", forms={"patch"}, patch="per-patch").value == 7.2
    assert get_set("cdc-2018").factor("fentanyl", forms={"patch"}, patch="rate").value == 2.4


@pytest.mark.parametrize("fact", facts(), ids=lambda each: each.id)
def test_facts(fact):
    assert fact.latest.known
    assert fact.latest.references


def test_what_is_not_verified_says_so():
    assert {fact.id: fact.latest.status for fact in facts() if fact.latest.status is not Status.VERIFIED} == {
        "opioids.long_term.days": Status.DERIVED,
        "opioids.taper.longer.fall_percent": Status.SECONDARY,
        "opioids.taper.longer.use_days": Status.SECONDARY,
        "opioids.taper.shorter.fall_percent": Status.SECONDARY,
        "opioids.taper.shorter.of_first_dose_until_percent": Status.MEMORY,
    }
    assert (number("caution.mme"), number("high_dose.mme")) == (50, 90)


def test_codes_are_codes_and_not_shared():
    codes = [each.rxnorm for each in ingredients().values() if each.rxnorm]
    assert len(set(codes)) == len(codes)
    assert all(str(RxNorm(code)) == code for code in [*codes, *shipped_drugs().products])


def test_shipped_drugs_have_a_source():
    with SHIPPED.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 18
    assert all(row["source"] and row["accessed"] and Status(row["status"]) for row in rows)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("factor: 5, per: mg", "factor: 0, per: mg", "greater than 0"),
        ("seen_as: C", "seen_as: M", "at most secondary"),
        ("{ingredient: morphine,", "{ingredient: oxycodone,", "one factor per ingredient and form"),
        ("forms: [patch]", "forms: [plaster]", "forms among"),
        ("factor: 2.4, per: mcg/h", "factor: 2.4, per: mg", "for a patch only"),
    ],
)
def test_a_wrong_set_is_refused(tmp_path, old, new, says):
    text = (FOLDER / "cdc-2022.yaml").read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "own.yaml").write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(InvalidInput, match=says):
        load_set(tmp_path / "own.yaml")
