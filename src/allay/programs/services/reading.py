"""From the file of a service to its definition; every problem is named with its line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from allay.base.codes import Code, Cpt, Hcpcs, Snomed
from allay.base.documents import Document, read_yaml_document
from allay.base.errors import InvalidInput, InvalidValue, NotFound, Problem
from allay.base.fact import Reference
from allay.base.sources import Readable
from allay.base.status import MARKS, Status
from allay.base.vocabulary import profession_id, service
from allay.programs.services.codelists import CodeList
from allay.programs.services.definition import (
    ComponentRule,
    DoseRange,
    ServiceCode,
    ServiceDefinition,
    TelehealthFit,
)
from allay.programs.services.files import (
    HOUSE,
    BoundsRow,
    CodeRow,
    FromOutside,
    SaidRow,
    ServiceFile,
    ServiceSource,
    Sourced,
)
from allay.programs.services.provenance import AllowedValues, Bounds, Provenance, SourcedText
from allay.programs.services.tidier import ITEMS, LATER, NOT_YET, TidierDescription

Keys = tuple[str | int, ...]
_TYPES: Mapping[str, type[Code]] = {"cpt": Cpt, "hcpcs": Hcpcs, "snomed": Snomed}


def read_service(
    source: Readable,
    *,
    sources: Mapping[str, ServiceSource],
    lists: Mapping[str, CodeList],
    name: str | None = None,
) -> ServiceDefinition:
    """Read one service definition.

    Parameters
    ----------
    source : path or binary stream
        YAML in the form of `ServiceFile`.
    sources : mapping of id to ServiceSource
        What the definition may point to, beside its own.
    lists : mapping of id to CodeList
        The code lists that are held whole.

    Raises
    ------
    InvalidInput
        With every problem: unknown services, professions, sources and components, a status stronger than its
        source, codes of a wrong form or of the wrong system, items that cannot be put off.

    Examples
    --------
    >>> from allay.programs.services.catalog import FOLDER, code_lists, sources
    >>> read_service(FOLDER / "reiki.yaml", sources=sources(), lists=code_lists()).modality.text
    'integrative'
    """
    document = read_yaml_document(source, ServiceFile, name=name)
    reader = _Reader(document, sources, lists)
    definition = reader.definition()
    if reader.problems:
        raise InvalidInput(reader.problems)
    return definition


class _Reader:
    """Builds the parts of a definition and collects what is wrong with them."""

    def __init__(
        self,
        document: Document[ServiceFile],
        sources: Mapping[str, ServiceSource],
        lists: Mapping[str, CodeList],
    ) -> None:
        self.document = document
        self.sources = {**sources, **document.value.sources}
        self.lists = lists
        self.problems: list[Problem] = []
        for key, row in document.value.sources.items():
            if key in sources:
                self.refuse("sources", key, expected="a name no shared source has", found=repr(key))
            if row.seen_as not in MARKS:
                expected = "one of the marks " + ", ".join(MARKS)
                self.refuse("sources", key, "seen_as", expected=expected, found=repr(row.seen_as))

    def refuse(self, *keys: str | int, expected: str, found: str) -> None:
        self.problems.append(self.document.problem(*keys, expected=expected, found=found))

    def definition(self) -> ServiceDefinition:
        file = self.document.value
        try:
            known = service(file.id)
        except NotFound as wrong:
            raise InvalidInput(
                self.document.problem("id", expected="the id of a service", found=str(wrong))
            ) from None
        self.professions(file.providers.values)
        self.agreement()
        described = self.description()
        return ServiceDefinition(
            id=known.id,
            version=file.version,
            label=known.label,
            modality=SourcedText(file.modality.value, self.provenance(file.modality, "modality")),
            description=described,
            providers=AllowedValues(file.providers.values, self.provenance(file.providers, "providers")),
            formats=AllowedValues(file.formats.values, self.provenance(file.formats, "formats")),
            settings=AllowedValues(file.settings.values, self.provenance(file.settings, "settings")),
            telehealth=TelehealthFit(
                file.telehealth.suits, file.telehealth.reason, self.provenance(file.telehealth, "telehealth")
            ),
            doses=tuple(self.doses()),
            harms=tuple(
                SourcedText(row.text, self.provenance(row, "harms", place))
                for place, row in enumerate(file.harms or ())
            ),
            codes=tuple(self.code(row, place) for place, row in enumerate(file.codes)),
            components={key: self.said(said, "components", key) for key, said in file.components.items()},
            minutes=self.bounds(file.session.minutes, "minutes"),
            group_size=self.bounds(file.session.group_size, "group_size"),
            needed=tuple(self.needed()),
            notes=tuple(self.said(said, "notes", place) for place, said in enumerate(file.notes)),
        )

    def provenance(self, row: Sourced | FromOutside, *keys: str | int) -> Provenance:
        """Resolve the source; a status may be weaker than how its source was seen, never stronger."""
        source = self.sources.get(row.source)
        if source is None:
            expected = "one of the sources " + ", ".join(self.sources)
            self.refuse(*keys, "source", expected=expected, found=repr(row.source))
            return Provenance(row.source, Status.UNKNOWN, Reference(row.source, "M"))
        strongest = MARKS.get(source.seen_as, Status.UNKNOWN)
        status = row.status or strongest
        if status.rank < strongest.rank:
            expected = f"at most {strongest}, as its source was seen"
            self.refuse(*keys, "status", expected=expected, found=str(status))
        reference = Reference(source.title, source.seen_as, source.href, source.locator)
        return Provenance(row.source, status, reference)

    def said(self, said: str | SaidRow, *keys: str | int) -> SourcedText:
        if isinstance(said, str):
            return SourcedText(said, self.provenance(SaidRow(text=said, source=HOUSE), *keys))
        return SourcedText(said.text, self.provenance(said, *keys))

    def professions(self, values: Sequence[str]) -> None:
        for place, value in enumerate(values):
            try:
                profession_id(value)
            except NotFound as wrong:
                keys = ("providers", "values", place)
                self.refuse(*keys, expected="the id of a profession", found=str(wrong))

    def agreement(self) -> None:
        """Refuse parts that contradict each other."""
        file = self.document.value
        remote = "telehealth" in file.settings.values
        if remote is (file.telehealth.suits == "not_possible"):
            expected = "telehealth among the settings, or a fit of not_possible, and not both"
            self.refuse("telehealth", "suits", expected=expected, found=file.telehealth.suits)
        if ("group" in file.formats.values) is not (file.session.group_size is not None):
            expected = "a group_size when group is among the formats, and only then"
            found = "none" if file.session.group_size is None else "one"
            self.refuse("session", "group_size", expected=expected, found=found)

    def description(self) -> TidierDescription:
        items: dict[str, SourcedText] = {}
        not_yet = set()
        for item in ITEMS:
            said = getattr(self.document.value.description, item)
            if said is None:
                continue
            if said != NOT_YET:
                items[item] = self.said(said, "description", item)
            elif item in LATER:
                not_yet.add(item)
            else:
                self.refuse("description", item, expected="a text, or null", found=repr(NOT_YET))
        return TidierDescription(items, frozenset(not_yet))

    def doses(self) -> Iterator[DoseRange]:
        for place, row in enumerate(self.document.value.doses):
            provenance = self.provenance(row, "doses", place)
            try:
                yield DoseRange(row.measure, row.low, row.high, row.of, provenance)
            except InvalidValue as wrong:
                self.refuse("doses", place, expected=wrong.expected, found=wrong.found)

    def code(self, row: CodeRow, place: int) -> ServiceCode:
        label = row.label
        try:
            if row.system in self.lists:
                self.lists[row.system].require(row.code)
                label = label or row.code.replace("-", " ").replace("_", " ")
            elif row.system in _TYPES:
                _TYPES[row.system](row.code)
            else:
                self.refuse("codes", place, "system", expected="a known list", found=repr(row.system))
        except InvalidValue as wrong:
            self.refuse("codes", place, "code", expected=wrong.expected, found=wrong.found)
        if not label:
            self.refuse("codes", place, "label", expected="a label of our own", found="nothing")
        return ServiceCode(row.system, row.code, label, self.provenance(row, "codes", place))

    def bounds(self, row: BoundsRow | None, key: str) -> Bounds | None:
        if row is None:
            return None
        provenance = self.provenance(row, "session", key)
        try:
            return Bounds(row.low, row.high, provenance)
        except InvalidValue as wrong:
            self.refuse("session", key, expected=wrong.expected, found=wrong.found)
            return None

    def needed(self) -> Iterator[ComponentRule]:
        session = self.document.value.session
        if isinstance(session.required, tuple):
            values, provenance = session.required, self.provenance(SaidRow(text="-"), "session", "required")
        else:
            values, provenance = (
                session.required.values,
                self.provenance(session.required, "session", "required"),
            )
        self.components(values, "session", "required")
        yield from (ComponentRule((value,), 1, provenance) for value in values)
        for place, row in enumerate(session.any_of):
            keys: Keys = ("session", "any_of", place)
            self.components(row.of, *keys, "of")
            try:
                yield ComponentRule(row.of, row.at_least, self.provenance(row, *keys))
            except InvalidValue as wrong:
                self.refuse(*keys, expected=wrong.expected, found=wrong.found)

    def components(self, values: Sequence[str], *keys: str | int) -> None:
        known = self.document.value.components
        for place, value in enumerate(values):
            if value not in known:
                expected = "one of the components " + ", ".join(known)
                self.refuse(*keys, place, expected=expected, found=repr(value))
