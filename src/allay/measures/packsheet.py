"""Packs as CSV: one row for each answer, for texts that are typed or come from a word processor."""

from __future__ import annotations

from collections.abc import Sequence

from allay.base.errors import InvalidInput, InvalidValue, NotFound, Problem
from allay.base.messages import shown
from allay.base.tables import CsvTable, Readable, read_csv
from allay.measures.catalog import all_instruments
from allay.measures.instrument import Instrument
from allay.measures.items import Item
from allay.measures.pack import Pack, language_tag
from allay.measures.packdraft import DraftAnswer, DraftItem, PackDraft, fit

COLUMNS = ("instrument", "language", "item", "text")
OPTIONAL = ("answer_value", "answer_text", "low", "high", "stem")
HEADINGS = ("_title", "_attribution", "_permission", "_stem")
"""Rows whose text is about the whole pack."""

Row = dict[str, str]


def read_pack_sheet(
    source: Readable,
    *,
    instrument: Instrument | None = None,
    language: str | None = None,
    permission: str = "",
    attribution: str = "",
    instruments: Sequence[Instrument] | None = None,
    name: str | None = None,
) -> Pack:
    """Read a pack from a CSV file and check it against the definition of its instrument.

    Parameters
    ----------
    source : path or binary stream
        Columns ``instrument, language, item, text``, and as needed ``answer_value, answer_text, low, high,
        stem``. One row for each answer; the text stands in the first row of its item.
    instrument : Instrument, optional
        The definition to check against; by default the one the file names.
    language : str, optional
        Which language to take from a file that has several.
    permission, attribution : str
        Used when the file has no row ``_permission`` or ``_attribution``.
    instruments : sequence of Instrument, optional
        The definitions to choose from; by default the catalog.

    Raises
    ------
    InvalidInput
        Each problem with its line and column.
    NotPermitted
        When the license lets no wording in, or needs a permission that is not stated.

    Examples
    --------
    >>> import io
    >>> rows = b"instrument,language,item,text,low,high\\npeg,en,peg_1,How bad?,No pain,\\n"
    >>> read_pack_sheet(io.BytesIO(rows), name="peg.csv")
    Traceback (most recent call last):
    allay.base.errors.InvalidInput: peg.csv:1: item: expected the item peg_2 (LOINC 91145-3) of peg@1.0.0, ...
    """
    table = read_csv(source, columns=COLUMNS, optional=OPTIONAL, others="refuse", minimum_rows=1, name=name)
    rows = [{key: (value or "").strip() for key, value in row.items()} for row in table.frame.to_dicts()]
    known = all_instruments() if instruments is None else instruments
    problems: list[Problem] = []
    chosen = _one_instrument(table, rows, instrument, known, problems)
    tag = _one_language(table, rows, language, problems)
    if chosen is None or tag is None:
        raise InvalidInput(problems)
    numbers = [number for number, row in enumerate(rows) if _same(row["language"] or tag, tag)]
    headings = _headings(table, rows, numbers, problems)
    items = _items(table, rows, numbers, chosen, problems)
    return fit(
        PackDraft(
            name=table.name,
            instrument=chosen,
            language=tag,
            title=headings.get("_title") or table.name,
            attribution=headings.get("_attribution") or attribution,
            permission=headings.get("_permission") or permission,
            stem=headings.get("_stem", ""),
            items=tuple(items),
            top=("1", "item"),
            problems=tuple(problems),
        )
    )


def _one_instrument(
    table: CsvTable,
    rows: Sequence[Row],
    wanted: Instrument | None,
    known: Sequence[Instrument],
    problems: list[Problem],
) -> Instrument | None:
    first = next((row["instrument"] for row in rows if row["instrument"]), "")
    chosen = wanted
    if chosen is None:
        named = [each for each in known if first in (each.id, each.reference)]
        chosen = named[0] if len(named) == 1 else None
        if chosen is None:
            said = str(NotFound.among("instrument", first, known=[each.reference for each in named or known]))
            problems.append(table.problem(0, "instrument", expected="the id of one instrument", found=said))
            return None
    names = ("", chosen.id, chosen.reference)
    problems += [
        table.problem(number, "instrument", expected=f"{chosen.id}, one instrument a file")
        for number, row in enumerate(rows)
        if row["instrument"] not in names
    ]
    return chosen


def _one_language(
    table: CsvTable, rows: Sequence[Row], wanted: str | None, problems: list[Problem]
) -> str | None:
    found: dict[str, None] = {}
    for number, row in enumerate(rows):
        try:
            if row["language"]:
                found[language_tag(row["language"])] = None
        except InvalidValue as wrong:
            problems.append(table.problem(number, "language", expected=wrong.expected, found=wrong.found))
            return None
    listed = ", ".join(found) or "none"
    if wanted is not None:
        tag = language_tag(wanted)
        if tag in found:
            return tag
        problems.append(table.problem(0, "language", expected=f"rows in {tag}", found=listed))
        return None
    if len(found) != 1:
        expected = "one language, or --language to say which"
        problems.append(table.problem(0, "language", expected=expected, found=listed))
        return None
    return next(iter(found))


def _same(given: str, tag: str) -> bool:
    return language_tag(given) == tag


def _headings(
    table: CsvTable, rows: Sequence[Row], numbers: Sequence[int], problems: list[Problem]
) -> dict[str, str]:
    found: dict[str, str] = {}
    for number in numbers:
        key, text = rows[number]["item"], rows[number]["text"]
        if not key.startswith("_"):
            continue
        if key not in HEADINGS:
            problems.append(
                table.problem(number, "item", expected=f"an item id, or one of {', '.join(HEADINGS)}")
            )
        elif key in found:
            problems.append(table.problem(number, "item", expected=f"{key} once", found="it again"))
        elif not text:
            problems.append(table.problem(number, "text", expected=f"the text of {key}"))
        else:
            found[key] = text
    return found


def _items(
    table: CsvTable,
    rows: Sequence[Row],
    numbers: Sequence[int],
    instrument: Instrument,
    problems: list[Problem],
) -> list[DraftItem]:
    codes = {str(item.loinc): item.id for item in instrument.items if item.loinc}
    groups: dict[str, list[int]] = {}
    for number in numbers:
        key = rows[number]["item"]
        if not key:
            problems.append(table.problem(number, "item", expected="an item id in every row"))
        elif not key.startswith("_"):
            groups.setdefault(codes.get(key, key), []).append(number)
    return [_item(table, rows, numbers, item, instrument, problems) for item, numbers in groups.items()]


def _item(
    table: CsvTable,
    rows: Sequence[Row],
    numbers: Sequence[int],
    item_id: str,
    instrument: Instrument,
    problems: list[Problem],
) -> DraftItem:
    first = numbers[0]
    texts = {}
    for column in ("text", "low", "high", "stem"):
        given = [number for number in numbers if rows[number].get(column)]
        texts[column] = rows[given[0]][column] if given else ""
        problems += [
            table.problem(number, column, expected=f"one {column} for all rows of an item")
            for number in given[1:]
            if rows[number][column] != texts[column]
        ]
    if texts["stem"] not in ("", "yes", "no"):
        problems.append(table.problem(first, "stem", expected="yes, no or blank"))
    item = instrument.item(item_id) if item_id in instrument.item_ids else None
    answers = [
        _answer(table, rows[number], number, item, problems)
        for number in numbers
        if rows[number].get("answer_value") or rows[number].get("answer_text")
    ]
    return DraftItem(
        id=item_id,
        text=texts["text"],
        answers=tuple(answers),
        at=str(table.lines[first]),
        field="item" if item is None else "text",
        low=texts["low"],
        high=texts["high"],
        with_stem=texts["stem"] != "no",
        numbers=not answers,
    )


def _answer(
    table: CsvTable, row: Row, number: int, item: Item | None, problems: list[Problem]
) -> DraftAnswer:
    text = row.get("answer_value", "")
    value = int(text) if text.isascii() and text.isdigit() and len(text) <= 3 else None
    if value is None and item is not None:
        value = item.value_of(text)
        if value is None:
            column = "answer_value" if "answer_value" in table.columns else "answer_text"
            expected = f"the value or LOINC code of an answer to {item.id}"
            problems.append(
                table.problem(number, column, expected=expected, found=shown(text) if text else "nothing")
            )
    return DraftAnswer(value, row.get("answer_text", ""), str(table.lines[number]), "answer_text")
