"""Getting a study ready: claims checked, the panel made, people found; no outcome after a start is read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from allay.base.errors import InvalidInput, InvalidValue, Problem
from allay.evaluation.claims.check import check_claims, working
from allay.evaluation.claims.columns import literal
from allay.evaluation.claims.result import ClaimsCheck
from allay.evaluation.panel import PanelResult, PanelSpec, build_panel
from allay.evaluation.panel.build import Engine
from allay.evaluation.study.cohort import StudyCohort, build_cohort
from allay.evaluation.study.lock import FrozenFile, fingerprints
from allay.evaluation.study.months import add_months
from allay.evaluation.study.protocol import Study
from allay.evaluation.study.protocolfile import ProtocolFile
from allay.evaluation.study.roster import StarterRoster, read_people, read_roster
from allay.evaluation.valuesets.valueset import references


@dataclass(frozen=True, slots=True, eq=False)
class ReadyStudy:
    """What a study works on.

    Attributes
    ----------
    protocol : ProtocolFile
    connection : duckdb connection
        With the views of the claims, without the rows that the check leaves out.
    panel : PanelResult
    claims : dict
        What the check found.
    inputs : tuple of FrozenFile
    value_sets : dict of str to str
    roster : StarterRoster
    exposed : tuple of str
    """

    protocol: ProtocolFile
    connection: duckdb.DuckDBPyConnection
    panel: PanelResult
    claims: dict[str, Any]
    inputs: tuple[FrozenFile, ...]
    value_sets: dict[str, str]
    roster: StarterRoster
    exposed: tuple[str, ...]

    @property
    def study(self) -> Study:
        """The protocol."""
        return self.protocol.study

    def cohort(self, *, whole_window: bool = True) -> StudyCohort:
        """Find the people of the study; an earlier cohort of this connection is gone then."""
        return build_cohort(
            self.connection,
            self.study,
            self.roster,
            panel=self.panel.file,
            roster_name=self.protocol.roster.name,
            exposed=self.exposed,
            whole_window=whole_window,
        )


def panel_spec(study: Study) -> PanelSpec:
    """Return how the panel of a study is made.

    Examples
    --------
    >>> from allay.evaluation.study.protocolfile import _SMALL
    >>> panel_spec(_SMALL).last_month.isoformat()
    '2025-09-01'
    """
    return PanelSpec(
        first_month=study.window.start,
        last_month=add_months(study.window.start, study.window.months - 1),
        cost=study.panel.cost,
        top_coding=study.panel.topcode_percentile / 100,
    )


@contextmanager
def ready(
    protocol: ProtocolFile,
    *,
    folder: Path,
    engine: Engine = "duckdb",
    memory: str = "12GB",
    allay_version: str,
) -> Iterator[ReadyStudy]:
    """Check the claims, make the panel and open both.

    Parameters
    ----------
    protocol : ProtocolFile
    folder : Path
        Where to put the panel while the study runs.
    engine : str
        Of the panel.
    memory : str
    allay_version : str

    Raises
    ------
    InvalidInput
        Claims that are refused: every finding by table, row and column. A roster that cannot be read.
    """
    study = protocol.study
    roster = read_roster(protocol.roster, name=study.roster)
    exposed: tuple[str, ...] = ()
    files = [protocol.roster]
    if protocol.exposed_before is not None:
        exposed = read_people(protocol.exposed_before, name=study.population.exposed_before)
        files.append(protocol.exposed_before)
    with working(memory) as connection:
        found = check_claims(protocol.claims, connection=connection, allay_version=allay_version)
        if not found.accepted:
            raise InvalidInput(
                [problem for one in found.refused for problem in one.problems]
                or [
                    Problem(
                        study.claims, "-", "claims", "claims that can be used", "findings that are refused"
                    )
                ],
                total=sum(one.count for one in found.refused),
            )
        spec = panel_spec(study)
        panel = build_panel(
            protocol.claims,
            engine=engine,
            memory=memory,
            spec=spec,
            # Where the check leaves rows out, the panel must do so too; else the files serve as they are.
            decisions={} if any(found.dropped.values()) else None,
            output=folder / "panel",
        )
        refuse_window(protocol, panel)
        yield ReadyStudy(
            protocol=protocol,
            connection=connection,
            panel=panel,
            claims=without_examples(found),
            inputs=fingerprints(protocol.claims, *files),
            value_sets=references(spec.sets()),
            roster=roster,
            exposed=exposed,
        )


def refuse_window(protocol: ProtocolFile, panel: PanelResult) -> None:
    """Refuse a window of which the first or the last month has no coverage at all: nobody could be in.

    Raises
    ------
    InvalidInput
        At the window of the protocol, with the months that there are.
    """
    window = protocol.study.window
    last = add_months(window.start, window.months - 1)
    path = literal(str(panel.file))
    there = duckdb.sql(f"SELECT min(month), max(month) FROM read_parquet({path})").fetchall()[0]  # noqa: S608
    if there[0] is None:
        expected = "months with coverage, of which this window has none"
        found = f"{window.start:%Y-%m} to {last:%Y-%m}"
        raise InvalidInput(protocol.document.problem("window", expected=expected, found=found))
    for key, wanted, fits in (
        ("start", window.start, there[0] <= window.start),
        ("end", last, there[1] >= last),
    ):
        if not fits:
            expected = f"months with coverage, {there[0]:%Y-%m} to {there[1]:%Y-%m}"
            found = f"{wanted:%Y-%m}" + (" after the run-out" if key == "end" else "")
            raise InvalidInput(protocol.document.problem("window", key, expected=expected, found=found))


def without_examples(found: ClaimsCheck) -> dict[str, Any]:
    """Return what a check found, without the rows that it shows as examples: they are of single people.

    Examples
    --------
    >>> from allay.evaluation.claims.kinds import decided
    >>> from allay.evaluation.claims.limits import claims_limits
    >>> found = ClaimsCheck(allay_version="1", rows={}, dropped={}, extract_end=None, limits=claims_limits(),
    ...                     decisions=decided(), findings=(), notes=(), accepted=True)
    >>> without_examples(found)["findings"]
    []
    """
    tree = found.model_dump(mode="json")
    tree["findings"] = [
        {key: value for key, value in one.items() if key != "examples"} for one in tree["findings"]
    ]
    return tree


def at_weighting(protocol: ProtocolFile, error: InvalidValue) -> InvalidInput:
    """Say at the weighting of a protocol what cannot be weighed."""
    return InvalidInput(
        protocol.document.problem("weighting", "covariates", expected=error.expected, found=error.found)
    )
