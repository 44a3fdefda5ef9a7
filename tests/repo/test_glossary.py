"""Every public name of the library's ground floor and every record of the application is in the glossary."""

from __future__ import annotations

import ast
import re

import pytest
from django.apps import apps

from sources import ROOT

ENTRY = re.compile(r"^\*\*(.+?)\*\*", re.MULTILINE)


def entries() -> set[str]:
    """Return the terms the glossary defines, with the names in the code it gives for them."""
    text = (ROOT / "GLOSSARY.md").read_text(encoding="utf-8")
    terms = {term.strip() for match in ENTRY.finditer(text) for term in re.split(r",|/", match[1])}
    return terms | set(re.findall(r"`([A-Za-z_]\w*)`", text))


def public_classes(package: str) -> list[str]:
    """Return the public classes a package defines, exceptions and types of files included."""
    return sorted(
        {
            node.name
            for path in (ROOT / "src" / "allay" / package).rglob("*.py")
            if not path.stem.startswith("_")
            for node in ast.parse(path.read_text(encoding="utf-8")).body
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
        }
    )


@pytest.mark.parametrize("package", ["base", "measures"])
def test_every_public_class_is_defined(package: str) -> None:
    found = public_classes(package)
    assert len(found) > 5
    assert [name for name in found if name not in entries()] == []


def test_every_record_is_defined() -> None:
    ours = [model for model in apps.get_models() if model.__module__.startswith("allay_web.")]
    assert len(ours) > 10
    assert sorted(model.__name__ for model in ours if model.__name__ not in entries()) == []
