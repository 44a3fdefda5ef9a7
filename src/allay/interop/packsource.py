"""A pack from whatever holds one: a FHIR Questionnaire, our CSV, or a pack file."""

from __future__ import annotations

import io

from allay.base.errors import InvalidInput, Problem
from allay.base.messages import shown
from allay.base.sources import Readable, read_bytes, text_bytes
from allay.base.trees import parse_json
from allay.interop.questionnaire import read_questionnaire
from allay.measures.catalog import get
from allay.measures.instrument import Instrument
from allay.measures.pack import Pack
from allay.measures.packfile import read_pack
from allay.measures.packsheet import read_pack_sheet


def load_pack(
    source: Readable,
    *,
    instrument: Instrument | None = None,
    language: str | None = None,
    permission: str = "",
    attribution: str = "",
    name: str | None = None,
) -> tuple[Pack, Instrument]:
    """Read a pack from a FHIR Questionnaire, a CSV file or a pack file, and the definition it fits.

    What starts with a bracket is JSON: with a ``resourceType`` a FHIR resource, else a pack file. All else is
    CSV. The other parameters are those of `read_questionnaire`; a pack file says all of it itself.

    Raises
    ------
    InvalidInput
        Each place that does not fit.
    NotPermitted
        When the license lets no wording in, or needs a permission that is not stated.

    Examples
    --------
    >>> load_pack(io.BytesIO(b'{"resourceType": "Patient"}'), name="p.json")
    Traceback (most recent call last):
    allay.base.errors.InvalidInput: p.json:/resourceType: resourceType: expected a Questionnaire, ...
    """
    data, label = read_bytes(source, name=name)
    stream = io.BytesIO(data)
    read = read_pack_sheet
    if data.removeprefix(b"\xef\xbb\xbf").lstrip().startswith((b"{", b"[")):
        kind = _resource_type(data, label)
        if kind is None:
            pack = read_pack(stream, name=label, instrument=instrument)
            return pack, instrument or _definition(pack)
        if kind != "Questionnaire":
            expected = "a Questionnaire, a CSV file or a pack"
            raise InvalidInput(Problem(label, "/resourceType", "resourceType", expected, shown(kind)))
        read = read_questionnaire
    pack = read(
        stream,
        instrument=instrument,
        language=language,
        permission=permission,
        attribution=attribution,
        name=label,
    )
    return pack, instrument or _definition(pack)


def _definition(pack: Pack) -> Instrument:
    return get(pack.reference)


def _resource_type(data: bytes, name: str) -> object:
    """Return what a FHIR resource says it is; None for a mapping that says nothing, as a pack file does."""
    tree = parse_json(text_bytes(data, name=name), name=name).tree
    return tree.get("resourceType") if isinstance(tree, dict) else tree
