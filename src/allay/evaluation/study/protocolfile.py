"""Reading a protocol, and what it hashes to."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any

from allay.base.errors import InvalidInput
from allay.base.tables import Document, Readable, read_yaml_document
from allay.evaluation.study.protocol import Study


@dataclass(frozen=True, slots=True)
class ProtocolFile:
    """A protocol and where its files are.

    Attributes
    ----------
    study : Study
    name : str
        What messages call the file.
    folder : Path
        Where its relative paths start.
    document : Document
        For messages that name lines.
    """

    study: Study
    name: str
    folder: Path
    document: Document[Study]

    @property
    def claims(self) -> Path:
        """The folder of claims."""
        return self.folder / self.study.claims

    @property
    def roster(self) -> Path:
        """The roster file."""
        return self.folder / self.study.roster

    @property
    def exposed_before(self) -> Path | None:
        """The file of people exposed before, where there is one."""
        named = self.study.population.exposed_before
        return None if named is None else self.folder / named


def read_protocol(
    source: Readable, *, name: str | None = None, folder: str | Path | None = None
) -> ProtocolFile:
    """Read a protocol and see that the files it names are there.

    Parameters
    ----------
    source : path or binary stream
        YAML in UTF-8.
    name : str, optional
        What messages call the file.
    folder : path, optional
        Where its relative paths start; the folder of the protocol when it is a path, else the current one.

    Raises
    ------
    InvalidInput
        Naming file, line and field of everything that is wrong.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = (Path(folder) / "s.yaml").write_text("title: A trial\\n")
    ...     read_protocol(Path(folder) / "s.yaml", name="s.yaml")
    Traceback (most recent call last):
    allay.base.errors.InvalidInput: s.yaml:1: /question: expected a value for this key, found nothing ...
    """
    document = read_yaml_document(source, Study, name=name)
    if folder is None:
        folder = Path(source).parent if isinstance(source, str | Path) else Path()
    found = ProtocolFile(document.value, document.name, Path(folder), document)
    problems = []
    if not found.claims.is_dir():
        problems.append(
            document.problem("claims", expected="a folder of claims", found=f"no folder {found.study.claims}")
        )
    if not found.roster.is_file():
        problems.append(
            document.problem("roster", expected="a roster file", found=f"no file {found.study.roster}")
        )
    if found.exposed_before is not None and not found.exposed_before.is_file():
        problems.append(
            document.problem(
                "population",
                "exposed_before",
                expected="a file",
                found=f"no file {found.exposed_before.name}",
            )
        )
    if problems:
        raise InvalidInput(problems)
    return found


def shown(study: Study) -> dict[str, Any]:
    """Return a protocol as locks and results hold it: of paths of one machine only the last name.

    What the files hold is known by their hashes.

    Examples
    --------
    >>> shown(_SMALL.model_copy(update={"claims": "/data/2025/claims"}))["claims"]
    'claims'
    """
    tree = study.model_dump(mode="json")
    for part, key in ((tree, "claims"), (tree, "roster"), (tree["population"], "exposed_before")):
        if part[key] is not None:
            part[key] = _portable(part[key])
    return tree


def _portable(path: str) -> str:
    for kind in (PurePosixPath, PureWindowsPath):
        if kind(path).is_absolute():
            return kind(path).name or path
    return path


def canonical(study: Study) -> str:
    """Return a protocol as text that does not depend on the order or the comments of its file.

    Defaults are written out: a default that changes with a version of Allay changes the hash.

    Examples
    --------
    >>> canonical(_SMALL)[:44]
    '{"claims":"claims","design":{"anticipation_m'
    """
    return json.dumps(shown(study), sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def protocol_hash(study: Study) -> str:
    """Return the SHA-256 of the canonical protocol.

    Examples
    --------
    >>> len(protocol_hash(_SMALL))
    64
    """
    return hashlib.sha256(canonical(study).encode()).hexdigest()


_SMALL = Study.model_validate_json(
    '{"title": "A", "question": "B", "program": {"name": "C"}, "claims": "claims", "roster": "roster.csv", '
    '"window": {"start": "2023-01-01", "end": "2025-12-01"}, '
    '"outcomes": [{"id": "emergency_visit", "role": "primary"}]}'
)
"""A protocol for examples."""
