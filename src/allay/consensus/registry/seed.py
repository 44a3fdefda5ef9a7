"""The registry that ships: what accounts of the field's congresses and workgroups say, without persons."""

from __future__ import annotations

from importlib.resources import files

FIELD = files("allay.consensus.registry") / "data" / "field"
"""The folder it is in: a registry to read, and a start for one's own."""


def field_files() -> dict[str, bytes]:
    """Return the files of the registry that ships, by name.

    Examples
    --------
    >>> "workgroups.yaml" in field_files()
    True
    """
    entries = sorted(FIELD.iterdir(), key=lambda entry: entry.name)
    return {entry.name: entry.read_bytes() for entry in entries if entry.is_file()}
