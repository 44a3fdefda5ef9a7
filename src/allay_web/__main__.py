"""`python -m allay_web COMMAND`: Django's management commands for this application."""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Run one management command; the demonstration settings are the default."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "allay_web.settings.demo")
    from django.core.management import execute_from_command_line

    execute_from_command_line([sys.argv[0] or "allay_web", *sys.argv[1:]])


if __name__ == "__main__":
    main()
