"""Towns and districts that stand alone in addresses on receipts: where a shop is, not what it is called.

Those that a receipt's head names without a street or a postcode. Extend the table; no code needs to change.
"""

import re
from typing import Final

from tillroll.receipts.page.vocabulary import fold

_MALAYSIA: Final = (
    "kuala lumpur,kl,wp kuala lumpur,selangor,selangor darul ehsan,sel,johor,johor darul takzim,jdt,johor bahru,jb,"
    "johore bahru,johor baru,penang,pulau pinang,p pinang,george town,butterworth,bukit mertajam,melaka,"
    "malacca,negeri sembilan,n sembilan,negeri sembilan darul khusus,seremban,nilai,port dickson,perak,"
    "perak darul ridzuan,ipoh,taiping,teluk intan,kampar,kedah,kedah darul aman,alor setar,sungai petani,kulim,"
    "langkawi,perlis,kangar,kelantan,kelantan darul naim,kota bharu,terengganu,kuala terengganu,kemaman,pahang,"
    "pahang darul makmur,kuantan,bentong,raub,temerloh,cameron highlands,genting highlands,sabah,kota kinabalu,"
    "sandakan,tawau,sarawak,kuching,miri,sibu,bintulu,labuan,putrajaya,cyberjaya,petaling jaya,pj,subang jaya,subang,"
    "usj,shah alam,klang,port klang,pelabuhan klang,kajang,semenyih,bangi,bandar baru bangi,puchong,seri kembangan,"
    "sri kembangan,serdang,balakong,cheras,ampang,gombak,selayang,batu caves,kepong,segambut,setapak,wangsa maju,"
    "sentul,bangsar,mont kiara,damansara,kota damansara,damansara utama,ara damansara,damansara jaya,"
    "mutiara damansara,bandar utama,bandar sunway,kelana jaya,sri hartamas,sungai buloh,sg buloh,rawang,serendah,"
    "batang kali,btg kali,hulu selangor,kuala selangor,ijok,bestari jaya,batang berjuntai,tanjong karang,sekinchan,"
    "sabak bernam,banting,dengkil,sepang,salak,kuala langat,jenjarom,telok panglima garang,setia alam,"
    "bukit jelutong,skudai,masai,pasir gudang,plentong,ulu tiram,kulai,senai,kota tinggi,pontian,batu pahat,muar,"
    "kluang,segamat,mersing,tangkak,gelang patah,nusajaya,iskandar puteri,tampoi,permas jaya,tebrau,desaru,"
    "mutiara rini,sri petaling,bukit jalil,sungai besi,old klang road,jalan klang lama,titiwangsa,brickfields,chow kit,"
    "pudu,bukit bintang,taman tun dr ismail,ttdi,malaysia"
)
_ELSEWHERE: Final = (
    "singapore,jurong,tampines,woodlands,brooklyn,manhattan,bronx,philadelphia,san antonio,"
    "san diego,dallas,houston,denver,portland,las vegas,atlanta,miami,minneapolis,leeds,liverpool,bristol,"
    "sheffield,glasgow,edinburgh,cardiff,belfast,oxford,cambridge,brighton,nottingham,leicester,dusseldorf,dortmund,"
    "essen,leipzig,dresden,hannover,nurnberg,bremen,bonn,mannheim,karlsruhe,wiesbaden,munster,augsburg,bordeaux,lille,"
    "nantes,strasbourg,rennes,grenoble,zaragoza,malaga,murcia,bilbao,alicante,braga,setubal,verona,genova,"
    "palermo,catania,venezia,padova,eindhoven,groningen,tilburg,almere,breda"
)
_TOWNS: Final = frozenset(f"{_MALAYSIA},{_ELSEWHERE}".split(","))
_FIRST_WORDS: Final = frozenset(town.split()[0] for town in _TOWNS)
_LONGEST: Final = max(len(town.split()) for town in _TOWNS)
_WORD: Final = re.compile(r"[^\W\d_]+")


def is_town(text: str) -> bool:
    """Whether a text names towns, districts and states, and nothing else but numbers: "43200 CHERAS, SELANGOR"."""
    words = _WORD.findall(fold(text))
    if not words or words[0] not in _FIRST_WORDS:
        return False
    at = 0
    while at < len(words):
        length = next((n for n in range(_LONGEST, 0, -1) if " ".join(words[at : at + n]) in _TOWNS), 0)
        if not length:
            return False
        at += length
    return True
