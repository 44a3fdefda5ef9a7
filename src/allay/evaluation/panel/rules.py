"""The rules of use: which codes of a line make it which kind of use.

The same rules are carried out by every engine; the words are those of ``docs/explanation``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from allay.evaluation.panel.columns import DAILY
from allay.evaluation.panel.spec import PanelSpec
from allay.evaluation.valuesets.products import OpioidProduct, opioid_products
from allay.evaluation.valuesets.valueset import ClaimValueSet

DECISIONS = (
    "A row that equals another in every column counts once.",
    "A line is all rows of one person, claim and line number. It is live when it has more rows with positive "
    "than with negative amounts or units; only live lines are use, and all amounts are cost, in the month of "
    "the row. What a line was is read from its last paid positive row.",
    "An emergency visit is a day with an emergency line, whatever number of lines, claims and facilities. A "
    "line of urgent care is none.",
    "Inpatient lines of a member whose days (admission to discharge) overlap or follow one another are one "
    "stay, counted in the month of admission; its days are all but the day of discharge, and one at least.",
    "An emergency day that is a day of a stay, or on which the inpatient claim itself has an emergency line, "
    "belongs to the stay and is no visit. An emergency visit on the day of discharge counts.",
    "Imaging counts once for a member, day and modality; injections, therapy (physical, occupational, "
    "chiropractic, acupuncture together) and behavioral health once for a member and day.",
    "Spine surgery counts once for a member and day by procedure; a stay grouped as spine surgery without "
    "such a line counts once, at admission.",
    "Every live pharmacy line is a fill. Opioid days are days covered by at least one opioid fill; the dose "
    "dispensed counts in the month of dispensing; a fill whose dose cannot be figured counts as a fill.",
    "A claim is outside enrollment when its member has no enrolled day in its month.",
)
"""What was decided where claims leave a choice; printed with every panel."""


@dataclass(frozen=True, slots=True)
class UseRules:
    """Codes as claims write them, by what they make of a line.

    Attributes
    ----------
    emergency, urgent, stay, surgery : mapping of str to frozenset of str
        By code system.
    daily : mapping of str to (hcpcs, snomed)
        By column of the panel.
    products : tuple of OpioidProduct
        The opioids.
    """

    emergency: Mapping[str, frozenset[str]]
    urgent: Mapping[str, frozenset[str]]
    stay: Mapping[str, frozenset[str]]
    surgery: Mapping[str, frozenset[str]]
    daily: Mapping[str, tuple[frozenset[str], frozenset[str]]]
    products: tuple[OpioidProduct, ...]


def use_rules(spec: PanelSpec) -> UseRules:
    """Return the rules under a spec.

    Examples
    --------
    >>> sorted(use_rules(PanelSpec()).emergency["place_of_service"])
    ['23']
    """
    from allay.measures.opioids.factor_set import get_set

    sets = spec.sets()

    def by_system(chosen: ClaimValueSet) -> dict[str, frozenset[str]]:
        systems = ("hcpcs", "revenue_center", "place_of_service", "bill_type", "ms_drg", "snomed")
        return {system: chosen.written(system) for system in systems}  # type: ignore[arg-type]

    return UseRules(
        emergency=by_system(sets["emergency"]),
        urgent=by_system(sets["urgent_care"]),
        stay=by_system(sets["inpatient"]),
        surgery=by_system(sets["spine_surgery"]),
        daily={
            column: (sets[name].codes("hcpcs"), sets[name].codes("snomed")) for column, name in DAILY.items()
        },
        products=opioid_products(
            factors=get_set(spec.factor_set),
            more=spec.opioid_products,
            include_buprenorphine=spec.include_buprenorphine,
        ),
    )
