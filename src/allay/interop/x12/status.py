"""276 and 277: where a claim stands, asked and answered. 278: prior authorization, asked and answered."""

from __future__ import annotations

from dataclasses import dataclass

from allay.base.money import Money
from allay.interop.x12.envelope import Transaction
from allay.interop.x12.segments import Segment
from allay.interop.x12.values import Note, amount


@dataclass(frozen=True, slots=True)
class ClaimStatus:
    """Where one claim or line stands (STC of a 277): category, code and perhaps whose."""

    status: tuple[str, ...]
    date: str
    amount: Money | None
    paid: Money | None


@dataclass(frozen=True, slots=True)
class ReviewRequest:
    """What a 278 asks to be authorized (UM), in its codes."""

    category: str
    certification_type: str
    service_type: str
    facility: str
    level_of_service: str


@dataclass(frozen=True, slots=True)
class ReviewOutcome:
    """What a 278 answers (HCR): the action, the authorization's number, the reason."""

    action: str
    certification_number: str
    reason: str


@dataclass(frozen=True, slots=True)
class ServicesReview:
    """The content of a 278; what is not taken apart further stays in lists of elements."""

    asked: tuple[ReviewRequest, ...]
    outcomes: tuple[ReviewOutcome, ...]
    diagnoses: tuple[tuple[str, ...], ...]
    services: tuple[tuple[str, ...], ...]
    deliveries: tuple[tuple[str, ...], ...]
    dates: tuple[tuple[str, ...], ...]


def read_statuses(transaction: Transaction, *, note: Note) -> tuple[ClaimStatus, ...]:
    """Read the statuses of a 277; a 276 asks and has none."""
    return tuple(
        ClaimStatus(
            tuple(segment.parts(1)),
            segment[2],
            amount(segment, 4, note=note),
            amount(segment, 5, note=note),
        )
        for segment in transaction.body
        if segment.id == "STC"
    )


def read_review(transaction: Transaction) -> ServicesReview:
    """Read a 278."""
    body = transaction.body
    return ServicesReview(
        asked=tuple(
            ReviewRequest(each[1], each[2], each[3], each[4], each[6]) for each in body if each.id == "UM"
        ),
        outcomes=tuple(ReviewOutcome(each[1], each[2], each[3]) for each in body if each.id == "HCR"),
        diagnoses=tuple(
            tuple(each.parts(number))
            for each in body
            if each.id == "HI"
            for number in range(1, len(each.elements))
            if each[number]
        ),
        services=_elements(body, "SV1", "SV2", "SV3"),
        deliveries=_elements(body, "HSD"),
        dates=_elements(body, "DTP"),
    )


def _elements(body: tuple[Segment, ...], *ids: str) -> tuple[tuple[str, ...], ...]:
    return tuple(each.elements[1:] for each in body if each.id in ids)
