"""May a practitioner work where the patient is."""

from __future__ import annotations

import datetime as dt
import io

import pytest

from allay.base.dates import Period
from allay.base.errors import InvalidInput, NotFound
from allay.base.status import Status
from allay.coverage.answers import Verdict
from allay.coverage.credentials.license_map import Topic, shipped_license_map
from allay.coverage.credentials.licensed import direct_access, licensed_at
from allay.coverage.credentials.mapsheet import read_license_map
from allay.coverage.credentials.records import License, LicenseStatus, Practitioner, Privilege

DAY = dt.date(2026, 3, 2)
LONG = Period(dt.date(2015, 1, 1))
HEAD = b"state,profession,topic,value,effective_from,effective_to,recorded_on,status,source\n"


def holder(profession, *licenses, privileges=()):
    """A practitioner with (state, status, from, to) licenses; `to` is the first day after."""
    made = tuple(
        License(
            "x",
            profession,
            state,
            LicenseStatus(status),
            Period(dt.date.fromisoformat(start), end and dt.date.fromisoformat(end)),
        )
        for state, status, start, end in licenses
    )
    return Practitioner("x", profession, made, tuple(privileges))


def ask(who, state, *, day=DAY, mode="in_person", **more):
    return licensed_at(who, state=state, day=day, mode=mode, **more)


@pytest.mark.parametrize(
    ("day", "verdict"),
    [("2019-12-31", "no"), ("2020-01-01", "yes"), ("2026-12-31", "yes"), ("2027-01-01", "no")],
)
def test_days_of_a_license(day, verdict):
    who = holder("acupuncturist", ("VT", "active", "2020-01-01", "2027-01-01"))
    assert ask(who, "VT", day=dt.date.fromisoformat(day)).verdict.value == verdict


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        ("active", "yes"),
        ("restricted", "conditional"),
        ("pending", "no"),
        ("inactive", "no"),
        ("suspended", "no"),
        ("revoked", "no"),
    ],
)
def test_status_of_a_license(status, verdict):
    answer = ask(holder("acupuncturist", ("VT", status, "2020-01-01", None)), "VT")
    assert answer.verdict.value == verdict
    assert bool(answer.missing) is (verdict == "conditional")


def test_a_license_counts_where_the_patient_is():
    who = holder("acupuncturist", ("VT", "active", "2020-01-01", None))
    for mode in ("in_person", "video", "audio"):
        assert ask(who, "VT", mode=mode).verdict is Verdict.YES
        assert ask(who, "NH", mode=mode).verdict is Verdict.NO


def test_a_license_counts_even_where_the_map_does_not_know():
    who = holder("naturopath", ("OR", "active", "2020-01-01", None))
    assert ask(who, "OR").verdict is Verdict.YES


@pytest.mark.parametrize(
    ("profession", "state", "verdict", "confidence"),
    [
        ("acupuncturist", "VT", "conditional", "secondary"),  # a license is asked for; none is on file
        ("acupuncturist", "AL", "conditional", "secondary"),  # no license there, other law may rule
        ("massage_therapist", "KS", "conditional", "secondary"),
        ("massage_therapist", "CA", "conditional", "secondary"),  # voluntary
        ("massage_therapist", "VT", "conditional", "secondary"),  # registration
        ("naturopath", "TX", "unknown", "unknown"),
        ("yoga_therapist", "TX", "yes", "secondary"),  # licensed nowhere
        ("dietitian", "TX", "unknown", "unknown"),  # not in the map at all
    ],
)
def test_without_any_license(profession, state, verdict, confidence):
    answer = ask(holder(profession), state)
    assert (answer.verdict.value, answer.confidence.value) == (verdict, confidence)
    assert bool(answer.missing) is (verdict != "yes")


def test_nobody_said_what_they_are():
    answer = ask(Practitioner("x"), "VT")
    assert (answer.verdict, answer.missing) == (Verdict.CONDITIONAL, ("profession of x",))


def test_one_of_two_professions_is_enough():
    licenses = (
        License("x", "acupuncturist", "VT", LicenseStatus.SUSPENDED, LONG),
        License("x", "massage_therapist", "VT", LicenseStatus.ACTIVE, LONG),
    )
    answer = ask(Practitioner("x", licenses=licenses), "VT")
    assert answer.verdict is Verdict.YES
    assert all("acupuncturist" not in reason.text for reason in answer.reasons)


def authority(status="active", compact="psypact", state="", profession="clinical_psychologist"):
    return Privilege("x", profession, compact, LicenseStatus(status), LONG, state)


@pytest.mark.parametrize(
    ("state", "mode", "verdict", "confidence"),
    [
        ("ID", "video", "yes", "secondary"),  # case 22
        ("OR", "video", "no", "derived"),  # case 22; that a license is asked for is our reading
        ("TX", "video", "unknown", "unknown"),
        ("ID", "audio", "unknown", "unknown"),
        ("ID", "in_person", "unknown", "unknown"),
        ("WA", "in_person", "yes", "derived"),
    ],
)
def test_psypact(state, mode, verdict, confidence):
    who = holder("clinical_psychologist", ("WA", "active", "2015-01-01", None), privileges=[authority()])
    answer = ask(who, state, mode=mode)
    assert (answer.verdict.value, answer.confidence.value) == (verdict, confidence)


def test_psypact_needs_its_home():
    lapsed = holder(
        "clinical_psychologist", ("WA", "active", "2015-01-01", "2026-03-02"), privileges=[authority()]
    )
    answer = ask(lapsed, "ID", mode="video")
    assert answer.verdict is Verdict.CONDITIONAL
    assert "an active license of a home state" in answer.missing
    outside = holder("clinical_psychologist", ("OR", "active", "2015-01-01", None), privileges=[authority()])
    assert ask(outside, "ID", mode="video").verdict is Verdict.NO


def test_a_suspended_privilege_serves_nowhere():
    who = holder(
        "clinical_psychologist", ("WA", "active", "2015-01-01", None), privileges=[authority("suspended")]
    )
    assert ask(who, "ID", mode="video").verdict is Verdict.NO


def test_a_privilege_does_not_mend_a_suspended_license():
    licenses = (("WA", "active", "2015-01-01", None), ("ID", "suspended", "2015-01-01", None))
    who = holder("clinical_psychologist", *licenses, privileges=[authority()])
    assert ask(who, "ID", mode="video").verdict is Verdict.NO


def test_a_privilege_of_one_state_serves_there():
    privilege = authority(compact="pt_compact", state="AZ", profession="physical_therapist")
    who = holder("physical_therapist", ("TX", "active", "2015-01-01", None), privileges=[privilege])
    answer = ask(who, "AZ")
    assert (answer.verdict, answer.confidence) == (Verdict.YES, Status.MEMORY)
    assert ask(who, "OH").verdict is Verdict.NO
    without = authority(compact="pt_compact", profession="physical_therapist")
    who = holder("physical_therapist", ("TX", "active", "2015-01-01", None), privileges=[without])
    assert ask(who, "AZ").verdict is Verdict.CONDITIONAL


def test_both_clocks():
    rows = tuple(
        License("x", "acupuncturist", "VT", LicenseStatus(status), LONG, recorded_on=dt.date(2026, month, 1))
        for status, month in (("active", 1), ("suspended", 2))
    )
    who = Practitioner("x", licenses=rows)
    assert ask(who, "VT", known_on=dt.date(2026, 1, 31)).verdict is Verdict.YES
    assert ask(who, "VT", known_on=dt.date(2026, 2, 1)).verdict is Verdict.NO
    assert ask(who, "VT").verdict is Verdict.NO


def test_every_reason_says_where_it_is_written():
    for profession in ("acupuncturist", "naturopath", "yoga_therapist", "massage_therapist"):
        for reason in ask(holder(profession), "KS").reasons:
            assert reason.references, reason
            assert "@" in reason.rule


def test_no_such_state():
    with pytest.raises(NotFound, match="did you mean 'VT'"):
        ask(holder("acupuncturist"), "Vt")


@pytest.mark.parametrize(
    ("state", "day", "verdict"),
    [
        ("WA", "2024-05-23", "unknown"),
        ("WA", "2024-05-24", "conditional"),
        ("WA", "2024-05-25", "conditional"),
        ("DC", "2026-03-02", "unknown"),
    ],
)
def test_direct_access(state, day, verdict):
    answer = direct_access(state, day=dt.date.fromisoformat(day))
    assert answer.verdict.value == verdict
    assert answer.missing


def test_a_map_of_ones_own_replaces_rows():
    rows = (
        b"WA,physical_therapist,direct_access,unrestricted,2000-01-01,,2026-12-01,verified,Board\n"
        b"TX,naturopath,license,none,,2026-06-01,2026-12-01,verified,Board\n"
        b"TX,naturopath,license,licensed,2026-06-01,,2026-12-01,contract,Board\n"
    )
    ours = read_license_map(io.BytesIO(HEAD + rows), name="ours.csv").over(shipped_license_map())
    assert direct_access("WA", day=DAY, license_map=ours).verdict is Verdict.YES
    assert direct_access("OR", day=DAY, license_map=ours).verdict is Verdict.CONDITIONAL
    row = ours.facts["TX", "naturopath", Topic.LICENSE]
    assert [row.on(dt.date(2026, month, day)).value for month, day in ((5, 31), (6, 1))] == [
        "none",
        "licensed",
    ]
    assert (
        ask(holder("naturopath"), "TX", day=dt.date(2026, 6, 1), license_map=ours).confidence
        is Status.CONTRACT
    )


def test_every_wrong_cell_of_a_map_is_named():
    rows = (
        b"XX,physical_therapist,direct_access,unrestricted,,,2026-12-01,verified,Board\n"
        b"WA,healer,license,licensed,,,2026-12-01,verified,Board\n"
        b"WA,naturopath,licence,licensed,,,2026-12-01,verified,Board\n"
        b"WA,naturopath,license,yes,2026-13-01,,,sure,\n"
        b"WA,chiropractor,license,unknown,,,2026-12-01,verified,Board\n"
        b"WA,chiropractor,license,licensed,2026-02-01,2026-01-01,2026-12-01,verified,Board\n"
        b"OR,chiropractor,license,licensed,,,2026-12-01,verified,Board\n"
        b"OR,chiropractor,license,none,2026-02-01,,2026-12-01,verified,Board\n"
    )
    with pytest.raises(InvalidInput) as refused:
        read_license_map(io.BytesIO(HEAD + rows), name="ours.csv")
    found = [(problem.at, problem.field) for problem in refused.value.problems]
    assert found == [
        ("2", "state"),
        ("3", "profession"),
        ("4", "topic"),
        ("5", "status"),
        ("5", "effective_from"),
        ("5", "recorded_on"),
        ("5", "value"),
        ("6", "status"),
        ("7", "effective_to"),
        ("9", "effective_from"),
    ]
