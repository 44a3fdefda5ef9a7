"""How entries are signed: each signature covers the entry and the one before it."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import UTC, datetime
from typing import Any

from django.conf import settings

from allay_web.audit.models import AuditEntry

HOUSE = 0  # the chain of the installation itself; programs' ids begin at 1

SIGNED = (
    "chain",
    "number",
    "at",
    "action",
    "actor_kind",
    "actor_id",
    "actor_name",
    "patient_id",
    "object_type",
    "object_id",
    "detail",
    "request_id",
    "address",
    "previous",
)


def _mac(purpose: str, text: str) -> str:
    key = settings.ALLAY_AUDIT_KEY.encode()
    return hmac.new(key, f"{purpose}\n{text}".encode(), hashlib.sha256).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return value


def signature(entry: AuditEntry) -> str:
    """The signature `entry` should carry."""
    fields = {name: _plain(getattr(entry, name)) for name in SIGNED}
    return _mac("entry", json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=True))


def seal(chain: int, count: int, last: str) -> str:
    """The seal of a chain that ends after `count` entries with the signature `last`.

    Its purpose differs from an entry's, so that an entry's signature cannot stand in for a seal.
    """
    return _mac("head", f"{chain}:{count}:{last}")


def anchor(heads: dict[str, Any]) -> str:
    """The signature of a file of heads that is kept away from the database."""
    return _mac("anchor", json.dumps(heads, sort_keys=True, separators=(",", ":")))
