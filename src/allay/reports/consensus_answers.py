"""What a consensus report opens with: what came out, how sure that is, and what was frozen when."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from allay.consensus.checklists.wording import counted, part_of, share_of
from allay.consensus.protocol.journal import Freezing
from allay.consensus.protocol.protocol import ConsensusProtocol
from allay.consensus.rounds.result import ExerciseResult
from allay.consensus.verdicts.verdict import VerdictWord
from allay.reports.consensus_statements import StatementView
from allay.reports.consensus_words import verdict

__all__ = ["ConsensusTile", "frozen_words", "how_sure", "tiles", "verdict_counts", "what_came_out"]

_ORDER: tuple[VerdictWord, ...] = ("appropriate", "in", "inappropriate", "out", "uncertain", "none")


@dataclass(frozen=True, slots=True)
class ConsensusTile:
    """A number at the head of the page, with what it is of."""

    name: str
    figure: str
    under: str


def verdict_counts(views: Sequence[StatementView]) -> tuple[tuple[VerdictWord, int], ...]:
    """Count statements by their last verdict, decisions first.

    Examples
    --------
    >>> verdict_counts([])
    ()
    """
    found = Counter(view.last.verdict for view in views)
    return tuple((word, found[word]) for word in _ORDER if found[word])


def what_came_out(views: Sequence[StatementView]) -> str:
    """Say it in a sentence.

    Examples
    --------
    >>> what_came_out([])
    'No statement was rated.'
    """
    if not views:
        return "No statement was rated."
    decided = sum(view.last.decided for view in views)
    parts = [f"{count} {verdict(word)}" for word, count in verdict_counts(views)]
    have = "has" if decided == 1 else "have"
    return f"{part_of(decided, len(views), 'statement')} {have} a decision: {', '.join(parts)}."


def how_sure(views: Sequence[StatementView]) -> list[str]:
    """Say which verdicts depend on the rule, and what else makes them unsure.

    Examples
    --------
    >>> how_sure([])
    []
    """
    said: list[str] = []
    compared = [view for view in views if any(one.verdict for one in view.last.sensitivity)]
    flips = [view for view in views if view.flips]
    if not views:
        return said
    if not compared:
        said.append("No other rule was worked out, so it is not known which verdicts depend on the rule.")
    elif flips:
        share = part_of(len(flips), len(views), "statement")
        said.append(f"The verdict on {share} depends on the rule: another one decides otherwise.")
    else:
        said.append("No verdict depends on the rule: every other rule that was worked out decides the same.")
    split = counted(sum(bool(view.last.disagreement) for view in views), "statement")
    if any(view.last.disagreement for view in views):
        said.append(f"The panel disagrees on {split} in their last round, in the sense of the method.")
    few = min((view.last.n for view in views), default=0)
    most = max((view.last.n for view in views), default=0)
    spread = f"{few}" if few == most else f"{few} to {most}"
    said.append(
        f"Each verdict rests on {spread} ratings. Consensus says that a panel agrees, not that it is right."
    )
    return said


def frozen_words(freezing: Freezing) -> tuple[str, bool]:
    """Say whether the protocol was frozen before round one and since; and whether all is as it should be.

    Examples
    --------
    >>> frozen_words(Freezing(state="never frozen", before_first_round=None, head=None, entries=()))[1]
    False
    """
    unfrozen = [one for one in freezing.entries if one.did == "unfrozen"]
    if freezing.state == "never frozen":
        return "The protocol was never frozen: it could be changed after ratings were seen.", False
    when = {
        True: "The protocol was frozen before round 1 opened.",
        False: "The protocol as it is now was not frozen before round 1 opened.",
        None: "Whether the protocol was frozen before round 1 opened is not known: a day is missing.",
    }[freezing.before_first_round]
    if freezing.state == "unfrozen":
        when += " It stands unfrozen now, so it is not bound to what was frozen."
    if unfrozen:
        why = "the reason is below" if len(unfrozen) == 1 else "the reasons are below"
        when += f" It was unfrozen {counted(len(unfrozen), 'time')}: {why}."
    return when, freezing.before_first_round is True and not unfrozen


def tiles(
    result: ExerciseResult, protocol: ConsensusProtocol, views: Sequence[StatementView]
) -> list[ConsensusTile]:
    """Make the numbers at the head of the page.

    Examples
    --------
    >>> tiles.__annotations__["protocol"]
    'ConsensusProtocol'
    """
    decided = sum(view.last.decided for view in views)
    flips = sum(bool(view.flips) for view in views)
    found = [
        ConsensusTile("Decided", f"{decided} of {len(views)}", "statements with a decision"),
        ConsensusTile(
            "Hang on the rule", f"{flips} of {len(views)}", "statements another rule decides otherwise"
        ),
    ]
    if result.rounds:
        last = result.rounds[-1]
        under = f"panelists answered in round {last.number}"
        if result.recruited:
            under += f"; retention {share_of(last.answered, result.recruited)}"
        found.append(ConsensusTile("Panel", f"{last.answered}", under))
    rounds = f"{len(result.rounds)} of {len(protocol.rounds)}"
    meetings = counted(len(result.meetings), "meeting")
    found.append(ConsensusTile("Rounds", rounds, f"planned rounds held; {meetings} of the panel"))
    return found
