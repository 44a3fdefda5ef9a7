"""The virtual environment: makes `.venv` and installs a pinned, hashed set of dependencies into it.

Run as ``python3 tools/environment.py SET``, SET being the name of a file in ``requirements/``. Uses the
standard library only, since it runs before anything is installed. Nothing is done twice: a stamp in `.venv`
holds a hash of what was installed, and a set whose stamp still fits is left alone.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
SETS = ("web", "test", "dev")
OLDEST = (3, 11)
NEWER_NAMES = ("python3.11", "python3.12", "python3.13", "python3.14")


class UnreadyError(Exception):
    """The machine lacks something; the message says what, and what to do about it."""


def venv_program(name: str) -> str:
    """Return the path of a program inside `.venv`."""
    folder = VENV / ("Scripts" if os.name == "nt" else "bin")
    return str(folder / name)


def base_python() -> str:
    """Return a Python that is new enough: the running one, or the first suitable one on the path."""
    if sys.version_info >= OLDEST:
        return sys.executable
    for name in NEWER_NAMES:
        found = shutil.which(name)
        if found:
            return found
    raise UnreadyError(
        f"Allay needs Python {OLDEST[0]}.{OLDEST[1]} or newer; this is {sys.version.split()[0]}, and no "
        "newer one is on the path. Install one, then name it: make run PYTHON=/path/to/python3.11"
    )


def make_venv() -> None:
    """Create `.venv` unless a working one is there."""
    python = Path(venv_program("python"))
    if python.exists() and (VENV / "pyvenv.cfg").exists():
        return
    print("Making .venv ...", flush=True)
    done = subprocess.run([base_python(), "-m", "venv", str(VENV)], capture_output=True, text=True)
    if done.returncode:
        shutil.rmtree(VENV, ignore_errors=True)
        raise UnreadyError(
            "Python could not make a virtual environment. On Debian and Ubuntu the part it needs is a "
            f"package of its own: apt-get install python3-venv. Python said:\n{done.stdout}{done.stderr}"
        )


def project_table() -> str:
    """Return what `pyproject.toml` says about building and installing, without the settings of tools."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    return text.split("\n[tool.ruff]", 1)[0]


def fingerprint(name: str) -> str:
    """Return a hash of all that decides what an installed set contains."""
    parts = [str(ROOT), project_table()]
    parts += [(ROOT / "requirements" / f"{file}.txt").read_text(encoding="utf-8") for file in ("build", name)]
    parts.append((VENV / "pyvenv.cfg").read_text(encoding="utf-8"))
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def pip(*arguments: str) -> None:
    """Run pip of `.venv` and turn its failure into words."""
    command = [venv_program("python"), "-m", "pip", "install", "-qq", "--disable-pip-version-check"]
    if subprocess.run([*command, *arguments], cwd=ROOT).returncode:
        raise UnreadyError(
            "pip could not install the pinned dependencies (its reason is above). A package index must be "
            "reachable; another than the usual one is set with `pip config set global.index-url ADDRESS`."
        )


def ensure(name: str) -> None:
    """Make `.venv` hold the set `name` and the project itself."""
    if name not in SETS:
        raise UnreadyError(f"expected one of {', '.join(SETS)}, found {name!r}")
    make_venv()
    stamp = VENV / f".allay-{name}"
    wanted = fingerprint(name)
    if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
        return
    print(f"Installing the pinned dependencies of requirements/{name}.txt (a minute, once) ...", flush=True)
    # The files are complete, so nothing is left to resolve; what is never imported need not be compiled.
    pip(
        "--require-hashes",
        "--no-deps",
        "--no-compile",
        "-r",
        "requirements/build.txt",
        "-r",
        f"requirements/{name}.txt",
    )
    pip("--no-deps", "--no-build-isolation", "--editable", ".")
    stamp.write_text(wanted, encoding="utf-8")


def main(arguments: list[str]) -> int:
    """Install the sets named on the command line."""
    try:
        for name in arguments or ["web"]:
            ensure(name)
    except UnreadyError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
