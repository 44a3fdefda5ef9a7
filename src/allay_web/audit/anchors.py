"""Ends of the chains, kept in a file away from the database: what shows that all of it was turned back."""

from __future__ import annotations

import hmac
import json
from pathlib import Path
from typing import Any

from allay.base.errors import InvalidInput, Problem
from allay.base.outputs import write_whole
from allay_web.audit.chain import anchor
from allay_web.audit.models import AuditHead
from allay_web.audit.verify import End


def write(path: Path) -> int:
    """Write where every chain ends now; how many there are."""
    heads = {
        str(head.chain): {"count": head.count, "last": head.last}
        for head in AuditHead.objects.order_by("chain")
    }
    content = json.dumps({"heads": heads, "signature": anchor(heads)}, indent=2) + "\n"
    write_whole(path, lambda file: file.write(content.encode()))
    return len(heads)


def _refuse(path: Path, expected: str, found: str) -> InvalidInput:
    return InvalidInput([Problem(file=str(path), at="/", field="heads", expected=expected, found=found)])


def read(path: Path) -> dict[int, End]:
    """The ends in a file that `write` made, whose signature still fits."""
    try:
        content: Any = json.loads(path.read_text(encoding="utf-8"))
        heads = content["heads"]
        ends = {int(chain): End(int(head["count"]), str(head["last"])) for chain, head in heads.items()}
        fits = hmac.compare_digest(str(content["signature"]), anchor(heads))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise _refuse(path, "a file written by --export-heads", type(error).__name__) from error
    if not fits:
        raise _refuse(path, "a file signed with this installation's audit key", "another signature")
    return ends
