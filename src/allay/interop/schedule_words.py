"""What a patient's calendar says of a visit: plain words, in one language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources

from allay.base.phrases import LANGUAGES, Phrase, read_phrases, say
from allay.scheduling.appointments.appointments import Appointment
from allay.scheduling.problem.care import Service
from allay.scheduling.problem.problem import SchedulingProblem

NO_NAMES: Mapping[str, Phrase] = {}


@cache
def catalog() -> Mapping[str, Phrase]:
    """The phrases that are shipped."""
    return read_phrases(resources.files("allay.interop") / "data" / "schedule_phrases.yaml")


@dataclass(frozen=True, slots=True)
class VisitWords:
    """Says a visit in one language; in English where we have no words of it.

    Attributes
    ----------
    language : str
        ISO 639.
    names : mapping of str to Phrase
        A program's own names: `service.ID`, `room.ID` and `practitioner.ID`.

    Examples
    --------
    >>> service = Service(id="pt", discipline="pt", minutes=60, definition="physical_therapy")
    >>> VisitWords("es").service(service), VisitWords("vi").service(service)
    ('Terapia física', 'Physical therapy')
    """

    language: str
    names: Mapping[str, Phrase] = field(default_factory=dict)

    def __call__(self, phrase: str, **values: object) -> str:
        """Say a phrase."""
        return say(catalog(), phrase, language=self._spoken, **values)

    @property
    def _spoken(self) -> str:
        return self.language if self.language in LANGUAGES else LANGUAGES[0]

    def service(self, service: Service) -> str:
        """Name a service in neutral words; just a visit where there are none for it."""
        found = _known(service, self.names)
        return self("visit") if found is None else found.text(self._spoken)

    def name(self, kind: str, key: str) -> str:
        """Name a room or a practitioner as the program does, or by the id."""
        given = self.names.get(f"{kind}.{key}")
        return key if given is None else given.text(self._spoken)

    def title(self, visit: Appointment) -> str:
        """Say what it is."""
        service = self.service(visit.service)
        if visit.kind == "meeting":
            plain = service == self("visit")
            return self("group.visit") if plain else self("group", service=service)
        return self("telehealth", service=service) if visit.mode == "telehealth" else service

    def place(self, visit: Appointment) -> str:
        """Say where it is; nothing where no room is known."""
        if visit.mode == "telehealth":
            return self("place.telehealth")
        if visit.room is None:
            return ""
        given = f"room.{visit.room}" in self.names
        name = self.name("room", visit.room)
        return name if given else self("place.room", room=name)

    def details(self, visit: Appointment) -> list[str]:
        """Say with whom it is, the how-manieth it is, and that nobody needs to travel for telehealth."""
        first, *more = (self.name("practitioner", one) for one in visit.practitioners)
        lines = [self("with.two", first=first, second=more[0]) if more else self("with.one", first=first)]
        if visit.kind == "session" and visit.count > 1:
            lines.append(self("number", number=visit.number, count=visit.count))
        if visit.mode == "telehealth":
            lines.append(self("stay"))
        return lines


def services_without_words(
    problem: SchedulingProblem, names: Mapping[str, Phrase] = NO_NAMES
) -> tuple[str, ...]:
    """List services of patients' series that their calendars can only call a visit.

    Examples
    --------
    >>> import datetime as dt
    >>> problem = SchedulingProblem(
    ...     id="one", opening={"start": dt.date(2027, 1, 4)}, rooms=(), practitioners=(),
    ...     patients=({"id": "p1"},), services=({"id": "x9", "discipline": "yoga", "minutes": 60},),
    ...     series=({"id": "s1", "patient": "p1", "service": "x9"},))
    >>> services_without_words(problem)
    ('x9',)
    """
    given = {one.service for one in problem.series}
    return tuple(one.id for one in problem.services if one.id in given and _known(one, names) is None)


def _known(service: Service, names: Mapping[str, Phrase]) -> Phrase | None:
    """A program's own name goes before ours, and its id before that of the definition it follows."""
    for known in (names, catalog()):
        for name in (service.id, service.id.replace("-", "_"), service.definition):
            if f"service.{name}" in known:
                return known[f"service.{name}"]
    return None
