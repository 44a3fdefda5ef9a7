"""Services and professions have one id each."""

from __future__ import annotations

import pytest

from allay.base.codes import Nucc
from allay.base.errors import InvalidInput, NotFound
from allay.base.status import Status
from allay.base.vocabulary import (
    load_professions,
    load_services,
    profession,
    profession_id,
    professions,
    service,
    service_id,
    services,
)

SOURCES = "recorded_on: 2026-11-22\nsources:\n  s: {title: T, seen_as: S2, href: 'https://a.org'}\n"


def test_ids_are_checked():
    assert service_id("tai_chi_qigong") == "tai_chi_qigong"
    assert profession_id("acupuncturist") == "acupuncturist"
    assert service("massage").label == "Massage"
    assert profession("acupuncturist").nucc == Nucc("171100000X")
    with pytest.raises(NotFound, match="did you mean 'massage'"):
        service_id("masage")
    with pytest.raises(NotFound, match="there is no profession"):
        profession_id("wizard")


def test_what_is_recalled_says_so():
    assert profession("health_coach").status is Status.MEMORY
    assert profession("yoga_therapist").nucc is None


def test_lists_keep_their_order():
    assert services()[0].id == "cognitive_behavioral_therapy"
    assert len(services()) == 31
    assert len(professions()) == 51


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ("{id: a, label: A, source: x, status: secondary}",
         "/services/0/source: expected one of the sources"),
        ("{id: a, label: A, source: s, status: verified}", "/services/0/status: expected at most secondary"),
        ("{id: a, label: A, source: s, status: secondary}\n  - {id: a, label: B, source: s, status: memory}",
         "/services/1/id: expected an id of its own, found a again"),
    ],
)  # fmt: skip
def test_lists_of_services_are_checked(tmp_path, entry, said):
    file = tmp_path / "services.yaml"
    file.write_text(SOURCES + f"services:\n  - {entry}\n")
    with pytest.raises(InvalidInput) as caught:
        load_services(file)
    assert said in str(caught.value)


def test_codes_of_professions_are_checked(tmp_path):
    file = tmp_path / "professions.yaml"
    file.write_text(SOURCES + "professions:\n  - {id: a, label: A, source: s, status: memory, code: 17110}\n")
    with pytest.raises(InvalidInput, match=r"/professions/0/code: expected text"):
        load_professions(file)
    file.write_text(SOURCES + "professions:\n  - {id: a, label: A, source: s, status: memory, code: 1711X}\n")
    with pytest.raises(InvalidInput, match=r":5: /professions/0/code: expected a provider taxonomy code"):
        load_professions(file)
