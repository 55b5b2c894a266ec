"""German words."""

from pipelines.sample.languages import Country, Language

GERMANY = Country(
    name="Germany",
    code="DE",
    currency="EUR",
    tax_per_mille=70,
    phone="+49 30 23125",
    cities=(
        ("10115", "Berlin", "Berlin"), ("20095", "Hamburg", "Hamburg"), ("80331", "München", "Bayern"),
        ("50667", "Köln", "Nordrhein-Westfalen"), ("60311", "Frankfurt am Main", "Hessen"),
        ("70173", "Stuttgart", "Baden-Württemberg"), ("04109", "Leipzig", "Sachsen"),
        ("01067", "Dresden", "Sachsen"), ("28195", "Bremen", "Bremen"),
        ("24103", "Kiel", "Schleswig-Holstein"), ("48143", "Münster", "Nordrhein-Westfalen"),
        ("90402", "Nürnberg", "Bayern"), ("37073", "Göttingen", "Niedersachsen"),
        ("72070", "Tübingen", "Baden-Württemberg"), ("99084", "Erfurt", "Thüringen"),
        ("18055", "Rostock", "Mecklenburg-Vorpommern"), ("40213", "Düsseldorf", "Nordrhein-Westfalen"),
        ("97070", "Würzburg", "Bayern"), ("23552", "Lübeck", "Schleswig-Holstein"),
        ("06108", "Halle (Saale)", "Sachsen-Anhalt"),
    ),
)  # fmt: skip

GERMAN = Language(
    first_names=(
        "Anna", "Jürgen", "Käthe", "Björn", "Sönke", "Lena", "Mia", "Paul", "Emil", "Greta", "Hans-Peter",
        "Ursula", "Günther", "Ingrid", "Klaus", "Renate", "Wolfgang", "Heike", "Stefan", "Petra", "Uwe",
        "Katrin", "Jörg", "Änne", "Matthias", "Susanne", "Ayşe", "Mehmet", "Zoë", "Chiara", "Lukas", "Finn",
        "Marie-Luise", "Ölrun", "Til", "Henriette",
    ),
    last_names=(
        "Müller", "Schmidt", "Schneider", "Fischer", "Weber", "Meyer", "Wagner", "Becker", "Schulz", "Groß",
        "Weiß", "Strauß", "Köhler", "Schröder", "Krüger", "Böhm", "Jäger", "Vögele", "Süßmuth", "Preuß",
        "von der Heide", "zu Löwenstein", "Y\u0131lmaz", "Öztürk", "Kowalski", "Nowak", "Dückers", "Hüttmann",
        "Testorf", "Probst", "Lüdemann", "Großmann", "Käßmann", "Brandt", "Petersen",
    ),
    streets=(
        "Lindenstraße", "Hauptstraße", "Am Mühlbach", "Schloßallee", "Goethestraße", "Bahnhofstraße",
        "An der Alten Weser", "Kirchgasse", "Straße des 17. Juni", "Große Bleichen", "Weißdornweg",
        "Böttcherstraße", "Unter den Eichen", "Gänsemarkt", "Rosenweg", "Fährhausstieg", "Königsallee",
    ),
    street_form="{street} {number}",
    notes=(
        "Kundin seit 2019", "zahlt immer pünktlich", "wünscht Rechnung auf Papier", "Zusteller wechselt oft",
        "hat zweimal wegen fehlender Ausgabe angerufen", "Umzug im Frühjahr geplant",
        "Werbewiderspruch per Brief", "spricht lieber mit Frau Krüger", "Nachsendung über die Ferien",
        "Rückruf erwünscht ab 17 Uhr", "Schlüssel beim Hausmeister", "früher Abo der Großmutter",
        "E-Mail mehrfach unzustellbar", "liest nur die Wochenendausgabe", "SEPA-Mandat liegt im Original vor",
        "Kulanz im letzten Jahr gewährt",
    ),
    cancel_reasons=(
        "zu teuer", "keine Zeit zum Lesen", "Umzug ins Ausland", "Zustellung unzuverlässig", "Sterbefall",
        "Wechsel zur Digitalausgabe", "doppelt bestellt", "unzufrieden mit dem Inhalt", "Probeabo endet",
        "Widerruf innerhalb von 14 Tagen", "Kündigung ohne Angabe von Gründen",
    ),
    payment_comments=(
        "Überweisung ohne Verwendungszweck", "Kunde hat zu viel überwiesen",
        "Zahlung telefonisch angekündigt", "Rücklastschrift im Vormonat", "Barzahlung an der Geschäftsstelle",
        "Zahlung durch Tochter",
    ),
    invoice_comments=(
        "Vielen Dank für Ihre Treue", "Bitte beachten Sie unsere neue Bankverbindung",
        "Rechnung ersetzt Entwurf", "Versand per Post gewünscht", "Betrag wird in Kürze eingezogen",
    ),
    refund_comments=(
        "Ausgabe nicht geliefert", "doppelt abgebucht", "Kündigung war fristgerecht",
        "Kulanz nach Beschwerde", "Erstattung auf Wunsch der Kundin", "Lieferung drei Wochen ausgefallen",
    ),
    memo_comments=(
        "Kulanzgutschrift nach Zustellausfall", "Ausbuchung nach drittem Mahnlauf", "Korrektur des Preises",
        "Gutschrift wegen vorzeitiger Kündigung",
    ),
    descriptions=(
        "Klingel defekt", "bitte Seiteneingang nutzen", "nur vormittags erreichbar", "Postfach bevorzugt",
        "zweiter Stock links", "Name steht nicht am Briefkasten",
    ),
    gateway_refusals=(
        "Konto erloschen", "Deckung nicht ausreichend", "Karte gesperrt", "Mandat widerrufen",
    ),
    afterthoughts=(
        "siehe Ticket 4711", "Kulanz", "ok", "bitte prüfen", "VIP", "telefonisch bestätigt", "Anna",
        "gez. Krüger", "zweite Mahnung", "Rückfrage offen",
    ),
    mail_hosts=("post.alt", "brief.alt", "lesepost.alt", "familie.alt"),
)  # fmt: skip
