"""What one way of writing a drug down means: its opioid and what one unit of it counts in MME.

A dispensing file of a million rows has a few hundred such ways, so they are read one by one, and the rows
are figured from them all at once.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Literal

from allay.base.errors import InvalidValue, NotFound
from allay.base.status import Status
from allay.measures.opioids.drugs import DrugTable, Product
from allay.measures.opioids.factor_set import Factor, FactorSet, PatchRoute
from allay.measures.opioids.forms import read_forms
from allay.measures.opioids.ingredients import BUPRENORPHINE, NameReading, by_rxnorm, read_name
from allay.measures.opioids.strength import Basis, Strength, parse_unit, read_number

RowStatus = Literal["computed", "excluded", "refused", "not_opioid", "invalid"]

_COMBINED = re.compile(r"\d+(?:\.\d+)?(?:\s*[-/]\s*\d+(?:\.\d+)?)+")
_NAMED = re.compile(
    r"(?<![\w./-])(\d+(?:\.\d+)?)\s*(m(?:g|cg)(?:/(?:ml|hr|h|actuat))?)(?![\w/])", re.IGNORECASE
)
_ML = frozenset({"ml", "milliliter", "millilitre"})
DOSE = "dose"
_AS_USUAL = frozenset({"usual"})
_SMALL_FILM = 1_000.0  # mcg: films under the tongue are labelled in mg, buccal ones below that in mcg


@dataclass(frozen=True, slots=True)
class Written:
    """How a row writes its drug down; None where the file says nothing.

    `quantity_unit` is ``mL``, or ``dose`` when the strength is that of a dose and not of a product.
    """

    drug: str | None
    rxcui: str | None
    strength: str | None
    unit: str | None
    form: str | None
    quantity_unit: str | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """What it means under one factor set.

    Attributes
    ----------
    status : str
        `computed` when a row written so can be figured; else why not: `excluded`, `refused`, `not_opioid`, or
        `invalid` for what cannot be.
    each : float
        MME of one unit of quantity; for a patch by rate, MME of a day; for a ladder, mg of one unit.
    kind : {'unit', 'rate', 'ladder', ''}
        Which of the three.
    column : str
        The column an `invalid` reading is to be blamed on, with what was `expected`.
    """

    status: RowStatus
    reason: str = ""
    note: str = ""
    ingredient: str | None = None
    factor: Factor | None = None
    each: float = math.nan
    kind: Literal["unit", "rate", "ladder", ""] = ""
    column: str = ""
    expected: str = ""


def read_drug(
    written: Written,
    *,
    factors: FactorSet,
    drugs: DrugTable,
    include_buprenorphine: bool = False,
    patch: PatchRoute | None = None,
) -> Reading:
    """Say what a row's drug is and what it counts.

    Examples
    --------
    >>> from allay.measures.opioids.drugs import shipped_drugs
    >>> from allay.measures.opioids.factor_set import get_set
    >>> def read(*cells): return read_drug(Written(*cells), factors=get_set(), drugs=shipped_drugs())
    >>> read("oxycodone", None, "10", "mg", "tablet").each
    15.0
    >>> read("Percocet", None, "5-325", "mg", None).reason
    'the strength 5-325 is of several substances and the name does not say which is the opioid'
    >>> read("aspirin", None, None, None, None).status
    'not_opioid'
    """
    name = read_name(written.drug or "")
    product = _product(written, drugs)
    if isinstance(product, Reading):
        return product
    ingredient = _ingredient(written, name, product)
    if isinstance(ingredient, Reading):
        return ingredient
    strength = _strength(written, name, ingredient, product)
    if isinstance(strength, Reading):
        return strength
    notes = [product.note] if product and product.note else []
    if not written.strength and not (product and product.strength):
        notes.append("the strength was read from the name")
    if not product and name.status is not Status.VERIFIED:
        notes.append(f"the name was read as {ingredient} ({name.status.value})")
    if len(name.components) > 1:
        notes.append("a combination: only the opioid counts")
    forms = _forms(written, ingredient, product, strength)
    if refused := _misfit(written, ingredient, forms, strength):
        return Reading("refused", refused, ingredient=ingredient)
    return _counted(ingredient, forms, strength, factors, patch, "; ".join(notes), keep=include_buprenorphine)


def _product(written: Written, drugs: DrugTable) -> Product | Reading | None:
    code = (written.rxcui or "").strip()
    if not code:
        return None
    found = drugs.get(code)
    if found is None and code in by_rxnorm():
        return Product(code, by_rxnorm()[code], frozenset(), None)
    if found is not None and found.refused:
        return Reading("refused", found.refused, ingredient=found.ingredient)
    if found is not None and found.ingredient is None:
        return Reading("not_opioid", "the drug table says that it holds no opioid")
    if found is None and not written.drug:
        reason = f"RxNorm code {code} is not in the drug table, so whether it is an opioid is not known"
        return Reading("refused", reason)
    return found


def _ingredient(written: Written, name: NameReading, product: Product | None) -> str | Reading:
    if len(name.opioids) > 1:
        reason = f"two opioids in one product ({', '.join(name.opioids)}): give one row for each"
        return Reading("refused", reason, ingredient=" + ".join(name.opioids))
    if product is not None and product.ingredient is not None:
        own = product.ingredient
        if name.opioids and name.opioids[0] != own:
            reason = f"the code {product.code} is {own}, the name says {name.opioids[0]}"
            return Reading("refused", reason, ingredient=own)
        return own
    if name.opioids:
        return name.opioids[0]
    if name.known:
        return Reading("not_opioid", "every substance named is known and none is an opioid")
    shown = written.drug or written.rxcui
    reason = f"{shown!r} is not known as an opioid or as another drug" if shown else "no drug is named"
    return Reading("refused", reason)


def _strength(
    written: Written, name: NameReading, ingredient: str, product: Product | None
) -> Strength | Reading:
    listed = product.strength if product else None
    text, unit = (written.strength or "").strip(), (written.unit or "").strip()
    if not text:
        named = listed or strength_in_name(written.drug or "", ingredient)
        return named or Reading("refused", "the strength is blank", ingredient=ingredient)
    if _COMBINED.fullmatch(text):
        if listed:
            return listed
        position = _position(text, name, ingredient)
        if position is None:
            reason = (
                f"the strength {text} is of several substances and the name does not say which is the opioid"
            )
            return Reading("refused", reason, ingredient=ingredient)
        text = position
    if not unit:
        return Reading("refused", "the unit of the strength is blank", ingredient=ingredient)
    try:
        parse_unit(unit)
    except InvalidValue as wrong:
        return Reading("invalid", ingredient=ingredient, column="unit", expected=wrong.expected)
    try:
        given = Strength.of(read_number(text), unit)
    except InvalidValue:
        return Reading("invalid", ingredient=ingredient, column="strength", expected="a number above 0")
    if listed and (given.per != listed.per or not math.isclose(given.mcg, listed.mcg, rel_tol=1e-6)):
        if given.per == "unit" and written.quantity_unit == DOSE:
            return given
        reason = f"the strength {text} {unit} is not that of the drug table ({_shown(listed)})"
        return Reading("refused", reason, ingredient=ingredient)
    named = None if written.quantity_unit == DOSE else strength_in_name(written.drug or "", ingredient)
    if named and (given.per != named.per or not math.isclose(given.mcg, named.mcg, rel_tol=1e-6)):
        reason = f"the strength {text} {unit} is not that of the name ({_shown(named)})"
        return Reading("refused", reason, ingredient=ingredient)
    return given


def _shown(strength: Strength) -> str:
    per = "" if strength.per == "unit" else f"/{strength.per}"
    return f"{strength.mcg / 1_000:g} mg{per}" if strength.mcg >= 1_000 else f"{strength.mcg:g} mcg{per}"


def strength_in_name(name: str, ingredient: str) -> Strength | None:
    """Return the opioid's strength in a name written as RxNorm writes them, when there is exactly one.

    Examples
    --------
    >>> strength_in_name("acetaminophen 325 MG / oxycodone hydrochloride 2.5 MG Oral Tablet", "oxycodone").mcg
    2500.0
    >>> strength_in_name("oxycodone 5-325", "oxycodone") is None
    True
    """
    parts = [part for part in re.split(r"\s/\s", name) if ingredient in read_name(part).opioids]
    found = _NAMED.findall(parts[0]) if len(parts) == 1 else []
    return (
        Strength.of(float(found[0][0]), found[0][1]) if len(found) == 1 and float(found[0][0]) > 0 else None
    )


def _position(text: str, name: NameReading, ingredient: str) -> str | None:
    """The opioid's number in a strength such as 5-325, when the name lists its substances in that order."""
    numbers = re.split(r"\s*[-/]\s*", text)
    if len(numbers) != len(name.components) or ingredient not in name.components:
        return None
    return numbers[name.components.index(ingredient)]


def _forms(written: Written, ingredient: str, product: Product | None, strength: Strength) -> frozenset[str]:
    found = read_forms(written.form or "") or (product.forms if product else frozenset())
    found = found or read_forms(written.drug or "")
    if not found:
        guesses: dict[Basis, frozenset[str]] = {
            "h": frozenset({"patch"}),
            "actuation": frozenset({"oral_spray", "nasal_spray"}),
            "mL": _AS_USUAL,
            # Nothing is said: every form that is counted by the piece stays possible.
            "unit": frozenset(
                {"usual", "buccal_film", "sublingual_film", "buccal_tablet", "sublingual_tablet", "lozenge"}
            ),
        }
        found = guesses[strength.per]
    if ingredient == BUPRENORPHINE and found == {"buccal_film", "sublingual_film"}:
        return frozenset({"buccal_film" if strength.mcg < _SMALL_FILM else "sublingual_film"})
    return found


def _misfit(written: Written, ingredient: str, forms: frozenset[str], strength: Strength) -> str:
    """Say what does not go together; nothing when all does."""
    if (strength.per == "h") is not ("patch" in forms):
        return (
            f"a {ingredient} patch needs a strength per hour, such as mcg/h"
            if "patch" in forms
            else "a strength per hour goes with a patch only"
        )
    counted = (written.quantity_unit or "").strip().casefold()
    if counted and (counted in _ML) is not (strength.per == "mL"):
        return f"a quantity in {written.quantity_unit} does not go with a strength per {strength.per}"
    return ""


def _counted(
    ingredient: str,
    forms: frozenset[str],
    strength: Strength,
    factors: FactorSet,
    patch: PatchRoute | None,
    note: str,
    *,
    keep: bool,
) -> Reading:
    left_out = ingredient == BUPRENORPHINE and not keep
    try:
        factor = factors.factor(ingredient, forms=forms, patch=patch)
    except (NotFound, InvalidValue) as wrong:
        if left_out:
            reason = f"buprenorphine is left out ({factors.id} gives no factor for it here)"
            return Reading("excluded", reason, note, ingredient)
        return Reading("refused", str(wrong), note, ingredient)
    reason = "buprenorphine is left out unless asked for; see excluded_mme_per_day" if left_out else ""
    status: RowStatus = "excluded" if left_out else "computed"
    if factor.value is None:
        return Reading(status, reason, note, ingredient, factor, strength.mcg / 1_000, "ladder")
    amount = strength.mcg / (1_000 if factor.per == "mg" else 1)
    kind: Literal["unit", "rate"] = "rate" if factor.per == "mcg/h" else "unit"
    return Reading(status, reason, note, ingredient, factor, float(f"{amount * factor.value:.12g}"), kind)
