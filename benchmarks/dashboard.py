"""The director's dashboard over 20,000 patients and 1,000,000 answers on SQLite: server time of one page.

A seeded program is written to a database in a temporary folder: patients referred over two years, PEG,
PHQ-9 and GAD-7 on the standard schedule with uneven follow-up. The page is then asked for through the whole
stack, middleware and audit included, with a different choice each time. *First view* is a page that nobody
has asked for since the last change of data: everything is read and worked out anew. *Again* is the same page
once more.
"""

from __future__ import annotations

import gc
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np

from figures import Figure, report

PATIENTS, ANSWERS, SEED = 20_000, 1_000_000, 20261122
LIMIT, VIEWS = 300.0, 40
AT = datetime(2026, 11, 23, 15, tzinfo=UTC)
TODAY = AT.date()
BATCH = 20_000
# Items of each instrument, and how many of those who reached a time point answer there.
ITEMS = {"peg": 3, "phq9": 9, "gad7": 7}
ANSWERING = {"baseline": 1.0, "end": 0.82, "month_3": 0.76, "week_4": 0.9, "week_8": 0.85}


def django_ready(folder: Path) -> None:
    """Point Django at an empty database in the folder and migrate it."""
    os.environ["ALLAY_DATABASE_URL"] = f"sqlite:///{folder / 'bench.sqlite3'}"
    os.environ["DJANGO_SETTINGS_MODULE"] = "allay_web.settings.test"
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)


def people(rng: np.random.Generator, program: object) -> list[date]:
    """Write patients, referrals and episodes; give the day each episode opened."""
    from allay_web.enrolment.models import Episode, Referral
    from allay_web.people.insertion import insert
    from allay_web.people.models import Patient

    sexes = rng.choice(["female", "male", ""], PATIENTS, p=[0.6, 0.39, 0.01]).tolist()
    languages = rng.choice(["en", "es", "other", ""], PATIENTS, p=[0.7, 0.2, 0.05, 0.05]).tolist()
    payers = rng.choice(
        ["medicaid", "medicare", "commercial", "workers_compensation", ""],
        PATIENTS,
        p=[0.3, 0.25, 0.35, 0.08, 0.02],
    ).tolist()
    born = rng.integers(0, 22_000, PATIENTS).tolist()
    opened = [TODAY - timedelta(days=int(day)) for day in rng.integers(190, 900, PATIENTS)]
    insert(
        [
            Patient(
                program=program,
                family_name=f"Bench{n}",
                sex=sexes[n],
                language=languages[n],
                payer_type=payers[n],
                birth_date=date(1940, 1, 1) + timedelta(days=born[n]),
            )
            for n in range(PATIENTS)
        ]
    )
    waited = rng.integers(0, 40, PATIENTS).tolist()
    insert(
        [
            Referral(
                program=program,
                patient_id=n + 1,
                received_on=opened[n] - timedelta(days=waited[n]),
                status="accepted",
                decided_on=opened[n],
            )
            for n in range(PATIENTS)
        ]
    )
    done = rng.random(PATIENTS) < 0.6
    insert(
        [
            Episode(
                program=program,
                patient_id=n + 1,
                referral_id=n + 1,
                opened_on=opened[n],
                status="completed" if done[n] else "active",
            )
            for n in range(PATIENTS)
        ]
    )
    return opened


def forms(rng: np.random.Generator, opened: list[date]) -> Iterator[tuple[int, str, str, date]]:
    """Episode, instrument, time point and day of each form answered, until there are enough answers."""
    from allay_web.outcomes.schedule import standard

    left = ANSWERS
    schedule = {point.id: point for point in standard().timepoints}
    for name, share in ANSWERING.items():
        point = schedule[name]
        answering = rng.random(PATIENTS) < share
        for instrument in point.ask:
            for n in np.flatnonzero(answering).tolist():
                if left <= 0:
                    return
                left -= ITEMS[instrument]
                yield n + 1, instrument, name, point.due_on(opened[n])


def answers(rng: np.random.Generator, program: object, opened: list[date]) -> int:
    """Write assignments, answers and scores; how many answers."""
    from allay_web.outcomes.models import Answer, Assignment, Score
    from allay_web.people.insertion import insert

    written, key = 0, 0
    rows = list(forms(rng, opened))
    for start in range(0, len(rows), BATCH):
        asked, given, scored = [], [], []
        for episode, instrument, point, day in rows[start : start + BATCH]:
            key += 1
            common = {"program": program, "episode_id": episode, "instrument": instrument}
            common |= {"version": "1.0.0", "timepoint": point}
            asked.append(
                Assignment(
                    **common, due_on=day, closes_on=day, status="completed", completed_at=AT, mode="self"
                )
            )
            values = rng.integers(0, 11 if instrument == "peg" else 4, ITEMS[instrument]).tolist()
            given += [
                Answer(program=program, assignment_id=key, item=f"{instrument}_{i}", value=v, saved_at=AT)
                for i, v in enumerate(values, start=1)
            ]
            total = sum(values) / 3 if instrument == "peg" else sum(values)
            scored.append(
                Score(**common, assignment_id=key, scale="total", on=day, score=total, status="scored")
            )
        for batch in (asked, given, scored):
            insert(batch)
        written += len(given)
    return written


def milliseconds(ask: Callable[[int], None], times: int) -> tuple[np.ndarray, np.ndarray]:
    """How long each of several calls takes by the clock, and on the processor; the collector at rest."""
    clock, processor = [], []
    for number in range(times):
        gc.collect()
        began, used = time.perf_counter(), time.process_time()
        ask(number)
        clock.append((time.perf_counter() - began) * 1000)
        processor.append((time.process_time() - used) * 1000)
    return np.array(clock), np.array(processor)


def main() -> int:
    """Build, measure, report."""
    with tempfile.TemporaryDirectory(prefix="allay-bench-") as folder:
        django_ready(Path(folder))
        from django.db import connection, transaction
        from django.test import Client

        from allay_web.access.models import Membership, Program
        from allay_web.accounts.models import User
        from allay_web.insight import kept

        began = time.perf_counter()
        rng = np.random.default_rng(SEED)
        program = Program.objects.create(name="Benchmark", slug="bench", synthetic=True)
        director = User.objects.create_user("director@example.org", name="Director")
        Membership.objects.create(program=program, user=director, role="director")
        with transaction.atomic():
            n = answers(rng, program, people(rng, program))
        connection.cursor().execute("ANALYZE")
        print(f"{PATIENTS:,} patients, {n:,} answers written in {time.perf_counter() - began:.0f} s")
        client = Client()
        client.force_login(director)
        choices = [
            f"?scale={scale}.total&timepoint={point}"
            for point in ("end", "month_3")
            for scale in ("peg", "phq9", "gad7")
        ]

        def page(number: int) -> None:
            answer = client.get(f"/p/bench/program/{choices[number % len(choices)]}")
            assert answer.status_code == 200, answer.status_code

        def anew(number: int) -> None:
            kept.forget()
            page(number)

        for number in range(len(choices)):
            page(number)
        kept.forget()
        asked: list[str] = []
        with connection.execute_wrapper(lambda run, sql, *rest: (asked.append(sql), run(sql, *rest))[1]):
            page(0)
        # What building the program left in this process is no part of a server's: keep the collector off it.
        gc.collect()
        gc.freeze()
        first, first_used = milliseconds(anew, VIEWS)
        again, again_used = milliseconds(page, VIEWS)
        print(f"{len(asked)} queries")
        for name, clock, used in (("first view", first, first_used), ("again", again, again_used)):
            shares = f"median {np.median(clock):.0f} ms, on the processor {np.median(used):.0f} ms"
            print(f"{name}: {shares}")
        return report(
            [
                Figure("dashboard, first view after a change (p95)", np.percentile(first, 95), LIMIT, "ms"),
                Figure("dashboard, again (p95)", np.percentile(again, 95), LIMIT, "ms"),
            ]
        )


if __name__ == "__main__":
    sys.exit(main())
