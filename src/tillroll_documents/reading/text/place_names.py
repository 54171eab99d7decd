"""Names of places in addresses: states, provinces and towns. Extend the tables, a name a line; no
code needs to change.
"""

from typing import Final

_STATE_CODES: Final = """
AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY
NC ND OH OK OR PA PR RI SC SD TN TX UT VT VA WA WV WI WY
AB BC MB NB NL NS NT NU ON PE QC SK YT
ACT NSW NT QLD SA TAS VIC WA
"""
"""The codes of the United States, Canada and Australia, a line or two each."""

_UNITED_STATES: Final = """
alabama
alaska
arizona
arkansas
california
colorado
connecticut
delaware
florida
georgia
hawaii
idaho
illinois
indiana
iowa
kansas
kentucky
louisiana
maine
maryland
massachusetts
michigan
minnesota
mississippi
missouri
montana
nebraska
nevada
new hampshire
new jersey
new mexico
new york
north carolina
north dakota
ohio
oklahoma
oregon
pennsylvania
rhode island
south carolina
south dakota
tennessee
texas
utah
vermont
virginia
washington
west virginia
wisconsin
wyoming
"""

_CANADA: Final = """
alberta
british columbia
manitoba
new brunswick
newfoundland
nova scotia
ontario
quebec
saskatchewan
"""

_AUSTRALIA: Final = """
new south wales
queensland
south australia
tasmania
victoria
western australia
"""

_MALAYSIA: Final = """
kuala lumpur
kl
wp kuala lumpur
selangor
selangor darul ehsan
sel
johor
johor darul takzim
jdt
johor bahru
jb
johore bahru
johor baru
penang
pulau pinang
p pinang
george town
butterworth
bukit mertajam
melaka
malacca
negeri sembilan
n sembilan
negeri sembilan darul khusus
seremban
nilai
port dickson
perak
perak darul ridzuan
ipoh
taiping
teluk intan
kampar
kedah
kedah darul aman
alor setar
sungai petani
kulim
langkawi
perlis
kangar
kelantan
kelantan darul naim
kota bharu
terengganu
kuala terengganu
kemaman
pahang
pahang darul makmur
kuantan
bentong
raub
temerloh
cameron highlands
genting highlands
sabah
kota kinabalu
sandakan
tawau
sarawak
kuching
miri
sibu
bintulu
labuan
putrajaya
cyberjaya
petaling jaya
pj
subang jaya
subang
usj
shah alam
klang
port klang
pelabuhan klang
kajang
semenyih
bangi
bandar baru bangi
puchong
seri kembangan
sri kembangan
serdang
balakong
cheras
ampang
gombak
selayang
batu caves
kepong
segambut
setapak
wangsa maju
sentul
bangsar
mont kiara
damansara
kota damansara
damansara utama
ara damansara
damansara jaya
mutiara damansara
bandar utama
bandar sunway
kelana jaya
sri hartamas
sungai buloh
sg buloh
rawang
serendah
batang kali
btg kali
hulu selangor
kuala selangor
ijok
bestari jaya
batang berjuntai
tanjong karang
sekinchan
sabak bernam
banting
dengkil
sepang
salak
kuala langat
jenjarom
telok panglima garang
setia alam
bukit jelutong
skudai
masai
pasir gudang
plentong
ulu tiram
kulai
senai
kota tinggi
pontian
batu pahat
muar
kluang
segamat
mersing
tangkak
gelang patah
nusajaya
iskandar puteri
tampoi
permas jaya
tebrau
desaru
mutiara rini
sri petaling
bukit jalil
sungai besi
old klang road
jalan klang lama
titiwangsa
brickfields
chow kit
pudu
bukit bintang
taman tun dr ismail
ttdi
malaysia
"""

_OTHER_TOWNS: Final = """
singapore
jurong
tampines
woodlands
brooklyn
manhattan
bronx
philadelphia
san antonio
san diego
dallas
houston
denver
portland
las vegas
atlanta
miami
minneapolis
leeds
liverpool
bristol
sheffield
glasgow
edinburgh
cardiff
belfast
oxford
cambridge
brighton
nottingham
leicester
dusseldorf
dortmund
essen
leipzig
dresden
hannover
nurnberg
bremen
bonn
mannheim
karlsruhe
wiesbaden
munster
augsburg
bordeaux
lille
nantes
strasbourg
rennes
grenoble
zaragoza
malaga
murcia
bilbao
alicante
braga
setubal
verona
genova
palermo
catania
venezia
padova
eindhoven
groningen
tilburg
almere
breda
"""


def _names(*tables: str) -> frozenset[str]:
    """The lines of the tables."""
    return frozenset(line for table in tables for line in table.strip().splitlines())


REGIONS: Final = frozenset(_STATE_CODES.lower().split()) | _names(
    _UNITED_STATES, _CANADA, _AUSTRALIA
)
"""States and provinces, by their names and codes, as `fold` writes them."""
TOWNS: Final = _names(_MALAYSIA, _OTHER_TOWNS)
"""Towns, districts and states of which a line of an address may consist, as `fold` writes them."""

_CITIES: Final = """
berlin, hamburg, münchen, muenchen, munich, köln, koeln, cologne, frankfurt, frankfurt am main,
stuttgart, düsseldorf, duesseldorf, leipzig, dortmund, bremen, dresden, hannover, nürnberg,
nuernberg, duisburg, bochum, wuppertal, bielefeld, bonn, münster, muenster, mannheim, karlsruhe,
augsburg, wiesbaden, mönchengladbach, gelsenkirchen, aachen, braunschweig, kiel, chemnitz,
magdeburg, freiburg, krefeld, mainz, erfurt, lübeck, oberhausen, rostock, kassel, hagen,
potsdam, saarbrücken, ludwigshafen, oldenburg, mülheim, osnabrück, leverkusen, darmstadt,
heidelberg, solingen, regensburg, herne, paderborn, neuss, ingolstadt, offenbach, fürth,
würzburg, ulm, heilbronn, pforzheim, wolfsburg, göttingen, bottrop, reutlingen, erlangen,
bremerhaven, koblenz, bergisch gladbach, remscheid, trier, recklinghausen, jena, moers,
salzgitter, siegen, hildesheim, gütersloh, cottbus, kaiserslautern, schwerin, gera, konstanz,
passau, bamberg, bayreuth, bad homburg, rosenheim, tübingen, wien, vienna, graz, linz, salzburg,
innsbruck, klagenfurt, villach, wels, bregenz, zürich, zuerich, zurich, genf, genève, geneva,
basel, bern, lausanne, winterthur, luzern, lugano, paris, marseille, lyon, toulouse, nantes,
montpellier, strasbourg, bordeaux, lille, rennes, reims, grenoble, amsterdam, rotterdam,
utrecht, eindhoven, groningen, tilburg, breda, nijmegen, maastricht, bruxelles, brussel,
brussels, antwerpen, antwerp, gent, ghent, charleroi, liège, luik, brugge, leuven, luxembourg,
roma, rome, milano, milan, napoli, torino, palermo, genova, bologna, firenze, florence, bari,
catania, venezia, verona, padova, trieste, bolzano, madrid, barcelona, valencia, sevilla,
zaragoza, málaga, murcia, bilbao, alicante, córdoba, valladolid, granada, lisboa, lisbon, braga,
coimbra, london, birmingham, manchester, liverpool, leeds, sheffield, bristol, newcastle,
nottingham, leicester, cardiff, edinburgh, glasgow, belfast, oxford, cambridge, brighton,
dublin, galway, limerick, københavn, copenhagen, aarhus, odense, aalborg, stockholm, göteborg,
gothenburg, malmö, uppsala, oslo, trondheim, stavanger, helsinki, espoo, tampere, turku,
warszawa, warsaw, kraków, krakow, łódź, wrocław, poznań, gdańsk, szczecin, lublin, katowice,
praha, prague, brno, ostrava, plzeň, bratislava, košice, budapest, debrecen, szeged, bucurești,
bucharest, cluj, timișoara, iași, sofia, plovdiv, varna, zagreb, rijeka, ljubljana, maribor,
beograd, belgrade, athens, athina, thessaloniki, tallinn, riga, vilnius, kaunas, istanbul,
ankara, izmir, kyiv, kiev, lviv, new york, los angeles, san francisco, chicago, houston, boston,
seattle, atlanta, miami, dallas, austin, denver, toronto, montreal, vancouver, tokyo, singapore,
kuala lumpur, hong kong, dubai, abu dhabi, sydney, melbourne, ffm, den haag
"""
CITIES: Final = frozenset(" ".join(name.split()) for name in _CITIES.split(","))
"""Large cities, as banks write them behind a payee's name; some in two languages or spellings."""
