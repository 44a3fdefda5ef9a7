"""The programs that ship with Allay, as far as they are published."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from allay.base.errors import NotFound
from allay.programs.repository.profile import ProgramProfile
from allay.programs.repository.reading import read_profile

FOLDER = Path(__file__).parent.parent / "data" / "repository"
CASES = ("wvu-cipm", "uvm-path", "peoples-community-clinic", "unm-pain-center")


def names() -> tuple[str, ...]:
    """Return the ids of the four case programs, then of what they may be compared with.

    Examples
    --------
    >>> names()[:4]
    ('wvu-cipm', 'uvm-path', 'peoples-community-clinic', 'unm-pain-center')
    """
    return (*CASES, *sorted({path.stem for path in FOLDER.glob("*.yaml")} - set(CASES)))


@cache
def shipped_program(name: str) -> ProgramProfile:
    """Return a program that ships with Allay.

    Raises
    ------
    NotFound
        With the nearest ids.

    Examples
    --------
    >>> shipped_program("uvm-path").model.weeks[0].value
    8
    """
    if name not in names():
        raise NotFound.among("program in the repository", name, known=names())
    return read_profile(FOLDER / f"{name}.yaml")


def shipped_programs() -> tuple[ProgramProfile, ...]:
    """Return all of them, in the order of `names`.

    Examples
    --------
    >>> len(shipped_programs()) == len(names())
    True
    """
    return tuple(shipped_program(name) for name in names())
