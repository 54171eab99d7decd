"""Words of Dutch: terms of article 35a Wet OB 1968 (invoices), and article 5 KB nr. 1 BTW of
Belgium; others as tills print them.
"""

TABLE = """\
total: totaal terugbetaald, terugbetaald bedrag,
    totaal, eindtotaal, totaalbedrag, totaal bedrag
subtotal: subtotaal, sub totaal, tussentotaal
payable: te betalen, te voldoen, totaal te betalen
amount: bedrag, bruto
tax: btw, b t w, btw bedrag, bedrag btw
levy: belastingen en toeslagen, belastingen en heffingen, luchthavenbelasting,
    luchthavenbelastingen, vliegbelasting, vliegtaks, toeristenbelasting
including: incl, inclusief, inc btw
excluding: excl, exclusief, grondslag, netto, over
contained: waarvan
rounding: afronding, afgerond
discount: korting, kortingen, actie
voucher: maaltijdcheque, maaltijdcheques,
    tegoedbon, cadeaubon, cadeaukaart, waardebon
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
date: uitgegeven op,
    datum, factuurdatum
due_date: vervaldatum, te betalen voor, uiterste betaaldatum
other_date: aankomst,
    geldig tot, vervaldatum, houdbaar tot, afgedrukt
receipt_number: bonnr, bonnummer, factuurnr, factuurnummer, kassabon nr
heading: factuur, kassabon, bon, kwitantie, rekening, kopie, klantticket
stamp: kopie, duplicaat, betaald
greeting: bedankt, dank u, welkom, tot ziens, dank u wel, bedankt voor uw bezoek
address: straat, plein, laan, weg, postbus, gracht
contact: telefoon
registration: kvk, btw nr, btw nummer, kvk nr, btw id
staff: kassa, kassier, kassamedewerker, medewerker, tafel, u bent geholpen door
customer: klant, klantnr
trade: restaurant, bakkerij, slagerij, apotheek, drogist, supermarkt, boekhandel, winkel,
    eetcafe, bouwmarkt,
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
refund: statiegeldbon, emballagebon, flessenbon,
    retour, retourbon, retourbewijs, terugbetaling, creditbon, creditnota, teruggave
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
months: januari, februari, maart mrt, april, mei, juni, juli, augustus, september, oktober okt,
    november, december
weekdays: maandag, dinsdag, woensdag, donderdag, vrijdag, zaterdag, zondag
"""
