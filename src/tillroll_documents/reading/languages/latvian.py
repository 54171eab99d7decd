"""Words of Latvian: Cabinet Regulation No 96 of 2014 (use of devices that register taxes), VAT Act,
section 125.
"""

TABLE = """\
total: kopā, kopsumma, pavisam kopā, summa kopā, pavisam, kopā ar pvn
subtotal: starpsumma
payable: apmaksai, summa apmaksai, kopā apmaksai, apmaksājamā summa, samaksai, summa samaksai
amount: summa
tax: pvn, nodoklis, pvn summa, kopā pvn
levy: lidostas nodevas, lidostas nodeva, tūristu nodeva
including: ar pvn, ieskaitot
excluding: bez pvn, summa bez pvn, apliekamā vērtība, bez
contained: tai skaitā, t sk
rounding: noapaļošana, noapaļots
discount: atlaide, atlaides
voucher: dāvanu karte, kupons
saving: ietaupījums, ietaupīts
service: apkalpošanas maksa
tip: dzeramnauda
suggestion: ieteicams
paid: samaksāts, apmaksāts, saņemts, maksājums
cash: skaidrā naudā, skaidra nauda, skaidr nauda
card: maksājumu karte, karte, bankas karte, maksājuma karte, karti
change: atlikums, izdots, atdots, izdošana
quantity: daudzums, gab, skaits
points: punkti
summary: pvn likme, likme
date: datums, rēķina datums, izrakstīšanas datums
due_date: apmaksas termiņš, apmaksāt līdz, samaksas termiņš, samaksāt līdz
other_date: apmaksas termiņš, apmaksāt līdz, samaksas termiņš, derīgs līdz
receipt_number: čeka nr, čeks nr, rēķina nr, rēķins nr, dok nr, kvīts nr
heading: čeks, kases čeks, kvīts, rēķins, stingrās uzskaites kvīts, pavadzīme rēķins
stamp: kopija, dublikāts, apmaksāts
greeting: paldies, paldies par pirkumu, gaidīsim atkal, laipni lūdzam
address: iela, prospekts, bulvāris, gatve, laukums, novads, pagasts
contact: tālrunis, tālr, fakss, e pasts
registration: pvn reģ nr, reģ nr, pvn nr, reģistrācijas numurs, pvn maksātāja nr
staff: kasieris, kase, viesmīlis, galds, pārdevēja, kasiere
customer: pircējs, klients, saņēmējs, maksātājs
owned_by: īpašnieks
trade: veikals, kafejnīca, restorāns, aptieka, maiznīca, grāmatnīca, degviela, viesnīca,
    lielveikals, bārs, degvielas uzpildes stacija
cuisine: latviešu, itāļu, ķīniešu
firm: dēls, brāļi, uzņēmums
product_header: nosaukums, cena, prece, apraksts
no_receipt: nefiskāls dokuments, nefiskāls čeks, nefiskāls, nav čeks, nav maksājuma dokuments,
    mācību režīms, apmācību režīms, priekšrēķins, pagaidu rēķins, darījums noraidīts, maksājums
    noraidīts, karte noraidīta, darījums atcelts, anulēts čeks
pay_later: nav apmaksāts, neapmaksāts, apmaksa saņemot
not_paid: anulēts, atcelts, noraidīts, anulēta
other_paper: piedāvājums, priekšapmaksas rēķins, avansa rēķins, pavadzīme, pasūtījuma
    apstiprinājums, tāme, proforma,
    testa izdruka, x atskaite, z atskaite, preču pavadzīme
order_paper: pasūtījums
statement: konta izraksts, atgādinājums, salīdzināšanas akts
seller: pārdevējs, piegādātājs, preču nosūtītājs
refund: atgriešana, preču atgriešana, atmaksa, kredītrēķins, naudas atmaksa
paper_nouns: čeks, rēķins, kvīts, dokuments
negations: nav, ne
paper_fillers: šis, ir, fiskāls, fiskālais, derīgs, derīga, derīgais, maksājuma, kases
interim: pagaidu, iepriekšējs, iepriekšējais, provizorisks, sagatavošanas, mācību, testa,
    informatīvs
act_nouns: darījums, maksājums, pārdošana, karte, pirkums, pasūtījums, čeks
undone: noraidīts, noraidīta, atcelts, atcelta, anulēts, anulēta, neizdevās, pārtraukts, nederīgs
done: apstiprināts, apstiprināta, izpildīts, apmaksāts
months: janvāris janvaris janvārī janv, februāris februaris februārī febr, marts martā, aprīlis
    aprilis aprīlī apr, maijs maijā, jūnijs junijs jūnijā jūn, jūlijs julijs jūlijā jūl, augusts
    augustā aug, septembris septembrī sept, oktobris oktobrī okt, novembris novembrī nov, decembris
    decembrī dec
weekdays: pirmdiena, otrdiena, trešdiena, ceturtdiena, piektdiena, sestdiena, svētdiena
"""
