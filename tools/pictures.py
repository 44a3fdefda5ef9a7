"""Takes pictures of every page, on the demonstration's data: ``.venv/bin/python tools/pictures.py [FOLDER]``.

With ``--docs`` it takes the few that the documents show, into docs/pictures. It serves the demonstration from
a temporary folder, as the browser tests do, and needs the system's Chromium.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from pathlib import Path

import django
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs" / "pictures"


def prepare() -> None:
    """Make Django ready and the tests' own server importable, before anything of either is imported."""
    sys.path[:0] = [str(ROOT), str(ROOT / "src")]
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "allay_web.settings.test")
    os.environ.setdefault(
        "DJANGO_ALLOW_ASYNC_UNSAFE", "true"
    )  # Playwright keeps an event loop in this thread
    django.setup()


def take(folder: Path, *, chromium: str, docs: bool) -> int:
    """Serve the demonstration, take the pictures, say how many there are."""
    from django.test.utils import setup_test_environment
    from tests.browser.site import seed, serving
    from tests.conftest import CHROMIUM_FLAGS

    import gallery

    setup_test_environment()
    with tempfile.TemporaryDirectory() as temporary, sync_playwright() as playwright:
        seeded = Path(os.environ.get("ALLAY_SEEDED") or seed(Path(temporary)))
        browser = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_FLAGS)
        with serving(seeded, Path(temporary)) as site:
            taken = (gallery.take_for_documents if docs else gallery.take_all)(browser, site, folder)
        browser.close()
    return taken


def main(arguments: list[str]) -> int:
    """Read the options and do what they say."""
    parser = argparse.ArgumentParser(description="Take pictures of every page.")
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / "var" / "pictures")
    parser.add_argument("--docs", action="store_true", help="only those of the documents, into docs/pictures")
    options = parser.parse_args(arguments)
    chromium = os.environ.get("ALLAY_CHROMIUM") or shutil.which("chromium")
    if not chromium:
        print("Chromium is not installed; on Debian: apt-get install chromium", file=sys.stderr)
        return 1
    folder = DOCS if options.docs else options.folder
    folder.mkdir(parents=True, exist_ok=True)
    prepare()
    print(f"{take(folder, chromium=chromium, docs=options.docs)} pictures in {folder}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
