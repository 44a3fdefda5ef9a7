"""FHIR MedicationRequests (R4) as prescriptions: what is taken a day, and for how many days.

A month is 30 days and a year 365. Where a dose is a range, or a drug is taken as needed, the most that may be
taken counts. What cannot be reduced to a daily amount is refused with its reason and never guessed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from allay.base.errors import InvalidInput, InvalidValue, Problem
from allay.measures.opioids.prescriptions import Prescriptions, prescriptions_of
from allay.measures.opioids.reading import DOSE

RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
_PER_DAY = {"s": 86_400.0, "min": 1_440.0, "h": 24.0, "d": 1.0, "wk": 1 / 7, "mo": 1 / 30, "a": 1 / 365}
_MASS = {"mg": "mg", "ug": "mcg", "mcg": "mcg", "g": "g"}
_NOT_TAKEN = {"entered-in-error": "entered in error", "cancelled": "cancelled"}

Json = Mapping[str, Any]


def doses_per_day(frequency: float, period: float, unit: str) -> float:
    """Return how many doses a day a timing makes.

    Parameters
    ----------
    frequency : float
        Doses in a period.
    period : float
        Length of the period.
    unit : str
        UCUM unit of the period: ``s, min, h, d, wk, mo, a``.

    Raises
    ------
    InvalidValue
        For another unit, or a frequency or period of zero or less.

    Examples
    --------
    >>> doses_per_day(2, 4, "h"), round(doses_per_day(10, 1, "mo"), 8)
    (12.0, 0.33333333)
    """
    if unit not in _PER_DAY:
        raise InvalidValue(expected="a unit of time among " + ", ".join(_PER_DAY), found=repr(unit))
    if not (frequency > 0 and period > 0):
        raise InvalidValue(expected="a frequency and a period above 0", found=f"{frequency:g} per {period:g}")
    return frequency / period * _PER_DAY[unit]


def read_medication_requests(data: bytes, *, name: str) -> Prescriptions:
    """Read a Bundle of MedicationRequests, or one of them.

    Parameters
    ----------
    data : bytes
        JSON of a FHIR R4 Bundle (other resources in it are left out) or MedicationRequest.
    name : str
        What messages call the file.

    Raises
    ------
    InvalidInput
        When it is no JSON, or neither of the two.

    Examples
    --------
    >>> request = {
    ...     "resourceType": "MedicationRequest", "status": "active", "authoredOn": "2026-01-05",
    ...     "subject": {"reference": "Patient/1"},
    ...     "medicationCodeableConcept": {"coding": [{"system": RXNORM, "code": "1049621"}]},
    ...     "dosageInstruction": [{
    ...         "timing": {"repeat": {"frequency": 1, "period": 12, "periodUnit": "h"}},
    ...         "doseAndRate": [{"doseQuantity": {"value": 2, "unit": "tablet"}}],
    ...     }],
    ...     "dispenseRequest": {"expectedSupplyDuration": {"value": 10, "code": "d"}},
    ... }
    >>> found = read_medication_requests(json.dumps(request).encode(), name="request.json")
    >>> found.table.frame.select("patient_id", "rxcui", "quantity", "days_supply", "start_date").row(0)
    ('1', '1049621', '40', '10', '2026-01-05')
    """
    resource = _parsed(data, name)
    resources = list(_resources(resource, name))
    medications = {
        key: each for each, keys in resources if each.get("resourceType") == "Medication" for key in keys
    }
    rows: list[dict[str, str | None]] = []
    refused: dict[int, str] = {}
    for request, _ in resources:
        if request.get("resourceType") != "MedicationRequest":
            continue
        row: dict[str, str | None] = {}
        try:
            _read(request, medications, row)
        except InvalidValue as wrong:
            refused[len(rows)] = f"MedicationRequest {request.get('id', '')}: {wrong}".replace(" :", ":")
            # Readable enough to say which drug it is; the rest is refused.
            row |= {"quantity": None, "days_supply": row.get("days_supply")}
        rows.append(row)
    return prescriptions_of(rows, name=name, refused=refused)


def _parsed(data: bytes, name: str) -> Json:
    try:
        resource = json.loads(data)
    except (ValueError, RecursionError) as error:
        line = str(getattr(error, "lineno", 1))
        raise InvalidInput(
            Problem(name, line, "(file)", "a FHIR Bundle in JSON", "text that is no JSON")
        ) from None
    kind = resource.get("resourceType") if isinstance(resource, dict) else None
    if kind not in ("Bundle", "MedicationRequest"):
        expected = "Bundle or MedicationRequest"
        raise InvalidInput(Problem(name, "/resourceType", "resourceType", expected, repr(kind)))
    return dict(resource)


def _resources(resource: Json, name: str) -> Iterator[tuple[Json, tuple[str, ...]]]:
    """Yield the resources of a bundle with the names they are referred to by."""
    if resource["resourceType"] != "Bundle":
        yield resource, ()
        return
    entries = resource.get("entry", [])
    if not isinstance(entries, list):
        raise InvalidInput(Problem(name, "/entry", "entry", "a list", type(entries).__name__))
    for place, entry in enumerate(entries):
        each = entry.get("resource") if isinstance(entry, dict) else None
        if not isinstance(each, dict):
            raise InvalidInput(Problem(name, f"/entry/{place}", "resource", "a resource", "none"))
        kind, number = each.get("resourceType"), each.get("id")
        yield each, tuple(key for key in (entry.get("fullUrl"), number and f"{kind}/{number}") if key)


def _read(request: Json, medications: Mapping[str, Json], row: dict[str, str | None]) -> None:
    """Fill a row; what was found stays in it when something else is refused."""
    try:
        subject = str((request.get("subject") or {}).get("reference") or "")
        row["patient_id"] = subject.removeprefix("Patient/") or None
        row["rxcui"], row["drug"] = _drug(_concept(request, medications))
        if (status := request.get("status")) in _NOT_TAKEN:
            raise InvalidValue(expected="an order that counts", found=_NOT_TAKEN[status])
        dosages = request.get("dosageInstruction") or []
        row["start_date"] = _start(request, dosages)
        amount, unit = _daily(dosages) if _is_timed(dosages) else (0.0, "")
        days = _days(request, amount)
        row["days_supply"] = f"{days:g}"
        if not amount:
            amount, unit = (
                _dispensed(request) / days,
                _unit((request.get("dispenseRequest") or {})["quantity"]),
            )
    except (AttributeError, KeyError, TypeError, IndexError, ValueError, ArithmeticError) as wrong:
        if isinstance(wrong, InvalidValue):
            raise
        raise InvalidValue(expected="the structure of FHIR R4", found=f"{type(wrong).__name__}") from None
    if unit in _MASS:
        row |= {"strength": "1", "unit": _MASS[unit], "quantity_unit": DOSE}
    elif unit == "ml":
        row["quantity_unit"] = "mL"
    row["quantity"] = f"{amount * days:.12g}"


def _concept(request: Json, medications: Mapping[str, Json]) -> Json:
    if concept := request.get("medicationCodeableConcept"):
        return dict(concept)
    reference = str((request.get("medicationReference") or {}).get("reference") or "")
    contained = {f"#{each.get('id')}": each for each in request.get("contained") or []}
    found = contained.get(reference) or medications.get(reference)
    if found is None:
        raise InvalidValue(
            expected="a medication", found=f"no resource {reference!r}" if reference else "none"
        )
    return dict(found.get("code") or {})


def _drug(concept: Json) -> tuple[str | None, str | None]:
    codings = concept.get("coding") or []
    own = next((each for each in codings if each.get("system") == RXNORM and each.get("code")), None)
    display = (own or {}).get("display") or concept.get("text")
    return (str(own["code"]) if own else None), (str(display) if display else None)


def _start(request: Json, dosages: list[Json]) -> str | None:
    bounds = [((each.get("timing") or {}).get("repeat") or {}).get("boundsPeriod") or {} for each in dosages]
    starts = sorted(str(each["start"]) for each in bounds if each.get("start"))
    text = starts[0] if starts else request.get("authoredOn")
    return str(text)[:10] if text else None


def _is_timed(dosages: list[Json]) -> bool:
    return any((each.get("timing") or {}).get("repeat") for each in dosages)


def _daily(dosages: list[Json]) -> tuple[float, str]:
    """Return the most that may be taken a day and its unit."""
    if len({each.get("sequence") for each in dosages}) > 1:
        raise InvalidValue(expected="one dose throughout", found="instructions that follow one another")
    total, units = 0.0, set()
    for dosage in dosages:
        repeat = (dosage.get("timing") or {}).get("repeat") or {}
        value, unit = _dose(dosage.get("doseAndRate") or [])
        daily = value * _times(repeat)
        total += min(daily, _most(dosage, unit))
        units.add(unit)
    if len(units) != 1:
        raise InvalidValue(expected="doses in one unit", found=", ".join(sorted(units)))
    return total, units.pop()


def _times(repeat: Json) -> float:
    if of_day := repeat.get("timeOfDay"):
        return float(len(of_day))
    frequency = repeat.get("frequencyMax") or repeat.get("frequency")
    if frequency is None and repeat.get("period") is not None:
        frequency = 1  # FHIR's default
    if frequency is None or repeat.get("period") is None:
        raise InvalidValue(expected="a frequency and a period, or times of day", found="neither")
    return doses_per_day(float(frequency), float(repeat["period"]), str(repeat.get("periodUnit")))


def _dose(stated: list[Json]) -> tuple[float, str]:
    """Return the dose; the same dose may be stated as calculated, as ordered, as to be given."""
    doses: dict[str, tuple[float, str]] = {}
    for each in stated:
        quantity = each.get("doseQuantity") or (each.get("doseRange") or {}).get("high")
        codings = (each.get("type") or {}).get("coding") or [{}]
        if quantity:
            doses[str(codings[0].get("code"))] = (float(quantity["value"]), _unit(quantity))
    if not doses:
        raise InvalidValue(expected="a dose, or the upper end of a range", found="none")
    if len(set(doses.values())) > 1 and "ordered" not in doses:
        raise InvalidValue(expected="one dose", found=f"{len(doses)} that differ, none of them as ordered")
    dose = doses.get("ordered") or next(iter(doses.values()))
    if not dose[0] > 0:
        raise InvalidValue(expected="a dose above 0", found=f"{dose[0]:g}")
    return dose


def _most(dosage: Json, unit: str) -> float:
    """The stated limit of a day, where there is one in the unit of the dose."""
    limit = dosage.get("maxDosePerPeriod") or {}
    top, bottom = limit.get("numerator"), limit.get("denominator")
    if not top or not bottom or _unit(top) != unit:
        return float("inf")
    code = str(bottom.get("code") or bottom.get("unit"))
    return float(top["value"]) * doses_per_day(1, float(bottom["value"]), code)


def _unit(quantity: Json) -> str:
    """Return a unit of a dose: a mass, `ml`, or nothing for what is counted by the piece."""
    text = str(quantity.get("code") or quantity.get("unit") or "").strip().casefold()
    return text if text in _MASS or text == "ml" else ""


def _dispensed(request: Json) -> float:
    quantity = (request.get("dispenseRequest") or {}).get("quantity") or {}
    if quantity.get("value") is None:
        raise InvalidValue(expected="a dose with its timing, or a quantity dispensed", found="neither")
    return float(quantity["value"])


def _days(request: Json, amount: float) -> int:
    supply = (request.get("dispenseRequest") or {}).get("expectedSupplyDuration") or {}
    if supply.get("value") is not None:
        code = str(supply.get("code") or supply.get("unit") or "d")
        days = float(supply["value"]) / doses_per_day(
            1, 1, {"day": "d", "days": "d"}.get(code.casefold(), code)
        )
    elif amount:
        days = _dispensed(request) / amount
    else:
        raise InvalidValue(
            expected="the days of supply, or a quantity and a dose with its timing", found="none"
        )
    if not days >= 1:
        raise InvalidValue(expected="a supply of a day or more", found=f"{days:g} days")
    return int(days + 1e-9)
