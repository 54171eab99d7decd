"""Words of Norwegian: terms of bokføringsforskriften § 5-1-1 (invoices), and kassasystemforskrifta
§§ 2-8-4 to 2-8-7 (receipts of tills); others as tills print them.
"""

TABLE = """\
total: refundert beløp, refundert totalt,
    sum, totalt, totalsum, totalbeløp, sum total, samlet
subtotal: delsum, mellomsum, deltotal
payable: betale, til betaling, sum til betaling, å betale
amount: beløp, brutto
tax: mva, merverdiavgift, moms, sum mva, total mva
levy: skatter og avgifter, flypassasjeravgift, lufthavnavgift, turistskatt
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
receipt_number: kvitteringsnr, kvittering nr, kvitteringsnummer, bongnr, bong nr, fakturanr,
    faktura nr, fakturanummer,
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
trade: bakeri, bakeriet, baker, apotek, bokhandel, dagligvare, dagligvarer, kiosk, kiosken,
    konditori, kro, kroa, kafe,
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
refund: pantekvittering, panteretur, pantelapp, retur, returkvittering, refusjon, tilbakebetaling,
    kreditnota
paper_nouns: kvittering, faktura, regning, nota, bong
negations: ikke, ingen, ikkje
paper_fillers: en, gyldig, som, gjelder
interim: foreløpig, førebels, midlertidig, prøve, trenings, øvelse, demo
act_nouns: kjøp, kjøpet, transaksjon, transaksjonen, betaling, betalingen, kort, kortet, salg,
    ordre, kvittering
undone: annullert, avvist, avbrutt, feilet, ugyldig, kansellert, mislyktes, makulert
done: godkjent, gjennomført, betalt, akseptert
till_nouns: modus, kasse, bruker
months: januar, februar, mars, april, mai, juni, juli, august, september, oktober okt, november,
    desember des
weekdays: mandag, tirsdag tir, onsdag ons, torsdag tor, fredag fre, lørdag lør, søndag søn
"""
