"""Simulator of claims: 10,000,000 lines with every feature on, as Parquet, on two cores.

Every feature is first looked for in the data: staggered starts at a peak of pain, enrollment that ends,
comes back and begins within a month, deaths, reversed and replaced lines, lines paid in error, rows that
stand there twice, emergency visits on two claims, payments that came too late to be in the claims, opioids
whose dose falls, stays, and a category the program leaves alone. The limit is in seconds of the clock; what
else the machine does makes it longer, so processor time stands beside it.
"""

from __future__ import annotations

import os
import resource
import sys
import tempfile
import time
from pathlib import Path

import duckdb

from allay.evaluation.simulation import default_design, simulate
from allay.evaluation.simulation.design import SimulationDesign
from allay.evaluation.simulation.truth import SimulationTruth
from figures import Figure, report

LINES, MEMBERS, MONTHS, SEED, REPEATS = 10_000_000, 174_000, 36, 7, 3
LIMIT, MEMORY = 15.0, 2_000.0

FEATURES = {
    "starts in five months": "select count(distinct index_date) = 5 from roster",
    "spans that begin within a month": """
        select count(*) > 0 from enrollment where day(enrollment_start_date) > 1""",
    "members with two spans": "select count(*) > count(distinct person_id) from enrollment",
    "deaths": "select count(death_date) > 0 from member",
    "rows that take back": "select count(*) > 0 from medical where paid_amount < 0",
    "lines replaced under their own claim": """
        select count(*) > 0 from (select 1 from medical where bucket = '00'
        group by claim_id, claim_line_number
        having count(distinct paid_amount) = 3 and sum(sign(paid_amount)) = 1)""",
    "lines that net to zero": """
        select count(*) > 0 from (select 1 from (select distinct * from medical where bucket = '00')
        group by claim_id, claim_line_number having count(*) > 1 and sum(paid_amount) = 0)""",
    "rows that stand there twice": """
        select (select count(*) from medical where bucket = '00') >
        (select count(*) from (select distinct * from medical where bucket = '00'))""",
    "emergency visits on two claims": """
        select count(*) > 0 from medical a join medical b using (person_id, claim_line_start_date)
        where a.bucket = '00' and b.bucket = '00' and a.revenue_center_code = '0450'
        and b.place_of_service_code = '23'""",
    "stays of several days": """
        select max(discharge_date - admission_date) > 3 from medical where drg_code is not null""",
    "starts at a peak": """
        select count(*) filter (where ago = 1) > 1.2 * count(*) filter (where ago = 6) from
        (select date_diff('month', claim_line_start_date, index_date) as ago
        from medical join roster using (person_id))""",
    "refills of opioids": "select count(*) > 0 from pharmacy where rxnorm_code = '857005'",
    "doses that fall": """
        select count(distinct quantity) > 1 from pharmacy join roster using (person_id)
        where rxnorm_code = '857005' and quantity > 0""",
}


def missing(folder: Path, truth: SimulationTruth) -> list[str]:
    """Name the features that are not in the data."""
    base = duckdb.connect()
    base.execute(f"create view member as from '{folder}/member.parquet'")
    base.execute(f"create view enrollment as from '{folder}/enrollment.parquet'")
    base.execute(f"create view roster as from read_csv('{folder}/roster.csv')")
    for name in ("medical", "pharmacy"):
        place = (
            f"'{folder}/{name}_claim/*/*.parquet', hive_partitioning=true, hive_types={{'bucket': varchar}}"
        )
        base.execute(f"create view {name} as from read_parquet({place})")
    found = [name for name, query in FEATURES.items() if not base.execute(query).fetchone()[0]]
    counts = truth.counts
    checks = {
        "payments cut off": counts["medical_claim.not_yet_paid"] > 0,
        "a negative control": truth.of(truth.negative_control).simple.att == 0,
        "effects": all(truth.of(name).simple.att < 0 for name in ("emergency_visit", "total_cost_cents")),
        "effects that differ by cohort": len({one.att for one in truth.of("injection").group}) > 1,
        "heterogeneity and trends by covariates": any(dict(truth.design.heterogeneity).values())
        and truth.design.process.drift_condition > 0,
    }
    return found + [name for name, holds in checks.items() if not holds]


def timed(folder: Path, design: SimulationDesign) -> tuple[SimulationTruth, float, float]:
    """Simulate; return the truth, seconds of the clock and of the processor."""
    clock, used = time.perf_counter(), time.process_time()
    truth = simulate(folder, members=MEMBERS, months=MONTHS, seed=SEED, design=design)
    return truth, time.perf_counter() - clock, time.process_time() - used


def main() -> int:
    """Measure, print, and return 1 when a limit is missed."""
    design = default_design(members=MEMBERS, months=MONTHS, seed=SEED)
    taken = []
    with tempfile.TemporaryDirectory() as place:
        for turn in range(REPEATS):
            folder = Path(place) / f"claims-{turn}"
            truth, clock, used = timed(folder, design)
            taken.append((clock, used))
            if turn == 0:
                lines = truth.counts["medical_claim.rows"] + truth.counts["pharmacy_claim.rows"]
                size = sum(file.stat().st_size for file in folder.rglob("*.parquet")) / 1e6
                # Before anything else allocates: the most the simulator itself ever held.
                peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
                absent = missing(folder, truth)
    assert not absent, f"not in the data: {', '.join(absent)}"
    assert lines >= LINES, f"only {lines:,} lines"
    clock, used = min(taken)
    print(
        f"{lines:,} lines of {MEMBERS:,} members, {size:.0f} MB; {len(FEATURES) + 5} features found; "
        f"processor {used:.1f} s on {os.cpu_count()} cores; clock of each run "
        + ", ".join(f"{each:.1f}" for each, _ in taken)
        + " s"
    )
    return report(
        [
            Figure(
                f"{LINES / 1e6:.0f} million lines, every feature, clock", clock * LINES / lines, LIMIT, "s"
            ),
            Figure("most memory", peak, MEMORY, "MB"),
        ]
    )


if __name__ == "__main__":
    sys.exit(main())
