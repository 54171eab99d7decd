"""Words of Danish: terms of momsbekendtgørelsen § 58 (invoices) and § 64 (simplified invoices and
receipts of tills); others as tills print them.
"""

TABLE = """\
total: refunderet beløb, refunderet i alt,
    alt, ialt, totalbeløb, samlet beløb, fakturabeløb
subtotal: mellemsum, mellemtotal, delsum
payable: betale
amount: beløb, brutto
tax: moms, momsbeløb
levy: skatter og afgifter, lufthavnsafgift, lufthavnsafgifter, turistskat
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
receipt_number: bonnr, bon nr, bonnummer, fakturanr, faktura nr, fakturanummer, kvitteringsnr,
    kvittering nr, bilagsnr,
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
trade: bageri, bageriet, bager, apotek, boghandel, købmand, slagter, isenkram, konditori, kiosk,
    kro, kroen, blomster,
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
refund: pantbon, pantkvittering, flaskebon,
    retur, returnering, returbon, refundering, tilbagebetaling, kreditnota
paper_nouns: kvittering, bon, faktura, regning
negations: ikke, ingen
paper_fillers: en, gyldig, som, gælder
interim: foreløbig, foreløbigt, midlertidig, prøve, trænings, øvelse, demo
act_nouns: køb, købet, transaktion, transaktionen, betaling, betalingen, kort, kortet, bon, ordre,
    salg
undone: annulleret, afvist, afbrudt, mislykkedes, ugyldig, mislykket, nægtet
done: godkendt, gennemført, betalt, accepteret
till_nouns: tilstand, kasse, bruger
months: januar, februar, marts, april, maj, juni, juli, august, september, oktober okt, november,
    december
weekdays: mandag, tirsdag tir, onsdag ons, torsdag tor, fredag fre, lørdag lør, søndag søn
"""
