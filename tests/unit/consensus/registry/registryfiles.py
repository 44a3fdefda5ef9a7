"""A made-up registry with an entry of every kind, written into a folder, with changes to break it."""

from __future__ import annotations

from pathlib import Path

FILES = {
    "sources.yaml": """\
format: allay-registry/1
synthetic: true
sources:
  - {id: minutes, title: Minutes, accessed: 2026-01-10, status: contract}
  - {id: hearsay, title: What was told, status: memory}
""",
    "organizations.yaml": """\
format: allay-registry/1
synthetic: true
organizations:
  - id: alpha
    name: Alpha Health
    aliases:
      - {name: Alpha Care, to: 2025-01-01, sources: [minutes]}
    type: payer
    region: West
    sources: [minutes]
  - id: beta
    name: Beta Clinic
    type: provider
    setting: academic
    region: West
    sources: [Minutes]
""",
    "people.yaml": """\
format: allay-registry/1
synthetic: true
people:
  - id: p1
    organization: Alpha Care
    roles:
      - {role: medical director, organization: alpha, from: 2024-01-01}
    interests:
      - {on: 2025-06-01, declared: Owns shares of Alpha}
      - {on: 2026-06-01}
  - id: p2
    interests:
      - {on: 2024-01-15, declared: Paid talks}
  - id: p3
    roles:
      - {role: advisor, to: 2025-01-01}
  - id: p4
    interests:
      - {on: 2026-05-01, declared: A grant, valid_until: 2026-08-01}
  - id: p5
""",
    "workgroups.yaml": """\
format: allay-registry/1
synthetic: true
workgroups:
  - id: access
    name: Access to Care
    aliases:
      - {name: Coverage Questions, from: 2024-01-01, to: 2025-01-01, sources: [minutes]}
    co_facilitators:
      - {person: p1, from: 2024-01-01}
    roster:
      - {person: p2}
      - {person: p3, to: 2025-01-01}
    slots:
      - {day: 3rd Tuesday, time: noon Eastern, from: 2026-01-01, sources: [minutes]}
    scope:
      - {version: 1, on: 2024-01-01, text: All of coverage, sources: [minutes]}
      - {version: 2, on: 2025-03-01, text: Four questions, reason: Too much, sources: [minutes]}
    progress:
      - {on: 2026-02-01, text: A draft is there}
    sources: [minutes]
""",
    "meetings.yaml": """\
format: allay-registry/1
synthetic: true
meetings:
  - id: february
    title: Extra meeting
    on: 2026-02-17
    place: Boston
    status: held
    workgroup: Coverage Questions
    attendance:
      - {of: people, said: about 12, number: 12, sources: [minutes]}
    sources: [minutes]
  - id: april
    title: Summit
    on: 2026-04-10
    until: 2026-04-11
    status: planned
    attended: [p4]
    sources: [hearsay]
""",
    "documents.yaml": """\
format: allay-registry/1
synthetic: true
documents:
  - id: paper
    title: White paper
    workgroup: access
    versions:
      - {version: 1, on: 2025-01-01, text: Everything, sources: [minutes]}
      - {version: 2, on: 2026-01-05, stage: published, text: Four barriers, reason: Cut, sources: [minutes]}
    comment_periods:
      - {document: paper, version: 2, opens: 2026-02-01, closes: 2026-03-01}
    sources: [minutes]
""",
    "strategies.yaml": """\
format: allay-registry/1
synthetic: true
strategies:
  - {id: bundles, title: Agree on bundles, addresses: [payer, provider], barrier: Volume, workgroup: access}
""",
    "actions.yaml": """\
format: allay-registry/1
synthetic: true
actions:
  - id: ask
    what: Ask the payer
    owner: p1
    due: 2026-03-01
    workgroup: coverage questions
    strategy: bundles
    history:
      - {on: 2026-01-01, status: open}
      - {on: 2026-02-01, status: in progress}
  - id: draft
    what: Write the draft
    owner: Access to Care
    due: 2026-01-15
    history:
      - {on: 2025-12-01, status: open}
      - {on: 2026-01-20, status: done, evidence: Draft 2 is in the minutes}
  - id: call
    what: Call the clinic
    owner: Alpha Care
    due: 2026-02-01
    history:
      - {on: 2026-01-01, status: open}
  - id: count
    what: Count visits
    owner: p2
    history:
      - {on: 2026-01-05, status: open}
      - {on: 2026-01-06, status: dropped, reason: Nobody has the data}
""",
    "endorsements.yaml": """\
format: allay-registry/1
synthetic: true
endorsements:
  - {organization: beta, name: Beta Clinic, on: 2026-02-01, of: White Paper}
""",
    "policies.yaml": """\
format: allay-registry/1
synthetic: true
policies:
  - id: acupuncture-bill
    kind: bill
    jurisdiction: WA
    number: HB 0000
    title: A made-up bill on visits
    history:
      - {on: 2025-01-10, status: introduced, sources: [minutes]}
      - {on: 2025-02-10, status: in committee, sources: [minutes]}
      - {on: 2026-01-10, status: passed one chamber, sources: [hearsay]}
    coverage_rules: [us.wa.review_free_visits]
    workgroup: access
    strategies: [bundles]
""",
    "counts.yaml": """\
format: allay-registry/1
synthetic: true
counts:
  - id: members
    of: members
    stated: 10
    dimensions:
      - {by: type, counts: {payer: 4, provider: 6}, sources: [minutes]}
      - {by: region, sum: 12, sources: [hearsay]}
    sources: [minutes]
""",
}


def written(folder: Path, changes: dict[str, tuple[str, str]] | None = None) -> Path:
    """Write the registry into a folder, with a text of some files replaced by another."""
    folder.mkdir(exist_ok=True)
    for name, text in FILES.items():
        old, new = (changes or {}).get(name, ("", ""))
        assert old in text, (name, old)
        (folder / name).write_text(text.replace(old, new, 1) if old else text, encoding="utf-8")
    return folder


def line_of(name: str, words: str) -> int:
    """The line of a file on which words stand first."""
    return next(n for n, line in enumerate(FILES[name].splitlines(), start=1) if words in line)
