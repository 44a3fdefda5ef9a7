"""Rows of a result: who took part in a round, and what became of its statements."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from allay.consensus.protocol.panel import RoundInvitation
from allay.consensus.protocol.protocol import ConsensusProtocol
from allay.consensus.protocol.record import HeldRound
from allay.consensus.rounds.result import RoundRow, StatementRow


@dataclass(frozen=True, slots=True)
class Responses:
    """Panelists of a round, counted.

    Attributes
    ----------
    invited, declined, reminded : int, optional
        None where no invitations are recorded for the round.
    answered : int
        Raters with at least one rating, whether invited or not.
    answered_invited : int
        Those of them who were invited.
    uninvited, declined_and_answered : int
        Raters who answered without an invitation; or although they had declined.
    """

    invited: int | None
    declined: int | None
    reminded: int | None
    answered: int
    answered_invited: int
    uninvited: int
    declined_and_answered: int


def responses(
    invitations: Iterable[RoundInvitation], answered: AbstractSet[str], *, number: int
) -> Responses:
    """Count the panelists of a round.

    Examples
    --------
    >>> import datetime as dt
    >>> sent = [RoundInvitation(1, "a", dt.date(2026, 3, 2)), RoundInvitation(1, "b", dt.date(2026, 3, 2))]
    >>> found = responses(sent, {"a", "c"}, number=1)
    >>> found.invited, found.answered, found.answered_invited, found.uninvited
    (2, 2, 1, 1)
    """
    of_round = [one for one in invitations if one.round == number]
    if not of_round:
        return Responses(None, None, None, len(answered), len(answered), 0, 0)
    invited = {one.rater for one in of_round}
    declined = {one.rater for one in of_round if one.declined is not None}
    return Responses(
        invited=len(invited),
        declined=len(declined),
        reminded=len({one.rater for one in of_round if one.reminded}),
        answered=len(answered),
        answered_invited=len(answered & invited),
        uninvited=len(answered - invited),
        declined_and_answered=len(answered & declined),
    )


def round_row(
    number: int,
    protocol: ConsensusProtocol,
    *,
    came: Responses,
    held: HeldRound | None,
    recruited: int | None,
    statements: Sequence[StatementRow],
    agreement: Mapping[str, float | None],
    stop: str | None,
) -> RoundRow:
    """Put the row of a round together.

    `response` is the share of those invited who answered; `retention` the share of those recruited.

    Examples
    --------
    >>> protocol = ConsensusProtocol(id="a", title="A", question="What?", rounds=({"objective": "Rate"},))
    >>> row = round_row(1, protocol, came=Responses(58, 0, 0, 51, 51, 0, 0), held=None, recruited=72,
    ...     statements=[], agreement={}, stop=None)
    >>> f"{row.retention:.1%}"
    '70.8%'
    """
    planned = protocol.rounds[number - 1] if number <= len(protocol.rounds) else None
    decided = sum(row.decided for row in statements)
    return RoundRow(
        number=number,
        objective=planned.objective if planned else None,
        setting=planned.setting if planned else None,
        opened=held.opened if held else None,
        closed=held.closed if held else None,
        invited=came.invited,
        answered=came.answered,
        declined=came.declined,
        reminded=came.reminded,
        response=came.answered_invited / came.invited if came.invited else None,
        retention=came.answered / recruited if recruited else None,
        statements=len(statements),
        decided=decided,
        undecided=len(statements) - decided,
        agreement=dict(agreement),
        stop=stop,
    )
