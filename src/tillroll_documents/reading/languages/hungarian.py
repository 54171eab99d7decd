"""Words of Hungarian: NGM decree 48/2013 (receipts of online tills) and the VAT Act (Áfa tv. §§
169, 173).
"""

TABLE = """\
total: összesen, végösszeg, mindösszesen, bruttó összesen, teljes összeg, bruttó végösszeg
subtotal: részösszesen, részösszeg
payable: fizetendő, fizetendő összesen, fizetendő összeg, fizetendő végösszeg
amount: összeg, bruttó, érték, bruttó érték
tax: áfa, ebből áfa, áfa összeg, áfa tartalom, forgalmi adó, áfa összesen
levy: repülőtéri illeték, repülőtéri illetékek, idegenforgalmi adó
including: áfával, tartalmaz, tartalma, bruttó ár
excluding: nettó, adóalap, áfa nélkül, nettó összeg, nettó érték, nettó összesen
contained: ebből
rounding: kerekítés
discount: engedmény, kedvezmény, árengedmény
voucher: utalvány, ajándékkártya, kupon
saving: megtakarítás, megtakarított
service: szervizdíj, felszolgálási díj
tip: borravaló
suggestion: javasolt, ajánlott
paid: fizetve, kapott, fizetés, befizetett, átvett
cash: készpénz, készpénzzel
card: bankkártya, kártya, bankkártyával, hitelkártya
change: visszajáró, visszaadott
quantity: mennyiség, db, darab, tétel, tételszám
points: pont, pontok
summary: áfa kulcs, áfakulcs, áfa összesítő
date: dátum, kelt, számla kelte, kiállítás dátuma, kiállítás kelte, keltezés
due_date: fizetési határidő, esedékesség, fizetendő legkésőbb
other_date: fizetési határidő, esedékesség, határidő, lejárat, érvényes, teljesítés dátuma,
    teljesítés
receipt_number: nyugtaszám, bizonylatszám, nyugta sorszáma, számla sorszáma, számlaszám, sorszám,
    ntak
heading: nyugta, egyszerűsített számla, számla, bizonylat, blokk, átvételi elismervény
stamp: másolat, eredeti, fizetve
greeting: köszönjük, köszönjük a vásárlást, viszontlátásra, üdvözöljük
address: utca, út, tér, körút, krt, sétány, kerület, emelet
contact: telefon, tel, fax, honlap
registration: adószám, cégjegyzékszám, cjsz, ap, eu adószám
staff: pénztáros, pénztár, pincér, asztal, kezelő, eladó
customer: vevő, vásárló, ügyfél
owned_by: tulajdonos, üzemeltető
trade: bolt, vendéglő, étterem, kávézó, pékség, gyógyszertár, patika, könyvesbolt, csárda,
    benzinkút, szálloda, abc, élelmiszer, cukrászda, söröző, büfé, virágbolt, halászcsárda
cuisine: magyar, olasz, kínai, indiai
firm: testvérek, társa, fiai
product_header: megnevezés, egységár, ár, termék, leírás
no_receipt: nem adóügyi bizonylat, nem minősül számlának, nem számla, nem nyugta, nem minősül
    nyugtának, oktató mód, gyakorló üzemmód, tájékoztató számla, előzetes számla, sikertelen
    tranzakció, elutasított tranzakció, tranzakció elutasítva, kártya elutasítva, érvénytelen
    nyugta, sztornó bizonylat
pay_later: fizetés átvételkor, nincs kifizetve, utánvét
not_paid: sztornó, érvénytelen, törölve, elutasítva, sztornózott
other_paper: árajánlat, ajánlat, díjbekérő, proforma számla, proforma, szállítólevél, rendelés
    visszaigazolás, visszaigazolás, előlegbekérő,
    próbanyomtatás, előengedélyezés, x jelentés, z jelentés, napi zárás
order_paper: rendelés, megrendelés
statement: számlakivonat, fizetési felszólítás, egyenlegközlő, fizetési emlékeztető,
    második felszólítás, utolsó felszólítás
seller: eladó, szállító, kibocsátó, számla kibocsátója
refund: visszáru, visszáru bizonylat, visszavét, visszatérítés, jóváírás, jóváíró számla
paper_nouns: számla, számlának, nyugta, nyugtának, bizonylat, bizonylatnak
negations: nem
paper_fillers: adóügyi, minősül, érvényes
interim: ideiglenes, előzetes, próba, tájékoztató, gyakorló, oktató
act_nouns: tranzakció, fizetés, eladás, kártya, vásárlás, rendelés, nyugta
undone: elutasítva, elutasított, sikertelen, törölve, törölt, sztornózva, sztornózott,
    megszakítva, érvénytelen, visszautasítva
done: jóváhagyva, sikerült, teljesült, fizetve
months: január jan, február febr feb, március marcius márc mar, április aprilis ápr apr, május
    majus máj maj, június junius jún jun, július julius júl jul, augusztus aug, szeptember szept,
    október oktober okt, november nov, december dec
weekdays: hétfő, kedd, szerda, csütörtök, péntek, szombat, vasárnap
"""
