"""What every party gains by a contract without bundles, worked out a second time by plain loops."""

from __future__ import annotations

from collections import Counter, defaultdict
from decimal import ROUND_HALF_UP, Decimal

from hypothesis import given
from tests.property.contract_cases import cases

from allay.payment.contracts.roster import Roster
from allay.payment.projection.settle import settle

BENCHMARK, LEAST_SAVED = 50_000, Decimal("0.02")


def cents(dollars) -> int:
    return rounded(Decimal(dollars) * 100)


def rounded(amount: Decimal) -> int:
    return int(amount.quantize(Decimal(1), ROUND_HALF_UP))


def fee_of(term, row):
    for payer in [row.payer] if row.payer == "self" else [row.payer, ""]:
        for fee in term.fees:
            if (fee.service, fee.payer) == (row.service, payer):
                return fee
    return None


class SecondLedger:
    """Balances of all parties, in cents."""

    def __init__(self, contract, roster) -> None:
        self.contract, self.rows = contract, roster.rows
        self.gained: Counter[str] = Counter()
        self.earned: Counter[int] = Counter()
        self.terms = {term.type: term for term in contract.terms}

    def move(self, giver: str, taker: str, amount: int) -> None:
        self.gained[giver] -= amount
        self.gained[taker] += amount

    def bill(self, place: int, fee, taker: str) -> None:
        row = self.rows[place]
        allowed = cents(fee.allowed * row.units) if row.allowed is None else row.allowed.cents
        share = rounded(allowed * fee.coinsurance) if fee.coinsurance else min(allowed, cents(fee.copay))
        share = allowed if row.payer == "self" else share
        self.move(f"payer:{row.payer}", taker, allowed - share)
        self.move("patients", taker, share)
        self.earned[place] += allowed if taker == "program" else 0

    def visits(self) -> None:
        seen = defaultdict(set)
        for row in self.rows:
            if row.attended in ("yes", ""):
                seen[row.patient, row.date].add(row.service)
        for place, row in enumerate(self.rows):
            if row.attended in ("yes", "") and row.service != "member_month":
                fee = self.chosen(row, seen[row.patient, row.date])
                if fee is not None:
                    self.bill(place, fee, "program")
                    self.facility(place)

    def chosen(self, row, beside):
        """The fee of the first term that fits; None where none does or its conditions are not met."""
        for term in self.contract.terms:
            if term.type == "fee_for_service" and fee_of(term, row):
                return fee_of(term, row)
            if term.type == "group_visit" and row.service == term.service and row.session:
                return fee_of(term, row)
            if term.type == "linked_visit" and {row.service} <= {term.billable, term.partner} <= beside:
                met = term.state.answer == term.payer.answer == term.own_service.answer == "yes"
                return fee_of(term, row) if met and row.service == term.billable else None
        return None

    def facility(self, place: int) -> None:
        term = self.terms.get("facility_fee")
        if term and self.rows[place].site == "hospital" and (fee := fee_of(term, self.rows[place])):
            self.bill(place, fee, term.to)

    def members(self) -> None:
        months = {}
        for row in sorted(self.rows, key=lambda each: (each.date, each.spent is None, each.spent)):
            if row.service == "member_month" and row.attended in ("yes", "") and row.payer != "self":
                months.setdefault((row.patient, row.date.month), row)
        if term := self.terms.get("per_member"):
            for row in months.values():
                self.move(f"payer:{row.payer}", "program", cents(term.amount))
        for payer in {row.payer for row in months.values()} if "shared_savings" in self.terms else ():
            spent = [row.spent.cents for row in months.values() if row.payer == payer]
            benchmark = BENCHMARK * len(spent)
            saved = benchmark - sum(spent)
            if saved >= benchmark * LEAST_SAVED:
                most = rounded(Decimal(benchmark) / 10)
                self.move(f"payer:{payer}", "program", min(rounded(Decimal(saved) / 2), most))

    def costs(self) -> None:
        each = {cost.service: cents(cost.per_visit) for cost in self.contract.costs}
        occasions = defaultdict(list)
        for place, row in enumerate(self.rows):
            held = row.attended in ("yes", "") or (row.attended == "no" and row.session)
            if held and row.service != "member_month":
                occasions[row.date, row.service, row.session or place].append(place)
        short = []
        for (day, service, session), places in occasions.items():
            came = sum(self.rows[place].attended != "no" for place in places)
            cost = each[service] * came + (5000 if session == "s1" else 0)
            self.move("program", "suppliers", cost)
            got = sum(self.earned[place] for place in places)
            short.append((day, service, max(0, cost - got)))
        if term := self.terms.get("grant"):
            needed = sum(
                lacking
                for day, service, lacking in short
                if service in term.purposes and term.effective_from <= day < term.effective_to
            )
            self.move("grantor:fund", "program", min(cents(term.amount), needed))


@given(cases)
def test_a_second_way_to_the_same_balances(case):
    contract, roster = case
    alone = tuple(term for term in contract.terms if term.type not in ("bundle", "mixed"))
    contract = contract.model_copy(update={"terms": alone})
    second = SecondLedger(contract, roster)
    second.visits()
    second.members()
    second.costs()
    for rows in (roster.rows, roster.rows[::-1]):
        balances = settle(contract, Roster(rows)).ledger.balances()
        found = {party: net.cents for party, net in balances.items() if net}
        assert found == {party: net for party, net in second.gained.items() if net}
