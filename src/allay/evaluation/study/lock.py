"""Freezing: what was decided, on which data, before outcomes after the start were read."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from allay.base.differences import differences
from allay.base.errors import InvalidInput, Problem
from allay.base.tables import Strict, read_json
from allay.evaluation.study.protocol import Study
from allay.evaluation.study.protocolfile import canonical, protocol_hash

BLOCK = 1 << 20
SUFFIX = ".lock.json"


class FrozenFile(Strict):
    """One input file as it was.

    Attributes
    ----------
    path : str
        Within the folder of claims, or the name of the file beside it.
    size : int
        Bytes.
    sha256 : str
    """

    path: str
    size: int
    sha256: str


class FrozenEffect(Strict):
    """The smallest detectable effect of an outcome, as it was said before any result.

    Attributes
    ----------
    outcome : str
    smallest : float, optional
        In the unit of the outcome; None where it is hidden or cannot be said.
    relative : float, optional
        As a share of the mean before.
    """

    outcome: str
    smallest: float | None
    relative: float | None


class StudyLock(Strict):
    """A frozen protocol.

    Attributes
    ----------
    protocol_sha256 : str
    protocol : dict
        The protocol with all defaults written out.
    frozen_on : str
        Day the caller gave.
    allay_version : str
    value_sets : dict of str to str
        Version of each value set that makes outcomes.
    inputs : tuple of FrozenFile
    detectable : tuple of FrozenEffect
    """

    protocol_sha256: str
    protocol: dict[str, Any]
    frozen_on: dt.date | None
    allay_version: str
    value_sets: dict[str, str]
    inputs: tuple[FrozenFile, ...]
    detectable: tuple[FrozenEffect, ...]


class Deviation(Strict):
    """Something that is not as it was frozen.

    Attributes
    ----------
    path : str
        JSON pointer in the protocol, or the input file.
    frozen : str
    now : str
    """

    path: str
    frozen: str
    now: str


def fingerprints(claims: Path, *files: Path) -> tuple[FrozenFile, ...]:
    """Return size and hash of every file of a folder and of further files, read in small parts.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = (Path(folder) / "member.csv").write_text("person_id\\n")
    ...     [(one.path, one.size) for one in fingerprints(Path(folder))]
    [('member.csv', 10)]
    """
    inside = sorted(
        path for path in claims.rglob("*") if path.is_file() and path.suffix in (".csv", ".parquet")
    )
    named = [(path.relative_to(claims).as_posix(), path) for path in inside]
    named += [(path.name, path) for path in files if path not in inside]
    return tuple(FrozenFile(path=name, size=path.stat().st_size, sha256=_hash(path)) for name, path in named)


def _hash(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            digest.update(block)
    return digest.hexdigest()


def lock_path(protocol: Path) -> Path:
    """Return where the lock of a protocol lies: beside it.

    Examples
    --------
    >>> lock_path(Path("trial/study.yaml")).as_posix()
    'trial/study.lock.json'
    """
    return protocol.with_name(protocol.stem + SUFFIX)


def make_lock(
    study: Study,
    *,
    frozen_on: dt.date | None,
    allay_version: str,
    value_sets: Mapping[str, str],
    inputs: tuple[FrozenFile, ...],
    detectable: tuple[FrozenEffect, ...],
) -> StudyLock:
    """Freeze a protocol.

    Examples
    --------
    >>> from allay.evaluation.study.protocolfile import _SMALL
    >>> lock = make_lock(_SMALL, frozen_on=None, allay_version="1", value_sets={}, inputs=(), detectable=())
    >>> lock.protocol["design"]["comparison"]
    'never'
    """
    return StudyLock(
        protocol_sha256=protocol_hash(study),
        protocol=json.loads(canonical(study)),
        frozen_on=frozen_on,
        allay_version=allay_version,
        value_sets=dict(value_sets),
        inputs=inputs,
        detectable=detectable,
    )


def read_lock(path: Path) -> StudyLock:
    """Read a lock, and refuse one that was written to by hand.

    Raises
    ------
    InvalidInput
        A file that is no lock, or whose protocol is not the one its hash was made of.
    """
    lock = read_json(path, StudyLock)
    text = json.dumps(lock.protocol, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    if hashlib.sha256(text.encode()).hexdigest() != lock.protocol_sha256:
        raise InvalidInput(
            Problem(
                str(path),
                "/protocol_sha256",
                "protocol_sha256",
                "the hash of the protocol in this lock (it was changed after freezing)",
                lock.protocol_sha256,
            )
        )
    return lock


def deviations(
    lock: StudyLock,
    study: Study,
    *,
    value_sets: Mapping[str, str],
    inputs: tuple[FrozenFile, ...],
    allay_version: str,
) -> tuple[Deviation, ...]:
    """Return everything that is not as it was frozen; none when all is.

    Examples
    --------
    >>> from allay.evaluation.study.protocolfile import _SMALL
    >>> lock = make_lock(_SMALL, frozen_on=None, allay_version="1", value_sets={}, inputs=(), detectable=())
    >>> changed = _SMALL.model_copy(update={"seed": 2})
    >>> deviations(lock, changed, value_sets={}, inputs=(), allay_version="1")
    (Deviation(path='/seed', frozen='1', now='2'),)
    """
    now = json.loads(canonical(study))
    found = [*_unlike(lock.protocol, now, "")]
    found += _unlike(lock.value_sets, dict(value_sets), "/value_sets")
    found += _unlike(
        {one.path: one.sha256 for one in lock.inputs}, {one.path: one.sha256 for one in inputs}, "/inputs"
    )
    found += _unlike(lock.allay_version, allay_version, "/allay_version")
    return tuple(found)


def _unlike(frozen: Any, now: Any, path: str) -> Iterator[Deviation]:
    """Walk two trees; the deepest place that differs is a deviation."""
    for where, before, after in differences(frozen, now):
        # Slashes of input files are shown as they are.
        plain = where.replace("~1", "/").replace("~0", "~")
        yield Deviation(path=path + plain, frozen=before, now=after)
