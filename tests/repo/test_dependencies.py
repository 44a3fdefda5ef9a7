"""What is installed: explained, pinned, hashed, and under a license that fits."""

from __future__ import annotations

import re
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from sources import ROOT

LOCKED = sorted((ROOT / "requirements").glob("*.txt"))
# Licenses under which a dependency may be used by an Apache-2.0 project that does not change it.
ALLOWED = re.compile(
    r"apache|mit\b|bsd|isc\b|psf|python software foundation|mpl|mozilla public license"
    r"|lgpl|lesser general public|unlicense|public domain|hpnd|historical permission"
    r"|zlib|0bsd|cc0|zpl|ofl|font license",
    re.IGNORECASE,
)
REFUSED = re.compile(r"\bagpl|affero|(?<!l)(?<!lesser )\bgpl\b|gnu general public", re.IGNORECASE)


def runtime() -> dict[str, metadata.Distribution]:
    """Return every distribution that the extras which run in earnest bring along on this machine."""
    found: dict[str, metadata.Distribution] = {}
    waiting = [Requirement("allay[web,evaluation,spark]")]
    while waiting:
        wanted = waiting.pop()
        distribution = metadata.distribution(wanted.name)
        for text in distribution.requires or []:
            needed = Requirement(text)
            extras = ["", *wanted.extras]
            if needed.marker is None or any(needed.marker.evaluate({"extra": extra}) for extra in extras):
                key = f"{needed.name.lower()}[{','.join(sorted(needed.extras))}]"
                if key not in found:
                    found[key] = metadata.distribution(needed.name)
                    waiting.append(needed)
    return found


def license_words(distribution: metadata.Distribution) -> str:
    """Return what a distribution says about its license, from the most to the least exact place."""
    about = distribution.metadata
    if about.get("License-Expression"):
        return str(about["License-Expression"])
    classified = [line for line in about.get_all("Classifier") or [] if line.startswith("License ::")]
    # Several classifiers are how a choice of licenses was declared before license expressions.
    return " OR ".join(classified) or str(about.get("License") or "nothing")


def license_problem(words: str) -> str:
    """Say why a license does not fit; a choice of licenses fits when one of them does."""
    choices = re.split(r"\s+OR\s+", words)
    if any(ALLOWED.search(choice) and not REFUSED.search(choice) for choice in choices):
        return ""
    return f"license not on the list: {words[:120]}"


def test_every_runtime_license_fits() -> None:
    found = runtime()
    assert len(found) > 30, "the closure of these extras is larger than this"
    problems = {name: license_problem(license_words(one)) for name, one in found.items()}
    assert {name: said for name, said in problems.items() if said} == {}


@pytest.mark.parametrize(
    ("words", "fits"),
    [
        ("MIT", True),
        ("BSD-3-Clause AND Apache-2.0", True),
        ("License :: OSI Approved :: GNU Lesser General Public License v3 (LGPLv3)", True),
        ("LGPL-3.0-only", True),
        ("GPL-2.0-only OR MIT", True),
        ("GPL-3.0-or-later", False),
        ("AGPL-3.0-only", False),
        ("License :: OSI Approved :: GNU General Public License v3 (GPLv3)", False),
        ("nothing", False),
    ],
)
def test_licenses_are_told_apart(words: str, *, fits: bool) -> None:
    assert (license_problem(words) == "") is fits


@pytest.mark.parametrize("path", LOCKED, ids=lambda path: path.name)
def test_locked_files_are_pinned_hashed_and_name_no_index(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"index-url|find-links|https?://|@ ", text)
    entries = [entry for entry in text.replace("\\\n", " ").splitlines() if entry.strip()]
    assert entries
    assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry] == []
    assert [entry.split()[0] for entry in entries if "==" not in entry.split()[0]] == []


def test_the_sets_fit_into_one_environment() -> None:
    # One name may have several versions in a file, each for some versions of Python; the files must agree.
    pins: dict[str, dict[str, list[str]]] = {}
    for path in LOCKED:
        for name, version in re.findall(r"^([\w.-]+)==(\S+)", path.read_text(encoding="utf-8"), re.MULTILINE):
            pins.setdefault(name, {}).setdefault(path.name, []).append(version)
    assert {
        name: found for name, found in pins.items() if len({tuple(one) for one in found.values()}) > 1
    } == {}


def declared() -> dict[str, list[str]]:
    """Return what pyproject.toml asks for, by extra."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return {"": project["dependencies"], **project["optional-dependencies"]}


@pytest.mark.parametrize(("name", "extras"), [("web", ["web"]), ("test", ["web", "test"])])
def test_locked_files_hold_what_is_declared(name: str, extras: list[str]) -> None:
    text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    locked = {canonicalize_name(pin) for pin in re.findall(r"^([\w.-]+)==", text, re.MULTILINE)}
    wanted = [Requirement(line).name for extra in ["", *extras] for line in declared()[extra]]
    assert [one for one in wanted if canonicalize_name(one) not in locked] == []


def test_every_dependency_says_what_it_is_for() -> None:
    lines = (ROOT / "pyproject.toml").read_text(encoding="utf-8").splitlines()
    listed = [line for line in lines if re.match(r'^ {4}"[\w.-]+(\[.*\])?[<>=~]*.*",', line)]
    asked = sum(len(lines) for lines in declared().values())
    dependencies = [line for line in listed if not re.match(r'^ {4}"allay', line)][:asked]
    assert len(dependencies) == asked
    assert [line.strip() for line in dependencies if not re.search(r'",\s*#\s*\S+', line)] == []
