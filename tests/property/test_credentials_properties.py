"""Credentials, for every input: no answer without a reason, no better answer from worse papers."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allay.base.dates import Period
from allay.base.errors import InvalidInput
from allay.coverage.answers import Verdict
from allay.coverage.credentials.expiry import expiring
from allay.coverage.credentials.license_map import shipped_license_map
from allay.coverage.credentials.licensed import licensed_at
from allay.coverage.credentials.records import License, LicenseStatus, Practitioner, gather
from allay.coverage.credentials.row import COLUMNS
from allay.coverage.credentials.sheet import read_credentials
from allay.coverage.credentials.states import licensing

STATES = st.sampled_from(sorted(licensing().states))
PROFESSIONS = st.sampled_from(sorted({key[1] for key in shipped_license_map().facts}))
DAYS = st.dates(dt.date(2015, 1, 1), dt.date(2030, 1, 1))
MODES = st.sampled_from(["in_person", "video", "audio"])


@st.composite
def periods(draw):
    start = draw(DAYS)
    length = draw(st.none() | st.integers(1, 2000))
    return Period(start, None if length is None else start + dt.timedelta(days=length))


@st.composite
def licenses(draw, profession, who="x"):
    status = draw(st.sampled_from(LicenseStatus))
    return License(who, profession, draw(STATES), status, draw(periods()))


@st.composite
def practitioners(draw):
    profession = draw(PROFESSIONS)
    return Practitioner("x", profession, tuple(draw(st.lists(licenses(profession), max_size=4))))


@given(practitioners(), STATES, DAYS, MODES)
def test_every_answer_has_a_reason(who, state, day, mode):
    answer = licensed_at(who, state=state, day=day, mode=mode)
    assert answer.reasons
    open_ended = answer.verdict in (Verdict.CONDITIONAL, Verdict.UNKNOWN)
    assert bool(answer.missing) is open_ended


@given(practitioners(), STATES, DAYS, MODES)
def test_an_active_license_of_the_state_is_a_yes_unless_another_forbids(who, state, day, mode):
    active = License("x", who.profession, state, LicenseStatus.ACTIVE, Period(day))
    others = tuple(each for each in who.licenses if each.state != state)
    answer = licensed_at(
        Practitioner("x", who.profession, (*others, active)), state=state, day=day, mode=mode
    )
    assert answer.verdict is Verdict.YES


@given(practitioners(), STATES, DAYS, DAYS, MODES)
def test_the_day_of_knowledge_moves_only_corrections(who, state, day, known_on, mode):
    assert licensed_at(who, state=state, day=day, mode=mode, known_on=known_on) == licensed_at(
        who, state=state, day=day, mode=mode
    )


@given(st.lists(licenses("acupuncturist"), max_size=5), DAYS, st.integers(0, 400), st.integers(0, 400))
def test_looking_further_ahead_shows_no_less(rows, as_of, within, more):
    known = gather(rows)
    near = expiring(known, as_of=as_of, within_days=within)
    far = expiring(known, as_of=as_of, within_days=within + more)
    assert set(near) <= set(far)
    assert list(far) == sorted(far, key=lambda each: (each.last_day, each.practitioner, each.kind, each.what))
    assert all((each.days_left < 0) is (each.state == "expired") for each in far)


CELLS = st.sampled_from(
    ["", "x", "license", "supervision", "degree", "VT", "active", "acupuncturist", "psypact", "video"]
) | st.sampled_from(["2026-01-01", "2025-01-01", "9999-12-31", "yes", "masters", "0", "é", "Infinity"])


@given(st.lists(st.lists(CELLS, min_size=len(COLUMNS), max_size=len(COLUMNS)), min_size=1, max_size=5))
def test_no_file_breaks_the_reader(rows):
    text = "\n".join([",".join(COLUMNS), *(",".join(row) for row in rows)]) + "\n"
    kept = read_credentials(io.BytesIO(text.encode()), name="t.csv", on_invalid="flag")
    assert len(kept.credentials.records) <= len(rows)
    assert all(2 <= int(problem.at) <= len(rows) + 1 for problem in kept.problems)
    if kept.problems:
        with pytest.raises(InvalidInput):
            read_credentials(io.BytesIO(text.encode()), name="t.csv")
