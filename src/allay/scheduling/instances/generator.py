"""Generate a synthetic problem of a family."""

from __future__ import annotations

from allay.base.errors import InvalidValue
from allay.scheduling.instances.care import cohorts, series
from allay.scheduling.instances.family import family as family_of
from allay.scheduling.instances.people import Dice, population, practitioners, rooms
from allay.scheduling.problem.problem import SchedulingProblem

MOST_PATIENTS = 10_000
MOST_WEEKS = 53


def generate(name: str, *, patients: int, seed: int, weeks: int = 1) -> SchedulingProblem:
    """Generate a problem of a family: the same for the same arguments, marked as synthetic.

    Parameters
    ----------
    name : {'a4', 'scarce-rooms', 'rural', 'small-clinic'}
        The family; its parameters are a data file.
    patients : int
        How many, from 1; staff, rooms and cohorts are in proportion, at least one of each.
    seed : int
        From 0.
    weeks : int
        With one week every session stands for itself. With more, series run over several weeks, one after
        another, manual ones with a gap, and continuity of the practitioner is preferred.

    Returns
    -------
    SchedulingProblem
        Time and size grow linearly with patients, and with weeks.

    Raises
    ------
    NotFound
        When there is no such family.
    InvalidValue
        When a number is out of range.

    Examples
    --------
    >>> problem = generate("a4", patients=300, seed=1)
    >>> problem.id, problem.synthetic, len(problem.cohorts), len(problem.practitioners), len(problem.rooms)
    ('a4-300-1-1', True, 30, 20, 21)
    """
    family = family_of(name)
    for word, value, least, most in (
        ("patients", patients, 1, MOST_PATIENTS),
        ("seed", seed, 0, None),
        ("weeks", weeks, 1, MOST_WEEKS),
    ):
        if value < least or (most is not None and value > most):
            limits = f"from {least}" + (f" to {most}" if most else "")
            raise InvalidValue(expected=f"{word} {limits}", found=str(value))
    dice = Dice(seed)
    staff = practitioners(family, dice, patients=patients)
    people = population(family, dice, patients=patients)
    return SchedulingProblem(
        id=f"{name}-{patients}-{seed}-{weeks}",
        synthetic=True,
        note=f"{family.title}; made up",
        opening=family.opening.model_copy(update={"weeks": weeks}),
        rooms=rooms(family, patients=patients),
        practitioners=staff,
        services=family.services,
        patients=people,
        cohorts=cohorts(family, people),
        series=series(family, dice, patients=people, staff=staff, weeks=weeks),
        same_day=family.same_day,
    )
