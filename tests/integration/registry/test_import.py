"""Taking in a registry: everything or nothing, once, and never over what is stored."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from tests.integration import factories as make
from tests.integration.registry.files import ROWS, csv, registry_map

from allay.base.errors import InvalidInput
from allay.interop.registry import read_registry
from allay.interop.registry_map import RegistryMap
from allay_web.access.models import Program
from allay_web.audit.models import AuditEntry
from allay_web.enrolment.models import Episode
from allay_web.jobs import actions as jobs
from allay_web.outcomes.actions.registry import import_registry, take_in
from allay_web.outcomes.models import RegistryImport, Score
from allay_web.outcomes.queries.registry import compare
from allay_web.outcomes.queries.table import cohorts
from allay_web.people.models import Patient

pytestmark = pytest.mark.django_db


def take(program: Program, content: bytes, registry: RegistryMap | None = None) -> dict[str, Any]:
    registry = registry or registry_map()
    reading = read_registry(io.BytesIO(content), registry, name="export.csv")
    return take_in(
        program=program,
        registry=registry,
        reading=reading,
        sha256="0" * 64,
        by=make.worker(program),
        at=make.NOW,
    )


def everything(program: Program) -> dict[str, Any]:
    """All that an import may write, as plain rows."""
    return {
        "patients": list(Patient.objects.of(program).order_by("pk").values()),
        "episodes": list(Episode.objects.of(program).order_by("pk").values()),
        "scores": list(Score.objects.of(program).order_by("pk").values()),
        "imports": list(RegistryImport.objects.of(program).order_by("pk").values()),
    }


def test_every_row_comes_in_with_its_scores_and_nothing_invented() -> None:
    program = make.program()
    result = take(program, csv())
    assert result["rows"] == result["patients_new"] == len(ROWS) == 5
    assert result["empty_rows"] == 1
    assert result["values_new"] == Score.objects.of(program).filter(status="scored").count() == 9
    first = Patient.objects.of(program).get(pseudonym="r1")
    assert (first.given_name, first.family_name, first.birth_date) == ("", "", None)
    assert (first.sex, first.payer_type, first.payer_name) == ("female", "medicaid", "Medicaid")
    episode = Episode.objects.of(program).get(patient=first)
    assert (episode.opened_on, episode.source, episode.age_at_start) == (None, "registry", 44)
    score = Score.objects.of(program).get(episode=episode, scale="mood", timepoint="start")
    assert (score.score, score.band, score.on, score.version) == (61.5, "moderate", None, "1.0.0")


def test_a_payer_that_names_no_kind_keeps_its_name() -> None:
    program = make.program()
    take(program, csv())
    patient = Patient.objects.of(program).get(pseudonym="r2")
    assert (patient.payer_type, patient.payer_name) == ("other", "Not Medicaid")
    assert Patient.objects.of(program).get(pseudonym="r3").payer_type == ""


def test_a_second_import_changes_nothing_and_leaves_no_trace() -> None:
    program = make.program()
    take(program, csv())
    before, entries = everything(program), AuditEntry.objects.count()
    result = take(program, csv())
    assert result["import"] is None
    assert (result["patients_new"], result["values_new"], result["values_here"]) == (0, 0, 9)
    assert everything(program) == before
    assert AuditEntry.objects.count() == entries


def test_an_updated_file_adds_what_is_new_and_overwrites_nothing() -> None:
    program = make.program()
    take(program, csv())
    changed = [list(row) for row in ROWS]
    changed[0][1] = "9"  # stored as 7
    changed[2][2] = "3"  # was not followed before
    changed.append(["r9", "4", "", "50", "male", "no", "30"])
    result = take(program, csv(changed))
    assert (result["patients_new"], result["values_new"], result["conflicts"]) == (1, 3, 1)
    stored = Score.objects.of(program).filter(scale="pain", episode__registry_key="r1", timepoint="start")
    assert stored.get().score == 7
    assert Score.objects.of(program).get(episode__registry_key="r3", timepoint="later").score == 3


def test_a_conflict_is_listed_with_its_line_and_both_values() -> None:
    program = make.program()
    take(program, csv())
    changed = [list(row) for row in ROWS]
    changed[0][1], changed[1][4] = "9", "male"
    registry = registry_map()
    reading = read_registry(io.BytesIO(csv(changed)), registry, name="export.csv")
    found = compare(program, registry, reading, by=make.worker(program))
    assert [(c.at, c.field, c.expected, c.found) for c in found.conflicts] == [
        ("2", "pain", "7, as stored", "9"),
        ("3", "sex", "female, as stored", "male"),
    ]
    assert found.nothing_new


def test_a_person_first_seen_with_nothing_recorded_takes_their_place_later() -> None:
    program = make.program()
    empty = [["r7", "", "", "", "", "", ""]]
    take(program, csv(empty))
    assert Score.objects.of(program).get().status == "not_scored"
    result = take(program, csv([["r7", "6", "", "", "female", "", ""]]))
    assert (result["patients_new"], result["values_new"]) == (0, 1)
    assert Score.objects.of(program).get().score == 6


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"\xef\xbb\xbf" + csv().replace(b"\n", b"\r\n"), ""),
        (csv().replace(b"pain,", b"pian,", 1), "export.csv:1: pain: expected this column"),
        (csv().replace(b"r2,", b"r1,", 1), "export.csv:3: who: expected each patient once"),
        (csv().replace(b"r1,7", b"r1,77", 1), "export.csv:2: pain: expected a number from 0 to 10"),
        (csv().replace(b"female", b"woman", 1), "export.csv:2: sex: expected one of 'female', 'male'"),
        (b"PK\x03\x04" + bytes(400), "a ZIP archive or an Excel workbook"),
        (b"%PDF-1.7 ...", "a PDF document"),
        (b"", "an empty file"),
        (csv([]), "only a header"),
    ],
    ids=[
        "byte-order mark and Windows lines",
        "wrong header",
        "duplicate",
        "impossible score",
        "unknown word",
        "workbook",
        "pdf",
        "empty",
        "header only",
    ],
)
def test_bad_input_is_named_and_nothing_is_written(content: bytes, says: str) -> None:
    program = make.program()
    if not says:
        assert take(program, content)["patients_new"] == 5
        return
    with pytest.raises(InvalidInput, match="expected") as wrong:
        take(program, content)
    assert says in str(wrong.value)
    assert not any(everything(program).values())


def test_a_failure_half_way_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    program = make.program()

    def broken(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr("allay_web.outcomes.actions.registry.insert", broken)
    with pytest.raises(RuntimeError):
        take(program, csv())
    assert not any(everything(program).values())


def test_a_held_file_is_taken_in_once() -> None:
    program = make.program()
    by = make.actor(make.member(program, "director"))
    upload = jobs.hold(
        program=program,
        kind=jobs.UploadKind.REGISTRY,
        name="export.csv",
        content=csv(),
        options={"map": registry_map().model_dump_json(by_alias=True)},
        by=by,
        at=make.NOW,
    )
    assert import_registry(upload=upload, by=by, at=make.NOW)["patients_new"] == 5
    before = everything(program)
    with pytest.raises(jobs.AlreadyTaken):
        import_registry(upload=upload, by=by, at=make.NOW)
    assert everything(program) == before


def test_statements_do_not_grow_with_rows(django_assert_max_num_queries: Any) -> None:
    program = make.program()
    many = [[f"r{n}", str(n % 11), str(n % 9), "55", "female", "yes", "40"] for n in range(600)]
    with django_assert_max_num_queries(45):
        take(program, csv(many))
    assert Score.objects.of(program).count() == 1800


def test_the_outcomes_of_the_program_are_those_of_the_file() -> None:
    program = make.program()
    registry = registry_map()
    take(program, csv())
    reading = read_registry(io.BytesIO(csv()), registry, name="export.csv")
    (cohort,) = cohorts(program)
    assert cohort.id == registry.id
    assert cohort.table.n == reading.table.n == 5
    for key, column in reading.table.values.items():
        ours = cohort.table.values[key]
        assert sorted(ours[~np.isnan(ours)]) == sorted(column[~np.isnan(column)])
    for grouping in reading.table.groupings:
        ours, theirs = cohort.table.groups[grouping.id], reading.table.groups[grouping.id]
        assert sorted(ours.tolist()) == sorted(theirs.tolist())
    assert cohort.plan.predictors == reading.plan.predictors


def test_the_map_an_import_keeps_reads_back_equal() -> None:
    program = make.program()
    take(program, csv())
    kept = RegistryImport.objects.of(program).get()
    again = RegistryMap.model_validate_json(kept.scales["map"])
    assert again == registry_map()


def test_the_command_takes_a_file_in_and_says_what_it_did(tmp_path: Any, capsys: Any) -> None:
    program = make.program()
    file, chart = tmp_path / "export.csv", tmp_path / "map.yaml"
    file.write_bytes(csv())
    chart.write_text(registry_map().model_dump_json(by_alias=True))
    call_command("import_registry", str(file), "--map", str(chart), "--program", program.slug, "--dry-run")
    assert "patients new: 5" in capsys.readouterr().out
    assert not any(everything(program).values())
    call_command("import_registry", str(file), "--map", str(chart), "--program", program.slug)
    assert Patient.objects.of(program).count() == 5


def test_the_command_lists_problems_and_unknown_programs(tmp_path: Any) -> None:
    program = make.program()
    file, chart = tmp_path / "export.csv", tmp_path / "map.yaml"
    file.write_bytes(csv().replace(b"r1,7", b"r1,77", 1))
    chart.write_text(registry_map().model_dump_json(by_alias=True))
    with pytest.raises(CommandError, match="found '77'"):
        call_command("import_registry", str(file), "--map", str(chart), "--program", program.slug)
    with pytest.raises(CommandError, match="short name of a program"):
        call_command("import_registry", str(file), "--map", str(chart), "--program", "nowhere")
