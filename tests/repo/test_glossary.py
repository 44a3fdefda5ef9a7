"""Every public name of the library's ground floor and every record of the application is in the glossary.

Classes that only describe the shape of a file (rows, entries, cards) are left out: their terms are those of
the values they become, and `allay NOUN schema` prints them.
"""

from __future__ import annotations

import ast
import re

import pytest
from django.apps import apps

from sources import ROOT

ENTRY = re.compile(r"^\*\*(?P<term>[^*]+)\*\*(?: \((?P<names>[^)]*)\))?:", re.MULTILINE)
SHAPES = {"BaseModel", "Strict", "Card"}


def entries() -> list[re.Match[str]]:
    """Return the entries of the glossary."""
    return list(ENTRY.finditer((ROOT / "GLOSSARY.md").read_text(encoding="utf-8")))


def names() -> list[str]:
    """Return the names in the code that the glossary gives for its terms."""
    return [name for entry in entries() for name in re.findall(r"`(\w+)`", entry["names"] or "")]


def public_classes(package: str) -> list[str]:
    """Return the public classes a package defines, without those that describe the shape of a file."""
    classes = {
        node.name: {ast.unparse(base) for base in node.bases}
        for path in sorted((ROOT / "src" / "allay" / package).rglob("*.py"))
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
    }
    shapes = set(SHAPES)
    while grown := {name for name, bases in classes.items() if bases & shapes} - shapes:
        shapes |= grown
    return sorted(set(classes) - shapes)


@pytest.mark.parametrize(
    "package",
    [
        "base",
        "measures",
        "programs",
        "coverage",
        "payment",
        "economics",
        "evaluation",
        "scheduling",
        "consensus",
    ],
)
def test_every_public_class_is_defined(package: str) -> None:
    found = public_classes(package)
    assert len(found) > 10
    assert [name for name in found if name not in names()] == []


def test_every_record_is_defined() -> None:
    ours = [model.__name__ for model in apps.get_models() if model.__module__.startswith("allay_web.")]
    assert len(ours) > 10
    assert sorted(name for name in ours if name not in names()) == []


def test_each_term_and_name_is_defined_once() -> None:
    terms = [entry["term"].lower() for entry in entries()]
    assert sorted(term for term in set(terms) if terms.count(term) > 1) == []
    assert sorted(name for name in set(names()) if names().count(name) > 1) == []


def test_no_name_is_left_over() -> None:
    """A class that was renamed or removed leaves no entry behind."""
    defined = {
        node.name
        for path in (ROOT / "src").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef)
    }
    assert sorted(set(names()) - defined) == []
