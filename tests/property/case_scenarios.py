"""Programs of every make: cases whose services, staff, payers and contracts are made up by chance."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from tests.unit.economics.case_files import number, read, tiny

from allay.economics.case.case import Case

SERVICES = ("medical_visit", "yoga", "chiropractic", "massage")
ROLES = ("physician", "therapist")
KINDS = ("commercial", "medicaid", "medicare", "workers_compensation", "employer", "self", "other")
BUNDLE = "contracts/bundle/price"

Tree = dict[str, Any]


def amount(most: float) -> st.SearchStrategy[float]:
    """A number from 0 to a most, with as many digits as people write."""
    return st.integers(0, 1000).map(lambda share: round(share * most / 1000, 4))


shares = amount(1.0)


@st.composite
def services(draw: st.DrawFn, months: int) -> list[Tree]:
    """Some services, in groups or not, with steps, supplies and rooms."""
    found = []
    for name in draw(st.lists(st.sampled_from(SERVICES), min_size=1, max_size=4, unique=True)):
        steps = [
            {
                "role": draw(st.sampled_from(ROLES)),
                "minutes": number(draw(amount(90)), "minutes"),
                "each": draw(st.sampled_from(("session", "patient"))),
            }
            for _ in range(draw(st.integers(0, 2)))
        ]
        service: Tree = {
            "id": name,
            "kind": "individual",
            "dose": [{"visits": number(draw(amount(6)), "visits/month")}],
            "no_show": number(draw(shares), "probability"),
            "steps": steps,
            "supplies": number(draw(amount(20)), "usd/visit"),
            "room": number(draw(amount(90)), "usd/event"),
            "opens": draw(st.integers(1, months)),
        }
        if draw(st.booleans()):
            seats = number(draw(st.integers(1, 12)), "seats")
            service |= {"kind": "group", "group": {"seats": seats, "fill": number(0.8, "probability")}}
        found.append(service)
    return found


@st.composite
def payers(draw: st.DrawFn) -> list[Tree]:
    """Payers of some kinds, whose shares add up to one."""
    count = draw(st.integers(1, 4))
    parts = draw(st.lists(st.integers(1, 9), min_size=count, max_size=count))
    mix = [round(part / sum(parts), 6) for part in parts[1:]]
    return [
        {
            "id": f"payer_{place}",
            "kind": draw(st.sampled_from(KINDS)),
            "mix": number(share, "probability"),
            "days": number(draw(amount(120)), "days"),
            "denial": number(draw(amount(0.4)), "probability"),
        }
        for place, share in enumerate([1 - sum(mix), *mix])
    ]


@st.composite
def contracts(draw: st.DrawFn, months: int, names: list[str], paying: list[str]) -> list[Tree]:
    """A bundle of all services for the first payer, and other terms."""
    found: list[Tree] = [
        {
            "type": "bundle",
            "id": "bundle",
            "payer": paying[0],
            "price": number(draw(amount(4000)), "usd"),
            "included": names,
            "clawback": [number(draw(shares), "probability")],
            "copays": number(2, "visits"),
            "copay": number(draw(amount(60)), "usd/visit"),
            "within_price": draw(st.booleans()),
        }
    ]
    if draw(st.booleans()):
        found.append(
            {
                "type": "per_member",
                "id": "members",
                "payer": draw(st.sampled_from(paying)),
                "members": number(300, "members"),
                "amount": number(draw(amount(9)), "usd/member-month"),
            }
        )
    if draw(st.booleans()):
        found.append(
            {
                "type": "shared_savings",
                "id": "savings",
                "payer": draw(st.sampled_from(paying)),
                "members": number(300, "members"),
                "benchmark": number(1000, "usd/member-month"),
                "saved": number(draw(amount(0.1)), "probability"),
                "minimum_rate": number(0.039, "probability"),
                "share": number(draw(shares), "probability"),
            }
        )
    if draw(st.booleans()):
        found.append(
            {
                "type": "grant",
                "id": "gift",
                "grantor": "county",
                "amount": number(draw(amount(90_000)), "usd"),
                "purposes": ["fit_out", draw(st.sampled_from([*names, *ROLES]))],
                "to_month": draw(st.integers(1, months)),
                "paid": draw(st.sampled_from(("start", "as_spent"))),
            }
        )
    return found


@st.composite
def effects(draw: st.DrawFn) -> Tree:
    """Care avoided or caused, time, work and health, some of it priced."""

    def knot(month: int) -> Tree:
        ratio = number(draw(st.integers(2, 15)) / 10, "ratio")
        return {"month": month, "ratio": ratio}

    events = [
        {
            "event": name,
            "rate": number(draw(amount(2)), "events/year"),
            "knots": [knot(0), knot(draw(st.integers(1, 9)))],
            "ends": draw(st.integers(10, 90)),
            "haircut": number(draw(shares), "probability"),
            "unit_cost": number(draw(amount(5000)), "usd/event"),
            "margin": number(draw(shares), "probability"),
            "at_health_system": number(draw(shares), "probability"),
            "patient_share": number(draw(shares), "probability"),
        }
        for name in draw(st.lists(st.sampled_from(("mri", "injection")), max_size=2, unique=True))
    ]
    health = {
        "knots": [{"month": 2, "gain": number(draw(st.integers(-50, 50)) / 100, "utility")}],
        "ends": draw(st.integers(3, 90)),
        "haircut": number(draw(shares), "probability"),
        "willingness_to_pay": [number(50_000, "usd/qaly")],
    }
    if draw(st.booleans()):
        health["worth"] = number(draw(amount(100_000)), "usd/qaly")
    work = {
        "employed": number(draw(shares), "probability"),
        "knots": [{"month": 2, "days": number(draw(amount(4)), "days/month")}],
        "ends": draw(st.integers(3, 90)),
        "haircut": number(draw(shares), "probability"),
        "pay": number(draw(amount(400)), "usd/day"),
        "gains": draw(st.sampled_from(("employer", "patient"))),
        "presenteeism": [{"month": 1, "days": number(draw(amount(4)), "days/month")}],
        "count_presenteeism": draw(st.booleans()),
    }
    visits = {
        "hours": number(draw(amount(4)), "hours"),
        "wage": number(draw(amount(60)), "usd/hour"),
        "travel": number(draw(amount(30)), "usd/visit"),
    }
    return {"events": events, "health": health, "work": work, "visits": visits}


def _spread(quantity: Tree) -> Tree:
    """Let a number vary by a tenth."""
    value = max(quantity["value"], 1.0)
    shape = {"name": "gamma", "parameters": {"se": round(value / 10, 4)}}
    return quantity | {"distribution": shape, "value": value}


@st.composite
def programs(draw: st.DrawFn, *, unsure: bool = True, elsewhere: bool = False) -> Case:
    """A program; `unsure` says whether some of its numbers have a distribution.

    With `elsewhere` it has effects, a discount rate, members of its payers and a scenario that is the case.
    """
    months = draw(st.integers(1 if elsewhere else 2, 26))
    offered = draw(services(months))
    paying = draw(payers())
    names = [service["id"] for service in offered]
    staff = [
        {
            "role": role,
            "fte": number(draw(amount(2)), "fte"),
            "hours": number(40, "hours/week"),
            "weeks": number(46, "weeks/year"),
            "clinical": number(draw(shares), "probability"),
            "practical": number(0.8, "probability"),
            "cost": number(draw(amount(250_000)), "usd/year"),
            "turnover": number(draw(amount(0.3)), "probability"),
            "recruiting": number(draw(amount(60_000)), "usd"),
            "vacancy": number(draw(amount(6)), "months"),
            "shared": {"share": number(draw(shares), "probability"), "by": "health_system"},
        }
        for role in ROLES
    ]
    fees = [
        {
            "service": name,
            "payer": payer["id"],
            "allowed": number(draw(amount(300)), "usd/visit"),
            "coinsurance": number(draw(shares), "probability"),
            "facility": number(draw(amount(90)), "usd/visit"),
            "facility_to": draw(st.sampled_from(("program", "health_system"))),
        }
        for name in names
        for payer in paying[1:]
    ]
    tree = tiny(
        months=months,
        referrals=[(1, draw(st.integers(1, 60)))],
        services=offered,
        staff=staff,
        payers=paying,
        fees=fees,
        contracts=draw(contracts(months, names, [payer["id"] for payer in paying])),
        fixed=[{"name": "rent", "amount": number(draw(amount(9000)), "usd/month")}],
        start_up=[{"name": "fit_out", "amount": number(draw(amount(80_000)), "usd")}],
    )
    tree["demand"] |= {
        "no_show": number(draw(amount(0.9)), "probability"),
        "leaving": number(draw(shares), "probability"),
        "capacity": number(draw(amount(40)), "patients/month"),
    }
    tree["panel"] = {"months": draw(st.integers(2, 5)), "drop_out": [number(draw(shares), "probability")]}
    if unsure:
        for holder, key in ((staff[0], "cost"), (paying[0], "days"), (tree["fixed"][0], "amount")):
            holder[key] = _spread(holder[key])
    if elsewhere:
        tree["program"]["discount"] = number(draw(amount(0.1)), "per year")
        tree["effects"] = draw(effects())
        for payer in paying:
            payer["members"] = number(draw(st.integers(1, 9000)), "members")
            if payer["kind"] == "medicaid":
                payer["federal_share"] = number(draw(shares), "probability")
        same = {"fixed/rent/amount": tree["fixed"][0]["amount"]["value"]} if not unsure else {}
        same |= {"demand/no_show": tree["demand"]["no_show"]["value"]}
        tree["scenarios"] = [{"id": "same", "title": "The same", "given": same}]
    return read(tree)
