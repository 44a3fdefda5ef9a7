"""Made-up banks for the tests (synthetic: no published parameter is among them)."""

from __future__ import annotations

from allay.measures.irt.bank import GradedItem, ItemBank

BANK = ItemBank(
    (
        GradedItem("low", 1.7, (-2.0, -1.0, -0.2)),
        GradedItem("mid", 2.4, (-0.6, 0.1, 0.8, 1.5)),
        GradedItem("twin", 2.4, (-0.6, 0.1, 0.8, 1.5)),
        GradedItem("high", 3.1, (0.9, 1.6, 2.2)),
        GradedItem("yes_no", 1.1, (0.4,)),
    )
)
CSV = (
    "item,a,b1,b2,b3,b4\n"
    "low,1.7,-2.0,-1.0,-0.2,\n"
    "mid,2.4,-0.6,0.1,0.8,1.5\n"
    "twin,2.4,-0.6,0.1,0.8,1.5\n"
    "high,3.1,0.9,1.6,2.2,\n"
    "yes_no,1.1,0.4,,,\n"
)
