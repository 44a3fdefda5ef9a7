"""The program definitions that ship: named after themselves, sourced, and honest about what is made up."""

from __future__ import annotations

import pytest

from allay.base.status import Status
from allay.programs.definitions.catalog import FOLDER, all_definitions, get, load_definition

FILES = sorted(FOLDER.glob("*.yaml"))
PUBLISHED = {
    "path": {"1.0.0", "2.0.0", "3.0.0"},
    "wa-simp": {"1.0.0"},
    "ppact": {"1.0.0"},
    "safety-net-group": {"1.0.0"},
    "hub-and-spoke": {"1.0.0"},
    "co-located": {"1.0.0"},
    "access-msk": {"1.0.0"},
    "acupuncture-clbp": {"1.0.0"},
    "starter": {"1.0.0"},
}


def test_all_are_there():
    found: dict[str, set[str]] = {}
    for each in all_definitions():
        found.setdefault(each.id, set()).add(each.version)
    assert found == PUBLISHED


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_file_is_named_after_its_definition_and_uses_its_sources(path):
    definition = load_definition(path)
    assert definition.reference == path.stem
    used = {part.source for _, part in definition.parts()}
    assert used == set(definition.sources)
    for name, source in definition.sources.items():
        if source.status in (Status.VERIFIED, Status.SECONDARY):
            assert source.href or source.locator, name


@pytest.mark.parametrize("definition", all_definitions(), ids=lambda each: each.reference)
def test_windows_and_rules_that_nobody_published_are_marked(definition):
    """No source we have gives a completion rule; windows are published for one program only."""
    assert definition.status_of(definition.completion) is Status.SYNTHETIC
    assert definition.status_of(definition.leadership) is Status.SYNTHETIC
    if definition.id == "access-msk":
        return
    for point in definition.timepoints:
        made_up = definition.status_of(point) is Status.SYNTHETIC
        assert made_up or {"opens_days", "closes_days"} <= set(point.synthetic)


def test_the_starter_is_made_up_from_end_to_end():
    starter = get("starter")
    assert {starter.status_of(part) for _, part in starter.parts()} == {Status.SYNTHETIC}


def test_versions_of_path_differ_in_their_weeks_only():
    first, second, third = (get(f"path@{n}.0.0").model_dump(exclude={"version", "title"}) for n in (1, 2, 3))
    for each, weeks in ((first, 8), (second, 13), (third, 16)):
        phase = each["phases"][0]
        assert phase["length"]["weeks"] == weeks
        assert str(weeks) in phase["title"]
        phase["length"] = phase["title"] = None
    assert first == second == third
