"""The error tree: everything Allay raises on purpose descends from `AllayError`.

The names say what is the matter (`NotFound`), as users read them; they do not end in "Error".

A message says what was expected, what came and, where it can, what to do next.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass

PROBLEMS_KEPT = 50


class AllayError(Exception):
    """Root of the errors that Allay raises on purpose."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in one place of an input.

    One rule says where: `at` is the line number whenever the place has one, and `field` is the column
    (CSV) or the JSON pointer of the value (YAML). JSON is read without line numbers: there `at` is the
    JSON pointer and `field` the key.

    Examples
    --------
    >>> print(Problem(file="rx.csv", at="7", field="strength", expected="a number", found="'ten'"))
    rx.csv:7: strength: expected a number, found 'ten'
    """

    file: str
    at: str
    field: str
    expected: str
    found: str

    def __str__(self) -> str:
        return f"{self.file}:{self.at}: {self.field}: expected {self.expected}, found {self.found}"


class InvalidInput(AllayError):  # noqa: N818
    """Input that cannot be used: every problem found, of which the first 50 are kept.

    Parameters
    ----------
    problems : Problem or iterable of Problem
        At least one. All are counted, so a generator over a million rows costs little memory.
    total : int, optional
        How many there are, when only the first ones were made into problems.

    Attributes
    ----------
    problems : tuple of Problem
        The first 50.
    total : int
        How many there were.

    Examples
    --------
    >>> error = InvalidInput(Problem("a.csv", str(n), "age", "a number", "'x'") for n in range(2, 92))
    >>> len(error.problems), error.total
    (50, 90)
    """

    def __init__(self, problems: Problem | Iterable[Problem], *, total: int | None = None) -> None:
        kept: list[Problem] = []
        counted = 0
        for problem in (problems,) if isinstance(problems, Problem) else problems:
            counted += 1
            if counted <= PROBLEMS_KEPT:
                kept.append(problem)
        if not kept:
            raise ValueError("InvalidInput needs at least one Problem")
        super().__init__(tuple(kept))
        self.problems: tuple[Problem, ...] = tuple(kept)
        self.total: int = max(counted, total or 0)

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)


class InvalidValue(AllayError, ValueError):  # noqa: N818
    """A value that cannot exist: a code with a wrong check digit, a period that ends before it starts.

    Being a ``ValueError`` too, it becomes a `Problem` with its place when a data file is read.

    Examples
    --------
    >>> str(InvalidValue(expected="an amount in whole cents", found="1.005"))
    'expected an amount in whole cents, found 1.005'
    """

    def __init__(self, *, expected: str, found: str) -> None:
        super().__init__(f"expected {expected}, found {found}")
        self.expected = expected
        self.found = found


class NotFound(AllayError):  # noqa: N818
    """An id, a version or a date for which there is nothing.

    Examples
    --------
    >>> str(NotFound.among("service", "yogo", known=["yoga", "massage"]))
    "there is no service 'yogo'; did you mean 'yoga'?"
    """

    @classmethod
    def among(cls, kind: str, wanted: str, *, known: Iterable[str]) -> NotFound:
        """Say that `wanted` is not among the `known` ones, with the nearest of them."""
        names = sorted(known)
        plain = _plain(wanted)
        near = [name for name in names if _plain(name) == plain] or difflib.get_close_matches(
            wanted, names, n=3, cutoff=0.6
        )
        if near:
            hint = "did you mean " + " or ".join(repr(name) for name in near) + "?"
        elif names:
            shown = ", ".join(names[:12]) + (f" and {len(names) - 12} more" if len(names) > 12 else "")
            hint = f"there is {shown}"
        else:
            hint = "there is none at all"
        return cls(f"there is no {kind} {wanted!r}; {hint}")


def _plain(name: str) -> str:
    """A name without what people write differently: PHQ-9 and phq9."""
    return "".join(sign for sign in name.casefold() if sign.isalnum())


class NotPermitted(AllayError):  # noqa: N818
    """Wording or a use that a license forbids; the message says which and what is allowed instead."""
