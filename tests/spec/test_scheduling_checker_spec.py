"""What the checker of schedules asks of a plan.

`allay scheduling check` reads a problem and a plan, and shares no code with what makes plans. It names every
breach by the id of its rule, says where in the plan it is, and what is there against what may be. A plan
without any is accepted.
"""

from __future__ import annotations

import pytest
from tests.unit.scheduling.checking.draft import checked
from tests.unit.scheduling.checking.planted_groups import GROUPS, LINKED, WHOLE
from tests.unit.scheduling.checking.planted_sessions import PLACES, SERIES

from allay.scheduling.checking.rules import RULES

PLANTED = [*WHOLE, *PLACES, *SERIES, *LINKED, *GROUPS]
ROWS = [
    ("problem.digest", "The plan names the digest of this very problem."),
    ("problem.id", "The plan names the id of this problem."),
    ("problem.synthetic", "A plan says that it is synthetic exactly when its problem does."),
    ("plan.method", "The plan says how it was made, by one of the known methods."),
    ("plan.unknown", "Everything the plan names is in the problem."),
    ("grid.horizon", "Everything is on a day of the horizon."),
    ("grid.closed", "Everything is on a weekday and between the times at which the program is open."),
    ("grid.start", "Everything starts a whole number of slots after the program opens."),
    ("practitioner.off_calendar", "Who leads a session or meeting works all that time and is not away."),
    ("patient.off_calendar", "A patient can come, or be called, for the whole session."),
    ("room.off_calendar", "A room is open for the whole session or meeting."),
    ("practitioner.twice", "A practitioner has one thing at a time."),
    ("patient.twice", "A patient has one thing at a time, the meetings of the group among them."),
    ("room.twice", "A room holds one session or meeting at a time."),
    ("room.missing", "A session on site has a room."),
    ("room.type", "A room is of the type its service needs."),
    ("room.seats", "The room of a group seats its largest size."),
    ("lead.discipline", "Who leads has the discipline of the service."),
    ("lead.avoided", "Nobody has a session with a practitioner he or she avoids."),
    ("lead.language", "Where no interpreter will do, who leads speaks the patient's language."),
    ("series.number", "A series has no sessions beyond its last number."),
    ("series.missing", "Every session of a series is in the plan or among the unserved."),
    ("series.twice", "Every session of a series is in the plan at most once."),
    ("series.window", "A session is inside the window of its series."),
    ("series.too_early", "A session is in the week in which it is due, or later."),
    ("series.order", "The sessions of a series are in the order of their numbers."),
    ("series.gap", "From one session of a series to the next are at least the stated hours."),
    ("series.practitioner", "A series with a fixed practitioner is with that one."),
    ("series.continuity", "A series that requires continuity has one lead for all its sessions."),
    ("series.mode", "A session is on site or by telehealth as its series says."),
    ("telehealth.service", "By telehealth are only services that can be."),
    ("telehealth.patient", "By telehealth are only patients who will."),
    ("telehealth.practitioner", "By telehealth are only practitioners who do it."),
    ("telehealth.state", "By telehealth, who leads is licensed in the patient's state."),
    ("telehealth.room", "A session by telehealth has no room."),
    ("linked.second_missing", "A linked visit has a second practitioner."),
    ("linked.second_extra", "Only a linked visit has a second practitioner."),
    ("linked.second_same", "The second of a linked visit is somebody else than the lead."),
    ("linked.second_discipline", "The second of a linked visit has the discipline the service asks for."),
    ("linked.second_avoided", "Nobody whom the patient avoids is second in the room of a linked visit."),
    ("linked.second_off_calendar", "The second of a linked visit works for as long as the presence asks."),
    ("linked.room", "A linked visit is on site, both in one room."),
    ("linked.presence", "While the presence occupies a second, he or she has nothing else."),
    ("linked.ratio", "A second has at most the stated number of linked sessions at one moment."),
    ("cohort.twice", "A cohort has one place in the template."),
    ("cohort.not_said", "A cohort without a place is named in a note."),
    ("cohort.meets", "A cohort that runs already keeps its weekday, start, lead and room."),
    ("cohort.lead", "A cohort with a fixed lead is led by that one."),
    ("cohort.lead_language", "Who leads a cohort speaks its language."),
    ("cohort.size_small", "A cohort that does not run yet has at least its smallest number of members."),
    ("cohort.size_large", "A cohort has at most its largest number of members, or the binomial rule's."),
    ("cohort.member_unknown", "Members of a cohort are listed for it or need a group of its kind."),
    ("cohort.member_twice", "A patient has one place among the cohorts of a kind."),
    ("cohort.lead_avoided", "Nobody is put into a cohort whose lead he or she avoids."),
    ("cohort.member_language", "Where no interpreter will do, a member speaks the cohort's language."),
    ("cohort.fixed_member", "Who has a place in a cohort already keeps it."),
    ("meeting.missing", "A cohort meets in each week that is due, or its members are among the unserved."),
    ("meeting.extra", "A cohort meets once in a week, and only in weeks that are due."),
    ("meeting.template", "A meeting is on the weekday and at the time of the template."),
    ("meeting.substitute", "Lead and room are replaced only when the usual one is not there."),
    ("meeting.absent_wrongly", "Absent from a meeting are only members who cannot come to all of it."),
    ("meeting.absent_not_said", "A member who cannot come to a whole meeting is among the absent."),
    ("same_day.forbidden", "No patient has two services on one day that the payer forbids."),
    ("trips.most", "Nobody is on site on more days of a week than he or she can."),
    ("booking.missing", "What is booked is in the plan."),
    ("booking.moved", "What is booked keeps its time, practitioners, room and mode."),
    ("unserved.served", "What is in the plan is not among the unserved."),
    ("unserved.twice", "Nothing is among the unserved, and nobody among the absent, more than once."),
    ("unserved.member_wrongly", "Among the unserved members are only those without a meeting that is due."),
    ("unserved.member_not_said", "A patient without a place in a group is among the unserved members."),
    ("score.wrong", "The score is that of the plan."),
    ("bound.above", "No bound is above the score of a plan."),
]


@pytest.mark.parametrize(("rule", "sentence"), ROWS)
def test_each_rule(rule, sentence):
    """The rules, in the order of reports. Each is broken by a planted violation, and named."""
    assert RULES[rule] == sentence
    broken = next(one for one in PLANTED if rule in one[0].split())
    assert rule in checked(broken[2], rescored=rule != "score.wrong").broken


def test_no_rule_is_left_out():
    assert [rule for rule, _ in ROWS] == list(RULES)
