"""Case files: what is refused, with file, line, place, what was expected and what was found."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from tests.unit.economics.case_files import example, example_tree, number, read, text_of

from allay.base.errors import InvalidInput, NotFound
from allay.base.status import Status
from allay.economics.case.casefile import EXAMPLE, case_schema, read_case
from allay.economics.case.quantity import Quantity

Change = Callable[[dict[str, Any]], object]


def refusal(change: Change) -> str:
    with pytest.raises(InvalidInput) as refused:
        example(change)
    return str(refused.value)


def put(path: str, value: Any) -> Change:
    """Set a value of the tree, by its place."""

    def change(tree: dict[str, Any]) -> None:
        *way, last = path.split("/")
        node: Any = tree
        for key in way:
            node = node[int(key)] if isinstance(node, list) else node[key]
        node[int(last) if isinstance(node, list) else last] = value

    return change


def pair(other: str, correlation: float) -> dict[str, Any]:
    return {"between": ["demand/no_show", other], "correlation": correlation}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            put("demand/no_show", {"value": 0.2, "unit": "probability"}),
            "/demand/no_show/source: expected a value for this key, found nothing",
        ),
        (
            put("demand/no_show", {"value": 0.2, "unit": "probability", "source": "nobody"}),
            "/demand/no_show/source: expected one of the sources made_up, found nobody",
        ),
        (
            put("demand/no_show", number(20, "probability")),
            "/demand/no_show: expected within 0 and 1 probability, found 20",
        ),
        (
            put("demand/capacity", number(-5, "patients/month")),
            "/demand/capacity: expected 0 or more patients/month, found -5",
        ),
        (
            put("demand/capacity", number(5, "fte")),
            "/demand/capacity: expected the unit patients/month, found fte",
        ),
        (
            put("staff/0/hours", number(200, "hours/week")),
            "/staff/0/hours: expected within 0 and 168 hours/week",
        ),
        (
            put("staff/0/cost", number(5, "usd/month")),
            "/staff/0/cost: expected the unit usd/year, found usd/month",
        ),
        (put("staff/0/cost", number(5, "eur/year")), "/staff/0/cost: expected a unit: probability, ratio"),
        (
            put("payers/1/mix", number(0.3, "probability")),
            "/payers: expected shares (mix) that add up to 1, found 0.45 + 0.3 + 0.2 = 0.95",
        ),
        (
            put("fees/0/service", "acupuncture"),
            "/fees/0/service: expected a service that is delivered: chiropractic, massage, medical_visit, "
            "yoga, found 'acupuncture'",
        ),
        (
            put("contracts/0/included", ["yoga", "reiki"]),
            "/contracts/0/included/1: expected a service that is delivered",
        ),
        (
            put("contracts/0/payer", "aetna"),
            "/contracts/0/payer: expected a payer of the case: acme, self, state",
        ),
        (
            put("contracts/2/purposes", ["parking"]),
            "/contracts/2/purposes/0: expected a service, role, fixed or",
        ),
        (
            put("fees/1/payer", "state"),
            "/fees/1: expected no fee for what the bundle medicaid_bundle includes",
        ),
        (put("fees/1/payer", "acme"), "/fees/1: expected one fee for a service and payer"),
        (put("services/0/id", "yogo"), "there is no service 'yogo'; did you mean 'yoga'?"),
        (put("services/0/steps/0/role", "surgeon"), "/services/0/steps/0/role: expected a role of the staff"),
        (
            put("services/0/dose/0/to_month", 9),
            "/services/0/dose/0: expected months within the 4 that patients stay",
        ),
        (put("services/1/group", None), "expected seats and fill (group) for a service of kind group alone"),
        (put("services/2/partner", "chiropractic"), "expected another service as partner"),
        (put("services/3/when/of", "yoga"), "expected the service of a backlog or the role of a use"),
        (put("staff/2/grows/when/of", "yoga"), "/staff/2/grows/when/of: expected what a use is of"),
        (
            put("staff/1/role", "physician"),
            "/staff/1/role: expected a name of its own, found physician again",
        ),
        (
            put("staff/0/cost", number(5, "usd/year", year=2019)),
            "/staff/0/cost/year: expected dollars of 2026, as the case has them, found 2019",
        ),
        (
            put("demand/leaving", number(0.1, "probability", year=2026)),
            "expected a year of dollars for money alone",
        ),
        (
            put(
                "demand/leaving",
                number(0.1, "probability", distribution={"name": "normal", "parameters": {"se": 0.1}}),
            ),
            "expected a distribution that stays within 0 and 1 probability, found one from -inf to inf",
        ),
        (
            put("demand/leaving", number(0.1, "probability", distribution={"name": "betta"})),
            "did you mean 'beta'?",
        ),
        (
            put("correlations/0/between", ["demand/leaving", "demand/no_show"]),
            "/correlations/0/between/0: expected a quantity with a distribution",
        ),
        (put("fixed/0/to_month", 0), "/fixed/0/to_month"),
        (put("panel/drop_out", [number(0.1, "probability")] * 4), "/panel/drop_out: expected at most 3"),
        (
            put("fees/0/copay", number(300, "usd/visit")),
            "/fees/0: expected a copay of no more than what is allowed",
        ),
        (put("payers/0/mixture", 1), "found the unknown key 'mixture'"),
        (
            put("correlations/0/between", ["demand/no_show", "demand/no_show"]),
            "/correlations/0/between: expected two quantities, found demand/no_show twice",
        ),
        (
            put("correlations", [pair("services/yoga/no_show", 0.5), pair("services/yoga/no_show", -0.5)]),
            "/correlations/1/between: expected each pair once",
        ),
        (
            put(
                "correlations",
                [
                    pair("services/yoga/no_show", 0.9),
                    pair("panel/drop_out/1", 0.9),
                    {"between": ["services/yoga/no_show", "panel/drop_out/1"], "correlation": -0.9},
                ],
            ),
            "/correlations: expected correlations that numbers can have together",
        ),
        (put("contracts/1/to_month", 5), "/contracts/1: expected month 13 or later, found 5"),
        (
            put("contracts/0/clawback", [number(0.1, "probability")] * 4),
            "/contracts/0/clawback: expected at most 3",
        ),
        (put("services/1/opens", 121), "/services/1/opens: expected a month up to 120"),
        (put("program/discount", number(3, "per year")), "/program/discount/value: expected a rate below 1"),
        (
            put(
                "contracts/0/price",
                number(50, "usd", distribution={"name": "uniform", "parameters": {"low": 60, "high": 90}}),
            ),
            "/contracts/0/price: expected a distribution around the value 50, found one from 60 to 90",
        ),
    ],
)
def test_what_cannot_be_is_refused_at_its_place(change: Change, said: str) -> None:
    assert said in refusal(change)


def test_every_problem_is_reported_with_its_line() -> None:
    tree = example_tree()
    tree["fees"][0]["service"] = "acupuncture"
    tree["payers"][1]["mix"]["value"] = 0.3
    text = text_of(tree)
    with pytest.raises(InvalidInput) as refused:
        read(tree)
    first, second = refused.value.problems
    lines = text.splitlines()
    assert {first.field, second.field} == {"/fees/0/service", "/payers"}
    assert all(problem.file == "case.yaml" for problem in (first, second))
    fee = next(problem for problem in (first, second) if problem.field == "/fees/0/service")
    assert "acupuncture" in lines[int(fee.at) - 1]


def test_a_quantity_is_named_by_ids_so_that_its_draws_stay_when_another_comes_before_it() -> None:
    names = set(read_case(EXAMPLE).quantities())
    assert {
        "demand/no_show",
        "services/yoga/dose/1/visits",
        "fees/yoga/acme/allowed",
        "staff/physician/fte",
    } <= names


def test_a_quantity_has_the_status_of_its_source_or_its_own() -> None:
    case = example(put("demand/capacity", number(20, "patients/month", status="verified")))
    assert case.status_of("demand/capacity") is Status.VERIFIED
    assert case.status_of("demand/leaving") is Status.SYNTHETIC
    with pytest.raises(NotFound, match="did you mean 'demand/no_show'"):
        case.quantity("demand/noshow")


def test_an_unknown_source_is_named() -> None:
    with pytest.raises(NotFound, match="there is no source"):
        Quantity(value=1, unit="fte", source="x").status_in({})


def test_the_schema_says_that_a_quantity_needs_a_source() -> None:
    assert set(case_schema()["$defs"]["Quantity"]["required"]) == {"value", "unit", "source"}


def test_a_shipped_contract_becomes_terms_of_the_case() -> None:
    def change(tree: dict[str, Any]) -> None:
        tree["panel"] = {"months": 3, "drop_out": tree["panel"]["drop_out"]}
        ids = ("acupuncture", "massage", "yoga", "physical_therapy", "cognitive_behavioral_therapy")
        ids += ("nutrition", "health_coaching", "chiropractic")
        dose = [{"visits": number(1, "visits/month")}]
        tree["services"] = [{"id": one, "kind": "individual", "dose": dose} for one in ids]
        tree["payers"] = [{"id": "bcbsvt", "kind": "commercial", "mix": number(1, "probability")}]
        tree["fees"], tree["contracts"] = [], []
        tree["staff"], tree["correlations"] = [], []
        tree["contract_files"] = [{"shipped": "path-2021", "leave_out": ["outside"]}]

    case = example(change)
    bundle, fee = case.contracts[0], case.fees[0]
    assert (bundle.id, case.quantity("contracts/path/price").value) == ("path", 3000)
    assert case.status_of("contracts/path/price") is Status.SYNTHETIC
    assert case.status_of("contracts/path/copays") is Status.VERIFIED
    assert (fee.service, fee.payer, fee.allowed.value) == ("chiropractic", "bcbsvt", 40)
    assert case.quantity("payers/bcbsvt/days").value == 30


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ({"shipped": "path-2020"}, "there is no example contract 'path-2020'"),
        ({"shipped": "path-2021", "leave_out": ["inside"]}, "expected terms of path-2021: outside, path"),
        ({"shipped": "path-2021"}, "13 weeks, and patients who stay 4 months"),
        ({"shipped": "shared-savings"}, "expected a term"),
        ({"file": "contract.yaml"}, "a folder for the contract files of a stream"),
        ({}, "expected a file or the name of a shipped contract"),
    ],
)
def test_a_contract_that_a_case_cannot_use_is_refused(entry: dict[str, Any], said: str) -> None:
    assert said in refusal(put("contract_files", [entry]))


def test_a_contract_file_beside_the_case_is_found_and_its_services_must_be_delivered(tmp_path: Any) -> None:
    tree = example_tree()
    tree["contract_files"] = [{"file": "acme.yaml"}]
    contract = {
        "id": "acme-2027",
        "version": "1.0.0",
        "title": "Fees",
        "sources": {"signed": {"title": "Contract", "accessed": "2026-11-29", "status": "contract"}},
        "payers": [{"id": "acme", "title": "Acme", "source": "signed"}],
        "terms": [
            {
                "type": "fee_for_service",
                "id": "fees",
                "source": "signed",
                "fees": [{"service": "massage", "allowed": 33.5, "coinsurance": 0.2}],
            }
        ],
    }
    (tmp_path / "acme.yaml").write_text(text_of(contract), encoding="utf-8")
    (tmp_path / "case.yaml").write_text(text_of(tree), encoding="utf-8")
    case = read_case(tmp_path / "case.yaml")
    assert case.quantity("fees/massage/acme/allowed").value == 33.5
    assert case.status_of("fees/massage/acme/coinsurance") is Status.CONTRACT
    contract["terms"][0]["fees"][0]["service"] = "acupuncture"  # type: ignore[index]
    (tmp_path / "acme.yaml").write_text(text_of(contract), encoding="utf-8")
    with pytest.raises(InvalidInput, match="/contract_files: expected a service that is delivered"):
        read_case(tmp_path / "case.yaml")


def test_a_file_that_is_no_case_is_refused() -> None:
    with pytest.raises(InvalidInput, match="expected a value for this key"):
        read_case(io.BytesIO(b"id: x\n"), name="x.yaml")
