"""Kinds of subscriptions in German."""

from pipelines.billing.freetext.evidence import SUBSCRIPTION_CLASS
from pipelines.billing.freetext.seeds.row import RUNNING, Seeds

S = Seeds(SUBSCRIPTION_CLASS, "de")

S.rule(
    "complimentary",
    "frei~abo* | freiabo* | *freiabo | frei~exemplar* | freiexemplar* | gratis~abo* | gratisabo*",
    "freistück* | freizugang*",
    "gratis (abonnement*|zugang|exemplar*|mitglied*|jahresabo*) | gratis~zugang* | freimitglied*",
    "dienst~abo* | dienstabo*",
    "(kostenlos*|kostenfrei*|unentgeltlich*) (abo*|abonnement*|zugang|mitglied*|exemplar*|*abo|jahresabo)",
    "mitarbeiter~abo* | mitarbeiter* | personal~abo* | personalabo* | presse~abo* | presseabo*",
    "presse~exemplar*",
    "beleg~exemplar* | belegexemplar* | belegabo* | rezensionsexemplar* | ehren~abo* | ehrenabo*",
    "ehrenmitglied*",
    "kulanz~abo* | kulanzabo* | redaktionsexemplar* | redaktionsabo* | werbeexemplar* | autorenexemplar*",
    "pressezugang",
    unless="""mitarbeiter (rabatt*|angebot*|werben*|zeitschrift) | mitarbeiterrabatt* | mitarbeiterzeit* |
        mitarbeitermagazin""",
)
S.rule(
    "gift",
    "geschenk | geschenk* | verschenk* | schenk~abo* | schenkabo* | weihnachtsgeschenk*",
    "geburtstagsgeschenk* | paten~abo*",
    "patenabo* | patenschaftsabo* | zum verschenken | *geschenkabo",
    unless="""geschenkverpackung* | geschenkpapier* | geschenkgutschein* | geschenkkarte* |
        geschenkartikel* | geschenkset* |
        geschenkidee* | geschenkkorb* | geschenkband* | geschenktüte* | geschenkkarton* | geschenkanhänger*
        | geschenkt* |
        geschenkservice* | geschenktipp* | geschenkschachtel* | geschenkguthaben | geschenkbox* |
        (mit|plus|inkl|gratis|ihr|dein|als|und|samt|zzgl|ein|tolles|kostenlos*) (gratis)? geschenk* |
        geschenk (dazu|gratis|inklusive) |
        geschenk (verpackung|papier|gutschein|karte|set|box)""",
    note="Verpackung, Gutschein and premiums are no gift subscription; Gift is poison",
)
S.rule(
    "trial",
    "probe | probe* | *probeabo | *probemonat | schnupper | schnupper* | *schnupperabo | testen",
    "antesten | test~abo*",
    "testabo* | test (zugang|phase|monat|angebot|paket|woche|zeitraum) | testzugang* | testphase*",
    "testmonat* | testangebot*",
    "testwoche* | testzeitraum* | testpaket* | testpreis* | testgebühr* | testmitglied* | kennenlern*",
    "kennen~lern*",
    "mini~abo* | miniabo* | kurz~abo* | kurzabo* | reinlesen | reinschnuppern | ausprobieren | probieren",
    "(zur|auf) probe",
    "einführungsangebot* | einführungspreis* | einstiegspreis* | probier* | leseprobe*",
    "1-6 (monat|monate|monaten) (für|zu|um) (nur|je)? (# €|€ #)",
    "1-12 (ausgabe*|heft*|woche*|nummern) (für|zu|um) (nur)? (# €|€ #)",
    "(erster|ersten|1) monat (für|zu|nur)? (# €|€ #)",
    unless="""probenahme* | proben | probenraum* | probefahrt* | probestück | proberaum | probedruck |
        probealarm | probelauf |
        (selbst|zuhause) testen | testen lassen | selbsttest* | # % .. # (monate|wochen)""",
)
S.rule(
    "one_time",
    "einzel~heft* | einzelheft* | einzel~ausgabe* | einzelausgabe* | einzel~produkt* | einzelprodukt*",
    "einzelkauf*",
    "einzelverkauf* | einzelexemplar* | einzelbestellung* | einzelnummer* | einzelartikel* | einmalkauf*",
    "einmalbestellung*",
    "einmalig* (kauf|bestellung|lieferung|box) | ohne abo | kein abo | lebenslang* (zugang|lizenz|mitglied*)",
    "geschenk~verpackung* | geschenkpapier* | geschenkkarte* | geschenkgutschein* | wertgutschein*",
    "geschenkset* | geschenkbox*",
    unless="anywhere: kein abo~zwang",
)
S.rule(
    "one_time",
    "sonderheft* | sonder~heft* | sonderausgabe* | sonder~ausgabe* | spezialheft* | extraheft*",
    "nachlieferung* | themenheft*",
    "buch | *buch | *bücher | t~shirt* | *shirt | tasse | *tasse | kalender | *kalender | aufkleber*",
    "sticker*",
    "ratgeber* | rezeptkarte* | rezeptheft* | rezeptbuch* | rezeptsammlung* | leitfaden | *leitfaden",
    "ticket* | eintrittskarte*",
    "seminar* | workshop* | kurs | *kurs | onlinekurs* | *poster | *puzzle | *bundle | checkliste*",
    "sammelband",
    "sammelordner | jutebeutel | hörbuch* | workbook | download",
    theme="goods",
    unless=RUNNING + " | besuch | *besuch | gesuch | versuch | *versuch",
)
S.rule(
    "legacy",
    "alt~vertrag* | altvertr* | alt~tarif* | alttarif* | alt~abo* | altabo* | altpreis* | alt~bestand*",
    "altbestand*",
    "altkund* | alt~kund* | bestandstarif* | bestandspreis* | bestandsschutz* | auslauf~tarif*",
    "auslauftarif* | auslaufmodell*",
    "(alt|alte|alter|altes|alten|früher*) (tarif*|preis*|vertrag*|konditionen|abo|abomodell)",
    "eingestellt* | ausgelaufen*",
    "nicht mehr (buchbar|verfügbar|erhältlich|angeboten|verkauft|bestellbar) | veraltet* | stillgelegt*",
    "altmodell*",
)
S.rule(
    "prepaid",
    "vorauszahl* | voraus~zahlung* | vorauskasse | vorausbezahlt* | voraus~bezahlt",
    "vorab (bezahlt|gezahlt) | im voraus | bezahlt bis",
    "befristet* | feste (laufzeit|vertragslaufzeit) | festlaufzeit* | (endet|läuft) .. automatisch",
    "begrenzte laufzeit",
    "(ohne|keine|nicht) (automatische|automatisch)? (verlänger*|abo~verlängerung) | verlängert sich nicht",
    "nicht verlängernd",
    "2+ (ausgaben|hefte|nummern) | 2-60 monate | 2-10 jahre | (zwei|drei|sechs|zwölf) (monate|jahre)",
    "einmalig bezahlt",
    "jahresvorauszahl* | vorausleistung | zeitabo*",
    unless="""(mindestlaufzeit|laufzeit|mindestens|bindung|für|alle|nach|erste*|ersten|letzte*|je) 2-60 (monate|jahre) |
        2-60 (monate|ausgaben|hefte|jahre)
        (gratis|kostenlos|geschenkt|frei|mindestlaufzeit|laufzeit|bindung|rabatt|garantie|alt) |
        # % .. 2-60 (monate|ausgaben) | (ab|bis|unter) # jahre | unbefristet* | gratis 2-60
        (monate|ausgaben) |
        (für|alle) # (ausgaben|hefte)""",
)
S.rule(
    "standard",
    "abo | abos | *abo | abo# | abo~verlängerung* | mitgliedschaft*",
    "*mitgliedschaft | mitglieds*",
    "direktbezug* | dauerbezug* | abobezug* | flatrate* | *flatrate | unbefristet*",
    "(monatlich|jederzeit) kündbar",
    "(light|lite|basis|basic|premium|plus|pro|standard) (version|variante|mitgliedschaft)",
    "dauerauftrag | digitalzugang*",
    "(digital|plus|online|premium|voll) zugang | abopreis* | abogebühr* | *vollzugang",
    unless="""(auf|aufs|zum|für) (das|ihr|dein|jedes|alle|ihre|dem)? (abo|abos|*abo|abonnement*) | abo
        (prämie*|shop|service) |
        mitgliedsrabatt* | mitglieds (rabatt|gutschein)""",
)
S.rule(
    "unclassified",
    "(jährlich*|monatlich*) .. (wartung*|support|spende*|hosting|service|pflege*) | wartungs*",
    "hostinggebühr* | spende | spenden*",
)

RULES = tuple(S.rules)
