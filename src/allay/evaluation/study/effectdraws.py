"""Draws of relative risks for a business case, of all outcomes together."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from allay.base.errors import InvalidValue, NotFound
from allay.evaluation.inference.effect_draws import EffectDraws, draw_effects
from allay.evaluation.inference.log_ratios import OutcomeEffects, event_of, log_ratios
from allay.evaluation.study.contrast import MemberContrast
from allay.evaluation.study.result import DrawsRecord

START = np.zeros(1)
"""One effect for the whole follow-up, given at its start."""


def study_draws(
    contrasts: Mapping[str, MemberContrast], *, draws: int, seed: int
) -> tuple[EffectDraws | None, DrawsRecord]:
    """Draw the relative risks of all outcomes that a business case counts, with what they share.

    The effects of a study are estimated from the same members, so that a draw with a large effect on one
    outcome may have one on another: the covariance comes from the influence of members on all of them.

    Parameters
    ----------
    contrasts : mapping of str to MemberContrast
        By outcome; those that are no event of a case, or whose mean is not safely above zero, are left out by
        name.
    draws, seed : int
    """
    left_out, kept = [], {}
    for name, found in contrasts.items():
        try:
            event_of(name)
            log_ratios(_effects({name: found}))
        except (NotFound, InvalidValue) as error:
            left_out.append(f"{name}: {error}")
            continue
        kept[name] = found
    if not kept:
        return None, DrawsRecord(draws=0, seed=seed, events=(), left_out=tuple(left_out))
    made = draw_effects(log_ratios(_effects(kept)), draws=draws, seed=seed)
    return made, DrawsRecord(draws=draws, seed=seed, events=made.events, left_out=tuple(left_out))


def _effects(contrasts: Mapping[str, MemberContrast]) -> OutcomeEffects:
    found = list(contrasts.values())
    if not all(np.isfinite(one.se) and one.se > 0 for one in found):
        raise InvalidValue(expected="effects with an error above 0", found="one without")
    spread = np.column_stack([one.influence for one in found] + [one.level_influence for one in found])
    return OutcomeEffects(
        tuple(contrasts),
        START,
        np.array([[one.effect] for one in found]),
        np.array([[one.level] for one in found]),
        spread.T @ spread / len(spread) ** 2,
    )
