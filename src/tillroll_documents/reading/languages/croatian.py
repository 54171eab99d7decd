"""Words of Croatian: the Fiscalization Act (NN 133/12, art. 9, contents of a receipt) and the VAT
Act, art. 79.
"""

TABLE = """\
total: ukupno, sveukupno, ukupan iznos, ukupni iznos
subtotal: međuzbroj, podukupno, međusuma
payable: za platiti, za naplatu, iznos za naplatu, za plaćanje, ukupno za platiti, za uplatu
amount: iznos, vrijednost
tax: pdv, porez, iznos pdv, iznos poreza, ukupno pdv, pnp
levy: zračne pristojbe, pristojbe zračne luke, boravišna pristojba, turistička pristojba
including: s pdv, uključen, uključeno, sa pdv
excluding: osnovica, bez pdv, porezna osnovica, neto, bez
contained: od toga, u tome, sadrži
rounding: zaokruženje, zaokruživanje
discount: popust, popusti, rabat
voucher: poklon bon, poklon kartica, vrijednosni kupon, kupon
saving: ušteda, uštedjeli
service: usluga posluživanja, servisna naknada
tip: napojnica
suggestion: preporučena
paid: plaćeno, uplaćeno, primljeno, plaćanje, uplata
cash: gotovina, gotovinom, novčanice, gotovinski
card: kartica, karticom, kreditna kartica, debitna kartica, kartično
change: povrat, za vratiti, ostatak, vraćeno, za povrat
quantity: količina, kom, kol, komada, stavki
points: bodovi, bodova
summary: rekapitulacija, rekapitulacija poreza, stopa, porezna stopa, obračun poreza
date: datum, datum i vrijeme, datum izdavanja, datum računa, datum isporuke
due_date: dospijeće, rok plaćanja, datum dospijeća, dospijeva, platiti do
other_date: dospijeće, rok plaćanja, datum dospijeća, dospijeva, vrijedi do, rok trajanja
receipt_number: račun br, broj računa, br računa, račun broj, račun r1
heading: račun, račun r1, maloprodajni račun, gotovinski račun, potvrda, blagajnički račun
stamp: kopija, preslika, plaćeno
greeting: hvala, hvala na posjeti, dobrodošli, doviđenja, hvala na kupnji, hvala na povjerenju
address: ulica, ul, trg, avenija, cesta, obala, put
contact: telefon, tel, faks, mob
registration: oib, mb, mbs, pdv id, zki, jir
staff: operater, blagajnik, blagajna, konobar, stol, prodavač, djelatnik
customer: kupac, kupca, primatelj
owned_by: vlasnik
trade: konoba, restoran, kavana, caffe bar, pekara, pekarna, ljekarna, trgovina, knjižara,
    samoposluga, benzinska postaja, hotel, mesnica, slastičarnica, gostionica, pizzeria, dućan
cuisine: kineska, talijanska, indijska, dalmatinska
firm: sinovi, braća, obrt, društvo
product_header: naziv, opis, cijena, artikl, jedinična cijena
no_receipt: ovo nije fiskalizirani račun, nije fiskalizirani račun, nije fiskalni račun, ovo nije
    račun, nije račun, probni račun, privremeni račun, međuračun, transakcija odbijena, plaćanje
    odbijeno, kartica odbijena, transakcija otkazana, račun storniran, stornirani račun, nefiskalni
    račun, isplata gotovine
pay_later: neplaćeno, nije plaćeno, plaćanje pouzećem, plaćanje prilikom preuzimanja
not_paid: storno, stornirano, poništeno, odbijeno, otkazano
other_paper: ponuda, predračun, procjena troškova, otpremnica, potvrda narudžbe, predujam ponuda,
    dostavnica, pro forma,
    probni ispis, predautorizacija, x izvještaj, z izvještaj, dnevni izvještaj
order_paper: narudžba, narudžbenica, bon
statement: izvod, opomena, izvod otvorenih stavaka, podsjetnik,
    opomena pred ovrhu, opomena pred tužbu, druga opomena
seller: prodavatelj, isporučitelj, izdavatelj, izdavatelj računa
refund: povrat, povrat robe, povrat novca, odobrenje, storno račun
paper_nouns: račun, računom, dokument
negations: nije, ne
paper_fillers: ovo, fiskalizirani, fiskalni, porezni, valjan, važeći, služi, vrijedi, kao
interim: privremeni, probni, informativni, okvirni, preliminarni
act_nouns: transakcija, plaćanje, prodaja, kartica, kupnja, račun, narudžba
undone: odbijena, odbijeno, otkazana, otkazano, poništena, poništen, storniran, stornirana,
    prekinuta, neuspješna, neuspješno
done: odobrena, odobreno, uspješna, uspješno, dovršena, plaćen, plaćena
months: siječanj siječnja sijecanj sijecnja sij, veljača veljače veljaca veljace velj, ožujak
    ožujka ozujak ozujka ožu ozu, travanj travnja tra, svibanj svibnja svi, lipanj lipnja lip,
    srpanj srpnja srp, kolovoz kolovoza kol, rujan rujna ruj, listopad listopada lis, studeni
    studenoga studenog stu, prosinac prosinca pro
weekdays: ponedjeljak, utorak, srijeda, četvrtak, petak, subota, nedjelja
"""
