"""The data files of services: everything has a source and a status, and what it refers to exists."""

from __future__ import annotations

import io
import re
from collections import Counter
from pathlib import Path

import pytest

from allay.base.codes import Cpt, Hcpcs, Snomed
from allay.base.errors import InvalidInput
from allay.base.status import MARKS, Status
from allay.base.vocabulary import profession_id, services
from allay.programs.services.cardtext import provenances
from allay.programs.services.catalog import (
    FOLDER,
    LISTS,
    all_services,
    code_lists,
    get,
    load_service,
    set_aside,
    sources,
)
from allay.programs.services.codelists import misfits
from allay.programs.services.sheet import check_sessions
from allay.programs.services.tidier import LATER

ALL = all_services()
# Longer than any label of ours: the wording of CPT runs to whole sentences.
LONGEST_LABEL = 60
# Turns of phrase of CPT's wording, which belongs to the American Medical Association.
CPT_PHRASES = re.compile(
    r";|\beach additional|\bone or more areas|\bface-to-face|\bone-on-one|\blist separately|\bqualified"
)
each_service = pytest.mark.parametrize("service", ALL, ids=lambda each: each.id)


def test_every_service_of_the_vocabulary_has_one_file():
    ids = [each.id for each in services()]
    assert [each.id for each in ALL] == ids
    assert len(ids) == 31
    assert sorted(path.stem for path in FOLDER.glob("*.yaml")) == sorted(ids)


@each_service
def test_every_part_has_a_source_and_a_status(service):
    found = list(provenances(service))
    assert len(found) > 20
    for each in found:
        source = sources()[each.source]
        assert each.status is not Status.UNKNOWN
        assert each.status.rank >= MARKS[source.seen_as].rank
        assert each.status is not Status.VERIFIED or source.href


@each_service
def test_numbers_of_dose_and_harms_are_never_our_judgment(service):
    assert "house" not in {
        part.provenance.source for part in (*service.doses, *service.harms, *service.codes)
    }


@each_service
def test_references_resolve(service):
    assert all(profession_id(each) for each in service.providers.values)
    assert all(set(rule.of) <= set(service.components) for rule in service.needed)
    assert service.needed, "without components every session of the right length would count"


@each_service
def test_codes_are_well_formed_and_labelled_by_us(service):
    types = {"cpt": Cpt, "hcpcs": Hcpcs, "snomed": Snomed}
    for code in service.codes:
        if code.system in types:
            assert str(types[code.system](code.code)) == code.code
        else:
            assert code.code in code_lists()[code.system].codes
        assert len(code.label) <= LONGEST_LABEL
        assert not CPT_PHRASES.search(code.label.lower())
    assert not [code for code, many in Counter((c.system, c.code) for c in service.codes).items() if many > 1]


def test_a_code_has_one_label():
    labels = {(code.system, code.code, code.label) for each in ALL for code in each.codes}
    assert len(labels) == len({(system, code) for system, code, _ in labels})


def test_a_component_has_one_meaning():
    texts = {(key, said.text) for each in ALL for key, said in each.components.items()}
    twice = [key for key, many in Counter(key for key, _ in texts).items() if many > 1]
    assert twice == []


@each_service
def test_completeness(service):
    described = service.description
    assert described.not_yet == LATER, "no shipped definition has been delivered yet"
    assert described.filled + len(described.missing) + len(described.not_yet) == 12
    assert set(described.missing) <= {"when_and_how_much", "fidelity_planned"}


def test_codes_recalled_say_so():
    recalled = {code.code for each in ALL for code in each.codes if code.provenance.status is Status.MEMORY}
    assert {"90880", "S9454"} <= recalled
    assert {"97810", "98940", "97124", "G3002"}.isdisjoint(recalled)


def test_every_source_is_used():
    used = {each.source for service in ALL for each in provenances(service)}
    used |= {each.source for each in (*code_lists().values(), *set_aside())}
    assert set(sources()) - used == set()


def test_pain_therapies_has_22_concepts_and_not_ours():
    held = code_lists()["cds4cpm"]
    assert len(held.codes) == len(set(held.codes)) == 22
    for absent in ("cognitive_behavioral_therapy", "tai_chi_qigong", "hypnosis", "biofeedback"):
        assert "cds4cpm" not in {code.system for code in get(absent).codes}


def test_the_stored_expansion_of_pain_therapies_is_caught():
    """Its value set includes pain-therapies, and its stored expansion names pain-assessments."""
    held = code_lists()["cds4cpm"]
    elsewhere = held.system.replace("pain-therapies", "pain-assessments")
    expansion = [(elsewhere, code) for code in held.codes]
    assert len(misfits(expansion, lists=[held], included=[held.system])) == 22
    assert len(misfits(expansion, lists=[held])) == 22
    assert misfits([(held.system, code) for code in held.codes], lists=[held], included=[held.system]) == ()
    [wrong] = misfits([(held.system, "cognitive-behavioral-therapy")], lists=[held])
    assert wrong.reason == "not one of the 22 codes of this system"


def test_va_list_has_8_and_counts_chiropractic_as_mainstream():
    held = code_lists()["va_list"]
    assert len(held.codes) == 8
    assert held.beside == ("chiropractic",)
    named = {each.id for each in ALL if any(code.system == "va_list" for code in each.codes)}
    assert named == {
        "acupuncture", "biofeedback", "hypnosis", "guided_imagery", "mindfulness_stress_reduction",
        "tai_chi_qigong", "massage", "yoga",
    }  # fmt: skip
    assert "chiropractic" not in named


def test_what_is_set_aside():
    by_id = {row.id: row for row in set_aside()}
    counts = by_id["ahrq_pain_treatments"].counts
    assert counts["icd10pcs"] + counts["snomed"] + counts["nci"] == counts["total"] == 1122
    assert by_id["abc"].status is Status.VERIFIED


@pytest.mark.parametrize("system", ["abc", "icd10pcs", "ahrq_pain_treatments"])
def test_codes_of_what_is_set_aside_are_refused(tmp_path, system):
    text = (FOLDER / "yoga.yaml").read_text(encoding="utf-8")
    changed = text.replace("{system: cds4cpm, code: yoga,", f"{{system: {system}, code: CDABC,")
    assert changed != text
    (tmp_path / "own.yaml").write_text(changed, encoding="utf-8")
    with pytest.raises(InvalidInput, match="/codes/0/system: expected one of 'cpt', 'hcpcs', 'snomed'"):
        load_service(tmp_path / "own.yaml")


def test_lists_name_their_sources():
    assert sorted(path.stem for path in LISTS.glob("*.yaml")) == [
        "cds4cpm",
        "set_aside",
        "sources",
        "va_list",
    ]
    for each in (*code_lists().values(), *set_aside()):
        assert each.source in sources()


def test_the_example_of_the_how_to_page_is_a_service(tmp_path):
    page = (Path(__file__).parents[2] / "docs" / "how-to" / "define-a-service.md").read_text(encoding="utf-8")
    [text] = re.findall(r"```yaml\n(.*?)```", page, flags=re.DOTALL)
    (tmp_path / "own.yaml").write_text(text, encoding="utf-8")
    own = load_service(tmp_path / "own.yaml")
    assert (own.minutes.low, own.minutes.provenance.status) == (45, Status.CONTRACT)
    [rows] = re.findall(r"```\n(session_id,.*?)```", page, flags=re.DOTALL)
    checked = check_sessions(io.BytesIO(rows.encode()), name="sessions.csv").frame()
    shown = [[cell.strip() for cell in line.split("|")[1:-1]] for line in page.splitlines() if "|" in line]
    for row in checked.select("session_id", "answer", "not_met", "unknown").iter_rows():
        assert [cell or "" for cell in row] in shown
