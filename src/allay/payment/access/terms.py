"""Terms: every number and every choice of the payment, each with how sure it is and where it comes from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from types import MappingProxyType
from typing import Literal, get_args

from allay.base.errors import InvalidValue, NotFound
from allay.base.fact import UNKNOWN, FactValue
from allay.base.status import Status
from allay.payment.access.attainment import TargetPolicy
from allay.payment.access.parameters import PREFIX, TRACKS, facts, parameter, sureness

Form = Literal["proportional", "points", "all_or_nothing"]
FORMS: tuple[Form, ...] = get_args(Form)

# Name of a term -> name of its fact; {track} is put in.
NUMBERS = MappingProxyType(
    {
        "amount": "amount.initial.{track}",
        "withhold": "withhold.share",
        "period_months": "care_period.months",
        "outcome_threshold": "outcome.threshold",
        "outcome_cap": "outcome.cap",
        "substitute_threshold": "substitute.threshold",
        "substitute_cap": "substitute.cap",
        "adjustment_cap": "adjustment.cap",
        "discount": "multi_track.discount",
        "patient_share": "cost_sharing.share",
    }
)
CHOICES = MappingProxyType(
    {
        "outcome_adjustment": ("outcome.form", FORMS),
        "substitute_adjustment": ("substitute.form", FORMS[:2]),
        "schedule": ("payment.schedule", ("monthly", "quarterly")),
        "prorating": ("payment.prorating", ("by_month", "none")),
    }
)
ELECTIONS = ("none", "collect", "forgo")
_SHARES = frozenset(NUMBERS) - {"amount", "period_months"}
_OFF = {"multi_track": ("discount",), "cost_sharing": ("patient_share",)}


@dataclass(frozen=True, slots=True)
class PaymentTerm:
    """One number or choice with how sure it is.

    Attributes
    ----------
    value : Fraction or str
        Dollars, a share of 1, a count, or the name of a choice.
    status : Status
        How sure it is.
    source : str
        The version of the fact, or what a terms file says of itself.
    """

    name: str
    value: Fraction | str
    status: Status
    source: str

    @property
    def number(self) -> Fraction:
        """The value, where it is a number."""
        if isinstance(self.value, str):
            raise InvalidValue(expected=f"{self.name} to be a number", found=self.value)
        return self.value

    @property
    def text(self) -> str:
        """The term in words: ``outcome_threshold 0.5 [unconfirmed: secondary]``."""
        shown = self.value if isinstance(self.value, str) else f"{float(self.value):g}"
        return f"{self.name} {shown} [{sureness(self.status)}]"


@dataclass(frozen=True, slots=True)
class Terms:
    """What one participant is paid for one track, for care periods that begin on or about a day.

    Parameters
    ----------
    id : str
        Name of the terms.
    track : str
        ``msk``, or another track of the model.
    on : date
        First day of the care periods: rates hold for periods that begin in their span.
    terms : mapping of str to PaymentTerm
        All of `NUMBERS` and `CHOICES`, and ``policy``.
    policy : TargetPolicy
        How measures combine into the target.
    cost_sharing : str
        The participant's election: ``none`` (no share of the patient), ``collect`` or ``forgo``.
    multi_track : bool
        Whether the discount for patients in several tracks is taken; off, because it is from memory.
    until : date, optional
        Care periods that begin on or after this day need other terms.

    Raises
    ------
    InvalidValue
        A share outside 0 to 1, a threshold or amount of 0, months that are no whole number, a choice that is
        none.
    """

    id: str
    track: str
    on: dt.date
    terms: Mapping[str, PaymentTerm]
    policy: TargetPolicy = field(default_factory=TargetPolicy)
    cost_sharing: str = "collect"
    multi_track: bool = False
    until: dt.date | None = None

    def __post_init__(self) -> None:
        for name in NUMBERS:
            _check_number(self.terms[name])
        for name, (_, allowed) in CHOICES.items():
            if self.terms[name].value not in allowed:
                found = str(self.terms[name].value)
                raise InvalidValue(expected=f"{name} as " + " or ".join(allowed), found=found)
        if self.cost_sharing not in ELECTIONS:
            raise InvalidValue(expected="cost_sharing as " + " or ".join(ELECTIONS), found=self.cost_sharing)

    def number(self, name: str) -> Fraction:
        """Return a number by its name.

        Examples
        --------
        >>> shipped_terms().number("withhold")
        Fraction(1, 2)
        """
        return self.terms[name].number

    def choice(self, name: str) -> str:
        """Return a choice by its name."""
        return str(self.terms[name].value)

    def status_of(self, *names: str) -> Status:
        """Return the weakest status of some terms, leaving out those that are off."""
        on = {term.name for term in self.used}
        return Status.weakest([Status.VERIFIED, *(self.terms[name].status for name in names if name in on)])

    @property
    def used(self) -> tuple[PaymentTerm, ...]:
        """The terms that bear on the result; the discount and the patient's share only where they are on."""
        off = set()
        if not self.multi_track:
            off |= set(_OFF["multi_track"])
        if self.cost_sharing == "none":
            off |= set(_OFF["cost_sharing"])
        return tuple(term for name, term in self.terms.items() if name not in off)

    @property
    def unconfirmed(self) -> tuple[PaymentTerm, ...]:
        """Those of them that are not verified."""
        return tuple(term for term in self.used if not term.status.certain)

    @property
    def status(self) -> Status:
        """The weakest status of what bears on the result."""
        return Status.weakest(term.status for term in self.used)

    def replace(self, *, id: str | None = None, **changes: PaymentTerm) -> Terms:  # noqa: A002
        """Return the same terms with some of them changed.

        Examples
        --------
        >>> other = PaymentTerm("outcome_adjustment", "points", Status.SYNTHETIC, "what if")
        >>> shipped_terms().replace(outcome_adjustment=other).choice("outcome_adjustment")
        'points'
        """
        return replace(self, id=id or self.id, terms=MappingProxyType({**self.terms, **changes}))

    def with_form(self, form: Form) -> Terms:
        """Return the same terms with another form of the outcome adjustment.

        Examples
        --------
        >>> shipped_terms().with_form("points").choice("outcome_adjustment")
        'points'
        """
        if form == self.choice("outcome_adjustment"):
            return self
        what_if = PaymentTerm("outcome_adjustment", form, Status.SYNTHETIC, "for comparison")
        return self.replace(outcome_adjustment=what_if)


def shipped_terms(
    *,
    on: dt.date | None = None,
    track: str = "msk",
    known_on: dt.date | None = None,
    policy: TargetPolicy | None = None,
    cost_sharing: str = "collect",
    multi_track: bool = False,
    given: Mapping[str, PaymentTerm] = MappingProxyType({}),
    id: str = "shipped",  # noqa: A002
) -> Terms:
    """Return the terms as the facts of Allay have them, with those `given` in their place.

    Without `on` they are those of the first day of the model.

    Raises
    ------
    NotFound
        Before the model began; and where a rate is not known for the day and not given.

    Examples
    --------
    >>> terms = shipped_terms()
    >>> print(terms.terms["substitute_threshold"].text)
    substitute_threshold 0.9 [unconfirmed: memory]
    >>> terms.status.value, len(terms.unconfirmed)
    ('unknown', 10)
    """
    if track not in TRACKS:
        raise NotFound.among("track", track, known=TRACKS)

    start = on or facts().get(f"{PREFIX}withhold.share").values[0].effective_from
    ends: list[dt.date] = []

    def fact(name: str) -> FactValue:
        value = parameter(name.format(track=track), on=start, known_on=known_on)
        ends.extend([value.effective_to] if value.effective_to else [])
        return value

    found: dict[str, PaymentTerm] = {}
    for name, fact_name in NUMBERS.items():
        found[name] = given[name] if name in given else _number(name, fact(fact_name))
    for name, (fact_name, _) in CHOICES.items():
        found[name] = given[name] if name in given else _choice(name, fact(fact_name))
    found["policy"] = given["policy"] if "policy" in given else _policy(policy, fact("outcome.policy"))
    return Terms(
        id,
        track,
        start,
        MappingProxyType(found),
        policy or TargetPolicy(),
        cost_sharing,
        multi_track,
        until=min(ends, default=None),
    )


def _number(name: str, fact: FactValue) -> PaymentTerm:
    return PaymentTerm(name, Fraction(fact.number), fact.status, fact.version)


def _choice(name: str, fact: FactValue) -> PaymentTerm:
    if fact.value is UNKNOWN:
        raise NotFound(f"{fact.fact} is unknown on {fact.effective_from}: give {name} in a terms file")
    return PaymentTerm(name, str(fact.value), fact.status, fact.version)


def _policy(policy: TargetPolicy | None, fact: FactValue) -> PaymentTerm:
    """The policy of the calculation is ours until a source settles it."""
    return PaymentTerm("policy", (policy or TargetPolicy()).text, fact.status, fact.version)


def _check_number(term: PaymentTerm) -> None:
    value = term.number
    if term.name in _SHARES and not 0 <= value <= 1:
        raise InvalidValue(expected=f"{term.name} as a share from 0 to 1", found=f"{float(value):g}")
    if term.name in ("amount", "period_months", "outcome_threshold", "substitute_threshold") and value <= 0:
        raise InvalidValue(expected=f"{term.name} above 0", found=f"{float(value):g}")
    if term.name == "period_months" and value.denominator != 1:
        raise InvalidValue(expected="period_months as a whole number", found=f"{float(value):g}")
    if term.name == "amount" and (value * 100).denominator != 1:
        raise InvalidValue(expected="amount in whole cents", found=str(float(value)))
