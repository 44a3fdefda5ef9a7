"""Bad input, each with its line."""

from __future__ import annotations

import io

import pytest

from allay.base.errors import InvalidInput
from allay.consensus.themes.reading import read_themes

HEAD = """id: a
title: Coverage
cases: [{id: P1}, {id: P2}]
coders: [{id: x, role: analyst}, {id: y, role: analyst}]
domains:
- {id: pay, name: Payment, categories: [{id: cap, name: Limits}, {id: fee, name: Fees}], not_asked: [P2]}
- {id: last, name: Lasting, categories: [{id: grant, name: Grants}]}
"""
DIFFER = """codings:
- {coder: x, case: P1, domain: pay, categories: [cap, fee]}
- {coder: y, case: P1, domain: pay, categories: [fee]}
"""


def problems(text):
    with pytest.raises(InvalidInput) as caught:
        read_themes(io.BytesIO(text.encode()), name="t.yaml")
    return [str(problem) for problem in caught.value.problems]


def test_what_holds_together_is_read():
    settled = (
        "settlements: [{case: P1, category: cap, present: true, how: discussed, by: both, reason: seen}]"
    )
    found = read_themes(io.BytesIO((HEAD + DIFFER + settled).encode()))
    assert found.settlements[0].present
    assert found.codings[1].categories == ("fee",)


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (
            "codings: [{coder: x, case: P3, domain: last}]",
            "8: /codings/0/case: expected a case of the file, found 'P3'",
        ),
        (
            "codings: [{coder: z, case: P1, domain: last}]",
            "/codings/0/coder: expected a coder of the file, found 'z'",
        ),
        ("codings: [{coder: x, case: P1, domain: no}]", "/codings/0/domain: expected a domain of the file"),
        (
            "codings: [{coder: x, case: P1, domain: pay, categories: [cop]}]",
            "/codings/0/categories/0: expected a category of the file, found 'cop'",
        ),
        (
            "codings: [{coder: x, case: P1, domain: last, categories: [cap]}]",
            "/codings/0/categories/0: expected a category of the domain last, found cap of pay",
        ),
        (
            "codings: [{coder: x, case: P1, domain: last, categories: [grant, grant]}]",
            "/codings/0/categories/1: expected each category once, found it again (line 8 has it)",
        ),
        (
            "codings:\n- {coder: x, case: P1, domain: last}\n"
            "- {coder: x, case: P1, domain: last, categories: [grant]}",
            "10: /codings/1: expected each judgment of a coder on a case and domain once, found it again (l",
        ),
        (
            "codings: [{coder: x, case: P2, domain: pay}]",
            "/codings/0/case: expected a case that was asked about pay",
        ),
        ("quotes: [{id: q, domain: pay}]", "/quotes/0/case: expected"),
        (
            "quotes: [{id: q, case: P1, domain: last, category: cap}]",
            "/quotes/0/category: expected a category of the",
        ),
        (
            "quotes: [{id: q, case: P9, domain: pay}]",
            "/quotes/0/case: expected a case of the file, found 'P9'",
        ),
        (f"quotes: [{{id: q, case: P1, domain: pay, text: {'x' * 301}}}]", "/quotes/0/text: expected"),
        ("memos: [{id: m, coder: z, text: t}]", "/memos/0/coder: expected a coder of the file"),
        (
            "core_ideas: [{case: P1, domain: pay, ideas: [a]}, {case: P1, domain: pay, ideas: [b]}]",
            "/core_ideas/1: expected each case and domain once",
        ),
        ("core_ideas: [{case: P1, domain: pay, ideas: []}]", "/core_ideas/0/ideas: expected"),
        ("labels: hill", "/labels: expected one of hill-2005, hill-1997, found 'hill'"),
        (
            "settlements: [{case: P1, category: grant, present: true, how: auditor, by: a, reason: r}]",
            "/settlements/0: expected a case and category that a coder judged",
        ),
        (
            "settlements: [{case: P2, category: cap, present: true, how: auditor, by: a, reason: r}]",
            "/settlements/0/case: expected a case that was asked about pay",
        ),
        (
            "settlements: [{case: P1, category: cap, present: true, how: auditor, by: a}]",
            "/settlements/0/reason",
        ),
    ],
)
def test_refused_with_its_place(more, told):
    found = problems(HEAD + more)
    assert len(found) == 1
    assert told in found[0]


def test_a_discussion_needs_a_difference_and_a_settlement_is_one():
    row = "- {case: P1, category: %s, present: true, how: %s, by: b, reason: r}\n"
    found = problems(HEAD + DIFFER + "settlements:\n" + row % ("fee", "discussed"))
    assert "a difference between coders" in found[0]
    assert found[0].startswith("t.yaml:12: ")
    found = problems(HEAD + DIFFER + "settlements:\n" + row % ("cap", "auditor") + row % ("cap", "discussed"))
    assert "each settlement of a case and category once, found it again (line 12 has it)" in found[0]
    overruled = HEAD + DIFFER + "settlements:\n" + row % ("fee", "auditor")
    assert read_themes(io.BytesIO(overruled.encode())).settlements


def test_an_empty_domain_ids_twice_and_more_are_all_told_in_order_of_lines():
    text = """id: a
title: t
cases: [{id: P1}, {id: P1}]
coders: [{id: x, role: r}]
domains:
- {id: one, name: One}
- {id: two, name: Two, categories: [{id: k, name: K}, {id: k, name: K}], not_asked: [P1, P1, P7]}
- {id: all, name: All, categories: [{id: l, name: L}]}
"""
    found = problems(text)
    assert [line.split(": expected")[0] for line in found] == [
        "t.yaml:3: /cases/1/id",
        "t.yaml:6: /domains/0",
        "t.yaml:7: /domains/1/categories/1/id",
        "t.yaml:7: /domains/1/not_asked/1",
        "t.yaml:7: /domains/1/not_asked/2",
        "t.yaml:8: /domains/2/id",
    ]
    assert "one, which is empty" in found[1]


def test_a_domain_with_core_ideas_alone_is_not_empty():
    text = HEAD.replace(", categories: [{id: grant, name: Grants}]", "")
    assert "empty" in problems(text)[0]
    ideas = "core_ideas: [{case: P1, domain: last, ideas: [A grant carried it.]}]"
    assert read_themes(io.BytesIO((text + ideas).encode())).domains[1].categories == ()
