"""Words of the other Germanic languages."""

GERMAN = """\
total: summe, gesamt, gesamtbetrag, gesamtsumme, endbetrag, rechnungsbetrag, endsumme, gesamtpreis, bruttobetrag
subtotal: zwischensumme, zw summe, zwischentotal
payable: zu zahlen, zahlbetrag, zu zahlender betrag, offener betrag
amount: betrag, brutto, umsatz
tax: mwst, ust, mehrwertsteuer, umsatzsteuer, steuer, mw st
including: inkl, inklusive, einschl, einschliesslich, mit
excluding: exkl, ohne, netto, nettobetrag, nettoumsatz
contained: enthalten, enthaltene, enth, darin, davon
rounding: rundung, rundungsdifferenz, gerundet
discount: rabatt, nachlass, skonto, preisvorteil
voucher: gutschein, coupon, geschenkkarte, pfandbon
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
date: datum, rechnungsdatum, belegdatum, kaufdatum
due_date: fällig am, fälligkeit, fälligkeitsdatum, zahlbar bis, zu zahlen bis, fällig bis,
    zahlungsziel
other_date: gultig bis, haltbar bis, mindestens haltbar, fallig am, faellig, gedruckt, lieferdatum, geschlossen, seit
receipt_number: rechnungsnr, rechnungsnummer, belegnr, bon nr, beleg nr, rechnung nr, bonnr, belegnummer
heading: rechnung, quittung, beleg, kassenbon, kassenbeleg, bon, kopie, kundenbeleg
stamp: kopie, duplikat, bezahlt
greeting: vielen dank, danke, willkommen, auf wiedersehen, herzlich willkommen, schonen tag, es bediente sie
address: strasse, str, platz, weg, allee, gasse, ring, plz
contact: telefon, fax, telefax
registration: ust id, ust idnr, steuernummer, st nr, steuer nr, ustid, uid nr, uid, hrb, amtsgericht
staff: kassierer, kasse, bediener, kellner, tisch, verkaufer
customer: kunde, kundennr, rechnung an
owned_by: inhaber, inh
trade: gasthaus, gaststatte, backerei, metzgerei, apotheke, drogerie, markt, supermarkt, buchhandlung, tankstelle,
    baumarkt, eisdiele, imbiss, konditorei, wirtshaus, handel, autohaus, friseur, blumen
product_header: bezeichnung, preis, einzelpreis, artikel
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
months: januar janner jänner, februar, märz marz mär mrz, april, mai, juni, juli, august, september, oktober okt,
    november, dezember dez
weekdays: montag, dienstag, mittwoch, donnerstag, freitag, samstag sonnabend, sonntag
"""

DUTCH = """\
total: totaal, eindtotaal, totaalbedrag, totaal bedrag
subtotal: subtotaal, sub totaal, tussentotaal
payable: te betalen, te voldoen, totaal te betalen
amount: bedrag, bruto
tax: btw, b t w, btw bedrag, bedrag btw
including: incl, inclusief, inc btw
excluding: excl, exclusief, grondslag, netto, over
contained: waarvan
rounding: afronding, afgerond
discount: korting, kortingen, actie
voucher: tegoedbon, cadeaubon, cadeaukaart, waardebon
saving: bespaard, uw voordeel, voordeel
service: bediening, servicekosten
tip: fooi
suggestion: suggestie, voorgesteld, aanbevolen
paid: betaald, ontvangen, betaling, voldaan
cash: contant
card: pin, pinnen, bankpas, betaalkaart, bancontact
change: wisselgeld, terug, retour
quantity: aantal, artikelen, stuks
points: punten, zegels, koopzegels
summary: btw overzicht, btw tarief, tarief
date: datum, factuurdatum
due_date: vervaldatum, te betalen voor, uiterste betaaldatum
other_date: geldig tot, vervaldatum, houdbaar tot, afgedrukt
receipt_number: bonnr, bonnummer, factuurnr, factuurnummer, kassabon nr
heading: factuur, kassabon, bon, kwitantie, rekening, kopie, klantticket
stamp: kopie, duplicaat, betaald
greeting: bedankt, dank u, welkom, tot ziens, dank u wel, bedankt voor uw bezoek
address: straat, plein, laan, weg, postbus, gracht
contact: telefoon
registration: kvk, btw nr, btw nummer, kvk nr, btw id
staff: kassa, kassier, kassamedewerker, medewerker, tafel, u bent geholpen door
customer: klant, klantnr
trade: restaurant, bakkerij, slagerij, apotheek, drogist, supermarkt, boekhandel, winkel, eetcafe, bouwmarkt,
    tankstation, bloemen, groothandel, markt
product_header: omschrijving, prijs, stuksprijs
owned_by: eigenaar, inh
cuisine: chinees, grieks, indiaas, italiaans, japans, thais, turks
firm: gebroeders, gebr, zonen
no_receipt: tussenstand, ter informatie, offerte geldig,
    geen betaalbewijs, geen kassabon, is geen bon, is geen factuur, geen aankoopbewijs,
    niet geldig als factuur, tussenrekening, tussenbon, voorlopige rekening, voorlopige bon,
    pro forma bon, proforma bon, pro forma rekening, trainingsbon, oefenbon, oefenmodus,
    trainingsmodus, testbon, transactie geweigerd, betaling geweigerd, kaart geweigerd,
    transactie geannuleerd, betaling geannuleerd, verkoop geannuleerd, bestelling geannuleerd,
    bon geannuleerd, transactie afgebroken, betaling mislukt, betaling niet gelukt, geldopname,
    contante opname,
    geen geldig geen geldig kasticket, factuur volgt
pay_later: nog niet betaald, nog te voldoen aan, betalen bij afhalen, betaling bij afhalen,
    betalen aan de kassa, gelieve te betalen aan, betalen bij levering, betaling bij levering,
    niet betalen, onder voorbehoud van betaling
not_paid: geannuleerd, geweigerd, afgebroken, ongeldig, niet betaald, onbetaald, training,
    oefening,
    bon ongeldig
other_paper: offerte, prijsopgave, kostenraming, pakbon, paklijst, leveringsbon, afleverbon,
    vrachtbrief, orderbevestiging, bestelbevestiging, boekingsbevestiging, proforma, pro forma,
    proforma factuur, pro forma factuur, proformafactuur, inkooporder, werkbon,
    testafdruk, proefafdruk, preautorisatie, dagrapport, dagafsluiting, x rapport, z rapport,
    kasopmaak,
    verzendlijst, verzenddocument, leverbon, vrachtbon, dagtotaal, omzetrapport
order_paper: bestelling, uw bestelling, bestelbon, keukenbon, order
statement: rekeningoverzicht, aanmaning, betalingsherinnering, herinnering, rekeninguittreksel,
    tweede aanmaning, laatste aanmaning, tweede herinnering, ingebrekestelling
paper_nouns: bon, kassabon, factuur, rekening, nota, betaalbewijs, aankoopbewijs, ticket,
    kasticket, btw kasticket, kastikket
negations: geen, niet
paper_fillers: geldig, geldige, als, een, is, btw
interim: voorlopige, voorlopig, tussentijdse, concept, oefen, training, proef,
    voorbeeld, demo, fictieve, oefening
act_nouns: transactie, betaling, verkoop, bon, aankoop, bestelling, pin, kaart, pas
undone: geannuleerd, geweigerd, afgebroken, mislukt, ongeldig, annulering, onderbroken, geparkeerd
done: gelukt, geslaagd, voltooid, akkoord, betaald, toegestaan, geautoriseerd, goedgekeurd
till_nouns: modus, kassa, gebruiker, sessie
months: januari, februari, maart mrt, april, mei, juni, juli, augustus, september, oktober okt, november, december
weekdays: maandag, dinsdag, woensdag, donderdag, vrijdag, zaterdag, zondag
"""

SWEDISH = """\
total: summa, totalt, totalsumma, totalbelopp, slutsumma
subtotal: delsumma, mellansumma, deltotal
payable: betala, att betala, summa att betala, belopp att betala
amount: belopp, brutto
tax: moms, momsbelopp, mervärdesskatt
including: inkl, inklusive
excluding: exkl, exklusive, netto, underlag
contained: varav
rounding: avrundning, öresavrundning, öresutjämning, avrundat
discount: rabatt, rabatter, prisnedsättning
voucher: presentkort, tillgodokvitto, värdecheck, kupong, rabattkupong
saving: sparat, besparing, du sparar
service: serviceavgift
tip: dricks
suggestion: förslag, föreslagen, rekommenderad
paid: betalt, mottaget, erhållet, betalat, betalning
cash: kontant, kontanter
card: kort, bankkort, kontokort, betalkort, kortbetalning, kortköp, kreditkort, swish
change: växel, tillbaka, åter
quantity: antal, antal varor, artiklar, varor
points: poäng, bonuspoäng, bonus
summary: momssats, momssammanställning, momsspecifikation, momsöversikt
date: datum, fakturadatum, köpdatum
due_date: förfallodatum, förfallodag, förfaller, betalas senast
other_date: förfallodatum, giltig till, giltigt till, utskriven, leveransdatum
receipt_number: kvittonr, kvittonummer, kvitto nr, fakturanr, fakturanummer, faktura nr
heading: kvitto, faktura, kontantfaktura, kassakvitto, kundkvitto, kortkvitto
stamp: kopia, betald, dubblett
greeting: tack, välkommen, välkomna, välkommen åter, besöket
address: gatan, vägen, torget, gata, torg
contact: telefon, tfn, kundtjänst
registration: orgnr, org nr, organisationsnummer, momsreg, momsregnr, moms reg, momsnr
staff: kassör, kassörska, kassa, expedit, säljare, servitör, bord
customer: kund, kundnr, kundnummer, medlem
owned_by: ägare, innehavare
trade: restaurang, bageri, bageriet, apotek, apoteket, bokhandel, livsmedel, konditori, kiosk, kiosken, blommor, krog,
    krogen, järnhandel, byggvaror, varuhus, butik, butiken, bensinstation, saluhall, handel
cuisine: grekisk, indisk, italiensk, japansk, kinesisk, svensk, thailändsk, turkisk
firm: bröderna, söner, aktiebolag, handelsbolag
product_header: benämning, artikel, pris, beskrivning, vara
no_receipt: ej kvitto, ej ett kvitto, inte ett kvitto, ej giltigt som kvitto,
    gäller ej som kvitto, ej faktura, preliminär nota, preliminärt kvitto, pro forma kvitto,
    proforma kvitto, proformakvitto, pro forma nota, övningskvitto, träningskvitto, övningsläge,
    träningsläge, testkvitto, köp medges ej, medges ej, ej godkänt, ej godkänd, köpet avbrutet,
    köp avbrutet, transaktion avbruten, transaktionen avbruten, köpet makulerat, kvitto makulerat,
    makulerat kvitto, makulerat köp, köpet avbröts, transaktion nekad, kortet nekades, kort nekat,
    betalning nekad, betalning misslyckades, kontantuttag, uttag av kontanter, order avbruten
pay_later: ännu ej betald, betalas vid avhämtning, betalas i kassan, betala i kassan,
    betalning vid avhämtning
not_paid: övning, träning, makulerad, makulerat, avbruten, avbrutet, nekad, ej betald, ej betalt,
    obetald, annullerad, annullerat, utkast, provutskrift
other_paper: offert, kostnadsförslag, prisförslag, orderbekräftelse, bokningsbekräftelse,
    följesedel, packsedel, leveranssedel, proforma, pro forma, proformafaktura, pro forma faktura,
    inköpsorder, arbetsorder,
    provutskrift, förauktorisering, dagsrapport, x rapport, z rapport, dagsavslut
order_paper: nota, bordsnota,
    beställning, din beställning, bong, köksbong, order
statement: kontoutdrag, påminnelse, betalningspåminnelse, inkassokrav,
    andra påminnelsen, kravbrev, betalningskrav
paper_nouns: kvitto, faktura, nota, räkning
negations: ej, inte, inget
paper_fillers: ett, giltigt, som, gäller
interim: preliminär, preliminärt, proforma, övning, tillfällig, prov, demo
act_nouns: köp, köpet, transaktion, transaktionen, betalning, betalningen, kort, kortet, kvitto,
    kvittot, order
undone: avbröts, avbrutet, avbruten, makulerat, makulerad, nekad, nekat, nekades, misslyckades,
    annullerad, annullerat, ogiltig, ogiltigt, parkerat
done: godkänt, godkänd, medges, genomfört, genomförd, betald, betalt
till_nouns: läge, kassa, användare
months: januari, februari, mars, april, maj, juni, juli, augusti, september, oktober okt, november, december
weekdays: måndag mån, tisdag tis, onsdag ons, torsdag tors, fredag fre, lördag lör, söndag sön
"""

# "Kopi", a copy, is left out: in Malay it is coffee; so is "tak", which is "not".
DANISH = """\
total: alt, ialt, totalbeløb, samlet beløb, fakturabeløb
subtotal: mellemsum, mellemtotal, delsum
payable: betale
amount: beløb, brutto
tax: moms, momsbeløb
including: inkl, inklusiv, inklusive
excluding: ekskl, eksklusiv, eksklusive, uden, netto, momsgrundlag, grundlag
contained: heraf, udgør
rounding: afrunding, øreafrunding, afrundet
discount: rabat, rabatter
voucher: gavekort, tilgodebevis, tilgodeseddel, værdibevis
saving: sparet, du sparer, besparelse
service: servicegebyr, betjeningsgebyr
tip: drikkepenge
suggestion: forslag, foreslået, anbefalet
paid: betalt, modtaget, indbetalt, betaling
cash: kontant, kontanter
card: dankort, kort, betalingskort, kreditkort, mobilepay, visadankort
change: byttepenge, retur, tilbage
quantity: antal, antal varer, varer, stk
points: bonuspoint, bonus
summary: momssats, momsspecifikation, momsoversigt
date: dato, fakturadato, købsdato
due_date: forfaldsdato, betalingsfrist, forfalder, rettidig betaling
other_date: udløbsdato, forfaldsdato, gyldig til, udskrevet, leveringsdato
receipt_number: bonnr, bon nr, bonnummer, fakturanr, faktura nr, fakturanummer, kvitteringsnr, kvittering nr, bilagsnr,
    ordrenr
heading: kvittering, faktura, bon, kassebon, kundekvittering
stamp: kvitteringskopi, duplikat, betalt
greeting: velkommen, gensyn, besøget, handlen, mange tak
address: gade, gaden, vej, vejen, torvet, plads, stræde, postboks
contact: telefon, tlf
registration: cvr, cvr nr, cvrnr, moms nr, momsnr
staff: kasse, kassenr, ekspedient, betjent, ekspederet, tjener, bord
customer: kunde, kundenr, medlem
owned_by: ejer, indehaver
trade: bageri, bageriet, bager, apotek, boghandel, købmand, slagter, isenkram, konditori, kiosk, kro, kroen, blomster,
    byggemarked, tankstation, butik, dagligvarer, spisehus, vinhandel, grillbar
cuisine: dansk, græsk, indisk, italiensk, japansk, kinesisk, tyrkisk
firm: brødrene, sønner, anpartsselskab, aktieselskab
product_header: beskrivelse, varenavn, varenr, pris, stykpris
no_receipt: ikke en kvittering, ikke kvittering, ikke gyldig som kvittering, ikke en faktura,
    gælder ikke som kvittering, foreløbig regning, foreløbig kvittering, foreløbig bon,
    proforma kvittering, pro forma kvittering, bordafregning ikke betalt, træningsbon, øvelsesbon,
    træningstilstand, testbon, prøvebon, transaktion afvist, transaktionen afvist, kort afvist,
    kortet er afvist, betaling afvist, betalingen mislykkedes, transaktion annulleret,
    transaktion afbrudt, købet er annulleret, køb annulleret, salg annulleret, bon annulleret,
    ordre annulleret, ikke godkendt, kontanthævning, hævning af kontanter
pay_later: endnu ikke betalt, betales ved afhentning, betaling ved afhentning, betales i kassen,
    betal i kassen, betales ved levering
not_paid: træning, øvelse, annulleret, afvist, afbrudt, ikke betalt, ubetalt, ugyldig, kladde
other_paper: tilbud, prisoverslag, overslag, ordrebekræftelse, bookingbekræftelse, følgeseddel,
    pakkeseddel, leveringsseddel, proforma, pro forma, proformafaktura, proforma faktura,
    pro forma faktura, indkøbsordre,
    prøveudskrift, testudskrift, forhåndsgodkendelse, dagsrapport, x rapport, z rapport,
    kasserapport
order_paper: bestilling, din bestilling, ordre, køkkenbon
statement: kontoudtog, rykker, rykkerskrivelse, betalingspåmindelse, påmindelse
paper_nouns: kvittering, bon, faktura, regning
negations: ikke, ingen
paper_fillers: en, gyldig, som, gælder
interim: foreløbig, foreløbigt, midlertidig, prøve, trænings, øvelse, demo
act_nouns: køb, købet, transaktion, transaktionen, betaling, betalingen, kort, kortet, bon, ordre,
    salg
undone: annulleret, afvist, afbrudt, mislykkedes, ugyldig, mislykket, nægtet
done: godkendt, gennemført, betalt, accepteret
till_nouns: tilstand, kasse, bruger
months: januar, februar, marts, april, maj, juni, juli, august, september, oktober okt, november, december
weekdays: mandag, tirsdag tir, onsdag ons, torsdag tor, fredag fre, lørdag lør, søndag søn
"""

# Bokmål. "Kopi", a copy, is left out: in Malay it is coffee.
NORWEGIAN = """\
total: sum, totalt, totalsum, totalbeløp, sum total, samlet
subtotal: delsum, mellomsum, deltotal
payable: betale, til betaling, sum til betaling, å betale
amount: beløp, brutto
tax: mva, merverdiavgift, moms, sum mva, total mva
including: inkl, inklusive, inkludert
excluding: ekskl, eksklusive, eks, uten, netto, grunnlag, mva grunnlag
contained: herav, hvorav
rounding: avrunding, øreavrunding, avrundet
discount: rabatt, rabatter, avslag
voucher: gavekort, tilgodelapp, verdikupong
saving: spart, besparelse
service: servicegebyr, serveringsavgift
tip: driks
suggestion: forslag, foreslått, anbefalt
paid: betalt, mottatt, innbetalt, betaling
cash: kontant, kontanter
card: bankkort, bankaxept, kort, betalingskort, kredittkort, vipps
change: vekslepenger, veksel, tilbake, retur
quantity: antall, antall varer, varer, stk
points: poeng, bonuspoeng, bonus
summary: mva sats, mvasats, mva oversikt, mva spesifikasjon
date: dato, fakturadato, kjøpsdato
due_date: forfallsdato, betalingsfrist, forfaller, forfall
other_date: forfallsdato, utløpsdato, gyldig til, leveringsdato
receipt_number: kvitteringsnr, kvittering nr, kvitteringsnummer, bongnr, bong nr, fakturanr, faktura nr, fakturanummer,
    bilagsnr
heading: kvittering, salgskvittering, faktura, kundekvittering, kontantfaktura
stamp: kvitteringskopi, duplikat, betalt
greeting: takk, velkommen, velkommen tilbake, handelen, besøket
address: gata, gate, gaten, veien, vegen, torget, plass, postboks
contact: telefon, tlf
registration: org nr, orgnr, organisasjonsnummer, foretaksregisteret
staff: kasse, kasserer, ekspeditør, betjent, selger, servitør, bord
customer: kunde, kundenr, medlem
owned_by: eier, innehaver
trade: bakeri, bakeriet, baker, apotek, bokhandel, dagligvare, dagligvarer, kiosk, kiosken, konditori, kro, kroa, kafe,
    kafé, blomster, jernvare, byggevare, bensinstasjon, butikk, handel, spiseri
cuisine: gresk, indisk, italiensk, japansk, kinesisk, norsk, tyrkisk
firm: brødrene, sønner, aksjeselskap, samvirkelag
product_header: beskrivelse, varenavn, varenr, pris, enhetspris
no_receipt: ikke kvittering, ikke en kvittering, ikkje kvittering, ikke gyldig som kvittering,
    ikke en faktura, gjelder ikke som kvittering, foreløpig kvittering, førebels kvittering,
    foreløpig regning, foreløpig nota, proforma kvittering, pro forma kvittering,
    treningskvittering, øvingskvittering, treningsmodus, utleveringskvittering, testkvittering,
    transaksjon avvist, transaksjonen avvist, kort avvist, betaling avvist, betaling feilet,
    betalingen feilet, transaksjon avbrutt, transaksjon annullert, kjøpet er avbrutt,
    kjøp avbrutt, kjøpet er annullert, salg annullert, kvittering annullert, ordre kansellert,
    ikke godkjent, kontantuttak, uttak av kontanter
pay_later: ennå ikke betalt, betales ved henting, betaling ved henting, betales i kassen,
    betal i kassen, betales ved levering
not_paid: trening, øvelse, annullert, avvist, avbrutt, kansellert, ikke betalt, ubetalt, ugyldig,
    makulert, utkast
other_paper: tilbud, pristilbud, prisoverslag, kostnadsoverslag, ordrebekreftelse,
    bestillingsbekreftelse, pakkseddel, følgeseddel, leveringsseddel, proforma, pro forma,
    proformafaktura, proforma faktura, pro forma faktura, innkjøpsordre,
    prøveutskrift, testutskrift, forhåndsautorisering, dagsrapport, x rapport, z rapport,
    kasserapport
order_paper: bestilling, din bestilling, ordre, kjøkkenbong
statement: kontoutskrift, purring, betalingspåminnelse, påminnelse, inkassovarsel,
    betalingsoppfordring, inkasso
paper_nouns: kvittering, faktura, regning, nota, bong
negations: ikke, ingen, ikkje
paper_fillers: en, gyldig, som, gjelder
interim: foreløpig, førebels, midlertidig, prøve, trenings, øvelse, demo
act_nouns: kjøp, kjøpet, transaksjon, transaksjonen, betaling, betalingen, kort, kortet, salg,
    ordre, kvittering
undone: annullert, avvist, avbrutt, feilet, ugyldig, kansellert, mislyktes, makulert
done: godkjent, gjennomført, betalt, akseptert
till_nouns: modus, kasse, bruker
months: januar, februar, mars, april, mai, juni, juli, august, september, oktober okt, november, desember des
weekdays: mandag, tirsdag tir, onsdag ons, torsdag tor, fredag fre, lørdag lør, søndag søn
"""
