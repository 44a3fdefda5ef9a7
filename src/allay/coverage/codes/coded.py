"""What a service comes to: codes with units, and a reason for each and for all that was not coded."""

from __future__ import annotations

from dataclasses import dataclass

from allay.base.fact import Reference
from allay.base.status import Status
from allay.coverage.answers import Reason
from allay.coverage.codes.codingfile import WayRow
from allay.coverage.codes.ways import coding_sources

STAGE = "code"
CODED, NOT_CODED, MISSING = "coded", "not_coded", "missing"


@dataclass(frozen=True, slots=True)
class CodedUnits:
    """A code with its units, for one patient."""

    code: str
    units: int


@dataclass(frozen=True, slots=True)
class CodedService:
    """What a service comes to.

    Parameters
    ----------
    lines : tuple of CodedUnits
        What can be billed, in the order base, add-on.
    reasons : tuple of Reason
        For each line, and for all that was not coded; `outcome` is `coded`, `not_coded` or `missing`.
    missing : tuple of str
        The details to ask for.
    """

    service: str
    lines: tuple[CodedUnits, ...] = ()
    reasons: tuple[Reason, ...] = ()
    missing: tuple[str, ...] = ()

    @property
    def status(self) -> Status:
        """The weakest status of the reasons."""
        return Status.weakest([reason.status for reason in self.reasons] or [Status.UNKNOWN])


def way_reason(
    way: WayRow, text: str, outcome: str, *, status: Status | None = None, more: tuple[Reference, ...] = ()
) -> Reason:
    """Make a reason that rests on a way of coding, and on whatever else is given."""
    return Reason(
        rule=f"coding.{way.id}",
        text=text,
        outcome=outcome,
        status=Status.weakest([way.status, status or way.status]),
        references=tuple(dict.fromkeys((coding_sources()[way.source], *more))),
        stage=STAGE,
    )
