"""A file appears whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest

from allay.base.errors import InvalidInput
from allay.base.outputs import check_folder, write_folder
from allay.base.tables import write_whole


def test_writes(tmp_path):
    write_whole(tmp_path / "a.csv", lambda file: file.write(b"whole"))
    assert (tmp_path / "a.csv").read_bytes() == b"whole"
    assert os.listdir(tmp_path) == ["a.csv"]


def test_a_failure_leaves_the_old_file_and_nothing_else(tmp_path):
    target = tmp_path / "a.csv"
    target.write_bytes(b"old")

    def half(file):
        file.write(b"ne")
        raise RuntimeError("the disk is full")

    with pytest.raises(RuntimeError, match="full"):
        write_whole(target, half)
    assert target.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["a.csv"]


def test_a_failure_makes_no_file(tmp_path):
    with pytest.raises(ZeroDivisionError):
        write_whole(tmp_path / "a.csv", lambda file: 1 / 0)
    assert os.listdir(tmp_path) == []


def test_the_new_file_is_readable_as_any_other(tmp_path):
    (tmp_path / "plain").touch()
    write_whole(tmp_path / "a.csv", lambda file: file.write(b""))
    assert (tmp_path / "a.csv").stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_a_link_is_followed(tmp_path):
    (tmp_path / "real.csv").write_bytes(b"old")
    (tmp_path / "link.csv").symlink_to(tmp_path / "real.csv")
    write_whole(tmp_path / "link.csv", lambda file: file.write(b"new"))
    assert (tmp_path / "real.csv").read_bytes() == b"new"
    assert (tmp_path / "link.csv").is_symlink()


def test_a_device_stays_a_device():
    write_whole("/dev/null", lambda file: file.write(b"gone"))
    assert not os.path.isfile("/dev/null")


@pytest.mark.parametrize(("path", "found"), [("", "a folder"), ("missing/a.csv", "no folder")])
def test_where_nothing_can_be_written(tmp_path, path, found):
    with pytest.raises(InvalidInput, match=found):
        write_whole(tmp_path / path, lambda file: file.write(b""))


@pytest.mark.parametrize("path", ["/dev/full", "x" * 5000])
def test_what_cannot_be_written_is_said(tmp_path, path):
    with pytest.raises(InvalidInput, match="output: expected a place that can be written to"):
        write_whole(tmp_path / path, lambda file: file.write(b"a"))


def writing(data: bytes):
    return lambda file: file.write(data)


def test_a_folder_appears_whole(tmp_path):
    write_folder(tmp_path / "out", {"a.csv": writing(b"a"), "b.csv": writing(b"b")})
    assert {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()} == {
        "a.csv": b"a",
        "b.csv": b"b",
    }
    assert os.listdir(tmp_path) == ["out"]


def test_a_failure_leaves_no_folder(tmp_path):
    def fail(file):
        raise RuntimeError("half way")

    with pytest.raises(RuntimeError, match="half way"):
        write_folder(tmp_path / "out", {"a.csv": writing(b"a"), "b.csv": fail})
    assert os.listdir(tmp_path) == []


def test_a_folder_that_is_not_empty_is_refused_unless_forced(tmp_path):
    (tmp_path / "mine.txt").write_bytes(b"mine")
    with pytest.raises(InvalidInput, match="empty or new"):
        write_folder(tmp_path, {"a.csv": writing(b"a")})
    write_folder(tmp_path, {"a.csv": writing(b"a")}, force=True)
    assert sorted(os.listdir(tmp_path)) == ["a.csv", "mine.txt"]


@pytest.mark.parametrize(("name", "found"), [("file", "a file"), ("none/out", "no folder")])
def test_a_place_that_cannot_be_a_folder(tmp_path, name, found):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(InvalidInput, match=found):
        write_folder(tmp_path / name, {"a.csv": writing(b"a")})


def test_a_folder_that_is_there_needs_no_room_beside_it(tmp_path, monkeypatch):
    """It may be the one place that can be written to, and on a disk of its own."""
    (tmp_path / "out").mkdir()
    made = []
    real = tempfile.mkdtemp
    monkeypatch.setattr(
        tempfile, "mkdtemp", lambda *a, **k: made.append(Path(real(*a, **k))) or str(made[-1])
    )
    write_folder(tmp_path / "out", {"a.csv": writing(b"a")})
    assert [folder.parent for folder in made] == [tmp_path / "out"]
    assert os.listdir(tmp_path / "out") == ["a.csv"]


def test_a_link_to_a_folder_is_followed(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    write_folder(tmp_path / "link", {"a.csv": writing(b"a")})
    assert os.listdir(tmp_path / "real") == ["a.csv"]
    (tmp_path / "lost").symlink_to(tmp_path / "nowhere")
    with pytest.raises(InvalidInput, match="expected a place that can be written to"):
        write_folder(tmp_path / "lost", {"a.csv": writing(b"a")})


def test_a_folder_with_the_name_of_a_file_is_refused_before_anything_changes(tmp_path):
    (tmp_path / "b.csv").mkdir()
    (tmp_path / "a.csv").write_bytes(b"old")
    with pytest.raises(InvalidInput, match=r"b\.csv.*the name of a file, found a folder"):
        write_folder(tmp_path, {"a.csv": writing(b"new"), "b.csv": writing(b"b")}, force=True)
    assert (tmp_path / "a.csv").read_bytes() == b"old"
    assert sorted(os.listdir(tmp_path)) == ["a.csv", "b.csv"]


def test_what_an_earlier_call_left_goes(tmp_path):
    write_folder(tmp_path, {"a.csv": writing(b"a"), "a.pdf": writing(b"old")})
    (tmp_path / "mine.txt").write_bytes(b"mine")
    write_folder(tmp_path, {"a.csv": writing(b"a")}, force=True, gone=("a.pdf", "b.pdf"))
    assert sorted(os.listdir(tmp_path)) == ["a.csv", "mine.txt"]


def test_a_full_disk_is_said_of_the_folder(tmp_path):
    def full(file):
        raise OSError(28, "No space left on device")

    with pytest.raises(InvalidInput, match=r"/out:-: output: expected .*, found no space left") as caught:
        write_folder(tmp_path / "out", {"a.csv": full})
    assert caught.value.problems[0].file == str(tmp_path / "out")
    assert os.listdir(tmp_path) == []


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_permission_is_refused(tmp_path):
    (tmp_path / "out").mkdir(mode=0o500)
    with pytest.raises(InvalidInput, match="permission denied"):
        write_folder(tmp_path / "out", {"a.csv": writing(b"a")})


def test_a_folder_can_be_checked_before_there_is_anything_to_write(tmp_path):
    check_folder(tmp_path / "new")
    assert os.listdir(tmp_path) == []
    (tmp_path / "mine.txt").write_bytes(b"mine")
    check_folder(tmp_path, force=True)
    with pytest.raises(InvalidInput, match="empty or new"):
        check_folder(tmp_path)


def test_a_name_may_lie_in_a_folder_within_the_folder(tmp_path):
    files = {"a.csv": writing(b"a"), "deep/er/b.csv": writing(b"b")}
    write_folder(tmp_path / "out", files)
    assert (tmp_path / "out" / "deep" / "er" / "b.csv").read_bytes() == b"b"
    assert not list(tmp_path.glob(".*"))


def test_a_file_in_the_place_of_an_inner_folder_is_refused_before_anything_is_replaced(tmp_path):
    (tmp_path / "a.csv").write_bytes(b"old")
    (tmp_path / "deep").write_bytes(b"a file")
    with pytest.raises(InvalidInput):
        write_folder(tmp_path, {"a.csv": writing(b"new"), "deep/b.csv": writing(b"b")}, force=True)
    assert (tmp_path / "a.csv").read_bytes() == b"old"
