"""The verbs of `allay evaluation`: each imported when it is used, and words where their extra is missing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import click
import pytest

from allay.cli.evaluation import PACKAGES, VERBS, group
from allay.cli.frame import run


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_is_the_command_of_its_name(verb: str) -> None:
    found = group.get_command(click.Context(group), verb)
    assert found is not None
    assert found.name == verb


def test_every_module_of_a_verb_is_named() -> None:
    folder = Path(sys.modules[group.__module__].__file__ or "").parent
    modules = {path.stem for path in folder.glob("*.py") if path.stem != "__init__"}
    assert modules == {module for module, _, _ in VERBS.values()}


def test_the_help_imports_no_engine() -> None:
    code = (
        "import sys; from allay.cli import cli; from allay.cli.frame import run; "
        "run(cli, ['evaluation', '--help']); "
        f"slow = {{*{sorted(PACKAGES)}, 'numpy', 'polars', 'pydantic'}}; "
        "sys.exit(','.join(sorted(slow & {*sys.modules})))"
    )
    line = [sys.executable, "-c", code]
    found = subprocess.run(line, capture_output=True, text=True, timeout=60, check=False)
    assert found.stderr.strip() == ""
    assert all(verb in found.stdout for verb in VERBS)


@pytest.mark.parametrize("words", [("check", "claims"), ("panel", "claims", "-o", "out"), ("schema",)])
def test_a_missing_engine_is_told_in_words(words: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "claims").mkdir()
    code = (
        "import sys; sys.modules['duckdb'] = None; "
        "from allay.cli import cli; from allay.cli.frame import run; "
        f"sys.exit(run(cli, ['evaluation', *{words}]))"
    )
    line = [sys.executable, "-c", code]
    found = subprocess.run(line, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
    assert (found.returncode, found.stdout) == (2, "")
    assert found.stderr == (
        "allay: evaluation needs its own packages: pip install 'allay[evaluation]' (or make test / make "
        "check installs them); duckdb is not installed here\n"
    )
    assert [path.name for path in tmp_path.iterdir()] == ["claims"]


def test_another_missing_module_is_not_blamed_on_the_extra(capsys: pytest.CaptureFixture[str]) -> None:
    @click.group(cls=type(group))
    def broken() -> None:
        raise ModuleNotFoundError("No module named 'nowhere'", name="nowhere")

    assert run(broken, ["check", "x"]) == 2
    assert "internal error" in capsys.readouterr().err
