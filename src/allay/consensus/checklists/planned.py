"""Answers on what was decided beforehand: title, introduction, and the methods that a protocol holds."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from allay.consensus.checklists.reply import Reply, ReportedExercise
from allay.consensus.checklists.wording import counted, listed, rule_words, scale_words

METHODS = {
    "ram": "the RAND/UCLA appropriateness method",
    "comet": "thresholds as for core outcome sets",
    "percent": "percent agreement",
}
ALONE = {"individual": "each panelist alone", "group": "the panel together"}
_NAMES_IT = ("consensus", "delphi", "appropriateness", "nominal group")


def _title(of: ReportedExercise) -> Reply:
    named = [word for word in _NAMES_IT if word in of.protocol.title.casefold()]
    if named:
        return Reply(data=(f"The title is “{of.protocol.title}”; it says {listed(named)}.",))
    return Reply(lacks=(f"The title is “{of.protocol.title}”: it names neither consensus nor a method.",))


def _why(of: ReportedExercise) -> Reply:
    return _text(of.protocol.why_consensus)


def _aim(of: ReportedExercise) -> Reply:
    said = [f"Aim: {of.protocol.question}"]
    lacks = []
    for name, text in (("Audience", of.protocol.audience), ("Scope", of.protocol.scope)):
        if text:
            said.append(f"{name}: {text}")
        else:
            lacks.append(f"{name}: not given (`{name.lower()}` in the protocol).")
    return Reply(text=tuple(said), lacks=tuple(lacks))


def _updates(of: ReportedExercise) -> Reply:
    return _text(of.protocol.updates)


def _registration(of: ReportedExercise) -> Reply:
    frozen = next((one for one in of.result.freezing.entries if one.did == "frozen"), None)
    noted = f"The protocol was first frozen on {frozen.on} ({frozen.protocol_sha256[:12]})." if frozen else ""
    if of.protocol.registration:
        return Reply(data=(f"Registered: {of.protocol.registration}.", *([noted] if noted else [])))
    return Reply(lacks=("No registration is recorded.", *([noted] if noted else [])))


def _steps(of: ReportedExercise) -> Reply:
    meetings = counted(len(of.result.meetings), "meeting of the panel", "meetings of the panel")
    held = f"{counted(len(of.result.rounds), 'round')} held of {len(of.protocol.rounds)} planned"
    stop = {
        "rounds": "no earlier end was foreseen",
        "decided": "it was to end early once every statement had a decision",
        "stable": "it was to end early once no statement had more than "
        f"{of.protocol.stop.largest_change:g}% of its raters changing",
    }[of.protocol.stop.when]
    return Reply(data=(f"Method: {METHODS[of.protocol.rule.method]}; {held}, {meetings}; {stop}.",))


def _presented(of: ReportedExercise) -> Reply:
    rows = of.result.statements
    sourced = {row.statement for row in rows if row.sources}
    every = {row.statement for row in rows}
    added = [one for one in of.result.changes if one.change in ("added", "split")]
    later = (
        f"{counted(len(added), 'statement')} came in after round 1" if added else "none came in after round 1"
    )
    return Reply(
        data=(
            f"{counted(len(every), 'statement')}, rated in {scale_words(of.protocol.scale)}; "
            f"{len(sourced)} with their source; {later}.",
        )
    )


def _objectives(of: ReportedExercise) -> Reply:
    return Reply(data=_by_round([one.objective for one in of.protocol.rounds]))


def _consensus(of: ReportedExercise) -> Reply:
    said = f"Consensus is {rule_words(of.protocol.rule, of.protocol.scale)}."
    if of.protocol.why_rule:
        return Reply(data=(said, f"Why: {of.protocol.why_rule}"))
    return Reply(data=(said,), lacks=("Why this rule: not given (`why_rule` in the protocol).",))


def _rated_again(of: ReportedExercise) -> Reply:
    which = {
        "all": "all statements, decided ones as well",
        "undecided": "only statements without a decision before",
    }
    later = of.protocol.rounds[1:]
    if not later:
        return Reply(data=("One round was planned, so nothing was to be rated again.",))
    said = [f"Round {number}: {which[one.statements]}." for number, one in enumerate(later, 2)]
    return Reply(data=tuple(said))


def _collected(of: ReportedExercise) -> Reply:
    return Reply(data=_by_round([f"rated by {ALONE[one.setting]}" for one in of.protocol.rounds]))


def _processed(of: ReportedExercise) -> Reply:
    rules = listed([one.rule for one in of.result.statements[0].sensitivity]) if of.result.statements else ""
    others = f" Beside it each verdict was worked out by other rules: {rules}." if rules else ""
    return Reply(
        data=(
            "Verdicts come from counts of ratings by point of the scale; what somebody did not rate counts "
            f"nowhere and is not filled in; statement versions are counted apart.{others}",
        )
    )


def _feedback(of: ReportedExercise) -> Reply:
    given = [
        f"Before round {number}: {one.feedback}"
        for number, one in enumerate(of.protocol.rounds, 1)
        if one.feedback
    ]
    if given:
        return Reply(data=tuple(given))
    return Reply(lacks=("No feedback is planned in any round.",))


def _anonymity(of: ReportedExercise) -> Reply:
    return Reply(
        data=(
            "Ratings are stored under codes, comments without who wrote them; no result shows a single "
            f"rating, and none shows fewer than {of.protocol.smallest_group} raters by themselves.",
        )
    )


def _text(said: str | None) -> Reply:
    return Reply(text=(said,)) if said else Reply()


def _by_round(said: list[str]) -> tuple[str, ...]:
    return tuple(f"Round {number}: {one.rstrip('.')}." for number, one in enumerate(said, 1))


PLANNED: Mapping[str, Callable[[ReportedExercise], Reply]] = {
    "T1": _title,
    "I1": _why,
    "I2": _aim,
    "I3": _updates,
    "M1": _registration,
    "M9": _steps,
    "M10": _presented,
    "M11": _objectives,
    "M12": _consensus,
    "M13": _rated_again,
    "M14": _collected,
    "M15": _processed,
    "M17": _feedback,
    "M18": _anonymity,
}
"""What answers each item; an item that stands nowhere is only answered by a text under `narrative`."""
