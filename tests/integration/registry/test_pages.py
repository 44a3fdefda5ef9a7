"""Taking in a registry in the browser: choose, dry run, confirm once."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.integration import factories as make
from tests.integration.registry.files import ROWS, csv, registry_map

from allay_web.access.models import Program
from allay_web.jobs.models import Upload
from allay_web.outcomes import registry_forms
from allay_web.outcomes.models import RegistryImport, Score
from allay_web.people.models import Patient

pytestmark = pytest.mark.django_db


@pytest.fixture
def program() -> Program:
    return make.program()


@pytest.fixture
def client(program: Program) -> Any:
    return make.client_for(make.member(program, "director"))


def choose(client: Any, program: Program, content: bytes = csv(), **fields: Any) -> Any:
    own = SimpleUploadedFile("map.yaml", registry_map().model_dump_json(by_alias=True).encode())
    data = {"file": SimpleUploadedFile("export.csv", content), "map": "own", "own_map": own, **fields}
    address = make.url("outcomes:registry_import", program)
    return client.post(address, {key: value for key, value in data.items() if value is not None})


def text_of(answer: Any) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


def test_the_first_page_explains_itself(client: Any, program: Program) -> None:
    page = text_of(client.get(make.url("outcomes:registry_import", program)))
    assert "nothing is written before you confirm" in page
    assert "Nothing has been taken in yet" in page


def test_choose_check_confirm_and_press_again(client: Any, program: Program) -> None:
    answer = choose(client, program)
    check = answer.url
    page = text_of(client.get(check))
    assert "Take in 5 people and 9 scores" in page
    assert "Line 6: an empty row; it stays in the count" in page
    assert Patient.objects.of(program).count() == 0
    done = text_of(client.post(check, follow=True))
    assert "<h1>Taken in</h1>" in done
    assert "<h1>Taken in</h1>" in text_of(client.post(check, follow=True))
    assert Patient.objects.of(program).count() == 5
    assert RegistryImport.objects.of(program).count() == 1
    assert bytes(Upload.objects.of(program).get().content) == b""


def test_the_same_file_again_has_nothing_to_confirm(client: Any, program: Program) -> None:
    client.post(choose(client, program).url)
    page = text_of(client.get(choose(client, program).url))
    assert "Everything in this file is here already" in page
    assert '<button class="button button-main">' not in page


def test_what_differs_is_listed_and_stays(client: Any, program: Program) -> None:
    client.post(choose(client, program).url)
    changed = [list(row) for row in ROWS]
    changed[0][1] = "9"
    changed.append(["r9", "4", "", "50", "male", "no", "30"])
    again = choose(client, program, csv(changed)).url
    page = text_of(client.get(again))
    assert "Different from what is here: the stored value stays" in page
    assert "<td>7, as stored</td><td>9</td>" in page
    client.post(again)
    assert (
        Score.objects.of(program).get(episode__registry_key="r1", scale="pain", timepoint="start").score == 7
    )


def test_problems_are_listed_by_line_and_nothing_can_be_confirmed(client: Any, program: Program) -> None:
    wrong = choose(client, program, csv().replace(b"r1,7", b"r1,77", 1)).url
    page = text_of(client.get(wrong))
    assert "This file cannot be taken in yet" in page
    assert "a number from 0 to 10" in page
    client.post(wrong)
    assert Patient.objects.of(program).count() == 0
    assert Upload.objects.of(program).get().taken_at is None


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"file": None}, "This field is required"),
        ({"own_map": None}, "Choose the file of your map"),
        ({"map": "choir"}, "not both"),
        ({"own_map": SimpleUploadedFile("map.yaml", b"id: [")}, "map.yaml"),
        ({"own_map": SimpleUploadedFile("map.yaml", b"id: x\n")}, "expected a value for this key"),
    ],
    ids=["no file", "no map", "two maps", "broken map", "half a map"],
)
def test_a_form_that_is_not_right_says_what_to_mend(
    client: Any, program: Program, fields: dict[str, Any], says: str
) -> None:
    answer = choose(client, program, **fields)
    assert answer.status_code == 400
    assert says in text_of(answer)
    assert not Upload.objects.of(program).exists()


def test_a_file_too_large_for_the_browser_names_the_command(
    client: Any, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registry_forms, "LARGEST_FILE", 10)
    answer = choose(client, program)
    assert answer.status_code == 400
    assert "python -m allay_web import_registry" in text_of(answer)


def test_a_file_that_waited_too_long_is_let_go(client: Any, program: Program) -> None:
    check = choose(client, program).url
    upload = Upload.objects.of(program).get()
    upload.created_at -= dt.timedelta(days=2)
    upload.save()
    page = text_of(client.post(check, follow=True))
    assert "waited for more than a day" in page
    assert Patient.objects.of(program).count() == 0


@pytest.mark.parametrize("role", ["coordinator", "clinician", "finance", "analyst"])
def test_only_a_director_may(program: Program, client: Any, role: str) -> None:
    check = choose(client, program).url
    other = make.client_for(make.member(program, role))
    assert other.get(make.url("outcomes:registry_import", program)).status_code == 403
    assert other.post(check).status_code == 403


def test_another_program_finds_nothing(program: Program, client: Any) -> None:
    choose(client, program)
    upload = Upload.objects.of(program).get()
    mine = make.program()
    stranger = make.client_for(make.member(mine, "director"))
    assert stranger.get(make.url("outcomes:registry_check", mine, upload=upload.pk)).status_code == 404
    assert stranger.get(make.url("outcomes:registry_check", program, upload=upload.pk)).status_code == 404
