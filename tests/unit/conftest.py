"""What the tests of commands share."""

from __future__ import annotations

import pytest

from allay.cli import cli
from allay.cli.frame import run


@pytest.fixture
def allay(tmp_path, monkeypatch, capfdbinary):
    """Run a command in a folder of its own; returns (exit status, output, errors)."""
    monkeypatch.chdir(tmp_path)

    def call(*words: str) -> tuple[int, str, str]:
        status = run(cli, list(words))
        out, err = capfdbinary.readouterr()
        return status, out.decode(), err.decode()

    call.folder = tmp_path
    return call
