"""Every route of the application by the access matrix, and how to visit it.

For tests that go through all pages (accessibility, query counts, headers): `visits(filled_world())` gives
every page that can be opened with data, `visits(empty_world())` those that open without.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from ruamel.yaml import YAML
from tests.security.world import World

from allay_web.access.roles import PERMISSIONS, Role

MATRIX = Path(__file__).with_name("access_matrix.yaml")
OPEN = ("public", "signed_in", "patient_link")


@dataclass(frozen=True, slots=True)
class Route:
    """One line of the access matrix.

    Parameters
    ----------
    name : the route's full name, such as `enrolment:referral`
    who : public, signed_in, patient_link or the permission it needs
    methods : what it answers to
    objects : for each part of its address the name of an object of the world, or `=literal`
    answers : what GET answers to somebody who may (200 unless said)
    send : the fields of a POST that is worth sending; an empty form otherwise
    opener : the role whose account a page is about, where that matters
    """

    name: str
    who: str
    methods: tuple[str, ...] = ("GET",)
    objects: dict[str, str] = field(default_factory=dict)
    answers: tuple[int, ...] = (200,)
    send: dict[str, str] = field(default_factory=dict)
    opener: str = ""

    @property
    def in_program(self) -> bool:
        """Whether it lies under /p/<program>/."""
        return self.who not in OPEN

    @property
    def names_an_object(self) -> bool:
        """Whether its address holds the id of a record."""
        return any(not wanted.startswith("=") for wanted in self.objects.values())

    @property
    def first_role(self) -> Role | None:
        """Somebody who may open it; None where nobody needs to be signed in."""
        if self.who == "signed_in":
            return Role(self.opener or Role.DIRECTOR)
        return next(iter(self.roles()), None)

    def roles(self) -> tuple[Role, ...]:
        """The roles that may open it."""
        return tuple(role for role in Role if self.who in {str(p) for p in PERMISSIONS[role]})

    def url(self, world: World, *, of: World | None = None) -> str | None:
        """Its address in the world, with objects of the world `of`; None where one is not there."""
        known = (of or world).objects
        parts: dict[str, Any] = {"program": world.program.slug} if self.in_program else {}
        for part, wanted in self.objects.items():
            if wanted.startswith("="):
                parts[part] = wanted[1:]
            elif wanted in known:
                parts[part] = known[wanted]
            else:
                return None
        return reverse(self.name, kwargs=parts)


def routes() -> tuple[Route, ...]:
    """The access matrix."""
    written = YAML(typ="safe").load(MATRIX.read_text(encoding="utf-8"))
    return tuple(
        Route(
            name=name,
            who=line["who"],
            methods=tuple(line.get("methods", ["GET"])),
            objects=line.get("with", {}),
            answers=tuple(line.get("answers", [200])),
            send=line.get("send", {}),
            opener=line.get("as", ""),
        )
        for name, line in written.items()
    )


def walk(patterns: list[URLPattern | URLResolver], prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every route there is, by its full name."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            space = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            yield from walk(pattern.url_patterns, space)
        else:
            yield f"{prefix}{pattern.name}", pattern


def resolved() -> dict[str, URLPattern]:
    """Every route of the URL resolver."""
    return dict(walk(get_resolver().url_patterns))


@dataclass(frozen=True, slots=True)
class Visit:
    """A page to open: its route, its address, who opens it (None: nobody is signed in)."""

    route: Route
    url: str
    role: Role | None
    patient: bool = False

    def client(self, world: World) -> Client:
        """A browser that may open it."""
        return world.patient_client() if self.patient else world.client(self.role)


def visits(world: World) -> Iterator[Visit]:
    """Every page (GET) the world has the objects for, once, by the first role that may open it."""
    for route in routes():
        url = route.url(world)
        if "GET" not in route.methods or url is None:
            continue
        yield Visit(route, url, route.first_role, patient=route.who == "patient_link")
