"""What is said of an exercise: problems for which it is refused, findings that are kept and shown."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import PurePath

from allay.base.errors import InvalidInput, Problem
from allay.consensus.protocol.finding import Finding


@dataclass(slots=True)
class Remarks:
    """Problems and findings, collected while an exercise is read or checked.

    Examples
    --------
    >>> remarks = Remarks()
    >>> remarks.find("quota", "a/panel.csv:1", "2 of 5 patients")
    >>> remarks.findings[0].where
    'panel.csv:1'
    """

    problems: list[Problem] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def add(self, problem: Problem) -> None:
        """Add a problem."""
        self.problems.append(problem)

    def find(self, kind: str, where: str, text: str) -> None:
        """Add a finding; of its place only the last name is kept, the same on every machine."""
        self.findings.append(Finding(kind=kind, where=PurePath(where).name, text=text))

    def refuse(self) -> None:
        """Raise `InvalidInput` when there is any problem: file by file, each from its first line on."""
        if self.problems:
            files = list(dict.fromkeys(problem.file for problem in self.problems))
            raise InvalidInput(sorted(self.problems, key=lambda one: (files.index(one.file), _line(one))))


def place_of(problem: Problem) -> str:
    """Return the place of a problem as findings name it.

    Examples
    --------
    >>> place_of(Problem("record.yaml", "4", "/rounds/0", "", ""))
    'record.yaml:4'
    """
    return f"{problem.file}:{problem.at}"


def _line(problem: Problem) -> int:
    return int(problem.at) if problem.at.isdecimal() else 0
