"""`verify_audit` finds whatever got past the triggers; the owner's way past them is to take them away."""

from __future__ import annotations

import json

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from tests.integration import factories as make
from tests.security.audit_sql import ENTRY, HEAD, as_owner_without_triggers, fill, run

from allay_web.access.actor import system
from allay_web.audit import anchors
from allay_web.audit.chain import HOUSE, seal, signature
from allay_web.audit.models import AuditEntry, AuditHead
from allay_web.audit.record import record
from allay_web.audit.verify import chains, verify

pytestmark = pytest.mark.django_db


@pytest.fixture
def trail():
    program = make.program()
    fill(program)
    return program


def found(program, kept=None):
    """What the check says, as text."""
    kept = kept or {}
    which = chains(programs={program.pk: ""}, anchors=kept)
    return [str(finding) for finding in verify(which, anchors=kept).findings]


def test_an_untouched_trail_is_whole(trail):
    assert found(trail) == []


CHANGES = {
    "at": "'2020-01-01 00:00:00+00:00'",
    "action": "'patient.list'",
    "actor_kind": "'staff'",
    "actor_id": "7",
    "actor_name": "'Somebody else'",
    "patient_id": "99",
    "object_type": "'people.patient'",
    "object_id": "5",
    "detail": "'{\"n\": 999}'",
    "request_id": "'abc'",
    "address": "'10.0.0.1'",
    "previous": f"'{'0' * 64}'",
    "signature": f"'{'0' * 64}'",
    "chain": "424242",
    "number": "77",
}


def test_every_column_is_covered():
    columns = {field.column for field in AuditEntry._meta.local_fields}
    assert columns == {*CHANGES, "id"}


@pytest.mark.parametrize("column", CHANGES)
def test_a_changed_field_is_found(trail, column):
    with as_owner_without_triggers():
        run(f"UPDATE {ENTRY} SET {column} = {CHANGES[column]} WHERE chain = %s AND number = 3", trail.pk)
    assert found(trail)


def test_a_removed_middle_is_found(trail):
    with as_owner_without_triggers():
        run(f"DELETE FROM {ENTRY} WHERE chain = %s AND number IN (3, 4)", trail.pk)
    assert found(trail) == [f"chain {trail.pk} entry 5: entries 3 to 4 before it are missing"]


def test_a_removed_beginning_is_found(trail):
    with as_owner_without_triggers():
        run(f"DELETE FROM {ENTRY} WHERE chain = %s AND number = 1", trail.pk)
    assert found(trail) == [f"chain {trail.pk} entry 2: entries 1 to 1 before it are missing"]


def test_a_removed_tail_is_found(trail):
    with as_owner_without_triggers():
        run(f"DELETE FROM {ENTRY} WHERE chain = %s AND number > 4", trail.pk)
    assert found(trail) == [f"chain {trail.pk}: its last 2 entries are missing"]


def test_a_tail_removed_with_a_head_of_ones_own_is_found(trail):
    with as_owner_without_triggers():
        run(f"DELETE FROM {ENTRY} WHERE chain = %s AND number > 4", trail.pk)
        last = AuditEntry.objects.get(chain=trail.pk, number=4).signature
        run(f"UPDATE {HEAD} SET count = 4, last = %s WHERE chain = %s", last, trail.pk)
    assert found(trail) == [f"chain {trail.pk}: its head was replaced"]


def test_an_entry_forged_without_the_key_is_found(trail, settings):
    head = AuditHead.objects.get(chain=trail.pk)
    key = settings.ALLAY_AUDIT_KEY
    settings.ALLAY_AUDIT_KEY = "a guess"
    record("patient.read", by=system(trail, name="intruder"), patient_id=1)
    settings.ALLAY_AUDIT_KEY = key
    assert found(trail) == [
        f"chain {trail.pk} entry {head.count + 1}: it was changed, or written by somebody without the key",
        f"chain {trail.pk}: its head was replaced",
    ]


def test_an_entry_put_between_is_found(trail):
    with as_owner_without_triggers():
        for number in (6, 5, 4):
            run(
                f"UPDATE {ENTRY} SET number = %s WHERE chain = %s AND number = %s",
                number + 1,
                trail.pk,
                number,
            )
        copy = AuditEntry.objects.get(chain=trail.pk, number=3)
        copy.pk, copy.number, copy.previous = None, 4, copy.signature
        copy.save(force_insert=True)
    assert any("entry 4: it was changed, or written by" in line for line in found(trail))


def test_swapped_entries_are_found(trail):
    with as_owner_without_triggers():
        for old, new in ((2, 1002), (3, 2), (1002, 3)):
            run(f"UPDATE {ENTRY} SET number = %s WHERE chain = %s AND number = %s", new, trail.pk, old)
    assert len(found(trail)) >= 2


def test_an_entry_of_another_program_is_found(trail):
    other = make.program()
    fill(other)
    with as_owner_without_triggers():
        run(f"DELETE FROM {ENTRY} WHERE chain = %s AND number = 3", trail.pk)
        run(f"UPDATE {ENTRY} SET chain = %s WHERE chain = %s AND number = 3", trail.pk, other.pk)
    assert any(f"chain {trail.pk} entry 3: it was changed" in line for line in found(trail))


def test_a_replaced_head_is_found(trail):
    with as_owner_without_triggers():
        run(f"UPDATE {HEAD} SET seal = %s WHERE chain = %s", "0" * 64, trail.pk)
    assert found(trail) == [f"chain {trail.pk}: its head was replaced"]


def test_an_entrys_signature_is_no_seal(trail):
    entry = AuditEntry.objects.filter(chain=trail.pk).latest("number")
    assert seal(entry.chain, entry.number, entry.signature) != signature(entry)


def test_a_removed_head_is_found(trail):
    with as_owner_without_triggers():
        run(f"DELETE FROM {HEAD} WHERE chain = %s", trail.pk)
    assert found(trail) == [f"chain {trail.pk}: its head is missing"]


def remove_all(program):
    with as_owner_without_triggers():
        run(f"DELETE FROM {ENTRY} WHERE chain = %s", program.pk)
        run(f"DELETE FROM {HEAD} WHERE chain = %s", program.pk)


def test_a_removed_trail_is_found(trail):
    remove_all(trail)
    assert found(trail) == [f"chain {trail.pk}: the program has no trail: it was removed, or never begun"]


def test_a_removed_trail_is_found_when_the_program_went_on(trail):
    remove_all(trail)
    fill(trail)
    assert [line for line in found(trail) if "begun a second time" in line]


def test_a_removed_house_chain_is_found(trail):
    with as_owner_without_triggers():
        run(f"DELETE FROM {ENTRY} WHERE chain = {HOUSE}")
        run(f"DELETE FROM {HEAD} WHERE chain = {HOUSE}")
    assert f"chain {trail.pk}: the house's chain does not tell of its beginning" in found(trail)


def test_a_number_that_is_there_twice_is_found(trail):
    columns = ", ".join(field.column for field in AuditEntry._meta.local_fields if field.column != "id")
    third = "chain = %s AND number = 3"
    with as_owner_without_triggers():
        if connection.vendor == "sqlite":
            # The unique index is part of the table, so it is built anew without.
            run(f"CREATE TABLE copy AS SELECT * FROM {ENTRY}")
            run(f"INSERT INTO copy SELECT 900, {columns} FROM copy WHERE {third}", trail.pk)
            run(f"DROP TABLE {ENTRY}")
            run(f"ALTER TABLE copy RENAME TO {ENTRY}")
        else:
            run(f"ALTER TABLE {ENTRY} DROP CONSTRAINT one_entry_per_number")
            run(f"INSERT INTO {ENTRY} ({columns}) SELECT {columns} FROM {ENTRY} WHERE {third}", trail.pk)
    assert f"chain {trail.pk} entry 3: its number is there twice" in found(trail)


def test_missing_triggers_are_found(trail):
    from allay_web.audit import triggers

    triggers.remove(connection)
    lines = found(trail)
    triggers.install(connection)
    assert len(lines) == 6
    assert all("missing or switched off" in line for line in lines)


class TestAnOutsideAnchor:
    """A trail turned back to an earlier state fits in itself; only an end kept outside shows it."""

    def turn_back(self, program):
        earlier = AuditHead.objects.get(chain=program.pk)
        fill(program, 3)
        with as_owner_without_triggers():
            run(f"DELETE FROM {ENTRY} WHERE chain = %s AND number > %s", program.pk, earlier.count)
            run(
                f"UPDATE {HEAD} SET count = %s, last = %s, seal = %s WHERE chain = %s",
                earlier.count,
                earlier.last,
                earlier.seal,
                program.pk,
            )

    def test_without_it_a_trail_turned_back_looks_whole(self, trail):
        self.turn_back(trail)
        assert found(trail) == []

    def test_with_it_a_trail_turned_back_is_found(self, trail, tmp_path):
        early = AuditHead.objects.get(chain=trail.pk)
        kept = {}
        fill(trail, 2)
        anchors.write(tmp_path / "heads.json")
        with as_owner_without_triggers():
            run(f"DELETE FROM {ENTRY} WHERE chain = %s AND number > %s", trail.pk, early.count)
            run(
                f"UPDATE {HEAD} SET count = %s, last = %s, seal = %s WHERE chain = %s",
                early.count,
                early.last,
                early.seal,
                trail.pk,
            )
        kept = anchors.read(tmp_path / "heads.json")
        assert found(trail, kept) == [
            f"chain {trail.pk} entry {early.count + 2}: it differs from the end kept outside: "
            "cut back or rewritten"
        ]

    def test_going_on_is_no_finding(self, trail, tmp_path):
        anchors.write(tmp_path / "heads.json")
        fill(trail, 2)
        assert found(trail, anchors.read(tmp_path / "heads.json")) == []

    def test_a_changed_file_is_refused(self, trail, tmp_path):
        path = tmp_path / "heads.json"
        anchors.write(path)
        content = json.loads(path.read_text())
        content["heads"][str(trail.pk)]["count"] = 2
        path.write_text(json.dumps(content))
        with pytest.raises(CommandError, match="another signature"):
            call_command("verify_audit", heads=path)


class TestTheCommand:
    def test_it_says_what_it_read_and_tells_the_trail(self, trail, capsys):
        call_command("verify_audit")
        out = capsys.readouterr().out
        assert f"{trail.name}: 6 entries, unbroken" in out
        told = AuditEntry.objects.filter(chain=trail.pk).latest("number")
        assert (told.action, told.detail) == ("audit.verify", {"entries": 6})

    def test_it_exits_1_and_prints_what_it_found(self, trail, capsys):
        with as_owner_without_triggers():
            run(f"UPDATE {ENTRY} SET patient_id = 8 WHERE chain = %s AND number = 3", trail.pk)
        with pytest.raises(SystemExit) as ended:
            call_command("verify_audit", program=trail.slug)
        assert ended.value.code == 1
        assert f"chain {trail.pk} entry 3: it was changed" in capsys.readouterr().err

    def test_an_unknown_program_is_bad_usage(self):
        with pytest.raises(CommandError, match="nowhere"):
            call_command("verify_audit", program="nowhere")

    def test_nothing_is_exported_from_a_broken_trail(self, trail, tmp_path):
        with as_owner_without_triggers():
            run(f"UPDATE {ENTRY} SET patient_id = 8 WHERE chain = %s AND number = 3", trail.pk)
        with pytest.raises(SystemExit):
            call_command("verify_audit", export_heads=tmp_path / "heads.json")
        assert not (tmp_path / "heads.json").exists()


class TestWhatIsRecorded:
    def test_a_detail_comes_back_as_it_was_signed(self, trail):
        detail = {"patients": {3, 1, 2}, 10: "ten", 9: "nine", "none": None, "nested": {"yes": True}}
        record("patient.list", by=system(trail, name="test"), detail=detail)
        assert found(trail) == []
        assert AuditEntry.objects.latest("pk").detail["patients"] == [1, 2, 3]

    def test_a_float_is_refused(self, trail):
        with pytest.raises(TypeError, match="float"):
            record("score.read", by=system(trail, name="test"), detail={"score": 64.2})

    def test_a_rolled_back_change_leaves_no_entry(self, trail):
        from django.db import transaction

        before = AuditEntry.objects.count()
        with transaction.atomic():
            record("patient.read", by=system(trail, name="test"))
            transaction.set_rollback(True)
        assert AuditEntry.objects.count() == before
        assert found(trail) == []
