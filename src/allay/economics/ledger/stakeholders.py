"""Stakeholders: who gains and who pays, and which parties of flows they are."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import get_args

from allay.base.errors import InvalidValue, NotFound
from allay.economics.case.flow import EMPLOYER, GRANTOR, HEALTH_SYSTEM, PATIENT, PROGRAM, STAFF, SUPPLIERS
from allay.economics.case.revenue import PayerKind
from allay.payment.ledger import payer_party

PAYERS = ("commercial", "medicaid", "medicare", "workers_compensation", "other_payer")
"""Stakeholders that are payers and nothing else."""

_OF_KIND = {"employer": EMPLOYER, "self": PATIENT, "other": "other_payer"}

OTHER_PROVIDERS = "other_providers"
"""Hospitals and practices beside the health system that owns the program."""

SOCIETY = "society"

TIME, LABOR, HEALTH = "time", "labor", "health"

RESOURCES = frozenset((SUPPLIERS, STAFF, TIME, LABOR, HEALTH))
"""What is used up or made, as the other end of a real flow: work and goods of the program, a patient's time,
work done elsewhere, health. These gain nothing; what goes to them is gone for society."""

STAKEHOLDERS = (HEALTH_SYSTEM, PROGRAM, *PAYERS, EMPLOYER, PATIENT, OTHER_PROVIDERS, GRANTOR)
"""In the order in which tables list them; society, which is all of them, comes last."""


def stakeholders_of(payers: Mapping[str, PayerKind]) -> Mapping[str, str]:
    """Return the stakeholder behind every party that is one.

    Parameters
    ----------
    payers : mapping of str to PayerKind
        What kind each payer is, by its id; an employer that pays for care is the employer, a patient who
        pays is the patient.

    Examples
    --------
    >>> found = stakeholders_of({"acme": "commercial"})
    >>> found["payer:acme"], found["patient"]
    ('commercial', 'patient')
    """
    for payer, kind in payers.items():
        if kind not in (known := get_args(PayerKind)):
            raise InvalidValue(expected=f"{payer} to be one of {', '.join(known)}", found=repr(kind))
    own = {party: party for party in (HEALTH_SYSTEM, PROGRAM, EMPLOYER, PATIENT, OTHER_PROVIDERS, GRANTOR)}
    return MappingProxyType(
        own | {payer_party(one): _OF_KIND.get(kind, kind) for one, kind in payers.items()}
    )


def stakeholder_of(party: str, stakeholders: Mapping[str, str]) -> str | None:
    """Return the stakeholder behind a party, or None for a resource.

    Raises
    ------
    NotFound
        A party that is neither.
    """
    if party in RESOURCES:
        return None
    if party not in stakeholders:
        raise NotFound.among("party", party, known=[*stakeholders, *sorted(RESOURCES)])
    return stakeholders[party]
