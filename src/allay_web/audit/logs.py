"""Keeps private-link tokens out of log lines."""

from __future__ import annotations

import logging
import re

_TOKEN = re.compile(r"(/q/)[A-Za-z0-9_-]{16,}")


class HideTokens(logging.Filter):
    """Replaces a patient link's token in anything that is logged."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = _TOKEN.sub(r"\1...", record.getMessage())
        record.args = ()
        return True
