"""Words of Czech: terms of zákon 235/2004 Sb., §§ 29 and 30 (tax documents, simplified tax
documents); others as tills print them.
"""

TABLE = """\
total: celkem, součet, celková částka, celková cena, celkem kč
subtotal: mezisoučet
payable: úhradě, zaplacení, platbě
amount: částka, brutto
tax: dph, výše dph, částka dph
levy: letištní poplatek, letištní poplatky, letištní taxy, poplatek z pobytu, místní poplatek
including: včetně, vč, s dph
excluding: bez, základ, netto, základ daně, základ dph
contained: toho, obsahuje
rounding: zaokrouhlení, zaokrouhleno, zaokr
discount: sleva, slevy, slevou
voucher: poukaz, poukázka, dárkový poukaz, stravenka, stravenky, kupón
saving: ušetřili, ušetřeno, úspora
service: servisní poplatek
tip: spropitné, dýško
suggestion: doporučené, doporučujeme, navrhované
paid: zaplaceno, uhrazeno, placeno, přijato, dáno, platba, záloha
cash: hotovost, hotově, hotovosti
card: karta, kartou, platební karta, platební kartou, kreditní karta, bezhotovostně
change: vráceno, vrátit, vrácení, zpět
quantity: množství, kus, kusů, počet, položek
points: bodů, věrnostní
summary: rekapitulace, rekapitulace dph, sazba, sazba dph, sazby dph, rozpis dph
date: datum, datum vystavení, datum prodeje, datum nákupu
due_date: datum splatnosti, splatnost, splatnosti, uhraďte do
other_date: datum splatnosti, splatnost, splatnosti, platnost do, platí do, vytištěno
receipt_number: číslo účtenky, účtenka č, účtenka číslo, č účtenky, číslo dokladu, doklad č,
    doklad číslo, č dokladu,
    faktura č, číslo faktury
heading: účtenka, paragon, faktura, doklad, daňový doklad, prodejka, stvrzenka,
    zjednodušený daňový doklad
stamp: kopie, zaplaceno, duplikát
greeting: děkujeme, děkuji, nashledanou, shledanou, vítejte, přijďte, těšíme, hezký
address: ulice, náměstí, třída, nábřeží, psč, sídlo
contact: telefon, mobil, infolinka
registration: dič, ičo, obchodní rejstřík
staff: pokladna, pokladní, pokladník, obsluhoval, obsloužil, číšník, stůl, prodavač, vystavil,
    obsluha
customer: zákazník, odběratel, kupující
owned_by: majitel, provozovatel, vlastník
trade: restaurace, hospoda, hostinec, pekárna, pekařství, cukrárna, lékárna, knihkupectví,
    kavárna, drogerie, potraviny,
    řeznictví, pivnice, vinárna, prodejna, květinářství, železářství, papírnictví, jídelna,
    pizzerie, čerpací stanice
cuisine: čínská, indická, italská, japonská, korejská, řecká, thajská, turecká, vietnamská
firm: bratři, synové, společnost, družstvo, spol
product_header: název, cena, popis, zboží, jednotková cena, položka
no_receipt: není daňový doklad, není daňovým dokladem, neslouží jako daňový doklad,
    nejedná se o daňový doklad, neslouží jako doklad, není účtenka, není dokladem o zaplacení,
    neslouží jako účtenka, předběžný účet, předběžná účtenka, informativní účet, nedaňový doklad,
    nefiskální doklad, školní režim, cvičný režim, tréninkový režim, zkušební účtenka,
    testovací účtenka, transakce zamítnuta, platba zamítnuta, karta zamítnuta,
    transakce odmítnuta, platba odmítnuta, transakce zrušena, platba zrušena, prodej zrušen,
    účtenka stornována, doklad stornován, storno účtenky, objednávka zrušena,
    objednávka stornována, nákup zrušen, platba selhala, transakce neúspěšná, platba neproběhla,
    výběr hotovosti, výběr z bankomatu
pay_later: zatím nezaplaceno, platba při převzetí, platba při odběru, platba na pokladně,
    zaplaťte na pokladně, zaplatíte při převzetí, dobírka, čeká na platbu
not_paid: stornováno, storno, zrušeno, zamítnuto, zamítnuta, nezaplaceno, neuhrazeno, neplatné,
    školení, cvičení, návrh
other_paper: cenová nabídka, nabídka, kalkulace, rozpočet, dodací list, potvrzení objednávky,
    potvrzení rezervace, proforma, pro forma, proforma faktura, zálohová faktura, výzva k platbě,
    přepravní list, balicí list, zakázkový list,
    zkušební tisk, předautorizace, denní uzávěrka, uzávěrka, x report, z report
order_paper: objednávka, vaše objednávka, bon
statement: výpis z účtu, upomínka, upomínka k úhradě, odsouhlasení salda, saldokonto,
    druhá upomínka, poslední upomínka, předžalobní výzva, předžalobní upomínka
refund: vratka, vrácení zboží, vrácení, dobropis, opravný daňový doklad, vrácení peněz
paper_nouns: doklad, dokladem, účtenka, účtenkou, faktura, účet
negations: není, neslouží, neplatí
paper_fillers: daňový, daňovým, jako, platný
interim: předběžný, předběžná, informativní, orientační, zkušební, cvičný, nedaňový,
    ukázkový, ukázková, vzorový, testovací, školní, tréninkový
act_nouns: transakce, platba, prodej, účtenka, doklad, nákup, objednávka, karta
undone: stornována, stornován, storno, zrušena, zrušen, zamítnuta, odmítnuta, neúspěšná, neplatná,
    neplatný, přerušena, selhala
done: schválena, provedena, dokončena
till_nouns: režim, pokladna, pokladní
months: leden ledna, únor unor února unora, březen brezen března brezna, duben dubna,
    květen kveten května kvetna, červen cerven června cervna, červenec cervenec července cervence,
    srpen srpna, září zari, říjen rijen října rijna, listopad listopadu, prosinec prosince
weekdays: pondělí, úterý, středa, čtvrtek, pátek, sobota, neděle
"""
