"""Strategies: what the field could do about a barrier, and whom that addresses."""

from __future__ import annotations

from allay.base.documents import Strict
from allay.consensus.protocol.words import Id, Label, Text
from allay.consensus.registry.words import OrganizationType, Ref


class Strategy(Strict):
    """Something the field could do.

    Examples
    --------
    >>> Strategy(id="bundle", title="Agree on a bundle", addresses=("payer", "provider")).barrier is None
    True
    """

    id: Id
    title: Label
    text: Text | None = None
    addresses: tuple[OrganizationType, ...] = ()
    barrier: Text | None = None
    workgroup: Ref | None = None
    sources: tuple[Ref, ...] = ()
