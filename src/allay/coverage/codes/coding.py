"""Coding a service: from what was done, and for how long, to codes and units; what was not coded says why."""

from __future__ import annotations

from collections.abc import Mapping

from allay.base.errors import InvalidValue, NotFound
from allay.base.status import Status
from allay.coverage.answers import Reason
from allay.coverage.codes.blocks import TIMES, in_blocks
from allay.coverage.codes.choosing import Details, choose, require_known
from allay.coverage.codes.coded import (
    CODED,
    MISSING,
    NOT_CODED,
    STAGE,
    CodedService,
    CodedUnits,
    way_reason,
)
from allay.coverage.codes.codingfile import WayRow
from allay.coverage.codes.units import MEDICARE, count_units, unit_rule
from allay.coverage.codes.ways import way_of, ways_of


def code_service(
    service: str,
    *,
    way: str | None = None,
    minutes: int | None = None,
    details: Details | None = None,
    activities: Mapping[str, int] | None = None,
    rule: str = MEDICARE,
    time: str | None = None,
) -> CodedService:
    """Find the codes and units of a service to one patient.

    Parameters
    ----------
    service : str
        Id of the service.
    way : str, optional
        Which way of coding, where the service has several (psychotherapy or health behavior help).
    minutes : int, optional
        Minutes of the visit, or of the calendar month for chronic pain management.
    details : mapping, optional
        Answers to what the way asks (`ways_of`), such as ``{"stimulation": False, "reinserted": True}``.
    activities : mapping of str to int, optional
        For therapy one on one: minutes by code.
    rule : {"medicare", "ama"}
        How the units of `activities` are counted.
    time : {"met", "midpoint"}, optional
        When the minutes of a unit count, instead of what the way says. Where they must be met, `midpoint`
        changes nothing.

    Raises
    ------
    NotFound, InvalidValue
        An unknown service, way, detail or code; a detail or minutes that cannot be.

    Examples
    --------
    >>> found = code_service("acupuncture", minutes=44, details={"stimulation": False, "reinserted": True})
    >>> [(line.code, line.units) for line in found.lines], found.reasons[-1].text
    ([('97810', 1), ('97811', 1)], '97811: 14 minutes: below 15')
    """
    if minutes is not None and (type(minutes) is not int or minutes < 0):
        raise InvalidValue(expected="whole minutes, 0 or more", found=repr(minutes))
    if time is not None and time not in TIMES:
        raise NotFound.among("way of counting time", time, known=TIMES)
    ways = ways_of(service)
    if not ways:
        text = f"no billing code is known for {service}"
        reason = Reason("coding", text, NOT_CODED, Status.UNKNOWN, stage=STAGE)
        return CodedService(service, (), (reason,))
    if way is None and len(ways) > 1:
        names = ", ".join(each.id for each in ways)
        text = f"{service} can be coded in several ways: {names}"
        reason = Reason("coding", text, MISSING, Status.UNKNOWN, stage=STAGE)
        return CodedService(service, (), (reason,), ("way",))
    chosen = ways[0] if way is None else way_of(service, way)
    given: dict[str, bool | int | str] = {"service": service, **(details or {})}
    require_known(chosen, given)
    if minutes is not None:
        given["minutes"] = minutes
    if activities is not None and not chosen.timed:
        raise InvalidValue(expected=f"no activities for {chosen.id}", found=", ".join(activities) or "none")
    if chosen.timed:
        return _by_activities(service, chosen, activities, rule)
    return _by_choice(service, chosen, given, time)


def _by_activities(
    service: str, way: WayRow, activities: Mapping[str, int] | None, rule: str
) -> CodedService:
    if not activities:
        text = f"{way.id}: the minutes of each activity are not said"
        return CodedService(service, (), (way_reason(way, text, MISSING),), ("activities",))
    for code in activities:
        if code not in way.timed:
            raise NotFound.among(f"activity of {way.id}", code, known=way.timed)
    counted = count_units(activities, rule=rule)
    chosen = unit_rule(rule)
    reasons = []
    for code, units in counted.items():
        text = f"{code}: {activities[code]} minutes: {units} by {chosen.label}"
        references = tuple(reference for fact in chosen.facts for reference in fact.references)
        versions = tuple(fact.version for fact in chosen.facts)
        reasons.append(
            Reason(
                rule=", ".join(versions),
                text=text,
                outcome=CODED if units else NOT_CODED,
                status=chosen.status,
                references=references,
                stage=STAGE,
                values=((f"minutes of {code}", str(activities[code])),),
            )
        )
    lines = tuple(CodedUnits(code, units) for code, units in counted.items() if units)
    return CodedService(service, lines, tuple(reasons))


def _by_choice(service: str, way: WayRow, given: Details, time: str | None) -> CodedService:
    choice, why, missing = choose(way, given)
    open_reasons = tuple(way_reason(way, f"{name}: {way.asks.get(name, name)}", MISSING) for name in missing)
    if choice is None:
        told = (way_reason(way, why, NOT_CODED),) if why else ()
        return CodedService(service, (), told + open_reasons, missing)
    if choice.refuse is not None:
        return CodedService(service, (), (way_reason(way, choice.refuse, NOT_CODED),))
    if choice.code is not None:
        reason = way_reason(way, f"{choice.code}: 1", CODED)
        return CodedService(service, (CodedUnits(choice.code, 1),), (reason, *open_reasons), missing)
    if "minutes" not in given:
        reason = way_reason(way, "the minutes are not said", MISSING)
        return CodedService(service, (), (reason, *open_reasons), (*missing, "minutes"))
    return in_blocks(service, way, choice, given, time=time, open_reasons=open_reasons, missing=missing)
