"""Words of Finnish: the Act on the obligation to offer a receipt (658/2013), the Tax Administration
on the contents of invoices (AVL § 209 e); public slips.
"""

TABLE = """\
total: yhteensä, loppusumma, laskun loppusumma, kokonaissumma, summa yhteensä
subtotal: välisumma
payable: maksettava, maksettavaa, maksettavaa yhteensä, maksettava yhteensä, laskutettava,
    maksettavaksi
amount: summa, määrä
tax: alv, vero, arvonlisävero, veron osuus, alv yhteensä, vero yhteensä
levy: verot ja maksut, lentokenttävero, lentokenttämaksut, turistivero
including: verollinen, sis alv, sisältää, sis, sisältäen
excluding: veroton, alv 0, veroton hinta, ilman, veroton yhteensä, veron peruste
contained: josta, sisältää alv
rounding: pyöristys
discount: alennus, alennukset, alennusta, etu
voucher: lounasseteli, lounassetelit,
    lahjakortti, kuponki
saving: säästit, säästö
service: palvelumaksu
tip: juomaraha, tippi
suggestion: suositeltu
paid: maksettu, maksu, saatu, vastaanotettu
cash: käteinen, käteisellä, käteismaksu
card: kortti, pankkikortti, korttimaksu, maksukortti, luottokortti, korttitapahtuma
change: takaisin, vaihtoraha, palautetaan
quantity: määrä kpl, kpl, kappaletta, tuotteita
points: pisteet, bonus
summary: alv erittely, verokanta, alv kanta, verokannat
date: päivämäärä, pvm, päiväys, laskun päivämäärä, laskun pvm, ostopäivä
due_date: eräpäivä, erä pvm, eräpvm, viimeinen maksupäivä, maksettava viimeistään
other_date: eräpäivä, erä pvm, eräpvm, parasta ennen, voimassa asti, viimeinen maksupäivä
receipt_number: kuitti nro, kuittinro, laskun numero, laskunro, kuitin numero, tosite nro, lasku
    nro
heading: kuitti, käteiskuitti, ostokuitti, lasku, kassakuitti, tosite, asiakkaan kappale
stamp: kopio, jäljennös, maksettu
greeting: kiitos, kiitos käynnistä, tervetuloa, tervetuloa uudelleen, hyvää päivänjatkoa
address: katu, tie, kuja, tori, aukio, pl
contact: puh, puhelin, sähköposti
registration: y tunnus, ytunnus, alv nro, alv tunnus, ly
staff: myyjä, kassa, tarjoilija, pöytä, kassanhoitaja
customer: asiakas, ostaja, laskutusosoite
owned_by: omistaja
trade: ravintola, kahvila, apteekki, leipomo, kauppa, lähikauppa, kirjakauppa, huoltoasema,
    hotelli, kioski, baari, pizzeria, kukkakauppa, lounasravintola
cuisine: kiinalainen, italialainen, thaimaalainen, intialainen
firm: veljekset, yhtiöt, pojat
product_header: kuvaus, hinta, tuote, yksikköhinta, à hinta
no_receipt: ei ole kuitti, ei kuitti, ei ole tosite, harjoituskuitti, koulutustila, välilasku,
    alustava lasku, maksutapahtuma hylätty, tapahtuma hylätty, kortti hylätty, maksu hylätty,
    tapahtuma peruttu, osto peruttu, käteisnosto
pay_later: maksamatta, maksu noudettaessa, maksetaan kassalla
not_paid: peruttu, mitätöity, hylätty, mitätön
other_paper: tarjous, kustannusarvio, tilausvahvistus, lähete, rahtikirja, proformalasku, proforma
    lasku, proforma, toimitusvahvistus,
    testituloste, koetuloste, ennakkovaraus, x raportti, z raportti, päiväraportti
order_paper: tilaus
statement: tiliote, maksumuistutus, maksukehotus, muistutuslasku
seller: myyjä, laskuttaja, toimittaja
refund: pullonpalautus, pullonpalautuskuitti, panttikuitti,
    palautus, palautuskuitti, hyvitys, hyvityskuitti, hyvityslasku, tuotepalautus
paper_nouns: kuitti, kuitiksi, lasku, laskuksi, tosite, tositteeksi
negations: ei, eikä
paper_fillers: ole, kelpaa, käy, virallinen, tämä
interim: alustava, väliaikainen, harjoitus, koulutus, testi, vedos
act_nouns: maksu, tapahtuma, maksutapahtuma, osto, myynti, kortti, tilaus, kuitti
undone: hylätty, peruttu, peruutettu, mitätöity, keskeytetty, epäonnistui, epäonnistunut
done: hyväksytty, maksettu, onnistunut, onnistui
months: tammikuu tammikuuta tammi, helmikuu helmikuuta helmi, maaliskuu maaliskuuta maalis,
    huhtikuu huhtikuuta huhti, toukokuu toukokuuta touko, kesäkuu kesäkuuta kesa kesä, heinäkuu
    heinäkuuta heina heinä, elokuu elokuuta elo, syyskuu syyskuuta syys, lokakuu lokakuuta loka,
    marraskuu marraskuuta marras, joulukuu joulukuuta joulu
weekdays: maanantai ma, tiistai ti, keskiviikko ke, torstai to, perjantai pe, lauantai la,
    sunnuntai su
"""
