"""Starts Allay on this machine: environment, database, demonstration data, web server and background worker.

Run as ``python3 tools/run.py`` (or ``make run``). Uses the standard library only, since it runs before
anything is installed. Ctrl-C ends what it started, by process id, and nothing else.
"""

from __future__ import annotations

import argparse
import fcntl
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import environment

HOST = "127.0.0.1"
READY_SECONDS = 60
STOP_SECONDS = 10


def settings() -> dict[str, str]:
    """Return the environment variables our programs run with."""
    variables = dict(os.environ)
    variables.setdefault("DJANGO_SETTINGS_MODULE", "allay_web.settings.demo")
    variables.setdefault("ALLAY_VAR", str(environment.ROOT / "var"))
    variables["PYTHONUNBUFFERED"] = "1"
    return variables


def manage(*arguments: str, quiet: bool = False) -> str:
    """Run one management command of the application and return what it printed."""
    command = [environment.venv_program("python"), "-m", "allay_web", *arguments]
    done = subprocess.run(
        command, cwd=environment.ROOT, env=settings(), text=True, stdout=subprocess.PIPE if quiet else None
    )
    if done.returncode:
        raise environment.UnreadyError(
            f"`python -m allay_web {' '.join(arguments)}` failed; its words are above."
        )
    return done.stdout or ""


def check_port(port: int) -> None:
    """Raise, in words, when somebody else already listens on the port."""
    with socket.socket() as probe:
        if probe.connect_ex((HOST, port)) == 0:
            raise environment.UnreadyError(
                f"Something already answers on http://{HOST}:{port}. Stop it, or take another port: "
                f"make run PORT={port + 1}"
            )


def missing_pdf_library() -> str:
    """Return what to say when the PDF writer cannot load Pango; nothing when it can."""
    command = [environment.venv_program("python"), "-c", "import weasyprint"]
    done = subprocess.run(command, cwd=environment.ROOT, env=settings(), capture_output=True)
    if done.returncode == 0:
        return ""
    return (
        "PDF reports are off: the system library Pango is missing. Everything else works.\n"
        "On Debian and Ubuntu: apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
    )


def prepare(*, as_of: str | None) -> None:
    """Bring the database up to date and fill it with the demonstration program where it is empty."""
    print("Preparing the database ...", flush=True)
    Path(settings()["ALLAY_VAR"], "static").mkdir(parents=True, exist_ok=True)  # the server looks for it
    manage("migrate", "--no-input", "--verbosity=0")
    manage("seed_demo", "--if-empty", *(["--as-of", as_of] if as_of else []))


@contextmanager
def database_in_use(*, alone: bool = False) -> Iterator[None]:
    """Hold the embedded database: many servers may share it, but none may run while it is replaced."""
    folder = Path(settings()["ALLAY_VAR"])
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "in-use.lock").open("w") as lock:
        try:
            fcntl.flock(lock, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
        except BlockingIOError:
            words = "Allay is running on this database. Stop it first." if alone else "It is being reset."
            raise environment.UnreadyError(words) from None
        yield


def remove_demonstration() -> None:
    """Remove the embedded database, unless it holds anything but the demonstration.

    Entries of the audit trail cannot be deleted, so a fresh start is a fresh database.
    """
    if os.environ.get("ALLAY_DATABASE_URL"):
        raise environment.UnreadyError(
            "Only the embedded database is reset, and ALLAY_DATABASE_URL names another. Empty that one by "
            "its own means, then: python -m allay_web seed_demo"
        )
    database = Path(settings()["ALLAY_VAR"]) / "allay.sqlite3"
    if not database.exists():
        return
    with closing(sqlite3.connect(database)) as connection:
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
        real = "SELECT count(*) FROM access_program WHERE NOT synthetic"
        if "access_program" in tables and connection.execute(real).fetchone()[0]:
            raise environment.UnreadyError(
                f"{database} holds a program that is not the demonstration, so it is left alone. To start "
                "afresh, move that file away yourself."
            )
    for suffix in ("", "-wal", "-shm"):
        database.with_name(database.name + suffix).unlink(missing_ok=True)


def start(*command: str) -> subprocess.Popen[bytes]:
    """Start a program in a process group of its own, so that Ctrl-C reaches it through us only."""
    program = [environment.venv_program("python"), "-m", *command]
    return subprocess.Popen(program, cwd=environment.ROOT, env=settings(), start_new_session=True)


def wait_until_served(port: int, server: subprocess.Popen[bytes]) -> None:
    """Return when the server answers; raise when it ended or stays silent."""
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        try:
            urllib.request.urlopen(f"http://{HOST}:{port}/", timeout=5).close()
            return
        except urllib.error.HTTPError as answer:
            if answer.code < 500:
                return
            raise environment.UnreadyError(
                f"The server answers with error {answer.code}; its words are above."
            ) from None
        except OSError:
            time.sleep(0.1)
    raise environment.UnreadyError("The web server did not start; its words are above.")


def stop(processes: list[subprocess.Popen[bytes]]) -> None:
    """Ask each process to end, and insist after a while."""
    for process in processes:
        if process.poll() is None:
            process.terminate()
    deadline = time.monotonic() + STOP_SECONDS
    for process in processes:
        try:
            process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def serve(port: int) -> int:
    """Run the web server and the worker until one ends or somebody presses Ctrl-C."""
    gunicorn = ["gunicorn", "allay_web.wsgi:application", "--bind", f"{HOST}:{port}"]
    gunicorn += ["--workers", "2", "--threads", "2", "--log-level", "warning"]
    processes: list[subprocess.Popen[bytes]] = []
    try:
        processes.append(start(*gunicorn))
        processes.append(start("allay_web", "worker"))
        wait_until_served(port, processes[0])
        print(f"\nAllay runs on http://{HOST}:{port}\n", flush=True)
        signins = manage("demo_signins", quiet=True).rstrip()
        if signins:
            print(f"Sign in to the demonstration as\n{signins}", flush=True)
        notice = missing_pdf_library()
        if notice:
            print(f"\n{notice}", flush=True)
        print("\nCtrl-C stops it.", flush=True)
        while all(process.poll() is None for process in processes):
            time.sleep(0.5)
        name = "web server" if processes[0].poll() is not None else "background worker"
        print(f"The {name} ended by itself; its words are above. The rest is stopped too.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopping ...", flush=True)
        return 0
    finally:
        stop(processes)


def interrupt(*_: object) -> None:
    """Treat SIGTERM like Ctrl-C."""
    raise KeyboardInterrupt


def main(arguments: list[str]) -> int:
    """Read the options and do what they say."""
    parser = argparse.ArgumentParser(description="Start Allay on this machine.")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument(
        "--reset-demo", action="store_true", help="make the demonstration data anew, then end"
    )
    parser.add_argument("--as-of", metavar="DATE", help="the day the demonstration takes for today")
    options = parser.parse_args(arguments)
    signal.signal(signal.SIGTERM, interrupt)
    try:
        environment.ensure("web")
        if options.reset_demo:
            with database_in_use(alone=True):
                remove_demonstration()
                prepare(as_of=options.as_of)
            return 0
        check_port(options.port)
        with database_in_use():
            prepare(as_of=options.as_of)
            return serve(options.port)
    except environment.UnreadyError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
