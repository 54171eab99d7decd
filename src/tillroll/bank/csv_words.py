"""The headers of banks' CSV files in English, German, Dutch, French, Spanish, Italian and Polish, and what they mean.

Extend the table for another bank; no code needs to change. Write headers as `plain` makes them.
"""

import unicodedata
from typing import Final


def plain(header: str) -> str:
    """A header in small letters and digits without accents: “Betrag (€)” is `betrag`, “Kwota operacji” stays."""
    parted = unicodedata.normalize("NFKD", header.casefold().replace("ł", "l"))
    kept = "".join(mark if mark.isalnum() else " " for mark in parted if not unicodedata.combining(mark))
    return " ".join(kept.split())


def _table(written: str) -> dict[str, tuple[str, ...]]:
    lines = (line.partition(":") for line in written.strip().splitlines())
    return {
        field.strip(): tuple(each.strip() for each in headers.split(",") if each.strip()) for field, _, headers in lines
    }


def _words(written: str) -> frozenset[str]:
    return frozenset(each.strip() for each in written.split(","))


HEADERS: Final = _table("""
    booked_on: booking date, booked on, posting date, posted date, date posted, transaction date, completed date, date, buchungstag, buchungsdatum, buchung, datum, boekdatum, boekingsdatum, transactiedatum, verwerkingsdatum, date de comptabilisation, date comptable, date operation, date d operation, date de l operation, fecha operacion, fecha contable, f contable, fecha, data contabile, data registrazione, data operazione, data operacji, data ksiegowania, data transakcji, data
    valued_on: value date, valuta date, wertstellung, wertstellungsdatum, valutadatum, valuta datum, valuta, rentedatum, date de valeur, date valeur, fecha valor, fecha de valor, f valor, data valuta, data waluty
    amount: amount, transaction amount, betrag, umsatz, buchungsbetrag, bedrag, transactiebedrag, montant, importe, importo, kwota, kwota operacji, kwota transakcji, value, amount eur, bedrag eur, betrag eur, umsatz in eur, montant eur
    debit: debit, debit amount, money out, paid out, withdrawal, withdrawals, soll, belastung, lastschrift, debet, montant debit, debit euros, cargo, cargos, debe, addebiti, addebito, uscite, dare, obciazenia, obciazenie, wydatki
    credit: credit, credit amount, money in, paid in, deposit, deposits, haben, gutschrift, montant credit, credit euros, abono, abonos, haber, accrediti, accredito, entrate, avere, uznania, uznanie, wplywy
    mark: debit credit, credit debit, d c, dc, cd, credit debit indicator, soll haben, s h, soll haben kennzeichen, af bij, debet credit, sens, signo, segno, strona
    balance: balance, running balance, account balance, saldo, saldo nach buchung, kontostand, saldo na mutatie, saldo na trn, saldo na boeking, resulting balance, solde, solde apres operation, saldo contable, saldo contabile, saldo po operacji, saldo po transakcji, saldo eur, balance eur
    currency: currency, account currency, wahrung, waehrung, munt, muntsoort, devise, divisa, moneda, moneta, waluta, waluta rachunku
    name: name, payee, counterparty, counterparty name, beneficiary, payee name, merchant, auftraggeber empfanger, empfanger, empfanger auftraggeber, auftraggeber begunstigter, begunstigter zahlungspflichtiger, beguenstigter zahlungspflichtiger, zahlungsbeteiligter, name zahlungsbeteiligter, zahlungsempfanger, partner name, naam tegenpartij, tegenpartij, naam omschrijving, naam, nom, beneficiaire, contrepartie, nom contrepartie, nombre, beneficiario, ordenante, controparte, nazwa odbiorcy, nadawca odbiorca, nazwa kontrahenta, kontrahent, dane kontrahenta
    account: counterparty iban, counterparty account, account number of counterparty, kontonummer iban, konto nr iban, iban zahlungsbeteiligter, partner iban, kontonummer, iban des zahlungspartners, tegenrekening, tegenrekening iban bban, rekening tegenpartij, compte contrepartie, compte beneficiaire, cuenta beneficiario, iban controparte, conto controparte, numer konta, rachunek kontrahenta, numer rachunku kontrahenta, nr rachunku kontrahenta, iban
    own_account: own account, account, account number, account iban, product account, auftragskonto, iban auftragskonto, rekening, rekeningnummer, iban bban, compte, numero de compte, cuenta, conto, rachunek, numer rachunku, own iban
    bank: bic, bic swift code, swift, bank code, blz, bankleitzahl, bic zahlungsbeteiligter, bic tegenpartij, partner bic
    text: description, details, narrative, particulars, purpose, purpose of payment, memo, payment reference, notes, verwendungszweck, buchungstext verwendungszweck, zahlungsreferenz, omschrijving, mededelingen, mededeling, omschrijving 1, omschrijving 2, omschrijving 3, libelle, libelle operation, motif, communication, concepto, descripcion, observaciones, descrizione, causale, descrizione operazione, tytul, tytul operacji, opis operacji, opis transakcji, opis
    bank_reference: transaction id, transaction reference, transaction number, bank reference, reference number, id, umsatz id, transaktionsnummer, buchungsreferenz, transactiereferentie, transactie id, volgnr, numero d operation, reference operation, referencia, numero operazione, numer transakcji, id transakcji
    end_to_end: end to end id, end to end reference, kundenreferenz end to end, ende zu ende referenz, end to end referenz, kundenreferenz, betalingskenmerk, reference de bout en bout
    mandate: mandate, mandate id, mandate reference, mandatsreferenz, machtigingskenmerk, mandaat, reference mandat, mandato
    code: type, transaction type, transaction code, buchungstext, umsatzart, umsatztyp, mutatiesoort, code, type operation, tipo, typ, typ operacji, rodzaj operacji, rodzaj transakcji
    foreign_amount: original amount, foreign amount, amount foreign currency, originalbetrag, fremdwahrungsbetrag, betrag in fremdwahrung, oorspr bedrag, montant d origine, importe original, kwota oryginalna
    foreign_currency: original currency, foreign currency, type foreign currency, originalwahrung, fremdwahrung, oorspr munt, devise d origine, divisa original, waluta oryginalna
    rate: exchange rate, rate, wechselkurs, umrechnungskurs, kurs, koers, taux de change, tipo de cambio, tasso di cambio, kurs waluty
    charges: fee, fees, charges, gebuhr, gebuhren, entgelt, kosten, frais, comision, comisiones, commissioni, prowizja, oplata
    status: status, state, stato, statut, estado
""")  # fmt: skip  # noqa: E501 - a table of words
"""Headers by what they mean. Of several columns of one meaning, the header that comes first here is taken."""

DEBIT: Final = _words("d, debit, dbit, dr, s, soll, af, debet, debito, débit, cargo, dare, wn, -, lastschrift")
CREDIT: Final = _words(
    "c, credit, crdt, cr, h, haben, bij, credito, crédit, abono, avere, ma, +, gutschrift, k, kredit"
)
"""What a column that marks the direction has, in small letters."""

PENDING: Final = _words("""
    pending, vorgemerkt, offen, open, reserved, reserviert, authorised, authorized, in behandeling, gereserveerd,
    wartend, en attente, pendiente, in attesa, in sospeso, oczekująca, blokada, processing, in bearbeitung, scheduled
""")
BOOKED: Final = _words("""
    booked, completed, complete, posted, gebucht, abgeschlossen, ausgeführt, verwerkt, geboekt, uitgevoerd, executed,
    settled, done, ok, cleared, paid, success, successful, comptabilisé, exécuté, ejecutado, contabilizado, eseguito,
    contabilizzato, zrealizowana, zaksięgowana
""")
UNDONE: Final = _words("""
    reverted, declined, failed, cancelled, canceled, rejected, expired, abgelehnt, storniert, geannuleerd, geweigerd,
    refusé, annulé, rechazado, anulado, rifiutato, annullato, odrzucona, anulowana
""")
"""What a column of the status has, in small letters. What was undone moved no money."""

FOOTERS: Final = ("saldo", "total", "totale", "suma", "summe", "sum", "kontostand", "balance", "solde", "eindsaldo")
"""How lines begin that sum up a file, in small letters."""
