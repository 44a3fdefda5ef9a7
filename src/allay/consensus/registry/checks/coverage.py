"""The coverage rules that policies name are there."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from allay.base.errors import NotFound
from allay.consensus.registry.checks.finding import Entries, RegistryFinding


def check_rules(entries: Entries, rule_ids: Collection[str]) -> Iterator[RegistryFinding]:
    """Find rules that no rulebook has, and rules a policy names twice.

    Examples
    --------
    >>> list(check_rules({"policies": ()}, {"us.wa.every_category"}))
    []
    """
    for place, policy in enumerate(entries.get("policies", ())):
        seen: set[str] = set()
        for number, rule in enumerate(getattr(policy, "coverage_rules", ())):
            keys = (place, "coverage_rules", number)
            if rule not in rule_ids:
                missing = NotFound.among("coverage rule", rule, known=rule_ids)
                yield RegistryFinding("policies", keys, "the id of a rule of allay.coverage", str(missing))
            elif rule in seen:
                yield RegistryFinding("policies", keys, "each rule once", f"{rule!r} again")
            seen.add(rule)
