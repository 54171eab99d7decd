"""A bank's answer to a file: what it says of all, of each, and what is no answer."""

import pytest

from tillroll.payouts.bank_files.status_reports import BadReport, BankAnswer, read_report
from tillroll.payouts.payments import PaymentStatus

_NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"


def report(
    inside: str, *, group: str = "", namespace: str = _NAMESPACE, of: str = "pain.001.001.09"
) -> str:
    """A pain.002 of the file pmf-1."""
    return f"""<?xml version="1.0" encoding="UTF-8"?>
    <Document xmlns="{namespace}"><CstmrPmtStsRpt>
      <GrpHdr><MsgId>BANK-1</MsgId><CreDtTm>2026-11-21T12:00:00</CreDtTm></GrpHdr>
      <OrgnlGrpInfAndSts><OrgnlMsgId>pmf-1</OrgnlMsgId><OrgnlMsgNmId>{of}</OrgnlMsgNmId>{group}</OrgnlGrpInfAndSts>
      {inside}
    </CstmrPmtStsRpt></Document>"""


def part(*transactions: str, status: str = "") -> str:
    inside = "".join(transactions)
    return (
        f"<OrgnlPmtInfAndSts><OrgnlPmtInfId>pmf-1</OrgnlPmtInfId>{status}{inside}"
        "</OrgnlPmtInfAndSts>"
    )


def transaction(name: str, status: str, reason: str = "") -> str:
    why = f"<StsRsnInf><Rsn>{reason}</Rsn></StsRsnInf>" if reason else ""
    return (
        f"<TxInfAndSts><OrgnlEndToEndId>{name}</OrgnlEndToEndId><TxSts>{status}</TxSts>{why}"
        "</TxInfAndSts>"
    )


POSTED, FAILED, GOES_ON = PaymentStatus.POSTED, PaymentStatus.FAILED, PaymentStatus.PROCESSING


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("ACSC", POSTED),
        ("ACCC", POSTED),
        ("RJCT", FAILED),
        ("CANC", PaymentStatus.CANCELED),
        ("ACCP", GOES_ON),
        ("ACSP", GOES_ON),
        ("PDNG", GOES_ON),
    ],
)
def test_a_file_is_answered_as_a_whole(code: str, status: PaymentStatus) -> None:
    told = read_report(report("", group=f"<GrpSts>{code}</GrpSts>"))
    assert (told.id, told.original, told.of_all, told.of_each) == (
        "BANK-1",
        "pmf-1",
        (BankAnswer(code, status),),
        {},
    )


def test_a_file_is_taken_partly_and_each_says_why() -> None:
    refused = transaction("run-1", "RJCT", "<Cd>AC04</Cd>")
    taken = transaction("run-2", "ACSC")
    told = read_report(
        report(
            part(refused, taken, status="<PmtInfSts>PART</PmtInfSts>"),
            group="<GrpSts>PART</GrpSts>",
        )
    )
    assert told.of_all == ()
    assert told.of_each == {
        "run-1": (BankAnswer("RJCT", FAILED, "AC04"),),
        "run-2": (BankAnswer("ACSC", POSTED),),
    }


def test_the_payment_informations_status_is_of_all_and_its_reason_too() -> None:
    rejected = "<PmtInfSts>RJCT</PmtInfSts><StsRsnInf><Rsn><Cd>AM04</Cd></Rsn></StsRsnInf>"
    assert read_report(report(part(status=rejected))).of_all == (
        BankAnswer("RJCT", FAILED, "AM04"),
    )


def test_a_reason_in_the_banks_own_words_is_not_repeated() -> None:
    told = read_report(
        report(part(transaction("run-1", "RJCT", "<Prtry>Ann Lee has moved</Prtry>")))
    )
    assert told.of_each["run-1"][0].reason == "proprietary"


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("", "no well-formed XML"),
        ("<a>", "no well-formed XML"),
        ("<a/>", "no pain.002"),
        ("\ud800", "no well-formed XML"),
        ('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "DOCTYPE"),
        ("<a>" * 50 + "</a>" * 50, "too deep"),
        (report("", namespace="urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"), "no pain.002"),
        (report("", group="<GrpSts>ACSC</GrpSts>", of="pain.008.001.08"), "answers no pain.001"),
        (report(""), "says nothing"),
        (report("", group="<GrpSts>OKAY</GrpSts>"), "OKAY is not known"),
        (report(part(transaction("run-1", "PART"))), "taken partly"),
        (
            report(part("<TxInfAndSts><OrgnlEndToEndId>run-1</OrgnlEndToEndId></TxInfAndSts>")),
            "no status",
        ),
        (
            report(part("<TxInfAndSts><TxSts>RJCT</TxSts></TxInfAndSts>")),
            "0 elements OrgnlEndToEndId",
        ),
        (report(part(transaction("run-1", "RJCT"), transaction("run-1", "ACSC"))), "two things"),
        (
            report(part(transaction("run-1", "RJCT")) + part(transaction("run-1", "ACSC"))),
            "two things",
        ),
        (report("", group="<GrpSts>ACSC</GrpSts>").replace("pmf-1", " "), "OrgnlMsgId is empty"),
        ("a" * 1_000_001, "more than"),
    ],
)
def test_what_is_no_answer_is_refused(content: str, why: str) -> None:
    with pytest.raises(BadReport, match=why):
        read_report(content)
