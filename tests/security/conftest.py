"""The worlds that tests of all routes share: made once a module, and as new for every test."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from django.db import transaction
from tests.security.world import World, empty_world, filled_world


@dataclass
class Worlds:
    """Two filled programs and an empty one."""

    filled: World
    elsewhere: World
    empty: World


@contextmanager
def undone_afterwards() -> Iterator[None]:
    """A transaction around a whole module; the tests' own are savepoints in it."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def worlds(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[Worlds]:
    """Made once: a world costs half a second, and there are hundreds of tests."""
    with django_db_blocker.unblock(), undone_afterwards():  # type: ignore[attr-defined]
        yield Worlds(filled_world(), filled_world("Zebrano"), empty_world())


@pytest.fixture
def world(worlds: Worlds, db: None) -> World:
    """A program with one of everything."""
    return worlds.filled


@pytest.fixture
def other(worlds: Worlds, db: None) -> World:
    """Another program with one of everything."""
    return worlds.elsewhere


@pytest.fixture
def empty(worlds: Worlds, db: None) -> World:
    """A program with people and nothing else."""
    return worlds.empty
