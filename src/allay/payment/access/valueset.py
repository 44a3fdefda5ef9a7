"""Value sets of qualifying diagnoses: read from a file of your own, never shipped, each with its version."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from allay.base.codes import Icd10cm
from allay.base.errors import InvalidInput, InvalidValue, NotFound, Problem
from allay.base.tables import Readable, Strict, read_json

ICD_10_CM = "http://hl7.org/fhir/sid/icd-10-cm"
Text = Annotated[str, Field(min_length=1)]


class TrackCodes(Strict):
    """The codes of one track."""

    valueSet: Text  # noqa: N815
    count: int
    codes: Annotated[tuple[Text, ...], Field(min_length=1)]


class ValueSetFile(Strict):
    """A file of qualifying diagnoses: system, version, and the codes of each track with their count."""

    system: Text
    valueSetVersion: Text  # noqa: N815
    tracks: Annotated[dict[str, TrackCodes], Field(min_length=1)]


@dataclass(frozen=True, slots=True)
class ValueSet:
    """The qualifying diagnoses of one track, of one version.

    Examples
    --------
    >>> made_up = ValueSet("https://example.org/msk", "0.0.1", frozenset({"M54.50"}))
    >>> "M54.50" in made_up, "M5450" in made_up, "M54.5" in made_up
    (True, True, False)
    """

    url: str
    version: str
    codes: frozenset[str]

    def __contains__(self, code: object) -> bool:
        return isinstance(code, str) and Icd10cm(code).value in self.codes

    @property
    def reference(self) -> str:
        """Address and version."""
        return f"{self.url}|{self.version}"


def read_value_set(source: Readable, *, track: str = "msk", name: str | None = None) -> ValueSet:
    """Read the diagnoses of a track.

    Parameters
    ----------
    source : path or binary stream
        JSON of the shape of `ValueSetFile`.

    Raises
    ------
    InvalidInput
        Another code system, a count that is not that of the codes, a code that is none, one twice, no such
        track.

    Examples
    --------
    >>> import io
    >>> text = b'''{"system": "http://hl7.org/fhir/sid/icd-10-cm", "valueSetVersion": "0.0.1",
    ...   "tracks": {"MSK": {"valueSet": "https://example.org/msk", "count": 1, "codes": ["M54.50"]}}}'''
    >>> read_value_set(io.BytesIO(text), name="codes.json").reference
    'https://example.org/msk|0.0.1'
    """
    content = read_json(source, ValueSetFile, name=name)
    label = name or str(getattr(source, "name", source))
    problems = []
    if content.system != ICD_10_CM:
        problems.append(Problem(label, "/system", "system", ICD_10_CM, repr(content.system)))
    key = track.upper()
    if key not in content.tracks:
        found = str(NotFound.among("track", key, known=content.tracks))
        problems.append(Problem(label, "/tracks", key, "the codes of this track", found))
        raise InvalidInput(problems)
    listed = content.tracks[key]
    at = f"/tracks/{key}"
    if listed.count != len(listed.codes):
        said = f"{len(listed.codes)} codes"
        problems.append(Problem(label, f"{at}/count", "count", f"{listed.count} codes", said))
    codes: set[str] = set()
    for place, text in enumerate(listed.codes):
        where = f"{at}/codes/{place}"
        try:
            code = Icd10cm(text).value
        except InvalidValue as wrong:
            problems.append(Problem(label, where, str(place), wrong.expected, wrong.found))
            continue
        if code in codes:
            problems.append(Problem(label, where, str(place), "each code once", repr(text)))
        codes.add(code)
    if problems:
        raise InvalidInput(problems)
    return ValueSet(listed.valueSet, content.valueSetVersion, frozenset(codes))
