"""Claims and remittances from whichever file holds them: X12, or our own JSON and CSV."""

from __future__ import annotations

import io

from allay.base.errors import InvalidInput, Problem
from allay.base.sources import Readable, read_bytes
from allay.interop.x12.claims import read_claims
from allay.interop.x12.envelope import Transaction, X12File, read_x12
from allay.interop.x12.finding import X12Finding
from allay.interop.x12.remittance import read_remittance
from allay.interop.x12.summary import in_order
from allay.payment.claims.billed import BilledClaim
from allay.payment.claims.professional import read_batch
from allay.payment.claims.remittance import Remittance
from allay.payment.claims.remittancefile import read_remittance_csv, sum_problem

_BOM = b"\xef\xbb\xbf"


def read_billed(source: Readable, *, name: str | None = None) -> tuple[BilledClaim, ...]:
    """Read the claims that were sent, from an 837 or from the JSON they were written from.

    Raises
    ------
    InvalidInput
        When it is neither; when two claims of an 837 have one id, so that no answer could be told apart.
    """
    data, label = read_bytes(source, name=name)
    if data.removeprefix(_BOM).lstrip()[:1] == b"{":
        return tuple(claim.billed() for claim in read_batch(io.BytesIO(data), name=label).claims)
    file = read_x12(io.BytesIO(data), name=label)
    ignored: list[X12Finding] = []
    claims = tuple(
        claim
        for each in _of_type(file, "837", "claims (837)")
        for claim in read_claims(each, note=ignored.append)
    )
    first = {claim.claim_id: claim for claim in reversed(claims)}
    if again := [claim for claim in claims if claim is not first[claim.claim_id]]:
        raise InvalidInput(
            Problem(label, str(claim.place), "CLM01", "an id of its own", "that of an earlier claim")
            for claim in again
        )
    return claims


def read_answer(source: Readable, *, name: str | None = None) -> tuple[Remittance, list[Problem]]:
    """Read a remittance, from an 835 or a CSV table, and say what in it does not add up.

    Returns
    -------
    (Remittance, list of Problem)
        Several 835 in one file become one remittance without a payment amount. A remittance with problems is
        not posted unless somebody decides to.
    """
    data, label = read_bytes(source, name=name)
    if not data.removeprefix(_BOM).lstrip().startswith(b"ISA"):
        found = read_remittance_csv(io.BytesIO(data), name=label)
        return found, [sum_problem(each, name=label) for each in found.imbalances()]
    file = read_x12(io.BytesIO(data), name=label)
    findings = list(file.findings)
    parts = [
        read_remittance(each, note=findings.append) for each in _of_type(file, "835", "remittances (835)")
    ]
    whole = parts[0] if len(parts) == 1 else _joined(parts)
    return whole, [each.problem(label) for each in in_order(findings)]


def _joined(parts: list[Remittance]) -> Remittance:
    return Remittance(
        payment_amount=None,
        claims=tuple(claim for part in parts for claim in part.claims),
        provider_adjustments=tuple(each for part in parts for each in part.provider_adjustments),
    )


def _of_type(file: X12File, number: str, words: str) -> list[Transaction]:
    found = [each for each in file.transactions if each.type == number]
    if not found:
        raise InvalidInput(Problem(file.name, "1", "ST01", words, "other transactions, or none"))
    return found
