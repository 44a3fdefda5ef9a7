"""How an evaluation writes numbers: use per thousand members, dollars, shares, and what is hidden."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from allay.evaluation.study.outcomes import StudyOutcome
from allay.evaluation.study.result import MoneyRow
from allay.evaluation.study.words import PER, outcome_name
from allay.reports.case_words import JOINED, share, usd
from allay.reports.words import NONE, number, p_value, percent

__all__ = [
    "Measure",
    "alternative",
    "capital",
    "counted",
    "covariate",
    "dollars",
    "dollars_spread",
    "events",
    "key_words",
    "left_out",
    "listed",
    "measure_of",
    "named",
    "p_text",
    "relative",
    "relative_spread",
    "rule",
    "sentence",
    "share",
    "share_alone",
    "times",
    "usd",
]

_MONEY, _DOSE = "US dollars per member-month", "MME per member-month"
# From these means on, an amount needs one digit, or two; below them three.
_ONE_DIGIT, _TWO_DIGITS = 10.0, 1.0
_TWICE = 2.0
_MORE = 6
_MINUS = re.compile(r"(?<![\w.)\]])-(?=[$\d])")
_ID = re.compile(r"\b[a-z]+(?:_[a-z]+)+\b")
_ALTERNATIVES = {
    "available_months": "Members who leave counted",
    "run_out": "Follow-up that ends earlier",
}
_KINDS = {
    "treated vs untreated": "starters beside members who never start",
    "earlier vs later": "earlier starters beside later ones who have not started yet",
    "later vs earlier": "later starters beside earlier ones who have started already",
    "later vs always treated": "later starters beside those who had started before the window",
}


@dataclass(frozen=True, slots=True)
class Measure:
    """How the amounts of one outcome are written.

    Attributes
    ----------
    factor : float
        What an amount is multiplied by.
    digits : int
    sign : str
        Before the number.
    per : str
        After it.
    brief : str
        The same beside a name in a table.
    """

    factor: float
    digits: int
    sign: str
    per: str
    brief: str = ""

    def text(self, value: float | None, *, signed: bool = False) -> str:
        """Write an amount without its unit.

        Examples
        --------
        >>> measure_of("events per member-month", 0.06).text(-0.0104).replace(JOINED, "")
        '−10.4'
        """
        if value is None:
            return NONE
        amount = number(abs(value * self.factor), self.digits)
        if not amount.strip("0.,"):
            return f"{self.sign}{amount}"
        before = f"−{JOINED}" if value < 0 else "+" if signed else ""
        return f"{before}{self.sign}{amount}"

    def spread(self, low: float | None, high: float | None) -> str:
        """Write an interval without its unit; a dash where there is none.

        An end that is not zero does not read as zero: whether zero is inside is what an interval is read for.

        Examples
        --------
        >>> measure_of("events per member-month", 0.06).spread(-0.0309, -0.00002).replace(JOINED, "")
        '−30.9 to −0.02'
        """
        return NONE if low is None or high is None else f"{self._end(low)} to {self._end(high)}"

    def _end(self, value: float) -> str:
        size = abs(value * self.factor)
        digits = next(
            (more for more in range(self.digits, self.digits + _MORE) if size >= 0.5 * 10**-more), self.digits
        )
        return replace(self, digits=digits).text(value)

    def said(self, value: float | None) -> str:
        """Write an amount with its unit, for a sentence.

        Examples
        --------
        >>> measure_of("US dollars per member-month", 742.0).said(58.4)
        '$58.40 per member per month'
        """
        return NONE if value is None else f"{self.text(value)} {self.per}"


def measure_of(unit: str, mean: float) -> Measure:
    """Return how amounts of a unit are written, with digits that suit its mean.

    Examples
    --------
    >>> measure_of("events per member-month", 0.0004)
    Measure(factor=1000, digits=3, sign='', per='per 1,000 members a month', brief='per 1,000 a month')
    """
    if unit == _MONEY:
        return Measure(1, 2, "$", "per member per month", "per member a month")
    factor, per, brief = (
        (1, "MME per member per month", "MME per member a month")
        if unit == _DOSE
        else (PER, "per 1,000 members a month", "per 1,000 a month")
    )
    size = abs(mean) * factor
    return Measure(factor, 1 if size >= _ONE_DIGIT else 2 if size >= _TWO_DIGITS else 3, "", per, brief)


def relative(share: float | None) -> str:
    """Write a relative change.

    Examples
    --------
    >>> relative(-0.1699).replace(JOINED, ""), relative(0.05), relative(None)
    ('−17.0%', '+5.0%', '–')
    """
    if share is None:
        return NONE
    text = number(share * 100, 1, signed=True).replace("−", f"−{JOINED}")
    return f"{text}%"


def relative_spread(low: float | None, high: float | None) -> str:
    """Write an interval of a relative change."""
    return NONE if low is None or high is None else f"{relative(low)} to {relative(high)}"


def dollars(found: MoneyRow | None, *, cents: bool = False) -> str:
    """Write an amount of money.

    Examples
    --------
    >>> dollars(MoneyRow(estimate=288729.6, se=None, low=None, high=None)), dollars(None)
    ('$288,730', '–')
    """
    return NONE if found is None else _usd(found.estimate, cents=cents)


def dollars_spread(found: MoneyRow | None, *, cents: bool = False) -> str:
    """Write the interval of an amount of money."""
    if found is None or found.low is None or found.high is None:
        return NONE
    return f"{_usd(found.low, cents=cents)} to {_usd(found.high, cents=cents)}"


def _usd(amount: float, *, cents: bool) -> str:
    return Measure(1, 2, "$", "").text(amount) if cents else usd(amount)


def times(ratio: float | None) -> str:
    """Write dollars saved for each dollar spent.

    Examples
    --------
    >>> times(1.094), times(None)
    ('$1.09', '–')
    """
    return NONE if ratio is None else Measure(1, 2, "$", "").text(ratio)


def capital(text: str) -> str:
    """Begin with a capital letter.

    Examples
    --------
    >>> capital("emergency visits"), capital("MRI scans")
    ('Emergency visits', 'MRI scans')
    """
    return text[:1].upper() + text[1:]


def named(outcome: str) -> str:
    """Name an outcome that is given by its id.

    Examples
    --------
    >>> named("emergency_visit"), named("something_else")
    ('emergency visits', 'something else')
    """
    try:
        return outcome_name(StudyOutcome.model_validate({"id": outcome}))
    except ValueError:
        return outcome.replace("_", " ")


def sentence(text: str) -> str:
    """Make a sentence of a remark in a result: ids as words, real minus signs, a capital and a full stop.

    Examples
    --------
    >>> sentence("emergency_visit: a change of -10.4 or more").replace(JOINED, "")
    'Emergency visits: a change of −10.4 or more.'
    """
    told = _MINUS.sub(f"−{JOINED}", _ID.sub(lambda found: named(found.group()), text.strip()))
    return capital(told) + ("" if told.endswith((".", "!", "?")) else ".")


def covariate(name: str) -> str:
    """Name a covariate in words.

    Examples
    --------
    >>> covariate("gender=female"), covariate("age_squared"), covariate("before_emergency_visit")
    ('Gender: female', 'Age, squared', 'Emergency visits before')
    """
    if name.startswith("before_"):
        return f"{capital(named(name.removeprefix('before_')))} before"
    special = {"age_squared": "Age, squared", "diagnoses": "Diagnosis categories (log of 1 + count)"}
    variable, _, level = name.partition("=")
    return special.get(name) or capital(variable.replace("_", " ")) + (f": {level}" if level else "")


def key_words(key: str) -> str:
    """Put a key of a count, or of a kind of comparison, into words.

    Examples
    --------
    >>> key_words("medical_claim_rows"), key_words("later vs earlier")
    ('Medical claim rows', 'Later starters beside earlier ones who have started already')
    """
    return capital(_KINDS.get(key, key.replace("_", " ")))


def alternative(name: str) -> str:
    """Name another estimate by its short name.

    Examples
    --------
    >>> alternative("weights_ipw"), alternative("anticipation_6"), alternative("available_months")
    ('Other weights (ipw)', 'Left out before the start: 6 months', 'Members who leave counted')
    """
    kind, _, value = name.partition("_")
    if kind == "weights":
        return f"Other weights ({value})"
    if kind == "anticipation":
        return f"Left out before the start: {value} month{'' if value == '1' else 's'}"
    return _ALTERNATIVES.get(name) or key_words(name)


def rule(text: str) -> str:
    """Write a rule of the verdict without its key.

    Examples
    --------
    >>> rule("too_few: fewer starters than may be shown (11)")
    'Fewer starters than may be shown (11).'
    """
    key, apart, told = text.partition(": ")
    return sentence(told if apart and " " not in key else text)


def counted(key: str, value: float) -> str:
    """Write a count, or cents as dollars.

    Examples
    --------
    >>> counted("medical_rows", 1204), counted("outside_paid_cents", 120450)
    ('1,204', '$1,204.50')
    """
    return Measure(0.01, 2, "$", "").text(value) if key.endswith("_cents") else f"{value:,}"


def events(ids: Sequence[str]) -> str:
    """Name the events of a business case.

    Examples
    --------
    >>> events(["emergency_visit", "mri"]), events([])
    ('emergency visits and MRI scans', 'no event')
    """
    return listed([named(one) for one in ids]) if ids else "no event"


def left_out(told: Sequence[str]) -> str:
    """Name outcomes for which there are no draws, from what a result says of them.

    Examples
    --------
    >>> left_out(["total_cost: there is no such event", "x_ray"])
    'total cost and X-rays'
    """
    return listed([named(one.partition(":")[0]) for one in told])


def share_alone(share: float | None) -> str:
    """Write how much of a fall came by itself.

    Examples
    --------
    >>> share_alone(0.64), share_alone(20.4), share_alone(-0.3), share_alone(None)
    ('64%', 'more than twice it', 'none of it', 'no fall')
    """
    if share is None:
        return "no fall"
    if share <= 0:
        return "none of it"
    return "more than twice it" if share > _TWICE else percent(share, 0)


def p_text(p: float | None) -> str:
    """Write a p value that does not break after its sign.

    Examples
    --------
    >>> p_text(0.0312).replace("\u00a0", "_")
    'p_=_0.031'
    """
    return f"p {p_value(p)}".replace(" ", "\u00a0")


def listed(names: Sequence[str]) -> str:
    """Join names with commas and an and.

    Examples
    --------
    >>> listed(["a", "b", "c"]), listed(["a"])
    ('a, b and c', 'a')
    """
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
