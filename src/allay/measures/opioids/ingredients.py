"""Which opioid a drug name or an RxNorm ingredient code means, and whether it is one at all."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from allay.base.status import Status
from allay.base.tables import read_yaml
from allay.measures.opioids.factor_file import IngredientFile

FILE = Path(__file__).parent / "data" / "ingredients.yaml"
BUPRENORPHINE = "buprenorphine"


@dataclass(frozen=True, slots=True)
class Ingredient:
    """An opioid; `status` is that of its RxNorm code."""

    id: str
    rxnorm: str | None
    status: Status


@dataclass(frozen=True, slots=True)
class NameReading:
    """What a drug name says.

    Attributes
    ----------
    opioids : tuple of str
        The opioids named, each once, in order.
    components : tuple of str
        Every substance recognized, in order.
    known : bool
        Whether every word is understood, so that "no opioid" can be said.
    status : Status
        How sure we are of the names used.
    """

    opioids: tuple[str, ...]
    components: tuple[str, ...]
    known: bool
    status: Status


@cache
def _file() -> IngredientFile:
    return read_yaml(FILE, IngredientFile)


@cache
def ingredients() -> Mapping[str, Ingredient]:
    """Return every opioid by its id.

    Examples
    --------
    >>> ingredients()["tapentadol"].rxnorm
    '787390'
    """
    return {row.id: Ingredient(row.id, row.rxnorm, row.status) for row in _file().opioids}


@cache
def by_rxnorm() -> Mapping[str, str]:
    """Return the opioids' ids by RxNorm ingredient code.

    Examples
    --------
    >>> by_rxnorm()["7804"]
    'oxycodone'
    """
    return {each.rxnorm: each.id for each in ingredients().values() if each.rxnorm}


@cache
def _names() -> Mapping[str, tuple[str, Status]]:
    own = {each: (each, Status.VERIFIED) for each in ingredients()}
    return own | {row.name: (row.ingredient, row.status) for row in _file().names}


@cache
def _others() -> frozenset[str]:
    return frozenset(_file().others.names)


def read_name(text: str) -> NameReading:
    """Read the substances out of a drug name.

    Examples
    --------
    >>> read_name("HYDROCODONE-ACETAMIN 10-325 MG").components
    ('hydrocodone', 'acetamin')
    >>> read_name("fenfluramine 2.2 MG/ML Oral Solution").known, read_name("Painaway").known
    (True, False)
    """
    words = re.findall(r"[^\W\d_]+", text.casefold())
    names, others, neutral = _names(), _others(), frozenset(_file().neutral)
    components: list[str] = []
    opioids: list[str] = []
    statuses = [Status.VERIFIED]
    known, place = True, 0
    while place < len(words):
        pair = " ".join(words[place : place + 2])
        paired = pair in names
        word = pair if paired else words[place]
        place += 2 if paired else 1
        if word in names:
            ingredient, status = names[word]
            statuses.append(status)
            if ingredient not in opioids:
                opioids.append(ingredient)
                components.append(ingredient)
        elif word in others:
            if word not in components:
                components.append(word)
        elif word not in neutral:
            known = False
    return NameReading(
        tuple(opioids), tuple(components), known and bool(components), Status.weakest(statuses)
    )
