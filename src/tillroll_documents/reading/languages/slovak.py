"""Words of Slovak: Act 289/2008 on electronic tills, § 8 (contents of a pokladničný doklad), VAT
Act, § 74.
"""

TABLE = """\
total: spolu, celkom, suma celkom, suma spolu, celková suma, celková cena
subtotal: medzisúčet
payable: na úhradu, k úhrade, suma na úhradu, na zaplatenie, k platbe, suma k úhrade
amount: suma, čiastka
tax: dph, daň, suma dph, výška dph, dph spolu
levy: letiskové poplatky, letiskový poplatok, daň za ubytovanie, miestna daň
including: vrátane, s dph
excluding: základ, základ dane, bez dph, bez, základ dph
contained: z toho
rounding: zaokrúhlenie, zaokrúhlené
discount: zľava, zľavy
voucher: poukážka, darčeková karta, stravný lístok, kupón
saving: ušetrili, úspora
service: servisný poplatok
tip: sprepitné
suggestion: odporúčané
paid: zaplatené, uhradené, platba, prijaté
cash: hotovosť, v hotovosti
card: platobná karta, karta, kartou, kreditná karta
change: výdavok, vydané, vrátené, výdaj
quantity: množstvo, ks, kusov, počet
points: body, bodov
summary: rekapitulácia, sadzba, sadzba dph, rozpis dph
date: dátum, dátum vystavenia, vystavené dňa, dátum predaja
due_date: dátum splatnosti, splatnosť, deň splatnosti
other_date: dátum splatnosti, splatnosť, platné do, spotrebujte do, dátum dodania
receipt_number: doklad č, číslo dokladu, faktúra č, číslo faktúry, účtenka č, č dokladu, uid
heading: pokladničný doklad, doklad, faktúra, účtenka, blok, paragón, daňový doklad
stamp: kópia, duplikát, zaplatené
greeting: ďakujeme, ďakujeme za nákup, dovidenia, vitajte, príjemný deň
address: ulica, ul, námestie, nám, cesta, trieda, mesto
contact: telefón, tel, fax
registration: ičo, dič, ič dph, okp, dkp, kód pokladnice
staff: pokladník, pokladňa, pokladníčka, čašník, stôl, predavač
customer: odberateľ, zákazník, kupujúci
owned_by: majiteľ, prevádzkovateľ
trade: potraviny, reštaurácia, pekáreň, lekáreň, kníhkupectvo, kaviareň, drogéria, obchod,
    hostinec, cukráreň, čerpacia stanica, hotel, mäsiarstvo, kvetinárstvo, pizzéria, jedáleň
cuisine: čínska, talianska, indická
firm: bratia, synovia, spoločnosť
product_header: názov, cena, popis, jednotková cena, položka, tovar
no_receipt: neplatný doklad, nie je daňový doklad, toto nie je doklad, nie je doklad, predbežný
    účet, predbežný doklad, cvičný doklad, školiaci režim, platba zamietnutá, transakcia
    zamietnutá, karta zamietnutá, transakcia zrušená, doklad stornovaný, výber hotovosti, nedaňový
    doklad
pay_later: nezaplatené, neuhradené, platba pri prevzatí, dobierka
not_paid: storno, stornované, zrušené, zamietnuté, neplatné
other_paper: cenová ponuka, ponuka, zálohová faktúra, proforma faktúra, proforma, dodací list,
    potvrdenie objednávky, rozpočet,
    skúšobná tlač, predautorizácia, denná uzávierka, x report, z report
order_paper: objednávka
statement: výpis z účtu, upomienka, odsúhlasenie salda,
    druhá upomienka, posledná upomienka, výzva na úhradu
seller: dodávateľ, predávajúci, predajca
refund: vratka, vrátenie tovaru, vrátenie, dobropis, opravná faktúra
paper_nouns: doklad, dokladom, účtenka, faktúra, faktúrou, blok, účet
negations: nie, neslúži, neplatí
paper_fillers: je, toto, daňový, daňovým, platný, ako, pokladničný
interim: predbežný, predbežná, informatívny, skúšobný, cvičný, nedaňový, školiaci, orientačný
act_nouns: transakcia, platba, predaj, karta, nákup, objednávka, doklad
undone: zamietnutá, zamietnutý, zrušená, zrušený, stornovaná, stornovaný, neúspešná, neplatná,
    neplatný, prerušená, odmietnutá
done: schválená, dokončená, úspešná, zaplatená
months: január januára jan, február februára febr feb, marec marca mar, apríl apríla april apr, máj
    mája maj, jún júna jun, júl júla jul, august augusta aug, september septembra sept, október
    októbra oktober okt, november novembra nov, december decembra dec
weekdays: pondelok, utorok, streda, štvrtok, piatok, sobota, nedeľa
"""
