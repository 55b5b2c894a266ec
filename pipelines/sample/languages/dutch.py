"""Dutch words."""

from pipelines.sample.languages import Country, Language

NETHERLANDS = Country(
    name="Netherlands",
    code="NL",
    currency="EUR",
    tax_per_mille=90,
    phone="+31 20 000 ",
    cities=(
        ("1012 AB", "Amsterdam", "Noord-Holland"), ("3011 CD", "Rotterdam", "Zuid-Holland"),
        ("3511 EF", "Utrecht", "Utrecht"), ("2511 GH", "'s-Gravenhage", "Zuid-Holland"),
        ("9711 JK", "Groningen", "Groningen"), ("5611 LM", "Eindhoven", "Noord-Brabant"),
        ("6211 NP", "Maastricht", "Limburg"), ("8911 RS", "Leeuwarden", "Fryslân"),
        ("5211 TV", "'s-Hertogenbosch", "Noord-Brabant"), ("7511 WX", "Enschede", "Overijssel"),
        ("4331 ZA", "Middelburg", "Zeeland"), ("2311 BC", "Leiden", "Zuid-Holland"),
    ),
)  # fmt: skip

DUTCH = Language(
    first_names=(
        "Sanne", "Daan", "Femke", "Joris", "Zoë", "Loïs", "Thijs", "Fleur", "Bram", "Noor", "Renée",
        "Geert-Jan", "Marijke", "Anouk", "Sjoerd", "Fenna", "Fatima", "Youssef", "Willem", "Ilse", "Ruben",
        "Tjitske", "Chloë", "André", "Maaike", "Pim", "Liesbeth", "Koen",
    ),
    last_names=(
        "de Vries", "Jansen", "van den Berg", "Bakker", "van 't Hof", "van der Meer", "Visser", "Smit",
        "in 't Veld", "de Jong", "Mulder", "Hoekstra", "Coëlho", "van Rhijn", "Dijkstra", "el Amrani",
        "Y\u0131ld\u0131z", "Postma", "van der Weijden", "d'Hondt", "Crèvecœur", "Kuiper",
        "Verhoeven", "Terpstra",
        "Testerink",
    ),
    streets=(
        "Herengracht", "Kerkstraat", "Dorpsstraat", "Prins Hendrikkade", "Lange Nieuwstraat", "'t Zand",
        "Van Baerlestraat", "Molenweg", "Burgemeester de Vlugtlaan", "Oude Gracht", "Zeedijk", "Eikenlaan",
    ),
    street_form="{street} {number}",
    notes=(
        "klant sinds 2017", "bezorging via de achterdeur", "wil geen reclame", "belt liever dan dat ze mailt",
        "krant vaak te laat", "verhuizing in de zomer", "factuur per post gewenst", "lid van de leesclub",
    ),
    cancel_reasons=(
        "te duur", "geen tijd om te lezen", "verhuizing naar het buitenland", "bezorgproblemen", "overleden",
        "overstap naar digitaal", "dubbel besteld", "proefabonnement afgelopen",
        "binnen de bedenktijd herroepen",
    ),
    payment_comments=(
        "overboeking zonder kenmerk", "te veel betaald", "betaald door zoon",
        "incasso vorige maand gestorneerd",
    ),
    invoice_comments=("Bedankt voor uw vertrouwen", "vervangt conceptfactuur", "incasso volgt binnenkort"),
    refund_comments=(
        "editie niet bezorgd", "dubbel afgeschreven", "opzegging was op tijd", "coulance na klacht",
    ),
    memo_comments=("coulancecreditnota", "afgeboekt na derde aanmaning", "prijscorrectie"),
    descriptions=("bel doet het niet", "achterom bezorgen", "tweede verdieping", "alleen 's ochtends thuis"),
    gateway_refusals=("saldo ontoereikend", "kaart verlopen", "rekening opgeheven", "machtiging ingetrokken"),
    afterthoughts=("zie ticket 4711", "coulance", "graag controleren", "akkoord", "met spoed"),
    mail_hosts=("post.alt", "brievenbus.alt", "polder-lezers.alt", "thuis.alt"),
    rich_notes=(
        "belde op 3 mei, wil stoppen", 'zei letterlijk "nooit meer", later toch gebleven',
        "eerste melding: krant nat\ntweede melding: krant weg", "opa, oma en tante lezen mee",
        'bijnaam "de krantenkoning"', "adres: zie bijlage,\nvraag bij twijfel Sanne",
    ),
)  # fmt: skip
