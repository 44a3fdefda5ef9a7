"""Participation: who was recruited, invited and answered, by kind of organization; and who is missing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from allay.consensus.protocol.panel import Panelist, RoundInvitation
from allay.consensus.rounds.hiding import hidden_counts
from allay.consensus.rounds.result import ParticipationCell

SEVERAL = "several"
"""What a kind says where panelists of several kinds are taken together."""

Kind = tuple[str, str, str]
Answered = Mapping[int, AbstractSet[str]]
"""By round, the codes of raters with at least one rating."""


@dataclass(frozen=True, slots=True)
class KindTally:
    """Panelists of one type, setting and region, counted exactly: for the coordinator, not for a report.

    Attributes
    ----------
    recruited : int
        Rows of the panel.
    invited : tuple of int or None
        By round; None where no invitations are recorded for it.
    answered : tuple of int
        By round, those with at least one rating.
    """

    type: str
    setting: str
    region: str
    recruited: int
    invited: tuple[int | None, ...]
    answered: tuple[int, ...]

    @property
    def kind(self) -> Kind:
        """Type, setting and region."""
        return self.type, self.setting, self.region


def tallies(
    panel: Iterable[Panelist],
    invitations: Iterable[RoundInvitation],
    answered: Answered,
    *,
    rounds: Sequence[int],
) -> tuple[KindTally, ...]:
    """Count a panel by kind.

    Parameters
    ----------
    answered : mapping of int to set of str
        Codes by round; codes that are not in the panel are not counted.
    rounds : sequence of int
        The rounds to count, in order.

    Returns
    -------
    tuple of KindTally
        By type, setting and region; empty for an empty panel. Time grows with the rows.

    Examples
    --------
    >>> panel = [Panelist("a", type="payer"), Panelist("b", type="payer")]
    >>> one, = tallies(panel, [], {1: {"b"}}, rounds=[1])
    >>> one.kind, one.recruited, one.invited, one.answered
    (('payer', 'not reported', 'not reported'), 2, (None,), (1,))
    """
    kinds = {one.rater: (one.type, one.setting, one.region) for one in panel}
    invited = {number: Counter[Kind]() for number in rounds}
    recorded: set[int] = set()
    for one in invitations:
        if one.round in invited and one.rater in kinds:
            recorded.add(one.round)
            invited[one.round][kinds[one.rater]] += 1
    came = {
        number: Counter(kinds[one] for one in answered.get(number, ()) if one in kinds) for number in rounds
    }
    recruited = Counter(kinds.values())
    return tuple(
        KindTally(
            *kind,
            recruited=recruited[kind],
            invited=tuple(invited[number][kind] if number in recorded else None for number in rounds),
            answered=tuple(came[number][kind] for number in rounds),
        )
        for kind in sorted(recruited)
    )


def shown_participation(counted: Sequence[KindTally], *, smallest: int) -> tuple[ParticipationCell, ...]:
    """Make cells of a report out of exact counts, so that no small number of panelists stands in them.

    Kinds with fewer than `smallest` panelists are taken together: first across settings, then across regions,
    then across types. What is left takes the smallest cell along. So every cell holds `smallest` panelists or
    none at all, and so does whatever totals leave over. Of the numbers by round, small ones are hidden
    together with what would give them away (`allay.base.disclosure`).

    Returns
    -------
    tuple of ParticipationCell
        They add up to the panel; empty for a panel smaller than `smallest`.

    Examples
    --------
    >>> one, two = (KindTally("payer", s, "west", 3, (3,), (n,)) for s, n in (("home", 3), ("office", 2)))
    >>> cell, = shown_participation([one, two], smallest=5)
    >>> cell.type, cell.setting, cell.region, cell.recruited, cell.answered
    ('payer', 'several', 'west', 6, (5,))
    """
    cells = _merged(counted, smallest=smallest)
    if not cells:
        return ()
    shown = hidden_by_round(cells, smallest=smallest)
    return tuple(
        ParticipationCell(
            type=one.type,
            setting=one.setting,
            region=one.region,
            recruited=one.recruited,
            invited=invited,
            answered=answered,
        )
        for one, (invited, answered) in zip(cells, shown, strict=True)
    )


def hidden_by_round(
    rows: Sequence[KindTally], *, smallest: int
) -> list[tuple[tuple[int | None, ...], tuple[int | None, ...]]]:
    """Hide small numbers by round in rows that add up to a panel: invited and answered of each row.

    Examples
    --------
    >>> rows = [KindTally("a", "b", "c", 6, (6,), (3,)), KindTally("d", "b", "c", 6, (6,), (6,))]
    >>> hidden_by_round(rows, smallest=5)
    [((6,), (None,)), ((6,), (None,))]
    """
    rounds = range(len(rows[0].answered)) if rows else range(0)
    invited = [_hidden([one.invited[place] for one in rows], smallest=smallest) for place in rounds]
    answered = [_hidden([one.answered[place] for one in rows], smallest=smallest) for place in rounds]
    return [
        (tuple(column[row] for column in invited), tuple(column[row] for column in answered))
        for row in range(len(rows))
    ]


def added(parts: Sequence[KindTally]) -> KindTally:
    """Add up tallies, at least one, of whatever kinds; the sum is of several.

    Examples
    --------
    >>> added([KindTally("a", "b", "c", 2, (2,), (1,)), KindTally("d", "b", "c", 1, (1,), (1,))]).recruited
    3
    """
    (found,) = _sums((_any_kind(one.kind), one) for one in parts)
    return found


def _merged(counted: Sequence[KindTally], *, smallest: int) -> list[KindTally]:
    kept: list[KindTally] = []
    rest = list(counted)
    for wider in (_same, _any_setting, _any_region, _any_kind):
        rest = _sums((wider(one.kind), one) for one in rest)
        kept += [one for one in rest if one.recruited >= smallest]
        rest = [one for one in rest if one.recruited < smallest]
    while rest and kept and sum(one.recruited for one in rest) < smallest:
        least = min(kept, key=lambda one: (one.recruited, one.kind))
        kept.remove(least)
        rest = _sums((_any_kind(one.kind), one) for one in (*rest, least))
    kept += [one for one in rest if one.recruited >= smallest]
    return sorted(_sums((one.kind, one) for one in kept), key=lambda one: one.kind)


def _same(kind: Kind) -> Kind:
    return kind


def _any_setting(kind: Kind) -> Kind:
    return kind[0], SEVERAL, kind[2]


def _any_region(kind: Kind) -> Kind:
    return kind[0], SEVERAL, SEVERAL


def _any_kind(kind: Kind) -> Kind:
    return SEVERAL, SEVERAL, SEVERAL


def _sums(parts: Iterable[tuple[Kind, KindTally]]) -> list[KindTally]:
    """Add up tallies that have the same new kind."""
    found: dict[Kind, KindTally] = {}
    for kind, one in parts:
        before = found.get(kind)
        found[kind] = KindTally(
            *kind,
            recruited=one.recruited + (before.recruited if before else 0),
            invited=one.invited if before is None else _added(before.invited, one.invited),
            answered=tuple(
                first + (before.answered[place] if before else 0) for place, first in enumerate(one.answered)
            ),
        )
    return list(found.values())


def _added(first: Sequence[int | None], second: Sequence[int | None]) -> tuple[int | None, ...]:
    return tuple(
        None if one is None or two is None else one + two for one, two in zip(first, second, strict=True)
    )


def _hidden(column: Sequence[int | None], *, smallest: int) -> tuple[int | None, ...]:
    known = [one for one in column if one is not None]
    return hidden_counts(known, smallest=smallest) if len(known) == len(column) else (None,) * len(column)
