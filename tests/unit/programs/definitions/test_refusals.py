"""A definition that does not hold together is refused with file, line and field."""
# ruff: noqa: E501  (a case is one line of YAML)

from __future__ import annotations

import pytest
from tests.unit.programs.definitions import small

from allay.base.errors import InvalidInput

PEG = "score: {instrument: peg, scale: total, rule: improved_by, value: 2.0, since: start}"
CASES = [
    # What is changed, into what, the JSON pointer of the problem, and a part of the message.
    ("service: yoga", "service: yogo", "/phases/0/components/0/service", "did you mean 'yoga'"),
    (
        "professions: [yoga_therapist]",
        "professions: [yogi]",
        "/roles/1/professions/0",
        "no profession 'yogi'",
    ),
    ("{instrument: peg, at:", "{instrument: pegg, at:", "/measures/0/instrument", "did you mean 'peg'"),
    ("peg, at: [start", "peg, scales: [totl], at: [start", "/measures/0/scales/0", "did you mean 'total'"),
    ("{instrument: peg, at:", "{definition: complete, at:", "/measures/0/definition", "'completion'"),
    ("peg, at: [start, middle, end]", "peg, at: [start, middle]", "/measures", "measures nothing at its end"),
    ("length: {weeks: 4}", "length: {weeks: 0}", "/phases/0/length/weeks", "greater than 0"),
    ("length: {weeks: 4}", "length: {at_most: true}", "/phases/0/length", "a phase of no length"),
    ("length: {weeks: 4}", "length: {weeks: 99999999}", "/phases/0/length/weeks", "less than or equal"),
    (
        "sessions: 4, spacing_days: 7",
        "sessions: 999999999, spacing_days: 7",
        "/phases/1/components/0/sessions",
        "less than or equal",
    ),
    ("length: {weeks: 4}", "length: {weeks: 4, days: 2}", "/phases/0/length", "weeks and days"),
    ("peg, at: [start, middle, end]", "peg, at: [start, end]", "/gates/0/score", "can never open"),
    ("value: 2.0", "value: 10.5", "/gates/0/score/value", "up to 10"),
    ("value: 2.0", "value: 0.0", "/gates/0/score/value", "above 0"),
    (
        PEG,
        PEG.replace("improved_by, value: 2.0, since: start", "at_most, value: 11.0"),
        "/gates/0/score/value",
        "0 to 10",
    ),
    (
        PEG,
        PEG.replace("improved_by, value: 2.0, since: start", "at_least, value: 0.0"),
        "/gates/0/score/value",
        "lowest",
    ),
    (PEG, PEG.replace("scale: total", "scale: mood"), "/gates/0/score/scale", "total"),
    (PEG, PEG.replace("since: start", "since: end"), "/gates/0/score/since", "before middle"),
    (PEG, PEG.replace(", since: start", ""), "/gates/0/score/since", "an earlier time point"),
    (PEG, "decision: The team decides, by: nobody", "/gates/0/by", "the role that decides"),
    (PEG, "by: lead", "/gates/0", "a score or a decision"),
    ("at: middle, score", "at: end, score", "/gates/0/otherwise/0", "the circle strong needs strong"),
    ("otherwise: [strong]", "otherwise: [stronger]", "/gates/0/otherwise/0", "light, strong"),
    (
        "otherwise: [strong]",
        "otherwise: [strong], then: [strong]",
        "/gates/0/otherwise/0",
        "does not open already",
    ),
    ("otherwise: [strong], ", "", "/gates/0", "phases that follow"),
    ("otherwise: [strong]", "otherwise: [light]", "/phases/0", "that every episode has"),
    (
        "edge: end, opens_days: -3, closes_days: 0",
        "edge: end, opens_days: -30, closes_days: 0",
        "/timepoints/1/opens_days",
        "do not overlap",
    ),
    (
        "edge: end, opens_days: -3, closes_days: 0",
        "edge: end, opens_days: 1, closes_days: 2",
        "/timepoints/1/opens_days",
        "less than or equal to 0",
    ),
    (
        "edge: end, opens_days: -3, closes_days: 0",
        "edge: end, offset_days: 3, opens_days: -3, closes_days: 0",
        "/gates/0/at",
        "on or before strong begins",
    ),
    (
        "sessions: 4, spacing_days: 7",
        "sessions: 5, spacing_days: 7",
        "/phases/1/components/0/sessions",
        "5 sessions, of which 4 fit",
    ),
    ("per_week: 1", "per_week: 6", "/phases/0/components/0/per_week", "24 sessions, of which 20 fit"),
    ("per_week: 1", "on_days: [1, 40]", "/phases/0/components/0/on_days", "2 sessions, of which 1 fit"),
    ("per_week: 1", "per_week: 1, every_day: true", "/phases/0/components/0/per_week", "one way to say when"),
    ("linked_to: group", "linked_to: single", "/phases/0/components/1/linked_to", "components of its phase"),
    ("how: linked", "how: group", "/phases/0/components/1/linked_to", "(and only when) how is linked"),
    ("id: beside", "id: group", "/phases/0/components/1/id", "group again"),
    (
        "minutes: 60",
        "minutes: 60, minutes_most: 30",
        "/phases/0/components/0/minutes_most",
        "at least as many",
    ),
    (
        "minutes: 60",
        "minutes: 60, synthetic: [time]",
        "/phases/0/components/0/synthetic",
        "names of fields given",
    ),
    ("status: synthetic}", "status: verified}", None, None),
    ("title: Light", "title: Light\n    status: verified", "/phases/0/status", "at most synthetic"),
    ("high: 8, source: ours", "high: 8, source: theirs", "/cohort/source", "ours, read"),
    ("low: 4, high: 8", "low: 9, high: 8", "/cohort/high", "at least 9"),
    ("deputy: second", "deputy: lead", "/leadership/deputy", "another role"),
    ("champion: lead", "champion: boss", "/leadership/champion", "lead, second"),
    ("of: program, edge: start", "of: program", "/timepoints/0/edge", "start or end"),
    ("of: strong, edge: end", "after: end", "/timepoints/2/after", "time points"),
    ("of: strong, edge: end", "of: strung, edge: end", "/timepoints/2/of", "strong"),
    ("every_weeks: 2", "every_weeks: 2, on_days: [3]", "/reviews/0", "every_weeks or on_days"),
    ("share_of_core_sessions: 0.75, ", "", "/completion", "none of them"),
    ("component: group, share", "component: grp, share", "/fidelity/0/component", "group, beside, single"),
    ("cohort:", "cohorts:", "/cohorts", "did you mean 'cohort'"),
]


@pytest.mark.parametrize(
    ("old", "new", "pointer", "said"), CASES, ids=[f"{number}-{case[2]}" for number, case in enumerate(CASES)]
)
def test_what_is_refused(old, new, pointer, said):
    text = small.changed((old, new))
    if pointer is None:
        assert small.load(text).id == "small"
        return
    with pytest.raises(InvalidInput) as refused:
        small.load(text)
    problems = {problem.field: problem for problem in refused.value.problems}
    assert pointer in problems, str(refused.value)
    problem = problems[pointer]
    assert problem.file == "d.yaml"
    assert said in str(problem)
    line = text.splitlines()[int(problem.at) - 1]
    key = next(part for part in reversed(pointer.split("/")) if not part.isdigit())
    holds = key in line or line.lstrip().startswith(("- ", f"{key}:"))
    assert holds, f"line {problem.at} is {line!r}"


def test_the_small_definition_holds():
    assert small.load(small.SMALL).reference == "small@1.0.0"


def test_a_circle_of_two_gates_is_named():
    text = small.changed(
        (
            "  - {id: start, title: Start",
            "  - {id: late, title: Late, of: strong, edge: end, offset_days: -14, opens_days: 0, closes_days: 0, source: ours}\n  - {id: start, title: Start",
        ),
        ("peg, at: [start", "peg, at: [late, start"),
        (
            "reviews:",
            "  - {id: again, title: Again?, at: late, decision: Look, by: lead, then: [third], source: ours}\nreviews:",
        ),
        ("at: middle, score", "at: later, score"),
        (
            "  - {id: middle,",
            "  - {id: later, title: Later, of: third, edge: start, opens_days: 0, closes_days: 0, source: ours}\n  - {id: middle,",
        ),
        ("timepoints:", "  - {id: third, title: Third, length: {weeks: 1}, source: ours}\ntimepoints:"),
    ).replace("at: [late, start, middle, end]", "at: [late, later, start, middle, end]")
    with pytest.raises(InvalidInput, match="the circle strong needs third needs strong"):
        small.load(text)


def test_time_points_after_each_other_in_a_circle_are_refused():
    text = small.changed(
        ("of: program, edge: start", "after: end"), ("of: strong, edge: end", "after: start")
    )
    with pytest.raises(InvalidInput, match="end after start after end"):
        small.load(text)


def test_every_problem_is_named_at_once_and_in_order():
    text = small.changed(("service: yoga", "service: yogo"), ("deputy: second", "deputy: lead"))
    with pytest.raises(InvalidInput) as refused:
        small.load(text)
    lines = [int(problem.at) for problem in refused.value.problems]
    assert len(lines) == 2
    assert lines == sorted(lines)
