"""Names and texts of a company's month, all invented but for brands that banks print."""

from typing import Final

SHOPS: Final = (
    ("Buchhandlung Lindenhof GmbH", "BUCHHANDLUNG LINDENHOF"),
    ("Elektro Brandstetter KG", "ELEKTRO BRANDSTETTER KG"),
    ("Papeterie am Markt", "PAPETERIE AM MARKT"),
    ("Baumarkt Steinhöfel GmbH & Co. KG", "BAUMARKT STEINHOEFEL"),
    ("Werkzeug Rademacher e.K.", "WERKZEUG RADEMACHER"),
    ("Drogerie Sonnleitner", "DROGERIE SONNLEITNER"),
    ("Getränke Ostermann GmbH", "GETRAENKE OSTERMANN"),
    ("Blumen Feldhoff", "BLUMEN FELDHOFF"),
    ("Foto Quandt", "FOTO QUANDT"),
    ("Möbelhaus Trautwein GmbH", "MOEBELHAUS TRAUTWEIN"),
    ("Reinigung Blitzblank", "REINIGUNG BLITZBLANK"),
    ("Copyshop Mensaplatz", "COPYSHOP MENSAPLATZ"),
    ("Autohaus Wiedemann GmbH", "AUTOHAUS WIEDEMANN"),
    ("Apotheke zum Storchen", "APOTHEKE ZUM STORCHEN"),
    ("Schlüsseldienst Prantl", "SCHLUESSELDIENST PRANTL"),
)
"""As the receipt names it, and as a terminal prints it."""

TABLES: Final = (
    ("Gasthaus Zur Post", "GASTHAUS ZUR POST"),
    ("Trattoria Bellavista", "TRATTORIA BELLAVISTA"),
    ("Restaurant Seeblick", "RESTAURANT SEEBLICK"),
    ("Osteria Fontana", "OSTERIA FONTANA"),
    ("Sushi Hanami", "SUSHI HANAMI"),
    ("Taxi Bergmann", "TAXI BERGMANN"),
    ("Taxizentrale Ulm", "TAXIZENTRALE ULM"),
)
"""Restaurants and taxis: guests may give a tip."""

HOTELS: Final = (
    ("Hotel Goldener Hirsch", "HOTEL GOLDENER HIRSCH"),
    ("Hotel am Dom", "HOTEL AM DOM"),
    ("Pension Waldesruh", "PENSION WALDESRUH"),
    ("Parkhotel Adlerhorst", "PARKHOTEL ADLERHORST"),
)

WEB_SHOPS: Final = (
    ("Bürowelt24 GmbH", "BUEROWELT24"),
    ("Kabelkiste Versand GmbH", "KABELKISTE VERSAND"),
    ("Tonerprofi Online GmbH", "TONERPROFI ONLINE"),
    ("Lichtblick Leuchten e.K.", "LICHTBLICK LEUCHTEN"),
)
TRAVEL: Final = (
    ("Nordwind Air S.A.", "NORDWIND AIR"),
    ("Fernbus Panorama GmbH", "FERNBUS PANORAMA"),
    ("Reisebüro Kompass", "REISEBUERO KOMPASS"),
)

SUPPLIERS: Final = (
    "Serverpark Holzner GmbH",
    "Druckerei Wohlfahrt GmbH",
    "Spedition Krautmann KG",
    "Kanzlei Demmer & Partner mbB",
    "Hausverwaltung Rieger",
    "Gebäudetechnik Sandoval GmbH",
    "Agentur Farbklang",
    "Metallbau Zinnecker GmbH",
    "Laborbedarf Yilmaz GmbH",
)
SUBSCRIPTIONS: Final = (
    ("Mailwolke AG", 1190),
    ("Projekttafel Inc.", 2499),
    ("Telefonwerk GmbH", 3995),
    ("Stromquelle Stadtwerke", 14800),
)

CUSTOMERS: Final = (
    "Kontor Nord AG",
    "Kontor Nord Immobilien GmbH",
    "Bäckerei Hollerbusch",
    "Müller Bau GmbH",
    "Müller Bau Verwaltungs GmbH",
    "Praxis Dr. Thea Vollmer",
    "Verein der Gartenfreunde e.V.",
    "Architekturbüro Castellan",
    "Weingut Rebenstein",
    "Schreinerei Gottlob",
    "Tanzschule Pirouette",
    "Optik Sehwerk GmbH",
    "Fahrschule Kupplung",
    "Zimmerei Balkenhol KG",
)
FIRST_NAMES: Final = ("Anna", "Bernd", "Clara", "Dieter", "Elif", "Frieda", "Georg", "Hanna", "Ivo")
LAST_NAMES: Final = ("Müller", "Schmidt", "Kaya", "Hofmann", "Novak", "Lindner", "Berger", "Weiss")
PAYERS_FOR_OTHERS: Final = (
    "Treuhand Zahlstelle GmbH",
    "Eltern Rosenbaum",
    "Factoring Süd AG",
    "Landeskasse Mitte",
)
CITIES: Final = ("Ulm", "Hamburg", "Muenchen", "Leipzig", "Koeln", "Bad Homburg", "Graz")

FEES: Final = (
    "Entgelt Kontoführung März",
    "Abschluss per 31.03.2026 Kontoführung",
    "Entgelt Girocard",
    "Kontoführungsentgelt",
    "Gebühr für SEPA-Überweisung",
    "Auslandseinsatzentgelt 1,75 %",
    "Account maintenance fee",
    "Frais de tenue de compte",
    "Service charge 03/2026",
)
"""What a bank writes of its own fees."""

FEES_WITH_A_CODE: Final = (
    "Kartenpreis girocard 03/26",
    "Rechnungsabschluss 31.03.2026",
    "Preis Buchungsposten Q1",
    "Depotpreis",
    "Bereitstellungsprovision",
)
"""What only the transaction code calls a fee."""

NO_FEES: Final = (
    ("COFFEE CORNER ULM", "", "card"),
    ("SUPERCHARGER RASTPLATZ", "", "card"),
    ("CHARGE POINT A8", "", "card"),
    ("FEENEYS PUB", "", "card"),
    ("KOSTENLOS LADEN E.K.", "", "card"),
    ("STADTKASSE ULM", "Verwaltungsgebühr Bescheid 2231", "transfer"),
    ("CONTIPARK TIEFGARAGE", "Parkgebühr", "card"),
    ("Rundfunk Beitragsservice", "Rundfunkgebühr 1. Quartal", "debit"),
    ("Ann Lee", "Reisekosten März", "transfer"),
    ("Georg Berger", "Entgelt März 2026", "transfer"),
    ("Notariat Albrecht", "Gebühr UR 118/26", "transfer"),
    ("Volkshochschule Mitte", "Kursgebühr Abschluss B2", "transfer"),
    ("Messe Köln GmbH", "Registration fee", "transfer"),
    ("ABSCHLUSSBALL TANZCAFE", "", "card"),
    ("SPESENFREI BISTRO", "", "card"),
)
"""Others whose name or text has a word of fees: not the bank's own."""

SHORT_NAMES: Final = (
    ("Aral", "ZENTRALARCHIV BONN"),
    ("Jet", "JETZT REISEN GMBH"),
    ("Ace", "PALACE LICHTSPIELE"),
    ("Spar", "SPARGELHOF BRUNNER"),
    ("HEM", "HEMDENHAUS KRAUSE"),
    ("Eni", "BENITA MODEN"),
    ("Tui", "TUITION CENTER"),
    ("Ikea", "TIKEASY TICKETS"),
    ("Obi", "OBINGER LANDBRAEU"),
    ("Lidl", "FIDLDAY MUSIK"),
    ("Shell", "MUSCHELSHELLING"),
    ("dm", "ADMIRAL KINO"),
    ("Shell", "SHELLFISH BAR HUSUM"),
    ("Metro", "METROPOL LICHTSPIELE"),
    ("Apple", "APPLEWOOD GARTENBAU"),
    ("Linde", "LINDENWIRT AM TOR"),
    ("Total", "TOTALREINIGUNG SCHULZ"),
    ("Adler", "ADLERSHORST BERGBAHN"),
)
"""A short name, and another merchant whose name contains it."""

ABROAD: Final = (
    ("Cloudharbor Inc.", "CLOUDHARBOR.IO", "USD", "1.0812"),
    ("Pixelforge Ltd", "PIXELFORGE LTD", "GBP", "0.8571"),
    ("Alpenbahn AG", "ALPENBAHN AG", "CHF", "0.9463"),
)
"""Receipt, terminal, currency, and its units for one euro."""

RETURN_REASONS: Final = ("AC01", "AC04", "AC06", "AM04", "MD01", "MD06", "MS02", "MS03", "RR04")

NOTHING: Final = (
    ("Finanzamt Ulm", "StNr 88/123/45678 USt-VA 03.26", "debit"),
    ("AOK Baden", "Beitrag 03/26 Betriebsnr 12345678", "debit"),
    ("Landeshauptkasse", "Gewerbesteuer 1. Quartal", "transfer"),
    ("Hans Wagner Vermögensverwaltung", "Miete April Objekt 7", "transfer"),
    ("Leasinggesellschaft Mobil", "Rate 14 Vertrag 900123", "debit"),
    ("Elif Kaya", "Gehalt 03/2026", "transfer"),
    ("GELDAUTOMAT SPK", "Bargeldauszahlung", "card"),
)
"""Money that leaves, and that no document explains."""

PROCESSORS: Final = (
    ("STRIPE PAYMENTS EUROPE LIMITED", "STRIPE {id}", 150, 25),
    ("SumUp Payments Limited", "PID{id}-SUMUP", 139, 0),
    ("PayPal Europe S.a.r.l. et Cie S.C.A", "Abbuchung Guthaben {id}", 249, 35),
    ("Zettle by PayPal", "ZETTLE {id}", 175, 0),
    ("Adyen N.V.", "TX{id}XT BATCH 41", 60, 11),
)
"""Name, text, and the fee: hundredths of a per cent, and cents for each payment."""

VAT_RATES: Final = (19, 7, 20, 10, 21, 23, 22, 25)
