"""The profile of a program: the fields in which programs are compared, and the statements in them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import Field

from allay.base.documents import Document
from allay.base.errors import Problem
from allay.base.status import MARKS
from allay.programs.repository.statement import (
    DayStatement,
    FlagStatement,
    MeasureStatement,
    MechanismStatement,
    NumberStatement,
    Open,
    PeopleStatement,
    ResultStatement,
    RoleStatement,
    ServiceStatement,
    SettingStatement,
    Source,
    Statement,
    StateStatement,
    TargetStatement,
    Text,
    TextStatement,
)

Keys: TypeAlias = tuple[str | int, ...]
Texts: TypeAlias = tuple[TextStatement, ...]
Numbers: TypeAlias = tuple[NumberStatement, ...]
Flags: TypeAlias = tuple[FlagStatement, ...]
People: TypeAlias = tuple[PeopleStatement, ...]


def _field(title: str, *, unit: str = "") -> Any:
    return Field(default=(), title=title, json_schema_extra={"unit": unit} if unit else None)


class Identity(Open):
    """What the program is called and whether it runs."""

    name: Texts = _field("Name")
    parent: Texts = _field("Belongs to")
    state: tuple[StateStatement, ...] = _field("Open or closed")
    state_reason: Texts = _field("Why closed")
    opened: tuple[DayStatement, ...] = _field("Opened")
    closed: tuple[DayStatement, ...] = _field("Closed")


class Setting(Open):
    """The organization around it."""

    kind: tuple[SettingStatement, ...] = _field("Kind of organization")
    features: Texts = _field("What is particular")


class Geography(Open):
    """Where it is."""

    place: Texts = _field("Place")
    state: Texts = _field("State or country")
    rural: Flags = _field("Rural")
    catchment: Texts = _field("Catchment")
    travel: Texts = _field("Travel")


class Population(Open):
    """Whom it serves."""

    conditions: Texts = _field("Conditions")
    ages: Texts = _field("Ages")
    payer_mix: Texts = _field("Payer mix")
    exclusions: Texts = _field("Exclusions")
    patients: People = _field("Patients", unit="patients")
    patients_a_year: People = _field("Patients a year", unit="patients a year")
    places: People = _field("Places", unit="members at most")


class CareModel(Open):
    """How care runs from intake to the time after."""

    weeks: Numbers = _field("Length", unit="weeks")
    sessions: Numbers = _field("Sessions", unit="sessions")
    session_minutes: Numbers = _field("Length of a session", unit="minutes")
    group_size: Numbers = _field("Size of a group", unit="patients")
    format: Texts = _field("Groups and individual visits")
    referral: Texts = _field("Referral")
    intake: Texts = _field("Intake")
    choice: Texts = _field("What patients choose")
    discharge: Texts = _field("Discharge")
    alumni: Texts = _field("After the end")


class Staffing(Open):
    """Who works in it."""

    roles: tuple[RoleStatement, ...] = _field("Professions")
    fte: Numbers = _field("Staff", unit="full-time equivalents")
    contracts: Texts = _field("Contracts")
    champion: Texts = _field("Champion")
    coordinator: Texts = _field("Coordinator")


class Coordination(Open):
    """How the team works as one."""

    co_location: Texts = _field("Co-location")
    same_day: Texts = _field("Several visits in one day")
    conference: Texts = _field("Case conference")
    record: Texts = _field("Health record")
    partners: Texts = _field("Community partners")
    education: Texts = _field("Education of other clinicians")


class Payment(Open):
    """How it is paid, and what the patient pays."""

    mechanisms: tuple[MechanismStatement, ...] = _field("Ways of payment")
    copays: Numbers = _field("Copays for the whole program", unit="copays")
    bundle_price: Numbers = _field("Bundle price", unit="usd")
    grants: Texts = _field("Grants")
    authorization: Texts = _field("Authorization")


class Governance(Open):
    """Who decides, and who is let in to practice."""

    oversight: Texts = _field("Oversight")
    credentialing: Texts = _field("Credentialing")
    accreditation: Texts = _field("Accreditation")
    domains_agreed: Texts = _field("Who chooses domains and measures")


class BusinessCase(Open):
    """What it costs and what a payer sees in it."""

    start_up: Texts = _field("Start-up capital")
    break_even: Texts = _field("Break-even")
    cost_per_patient: Numbers = _field("Cost per patient", unit="usd")
    payer_view: Texts = _field("The payer's view")


class Equity(Open):
    """Who would go without."""

    served: Texts = _field("People served")
    measured: Texts = _field("Gaps measured")
    help: Texts = _field("Help with health-harming needs")


class ProgramProfile(Open):
    """Everything stated about one program.

    Examples
    --------
    >>> ProgramProfile(id="ours", recorded_on=dt.date(2026, 1, 31), sources={}).identity.name
    ()
    """

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$")]
    kind: Literal["program", "comparator"] = "program"
    recorded_on: dt.date
    sources: dict[str, Source]
    identity: Identity = Identity()
    setting: Setting = Setting()
    geography: Geography = Geography()
    population: Population = Population()
    model: CareModel = CareModel()
    services: tuple[ServiceStatement, ...] = _field("Services")
    staffing: Staffing = Staffing()
    coordination: Coordination = Coordination()
    payment: Payment = Payment()
    governance: Governance = Governance()
    measures: tuple[MeasureStatement, ...] = _field("Measures")
    results: tuple[ResultStatement, ...] = _field("Results")
    targets: tuple[TargetStatement, ...] = _field("Targets")
    business_case: BusinessCase = BusinessCase()
    equity: Equity = Equity()
    lessons: tuple[TextStatement, ...] = _field("Lessons")
    note: Text | None = None

    @property
    def name(self) -> str:
        """The first name stated, else the id."""
        return self.identity.name[0].value if self.identity.name else self.id


def statements(profile: ProgramProfile) -> Iterator[tuple[Keys, Statement]]:
    """Yield every statement with the keys under which it stands."""
    for section in ProgramProfile.model_fields:
        content = getattr(profile, section)
        if isinstance(content, tuple):
            yield from (((section, place), each) for place, each in enumerate(content))
        elif isinstance(content, Open):
            for field in type(content).model_fields:
                found = getattr(content, field)
                if isinstance(found, tuple):
                    yield from (((section, field, place), each) for place, each in enumerate(found))


def complaint(statement: Statement, sources: dict[str, Source]) -> tuple[str, str, str] | None:
    """Say what of a statement does not go with its source: (key, expected, found), or None."""
    if (source := sources.get(statement.source)) is None:
        return "source", "one of the sources " + ", ".join(sources), repr(statement.source)
    strongest = MARKS[source.seen_as]
    if statement.status.rank < strongest.rank:
        return "status", f"at most {strongest.value}, as its source was seen", statement.status.value
    return None


def profile_problems(
    document: Document[Any], profile: ProgramProfile, *, before: Keys = (), idle: bool = True
) -> list[Problem]:
    """Find statements without their source or surer than it, and sources nothing rests on.

    Parameters
    ----------
    document : Document
        The file the profile stands in, under the keys `before`.
    idle : bool
        Whether a source that nothing rests on is a problem.
    """
    problems = []
    used = set()
    for keys, statement in statements(profile):
        used.add(statement.source)
        if wrong := complaint(statement, profile.sources):
            key, expected, found = wrong
            problems.append(document.problem(*before, *keys, key, expected=expected, found=found))
    return problems + [
        document.problem(*before, "sources", key, expected="a source that something rests on", found="none")
        for key in profile.sources
        if idle and key not in used
    ]
