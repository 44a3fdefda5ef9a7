"""A registry is read whole, and whatever does not fit is refused with its file and line."""

from __future__ import annotations

import datetime as dt

import pytest
from tests.unit.consensus.registry.registryfiles import FILES, line_of, written

from allay.base.errors import InvalidInput, NotFound
from allay.consensus.registry.checks.references import check_references
from allay.consensus.registry.organization import Organization
from allay.consensus.registry.person import Person
from allay.consensus.registry.reading import read_registry
from allay.consensus.registry.registry import Registry
from allay.consensus.registry.standing.listing import as_cells, listed

ALPHA = Organization(id="alpha", name="alpha", sources=("minutes",))


@pytest.fixture
def registry(tmp_path) -> Registry:
    return read_registry(written(tmp_path / "r"), as_of=dt.date(2026, 11, 27))


def test_every_kind_is_read(registry) -> None:
    kinds = [name.removesuffix(".yaml") for name in FILES]
    assert all(registry.entries(kind) for kind in kinds)
    assert registry.synthetic == frozenset(kinds)


@pytest.mark.parametrize(
    "name", ["access", "ACCESS", "Access to Care", "coverage  questions", "Coverage Questions"]
)
def test_any_name_finds_the_workgroup(registry, name) -> None:
    assert registry.workgroup(name).id == "access"


def test_a_name_nobody_has_is_answered_with_the_nearest(registry) -> None:
    with pytest.raises(NotFound, match="no workgroup 'Acess to care'; did you mean 'access to care'"):
        registry.find("workgroups", "Acess to care")


def test_names_of_people_are_not_told(tmp_path) -> None:
    changed = {"people.yaml": ("  - id: p5\n", "  - {id: p5, name: Ines Example}\n")}
    registry = read_registry(written(tmp_path / "r", changed))
    assert registry.find("people", "ines example") == "p5"
    with pytest.raises(NotFound) as missing:
        registry.find("people", "ines exampel")
    assert "ines example" not in str(missing.value).casefold().replace("'ines exampel'", "")


def test_a_name_two_people_share_stands_for_neither(tmp_path) -> None:
    two = "  - {id: p5, name: Ines Example}\n  - {id: p6, name: ines example}\n"
    folder = written(tmp_path / "r", {"people.yaml": ("  - id: p5\n", two)})
    with pytest.raises(NotFound, match="'Ines Example' is a name of several; name one by its id"):
        read_registry(folder).find("people", "Ines Example")
    changed = {"people.yaml": ("  - id: p5\n", two), "actions.yaml": ("owner: p2", "owner: Ines Example")}
    with pytest.raises(InvalidInput, match="a name of several"):
        read_registry(written(tmp_path / "s", changed))


HOSTILE = [
    # file, what is replaced, by what, words on the line of the place, what is said
    ("workgroups.yaml", "person: p2", "person: p9", "person: p2", "no person 'p9'"),
    ("workgroups.yaml", "- {day: 3rd", "- {day: 6th", "3rd Tuesday", "/workgroups/0/slots/0/day"),
    (
        "workgroups.yaml",
        "from: 2024-01-01, to: 2025-01-01",
        "from: 2025-01-01, to: 2025-01-01",
        "Coverage Q",
        "a day `to`",
    ),
    ("workgroups.yaml", ", reason: Too much", "", "id: access", "a reason for every version but the first"),
    ("workgroups.yaml", "{version: 2", "{version: 3", "id: access", "versions numbered 1, 2, 3"),
    (
        "organizations.yaml",
        "name: Beta Clinic",
        "name: ALPHA  care",
        "name: Beta Clinic",
        "which 'alpha' has as well",
    ),
    ("organizations.yaml", "id: beta", "id: alpha", "id: beta", "each id once, found 'alpha' again"),
    ("organizations.yaml", "type: payer", "type: insurer", "type: payer", "'payer'"),
    ("organizations.yaml", "    sources: [Minutes]\n", "", "id: beta", "sources"),
    ("organizations.yaml", "sources: [Minutes]", "sources: []", "sources: [Minutes]", "at least one source"),
    ("people.yaml", "{on: 2026-06-01}", "{on: 2025-06-01}", "id: p1", "one declaration of interest a day"),
    (
        "people.yaml",
        "valid_until: 2026-08-01",
        "valid_until: 2026-04-30",
        "a grant",
        "valid_until not before",
    ),
    ("people.yaml", "{on: 2026-06-01}", "{on: 01/06/2026}", "{on: 2026-06-01}", "/people/0/interests/1/on"),
    ("actions.yaml", ", evidence: Draft 2 is in the minutes", "", "status: done", "evidence of completion"),
    ("actions.yaml", ", reason: Nobody has the data", "", "status: dropped", "a reason for what is dropped"),
    ("actions.yaml", "owner: p2", "owner: p7", "owner: p2", "person or organization or workgroup"),
    (
        "actions.yaml",
        "2026-02-01, status: in",
        "2025-12-31, status: in",
        "status: in progress",
        "a day not before",
    ),
    ("actions.yaml", "status: done,", "status: finished,", "status: done", "'dropped'"),
    (
        "endorsements.yaml",
        "of: White Paper",
        "of: Green Paper",
        "of: White Paper",
        "no document 'Green Paper'",
    ),
    (
        "endorsements.yaml",
        "of: White Paper",
        "of: paper, withdrawn: 2026-01-01",
        "of: White",
        "not before 2026-02-01",
    ),
    (
        "documents.yaml",
        "version: 2, opens",
        "version: 3, opens",
        "id: paper",
        "comment periods on versions there are",
    ),
    ("documents.yaml", "document: paper", "document: gamma", "document: paper", "no document 'gamma'"),
    ("meetings.yaml", "until: 2026-04-11", "until: 2026-04-09", "id: april", "a last day not before"),
    ("meetings.yaml", "number: 12", "number: twelve", "number: 12", "'twelve'"),
    (
        "policies.yaml",
        "us.wa.review_free_visits",
        "us.wa.review_free_visit",
        "coverage_rules",
        "did you mean 'us.wa.re",
    ),
    ("policies.yaml", "[us.wa.", "[us.wa.review_free_visits, us.wa.", "coverage_rules", "each rule once"),
    ("policies.yaml", "status: in committee", "status: submitted", "in committee", "a status of a bill"),
    ("policies.yaml", "status: passed one chamber", "status: introduced", "passed one", "without a note"),
    ("policies.yaml", "jurisdiction: WA", "jurisdiction: Washington", "jurisdiction", "'Washington'"),
    (
        "policies.yaml",
        "strategies: [bundles]",
        "strategies: [bundle]",
        "strategies",
        "did you mean 'bundles'",
    ),
    ("counts.yaml", "sum: 12", "sum: 12, counts: {West: 12}", "sum: 12", "either counts or their sum"),
    ("counts.yaml", "by: region", "by: type", "id: members", "each dimension once"),
    ("sources.yaml", "status: memory", "status: unknown", "hearsay", "a status of a source"),
    ("strategies.yaml", "barrier:", "barier:", "bundles", "did you mean 'barrier'"),
]


@pytest.mark.parametrize(("file", "old", "new", "where", "said"), HOSTILE)
def test_what_does_not_fit_is_refused_with_its_place(tmp_path, file, old, new, where, said) -> None:
    place = "A grant" if where == "a grant" else where
    with pytest.raises(InvalidInput) as refused:
        read_registry(written(tmp_path / "r", {file: (old, new)}))
    hits = [problem for problem in refused.value.problems if said in str(problem)]
    assert hits, str(refused.value)
    assert hits[0].file.endswith(f"/r/{file}")
    assert hits[0].at == str(line_of(file, place)), str(hits[0])


def test_a_step_back_is_taken_with_a_note(tmp_path) -> None:
    changed = {"policies.yaml": ("status: passed one chamber", "status: introduced, note: Introduced anew")}
    assert read_registry(written(tmp_path / "r", changed)).policies[0].history[2].status == "introduced"


def test_unknown_hides_no_step_back(tmp_path) -> None:
    old = "      - {on: 2026-01-10, status: passed one chamber, sources: [hearsay]}\n"
    new = "      - {on: 2026-01-10, status: unknown, sources: [hearsay]}\n"
    read_registry(written(tmp_path / "r", {"policies.yaml": (old, new)}))
    back = new + "      - {on: 2026-02-10, status: introduced, sources: [hearsay]}\n"
    with pytest.raises(InvalidInput, match="'introduced' after 'in committee' without a note"):
        read_registry(written(tmp_path / "r", {"policies.yaml": (old, back)}))


LATER = [
    ("policies.yaml", "2026-01-10, status", "/policies/0/history/2/on"),
    ("actions.yaml", "2026-01-20", "/actions/1/history/1/on"),
    ("people.yaml", "{on: 2026-06-01}", "/people/0/interests/1/on"),
    ("meetings.yaml", "on: 2026-02-17", "/meetings/0/on"),
    ("documents.yaml", "on: 2026-01-05", "/documents/0/versions/1/on"),
    ("endorsements.yaml", "on: 2026-02-01", "/endorsements/0/on"),
    ("workgroups.yaml", "on: 2026-02-01", "/workgroups/0/progress/0/on"),
    ("sources.yaml", "accessed: 2026-01-10", "/sources/0/accessed"),
]


def test_what_happened_after_today_is_refused(tmp_path) -> None:
    with pytest.raises(InvalidInput) as refused:
        read_registry(written(tmp_path / "r"), as_of=dt.date(2026, 1, 4))
    found = {
        (problem.file.rsplit("/", 1)[-1], problem.field): problem.at for problem in refused.value.problems
    }
    for file, words, pointer in LATER:
        assert found[file, pointer] == str(line_of(file, words))
    # Planned meetings, comment periods and due days may lie ahead.
    assert not [field for _, field in found if "meetings/1" in field or "periods" in field or "due" in field]


def test_problems_of_all_files_are_told_at_once(tmp_path) -> None:
    changes = {
        "organizations.yaml": ("type: payer", "type: insurer"),
        "actions.yaml": ("owner: p2", "owner: p7"),
        "policies.yaml": ("us.wa.review_free_visits", "us.none"),
    }
    with pytest.raises(InvalidInput) as refused:
        read_registry(written(tmp_path / "r", changes))
    files = [problem.file.rsplit("/", 1)[-1] for problem in refused.value.problems]
    # The owner p7 might be an organization of the file that could not be read: nothing is said of it.
    assert files == ["organizations.yaml", "policies.yaml"]


def test_a_slip_in_the_name_of_a_file_is_seen(tmp_path) -> None:
    folder = written(tmp_path / "r")
    (folder / "workgroup.yaml").write_text("workgroups: []\n")
    (folder / "README.md").write_text("Notes")
    with pytest.raises(InvalidInput, match=r"workgroup.yaml:-: \(file\): expected one of actions.yaml"):
        read_registry(folder)


@pytest.mark.parametrize("make", ["missing", "file", "empty"])
def test_what_is_no_registry_is_refused(tmp_path, make) -> None:
    folder = tmp_path / "r"
    if make == "file":
        folder.write_text("x")
    if make == "empty":
        folder.mkdir()
    with pytest.raises(InvalidInput) as refused:
        read_registry(folder)
    assert refused.value.problems[0].at == "-"


@pytest.mark.parametrize(
    ("kind", "where", "ids"),
    [
        ("organizations", {"type": "payer"}, ["alpha"]),
        ("organizations", {"region": "west"}, ["alpha", "beta"]),
        ("organizations", {"region": "west", "setting": "not reported"}, ["alpha"]),
        ("organizations", {"name": "alpha care"}, ["alpha"]),
        ("actions", {"workgroup": "Access to care"}, ["ask"]),
        ("actions", {"owner": "alpha"}, ["call"]),
        ("strategies", {"addresses": "provider"}, ["bundles"]),
        ("people", {"organization": "Alpha Health"}, ["p1"]),
        ("meetings", {"status": "held"}, ["february"]),
        ("organizations", {"type": "employer"}, []),
    ],
)
def test_entries_are_chosen_by_what_they_say(registry, kind, where, ids) -> None:
    assert [row["id"] for row in listed(registry, kind, where)] == ids


def test_a_field_there_is_not_is_refused(registry) -> None:
    with pytest.raises(NotFound, match="did you mean 'region'"):
        listed(registry, "organizations", {"regoin": "West"})
    with pytest.raises(NotFound, match="kind of entry"):
        listed(registry, "panels")


def test_rows_have_one_value_a_field(registry) -> None:
    cells = as_cells(listed(registry, "actions"))[0]
    assert (cells["history"], cells["owner"], cells["sources"]) == (2, "p1", None)


def test_only_findings_that_are_shown_get_the_nearest_names() -> None:
    people = tuple(Person(id=f"p{n}", organization=f"alpah{n}") for n in range(60))
    entries = {"organizations": (ALPHA,), "people": people}
    found = [one.found for one in check_references(entries, unread={"sources"})]
    assert len(found) == 60
    assert found[49] == "there is no organization 'alpah49'; did you mean 'alpha'?"
    assert found[50] == "no organization 'alpah50'"
