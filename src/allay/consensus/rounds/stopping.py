"""The stop rule: why no further round was to follow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from allay.consensus.protocol.protocol import ConsensusProtocol
from allay.consensus.rounds.result import MovementRow
from allay.consensus.verdicts.conventions import as_written

PLANNED = "all planned rounds are done"
DECIDED = "every statement has a decision"


def stop_of(
    number: int,
    protocol: ConsensusProtocol,
    *,
    decided: Mapping[str, bool],
    movement: Sequence[MovementRow],
) -> str | None:
    """Say why no round was to follow a round, by the stop rule of the protocol.

    Parameters
    ----------
    decided : mapping of str to bool
        For every statement that stands in the round or stood in one before, whether it has a decision by the
        end of the round.
    movement : sequence of MovementRow
        From the round before to this one.

    Returns
    -------
    str or None
        Ratings are `stable` only where the movement of every statement may be shown and is small: nothing is
        said of what too few rated twice.

    Examples
    --------
    >>> protocol = ConsensusProtocol(id="a", title="A", question="What?", stop={"when": "decided"},
    ...     rounds=({"objective": "Rate"}, {"objective": "Rate again"}))
    >>> stop_of(1, protocol, decided={"s1": True}, movement=[])
    'every statement has a decision'
    >>> stop_of(1, protocol, decided={"s1": True, "s2": False}, movement=[]) is None
    True
    """
    if protocol.stop.when == "decided" and decided and all(decided.values()):
        return DECIDED
    if protocol.stop.when == "stable" and _stable(movement, protocol.stop.largest_change):
        limit = f"{protocol.stop.largest_change:g}%"
        return f"ratings are stable: in no statement did more than {limit} of the raters change theirs"
    return PLANNED if number >= len(protocol.rounds) else None


def _stable(movement: Sequence[MovementRow], largest: float) -> bool:
    limit = as_written(largest) / 100
    return bool(movement) and all(
        one.changed is not None and Fraction(one.changed, one.raters) <= limit for one in movement
    )
