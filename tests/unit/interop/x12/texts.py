"""Small X12 texts made up for tests: no person, number or amount in them is anybody's."""

from __future__ import annotations

import io

from allay.interop.x12.envelope import X12File, read_x12

GROUPS = {"837": "HC", "835": "HP", "270": "HS", "271": "HB", "276": "HR", "277": "HN", "278": "HI"}
GUIDES = {
    "837": "005010X222A1",
    "835": "005010X221A1",
    "270": "005010X279A1",
    "271": "005010X279A1",
    "276": "005010X212",
    "277": "005010X212",
    "278": "005010X217",
}


def isa(control: str = "000000007", *, marks: str = "*:~^", version: str = "00501") -> str:
    """Return an ISA segment with its terminator; `marks` are element, component, end and repetition."""
    element, component, end, repetition = marks
    fields = [
        *("ISA", "00", " " * 10, "00", " " * 10, "ZZ", "CLINIC".ljust(15), "ZZ", "PAYER".ljust(15)),
        *("261122", "1200", repetition, version, control, "0", "T", component),
    ]
    return element.join(fields) + end


def interchange(kind: str, *body: str, control: str = "000000007", guide: str | None = None) -> str:
    """Return one interchange with one transaction whose counts are right."""
    version = guide or GUIDES[kind]
    inside = [f"ST*{kind}*0001*{version}", *body]
    inside.append(f"SE*{len(inside) + 1}*0001")
    group = f"GS*{GROUPS[kind]}*CLINIC*PAYER*20261122*1200*7*X*{version}~"
    return isa(control) + group + "".join(f"{each}~" for each in inside) + f"GE*1*7~IEA*1*{control}~"


def read(text: str, *, name: str = "a.edi") -> X12File:
    """Read a text."""
    return read_x12(io.BytesIO(text.encode()), name=name)


CLAIM = (
    "BHT*0019*00*7*20261122*1200*CH",
    "NM1*41*2*CLINIC*****46*CLINIC1",
    "PER*IC*OFFICE*TE*8025550100",
    "NM1*40*2*PAYER*****46*PAYER1",
    "HL*1**20*1",
    "NM1*85*2*CLINIC*****XX*1777777776",
    "N3*1 MAIN STREET",
    "N4*MONTPELIER*VT*056020001",
    "REF*EI*123456789",
    "HL*2*1*22*0",
    "SBR*P*18*******CI",
    "NM1*IL*1*SOMEBODY*SAM****MI*MEMBER1",
    "N3*2 ELM STREET",
    "N4*MONTPELIER*VT*05602",
    "DMG*D8*19700304*M",
    "NM1*PR*2*PAYER*****PI*PAYER1",
    "CLM*C-1*145.5***11:B:1*Y*A*Y*Y",
    "REF*G1*PA-77",
    "HI*ABK:M5450*ABF:G8929",
    "LX*1",
    "SV1*HC:97110:GP*100.5*UN*2***1:2",
    "DTP*472*D8*20261102",
    "REF*6R*1",
    "LX*2",
    "SV1*HC:97140:GP:59*45*UN*1***1",
    "DTP*472*D8*20261102",
)

REMITTANCE = (
    "BPR*I*58.00*C*ACH*CCP*01*999999992*DA*123*1512345678**01*999988880*DA*987*20261130",
    "TRN*1*TRACE1*1512345678",
    "DTM*405*20261130",
    "N1*PR*PAYER",
    "N3*9 OAK STREET",
    "N4*MONTPELIER*VT*05602",
    "PER*BL*OFFICE*TE*8025550111",
    "N1*PE*CLINIC*XX*1777777776",
    "LX*1",
    "CLP*C-1*1*145.50*60.00*12.00*12*PCN1*11*1",
    "NM1*QC*1*SOMEBODY*SAM****MI*MEMBER1",
    "SVC*HC:97110:GP*100.50*60.00**2",
    "DTM*472*20261102",
    "CAS*CO*45*28.50",
    "CAS*PR*2*12.00",
    "REF*6R*1",
    "AMT*B6*72.00",
    "SVC*HC:97140:GP:59*45.00*0**1",
    "DTM*472*20261102",
    "CAS*CO*97*45.00",
    "REF*6R*2",
    "PLB*1777777776*20261231*CV:R1*2.00",
)
