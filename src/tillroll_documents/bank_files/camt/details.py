"""What a camt message says of money that moved: of an entry, and of the single payments of a
batch.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from tillroll_documents.bank_files.camt.tree import (
    Money,
    Tree,
    first,
    money_in,
    party_in,
    sign_of,
    string,
    tree_in,
)
from tillroll_documents.bank_files.printed import (
    NOBODY,
    Counterparty,
    Foreign,
    Payment,
    UnreadableFile,
)
from tillroll_documents.bank_files.reader import Gathered
from tillroll_documents.bank_files.values import (
    currency_of,
    minor_of,
    one_line,
    rate_of,
    reference_of,
    shown,
)

_SIDES: Final = ("Dbtr", "Cdtr")


class CamtDetails:
    """Reads details of one statement's entries.

    Args:
        account, currency: of the statement.
        gathered: where it notes what does not fit.
    """

    def __init__(self, account: str | None, currency: str, gathered: Gathered) -> None:
        self._account = account
        self._currency = currency
        self._gathered = gathered

    def batch(self, parts: list[Tree], amount: int, *, is_reversal: bool) -> tuple[Payment, ...]:
        """The payments of a batch; none if the file does not say all their amounts.
        Raises UnreadableFile.
        """
        position = self._gathered.entries + 1
        payments: list[Payment] = []
        for part in parts:
            own = _own_amount(part, self._currency)
            if own is None:
                self._gathered.note(
                    "The batch does not say the amount of each payment in the account's currency; "
                    "it is kept whole.",
                    entry=position,
                    field="TxDtls",
                )
                return ()
            if "CdtDbtInd" in part:
                sign = sign_of(part)
            elif amount >= 0:
                sign = 1
            else:
                sign = -1
            payments.append(self.of(part, own * sign, is_reversal=is_reversal))
        if sum(each.amount for each in payments) != amount:
            self._gathered.note(
                "The single payments of the batch do not add up to its amount.",
                entry=position,
                field="TxDtls",
            )
        return tuple(payments)

    def of(self, tree: Tree, amount: int, *, is_reversal: bool) -> Payment:
        """What an entry or a single payment says; their parts have the same names.
        Raises UnreadableFile.
        """
        references = first(tree, "Refs") or tree
        remittance = first(tree, "RmtInf") or {}
        texts = [each for each in remittance.get("Ustrd", ()) if isinstance(each, str)]
        structured = [tree_in(each) for each in remittance.get("Strd", ())]
        texts += [
            each
            for part in structured
            for each in part.get("AddtlRmtInf", ())
            if isinstance(each, str)
        ]
        printed = [string(part, "CdtrRefInf", "Ref") for part in structured]
        references_of_creditor = [*filter(None, printed)]
        creditor = next(iter(references_of_creditor), None)
        # One payment may be for several invoices: their numbers are matched as words of the text.
        texts += _numbers_of_documents(structured)
        texts += [each for each in references_of_creditor[1:] if each not in texts]
        return Payment(
            amount=amount,
            counterparty=self._counterparty(tree, is_credit=(amount >= 0) is not is_reversal),
            bank_reference=reference_of(string(references, "AcctSvcrRef")),
            end_to_end=reference_of(string(references, "EndToEndId")),
            mandate=reference_of(string(references, "MndtId")),
            creditor_reference="".join(creditor.split()) if creditor else None,
            text=one_line(" ".join(texts)) or one_line(string(tree, "AddtlTxInf")),
            code=_with_purpose(_code(tree), string(tree, "Purp", "Cd")),
            charges=_charges(tree, self._currency, self._gathered),
            foreign=_foreign(tree, self._currency, 1 if amount >= 0 else -1),
            return_reason=string(tree, "RtrInf", "Rsn", "Cd")
            or string(tree, "RtrInf", "Rsn", "Prtry"),
        )

    def _counterparty(self, tree: Tree, *, is_credit: bool) -> Counterparty:
        """The debtor of what came in, the creditor of what went out. Of a reversal the parties are
        the original's.
        """
        parties = first(tree, "RltdPties")
        if parties is None:
            return NOBODY
        agents = first(tree, "RltdAgts") or {}
        other, own = (
            party_in(parties, agents, side) for side in (_SIDES if is_credit else reversed(_SIDES))
        )
        # Some banks swap the parties of a reversal: nobody is their own counterparty.
        is_swapped = self._account is not None and other.account == self._account != own.account
        if is_swapped:
            return own
        return other


def merged(outer: Payment, inner: Payment) -> Payment:
    """An entry with its only payment: what the payment says is more exact."""
    return replace(
        inner,
        bank_reference=outer.bank_reference or inner.bank_reference,
        code=_inner_code(inner.code, outer.code),
        text=inner.text or outer.text,
        charges=inner.charges or outer.charges,
        foreign=_richer(inner.foreign, outer.foreign),
    )


def _richer(inner: Foreign | None, outer: Foreign | None) -> Foreign | None:
    if inner is None or outer is None or inner.rate:
        return inner or outer
    return replace(inner, rate=outer.rate)


def _numbers_of_documents(structured: list[Tree]) -> list[str]:
    """The number of each invoice or credit note that the remittance refers to (RfrdDocInf), and of
    its lines.
    """
    numbers: dict[str, None] = {}
    for part in structured:
        for document in part.get("RfrdDocInf", ()):
            named = [string(tree_in(document), "Nb")]
            for line in tree_in(document).get("LineDtls", ()):
                named += [string(tree_in(each), "Nb") for each in tree_in(line).get("Id", ())]
            numbers |= {number: None for number in named if number}
    return [*numbers]


_WAGES: Final = ("SALA", "PAYR")
"""Codes of ISO 20022's ExternalPurpose1Code for wages: no invoice has such a purpose."""


def _with_purpose(code: str | None, purpose: str | None) -> str | None:
    """The code of a transaction, and behind a plus its purpose where that is wages."""
    if purpose not in _WAGES:
        return code
    if code is None:
        return purpose
    return f"{code}+{purpose}"


def _inner_code(inner: str | None, outer: str | None) -> str | None:
    """What a payment says of its kind, else what its entry does; both where it has a purpose."""
    if inner in _WAGES:
        return _with_purpose(outer, inner)
    return inner or outer


def _code(tree: Tree) -> str | None:
    domain = first(tree, "BkTxCd", "Domn")
    if domain is not None:
        parts = (
            string(domain, "Cd"),
            string(domain, "Fmly", "Cd"),
            string(domain, "Fmly", "SubFmlyCd"),
        )
        return "-".join(filter(None, parts)) or None
    return string(tree, "BkTxCd", "Prtry", "Cd")


def _own_amount(part: Tree, currency: str) -> int | None:
    """The amount of a payment in a batch, unsigned, in the account's currency."""
    candidates = [money_in(part, "Amt")]
    candidates += [
        money_in(part, "AmtDtls", name, "Amt") for name in ("TxAmt", "InstdAmt", "CntrValAmt")
    ]
    for money in candidates:
        if money is not None and money.currency == currency:
            minor = minor_of(money.text, currency)
            if minor < 0:
                raise UnreadableFile(
                    f"“{shown(money.text)}” is negative: CdtDbtInd has the direction",
                    field="TxDtls",
                )
            return minor
    return None


def _foreign(tree: Tree, currency: str, sign: int) -> Foreign | None:
    amounts = first(tree, "AmtDtls")
    if amounts is None:
        return None
    rate: str | None = None
    amount: Money | None = None
    for name in ("InstdAmt", "TxAmt", "CntrValAmt", "AnncdPstngAmt"):
        money = money_in(amounts, name, "Amt")
        rate = rate or rate_of(string(amounts, name, "CcyXchg", "XchgRate"))
        if amount is None and money is not None and money.currency != currency:
            amount = money
    if amount is None:
        return None
    other = currency_of(amount.currency)
    return Foreign(abs(minor_of(amount.text, other)) * sign, other, rate)


def _charges(tree: Tree, currency: str, gathered: Gathered) -> int:
    total = 0
    for record in _charge_records(tree):
        if string(record, "ChrgInclInd") in {"false", "0"}:
            continue
        money = money_in(record, "Amt")
        if money is None:
            continue
        if money.currency != currency:
            gathered.note(
                f"Charges in {shown(money.currency)} are left out.",
                entry=gathered.entries + 1,
                field="Chrgs",
            )
            continue
        minor = abs(minor_of(money.text, currency))
        total += -minor if string(record, "CdtDbtInd") == "CRDT" else minor
    if not total:
        sums = [money_in(tree_in(each), "TtlChrgsAndTaxAmt") for each in tree.get("Chrgs", ())]
        total = sum(
            abs(minor_of(each.text, currency))
            for each in sums
            if each and each.currency == currency
        )
    return max(total, 0)


def _charge_records(tree: Tree) -> Iterator[Tree]:
    """Versions up to 03 have one in each element, later ones several in one."""
    for each in tree.get("Chrgs", ()):
        charges = tree_in(each)
        records = charges.get("Rcrd")
        if records:
            yield from (tree_in(record) for record in records)
        else:
            yield charges
