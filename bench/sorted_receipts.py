"""Receipts of shops of a known kind: invented names as firms of a country give themselves, and what
such shops sell.

A third of the names say nothing ("Zaltik GmbH"); of these only what was bought tells the kind. One
in ten sells what says nothing either, so that a proposal for it can only be a guess.
"""

import random
from dataclasses import dataclass, replace
from typing import Final

from tests.unit.tillroll_documents.reading.locales import LOCALES
from tests.unit.tillroll_documents.reading.printing import GOODS, Printed, print_receipt
from tillroll.expenses.sorting.proposing.kinds import Kind

_SYLLABLES: Final = (
    "ba ke li mo su ra ti no gu pe da fi lo mu sha vi tor zen kal bri ost wen zal tik".split()  # noqa: SIM905 - easier to read
)
_SILENT: Final = 1 / 3
_OPAQUE: Final = 0.1
_NOTHING: Final = ("Article 1", "Item 0042", "Pos. 3", "Misc", "Ref 8812")

# By language and kind how firms call themselves, "{}" being a name; behind a bar what they sell.
_FIRMS: Final = """\
en meals: {}'s Restaurant; The {} Coffee House; {} Pizza & Grill; {} Sandwich Bar
    | Cappuccino; Club sandwich; Salad
en lodging: {} Hotel; The {} Guest House; {} Lodge & Spa | Room 214, 2 nights; Breakfast; City tax
en fares: {} Taxis; {} Airlines; {} Railway Company
    | Single ticket to Leeds; Seat reservation; Airport fare
en fuel: {} Service Station; {} Petrol Station; {} Fuels | Unleaded 95; Diesel 32.10 l; Screenwash
en parking: {} Car Park; {} Parking Ltd | Parking 3 h; Parking fee
en office: {} Stationers; {} Office Supplies; {} Print Shop
    | A4 paper 500 sheets; Ballpoint pens; Toner cartridge
en postage: {} Post Office; {} Couriers | Stamps 1st class; Parcel to Spain
en tools: {} Hardware; {} Builders Merchants; {} Tools | Screws 4x40; Claw hammer; Extension cord
en software: {} Software Inc; {} Hosting | Annual licence; Web hosting 12 months
en health: {} Pharmacy; {} Chemist | Paracetamol 500 mg; Plasters; Vitamin C
de meals: Gasthaus {}; Café {}; Pizzeria {}; Bäckerei {}; {}s Imbiss
    | Schnitzel mit Pommes; Kaffee; Weizenbier
de lodging: Hotel {}; Pension {}; {} Stadthotel; Gästehaus {}
    | Einzelzimmer; Frühstück; Übernachtung
de fares: Taxi {}; {}er Verkehrsbetriebe; Autovermietung {}
    | Einzelfahrt; Tageskarte; Fahrt zum Bahnhof
de fuel: Tankstelle {}; {} Mineralölhandel; Autohof {} | Super E10; Diesel; Dieselkraftstoff
de parking: Parkhaus {}; Tiefgarage {} | Parkgebühr 2 Std; Parkschein
de office: Bürobedarf {}; Schreibwaren {}; Copyshop {}
    | Kopierpapier A4; Kugelschreiber; Aktenordner
de postage: Postagentur {}; {} Kurierdienst | Briefmarken 10 x; Paket bis 5 kg
de tools: Baumarkt {}; {} Eisenwaren; Werkzeuge {} | Schrauben 4x40; Bohrer 6 mm; Zange
de software: {} Softwarehaus; {} Webhosting | Jahreslizenz; Domain .de
de health: {} Apotheke; Drogerie {} | Ibuprofen 400; Hustensaft; Pflaster
fr meals: Restaurant {}; Brasserie {}; Boulangerie {}; Café de {}
    | Café crème; Plat du jour; Croissant; Verre de vin
fr lodging: Hôtel {}; Hôtel-Résidence {}; Gîte {} | Chambre double; Petit déjeuner; Taxe de séjour
fr fares: Taxis {}; Autocars {}; {} Voyages | Course taxi; Billet aller simple
fr fuel: Station service {}; Relais {} Carburants | Gazole; Sans plomb 95
fr parking: Parking {}; Stationnement {} | Stationnement 2 h
fr office: Papeterie {}; Imprimerie {} | Ramette A4; Stylos bille; Classeur
fr tools: Quincaillerie {}; {} Bricolage | Tournevis; Peinture blanche; Vis 4x40
fr health: Pharmacie {} | Paracétamol; Vitamine C; Sirop
es meals: Restaurante {}; Cafetería {}; Bar {}; Taberna {}
    | Café con leche; Menú del día; Cerveza; Bocadillo
es lodging: Hostal {}; Hotel {}; Apartamentos {} | Habitación doble; Desayuno
es fares: Taxi {}; Autobuses {}; Ferrocarriles {} | Billete ida; Carrera taxi
es fuel: Estación de servicio {}; Gasolinera {} | Gasolina 95; Gasóleo A
es parking: Aparcamiento {}; Parking {} | Estacionamiento 2 h
es office: Papelería {}; Imprenta {} | Bolígrafo azul; Papel A4; Cuaderno
es tools: Ferretería {} | Tornillos; Taladro; Pintura blanca
es health: Farmacia {} | Ibuprofeno; Jarabe; Tiritas
pt meals: Restaurante {}; Pastelaria {}; Cervejaria {} | Café; Prato do dia; Cerveja; Sopa
pt fuel: Posto {} Combustíveis; Posto de abastecimento {} | Gasóleo; Gasolina 95
pt office: Papelaria {} | Caneta; Caderno A4; Papel A4
pt lodging: Pousada {}; Hotel {} | Alojamento; Pequeno-almoço
it meals: Trattoria {}; Ristorante {}; Bar {}; Pasticceria {}
    | Caffè; Pizza margherita; Coperto; Birra media
it lodging: Albergo {}; Hotel {} | Camera doppia; Tassa di soggiorno
it fuel: Stazione di servizio {}; {} Carburanti | Benzina; Gasolio
it office: Cartoleria {} | Penna blu; Quaderno; Carta A4
it tools: Ferramenta {} | Viti; Cacciavite; Vernice
nl meals: Eetcafé {}; Bakkerij {}; Lunchroom {}
    | Koffie verkeerd; Broodje kaas; Soep van de dag; Appeltaart
nl lodging: Hotel {}; Herberg {} | Overnachting; Ontbijt; Toeristenbelasting
nl fuel: Tankstation {} | Euro 95; Diesel
nl tools: IJzerhandel {}; Bouwmarkt {} | Schroeven; Verf wit
pl meals: Restauracja {}; Kawiarnia {}; Piekarnia {} | Kawa; Pierogi ruskie; Zupa dnia; Herbata
pl fuel: Stacja paliw {} | Olej napędowy; Benzyna 95
pl lodging: Hotel {}; Pensjonat {} | Nocleg; Śniadanie
cs meals: Restaurace {}; Kavárna {}; Pekařství {} | Káva; Guláš; Polévka; Pivo
cs fuel: Čerpací stanice {} | Natural 95; Nafta
cs office: Papírnictví {} | Sešit A4; Propiska; Obálky
sv meals: Restaurang {}; {}s Konditori; Kafé {} | Kaffe; Dagens rätt; Smörgås; Kanelbulle
sv fuel: {} Bensinstation | Bensin 95; Diesel
sv lodging: Hotell {}; Vandrarhem {} | Enkelrum; Frukost
da meals: Restaurant {}; {} Bageri; Café {} | Kaffe; Smørrebrød; Øl
da lodging: Hotel {}; {} Kro | Dobbeltværelse; Morgenmad; Overnatning
nb meals: {} Kafé; Restaurant {}; {} Bakeri | Kaffe; Dagens rett; Kanelbolle
nb fuel: {} Bensinstasjon | Diesel; Blyfri 95
tr meals: {} Lokantası; Kebapçı {}; {} Pastanesi | Çay; Adana kebap; Mercimek çorba; Ayran
tr lodging: {} Oteli; Otel {} | Konaklama; Oda kahvaltı
tr fuel: {} Akaryakıt | Kurşunsuz 95; Motorin
"""


@dataclass(frozen=True)
class Firm:
    """What firms of a kind are called in a language, and what they sell."""

    language: str
    kind: Kind
    names: tuple[str, ...]
    goods: tuple[str, ...]


def _firms() -> tuple[Firm, ...]:
    rows = (row.partition(": ") for row in _FIRMS.replace("\n    ", " ").splitlines())
    found: list[Firm] = []
    for head, _, tail in rows:
        names, goods = tail.split(" | ")
        language, kind = head.split()
        found.append(Firm(language, Kind(kind), tuple(names.split("; ")), tuple(goods.split("; "))))
    return tuple(found)


FIRMS: Final = _firms()


@dataclass(frozen=True)
class SortedReceipt:
    """A receipt, the kind of its shop, and whether anything on it tells the kind."""

    printed: Printed
    kind: Kind
    is_telling: bool


def print_sorted(count: int, seed: int) -> list[SortedReceipt]:
    """The seed's receipts, the same each time; of fewer, the first ones."""
    chance = random.Random(seed)
    return [_print(chance) for _ in range(count)]


def _print(chance: random.Random) -> SortedReceipt:
    firm = chance.choice(FIRMS)
    locale = chance.choice([each for each in LOCALES if each.name.startswith(f"{firm.language}-")])
    own = "".join(chance.choices(_SYLLABLES, k=chance.randint(2, 3))).capitalize()
    is_silent, is_opaque = chance.random() < _SILENT, chance.random() < _OPAQUE
    name = (
        f"{own} {chance.choice(('Trading', 'Partners', 'Group', '& Co'))}"
        if is_silent or is_opaque
        else ""
    )
    name = name or chance.choice(firm.names).format(own)
    goods = _NOTHING if is_opaque else (*firm.goods, *chance.sample(_NOTHING + GOODS[-1:], 1))
    shown = name.upper() if chance.random() < 1 / 3 else name
    printed = print_receipt(chance, (replace(locale, merchants=(shown,)),), goods)
    return SortedReceipt(printed, firm.kind, not is_opaque)
