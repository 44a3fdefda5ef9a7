"""Pack files: a pack as JSON, whole and checked, and folders of them."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

import allay
from allay.base.errors import InvalidInput, InvalidValue, NotFound, NotPermitted, Problem
from allay.base.tables import Readable, Strict, read_json
from allay.base.trees import pointer_to
from allay.measures.catalog import get
from allay.measures.instrument import Instrument
from allay.measures.pack import Pack, language_tag
from allay.measures.packdraft import DraftAnswer, DraftItem, PackDraft, fit


class PackAnswerEntry(Strict):
    """One answer: its value and its label."""

    value: int
    label: str


class PackItemEntry(Strict):
    """One question; `stem`: whether the stem stands above it; `low`, `high`: the ends of a rating."""

    id: str
    text: str
    stem: bool = True
    low: str = ""
    high: str = ""
    answers: tuple[PackAnswerEntry, ...]


class PackFile(Strict):
    """A pack as `allay measures load-pack` writes it."""

    allay_version: str
    instrument: str
    version: str
    language: str
    title: str
    attribution: str
    permission: str = ""
    stem: str = ""
    items: tuple[PackItemEntry, ...] = Field(min_length=1)
    notes: tuple[str, ...] = ()


def to_file(pack: Pack, instrument: Instrument) -> PackFile:
    """Return the pack in the shape of its file, each label with its value.

    Examples
    --------
    >>> phq9 = get("phq9")
    >>> file = to_file(Pack("phq9", "1.0.0", "PHQ-9", "", phq9.wording_for("en")), phq9)
    >>> file.items[0].answers[3].label, file.items[9].stem
    ('Nearly every day', False)
    """
    wording = pack.wording
    items = []
    for item in instrument.items:
        low, high = wording.anchors.get(item.id, ("", ""))
        answers = tuple(
            PackAnswerEntry(value=answer.value, label=label)
            for answer, label in zip(item.answers, wording.answers[item.id], strict=True)
        )
        stem = item.id not in wording.without_stem
        entry = PackItemEntry(
            id=item.id, text=wording.items[item.id], stem=stem, low=low, high=high, answers=answers
        )
        items.append(entry)
    return PackFile(
        allay_version=allay.__version__,
        instrument=pack.instrument,
        version=pack.version,
        language=pack.language,
        title=pack.title,
        attribution=wording.attribution,
        permission=pack.permission,
        stem=wording.stem,
        items=tuple(items),
        notes=pack.notes,
    )


def read_pack(source: Readable, *, name: str | None = None, instrument: Instrument | None = None) -> Pack:
    """Read a pack file and check it against the definition it names.

    Parameters
    ----------
    source : path or binary stream
    name : str, optional
        What messages call the file.
    instrument : Instrument, optional
        The definition to check against, in place of the one in the catalog.

    Raises
    ------
    InvalidInput
        Naming each place that does not fit.
    NotPermitted
        When the license lets no wording in, or needs a permission that is not stated.

    Examples
    --------
    >>> import io
    >>> read_pack(io.BytesIO(b'{"instrument": "phq9"}'), name="p.json")
    Traceback (most recent call last):
    allay.base.errors.InvalidInput: p.json:/allay_version: allay_version: expected a value for this key, ...
    """
    label = name or (str(source) if isinstance(source, str | Path) else "(stream)")
    file = read_json(source, PackFile, name=label)
    if instrument is None:
        try:
            instrument = get(f"{file.instrument}@{file.version}")
        except NotFound as unknown:
            expected = "the id and version of an instrument in the catalog"
            raise InvalidInput(Problem(label, "/instrument", "instrument", expected, str(unknown))) from None
    elif (file.instrument, file.version) != (instrument.id, instrument.version):
        found = f"{file.instrument}@{file.version}"
        raise InvalidInput(
            Problem(label, "/instrument", "instrument", f"a pack of {instrument.reference}", found)
        )
    problems = []
    try:
        language = language_tag(file.language)
    except InvalidValue as wrong:
        language = file.language
        problems.append(Problem(label, "/language", "language", wrong.expected, wrong.found))
    return fit(
        PackDraft(
            name=label,
            instrument=instrument,
            language=language,
            title=file.title,
            attribution=file.attribution,
            permission=file.permission,
            stem=file.stem,
            items=tuple(_draft(place, entry) for place, entry in enumerate(file.items)),
            top=("/items", "items"),
            problems=tuple(problems),
            notes=file.notes,
        )
    )


def _draft(place: int, entry: PackItemEntry) -> DraftItem:
    answers = tuple(
        DraftAnswer(answer.value, answer.label, pointer_to("items", place, "answers", number), str(number))
        for number, answer in enumerate(entry.answers)
    )
    return DraftItem(
        id=entry.id,
        text=entry.text,
        answers=answers,
        at=pointer_to("items", place),
        field=str(place),
        low=entry.low,
        high=entry.high,
        with_stem=entry.stem,
    )


def load_packs(folder: str | Path) -> tuple[Pack, ...]:
    """Read every pack file (``*.json``) of a folder, in the order of their names.

    Raises
    ------
    InvalidInput
        With the problems of all files; also when two packs hold the same instrument and language.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     load_packs(folder)
    ()
    """
    if not Path(folder).is_dir():
        raise InvalidInput(Problem(str(folder), "-", "(folder)", "a folder of packs", "none of that name"))
    packs: dict[tuple[str, str], Pack] = {}
    problems: list[Problem] = []
    for path in sorted(Path(folder).glob("*.json")):
        try:
            pack = read_pack(path)
        except InvalidInput as invalid:
            problems += invalid.problems
            continue
        except NotPermitted as refused:
            expected = "wording that may be shown"
            problems.append(Problem(str(path), "/permission", "permission", expected, str(refused)))
            continue
        key = (pack.reference, pack.language)
        if key in packs:
            found = f"a second one of {pack.reference} in {pack.language}"
            problems.append(Problem(str(path), "/language", "language", "one pack a language", found))
        packs[key] = pack
    if problems:
        raise InvalidInput(problems)
    return tuple(packs.values())
