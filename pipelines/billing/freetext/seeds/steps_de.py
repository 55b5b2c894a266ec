"""Steps of the funnel in German."""

from pipelines.billing.freetext.evidence import FUNNEL_STEP
from pipelines.billing.freetext.seeds.row import Seeds

S = Seeds(FUNNEL_STEP, "de")

S.rule(
    "win_back",
    "rückgewinn* | *rückgewinnung | *rückgewinnungsangebot | wiedergewinn* | *wiedergewinnung | re~aktivier*",
    "rückhol* | *rückholer | *rückholung | *rückholangebot | *rückholaktion | rückkehrer* | *rückkehrer",
    "(komm|kommen|kommt) .. zurück | zurück zu (uns|dir) | willkommen zurück",
    "(wir)? vermissen (dich|sie|euch)",
    "ehemalig* (abonnent*|kund*|leser*|mitglied*|bezieher*) | ex (abonnent*|kund*|leser*) | exkund*",
    "exabonnent*",
    "kündiger* | kündigungsabwehr* | kündigungsprävention* | halte~angebot* | haltean* | haltemaßnahme*",
    "bleibeangebot* | bleibebonus | bleib (bei uns|dabei) | rettungsangebot* | wiedereinsteig*",
    "wiedereinstieg*",
    "inaktive* (kund*|abonnent*|leser*|mitglied*) | verlorene* (kund*|abonnent*) | abwanderungs*",
)
S.rule(
    "cart_recovery",
    "warenkorbabbr* | warenkorb~abbruch* | warenkorb~abbrecher* | warenkorberinner* | warenkorbrett*",
    "warenkorbrück*",
    "(vergessen*|verlassen*|abgebrochen*|offen*|liegengelassen*|zurückgelassen*) (waren~korb|korb|warenkörbe)",
    "(vergessen*|verlassen*|abgebrochen*|offen*|unvollendet*) (einkauf*|bestellung*)",
    "waren~korb .. (vergessen|wartet|warten|erinnerung|verlassen|liegen*|noch|retten|recovery|reminder)",
    "kaufabbr* | bestellabbr* | checkoutabbr* | checkout~abbruch | checkout~abbrecher",
)
S.rule(
    "downsell",
    "(light|lite|basis|basic|mini|klein*|sparpaket) .. statt | statt (premium|vollabo|komplett*|plus|pro)",
    "günstiger* (alternativ*|variante*|version*) | sparvariante* | sparversion*",
)
S.rule(
    "order_bump",
    "(zusatzangebot*|zusatz|zusatzprodukt*|extra|dazu) (im|in den|beim|an der) (warenkorb|checkout|kasse|bestellung)",
    "im (checkout|bestellprozess|bestellformular|bestellvorgang) .. (dazu|hinzu*|zusatz*|extra)",
    "(direkt|gleich) (dazu|mit~bestell*) | mitbestell* | dazu~bestell* | an der kasse | kassenangebot*",
    "kassenzusatz*",
    "warenkorbzusatz* | warenkorb~angebot* | checkout~zusatz* | checkout~extra | bestellzusatz*",
    "zur bestellung dazu",
)
S.rule(
    "upsell_2",
    "(zweit*|dritt*|viert*|nächst*) (up~sell*|nachkaufangebot*|einmalangebot*|angebot nach)",
)
S.rule(
    "upsell_1",
    "(angebot*|offerte) nach (dem|der|ihrem|ihrer|deinem|deiner)? (kauf|bestellung|abschluss|bezahlung)",
    "nachkauf~angebot* | nachkaufangebot* | einmalangebot* | einmaliges (sonder~angebot|angebot) | aufstock*",
    "hochstuf* | höherstuf* | aufwert* | umstieg auf (premium|plus|pro) | (erst*) up~sell",
    unless="zweit* nachkaufangebot*",
)
S.rule(
    "cross_sell",
    "zusatz~abo* | zusatzabo* | zusatz~produkt* | zusatzprodukt* | zusatzartikel* | zusatzpaket*",
    "zusatzmodul*",
    "zusatzangebot* | zusatzbuchung* | zusatzoption* | zweit~abo* | zweitabo* | ergänzungs~abo*",
    "ergänzungsabo*",
    "ergänzungsprodukt* | ergänzende* | (kunden|andere|leser) kauften | kauften auch | auch gekauft",
    "gekauft wurde auch",
    "passend (dazu|zu|zum|zur) | dazu passt | passt dazu | querverkauf* | wird oft zusammen",
)
S.rule(
    "renewal",
    "verlänger* | *verlängerung | *verlängerungsangebot | weiter~bezug* | weiterbez* | folge~abo*",
    "folgeabo*",
    "folgebestell* | folgelieferung* | folgejahr* | folgezeitraum | nachbestell* | wiederbestell*",
    "wiederkauf*",
    "erneuerung* | abo~erneuerung | anschlussabo* | anschluss~abo*",
    unless="""verlängerungskabel* | haarverlängerung* | wimpernverlängerung* | erneuerbar* |
        verlängert sich | (automatisch*|auto) verlänger*""",
    note="that it prolongs itself is a property of the plan, not a campaign",
)
S.rule(
    "front_end",
    "neu~kund* | neukund* | neuabonnent* | neu~abonnent* | neue* (kund*|abonnent*|leser*|mitglied*)",
    "neuleser*",
    "einstieg | einstiegs* | einsteigerangebot* | einsteigerabo* | einsteigerpreis* | einsteigertarif*",
    "erst~bestell* | erstbestell* | erstkauf* | erstkund* | erstbezug* | willkommens* | willkommen",
    "begrüßungs*",
    "startangebot* | start~angebot* | starterangebot* | erste* bestellung",
    unless="willkommen zurück | einstiegskurs* | einstiegsleiter* | (der|dem|zum|beim) einstieg (in|ins)",
)

RULES = tuple(S.rules)
