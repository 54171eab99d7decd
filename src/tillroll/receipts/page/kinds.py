"""Words of shops' names for what they sell or do, beside the trades of the languages: "LIGHTING", "TYRE", "UBAT".

Too many of them are words of goods and notes too, so they count only as they are spelt here and beside another word.
Extend the table; no code needs to change.
"""

import re
from typing import Final

from tillroll.receipts.page.vocabulary import fold

_SOLD: Final = (
    "accessories advertising aluminium antiques appliances aquarium art auto automobile autoparts baby bags "
    "batteries battery beauty bedding beer beverages bicycle bicycles bike bikes biscuit biscuits book bread "
    "building burger cake cakes camera candle candy car carpet carpets ceramics chicken children chocolate "
    "chocolates cleaning clothing communication communications computer confectioner confectioners convenience "
    "cosmetic crab crafts curry curtain curtains cycle deco decor decoration delights dessert desserts donut "
    "donuts doughnut drinks duck egg electric electronic equipment fabric fabrics fertilizer fish fishery fitness "
    "flower flowers footwear fresh fried frozen fruit fruits fuel furnishing furnishings games garden gardening "
    "garment garments gas gelato gems gift glass gold gourmet grains hair handphone hawker healthcare herbal "
    "herbs hobby home homeware household houseware ice instruments interior ironmongery jewels juice karaoke kids "
    "kitchenware lamp landscape leather lighting lightings lights linen livestock lubricants luggage machinery "
    "maternity meat medical medicine medicines motor motorcycle music noodle nursery nutrition nuts oil optic "
    "optician opticians optics optometry organic outdoor outfitters paint paper parts party pasta pastry perfume "
    "pet petrol petroleum pets phone photo photocopy photography photostat plants plastic plastics plumbing "
    "poultry prawn print printers printing produce rice roast roasted sanitary satay school scooter security shoe "
    "signage signs soup souvenir souvenirs spare spares spectacles spices sport sporting sports stationer "
    "stationers steel surf sweets telecom telecommunication tile tiles timber tire tires tobacco tools toy travel "
    "tyre tyres uniform uniforms utensils vape vegetables veterinary video watch watches wear wedding weddings "
    "wellness western wine wines wood yarn"
)
_DONE: Final = (
    "academic academy barbershop beautician builder builders carpark carwash center centre cineplex cleaners "
    "clinics club construction contractor contractors courier dental development distribution dobby education "
    "entertainment estate gym hairdressing healthcare homestay hospital hospitality industrial industry insurance "
    "international kindergarten laundrette laundromat learning lodge logistics maintenance massage nail "
    "optometrist packaging parking party pawnshop photographer polyclinic recycle recycling renovation rental "
    "repair repairs safety salons saloon service spa specialist surgery tailoring technologies technology theatre "
    "tour tours training transport transportation tuition university vet warehouse workshop workwear yoga"
)
_EATEN: Final = (
    "bakehouse bistrot brewhouse cellar chophouse coffeehouse cookhouse corner creperie donutshop doughnuts "
    "eateries foodcourt foodstuff gastropub gelateria grillhouse hotpot icecream izakaya kopi meals noodles "
    "parlor parlour pizzas porridge roastery sandwich sandwiches snack snacks steaks teahouse teppanyaki udon "
    "vegetarian yakiniku yogurt"
)
_MALAY: Final = (
    "alat andaman ayam bakar barang basikal bateri besi buah buku bunga cat cuci daging elektrik emas foto gas "
    "gigi gunting hiasan ikan jahit jahitan jualan kaca kain kandar kari kasut kayu kek kereta komputer koperasi "
    "kopi makan makanan mee mi minum minuman minyak nasi optik pakaian pejabat pelancongan pembinaan pemborong "
    "pengangkutan pengantin peralatan percetakan pergigian perkhidmatan perubatan poliklinik pos roti sayur "
    "seluar servis songket surgeri susu tayar telekomunikasi tomyam tudung tulis ubat"
)
KINDS: Final = frozenset(f"{_SOLD} {_DONE} {_EATEN} {_MALAY}".split())
_WORD: Final = re.compile(r"[^\W_]+")


def tells_kind(name: str) -> bool:
    """Whether a name of several words says with one of them what the shop sells or does."""
    if not name[0].isupper():
        return False
    words = _WORD.findall(fold(name))
    kinds = [word for word in words if word in KINDS]
    return bool(kinds) and len(kinds) < len(words)
