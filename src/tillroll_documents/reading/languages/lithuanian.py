"""Words of Lithuanian: the State Tax Inspectorate's requirements for a cash register's receipt; VAT
Act, art. 80.
"""

TABLE = """\
total: iš viso, viso, bendra suma, galutinė suma, iš viso su pvm
subtotal: tarpinė suma
payable: mokėti, suma mokėti, mokėtina suma, iš viso mokėti, viso mokėti, mokėtina
amount: suma
tax: pvm, pvm suma, mokestis, iš viso pvm
levy: oro uosto mokesčiai, oro uosto mokestis, pagalvės mokestis
including: su pvm, įskaitant
excluding: be pvm, suma be pvm, apmokestinamoji vertė, be
contained: iš jų, tame tarpe
rounding: apvalinimas, suapvalinta
discount: nuolaida, nuolaidos
voucher: dovanų čekis, dovanų kuponas, kuponas
saving: sutaupėte, sutaupyta
service: aptarnavimo mokestis
tip: arbatpinigiai
suggestion: rekomenduojama
paid: sumokėta, apmokėta, gauta, mokėjimas
cash: grynieji, grynais, grynaisiais, grynaisiais pinigais
card: banko kortelė, kortelė, mokėjimo kortele, mokėjimo kortelė, kortele
change: grąža, graza
quantity: kiekis, vnt, prekių
points: taškai, taškų
summary: pvm tarifas, tarifas
date: data, išrašymo data, sąskaitos data
due_date: apmokėti iki, mokėjimo terminas, sumokėti iki, apmokėjimo terminas
other_date: apmokėti iki, mokėjimo terminas, sumokėti iki, galioja iki, tinka iki
receipt_number: kvito nr, kvitas nr, sąskaitos nr, serija ir nr, serija, čekio nr, dokumento nr
heading: kvitas, kasos kvitas, sąskaita faktūra, pvm sąskaita faktūra, čekis, kasos čekis, sąskaita
stamp: kopija, dublikatas, apmokėta
greeting: ačiū, dėkojame, ačiū kad pirkote, laukiame sugrįžtant
address: gatvė, g, pr, prospektas, al, alėja, aikštė, pl
contact: telefonas, tel, el paštas, faksas
registration: pvm mokėtojo kodas, pvm kodas, į k, įmonės kodas, kodas, im kodas
staff: kasininkas, kasa, padavėjas, staliukas, kasininkė, pardavėja
customer: pirkėjas, klientas, gavėjas
owned_by: savininkas
trade: kavinė, restoranas, parduotuvė, vaistinė, kepykla, knygynas, degalinė, viešbutis, prekyba,
    baras, maistas, užkandinė
cuisine: lietuviška, italų, kinų
firm: broliai, sūnūs, bendrovė
product_header: pavadinimas, kaina, prekė, aprašymas
no_receipt: nefiskalinis kvitas, nefiskalinis, ne kvitas, nėra kvitas, mokymo režimas, bandomasis
    kvitas, preliminari sąskaita, operacija atmesta, mokėjimas atmestas, kortelė atmesta, operacija
    atšaukta, kvitas anuliuotas, anuliuotas kvitas
pay_later: neapmokėta, nesumokėta, apmokėjimas atsiimant
not_paid: anuliuota, atšaukta, atmesta, anuliuotas
other_paper: pasiūlymas, komercinis pasiūlymas, išankstinė sąskaita, išankstinė sąskaita faktūra,
    važtaraštis, užsakymo patvirtinimas, sąmata, proforma,
    bandomasis spausdinimas, x ataskaita, z ataskaita
order_paper: užsakymas
statement: sąskaitos išrašas, priminimas, skolų suderinimo aktas
seller: pardavėjas, tiekėjas, paslaugų teikėjas
refund: grąžinimas, prekių grąžinimas, pinigų grąžinimas, kreditinė sąskaita, grąžinimo kvitas
paper_nouns: kvitas, čekis, sąskaita, dokumentas
negations: nėra, ne
paper_fillers: tai, fiskalinis, galiojantis, mokėjimo, apmokėjimo
interim: preliminari, preliminarus, laikina, laikinas, bandomasis, mokomasis, informacinis
act_nouns: operacija, mokėjimas, pardavimas, kortelė, pirkimas, užsakymas, kvitas
undone: atmesta, atmestas, atšaukta, atšauktas, anuliuota, anuliuotas, nepavyko, nutraukta,
    negaliojantis
done: patvirtinta, patvirtintas, pavyko, apmokėta, įvykdyta
months: sausis sausio saus, vasaris vasario vas, kovas kovo, balandis balandžio balandzio bal,
    gegužė gegužės geguze geguzes geg, birželis birželio birzelis birzelio birž birz, liepa liepos
    liep, rugpjūtis rugpjūčio rugpjutis rugpjucio rugpj, rugsėjis rugsėjo rugsejis rugsejo rugs,
    spalis spalio spal, lapkritis lapkričio lapkricio lapkr, gruodis gruodžio gruodzio gruod
weekdays: pirmadienis, antradienis, trečiadienis, ketvirtadienis, penktadienis, šeštadienis,
    sekmadienis
"""
