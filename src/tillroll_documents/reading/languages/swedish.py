"""Words of Swedish: terms of chapter 17 of mervärdesskattelagen (2023:200), and SKVFS 2014:9 and
2014:10 on cash registers; others as tills print them.
"""

TABLE = """\
total: totalt återbetalt, återbetalt belopp,
    summa, totalt, totalsumma, totalbelopp, slutsumma
subtotal: delsumma, mellansumma, deltotal
payable: betala, att betala, summa att betala, belopp att betala
amount: belopp, brutto
tax: moms, momsbelopp, mervärdesskatt
levy: skatter och avgifter, flygskatt, flygplatsavgift, turistskatt
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
trade: restaurang, bageri, bageriet, apotek, apoteket, bokhandel, livsmedel, konditori, kiosk,
    kiosken, blommor, krog,
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
refund: pantkvitto, pantretur, retur, returkvitto, återköp, återbetalning, kreditfaktura, kreditnota
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
months: januari, februari, mars, april, maj, juni, juli, augusti, september, oktober okt, november,
    december
weekdays: måndag mån, tisdag tis, onsdag ons, torsdag tors, fredag fre, lördag lör, söndag sön
"""
