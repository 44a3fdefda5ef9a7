"""Completion, adherence, dose and fidelity, on small files with numbers worked out by hand."""

from __future__ import annotations

import datetime as dt
import io

import pytest

from allay.base.errors import InvalidInput
from allay.measures.intervals import wilson
from allay.programs.definitions.catalog import get
from allay.programs.episodes.adherence import adherence, dose_received
from allay.programs.episodes.completion import completion
from allay.programs.episodes.fidelity import fidelity
from allay.programs.episodes.planned import PlannedDoses
from allay.programs.episodes.records import read_episodes
from allay.programs.episodes.result import episodes_result

HEAD = "episode_id,enrolled_on,status,ended_on,reason,date,component,attended,minutes,group_size\n"
PPACT = get("ppact")
MONDAY = dt.date(2026, 1, 5)
PRECISE = 1e-12  # the same formula on the same numbers


def weekly(episode: str, marks: str, *, status: str = "ended", reason: str = "", minutes: str = "90") -> str:
    """Rows of one episode: a mark per week, y yes, n no, c canceled, - not recorded."""
    words = {"y": "yes", "n": "no", "c": "canceled", "-": ""}
    return "".join(
        f"{episode},{MONDAY},{status},,{reason},{MONDAY + dt.timedelta(weeks=week)},weekly_group,"
        f"{words[mark]},{minutes if mark == 'y' else ''},\n"
        for week, mark in enumerate(marks)
    )


FILE = HEAD + "".join(
    [
        weekly("done", "yyyyyyyyyynn"),
        weekly("just", "yyyyyyyyynnn"),
        weekly("short", "yyyyyyyynnnn", reason="pain flare"),
        weekly("gone", "yynnnnnnnnnn", reason="moved away"),
        f"never,{MONDAY},ended,,moved away,,,,,\n",
        weekly("here", "yyyy", status="open"),
    ]
)


def read(text: str, definition=PPACT, **options):
    return read_episodes(io.BytesIO(text.encode()), definition, name="e.csv", **options)


def test_everybody_enrolled_is_counted():
    file = read(FILE)
    found = completion(file.episodes, PlannedDoses(PPACT))
    assert (found.enrolled, found.still_open, found.ended, found.completed) == (6, 1, 5, 2)
    assert found.never_started == 1
    assert found.share == 2 / 5
    assert found.interval == wilson(2, 5)
    lost = [(each.phase, each.reason, each.n) for each in found.drop_outs]
    assert lost == [
        ("before the first session", "moved away", 1),
        ("groups", "moved away", 1),
        ("groups", "pain flare", 1),
    ]


def test_adherence_counts_those_who_never_started_and_leaves_canceled_out():
    text = HEAD + weekly("a", "yyyyccnn-nnn") + f"b,{MONDAY},ended,,,,,,,\n"
    found = adherence(read(text).episodes, PlannedDoses(PPACT))
    assert (found.attended, found.scheduled, found.canceled, found.unrecorded) == (4, 10 + 12, 2, 1)
    assert found.share == pytest.approx(4 / 22, abs=PRECISE)


def test_the_interval_of_adherence_knows_that_sessions_of_a_patient_are_alike():
    """Two who come to all and two who come to none tell less than 48 sessions of different people."""
    text = (
        HEAD + "".join(weekly(name, "y" * 12) for name in "ab") + "".join(weekly(n, "n" * 12) for n in "cd")
    )
    found = adherence(read(text).episodes, PlannedDoses(PPACT))
    plain = wilson(24, 48)
    assert found.share == 0.5
    assert found.interval.high - found.interval.low > 2 * (plain.high - plain.low)
    # Between patients: 4/3 * 4 * 36 / 48^2 = 1/12; of a plain share: 0.25 / 48; so 48 sessions tell as 3 do.
    assert found.interval.low == pytest.approx(wilson(1.5, 3).low, abs=PRECISE)


def test_dose_received_against_planned():
    found = {each.component: each for each in dose_received(read(FILE).episodes, PlannedDoses(PPACT))}
    group = found["weekly_group"]
    assert (group.planned, group.received) == (5 * 12, 10 + 9 + 8 + 2)
    assert (group.planned_minutes, group.received_minutes) == (5 * 12 * 90, 29 * 90)
    assert (found["medication_review"].planned, found["medication_review"].share) == (0, None)


def test_sessions_the_program_canceled_are_not_asked_for():
    starter = get("safety-net-group")  # three quarters of nine core sessions: eight groups and a screening

    def rows(marks: str) -> str:
        text = weekly("a", marks).replace("weekly_group", "group_visit")
        return HEAD + text + f"a,{MONDAY},ended,,,{MONDAY},social_screening,yes,30,\n"

    doses = PlannedDoses(starter)
    assert completion(read(rows("yyyyyynn"), starter).episodes, doses).completed == 1  # 7 of 9
    assert completion(read(rows("yyyyynnn"), starter).episodes, doses).completed == 0  # 6 of 9, 7 wanted
    assert completion(read(rows("yyyyycnn"), starter).episodes, doses).completed == 1  # 6 of 8


def test_completion_through_a_phase():
    simp = get("wa-simp")
    doses = PlannedDoses(simp)
    day = dt.date(2026, 9, 7)
    evaluated = f"a,{day},ended,,not authorized,{day},team_evaluation,yes,,\n"
    found = completion(read(HEAD + evaluated, simp).episodes, doses)
    assert found.completed == 0
    assert found.drop_outs[0].phase == "evaluation"
    days = [dt.date(2026, 9, 21) + dt.timedelta(days=n) for n in range(26)]
    treated = "".join(
        f"a,{day},ended,,not authorized,{each},{component},yes,360,\n"
        for each in days
        if each.weekday() < 5
        for component in ("treatment_day", "psychology", "medicine")
    )
    assert completion(read(HEAD + evaluated + treated, simp).episodes, doses).completed == 1


def test_a_phase_behind_a_gate_is_asked_of_those_who_have_it():
    starter = get("starter")
    doses = PlannedDoses(starter)
    start = dt.date(2026, 3, 2)
    light = f"a,{start},ended,,,{start},intake,yes,45,\n"
    assert sum(doses.of(read(HEAD + light, starter).episodes[0]).values()) == 13
    strong = f"a,{start},ended,,,2026-04-13,physical_therapy,no,,\n"
    assert sum(doses.of(read(HEAD + light + strong, starter).episodes[0]).values()) == 21


def test_fidelity_of_sessions_minutes_and_group_sizes():
    text = HEAD + weekly("a", "yyyyyyyyyynn", minutes="90") + weekly("b", "yynnnnnnnnnn", minutes="80")
    found = {each.id: each for each in fidelity(read(text).episodes, PlannedDoses(PPACT))}
    assert (found["groups_attended"].met, found["groups_attended"].of) == (1, 2)
    assert (found["full_length"].met, found["full_length"].of) == (
        10,
        12,
    )  # 80 is less than nine tenths of 90
    assert (found["core_components"].met, found["core_components"].of) == (1, 2)
    path = get("path@1.0.0")
    sized = HEAD + "".join(
        f"a,{MONDAY},ended,,,{MONDAY + dt.timedelta(weeks=n)},weekly_group,yes,,{size}\n"
        for n, size in enumerate((9, 10, 12, 13, ""))
    )
    cohort = {each.id: each for each in fidelity(read(sized, path).episodes, PlannedDoses(path))}["cohort"]
    assert (cohort.met, cohort.of, cohort.unrecorded) == (2, 4, 1)


def test_what_a_person_observes_is_not_made_up():
    starter = get("starter")
    found = {each.id: each for each in fidelity((), PlannedDoses(starter))}
    assert found["goals"].share is None
    assert "a person observes this" in found["goals"].counted


def test_as_of_leaves_out_what_came_later():
    file = read(
        FILE.replace("done,2026-01-05,ended,,", "done,2026-01-05,ended,2026-03-30,"),
        as_of=dt.date(2026, 2, 1),
    )
    by_id = {each.id: each for each in file.episodes}
    assert by_id["done"].is_open
    assert len(by_id["done"].sessions) == 4
    assert not by_id["gone"].is_open


def test_the_result_names_its_definitions_and_warns_of_small_numbers():
    found = episodes_result(read(FILE), PPACT)
    assert found["definition"] == "ppact@1.0.0"
    assert found["completion"]["definition"] == "completion@1.0.0"
    assert found["completion"]["rule_status"] == "synthetic"
    assert found["adherence"]["definition"] == "adherence@1.0.0"
    assert any("Only 5 episodes" in note for note in found["notes"])
    assert any("1 to 10 people must not be shown" in note for note in found["notes"])


WRONG = [
    ("a,2026-13-05,ended,,,,,,,", "enrolled_on", "a date that exists"),
    ("a,,ended,,,,,,,", "enrolled_on", "a date"),
    (",2026-01-05,ended,,,,,,,", "episode_id", "the id of an episode"),
    ("a,2026-01-05,finished,,,,,,,", "status", "open or ended"),
    ("a,2026-01-05,ended,2026-01-01,,,,,,", "ended_on", "not before the patient was enrolled"),
    ("a,2026-01-05,open,2026-02-01,,,,,,", "ended_on", "nothing while the episode is open"),
    ("a,2026-01-05,ended,,,2026-01-01,weekly_group,yes,,", "date", "not before the patient was enrolled"),
    ("a,2026-01-05,ended,,,2026-01-05,weekly_groop,yes,,", "component", "a component of ppact@1.0.0"),
    ("a,2026-01-05,ended,,,2026-01-05,,yes,,", "component", "the component of the session"),
    ("a,2026-01-05,ended,,,,weekly_group,,,", "date", "the day of the session"),
    ("a,2026-01-05,ended,,,,,yes,,", "attended", "nothing in a row without a session"),
    ("a,2026-01-05,ended,,,2026-01-05,weekly_group,maybe,,", "attended", "yes, no, canceled or nothing"),
    ("a,2026-01-05,ended,,,2026-01-05,weekly_group,yes,-5,", "minutes", "a number of at least 0"),
    ("a,2026-01-05,ended,,,2026-01-05,weekly_group,yes,,9.5", "group_size", "a whole number"),
    ("x,2026-02-05,ended,,,,,,,", "enrolled_on", "what the first row of the episode says"),
]


@pytest.mark.parametrize(("row", "column", "expected"), WRONG)
def test_wrong_cells_are_named_and_good_rows_can_be_kept(row, column, expected):
    text = HEAD + "x,2026-01-05,ended,,,,,,,\n" + row + "\n"
    with pytest.raises(InvalidInput) as refused:
        read(text)
    problem = next(each for each in refused.value.problems if each.field == column)
    assert str(problem).startswith(f"e.csv:3: {column}: expected")
    assert expected in str(problem)
    kept = read(text, on_invalid="flag")
    assert (len(kept.episodes), kept.left_out) == (1, 1)


def test_the_command(tmp_path, monkeypatch, capfdbinary):
    from allay.cli.frame import run
    from allay.cli.programs import group

    monkeypatch.chdir(tmp_path)
    (tmp_path / "e.csv").write_text(FILE)
    assert run(group, ["fidelity", "e.csv", "ppact", "--as-of", "2026-06-30"]) == 0
    out = capfdbinary.readouterr().out.decode()
    assert "6 enrolled, 1 still open, 5 ended" in out
    assert "2 of 5 (40%, 95% interval 12 to 77)" in out
    assert run(group, ["fidelity", "e.csv", "path", "-o", "f.json", "--format", "json"]) == 0
    assert (tmp_path / "f.json").exists()
    (tmp_path / "bad.csv").write_text(HEAD + WRONG[0][0] + "\n")
    assert run(group, ["fidelity", "bad.csv", "ppact", "-o", "g.json"]) == 2
    assert not (tmp_path / "g.json").exists()
