"""A statement of a camt message: its entries as they end, and its balances."""

from datetime import date
from typing import Final

from tillroll_documents.bank_files.camt.details import CamtDetails, merged
from tillroll_documents.bank_files.camt.tree import (
    Money,
    Tree,
    account_in,
    bank_in,
    day_in,
    first,
    moment,
    money_in,
    number,
    sign_of,
    status_of,
    string,
    tree_in,
)
from tillroll_documents.bank_files.limits import MAX_PAYMENTS
from tillroll_documents.bank_files.printed import (
    Balance,
    BankStatement,
    Entry,
    EntryStatus,
    Format,
    Payment,
    UnreadableFile,
)
from tillroll_documents.bank_files.reader import Gathered
from tillroll_documents.bank_files.values import currency_of, minor_of, one_line, shown

_YES: Final = frozenset({"true", "1"})


class CamtStatement:
    """A statement that is being read."""

    def __init__(self, format_: Format, header: Tree) -> None:
        self.is_in_entry = False
        self.tree: Tree = {}
        self._format = format_
        self._header = header
        self._gathered = Gathered()
        self._account: str | None = None
        self._currency = ""
        self._details: CamtDetails | None = None

    def _begin(self, currency_before: str | None) -> CamtDetails:
        """Before the first entry, or at the end: whose statement it is, and in which currency."""
        tree = self.tree
        stated = string(tree, "Acct", "Ccy")
        amounts = [money_in(tree_in(each), "Amt") for each in tree.get("Bal", ())]
        balances = [amount.currency for amount in amounts if amount]
        self._account = account_in(first(tree, "Acct"))
        currency = stated or next(iter(balances), None) or currency_before
        if currency is None:
            raise UnreadableFile(
                "The statement has neither a currency of the account nor a balance",
                field="Acct/Ccy",
            )
        self._currency = currency_of(currency)
        self._details = CamtDetails(self._account, self._currency, self._gathered)
        return self._details

    def entry(self, tree: Tree) -> Entry:
        """An entry of its element. Raises UnreadableFile: it says where."""
        position = self._gathered.entries + 1
        try:
            return self._entry(tree, position)
        except UnreadableFile as error:
            error.entry = position
            sentence = str(error)
            if sentence.startswith("The "):
                sentence = f"t{sentence[1:]}"
            error.args = (f"Entry {position}: {sentence}",)
            raise

    def _entry(self, tree: Tree, position: int) -> Entry:
        money = money_in(tree, "Amt")
        if money is None:
            raise UnreadableFile("The amount (Amt) with its currency is missing", field="Amt")
        details = self._details or self._begin(money.currency)
        amount = self._amount(money, "Amt") * sign_of(tree)
        status = status_of(tree, is_of_statement=self._format is Format.CAMT_053)
        is_reversal = string(tree, "RvslInd") in _YES
        parts = [
            tree_in(each)
            for group in tree.get("NtryDtls", ())
            for each in tree_in(group).get("TxDtls", ())
        ]
        if len(parts) > MAX_PAYMENTS:
            raise UnreadableFile(f"The batch has more than {MAX_PAYMENTS} payments")
        texts = details.of(tree, amount, is_reversal=is_reversal)
        payments: tuple[Payment, ...] = ()
        if len(parts) == 1:
            texts = merged(texts, details.of(parts[0], amount, is_reversal=is_reversal))
        elif parts:
            payments = details.batch(parts, amount, is_reversal=is_reversal)
        booked_on = day_in(tree, "BookgDt")
        valued_on = day_in(tree, "ValDt")
        if booked_on is None and valued_on is None and status is EntryStatus.BOOKED:
            booked_on = self._only_day()
        day = booked_on or valued_on
        if day is None and status is EntryStatus.BOOKED:
            raise UnreadableFile(
                "The booking day (BookgDt) and the value day (ValDt) are missing", field="BookgDt"
            )
        self._gathered.see(day)
        return Entry(
            amount=amount,
            counterparty=texts.counterparty,
            bank_reference=texts.bank_reference,
            end_to_end=texts.end_to_end,
            mandate=texts.mandate,
            creditor_reference=texts.creditor_reference,
            text=texts.text or one_line(string(tree, "AddtlNtryInf")),
            code=texts.code,
            charges=texts.charges,
            foreign=texts.foreign,
            return_reason=texts.return_reason,
            position=position,
            status=status,
            booked_on=booked_on,
            valued_on=valued_on,
            is_reversal=is_reversal,
            payments=payments,
        )

    def _only_day(self) -> date | None:
        """The day of a statement that covers one day; None for others."""
        period = {moment(self.tree, "FrToDt", name) for name in ("FrDtTm", "ToDtTm")}
        days = period - {None}
        if not days:
            days = {day_in(tree_in(each), "Dt") for each in self.tree.get("Bal", ())}
        if len(days) != 1:
            return None
        return days.pop()

    def _amount(self, money: Money, field: str) -> int:
        if money.currency != self._currency:
            raise UnreadableFile(
                f"The amount is in {shown(money.currency)}, but the account is in {self._currency}",
                field=field,
            )
        try:
            minor = minor_of(money.text, self._currency)
        except UnreadableFile as error:
            error.field = field
            raise
        if minor < 0:
            raise UnreadableFile(
                f"“{shown(money.text)}” is negative: CdtDbtInd has the direction", field=field
            )
        return minor

    def ended(self) -> BankStatement:
        """The statement, after its entries."""
        tree = self.tree
        if self._details is None:
            self._begin(None)
        balances = [*filter(None, (self._balance(tree_in(each)) for each in tree.get("Bal", ())))]
        all_balances = _Balances(balances)
        pages = first(tree, "StmtPgntn") or first(tree, "RptPgntn") or first(tree, "NtfctnPgntn")
        pages = pages or first(self._header, "MsgPgntn") or {}
        from_day = moment(tree, "FrToDt", "FrDtTm")
        to_day = moment(tree, "FrToDt", "ToDtTm")
        self._check_count(tree)
        gathered = self._gathered
        return BankStatement(
            format=self._format,
            account=self._account,
            currency=self._currency,
            bank=bank_in(first(tree, "Acct", "Svcr")),
            id=one_line(string(tree, "Id")) or None,
            sequence=number(string(tree, "ElctrncSeqNb")),
            legal_sequence=number(string(tree, "LglSeqNb")),
            page=number(string(pages, "PgNb")),
            is_last_page=string(pages, "LastPgInd") in {None, *_YES},
            from_day=from_day or gathered.first,
            to_day=to_day or gathered.last,
            states_period=from_day is not None and to_day is not None,
            opening=all_balances.opening,
            closing=all_balances.closing,
            is_interim=all_balances.is_interim,
            available=all_balances.last("CLAV", "ITAV"),
            expected=all_balances.last("XPCD"),
            entries=gathered.entries,
            problems=gathered.problems,
        )

    def _balance(self, tree: Tree) -> tuple[str, Balance, bool] | None:
        """Its code, and whether it is of a page only (INTM). None where it does not say its
        direction.
        """
        kind = first(tree, "Tp", "CdOrPrtry")
        if kind:
            code = string(kind, "Cd") or string(kind, "Prtry") or ""
        else:
            code = ""
        money = money_in(tree, "Amt")
        if money is None:
            raise UnreadableFile(
                f"The balance {shown(code)} has no amount with a currency", field="Bal/Amt"
            )
        minor = self._amount(money, "Bal/Amt")
        if minor and "CdtDbtInd" not in tree:
            problem = f"The balance {shown(code)} does not say its direction, and is left out."
            self._gathered.note(problem, field="Bal")
            return None
        if minor:
            minor *= sign_of(tree)
        return code, Balance(minor, day_in(tree, "Dt")), string(tree, "Tp", "SubTp", "Cd") == "INTM"

    def _check_count(self, tree: Tree) -> None:
        count = string(tree, "TxsSummry", "TtlNtries", "NbOfNtries")
        if count is not None and number(count) not in {None, self._gathered.entries}:
            self._gathered.note(
                f"The file says that it has {shown(count)} entries, and has "
                f"{self._gathered.entries}.",
                field="NbOfNtries",
            )


class _Balances:
    """The balances of a statement, by their codes: OPBD, CLBD and the like."""

    def __init__(self, balances: list[tuple[str, Balance, bool]]) -> None:
        self._found = balances
        interim = [each for code, each, _ in balances if code == "ITBD"]
        opening = self._of("OPBD", "PRCD")
        closing = self._of("CLBD")
        if opening:
            self.opening = opening[0]
        elif len(interim) > 1:
            self.opening = interim[0]
        else:
            self.opening = None
        """A report within the day has two interim balances, of which the first opens it."""
        if closing:
            self.closing = closing[-1]
        elif interim:
            self.closing = interim[-1]
        else:
            self.closing = None
        self.is_interim = (bool(interim) and not closing) or any(
            is_page for _, _, is_page in balances
        )

    def _of(self, *codes: str) -> list[Balance]:
        """The balances of the first of these codes that there is."""
        for sought in codes:
            balances = [each for code, each, _ in self._found if code == sought]
            if balances:
                return balances
        return []

    def last(self, *codes: str) -> Balance | None:
        """The last balance of the first of these codes that there is."""
        balances = self._of(*codes)
        if balances:
            return balances[-1]
        return None
