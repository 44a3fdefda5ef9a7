"""The first question of a link weighs at most 50 KB in all: page, styles, script and icon, uncompressed."""

from __future__ import annotations

import re
from pathlib import Path

import time_machine
from django.contrib.staticfiles import finders
from django.test import Client
from tests.integration import factories
from tests.integration.outcomes.conftest import BIRTH_DATE

HEAVIEST = 50 * 1024


def test_the_first_question_is_light(clinic, settings):
    token = clinic.link()[1]
    phone = Client()
    born = {"month": BIRTH_DATE.month, "day": BIRTH_DATE.day, "year": BIRTH_DATE.year}
    with time_machine.travel(factories.NOW, tick=False):
        phone.post(f"/q/{token}/", born)
        phone.post(f"/q/{token}/goals/", {"skip": "1"})
        page = phone.get(f"/q/{token}/question/1/")
    assert page.status_code == 200
    linked = re.findall(rf'(?:href|src)="{settings.STATIC_URL}([^"]+)"', page.content.decode())
    assert {name.rsplit(".", 1)[1] for name in linked} == {"css", "js", "svg"}
    weight = len(page.content) + sum(Path(finders.find(name)).stat().st_size for name in linked)
    assert weight <= HEAVIEST, weight
