"""Whether an X12 file is valid: envelopes, sums, and structure by a guide or by our own coarser check."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from allay.interop.x12.envelope import X12File
from allay.interop.x12.finding import X12Finding
from allay.interop.x12.guide import guide_findings, has_guide
from allay.interop.x12.structure import structure_findings
from allay.interop.x12.summary import content_findings, in_order

GUIDE, OWN = "the implementation guide, by pyx12", "Allay's own check, which is coarser than a guide"


@dataclass(frozen=True, slots=True)
class CheckedTransaction:
    """How the structure of one transaction was checked."""

    type: str
    version: str
    control_number: str
    checked_by: str


@dataclass(frozen=True, slots=True)
class Validation:
    """What checking a file found, and what each transaction was held against."""

    transactions: tuple[CheckedTransaction, ...]
    findings: tuple[X12Finding, ...]

    @property
    def valid(self) -> bool:
        """Whether nothing is wrong."""
        return not self.findings


def validate(file: X12File) -> Validation:
    """Check a file that was read.

    Returns
    -------
    Validation
        Findings in the order of the file. Envelopes and sums are always checked. The structure is checked by
        pyx12 where it has the guide, and by `structure_findings` elsewhere; each transaction says which.

    Examples
    --------
    >>> import io
    >>> from allay.interop.x12.envelope import read_x12
    >>> isa = "ISA*00*          *00*          *ZZ*CLINIC         *ZZ*PAYER          *261122*1200*^*00501*"
    >>> text = isa + "000000001*0*T*:~GS*HS*A*B*20261122*1200*1*X*005010X279A1~ST*270*1~SE*2*1~GE*1*1~"
    >>> found = validate(read_x12(io.BytesIO((text + "IEA*1*000000001~").encode())))
    >>> [each.element for each in found.findings], found.transactions[0].checked_by == OWN
    (['BHT', 'EQ'], True)
    """
    checked: list[CheckedTransaction] = []
    findings = content_findings(file)
    for _, members in groupby(file.transactions, key=lambda each: each.gs.position):
        group = list(members)
        guided = has_guide(group[0])
        if guided:
            findings += guide_findings(group)
        else:
            findings += [found for each in group for found in structure_findings(each)]
        how = GUIDE if guided else OWN
        checked += [CheckedTransaction(each.type, each.version, each.control_number, how) for each in group]
    return Validation(tuple(checked), tuple(in_order(findings)))
