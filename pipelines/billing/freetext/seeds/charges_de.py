"""What a charge is for, in German."""

from pipelines.billing.freetext.evidence import CHARGE_CATEGORY
from pipelines.billing.freetext.seeds.row import Seeds

S = Seeds(CHARGE_CATEGORY, "de")

S.rule(
    "discount",
    "rabatt* | *rabatt | *rabatte | rabatt# | nachlass | *nachlass | ermäßigung* | *ermäßigung | skonto",
    "preisvorteil*",
    "gutschein* | *gutschein | gutscheincode* | treuebonus | *rabattaktion | abschlag | abzug",
    "preissenkung*",
    "# % (günstiger|sparen|weniger|reduziert|vorteil|ersparnis) | (spare*|minus|jetzt) # %",
    "(zum)? halben preis",
    "halber preis | sparvorteil* | preisnachlass*",
    unless="""geschenkgutschein* | wertgutschein* | kursgutschein* | erlebnisgutschein* | gutscheinbuch |
        rabattfrei""",
)
S.rule(
    "credit",
    "gutschrift* | *gutschrift | kulanz* | *kulanz | erstattung* | *erstattung | rückerstattung*",
    "entschädigung*",
    "wiedergutmachung* | storno | stornierung* | guthaben | *guthaben | rückvergütung* | ausgleichszahlung*",
    "gutgeschrieben* | rückzahlung*",
    unless="kulanzabo* | kulanz~abo | geschenkguthaben",
)
S.rule(
    "shipping",
    "versand | versand* | *versand | portokosten | portopauschale | portozuschlag* | paketporto",
    "fracht*",
    "lieferkosten | liefergebühr* | lieferpauschale* | lieferzuschlag* | zustellgebühr* | zustellkosten",
    "zustellzuschlag*",
    "verpackung | verpackungs* | paketgebühr* | paketzuschlag* | expresszuschlag",
    "expresslieferung*",
    "auslandszuschlag* | inselzuschlag* | speditions* | kuriergebühr* | kurierkosten | nachnahmegebühr*",
    unless="""(gratis|kostenlos*|freier|inkl|inklusive|incl|einschließlich) ..
        (versand*|porto|verpackung|lieferung) |
        (versand*|porto) (gratis|kostenlos|inklusive|inkl|frei|inbegriffen|geschenkt) | gratisversand* |
        versandhaus* |
        versandhandel* | versandapotheke* | versandbereit* | verpackungsdesign | geschenk .. verpackung""",
    note="Porto is a wine and a town, too",
)
S.rule(
    "tax_fee",
    "mwst | mw~st | ust | mehrwertsteuer* | umsatzsteuer* | einfuhrumsatzsteuer* | steuer | *steuer",
    "zollgebühr*",
    "gebühr | gebühren | *gebühr | *gebühren | provision | provisionen | *provision | mahnkosten",
    "mahnspesen",
    "mahnung* | mahnpauschale* | inkasso* | verzugszins* | verzugspauschale* | säumnis* | verwaltungskosten*",
    "verwaltungspauschale* | bearbeitungskosten | bearbeitungspauschale* | servicepauschale*",
    "rücklastschrift*",
    "rückbuchung* | bankspesen | spesen | rundung | rundungs* | zinsen | *zuschlag | künstlersozialabgabe",
    "zollabgabe*",
    unless="""jahresgebühr* | monatsgebühr* | quartalsgebühr* | halbjahresgebühr* | vierteljahresgebühr* |
        wochengebühr* |
        abogebühr* | abonnementgebühr* | abonnementsgebühr* | bezugsgebühr* | grundgebühr* |
        mitgliedsgebühr* |
        nutzungsgebühr* | lizenzgebühr* | zugangsgebühr* | basisgebühr* | einrichtungsgebühr* |
        anschlussgebühr* |
        aktivierungsgebühr* | aufnahmegebühr* | anmeldegebühr* | bereitstellungsgebühr* | startgebühr* |
        einmalgebühr* |
        freischaltgebühr* | freischaltungsgebühr* | installationsgebühr* | registrierungsgebühr* |
        versandgebühr* |
        liefergebühr* | zustellgebühr* | portogebühr* | testgebühr* | probegebühr* | kursgebühr* |
        teilnahmegebühr* |
        einmalige* .. gebühr* | (monatliche*|jährliche*) .. gebühr* | gebühr* (einmalig|monatlich|jährlich) |
        (abo|setup|jahres|monats|grund|einrichtungs|mitglieds|aufnahme|anschluss) gebühr* |
        (inkl|incl|inklusive|zzgl|exkl|zuzüglich|plus) ..
        (mwst|ust|mw~st|mehrwertsteuer|umsatzsteuer|steuer) |
        lohnsteuer* | einkommensteuer* | einkommenssteuer* | grundsteuer | steuer
        (tipps|berater|magazin|ratgeber|spar*)""",
    note="what is charged once or in every period is no fee here, whatever it is called",
)
S.rule(
    "trial",
    "probemonat* | probewoche* | probezeitraum* | probezeit* | probephase* | probeperiode* | probetag*",
    "probejahr",
    "testmonat* | testphase* | testzeitraum* | testwoche* | schnuppermonat* | schnupperwoche*",
    "schnupperphase*",
    "(probe|test|schnupper) (monat*|woche*|zeitraum|phase|periode|preis) | probepreis* | schnupperpreis*",
    "testpreis*",
    "kennenlernpreis* | einführungspreis* | einstiegspreis* | aktionsmonat* zum testen | testgebühr*",
    "probegebühr*",
    "(probe*|schnupper*|testabo*|kennenlern*|miniabo*) .. # € | (probe*|schnupper*|kennenlern*) .. € #",
    "1-6 (monat|monate|monaten) (für|zu|um|zum preis von) (nur|je)? (# €|€ #)",
    "1-12 (ausgabe*|heft*|woche*|nummern) (für|zu|um) (nur)? (# €|€ #)",
    "(erster|ersten|1) monat (für|zu|nur)? (# €|€ #)",
    unless="# % .. # (monate|wochen)",
)
S.rule(
    "one_time",
    "einmalig* | einmalzahlung* | einmalgebühr* | einmalbetrag* | einmalkosten | einmalkauf* | einrichtung*",
    "aktivierung* | freischaltung* | freischaltgebühr* | anschlussgebühr* | anschlusskosten",
    "anschlusspreis*",
    "aufnahmegebühr* | anmeldegebühr* | startgebühr* | bereitstellung* | installation*",
    "registrierungsgebühr*",
    "einzelkauf* | einzelverkauf* | einmal~zahlung",
    unless="""einmalig* .. (angebot*|rabatt*|gutschein*|sonderangebot) | einrichtungshaus |
        einrichtungsideen | einrichtungsmagazin""",
)
S.rule(
    "recurring",
    "monats~abo* | monatsabo* | *monatsabo | *monatsabonnement | monats~beitrag* | monatsbeitr*",
    "monatspreis* | monatsrate*",
    "monatsgebühr* | monatspauschale* | monatszahlung* | monatstarif* | monatsmitglied* | monatlich*",
    "mtl | monatsweise",
    "jahres~abo* | jahresabo* | *jahresabo | *jahresabonnement | jahres~beitrag* | jahresbeitr*",
    "*jahresbeitrag",
    "jahresgebühr* | jahrespreis* | jahreszahlung* | jahrestarif* | jahrespauschale* | jahreslizenz*",
    "jahresmitglied*",
    "jahresplan | jahresrate* | jahresbezug* | jährlich* | halbjährlich* | vierteljährlich*",
    "quartalsweise | jährl",
    "quartals~abo* | quartalsabo* | quartalsbeitr* | quartalszahlung* | quartalsgebühr* | quartalspreis*",
    "vierteljahr*",
    "halbjahres~abo* | halbjahresabo* | halbjahr* | halbjährl | zweimonatlich* | wochenabo* | wochenpreis",
    "wochenrate",
    "(pro|je|im|jeden) (monat|jahr|quartal|halbjahr) | (# €|€ #) (monat|jahr|quartal|mon|mtl) | p m | p a",
    "alle # (monate|wochen)",
    "mitgliedsbeitr* | mitglieds~beitrag* | beitrag | beiträge | *beitrag | abopreis* | abogebühr*",
    "abo~gebühr*",
    "abonnementpreis* | abonnementspreis* | bezugspreis* | bezugsgebühr* | grundgebühr*",
    "mitgliedsgebühr* | nutzungsgebühr*",
    "abobeitr* | abrechnung monatlich | monatliche* abrechnung | abonnementgebühr* | abonnementsgebühr*",
    "basisgebühr*",
    unless="""jährlich* (bericht*|sonderheft*) | gastbeitrag* | videobeitrag* | blogbeitrag* | *fachbeitrag
        | zeitungsbeitrag |
        im jahr 1000+ | erscheint .. (monatlich|jährlich|vierteljährlich)""",
)

RULES = tuple(S.rules)
