"""Reading an analysis strictly: whatever names a case, category or coder that is not there is refused."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence

from allay.base.documents import Document, read_yaml_document
from allay.base.errors import InvalidInput, Problem
from allay.base.messages import shown
from allay.base.sources import Readable
from allay.consensus.themes.coding_agreement import ALL
from allay.consensus.themes.file import Domain, ThemesFile
from allay.consensus.themes.labels import label_rules

Path = tuple[str | int, ...]


def read_themes(source: Readable, *, name: str | None = None) -> ThemesFile:
    """Read an analysis, and refuse what contradicts itself.

    Parameters
    ----------
    source : path or binary stream
        YAML, in the shape of `ThemesFile`.
    name : str, optional
        What messages call the file.

    Raises
    ------
    InvalidInput
        With every problem and its line: wrong shapes; cases, coders, domains, categories that are not there;
        the same judgment or settlement twice; a domain without core ideas and categories; judgments on a
        case that was not asked; a discussion where coders did not differ.

    Notes
    -----
    Time grows with the judgments.

    Examples
    --------
    >>> import io
    >>> text = b'''id: a
    ... title: Coverage
    ... cases: [{id: P01}]
    ... coders: [{id: c1, role: analyst}]
    ... domains: [{id: payment, name: Payment, categories: [{id: cap, name: Visit limits}]}]
    ... codings: [{coder: c1, case: P02, domain: payment, categories: [cap]}]'''
    >>> read_themes(io.BytesIO(text), name="t.yaml")
    Traceback (most recent call last):
    allay.base.errors.InvalidInput: t.yaml:6: /codings/0/case: expected a case of the file, found 'P02'
    """
    document = read_yaml_document(source, ThemesFile, name=name)
    problems = [*_ids(document), *_domains(document), *_named(document), *_judged(document)]
    if not problems:
        problems = [*_settled(document)]
    if problems:
        raise InvalidInput(sorted(problems, key=lambda problem: int(problem.at)))
    return document.value


def _again(
    document: Document[ThemesFile], keyed: Sequence[tuple[Path, Hashable]], what: str
) -> Iterator[Problem]:
    seen: dict[Hashable, Path] = {}
    for path, key in keyed:
        if key in seen:
            first = document.problem(*seen[key], expected="", found="").at
            yield document.problem(
                *path, expected=f"each {what} once", found=f"it again (line {first} has it)"
            )
        else:
            seen[key] = path


def _ids(document: Document[ThemesFile]) -> Iterator[Problem]:
    value = document.value
    for field, what in (
        ("cases", "case"),
        ("coders", "coder"),
        ("domains", "domain"),
        ("memos", "memo"),
        ("quotes", "quote"),
    ):
        rows = [((field, at, "id"), one.id) for at, one in enumerate(getattr(value, field))]
        yield from _again(document, rows, what)
    categories = [
        (("domains", at, "categories", place, "id"), one.id)
        for at, domain in enumerate(value.domains)
        for place, one in enumerate(domain.categories)
    ]
    yield from _again(document, categories, "category")
    if value.labels not in {rule.id for rule in label_rules()}:
        known = ", ".join(rule.id for rule in label_rules())
        yield document.problem("labels", expected=f"one of {known}", found=shown(value.labels))


def _domains(document: Document[ThemesFile]) -> Iterator[Problem]:
    value = document.value
    with_ideas = {one.domain for one in value.core_ideas}
    for at, domain in enumerate(value.domains):
        if not domain.categories and domain.id not in with_ideas:
            expected = "a domain with categories or core ideas"
            yield document.problem("domains", at, expected=expected, found=f"{domain.id}, which is empty")
        if domain.id == ALL:
            expected = "another id, as that stands for every domain"
            yield document.problem("domains", at, "id", expected=expected, found=ALL)
        yield from _again(
            document,
            [(("domains", at, "not_asked", place), case) for place, case in enumerate(domain.not_asked)],
            "case",
        )


def _named(document: Document[ThemesFile]) -> Iterator[Problem]:
    """Whatever is referred to is there."""
    value = document.value
    known: Mapping[str, set[str]] = {
        "case": {one.id for one in value.cases},
        "coder": {one.id for one in value.coders},
        "domain": {one.id for one in value.domains},
        "category": {one.id for domain in value.domains for one in domain.categories},
    }

    def unknown(path: Path, kind: str, name: str | None) -> Iterator[Problem]:
        if name is not None and name not in known[kind]:
            yield document.problem(*path, expected=f"a {kind} of the file", found=shown(name))

    for at, domain in enumerate(value.domains):
        for place, case in enumerate(domain.not_asked):
            yield from unknown(("domains", at, "not_asked", place), "case", case)
    for field in ("core_ideas", "codings", "settlements", "memos", "quotes"):
        for at, one in enumerate(getattr(value, field)):
            for kind in known:
                yield from unknown((field, at, kind), kind, getattr(one, kind, None))
    for at, one in enumerate(value.codings):
        for place, category in enumerate(one.categories):
            yield from unknown(("codings", at, "categories", place), "category", category)


def _judged(document: Document[ThemesFile]) -> Iterator[Problem]:
    value = document.value
    domains = {one.id: one for one in value.domains}
    home = {category.id: domain for domain in value.domains for category in domain.categories}
    ideas = [(("core_ideas", at), (one.case, one.domain)) for at, one in enumerate(value.core_ideas)]
    yield from _again(document, ideas, "case and domain")
    codings = [(("codings", at), (one.coder, one.case, one.domain)) for at, one in enumerate(value.codings)]
    yield from _again(document, codings, "judgment of a coder on a case and domain")
    for at, coding in enumerate(value.codings):
        places = [(("codings", at, "categories", place), one) for place, one in enumerate(coding.categories)]
        yield from _again(document, places, "category")
        for path, category in places:
            if category in home and home[category].id != coding.domain:
                expected = f"a category of the domain {coding.domain}"
                yield document.problem(*path, expected=expected, found=f"{category} of {home[category].id}")
    for at, quote in enumerate(value.quotes):
        if quote.category in home and home[quote.category].id != quote.domain:
            expected, found = f"a category of the domain {quote.domain}", shown(quote.category)
            yield document.problem("quotes", at, "category", expected=expected, found=found)
    for field in ("core_ideas", "codings", "quotes"):
        for at, one in enumerate(getattr(value, field)):
            yield from _not_asked(document, (field, at, "case"), one.case, domains.get(one.domain))
    for at, settled in enumerate(value.settlements):
        yield from _not_asked(document, ("settlements", at, "case"), settled.case, home.get(settled.category))


def _not_asked(
    document: Document[ThemesFile], path: Path, case: str, domain: Domain | None
) -> Iterator[Problem]:
    if domain is not None and case in domain.not_asked:
        expected = f"a case that was asked about {domain.id}"
        yield document.problem(*path, expected=expected, found=f"{case}, which is listed as not asked")


def _settled(document: Document[ThemesFile]) -> Iterator[Problem]:
    """Discussions settle differences; only an auditor overrules what coders agree on."""
    value = document.value
    settled = [(("settlements", at), (one.case, one.category)) for at, one in enumerate(value.settlements)]
    yield from _again(document, settled, "settlement of a case and category")
    home = {category.id: domain.id for domain in value.domains for category in domain.categories}
    seen: dict[tuple[str, str], list[tuple[str, ...]]] = {}
    for coding in value.codings:
        seen.setdefault((coding.case, coding.domain), []).append(coding.categories)
    for at, one in enumerate(value.settlements):
        judged = {one.category in present for present in seen.get((one.case, home[one.category]), [])}
        if not judged:
            expected = "a case and category that a coder judged"
            yield document.problem("settlements", at, expected=expected, found="one without a judgment")
        elif len(judged) == 1 and one.how == "discussed":
            expected = "a difference between coders (only an auditor overrules what they agree on)"
            yield document.problem("settlements", at, expected=expected, found="one on which they agree")
