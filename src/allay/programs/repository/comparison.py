"""Programs side by side: one row for each thing stated of any of them, with source, day and status."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from allay.base.errors import InvalidValue
from allay.base.status import Status
from allay.base.vocabulary import profession, service
from allay.programs.repository.profile import ProgramProfile, statements
from allay.programs.repository.statement import (
    MeasureStatement,
    MechanismStatement,
    Number,
    PeopleStatement,
    Range,
    ResultStatement,
    RoleStatement,
    ServiceStatement,
    SettingStatement,
    Statement,
    TargetStatement,
)

NOT_PUBLISHED = "not published"
HIDDEN = "hidden (small count)"
_WORDS = {
    "fqhc": "federally qualified health center",
    "va_dod": "Veterans Affairs or Department of Defense",
    "waiver_1115": "section 1115 waiver",
}
_DATED = {"stated": "", "published": "published ", "read": "read "}


@dataclass(frozen=True, slots=True)
class ComparedStatement:
    """One statement in words, with where it comes from."""

    text: str
    as_of: str
    dated: str
    source: str
    href: str | None
    status: Status
    note: str | None

    @property
    def day(self) -> str:
        """The day it holds for, saying so where that is only the day it was published or read."""
        return _DATED[self.dated] + self.as_of


@dataclass(frozen=True, slots=True)
class ComparedField:
    """One row: what it is about, and what is stated of each program (nothing: not published)."""

    section: str
    field: str
    label: str
    cells: tuple[tuple[ComparedStatement, ...], ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Programs side by side.

    Attributes
    ----------
    programs : tuple of str
        Ids, one for each column.
    names : tuple of str
    rows : tuple of ComparedField
        Only what is stated of at least one program.
    nowhere : tuple of str
        Labels of the fields that are published for none of them.
    """

    programs: tuple[str, ...]
    names: tuple[str, ...]
    rows: tuple[ComparedField, ...]
    nowhere: tuple[str, ...]


def compare(profiles: Sequence[ProgramProfile]) -> Comparison:
    """Put programs side by side.

    Parameters
    ----------
    profiles : sequence of ProgramProfile
        With ids of their own.

    Raises
    ------
    InvalidValue
        When there are none, or an id is there twice.

    Examples
    --------
    >>> from allay.programs.repository.catalog import shipped_program
    >>> both = compare([shipped_program("uvm-path"), shipped_program("wvu-cipm")])
    >>> row = next(each for each in both.rows if each.label == "Length")
    >>> [[each.text for each in cell] for cell in row.cells]
    [['8 weeks', '13 weeks', '16 weeks'], []]
    """
    ids = tuple(each.id for each in profiles)
    if not ids or len(set(ids)) < len(ids):
        raise InvalidValue(expected="programs, each once", found=", ".join(ids) or "none")
    stated: dict[tuple[str, str], list[list[ComparedStatement]]] = {}
    labels: dict[tuple[str, str], str] = {}
    for place, profile in enumerate(profiles):
        for keys, statement in statements(profile):
            row, label, unit = _row(str(keys[0]), str(keys[1]), statement)
            labels[row] = label
            cells = stated.setdefault(row, [[] for _ in profiles])
            cells[place].append(_compared(statement, profile, unit))
    order = {section: place for place, section in enumerate(ProgramProfile.model_fields)}
    fields = {row: place for place, (row, _) in enumerate(_fields())}
    rows = sorted(stated, key=lambda row: (order[row[0]], fields.get(row, 0)))
    return Comparison(
        programs=ids,
        names=tuple(each.name for each in profiles),
        rows=tuple(ComparedField(*row, labels[row], tuple(map(tuple, stated[row]))) for row in rows),
        nowhere=tuple(label for row, label in _fields() if row not in stated and not _listed(row, stated)),
    )


def _listed(row: tuple[str, str], stated: dict[tuple[str, str], list[list[ComparedStatement]]]) -> bool:
    return row[1] == "" and any(section == row[0] for section, _ in stated)


def _fields() -> Iterator[tuple[tuple[str, str], str]]:
    """Yield every field a profile may have, with its label; those of lists have no name of their own."""
    for section, info in ProgramProfile.model_fields.items():
        if info.title:
            yield (section, ""), info.title
        elif section_fields := getattr(info.annotation, "model_fields", None):
            for field, inner in section_fields.items():
                if inner.title:
                    yield (section, field), inner.title


def _row(section: str, field: str, statement: Statement) -> tuple[tuple[str, str], str, str]:
    """Return the row a statement belongs in, its label, and the unit of its values."""
    if isinstance(statement, ServiceStatement):
        return (section, statement.value), service(statement.value).label, ""
    if isinstance(statement, MeasureStatement):
        name = statement.instrument or statement.value
        return (section, name), f"Measure: {statement.value}", ""
    if isinstance(statement, ResultStatement | TargetStatement):
        what = "Result" if isinstance(statement, ResultStatement) else "Target"
        return (section, statement.metric), f"{what}: {statement.metric.replace('_', ' ')}", ""
    if section == "lessons":
        return (section, ""), "Lessons", ""
    info = type(ProgramProfile.model_fields[section].default).model_fields[field]
    extra = info.json_schema_extra
    unit = str(extra.get("unit", "")) if isinstance(extra, dict) else ""
    return (section, field), str(info.title), unit


def _compared(statement: Statement, profile: ProgramProfile, unit: str) -> ComparedStatement:
    source = profile.sources[statement.source]
    text = _text(statement, unit)
    return ComparedStatement(
        ("about " if statement.about else "") + text,
        statement.as_of,
        statement.dated,
        source.title,
        source.href,
        statement.status,
        statement.note,
    )


def _text(statement: Statement, unit: str) -> str:
    if isinstance(statement, PeopleStatement | ResultStatement) and statement.hidden:
        return HIDDEN
    if isinstance(statement, ServiceStatement):
        return _service(statement)
    if isinstance(statement, ResultStatement):
        return _result(statement)
    if isinstance(statement, TargetStatement):
        return f"{statement.at.replace('_', ' ')} {number(statement.value)} {statement.unit}"
    if isinstance(statement, MeasureStatement):
        parts = [statement.domain and statement.domain.replace("_", " "), statement.timing]
        return "; ".join(part for part in parts if part) or "in use"
    if isinstance(statement, RoleStatement):
        fte = f" ({number(statement.fte)} full-time)" if statement.fte is not None else ""
        return profession(statement.value).label + fte
    value = getattr(statement, "value", None)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float | Range):
        return f"{number(value)} {unit}".strip()
    named = isinstance(statement, SettingStatement | MechanismStatement)
    return _WORDS.get(str(value), str(value).replace("_", " ")) if named else str(value)


def _service(statement: ServiceStatement) -> str:
    provider = statement.provider and profession(statement.provider).label.lower()
    billable = {None: None, True: "billable", False: "not billable"}[statement.billable]
    parts = [statement.mode, provider, statement.dose, billable]
    return "; ".join(part for part in parts if part) or "offered"


def _result(statement: ResultStatement) -> str:
    parts = []
    if statement.value is not None:
        parts.append(f"{number(statement.value)} {statement.unit or ''}".strip())
    if statement.direction:
        figure = "" if statement.value is not None else ", no figure published"
        parts.append(statement.direction + figure)
    if statement.low is not None and statement.high is not None:
        parts.append(f"interval {number(statement.low)} to {number(statement.high)}")
    parts += [f"SD {number(statement.sd)}"] if statement.sd is not None else []
    parts += [f"n = {number(statement.n)}"] if statement.n is not None else []
    parts += [part for part in (statement.design, statement.period) if part]
    return "; ".join(parts)


def number(value: Number | Range) -> str:
    """Write a number or a range, thousands apart.

    Examples
    --------
    >>> number(18000), number(0.7), number(Range(low=10, high=12))
    ('18,000', '0.7', '10 to 12')
    """
    if isinstance(value, Range):
        return f"{number(value.low)} to {number(value.high)}"
    return f"{value:,}"
