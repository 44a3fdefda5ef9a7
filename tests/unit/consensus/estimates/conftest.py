"""What the tests of the two commands share."""

from __future__ import annotations

import pytest

from allay.cli.frame import run


@pytest.fixture
def call(tmp_path, monkeypatch, capfdbinary):
    """Run a command on a file of these lines; returns (exit status, output, errors)."""
    monkeypatch.chdir(tmp_path)

    def calling(command, lines: str, *words: str) -> tuple[int, str, str]:
        (tmp_path / "in.csv").write_text(lines, encoding="utf-8")
        status = run(command, ["in.csv", *words])
        out, err = capfdbinary.readouterr()
        return status, out.decode(), err.decode()

    calling.folder = tmp_path
    return calling
