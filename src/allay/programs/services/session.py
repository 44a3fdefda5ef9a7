"""A session as it was recorded."""

from __future__ import annotations

from dataclasses import dataclass

from allay.base.errors import InvalidValue
from allay.base.vocabulary import ProfessionId, ServiceId
from allay.programs.services.definition import Format, Setting

MOST_MINUTES = 1440
"""A day: no session is longer."""


@dataclass(frozen=True, slots=True)
class SessionRecord:
    """What was recorded of one session; None where the record says nothing.

    Attributes
    ----------
    service : ServiceId
        What the session is claimed to have been.
    profession : ProfessionId, optional
        Who delivered it.
    minutes : float, optional
    participants : int, optional
        Patients in the session.
    components : frozenset of str, optional
        What was done, as component ids. Empty means that nothing of the kind was done.

    Raises
    ------
    InvalidValue
        When a session cannot have been so: no length, nobody there, one format and the number of another.
    """

    service: ServiceId
    profession: ProfessionId | None = None
    minutes: float | None = None
    format: Format | None = None
    participants: int | None = None
    setting: Setting | None = None
    components: frozenset[str] | None = None

    def __post_init__(self) -> None:
        if self.minutes is not None and not 0 < self.minutes <= MOST_MINUTES:
            raise InvalidValue(expected=f"minutes above 0, up to {MOST_MINUTES}", found=f"{self.minutes:g}")
        if self.participants is not None and self.participants < 1:
            raise InvalidValue(expected="at least 1 participant", found=str(self.participants))
        if self.format == "individual" and (self.participants or 1) > 1:
            raise InvalidValue(
                expected="1 participant in an individual session", found=str(self.participants)
            )
