"""Nothing is lost between programs, and no small count can be worked out from what one shares."""

from __future__ import annotations

import copy
import io
import json

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from allay.base.vocabulary import services
from allay.programs.repository.comparison import compare
from allay.programs.repository.export import exchange_text, export_program, kept_text, passed_on
from allay.programs.repository.layout import as_rows, as_text
from allay.programs.repository.profile import ProgramProfile, statements
from allay.programs.repository.reading import parse, profile_document, read_shared
from allay.programs.repository.small import is_small
from allay.programs.repository.statement import Source
from allay.programs.repository.unread import lift, sift

TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12)
NUMBER = st.integers(-9999, 9999) | st.floats(-1e6, 1e6, allow_nan=False).map(lambda x: round(x, 3) + 0.0)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)
KEYS = TEXT.filter(lambda key: key != "unread").map(lambda key: f"x_{key}")
FUTURE = st.dictionaries(KEYS, JSON, max_size=2)


def statement_of(**values: st.SearchStrategy) -> st.SearchStrategy[dict]:
    return st.fixed_dictionaries(
        {
            "as_of": st.sampled_from(["2019", "2021-06", "2026-11-22"]),
            "source": st.sampled_from(["paper", "own"]),
            "status": st.sampled_from(["secondary", "derived", "memory"]),
            **values,
        },
        optional={"dated": st.sampled_from(["published", "read"]), "note": TEXT, "about": st.just(True)},  # noqa: FBT003
    )


SPAN = (
    st.tuples(NUMBER, NUMBER)
    .filter(lambda ends: ends[0] < ends[1])
    .map(lambda e: {"low": e[0], "high": e[1]})
)
TEXTS = st.lists(statement_of(value=TEXT), max_size=2)
SERVICE = statement_of(value=st.sampled_from([each.id for each in services()]))
RESULT = statement_of(metric=st.sampled_from(["pain", "cost"]), value=NUMBER | SPAN, unit=st.just("points"))
PEOPLE = statement_of(value=st.integers(0, 5000))


@st.composite
def profiles(draw) -> dict:
    profile = {
        "id": draw(st.sampled_from(["ours", "theirs", "a-third"])),
        "recorded_on": "2026-10-01",
        "sources": {
            "paper": {"title": "A paper", "seen_as": "S2", "accessed": "2026-01-01", "locator": draw(TEXT)},
            "own": {"title": draw(TEXT), "seen_as": "U", "accessed": "2026-01-01", "own": True},
        },
        "identity": {"name": draw(TEXTS), "parent": draw(TEXTS)},
        "population": {"patients": draw(st.lists(PEOPLE, max_size=2)), "ages": draw(TEXTS)},
        "model": {"weeks": draw(st.lists(statement_of(value=NUMBER | SPAN), max_size=2))},
        "services": draw(st.lists(SERVICE, max_size=3)),
        "results": draw(st.lists(RESULT, max_size=3)),
        "lessons": draw(TEXTS),
    }
    rest = {"as_of": "2026", "status": "memory", "value": "x"}
    profile["lessons"] += [{**rest, "source": source} for source in ("paper", "own")]
    return {key: value for key, value in profile.items() if value not in ({}, [])}


def tidy(tree):
    """Leave out empty lists and mappings of what is known: they say nothing."""
    if isinstance(tree, dict):
        kept = {key: value if key.startswith("x_") else tidy(value) for key, value in tree.items()}
        return {key: value for key, value in kept.items() if key.startswith("x_") or value not in ({}, [])}
    return [tidy(each) for each in tree] if isinstance(tree, list) else tree


def same(first, second) -> bool:
    """Equal, and of the same types: 1 is not 1.0, and not true."""
    if type(first) is not type(second):
        return False
    if isinstance(first, dict):
        return first.keys() == second.keys() and all(same(first[key], second[key]) for key in first)
    if isinstance(first, list):
        return len(first) == len(second) and all(map(same, first, second))
    return first == second


def loaded(tree) -> ProgramProfile:
    label, parsed = parse(io.BytesIO(json.dumps(tree).encode()), name="p.json")
    return profile_document(label, parsed).value


def keep(text: str) -> str:
    return kept_text(read_shared(io.BytesIO(text.encode()), name="s.json").file)


def again(kept: str) -> str:
    label, parsed = parse(io.BytesIO(kept.encode()), name="k.json")
    return exchange_text(passed_on(label, parsed).file)


@given(profiles())
def test_export_and_import_give_the_profile_back(tree):
    profile = loaded(tree)
    done = export_program(profile)
    text = exchange_text(done.file)
    shared = read_shared(io.BytesIO(text.encode()))
    assert shared.unread == ()
    assert shared.file == done.file
    if not done.hidden:
        assert shared.file.program == profile
    assert again(keep(text)) == text
    assert not any(is_small(each.value) for each in shared.file.program.population.patients)


@given(profiles(), st.data())
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_fields_of_the_future_survive(tree, data):
    shared = json.loads(exchange_text(export_program(loaded(tree)).file))
    program = shared["program"]
    places = [shared, program, *program["sources"].values(), *program["lessons"]]
    places += [
        section
        for section in program.values()
        if isinstance(section, dict) and section is not program["sources"]
    ]
    places += program.get("services", [])
    for place in places:
        place.update(copy.deepcopy(data.draw(FUTURE)))
    text = json.dumps(shared)
    kept = keep(text)
    assert same(json.loads(again(kept)), json.loads(text))
    assert keep(again(kept)) == kept


@given(profiles(), st.data())
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_values_of_a_newer_version_survive(tree, data):
    shared = json.loads(exchange_text(export_program(loaded(tree)).file))
    shared["format_version"] = data.draw(st.sampled_from(["1.1", "2.0", "17.4"]))
    program = shared["program"]
    for section in ("services", "results", "lessons"):
        program[section] = program.get(section, []) + data.draw(st.lists(JSON | SERVICE | RESULT, max_size=2))
    program["setting"] = data.draw(JSON)
    text = json.dumps(shared)
    back = json.loads(again(keep(text)))
    for section in ("services", "results", "lessons"):
        theirs, ours = program.pop(section), back["program"].pop(section, [])
        if theirs:
            assert sorted(map(json.dumps, map(ordered, ours))) == sorted(
                map(json.dumps, map(ordered, theirs))
            )
    assert same(tidy(back), tidy(shared))


def ordered(tree):
    """Sort keys: the order of keys says nothing."""
    if isinstance(tree, dict):
        return {key: ordered(tree[key]) for key in sorted(tree)}
    return [ordered(each) for each in tree] if isinstance(tree, list) else tree


@given(st.dictionaries(st.sampled_from(["title", "href", "x_1", "x_2"]), JSON, max_size=4))
def test_what_is_sifted_can_be_lifted(tree):
    assert same(ordered(lift(sift(tree, Source), Source)), ordered(tree))


@given(st.lists(profiles(), min_size=1, max_size=3, unique_by=lambda each: each["id"]))
def test_a_comparison_shows_every_statement_once(trees):
    programs = [loaded(tree) for tree in trees]
    side = compare(programs)
    rows = as_rows(side)
    for program in programs:
        shown = [row for row in rows if row["program"] == program.id and row["as_of"]]
        assert len(shown) == sum(1 for _ in statements(program))
    assert all(name in as_text(side).replace("\n", " ") for name in side.programs)
