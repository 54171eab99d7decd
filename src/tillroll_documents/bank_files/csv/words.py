"""The headers of banks' CSV files in the languages of Europe, and what they mean.

Extend the table for another bank; no code needs to change. Write headers as `plain` makes them.
"""

import unicodedata
from collections.abc import Mapping
from typing import Final

_LETTERS: Final = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "æ": "ae", "ı": "i"})
"""Letters that Unicode does not take apart."""


def plain(header: str) -> str:
    """A header in small letters and digits without accents: “Betrag (€)” is `betrag`, “Kwota
    operacji” stays.
    """
    parted = unicodedata.normalize("NFKD", header.casefold().translate(_LETTERS))
    letters = "".join(
        mark if mark.isalnum() else " " for mark in parted if not unicodedata.combining(mark)
    )
    return " ".join(letters.split())


def _table(written: str) -> dict[str, tuple[str, ...]]:
    """Words by their field. A line without a field goes on with that of the line before."""
    texts: dict[str, str] = {}
    field = ""
    for line in written.strip().splitlines():
        name, colon, words = line.partition(":")
        if colon:
            field = name.strip()
            texts[field] = words
        else:
            texts[field] += f" {line}"
    return {field: _split(text) for field, text in texts.items()}


def _split(words: str) -> tuple[str, ...]:
    """Phrases between commas, which may go over lines."""
    phrases = (" ".join(each.split()) for each in words.split(","))
    return tuple(phrase for phrase in phrases if phrase)


def _words(written: str) -> frozenset[str]:
    return frozenset(_split(written))


HEADERS: Final = _table("""
    booked_on: booking date, booked on, posting date, posted date, date posted, settlement date,
        reskontradatum, transaction date,
        completed date, date, buchungstag, buchungsdatum, buchung, datum, boekdatum,
        boekingsdatum, transactiedatum, verwerkingsdatum, date de comptabilisation, date
        comptable, date operation, date d operation, date de l operation, fecha operacion, fecha
        contable, f contable, fecha, data contabile, data registrazione, data operazione, data
        operacji, data ksiegowania, data transakcji, data, bokforingsdag, bokforingsdatum,
        bokforingsdato, bogforingsdato, bogfort, bokfort, bokfort dato, dato, utfort dato,
        transaktionsdag, transaktionsdatum, kirjauspaiva, kirjauspvm, pvm, maksupaiva, datum
        zauctovani, datum zauctovania, datum provedeni, datum operace, zauctovano, konyveles
        datuma, konyvelesi datum, konyveles napja, tranzakcio datuma, tranzakcio idopontja, data
        movimento, data mov, data lancamento, data tranzactiei, kuupaev, created, created at,
        time, timestamp, booking day, date of booking, buchungszeit, posted, paivamaara, paivays,
        tarih, islem tarihi, datum knjizenja, datum izvrsenja, datum knjizbe, operacijos data,
        дата, дата операции, дата операції, дата на операцията, ημερομηνια, ημερομηνια συναλλαγης
    valued_on: value date, valuta date, wertstellung, wertstellungsdatum, valutadatum, valuta
        datum, valuta, rentedatum, date de valeur, date valeur, fecha valor, fecha de valor, f
        valor, data valuta, data waluty, started date, valutadag, valutadato, rentedag, rentedato,
        renteberegningsdato, valor, valuteringsdag, arvopaiva, datum valuty, erteknap, ertek nap,
        data valor, abschlussdatum, purchase date, date of purchase, trade date, kaufdatum,
        belegdatum, kopdatum, kobsdato, kjopsdato, datum transakce, date of transaction
    amount: billing amount, amount in account currency, account amount, settled amount, booked
        amount, amount, transaction amount, betrag, umsatz, buchungsbetrag, bedrag,
        transactiebedrag, montant, importe, importo, kwota, kwota operacji, kwota transakcji,
        value, amount eur, bedrag eur, betrag eur, umsatz in eur, montant eur, belopp, belob,
        belop, maara, summa, castka, castka v mene uctu, objem, suma, osszeg, valor, valor do
        movimento, montante, bedrag in euro, umsatz in, betrag in, net amount, total amount,
        total, net, zauctovana castka, tranzakcio osszege, inflow outflow,
        netto, brutto, gross, tutar, islem tutari, iznos, znesek, сумма, сума, сумма операции, ποσο
    debit: debit, debit amount, money out, paid out, withdrawal, withdrawals, soll, belastung,
        lastschrift, debet, montant debit, debit euros, cargo, cargos, debe, addebiti, addebito,
        uscite, dare, obciazenia, obciazenie, wydatki, debito, debitos, ut, ut fra konto, ut av
        konto, uttag, ud, haevet, udbetalt, terheles, otot, vydaj, na vrub, iesire, spent,
        outgoing, payments, charge, amount out, ausgang, sortie, salidas, outflow
    credit: credit, credit amount, money in, paid in, deposit, deposits, haben, gutschrift,
        montant credit, credit euros, abono, abonos, haber, accrediti, accredito, entrate, avere,
        uznania, uznanie, wplywy, credito, creditos, inn, inn pa konto, insattning, insatt, ind,
        indsat, indbetalt, jovairas, panot, prijem, ve prospech, intrare, received, incoming,
        receipts, amount in, eingang, entree, entradas, inflow
    mark: debit credit, credit debit, d c, dc, cd, d k, k d, dk, debet kredit, debet kreedit, deebet
        kreedit, debetas kreditas, debets kredits, credit debit indicator, soll haben, s h, soll
        haben kennzeichen, af bij, debet credit, sens, signo, segno, strona, transaction type,
        type, buchungsart, kennzeichen, debit or credit, credit or debit, cr dr, dr cr, direction,
        tipo, typ, typ transakce, irany, sentido, naturaleza, richtung, bevetel kiadas
    balance: balance, running balance, account balance, saldo, saldo nach buchung, kontostand,
        saldo na mutatie, saldo na trn, saldo na boeking, resulting balance, solde, solde apres
        operation, saldo contable, saldo contabile, saldo po operacji, saldo po transakcji, saldo
        eur, balance eur, zustatek, zostatok, ucetni zustatek, egyenleg, konyvelt egyenleg,
        bokfort saldo, booked balance, ledger balance, saldo bogfort, balance after transaction,
        saldo efter, new balance, neuer saldo, saldo disponible, saldo final, closing balance,
        kontosaldo
    currency: currency, account currency, wahrung, waehrung, munt, muntsoort, devise, divisa,
        moneda, moneta, waluta, waluta rachunku, valuta, mena, mena uctu, penznem, deviznem,
        deviza, moeda, valuutta, valuuta, account ccy, ccy, currency code, billing currency, konto
        wahrung, kontowahrung, tranzakcio devizaneme
    payer: payer, payer name, debtor, debtor name, sender, sender name, zahlungspflichtige r,
        zahlungspflichtiger, auftraggeber, absender, betaler, avsender, avsandare, nadawca, nazwa
        nadawcy, ordenante, ordonnateur, donneur d ordre, ordinante, maksaja, remitente,
        opdrachtgever, platce, platca, fizeto, fizeto fel, from
    payee: payee, payee name, creditor, creditor name, recipient, recipient name, beneficiary,
        beneficiary name, zahlungsempfanger in, zahlungsempfanger, empfanger, begunstigter,
        mottaker, mottagare, modtager, odbiorca, nazwa odbiorcy, beneficiario, beneficiaire,
        destinataire, saaja, destinatario, begunstigde, prijemce, prijimatel, kedvezmenyezett,
        kedvezmenyezett neve, to
    name: name, payee, counterparty, counterparty name, beneficiary, payee name, merchant,
        auftraggeber empfanger, empfanger, empfanger auftraggeber, auftraggeber begunstigter,
        begunstigter zahlungspflichtiger, beguenstigter zahlungspflichtiger, zahlungsbeteiligter,
        name zahlungsbeteiligter, zahlungsempfanger, partner name, partnername,
        naam tegenpartij, tegenpartij,
        naam omschrijving, naam, nom, beneficiaire, contrepartie, nom contrepartie, nombre,
        beneficiario, ordenante, controparte, nazwa odbiorcy, nadawca odbiorca, nazwa kontrahenta,
        kontrahent, dane kontrahenta, navn, namn, mottagare, mottaker, modtager, avsender,
        avsandare, saaja maksaja, saaja, maksaja, nimi, nazev protiuctu, nazev protistrany, nazov
        protiuctu, nazov protistrany, protistrana, jmeno protistrany, partner, partner neve,
        partner nev, ellenoldali nev, kedvezmenyezett neve, favorecido, nome, denumire beneficiar,
        auftraggeber, zahlungspflichtiger, begunstigter, counter party, recipient, sender, vendor,
        company, description of payee, handler, gegenpartei, name gegenkonto, kontoinhaber
        gegenkonto
    account: counterparty iban, counterparty account, account number of counterparty, kontonummer
        iban, konto nr iban, iban zahlungsbeteiligter, partner iban, kontonummer, iban des
        zahlungspartners, tegenrekening, tegenrekening iban bban, rekening tegenpartij, compte
        contrepartie, compte beneficiaire, cuenta beneficiario, iban controparte, conto
        controparte, numer konta, rachunek kontrahenta, numer rachunku kontrahenta, nr rachunku
        kontrahenta, iban, protiucet, cislo protiuctu, cislo uctu protistrany, cislo protistrany,
        ellenoldali szamlaszam, partner szamlaszama, modkonto, motkonto, tilinumero, saajan
        tilinumero, iban gegenkonto, konto des empfangers, gegenkonto
    own_account: own account, account, account number, account iban, product account,
        auftragskonto, iban auftragskonto, rekening, rekeningnummer, iban bban, compte, numero de
        compte, cuenta, conto, rachunek, numer rachunku, own iban, eigene iban, iban kontoinhaber,
        auftraggeberkonto, iban auftraggeberkonto, konto, kontonr, cislo uctu, cislo meho uctu,
        szamlaszam, sajat szamlaszam, referenzkonto, iban konto, account no, account nr
    bank: bic, bic swift code, swift, bank code, blz, bankleitzahl, bic zahlungsbeteiligter, bic
        tegenpartij, partner bic
    text: description, details, narrative, particulars, purpose, purpose of payment, memo, payment
        reference, notes, verwendungszweck, buchungstext verwendungszweck, zahlungsreferenz,
        omschrijving, mededelingen, mededeling, omschrijving 1, omschrijving 2, omschrijving 3,
        libelle, libelle operation, motif, communication, concepto, descripcion, observaciones,
        descrizione, causale, descrizione operazione, tytul, tytul operacji, opis operacji, opis
        transakcji, opis, text, tekst, beschreibung, buchungsdetails, buchungs details,
        umsatzinfo, umsatzdetails,
        vorgang verwendungszweck, betreff, mitteilung, zahlungszweck, original description,
        transaction description, transaction details, particulars of transaction, reference,
        message, meddelande, melding, besked, forklaring, specifikation, rubrik, transaktion,
        transaksjon, viesti, selite, selitys, popis, popis operace, popis transakce, zprava pro
        prijemce, zprava, poznamka, sprava pre prijimatela, kozlemeny, megjegyzes, leiras,
        tranzakcio leirasa, descricao, descritivo, historico, explicatii, detalii, detalii
        tranzactie, aiskuotust, selgitus, appears on your statement as, remittance information,
        comment, kommentar, buchungstext, vorgang, variabilni symbol, variabilny symbol, vs
    bank_reference: transaction id, transaction reference, transaction number, bank reference,
        reference number, id, umsatz id, transaktionsnummer, buchungsreferenz,
        transactiereferentie, transactie id, volgnr, numero d operation, reference operation,
        referencia, numero operazione, numer transakcji, id transakcji, transaktions nr,
        transaktionsreferenz, umsatznummer, arkiveringskode, arkistointitunnus, arkivreferens,
        verifikationsnummer, id transakce, cislo transakce, referencni cislo, tranzakcio
        azonosito, tranzakcio azonositoja, archive number, ref number, reference no
    end_to_end: end to end id, end to end reference, kundenreferenz end to end, ende zu ende
        referenz, end to end referenz, kundenreferenz, betalingskenmerk, reference de bout en bout
    mandate: mandate, mandate id, mandate reference, mandatsreferenz, machtigingskenmerk, mandaat,
        reference mandat, mandato
    code: umsatzart, umsatztyp, type, transaction type, transaction code, mutatiesoort, code, type
        operation, tipo, typ, typ operacji, rodzaj operacji, rodzaj transakcji, typ transakce, typ
        operace, transaktionstyp, type transaksjon, tranzakcio tipusa, laji, vorgang, buchungstext
    foreign_amount: original amount, foreign amount, amount foreign currency, originalbetrag,
        fremdwahrungsbetrag, betrag in fremdwahrung, oorspr bedrag, montant d origine, importe
        original, kwota oryginalna, local amount, orig amount, purchase amount, spend amount,
        foreign spend amount, amount in foreign currency, amount in original currency, betrag
        fremdwahrung, originalbetrag in fremdwahrung, belopp i utlandsk valuta, valutabelop,
        utlandsk belopp, castka v mene obchodu, castka v mene transakce, transaction amount
    foreign_currency: original currency, foreign currency, type foreign currency, originalwahrung,
        fremdwahrung, oorspr munt, devise d origine, divisa original, waluta oryginalna, local
        currency, orig currency, purchase currency, spend currency, currency of purchase, mena
        obchodu, mena transakce, original ccy, utlandsk valuta, transaction currency,
        originalvaluta
    rate: exchange rate, rate, wechselkurs, umrechnungskurs, kurs, koers, taux de change, tipo de
        cambio, tasso di cambio, kurs waluty
    charges: fee, fees, charges, gebuhr, gebuhren, entgelt, kosten, frais, comision, comisiones,
        commissioni, prowizja, oplata, total fees, fee amount, avgift, gebyr, poplatek, dij,
        jutalek, taxa, service fee
    status: status, state, stato, statut, estado, transaction status, booking status,
        buchungsstatus, umsatzstatus, status transaction, stav, stav transakce, allapot, statusz,
        tila, situacao, stare, stan, stan operacji, tilstand, durum, busena, statuss, olek, stanje,
        etat, situazione, situacion, zustand, статус, состояние, стан, състояние, κατασταση
""")
"""Headers by what they mean. Of several columns of one meaning, the header that comes first here is
taken.
"""

NOUNS: Final = {
    "booked_on": _words(
        "date, datetime, datum, dato, data, fecha, datuma, day, tag, dag, dzien, paiva, kuupaev, "
        "datums"
    ),
    "amount": _words(
        "amount, betrag, umsatz, bedrag, montant, importe, importo, kwota, castka, osszege, "
        "osszeg, belopp, belop,"
        "belob, summa, suma, maara, valor"
    ),
    "currency": _words(
        "currency, wahrung, waehrung, munt, devise, moneda, valuta, waluta, mena, devizaneme, moeda"
    ),
}
"""What a header of these meanings has among its words, where no header is known as a whole."""
OTHERS: Final = _words("""
    original, orig, originalni, puvodni, foreign, local, oorspr, oorspronkelijk, fremdwahrung,
    origine, oryginalna, eredeti, utlandsk, fee, fees, charge, charges, gebuhr, tax, vat,
    balance, saldo, due, maturity, birth, opening, closing, rate, minimum, limit,
    gutgeschrieben, cashback, reward, points
""")
"""Words of headers that mean another day or amount."""
WITH_TAX: Final = _words("incl, inkl, including, ttc, inc")
"""Words by which an amount contains a tax that its header names."""
CLOCKS: Final = _words("utc, gmt, z, cet, cest, mez, mesz, est, edt, pst, pdt, bst, time, uhrzeit")
LOCAL: Final = _words("local, time, zone, timezone, lokal, lokale, ortszeit, locale, hora, heure")
"""Words in brackets by which the header of a day says by which clock it is."""
DEBIT: Final = _words("""
    d, debit, dbit, dr, s, soll, af, debet, debito, débit, cargo, dare, wn, -, lastschrift, out,
    ausgang, withdrawal, outflow, money out, sortie, uit, salida, uscita, ut, ud, terhelés,
    výdaj, veloitus, expense, outgoing, paid out, spent
""")
CREDIT: Final = _words("""
    c, credit, crdt, cr, h, haben, bij, credito, crédit, abono, avere, ma, +, gutschrift, k,
    kredit, in, eingang, inflow, deposit, money in, entrée, entrada, entrata, inn, ind,
    jóváírás, příjem, hyvitys, income, incoming, paid in, received
""")
"""What a column that marks the direction has, in small letters."""

NOT_BOOKED: Final = _words("""
    not booked, not posted, not settled, not cleared, unposted, uncleared, unsettled, nicht
    gebucht, noch nicht, ungebucht, niet geboekt, non comptabilise, pas encore, no
    contabilizado, non contabilizzato, nie zaksiegowana, niezaksiegowana, ej bokford, ikke
    bokfort, ikke bogfort, nezauctovano, por contabilizar, a contabilizar, por liquidar, a
    comptabiliser, da contabilizzare, te boeken, te verwerken, zu buchen, do zaksiegowania, k
    zauctovani, att bokfora
""")
PENDING: Final = _words("""
    venter, afventer, udfores, vantar, reserverat, forelobig,
    pending, vorgemerkt, vormerkung, offen, open, reserved, reservation, reserviert,
    reservierung, authorised, authorized, authorisation, authorization, hold, held, in
    behandeling, gereserveerd, reservering, wartend, ausstehend, en attente, en cours, a venir,
    pendiente, retenido, in attesa, in sospeso, da contabilizzare, oczekujaca, oczekujace,
    blokada, processing, in progress, in bearbeitung, scheduled, waiting, outstanding,
    reserverad, reserveret, reservert, preliminar, cekajici, ceka na zauctovani, blokace,
    fuggoben, zarolt, foglalt, varaus, kasittelyssa, pendente, in asteptare
""")
BOOKED: Final = _words("""
    booked, completed, complete, posted, gebucht, berechnet, abgeschlossen,
    ausgefuhrt, verbucht, verwerkt,
    geboekt, uitgevoerd, executed, settled, done, ok, cleared, paid, success, successful,
    comptabilise, execute, passee, ejecutado, contabilizado, eseguito, contabilizzato,
    zrealizowana, zaksiegowana, bokford, bokfort, bogfort, gennemfort, udfort, zauctovano,
    zauctovana, provedeno, teljesult, konyvelt, kirjattu, processed, confirmed, efetuado,
    finalizada
""")
UNDONE: Final = _words("""
    reverted, declined, failed, cancelled, canceled, rejected, expired, refused, denied, voided,
    abgelehnt, storniert, abgebrochen, verworfen, fehlgeschlagen, geannuleerd, geweigerd,
    afgewezen, refuse, refusee, annule, annulee, rejete, rejetee, rechazado, rechazada, anulado,
    anulada, rifiutato, rifiutata, annullato, annullata, odrzucona, odrzucone, anulowana,
    avvisad, avvist, afvist, zamitnuto, zruseno, elutasitva, sikertelen, hylatty, recusado,
    cancelado
""")
"""What a column of the status has, as `plain` writes it. What was undone moved no money."""
NOT: Final = _words(
    "not, un, nicht, noch, nie, ne, nem, nao, non, no, nu, ej, inte, ikke, ei, niet, pas, yet, не"
)
"""Beside a word of `BOOKED`: it is not."""
STEMS: Final[Mapping[str, tuple[str, ...]]] = {
    "pending": _split("""
        pend, provis, vorgemerkt, vormerk, vorlaufig, ausstehend, reserv, rezerv, zarezerw,
        gereserv,
        oczekuj, blokad, blokow, blokac, cekaj, cakaj, fuggo, zarol, katevara, odotta, prelimin,
        autoriz, authori, autoris, attente, attesa, asteptar, bekle, laukia, gaida, ootel, avvakt,
        vantan, avvent, afvent, unpost, unclear, unsettl, ungebuch, niezaksieg, nierozlicz, nezauct,
        niezrealiz, nezuct, εκκρεμ, ожида, очаква, очіку, обрабатыв, авториз
    """),
    "undone": _split("""
        declin, reject, cancel, refus, abgelehn, abgewies, fehlgeschl, storniert, rechaz, denegad,
        rifiut, respin, geweiger, afgewez, odrzuc, anulow, anulad, annul, zamitn, zamietn, zrus,
        elutasit, hylat, nekad, nekats, avvis, afvis, recus, rejeit, reddedil, iptal, atmest,
        noraid, отклон, отмен, відхил, скасов, отказ, ακυρ, απορρ
    """),
    "booked": _split("""
        zaksieg, rozlicz, zrealiz, realiz, lancad, abgerechn, contabiliz, comptabilis, procesa,
        processad, procesat, zpracov, spracov, efectuad, efetuad, effettu, ejecut, execut, esegu,
        finaliz, uskutecn, uskutocn, provede, zauct, zuct, konyvel, teljes, kirjat, bokfor, bogfor,
        uitgevoerd, verwerkt, tamamlan, islendi, completad, completat, complete, conclu, liquidad,
        settle, proknjiz, knjizen, ivykdy, izpild, sooritat, проведен, исполн, выполн, виконан,
        изпълн, εκτελ, ολοκληρ
    """),
}
"""How words of the same meanings begin: languages bend their ends by gender, number and case."""
YES: Final = _words("yes, y, true, 1, x, ja, oui, si, tak, ano, igen, kylla")
NO: Final = _words("no, n, false, 0, nein, nee, non, nie, ne, nem, nej, nei, ei")

CARDS: Final = _words("""
    appears on your statement as, card member, card no, card number, cardholder, card holder,
    extended details, kartennummer, karteninhaber, kreditkarte, numero de carte, titulaire de la
    carte, numero de tarjeta, kortnummer, kortinnehavare, merchant category, cislo karty
""")
"""Headers of credit cards, many of which print purchases without a sign."""
PAYMENTS: Final = _words("""
    payment received, payment thank you, payment thank, autopay, automatic payment, zahlung
    erhalten, ihre zahlung, einzahlung dankend, paiement recu, votre paiement, pago recibido,
    betaling ontvangen, betalning, indbetaling
""")
"""What a card's statement says where it was paid."""
OPENINGS: Final = _words("""
    anfangssaldo, opening balance, alter kontostand, startsaldo, saldo inicial, solde initial,
    ancien solde, saldo iniziale, saldo poczatkowe, beginsaldo, ingaende saldo, inngaende saldo,
    pocatecni zustatek, nyito egyenleg
""")
CLOSINGS: Final = _words("""
    schlusssaldo, endsaldo, closing balance, neuer kontostand, saldo final, solde final, nouveau
    solde, saldo finale, saldo koncowe, eindsaldo, utgaende saldo, konecny zustatek, zaro
    egyenleg
""")
"""What stands before a balance above the header, as `plain` writes it."""
BALANCES: Final = (
    *OPENINGS,
    *CLOSINGS,
    *_words("""
        beginning balance, ending balance, balance forward, balance brought forward, saldovortrag,
        saldo anterior, solde precedent, report a nouveau, saldo precedente, saldo przeniesione
    """),
)
"""What rows say that have a balance, and moved no money."""

FOOTERS: Final = (
    "saldo",
    "total",
    "totale",
    "suma",
    "summe",
    "sum",
    "kontostand",
    "balance",
    "solde",
    "eindsaldo",
)
"""How lines begin that sum up a file, in small letters."""
