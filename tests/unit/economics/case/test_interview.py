"""Interviews: what answers do to a preset's file, and what is refused."""

from __future__ import annotations

import datetime as dt
import io

import pytest

from allay.base.errors import InvalidInput, InvalidValue, NotFound
from allay.base.status import Status
from allay.base.tables import read_yaml_document
from allay.economics.case.amount import plain, read_amount, shown
from allay.economics.case.case import Case
from allay.economics.case.casefile import read_case
from allay.economics.case.interview import Answers, Interview, case_from_answers, take_answers
from allay.economics.case.moved import moved
from allay.economics.case.presets import Preset, read_preset
from allay.economics.case.quantity import DistributionEntry
from allay.economics.case.rewritten import SAID, as_far

DAY = dt.date(2026, 11, 27)


@pytest.fixture(scope="module")
def preset() -> Preset:
    return read_preset("path-2021")


def read(text: str) -> Case:
    return read_case(io.BytesIO(text.encode()))


def test_an_answer_has_its_value_source_and_spread(preset):
    case = read(case_from_answers(preset, {"referrals": 39, "no_show": "25%"}, as_of=DAY))
    referrals, no_show = case.quantity("demand/referrals/most"), case.quantity("demand/no_show")
    assert (referrals.value, referrals.source) == (39, "program")
    assert referrals.distribution == DistributionEntry(name="gamma", parameters={"se": 4.5})
    assert (no_show.value, no_show.distribution) == (
        0.25,
        preset.case.quantity("demand/no_show").distribution,
    )
    assert no_show.note == "The preset had 0.36 (first_visits)."
    assert case.status_of("demand/no_show") is Status.MEMORY
    source = case.sources["program"]
    assert (source.title, source.accessed, source.status) == (SAID, DAY, Status.MEMORY)


def test_an_answer_is_less_sure_than_what_it_takes_the_place_of():
    pilot = read_preset("path-medicaid")
    assert pilot.case.status_of("demand/capacity") is Status.DERIVED
    case = read(case_from_answers(pilot, {"capacity": 20}, as_of=DAY))
    assert case.status_of("demand/capacity") is Status.MEMORY
    assert next(iter(case.sources)) == "program"


def test_what_is_kept_keeps_its_source(preset):
    case = read(case_from_answers(preset, {"referrals": 39}, as_of=DAY))
    assert case.quantity("demand/no_show") == preset.case.quantity("demand/no_show")
    unchanged = {name for name, one in case.quantities().items() if one == preset.case.quantity(name)}
    assert set(case.quantities()) - unchanged == {"demand/referrals/most"}


def test_without_answers_the_case_is_the_preset_with_a_note(preset):
    case = read(Interview(preset).case_file(as_of=None))
    assert case.notes[0].startswith(
        "Written from the preset path-2021 (version 1.0.0): no question was answered"
    )
    assert case.model_copy(update={"notes": case.notes[1:]}) == preset.case


def test_comments_and_order_of_the_preset_stay(preset):
    text = case_from_answers(preset, {"no_show": 0.3, "price": 4000, "group_size": 8, "plan": 0.7}, as_of=DAY)
    before = [line.strip() for line in preset.text.splitlines() if line.strip().startswith("#")]
    after = [line.strip() for line in text.splitlines() if line.strip().startswith("#")]
    assert [line for line in after if line in before] == before
    assert any("has not been checked against a document" in line for line in after)
    names = [line for line in preset.text.splitlines() if line.strip().startswith(("- id:", "- role:"))]
    assert [line for line in text.splitlines() if line.strip().startswith(("- id:", "- role:"))] == names


def test_one_answer_gives_several_quantities(preset):
    case = read(case_from_answers(preset, {"price": "$4,200"}, as_of=DAY))
    prices = [case.quantity(f"contracts/{one}/price") for one in ("plan_bundle", "employer_bundle")]
    assert [price.value for price in prices] == [4200, 4200]
    # 3200 to 4400 around 3800, as far around 4200.
    low, high = (prices[0].distribution.parameters[end] for end in ("low", "high"))
    assert (low, high) == pytest.approx((3200 / 3800 * 4200, 4400 / 3800 * 4200), rel=1e-5)


def test_scenarios_stay_as_far_from_what_was_answered(preset):
    given = {one.id: one.given for one in preset.case.scenarios}
    assert given["price_down"]["contracts/plan_bundle/price"] == 3420  # of 3800
    case = read(case_from_answers(preset, {"price": 3000, "no_show": 0.5}, as_of=DAY))
    moved_to = {one.id: one.given for one in case.scenarios}
    assert moved_to["price_down"]["contracts/plan_bundle/price"] == 2700
    # Odds of 0.57 against those of 0.36, taken to 0.5.
    wanted = (0.57 / 0.43) / (0.36 / 0.64)
    assert moved_to["no_show_high"]["demand/no_show"] == pytest.approx(wanted / (1 + wanted), abs=1e-5)
    assert moved_to["slow_start"] == given["slow_start"]


class TestMix:
    def test_the_rest_takes_what_is_left(self, preset):
        case = read(case_from_answers(preset, {"plan": 0.6, "employer": 0.1}, as_of=DAY))
        assert case.quantity("payers/self/mix").value == pytest.approx(0.3)
        assert case.quantity("payers/self/mix").source == "program"

    def test_a_share_may_be_large_before_the_next_is_asked(self, preset):
        talk = Interview(preset)
        talk.answer("plan", 1)
        talk.answer("employer", 0)
        case = read(talk.case_file(as_of=DAY))
        assert [payer.mix.value for payer in case.payers] == [1, 0, 0]

    def test_what_the_preset_has_may_not_fit_any_more(self, preset):
        talk = Interview(preset)
        talk.answer("plan", 0.9)
        with pytest.raises(InvalidValue) as refused:
            talk.keep("employer")
        assert str(refused.value) == (
            "expected shares that add up to 1 at most (payers/self/mix takes what they leave), "
            "found 0.9 + 0.18 = 1.08"
        )
        with pytest.raises(InvalidValue):
            talk.answer("employer", 0.2)
        talk.answer("employer", 0.1)
        assert read(talk.case_file(as_of=DAY)).quantity("payers/self/mix").value == 0

    def test_kept_shares_stay_as_they_are(self, preset):
        case = read(case_from_answers(preset, {"referrals": 30}, as_of=DAY))
        assert case.payers == preset.case.payers


@pytest.mark.parametrize(
    ("question", "value", "said"),
    [
        ("no_show", 1.2, "expected a share from 0 to 1 (such as 0.25 or 25%), found 1.2"),
        ("no_show", "36", "expected a share from 0 to 1 (such as 0.25 or 25%), found 36"),
        ("no_show", "a third", "expected a share from 0 to 1 (such as 0.25 or 25%), found 'a third'"),
        ("price", -1, "expected usd of 0 or more (such as 3800), found -1"),
        ("price", "4.200,00", "found '4.200,00'"),
        ("price", 1e13, "found 1e+13"),
        ("referrals", float("nan"), "found nan"),
        ("group_size", 0.5, "expected one seat or more, and a fill above 0"),
    ],
)
def test_an_answer_that_cannot_be_is_refused_and_changes_nothing(preset, question, value, said):
    talk = Interview(preset)
    talk.answer("referrals", 20)
    with pytest.raises(InvalidValue) as refused:
        talk.answer(question, value)
    assert said in str(refused.value)
    assert talk.given == {"referrals": 20}


def test_an_answer_to_no_question_is_refused(preset):
    with pytest.raises(NotFound, match="did you mean 'referrals'"):
        case_from_answers(preset, {"referral": 3}, as_of=DAY)


def test_answers_need_a_day(preset):
    talk = Interview(preset)
    talk.answer("referrals", 20)
    with pytest.raises(InvalidValue, match="the day of the answers"):
        talk.case_file(as_of=None)


def test_a_file_of_answers_names_every_line_that_is_wrong(preset):
    text = b"no_show: 40%\nprise: 3\nplan: 2\nrent: $1,000\ngrant: [1]\n"
    with pytest.raises(InvalidInput) as refused:
        read_yaml_document(io.BytesIO(text), Answers, name="answers.yaml")
    assert "answers.yaml:5: /grant: expected" in str(refused.value)
    document = read_yaml_document(
        io.BytesIO(text.replace(b"grant: [1]\n", b"")), Answers, name="answers.yaml"
    )
    with pytest.raises(InvalidInput) as refused:
        take_answers(Interview(preset), document)
    first, second = str(refused.value).splitlines()
    assert first.startswith("answers.yaml:2: /prise: expected the id of a question: referrals, build_up")
    assert second == "answers.yaml:3: /plan: expected a share from 0 to 1 (such as 0.25 or 25%), found 2"


@pytest.mark.parametrize(
    ("given", "unit", "old", "new", "wanted"),
    [
        (("gamma", {"se": 10}), "usd", 100, 50, ("gamma", {"se": 5})),
        (("gamma", {"shape": 4, "scale": 25}), "usd", 100, 50, ("gamma", {"shape": 4, "scale": 12.5})),
        (("lognormal", {"low": 0.5, "high": 0.9}), "ratio", 0.7, 1.4, ("lognormal", {"low": 1, "high": 1.8})),
        (
            ("lognormal", {"log_mean": 0, "log_sd": 0.1}),
            "usd",
            1,
            1,
            ("lognormal", {"log_mean": 0, "log_sd": 0.1}),
        ),
        (("beta", {"se": 0.05}), "probability", 0.2, 0.4, ("beta", {"se": 0.05})),
        (("beta", {"se": 0.05}), "probability", 0.2, 0.04, ("beta", {"se": 0.02})),
        (("beta", {"se": 0.05}), "probability", 0.2, 0.96, ("beta", {"se": 0.02})),
        (("beta", {"a": 2, "b": 8}), "probability", 0.2, 0.5, ("beta", {"a": 5, "b": 5})),
        (("beta", {"se": 0.05}), "probability", 0.2, 0, ("fixed", {})),
        (("beta", {"se": 0.05}), "probability", 0.2, 1, ("fixed", {})),
        (("gamma", {"se": 10}), "usd", 100, 0, ("fixed", {})),
        (
            ("triangular", {"low": 0, "high": 0.8}),
            "days/month",
            0.4,
            0.8,
            ("triangular", {"low": 0, "high": 1.6}),
        ),
        (
            ("triangular", {"low": 0.4, "high": 0.8}),
            "probability",
            0.5,
            0.9,
            ("triangular", {"low": 0.72, "high": 1}),
        ),
        (("uniform", {"low": 10, "high": 12}), "seats", 11, 5.5, ("uniform", {"low": 5, "high": 6})),
        (("pert", {"low": 3, "high": 5}), "usd", 4, 8, ("pert", {"low": 6, "high": 10})),
        (("fixed", {}), "usd", 4, 8, ("fixed", {})),
        (("gamma", {"se": 10}), "usd", 100, 100, ("gamma", {"se": 10})),
    ],
)
def test_how_a_number_varies_moves_along(given, unit, old, new, wanted):
    found = moved(DistributionEntry(name=given[0], parameters=given[1]), unit=unit, old=old, new=new)
    assert found.name == wanted[0]
    assert found.parameters == pytest.approx(wanted[1], rel=1e-5)


def test_ends_of_probabilities_and_nothing_have_no_distance():
    assert as_far(1, unit="probability", old=0.3, new=0.5) == 1
    assert as_far(0.5, unit="probability", old=0.3, new=0) == 0.5
    assert as_far(0, unit="usd", old=150_000, new=0) == 0
    assert as_far(7, unit="usd", old=0, new=5) == 7


def test_numbers_are_read_and_written_as_people_do():
    assert read_amount(" 1,234.5 ", unit="usd") == 1234.5
    assert read_amount(".5", unit="fte") == 0.5
    assert [shown(0.5, unit="fte"), shown(3.75, unit="usd/visit")] == ["0.5 fte", "$3.75/visit"]
    assert plain(123456789.123456789) == "123456789.12346"
    for text in ("1,23", "1e3", "", "$", "--1", "nan", "1 000"):
        with pytest.raises(InvalidValue):
            read_amount(text, unit="usd")
