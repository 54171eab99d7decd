"""Words of Slovenian: the Fiscal Validation of Invoices Act (ZDavPR) and the VAT Act (ZDDV-1, art.
82, 83).
"""

TABLE = """\
total: skupaj, skupaj z ddv, skupna vrednost, skupni znesek, vse skupaj
subtotal: vmesna vsota, vmesni seštevek
payable: za plačilo, znesek za plačilo, skupaj za plačilo, plačilo
amount: znesek, vrednost
tax: ddv, davek, znesek ddv, skupaj ddv
levy: letališke takse, letališka taksa, turistična taksa
including: z ddv, vključno, vključen
excluding: osnova, brez ddv, osnova za ddv, neto, davčna osnova, brez
contained: od tega
rounding: zaokrožitev, izravnava
discount: popust, popusti, rabat
voucher: darilni bon, darilna kartica, kupon, vrednotnica
saving: prihranek, prihranili
service: strežba, postrežba
tip: napitnina
suggestion: priporočena
paid: plačano, prejeto, vplačano
cash: gotovina, gotovino
card: kartica, plačilna kartica, bančna kartica, kreditna kartica, s kartico
change: vračilo, vrnjeno, za vračilo
quantity: količina, kos, kosov, kol
points: točke, pike
summary: specifikacija ddv, stopnja, stopnja ddv, obračun ddv
date: datum, datum izdaje, datum računa, izdano
due_date: rok plačila, datum zapadlosti, zapade, zapadlost, plačilo do
other_date: rok plačila, datum zapadlosti, zapade, zapadlost, valuta, plačilo do, velja do, datum
    opravljene storitve
receipt_number: račun št, št računa, številka računa, št
heading: račun, blagajniški račun, maloprodajni račun, kopija računa, potrdilo
stamp: kopija, plačano
greeting: hvala, hvala za nakup, hvala za obisk, nasvidenje, dobrodošli
address: ulica, cesta, trg, ul, naselje
contact: telefon, tel, faks
registration: id za ddv, id št za ddv, davčna št, matična št, zoi, eor
staff: blagajnik, blagajna, natakar, miza, prodajalka, blagajničarka
customer: kupec, prejemnik, naročnik
owned_by: lastnik
trade: trgovina, gostilna, restavracija, kavarna, pekarna, lekarna, knjigarna, bencinski servis,
    hotel, mesnica, slaščičarna, picerija, okrepčevalnica, cvetličarna
cuisine: kitajska, italijanska, indijska
firm: sinovi, bratje, družba
product_header: naziv, opis, cena, artikel, cena na enoto
no_receipt: to ni davčni račun, ni davčni račun, to ni račun, ni račun, šolski način, testni račun,
    predračun ni račun, informativni račun, transakcija zavrnjena, plačilo zavrnjeno, kartica
    zavrnjena, transakcija preklicana, storniran račun, začasni račun, dvig gotovine
pay_later: neplačano, ni plačano, plačilo po povzetju, plačilo ob prevzemu
not_paid: storno, stornirano, preklicano, zavrnjeno, razveljavljeno
other_paper: ponudba, predračun, dobavnica, potrditev naročila, predplačilni račun, ocena stroškov,
    pro forma,
    testni izpis, predavtorizacija, x poročilo, z poročilo, dnevni zaključek
order_paper: naročilo, naročilnica
statement: izpisek, opomin, izpis odprtih postavk,
    opomin pred izvršbo, opomin pred tožbo, drugi opomin, zadnji opomin
seller: prodajalec, dobavitelj, izdajatelj
refund: vračilo, vračilo blaga, dobropis, vračilo kupnine
paper_nouns: račun, potrdilo, dokument
negations: ni, ne
paper_fillers: to, davčni, veljaven, velja, kot, je
interim: začasni, predhodni, informativni, testni, poskusni, šolski
act_nouns: transakcija, plačilo, prodaja, kartica, nakup, naročilo, račun
undone: zavrnjena, zavrnjeno, preklicana, preklicano, stornirana, storniran, razveljavljen,
    prekinjena, neuspešna, neuspešno
done: odobrena, odobreno, uspešna, zaključena, plačan
months: januar januarja jan, februar februarja feb, marec marca mar, april aprila apr, maj maja,
    junij junija jun, julij julija jul, avgust avgusta avg, september septembra sep, oktober
    oktobra okt, november novembra nov, december decembra dec
weekdays: ponedeljek, torek, sreda, četrtek, petek, sobota, nedelja
"""
