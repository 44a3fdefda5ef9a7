"""Properties of the operational test of services that hold for any session."""

from __future__ import annotations

import io
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from allay.base.vocabulary import professions
from allay.programs.services.catalog import all_components, all_services, get
from allay.programs.services.decision import decide
from allay.programs.services.definition import FORMATS, SETTINGS
from allay.programs.services.session import SessionRecord
from allay.programs.services.sheet import check_sessions

COMPONENTS = sorted(all_components())


@st.composite
def records(draw):
    """Sessions of any service, likely to be near to counting: most of what is drawn is the service's own."""
    service = draw(st.sampled_from(all_services()))
    own = st.sampled_from(sorted(service.components))
    format_ = draw(st.none() | st.sampled_from(FORMATS))
    people = st.just(1) if format_ == "individual" else st.integers(1, 40)
    return SessionRecord(
        service=service.id,
        profession=draw(
            st.none()
            | st.sampled_from(service.providers.values)
            | st.sampled_from([each.id for each in professions()])
        ),
        minutes=draw(st.none() | st.integers(1, 200).map(float)),
        format=format_,
        participants=draw(st.none() | people),
        setting=draw(st.none() | st.sampled_from(SETTINGS)),
        components=draw(st.none() | st.frozensets(own | st.sampled_from(COMPONENTS), max_size=8)),
    )


def decided(record):
    return decide(record, get(record.service))


@given(records(), st.sets(st.sampled_from(COMPONENTS), min_size=1, max_size=3))
def test_adding_a_component_never_turns_yes_into_no(record, more):
    before = decided(record)
    after = decided(replace(record, components=(record.components or frozenset()) | more))
    if record.components is not None:
        order = {"no": 0, "unknown": 1, "yes": 2}
        assert order[after.answer] >= order[before.answer]
    if before.answer == "yes":
        assert after.answer == "yes"


@given(records())
def test_every_rule_is_answered_and_the_answer_follows(record):
    service = get(record.service)
    found = decided(record)
    rules = 3 + bool(service.minutes) + bool(service.group_size) + len(service.needed)
    assert len(found.results) == len({result.rule for result in found.results}) == rules
    outcomes = {result.outcome for result in found.results}
    expected = "no" if "not_met" in outcomes else "unknown" if "unknown" in outcomes else "yes"
    assert found.answer == expected
    assert all(result.expected and result.found for result in found.results)


@given(records())
def test_a_record_filled_in_gives_an_answer(record):
    """Nothing stays unknown once everything is recorded."""
    format_ = record.format or "individual"
    full = replace(
        record,
        profession=record.profession or get(record.service).providers.values[0],
        minutes=record.minutes or 60.0,
        format=format_,
        participants=1 if format_ == "individual" else record.participants or 8,
        setting=record.setting or "in_person",
        components=record.components or frozenset(),
    )
    assert decided(full).answer in ("yes", "no")


@given(records())
def test_saying_less_never_gives_another_yes_or_no(record):
    """A blank turns an answer into `unknown` at most: it never turns no into yes, nor yes into no."""
    before = decided(record).answer
    for column in ("profession", "minutes", "format", "participants", "setting", "components"):
        after = decided(replace(record, **{column: None})).answer
        assert {before, after} != {"yes", "no"}


@given(st.lists(records(), min_size=1, max_size=6), st.randoms(use_true_random=False))
def test_order_is_irrelevant(given_records, chance):
    """Neither the order of rows nor that of a row's components changes an answer."""
    rows = [row_of(place, record) for place, record in enumerate(given_records)]
    shuffled = [row_of(place, record, chance) for place, record in enumerate(given_records)]
    chance.shuffle(shuffled)
    assert answers(rows) == answers(shuffled)


def row_of(place, record, chance=None):
    components = sorted(record.components) if record.components is not None else None
    if components and chance:
        chance.shuffle(components)
    listed = None if components is None else ";".join(components) or "none"
    cells = (
        f"s{place}",
        record.service,
        record.profession,
        None if record.minutes is None else f"{record.minutes:g}",
        record.format,
        record.participants,
        record.setting,
        listed,
    )
    return ",".join("" if cell is None else str(cell) for cell in cells)


def answers(rows):
    head = "session_id,service,profession,minutes,format,participants,setting,components"
    checked = check_sessions(io.BytesIO("\n".join([head, *rows]).encode()), name="sessions.csv")
    frame = checked.frame().sort("session_id")
    return frame.select("session_id", "answer", "not_met", "unknown").rows()
