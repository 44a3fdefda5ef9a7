"""The monthly model once more, for one draw, in plain loops over months, patients' ages, services and payers.

It shares no code with the arrays of `allay.economics.program`: it reads the case and a mapping of numbers
by name.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping

from tests.unit.economics.program.plain_shares import plain_shares

from allay.economics.case.case import Case
from allay.economics.case.delivery import SharedEntry, TriggerEntry
from allay.economics.case.demand import LogisticReferrals
from allay.economics.case.revenue import BundleEntry, GrantEntry, PerMemberEntry, SharedSavingsEntry
from allay.economics.program.run import ProgramRun
from allay.economics.uncertainty.draws import uniforms

Money = defaultdict[tuple[str, str, str, str | None, str | None], list[float]]

HAIR = 1e-9
DAYS_IN_MONTH = 365.25 / 12


def plain_of(run: ProgramRun, draw: int, *, seed: int, sampled: bool = True) -> PlainProgram:
    """Run the loops on the numbers of one draw of a run."""
    numbers = {name: float(value[draw % len(value)]) for name, value in run.drawn.values.items()}
    uniform = float(uniforms("hazards/champion", seed=seed, draws=draw + 1)[draw])
    gone, still = [0.0], 1.0
    for _ in range(run.case.program.months):
        gone.append(float(uniform >= still) if sampled else 1 - still)
        still *= 1 - numbers.get("hazards/champion/chance", 0.0)
    return PlainProgram(run.case, numbers, champion_left=gone)


class PlainProgram:
    """One draw of a case. `champion_left` is by month how far the champion is gone, 0 to 1."""

    def __init__(self, case: Case, numbers: Mapping[str, float], *, champion_left: list[float]) -> None:
        self.case, self.numbers, self.champion_left = case, numbers, champion_left
        self.months = case.program.months
        self.money: Money = defaultdict(lambda: [0.0] * (self.months + 1))
        self.referred, self.started, self.left, self.waiting = ([0.0] * (self.months + 1) for _ in range(4))
        self.visits = {one.id: [0.0] * (self.months + 1) for one in case.services}
        self.sessions = {one.id: [0.0] * (self.months + 1) for one in case.services}
        self.backlog = {one.id: [0.0] * (self.months + 1) for one in case.services}
        self.minutes = {one.role: [0.0] * (self.months + 1) for one in case.staff}
        self.fte = {one.role: [0.0] * (self.months + 1) for one in case.staff}
        self.dropped = [[0.0] * case.panel.months for _ in range(self.months + 1)]
        self.run()

    def cash(self) -> list[float]:
        """What the program takes in less what it pays, by month."""
        total = [0.0] * (self.months + 1)
        for (source, target, *_), amounts in self.money.items():
            for month, amount in enumerate(amounts):
                total[month] += amount * ((target == "program") - (source == "program"))
        return total

    def number(self, name: str, otherwise: float = 0.0) -> float:
        return self.numbers.get(name, otherwise)

    def drop(self, age: int) -> float:
        given = len(self.case.panel.drop_out)
        return self.number(f"panel/drop_out/{min(age, given)}") if given else 0.0

    def run(self) -> None:
        panel = [0.0] * self.case.panel.months
        fte = {one.role: self.number(f"staff/{one.role}/fte") for one in self.case.staff}
        rows: dict[str, int] = defaultdict(int)
        met: set[str] = set()
        for month in range(1, self.months + 1):
            self.intake(month)
            before = list(panel)
            for age in range(1, len(panel)):
                self.dropped[month][age] = before[age - 1] * self.drop(age)
                panel[age] = before[age - 1] * (1 - self.drop(age))
            panel[0] = self.started[month]
            self.clinic(month, panel, fte, met)
            for one in self.case.services:
                if one.when is not None:
                    self.watch(f"services/{one.id}/when", one.when, month, rows, met)
            for role in self.case.staff:
                if role.grows is not None:
                    base = f"staff/{role.role}/grows"
                    self.watch(f"{base}/when", role.grows.when, month, rows, met)
            for role in self.case.staff:
                if f"staff/{role.role}/grows/when" in met:
                    fte[role.role] = max(fte[role.role], self.number(f"staff/{role.role}/grows/fte"))
        self.revenue()
        self.costs()
        self.grants()

    def referrals(self, month: int) -> float:
        curve = self.case.demand.referrals
        if isinstance(curve, LogisticReferrals):
            base = "demand/referrals"
            exponent = -self.number(f"{base}/steepness") * (month - self.number(f"{base}/middle"))
            found = self.number(f"{base}/most") / (1 + math.exp(min(exponent, 700.0)))
        else:
            found = 0.0
            for place, step in enumerate(curve.steps, start=1):
                if step.from_month <= month:
                    found = self.number(f"demand/referrals/steps/{place}/amount")
        if self.case.hazards.champion is not None:
            found *= 1 - self.number("hazards/champion/effect") * self.champion_left[month]
        if self.case.hazards.interventions is not None:
            base = "hazards/interventions"
            lost = min(self.number(f"{base}/fall") * self.number(f"{base}/response"), 1.0)
            built = min(month / max(self.number(f"{base}/months"), 1.0), 1.0)
            found *= 1 - self.number(f"{base}/share") * lost * built
        return found

    def intake(self, month: int) -> None:
        self.referred[month] = self.referrals(month)
        pool = self.waiting[month - 1] + self.referred[month]
        coming = pool * (1 - self.number("demand/no_show"))
        self.started[month] = min(coming, self.number("demand/capacity", math.inf))
        self.left[month] = (pool - self.started[month]) * self.number("demand/leaving")
        self.waiting[month] = pool - self.started[month] - self.left[month]

    def vacant(self, role: str) -> float:
        base = f"staff/{role}"
        return min(self.number(f"{base}/turnover") / 12 * self.number(f"{base}/vacancy"), 1.0)

    def practical(self, role: str) -> float:
        base = f"staff/{role}"
        hours = self.number(f"{base}/hours") * self.number(f"{base}/weeks")
        return hours * 60 * self.number(f"{base}/practical")

    def capacity(self, role: str, fte: float) -> float:
        clinical = self.number(f"staff/{role}/clinical")
        return fte * self.practical(role) / 12 * clinical * (1 - self.vacant(role))

    def need(self, visits: Mapping[str, float], sessions: Mapping[str, float]) -> dict[str, float]:
        found = dict.fromkeys(self.minutes, 0.0)
        for one in self.case.services:
            for number, step in enumerate(one.steps, start=1):
                count = sessions[one.id] if step.each == "session" else visits[one.id]
                found[step.role] += count * self.number(f"services/{one.id}/steps/{number}/minutes")
        return found

    def clinic(self, month: int, panel: list[float], fte: dict[str, float], met: set[str]) -> None:
        wanted, visits, sessions = {}, {}, {}
        for one in self.case.services:
            base = f"services/{one.id}"
            due = 0.0
            if month >= one.opens and (one.when is None or f"{base}/when" in met):
                for number, dose in enumerate(one.dose, start=1):
                    last = dose.to_month or self.case.panel.months
                    for age in range(dose.from_month - 1, last):
                        due += panel[age] * self.number(f"{base}/dose/{number}/visits")
            wanted[one.id] = self.backlog[one.id][month - 1] + due
            visits[one.id] = wanted[one.id] * (1 - self.number(f"{base}/no_show"))
            sessions[one.id] = visits[one.id]
            if one.kind == "group":
                seats = self.number(f"{base}/group/seats") * self.number(f"{base}/group/fill")
                sessions[one.id] = float(max(0, math.ceil(visits[one.id] / seats - HAIR)))
        none = dict.fromkeys(visits, 0.0)
        load = {one: self.need(none | {one: visits[one]}, none | {one: sessions[one]}) for one in visits}
        there = {role: self.capacity(role, fte[role]) for role in self.minutes}
        roles = {one.id: {step.role for step in one.steps} for one in self.case.services}
        shares = plain_shares(load, there, roles)
        for one in self.case.services:
            share = shares[one.id]
            if share < 1:
                attend = 1 - self.number(f"services/{one.id}/no_show")
                done = wanted[one.id] * share
                if one.kind == "group":
                    base = f"services/{one.id}/group"
                    seats = self.number(f"{base}/seats") * self.number(f"{base}/fill")
                    sessions[one.id] = float(math.floor(sessions[one.id] * share + HAIR))
                    room = (sessions[one.id] + HAIR) * seats / max(attend, HAIR)
                    each_patient = any(step.each == "patient" for step in one.steps)
                    done = min(done if each_patient else wanted[one.id], room)
                visits[one.id] = done * attend
                if one.kind != "group":
                    sessions[one.id] = visits[one.id]
                self.backlog[one.id][month] = wanted[one.id] - done
        worked = self.need(visits, sessions)
        for one in self.case.services:
            self.visits[one.id][month], self.sessions[one.id][month] = visits[one.id], sessions[one.id]
        for role in self.minutes:
            self.minutes[role][month], self.fte[role][month] = worked[role], fte[role]

    def watch(
        self,
        key: str,
        entry: TriggerEntry,
        month: int,
        rows: dict[str, int],
        met: set[str],
    ) -> None:
        if entry.measure == "waiting":
            measured = self.waiting[month]
        elif entry.measure == "backlog":
            measured = self.backlog[entry.of][month]
        else:
            measured = self.minutes[entry.of][month] / max(
                self.capacity(entry.of, self.fte[entry.of][month]), HAIR
            )
        rows[key] = rows[key] + 1 if measured > self.number(f"{key}/above") else 0
        if rows[key] >= entry.months:
            met.add(key)

    def pay_late(
        self, key: tuple[str, str, str, str | None, str | None], month: int, amount: float, days: float
    ) -> None:
        lag = days / DAYS_IN_MONTH
        whole = math.floor(lag)
        for late, share in ((whole, 1 - (lag - whole)), (whole + 1, lag - whole)):
            if month + late <= self.months:
                self.money[key][month + late] += amount * share

    def revenue(self) -> None:
        parties = {one.id: "patient" if one.kind == "self" else f"payer:{one.id}" for one in self.case.payers}
        key: tuple[str, str, str, str | None, str | None]
        for fee in self.case.fees:
            base, payer = f"fees/{fee.service}/{fee.payer}", f"payers/{fee.payer}"
            kept = self.number(f"{payer}/mix") * (1 - self.number(f"{payer}/denial"))
            allowed = self.number(f"{base}/allowed")
            own = min(self.number(f"{base}/copay"), allowed) + self.number(f"{base}/coinsurance") * allowed
            days = self.number(f"{payer}/days")
            for month, visits in enumerate(self.visits[fee.service]):
                for kind, target, each in (
                    ("visit", "program", allowed - own),
                    ("facility", fee.facility_to, self.number(f"{base}/facility")),
                ):
                    if each:
                        key = (parties[fee.payer], target, kind, fee.service, fee.payer)
                        self.pay_late(key, month, visits * kept * each, days)
                if own:
                    self.money["patient", "program", "share", fee.service, None][month] += visits * kept * own
        for term in self.case.contracts:
            if isinstance(term, BundleEntry):
                self.bundle(term, parties[term.payer])
            elif isinstance(term, PerMemberEntry):
                base = f"contracts/{term.id}"
                for month in range(term.from_month, (term.to_month or self.months) + 1):
                    key = (parties[term.payer], "program", "per_member", None, term.payer)
                    owed = self.number(f"{base}/members") * self.number(f"{base}/amount")
                    self.pay_late(key, month, owed, self.number(f"payers/{term.payer}/days"))
            elif isinstance(term, SharedSavingsEntry):
                self.savings(term, parties[term.payer])

    def savings(self, term: SharedSavingsEntry, party: str) -> None:
        base = f"contracts/{term.id}"
        benchmark = self.number(f"{base}/members") * self.number(f"{base}/benchmark") * 12
        saved = self.number(f"{base}/saved")
        due = 0.0
        if saved > 0 and saved >= self.number(f"{base}/minimum_rate"):
            due = benchmark * saved * self.number(f"{base}/share") * self.number(f"{base}/multiplier", 1.0)
            due = min(due, benchmark * self.number(f"{base}/cap", math.inf))
        for month in range(12, self.months + 1, 12):
            key = (party, "program", "shared_savings", None, term.payer)
            self.pay_late(key, month, due, self.number(f"payers/{term.payer}/days"))

    def bundle(self, term: BundleEntry, party: str) -> None:
        base = f"contracts/{term.id}"
        mix, price = self.number(f"payers/{term.payer}/mix"), self.number(f"{base}/price")
        own = self.number(f"{base}/copays") * self.number(f"{base}/copay")
        if term.within_price:
            own = min(own, price)
            price -= own
        if term.quality is not None:
            withheld, bonus, met = (
                self.number(f"{base}/quality/{name}") for name in ("withheld", "bonus", "met")
            )
            price = price * (1 - withheld) + met * price * (withheld + bonus)
        given = len(term.clawback)
        for month in range(self.months + 1):
            starts = self.started[month] * mix
            days = self.number(f"payers/{term.payer}/days")
            self.pay_late((party, "program", "bundle", None, term.payer), month, starts * price, days)
            if own:
                self.money["patient", "program", "share", None, term.payer][month] += starts * own
            for age in range(1, self.case.panel.months if given else 0):
                back = self.number(f"{base}/clawback/{min(age, given)}")
                lost = self.dropped[month][age] * mix * price * back
                self.pay_late(("program", party, "adjustment", None, term.payer), month, lost, days)

    def rate(self, role: str) -> float:
        minutes = self.practical(role)
        return self.number(f"staff/{role}/cost") / minutes if minutes else 0.0

    def carried(self, base: str, shared: SharedEntry | None) -> float:
        return 1 - self.number(f"{base}/shared/share") if shared is not None else 1.0

    def spend(
        self, kind: str, target: str, month: int, amount: float, base: str, shared: SharedEntry | None
    ) -> None:
        own = self.carried(base, shared)
        self.money["program", target, kind, None, None][month] += amount * own
        if shared is not None:
            self.money[shared.by, target, kind, None, None][month] += amount * (1 - own)

    def costs(self) -> None:
        for month in range(self.months + 1):
            for role in self.case.staff:
                base = f"staff/{role.role}"
                pay = (
                    self.fte[role.role][month]
                    * self.number(f"{base}/cost")
                    / 12
                    * (1 - self.vacant(role.role))
                )
                self.spend("work", "staff", month, pay, base, role.shared)
                leaving = self.number(f"{base}/turnover") / 12 * self.number(f"{base}/recruiting")
                if leaving:
                    cost = self.fte[role.role][month] * leaving
                    self.spend("recruiting", "suppliers", month, cost, base, role.shared)
            for one in self.case.services:
                base = f"services/{one.id}"
                for kind, count in (("supplies", self.visits), ("room", self.sessions)):
                    if each := self.number(f"{base}/{kind}"):
                        key = ("program", "suppliers", kind, one.id, None)
                        self.money[key][month] += count[one.id][month] * each
            for fixed in self.case.fixed:
                if fixed.from_month <= month <= (fixed.to_month or self.months):
                    amount = self.number(f"fixed/{fixed.name}/amount")
                    self.spend("fixed", "suppliers", month, amount, f"fixed/{fixed.name}", fixed.shared)
            for once in self.case.start_up:
                if once.month == month:
                    amount = self.number(f"start_up/{once.name}/amount")
                    self.spend("start_up", "suppliers", month, amount, "", None)

    def dollars(self, month: int) -> list[tuple[set[str], float]]:
        """What the program itself spends in a month, in parts that belong to one or two names."""
        found: list[tuple[set[str], float]] = []
        for role in self.case.staff:
            base = f"staff/{role.role}"
            own = self.carried(base, role.shared)
            rest = (
                self.fte[role.role][month]
                * self.number(f"{base}/cost")
                / 12
                * (1 - self.vacant(role.role))
                * own
            )
            for one in self.case.services:
                worked = 0.0
                for number, step in enumerate(one.steps, start=1):
                    if step.role == role.role:
                        count = self.sessions if step.each == "session" else self.visits
                        minutes = self.number(f"services/{one.id}/steps/{number}/minutes")
                        worked += count[one.id][month] * minutes * self.rate(role.role) * own
                found.append(({role.role, one.id}, worked))
                rest -= worked
            found.append(({role.role}, max(rest, 0.0)))
            leaving = self.number(f"{base}/turnover") / 12 * self.number(f"{base}/recruiting")
            found.append(({role.role}, self.fte[role.role][month] * leaving * own))
        for one in self.case.services:
            base = f"services/{one.id}"
            goods = self.visits[one.id][month] * self.number(f"{base}/supplies")
            found.append(({one.id}, goods + self.sessions[one.id][month] * self.number(f"{base}/room")))
        for fixed in self.case.fixed:
            if fixed.from_month <= month <= (fixed.to_month or self.months):
                base = f"fixed/{fixed.name}"
                amount = self.number(f"{base}/amount") * self.carried(base, fixed.shared)
                found.append(({fixed.name}, amount))
        found += [
            ({once.name}, self.number(f"start_up/{once.name}/amount"))
            for once in self.case.start_up
            if once.month == month
        ]
        return found

    def grants(self) -> None:
        terms = [term for term in self.case.contracts if isinstance(term, GrantEntry)]
        left = {term.id: self.number(f"contracts/{term.id}/amount") for term in terms}
        for month in range(self.months + 1):
            parts = self.dollars(month)
            for term in terms:
                if not term.from_month <= month <= term.to_month:
                    continue
                mine = [place for place, (names, _) in enumerate(parts) if names & set(term.purposes)]
                cost = sum(parts[place][1] for place in mine)
                paid = min(cost, left[term.id])
                left[term.id] -= paid
                for place in mine:
                    names, amount = parts[place]
                    parts[place] = (names, amount * (1 - paid / cost) if cost else amount)
                if term.paid == "as_spent":
                    self.money["grantor", "program", "grant", None, None][month] += paid
                elif month == term.from_month:
                    amount = self.number(f"contracts/{term.id}/amount")
                    self.money["grantor", "program", "grant", None, None][month] += amount
                if term.paid == "start" and term.returns_unspent and month == term.to_month:
                    self.money["program", "grantor", "grant_return", None, None][month] += left[term.id]
