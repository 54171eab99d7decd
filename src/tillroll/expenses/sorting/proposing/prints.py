"""Words of things bought, and words that only certain bills print: a table for all languages
each.
"""

from typing import Final

from tillroll.expenses.sorting.proposing.kinds import Kind

ITEMS: Final = """\
meals: cappuccino, espresso, latte, americano, macchiato, coffee, tea, chai, teh, kopi, kaffee,
    kaffe, café, caffè, koffie, káva, kawa, kahve, tee, chá, cha, thee, herbata, čaj, çay, sandwich,
    panini, baguette, croissant, cornetto, muffin, bagel, burger, hamburger, cheeseburger, fries,
    pommes, frites, batata frita, patatine, pizza, pizza-, pasta, spaghetti, lasagne, risotto, soup,
    suppe, soupe, sopa, zuppa, soep, zupa, polévka, çorba, salad, salat, salade, ensalada, insalata,
    salade-, sallad, sałatka, salát, salata, steak, schnitzel, -schnitzel, bratwurst, currywurst,
    kebab, döner, kebap, sushi, ramen, nasi, mee, goreng, roti, satay, rendang, laksa, curry, beer,
    bier, bière, cerveza, cerveja, birra, piwo, pivo, öl, øl, bira, wine, wein, vin, vino, vinho,
    wijn, wino, víno, vin-, şarap, prosecco, aperol, cola, limonade, lemonade, mineral water,
    mineralwasser, eau minérale, agua mineral, acqua minerale, still water, sparkling water,
        lunch, dinner, menu du jour, menü, menú del día, plat du jour, tagesgericht, tagessuppe,
    mittagsmenü, dagens rätt, dagens ret, dagens rett, dessert, tiramisu, cake, kuchen, gâteau,
    tarta, torta, taart, ciasto, dort, kage, kake, tårta, ice cream, gelato, eis, brot, brötchen,
    semmel, brezel, croque, quiche, tapas, paella, pierogi, kotlet, knedlík, knedlíky, guláš,
    gulasch, köfte, pide, lahmacun, ayran, smörgås, smørrebrød, kanelbulle, wrap, dim sum,
    dumplings, noodles, fried rice, chicken rice, fish and chips
groceries: milk, milch, lait, leche, leite, latte fresco, melk, mleko, mléko, mælk, mjölk, süt,
    bananas, bananen, bananes, butter, beurre, mantequilla, manteiga, burro, boter, masło, máslo,
    eggs, eier, oeufs, huevos, ovos, uova, eieren, jajka, vejce, yumurta, flour, mehl, farine,
    harina, tomatoes, tomaten, tomates, pomodori, potatoes, kartoffeln, cheese, käse, fromage,
    queso, queijo, formaggio, kaas, ser żółty, yoghurt, joghurt, yogurt, detergent, toilet paper
lodging: room, rooms, room charge, zimmer, einzelzimmer, doppelzimmer, -zimmer, übernachtung,
    übernachtungen, logis, nuitée, nuitées, chambre, habitación, alojamiento, quarto, hospedagem,
    alojamento, camera singola, camera doppia, pernottamento, overnachting, kamer, nocleg, noclegi,
    pokój, ubytování, nocleh, overnatting, overnatning, rum per natt, enkelrum, dobbeltværelse,
    værelse, konaklama, oda, accommodation, night stay, nights, city tax, kurtaxe,
    beherbergungssteuer, taxe de séjour, tassa di soggiorno, tasa turística, toeristenbelasting,
    minibar, resort fee, late checkout
fares: flight, airfare, flug, vuelo, voo, volo, vlucht, flyg, uçuş, boarding, baggage, gepäck,
    bagage, equipaje, bagagem, bagaglio, taxi fare, fare, fahrt, fahrkarte, fahrschein, einzelfahrt,
    tageskarte, billet, billet de train, billete, bilhete, biglietto, treinkaartje, bilet, jízdenka,
    enkelbiljett, single ticket, return ticket, day pass, seat reservation, sitzplatzreservierung,
    kilometergeld, taxifahrt, course taxi, carrera, corrida, corsa taxi, kurs, car hire, mietwagen,
    location véhicule, alquiler de coche, noleggio, autohuur, train ticket, bus ticket,
    ferry ticket, bahnticket, rail ticket
parking: parking, parken, parkgebühr, parkgebühren, parkschein, parkzeit, stationnement,
    aparcamiento, estacionamento, estacionamiento, sosta, parcheggio, parkeren, parkeerkosten,
    parkeertijd, parkowanie, parkovné, parkering, parkeringsavgift, otopark, parking fee, toll,
    maut, péage, peaje, portagem, pedaggio, tol, bompenger, einfahrt, ausfahrt, entry time,
    exit time, dauerparker
fuel: diesel, diesel-, unleaded, petrol, gasoline, benzin, super e10, super e5, super 95,
    sans plomb, gazole, gasoil, gasóleo, gasolina, gasolina 95, gasolio, benzina, senza piombo,
    benzine, euro 95, euro95, bensin, blyfri, blyfri 95, benzyna, natural 95, nafta, motorin,
    kurşunsuz, adblue, lpg, autogas, olej napędowy, ron95, ron97, ladestrom, ev charging,
    kwh charging, bleifrei
vehicle: oil change, ölwechsel, vidange, cambio de aceite, mudança de óleo, cambio olio,
    olie verversen, wymiana oleju, výměna oleje, oljebyte, olieskift, oljeskift, yağ değişimi, tyre,
    tyres, reifen, reifenwechsel, pneu, pneus, neumático, pneumatico, banden, opona, opony,
    pneumatiky, däck, dæk, dekk, lastik, brake pads, bremsbeläge, plaquettes, wiper, wiper blades,
    scheibenwischer, car wash, autowäsche, wagenwäsche, lavage, lavado, lavaggio, lavagem, wasbeurt,
    mycie, mytí, biltvätt, bilvask, oto yıkama, inspektion, contrôle technique, screenwash, motoröl,
    engine oil, spark plug, zündkerze, antifreeze, frostschutz
office: photocopy, color copy, colour copy, laminate, toner, toner cartridge, tonerkartusche,
    druckerpatrone, ink cartridge, tintenpatrone, cartouche, cartucho, cartuccia, inktpatroon, tusz,
    inkoust, paper a4, a4 paper, copy paper, kopierpapier, druckerpapier, papier a4, papel a4,
    carta a4, ramette, kopipapper, kopipapir, papír a4, notebook a5, notizblock, notizbuch, carnet,
    cuaderno, caderno, quaderno, notitieboek, zeszyt, sešit, ballpoint, ballpoint pen,
    kugelschreiber, stylo, stylos, bolígrafo, esferográfica, penna, penne, balpen, długopis,
    propiska, kuglepen, kulepenn, tükenmez kalem, pencil, bleistift, crayon, lápiz, lápis, matita,
    potlood, ołówek, tužka, stapler, staples, hefter, heftklammern, agrafes, grapas, binder, ordner,
    aktenordner, classeur, archivador, raccoglitore, segregator, šanon, pärm, ringperm, envelopes,
    briefumschläge, umschläge, enveloppes, sobres, buste, koperty, obálky, kuvert, post it,
    haftnotizen, marker, textmarker, highlighter, surligneur, whiteboard, photocopies, kopien,
    fotocopias, fotocopie, kserokopia, folder, calculator, taschenrechner, klebeband
software: software, licence, license, lizenz, licencia, licença, licenza, licentie, licencja,
    licence software, subscription, abonnement saas, web hosting, hosting, webhosting, hébergement,
    domain, domain name, nom de domaine, dominio, cloud storage, ssl certificate, api usage,
    user seats, jahreslizenz, softwarewartung, software maintenance, updates and support
phone: mobile plan, prepaid, top up, sim card, sim karte, carte sim, tarjeta sim, data plan,
    roaming, guthaben, aufladung, recharge mobile, recarga, ricarica, beltegoed, doładowanie,
    dobití, broadband, dsl, glasfaser, internetanschluss, grundgebühr, forfait mobile,
    telefongebühren, line rental, call charges, mobilfunk, bredband, bredbånd, phone calls, calls
postage: stamp, stamps, briefmarke, briefmarken, timbre, timbres, sello, sellos, selo, selos,
    francobollo, francobolli, postzegel, postzegels, znaczek, znaczki, známka, známky, frimärke,
    frimerke, frimærke, pul, porto, postage, parcel, paket, päckchen, colis, paquete, encomenda,
    pacco, pakket, paczka, balík, pakke, registered letter, einschreiben, recommandé, certificado,
    raccomandata, express delivery, courier fee, shipping label, paketmarke, list polecony, sendung,
    lettre verte
advertising: advert, advertisement, anzeige, inserat, annonce, anuncio, anúncio, inserzione, flyer,
    flyers, flugblätter, banner, business cards, visitenkarten, cartes de visite,
    tarjetas de visita, biglietti da visita, visitekaartjes, wizytówki, vizitky, visitkort,
    leaflets, ad campaign, sponsored posts, poster, plakate, plakat
insurance: premium, insurance premium, versicherungsbeitrag, versicherungsprämie, prime d assurance,
    prima de seguro, prémio de seguro, premio assicurativo, verzekeringspremie, składka, pojistné,
    försäkringspremie, forsikringspræmie, forsikringspremie, haftpflicht, liability cover
training: course fee, kursgebühr, seminar, seminargebühr, workshop, tuition, formation, curso,
    corso, cursus, szkolenie, školení, kurs avgift, teilnahmegebühr, conference fee,
    conference ticket, registration fee, exam fee, prüfungsgebühr, webinar, language course,
    sprachkurs
bank: account fee, kontoführung, kontoführungsgebühr, frais bancaires, comisión bancaria,
    comissão bancária, spese bancarie, bankkosten, opłata za konto, poplatek za vedení účtu,
    bank charges, wire fee, transfer fee, card fee, kartengebühr, frais de tenue de compte, atm fee
tools: hammer, hammer-, screwdriver, schraubendreher, tournevis, destornillador, cacciavite,
    schroevendraaier, śrubokręt, šroubovák, screws, schrauben, tornillos, parafusos, viti,
    schroeven, śruby, šrouby, drill, drill bit, bohrer, bohrmaschine, perceuse, taladro, trapano,
    boor, wiertarka, vrtačka, nails, nägel, clous, clavos, chiodi, pliers, zange, pince, alicates,
    pinza, spanner, wrench, schlüsselset, paint, wandfarbe, peinture, pintura, vernice, verf, farba,
    cement, zement, ciment, cemento, pvc pipe, batteries, batterien, piles, pilas, batterie aa,
    batteries aa, extension cord, verlängerungskabel, usb cable, usb kabel, hdmi cable, light bulb,
    glühbirne, led lamp, ladder, leiter, sandpaper, padlock, keyboard, tastatur, monitor, sealant,
    silikon, dübel, bolts, hinge, saw blade, tape measure
books: book, buch, livre, libro, livro, boek, książka, kniha, bok, kitap, magazine, zeitschrift,
    revue, revista, rivista, tijdschrift, newspaper, zeitung, journal, periódico, jornal, giornale,
    krant, gazeta, noviny, avis, tidning, fachbuch, paperback, taschenbuch, hardcover
advice: legal advice, rechtsberatung, honoraires, honorarios, honorários, parcella, tax return,
    steuererklärung, jahresabschluss, bookkeeping fee, buchführung, consultation fee,
    annual accounts, notariatskosten, tax advice, steuerberatung
rent: office rent, büromiete, loyer, alquiler oficina, desk rental, hot desk, meeting room,
    storage unit, co working pass, coworking pass, monthly desk
health: tabletten, paracetamol, ibuprofen, aspirin, plaster, pflaster, bandage, vitamin c, vitamins,
    cough syrup, hustensaft, ointment, salbe
"""

PRINTED: Final = """\
meals: table no, table number, tisch nr, table n, mesa, tavolo, tafel nr, covers, couverts,
    cubiertos, coperti, coperto, guests, pax, dine in, take away, takeaway, eat in, zum mitnehmen,
    im haus, sur place, à emporter, para llevar, da asporto, server, waiter, kellner,
    es bediente sie, gedeck, service compris, gratuity, bewirtungsbeleg, bewirtungsaufwand, stolik,
    stůl č, servis ücreti, masa no, masa, bord nr, bordnr, asztal, tip suggestion, order type
lodging: room no, room number, zimmer nr, zimmernummer, chambre n, habitación n, camera n,
    kamernummer, arrival, departure, anreise, abreise, arrivée, départ, check in, check out,
    checkin, checkout, guest name, gast, folio, nights, nächte, nuits, noches, notti, aankomst,
    vertrek, ankomst, avresa, afrejse, příjezd, odjezd, przyjazd, wyjazd, giriş tarihi, çıkış tarihi
fares: passenger, passagier, passager, pasajero, passageiro, passeggero, pasażer, cestující,
    passagerare, yolcu, boarding pass, pnr, flight no, e ticket, departure time, plate no, trip,
    taxi no, wagen nr, fahrgast, fahrpreis, gleis, coach, seat, sitzplatz, gate, platform,
    from station, to station, licence no, konzession, zug, train no, valid on day
parking: entry, exit, einfahrt, ausfahrt, entrée, sortie, entrada, salida, ingresso, uscita,
    parkdauer, parking time, duration, durée, duración, parkticket, parking ticket,
    ticket de parking, wjazd, wyjazd z parkingu, inkörning, kennzeichen parken, parkzeit
fuel: pump, pump no, zapfsäule, säule, pompe, surtidor, bomba, pompa, erogatore, stojan,
    dystrybutor, litres, litre, liter, liter diesel, eur/l, price per litre, preis l, ppu, gallons,
    price/gal, eur/ltr, mineralölsteuer, pomp, stander, pumpe
vehicle: mileage, km stand, kilometerstand, licence plate, kennzeichen, amtl kennzeichen,
    immatriculation, matrícula, targa, fahrgestellnummer, vin
phone: billing period, rufnummer, phone number billed, rechnungszeitraum, anschluss, msisdn,
    call details, einzelverbindungsnachweis
postage: tracking no, tracking number, sendungsnummer, numéro de suivi, n de suivi, weight g,
    destination country, consignment, rack no, postleitzahl empfänger
insurance: policy no, policy number, versicherungsschein, versicherungsnummer, numéro de contrat,
    n de póliza, polizza, polisnummer, nr polisy
bank: account statement, kontoauszug, iban charged, relevé de compte
"""

# Of words that two languages use for two things, what is bought with them mostly; None for what
# says nothing.
ITEM_MEANS: Final[dict[str, Kind | None]] = {}
