"""What an imported file holds, in words: who wrote it, what was read, and what was not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from allay.base.disclosure import RULE, largest_hidden
from allay.programs.repository.profile import statements
from allay.programs.repository.reading import SharedProgram
from allay.programs.repository.small import is_small


def summary_text(shared: SharedProgram) -> str:
    """Say what was read.

    Examples
    --------
    >>> import datetime as dt
    >>> from allay.programs.repository.export import export_program
    >>> from allay.programs.repository.profile import ProgramProfile
    >>> ours = ProgramProfile(id="ours", recorded_on=dt.date(2026, 1, 31), sources={})
    >>> print(summary_text(SharedProgram(export_program(ours).file, (), False)))
    ours: ours
    as of 2026-01-31, written by Allay ... in version 1.0 of the format
    read: nothing (statements)
    """
    file = shared.file
    program = file.program
    lines = [
        f"{program.id}: {program.name}",
        f"as of {file.created_as_of}, written by Allay {file.allay_version} in version {file.format_version} "
        "of the format",
    ]
    counted = Counter(str(keys[0]).replace("_", " ") for keys, _ in statements(program))
    read = ", ".join(f"{section} {count}" for section, count in counted.items())
    lines.append(f"read: {read or 'nothing'} (statements)")
    if program.sources:
        lines.append(f"sources: {len(program.sources)}")
    for table in file.counts:
        hidden = sum(count is None for row in table.counts for count in row)
        lines.append(
            f"counts: {table.step.replace('_', ' ')} by {table.dimension}, {table.periods[0]} to "
            f"{table.periods[-1]}, {hidden} of {sum(map(len, table.counts))} hidden"
        )
    return "\n".join(lines)


def warnings(shared: SharedProgram) -> Iterator[str]:
    """Yield what whoever imports a file should know: what was not read, small counts, another rule.

    Examples
    --------
    >>> import datetime as dt
    >>> from allay.programs.repository.export import export_program
    >>> from allay.programs.repository.profile import ProgramProfile
    >>> ours = ProgramProfile(id="ours", recorded_on=dt.date(2026, 1, 31), sources={})
    >>> list(warnings(SharedProgram(export_program(ours).file, ("/program/mascot",), False)))
    ['not read, and kept under `unread`: /program/mascot']
    """
    if shared.newer:
        yield "written by a newer version; what this one does not know is kept under `unread`"
    yield from (f"not read, and kept under `unread`: {pointer}" for pointer in shared.unread)
    small = sum(is_small(count) for table in shared.file.counts for row in table.counts for count in row)
    if small:
        yield f"{small} counts of 1 to {largest_hidden()} are shown in it; do not pass it on"
    if shared.file.counts and not any(fact.startswith(f"{RULE}@") for fact in shared.file.facts):
        yield f"does not name the rule by which small counts are hidden ({RULE})"
