"""What happens in the demonstration program, drawn from a seed: who comes, who stays, who gets better.

Nothing here touches a database; `load` carries the plan out through the application's own actions.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from importlib import resources
from typing import Any

import numpy as np
from ruamel.yaml import YAML

SEED = 20261122
MONTHS = 18
DECIDED, OPEN_REFERRALS = 204, 40
PROGRAM_WEEKS = 13


@dataclass(frozen=True, slots=True)
class Course:
    """How one accepted patient fares; latent severities in standard deviations of a pain clinic."""

    pain: float  # at baseline
    mood: float
    pain_change: float  # from baseline to program end; negative is better
    mood_change: float
    baseline: bool  # whether they answered, at each time point
    during: tuple[bool, bool]
    end: bool
    month_3: bool
    promis: bool
    left_after_weeks: int | None


@dataclass(frozen=True, slots=True)
class Person:
    """One synthetic patient and referral."""

    given_name: str
    family_name: str
    birth_date: date
    sex: str
    language: str
    payer_type: str
    payer_name: str
    phone: str
    email: str
    referred_by: str
    reason: str
    condition: str
    received_on: date
    days_to_decision: int
    decision: str  # accept | decline | open
    goals: tuple[str, ...]
    course: Course | None


def words() -> dict[str, Any]:
    """The lists the demonstration is made of."""
    text = resources.files("allay_web.ops.demo").joinpath("words.yaml").read_text(encoding="utf-8")
    loaded: dict[str, Any] = YAML(typ="safe").load(text)
    return loaded


def people(*, as_of: date, seed: int = SEED) -> list[Person]:
    """Everybody, in order of referral.

    Examples
    --------
    >>> group = people(as_of=date(2026, 11, 22))
    >>> len(group), sum(p.decision == "open" for p in group)
    (244, 40)
    """
    rng = np.random.default_rng(seed)
    lists = words()
    days = MONTHS * 30
    decided = [as_of - timedelta(days=int(d)) for d in rng.uniform(20, days, DECIDED)]
    recent = [as_of - timedelta(days=int(d)) for d in rng.gamma(1.6, 12, OPEN_REFERRALS).clip(0, 75)]
    drawn = [_person(rng, lists, when, is_open=False) for when in decided]
    drawn += [_person(rng, lists, when, is_open=True) for when in recent]
    return [
        replace(person, phone=_phone(lists["area_codes"], i))
        for i, person in enumerate(sorted(drawn, key=lambda p: (p.received_on, p.family_name, p.given_name)))
    ]


def _phone(area_codes: list[str], number: int) -> str:
    """The numbers 555-0100 to 555-0199 are kept for fiction; one person each."""
    return f"{area_codes[number // 100]}-555-01{number % 100:02d}"


def _pick(rng: np.random.Generator, items: Any, weights: list[float] | None = None) -> Any:
    return items[int(rng.choice(len(items), p=weights))]


def _person(rng: np.random.Generator, lists: dict[str, Any], when: date, *, is_open: bool) -> Person:
    spanish = rng.random() < 0.19
    tongue = "es" if spanish else "en"
    age = float(np.clip(rng.normal(53, 14), 19, 88))
    payer = _payer(rng, age)
    given, family = _pick(rng, lists[f"given_{tongue}"]), _pick(rng, lists[f"family_{tongue}"])
    decision = "open" if is_open else ("decline" if rng.random() < 0.15 else "accept")
    number = int(rng.integers(100, 199))
    complaint = _pick(rng, lists["complaints"])
    return Person(
        given_name=given,
        family_name=family,
        birth_date=when - timedelta(days=int(age * 365.25)),
        sex="female" if rng.random() < 0.62 else "male",
        language=tongue,
        payer_type=payer,
        payer_name=lists["payers"][payer],
        phone="",
        email=f"{given}.{family}.{number}@example.invalid".lower() if rng.random() < 0.7 else "",
        referred_by=_pick(rng, lists["referred_by"]),
        reason=complaint[1],
        condition=complaint[0],
        received_on=when,
        days_to_decision=int(np.clip(rng.gamma(2.0, 4.0), 0, 18)),
        decision=decision,
        goals=tuple(rng.choice(lists[f"goals_{tongue}"], int(rng.integers(1, 4)), replace=False).tolist()),
        course=_course(rng, payer=payer, spanish=spanish) if decision == "accept" else None,
    )


def _payer(rng: np.random.Generator, age: float) -> str:
    if age >= 65:
        return str(_pick(rng, ["medicare", "medicaid", "commercial"], [0.84, 0.08, 0.08]))
    kinds = ["commercial", "medicaid", "workers_compensation", "medicare", "self_pay"]
    return str(_pick(rng, kinds, [0.48, 0.29, 0.09, 0.09, 0.05]))


def _course(rng: np.random.Generator, *, payer: str, spanish: bool) -> Course:
    """Medicaid and Spanish-speaking patients answer less: the gap a program must see and mend."""
    pain, mood = (float(x) for x in rng.multivariate_normal([0, 0], [[1, 0.5], [0.5, 1]]))
    hardship = 0.12 * (payer == "medicaid") + 0.13 * spanish
    left = int(rng.integers(2, 9)) if rng.random() < 0.17 + hardship / 2 else None
    worse = rng.random() < 0.12
    pain_change = float(rng.normal(1.0, 0.4) if worse else rng.normal(-0.95, 0.8))
    finished = left is None
    return Course(
        pain=pain,
        mood=mood,
        pain_change=pain_change,
        mood_change=float(0.5 * pain_change + rng.normal(-0.15, 0.45)),
        baseline=bool(rng.random() < 0.93 - hardship / 2),
        during=(
            bool(rng.random() < 0.82 - hardship),
            bool(rng.random() < 0.74 - hardship),
        ),
        end=finished and bool(rng.random() < 0.80 - hardship),
        month_3=bool(rng.random() < (0.8 if finished else 0.25) - hardship),
        promis=bool(rng.random() < 0.5),
        left_after_weeks=left,
    )
