"""Which request is being served, for the audit entries it leaves."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Context:
    """One request: an id of its own and the address it came from."""

    request_id: str = ""
    address: str = ""


current: ContextVar[Context] = ContextVar("audit_context", default=Context())  # noqa: B039 (frozen)
