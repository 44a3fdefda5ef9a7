"""Keeps private-link tokens, and whatever an error message quotes, out of log lines."""

from __future__ import annotations

import logging
import re
import traceback
from typing import Any

_TOKEN = re.compile(r"(/q/|/password/reset/key/)[A-Za-z0-9_-]{8,}")


class HideTokens(logging.Filter):
    """Replaces the token of a patient's link or of a password link in anything that is logged."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = _TOKEN.sub(r"\1...", record.getMessage())
        record.args = ()
        return True


class PlacesOnly(logging.Formatter):
    """Writes an error as its kind and its places in the code.

    The message of an error is left out: a database quotes the values of the row it refuses, and those
    may be a patient's. The request's id in the audit trail and the places tell what is to be mended.
    """

    def formatException(self, ei: Any) -> str:  # noqa: N802
        kind, _, trace = ei
        frames = traceback.extract_tb(trace) if trace else []
        lines = [f"  {frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
        return "\n".join([*lines, getattr(kind, "__name__", "error")])
