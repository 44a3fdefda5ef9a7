"""The CHOIR sample through the web application: every row comes in, with the figures of the report."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.integration import factories as make

from allay.interop.registry import load_map, read_registry
from allay.reports.outcomes import OutcomesResult, analyze
from allay.reports.outcomes_json import outcomes_dict
from allay_web.access.models import Program
from allay_web.enrolment.models import Episode
from allay_web.insight.queries import dashboard
from allay_web.jobs.models import Upload
from allay_web.outcomes.models import RegistryImport, Score
from allay_web.people.models import Patient

pytestmark = pytest.mark.django_db

ROWS, EMPTY_LINE, FOLLOWED = 14_380, "7820", 4_727


@pytest.fixture
def choir(allay_data: Path) -> Path:
    """The folder of the sample; skips where it is absent."""
    folder = allay_data / "choir_pain"
    if not folder.is_dir():
        pytest.skip("the CHOIR sample is absent; name the data folder in ALLAY_DATA")
    return folder


@pytest.fixture
def report(choir: Path) -> OutcomesResult:
    """What `allay report outcomes` works out from the file."""
    reading = read_registry(choir / "choir_pain.csv", load_map("choir"))
    return analyze(reading.table, reading.plan)


def upload(client: Any, program: Program, content: bytes) -> Upload:
    """Choose the file in the browser, as far as its dry run."""
    file = SimpleUploadedFile("choir_pain.csv", content, content_type="text/csv")
    answer = client.post(make.url("outcomes:registry_import", program), {"file": file, "map": "choir"})
    assert answer.status_code == 302, answer.content.decode()
    return Upload.objects.of(program).latest("pk")


def stored(program: Program) -> tuple[int, ...]:
    """How much there is."""
    kinds = (Patient, Episode, Score, RegistryImport)
    return tuple(kind.objects.of(program).count() for kind in kinds)


def test_all_rows_come_in_once_and_the_figures_are_those_of_the_report(
    choir: Path, report: OutcomesResult
) -> None:
    program = make.program()
    director = make.member(program, "director")
    client = make.client_for(director)
    content = (choir / "choir_pain.csv").read_bytes()

    # The dry run names the empty row and writes nothing.
    waiting = upload(client, program, content)
    check = make.url("outcomes:registry_check", program, upload=waiting.pk)
    page = client.get(check).content.decode()
    assert f"Line {EMPTY_LINE}: an empty row; it stays in the count" in page
    assert "14380 people and 125741 scores" in page
    assert stored(program) == (0, 0, 0, 0)

    # Confirming twice takes it in once: every row, and one entry that keeps the empty row's place.
    assert client.post(check).status_code == 302
    after = stored(program)
    assert after == (ROWS, ROWS, 125_741 + 1, 1)
    assert client.post(check).status_code == 302
    assert stored(program) == after

    # A second import of the same file changes nothing.
    again = upload(client, program, content)
    check = make.url("outcomes:registry_check", program, upload=again.pk)
    assert "Everything in this file is here already" in client.get(check).content.decode()
    client.post(check)
    assert stored(program) == after

    _same_figures(program, make.actor(director), report)
    _reference_results(client, program, json.loads((choir / "reference_results.json").read_text()))


def _same_figures(program: Program, by: Any, report: OutcomesResult) -> None:
    found = dashboard(program, wanted={}, by=by, on=make.TODAY)
    outcomes, theirs = found.outcomes, report.changes[0]
    assert outcomes is not None
    ours = outcomes.change
    assert ours is not None
    assert (outcomes.reached, ours.capture) == (ROWS, theirs.capture)
    assert ours.paired.n_paired == theirs.paired.n_paired == FOLLOWED
    assert ours.paired.mean_change == pytest.approx(theirs.paired.mean_change, rel=1e-12)
    for mine, other in zip(ours.responders, theirs.responders, strict=True):
        assert (mine.followed, mine.enrolled, mine.upper) == (other.followed, other.enrolled, other.upper)
        assert mine.weighted is not None
        assert other.weighted is not None
        # Rows stand in another order here, so sums of the model differ in their last bits.
        assert mine.weighted.share == pytest.approx(other.weighted.share, rel=1e-9)
    assert [(step.title, step.n) for step in found.funnels[-1].steps] == [
        ("In the file", ROWS),
        ("Assessed", ROWS - 1),
        ("Answered again at 3 months", FOLLOWED),
    ]
    views = {view.grouping.id: view for view in theirs.groups}
    for view in ours.groups:
        for mine, other in zip(view.groups, views[view.grouping.id].groups, strict=True):
            assert (mine.level, mine.enrolled, mine.capture) == (other.level, other.enrolled, other.capture)
            assert mine.responders == other.responders
    assert set(views) == {view.grouping.id for view in ours.groups} == {"sex", "payer", "age_band"}


def _reference_results(client: Any, program: Program, reference: dict[str, Any]) -> None:
    """The downloaded report gives the published statistics, as far as the program keeps the columns."""
    answer = client.get(make.url("insight:report", program, fmt="json"))
    found = json.load(io.BytesIO(answer.content))
    scores = [key for key in reference["descriptives"] if key in found["descriptives"]]
    assert len(scores) == 11  # ten columns of scores, and age
    for key in scores:
        assert found["descriptives"][key] == pytest.approx(reference["descriptives"][key], rel=1e-9), key
    assert found["counts"]["PAT_SEX"] == reference["counts"]["PAT_SEX"]
    assert found["counts"]["MEDICAID_BIN"] == reference["counts"]["MEDICAID_BIN"]
    change = found["pain_change_baseline_to_3_months"]
    for key, value in reference["pain_change_baseline_to_3_months"].items():
        assert change[key] == pytest.approx(value, rel=1e-8), key


def test_the_file_gives_what_the_library_writes(report: OutcomesResult) -> None:
    assert outcomes_dict(report)["n_rows"] == ROWS
