"""Words of German: terms of § 14 UStG (invoices), § 6 KassenSichV (receipts of tills), and § 132a
BAO and § 11 UStG of Austria; others as tills print them.
"""

TABLE = """\
total: erstattungsbetrag, erstattungssumme, erstatteter betrag,
    summe, gesamt, gesamtbetrag, gesamtsumme, endbetrag, rechnungsbetrag, endsumme,
    gesamtpreis, bruttobetrag
subtotal: zwischensumme, zw summe, zwischentotal
payable: zu zahlen, zahlbetrag, zu zahlender betrag, offener betrag
amount: betrag, brutto, umsatz
tax: mwst, ust, mehrwertsteuer, umsatzsteuer, steuer, mw st
levy: steuern und gebühren, steuern gebühren, gebühren und steuern, steuern und zuschläge,
    steuern gebühren und zuschläge, steuern gebühren zuschläge, steuern und abgaben,
    flughafensteuer, flughafensteuern, flughafengebühr, flughafengebühren, luftverkehrsteuer,
    luftverkehrssteuer, city tax, kurtaxe, kurabgabe, ortstaxe, nächtigungstaxe, gästetaxe,
    bettensteuer, beherbergungssteuer, beherbergungsteuer, beherbergungsabgabe,
    übernachtungsteuer, übernachtungssteuer, tourismusabgabe
including: inkl, inklusive, einschl, einschliesslich, mit
excluding: exkl, ohne, netto, nettobetrag, nettoumsatz
contained: enthalten, enthaltene, enth, darin, davon
rounding: rundung, rundungsdifferenz, gerundet
discount: rabatt, nachlass, skonto, preisvorteil
voucher: essensmarke, essensgutschein, restaurantscheck,
    gutschein, coupon, geschenkkarte, pfandbon
saving: ersparnis, gespart, sie sparen
service: bedienung, servicegebuhr
tip: trinkgeld
suggestion: vorschlag, vorgeschlagen, empfohlen, empfehlung
paid: gegeben, bezahlt, zahlung, erhalten, anzahlung
cash: bar, barzahlung, bargeld
card: karte, ec karte, girocard, kreditkarte, ec cash, kartenzahlung, lastschrift, bankkarte
change: ruckgeld, wechselgeld, zuruck, rueckgeld
quantity: menge, anzahl, artikel, posten, stk, stuck
points: punkte, treuepunkte, payback, bonus
summary: steuersatz, mwst satz, steuern
date: ausgestellt am,
    datum, rechnungsdatum, belegdatum, kaufdatum, buchungsdatum, ausstellungsdatum
due_date: fällig am, fälligkeit, fälligkeitsdatum, zahlbar bis, zu zahlen bis, fällig bis,
    zahlungsziel
other_date: ankunft, anreise,
    gultig bis, haltbar bis, mindestens haltbar, fallig am, faellig, gedruckt,
    lieferdatum, geschlossen, seit
receipt_number: rechnungsnr, rechnungsnummer, belegnr, bon nr, beleg nr, rechnung nr, bonnr,
    ticket nr, ticketnr,
    belegnummer
heading: rechnung, quittung, beleg, kassenbon, kassenbeleg, bon, kopie, kundenbeleg,
    online ticket, handy ticket, handyticket, fahrkarte, fahrschein, fahrausweis, parkschein,
    bordkarte
stamp: kopie, duplikat, bezahlt
greeting: vielen dank, danke, willkommen, auf wiedersehen, herzlich willkommen, schonen tag,
    es bediente sie
address: strasse, str, platz, weg, allee, gasse, ring, plz
contact: telefon, fax, telefax
registration: ust id, ust idnr, steuernummer, st nr, steuer nr, ustid, uid nr, uid, hrb, amtsgericht
staff: kassierer, kasse, bediener, kellner, tisch, verkaufer
customer: kunde, kundennr, rechnung an
owned_by: inhaber, inh
trade: gasthaus, gaststatte, backerei, metzgerei, apotheke, drogerie, markt, supermarkt,
    buchhandlung, tankstelle,
    baumarkt, eisdiele, imbiss, konditorei, wirtshaus, handel, autohaus, friseur, blumen
product_header: bezeichnung, preis, einzelpreis, artikel, leistung, beschreibung
cuisine: chinesisch, griechisch, indisch, italienisch, japanisch, turkisch, vietnamesisch
firm: handelsgesellschaft, söhne, gebrüder, gebr
no_receipt: vorabrechnung, rechnungsvorschau, infobeleg, informationsbeleg, sofortstorno,
    nachstorno, dient nur zur information, nur zur information, angebot gültig, gutachten,
    kein kassenbeleg, kein kassenbon, kein zahlungsbeleg, kein kaufbeleg,
    ist keine rechnung, ist keine quittung, nicht als beleg, nicht als rechnung,
    nicht als quittung, nicht als zahlungsbeleg, zwischenrechnung, zwischenbeleg, zwischenbon,
    vorläufige rechnung, vorlaeufige rechnung, vorrechnung, tischrechnung unbezahlt, trainingsbon,
    trainingsbeleg, trainingsmodus, trainingskassenbon, schulungsbon, schulungsbeleg,
    schulungsmodus, übungsbon, uebungsbon, übungsbeleg, testbon, testbeleg, probebon, musterbeleg,
    musterrechnung, belegabbruch, bonabbruch, vorgang abgebrochen, zahlung abgebrochen,
    kauf abgebrochen, transaktion abgebrochen, beleg storniert, bon storniert, vorgang storniert,
    verkauf storniert, belegstorno, bonstorno, rechnung storniert, zahlung storniert,
    kauf storniert, bestellung storniert, zahlung nicht erfolgt, zahlung nicht möglich,
    zahlung abgelehnt, karte abgelehnt, transaktion abgelehnt, autorisierung abgelehnt,
    zahlung fehlgeschlagen, nicht genehmigt, nicht autorisiert, bargeldauszahlung, barauszahlung,
    nicht gültig als rechnung, ohne rechnungscharakter, dies ist ein angebot,
    gilt nicht als rechnung, gilt nicht als beleg, pro forma bon,
    avtraining, avbestellung, avtransfer, avbelegabbruch, avbelegstorno, avsonstige, av training,
    av bestellung, av transfer, av belegabbruch, av belegstorno, barbehebung, bargeldbezug,
    bargeldbehebung, geldautomat auszahlung, rechnung folgt, die rechnung folgt
pay_later: bitte nicht bezahlen, nicht bezahlen, noch nicht bezahlt, zahlung bei abholung,
    bezahlung bei abholung, zahlbar bei abholung, zahlung bei lieferung, bezahlung bei lieferung,
    barzahlung bei abholung, bitte an der kasse zahlen, bitte an der kasse bezahlen,
    zahlung offen, zahlung ausstehend
not_paid: kein beleg, keine quittung, keine rechnung, storniert, storno, abgebrochen, abgelehnt,
    ungültig, unbezahlt, nicht bezahlt, training, schulung, übung, entwurf, probedruck,
    offener tisch, offene rechnung
other_paper: angebot, kostenvoranschlag, kostenschätzung, preisangebot, offerte,
    auftragsbestätigung, auftragsbestaetigung, bestellbestätigung, bestellbestaetigung,
    buchungsbestätigung, reservierungsbestätigung, lieferschein, packzettel, packliste, proforma,
    pro forma, proforma rechnung, proformarechnung, pro forma rechnung, aufmass, aufmaß,
    aufmassliste, aufmaßliste, aufmassblatt, aufmaßblatt, leistungsnachweis, stundenzettel,
    arbeitsbericht, regiebericht, abholschein, reparaturschein, werkstattauftrag,
    testdruck, testausdruck, probeausdruck, vorautorisierung, kreditkartenreservierung, monatsbeleg,
    jahresbeleg, nullbeleg, startbeleg, schlussbeleg, tagesbericht, tagesabschluss, kassenabschluss,
    z bericht, x bericht, z bon, kassenbericht, kassensturz,
    rücklieferschein,
    lieferdokument, versandschein, versandpapier, warenbegleitschein, ladeliste, umsatzbericht,
    tagesumsatz
order_paper: reservierung, tischreservierung,
    bestellung, ihre bestellung, auftrag, bestellschein, bestellbon, küchenbon, orderbon,
    abholnummer, tischrechnung, bewirtungsbeleg unbezahlt, online bestellung
statement: kontoauszug, mahnung, letzte mahnung, zahlungserinnerung, saldenbestätigung,
    kontoübersicht, saldenliste,
    zweite mahnung, erste mahnung, mahnbescheid, zahlungsaufforderung
refund: leergutbon, leergutrückgabe, pfandbon, pfandrückgabe, pfandrückzahlung,
    rückgabe, retoure, retourenbeleg, erstattung, rückerstattung, erstattungsbeleg,
    gutschrift, warenrücknahme, warenrückgabe, rücknahme
refund_rules: kein, keine
paper_nouns: beleg, kassenbeleg, kassenbon, bon, rechnung, quittung, zahlungsbeleg, kaufbeleg,
    kassenzettel, zahlungsnachweis
negations: kein, keine, keinen, nicht
paper_fillers: als, gültiger, gültige, gültig, gilt, amtlicher, ist, der, die, das, ein, eine,
    steuerlicher
interim: vorläufig, vorläufige, vorläufiger, vorab, info, informations, probe, schulungs, trainings,
    entwurf, vorschau, muster, fiktiver, fiktive, übungs, demo
act_nouns: vorgang, zahlung, verkauf, beleg, bon, kauf, transaktion, karte, buchung, bestellung,
    rechnung, kartenzahlung, kassenbon
undone: storniert, storno, stornierung, abgebrochen, abgelehnt, ungültig, annulliert,
    fehlgeschlagen, verweigert, abbruch, unterbrochen, geparkt, widerrufen
done: erfolgt, genehmigt, autorisiert, möglich, bezahlt, akzeptiert, ausgeführt, durchgeführt,
    abgeschlossen
till_nouns: modus, betrieb, bediener, kasse, kassierer, benutzer, sitzung
months: januar janner jänner, februar, märz marz mär mrz, april, mai, juni, juli, august, september,
    oktober okt, november, dezember dez
weekdays: montag, dienstag, mittwoch, donnerstag, freitag, samstag sonnabend, sonntag
"""
