"""Words of Malay, Polish, Czech and Turkish."""

MALAY = """\
total: jumlah, jumlah besar, jumlah keseluruhan, amaun
subtotal: jumlah kecil, subjumlah
payable: jumlah perlu dibayar, perlu dibayar, jumlah bersih, baki perlu dibayar
tax: cukai, cukai jualan, cukai perkhidmatan, cbp
including: termasuk, dengan
excluding: tidak termasuk, tanpa, sebelum
rounding: pembundaran, pelarasan, penggenapan
discount: diskaun, potongan
voucher: baucar
saving: penjimatan, jimat
service: caj perkhidmatan
paid: bayaran, dibayar, terima, diterima
cash: tunai
card: kad, kad kredit, kad debit
change: baki
quantity: kuantiti, bilangan, bil
points: mata, mata ganjaran
date: tarikh
due_date: tarikh matang, tarikh akhir bayaran, perlu dibayar sebelum
other_date: tarikh luput, sah sehingga
receipt_number: no resit, no invois, no bil
heading: invois, invois cukai, resit
stamp: salinan
greeting: terima kasih, selamat datang, sila datang lagi, barang yang dijual
address: jalan, jln, jl, taman, tmn, lorong, kampung, kg, bandar, bdr, persiaran, lebuh, mukim, seksyen, batu, pusat,
    tingkat, wisma, menara, kawasan, bukit, bkt, dataran, kompleks, arked, lrg, psn
contact: telefon, faks, emel, laman web
registration: no pendaftaran, no syarikat, no cukai
staff: juruwang, pelayan, meja
customer: pelanggan, kepada
owned_by: dimiliki oleh, diuruskan oleh
trade: kedai, kedai runcit, restoran, pasar mini, pasaraya, farmasi, klinik, kopitiam, gerai, stesen, hotel, butik,
    runcit, papan, perabot, bengkel, warung, kantin, medan selera, rumah makan, stesen minyak, dobi, percetakan,
    gunting rambut
cuisine: melayu, cina, india, padang, nasi, kandar, mamak, tomyam, masakan
firm: syarikat, perniagaan, perusahaan, niaga, koperasi, pembekal, pengedar, pemborong, agensi
amount: nilai
contained: termasuk dalam jumlah
tip: tip
suggestion: cadangan, dicadangkan
summary: ringkasan cukai
product_header: keterangan, butiran, harga, harga seunit, kuantiti
no_receipt: bukan resit, bukan resit rasmi, bukan invois, bukan invois cukai, resit sementara,
    bil sementara, transaksi dibatalkan, jualan dibatalkan, transaksi ditolak, kad ditolak,
    mod latihan, resit latihan, pengeluaran tunai, bukan struk, bukan bukti pembayaran,
    transaksi gagal, penarikan tunai, tagihan sementara
pay_later: belum dibayar, belum bayar, bayar di kaunter, bayaran di kaunter, belum lunas,
    bayar di kasir
not_paid: batal, dibatalkan, ditolak, latihan, tidak sah
other_paper: sebut harga, sebutharga, anggaran, pesanan belian, nota hantaran, nota penghantaran,
    invois proforma, pengesahan pesanan, penawaran harga, surat jalan, surat penawaran, proforma,
    cetakan ujian, laporan x, laporan z, pra kebenaran
order_paper: pesanan, order
statement: penyata akaun, penyata, peringatan, peringatan bayaran
paper_nouns: resit, invois, bil, struk
negations: bukan, tidak
paper_fillers: rasmi, sah, cukai, yang
interim: sementara, latihan, ujian, draf
act_nouns: transaksi, jualan, bayaran, pembayaran, kad, pesanan, resit
undone: batal, dibatalkan, ditolak, gagal
done: berjaya, diluluskan, lulus
till_nouns: mod, kaunter, pengguna
months: januari, februari, mac, april, mei, jun, julai, ogos ogo, september, oktober okt, november, disember dis
weekdays: isnin, selasa, rabu, khamis, jumaat, sabtu, ahad
"""

POLISH = """\
total: suma, razem, ogółem, łącznie, razem brutto
subtotal: podsuma, suma częściowa, suma cząstkowa
payable: do zapłaty, razem do zapłaty, pozostało do zapłaty, należność
amount: kwota, wartość, brutto, wartość brutto, sprzedaż opodatkowana, sprzedaż opod, sprzed opod, sprz opod,
    sprzed opod ptu, sprz opod ptu, sprzedaż opod ptu, sprzedaż opodatkowana ptu
tax: ptu, podatek, kwota vat, kwota ptu, podatek vat, podatek ptu, suma ptu
including: zawiera, wliczony
excluding: netto, bez vat, wartość netto, kwota netto
contained: tym
rounding: zaokrąglenie, zaokrąglono
discount: rabat, rabaty, opust, opusty, upust, obniżka
voucher: bon podarunkowy, karta podarunkowa, bon towarowy, kupon
saving: oszczędzasz, oszczędność, zaoszczędzono, oszczędzono, zaoszczędziłeś
service: opłata serwisowa, serwis
tip: napiwek
suggestion: sugerowany, sugerowana, proponowany, proponowana
paid: zapłacono, wpłacono, wpłata, otrzymano, płatność, zapłata
cash: gotówka, gotówką
card: karta, kartą, karta płatnicza, karta kredytowa, blik
change: reszta, wydano
quantity: ilość, szt, sztuk, liczba
points: punkty, punktów, pkt
summary: stawka, stawka vat, stawka ptu, rozliczenie podatku
date: data, data sprzedaży, data wystawienia, data zakupu
due_date: termin płatności, termin zapłaty, płatne do
other_date: termin płatności, termin zapłaty, data ważności, ważny do, ważne do, wydrukowano
receipt_number: nr paragonu, numer paragonu, paragon nr, nr wydruku, nr wydr, faktura nr, nr faktury, numer faktury,
    nr rachunku
heading: paragon, paragon fiskalny, fiskalny, niefiskalny, faktura, faktura vat, rachunek, potwierdzenie
stamp: kopia, oryginał, duplikat, zapłacono
greeting: dziękujemy, dziękuję, zapraszamy, zapraszamy ponownie, witamy, miłego dnia
address: ulica, ul, aleja, plac, osiedle
contact: telefon, faks, infolinia
registration: nip, regon, krs, bdo, nr rej
staff: kasjer, kasjerka, kasa, sprzedawca, kelner, kelnerka, stolik
customer: nabywca, klient, odbiorca
owned_by: właściciel
trade: sklep, restauracja, piekarnia, cukiernia, apteka, księgarnia, kawiarnia, drogeria, hurtownia, delikatesy,
    kwiaciarnia, karczma, gospoda, lodziarnia, stacja paliw, spożywczy, supermarket
cuisine: włoska, chińska, indyjska, japońska, grecka, turecka, wietnamska
firm: spółka, bracia, przedsiębiorstwo, handlowe, handlowa
product_header: nazwa, cena, nazwa towaru, opis
no_receipt: niefiskalny, niefiskalna, niefiskalne, wydruk niefiskalny, nie jest paragonem,
    nie jest paragon, nie jest fakturą, nie stanowi faktury, nie stanowi paragonu,
    nie jest dowodem zakupu, rachunek wstępny, rachunek tymczasowy, rachunek kelnerski,
    tryb szkoleniowy, tryb treningowy, paragon szkoleniowy, paragon testowy, transakcja odrzucona,
    transakcja odmowna, płatność odrzucona, karta odrzucona, odmowa autoryzacji, brak akceptacji,
    transakcja anulowana, paragon anulowany, sprzedaż anulowana, zamówienie anulowane,
    płatność anulowana, zakup anulowany, faktura anulowana, transakcja przerwana,
    płatność nieudana, transakcja nieudana, wypłata gotówki, wypłata z bankomatu
pay_later: nie zapłacono, jeszcze nie zapłacono, płatność przy odbiorze, zapłata przy odbiorze,
    zapłata w kasie, płatne przy odbiorze, płatne w kasie, oczekuje na płatność
not_paid: odmowa,
    anulowano, anulowany, anulowana, odrzucona, odrzucono, niezapłacone, nieopłacone,
    szkolenie, trening, próbny, storno, nieważny
other_paper: oferta, oferta cenowa, kosztorys, wycena, proforma, pro forma, faktura pro forma,
    faktura proforma, potwierdzenie zamówienia, potwierdzenie rezerwacji, dokument wz,
    wydanie zewnętrzne, list przewozowy, dowód dostawy, specyfikacja wysyłki,
    wydruk próbny, wydruk testowy, preautoryzacja, raport dobowy, raport x, raport z, raport kasowy
order_paper: zamówienie, twoje zamówienie, bon kuchenny
statement: wyciąg z konta, wezwanie do zapłaty, przypomnienie o płatności, monit,
    zestawienie należności,
    przedsądowe wezwanie do zapłaty, ostateczne wezwanie do zapłaty, ponowne wezwanie do zapłaty,
    ponaglenie
paper_nouns: paragon, paragonem, faktura, fakturą, rachunek, rachunkiem, dowodem
negations: nie
paper_fillers: jest, to, stanowi, fiskalnym, ważny
interim: niefiskalny, informacyjny, wstępny, tymczasowy, próbny, szkoleniowy, przykładowy, testowy,
    demonstracyjny
act_nouns: transakcja, płatność, sprzedaż, paragon, zakup, zamówienie, karta, faktura
undone: anulowana, anulowany, anulowane, odrzucona, odrzucony, odmowa, przerwana, nieudana,
    nieważny, wycofana, zawieszona
done: zaakceptowana, udana, zatwierdzona, zakończona, autoryzowana, zapłacono, opłacone
till_nouns: tryb, kasa, kasjer, operator
months: styczeń styczen stycznia sty, luty lutego lut, marzec marca, kwiecień kwiecien kwietnia kwi, maj maja,
    czerwiec czerwca cze, lipiec lipca lip, sierpień sierpien sierpnia sie, wrzesień wrzesien września wrzesnia wrz,
    październik pazdziernik października pazdziernika paź paz, listopad listopada lis, grudzień grudzien grudnia gru
weekdays: poniedziałek, wtorek, środa, czwartek, piątek, sobota, niedziela
"""

# "Daň", a tax, is left out: without its accent it is "and" in Malay, and a name.
CZECH = """\
total: celkem, součet, celková částka, celková cena, celkem kč
subtotal: mezisoučet
payable: úhradě, zaplacení, platbě
amount: částka, brutto
tax: dph, výše dph, částka dph
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
receipt_number: číslo účtenky, účtenka č, účtenka číslo, č účtenky, číslo dokladu, doklad č, doklad číslo, č dokladu,
    faktura č, číslo faktury
heading: účtenka, paragon, faktura, doklad, daňový doklad, prodejka, stvrzenka, zjednodušený daňový doklad
stamp: kopie, zaplaceno, duplikát
greeting: děkujeme, děkuji, nashledanou, shledanou, vítejte, přijďte, těšíme, hezký
address: ulice, náměstí, třída, nábřeží, psč, sídlo
contact: telefon, mobil, infolinka
registration: dič, ičo, obchodní rejstřík
staff: pokladna, pokladní, pokladník, obsluhoval, obsloužil, číšník, stůl, prodavač, vystavil, obsluha
customer: zákazník, odběratel, kupující
owned_by: majitel, provozovatel, vlastník
trade: restaurace, hospoda, hostinec, pekárna, pekařství, cukrárna, lékárna, knihkupectví, kavárna, drogerie, potraviny,
    řeznictví, pivnice, vinárna, prodejna, květinářství, železářství, papírnictví, jídelna, pizzerie, čerpací stanice
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
months: leden ledna, únor unor února unora, březen brezen března brezna, duben dubna, květen kveten května kvetna,
    červen cerven června cervna, červenec cervenec července cervence, srpen srpna, září zari, říjen rijen října rijna,
    listopad listopadu, prosinec prosince
weekdays: pondělí, úterý, středa, čtvrtek, pátek, sobota, neděle
"""

# "Masa", a table, and "puan", a point, are left out: in Malay they are time and Mrs.
TURKISH = """\
total: toplam, genel toplam, toplam tutar, genel tutar
subtotal: ara toplam, aratoplam, hizmet toplam tutarı
payable: ödenecek, ödenecek tutar, ödenecek toplam
amount: tutar, tutarı
tax: kdv, topkdv, toplam kdv, kdv tutarı, hesaplanan kdv
including: dahil
excluding: hariç, matrah, matrahı, kdv matrahı
contained: içindeki, içerisinde
rounding: yuvarlama
discount: indirim, iskonto, indirimi, toplam indirim, toplam iskonto
voucher: hediye çeki, hediye kartı, yemek çeki, kupon
saving: kazancınız, tasarruf, avantajınız
service: servis ücreti, servis bedeli, garsoniye, kuver
tip: bahşiş
suggestion: önerilen, tavsiye
paid: ödenen, ödeme, alınan, tahsilat, ödendi
cash: nakit
card: kredi kartı, banka kartı, kredi, kart, temassız
change: üstü, üzeri, paraüstü
quantity: adet, miktar, adedi
points: puanınız, puanlar
summary: kdv oranı, kdv özeti, kdv dökümü
date: tarih, tarihi, fatura tarihi, fiş tarihi, düzenleme tarihi
due_date: son ödeme tarihi, vade, vade tarihi, son ödeme
other_date: vade, vade tarihi, kullanma tarihi, geçerlilik tarihi, ödeme tarihi
receipt_number: fiş no, fişno, fatura no, belge no, makbuz no
heading: fiş, fişi, satış fişi, bilgi fişi, fatura, makbuz, adisyon, satış
stamp: kopya, suret, ödendi
greeting: teşekkürler, teşekkür ederiz, teşekkür, hoş geldiniz, hoşgeldiniz, bekleriz, yine bekleriz, iyi günler,
    afiyet olsun
address: cadde, caddesi, sokak, sokağı, mahallesi, mah, bulvarı, meydanı
contact: telefon, gsm, faks
registration: vergi dairesi, vergi no, vkn, tckn, mersis, mersis no, sicil
staff: kasiyer, kasa, garson, personel
customer: müşteri, sayın, alıcı
owned_by: sahibi, işletmecisi
trade: lokanta, lokantası, restoran, fırın, fırını, eczane, eczanesi, kırtasiye, kitabevi, marketi, bakkal, kasap,
    pastane, pastanesi, büfe, kuruyemiş, manav, giyim, gıda, akaryakıt, otel, oteli, mağazası, kahvesi
cuisine: osmanlı, anadolu, italyan, japon, meksika
firm: ticaret, sanayi, kardeşler, oğulları, pazarlama, turizm, şirketi
product_header: ürün, açıklama, fiyat, birim fiyat
no_receipt: mali değeri yoktur, mali degeri yoktur, malî değeri yoktur, mali değer taşımaz,
    mali değildir, fiş değildir, fatura değildir, fatura yerine geçmez, fiş yerine geçmez,
    bilgi fişi, bilgi fişidir, ön hesap, geçici hesap, eğitim modu, eğitim fişi, deneme fişi,
    test fişi, işlem reddedildi, işlem onaylanmadı, kart reddedildi, ödeme reddedildi,
    ödeme başarısız, işlem başarısız, işlem iptal edildi, satış iptal edildi, satış iptal,
    fiş iptal, fiş iptal edildi, belge iptal, sipariş iptal edildi, ödeme iptal edildi,
    nakit çekim, nakit avans
pay_later: ödenmedi, henüz ödenmedi, kasada ödeyiniz, kasaya ödeyiniz, kapıda ödeme,
    teslimatta ödeme, ödeme bekliyor, ödeme bekleniyor
not_paid: iptal, iptal edildi, reddedildi, ödenmemiştir, ödenmemiş, eğitim, deneme, geçersiz,
    taslak
other_paper: teklif formu,
    teklif, fiyat teklifi, proforma, proforma fatura, irsaliye, sevk irsaliyesi,
    e irsaliye, sipariş onayı, sipariş formu, rezervasyon onayı, satın alma siparişi, iş emri,
    teslim fişi,
    test baskısı, ön provizyon, ön otorizasyon, x raporu, z raporu, günlük rapor, gün sonu raporu
order_paper: adisyon, sipariş, sipariş fişi, siparişiniz, mutfak fişi
statement: hesap ekstresi, cari hesap ekstresi, ödeme hatırlatması, hatırlatma, ihtarname
paper_nouns: fiş, fişi, fatura, belge, makbuz
negations: değildir, değil
paper_fillers: yerine, geçerli, mali, bir
interim: bilgi, ön, geçici, deneme, eğitim, taslak,
    örnek, test, demo, geçersiz
act_nouns: işlem, satış, ödeme, fiş, sipariş, kart, belge
undone: iptal, reddedildi, başarısız, geçersiz, onaylanmadı, tamamlanmadı, gerçekleşmedi
done: onaylı, geçerli
till_nouns: modu, kasa, kullanıcı
months: ocak, şubat subat, mart, nisan, mayıs mayis, haziran, temmuz, ağustos agustos, eylül eylul, ekim, kasım kasim,
    aralık aralik
weekdays: pazartesi, salı, çarşamba, perşembe, cuma, cumartesi, pazar
"""
