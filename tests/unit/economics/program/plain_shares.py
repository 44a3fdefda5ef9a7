"""What there is time for once more, in plain loops over services and roles."""

from __future__ import annotations

from collections.abc import Mapping

# Minutes that miss what there is by less than this share of it fit.
HAIR = 1e-12


def plain_shares(
    load: Mapping[str, Mapping[str, float]], there: Mapping[str, float], roles: Mapping[str, set[str]]
) -> dict[str, float]:
    """Find the shortest role, cut what needs it, set that aside; then the next shortest."""
    left = dict(there)
    found: dict[str, float] = {}
    while True:
        worst, share = "", 1.0
        for role, minutes in left.items():
            needed = sum(load[one][role] for one in load if one not in found)
            if needed > minutes * (1 + HAIR) and minutes / needed < share:
                worst, share = role, minutes / needed
        if not worst:
            return dict.fromkeys(load, 1.0) | found
        for one in load:
            if one not in found and worst in roles[one]:
                found[one] = share
                for role in left:
                    left[role] = max(left[role] - share * load[one][role], 0.0)
