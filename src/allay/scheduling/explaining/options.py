"""Options of a session: every start, giver and mode, each with the tags that stand in its way."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from allay.scheduling.explaining.floor import FIXED, TAKEN, Floor, Key
from allay.scheduling.explaining.own import OwnVisits
from allay.scheduling.explaining.tags import Tags, about
from allay.scheduling.problem.care import Mode, Series, Service
from allay.scheduling.problem.people import Patient
from allay.scheduling.solving.grid import Bools, starts

Masks = NDArray[np.int64]
IMPOSSIBLE = -1


@dataclass(frozen=True, slots=True)
class Giver:
    """Who gives a session, and how: places in the problem's practitioners."""

    lead: int
    second: int | None
    mode: Mode


@dataclass(frozen=True, slots=True)
class SessionOptions:
    """All options of one session.

    Attributes
    ----------
    key : (series, number)
    series : Series
    length : int
        Slots.
    choices : tuple of Giver, length C
    masks : int64[C, D, S]
        Bits of the tags in the way of a start; -1 where it cannot start.
    """

    key: Key
    series: Series
    length: int
    choices: tuple[Giver, ...]
    masks: Masks


def over(slots: Bools, length: int) -> Bools:
    """Say of each start whether any of the `length` slots from it is marked.

    Examples
    --------
    >>> over(np.array([False, False, True, False]), 2).astype(int).tolist()
    [0, 1, 1, 0]
    """
    found: Bools = starts(np.ones_like(slots), length) & ~starts(~slots, length)
    return found


def options_of(floor: Floor, key: Key, own: OwnVisits, *, tags: Tags, days: Bools) -> SessionOptions:
    """List the options of a session on a floor on which it does not stand.

    Parameters
    ----------
    floor : Floor
    key : (series, number)
    own : OwnVisits
        What else the patient has.
    tags : Tags
    days : bool[D]
        On which days it is looked for.

    Returns
    -------
    SessionOptions
        Time grows with practitioners of the discipline (pairs of them for a linked visit) times days times
        slots.

    Examples
    --------
    >>> from allay.scheduling.explaining.floor import floor_of
    >>> from allay.scheduling.explaining.own import own_of
    >>> from allay.scheduling.instances import generate
    >>> from allay.scheduling.solving.baselines.greedy import good_greedy
    >>> problem = generate("small-clinic", patients=40, seed=1)
    >>> plan = good_greedy(problem)
    >>> floor, tags = floor_of(problem, plan), Tags()
    >>> own = own_of(floor, "p002", worth=50, soft=False)
    >>> days = np.ones(len(floor.grid.days), dtype=np.bool_)
    >>> options_of(floor, ("p002-2", 1), own, tags=tags, days=days).masks.shape
    (1, 5, 18)
    """
    grid = floor.grid
    series = floor.series[key[0]]
    service = grid.service[series.service]
    patient = floor.patient(series.patient)
    length = grid.length(service.id)
    common = own.masks(series, key[1], length, tags)
    common |= _patient(floor, patient, length, tags)
    impossible = ~starts(np.ones_like(grid.patient_free[0]), length) | ~days[:, None]
    rooms = _rooms(floor, service, length, tags)
    found: list[tuple[Giver, Masks]] = []
    for lead, practitioner in enumerate(floor.problem.practitioners):
        if service.discipline not in practitioner.disciplines:
            continue
        given = common | _lead(floor, lead, service.discipline, length, tags)
        given |= tags.bits(_not_allowed(series, patient, floor, lead, own))
        if service.telehealth and service.linked is None:
            distant = tags.bits(_distant(series, patient, floor, lead))
            found.append((Giver(lead, None, "telehealth"), given | distant))
        if service.room_type is not None:
            mode = given | rooms | (tags.bit(about("mode", series.id)) if series.mode == "telehealth" else 0)
            mode |= own.trips(tags)
            found += [
                (Giver(lead, second, "onsite"), mode | extra)
                for second, extra in _seconds(floor, service, lead, patient, length, tags)
            ]
    masks = np.array([mask for _, mask in found], dtype=np.int64).reshape(-1, *common.shape)
    masks[:, impossible] = IMPOSSIBLE
    return SessionOptions(key, series, length, tuple(choice for choice, _ in found), masks)


def _patient(floor: Floor, patient: Patient, length: int, tags: Tags) -> Masks:
    grid = floor.grid
    free = grid.patient_free[grid.patient_index[patient.id]]
    taken = floor.patients.get(patient.id, np.zeros_like(free, dtype=np.int8))
    mask = np.where(over(~free, length), tags.bit("patient_hours"), 0)
    mask |= np.where(over(taken != 0, length), tags.bit("patient_busy"), 0)
    return mask


def _lead(floor: Floor, lead: int, discipline: str, length: int, tags: Tags) -> Masks:
    taken = floor.practitioners[lead]
    hours, busy, fixed = (
        tags.bit(about(name, discipline))
        for name in ("practitioner_hours", "practitioner_busy", "practitioner_fixed")
    )
    mask = np.where(over(~floor.grid.practitioner_free[lead], length), hours, 0)
    mask |= np.where(over(taken == TAKEN, length), busy, 0)
    mask |= np.where(over(taken == FIXED, length), fixed, 0)
    return mask


def _not_allowed(series: Series, patient: Patient, floor: Floor, lead: int, own: OwnVisits) -> list[str]:
    practitioner = floor.problem.practitioners[lead]
    found = []
    if practitioner.id in patient.avoids:
        found.append("avoided")
    if not patient.interpreter and patient.language not in practitioner.languages:
        found.append("language")
    if series.practitioner not in (None, practitioner.id):
        found.append(about("fixed_practitioner", series.id))
    leads = own.leads(series.id)
    if series.continuity == "require" and leads - {practitioner.id}:
        found.append(about("continuity", series.id))
    if series.continuity == "prefer" and leads and practitioner.id not in leads and own.soft:
        found.append(about("continuity_liked", series.id))
    if own.soft and practitioner.id not in patient.prefers and _liked(floor, patient, series):
        found.append("preference")
    return found


def _liked(floor: Floor, patient: Patient, series: Series) -> bool:
    discipline = floor.grid.service[series.service].discipline
    index = floor.grid.practitioner_index
    return any(
        discipline in floor.problem.practitioners[index[liked]].disciplines
        for liked in patient.prefers
        if liked in index
    )


def _distant(series: Series, patient: Patient, floor: Floor, lead: int) -> list[str]:
    practitioner = floor.problem.practitioners[lead]
    found = [about("mode", series.id)] if series.mode == "onsite" else []
    if not patient.telehealth:
        found.append("patient_telehealth")
    if not practitioner.telehealth:
        found.append("practitioner_telehealth")
    if patient.state is not None and patient.state not in practitioner.states:
        found.append("license")
    return found


def _rooms(floor: Floor, service: Service, length: int, tags: Tags) -> Masks:
    """What the best room at each start lacks; a room taken is better than one that is closed."""
    grid, kind = floor.grid, service.room_type or "?"
    worst = [tags.bit(about(name, kind)) if name else 0 for name in _WORSE]
    best = np.full((len(grid.days), grid.slots), tags.bit(about("no_room", kind)), dtype=np.int64)
    rank = np.full(best.shape, len(_WORSE), dtype=np.int64)
    for at, room in enumerate(floor.problem.rooms):
        if room.type == service.room_type:
            closed = over(~grid.room_free[at], length)
            taken, fixed = (over(floor.rooms[at] == how, length) for how in (TAKEN, FIXED))
            worse = np.select([closed, fixed, taken], [3, 2, 1], 0)
            bits = np.select([worse == place for place in range(4)], worst)
            best = np.where(worse < rank, bits, best)
            rank = np.minimum(worse, rank)
    return best


_WORSE = ("", "room_busy", "room_fixed", "room_hours")


def _seconds(
    floor: Floor, service: Service, lead: int, patient: Patient, length: int, tags: Tags
) -> list[tuple[int | None, Masks | int]]:
    linked = service.linked
    if linked is None:
        return [(None, 0)]
    found: list[tuple[int | None, Masks | int]] = []
    for at, practitioner in enumerate(floor.problem.practitioners):
        avoided = practitioner.id in patient.avoids and linked.presence != "general"
        if at != lead and linked.discipline in practitioner.disciplines and not avoided:
            mask = np.where(
                over(~floor.grid.practitioner_free[at], length),
                tags.bit(about("second_missing", linked.discipline)),
                0,
            )
            there = {"full": length, "start": 1, "general": 0}[linked.presence]
            if there:
                busy = over(floor.practitioners[at] != 0, there)
                mask |= np.where(busy, tags.bit(about("second_busy", linked.discipline)), 0)
            if linked.presence != "full":  # there the whole time is one session at a time anyway
                full = over(floor.linked[at] >= linked.max_ratio, length)
                mask |= np.where(full, tags.bit(about("ratio", service.id)), 0)
            found.append((at, mask))
    return found or [(None, tags.bit(about("second_missing", linked.discipline)))]
