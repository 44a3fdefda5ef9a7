"""What taking in a sheet would do, row by row: make a person, add to a known one, or leave it out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError

from allay.base.errors import InvalidInput, Problem
from allay_web.enrolment.queries import undecided_of
from allay_web.enrolment.sheet import SheetRow
from allay_web.people import queries as people
from allay_web.people.duplicates import Likeness, Register

if TYPE_CHECKING:
    from allay_web.access.actor import Actor
    from allay_web.access.models import Program
    from allay_web.people.models import Patient

NEW, SKIP = "new", "skip"
# Each row to be decided is a field of the form, of which Django takes a thousand.
MOST_TO_DECIDE = 900
WORDS_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Option:
    """One thing that may be done with a row."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """A row, whom it resembles, what may be done with it and what will be unless somebody chooses.

    `default` is blank where a person must choose.
    """

    row: SheetRow
    why: str = ""
    options: tuple[Option, ...] = (Option(NEW, "A new person"),)
    default: str = NEW

    @property
    def to_decide(self) -> bool:
        """Whether there is anything to choose."""
        return len(self.options) > 1


def plan(program: Program, rows: Sequence[SheetRow], *, name: str, by: Actor) -> list[PlannedRow]:
    """Compare every row with the patients of the program and with the rows before it.

    Raises
    ------
    InvalidInput
        More rows resemble somebody than can be decided on one page.
    """
    known = people.register(program, by=by)
    matches = {row.line: known.matches(row.identity)[:WORDS_SHOWN] for row in rows}
    found = people.by_ids(program, ids={match.id for near in matches.values() for match in near}, by=by)
    undecided = undecided_of(program, patients=found)
    in_file = Register()
    planned = []
    for row in rows:
        near = [
            (found[match.id], match.likeness, undecided.get(match.id))
            for match in matches[row.line]
            if match.id in found
        ]
        twins = in_file.matches(row.identity)[:1]
        in_file.add(row.line, row.identity)
        twin = (twins[0].id, twins[0].likeness) if twins else None
        planned.append(_planned(row, near, twin) if near or twin else PlannedRow(row))
    deciding = sum(row.to_decide for row in planned)
    if deciding > MOST_TO_DECIDE:
        raise InvalidInput(
            Problem(
                name,
                "1",
                "(file)",
                f"at most {MOST_TO_DECIDE} rows that resemble somebody",
                f"{deciding:,}; was this sheet taken in before? If not, split it",
            )
        )
    return planned


def _planned(
    row: SheetRow,
    near: Sequence[tuple[Patient, Likeness, object]],
    twin: tuple[int, Likeness] | None,
) -> PlannedRow:
    why, options, default = [], [Option(NEW, "A new person")], ""
    for patient, likeness, referral in near:
        about = f"{patient.name}{_born(patient.birth_date)}{_known_by(patient)}"
        if referral is None:
            why.append(f"{likeness.value}: {about}.")
            options.append(Option(f"same:{patient.pk}", f"Same person as {about}: add the referral there"))
            default = default or (f"same:{patient.pk}" if likeness.sure else "")
        else:
            why.append(f"{likeness.value}: {about}, who has an undecided referral.")
            default = default or (SKIP if likeness.sure else "")
    if twin is not None:
        line, likeness = twin
        why.append(f"{likeness.value} as row {line} of this sheet.")
        default = SKIP if likeness.sure else default
    options.append(Option(SKIP, "Leave this row out"))
    return PlannedRow(row, " ".join(why), tuple(options), default)


def _known_by(patient: Patient) -> str:
    """What tells two records of one name and birth date apart."""
    if patient.record_number:
        return f", record {patient.record_number}"
    return f", {patient.phone}" if patient.phone else ""


def _born(birth_date: date | None) -> str:
    return f", born {birth_date:%b} {birth_date.day}, {birth_date.year}" if birth_date else ""


def decided(planned: Sequence[PlannedRow], choices: Mapping[int, str]) -> dict[int, str]:
    """What is done with each row, by line.

    Raises
    ------
    ValidationError
        Rows without a choice, a choice a row does not offer, or two rows for one person.
    """
    chosen: dict[int, str] = {}
    taken: dict[str, int] = {}
    wrong = []
    for item in planned:
        line = item.row.line
        choice = choices.get(line) or item.default
        if choice not in {option.value for option in item.options}:
            wrong.append(f"Row {line} ({item.row.name}): choose whether this is a new person.")
        elif choice in taken and choice not in {NEW, SKIP}:
            wrong.append(f"Rows {taken[choice]} and {line} are for one person; leave one of them out.")
        chosen[line] = choice
        taken.setdefault(choice, line)
    if wrong:
        raise ValidationError(wrong)
    return chosen
