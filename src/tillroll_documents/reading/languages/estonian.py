"""Words of Estonian: the VAT Act (KMS, § 37) and the Tax and Customs Board on invoices; public
invoices and slips.
"""

TABLE = """\
total: kokku, summa kokku, arve kokku, kogusumma, üldsumma, lõppsumma
subtotal: vahesumma
payable: tasuda, tasumisele kuulub, maksta, makstav summa, kuulub tasumisele, tasumisele
amount: summa
tax: km, käibemaks, käibemaksu, käibemaks kokku, km summa, km kokku
levy: lennujaamamaksud, lennujaamamaks, turismimaks
including: km ga, käibemaksuga, sisaldab, koos, sh km
excluding: km ta, käibemaksuta, ilma, neto, ilma käibemaksuta, summa km ta, maksustatav
contained: sh, sealhulgas
rounding: ümardus, ümardamine
discount: allahindlus, soodustus
voucher: kinkekaart, kinkekaardiga, vautšer
saving: säästsid, sääst
service: teenustasu
tip: jootraha
suggestion: soovituslik
paid: makstud, tasutud, makse, saadud
cash: sularaha, sularahas
card: pangakaart, kaart, kaardimakse, maksekaart, krediitkaart, deebetkaart
change: tagasi, vahetusraha, tagastus
quantity: kogus, tk, kaupu
points: punktid, boonuspunktid
summary: käibemaksumäär, km määr
date: kuupäev, arve kuupäev, väljastamise kuupäev, müügi kuupäev
due_date: maksetähtaeg, maksetähtpäev, tasuda hiljemalt, tähtpäev
other_date: maksetähtaeg, maksetähtpäev, tähtaeg, kehtib kuni, parim enne
receipt_number: kviitung nr, arve nr, arve number, tšekk nr, dok nr, dokumendi nr, tšeki nr
heading: kviitung, ostukviitung, tšekk, arve, müügiarve, kassatšekk
stamp: koopia, duplikaat, makstud
greeting: täname, aitäh, tere tulemast, head päeva, täname ostu eest
address: mnt, maantee, tänav, tn, puiestee, pst, plats, linn, maakond
contact: telefon, faks, e post, koduleht
registration: reg nr, regnr, registrikood, kmkr, kmkr nr, käibemaksukohustuslase nr
staff: kassapidaja, kassa, teenindaja, müüja, laud, kassiir
customer: klient, ostja, saaja, arve saaja
owned_by: omanik
trade: kauplus, kohvik, restoran, apteek, pood, pagariäri, raamatupood, tankla, hotell, toidupood,
    baar, söökla, lilled
cuisine: eesti, itaalia, hiina, jaapani
firm: pojad, grupp, vennad
product_header: kirjeldus, hind, ühikuhind, toode, kaup, nimetus
no_receipt: ei ole maksedokument, ei ole arve, ei ole kviitung, proovitšekk, õpperežiim, vahearve,
    esialgne arve, tehing tühistatud, makse tagasi lükatud, kaart tagasi lükatud, mittefiskaalne,
    tehing ebaõnnestus
pay_later: tasumata, maksmata, tasumine kättesaamisel
not_paid: tühistatud, tühistamine, annulleeritud, kehtetu
other_paper: hinnapakkumine, pakkumine, ettemaksuarve, proforma arve, saateleht, tellimuse
    kinnitus, proforma,
    proovitrükk, eelautoriseering, x aruanne, z aruanne, päevaaruanne
order_paper: tellimus
statement: konto väljavõte, meeldetuletus, võlateatis
seller: müüja, arve esitaja, teenuse osutaja
refund: tagastus, kauba tagastus, raha tagastus, kreeditarve
paper_nouns: kviitung, arve, tšekk, maksedokument
negations: ei, pole, mitte
paper_fillers: ole, see, on, kehtiv, ametlik
interim: esialgne, ajutine, proovi, harjutus, õppe
act_nouns: tehing, makse, müük, kaart, ost, tellimus, kviitung
undone: tühistatud, katkestatud, ebaõnnestus, tagasilükatud, annulleeritud, kehtetu
done: õnnestunud, kinnitatud, lõpetatud, tasutud, makstud
months: jaanuar jaan, veebruar veebr, märts marts, aprill apr, mai, juuni, juuli, august aug,
    september sept, oktoober okt, november nov, detsember dets
weekdays: esmaspäev, teisipäev, kolmapäev, neljapäev, reede, laupäev, pühapäev
"""
