"""Busy times from FHIR R4: Slots and the Schedules they belong to."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import Discriminator, Field, RootModel, Tag

from allay.base.documents import Keys, read_json
from allay.base.errors import InvalidInput, InvalidValue, NotFound, Problem
from allay.base.sources import Readable
from allay.base.trees import pointer_to
from allay.interop.fhir import Lenient
from allay.interop.fhirresponse import OtherResource, Reference
from allay.scheduling.problem.busy.busy import BusyTimes, Span, local_moment, somebody
from allay.scheduling.problem.busy.csv import YEARS
from allay.scheduling.problem.problem import SchedulingProblem
from allay.scheduling.problem.times import Away

FREE, RETRACTED = "free", "entered-in-error"
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", re.ASCII)


class Slot(Lenient):
    """A time of a schedule that is free or taken."""

    resource_type: Literal["Slot"]
    schedule: Reference
    status: Literal["busy", "free", "busy-unavailable", "busy-tentative", "entered-in-error"]
    start: str
    end: str


class Schedule(Lenient):
    """Whose slots these are: practitioners, places, patients."""

    resource_type: Literal["Schedule"]
    id: str = ""
    actor: Annotated[tuple[Reference, ...], Field(min_length=1)]


def _kind(value: Any) -> str:
    if isinstance(value, Lenient):
        return type(value).__name__
    kind = value.get("resourceType") if isinstance(value, dict) else None
    known = {"Slot": "Slot", "Schedule": "Schedule", "Bundle": "SlotBundle"}
    return known.get(kind, "OtherResource") if isinstance(kind, str) else "OtherResource"


SlotResource = Annotated[
    Annotated[Slot, Tag("Slot")]
    | Annotated[Schedule, Tag("Schedule")]
    | Annotated["SlotBundle", Tag("SlotBundle")]
    | Annotated[OtherResource, Tag("OtherResource")],
    Discriminator(_kind),
]


class SlotEntry(Lenient):
    """One resource of a Bundle, with the address it is referred to by."""

    full_url: str = ""
    resource: SlotResource = Field(OtherResource())


class SlotBundle(Lenient):
    """Slots and schedules in one file."""

    entry: tuple[SlotEntry, ...] = ()


class SlotFile(RootModel[SlotResource]):
    """A file of slots: a Bundle, or one of them."""


def read_fhir_slots(
    source: Readable, problem: SchedulingProblem, *, who: str | None = None, name: str | None = None
) -> BusyTimes:
    """Read when practitioners, rooms and patients are busy, and when they are free, from FHIR Slots.

    A slot belongs to the actors of its Schedule that have an id in the problem: `Practitioner/pt-1` is
    `pt-1`, and so is an actor with the identifier `pt-1`. Slots that are busy, unavailable or tentatively
    taken are busy times; free ones are kept apart; those entered in error are passed over.

    Parameters
    ----------
    source : path or binary stream
        JSON of a Bundle with Slots and Schedules, or of a Slot.
    problem : SchedulingProblem
    who : str, optional
        Whose all slots are, where the schedule does not say so by an id of the problem. They must then be of
        one schedule.
    name : str, optional
        What messages call the file.

    Raises
    ------
    InvalidInput
        Each problem by its JSON pointer: a file without slots, a slot that ends before it starts or has no
        offset, a schedule that is not there or of nobody in the problem.
    NotFound, InvalidValue
        For a `who` of nobody, or of several.

    Examples
    --------
    >>> import io, json
    >>> problem = SchedulingProblem(
    ...     id="p", opening={"start": dt.date(2027, 1, 4)}, rooms=(), services=(), patients=(),
    ...     practitioners=({"id": "pt-1", "disciplines": ("pt",)},))
    >>> slot = {"resourceType": "Slot", "status": "busy", "schedule": {"reference": "Schedule/1"},
    ...     "start": "2027-01-04T09:00:00-05:00", "end": "2027-01-04T10:00:00-05:00"}
    >>> schedule = {"resourceType": "Schedule", "id": "1", "actor": [{"reference": "Practitioner/pt-1"}]}
    >>> bundle = {"resourceType": "Bundle", "entry": [{"resource": slot}, {"resource": schedule}]}
    >>> found = read_fhir_slots(io.BytesIO(json.dumps(bundle).encode()), problem)
    >>> [each.start.isoformat() for each in found.busy["pt-1"]]
    ['2027-01-04T09:00:00']
    """
    if who is not None:
        somebody(problem, who)
    label = name or (source if isinstance(source, str) else str(getattr(source, "name", "(stream)")))
    everything = list(_inside(read_json(source, SlotFile, name=label).root, (), ""))
    slots = [(keys, each) for keys, _, each in everything if isinstance(each, Slot)]
    if not slots:
        raise InvalidInput(Problem(label, "/", "resourceType", "a Bundle with Slots, or a Slot", "none"))
    reading = _Reading(label, problem, _by_name(everything), who)
    if who is not None:
        reading.refuse_several(slots)
    for keys, slot in slots:
        if slot.status != RETRACTED:
            reading.take(keys, slot)
    if reading.problems:
        raise InvalidInput(reading.problems)
    return BusyTimes(
        {each: tuple(dict.fromkeys(times)) for each, times in reading.busy.items()},
        {each: tuple(dict.fromkeys(times)) for each, times in reading.free.items()},
    )


Found = tuple[Keys, str, Slot | Schedule | OtherResource]


def _inside(resource: Any, keys: Keys, url: str) -> Iterator[Found]:
    if isinstance(resource, SlotBundle):
        for place, entry in enumerate(resource.entry):
            yield from _inside(entry.resource, (*keys, "entry", place, "resource"), entry.full_url)
    else:
        yield keys, url, resource


def _by_name(everything: list[Found]) -> dict[str, tuple[Keys, Schedule]]:
    """Schedules by what slots call them."""
    named: dict[str, tuple[Keys, Schedule]] = {}
    for keys, url, each in everything:
        if isinstance(each, Schedule):
            for key in (url, f"Schedule/{each.id}" if each.id else ""):
                if key:
                    named.setdefault(key, (keys, each))
    return named


class _Reading:
    """One file being read: what was found, and what is wrong."""

    def __init__(
        self,
        name: str,
        problem: SchedulingProblem,
        schedules: Mapping[str, tuple[Keys, Schedule]],
        who: str | None,
    ) -> None:
        self.name, self.problem, self.schedules = name, problem, schedules
        self.who = None if who is None else (who,)
        self.zone = ZoneInfo(problem.opening.timezone)
        self.problems: list[Problem] = []
        self.busy: dict[str, list[Away]] = defaultdict(list)
        self.free: dict[str, list[Span]] = defaultdict(list)
        self.known: dict[str, tuple[str, ...]] = {}

    def refuse(self, keys: Keys, expected: str, found: str) -> None:
        self.problems.append(Problem(self.name, pointer_to(*keys), str(keys[-1]), expected, found))

    def refuse_several(self, slots: list[tuple[Keys, Slot]]) -> None:
        first = slots[0][1].schedule.reference
        for keys, slot in slots:
            if slot.schedule.reference != first:
                expected = f"slots of one schedule, {first!r}, as they are all said to be of one"
                self.refuse((*keys, "schedule", "reference"), expected, repr(slot.schedule.reference))
                return

    def take(self, keys: Keys, slot: Slot) -> None:
        start, end = self.moment((*keys, "start"), slot.start), self.moment((*keys, "end"), slot.end)
        whose = self.who or self.actors(keys, slot.schedule.reference)
        if start is None or end is None:
            return
        if end <= start:
            self.refuse((*keys, "end"), f"an instant after {slot.start}", slot.end)
            return
        first, last = local_moment(start, self.zone), local_moment(end, self.zone)
        for each in whose if first < last else ():  # within the hour in which clocks go back, there is none
            if slot.status == FREE:
                self.free[each].append((first, last))
            else:
                self.busy[each].append(Away(start=first, end=last))

    def moment(self, keys: Keys, text: str) -> dt.datetime | None:
        try:
            found = dt.datetime.fromisoformat(text) if _INSTANT.fullmatch(text) else None
        except ValueError:
            found = None
        if found is None or found.year not in YEARS:
            self.refuse(keys, "an instant as YYYY-MM-DDTHH:MM:SS with its offset", repr(text))
            return None
        return found.replace(microsecond=0)

    def actors(self, keys: Keys, reference: str) -> tuple[str, ...]:
        """Ids of the problem that a schedule is of; what is wrong with a schedule is said once."""
        if reference not in self.known:
            self.known[reference] = ()
            if reference not in self.schedules:
                expected = "a Schedule in the file" if reference else "a reference"
                self.refuse((*keys, "schedule", "reference"), expected, repr(reference))
            else:
                self.known[reference] = self._actors(*self.schedules[reference])
        return self.known[reference]

    def _actors(self, keys: Keys, schedule: Schedule) -> tuple[str, ...]:
        found, missing = [], []
        for actor in schedule.actor:
            names = [actor.reference.rsplit("/", 1)[-1], actor.identifier.value if actor.identifier else ""]
            for each in filter(None, names):
                try:
                    found.append(somebody(self.problem, each))
                    break
                except NotFound as nobody:
                    missing.append(str(nobody))
                except InvalidValue as several:
                    missing.append(several.found)
        if not found:
            said = missing[0] if missing else "an actor without reference and identifier"
            self.refuse((*keys, "actor"), "an actor with an id of the problem", said)
        return tuple(dict.fromkeys(found))
