"""837 as billed and 835 as paid, joined line by line into rows of the claims contract."""

from __future__ import annotations

import csv
import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from allay.base.errors import InvalidInput, Problem
from allay.base.money import Money
from allay.evaluation.claims.contract import claims_table
from allay.interop.x12.claim_parties import ClaimParty, claim_parties, iso_day, iso_days
from allay.interop.x12.claims import read_claims
from allay.interop.x12.envelope import X12File, read_x12
from allay.interop.x12.finding import X12Finding
from allay.interop.x12.remittance import read_remittance
from allay.payment.claims.billed import BilledClaim, BilledLine
from allay.payment.claims.remittance import REVERSAL, RemittanceClaim, RemittanceLine

Row = dict[str, str]
_DEDUCTIBLE, _COINSURANCE, _COPAYMENT = "1", "2", "3"
_CODE_TYPES = {"ABK": "icd-10-cm", "ABF": "icd-10-cm", "BK": "icd-9-cm", "BF": "icd-9-cm"}
_PRINCIPAL, _DRG, _DIAGNOSES = ("ABK", "BK"), "DR", 5


@dataclass(frozen=True, slots=True)
class X12ClaimTables:
    """Rows of the claims contract made from X12 files, as text.

    Attributes
    ----------
    tables : mapping of str to sequence of rows
        By table of the contract.
    notes : tuple of str
        What could not be joined or is not known.
    """

    tables: Mapping[str, Sequence[Row]]
    notes: tuple[str, ...]

    def write(self, folder: str | Path) -> None:
        """Write the tables as CSV into a folder that is there."""
        for name, rows in self.tables.items():
            with (Path(folder) / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, claims_table(name).names, restval="", lineterminator="\n")
                writer.writeheader()
                writer.writerows(rows)


def read_claim_rows(files: Iterable[str | Path], *, window: tuple[dt.date, dt.date]) -> X12ClaimTables:
    """Read claims (837) and remittances (835) into rows of the claims contract.

    An answer belongs to a billed line by its line number, else by code, modifiers and day. Every answer makes
    a row of its line: a payment, its reversal (claim status 22) with negative amounts, and a correction add
    up. A line without an answer is there with 0 as paid.

    Parameters
    ----------
    files : iterable of path
        X12 files of either kind.
    window : (date, date)
        First and last day of enrollment, which is in none of these files: everybody is taken as enrolled.

    Raises
    ------
    InvalidInput
        Files that are not X12 or hold neither kind; no claims at all; two claims with one id.
    """
    claims: list[tuple[BilledClaim, ClaimParty]] = []
    answers: dict[str, list[tuple[str, RemittanceClaim]]] = defaultdict(list)
    seen: set[str] = set()
    for path in files:
        file = read_x12(Path(path), name=str(path))
        claims += _claims(file, seen)
        for payment_day, answer in _answers(file):
            answers[answer.claim_id].append((payment_day, answer))
        if not any(each.type in ("837", "835") for each in file.transactions):
            raise InvalidInput(Problem(str(path), "1", "ST01", "837 or 835", "neither"))
    if not claims:
        raise InvalidInput(Problem("claims", "-", "files", "claims (837)", "none"))
    joiner = _Joiner()
    lines = [
        row for claim, party in claims for row in joiner.rows(claim, party, answers.pop(claim.claim_id, []))
    ]
    people = {party.person_id: party for _, party in claims}
    first, last = (day.isoformat() for day in window)
    enrolled = [
        {"person_id": each, "enrollment_start_date": first, "enrollment_end_date": last, "data_source": "x12"}
        for each in people
    ]
    notes = (
        f"enrollment is not in X12 claims: each person is enrolled from {first} to {last}",
        f"{joiner.unanswered:,} lines have no answer; 0 stands as paid",
        f"{joiner.extra:,} answered lines and {len(answers):,} answered claims were not billed; left out",
    )
    members = [_member(party) for party in people.values()]
    return X12ClaimTables({"member": members, "enrollment": enrolled, "medical_claim": lines}, notes)


def _claims(file: X12File, seen: set[str]) -> Iterator[tuple[BilledClaim, ClaimParty]]:
    ignored: list[X12Finding] = []
    for transaction in file.transactions:
        if transaction.type == "837":
            parties = {party.place: party for party in claim_parties(transaction)}
            for claim in read_claims(transaction, note=ignored.append):
                if claim.claim_id in seen:
                    expected, found = "an id of its own", "that of an earlier claim"
                    raise InvalidInput(Problem(file.name, str(claim.place), "CLM01", expected, found))
                seen.add(claim.claim_id)
                yield claim, parties[claim.place]


def _answers(file: X12File) -> Iterator[tuple[str, RemittanceClaim]]:
    ignored: list[X12Finding] = []
    for transaction in file.transactions:
        if transaction.type == "835":
            remittance = read_remittance(transaction, note=ignored.append)
            for answer in remittance.claims:
                yield iso_day(remittance.payment_date), answer


def _member(party: ClaimParty) -> Row:
    return {
        "person_id": party.person_id,
        "gender": party.sex,
        "birth_date": party.birth,
        "state": party.state,
        "zip_code": party.zip_code,
        "data_source": "x12",
    }


class _Joiner:
    """Joins billed lines with answers, and counts what does not meet."""

    def __init__(self) -> None:
        self.unanswered = 0
        self.extra = 0

    def rows(
        self, claim: BilledClaim, party: ClaimParty, answers: Sequence[tuple[str, RemittanceClaim]]
    ) -> Iterator[Row]:
        """Yield the rows of one claim."""
        bases = [_billed(claim, party, line, number) for number, line in enumerate(claim.lines, 1)]
        answered: set[int] = set()
        for day, answer in answers:
            reversal = answer.status == REVERSAL
            for place, amounts in self._amounts(claim, answer, reversal=reversal):
                answered.add(place)
                yield {**bases[place], **amounts, "paid_date": day}
        for place, base in enumerate(bases):
            if place not in answered:
                self.unanswered += 1
                yield {**base, "paid_amount": "0.00"}

    def _amounts(
        self, claim: BilledClaim, answer: RemittanceClaim, *, reversal: bool
    ) -> Iterator[tuple[int, Row]]:
        if not answer.lines:
            # The payer answered the claim as a whole: its payment stands on the first line.
            for place, line in enumerate(claim.lines):
                paid = answer.paid if place == 0 else Money()
                yield place, _signed({"paid_amount": _text(paid or Money())}, line, None, reversal=reversal)
        used: set[int] = set()
        for given in answer.lines:
            found = _best(claim.lines, given, used)
            if found is None:
                self.extra += 1
                continue
            used.add(found)
            yield found, _signed(_answered(given), claim.lines[found], given, reversal=reversal)


def _best(lines: Sequence[BilledLine], given: RemittanceLine, used: set[int]) -> int | None:
    """The billed line that an answer belongs to."""
    best: tuple[tuple[bool, ...], int] | None = None
    for place, line in enumerate(lines):
        if place in used or line.procedure not in (given.submitted or given.procedure, given.procedure):
            continue
        agrees = (
            bool(given.control) and given.control == (line.control or str(place + 1)),
            sorted(line.modifiers) == sorted(given.modifiers),
            bool(given.service_date) and given.service_date == line.service_date,
        )
        if best is None or agrees > best[0]:
            best = (agrees, place)
    return best[1] if best else None


def _answered(given: RemittanceLine) -> Row:
    shares = {
        reason: Money.total(
            each.amount for each in given.adjustments if (each.group, each.reason) == ("PR", reason)
        )
        for reason in (_DEDUCTIBLE, _COINSURANCE, _COPAYMENT)
    }
    paid = given.paid or Money()
    allowed = given.allowed if given.allowed is not None else paid + Money.total(shares.values())
    return {
        "paid_amount": _text(paid),
        "allowed_amount": _text(allowed),
        "deductible_amount": _text(shares[_DEDUCTIBLE]),
        "coinsurance_amount": _text(shares[_COINSURANCE]),
        "copayment_amount": _text(shares[_COPAYMENT]),
    }


def _signed(amounts: Row, line: BilledLine, given: RemittanceLine | None, *, reversal: bool) -> Row:
    """A reversal takes back what was billed too: charge, allowed amount and units are negative."""
    paid_units = given.paid_units if given else None
    units = abs(paid_units if paid_units is not None else line.quantity or Decimal(1))
    if not reversal:
        return {**amounts, "service_unit_quantity": f"{units:f}"}
    taken = {"service_unit_quantity": f"{-(units or Decimal(1)):f}"}
    if line.charge is not None:
        taken["charge_amount"] = _text(Money(-abs(line.charge.cents)))
    if "allowed_amount" in amounts:
        taken["allowed_amount"] = _text(Money(-abs(Money.parse(amounts["allowed_amount"]).cents)))
    return {**amounts, **taken}


def _billed(claim: BilledClaim, party: ClaimParty, line: BilledLine, number: int) -> Row:
    institutional = line.segment == "SV2"
    first, last = iso_days(line.service_date or "")
    modifiers = [*line.modifiers, "", ""]
    diagnoses = sorted(
        (each for each in claim.diagnoses if each.qualifier in _CODE_TYPES),
        key=lambda each: each.qualifier not in _PRINCIPAL,
    )
    row = {
        "claim_id": claim.claim_id,
        "claim_line_number": str(number),
        "claim_type": "institutional" if institutional else "professional",
        "person_id": party.person_id,
        "member_id": party.member_id,
        "payer": party.payer,
        "claim_start_date": party.first_day or first,
        "claim_end_date": party.last_day or last,
        "claim_line_start_date": first,
        "claim_line_end_date": last,
        "hcpcs_code": (line.procedure or "") if line.procedure_qualifier == "HC" else "",
        "hcpcs_modifier_1": modifiers[0],
        "hcpcs_modifier_2": modifiers[1],
        "service_unit_quantity": "" if line.quantity is None else f"{line.quantity:f}",
        "billing_npi": party.billing_npi,
        "rendering_npi": party.rendering_npi,
        "charge_amount": "" if line.charge is None else _text(line.charge),
        "diagnosis_code_type": _CODE_TYPES[diagnoses[0].qualifier] if diagnoses else "",
        "data_source": "x12",
    }
    row |= {f"diagnosis_code_{place}": each.code for place, each in enumerate(diagnoses[:_DIAGNOSES], 1)}
    return row | (_institutional(claim, party, line) if institutional else _professional(claim, line))


def _professional(claim: BilledClaim, line: BilledLine) -> Row:
    return {"place_of_service_code": line.place_of_service or claim.facility_code}


def _institutional(claim: BilledClaim, party: ClaimParty, line: BilledLine) -> Row:
    drg = next((each.code for each in claim.diagnoses if each.qualifier == _DRG), "")
    return {
        "bill_type_code": f"{claim.facility_code}{claim.frequency}",
        "revenue_center_code": line.revenue_code or "",
        "drg_code": drg,
        "admission_date": party.admission,
        "discharge_date": party.last_day if party.admission else "",
    }


def _text(amount: Money) -> str:
    return str(amount)
