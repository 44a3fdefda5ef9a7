"""A terms file: numbers and choices of your own in place of those Allay ships, with where they come from."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from typing import Annotated, Literal

from pydantic import Field

from allay.base.errors import InvalidInput, InvalidValue, NotFound, Problem
from allay.base.status import Status
from allay.base.tables import Document, Readable, Strict, read_yaml_document
from allay.payment.access.attainment import Rule, TargetPolicy
from allay.payment.access.terms import NUMBERS, Form, PaymentTerm, Terms, shipped_terms

Text = Annotated[str, Field(min_length=1)]


class NumberRow(Strict):
    """A number of the terms, with how sure it is and its source."""

    value: Annotated[float, Field(allow_inf_nan=False)]
    status: Status
    source: Text


class PolicyRow(Strict):
    """How measures combine."""

    rule: Rule
    k: int | None = None
    veto: bool = True
    same_instrument: bool = True


class TermsFile(Strict):
    """A terms file. What it leaves out is as Allay ships it.

    `status` and `source` are those of the choices; each number has its own.
    """

    id: Text
    track: Literal["msk", "bh", "ckm", "eckm"] = "msk"
    on: dt.date
    status: Status
    source: Text
    policy: PolicyRow | None = None
    outcome_adjustment: Form | None = None
    substitute_adjustment: Literal["proportional", "points"] | None = None
    schedule: Literal["monthly", "quarterly"] | None = None
    prorating: Literal["by_month", "none"] | None = None
    cost_sharing: Literal["none", "collect", "forgo"] = "collect"
    multi_track_discount: bool = False
    numbers: dict[str, NumberRow] = Field(default_factory=dict)


def read_terms(source: Readable, *, known_on: dt.date | None = None, name: str | None = None) -> Terms:
    """Read a terms file.

    Raises
    ------
    InvalidInput
        With every problem: unknown keys, a number that cannot be, a rate nobody knows that is not given.

    Examples
    --------
    >>> import io
    >>> text = b"id: ours\\non: 2026-08-01\\nstatus: contract\\nsource: text\\noutcome_adjustment: points"
    >>> terms = read_terms(io.BytesIO(text), name="terms.yaml")
    >>> terms.terms["outcome_adjustment"].text
    'outcome_adjustment points [unconfirmed: contract]'
    """
    document = read_yaml_document(source, TermsFile, name=name)
    content = document.value
    problems = [
        document.problem("numbers", key, expected="one of " + ", ".join(NUMBERS), found=repr(key))
        for key in content.numbers
        if key not in NUMBERS
    ]
    if problems:
        raise InvalidInput(problems)
    policy = _policy(document)
    try:
        return shipped_terms(
            on=content.on,
            track=content.track,
            known_on=known_on,
            policy=policy,
            cost_sharing=content.cost_sharing,
            multi_track=content.multi_track_discount,
            given=_given(content, policy),
            id=content.id,
        )
    except InvalidValue as wrong:
        raise InvalidInput(_place(document, wrong)) from None
    except NotFound as missing:
        problem = document.problem("on", expected="a day with known rates", found=f"{content.on}: {missing}")
        raise InvalidInput(problem) from None


def _policy(document: Document[TermsFile]) -> TargetPolicy | None:
    row = document.value.policy
    if row is None:
        return None
    try:
        return TargetPolicy(row.rule, k=row.k, veto=row.veto, same_instrument=row.same_instrument)
    except InvalidValue as wrong:
        raise InvalidInput(document.problem("policy", expected=wrong.expected, found=wrong.found)) from None


def _given(content: TermsFile, policy: TargetPolicy | None) -> dict[str, PaymentTerm]:
    # What was written: repr gives back the digits of the file, so that 0.1 is a tenth.
    given = {
        name: PaymentTerm(name, Fraction(repr(row.value)), row.status, row.source)
        for name, row in content.numbers.items()
    }
    chosen = {
        "outcome_adjustment": content.outcome_adjustment,
        "substitute_adjustment": content.substitute_adjustment,
        "schedule": content.schedule,
        "prorating": content.prorating,
        "policy": policy.text if policy else None,
    }
    return given | {
        name: PaymentTerm(name, value, content.status, content.source)
        for name, value in chosen.items()
        if value
    }


def _place(document: Document[TermsFile], wrong: InvalidValue) -> Problem:
    name = wrong.expected.split()[0]
    keys = ("numbers", name, "value") if name in document.value.numbers else (name,)
    return document.problem(*keys, expected=wrong.expected, found=wrong.found)
