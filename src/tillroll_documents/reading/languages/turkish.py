"""Words of Turkish: terms of VUK no. 213, articles 230 and 233 (invoices, receipts of cash
registers); others as tills print them.
"""

TABLE = """\
total: toplam, genel toplam, toplam tutar, genel tutar
subtotal: ara toplam, aratoplam, hizmet toplam tutarı
payable: ödenecek, ödenecek tutar, ödenecek toplam
amount: tutar, tutarı
tax: kdv, topkdv, toplam kdv, kdv tutarı, hesaplanan kdv
levy: vergi ve harçlar, vergiler ve harçlar, havalimanı vergisi, konaklama vergisi
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
greeting: teşekkürler, teşekkür ederiz, teşekkür, hoş geldiniz, hoşgeldiniz, bekleriz,
    yine bekleriz, iyi günler,
    afiyet olsun
address: cadde, caddesi, sokak, sokağı, mahallesi, mah, bulvarı, meydanı
contact: telefon, gsm, faks
registration: vergi dairesi, v d, vd, vergi no, vkn, tckn, mersis, mersis no, sicil
staff: kasiyer, kasa, garson, personel
customer: müşteri, sayın, alıcı
owned_by: sahibi, işletmecisi
trade: lokanta, lokantası, restoran, fırın, fırını, eczane, eczanesi, kırtasiye, kitabevi,
    marketi, bakkal, kasap,
    pastane, pastanesi, büfe, kuruyemiş, manav, giyim, gıda, akaryakıt, otel, oteli, mağazası,
    kahvesi
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
refund: iade, iade fişi, gider pusulası, iade faturası, para iadesi
paper_nouns: fiş, fişi, fatura, belge, makbuz
negations: değildir, değil
paper_fillers: yerine, geçerli, mali, bir
interim: bilgi, ön, geçici, deneme, eğitim, taslak,
    örnek, test, demo, geçersiz
act_nouns: işlem, satış, ödeme, fiş, sipariş, kart, belge
undone: iptal, reddedildi, başarısız, geçersiz, onaylanmadı, tamamlanmadı, gerçekleşmedi
done: onaylı, geçerli
till_nouns: modu, kasa, kullanıcı
months: ocak, şubat subat, mart, nisan, mayıs mayis, haziran, temmuz, ağustos agustos, eylül eylul,
    ekim, kasım kasim, aralık aralik
weekdays: pazartesi, salı, çarşamba, perşembe, cuma, cumartesi, pazar
"""
