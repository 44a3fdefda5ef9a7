"""Who may supervise whom: agreements, licenses, enrollments, states."""

from __future__ import annotations

import datetime as dt
import io

import pytest

from allay.base.errors import InvalidValue, NotFound
from allay.coverage.credentials.incident_to import presence
from allay.coverage.credentials.records import SupervisionMode
from allay.coverage.credentials.sheet import read_credentials
from allay.coverage.credentials.supervision import who_may_supervise

HEAD = "practitioner,kind,type,state,status,payer,whom,mode,service,setting,from,to"
TEAM = f"""{HEAD}
md,license,pain_physician,VT,active,,,,,,2015-01-01,2026-12-31
md,enrollment,,,,original_medicare,,,,,2015-01-01,
np,license,nurse_practitioner,VT,active,,,,,,2015-01-01,
dc,license,chiropractor,TX,active,,,,,,2015-01-01,
dm,license,chiropractor,MN,active,,,,,,2015-01-01,
ex,profession,exercise_physiologist,,,,,,,,,
lac,license,acupuncturist,VT,active,,,,,,2020-01-01,
lmt,license,massage_therapist,VT,active,,,,,,2020-01-01,
md,supervision,,,,,lac,video,acupuncture,,2020-01-01,2026-06-30
md,supervision,,,,,lac,phone,,,2020-01-01,
md,supervision,,,,,lmt,in_suite,,clinic,2020-01-01,
np,supervision,,,,,lac,in_suite,,,2020-01-01,
dc,supervision,,,,,ex,on_site,,,2020-01-01,
dm,supervision,,,,,ex,in_suite,,,2020-01-01,
dm,supervision,,,,,ex,video,,,2020-01-01,
"""
MARCH = dt.date(2026, 3, 1)


def ask(whom, *, day=MARCH, state="VT", **more):
    team = read_credentials(io.BytesIO(TEAM.encode())).credentials
    found = who_may_supervise(team, day=day, state=state, whom=whom, **{"global_period": "000", **more})
    return {(one.agreement.practitioner, one.agreement.mode.value): one.answer for one in found}


def verdicts(whom, **more):
    return {key: answer.verdict.value for key, answer in ask(whom, **more).items()}


def test_case_6():
    found = ask("lac")
    assert [(key, answer.verdict.value) for key, answer in found.items()] == [
        (("md", "video"), "yes"),
        (("np", "in_suite"), "conditional"),
        (("md", "phone"), "no"),
    ]
    video = found["md", "video"]
    assert any(reason.rule.startswith("us.medicare.incident_to.video@2026-01-01") for reason in video.reasons)
    assert any(reason.outcome == "caution" and "Vermont" in reason.text for reason in video.reasons)
    assert found["np", "in_suite"].missing == ("enrollment of np with original_medicare",)


def test_a_procedure_without_a_global_period():
    """The fee schedule writes three letters where the concept does not apply."""
    assert verdicts("lac", global_period="X" * 3)["md", "video"] == "yes"
    assert verdicts("lac", global_period="090")["md", "video"] == "no"
    assert ask("lac", global_period=None)["md", "video"].missing == ("global period of the procedure",)


def test_massage_is_never_billed_incident_to():
    assert verdicts("lmt") == {("md", "in_suite"): "no"}


@pytest.mark.parametrize(
    ("day", "there"), [("2026-06-30", True), ("2026-07-01", False), ("2019-12-31", False)]
)
def test_days_of_an_agreement(day, there):
    assert (("md", "video") in ask("lac", day=dt.date.fromisoformat(day))) is there


def test_a_license_of_the_supervisor_that_ran_out():
    for day, outcome in ((dt.date(2026, 12, 31), "holds"), (dt.date(2027, 1, 1), "fails")):
        reasons = ask("lac", day=day)["md", "phone"].reasons
        assert [r.outcome for r in reasons if r.rule == "credential.license"] == [outcome]


def test_a_state_without_a_license_of_the_supervisor():
    """Physicians are not in the map, so nothing says that New Hampshire asks for a license."""
    assert verdicts("lac", state="NH")["md", "video"] == "unknown"


def test_service_and_setting():
    assert set(ask("lac", service="massage")) == {("md", "phone"), ("np", "in_suite")}
    assert set(ask("lmt", setting="hospital")) == set()
    assert set(ask("lmt", setting="clinic")) == {("md", "in_suite")}


def test_delegation_by_chiropractors():
    texas = ask("ex", state="TX", payer="commercial")["dc", "on_site"]
    assert texas.verdict.value == "conditional"  # case 10 (c)
    assert "policy of commercial on supervised persons" in texas.missing
    assert any(reason.rule.startswith("delegation.tx.chiropractor") for reason in texas.reasons)
    minnesota = ask("ex", state="MN", payer="commercial")
    in_suite, video = (
        [reason for reason in minnesota["dm", mode].reasons if reason.rule.startswith("delegation.mn")]
        for mode in ("in_suite", "video")
    )
    assert [reason.outcome for reason in in_suite + video] == ["holds", "missing"]
    assert verdicts("ex", state="TX")["dc", "on_site"] == "no"  # Medicare


def test_nobody_of_that_name():
    with pytest.raises(NotFound, match="did you mean 'lac'"):
        ask("lacc")
    with pytest.raises(NotFound, match="service"):
        ask("lac", service="acupunture")
    with pytest.raises(NotFound, match="state"):
        ask("lac", state="Vermont")


@pytest.mark.parametrize("global_period", ["10", "0", "010 days", ""])
def test_a_global_period_that_cannot_be_is_refused(global_period):
    with pytest.raises(InvalidValue, match="a global period of three digits"):
        presence(SupervisionMode.VIDEO, day=dt.date(2026, 3, 2), global_period=global_period)
