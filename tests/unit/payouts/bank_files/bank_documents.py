"""Status reports as banks send them, written from published descriptions and not from the reader.

Sources:
    ISO 20022, pain.002.001.10 (CustomerPaymentStatusReportV10): `OrgnlPmtInfAndSts` is [0..n], in
    it `TxInfAndSts` is [0..n], `OrgnlInstrId` and `OrgnlEndToEndId` are [0..1] each, `TxSts` is
    [0..1], and `StsRsnInf` is [0..n] on each of the three levels.
    ISO 20022, External Code Sets, ExternalStatusReason1Code: AM05 "Duplication", DU01
    "Message Identification is not unique", DU02 "The Payment Information Block is not unique",
    DU03 "Transactions are not unique", DU04 "End To End ID is not unique", DU05 "Instruction ID
    is not unique", DUPL "Payment is a duplicate of another payment", NARR "Reason is provided as
    narrative information in the additional reason information".
    Deutsche Kreditwirtschaft, Anlage 3 des DFÜ-Abkommens, pain.002: a file, a collection or a
    transaction is sent back (RJCT), with its reason on that level; AM05 is "Doppeleinreichung".
    Swiss Payment Standards, pain.002: A, B and C level; the bank checks duplicates by MsgId (DU01).
    Goldman Sachs, Transaction Banking, "Pain.002.001.03 Details": `OrgnlPmtInfAndSts` "can occur
    multiple times depending on the number of payments whose status is being reported", and
    ACCP, ACSP and RJCT of one payment come one after the other.
    Rabobank, "Format description PAIN.002": rejections on the level of the batch and the payment.
"""

from collections.abc import Sequence

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"


def reason(code: str, words: str = "") -> str:
    """One `StsRsnInf` by the bank, with the code of the external set."""
    told = f"<AddtlInf>{words}</AddtlInf>" if words else ""
    originator = "<Orgtr><Id><OrgId><AnyBIC>COBADEFFXXX</AnyBIC></OrgId></Id></Orgtr>"
    return f"<StsRsnInf>{originator}<Rsn><Cd>{code}</Cd></Rsn>{told}</StsRsnInf>"


def transaction(
    status: str = "", *, end_to_end: str = "", instruction: str = "", reasons: str = ""
) -> str:
    """One `TxInfAndSts`, its elements in the order of the schema."""
    parts = ["<StsId>0001</StsId>"]
    if instruction:
        parts.append(f"<OrgnlInstrId>{instruction}</OrgnlInstrId>")
    if end_to_end:
        parts.append(f"<OrgnlEndToEndId>{end_to_end}</OrgnlEndToEndId>")
    if status:
        parts.append(f"<TxSts>{status}</TxSts>")
    parts.append(reasons)
    original = '<OrgnlTxRef><Amt><InstdAmt Ccy="EUR">12.90</InstdAmt></Amt></OrgnlTxRef>'
    return f"<TxInfAndSts>{''.join(parts)}{original}</TxInfAndSts>"


def payment_information(
    *transactions: str, file: str, status: str = "", reasons: str = "", count: int = 1
) -> str:
    """One `OrgnlPmtInfAndSts` of a file, whose only payment information is called as the file."""
    told = f"<PmtInfSts>{status}</PmtInfSts>" if status else ""
    return (
        f"<OrgnlPmtInfAndSts><OrgnlPmtInfId>{file}</OrgnlPmtInfId>"
        f"<OrgnlNbOfTxs>{count}</OrgnlNbOfTxs>{told}{reasons}{''.join(transactions)}"
        "</OrgnlPmtInfAndSts>"
    )


def document(
    file: str, parts: Sequence[str] = (), *, id_: str, status: str = "", reasons: str = ""
) -> str:
    """A whole report of the bank, called `id_`, on the file whose MsgId is `file`."""
    told = f"<GrpSts>{status}</GrpSts>" if status else ""
    party = "<InitgPty><Id><OrgId><AnyBIC>COBADEFFXXX</AnyBIC></OrgId></Id></InitgPty>"
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="{NAMESPACE}"><CstmrPmtStsRpt>
<GrpHdr><MsgId>{id_}</MsgId><CreDtTm>2026-11-21T12:00:00+01:00</CreDtTm>{party}</GrpHdr>
<OrgnlGrpInfAndSts><OrgnlMsgId>{file}</OrgnlMsgId><OrgnlMsgNmId>pain.001.001.09</OrgnlMsgNmId>
<OrgnlNbOfTxs>1</OrgnlNbOfTxs>{told}{reasons}</OrgnlGrpInfAndSts>
{"".join(parts)}</CstmrPmtStsRpt></Document>"""
