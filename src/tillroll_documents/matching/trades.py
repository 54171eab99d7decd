"""Words of trades, such as "restaurant" and "boulangerie": many shops have them, so they name
nobody. Pure.

Those of the languages that each start reads come from `reading.languages`. The rest stands here:
the tables of the other languages are too large to import for a few words each.
"""

import re
from functools import lru_cache
from typing import Final

from tillroll_documents.reading import words
from tillroll_documents.reading.languages import LANGUAGES, Concept
from tillroll_documents.reading.text.folding import (
    fold,
)

_UMLAUT: Final = re.compile("([aou])e")
"""As banks write what folding makes a, o and u."""
_LEAST: Final = 3
"""Letters of a word of a trade's phrase, such as "stacja paliw"."""

_OTHERS: Final = words("""
    aparcamiento arztpraxis asador autofficina automat autoservis autovermietung backer backer
    backshop barbier bensin benzin bijouterie bioladen biograf bistrot bloemist blomsterhandel
    blumenladen boekwinkel brauerei brauhaus bufet burobedarf cab cabinet cabs cafe cafetaria caffe
    cajovna calzature carrozzeria cartoleria caviste cervejaria churros coffee coffeehouse coiffeur
    coiffure copyshop cordonnerie dentist dentiste doner drogaria druckerei drukarnia drukkerij
    eiscafe elektro erboristeria fahrrad fahrschule fietsen fioraio fleischerei floristeria florarie
    fodrasz foto fotograf frisor frizer fromagerie fryzjer fuel gasthof gastronomie gaststube
    gebaudetechnik getranke getrankemarkt gioielleria glacier grilli gym hairdresser hamburgueria
    hausverwaltung heladeria hofladen hotel hoteles hotels hracky huolto joyeria jubiler juwelier
    kadernictvi kaffee kampaamo kanzlei kapper kavehaz kebab kebap kfz kino kneipe kuafor kvetiny
    lahudky lavanderia marisqueira marisqueria metzger mobelhaus museum myjnia oficina officina
    optica opticien optik optika optiker optyk ortofrutta ottica otopark ourivesaria panetteria
    panzio papeterie papirbolt parcare parcheggio park parken parkeergarage parkeren parkering
    parkhaus parking parkiralisce parkiraliste parkolo parkolohaz parkoviste parkplatz parrucchiere
    pasteleria peluqueria pension pescaderia pescheria physiotherapie pide pizaria poissonnerie
    pralnia praxis pressing profumeria pysakointi reformhaus reinigung reiseburo rental restaurantes
    restauranter rosterei rosticceria schlusseldienst schneiderei schreibwaren schuhe slager
    snackbar spedition spielwaren supplies taksi taksit taksowka taller tankstelle tasca taxi taxis
    taxiruf taxizentrale theater tiefgarage tierarzt trinkhalle vendeghaz warsztat waschanlage
    waschstrasse weinhandlung weinhaus werkstatt werkzeug zahnarzt zapateria
    такси таксі парковка отель кофе ταξι παρκινγκ تاكسي מונית
""")
"""What receipts' tables lack, folded."""

_OF_OTHER_LANGUAGES: Final = words("""
    alimentara apteek apteekki aptieka baar baari baras bars bencinski benzinarie benzinkut
    benzinska brutarie bufe cafenea cantina caffe cerpacia cofetarie csarda cua cukraren cukraszda
    cvetlicarna degaline degviela degvielas ducan elelmiszer etterem farmacia farmacie gostilna
    gostionica gramatnica gyogyszertar halaszcsarda hang hieu hostinec hotel hotell hotelli
    huoltoasema jedalen kafejnica kahvila kauplus kauppa kavana kavarna kavezo kaviaren kavine
    kepykla khach kioski kirjakauppa knihkupectvo knjigarna knjizara knygynas kohvik konoba
    konyvesbolt kukkakauppa kvetinarstvo lahikauppa leipomo lekaren lekarna librarie lielveikals
    lilled ljekarna lounasravintola magazin maistas maiznica masiarstvo mesnica nha obchod
    okrepcevalnica pagariari parduotuve patika pekara pekaren pekarna pekseg pensiune phe picerija
    pizzeria pood postaja potraviny prekyba quan raamatupood ravintola restauracia restaurant
    restavracija restoran restoranas restorans sach samoposluga san servis sieu slascicarna
    slasticarnica sookla sorozo stacija stanica supermarket szalloda tankla tap thi thuoc tiem
    toidupood tram trgovina uzkandine uzpildes vaistine veikals vendeglo viesbutis viesnica
    viragbolt xang drogeria hoa banh
    азс аптека бензиностанция бистро булочная гостиница готель кав ярня кафе книгарня книжарница
    книжныи кофеиня магазин маркет механа пекарна пекарня пицария пиццерия продукты піцерія ресторан
    ресторант сладкарница супермаркет универсам хотел хранителни стоки ідальня
    αρτοποιειο βιβλιοπωλειο εστιαση εστιατοριο ζαχαροπλαστειο καφε καφετερια μινι μαρκετ ξενοδοχειο
    παντοπωλειο περιπτερο πρατηριο σουπερ ταβερνα φαρμακειο φουρνοσ ψησταρια
    בית מרקחת קפה חנות מאפייה מכולת מלון מסעדה מסעדת סופר סופרמרקט פיצה תחנת דלק
    اسواق بقالة حلويات سوبرماركت صيدلية فندق كافتيريا كافيه محطة مخبز مطعم مقهى مكتبة
    تموينات صالون قهوة كوفي محل محلات مخابز مطاعم مغسلة ورشة
    마트 베이커리 분식 서점 식당 약국 제과점 주유소 치킨 카페 커피 편의점 호텔
""")
"""Words of the languages in `reading.languages.later` that part words by spaces, folded."""

_BRANDS: Final = frozenset({"abc", "bolt", "san"})
"""Words of a trade in one language that are a known company's name, or a town's, elsewhere."""

_ENDS: Final = (
    *("apotheke", "backerei", "buchhandlung", "gasthaus", "gasthof", "handlung", "hotel"),
    *("konditorei", "metzgerei", "pizzeria", "restaurant", "supermarkt", "werkstatt"),
)
"""What longer words of a trade end in: "Stadtapotheke", "Parkhotel". Folded."""


def _plain(word: str) -> str:
    return _UMLAUT.sub(r"\1", fold(word))


def _of_languages() -> frozenset[str]:
    phrases = (phrase for language in LANGUAGES for phrase in language.words[Concept.TRADE])
    return frozenset(word for phrase in phrases for word in phrase.split() if len(word) >= _LEAST)


_TRADES: Final = frozenset(map(_plain, _of_languages() | _OTHERS | _OF_OTHER_LANGUAGES)) - _BRANDS


@lru_cache(maxsize=65_536)
def is_of_trade(word: str) -> bool:
    """Whether a folded word says what a shop is, and not whose."""
    return word in _TRADES or word.endswith(_ENDS)
