"""Members of a study: how each one's outcome changed, with what was known of them before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from allay.base.errors import InvalidValue
from allay.evaluation.inference.arrays import Flags, Floats, Ints

__all__ = ["MemberChanges"]


@dataclass(frozen=True, slots=True, eq=False)
class MemberChanges:
    """Change of each member (after less before), treated and compared.

    Attributes
    ----------
    change : float array [member]
    treated : bool array [member]
    weights : float array [member]
        Above 0 (leave out members who are not used).
    covariates : float array [member, covariate]
    names : tuple of str
    cluster : int array [member] or None
    """

    change: Floats
    treated: Flags
    weights: Floats
    covariates: Floats
    names: tuple[str, ...]
    cluster: Ints | None

    def __post_init__(self) -> None:
        count = len(self.change)
        shapes = self.treated.shape, self.weights.shape, self.covariates.shape
        if shapes != ((count,), (count,), (count, len(self.names))):
            raise InvalidValue(
                expected=f"{count} treated flags and weights, and {len(self.names)} covariates",
                found=f"shapes {shapes}",
            )
        if self.cluster is not None and self.cluster.shape != (count,):
            raise InvalidValue(expected=f"{count} clusters", found=f"shape {self.cluster.shape}")
        if not (np.isfinite(self.change).all() and np.isfinite(self.covariates).all()):
            raise InvalidValue(expected="changes and covariates that are numbers", found="others")
        if not (np.isfinite(self.weights).all() and (self.weights > 0).all()):
            raise InvalidValue(
                expected="weights above 0 (leave out members who are not used)", found="others"
            )
        if self.treated.all() or not self.treated.any():
            raise InvalidValue(expected="members treated and members compared", found="one kind only")

    @classmethod
    def of(
        cls,
        change: ArrayLike,
        treated: ArrayLike,
        *,
        weights: ArrayLike | None = None,
        covariates: ArrayLike | None = None,
        names: Sequence[str] = (),
        cluster: ArrayLike | None = None,
    ) -> MemberChanges:
        """Take arrays.

        Examples
        --------
        >>> found = MemberChanges.of([1.0, 2.0, 3.0], [True, False, False])
        >>> found.weights.tolist(), found.names
        ([1.0, 1.0, 1.0], ())
        """
        values = np.asarray(change, dtype=np.float64)
        return cls(
            values,
            np.asarray(treated, dtype=np.bool_),
            np.ones(len(values)) if weights is None else np.asarray(weights, dtype=np.float64),
            np.empty((len(values), 0)) if covariates is None else np.asarray(covariates, np.float64),
            tuple(names),
            None
            if cluster is None
            else np.unique(np.asarray(cluster), return_inverse=True)[1].astype(np.int64),
        )

    def only(self, chosen: Flags) -> MemberChanges:
        """Return some of the members.

        Examples
        --------
        >>> found = MemberChanges.of([1.0, 2.0, 3.0], [True, False, False])
        >>> found.only(np.array([True, False, True])).change.tolist()
        [1.0, 3.0]
        """
        return MemberChanges(
            self.change[chosen],
            self.treated[chosen],
            self.weights[chosen],
            self.covariates[chosen],
            self.names,
            None if self.cluster is None else self.cluster[chosen],
        )
