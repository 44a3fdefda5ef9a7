"""Writes `requirements/*.txt` anew from `pyproject.toml`: ``python tools/lock.py [--upgrade]``.

Every file is pinned and hashed, valid for all systems and Python versions, and names no package index. `dev`
is resolved first and holds the others to its versions, so that the sets fit into one environment.
"""

from __future__ import annotations

import subprocess
import sys
import tomllib

import environment

EXTRAS = {
    "dev": ("web", "evaluation", "scheduling", "spark", "test", "dev", "bench"),
    "test": ("web", "evaluation", "scheduling", "spark", "test"),
    "web": ("web",),
}
FORM = [
    "--generate-hashes",
    "--universal",
    "--python-version=3.11",
    "--no-emit-index-url",
    "--no-annotate",
    "--no-header",
    "--quiet",
]


def compile_file(name: str, source: str, *options: str, given: str | None = None) -> None:
    """Resolve one set into its file."""
    target = f"requirements/{name}.txt"
    command = [environment.venv_program("uv"), "pip", "compile", source, *FORM, *options, "-o", target]
    subprocess.run(
        command, cwd=environment.ROOT, input=given, text=True, check=True, stdout=subprocess.DEVNULL
    )
    print(target)


def main(options: list[str]) -> int:
    """Resolve every set; without `--upgrade` versions stay where they still fit."""
    with (environment.ROOT / "pyproject.toml").open("rb") as file:
        project = tomllib.load(file)
    held: list[str] = []
    for name, extras in EXTRAS.items():
        compile_file(name, "pyproject.toml", *(f"--extra={extra}" for extra in extras), *held, *options)
        held = ["-c", "requirements/dev.txt"]
    # What builds this package in place; `--no-build-isolation` keeps unpinned downloads out of an
    # installation.
    builders = [*project["build-system"]["requires"], "editables"]
    compile_file("build", "-", *held, *options, given="\n".join(builders))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
