"""A program shares itself: its profile without small counts, its tables protected, as one file."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import allay
from allay.base.disclosure import RULE, largest_hidden
from allay.base.errors import InvalidInput, Problem
from allay.base.facts import load_facts
from allay.base.trees import ParsedTree, pointer_to
from allay.programs.repository.counts import CountSheet
from allay.programs.repository.exchange import FORMAT, FORMAT_VERSION, CountTable, ExchangeFile
from allay.programs.repository.personal import personal
from allay.programs.repository.profile import ProgramProfile
from allay.programs.repository.reading import is_shared, profile_document, shared_from
from allay.programs.repository.small import is_small, without_small_counts
from allay.programs.repository.statement import Open
from allay.programs.repository.unread import UNREAD, lift

_FACTS = files("allay.base") / "data" / "facts"


@dataclass(frozen=True, slots=True)
class ProgramExport:
    """What is shared, and what was held back.

    Attributes
    ----------
    file : ExchangeFile
    hidden : tuple of str
        JSON pointers of the statements whose small counts were hidden.
    exposed : tuple of str
        Small counts that can be worked out with the files shared before.
    """

    file: ExchangeFile
    hidden: tuple[str, ...]
    exposed: tuple[str, ...]


def export_program(
    profile: ProgramProfile,
    *,
    as_of: dt.date | None = None,
    counts: CountSheet | None = None,
    earlier: Sequence[Sequence[CountTable]] = (),
) -> ProgramExport:
    """Make the file in which a program shares itself.

    Parameters
    ----------
    profile : ProgramProfile
    as_of : date, optional
        The day the file speaks for; by default the day the profile was recorded.
    counts : CountSheet, optional
    earlier : sequence of the tables of files shared before, oldest first
        So that the difference of two releases gives no small count away.

    Examples
    --------
    >>> ours = ProgramProfile(id="ours", recorded_on=dt.date(2026, 1, 31), sources={})
    >>> export_program(ours).file.created_as_of.isoformat()
    '2026-01-31'
    """
    # Imported late: the solver takes longer to import than the rest, and only counts need it.
    from allay.programs.repository.protection import protected

    shared, hidden = without_small_counts(profile)
    tables = protected(counts, earlier=earlier) if counts else None
    return ProgramExport(
        ExchangeFile(
            format=FORMAT,
            format_version=FORMAT_VERSION,
            allay_version=allay.__version__,
            created_as_of=as_of or profile.recorded_on,
            facts=(load_facts(_FACTS).get(RULE).latest.version,),
            program=shared,
            counts=tables.tables if tables else (),
        ),
        hidden,
        tables.exposed if tables else (),
    )


def own_profile(label: str, parsed: ParsedTree) -> ProgramProfile:
    """Check a parsed profile for sharing: strictly, and without texts that may identify a person.

    Raises
    ------
    InvalidInput
        As `allay.programs.repository.reading.read_profile`, and for such texts.
    """
    document = profile_document(label, parsed)
    if any(True for _ in _unread_blocks(parsed.tree)):
        expected = "only what this version reads, in a profile of one's own"
        raise InvalidInput(
            document.problem(*keys, expected=expected, found="a key `unread`")
            for keys in _unread_blocks(parsed.tree)
        )
    found = [
        document.problem(*keys, expected="nothing that names a person", found=f"what looks like {looks}")
        for keys, looks in personal(parsed.tree)
    ]
    if found:
        raise InvalidInput(found)
    return document.value


def passed_on(label: str, parsed: ParsedTree) -> ProgramExport:
    """Share a file that came from another program again: as it is, with what was not read in its place.

    Raises
    ------
    InvalidInput
        Where its tables show counts that must be hidden.
    """
    shared = shared_from(label, parsed)
    expected = f"counts of 1 to {largest_hidden()} to be hidden (null)"
    problems = [
        Problem(label, pointer_to("counts", table, "counts", row, column), str(column), expected, str(count))
        for table, each in enumerate(shared.file.counts)
        for row, line in enumerate(each.counts)
        for column, count in enumerate(line)
        if is_small(count)
    ]
    if problems:
        raise InvalidInput(problems)
    program, hidden = without_small_counts(shared.file.program)
    return ProgramExport(shared.file.model_copy(update={"program": program}), hidden, ())


def exported(
    label: str,
    parsed: ParsedTree,
    *,
    as_of: dt.date | None = None,
    counts: CountSheet | None = None,
    earlier: Sequence[Sequence[CountTable]] = (),
) -> ProgramExport:
    """Export a parsed file: a profile by `export_program`, the file of another program by `passed_on`."""
    if not is_shared(parsed):
        profile = own_profile(label, parsed)
        return export_program(profile, as_of=as_of, counts=counts, earlier=earlier)
    if counts or earlier or as_of:
        found = "a file that a program exported"
        expected = "a profile, where counts, earlier files or a day are given"
        raise InvalidInput(Problem(label, "/format", "format", expected, found))
    return passed_on(label, parsed)


def exchange_text(file: ExchangeFile) -> str:
    """Write a file for others: what this version did not read stands in its place again.

    Examples
    --------
    >>> ours = ProgramProfile(id="ours", recorded_on=dt.date(2026, 1, 31), sources={})
    >>> exchange_text(export_program(ours).file).splitlines()[1]
    '  "format": "allay-program",'
    """
    return json.dumps(lift(_tree(file), ExchangeFile), indent=2, ensure_ascii=False, allow_nan=False)


def kept_text(file: ExchangeFile) -> str:
    """Write a file as this version reads it, with the rest under `unread`.

    Examples
    --------
    >>> ours = ProgramProfile(id="ours", recorded_on=dt.date(2026, 1, 31), sources={})
    >>> ours = ours.model_copy(update={"unread": {"mascot": "an owl"}})
    >>> '"unread"' in kept_text(export_program(ours).file)
    True
    """
    return json.dumps(_tree(file), indent=2, ensure_ascii=False, allow_nan=False)


def _tree(model: Open) -> Any:
    return model.model_dump(mode="json", exclude_defaults=True)


def _unread_blocks(tree: Any, *keys: str | int) -> Any:
    if isinstance(tree, dict):
        for key, value in tree.items():
            if key == UNREAD:
                yield (*keys, key)
            else:
                yield from _unread_blocks(value, *keys, key)
    elif isinstance(tree, list):
        for place, value in enumerate(tree):
            yield from _unread_blocks(value, *keys, place)
