"""Statements that hold for every definition, start and file of episodes."""

from __future__ import annotations

import datetime as dt
import io

from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from allay.programs.definitions.catalog import FOLDER, all_definitions, get, load_definition
from allay.programs.definitions.gates import Known
from allay.programs.definitions.timeline import timeline
from allay.programs.episodes.adherence import adherence
from allay.programs.episodes.completion import completion
from allay.programs.episodes.fidelity import fidelity
from allay.programs.episodes.planned import PlannedDoses
from allay.programs.episodes.records import EpisodeRecord, ScheduledSession

definitions = st.sampled_from(all_definitions())
without_months = st.sampled_from([get(name) for name in ("path", "path@1.0.0", "ppact", "safety-net-group")])
days = st.dates(dt.date(2020, 1, 1), dt.date(2035, 12, 31))


@st.composite
def known(draw, definition):
    gates = (
        draw(st.lists(st.sampled_from([g.id for g in definition.gates]), unique=True))
        if definition.gates
        else []
    )
    return Known(decisions={gate: draw(st.booleans()) for gate in gates})


@given(st.data(), definitions, days)
def test_every_activity_lies_within_its_window_and_its_phase(data, definition, start):
    found = timeline(definition, start, known=data.draw(known(definition)))
    spans = {each.phase.id: (each.start, each.end) for each in found.phases}
    for each in found.activities:
        assert each.opens <= each.date <= each.closes
        if each.kind in ("session", "review"):
            first, last = spans[each.phase]
            assert first <= each.date <= last
            assert each.date.weekday() < 5
    assert list(found.activities) == sorted(found.activities, key=lambda each: each.date)


@given(st.data(), definitions, days)
def test_phases_follow_each_other_and_settled_gates_leave_no_doubt(data, definition, start):
    decided = {gate.id: data.draw(st.booleans()) for gate in definition.gates}
    found = timeline(definition, start, known=Known(decisions=decided))
    at = start
    for placed in found.phases:
        assert placed.start == at
        at = placed.end + dt.timedelta(days=1)
    doubtful = {each.condition for each in found.activities if each.certainty != "planned"}
    assert all(condition.startswith("only for") for condition in doubtful)


@given(without_months, days, st.integers(-200, 200))
def test_a_start_so_many_weeks_later_shifts_everything_by_as_many_weeks(definition, start, weeks):
    shift = dt.timedelta(weeks=weeks)
    first, later = timeline(definition, start), timeline(definition, start + shift)
    moved = [
        each._replace(date=each.date + shift, opens=each.opens + shift, closes=each.closes + shift)
        for each in first.activities
    ]
    assert moved == list(later.activities)


def shuffled(tree, order):
    """The same tree with the keys of every mapping in another order."""
    if isinstance(tree, dict):
        keys = sorted(tree, key=lambda key: (key[order:], key))
        return {key: shuffled(tree[key], order) for key in keys[:: -1 if order % 2 else 1]}
    return [shuffled(each, order) for each in tree] if isinstance(tree, list) else tree


@given(st.sampled_from(sorted(FOLDER.glob("*.yaml"))), st.integers(0, 5))
def test_the_order_of_keys_does_not_matter(path, order):
    reader = YAML(typ="rt")
    reader.preserve_quotes = True
    tree = reader.load(path.read_text(encoding="utf-8"))
    out = io.BytesIO()
    writer = YAML(typ="rt")
    writer.width = 10_000
    writer.dump(shuffled(tree, order), out)
    found = load_definition(io.BytesIO(out.getvalue()), name=path.name)
    expected = get(path.stem)
    start = dt.date(2026, 11, 30)
    assert found.model_dump(exclude={"sources"}) == expected.model_dump(exclude={"sources"})
    assert dict(found.sources) == dict(expected.sources)
    assert timeline(found, start) == timeline(expected, start)


@st.composite
def episodes(draw, definition):
    components = [component.id for _, component in definition.components()]
    start = draw(st.dates(dt.date(2026, 1, 1), dt.date(2026, 12, 31)))
    sessions = draw(
        st.lists(
            st.builds(
                ScheduledSession,
                date=st.integers(0, 120).map(lambda day: start + dt.timedelta(days=day)),
                component=st.sampled_from(components),
                attended=st.sampled_from(["yes", "yes", "no", "canceled", ""]),
                minutes=st.none() | st.floats(0, 480),
                group_size=st.none() | st.integers(1, 20),
            ),
            max_size=12,
        )
    )
    reason = draw(st.sampled_from(["moved away", "cost", "not recorded"]))
    return EpisodeRecord("x", start, draw(st.booleans()), None, reason, tuple(sessions))


@given(st.data(), definitions)
def test_completion_adds_up_to_everybody_enrolled(data, definition):
    everybody = data.draw(st.lists(episodes(definition), max_size=8))
    doses = PlannedDoses(definition)
    found = completion(everybody, doses)
    lost = sum(each.n for each in found.drop_outs)
    assert found.completed + lost + found.still_open == found.enrolled == len(everybody)
    assert found.completed + lost == found.ended
    attended = adherence(everybody, doses)
    assert 0 <= attended.attended <= attended.scheduled
    for figure in (found, attended, *fidelity(everybody, doses)):
        if figure.share is not None:
            assert figure.interval.covers(figure.share)
            assert 0 <= figure.interval.low <= figure.interval.high <= 1
