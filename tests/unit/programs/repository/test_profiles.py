"""Profiles: what they say, what is refused, and where."""

from __future__ import annotations

import io

import pytest

from allay.base.errors import InvalidInput
from allay.programs.repository.profile import statements
from allay.programs.repository.reading import read_profile
from allay.programs.repository.statement import Range, Source

PROFILE = """\
id: ours
recorded_on: 2026-10-01
sources:
  own: {title: Our own records, seen_as: SEEN, accessed: 2026-10-01, own: true}
identity:
  name:
    - {value: Riverside pain program, as_of: 2026-09, source: own, status: verified}
services:
  - {value: yoga, provider: yoga_therapist, as_of: 2026-09, source: own, status: verified}
"""
PLAIN = "as_of: 2026-09, source: own, status: verified}"


def read(text: str):
    return read_profile(io.BytesIO(text.encode()), name="p.yaml")


def refused(text: str) -> list[str]:
    with pytest.raises(InvalidInput) as caught:
        read(text)
    return str(caught.value).splitlines()


def test_a_profile_is_read_with_every_statement_in_its_place():
    profile = read(PROFILE)
    assert profile.name == "Riverside pain program"
    assert [keys for keys, _ in statements(profile)] == [("identity", "name", 0), ("services", 0)]
    assert profile.services[0].provider == "yoga_therapist"


def test_a_profile_may_be_json():
    tree = b'{"id": "ours", "recorded_on": "2026-10-01", "sources": {}}'
    assert read_profile(io.BytesIO(tree)).id == "ours"


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("value: yoga", "value: yogo", "p.yaml:9: /services/0/value: expected the id of a service"),
        ("provider: yoga_therapist", "provider: yogi", "p.yaml:9: /services/0/provider: expected the"),
        ("identity:", "identiti:", "p.yaml:5: /identiti: expected one of the keys unread, id"),
        ("  name:", "  nmae:", "did you mean 'name'?"),
        ("pain program, as_of: 2026-09,", "pain program,",
         "p.yaml:7: /identity/name/0/as_of: expected a value for this key, found nothing"),
        ("as_of: 2026-09, source", "as_of: 2026-13, source", "expected a date that exists"),
        ("as_of: 2026-09, source", "as_of: 2026, source", "(put it in quotes)"),
        ("as_of: 2026-09, source", "as_of: 09/2026, source", "/identity/name/0/as_of"),
        ("source: own, status: verified}\nservices", "source: theirs, status: verified}\nservices",
         "p.yaml:7: /identity/name/0/source: expected one of the sources own, found 'theirs'"),
        ("seen_as: SEEN", "seen_as: S2",
         "p.yaml:7: /identity/name/0/status: expected at most secondary, as its source was seen, found"),
        ("seen_as: SEEN", "seen_as: HEARD", "p.yaml:4: /sources/own/seen_as: expected one of the marks"),
        ("status: verified}\nservices", "status: unknown}\nservices", "no statement where nothing"),
        (", own: true", "", "p.yaml:4: /sources/own: expected href, locator or `own: true`"),
        ("value: Riverside pain program", "value: ''", "/identity/name/0/value"),
        ("id: ours", "id: Our Program", "p.yaml:1: /id"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_line_and_field(old, new, says):
    assert old in PROFILE
    assert says in "\n".join(refused(PROFILE.replace(old, new, 1)))


def test_a_source_that_nothing_rests_on_is_refused():
    text = PROFILE.replace(
        "identity:", "  idle: {title: A, seen_as: M, accessed: 2026-01-01, locator: p. 3}\nidentity:"
    )
    assert refused(text) == ["p.yaml:5: /sources/idle: expected a source that something rests on, found none"]


def test_every_problem_is_told_at_once():
    text = PROFILE.replace("value: yoga,", "value: yogo,").replace("2026-09", "soon")
    assert len(refused(text)) == 3


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("population:\n  patients:\n    - {" + PLAIN, "expected a value (or `hidden: true`), found none"),
        (
            "population:\n  patients:\n    - {value: 12, hidden: true, " + PLAIN,
            "expected no value, being hidden",
        ),
        ("population:\n  patients:\n    - {value: many, " + PLAIN, "/population/patients/0/value"),
        ("model:\n  weeks:\n    - {value: {low: 12, high: 8}, " + PLAIN, "or a high above 12"),
        ("results:\n  - {metric: pain, " + PLAIN, "expected a value (or `hidden: true`), found none"),
        ("results:\n  - {metric: Pain Score, value: 1, " + PLAIN, "/results/0/metric"),
        ("measures:\n  - {value: PEG, instrument: pegg, " + PLAIN, "did you mean 'peg'?"),
        ("measures:\n  - {value: PEG, domain: ouch, " + PLAIN, "one of the quality domains"),
        ("setting:\n  kind:\n    - {value: hospital, " + PLAIN, "'academic'"),
        ("targets:\n  - {metric: wait, value: 6, unit: weeks, at: at_most}", "/targets/0/source"),
    ],
)
def test_statements_of_each_kind_are_checked(line, says):
    assert says in "\n".join(refused(PROFILE + line + "\n"))


def test_sources_that_disagree_are_both_kept():
    lines = "population:\n  patients:\n" + "".join(f"    - {{value: {n}, {PLAIN}\n" for n in (18000, 17000))
    assert [each.value for each in read(PROFILE + lines).population.patients] == [18000, 17000]


def test_ranges_and_directions():
    text = "model:\n  weeks:\n    - {value: {low: 8, high: 13}, " + PLAIN
    assert read(PROFILE + text).model.weeks[0].value == Range(low=8, high=13)
    text = "results:\n  - {metric: cost, direction: lower, " + PLAIN
    assert read(PROFILE + text).results[0].value is None


def test_a_source_can_be_found():
    found = {"title": "A", "seen_as": "SEEN", "accessed": "2026-01-01"}
    assert Source.model_validate({**found, "href": "https://a.org"}, strict=False).own is False
