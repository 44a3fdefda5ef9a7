"""What each category of use looks like on claims: codes, places, prices; the shipped data file of them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Literal, cast

from pydantic import Field

from allay.base.errors import InvalidValue
from allay.base.status import Status
from allay.base.tables import Readable, Strict, read_yaml
from allay.evaluation.simulation.design import FOLDER
from allay.evaluation.simulation.knobs import Share, UseCategory
from allay.measures.opioids.drugs import shipped_drugs
from allay.measures.opioids.factor_set import get_set

Price = Annotated[float, Field(gt=0, le=100_000)]
Spread = Annotated[float, Field(ge=0, le=1.5)]


class ServiceLine(Strict):
    """A line of a claim: its form, where, at what mean price, and whether it carries the code of the use."""

    claim_type: Literal["professional", "institutional"]
    place: str | None = None
    bill_type: str | None = None
    revenue: str | None = None
    coded: bool = False
    price: Price
    units: int = 1
    second_claim: bool = False
    professional_emergency: bool = False


class Service(Strict):
    """A category of use as lines of claims; one of the codes and one of the diagnoses is taken each time."""

    id: UseCategory
    spread: Spread
    by_night: bool = False
    codes: tuple[str, ...] = ()
    drgs: tuple[str, ...] = ()
    diagnoses: tuple[str, ...]
    conditions: bool = False
    lines: tuple[ServiceLine, ...]


class Drugs(Strict):
    """Fills of drugs without an opioid."""

    status: Status
    spread: Spread
    price: Price
    drugs: tuple[str, ...]


class RegimenRow(Strict):
    """An opioid, how many are taken in a day at the start, and by which share of those who take one."""

    drug: str
    per_day: Annotated[int, Field(ge=1, le=12)]
    share: Share


class Opioids(Strict):
    """Fills of opioids: what they cost, and by which factors their dose counts."""

    spread: Spread
    price_per_unit: Price
    factor_set: str
    regimens: tuple[RegimenRow, ...]


class Catalog(Strict):
    """Everything that the simulator puts on claims.

    Examples
    --------
    >>> catalog().service("mri").codes[0]
    '72148'
    """

    version: str
    status: Status
    accessed: dt.date
    notes: tuple[str, ...]
    copayment_share: Share
    charge_ratio: Annotated[float, Field(ge=1)]
    condition_codes: tuple[str, ...]
    pain_code: str
    services: tuple[Service, ...]
    pharmacy: Drugs
    opioids: Opioids

    def service(self, category: str) -> Service:
        """Return what a category looks like."""
        return next(service for service in self.services if service.id == category)


@dataclass(frozen=True, slots=True)
class Regimen:
    """An opioid as it is taken: units a day, and thousandths of an MME in one unit."""

    drug: str
    per_day: int
    share: float
    milli_mme: int


@cache
def catalog() -> Catalog:
    """Return the shipped catalog."""
    return read_yaml(cast("Readable", FOLDER / "services.yaml"), Catalog, name="services.yaml")


@cache
def regimens() -> tuple[Regimen, ...]:
    """Return the opioid regimens, with the dose of a unit by the factors of `allay.measures.opioids`.

    Examples
    --------
    >>> [(one.drug, one.milli_mme) for one in regimens()][:2]
    [('857005', 7500), ('1049621', 7500)]
    """
    shipped = catalog().opioids
    factors, drugs, found = get_set(shipped.factor_set), shipped_drugs(), []
    for row in shipped.regimens:
        product = drugs.get(row.drug)
        if product is None or product.ingredient is None or product.strength is None:
            raise InvalidValue(expected="an opioid of the shipped drug table", found=row.drug)
        factor = factors.factor(product.ingredient).at(0)
        found.append(Regimen(row.drug, row.per_day, row.share, round(product.strength.mcg * factor)))
    return tuple(found)
