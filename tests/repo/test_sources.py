"""The files of the project: finished, ours, and silent about the machine they were made on."""

from __future__ import annotations

import ast
import doctest
import hashlib
import importlib
import re
from pathlib import Path

import pytest

import check_docs
import check_layers
import check_length
import check_purity
import lint_templates
from sources import ROOT, tracked

TEXT = {
    ".py",
    ".md",
    ".toml",
    ".txt",
    ".yaml",
    ".yml",
    ".json",
    ".html",
    ".css",
    ".js",
    ".csv",
    ".cfg",
    ".sh",
    "",
}
# Written in two halves, so that this file does not find itself.
UNFINISHED = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|XX" + r"X|HA" + r"CK)\b|NotImplemented" + r"Error")
GIVEN_UP = re.compile(r"mark\.x" + r"fail|pytest\.x" + r"fail")
ADDRESS = re.compile(r"(?:index-url|extra-index-url|find-links)\s*=\s*\S*://")


def test_files_are_found_without_git(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_DIR", "/nonexistent")
    found = tracked("*.py")
    assert ROOT / "tools" / "sources.py" in found
    assert [path for path in found if ".venv" in path.parts] == []


def texts() -> list[tuple[Path, str]]:
    """Return the project's text files with their contents."""
    found = []
    for path in tracked():
        if path.suffix in TEXT and path.stat().st_size < 5_000_000:
            found.append((path, path.read_text(encoding="utf-8")))
    return found


def hits(pattern: re.Pattern[str], *, suffixes: set[str] | None = None) -> list[str]:
    """Return where a pattern is found."""
    return [
        f"{path.relative_to(ROOT)}:{text[: match.start()].count(chr(10)) + 1}: {match.group()}"
        for path, text in texts()
        if suffixes is None or path.suffix in suffixes
        for match in pattern.finditer(text)
    ]


def test_nothing_is_left_for_later() -> None:
    assert hits(UNFINISHED, suffixes={".py", ".html", ".css", ".js", ".yaml", ".toml"}) == []
    assert hits(GIVEN_UP, suffixes={".py"}) == []


def test_no_folder_of_one_machine_is_named() -> None:
    here = re.compile(re.escape(str(ROOT)) + r"\b") if len(ROOT.parts) > 2 else check_docs.MACHINE
    assert hits(here) == []
    allowed = ["test_documents.py", "test_sources.py", "check_docs.py"]
    named = [line for line in hits(check_docs.MACHINE) if Path(line.split(":")[0]).name not in allowed]
    assert named == []


def test_no_package_index_is_named() -> None:
    assert hits(ADDRESS, suffixes={".txt", ".toml", ".cfg", ".sh", ""}) == []


def test_no_third_party_data_is_committed(allay_data: Path) -> None:
    def digest(path: Path) -> str:
        return hashlib.sha256(path.read_bytes()).hexdigest()

    theirs = {
        digest(path): path.name for path in allay_data.rglob("*") if path.is_file() and path.stat().st_size
    }
    copied = [str(path.relative_to(ROOT)) for path in tracked() if digest(path) in theirs]
    assert len(theirs) > 10
    assert copied == []


@pytest.mark.parametrize(
    "check", [check_layers, check_length, check_purity, lint_templates], ids=lambda check: check.__name__
)
def test_the_rules_a_reader_cannot_see_are_kept(check: object) -> None:
    assert check.problems() == []  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("from datetime import datetime\nx = datetime.now()", "a clock"),
        ("import datetime as dt\nx = dt.date.today()", "a clock"),
        ("import numpy as np\nx = np.random.normal()", "made from a seed"),
        ("import numpy as np\nx = np.random.default_rng()", "found no seed"),
        ("import os\nx = os.environ['A']", "the environment"),
        ("import urllib.request", "no import of urllib.request"),
    ],
)
def test_an_impure_line_is_noticed(code: str, said: str) -> None:
    found = [check_purity.complaint(node) for node in ast.walk(ast.parse(code))]
    assert any(said in words for words in found)


@pytest.mark.parametrize(
    "code",
    [
        "import numpy as np\nx = np.random.default_rng(seed)",
        "from datetime import date\nx = date.fromisoformat('2026-01-01')",
        "import json\nx = json.dumps({})",
    ],
)
def test_a_pure_line_is_left_alone(code: str) -> None:
    assert [
        check_purity.complaint(node) for node in ast.walk(ast.parse(code)) if check_purity.complaint(node)
    ] == []


@pytest.mark.parametrize(
    ("module", "code", "said"),
    [
        ("people/views.py", "x = Patient.objects.of(1)", "expected a function of queries.py"),
        ("people/views.py", "patient.save()", "expected an action"),
        ("people/queries.py", "patient.delete()", "expected an action"),
        ("people/views.py", "rows.update(name='x')", "expected an action"),
        ("people/actions.py", "from allay_web.care.models import Goal", "of another app"),
        ("people/actions.py", "from allay_web.care import forms", "of another app"),
    ],
)
def test_a_breach_of_the_layers_is_noticed(module: str, code: str, said: str) -> None:
    path = ROOT / check_layers.APPLICATION / module
    assert any(said in words for words in check_layers.complaints(path, ast.parse(code)))


@pytest.mark.parametrize(
    ("module", "code"),
    [
        ("people/actions.py", "x = Patient.objects.of(1).create(a=1)"),
        ("people/queries.py", "x = Patient.objects.of(1)"),
        ("people/queries/names.py", "x = Patient.objects.of(1)"),
        ("people/views.py", "context.update({'a': 1})"),
        ("people/views.py", "from allay_web.care import actions"),
        ("people/views.py", "if TYPE_CHECKING:\n    from allay_web.care.models import Goal"),
    ],
)
def test_what_the_layers_allow_is_left_alone(module: str, code: str) -> None:
    path = ROOT / check_layers.APPLICATION / module
    assert list(check_layers.complaints(path, ast.parse(code))) == []


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("<script>let a = 1</script>", "inline script"),
        ("<p style='color: red'>a</p>", "style attribute"),
        ("<style>p {}</style>", "style element"),
        ("<button onclick='go()'>a</button>", "found onclick"),
        ("<button hx-on:click='go()'>a</button>", "found hx-on:click"),
        ("<a href='javascript:go()'>a</a>", "a script in href"),
        ("<img src='a.svg'>", "alt"),
        ("<form method='post'><button>a</button></form>", "csrf_token"),
    ],
)
def test_a_bad_template_is_noticed(template: str, said: str) -> None:
    assert any(said in words for _, words in lint_templates.Page(template).found)


@pytest.mark.parametrize(
    "template",
    [
        "<script src='{% static \"a.js\" %}' defer></script>",
        "<form method='post'>{% csrf_token %}<button>a</button></form>",
        "<form method='get'><button>a</button></form>",
        "<img src='a.svg' alt=''>",
        "<p class='{% if a > 1 %}x{% endif %}' data-once='{{ a|default:\"style=\" }}'>a</p>",
    ],
)
def test_a_good_template_is_left_alone(template: str) -> None:
    assert lint_templates.Page(template).found == []


@pytest.mark.parametrize(
    ("child", "headings"),
    [("{% block title %}<h1>a</h1>{% endblock %}", 1), ("{% block other %}a{% endblock %}", 0)],
)
def test_headings_are_counted_over_inheritance(tmp_path: Path, child: str, headings: int) -> None:
    base = tmp_path / "base.html"
    base.write_text("<html>{% block title %}{% endblock %}{% block other %}{% endblock %}</html>")
    page = tmp_path / "page.html"
    page.write_text("{% extends 'base.html' %}" + child)
    found = list(lint_templates.heading_problem(page, {"base.html": base}))
    assert bool(found) is (headings != 1)


def test_examples_of_the_application_run() -> None:
    """The library's docstrings are collected by pytest; the application's need its settings and run here."""
    modules = [path for path in (ROOT / "src" / "allay_web").rglob("*.py") if ">>> " in path.read_text()]
    names = [".".join(path.relative_to(ROOT / "src").with_suffix("").parts) for path in modules]
    flags = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS
    results = {name: doctest.testmod(importlib.import_module(name), optionflags=flags) for name in names}
    assert sum(result.attempted for result in results.values()) > 0
    assert {name: result.failed for name, result in results.items() if result.failed} == {}
