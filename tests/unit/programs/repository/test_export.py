"""What a program shares of itself: no small counts, nobody named, and the same bytes each time."""

from __future__ import annotations

import datetime as dt
import io
import json

import pytest

from allay.base.errors import InvalidInput, InvalidValue
from allay.programs.repository.counts import read_counts
from allay.programs.repository.exchange import CountTable
from allay.programs.repository.export import exchange_text, export_program, exported
from allay.programs.repository.protection import all_cells, protected
from allay.programs.repository.reading import parse, read_profile

HEAD = """\
id: ours
recorded_on: 2026-10-01
sources:
  own: {title: Our own records, seen_as: SEEN, accessed: 2026-10-01, own: true}
"""
PLAIN = "as_of: 2026-09, source: own, status: verified}"
NAME = "identity:\n  name:\n    - {value: Riverside, " + PLAIN + "\n"


def profile(*lines: str):
    return read_profile(io.BytesIO((HEAD + NAME + "\n".join(lines)).encode()), name="p.yaml")


def export(text: str, **more):
    label, parsed = parse(io.BytesIO(text.encode()), name="p.yaml")
    return exported(label, parsed, **more)


def refused(text: str, **more) -> str:
    with pytest.raises(InvalidInput) as caught:
        export(text, **more)
    return str(caught.value)


def counts(*rows: str):
    text = "step,period,dimension,group,count\n" + "\n".join(rows) + "\n"
    return read_counts(io.BytesIO(text.encode()), name="c.csv")


class TestFile:
    def test_it_says_who_wrote_it_when_and_by_which_rule(self):
        file = export_program(profile(), as_of=dt.date(2026, 9, 30)).file
        assert (file.format, file.format_version, file.allay_version) == ("allay-program", "1.0", "0.1.0")
        assert file.created_as_of == dt.date(2026, 9, 30)
        assert file.facts == ("us.cms.cell_suppression.largest_hidden@2026-11-22/2026-11-22",)

    def test_the_same_gives_the_same_bytes(self):
        texts = {exchange_text(export_program(profile()).file) for _ in range(3)}
        assert len(texts) == 1
        assert "2026-10-01" in texts.pop()


@pytest.mark.parametrize(
    ("line", "where"),
    [
        ("population:\n  patients:\n    - {value: 10, note: ten, " + PLAIN, "/population/patients/0"),
        ("population:\n  places:\n    - {value: {low: 8, high: 40}, " + PLAIN, "/population/places/0"),
        ("results:\n  - {metric: pain, value: -1.5, sd: 2.1, n: 9, " + PLAIN, "/results/0"),
        ("results:\n  - {metric: enrolled, value: 4, unit: patients, " + PLAIN, "/results/0"),
        ("results:\n  - {metric: enrolled, value: 4, unit: Members of a plan, " + PLAIN, "/results/0"),
        ("results:\n  - {metric: completion, value: 60, unit: '%', n: 15, " + PLAIN, "/results/0"),
        ("results:\n  - {metric: completion, value: 85, unit: percent, n: 60, " + PLAIN, "/results/0"),
    ],
)
def test_small_counts_are_hidden(line, where):
    done = export_program(profile(line))
    assert done.hidden == (where,)
    tree = json.loads(exchange_text(done.file))["program"]
    section, *_ = where.strip("/").split("/")
    (hidden,) = (
        tree[section]["patients" if "patients/" in where else "places"]
        if section == "population"
        else tree[section]
    )
    assert hidden["hidden"] is True
    assert not {"value", "sd", "direction", "note"} & set(hidden)


@pytest.mark.parametrize(
    "line",
    [
        "population:\n  patients:\n    - {value: 0, " + PLAIN,
        "population:\n  patients:\n    - {value: 11, " + PLAIN,
        "model:\n  group_size:\n    - {value: 9, " + PLAIN,
        "results:\n  - {metric: completion, value: 60, unit: '%', n: 60, " + PLAIN,
        "results:\n  - {metric: wait, value: 4, unit: weeks, " + PLAIN,
        "results:\n  - {metric: cost, value: 4, unit: usd a patient, " + PLAIN,
    ],
)
def test_what_is_no_small_count_of_people_is_shown(line):
    assert export_program(profile(line)).hidden == ()


@pytest.mark.parametrize(
    ("text", "looks"),
    [
        ("ask ana@example.org", "an e-mail address"),
        ("call (505) 555-0100", "a telephone number"),
        ("MRN 00123", "a medical record number"),
        ("one patient (born 3 May 1970) came back", "a date of birth"),
        ("078-05-1120", "a Social Security number"),
    ],
)
def test_what_may_name_a_person_is_refused(text, looks):
    said = refused(HEAD + NAME + f"lessons:\n  - {{value: '{text}', " + PLAIN)
    assert (
        f"p.yaml:9: /lessons/0/value: expected nothing that names a person, found what looks like {looks}"
        in said
    )


def test_nothing_slips_in_under_unread():
    assert "p.yaml:8: /unread: expected only what this version reads" in refused(
        HEAD + NAME + "unread:\n  patients: [4]"
    )
    hidden = HEAD + NAME.replace(PLAIN, "unread: {patients: 4}, " + PLAIN)
    assert "/identity/name/0/unread" in refused(hidden)


class TestCounts:
    ROWS = (
        "referred,2026-Q1,sex,women,140",
        "referred,2026-Q1,sex,men,131",
        "completed,2026-Q1,sex,women,83",
        "completed,2026-Q1,sex,men,70",
    )

    def test_totals_are_added(self):
        cells = all_cells(counts(*self.ROWS))
        assert cells["referred", "2026-Q1", "all", "all"] == 271
        assert cells["completed", "all", "sex", "men"] == 70

    @pytest.mark.parametrize(
        ("rows", "says"),
        [
            (("refered,2026-Q1,sex,women,1",), "c.csv:2: step: expected one of referred, accepted"),
            (("referred,2026-Q5,sex,women,1",), "c.csv:2: period: expected a quarter (2026-Q1) or a year"),
            (("referred,2026-Q1,sex,women,1.5",), "c.csv:2: count: expected a whole number"),
            (("referred,2026-Q1,sex,women,-1",), "c.csv:2: count: expected a whole number"),
            (("referred,2026-Q1,sex,,1",), "c.csv:2: group: expected a name without spaces"),
            (("referred,2026-Q1,all,women,1",), "c.csv:2: group: expected all, the dimension being all"),
            (
                (*ROWS, ROWS[0]),
                "c.csv:6: group: expected each combination once, found it again (first in line 2)",
            ),
            (ROWS[:3], "expected a count for completed, 2026-Q1, sex, men, found no such row"),
            (
                (*ROWS[:3], "completed,2026-Q1,sex,men,132"),
                "c.csv:5: count: expected at most the 131 who were referred",
            ),
            (
                ("referred,2026,sex,women,1", "referred,2026-Q1,sex,women,1"),
                "expected quarters or years, not both",
            ),
            (
                ("referred,2026,sex,women,30", "referred,2026,age,old,29"),
                "c.csv:3: count: expected 30 in all, as by sex, found 29 referred in 2026 by age",
            ),
        ],
    )
    def test_what_is_wrong_is_named_with_line_and_column(self, rows, says):
        with pytest.raises(InvalidInput) as caught:
            counts(*rows)
        assert says in str(caught.value)

    def test_no_other_column_is_let_in(self):
        text = b"step,period,dimension,group,count,patient_id\nreferred,2026,all,all,20,17\n"
        with pytest.raises(InvalidInput, match="patient_id: expected only the columns"):
            read_counts(io.BytesIO(text), name="c.csv")

    def test_large_counts_are_shown(self):
        tables = protected(counts(*self.ROWS)).tables
        assert [table.step for table in tables] == ["referred", "completed"]
        assert tables[0].counts == ((140, 131, 271), (140, 131, 271))

    def test_a_count_that_fell_is_refused(self):
        before = protected(counts(*self.ROWS)).tables
        fewer = counts(*(row.replace(",83", ",80") for row in self.ROWS))
        with pytest.raises(
            InvalidValue, match="expected at least the 83 that were shared before for completed"
        ):
            protected(fewer, earlier=[before])

    def test_groups_that_nothing_can_hide_are_refused(self):
        ones = counts(*(f"referred,2026,place,p{n},1" for n in range(10)))
        with pytest.raises(InvalidValue, match="expected fewer or larger groups"):
            protected(ones)

    def test_what_earlier_files_give_away_is_told(self):
        """Eight came between two files that both showed everybody."""
        earlier = [
            (
                CountTable(
                    step="referred",
                    dimension="all",
                    periods=("2026",),
                    groups=("all",),
                    counts=((n, n), (n, n)),
                ),
            )
            for n in (41, 49)
        ]
        assert protected(counts("referred,2026,all,all,70"), earlier=earlier).exposed

    def test_counts_of_another_programs_file_are_not_taken(self):
        text = exchange_text(export_program(profile()).file)
        label, parsed = parse(io.BytesIO(text.encode()), name="s.json")
        with pytest.raises(InvalidInput, match="expected a profile, where counts"):
            exported(label, parsed, counts=counts(*self.ROWS))
