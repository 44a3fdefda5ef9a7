"""What transactions hold: claims, remittances, benefits, statuses, reviews; and what does not add up."""

from __future__ import annotations

from decimal import Decimal

import pytest
from tests.unit.interop.x12.texts import CLAIM, REMITTANCE, interchange, read

from allay.base.money import Money
from allay.interop.x12.eligibility import read_eligibility
from allay.interop.x12.eligibility_facts import facts_by_service, plan_facts
from allay.interop.x12.segments import Delimiters, Segment
from allay.interop.x12.summary import summarize
from allay.interop.x12.values import amount


def content(kind, *body, guide=None):
    return summarize(read(interchange(kind, *body, guide=guide)))


def findings(summary):
    return [(each["kind"], each["element"], each["expected"], each["found"]) for each in summary["findings"]]


def changed(body, old, new):
    assert any(old in each for each in body)
    return [each.replace(old, new) for each in body]


def test_claims():
    summary = content("837", *CLAIM)
    assert summary["findings"] == []
    (transaction,) = summary["transactions"]
    assert transaction["total_charge"] == Decimal("145.50")
    (claim,) = transaction["claims"]
    assert (claim["claim_id"], claim["charge"], claim["balanced"]) == ("C-1", Decimal("145.50"), True)
    assert (claim["facility_code"], claim["facility_qualifier"], claim["frequency"]) == ("11", "B", "1")
    assert claim["prior_auth"] == "PA-77"
    assert claim["diagnoses"] == [
        {"qualifier": "ABK", "code": "M5450"},
        {"qualifier": "ABF", "code": "G8929"},
    ]
    assert claim["lines"][0] == {
        "segment": "SV1",
        "revenue_code": None,
        "procedure_qualifier": "HC",
        "procedure": "97110",
        "modifiers": ["GP"],
        "charge": Decimal("100.50"),
        "unit": "UN",
        "quantity": Decimal(2),
        "place_of_service": "",
        "diagnosis_pointers": ["1", "2"],
        "service_date": "20261102",
    }
    assert claim["lines"][1]["modifiers"] == ["GP", "59"]


def test_institutional_lines():
    body = [each for each in CLAIM if not each.startswith(("LX", "SV1", "DTP", "REF*6R"))]
    body += ["LX*1", "SV2*0420*HC:97110:GP*145.50*UN*2", "DTP*472*D8*20261102"]
    (line,) = content("837", *body, guide="005010X223A2")["transactions"][0]["claims"][0]["lines"]
    assert (line["revenue_code"], line["procedure"], line["place_of_service"]) == ("0420", "97110", None)
    assert line["diagnosis_pointers"] == []


def test_a_second_subscriber_does_not_change_the_first_claim():
    second = [*CLAIM[9:17], "HI*ABK:M1711", "LX*1", "SV1*HC:97810*145.50*UN*1***1"]
    body = [*CLAIM, "HL*3*1*22*0", *second[1:]]
    first, last = content("837", *body)["transactions"][0]["claims"]
    assert len(first["lines"]) == 2
    assert first["diagnoses"][0]["code"] == "M5450"
    assert last["diagnoses"] == [{"qualifier": "ABK", "code": "M1711"}]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("145.5", "150", ("claim_charges", "CLM02", "the charges of its lines, 145.50", "150.00")),
        ("CLM*C-1*145.5", "CLM*C-1*", ("amount", "CLM02", "the charge of the claim", "none")),
        ("*UN*2*", "*UN*two*", ("quantity", "SV104", "a number", "something else")),
        (
            "HC:97110:GP",
            "97110",
            ("procedure", "SV101", "a qualifier and a code with ':' between them", "one component"),
        ),
    ],
)
def test_what_is_wrong_with_a_claim(old, new, said):
    assert said in findings(content("837", *changed(CLAIM, old, new)))


@pytest.mark.parametrize("amount", ["1O0.5", "1e2", "100.505", "--1", "9" * 40, "١٠"])
def test_what_is_no_amount(amount):
    summary = content("837", *changed(CLAIM, "100.5", amount))
    assert ("amount", "SV102", "dollars with at most two decimals", "something else") in findings(summary)
    assert summary["transactions"][0]["claims"][0]["lines"][0]["charge"] is None
    assert amount not in str(summary["findings"])


def test_remittances():
    summary = content("835", *REMITTANCE)
    assert summary["findings"] == []
    (transaction,) = summary["transactions"]
    assert (transaction["payment_amount"], transaction["total_paid"]) == (58, 60)
    assert transaction["balanced"] is True
    assert transaction["provider_adjustments"] == [
        {
            "provider": "1777777776",
            "fiscal_date": "20261231",
            "reason": "CV",
            "reference": "R1",
            "amount": Decimal("2.00"),
        }
    ]
    (claim,) = transaction["claims"]
    assert (claim["total_adjustments"], claim["balanced"]) == (Decimal("85.50"), True)
    assert claim["patient"] == {"last": "SOMEBODY", "first": "SAM", "id": "MEMBER1"}
    first = claim["lines"][0]
    assert (first["allowed"], first["paid_units"], first["service_date"]) == (72, 2, "20261102")
    assert [(each["group"], each["reason"], each["amount"]) for each in first["adjustments"]] == [
        ("CO", "45", Decimal("28.50")),
        ("PR", "2", 12),
    ]
    assert "allowed" not in claim["lines"][1]


@pytest.mark.parametrize(
    ("old", "new", "kind", "element"),
    [
        ("CAS*CO*45*28.50", "CAS*CO*45*28.00", "line_balance", "SVC02"),
        ("BPR*I*58.00", "BPR*I*60.00", "payment_balance", "BPR02"),
        ("CLP*C-1*1*145.50*60.00", "CLP*C-1*1*145.50*59.00", "claim_balance", "CLP03"),
        ("CLP*C-1*1*145.50*60.00", "CLP*C-1*1*145.50*", "amount", "CLP04"),
        ("CLP*C-1*1*145.50*60.00", "CLP*C-1*1*145.60*60.10", "claim_lines", "CLP03"),
    ],
)
def test_a_remittance_that_does_not_add_up(old, new, kind, element):
    found = findings(content("835", *changed(REMITTANCE, old, new)))
    assert (kind, element) in [each[:2] for each in found]


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("1", 100),
        ("1.", 100),
        (".5", 50),
        ("-.5", -50),
        ("-12.30", -1230),
        ("1.230", 123),
        ("0.07", 7),
        ("-0", 0),
    ],
)
def test_ways_to_write_an_amount(text, cents):
    segment = Segment(("AMT", "D", text), 1, Delimiters("*", ":", "^", "~"))
    assert amount(segment, 2, note=print) == Money(cents)


def test_up_to_six_reasons_stand_in_one_segment():
    body = changed(REMITTANCE, "CAS*CO*45*28.50", "CAS*CO*45*20.00**253*1.50*2*A1*7")
    summary = content("835", *body)
    assert summary["findings"] == []
    line = summary["transactions"][0]["claims"][0]["lines"][0]
    assert [(each["reason"], each["amount"], each["quantity"]) for each in line["adjustments"][:3]] == [
        ("45", 20, None),
        ("253", Decimal("1.50"), 2),
        ("A1", 7, None),
    ]


def test_one_wrong_line_is_one_finding():
    found = findings(content("835", *changed(REMITTANCE, "CAS*CO*45*28.50", "CAS*CO*45*28.00")))
    assert found == [
        (
            "line_balance",
            "SVC02",
            "payment and adjustments of the line to add up to its charge, 100.50",
            "100.00",
        )
    ]


def test_adjustments_of_the_claim_beside_its_lines():
    body = [
        *REMITTANCE[:9],
        "CLP*C-1*1*800.00*450.00*300.00*12*PCN1",
        "CAS*CO*A2*50.00",
        "SVC*HC:97110*800.00*500.00",
        "CAS*PR*1*300.00",
    ]
    summary = content("835", *changed(body, "BPR*I*58.00", "BPR*I*450.00"))
    assert summary["findings"] == []
    assert summary["transactions"][0]["claims"][0]["total_adjustments"] == 350


def test_the_code_that_was_billed_is_kept():
    from allay.interop.x12.remittance import read_remittance

    body = changed(REMITTANCE, "SVC*HC:97110:GP*100.50*60.00**2", "SVC*HC:97112:GP*100.50*60.00**2*HC:97110")
    found = read_remittance(read(interchange("835", *body)).transactions[0], note=print)
    assert (found.claims[0].lines[0].procedure, found.claims[0].lines[0].submitted) == ("97112", "97110")


BENEFITS = (
    "BHT*0022*11*1*20261122*1200",
    "HL*1**20*1",
    "NM1*PR*2*PAYER*****PI*PAYER1",
    "HL*2*1*21*1",
    "NM1*1P*2*CLINIC*****XX*1777777776",
    "HL*3*2*22*0",
    "NM1*IL*1*SOMEBODY*SAM****MI*MEMBER1",
    "EB*1**30**GOLD",
    "EB*C*IND*30***23*1000",
    "EB*C*IND*30***29*250.00",
    "EB*A**30*****.2",
    "EB*B**33^64***27*30*****Y",
    "EB*B**33^64***27*60*****N",
    "EB*F**64***29***VS*7*Y",
    "EB*F**64***23***VS*20",
    "EB*I**BE",
)


def test_what_comes_before_the_next_claim_is_not_of_the_last():
    body = [each for each in CLAIM if each != "REF*G1*PA-77"]
    rest = ["HL*3*1*22*0", "SBR*P*18*******CI", "REF*G1*PA-99", "CLM*C-2*0***11:B:1*Y*A*Y*Y"]
    first, last = content("837", *body, *rest)["transactions"][0]["claims"]
    assert (first["prior_auth"], last["prior_auth"]) == (None, None)


def test_benefits():
    summary = content("271", *BENEFITS)
    assert summary["findings"] == []
    benefits = summary["transactions"][0]["eb"]
    assert benefits[4] == {
        "info": "B",
        "coverage_level": "",
        "service_types": ["33", "64"],
        "insurance_type": "",
        "plan": "",
        "period": "27",
        "amount": Decimal("30.00"),
        "percent": None,
        "authorization_required": "",
        "in_network": "Y",
    }
    assert benefits[3]["percent"] == Decimal("0.2")


def test_benefits_as_facts_of_a_plan():
    transaction = read(interchange("271", *BENEFITS)).transactions[0]
    benefits = read_eligibility(transaction, note=print).benefits
    assert plan_facts(benefits, service_type="64") == {
        "benefit.copay": 30,
        "benefit.prior_auth": True,
        "benefit.visit_limit": 20,
        "benefit.visits_left": 7,
        "plan.active": True,
        "plan.coinsurance": Decimal("0.2"),
        "plan.deductible": 1000,
        "plan.deductible_left": 250,
        "status": "memory",
    }
    assert plan_facts(benefits, service_type="64", in_network=False)["benefit.copay"] == 60
    by_service = facts_by_service(benefits)
    assert list(by_service) == ["30", "33", "64", "BE"]
    assert by_service["BE"]["benefit.covered"] is False
    assert "benefit.copay" not in by_service["BE"]
    assert "benefit.visits_left" not in by_service["33"]
    assert plan_facts([], service_type="64") == {"status": "unknown"}


def test_facts_of_a_plan_are_names_of_coverage_cases():
    from allay.coverage.cases.paths import fact_paths

    names = {str(getattr(each, "path", each)) for each in fact_paths()}
    ours = {"plan.coinsurance", "plan.deductible_left", "plan.out_of_pocket_left"}
    ours |= {"benefit.covered", "benefit.copay", "benefit.coinsurance", "benefit.visit_limit"}
    assert ours | {"benefit.prior_auth"} <= names


def test_what_is_asked_and_rejected():
    asked = content("270", *BENEFITS[:7], "EQ*PT^64")["transactions"][0]
    assert asked["eq"] == [["PT^64"]]
    rejected = content("271", *BENEFITS[:7], "AAA*Y**75*C")["transactions"][0]
    assert rejected["aaa"] == [{"valid": "Y", "reject_reason": "75", "follow_up": "C"}]


def test_statuses_and_reviews():
    status = content("277", "BHT*0010*08*1*20261122", "TRN*2*C-1", "STC*F1:65:QC*20261130**145.50*60")
    transaction = status["transactions"][0]
    assert transaction["stc"] == [
        {"status": ["F1", "65", "QC"], "date": "20261130", "amount": Decimal("145.50"), "paid": 60}
    ]
    assert transaction["trn"] == ["C-1"]
    review = content(
        "278", "UM*HS*I*PT*11:B*****Y", "HCR*A1*AUTH1", "HI*BF:M5450", "HSD*VS*12", "DTP*472*D8*20261201"
    )["transactions"][0]
    assert review["um"][0]["service_type"] == "PT"
    assert review["hcr"] == [{"action": "A1", "certification_number": "AUTH1", "reason": ""}]
    assert (review["hsd"], review["hi"]) == ([["VS", "12"]], [["BF", "M5450"]])
    assert review["dtp"] == [["472", "D8", "20261201"]]


def test_an_unknown_transaction_has_its_names_only():
    text = interchange("270", "NM1*PR*2*PAYER").replace("ST*270", "ST*834").replace("*HS*", "*BE*")
    assert summarize(read(text))["transactions"][0]["nm1"][0]["entity"] == "PR"
