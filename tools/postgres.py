"""A throw-away PostgreSQL for the tests: made under /tmp, reachable from this machine only, gone afterwards.

Run as ``python3 tools/postgres.py COMMAND...``: the command sees the database in ALLAY_DATABASE_URL.
PostgreSQL refuses to run as root, so root starts it as the user `postgres` or `nobody`.
"""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

WANTED = "15"
OLDEST = 15
SERVERS = Path("/usr/lib/postgresql")
START_SECONDS = 60
STOP_SECONDS = 30


class NoPostgresError(Exception):
    """There is no PostgreSQL to start here; the message says why."""


def programs() -> Path:
    """Return the folder with `initdb` and `postgres`: of version 15, else of the newest that is not older."""
    versions = [path.parent for path in SERVERS.glob("*/bin") if (path / "postgres").exists()]
    usable = [path for path in versions if path.name.isdigit() and int(path.name) >= OLDEST]
    usable.sort(key=lambda path: (path.name != WANTED, -int(path.name)))
    if usable:
        return usable[0] / "bin"
    found = shutil.which("postgres")
    if found and shutil.which("initdb"):
        return Path(found).parent
    raise NoPostgresError(
        f"PostgreSQL {WANTED} is not installed; on Debian: apt-get install postgresql-{WANTED}"
    )


def identity() -> dict[str, object]:
    """Return the arguments with which `subprocess` becomes a user that PostgreSQL accepts."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            user = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    raise NoPostgresError(
        "PostgreSQL does not run as root, and there is no user `postgres` or `nobody` to run it as"
    )


def free_port() -> int:
    """Return a port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def run(command: list[str], user: dict[str, object], environment: dict[str, str]) -> None:
    """Run a program of PostgreSQL; its own words explain a failure."""
    done = subprocess.run(command, cwd="/tmp", env=environment, capture_output=True, text=True, **user)  # type: ignore[call-overload]
    if done.returncode:
        raise NoPostgresError(f"{Path(command[0]).name} failed: {done.stdout}{done.stderr}".strip())


def wait_until_ready(bin_folder: Path, port: int, server: subprocess.Popen[bytes], log: Path) -> None:
    """Return when the server answers; raise with its log when it does not."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        asked = subprocess.run(
            [str(bin_folder / "pg_isready"), "-h", "127.0.0.1", "-p", str(port)], capture_output=True
        )
        if asked.returncode == 0:
            return
        time.sleep(0.1)
    raise NoPostgresError(
        f"PostgreSQL did not start: {log.read_text(encoding='utf-8', errors='replace')[-2000:]}"
    )


def stop(server: subprocess.Popen[bytes]) -> None:
    """End the server by its process id: SIGINT asks for a fast shutdown, SIGQUIT insists."""
    for wish in (signal.SIGINT, signal.SIGQUIT):
        if server.poll() is None:
            server.send_signal(wish)
            try:
                server.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                continue


@contextmanager
def temporary_postgres() -> Iterator[str]:
    """Start a database, give its address, and remove every trace of it at the end.

    The role in the address may create databases and roles but is no superuser, so that what the database
    refuses to an ordinary owner is refused in the tests too.
    """
    bin_folder, user = programs(), identity()
    folder = Path(tempfile.mkdtemp(prefix="allay-postgres-", dir="/tmp"))
    server = None
    try:
        port, password, owner_password = free_port(), secrets.token_hex(16), secrets.token_hex(16)
        secret = folder / "password"
        secret.write_text(password, encoding="utf-8")
        if user:
            for path in (folder, secret):
                os.chown(path, user["user"], user["group"])  # type: ignore[arg-type]
        environment = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8", "PGPASSWORD": password}
        initdb = [
            str(bin_folder / "initdb"),
            "-D",
            f"{folder}/data",
            "-U",
            "allay_super",
            "--auth=scram-sha-256",
        ]
        initdb += [f"--pwfile={secret}", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
        run(initdb, user, environment)
        # Nothing here must survive a power cut, so the tests need not wait for the disk.
        settings = ["listen_addresses=127.0.0.1", f"unix_socket_directories={folder}", "fsync=off"]
        settings += ["synchronous_commit=off", "full_page_writes=off", "max_connections=60"]
        options = [part for setting in settings for part in ("-c", setting)]
        command = [str(bin_folder / "postgres"), "-D", f"{folder}/data", "-p", str(port), *options]
        log = folder / "log"
        with log.open("wb") as output:
            server = subprocess.Popen(
                command,
                cwd="/tmp",
                env=environment,
                stdout=output,
                stderr=output,
                start_new_session=True,
                **user,
            )  # type: ignore[call-overload]
        wait_until_ready(bin_folder, port, server, log)
        psql = [str(bin_folder / "psql"), "-h", "127.0.0.1", "-p", str(port), "-U", "allay_super", "-q", "-v"]
        psql += ["ON_ERROR_STOP=1", "-d", "postgres"]
        role = f"CREATE ROLE allay LOGIN CREATEDB CREATEROLE PASSWORD '{owner_password}'"
        run([*psql, "-c", role, "-c", "CREATE DATABASE allay OWNER allay"], user, environment)
        yield f"postgresql://allay:{owner_password}@127.0.0.1:{port}/allay"
    finally:
        if server is not None:
            stop(server)
        shutil.rmtree(folder, ignore_errors=True)


def main(arguments: list[str]) -> int:
    """Run a command beside a temporary database and return the command's exit code."""
    if not arguments:
        print("expected a command, such as: python3 tools/postgres.py .venv/bin/pytest tests/integration")
        return 2
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        with temporary_postgres() as address:
            return subprocess.run(arguments, env={**os.environ, "ALLAY_DATABASE_URL": address}).returncode
    except NoPostgresError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
