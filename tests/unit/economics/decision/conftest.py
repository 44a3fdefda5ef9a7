"""What the tests of the two commands share."""

from __future__ import annotations

import pytest

from allay.cli.frame import run


@pytest.fixture
def call(tmp_path, monkeypatch, capfdbinary):
    """Run a command in a folder of its own; returns (exit status, output, errors)."""
    monkeypatch.chdir(tmp_path)

    def calling(command, *words: str) -> tuple[int, str, str]:
        status = run(command, list(words))
        out, err = capfdbinary.readouterr()
        return status, out.decode(), err.decode()

    calling.folder = tmp_path
    return calling
