"""Random contracts and rosters of few draws: one number stands for many choices, and 0 for the plainest."""

from __future__ import annotations

import datetime as dt
import json

from hypothesis import strategies as st

from allay.base.money import Money
from allay.payment.contracts.contract import Contract
from allay.payment.contracts.roster import Roster, RosterRow

PAYERS = ("acme", "other")
BUNDLED = ("yoga", "massage", "pain_education")
VISITS = (*BUNDLED, "chiropractic", "graded_exercise", "medical_visit")
START = dt.date(2026, 1, 1)
LEAST_PRICE = 400
"""Above what any patient pays here within a bundle (4 x 90), so that no cap of theirs hangs on the price."""
MOST = 50_000
ORIGIN = {"source": "ours"}
SHARES = ({}, {"copay": 20}, {"coinsurance": 0.2}, {"payer": "acme"})


class Picker:
    """Takes choices out of one drawn number; when it is used up, the first of each."""

    def __init__(self, number: int) -> None:
        self.number = number

    def count(self, options: int) -> int:
        self.number, chosen = divmod(self.number, options)
        return chosen

    def one(self, *options):
        return options[self.count(len(options))]


def pickers(count: int, size: int = 10):
    """Draw several pickers at once.

    Bytes, because large integers are drawn small more often than not, and late choices would hardly vary.
    """
    return st.binary(min_size=count * size, max_size=count * size).map(
        lambda drawn: [
            Picker(int.from_bytes(drawn[place : place + size], "big")) for place in range(0, len(drawn), size)
        ]
    )


def amount(base: int, place: int) -> float:
    """Return one of many amounts from one drawn number: dollars with cents."""
    return ((base * (2 * place + 1) + 7919 * place) % MOST + 1) / 100


def fees(pick: Picker, base: int, services) -> list[dict]:
    found = []
    for place, service in enumerate(services):
        found.append({"service": service, "allowed": amount(base, place), **pick.one(*SHARES)})
        if pick.count(2):
            found.append({"service": service, "allowed": amount(base, place + 50), "payer": "self"})
    return found


def drop_out(pick: Picker) -> dict:
    rule = pick.one("none", "by_week", "by_visit", "threshold")
    if rule in ("none", "by_week"):
        return {"rule": rule}
    return {"rule": rule, "visits_planned": 1 + pick.count(8), "below": pick.count(11) / 10}


def bundle(pick: Picker, base: int, name: str, *, price: int, payers: list[str]) -> dict:
    included = [BUNDLED[place] for place, bit in enumerate(f"{1 + pick.count(7):03b}") if bit == "1"]
    found = {
        "type": "bundle",
        "id": name,
        "price": price,
        "payers": payers,
        "length_weeks": 1 + pick.count(20),
        "included": included,
        "trigger": pick.one("enrolled", "first_visit"),
        "paid_at": pick.one("start", "end"),
        "held_by": pick.one("program", "hospital"),
        "drop_out": drop_out(pick),
        **ORIGIN,
    }
    if pick.count(2):
        found["patient_payments"] = {
            "count": pick.count(5),
            "amount": pick.one(25, 0.01, 90),
            "within_price": bool(pick.count(2)),
        }
        if pick.count(2):
            found["patient_payments"]["total_most"] = pick.count(101)
    if pick.count(2):
        found["withhold"] = {"share": pick.count(101) / 100, "quality_met": pick.one("yes", "no", "unknown")}
    if pick.count(2):
        found["type"] = "mixed"
        floor = pick.one({}, {"floor": 1})
        service = pick.one(*included) if floor else "medical_visit"
        found["carve_outs"] = [{**floor, "fee": fees(pick, base, [service])[0]}]
    return found


@st.composite
def contracts(draw, *, nested: bool | None = None):
    # Numbers of their own, so that the bundles vary as freely as all the rest.
    pick, one, two, free = draw(pickers(4))
    base = pick.count(MOST)
    price = LEAST_PRICE + pick.count(2600)
    outer = bundle(one, base, "outer", price=price + pick.count(500), payers=["other"])
    inner = bundle(two, base + 1, "inner", price=price, payers=pick.one([], ["acme"]))
    if nested or (nested is None and pick.count(2)):
        inner["nested"] = {"within": "outer", "rule": pick.one("included", "deduct")}
    answers = ("yes", "yes", "yes", "no", "unknown", "conditional")
    lags = [pick.count(91) for _ in PAYERS]
    state, own = pick.one(*answers), pick.one(*answers)
    terms = [
        {"type": "group_visit", "id": "group", "service": "pain_education", "seats": 4,
         "fees": fees(free, base + 2, ["pain_education"]), **ORIGIN},
        {"type": "linked_visit", "id": "linked", "billable": "chiropractic", "partner": "graded_exercise",
         "fees": fees(free, base + 3, ["chiropractic"]), "state": {"answer": state},
         "payer": {"answer": "yes"}, "own_service": {"answer": own}, **ORIGIN},
        {"type": "fee_for_service", "id": "visits", "fees": fees(free, base + 4, VISITS), **ORIGIN},
        {"type": "facility_fee", "id": "facility", "fees": fees(free, base + 5, ["medical_visit"]),
         "to": free.one("hospital", "program"), **ORIGIN},
        {"type": "per_member", "id": "members", "amount": amount(base, 60), **ORIGIN},
        {"type": "shared_savings", "id": "savings", "benchmark_per_month": 500, "minimum_rate": 0.02,
         "share": 0.5, "cap": 0.1, **ORIGIN},
        {"type": "grant", "id": "grant", "grantor": "fund", "amount": amount(base, 61),
         "purposes": ["massage", "graded_exercise"], "effective_from": "2026-01-10",
         "effective_to": "2026-03-01", "paid": free.one("start", "as_spent"), **ORIGIN},
    ]  # fmt: skip
    kept = [terms.pop(pick.count(len(terms))) for _ in range(pick.count(len(terms) + 1))]
    raw = {
        "id": "random",
        "version": "1.0.0",
        "title": "Random",
        "sources": {"ours": {"title": "Made up", "accessed": "2026-11-27", "status": "synthetic"}},
        "payers": [
            {"id": each, "title": each, "lag_days": lag, **ORIGIN}
            for each, lag in zip(PAYERS, lags, strict=True)
        ],
        "costs": [
            {"service": each, "per_visit": amount(base, 70 + place), "per_session": 50, **ORIGIN}
            for place, each in enumerate(VISITS)
        ],
        "terms": [outer, inner, *kept],
    }
    return Contract.model_validate_json(json.dumps(raw))


def stay(pick: Picker) -> dict:
    """When a patient was enrolled, completed or left, and who covers them."""
    end = pick.one("left_on", None, "completed_on", "left_on")
    payer, other = pick.one("other", "acme", "self", "other"), pick.one("", "other")
    enrolled = START + dt.timedelta(days=pick.count(121)) if pick.count(3) else None
    after = (enrolled or START) + dt.timedelta(days=pick.count(pick.one(151, 21)))
    stays = {"payer": payer, "other_payer": other, "enrolled_on": enrolled}
    return {**stays, end: after} if end else stays


def row(line: int, pick: Picker, patients: list[dict]) -> RosterRow:
    patient = pick.count(len(patients))
    service = pick.one(*VISITS, "yoga", "massage", "member_month")
    day, attended = START + dt.timedelta(days=pick.count(121)), pick.one("yes", "yes", "", "no", "canceled")
    left = patients[patient].get("left_on")
    if left and day > left and attended == "yes":
        attended = ""
    allowed, units, site = pick.one(None, None, Money(1234)), 1 + pick.count(3), pick.one("", "hospital")
    session = pick.one("", "s1", "s1") if service == "pain_education" else ""
    spent = Money(pick.count(60_001)) if service == "member_month" else None
    return RosterRow(
        line, "ABC"[patient], service=service, date=day, attended=attended, units=units, allowed=allowed,
        spent=spent, session=session, site=site, **patients[patient],
    )  # fmt: skip


@st.composite
def rosters(draw):
    patients = [stay(pick) for pick in draw(pickers(3))]
    picks = draw(st.integers(0, 24).flatmap(pickers))
    rows = [row(line, pick, patients) for line, pick in enumerate(picks, start=2)]
    linked = [each for each, pick in zip(rows, picks, strict=True) if pick.count(2)]
    partners = [each for each in linked if each.service == "chiropractic"]
    rows += [each._replace(line=90 + n, service="graded_exercise") for n, each in enumerate(partners)]
    return Roster(tuple(rows))


cases = st.tuples(contracts(), rosters())
