"""What coverage says of a schedule, as the result file has it: pairs on one day, linked visits, sessions."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from allay.base.documents import Strict
from allay.coverage.answers import Reason
from allay.scheduling.problem.care import Presence, SameDayRule

Answer = Literal["forbidden", "priced", "billed", "not_billed", "unknown"]
Policy = Literal["forbid", "price"]
Bill = Literal["yes", "no", "conditional", "unknown"]
Needed = Literal["on_site", "from_afar", "nobody", "unknown", "not_billable"]


class RuleReason(Strict):
    """One rule, edit or price that an answer rests on; `status` says how sure that is."""

    rule: str
    text: str
    outcome: str
    status: str


class PairFinding(Strict):
    """What coverage says of two services of a payer's patient on one day.

    Attributes
    ----------
    answer : {'forbidden', 'priced', 'billed', 'not_billed', 'unknown'}
        One is not billable beside the other; both are, for less; both are as if alone; one is not billable
        even alone; not settled, or not for everybody who gives the services.
    lost_cents : int, optional
        Allowed alone less allowed together: the least that is lost, whoever gives them.
    status : str
        The weakest of the rules, facts, codes and prices behind the answer.
    missing : tuple of str
        What would settle an unknown.
    """

    payer: str
    services: tuple[str, str] | None
    answer: Answer
    lost_cents: int | None = None
    status: str
    reasons: tuple[RuleReason, ...] = ()
    missing: tuple[str, ...] = ()
    text: str


class SameDayFindings(Strict):
    """Every pair that was asked about, and the rules that follow by the policy."""

    allay_version: str
    rules_version: str
    problem: str
    service_date: dt.date
    policy: Policy
    findings: tuple[PairFinding, ...]
    rules: tuple[SameDayRule, ...]

    @property
    def unknown(self) -> tuple[PairFinding, ...]:
        """The pairs of which coverage does not settle whether both are paid."""
        return tuple(one for one in self.findings if one.answer == "unknown")


class LinkedStatus(Strict):
    """Whether a session of a linked visit is billable, by coverage.

    Attributes
    ----------
    bill, bill_as : str
        Of the decision; `bill_as` names the billable member where the service is billed by him or her.
    allowed_in_plan : bool
        Whether a plan may hold the session: both members are there.
    status : str
        The weakest of the rules and facts behind the decision.
    missing : tuple of str
        Facts without which it is `conditional` or `unknown`.
    """

    service: str
    payer: str | None
    lead: str | None
    second: str | None
    series: str | None = None
    number: int | None = None
    bill: Bill
    bill_as: str
    allowed_in_plan: bool
    status: str
    reasons: tuple[RuleReason, ...] = ()
    missing: tuple[str, ...] = ()


class PresenceFinding(Strict):
    """What coverage says of the billable member's presence in a linked service, for a payer.

    Attributes
    ----------
    needed : {'on_site', 'from_afar', 'nobody', 'unknown', 'not_billable'}
        On site during the session; video or telephone will do; coverage asks for nobody; not settled;
        not billable however he or she is present.
    modes : dict
        The decision for each way of being present; for several pairs of people the worst.
    presence : {'general'}, optional
        The least that a linked visit can say which meets `needed`; None where nothing has to be said, or
        nothing is known.
    status : str
        The weakest of the rules that tell the ways apart; of none, unknown.
    max_ratio : int, optional
        As law, payer or program states it in the file of payers; None where nobody does.
    ratio_status : str
        `unknown` where nobody does.
    enough : bool
        Whether the linked visit of the problem keeps the billable member there as long as is needed.
    """

    service: str
    payer: str
    needed: Needed
    modes: dict[str, str]
    presence: Presence | None
    status: str
    max_ratio: int | None
    ratio_status: str
    enough: bool
    reasons: tuple[RuleReason, ...] = ()
    missing: tuple[str, ...] = ()
    text: str


class RulesResult(Strict):
    """The result of `allay scheduling rules`: pairs on one day, linked visits, and sessions of a plan."""

    same_day: SameDayFindings
    presence: tuple[PresenceFinding, ...] = ()
    linked: tuple[LinkedStatus, ...] = ()

    @property
    def refused(self) -> tuple[LinkedStatus, ...]:
        """The sessions that may not be billed, or that no plan may hold."""
        return tuple(one for one in self.linked if one.bill == "no" or not one.allowed_in_plan)


def reason_card(reason: Reason) -> RuleReason:
    """Return a reason as it is printed: the rule without its version."""
    rule = reason.rule.partition("@")[0]
    return RuleReason(rule=rule, text=reason.text, outcome=reason.outcome, status=reason.status.value)
