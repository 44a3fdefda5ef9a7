"""What a panel is to hold: window, costs, value sets, run-out, top-coding."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, model_validator

from allay.base.errors import InvalidValue
from allay.base.status import Status
from allay.base.tables import Strict, read_yaml
from allay.evaluation.panel.columns import last_of, month_number
from allay.evaluation.valuesets.valueset import ClaimValueSet, load_value_set, value_sets

DEFAULTS = Path(__file__).parent / "data" / "defaults.yaml"


class Default(Strict):
    """A number of ours, and how sure it is."""

    value: float | int
    unit: str
    status: Status
    note: str


class Defaults(Strict):
    """The numbers that hold unless a spec says otherwise."""

    top_coding: Default
    run_out_months: Default
    smallest_completion: Default


@cache
def defaults() -> Defaults:
    """Return the numbers that hold unless a spec says otherwise.

    Examples
    --------
    >>> defaults().top_coding.value
    0.99
    """
    return read_yaml(DEFAULTS, Defaults)


class PanelSpec(Strict):
    """What a panel is to hold.

    Attributes
    ----------
    first_month, last_month : date, optional
        First days of months. By default the panel runs over the months that have both claims and coverage.
    cost : {"paid", "allowed"}
        Which amount is cost.
    paid_through : date, optional
        Day up to which payments are in the claims. With it, months too young to be complete are left out.
    run_out_months : int
        Whole months of payments a month of service needs after its end.
    incomplete : {"omit", "flag"}
        Whether younger months are left out, or kept and only named.
    completion : bool
        Whether to report completion factors, from the days of payment.
    top_coding : float
        Share of the positive member-months whose total cost is left as it is.
    value_sets : mapping of str to str
        By id, a file that holds in place of the value set of that id that ships.
    factor_set : str
        The factors of opioid doses.
    include_buprenorphine : bool
        Whether buprenorphine is an opioid fill.
    opioid_products : str, optional
        A file of further opioid products (see `allay.evaluation.valuesets.products`).

    Examples
    --------
    >>> PanelSpec(paid_through=dt.date(2024, 9, 30)).complete_through()
    datetime.date(2024, 6, 30)
    """

    first_month: dt.date | None = None
    last_month: dt.date | None = None
    cost: Literal["paid", "allowed"] = "paid"
    paid_through: dt.date | None = None
    run_out_months: Annotated[int, Field(ge=0, le=36)] = Field(
        default_factory=lambda: int(defaults().run_out_months.value)
    )
    incomplete: Literal["omit", "flag"] = "omit"
    completion: bool = False
    top_coding: Annotated[float, Field(gt=0.5, lt=1)] = Field(
        default_factory=lambda: float(defaults().top_coding.value)
    )
    value_sets: Mapping[str, str] = Field(default_factory=dict)
    factor_set: str = "cdc-2022"
    include_buprenorphine: bool = False
    opioid_products: str | None = None

    @model_validator(mode="after")
    def _months(self) -> PanelSpec:
        for day in (self.first_month, self.last_month):
            if day is not None and day.day != 1:
                raise InvalidValue(expected="the first day of a month", found=str(day))
        if self.first_month and self.last_month and self.first_month > self.last_month:
            found = f"{self.first_month} to {self.last_month}"
            raise InvalidValue(expected="a first month before the last", found=found)
        return self

    def complete_through(self) -> dt.date | None:
        """Return the last day of the last month that has its run-out; None where nothing is said of it."""
        if self.paid_through is None:
            return None
        paid = month_number(self.paid_through)
        whole = paid if self.paid_through == last_of(paid) else paid - 1
        return last_of(whole - self.run_out_months)

    def sets(self) -> dict[str, ClaimValueSet]:
        """Return the value sets by id: those that ship, with those of the spec in their place.

        Raises
        ------
        NotFound
            For an id of the spec that is no value set's.
        """
        from allay.base.errors import NotFound

        found = dict(value_sets())
        for name, path in self.value_sets.items():
            if name not in found:
                raise NotFound.among("value set", name, known=found)
            found[name] = load_value_set(path)
        return found


def read_spec(path: str | Path) -> PanelSpec:
    """Read a spec from YAML; files it names lie beside it.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder) / "spec.yaml"
    ...     _ = file.write_text("cost: allowed\\nfirst_month: 2023-01-01\\n")
    ...     read_spec(file).cost
    'allowed'
    """
    place = Path(path)
    spec = read_yaml(place, PanelSpec)
    beside = {name: str(place.parent / file) for name, file in spec.value_sets.items()}
    own = None if spec.opioid_products is None else str(place.parent / spec.opioid_products)
    return spec.model_copy(update={"value_sets": beside, "opioid_products": own})
