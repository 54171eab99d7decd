"""Words of Polish: terms of ustawa o VAT, article 106e (invoices), and the regulation of 29 April
2019 on cash registers, § 25 (paragon); others as tills print them.
"""

TABLE = """\
total: kwota zwrotu, zwrócona kwota,
    suma, razem, ogółem, łącznie, razem brutto
subtotal: podsuma, suma częściowa, suma cząstkowa
payable: do zapłaty, razem do zapłaty, pozostało do zapłaty, należność
amount: kwota, wartość, brutto, wartość brutto, sprzedaż opodatkowana, sprzedaż opod,
    sprzed opod, sprz opod,
    sprzed opod ptu, sprz opod ptu, sprzedaż opod ptu, sprzedaż opodatkowana ptu
tax: ptu, podatek, kwota vat, kwota ptu, podatek vat, podatek ptu, suma ptu
levy: podatki i opłaty, opłaty lotniskowe, opłata lotniskowa, opłata miejscowa,
    opłata klimatyczna, opłata uzdrowiskowa
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
date: wystawiono dnia,
    data, data sprzedaży, data wystawienia, data zakupu
due_date: termin płatności, termin zapłaty, płatne do
other_date: przyjazd,
    termin płatności, termin zapłaty, data ważności, ważny do, ważne do, wydrukowano
receipt_number: nr paragonu, numer paragonu, paragon nr, nr wydruku, nr wydr, faktura nr,
    nr faktury, numer faktury,
    nr rachunku
heading: paragon, paragon fiskalny, fiskalny, niefiskalny, faktura, faktura vat, rachunek,
    potwierdzenie
stamp: kopia, oryginał, duplikat, zapłacono
greeting: dziękujemy, dziękuję, zapraszamy, zapraszamy ponownie, witamy, miłego dnia
address: ulica, ul, aleja, plac, osiedle
contact: telefon, faks, infolinia
registration: nip, regon, krs, bdo, nr rej
staff: kasjer, kasjerka, kasa, sprzedawca, kelner, kelnerka, stolik
customer: nabywca, klient, odbiorca
owned_by: właściciel
trade: sklep, restauracja, piekarnia, cukiernia, apteka, księgarnia, kawiarnia, drogeria,
    hurtownia, delikatesy,
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
refund: zwrot kaucji, bon kaucyjny, zwrot, zwrot towaru, zwrot gotówki, dowód zwrotu, korekta
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
months: styczeń styczen stycznia sty, luty lutego lut, marzec marca, kwiecień kwiecien kwietnia kwi,
    maj maja, czerwiec czerwca cze, lipiec lipca lip, sierpień sierpien sierpnia sie,
    wrzesień wrzesien września wrzesnia wrz,
    październik pazdziernik października pazdziernika paź paz, listopad listopada lis,
    grudzień grudzien grudnia gru
weekdays: poniedziałek, wtorek, środa, czwartek, piątek, sobota, niedziela
"""
