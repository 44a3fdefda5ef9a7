"""The scale that statements are rated on."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from allay.base.documents import Strict
from allay.consensus.protocol.words import Label

Point = Annotated[int, Field(ge=-100, le=100)]
MOST_POINTS = 101


class RatingScale(Strict):
    """Whole numbers from `minimum` to `maximum`, of which the lowest and the highest mean no and yes.

    Attributes
    ----------
    minimum, maximum : int
    low_to : int
        Ratings of at most this are in the low region (inappropriate, not important, disagree).
    high_from : int
        Ratings of at least this are in the high region (appropriate, critical, agree).
    labels : tuple of str
        What the low region, the middle and the high region are called.

    Examples
    --------
    >>> RatingScale().points
    9
    >>> RatingScale(minimum=1, maximum=5, low_to=2, high_from=4).high_from
    4
    """

    minimum: Point = 1
    maximum: Point = 9
    low_to: Point = 3
    high_from: Point = 7
    labels: tuple[Label, Label, Label] = ("low", "middle", "high")

    @property
    def points(self) -> int:
        """How many answers the scale has."""
        return self.maximum - self.minimum + 1

    @property
    def nine_in_thirds(self) -> bool:
        """Whether it is that of the RAND/UCLA method: 1 to 9 in thirds, whatever their labels."""
        return (self.minimum, self.maximum, self.low_to, self.high_from) == (1, 9, 3, 7)

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if not self.minimum <= self.low_to < self.high_from <= self.maximum:
            raise ValueError("minimum <= low_to < high_from <= maximum")
        if self.points > MOST_POINTS:
            raise ValueError(f"at most {MOST_POINTS} points, not {self.points}")
        return self


NINE_POINTS = RatingScale()
"""The scale of the RAND/UCLA appropriateness method: 1 to 9, in three regions."""
