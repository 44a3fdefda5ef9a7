"""Packs: the official text of an instrument in one language, brought by whoever may use it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from functools import reduce
from typing import Any

from allay.base.errors import InvalidValue, NotPermitted
from allay.measures.instrument import Instrument
from allay.measures.wording import Wording

SOURCE = "pack"
"""What `Wording.source` says of a text that came in a pack: the pack's own title says where it is from."""

_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z]{4})?(-([A-Za-z]{2}|[0-9]{3}))?(-[A-Za-z0-9]{4,8})*")


def language_tag(text: str) -> str:
    """Return a language tag (BCP 47) in its usual letters.

    Raises
    ------
    InvalidValue
        When it is none.

    Examples
    --------
    >>> language_tag("ES-us"), language_tag("zh-hant")
    ('es-US', 'zh-Hant')
    """
    if not _TAG.fullmatch(text):
        raise InvalidValue(expected="a language as BCP 47 writes it, such as en or es-US", found=repr(text))
    first, *rest = text.split("-")
    return "-".join([first.lower(), *(_usual(part) for part in rest)])


def _usual(part: str) -> str:
    if len(part) == 2:
        return part.upper()
    return part.title() if len(part) == 4 and part.isalpha() else part.lower()


@dataclass(frozen=True, slots=True)
class Pack:
    """The wording of one version of one instrument, checked against its definition.

    Attributes
    ----------
    instrument, version : str
        The definition it was checked against.
    title : str
        What the text was taken from.
    permission : str
        Who permits its use, to whom and how; empty where the license asks for none.
    wording : Wording
        Texts, stem, answer labels and attribution in one language.
    notes : tuple of str
        What a reader of the pack must know, such as questions that were left out.

    Examples
    --------
    >>> from allay.measures.catalog import get
    >>> pack = Pack("phq9", "1.0.0", "PHQ-9 form", "", get("phq9").wording_for("en"))
    >>> pack.reference, pack.language
    ('phq9@1.0.0', 'en')
    """

    instrument: str
    version: str
    title: str
    permission: str
    wording: Wording
    notes: tuple[str, ...] = field(default=(), compare=False)

    def __post_init__(self) -> None:
        if not self.title.strip():
            raise InvalidValue(expected="a title that says where the text is from", found="nothing")
        language_tag(self.wording.language)

    @property
    def reference(self) -> str:
        """The id of the instrument with its version."""
        return f"{self.instrument}@{self.version}"

    @property
    def language(self) -> str:
        """The language of the text, as BCP 47 writes it."""
        return self.wording.language


@dataclass(frozen=True, slots=True, eq=False)
class PackedInstrument(Instrument):
    """An instrument together with the packs that were loaded for it.

    Its `wording` still says what the license allows Allay to ship; `languages` says what can be shown here.
    """

    packs: Mapping[str, Pack] = field(default_factory=dict)

    def _check_wording(self) -> None:
        for wording in self.wordings.values():
            if tuple(wording.items) != self.item_ids:
                raise InvalidValue(
                    expected=f"a text ({wording.language}) for each item of {self.id}, in their order",
                    found=", ".join(wording.items) or "none",
                )
            for item in self.items:
                if len(wording.answers[item.id]) != len(item.answers):
                    raise InvalidValue(
                        expected=f"{len(item.answers)} answer labels for {item.id}",
                        found=str(len(wording.answers[item.id])),
                    )

    def _sources_named(self) -> list[str]:
        # Two-argument form: a dataclass with slots is made twice, and plain super() knows only the first.
        return [name for name in super(PackedInstrument, self)._sources_named() if name != SOURCE]


def check_permitted(instrument: Instrument, *, permission: str) -> None:
    """Refuse wording that the license of an instrument does not let in.

    Raises
    ------
    NotPermitted
        When only scores of the instrument may be imported, or permission is needed and none is stated.

    Examples
    --------
    >>> from allay.measures.catalog import get
    >>> check_permitted(get("promis29"), permission=" ")
    Traceback (most recent call last):
        ...
    allay.base.errors.NotPermitted: the wording of promis29 needs permission (PROMIS terms of use); ...
    """
    if instrument.wording == "import-only":
        raise NotPermitted(
            f"{instrument.id} takes no wording ({instrument.licence.name}); only its scores are imported"
        )
    if instrument.wording == "pack" and not permission.strip():
        raise NotPermitted(
            f"the wording of {instrument.id} needs permission ({instrument.licence.name}); "
            "say who permits its use, to whom and since when"
        )


def with_pack(instrument: Instrument, pack: Pack) -> Instrument:
    """Return the instrument with the wording of a pack beside, or in place of, what it has.

    The text of the pack wins over shipped text of the same language: whoever loads it has asked for it.

    Raises
    ------
    InvalidValue
        When the pack is of another instrument or version, or lacks a text.
    NotPermitted
        As `check_permitted`.

    Examples
    --------
    >>> from dataclasses import replace
    >>> from allay.measures.catalog import get
    >>> german = replace(get("phq9").wording_for("en"), language="de", source="pack")
    >>> with_pack(get("phq9"), Pack("phq9", "1.0.0", "Gesundheitsfragebogen", "", german)).languages
    ('en', 'de')
    """
    if (pack.instrument, pack.version) != (instrument.id, instrument.version):
        raise InvalidValue(expected=f"a pack of {instrument.reference}", found=pack.reference)
    check_permitted(instrument, permission=pack.permission)
    kept: dict[str, Any] = {each.name: getattr(instrument, each.name) for each in fields(instrument)}
    kept["wordings"] = {**instrument.wordings, pack.language: pack.wording}
    kept["packs"] = {**kept.get("packs", {}), pack.language: pack}
    return PackedInstrument(**kept)


def with_packs(instrument: Instrument, packs: Iterable[Pack]) -> Instrument:
    """Return the instrument with those of the packs that are of its id and version.

    Examples
    --------
    >>> from allay.measures.catalog import get
    >>> with_packs(get("phq9"), []) is get("phq9")
    True
    """
    ours = [pack for pack in packs if pack.reference == instrument.reference]
    return reduce(with_pack, ours, instrument)
