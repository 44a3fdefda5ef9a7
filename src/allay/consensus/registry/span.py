"""What holds from one day to before another."""

from __future__ import annotations

import datetime as dt
from typing import Self

from pydantic import Field, model_validator

from allay.base.dates import holds_on
from allay.base.documents import Strict


class DatedSpan(Strict):
    """Days `from` one up to, not including, `to`; open where one is left out.

    Examples
    --------
    >>> span = DatedSpan.model_validate({"to": dt.date(2026, 1, 1)})
    >>> span.holds_on(dt.date(2025, 12, 31)), span.holds_on(dt.date(2026, 1, 1))
    (True, False)
    """

    since: dt.date | None = Field(default=None, alias="from")
    until: dt.date | None = Field(default=None, alias="to")

    def holds_on(self, day: dt.date) -> bool:
        """Whether it holds on that day."""
        return holds_on(day, self.since, self.until)

    @model_validator(mode="after")
    def _forward(self) -> Self:
        if self.since and self.until and self.until <= self.since:
            raise ValueError(f"a day `to` after {self.since}, not {self.until}")
        return self
