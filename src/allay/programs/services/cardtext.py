"""Card text: a service for reading; everything that is not verified names its status."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from textwrap import wrap

from allay.base.vocabulary import profession
from allay.programs.services.definition import ComponentRule, ServiceDefinition
from allay.programs.services.provenance import Provenance, marked
from allay.programs.services.tidier import ITEMS

WIDTH = 100
_LEFT = 20
UNKNOWN_HARMS = "unknown: nobody has looked for this definition, which is not the same as none"


def service_text(service: ServiceDefinition) -> str:
    """Write a service for reading.

    Examples
    --------
    >>> from allay.programs.services.catalog import get
    >>> print(service_text(get("reiki")).splitlines()[0])
    reiki@1.0.0  Reiki
    """
    lines = [f"{service.reference}  {service.label}"]
    lines += _entry("modality", marked(service.modality.text, service.modality.provenance))
    described = service.description
    lines += _entry("described", f"{described.filled} of {len(ITEMS)} TIDieR items")
    for item in ITEMS:
        filled = described.items.get(item)
        blank = "not yet" if item in described.not_yet else "not filled"
        text = marked(filled.text, filled.provenance) if filled else blank
        lines += _entry(f"  {item.replace('_', ' ')}", text)
    lines += ["", "practice (not law: who may deliver and bill is a question of coverage)"]
    names = [profession(each).label for each in service.providers.values]
    lines += _entry("  providers", marked("; ".join(names), service.providers.provenance))
    lines += _entry("  formats", marked(", ".join(service.formats.values), service.formats.provenance))
    lines += _entry("  settings", marked(", ".join(service.settings.values), service.settings.provenance))
    fit = service.telehealth
    lines += _entry("  telehealth", marked(f"suits it {fit.suits}: {fit.reason}", fit.provenance))
    doses = [marked(f"{dose.text} ({dose.of})", dose.provenance) for dose in service.doses]
    lines += _entries("  dose", doses or ["none published that we have seen"])
    harms = [marked(harm.text, harm.provenance) for harm in service.harms]
    lines += _entries("  harms", harms or [UNKNOWN_HARMS])
    lines += ["", "a session counts as this service when"]
    for rule in session_rules(service):
        lines += _entry("  -", marked(rule[0], rule[1]), left=4)
    lines += ["", "components"]
    for key, said in service.components.items():
        lines += _entry(f"  {key}", marked(said.text, said.provenance), left=24)
    lines += ["", "codes (our labels; whether one is paid is a question of coverage)"]
    for code in service.codes:
        lines += _entry(f"  {code.system} {code.code}", marked(code.label, code.provenance), left=24)
    if not service.codes:
        lines.append("  none recorded")
    if service.notes:
        lines += ["", "notes", *(f"  {marked(note.text, note.provenance)}" for note in service.notes)]
    lines += ["", "sources", *_sources(service)]
    return "\n".join(lines)


def session_rules(service: ServiceDefinition) -> tuple[tuple[str, Provenance], ...]:
    """Return the rules of the operational test in words, each with what it rests on.

    Examples
    --------
    >>> from allay.programs.services.catalog import get
    >>> [words for words, _ in session_rules(get("massage"))][-2:]
    ['it holds soft_tissue_work', 'it holds at least 1 of areas_agreed, response_noted']
    """
    rules = [
        ("one of its providers delivered it", service.providers.provenance),
        (f"its format is {_either(service.formats.values)}", service.formats.provenance),
        (f"its setting is {_either(service.settings.values)}", service.settings.provenance),
    ]
    if service.minutes:
        rules.append((f"it lasted {service.minutes.text} minutes", service.minutes.provenance))
    if service.group_size:
        rules.append((f"a group had {service.group_size.text} participants", service.group_size.provenance))
    return (*rules, *((_component(rule), rule.provenance) for rule in service.needed))


def _component(rule: ComponentRule) -> str:
    if len(rule.of) == 1:
        return f"it holds {rule.of[0]}"
    return f"it holds at least {rule.at_least} of {', '.join(rule.of)}"


def _either(values: Iterable[str]) -> str:
    return " or ".join(value.replace("_", " ") for value in values)


def provenances(service: ServiceDefinition) -> Iterator[Provenance]:
    """Yield what every part of a definition rests on, once for each part."""
    yield service.modality.provenance
    for allowed in (service.providers, service.formats, service.settings):
        yield allowed.provenance
    yield service.telehealth.provenance
    for texts in (service.description.items.values(), service.components.values()):
        yield from (said.provenance for said in texts)
    yield from (said.provenance for said in (*service.harms, *service.notes))
    yield from (dose.provenance for dose in service.doses)
    yield from (code.provenance for code in service.codes)
    yield from (rule[1] for rule in session_rules(service))


def _sources(service: ServiceDefinition) -> list[str]:
    titles = {each.source: each.reference for each in provenances(service)}
    return [
        f"  {key}: {reference.title}" + (f" {reference.href}" if reference.href else "")
        for key, reference in titles.items()
    ]


def _entry(name: str, text: str, *, left: int = _LEFT) -> list[str]:
    first, *rest = wrap(text, WIDTH - left) or [""]
    head = name.ljust(left) if len(name) < left else f"{name}  "
    return [head + first, *(" " * left + line for line in rest)]


def _entries(name: str, texts: Iterable[str]) -> list[str]:
    lines: list[str] = []
    for text in texts:
        lines += _entry("" if lines else name, text)
    return lines
