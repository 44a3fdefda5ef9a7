"""How statements stand between rounds: which version is rated, and whether it has a decision."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from allay.consensus.protocol.statements import Statement
from allay.consensus.rounds.result import StatementRow


@dataclass(frozen=True, slots=True)
class Standing:
    """The version of a statement that was rated last, and whether the verdict was a decision."""

    version: int
    decided: bool


def standing_in(statements: Sequence[Statement], number: int, *, seen: Iterable[str]) -> dict[str, int]:
    """Statements that stand in a round, with their versions.

    Parameters
    ----------
    seen : iterable of str
        What is in the ratings: all there is to know where there is no file of statements.

    Examples
    --------
    >>> standing_in([], 1, seen=["s1"])
    {'s1': 1}
    """
    if not statements:
        return dict.fromkeys(seen, 1)
    versions = {one.id: one.in_round(number) for one in statements}
    return {name: version.version for name, version in versions.items() if version is not None}


def after_round(before: Mapping[str, Standing], rows: Iterable[StatementRow]) -> dict[str, Standing]:
    """How statements stand after a round.

    Examples
    --------
    >>> after_round({"s1": Standing(1, decided=True)}, [])
    {'s1': Standing(version=1, decided=True)}
    """
    return {**before, **{row.statement: Standing(row.version, row.decided) for row in rows}}


def decided_in(
    standing: Mapping[str, int], after: Mapping[str, Standing], *, listed: bool
) -> dict[str, bool]:
    """Whether each statement of a round has a decision at its end.

    Parameters
    ----------
    standing : mapping of str to int
        Of `standing_in`.
    after : mapping of str to Standing
        Of `after_round`.
    listed : bool
        Whether a file of statements says which stand; else all that were rated in any round so far do.

    Returns
    -------
    dict of str to bool
        False where only an older version has a decision.

    Examples
    --------
    >>> decided_in({"s1": 2}, {"s1": Standing(1, decided=True)}, listed=True)
    {'s1': False}
    """
    names = list(standing) if listed else [*dict.fromkeys((*after, *standing))]
    return {
        name: name in after and after[name].decided and (not listed or after[name].version == standing[name])
        for name in names
    }
