"""Writing files that appear whole or not at all."""

from __future__ import annotations

import os
import tempfile
import threading
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import BinaryIO

from allay.base.errors import InvalidInput, Problem


def write_whole(path: str | Path, writer: Callable[[BinaryIO], object]) -> None:
    """Write a file so that it appears whole or not at all.

    The bytes go to a file beside the target, which takes its name only when `writer` has returned and
    the bytes are on the disk. When `writer` raises, an older file of that name is left as it was.

    Parameters
    ----------
    path : path
        The target. A symbolic link is followed; a device such as ``/dev/null`` is written directly.
    writer : callable
        Gets an open binary file and writes everything into it.

    Raises
    ------
    InvalidInput
        When the folder does not exist, the path is a folder, may not be written, or the disk is full.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     target = Path(folder) / "scores.csv"
    ...     write_whole(target, lambda file: file.write(b"id,score"))
    ...     target.read_bytes()
    b'id,score'
    """
    try:
        _write(Path(path), writer)
    except OSError as error:
        raise _refused(path, error) from None


def _write(target: Path, writer: Callable[[BinaryIO], object]) -> None:
    check_file(target)
    target = target.resolve()
    if target.exists() and not target.is_file():
        with target.open("wb") as file:
            writer(file)
        return
    part = target.with_name(f".{target.name}.{os.getpid()}-{threading.get_ident()}.part")
    try:
        with part.open("wb") as file:
            writer(file)
            file.flush()
            os.fsync(file.fileno())
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def check_file(path: str | Path) -> None:
    """Refuse a place that cannot be a file, before anything is worked out or another file is written.

    Raises
    ------
    InvalidInput
        When the folder does not exist, or the path is a folder.

    Examples
    --------
    >>> check_file("/no/such/folder/scores.csv")
    Traceback (most recent call last):
    allay.base.errors.InvalidInput: /no/such/folder/scores.csv:-: output: expected a folder ...
    """
    target = Path(path)
    if target.is_dir():
        raise InvalidInput(Problem(str(target), "-", "output", "the name of a file", "a folder"))
    target = target.resolve()
    if not target.parent.is_dir():
        missing = f"no folder {target.parent}"
        raise InvalidInput(Problem(str(target), "-", "output", "a folder that exists", missing))


def check_folder(path: str | Path, *, force: bool = False) -> None:
    """Refuse a folder that `write_folder` would refuse: before long work, not after it.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     check_folder(Path(folder) / "new"), check_folder(folder)
    (None, None)
    """
    target = Path(path)
    if target.exists() and not target.is_dir():
        raise InvalidInput(Problem(str(path), "-", "output", "the name of a folder", "a file"))
    if target.is_dir():
        try:
            filled = any(target.iterdir())
        except OSError as error:
            raise _refused(path, error) from None
        if filled and not force:
            expected = "a folder that is empty or new (or --force)"
            raise InvalidInput(Problem(str(path), "-", "output", expected, "one with files in it"))
    parent = target.resolve().parent
    if not parent.is_dir():
        raise InvalidInput(
            Problem(str(path), "-", "output", "a place in a folder that exists", f"no folder {parent}")
        )


def writing(data: bytes) -> Callable[[BinaryIO], object]:
    """Make of some bytes what writes them, as `write_whole` and `write_folder` want it.

    Examples
    --------
    >>> import io
    >>> file = io.BytesIO()
    >>> _ = writing(b"id,score")(file)
    >>> file.getvalue()
    b'id,score'
    """
    return lambda file: file.write(data)


def write_folder(
    path: str | Path,
    files: Mapping[str, Callable[[BinaryIO], object]],
    *,
    force: bool = False,
    gone: Collection[str] = (),
) -> None:
    """Write a folder of files so that all appear or none does.

    They are written apart first. Of a folder that is there already, other files stay as they are.

    Parameters
    ----------
    path : path
        The folder; made where it does not exist, in a folder that does.
    files : mapping of str to callable
        By name, what writes each file (see `write_whole`). A name such as `calendars/one.ics` puts it into a
        folder within the folder, which is made.
    force : bool
        Whether to write into a folder that is not empty.
    gone : collection of str
        Names of files that do not belong to these; what an earlier call left of them is removed.

    Raises
    ------
    InvalidInput
        A folder that is not empty without `force`; a place that cannot be written to; a folder in it that has
        the name of a file.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_folder(Path(folder) / "case", {"results.json": lambda file: file.write(b"{}")})
    ...     (Path(folder) / "case" / "results.json").read_bytes()
    b'{}'
    """
    check_folder(path, force=force)
    target = Path(path)
    for name in (*files, *gone):
        if (target / name).is_dir():
            raise InvalidInput(Problem(str(target / name), "-", "output", "the name of a file", "a folder"))
    # Within a folder that is there: it may be the one place that can be written to, on a disk of its own.
    beside = target if target.is_dir() else target.resolve().parent
    try:
        with tempfile.TemporaryDirectory(prefix=f".{target.name}.", dir=beside) as part:
            for name, writer in files.items():
                (Path(part) / name).parent.mkdir(parents=True, exist_ok=True)
                _write(Path(part) / name, writer)
            target.mkdir(exist_ok=True)
            for name in files:
                (target / name).parent.mkdir(parents=True, exist_ok=True)
            for name in files:
                (Path(part) / name).replace(target / name)
            for name in gone:
                (target / name).unlink(missing_ok=True)
    except OSError as error:
        raise _refused(path, error) from None


def _refused(path: str | Path, error: OSError) -> InvalidInput:
    found = (error.strerror or str(error)).lower()
    return InvalidInput(Problem(str(path), "-", "output", "a place that can be written to", found))
