"""Facts: effective days, days of knowledge, corrections, ends, sources, and what nobody knows."""

from __future__ import annotations

import datetime as dt
import textwrap
from decimal import Decimal

import pytest

from allay.base.dates import AsOf
from allay.base.errors import InvalidInput, InvalidValue, NotFound
from allay.base.fact import newest_known
from allay.base.facts import UNKNOWN, Fact, FactValue, Reference, Status, load_facts

D = dt.date.fromisoformat
SOURCE = "reference: [{title: A rule, href: 'https://example.org/rule', seen_as: S1}]"


def row(value="10", start="2024-01-01", end="null", recorded="2024-01-01", confirmed=None, status="verified",
        source=SOURCE):  # fmt: skip
    return (
        f"  - value: {value}\n    effective_from: {start}\n    effective_to: {end}\n"
        f"    recorded_on: {recorded}\n    last_confirmed_on: {confirmed or recorded}\n"
        f"    status: {status}\n    {source}\n"
    )


def write(folder, *rows, fact_id="us.visits", unit="visits", scope="{payer: medicare}", name=None):
    text = f"id: {fact_id}\nlabel: Visits\nunit: {unit}\nscope: {scope}\nvalues:\n" + "".join(rows)
    (folder / (name or f"{fact_id}.yaml")).write_text(text)
    return folder


def fact(folder, *rows, **options) -> Fact:
    return load_facts(write(folder, *rows, **options)).get(options.get("fact_id", "us.visits"))


def problems(folder, *rows, **options) -> list[str]:
    with pytest.raises(InvalidInput) as caught:
        load_facts(write(folder, *rows, **options))
    return [str(problem).removeprefix(f"{folder}/") for problem in caught.value.problems]


def test_a_value_holds_from_its_first_day_to_before_its_end(tmp_path):
    visits = fact(tmp_path, row("12", "2020-01-21", "2022-01-01"), row("20", "2022-01-01"))
    assert visits.on(D("2020-01-21")).value == 12
    assert visits.on(D("2021-12-31")).value == 12
    assert visits.on(D("2022-01-01")).value == 20
    assert visits.on(dt.date.max).value == 20
    assert visits.latest.value == 20


def test_days_without_a_value_say_which_days_have_one(tmp_path):
    visits = fact(tmp_path, row("12", "2020-01-21", "2022-01-01"))
    with pytest.raises(
        NotFound, match=r"no value on 2020-01-20; there is one from 2020-01-21 to before 2022-01-01"
    ):
        visits.on(D("2020-01-20"))
    with pytest.raises(NotFound, match="no value on 2022-01-01"):
        visits.on(D("2022-01-01"))


def test_a_correction_leaves_the_earlier_answer_to_the_earlier_day(tmp_path):
    # A rule in force on 2020-01-01 that was taken back on 2020-02-01, with effect from the first day.
    edit = fact(
        tmp_path,
        row("true", "2020-01-01", recorded="2020-01-01"),
        row("false", "2020-01-01", recorded="2020-02-01"),
        unit="bool",
    )
    day = D("2020-01-10")
    assert edit.on(day, known_on=D("2020-01-15")).value is True
    assert edit.on(day, known_on=D("2020-01-31")).value is True
    assert edit.on(day, known_on=D("2020-02-01")).value is False
    assert edit.on(day).value is False
    assert edit.at(AsOf(day, known_on=D("2020-01-15"))).value is True
    with pytest.raises(NotFound, match="as known on 2019-12-31: the first was recorded on 2020-01-01"):
        edit.on(day, known_on=D("2019-12-31"))


def test_before_our_records_begin_the_first_one_counts(tmp_path):
    # A rule of 2020 that was written down here in 2026, wrongly, and corrected a week later.
    visits = fact(
        tmp_path,
        row("12", "2020-01-21", recorded="2026-11-22"),
        row("20", "2020-01-21", recorded="2026-11-29"),
    )
    day = D("2020-01-21")
    for known_on, value in [("2020-01-21", 12), ("2026-11-28", 12), ("2026-11-29", 20)]:
        assert visits.require(day, known_on=D(known_on)).value == value
        assert visits.known(day, known_on=D(known_on)).value == value
    assert visits.known(day).value == 20
    with pytest.raises(NotFound):
        visits.on(day, known_on=day)


def test_a_day_that_no_row_covers_is_refused_or_none(tmp_path):
    visits = fact(tmp_path, row("12", "2020-01-21", "2022-01-01", recorded="2026-11-22"))
    for day in (D("2020-01-20"), D("2022-01-01")):
        assert visits.known(day) is None
        assert visits.known(day, known_on=day) is None
        with pytest.raises(NotFound, match=f"no value on {day} as known on 2026-11-22"):
            visits.require(day, known_on=day)


def test_a_list_of_texts_is_read_as_one_and_nothing_else_is(tmp_path):
    assert fact(tmp_path, row("[CQ, CO]"), unit="code_list").latest.texts == ("CQ", "CO")
    assert fact(tmp_path, row("CQ"), unit="text").latest.texts == ()


def test_a_value_is_ended_by_a_row_of_its_own(tmp_path):
    visits = fact(
        tmp_path,
        row("12", "2020-01-01", "null", "2020-01-01"),
        row("12", "2020-01-01", "2024-01-01", "2023-11-01"),
        row("20", "2024-01-01", "null", "2023-11-01"),
    )
    assert visits.on(D("2024-06-01")).value == 20
    assert visits.on(D("2024-06-01"), known_on=D("2023-06-01")).value == 12


def test_what_never_applied_is_withdrawn(tmp_path):
    visits = fact(
        tmp_path,
        row("12", "2020-01-01", "null", "2020-01-01"),
        row("12", "2020-01-01", "2020-01-01", "2020-03-01"),
        row("12", "2020-06-01", "null", "2020-03-01"),
    )
    assert visits.on(D("2020-02-01"), known_on=D("2020-02-01")).value == 12
    with pytest.raises(NotFound, match="there is one from 2020-06-01"):
        visits.on(D("2020-02-01"))


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        # the same period twice on the same day of knowledge
        ([row("12"), row("13")], "us.visits.yaml:16: /values/1/recorded_on: expected one row for a period"),
        # a new value while the old one has no end
        ([row("12", "2020-01-01"), row("20", "2022-01-01", recorded="2024-05-01")],
         "us.visits.yaml:14: /values/1/effective_from: expected a first day not covered by another row"),
        # the overlap shows at one day of knowledge only
        ([row("12", "2020-01-01", "2022-01-01", "2020-01-01"), row("20", "2021-06-01", "null", "2020-02-01"),
          row("20", "2021-06-01", "2021-06-01", "2020-03-01")],
         "us.visits.yaml:14: /values/1/effective_from: expected a first day not covered"),
    ],
)  # fmt: skip
def test_overlaps_are_refused(tmp_path, rows, said):
    found = problems(tmp_path, *rows)
    assert len(found) == 1
    assert found[0].startswith(said)


def test_values_are_exact_and_typed(tmp_path):
    assert fact(tmp_path, row("33.2875"), unit="usd").latest.value == Decimal("33.2875")
    assert fact(tmp_path, row("['97110', '97112']"), unit="code_list").latest.value == ("97110", "97112")
    assert fact(tmp_path, row("true"), unit="bool").latest.value is True
    assert fact(tmp_path, row("as the payer says"), unit="text").latest.value == "as the payer says"


def test_nobody_knows_is_an_answer_that_cannot_be_mistaken(tmp_path):
    value = fact(tmp_path, row("unknown", status="unknown"), unit="bool").latest
    assert value.value is UNKNOWN
    assert not value.known
    with pytest.raises(InvalidValue, match="UNKNOWN"):
        bool(value.value)
    with pytest.raises(NotFound, match=r"us\.visits is unknown on 2024-01-01: not settled by A rule"):
        _ = value.number
    with pytest.raises(TypeError):
        _ = value.value + 1
    assert Status.weakest([Status.VERIFIED, value.status]) is Status.UNKNOWN


def test_number(tmp_path):
    assert fact(tmp_path, row("12")).latest.number == 12
    with pytest.raises(InvalidValue, match="to be a number"):
        _ = fact(tmp_path, row("true"), unit="bool").latest.number


def test_a_row_names_itself(tmp_path):
    value = fact(tmp_path, row("12", "2020-01-21", recorded="2024-02-01")).latest
    assert value.version == "us.visits@2020-01-21/2024-02-01"
    assert value.references == (Reference("A rule", "S1", "https://example.org/rule"),)


@pytest.mark.parametrize(
    ("rows", "options", "said"),
    [
        ([row().replace("    effective_to: null\n", "")], {},
         "6 /values/0/effective_to: expected a value for this key, found nothing"),
        ([row(source="reference: []")], {}, "12 /values/0/reference: expected"),
        ([row(source="reference: [{title: A, seen_as: S1}]")], {},
         "12 /values/0/reference/0/href: expected a web address, the status being verified"),
        ([row(source="reference: [{title: A, seen_as: S1, href: rule}]")], {},
         "12 /values/0/reference/0/href: expected a web address, found 'rule'"),
        ([row(source="reference: [{title: A, seen_as: XX, href: 'https://a.org'}]")], {},
         "12 /values/0/reference/0/seen_as: expected one of the marks C, SEEN"),
        ([row(source="reference: [{title: A, seen_as: M, href: 'https://a.org'}]")], {},
         "11 /values/0/status: expected at most memory, as its references were seen"),
        ([row(status="certain")], {}, "11 /values/0/status: expected one of 'verified'"),
        ([row(status="unknown")], {}, "11 /values/0/status: expected the status unknown with"),
        ([row("unknown")], {}, "11 /values/0/status: expected the status unknown with"),
        ([row("ten")], {}, "6 /values/0/value: expected a number, or unknown, the unit being visits"),
        ([row("true")], {}, "6 /values/0/value: expected a number, or unknown"),
        ([row("yes")], {"unit": "bool"}, "6 /values/0/value: expected true, false or unknown"),
        ([row("5")], {"unit": "code_list"}, "6 /values/0/value: expected a list of codes"),
        ([row("5")], {"unit": "text"}, "6 /values/0/value: expected a text"),
        ([row(end="2023-12-31")], {},
         "8 /values/0/effective_to: expected a day on or after 2024-01-01, found 2023-12-31"),
        ([row(confirmed="null")], {}, "10 /values/0/last_confirmed_on: expected the day"),
        ([row(start="2024-02-30")], {}, "7 /values/0/effective_from: expected a date that exists"),
        ([row()], {"scope": "{payer: {a: b}}"}, "4 /scope/payer: expected a text"),
        ([row()], {"name": "other.yaml"}, "1 /id: expected the file us.visits.yaml, found other.yaml"),
        ([row()], {"fact_id": "Visits"}, "1 /id: expected"),
        ([row() + "    note: x\n"], {}, "13 /values/0/note: expected one of the keys value,"),
    ],
)  # fmt: skip
def test_what_is_refused(tmp_path, rows, options, said):
    found = problems(tmp_path, *rows, **options)
    assert len(found) == 1
    line, said = said.split(" ", 1)
    assert found[0].split(":")[1] == line
    assert found[0].split(": ", 1)[1].startswith(said)


def test_a_memory_needs_no_address_and_no_confirmation(tmp_path):
    source = "reference: [{title: Recalled rule, seen_as: MEM}]"
    assert (
        fact(tmp_path, row(status="memory", confirmed="null", source=source)).latest.status is Status.MEMORY
    )


def test_problems_of_all_files_come_together(tmp_path):
    (tmp_path / "deep").mkdir()
    write(tmp_path / "deep", row("ten"), fact_id="us.a")
    assert [line.split(":")[0] for line in problems(tmp_path, row("ten"), fact_id="us.b")] == [
        "deep/us.a.yaml",
        "us.b.yaml",
    ]


def test_ids_are_unique_and_the_nearest_is_offered(tmp_path):
    (tmp_path / "deep").mkdir()
    write(tmp_path / "deep", row())
    assert "a second time" in problems(tmp_path, row())[0]
    facts = load_facts(tmp_path / "deep")
    assert (len(facts), [one.id for one in facts], "us.visits" in facts) == (1, ["us.visits"], True)
    with pytest.raises(NotFound, match=r"did you mean 'us\.visits'"):
        facts.get("us.visit")


def test_no_folder_is_not_an_empty_folder(tmp_path):
    with pytest.raises(InvalidInput, match="found no folder"):
        load_facts(tmp_path / "missing")
    assert len(load_facts(tmp_path)) == 0


def test_facts_made_in_code_are_checked_too():
    source = (Reference("A", "S1", "https://a.org"),)
    day = D("2024-01-01")
    good = {
        "fact": "us.a", "unit": "visits", "value": 1, "effective_from": day, "effective_to": None,
        "recorded_on": day, "last_confirmed_on": None, "status": Status.VERIFIED, "references": source,
    }  # fmt: skip
    for wrong in ({"references": ()}, {"value": UNKNOWN}, {"effective_to": D("2023-01-01")}):
        with pytest.raises(InvalidValue):
            FactValue(**{**good, **wrong})
    with pytest.raises(InvalidValue, match="at least one value"):
        Fact("us.a", "A", "visits", {}, ())
    with pytest.raises(InvalidValue, match="one value of us.a for each day"):
        Fact("us.a", "A", "visits", {}, (FactValue(**good), FactValue(**{**good, "value": 2})))


def test_the_example_of_the_format_loads(tmp_path):
    (tmp_path / "us.medicare.acupuncture.visits_first_block.yaml").write_text(
        textwrap.dedent("""\
        id: us.medicare.acupuncture.visits_first_block
        label: Acupuncture visits allowed before improvement must be shown
        unit: visits
        scope: {payer_type: original_medicare, service: acupuncture, condition: clbp}
        values:
          - value: 12
            effective_from: 2020-01-21
            effective_to: null
            recorded_on: 2026-11-22
            last_confirmed_on: 2026-11-22
            status: verified
            reference: [{title: NCD 30.3.3, href: 'https://www.cms.gov/', locator: section B, seen_as: S1}]
        """)
    )
    loaded = load_facts(tmp_path).get("us.medicare.acupuncture.visits_first_block")
    assert loaded.on(D("2024-07-15")).value == 12
    assert dict(loaded.scope)["condition"] == "clbp"


def test_of_rows_in_any_order_the_one_recorded_last_by_a_day_counts(tmp_path):
    visits = fact(tmp_path, row("12", recorded="2024-01-01"), row("20", recorded="2024-03-01"))
    for rows in (visits.values, visits.values[::-1]):
        known = [
            newest_known(rows, day and D(day)).value
            for day in ("2023-01-01", "2024-02-29", "2024-03-01", None)
        ]
        assert known == [12, 12, 20, 20]
