"""Words of Romanian: GEO 28/1999 and HG 479/2003 (contents of a bon fiscal), the
Fiscal Code, art. 319.
"""

TABLE = """\
total: total, total lei, total general, suma totală, total cu tva
subtotal: subtotal
payable: de plată, total de plată, rest de plată, sumă de plată
amount: valoare, sumă, suma
tax: tva, taxă, total tva, valoare tva, din care tva
levy: taxe aeroportuare, taxe de aeroport, taxă de aeroport, taxă hotelieră, taxă turistică
including: cu tva, inclus, tva inclus, include
excluding: fără tva, valoare fără tva, baza impozabilă, bază, total fără tva, fără
contained: din care
rounding: rotunjire
discount: reducere, discount
voucher: tichet, tichete de masă, card cadou, voucher
saving: ați economisit, economie
service: taxă de servire, serviciu
tip: bacșiș
suggestion: sugerat, recomandat
paid: plătit, achitat, încasat, primit, plată
cash: numerar, numerar lei, cash
card: card, card bancar, card credit
change: rest, rest lei
quantity: cantitate, buc, articole, bucăți
points: puncte
summary: cota tva, cotă, cota
date: data, data emiterii, data facturii, dată
due_date: scadență, data scadenței, scadent, termen de plată, data scadenta
other_date: scadență, data scadenței, scadent, termen de plată, data expirării, valabil până
receipt_number: bon fiscal nr, nr bon, nr factură, seria și nr, bon nr, serie, factura nr, număr
    factură, nr bf
heading: bon fiscal, factură, chitanță, factură fiscală, bon
stamp: copie, duplicat, achitat
greeting: mulțumim, vă mulțumim, vă mai așteptăm, bine ați venit, o zi bună
address: str, strada, bd, bulevardul, calea, piața, jud, județ, loc, oraș, sector, șos
contact: telefon, fax
registration: cif, cui, cod fiscal, reg com, nr reg com, cod identificare fiscală, cod unic
staff: casier, casierie, operator, ospătar, masa, vânzător
customer: client, cumpărător, beneficiar
owned_by: proprietar
trade: restaurant, farmacie, farmacia, brutărie, librărie, magazin, cofetărie, benzinărie,
    pensiune, cafenea, alimentara, cantina, supermarket
cuisine: românească, chinezească, italiană
firm: frații, fiii, societate
product_header: denumire, preț, descriere, produs, preț unitar, u m
no_receipt: nefiscal, bon nefiscal, document nefiscal, nu este bon fiscal, nu este factură, nu ține
    loc de bon, nota de plată, mod instruire, bon de probă, bon anulat, tranzacție respinsă,
    tranzacție refuzată, plată respinsă, card respins, tranzacție anulată, retragere numerar
pay_later: neachitat, neplătit, plată la livrare, plata ramburs, de achitat la casă
not_paid: anulat, anulată, respins, respinsă, stornat
other_paper: ofertă, ofertă de preț, factură proformă, proformă, aviz, aviz de însoțire, confirmare
    comandă, deviz, deviz estimativ, notă de comandă,
    aviz de însoțire a mărfii, aviz de expediție, imprimare test, preautorizare, raport x, raport z,
    raport zilnic, dispoziție de livrare
order_paper: comandă, bon de comandă
statement: extras de cont, somație, notificare de plată, fișă client,
    a doua somație, ultima somație
seller: furnizor, vânzător, emitent
refund: retur, retur marfă, bon retur, rambursare, restituire, notă de credit
paper_nouns: bon, factură, chitanță, document
negations: nu
paper_fillers: este, ține, loc, de, un, o, fiscal, fiscală, valabil, valabilă, reprezintă,
    constituie, acest
interim: provizoriu, provizorie, preliminar, preliminară, informativ, informativă, probă, test
act_nouns: tranzacție, tranzacția, plată, plata, vânzare, card, cardul, comandă, bon, cumpărare
undone: respinsă, respins, refuzată, refuzat, anulată, anulat, eșuată, eșuat, întreruptă,
    suspendată
done: aprobată, aprobat, acceptată, finalizată, autorizată, efectuată, achitată
months: ianuarie ian, februarie feb, martie, aprilie apr, mai, iunie iun, iulie iul, august aug,
    septembrie sept sep, octombrie oct, noiembrie nov noi, decembrie dec
weekdays: luni, marți, miercuri, joi, vineri, sâmbătă, duminică
"""
