"""Distributions of one number, each known by its quantile function, mean and standard deviation.

A draw is the quantile of a uniform number, so that draws are keyed, correlated and cut at 2.5% and 97.5% in
one way for all of them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy import special

from allay.base.errors import InvalidValue

Array = NDArray[np.float64]


class Distribution(Protocol):
    """What every distribution of one number can say: its quantiles, mean and standard deviation."""

    def quantile(self, share: Array) -> Array:
        """Return the values below which the shares lie; `share` has any shape, within 0 and 1."""

    @property
    def mean(self) -> float:
        """The expected value."""

    @property
    def sd(self) -> float:
        """The standard deviation."""


def _need(holds: bool, expected: str, found: object) -> None:
    if not holds:
        raise InvalidValue(expected=expected, found=str(found))


@dataclass(frozen=True, slots=True)
class Fixed:
    """A number that is known.

    Examples
    --------
    >>> Fixed(3.0).quantile(np.array([0.1, 0.9])).tolist()
    [3.0, 3.0]
    """

    value: float

    def quantile(self, share: Array) -> Array:
        """Return the value for every share."""
        return np.full_like(share, self.value)

    @property
    def mean(self) -> float:
        """The value."""
        return self.value

    @property
    def sd(self) -> float:
        """Zero."""
        return 0.0


@dataclass(frozen=True, slots=True)
class Beta:
    """A share between 0 and 1, or, with `low` and `high`, a number between those.

    Examples
    --------
    >>> utility = Beta.from_mean_se(0.806, 0.004)
    >>> round(utility.mean, 3), round(utility.sd, 3)
    (0.806, 0.004)
    """

    a: float
    b: float
    low: float = 0.0
    high: float = 1.0

    def __post_init__(self) -> None:
        _need(self.a > 0 and self.b > 0, "a and b of a beta above 0", f"{self.a:g} and {self.b:g}")
        _need(self.low < self.high, "a low end below the high end", f"{self.low:g} and {self.high:g}")

    @classmethod
    def from_mean_se(cls, mean: float, se: float) -> Beta:
        """Find a and b by the method of moments."""
        _need(0 < mean < 1, "a mean of a beta between 0 and 1", f"{mean:g}")
        limit = math.sqrt(mean * (1 - mean))
        _need(0 < se < limit, f"a standard error of a beta above 0 and below {limit:g}", f"{se:g}")
        total = mean * (1 - mean) / se**2 - 1
        return cls(mean * total, (1 - mean) * total)

    @classmethod
    def pert(cls, low: float, mode: float, high: float) -> Beta:
        """Make the PERT distribution of three points: its mean is (low + 4 mode + high) / 6."""
        _need(low <= mode <= high and low < high, "low <= mode <= high", f"{low:g}, {mode:g}, {high:g}")
        width = high - low
        return cls(1 + 4 * (mode - low) / width, 1 + 4 * (high - mode) / width, low, high)

    def quantile(self, share: Array) -> Array:
        """Invert the incomplete beta function."""
        found: Array = self.low + (self.high - self.low) * special.betaincinv(self.a, self.b, share)
        return found

    @property
    def mean(self) -> float:
        """The expected value."""
        return self.low + (self.high - self.low) * self.a / (self.a + self.b)

    @property
    def sd(self) -> float:
        """The standard deviation."""
        total = self.a + self.b
        return (self.high - self.low) * math.sqrt(self.a * self.b / (total + 1)) / total


@dataclass(frozen=True, slots=True)
class Gamma:
    """A cost or a rate: above 0, with a long right tail.

    Examples
    --------
    >>> cost = Gamma.from_mean_se(265.34, 37.89)
    >>> round(cost.mean, 2), round(cost.sd, 2)
    (265.34, 37.89)
    """

    shape: float
    scale: float

    def __post_init__(self) -> None:
        given = f"{self.shape:g} and {self.scale:g}"
        _need(self.shape > 0 and self.scale > 0, "shape and scale of a gamma above 0", given)

    @classmethod
    def from_mean_se(cls, mean: float, se: float) -> Gamma:
        """Find shape and scale by the method of moments."""
        _need(mean > 0 and se > 0, "mean and standard error of a gamma above 0", f"{mean:g} and {se:g}")
        return cls((mean / se) ** 2, se**2 / mean)

    def quantile(self, share: Array) -> Array:
        """Invert the incomplete gamma function."""
        found: Array = self.scale * special.gammaincinv(self.shape, share)
        return found

    @property
    def mean(self) -> float:
        """The expected value."""
        return self.shape * self.scale

    @property
    def sd(self) -> float:
        """The standard deviation."""
        return math.sqrt(self.shape) * self.scale


@dataclass(frozen=True, slots=True)
class LogNormal:
    """A ratio such as a relative risk: its logarithm is normal.

    Examples
    --------
    >>> ratio = LogNormal.from_interval(0.509, 0.365, 0.710)
    >>> [round(float(x), 3) for x in ratio.quantile(np.array([0.025, 0.5, 0.975]))]
    [0.365, 0.509, 0.71]
    """

    log_mean: float
    log_sd: float

    def __post_init__(self) -> None:
        _need(self.log_sd > 0, "a standard deviation of the logarithm above 0", f"{self.log_sd:g}")

    @classmethod
    def from_interval(cls, median: float, low: float, high: float, *, confidence: float = 0.95) -> LogNormal:
        """Take the median, and the width of the interval on the scale of logarithms."""
        expected = "0 < low <= median <= high and low < high"
        _need(0 < low <= median <= high and low < high, expected, f"{low:g}, {median:g}, {high:g}")
        width = 2 * float(special.ndtri((1 + confidence) / 2))
        return cls(math.log(median), math.log(high / low) / width)

    @classmethod
    def from_mean_se(cls, mean: float, se: float) -> LogNormal:
        """Match mean and standard error on the scale of the number itself."""
        _need(mean > 0 and se > 0, "mean and standard error of a lognormal above 0", f"{mean:g} and {se:g}")
        variance = math.log1p((se / mean) ** 2)
        return cls(math.log(mean) - variance / 2, math.sqrt(variance))

    def quantile(self, share: Array) -> Array:
        """Exponentiate the normal quantile."""
        found: Array = np.exp(self.log_mean + self.log_sd * special.ndtri(share))
        return found

    @property
    def mean(self) -> float:
        """The expected value, which lies above the median."""
        return math.exp(self.log_mean + self.log_sd**2 / 2)

    @property
    def sd(self) -> float:
        """The standard deviation."""
        return self.mean * math.sqrt(math.expm1(self.log_sd**2))


@dataclass(frozen=True, slots=True)
class Normal:
    """A number that may lie on either side of its mean; with `low` or `high` the normal cut off there.

    `location` and `spread` are the mean and standard deviation before anything is cut off.

    Examples
    --------
    >>> Normal(10, 2).mean, round(Normal(0, 1, low=0).mean, 4)
    (10.0, 0.7979)
    """

    location: float
    spread: float
    low: float = -math.inf
    high: float = math.inf

    def __post_init__(self) -> None:
        _need(self.spread > 0, "a standard deviation above 0", f"{self.spread:g}")
        _need(self.low < self.high, "a low end below the high end", f"{self.low:g} and {self.high:g}")
        held = self._upper - self._lower
        _need(
            held > 0, "a range in which the normal has some of its values", f"{self.low:g} to {self.high:g}"
        )

    @property
    def _lower(self) -> float:
        return float(special.ndtr((self.low - self.location) / self.spread))

    @property
    def _upper(self) -> float:
        return float(special.ndtr((self.high - self.location) / self.spread))

    def quantile(self, share: Array) -> Array:
        """Take the quantile within what is not cut off."""
        within = self._lower + share * (self._upper - self._lower)
        found: Array = np.clip(self.location + self.spread * special.ndtri(within), self.low, self.high)
        return found

    def _moments(self) -> tuple[float, float]:
        ends = [(end - self.location) / self.spread for end in (self.low, self.high)]
        heights = [math.exp(-(end**2) / 2) / math.sqrt(2 * math.pi) for end in ends]
        tilted = [0.0 if math.isinf(end) else end * h for end, h in zip(ends, heights, strict=True)]
        held = self._upper - self._lower
        shift = (heights[0] - heights[1]) / held
        return shift, 1 + (tilted[0] - tilted[1]) / held - shift**2

    @property
    def mean(self) -> float:
        """The expected value after cutting."""
        return self.location + self.spread * self._moments()[0]

    @property
    def sd(self) -> float:
        """The standard deviation after cutting."""
        return self.spread * math.sqrt(max(0.0, self._moments()[1]))


@dataclass(frozen=True, slots=True)
class Triangular:
    """A number between two ends, most likely at the mode.

    Examples
    --------
    >>> Triangular(0, 3, 6).mean, Triangular(0, 3, 6).quantile(np.array([0.5])).tolist()
    (3.0, [3.0])
    """

    low: float
    mode: float
    high: float

    def __post_init__(self) -> None:
        given = f"{self.low:g}, {self.mode:g}, {self.high:g}"
        _need(self.low <= self.mode <= self.high and self.low < self.high, "low <= mode <= high", given)

    def quantile(self, share: Array) -> Array:
        """Invert the two halves of the triangle."""
        width, left = self.high - self.low, self.mode - self.low
        rising = self.low + np.sqrt(share * width * left)
        falling = self.high - np.sqrt((1 - share) * width * (self.high - self.mode))
        return np.where(share * width < left, rising, falling)

    @property
    def mean(self) -> float:
        """The expected value."""
        return (self.low + self.mode + self.high) / 3

    @property
    def sd(self) -> float:
        """The standard deviation."""
        low, mode, high = self.low, self.mode, self.high
        return math.sqrt((low**2 + mode**2 + high**2 - low * mode - low * high - mode * high) / 18)


@dataclass(frozen=True, slots=True)
class Uniform:
    """A number between two ends, each as likely.

    Examples
    --------
    >>> Uniform(2, 6).mean, Uniform(2, 6).quantile(np.array([0.25])).tolist()
    (4.0, [3.0])
    """

    low: float
    high: float

    def __post_init__(self) -> None:
        _need(self.low < self.high, "a low end below the high end", f"{self.low:g} and {self.high:g}")

    def quantile(self, share: Array) -> Array:
        """Walk from one end to the other."""
        return self.low + share * (self.high - self.low)

    @property
    def mean(self) -> float:
        """The expected value."""
        return (self.low + self.high) / 2

    @property
    def sd(self) -> float:
        """The standard deviation."""
        return (self.high - self.low) / math.sqrt(12)
