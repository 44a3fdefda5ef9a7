"""What a panel came to: where it lies, what was counted, and what it rests on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import Field

from allay.base.tables import Strict, read_json

PANEL_FILE, RECORD_FILE = "panel.parquet", "panel.json"


class Completion(Strict):
    """How complete payments for services are after some months.

    Attributes
    ----------
    lag : int
        Whole months from the month of service to the month of payment.
    factor : float
        Share of what will be paid that is paid by then: the inverse of the product of the later
        development factors (chain ladder).
    """

    lag: int
    factor: float


class PanelFinding(Strict):
    """What the check of claims found before a panel was made, and what was done about it.

    Attributes
    ----------
    id, table, column : str
        The kind of finding, and where.
    count : int
        In how many rows.
    decision : str
        `drop` or `keep_flagged`.
    """

    id: str
    table: str
    column: str
    count: int
    decision: str


class PanelRecord(Strict):
    """What stands beside a panel: versions, decisions, counts.

    Attributes
    ----------
    claims_findings : tuple of PanelFinding, optional
        None when the claims were not checked.
    counts : mapping of str to int
        Rows, duplicates, live and reversed lines of each table of claims; what lies outside the window and
        outside enrollment, and what it cost; members and member-months of the panel.
    incomplete_months : tuple of date
        Months that are in the panel and too young to be complete.
    left_out_from : date, optional
        First month that was left out because it is too young.
    top_coding_level_cents : int, optional
        None when no member-month cost anything.
    """

    kind: str = "allay evaluation panel"
    allay_version: str
    engine: str
    first_month: dt.date
    last_month: dt.date
    cost: str
    value_sets: Mapping[str, str]
    factor_set: str
    opioid_products: int
    opioid_products_without_dose: Mapping[str, str]
    decisions: tuple[str, ...]
    notes: tuple[str, ...]
    claims_decisions: Mapping[str, str] = Field(default_factory=dict)
    claims_findings: tuple[PanelFinding, ...] | None = None
    counts: Mapping[str, int]
    paid_through: dt.date | None
    incomplete_months: tuple[dt.date, ...]
    left_out_from: dt.date | None
    completion: tuple[Completion, ...]
    top_coding_share: float
    top_coding_level_cents: int | None


@dataclass(frozen=True, slots=True)
class PanelResult:
    """A panel that was written.

    Attributes
    ----------
    path : Path
        The folder with ``panel.parquet`` and ``panel.json``.
    record : PanelRecord
        What stands in ``panel.json``.
    """

    path: Path
    record: PanelRecord

    @property
    def file(self) -> Path:
        """The panel itself."""
        return self.path / PANEL_FILE

    @property
    def counts(self) -> Mapping[str, int]:
        """What was counted on the way."""
        return self.record.counts

    @property
    def decisions(self) -> tuple[str, ...]:
        """What was decided where claims leave a choice."""
        return self.record.decisions

    @property
    def versions(self) -> Mapping[str, str]:
        """Value sets in their versions, with their statuses."""
        return self.record.value_sets


def read_panel(folder: str | Path) -> PanelResult:
    """Open a panel that was written.

    Raises
    ------
    InvalidInput
        When the folder has no panel.
    """
    from allay.base.errors import InvalidInput, Problem

    path = Path(folder)
    for name in (PANEL_FILE, RECORD_FILE):
        if not (path / name).is_file():
            raise InvalidInput(
                Problem(str(path), "-", name, "a folder that `allay evaluation panel` wrote", "none")
            )
    return PanelResult(path, read_json(path / RECORD_FILE, PanelRecord))
