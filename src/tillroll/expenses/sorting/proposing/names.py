"""Words in merchants' names that say what they sell: a table a language, no shop by its name.

A word with a dash at its start also ends longer ones ("-bäckerei": "Dorfbäckerei"), one with a dash
at its end begins them. What says two things in one of the languages, such as "pension" or "garage",
stands where firms mostly mean it, or not at all.
"""

from typing import Final

from tillroll.expenses.sorting.proposing.kinds import Kind

_ENGLISH: Final = """\
meals: restaurant, restaurants, cafe, caffe, coffee, coffeehouse, espresso, bistro, diner, grill,
    pizzeria, pizza, burger, burgers, kebab, sushi, ramen, noodle, noodles, steakhouse, steak house,
    tavern, pub, bar, brewery, brewpub, bakery, bakers, deli, delicatessen, sandwich, sandwiches,
    canteen, cafeteria, catering, caterers, kitchen, eatery, tea house, teahouse, tea room,
    tearooms, ice cream, donuts, doughnuts, bagel, bagels, fish and chips, fish bar, dim sum, bbq,
    smokehouse, juice bar, food court, takeaway, seafood, curry, diners, tapas, creperie, gastropub,
    roastery, chicken rice
groceries: supermarket, hypermarket, grocery, groceries, grocer, grocers, greengrocer, minimarket,
    mini market, mini mart, minimart, mart, food store, butcher, butchers, fishmonger, farm shop,
    convenience store
lodging: -hotel, hotels, motel, hostel, guest house, guesthouse, bed and breakfast, b&b, lodge,
    resort, inn, suites, apartments, aparthotel, homestay
fares: airline, airlines, airways, taxi, taxis, cab, cabs, railway, railways, rail, trains, ferry,
    ferries, coaches, bus, buses, transit, minicab, car rental, rent a car, car hire, car sharing,
    shuttle, travel agency, tramway, travel, travels, tours
parking: parking, car park, car parks, carpark, parkade, park and ride, parking garage, toll,
    toll road, toll bridge
fuel: petrol, fuel, fuels, gas station, filling station, petrol station, service station, petroleum,
    fuel stop
vehicle: car wash, carwash, tyre, tyres, tires, auto repair, auto service, auto parts, autoparts,
    motors, mechanics, body shop, bodyshop, car care, auto centre, windscreen, motor spares,
    auto glass
office: stationery, stationers, stationer, office supplies, office supply, office products,
    print shop, copy shop, printing, photocopy, paper supplies
software: software, hosting, cloud, saas, web services, data center, data centre, domains
phone: telecom, telecoms, telecommunications, mobile phones, broadband, wireless, telephone,
    cellular
postage: post office, postal, courier, couriers, parcel, parcels, express delivery, mail service
advertising: advertising, adverts, signage, media agency, marketing agency, marketing services
insurance: insurance, assurance, insurers, underwriters
training: academy, training, college, seminars, institute of technology, school of, e learning,
    elearning
bank: bank, savings bank, building society, credit union
tools: hardware, tools, ironmonger, ironmongers, builders merchants, building supplies,
    electrical supplies, building materials, tool hire, diy, timber, plumbing supplies, paints,
    machinery, electronics, computers, computer
books: bookshop, bookstore, books, booksellers, bookseller, newsagent, newsagents, newsstand
advice: solicitors, attorneys, law firm, accountants, notary, tax advisers, tax advisors,
    chartered accountants
rent: coworking, co working, serviced offices, self storage, business centre, business center
health: pharmacy, chemist, drugstore, drug store, optician, opticians, clinic, dental, dentist
"""

_MALAY: Final = """\
meals: restoran, kopitiam, kedai kopi, warung, gerai, mamak, nasi, kedai makan, medan selera, kafe,
    masakan, rumah makan
groceries: pasar raya, pasaraya, pasar mini, kedai runcit
lodging: rumah tamu, penginapan, rumah tumpangan
fares: teksi, bas, keretapi, syarikat penerbangan
parking: letak kereta, tempat letak kereta, lebuhraya
fuel: stesen minyak, petroliam, minyak
vehicle: bengkel, tayar, cuci kereta
office: alat tulis, percetakan, kedai cetak
phone: telekomunikasi
postage: pejabat pos, kurier
insurance: insurans, takaful
training: akademi, latihan, kolej
tools: alat ganti, bahan binaan, perkakas
books: kedai buku
health: farmasi, klinik
"""

_GERMAN: Final = """\
meals: -restaurant, gasthaus, gasthof, gaststätte, gastwirtschaft, wirtshaus, -bäckerei, baecker,
    bäcker, backstube, konditorei, imbiss, -imbiss, eisdiele, eiscafe, eissalon, café, kaffeehaus,
    kaffeerösterei, brauhaus, weinstube, biergarten, schnellrestaurant, -kantine, kantine, mensa,
    bistro, döner, dönerhaus, pizzahaus, ratskeller, vinothek, gastronomie, beisl, heuriger,
    -stüberl, feinkost, landgasthof, speisewirtschaft, -catering, grillhaus
groceries: supermarkt, -supermarkt, lebensmittel, -lebensmittel, getränkemarkt, hofladen, bioladen,
    metzgerei, -metzgerei, fleischerei, feinkostladen, reformhaus, obst und gemüse,
    verbrauchermarkt, wochenmarkt, kiosk, trinkhalle
lodging: gästehaus, pension, ferienwohnung, ferienwohnungen, herberge, jugendherberge, -herberge,
    hotel-, gästezimmer
fares: -bahn, eisenbahn, verkehrsbetriebe, verkehrsverbund, verkehrsgesellschaft, fluggesellschaft,
    fluglinie, -taxi, taxiunternehmen, taxizentrale, mietwagen, autovermietung, fährgesellschaft,
    -reederei, busreisen, reisebüro, reisen, flughafenbus, -verkehrsbetriebe, stadtverkehr, seilbahn
parking: parkhaus, -parkhaus, tiefgarage, -tiefgarage, parkplatz, parkgarage, -parkgarage,
    parkraum-, parkschein, maut
fuel: tankstelle, -tankstelle, tankautomat, mineralöl, -mineralöl, autohof, rasthof, kraftstoffe
vehicle: autohaus, kfz, -werkstatt, werkstatt, autoreparatur, autowerkstatt, reifen, -reifen,
    reifenhandel, reifendienst, waschanlage, waschstrasse, autowäsche, fahrzeugtechnik, autoteile,
    karosseriebau, fahrrad, fahrräder, kfz-
office: bürobedarf, schreibwaren, -schreibwaren, papeterie, bürotechnik, büroartikel, druckerei,
    -druckerei, copyshop, bürowelt, papierwaren, kopierladen
software: softwarehaus, rechenzentrum, webhosting, edv, softwareentwicklung, -software
phone: telekommunikation, mobilfunk, telefongesellschaft, -telekom, breitband, netzbetreiber
postage: postfiliale, postamt, postagentur, -kurier, paketdienst, paketshop, -paketdienst,
    kurierdienst, briefdienst, versanddienst
advertising: werbung, werbeagentur, werbetechnik, werbemittel, -werbung, schilder,
    anzeigenverwaltung
insurance: -versicherung, versicherung, versicherungen, -versicherungen, versicherungs-,
    krankenkasse, berufsgenossenschaft
training: akademie, -akademie, bildungszentrum, volkshochschule, fortbildung, seminarzentrum,
    sprachschule, fahrschule, weiterbildung, fachschule, -institut
bank: sparkasse, -sparkasse, volksbank, raiffeisenbank, bankhaus, kreditinstitut,
    genossenschaftsbank
tools: baumarkt, -baumarkt, werkzeuge, -werkzeuge, werkzeug, eisenwaren, eisenhandlung, baustoffe,
    elektrofachmarkt, elektrotechnik, holzhandel, farben, haushaltswaren, elektronik, sanitärbedarf,
    heimwerkermarkt, computerladen, -elektronik
books: buchhandlung, -buchhandlung, buchladen, antiquariat, zeitschriften, bücher, -verlag
advice: steuerberater, steuerberatung, rechtsanwalt, rechtsanwälte, notar, notariat, kanzlei,
    -kanzlei, wirtschaftsprüfer, anwaltskanzlei, steuerkanzlei
rent: bürovermietung, hausverwaltung, lagerraum, immobilienverwaltung
health: apotheke, -apotheke, drogerie, -drogerie, sanitätshaus, optiker, augenoptik, zahnarzt,
    arztpraxis, zahnarztpraxis
"""

_DUTCH: Final = """\
meals: eetcafe, eethuis, lunchroom, bakkerij, -bakkerij, snackbar, cafetaria, broodjeszaak, frituur,
    brasserie, ijssalon, koffiehuis, pannenkoekenhuis, proeflokaal, kantine, koffiebar,
    banketbakker, friterie, restaurant-
groceries: supermarkt, slagerij, -slagerij, kruidenier, groentewinkel, buurtwinkel, versmarkt
lodging: pension, logement, gastenverblijf, overnachting, herberg
fares: spoorwegen, luchtvaartmaatschappij, veerdienst, autoverhuur, vervoerbedrijf, taxibedrijf,
    taxicentrale, reisbureau
parking: parkeergarage, parkeren, parkeerterrein, parkeerbeheer, parkeer-, tol
fuel: tankstation, benzinestation, brandstoffen, pomphouder
vehicle: autobedrijf, autogarage, bandencentrale, bandenservice, autowas, wasstraat, carwash,
    fietsenwinkel, fietsen
office: kantoorartikelen, kantoorboekhandel, drukkerij, -drukkerij, kantoorbenodigdheden
phone: telecommunicatie, mobiele telefonie
postage: postkantoor, koeriersdienst, pakketdienst, pakketpunt, koerier
advertising: reclame, reclamebureau, -reclame
insurance: verzekering, verzekeringen, -verzekeringen, verzekeraar
training: opleidingen, hogeschool, opleidingsinstituut, rijschool, taleninstituut
bank: spaarbank, coöperatieve bank
tools: ijzerhandel, gereedschap, bouwmarkt, doe het zelf, bouwmaterialen, elektra, bouwmarkt-,
    verfwinkel
books: boekhandel, boekwinkel, boeken
advice: notariskantoor, advocaten, accountantskantoor, belastingadviseurs, notaris, advocatenkantoor
health: apotheek, drogisterij, tandarts, opticien
"""

_NORDIC: Final = """\
meals: restaurang, -restaurang, kafe, kafé, -kafe, bageri, -bageri, konditori, -konditori, krog,
    -krog, gatukök, pizzeria, lunchrestaurang, matsal, kro, -kro, spisehus, spisested, cafeen,
    bakeri, -bakeri, gatekjøkken, kaffebar, spiseri, bar og grill, glassbar, smørrebrød, vertshus,
    værtshus, pølsebod, kaffestova, kantine, isbar, gasthaus
groceries: livsmedel, matbutik, matbutikk, dagligvarer, dagligvare, købmand, slakteri, slagter,
    slakter, kolonial, frukt
lodging: vandrarhem, gästgiveri, pensionat, vandrehjem, gjestehus, gjestegård, gæstgivergård,
    hotell, -hotell, hotellet, kroophold, overnatting, stugby
fares: flygbolag, järnväg, järnvägar, jernbane, flyselskab, flyselskap, rederi, biluthyrning,
    biludlejning, bilutleie, taxa, drosje, färja, færge, ferje, busselskab, resebyrå, rejsebureau,
    reisebyrå, lokaltrafik, kollektivtrafikk
parking: parkering, -parkering, p hus, parkeringshus, parkerings-, bompenger, trängselskatt
fuel: bensinstation, bensinmack, drivmedel, benzinstation, tankanlæg, bensinstasjon, drivstoff,
    brændstof
vehicle: bilverkstad, -bilverkstad, bilservice, däck, däckservice, biltvätt, bilvask, autoværksted,
    bilverksted, dæk, dekk, dekkservice, cykelhandel, sykkelverksted, dækcenter
office: kontorsmaterial, kontorsvaror, kontorartikler, kontorrekvisita, pappershandel, papirhandel,
    tryckeri, trykkeri, papirforretning
software: mjukvara, webbhotell, webhotel, webhotell, programvara, programvare
phone: telekommunikation, mobiltelefoni, bredband, bredbånd
postage: posten, posthus, postombud, budbil, pakkeservice, kurerservice, postkontor, pakkeshop
advertising: reklam, reklame, reklambyrå, reklamebureau, reklamebyrå, annonsering, annoncer, skyltar
insurance: försäkring, försäkringar, försäkringsbolag, forsikring, forsikringer, forsikringsselskap
training: utbildning, folkhögskola, kursus, uddannelse, trafikskola, kjøreskole, køreskole,
    kurssenter, kursverksamhet
bank: sparbank, sparebank, sparekasse
tools: järnhandel, verktyg, byggvaror, byggmarknad, isenkram, værktøj, byggemarked, trælast,
    verktøy, jernvare, byggevare, elektronik
books: bokhandel, boghandel, bøger, böcker, bokhandler
advice: advokatbyrå, revisor, redovisningsbyrå, advokater, advokatfirma, regnskapskontor,
    revisionsbyrå, advokatkontor
health: apotek, -apotek, apoteket, tandläkare, tandlæge, tannlege, optiker
"""

_FRENCH: Final = """\
meals: restaurant, brasserie, bistrot, boulangerie, pâtisserie, crêperie, café, auberge, traiteur,
    salon de thé, rôtisserie, sandwicherie, saladerie, cantine, buvette, glacier, estaminet,
    bar à vin, bar à vins, restauration, pizzéria, friterie, bouchon, viennoiserie, table d hôtes,
    cuisine, restauration rapide, snack
groceries: supermarché, hypermarché, épicerie, boucherie, charcuterie, primeur, fromagerie,
    alimentation, poissonnerie, alimentation générale, supérette
lodging: hôtel, hôtellerie, auberge de jeunesse, chambre d hôtes, chambres d hôtes, gîte, gîtes,
    résidence hôtelière
fares: chemins de fer, compagnie aérienne, lignes aériennes, autocars, transports en commun,
    location de voitures, navette, tramways, vtc, agence de voyages, voyages, ferroviaire, autobus,
    aérienne
parking: parking, stationnement, parc de stationnement, parcs de stationnement, péage, autoroute,
    autoroutes, horodateur
fuel: station service, carburant, carburants, relais routier, essence, stations service
vehicle: garage, pneus, pneumatiques, lavage auto, carrosserie, contrôle technique,
    réparation automobile, automobiles, cycles, pièces auto, vidange
office: papeterie, fournitures de bureau, imprimerie, reprographie, bureautique
software: logiciels, logiciel, hébergement web, informatique en nuage, éditeur de logiciels
phone: télécom, télécoms, télécommunications, téléphonie, opérateur mobile
postage: la poste, bureau de poste, messagerie, coursier, coursiers, colis, messageries
advertising: publicité, agence de publicité, régie publicitaire, enseignes, communication visuelle
insurance: assurance, assurances, mutuelle, assureur
training: formation, formations, école, auto école, institut de formation, centre de formation,
    académie
bank: banque, caisse d épargne, établissement bancaire
tools: quincaillerie, bricolage, outillage, matériaux, droguerie, électronique, matériel électrique,
    peintures
books: librairie, presse, tabac presse, maison de la presse, livres
advice: avocats, avocat, notaire, notaires, expert comptable, experts comptables, cabinet comptable,
    étude notariale
rent: espace de coworking, centre d affaires, garde meubles
health: pharmacie, parapharmacie, opticien, dentiste, cabinet dentaire, laboratoire d analyses
"""

_SPANISH: Final = """\
meals: restaurante, cafetería, bar, taberna, mesón, marisquería, asador, panadería, pastelería,
    heladería, cervecería, bodega, hamburguesería, comidas, comedor, taquería, churrería, bocatería,
    parrilla, arrocería, fonda, tapería, cantina
groceries: supermercado, hipermercado, ultramarinos, alimentación, frutería, carnicería, pescadería,
    autoservicio, bodegón, abarrotes, charcutería
lodging: hotel, hostal, pensión, albergue, parador, apartamentos, apartamentos turísticos, posada,
    casa rural, hospedería
fares: aerolínea, aerolíneas, líneas aéreas, ferrocarril, ferrocarriles, autobuses, autocares,
    alquiler de coches, alquiler de vehículos, agencia de viajes, viajes, transporte urbano,
    transportes metropolitanos, naviera, tranvía
parking: aparcamiento, aparcamientos, estacionamiento, estacionamientos, peaje, autopista,
    autopistas
fuel: gasolinera, estación de servicio, carburantes, gasóleos, combustibles, área de servicio,
    estaciones de servicio
vehicle: taller, talleres, neumáticos, lavado de coches, recambios, automóviles, automoción,
    taller mecánico, lavadero, bicicletas
office: papelería, material de oficina, imprenta, copistería, artes gráficas, reprografía
software: programas informáticos, alojamiento web, servicios informáticos, informática
phone: telecomunicaciones, telefonía
postage: correos, mensajería, paquetería, oficina de correos
advertising: publicidad, agencia de publicidad, rótulos, mercadotecnia
insurance: seguros, aseguradora, mutua, correduría de seguros
training: academia, formación, autoescuela, escuela, instituto de formación, centro de formación
bank: banco, caja de ahorros, caja rural, entidad bancaria
tools: ferretería, bricolaje, herramientas, materiales de construcción, suministros industriales,
    electrónica, pinturas
books: librería, quiosco, kiosco, libros
advice: abogados, notaría, gestoría, asesoría, asesoría fiscal, bufete, asesores fiscales
rent: centro de negocios, trasteros, oficinas compartidas
health: farmacia, óptica, parafarmacia, clínica, clínica dental
"""

_PORTUGUESE: Final = """\
meals: restaurante, churrascaria, pastelaria, padaria, cafetaria, lanchonete, marisqueira,
    snack bar, tasca, cervejaria, gelataria, sorveteria, confeitaria, pizzaria, hamburgueria,
    cantina, adega, refeições, rodízio, botequim, casa de pasto
groceries: supermercado, mercearia, minimercado, talho, peixaria, frutaria, hipermercado, açougue,
    sacolão
lodging: pousada, hospedaria, residencial, albergaria, pensão, alojamento local, hospedagem,
    estalagem, turismo rural
fares: companhia aérea, linhas aéreas, caminhos de ferro, rodoviária, transportes públicos,
    aluguer de automóveis, locadora de veículos, agência de viagens, viagens, comboios, táxis,
    autocarros, ônibus, viação
parking: estacionamento, parque de estacionamento, portagem, portagens, autoestradas, pedágio,
    estacionamentos
fuel: posto de combustível, combustíveis, posto de abastecimento, gasolina, auto posto,
    posto de gasolina
vehicle: oficina, pneus, lavagem automóvel, autopeças, peças auto, oficina mecânica, lava jato,
    automóveis, bicicletas
office: papelaria, material de escritório, gráfica, tipografia, centro de cópias,
    artigos de escritório
software: programas informáticos, alojamento web, informática
phone: telecomunicações, telefonia, telemóveis
postage: correios, estafeta, estafetas, encomendas, transportadora
advertising: publicidade, agência de publicidade, letreiros, propaganda
insurance: seguros, seguradora, corretora de seguros
training: formação, escola de condução, academia de formação, centro de formação, cursos,
    treinamento
bank: banco, caixa económica, caixa econômica, caixa agrícola
tools: ferragens, ferramentas, materiais de construção, drogaria de ferragens, eletrónica,
    eletrônica, drogaria e ferragens
books: livraria, tabacaria, papelaria e livraria, livros, quiosque
advice: advogados, solicitadores, contabilidade, cartório notarial, cartório, contabilistas,
    escritório de contabilidade
rent: centro de escritórios, guarda móveis
health: farmácia, ótica, parafarmácia, clínica dentária, oculista
"""

_ITALIAN: Final = """\
meals: ristorante, trattoria, osteria, pizzeria, paninoteca, gelateria, pasticceria, panificio,
    caffetteria, enoteca, rosticceria, tavola calda, forno, birreria, ristorazione, mensa,
    piadineria, braceria, locanda, bar, gastronomia, caffè, pizza al taglio, agriturismo,
    focacceria, bar caffè
groceries: supermercato, ipermercato, alimentari, macelleria, salumeria, ortofrutta, minimercato,
    fruttivendolo, pescheria
lodging: albergo, alberghi, pensione, affittacamere, ostello, residence, foresteria,
    bed and breakfast, casa vacanze
fares: ferrovie, compagnia aerea, linee aeree, autolinee, trasporti pubblici, autonoleggio,
    noleggio auto, traghetti, agenzia viaggi, viaggi, radiotaxi, tranvie, azienda trasporti, autobus
parking: parcheggio, parcheggi, autorimessa, autostrada, autostrade, pedaggio, autosilo
fuel: distributore, stazione di servizio, carburanti, area di servizio, benzina, rifornimento,
    impianto carburanti
vehicle: officina, gommista, autolavaggio, autoricambi, carrozzeria, pneumatici, autofficina,
    concessionaria, biciclette
office: cartoleria, cancelleria, tipografia, copisteria, forniture per ufficio, cartolibreria,
    stamperia
software: servizi informatici, sviluppo software, informatica
phone: telecomunicazioni, telefonia
postage: poste, ufficio postale, corriere, corrieri, spedizioni, pony express
advertising: pubblicità, agenzia pubblicitaria, insegne, pubblicitaria
insurance: assicurazioni, assicurazione, compagnia assicuratrice
training: formazione, autoscuola, accademia, scuola, istituto di formazione, corsi
bank: banca, cassa di risparmio, banca popolare, credito cooperativo
tools: ferramenta, utensileria, bricolage, materiali edili, colorificio, elettronica,
    materiale elettrico, edilizia
books: libreria, edicola, giornali, libri
advice: studio legale, notaio, commercialista, avvocati, studio notarile, commercialisti,
    dottore commercialista
rent: centro uffici, deposito mobili
health: farmacia, parafarmacia, ottica, erboristeria, studio dentistico, sanitaria
"""

_SLAVIC: Final = """\
meals: restauracja, karczma, kawiarnia, piekarnia, cukiernia, bar mleczny, pizzeria, gospoda,
    jadłodajnia, lodziarnia, zajazd, kebab, pierogarnia, naleśnikarnia, piwiarnia, stołówka,
    restaurace, hospoda, kavárna, pekařství, pekárna, cukrárna, pivnice, jídelna, hostinec, bufet,
    občerstvení, pivovar, vinárna, winiarnia, bistro, gastronomia, cukrářství, smażalnia
groceries: sklep spożywczy, delikatesy, potraviny, řeznictví, supermarket, rzeźnik, masarnia,
    warzywniak, samoobsluha, spożywczy, ovoce zelenina, večerka, hipermarket, sklep mięsny
lodging: pensjonat, hostel, noclegi, schronisko, penzion, ubytovna, ubytování, dom wypoczynkowy,
    kwatery, motel, pokoje gościnne, agroturystyka
fares: koleje, linie lotnicze, przewozy, taksówka, taksówki, autobusy, wypożyczalnia samochodów,
    dráhy, aerolinie, dopravní podnik, autopůjčovna, letecká společnost, komunikacja miejska,
    biuro podróży, cestovní kancelář, železnice, taxislužba, tramwaje
parking: parking, parkingi, parkoviště, parkovací dům, parkování, autostrada, opłata parkingowa,
    garáže
fuel: stacja paliw, paliwa, stacja benzynowa, čerpací stanice, pohonné hmoty, benzinová pumpa,
    benzina, stacje paliw
vehicle: warsztat, warsztat samochodowy, opony, myjnia, autoservis, pneuservis, autodíly, myčka,
    auto serwis, wulkanizacja, części samochodowe, autosalon, mechanika pojazdowa, autoopravna,
    jízdní kola
office: artykuły biurowe, papiernicze, papírnictví, drukarnia, tiskárna, kancelářské potřeby,
    kopírování, ksero, papiernik, punkt ksero, materiały biurowe
software: oprogramowanie, hosting, webhosting, usługi informatyczne, programové vybavení,
    vývoj softwaru
phone: telekomunikacja, telekomunikace, telefonia, sieć komórkowa, mobilní operátor
postage: poczta, urząd pocztowy, pošta, kurier, kurýr, przesyłki, doręczenia, zásilkovna, paczkomat,
    usługi kurierskie
advertising: reklama, agencja reklamowa, reklamní agentura, reklamy
insurance: ubezpieczenia, towarzystwo ubezpieczeń, pojišťovna, pojištění, ubezpieczeń
training: szkolenia, akademia, szkoła, kursy, školení, autoškola, vzdělávání, ośrodek szkoleniowy,
    szkoła jazykowa, vzdělávací centrum, jazyková škola
bank: bank, kasa oszczędności, spořitelna, banka, záložna, bank spółdzielczy
tools: narzędzia, budowlane, materiały budowlane, železářství, nářadí, stavebniny, elektronika,
    elektro, żelazny, farby, sklep żelazny, barvy laky
books: księgarnia, knihkupectví, knihy, książki, trafika, salonik prasowy
advice: kancelaria, kancelaria prawna, biuro rachunkowe, notariusz, advokátní kancelář,
    doradca podatkowy, účetnictví, daňový poradce, notář, adwokat, radca prawny
rent: wynajem biur, pronájem kanceláří, coworking
health: apteka, lékárna, drogeria, drogerie, optyk, optika, stomatologia, zubní ordinace
"""

_TURKISH: Final = """\
meals: lokanta, lokantası, restoran, restoranı, kebap, kebapçı, pide, pidecisi, çay bahçesi, kahve,
    kahvesi, pastane, pastanesi, fırın, fırını, börekçi, köfteci, köftecisi, büfe, dönerci, meyhane,
    çorbacı, ocakbaşı, kafe, balık evi, kahvaltı salonu, dondurma, yemek, baklava, mantı evi
groceries: market, süpermarket, bakkal, kasap, manav, gıda, hipermarket, şarküteri
lodging: otel, oteli, pansiyon, konukevi, misafirhane, apart otel, butik otel
fares: havayolları, hava yolları, turizm seyahat, taksi, taksi durağı, otobüs, demiryolları,
    feribot, araç kiralama, vapur, oto kiralama, seyahat acentası
parking: otopark, otoparkı, otopark işletmeleri, otoyol, köprü geçiş
fuel: akaryakıt, petrol, benzin istasyonu, petrol ürünleri, akaryakıt istasyonu, dinlenme tesisi
vehicle: oto servis, lastik, lastikçi, oto yıkama, oto tamir, yedek parça, otomotiv, bisiklet,
    oto yedek parça
office: kırtasiye, kırtasiyesi, ofis malzemeleri, matbaa, matbaası, fotokopi, büro malzemeleri
software: yazılım, bilişim, barındırma
phone: telekomünikasyon, iletişim, gsm
postage: kargo, posta, kurye
advertising: reklam, reklamcılık, tabela, reklam ajansı
insurance: sigorta, sigortacılık
training: eğitim, akademi, kurs, sürücü kursu, dil okulu
bank: bankası, banka, katılım bankası
tools: hırdavat, nalbur, yapı market, inşaat malzemeleri, elektronik, elektrik malzemeleri,
    yapı malzemeleri
books: kitabevi, kitapçı, yayınevi, gazete bayii, kitap
advice: hukuk bürosu, noter, muhasebe, mali müşavir, mali müşavirlik, avukatlık
health: eczane, eczanesi, optik, diş kliniği
"""

TABLES: Final = (
    *(
        _ENGLISH,
        _MALAY,
        _GERMAN,
        _DUTCH,
        _NORDIC,
        _FRENCH,
        _SPANISH,
        _PORTUGUESE,
        _ITALIAN,
        _SLAVIC,
        _TURKISH,
    ),
)

# Of words that two languages use for two things, what firms in all of them mostly mean; None for
# what says nothing.
MEANS: Final[dict[str, Kind | None]] = {
    "bar": Kind.MEALS,
    "market": None,
    "oficina": Kind.VEHICLE,
    "posta": Kind.POSTAGE,
    "cantina": Kind.MEALS,
    "pension": Kind.LODGING,
    "drogaria": None,
    "garage": Kind.VEHICLE,
    "kro": None,
}
