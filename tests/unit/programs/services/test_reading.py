"""A service's file is read strictly: every problem is named with its line and field."""

from __future__ import annotations

import pytest

from allay.base.errors import InvalidInput, InvalidValue, NotFound
from allay.base.fact import Reference
from allay.base.status import Status
from allay.programs.services.catalog import FOLDER, get, load_service
from allay.programs.services.provenance import Bounds, Provenance

YOGA = (FOLDER / "yoga.yaml").read_text(encoding="utf-8")
CBT = (FOLDER / "cognitive_behavioral_therapy.yaml").read_text(encoding="utf-8")
OURS = Provenance("house", Status.DERIVED, Reference("Ours", "J"))


def refused(tmp_path, text, old, new):
    assert old in text
    path = tmp_path / "own.yaml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InvalidInput) as caught:
        load_service(path)
    line = str(path.read_text(encoding="utf-8")[: text.index(old)].count("\n") + 1)
    return caught.value.problems, line


@pytest.mark.parametrize(
    ("old", "new", "field", "says"),
    [
        ("id: yoga", "id: yogo", "/id", "did you mean 'yoga'"),
        ("yoga_therapist,", "yoga_guru,", "/providers/values/0", "there is no profession 'yoga_guru'"),
        ("{low: 30}", "{low: 30, source: nobody}", "/session/minutes/source", "one of the sources house"),
        ("{low: 30}", "{low: 30, status: verified}", "/session/minutes/status", "at most derived"),
        ("{low: 30}", "{low: 30, high: 20}", "/session/minutes", "a least and a most number"),
        ("{low: 30}", "{}", "/session/minutes", "found None to None"),
        ("required: [postures]", "required: [poses]", "/session/required/0", "one of the components"),
        ("at_least: 1, of: [b", "at_least: 4, of: [b", "/session/any_of/0", "at most all of some"),
        ("  name: Yoga for people with pain", "  name: not yet", "/description/name", "found 'not yet'"),
        ("  modifications: not yet\n", "", "/description/modifications", "a value for this key"),
        ("suits: partly", "suits: not_possible", "/telehealth/suits", "not_possible"),
        ("group_size: {low: 2, high: 20}", "", "/session/group_size", "when group is among the formats"),
        ("values: [individual, group, linked]", "values: [solo]", "/formats/values/0", "'individual'"),
        ("code: yoga, source: cds4cpm", "code: yogo, source: cds4cpm", "/codes/0/code", "22 codes"),
        ("{system: cds4cpm, code: yoga,", "{system: snomed, code: '308449001', label: x,", "/codes/0/code",
         "check digit 0"),
        ("{system: cds4cpm, code: yoga,", "{system: cpt, code: '9711', label: x,", "/codes/0/code", "a CPT"),
        ("{system: cds4cpm, code: yoga,", "{system: cpt, code: '97110',", "/codes/0/label", "of our own"),
        ("version: 1.0.0", "version: 1", "/version", "text"),
        ("modality: {value: physical}", "modality: {value: bodily}", "/modality/value", "'physical'"),
    ],
)  # fmt: skip
def test_one_problem(tmp_path, old, new, field, says):
    problems, _ = refused(tmp_path, YOGA, old, new)
    [problem] = [each for each in problems if each.field == field]
    assert says in f"expected {problem.expected}, found {problem.found}"
    assert problem.at.isdigit()


def test_the_line_is_that_of_the_value(tmp_path):
    [problem], line = refused(tmp_path, YOGA, "  minutes: {low: 30}", "  minutes: {low: 30, source: nobody}")
    assert problem.at == line


def test_all_problems_at_once(tmp_path):
    text = YOGA.replace("yoga_therapist,", "guru,").replace("{low: 30}", "{low: 30, source: nobody}")
    path = tmp_path / "own.yaml"
    path.write_text(text.replace("required: [postures]", "required: [poses]"), encoding="utf-8")
    with pytest.raises(InvalidInput) as caught:
        load_service(path)
    assert len(caught.value.problems) == 3


def test_a_range_of_dose_is_one(tmp_path):
    [problem], _ = refused(tmp_path, CBT, "low: 12, high: 12", "low: 12, high: 8")
    assert problem.field == "/doses/0"


def test_a_file_may_bring_its_own_sources(tmp_path):
    trial = '{title: Our trial, href: "https://example.org", seen_as: V, accessed: 2026-11-26}'
    own = f"sources:\n  trial: {trial}\n"
    path = tmp_path / "own.yaml"
    path.write_text(
        YOGA.replace("modality:", own + "modality:", 1).replace("{low: 30}", "{low: 40, source: trial}"),
        encoding="utf-8",
    )
    read = load_service(path)
    assert read.minutes.low == 40
    assert read.minutes.provenance.status is Status.VERIFIED
    assert read.minutes.provenance.reference.title == "Our trial"


@pytest.mark.parametrize(
    ("own", "says"),
    [
        ("house: {title: x, seen_as: V, accessed: 2026-11-26}", "a name no shared source has"),
        ("trial: {title: x, seen_as: Z, accessed: 2026-11-26}", "one of the marks"),
    ],
)
def test_own_sources_are_checked(tmp_path, own, says):
    problems, _ = refused(tmp_path, YOGA, "modality:", f"sources:\n  {own}\nmodality:")
    assert says in problems[0].expected


def test_get_by_version():
    assert get("yoga") is get("yoga@1.0.0")
    with pytest.raises(NotFound, match="there is no version of yoga '2.0.0'"):
        get("yoga@2.0.0")


def test_bounds():
    assert Bounds(2, None, OURS).hold(2)
    assert not Bounds(2, None, OURS).hold(1)
    assert not Bounds(None, 8, OURS).hold(8.5)
    with pytest.raises(InvalidValue):
        Bounds(-1, 3, OURS)
