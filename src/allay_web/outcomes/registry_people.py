"""What a registry export says of a person, in the terms in which patients are kept here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from allay.interop.registry import RegistryReading
from allay.interop.registry_map import MapGroup, RegistryMap

# The groupings and the number that have a place in a patient's record; the rest of a file is not taken in.
SEX, PAYER, AGE = "sex", "payer", "age"
SEXES = ("female", "male", "other")
PAYERS = ("medicare", "medicaid", "commercial", "workers_compensation", "self_pay")


@dataclass(frozen=True, slots=True)
class Facts:
    """Sex, payer and age at the start; blank or None is not recorded."""

    sex: str = ""
    payer_type: str = ""
    payer_name: str = ""
    age: int | None = None

    def differences(self, stored: Facts) -> Iterator[tuple[str, str, str]]:
        """What the file says otherwise: name, as stored, as given."""
        for name, before, now in (
            ("sex", stored.sex, self.sex),
            ("payer", stored.payer_name, self.payer_name),
            ("age", stored.age, self.age),
        ):
            if before != now:
                yield name, str(before or "nothing"), str(now or "nothing")


def sex_of(group: MapGroup, level: str) -> str:
    """The recorded sex that a level of the file means: by its own word, or by what people read for it.

    A word that is neither female nor male is kept as other; blank stays not recorded.
    """
    for word in (level, group.values.get(level, "")):
        if word.casefold() in SEXES:
            return word.casefold()
    return "other" if level else ""


def payer_of(group: MapGroup, level: str) -> tuple[str, str]:
    """Kind of payer and its name. A level such as "not Medicaid" names no kind: it is kept as other."""
    if not level:
        return "", ""
    name = group.values.get(level, level)
    kind = name.casefold().replace("'", "").replace("-", "_").replace(" ", "_")
    return (kind if kind in PAYERS else "other"), name


def facts_of(registry: RegistryMap, reading: RegistryReading) -> tuple[Facts, ...]:
    """The facts of each row."""
    groups = {group.id: group for group in registry.groups if group.column}
    n = reading.table.n
    sexes, payers = [""] * n, [("", "")] * n
    if SEX in groups:
        meaning = {level: sex_of(groups[SEX], level) for level in ("", *groups[SEX].values)}
        sexes = [meaning[level] for level in reading.table.groups[SEX].tolist()]
    if PAYER in groups:
        kinds = {level: payer_of(groups[PAYER], level) for level in ("", *groups[PAYER].values)}
        payers = [kinds[level] for level in reading.table.groups[PAYER].tolist()]
    ages = reading.table.numbers.get(AGE, np.full(n, np.nan)).tolist()
    return tuple(
        Facts(sex, *payer, None if age != age else int(age))
        for sex, payer, age in zip(sexes, payers, ages, strict=True)
    )


def not_taken(registry: RegistryMap) -> tuple[str, ...]:
    """Titles of what the map knows and a patient's record has no place for."""
    groups = [g.title for g in registry.groups if g.column and g.id not in (SEX, PAYER)]
    numbers = [n.title for n in registry.numbers if n.id != AGE]
    return (*groups, *numbers, *([registry.body_map.title] if registry.body_map else []))
