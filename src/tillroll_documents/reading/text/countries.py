"""The countries whose receipts are read: currency, order of dates, and words that tell them."""

from dataclasses import dataclass
from typing import Final

from tillroll_documents.reading.text.dates import Order

_DMY = Order.DAY_FIRST
_MDY = Order.MONTH_FIRST
_YMD = Order.YEAR_FIRST


@dataclass(frozen=True, slots=True)
class Country:
    """An ISO 3166 country. `words` are whole words, `prefix` is +NN, `domain` .xx in web and mail
    addresses; `languages` are spoken there besides English.
    """

    code: str
    currency: str
    order: Order
    prefix: str
    domain: str
    languages: str
    words: str
    pattern: str = ""
    """A regular expression for postcodes, telephone numbers, tax numbers and scripts, matched with
    case.
    """
    shapes: str = ""
    """What a text must hold one of for the pattern to be tried, its digits written 0 and its
    capitals A, separated by commas; without, a sign outside ASCII.
    """


_OTHERS: Final = """
PE PEN D 51 pe es peru,lima peru,cusco,arequipa,miraflores,igv
EC USD D 593 ec es ecuador,quito,guayaquil
BO BOB D 591 bo es bolivia,la paz bolivia,cochabamba
VE VES D 58 ve es venezuela,caracas,maracaibo
PY PYG D 595 py es paraguay,asunción,ciudad del este
UY UYU D 598 uy es uruguay,montevideo,punta del este
PA PAB D 507 pa es panamá,panama city,itbms
CR CRC D 506 cr es costa rica,san josé costa rica
GT GTQ D 502 gt es guatemala
HN HNL D 504 hn es honduras,tegucigalpa,san pedro sula,rtn
NI NIO D 505 ni es nicaragua,managua
SV USD D 503 sv es el salvador,san salvador
DO DOP D 1809 do es república dominicana,dominican republic,santo domingo,punta cana,itbis,rnc
CU CUP D 53 cu es cuba,la habana,havana
JM JMD D 1876 jm - jamaica,montego bay,ocho rios
TT TTD D 1868 tt - trinidad,port of spain,tobago
BB BBD D 1246 bb - barbados,bridgetown
BS BSD D 1242 bs - bahamas,nassau
BZ BZD D 501 bz - belize
KY KYD D 1345 ky - cayman islands,grand cayman
LC XCD D 1758 lc - saint lucia,castries
AW AWG D 297 aw nl aruba,oranjestad
CW XCG D 599 cw nl curaçao,willemstad
GY GYD D 592 gy - guyana
SR SRD D 597 sr nl suriname,paramaribo
IS ISK D 354 is - iceland,ísland,reykjavík,kópavogur,akureyri,ehf,vsk
MT EUR D 356 mt - malta,valletta,sliema
RS RSD D 381 rs hr srbija,serbia,србија,beograd,београд,фискални рачун,belgrade,novi sad,pib
BA BAM D 387 ba hr bosna i hercegovina,bosnia,sarajevo,mostar,banja luka,jib
MK MKD D 389 mk - north macedonia,skopje,скопје,ohrid,едб
AL ALL D 355 al - albania,shqipëri,tirana,tiranë,nipt
ME EUR D 382 me hr montenegro,crna gora,podgorica,budva,kotor,pib
XK EUR D 383 xk - kosovo,pristina,prishtinë,nui
MD MDL D 373 md ro moldova,chisinau,chișinău,idno
BY BYN D 375 by - belarus,беларусь,minsk,минск,гомель,брест,гродно,витебск,могилев
GE GEL D 995 ge - tbilisi,batumi,თბილისი
AM AMD D 374 am - armenia,yerevan
AZ AZN D 994 az - azerbaijan,azərbaycan,baku,bakı,vöen
KZ KZT D 7 kz - kazakhstan,қазақстан,almaty,алматы,astana,астана,бин
UZ UZS D 998 uz - uzbekistan,tashkent,samarkand
KG KGS D 996 kg - kyrgyzstan,bishkek
MN MNT Y 976 mn - mongolia,ulaanbaatar
NP NPR D 977 np - nepal,kathmandu,pokhara,thamel,lalitpur,biratnagar
BD BDT D 880 bd - bangladesh,dhaka,chattogram
LK LKR D 94 lk - sri lanka,colombo sri lanka,kandy
PK PKR D 92 pk - pakistan,karachi,lahore,islamabad,ntn,strn
MV MVR D 960 mv - maldives,hulhumalé
MM MMK D 95 mm - myanmar,yangon,mandalay
KH KHR D 855 kh - cambodia,phnom penh,siem reap
LA LAK D 856 la - laos,vientiane,luang prabang
BN BND D 673 bn ms brunei,bandar seri begawan
MO MOP D 853 mo - macau,macao
QA QAR D 974 qa - qatar,doha
BH BHD D 973 bh - bahrain,manama
OM OMR D 968 om - oman,muscat,salalah
JO JOD D 962 jo - amman,aqaba,jordan
LB LBP D 961 lb - lebanon,beirut
IQ IQD D 964 iq - iraq,baghdad,erbil
IR IRR Y 98 ir - iran,tehran,تهران
EG EGP D 20 eg - egypt,cairo,giza,luxor,aswan,hurghada,مصر,القاهرة,الجيزة
MA MAD D 212 ma fr maroc,morocco,casablanca,rabat,marrakech,tanger
TN TND D 216 tn fr tunisie,tunisia,tunis,sfax,sousse
DZ DZD D 213 dz fr algérie,algeria,alger,oran
LY LYD D 218 ly - libya,benghazi
KE KES D 254 ke - kenya,nairobi,mombasa,kisumu,m-pesa,kra
UG UGX D 256 ug - uganda,kampala,entebbe
TZ TZS D 255 tz - tanzania,dar es salaam,arusha,zanzibar
RW RWF D 250 rw - rwanda,kigali
ET ETB D 251 et - ethiopia,addis ababa
NG NGN D 234 ng - nigeria,lagos,abuja,port harcourt,lekki
GH GHS D 233 gh - ghana,accra,kumasi
SN XOF D 221 sn fr sénégal,dakar,ninea
CI XOF D 225 ci fr côte d'ivoire,abidjan
CM XAF D 237 cm fr cameroun,cameroon,douala,yaoundé
GA XAF D 241 ga fr gabon,libreville
MZ MZN D 258 mz pt moçambique,mozambique,maputo,nuit
AO AOA D 244 ao pt angola,luanda
CV CVE D 238 cv pt cabo verde,cape verde,praia cabo verde,mindelo
ZM ZMW D 260 zm - zambia,lusaka,tpin
ZW ZWG D 263 zw - zimbabwe,harare,bulawayo
BW BWP D 267 bw - botswana,gaborone
NA NAD D 264 na - namibia,windhoek,swakopmund
MW MWK D 265 mw - malawi,lilongwe,blantyre
MG MGA D 261 mg fr madagascar,antananarivo
MU MUR D 230 mu fr mauritius,port louis
SC SCR D 248 sc fr seychelles
FJ FJD D 679 fj - fiji,suva,nadi
PG PGK D 675 pg - papua new guinea,port moresby
PF XPF D 689 pf fr polynésie,papeete,tahiti
NC XPF D 687 nc fr nouvelle-calédonie,nouméa
"""
"""Further countries: code, currency, D or Y for the order of dates, prefix, domain, language or a
dash, words."""
_ORDERS: Final = {"D": _DMY, "Y": _YMD}


def _other_countries() -> tuple[Country, ...]:
    rows = (row.split(" ", 6) for row in _OTHERS.strip().splitlines())
    return tuple(
        Country(
            code=code,
            currency=currency,
            order=_ORDERS[order],
            prefix=prefix,
            domain=domain,
            languages=language.strip("-"),
            words=names,
        )
        for code, currency, order, prefix, domain, language, names in rows
    )


COUNTRIES: Final = (
    Country(
        "MY",
        "MYR",
        order=_DMY,
        prefix="60",
        domain="my",
        languages="ms",
        words="malaysia,kuala lumpur,selangor,johor,penang,pulau pinang,sabah,sarawak,"
        "petaling jaya,shah alam,"
        "melaka,perak,kedah,pahang,sdn bhd,sdn. bhd.,s/b,jalan,jln,ringgit,sst id",
    ),
    Country(
        "SG",
        "SGD",
        order=_DMY,
        prefix="65",
        domain="sg",
        languages="",
        words="singapore,pte ltd,pte. ltd.,uen,paynow",
    ),
    Country(
        "GB",
        "GBP",
        order=_DMY,
        prefix="44",
        domain="uk",
        languages="",
        words="united kingdom,england,london,scotland,wales,manchester,birmingham",
        pattern=r"\b[A-Z]{1,2}\d[A-Z\d]?\s\d[A-Z]{2}\b|\bGB\s?\d{3}\s?\d{4}\s?\d{2}\b",
        shapes="A0 0AA,A00 0AA,0A 0AA,A000 0000,A 000 0000,A0000000,A 0000000",
    ),
    Country(
        "IE",
        "EUR",
        order=_DMY,
        prefix="353",
        domain="ie",
        languages="",
        words="ireland,dublin,cork",
    ),
    Country(
        "US",
        "USD",
        order=_MDY,
        prefix="1",
        domain="us",
        languages="",
        words="usa,united states,new york,california,texas,florida,los angeles,chicago,"
        "san francisco,seattle,"
        "boston,llc,sales tax,zip",
        pattern=r"\b[A-Z]{2}\s+\d{5}(?:-\d{4})?\b|\(\d{3}\)\s?\d{3}-\d{4}",
        shapes="AA 00000,  00000,)000-0000,) 000-0000",
    ),
    Country(
        "CA",
        "CAD",
        order=_YMD,
        prefix="1",
        domain="ca",
        languages="",
        words="canada,ontario,toronto,vancouver,montreal,quebec,calgary,ottawa,hst,tps,tvq",
        pattern=r"\b[A-Z]\d[A-Z]\s?\d[A-Z]\d\b",
        shapes="A0A",
    ),
    Country(
        "AU",
        "AUD",
        order=_DMY,
        prefix="61",
        domain="au",
        languages="",
        words="australia,sydney,melbourne,brisbane,perth,adelaide,abn,nsw,qld,pty ltd",
    ),
    Country(
        "NZ",
        "NZD",
        order=_DMY,
        prefix="64",
        domain="nz",
        languages="",
        words="new zealand,auckland,wellington,christchurch,nzbn",
    ),
    Country(
        "DE",
        "EUR",
        order=_DMY,
        prefix="49",
        domain="de",
        languages="de",
        words=(
            "deutschland,germany,berlin,münchen,hamburg,köln,frankfurt,stuttgart,gmbh,mwst,"
            "ust-id,steuernummer"
        ),
    ),
    Country(
        "AT",
        "EUR",
        order=_DMY,
        prefix="43",
        domain="at",
        languages="de",
        words="österreich,austria,wien,graz,salzburg,linz,atu",
    ),
    Country(
        "CH",
        "CHF",
        order=_DMY,
        prefix="41",
        domain="ch",
        languages="de fr it",
        words="schweiz,suisse,svizzera,zürich,genève,basel,bern,lausanne",
    ),
    Country(
        "FR",
        "EUR",
        order=_DMY,
        prefix="33",
        domain="fr",
        languages="fr",
        words="france,paris,lyon,marseille,toulouse,sarl,siret,tva,cedex",
    ),
    Country(
        "BE",
        "EUR",
        order=_DMY,
        prefix="32",
        domain="be",
        languages="fr nl",
        words="belgium,belgique,belgië,bruxelles,brussel,antwerpen,gent,bvba",
    ),
    Country(
        "NL",
        "EUR",
        order=_DMY,
        prefix="31",
        domain="nl",
        languages="nl",
        words="nederland,netherlands,amsterdam,rotterdam,utrecht,den haag,btw,kvk",
        pattern=r"\b\d{4}\s[A-Z]{2}\b(?=\s+[A-Z][a-z])",
        shapes="0000 AA ",
    ),
    Country(
        "LU",
        "EUR",
        order=_DMY,
        prefix="352",
        domain="lu",
        languages="fr de",
        words="luxembourg,luxemburg",
    ),
    Country(
        "ES",
        "EUR",
        order=_DMY,
        prefix="34",
        domain="es",
        languages="es",
        words="españa,spain,madrid,barcelona,valencia,sevilla,s.l.,nif,cif,factura simplificada",
    ),
    Country(
        "PT",
        "EUR",
        order=_DMY,
        prefix="351",
        domain="pt",
        languages="pt",
        words="portugal,lisboa,porto,coimbra,lda,contribuinte,nipc",
    ),
    Country(
        "BR",
        "BRL",
        order=_DMY,
        prefix="55",
        domain="br",
        languages="pt",
        words="brasil,brazil,são paulo,rio de janeiro,ltda,cnpj,icms",
        pattern=r"\d{2}\.\d{3}\.\d{3}/\d{4}-\d{2}",
        shapes="/0000-00",
    ),
    Country(
        "IT",
        "EUR",
        order=_DMY,
        prefix="39",
        domain="it",
        languages="it",
        words="italia,italy,roma,milano,torino,napoli,firenze,bologna,s.r.l.,srl,p.iva,partita iva,"
        "documento commerciale",
    ),
    Country(
        "MX",
        "MXN",
        order=_DMY,
        prefix="52",
        domain="mx",
        languages="es",
        words="méxico,mexico,cdmx,guadalajara,monterrey,s.a. de c.v.,rfc",
    ),
    Country(
        "AR",
        "ARS",
        order=_DMY,
        prefix="54",
        domain="ar",
        languages="es",
        words="argentina,buenos aires,cuit",
    ),
    Country(
        "CL",
        "CLP",
        order=_DMY,
        prefix="56",
        domain="cl",
        languages="es",
        words="chile,santiago,boleta electronica",
    ),
    Country(
        "CO",
        "COP",
        order=_DMY,
        prefix="57",
        domain="co",
        languages="es",
        words="colombia,bogotá,medellín",
    ),
    Country(
        "DK",
        "DKK",
        order=_DMY,
        prefix="45",
        domain="dk",
        languages="da",
        words="danmark,denmark,københavn,copenhagen,aarhus,århus,odense,aalborg,cvr,moms,dankort",
    ),
    Country(
        "SE",
        "SEK",
        order=_YMD,
        prefix="46",
        domain="se",
        languages="sv",
        words="sverige,sweden,stockholm,göteborg,malmö,uppsala,"
        "linköping,örebro,västerås,helsingborg,"
        "moms,kvitto,"
        "öresavrundning,org.nr",
    ),
    Country(
        "NO",
        "NOK",
        order=_DMY,
        prefix="47",
        domain="no",
        languages="no",
        words=(
            "norge,norway,oslo,bergen,trondheim,stavanger,kristiansand,tromsø,mva,bankaxept,org.nr"
        ),
    ),
    Country(
        code="FI",
        currency="EUR",
        order=_DMY,
        prefix="358",
        domain="fi",
        languages="fi",
        words="suomi,finland,helsinki,tampere,turku,oulu,alv,y-tunnus",
    ),
    Country(
        code="EE",
        currency="EUR",
        order=_DMY,
        prefix="372",
        domain="ee",
        languages="et",
        words="eesti,estonia,tallinn,tartu,pärnu,narva,kmkr",
    ),
    Country(
        code="LV",
        currency="EUR",
        order=_DMY,
        prefix="371",
        domain="lv",
        languages="lv",
        words="latvija,latvia,rīga,jelgava,liepāja,daugavpils,pvn",
    ),
    Country(
        code="LT",
        currency="EUR",
        order=_YMD,
        prefix="370",
        domain="lt",
        languages="lt",
        words="lietuva,lithuania,vilnius,kaunas,klaipėda,šiauliai,pvm,uab",
    ),
    Country(
        code="SK",
        currency="EUR",
        order=_DMY,
        prefix="421",
        domain="sk",
        languages="sk",
        words=("slovensko,slovakia,bratislava,košice,žilina,nitra,ič dph,pokladničný doklad"),
    ),
    Country(
        code="SI",
        currency="EUR",
        order=_DMY,
        prefix="386",
        domain="si",
        languages="sl",
        words="slovenija,slovenia,ljubljana,maribor,celje,ddv",
    ),
    Country(
        code="HR",
        currency="EUR",
        order=_DMY,
        prefix="385",
        domain="hr",
        languages="hr",
        words="hrvatska,croatia,zagreb,rijeka,osijek,zadar,dubrovnik,oib",
    ),
    Country(
        code="BG",
        currency="EUR",
        order=_DMY,
        prefix="359",
        domain="bg",
        languages="bg",
        words="българия,bulgaria,софия,пловдив,варна,бургас,ддс,еик",
        pattern=r"[ъЪ](?![еёюяЕЁЮЯ])[а-яА-Я]",
    ),
    Country(
        code="GR",
        currency="EUR",
        order=_DMY,
        prefix="30",
        domain="gr",
        languages="el",
        words="ελλάδα,greece,αθήνα,θεσσαλονίκη,thessaloniki,αφμ",
        pattern=r"[\u0370-\u03ff]{2,}",
    ),
    Country(
        code="CY",
        currency="EUR",
        order=_DMY,
        prefix="357",
        domain="cy",
        languages="el",
        words="κύπρος,cyprus,λευκωσία,nicosia,λεμεσός,limassol,λάρνακα,larnaca",
    ),
    Country(
        code="RO",
        currency="RON",
        order=_DMY,
        prefix="40",
        domain="ro",
        languages="ro",
        words=(
            "românia,romania,bucurești,bucharest,cluj-napoca,timișoara,brașov,iași,constanța,"
            "bon fiscal,numerar,casier"
        ),
    ),
    Country(
        code="UA",
        currency="UAH",
        order=_DMY,
        prefix="380",
        domain="ua",
        languages="uk",
        words="україна,ukraine,київ,kyiv,львів,lviv,одеса,харків,пдв,єдрпоу",
        pattern=r"[іїєґІЇЄҐ]",
    ),
    Country(
        code="RU",
        currency="RUB",
        order=_DMY,
        prefix="7",
        domain="ru",
        languages="ru",
        words="россия,russia,москва,санкт-петербург,казань,ндс,инн,огрн,ккт",
    ),
    Country(
        "PL",
        "PLN",
        order=_DMY,
        prefix="48",
        domain="pl",
        languages="pl",
        words="polska,poland,warszawa,kraków,wrocław,poznań,gdańsk,łódź,"
        "katowice,szczecin,lublin,nip,"
        "ptu,regon,"
        "paragon fiskalny,sp. z o.o.,sp. z o. o.",
    ),
    Country(
        "CZ",
        "CZK",
        order=_DMY,
        prefix="420",
        domain="cz",
        languages="cs",
        words="česká republika,praha,brno,ostrava,plzeň,olomouc,dph,s.r.o.,účtenka",
    ),
    Country(
        code="HU",
        currency="HUF",
        order=_YMD,
        prefix="36",
        domain="hu",
        languages="hu",
        words="magyarország,hungary,budapest,debrecen,szeged,áfa,adószám",
        pattern=r"[őűŐŰ]",
    ),
    Country(
        "TR",
        "TRY",
        order=_DMY,
        prefix="90",
        domain="tr",
        languages="tr",
        words=(
            "türkiye,istanbul,ankara,izmir,antalya,bursa,kdv,topkdv,vergi dairesi,"
            "ltd. şti.,ltd.şti,a.ş."
        ),
    ),
    Country(
        code="JP",
        currency="JPY",
        order=_YMD,
        prefix="81",
        domain="jp",
        languages="ja",
        words="japan,tokyo,osaka,kyoto,日本,東京,税込,株式会社",
        pattern=r"[\u3040-\u30ff]+|消費税|領収|株式会社|東京都|大阪府",
    ),
    Country(
        code="CN",
        currency="CNY",
        order=_YMD,
        prefix="86",
        domain="cn",
        languages="zh",
        words="china,beijing,shanghai,中国,北京,上海",
        pattern=r"[总应实单谢员时发电话东门饭药销购额现]",
    ),
    Country(
        code="KR",
        currency="KRW",
        order=_YMD,
        prefix="82",
        domain="kr",
        languages="ko",
        words="korea,seoul,busan",
        pattern=r"[\uac00-\ud7af]+",
    ),
    Country(
        code="TW",
        currency="TWD",
        order=_YMD,
        prefix="886",
        domain="tw",
        languages="zh",
        words="taiwan,taipei,台灣,臺灣,台北",
        pattern=r"統一編號|統編|統一發票|電子發票|[臺台][北中南]市|高雄市|新北市|桃園市|悠遊卡",
    ),
    Country(
        code="HK",
        currency="HKD",
        order=_DMY,
        prefix="852",
        domain="hk",
        languages="zh",
        words="hong kong,kowloon,mong kok,tsim sha tsui,wan chai,octopus card",
        pattern=r"香港|九龍|新界|八達通|銅鑼灣",
    ),
    Country(
        "IN",
        "INR",
        order=_DMY,
        prefix="91",
        domain="in",
        languages="",
        words="india,mumbai,delhi,bengaluru,bangalore,chennai,gstin,cgst,sgst,pvt ltd",
        pattern=r"\b\d{2}[A-Z]{5}\d{4}[A-Z]\d[A-Z]\d\b",
        shapes="AAAAA0000A",
    ),
    Country(
        "ID",
        "IDR",
        order=_DMY,
        prefix="62",
        domain="id",
        languages="",
        words="indonesia,jakarta,bandung,surabaya,bali,npwp,ppn",
    ),
    Country(
        code="TH",
        currency="THB",
        order=_DMY,
        prefix="66",
        domain="th",
        languages="th",
        words="thailand,bangkok,phuket",
        pattern=r"[\u0e00-\u0e7f]+",
    ),
    Country(
        "PH",
        "PHP",
        order=_MDY,
        prefix="63",
        domain="ph",
        languages="",
        words="philippines,manila,makati,quezon",
    ),
    Country(
        code="VN",
        currency="VND",
        order=_DMY,
        prefix="84",
        domain="vn",
        languages="vi",
        words="vietnam,việt nam,hà nội,hanoi,ho chi minh,đà nẵng,tp.hcm,hồ chí minh",
        pattern=r"[ạảấầẩẫậắằẳẵặẹẻẽếềểễệịỉọỏốồổỗộớờởỡợụủứừửữựỵỷỹ]",
    ),
    Country(
        code="AE",
        currency="AED",
        order=_DMY,
        prefix="971",
        domain="ae",
        languages="ar",
        words="united arab emirates,uae,dubai,abu dhabi,sharjah,دبي,أبوظبي,الإمارات",
    ),
    Country(
        code="SA",
        currency="SAR",
        order=_DMY,
        prefix="966",
        domain="sa",
        languages="ar",
        words="saudi arabia,riyadh,jeddah,dammam,السعودية,الرياض,جدة,الدمام",
        pattern=r"(?<!\d)3\d{13}3(?!\d)",
    ),
    Country(
        code="KW",
        currency="KWD",
        order=_DMY,
        prefix="965",
        domain="kw",
        languages="ar",
        words="kuwait,salmiya,الكويت",
    ),
    Country(
        code="IL",
        currency="ILS",
        order=_DMY,
        prefix="972",
        domain="il",
        languages="he",
        words="israel,tel aviv,jerusalem,haifa",
        pattern=r"[\u05d0-\u05ea]{2,}",
    ),
    Country(
        "ZA",
        "ZAR",
        order=_DMY,
        prefix="27",
        domain="za",
        languages="",
        words="south africa,johannesburg,cape town,durban,sandton,pretoria",
    ),
    *_other_countries(),
)
