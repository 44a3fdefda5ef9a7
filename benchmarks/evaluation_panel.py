"""Member-months from claims, beside the obvious SQL on DuckDB and beside pandas on the same claims.

The simulator writes the claims, with repeated rows, reversals, both sides of emergency visits and stays. The
obvious SQL does what ours does as one would write it: repeated rows dropped, lines grouped by their key,
``count(DISTINCT day)`` for each category, days of stays listed, everything joined to the member-months. It
runs with the same threads and memory, and its sums are ours. Every contender runs in a process of its own, so
that its memory can be told. Claims of a hundred million lines take some minutes and a few gigabytes of
disk; they are made only when the benchmark is asked for by name (``make bench ONLY=evaluation``) or with
``--large``, and are removed.

``python benchmarks/evaluation_panel.py --equal`` compares reference, DuckDB and Spark on a million lines.
"""

from __future__ import annotations

import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb

from allay.evaluation.panel import PanelSpec, build_panel
from allay.evaluation.panel.columns import DAILY, first_of, month_number
from allay.evaluation.panel.rules import use_rules
from allay.evaluation.simulation.claims import simulate
from figures import Figure, report

SEED, MONTHS, THREADS, MEMORY = 7, 36, 2, "12GB"
TEN, HUNDRED = 10_000_000, 100_000_000
SHARE, LARGE_SECONDS, LARGE_GB, GROWTH = 0.4, 90.0, 10.0, 12.0
PANDAS_LINES = 1_000_000
SUMMED = (
    *("emergency_visit", "inpatient_stay", "inpatient_day", *DAILY, "opioid_fill", "pharmacy_fill"),
    *("medical_cost_cents", "pharmacy_cost_cents"),
)


def lines(folder: Path) -> int:
    """Count the lines of both tables of claims."""
    tables = ("medical_claim", "pharmacy_claim")
    return sum(
        duckdb.sql(f"SELECT count(*) FROM '{folder}/{name}/*/*.parquet'").fetchall()[0][0] for name in tables
    )


def claims(folder: Path, wanted: int) -> int:
    """Simulate about so many lines and return how many there are."""
    probe = folder.with_name("probe")
    simulate(probe, members=5_000, months=MONTHS, seed=SEED)
    each = lines(probe) / 5_000
    shutil.rmtree(probe)
    started = time.perf_counter()
    simulate(folder, members=round(wanted / each), months=MONTHS, seed=SEED, threads=THREADS)
    found = lines(folder)
    print(f"simulated {found:,} lines in {time.perf_counter() - started:.1f} s", flush=True)
    return found


def window(folder: Path) -> tuple[int, int]:
    """First and last month of coverage, as numbers."""
    first, last = duckdb.sql(
        f"SELECT min(enrollment_start_date), max(enrollment_end_date) FROM '{folder}/enrollment.parquet'"
    ).fetchall()[0]
    return month_number(first), month_number(last)


def spec(folder: Path) -> PanelSpec:
    """The months both contenders count."""
    first, last = window(folder)
    return PanelSpec(first_month=first_of(first), last_month=first_of(last))


def ours(folder: Path, out: Path) -> None:
    """Make the panel by default."""
    build_panel(folder, memory=MEMORY, threads=THREADS, spec=spec(folder), output=out)


def naive(folder: Path, out: Path) -> None:
    """Make the panel with the obvious SQL."""
    out.mkdir()
    first, last = window(folder)
    connection = duckdb.connect(config={"threads": THREADS, "temp_directory": str(out / "spill")})
    connection.execute(f"SET memory_limit = '{MEMORY}'")
    for name in ("medical_claim", "pharmacy_claim"):
        connection.execute(f"CREATE VIEW {name} AS FROM read_parquet('{folder}/{name}/*/*.parquet')")
    connection.execute(f"CREATE VIEW enrollment AS FROM '{folder}/enrollment.parquet'")
    connection.execute(f"COPY ({naive_sql(first, last)}) TO '{out}/panel.parquet'")


def listed(codes: object) -> str:
    """Write codes as a list of SQL."""
    return "(" + ", ".join(f"'{code}'" for code in sorted(codes)) + ")"  # type: ignore[call-overload]


def naive_sql(first: int, last: int) -> str:
    """Write the obvious query."""
    rules = use_rules(PanelSpec())
    er = rules.emergency
    opioids = listed({one.code for one in rules.products if one.system == "rxnorm"})
    daily = ", ".join(
        f"count(DISTINCT CASE WHEN hcpcs_code IN {listed(codes)} THEN day END) AS {name}"
        for name, (codes, _) in rules.daily.items()
    )
    negative = "paid_amount < 0 OR allowed_amount < 0 OR {} < 0"
    return f"""
    WITH months AS (
        SELECT CAST(range AS DATE) AS month, last_day(range) AS last
        FROM range(DATE '{first_of(first)}', DATE '{first_of(last + 1)}', INTERVAL 1 MONTH)
    ), grid AS (
        SELECT person_id, month, CAST(sum(least(last, enrollment_end_date)
            - greatest(month, enrollment_start_date) + 1) AS INTEGER) AS enrolled_days
        FROM enrollment JOIN months ON enrollment_start_date <= last AND enrollment_end_date >= month
        GROUP BY ALL
    ), rows AS (
        SELECT *, coalesce(claim_line_start_date, claim_start_date) AS day
        FROM (SELECT DISTINCT * FROM medical_claim)
    ), lines AS (
        SELECT person_id, claim_id, claim_line_number, arg_max(rows, paid_date) AS row
        FROM rows GROUP BY ALL
        HAVING sum(CASE WHEN {negative.format("service_unit_quantity")} THEN -1 ELSE 1 END) > 0
    ), live AS (
        SELECT unnest(row) FROM lines
    ), stays AS (
        SELECT person_id, min(start) AS start, max("end") AS "end" FROM (
            SELECT *, sum(fresh) OVER (PARTITION BY person_id ORDER BY start, "end") AS run FROM (
                SELECT *, CASE WHEN start <= max("end") OVER (PARTITION BY person_id ORDER BY start, "end"
                    ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) + 1 THEN 0 ELSE 1 END AS fresh
                FROM (SELECT DISTINCT person_id, coalesce(admission_date, claim_start_date) AS start,
                    coalesce(discharge_date, claim_end_date, claim_start_date) AS "end"
                    FROM live WHERE bill_type_code IN {listed(rules.stay["bill_type"])})))
        GROUP BY person_id, run
    ), use AS (
        SELECT person_id, date_trunc('month', day) AS month,
            count(DISTINCT CASE WHEN (claim_type = 'institutional'
                AND coalesce(bill_type_code, '') NOT IN {listed(rules.stay["bill_type"])}
                AND (revenue_center_code IN {listed(er["revenue_center"])}
                OR hcpcs_code IN {listed(er["hcpcs"])}))
                OR (claim_type = 'professional' AND (place_of_service_code IN {listed(er["place_of_service"])}
                OR hcpcs_code IN {listed(er["hcpcs"])})) THEN day END) AS emergency_days, {daily}
        FROM live GROUP BY ALL
    ), cost AS (
        SELECT person_id, date_trunc('month', day) AS month,
            CAST(sum(paid_amount) * 100 AS BIGINT) AS medical_cost_cents
        FROM rows GROUP BY ALL
    ), begun AS (
        SELECT person_id, date_trunc('month', start) AS month, count(*) AS inpatient_stay
        FROM stays GROUP BY ALL
    ), nights AS (
        SELECT person_id, date_trunc('month', night) AS month, count(*) AS inpatient_day FROM (
            SELECT person_id,
                unnest(range(start, greatest("end", CAST(start + 1 AS DATE)), INTERVAL 1 DAY)) AS night
            FROM stays)
        GROUP BY ALL
    ), fills AS (
        SELECT person_id, claim_id, claim_line_number, any_value(dispensing_date) AS day,
            any_value(rxnorm_code) AS rxnorm_code, sum(paid_amount) AS paid_amount,
            sum(CASE WHEN {negative.format("quantity")} THEN -1 ELSE 1 END) > 0 AS is_live
        FROM (SELECT DISTINCT * FROM pharmacy_claim) GROUP BY ALL
    ), pharmacy AS (
        SELECT person_id, date_trunc('month', day) AS month,
            CAST(sum(paid_amount) * 100 AS BIGINT) AS pharmacy_cost_cents,
            count(*) FILTER (is_live) AS pharmacy_fill,
            count(*) FILTER (is_live AND rxnorm_code IN {opioids}) AS opioid_fill
        FROM fills GROUP BY ALL
    )
    SELECT * FROM grid LEFT JOIN use USING (person_id, month) LEFT JOIN cost USING (person_id, month)
        LEFT JOIN begun USING (person_id, month) LEFT JOIN nights USING (person_id, month)
        LEFT JOIN pharmacy USING (person_id, month)
    ORDER BY person_id, month"""


def pandas(folder: Path, out: Path) -> None:
    """Make a part of the panel with pandas: netted costs, and days of each category."""
    import pandas as pd

    out.mkdir()
    rules = use_rules(PanelSpec())
    frame = pd.read_parquet(folder / "medical_claim").drop(columns="bucket").drop_duplicates()
    frame["day"] = pd.to_datetime(frame["claim_line_start_date"].fillna(frame["claim_start_date"]))
    frame["month"] = frame["day"].dt.to_period("M")
    amounts = frame[["paid_amount", "allowed_amount", "service_unit_quantity"]].astype(float)
    frame["sign"] = 1 - 2 * (amounts < 0).any(axis=1)
    frame["paid"] = amounts["paid_amount"]
    key = ["person_id", "claim_id", "claim_line_number"]
    balance = frame.groupby(key)["sign"].transform("sum")
    live = frame[(balance > 0) & (frame["sign"] > 0)]
    parts = [frame.groupby(["person_id", "month"])["paid"].sum()]
    for codes, _ in rules.daily.values():
        some = live[live["hcpcs_code"].isin(codes)]
        parts.append(some.groupby(["person_id", "month"])["day"].nunique())
    pd.concat(parts, axis=1).reset_index(drop=True).set_axis(["paid", *DAILY], axis=1).to_parquet(
        out / "panel.parquet"
    )


CONTENDERS = {"ours": ours, "naive": naive, "pandas": pandas}


def measured(name: str, folder: Path, out: Path) -> tuple[float, float]:
    """Run a contender in a process of its own; return seconds and gigabytes."""
    shutil.rmtree(out, ignore_errors=True)
    ran = subprocess.run(
        [sys.executable, __file__, "--run", name, str(folder), str(out)], capture_output=True, text=True
    )
    if ran.returncode:
        raise SystemExit(f"{name} failed:\n{ran.stderr}")
    found = json.loads(ran.stdout.splitlines()[-1])
    print(f"{name}: {found['seconds']:.1f} s, {found['gigabytes']:.2f} GB", flush=True)
    return found["seconds"], found["gigabytes"]


def one(name: str, folder: Path, out: Path) -> None:
    """Run a contender here and print what it took."""
    started = time.perf_counter()
    CONTENDERS[name](folder, out)
    taken = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(json.dumps({"seconds": taken, "gigabytes": peak}))


def unlike(mine: Path, other: Path) -> list[str]:
    """Compare the sums of two panels; emergency days are more than visits, as stays take some."""
    sums = ", ".join(f"sum({name})" for name in SUMMED if name != "emergency_visit")
    a, b = (
        duckdb.sql(f"SELECT {sums} FROM '{place}/panel.parquet'").fetchall()[0] for place in (mine, other)
    )
    names = [name for name in SUMMED if name != "emergency_visit"]
    return [f"{name}: {x} and {y}" for name, x, y in zip(names, a, b, strict=True) if int(x) != int(y)]


def equal() -> int:
    """Compare engines on a million simulated lines."""
    with tempfile.TemporaryDirectory(prefix="allay-panel-") as place:
        folder = Path(place) / "claims"
        claims(folder, 1_000_000)
        made = {}
        for engine in ("reference", "duckdb", "portable", "spark"):
            started = time.perf_counter()
            made[engine] = build_panel(
                folder, engine=engine, memory="6GB", spec=spec(folder), output=Path(place) / engine
            )
            print(f"{engine}: {time.perf_counter() - started:.1f} s", flush=True)
        first = made["reference"]
        wrong = 0
        for engine, result in made.items():
            rows = duckdb.sql(
                f"SELECT count(*) FROM (FROM '{first.file}' EXCEPT ALL FROM '{result.file}')"
            ).fetchall()[0][0]
            same = rows == 0 and result.counts == first.counts
            wrong += not same
            print(f"{engine}: {result.counts['member_months']:,} rows, {'equal' if same else 'NOT EQUAL'}")
        return int(wrong > 0)


def main(*, large: bool = False) -> int:
    """Measure, print, and return 1 when a limit is missed."""
    with tempfile.TemporaryDirectory(prefix="allay-panel-") as place:
        folder, out = Path(place) / "claims", Path(place) / "out"
        claims(folder, TEN)
        out.mkdir()
        mine, memory = min(measured("ours", folder, out / "ours") for _ in range(2))
        slow, _ = measured("naive", folder, out / "naive")
        differences = unlike(out / "ours", out / "naive")
        print("sums equal those of the obvious SQL" if not differences else f"UNLIKE: {differences}")
        figures = [
            Figure("10 million lines, share of the obvious SQL", mine / slow, SHARE, ""),
            Figure("10 million lines, memory", memory, LARGE_GB, "GB"),
        ]
        part = Path(place) / "part"
        claims(part, PANDAS_LINES)
        taken, _ = measured("pandas", part, out / "pandas")
        small, _ = measured("ours", part, out / "small")
        figures.append(
            Figure("1 million lines, share of pandas (medical lines alone)", small / taken, 1.0, "")
        )
        if large:
            shutil.rmtree(folder)
            claims(folder, HUNDRED)
            big, held = measured("ours", folder, out / "large")
            figures += [
                Figure("100 million lines", big, LARGE_SECONDS, "s"),
                Figure("100 million lines, memory", held, LARGE_GB, "GB"),
                Figure("growth from 10 to 100 million lines", big / mine, GROWTH, "x"),
            ]
        return report(figures) or int(bool(differences))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--run"]:
        one(sys.argv[2], Path(sys.argv[3]), Path(sys.argv[4]))
    elif sys.argv[1:2] == ["--equal"]:
        sys.exit(equal())
    else:
        sys.exit(main(large="--large" in sys.argv))
