"""Choosing among the choices of a way of coding by what is known: the first that fits, or what to ask."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from allay.base.errors import InvalidValue, NotFound
from allay.coverage.codes.codingfile import ALWAYS_ASKED, ChoiceRow, RangeRow, WayRow

Details = Mapping[str, bool | int | str]


def require_known(way: WayRow, given: Details) -> None:
    """Refuse details the way does not ask for, and answers that cannot be answers.

    Examples
    --------
    >>> from allay.coverage.codes.ways import way_of
    >>> require_known(way_of("acupuncture", "acupuncture"), {"stimulation": "no"})
    Traceback (most recent call last):
    allay.base.errors.InvalidValue: expected true or false for stimulation, found 'no'
    """
    for name, value in given.items():
        if name not in way.asks and name not in ALWAYS_ASKED:
            raise NotFound.among(f"detail of {way.id}", name, known=way.asks)
        wanted = [choice.when[name] for choice in way.choices if name in choice.when]
        texts = sorted(each for each in wanted if isinstance(each, str))
        if isinstance(value, str) and texts and name != "service":
            if value not in texts:
                raise NotFound.among(f"answer for {name}", value, known=set(texts))
        elif any(isinstance(each, RangeRow) for each in wanted):
            if isinstance(value, bool) or not isinstance(value, int):
                raise InvalidValue(expected=f"a whole number for {name}", found=repr(value))
        elif texts and not isinstance(value, str):
            raise InvalidValue(expected=f"a text for {name}", found=repr(value))
        elif not texts and name in way.asks and not isinstance(value, bool):
            raise InvalidValue(expected=f"true or false for {name}", found=repr(value))


def choose(way: WayRow, given: Details) -> tuple[ChoiceRow | None, str, tuple[str, ...]]:
    """Return the first choice that fits; or None with why none does, or with the details to ask for.

    A choice that refuses and of which something is not said does not stand in the way: its questions are
    returned beside the choice that fits.

    Examples
    --------
    >>> from allay.coverage.codes.ways import way_of
    >>> talk = way_of("cognitive_behavioral_therapy", "psychotherapy")
    >>> choose(talk, {"format": "individual", "minutes": 45})[0].code
    '90834'
    >>> choose(talk, {"format": "individual", "minutes": 15})[1], choose(talk, {"minutes": 45})[2]
    ('15 minutes: below 16', ('format',))
    """
    missing: dict[str, None] = {}
    undecided = False
    near: list[tuple[str, RangeRow]] = []
    for choice in way.choices:
        failing = [name for name in choice.when if name in given and not _fits(choice, name, given)]
        if failing:
            near += _only_out_of_range(choice, failing)
            continue
        unsaid = [name for name in choice.when if name not in given]
        if not unsaid and not undecided:
            return choice, "", tuple(missing)
        missing.update(dict.fromkeys(unsaid))
        undecided = undecided or choice.refuse is None
    return None, "" if undecided else _why(near, given), tuple(missing)


def _fits(choice: ChoiceRow, name: str, given: Details) -> bool:
    wanted, value = choice.when[name], given[name]
    if isinstance(wanted, RangeRow):
        number = int(value)
        return wanted.low <= number and (wanted.high is None or number <= wanted.high)
    return wanted == value


def _only_out_of_range(choice: ChoiceRow, failing: list[str]) -> Iterator[tuple[str, RangeRow]]:
    """Yield the range of a choice that fails by one number alone."""
    if len(failing) == 1 and isinstance(wanted := choice.when[failing[0]], RangeRow):
        yield failing[0], wanted


def _why(near: list[tuple[str, RangeRow]], given: Details) -> str:
    if not near:
        return "no code goes with these answers"
    name = near[0][0]
    ranges = [each for other, each in near if other == name]
    value = int(given[name])
    said = f"{value} minutes" if name == "minutes" else f"{name} {value}"
    lowest = min(each.low for each in ranges)
    if value < lowest:
        return f"{said}: below {lowest}"
    highest = max(each.high or 0 for each in ranges)
    return f"{said}: above {highest}" if value > highest else f"{said}: in none of the ranges"
