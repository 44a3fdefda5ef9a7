"""A secret made once and kept in a file only its owner reads."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def key_file(path: Path) -> str:
    """The secret in `path`; made on first use, 256 bits, mode 600."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(handle, "w") as out:
        secret = secrets.token_urlsafe(32)
        out.write(secret)
    return secret
