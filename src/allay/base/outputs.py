"""Writing files that appear whole or not at all."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
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
        found = (error.strerror or str(error)).lower()
        raise InvalidInput(
            Problem(str(path), "-", "output", "a place that can be written to", found)
        ) from None


def _write(target: Path, writer: Callable[[BinaryIO], object]) -> None:
    if target.is_dir():
        raise InvalidInput(Problem(str(target), "-", "output", "the name of a file", "a folder"))
    target = target.resolve()
    if not target.parent.is_dir():
        missing = f"no folder {target.parent}"
        raise InvalidInput(Problem(str(target), "-", "output", "a folder that exists", missing))
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
