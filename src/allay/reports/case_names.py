"""What quantities, parties and flows of a business case are called in its report."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["column", "flow", "label", "name", "party", "spoken", "title"]

_SHORT = re.compile(r"\b(mri|ct|qaly)\b")


def spoken(identifier: str) -> str:
    """Write an id in words.

    Examples
    --------
    >>> spoken("yoga_group"), spoken("mri")
    ('yoga group', 'MRI')
    """
    return _SHORT.sub(lambda found: found[0].upper(), identifier.replace("_", " "))


def label(quantity: str) -> str:
    """Write the name of a quantity in words; one that has no words of its own keeps its place in the file.

    Examples
    --------
    >>> label("services/shared_visit/steps/1/minutes"), label("demand/no_show")
    ('shared visit: minutes of step 1', 'no-shows at the first visit')
    >>> label("somewhere/else")
    'somewhere › else'
    """
    parts = quantity.split("/")
    for pattern, words in _QUANTITIES.items():
        fields = pattern.split("/")
        if len(fields) == len(parts) and all(
            field in ("*", part) for field, part in zip(fields, parts, strict=True)
        ):
            found = [spoken(part) for field, part in zip(fields, parts, strict=True) if field == "*"]
            return words.format(*found).replace("price: price", "price")
    return spoken(quantity).replace("/", " › ")


def name(stakeholder: str) -> str:
    """Write who a stakeholder is.

    Examples
    --------
    >>> name("medicaid_federal"), name("workers_compensation")
    ('Medicaid, federal part', "workers' compensation")
    """
    return _STAKEHOLDERS.get(stakeholder, spoken(stakeholder))


def title(stakeholder: str) -> str:
    """Write who a stakeholder is, to begin a row with.

    Examples
    --------
    >>> title("health_system")
    'Health system'
    """
    found = name(stakeholder).removeprefix("the ")
    return found[0].upper() + found[1:]


def party(who: str) -> str:
    """Write who or what is at the end of a flow.

    Examples
    --------
    >>> party("payer:acme"), party("labor"), party("program")
    ('payer: acme', 'work done elsewhere (a resource)', 'program')
    """
    kind, colon, payer = who.partition(":")
    if colon:
        return f"{kind}: {spoken(payer)}"
    return _RESOURCES.get(who, name(who).removeprefix("the "))


def flow(kind: str, service: str | None = None) -> str:
    """Write what a flow is for.

    Examples
    --------
    >>> flow("visit", "yoga"), flow("patient_time")
    ('fee: yoga', "patients' time for visits")
    """
    words = _FLOWS.get(kind, spoken(kind))
    return f"{words}: {spoken(service)}" if service else words


def column(series: str) -> str:
    """Say where a series of the audit sheet is in the table by month.

    Examples
    --------
    >>> column("program/bundle"), column("cash/best")
    ('months.csv, column best_bundle', 'months.csv, column cash_best')
    """
    table, kind = series.split("/")
    return f"months.csv, column {f'best_{kind}' if table == 'program' else f'{table}_{kind}'}"


_STAKEHOLDERS: Mapping[str, str] = MappingProxyType(
    {
        "program": "the program",
        "health_system": "the health system",
        "commercial": "commercial payers",
        "medicaid": "Medicaid",
        "medicaid_federal": "Medicaid, federal part",
        "medicaid_state": "Medicaid, state part",
        "medicare": "Medicare",
        "workers_compensation": "workers' compensation",
        "other_payer": "other payers",
        "employer": "employers",
        "patient": "patients",
        "other_providers": "other providers",
        "grantor": "grantors",
    }
)

_RESOURCES: Mapping[str, str] = MappingProxyType(
    {
        "staff": "work of staff (a resource)",
        "suppliers": "goods, rooms, care (a resource)",
        "time": "time (a resource)",
        "labor": "work done elsewhere (a resource)",
        "health": "health (a resource)",
    }
)

_FLOWS: Mapping[str, str] = MappingProxyType(
    {
        "visit": "fee",
        "share": "patients' share",
        "facility": "facility fee",
        "bundle": "bundle",
        "adjustment": "bundle money given back",
        "per_member": "payment per member",
        "shared_savings": "shared savings",
        "grant": "grant",
        "grant_return": "grant money given back",
        "support": "support of the cost center",
        "work": "pay",
        "supplies": "goods",
        "room": "rooms",
        "fixed": "fixed costs",
        "start_up": "start-up",
        "recruiting": "recruiting",
        "avoided": "bills that no longer come",
        "avoided_care": "cost of care no longer given",
        "retention": "referring clinicians who stay",
        "patient_time": "patients' time for visits",
        "travel": "patients' travel",
        "absence": "days of absence avoided",
        "presenteeism": "work at less than full strength avoided",
        "health": "health gained, at the price of the case",
    }
)

_HAIRCUT = "haircut for regression to the mean"

_QUANTITIES: Mapping[str, str] = MappingProxyType(
    {
        "contracts/*/amount": "{0}: amount",
        "contracts/*/clawback/*": "{0}: share given back for who leaves after month {1}",
        "contracts/*/copay": "{0}: copay",
        "contracts/*/copays": "{0}: number of copays",
        "contracts/*/members": "{0}: members of the contract",
        "contracts/*/price": "{0}: price",
        "demand/capacity": "patients who can start in a month",
        "demand/leaving": "share of those waiting who give up in a month",
        "demand/no_show": "no-shows at the first visit",
        "demand/referrals/middle": "month when referrals reach half of their peak",
        "demand/referrals/most": "referrals a month at the peak",
        "demand/referrals/steepness": "how steeply referrals grow",
        "demand/referrals/steps/*/amount": "referrals a month, step {0}",
        "effects/events/*/at_health_system": "{0}: share that the health system gives",
        "effects/events/*/haircut": "{0}: " + _HAIRCUT,
        "effects/events/*/knots/*/ratio": "{0}: relative risk, point {1}",
        "effects/events/*/margin": "{0}: margin of whoever gives it",
        "effects/events/*/rate": "{0}: how often without the program",
        "effects/events/*/unit_cost": "{0}: what a payer pays for one",
        "effects/health/haircut": "health: " + _HAIRCUT,
        "effects/health/knots/*/gain": "health: gain in utility, point {0}",
        "effects/health/willingness_to_pay/*": "willingness to pay for a QALY, value {0}",
        "effects/referrers/clinicians": "referring clinicians",
        "effects/referrers/fall": "referring clinicians: fall in turnover",
        "effects/referrers/replacement": "referring clinicians: cost of replacing one",
        "effects/visits/hours": "patients' hours for a visit",
        "effects/visits/hours_at_home": "patients' hours for a visit at home",
        "effects/visits/travel": "patients' cost of travel for a visit",
        "effects/visits/wage": "worth of an hour of a patient",
        "effects/work/employed": "share of patients who have work",
        "effects/work/haircut": "days of absence: " + _HAIRCUT,
        "effects/work/knots/*/days": "days of absence avoided in a month, point {0}",
        "effects/work/pay": "pay of a day of work",
        "fees/*/*/allowed": "fee for {0}, {1}",
        "fees/*/*/coinsurance": "coinsurance for {0}, {1}",
        "fees/*/*/copay": "copay for {0}, {1}",
        "fees/*/*/facility": "facility fee for {0}, {1}",
        "fixed/*/amount": "fixed cost: {0}",
        "fixed/*/shared/share": "fixed cost: {0}, share that another carries",
        "follow_up/chance": "follow-up: chance that the outcome is met",
        "follow_up/cost": "follow-up: cost of asking",
        "follow_up/payment": "follow-up: payment for the outcome",
        "hazards/champion/chance": "chance in a month that the champion leaves",
        "hazards/champion/effect": "share of referrals lost with the champion",
        "hazards/interventions/fall": "fall of interventions by referrers",
        "hazards/interventions/months": "months until referrers who intervene react in full",
        "hazards/interventions/response": "reaction of referrers who intervene",
        "hazards/interventions/share": "share of referrals from referrers who intervene",
        "panel/drop_out/*": "drop-out after month {0}",
        "payers/*/days": "{0}: days until it pays",
        "payers/*/denial": "{0}: share of claims denied",
        "payers/*/federal_share": "{0}: federal share",
        "payers/*/members": "{0}: members of the plan",
        "payers/*/mix": "{0}: share of patients",
        "program/discount": "discount rate",
        "program/reserve": "reserve of the program",
        "services/*/dose/*/visits": "{0}: visits a month, phase {1} of the stay",
        "services/*/group/fill": "{0}: share of seats that is filled",
        "services/*/group/seats": "{0}: seats",
        "services/*/no_show": "{0}: no-shows",
        "services/*/permitted": "{0}: sessions a month that are permitted",
        "services/*/room": "{0}: room for a session",
        "services/*/steps/*/minutes": "{0}: minutes of step {1}",
        "services/*/supplies": "{0}: goods for a visit",
        "services/*/when/above": "{0}: from what on it opens",
        "staff/*/clinical": "{0}: share of time for patients",
        "staff/*/cost": "{0}: yearly cost of one",
        "staff/*/fte": "{0}: full-time equivalents",
        "staff/*/grows/fte": "{0}: full-time equivalents once grown",
        "staff/*/grows/when/above": "{0}: from what use on it grows",
        "staff/*/hours": "{0}: hours a week",
        "staff/*/practical": "{0}: share of hours that is left for work",
        "staff/*/recruiting": "{0}: cost of recruiting one",
        "staff/*/shared/share": "{0}: share of pay that another carries",
        "staff/*/turnover": "{0}: share who leave in a year",
        "staff/*/vacancy": "{0}: months until one is replaced",
        "staff/*/weeks": "{0}: weeks a year",
        "start_up/*/amount": "start-up: {0}",
    }
)
