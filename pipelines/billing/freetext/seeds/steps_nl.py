"""Steps of the funnel in Dutch."""

from pipelines.billing.freetext.evidence import FUNNEL_STEP
from pipelines.billing.freetext.seeds.row import Seeds

S = Seeds(FUNNEL_STEP, "nl")

S.rule(
    "win_back",
    "terugwin* | terug~win* | kom .. terug | (wij|we) missen (je|jou|u) | her~activ* | heractiv*",
    "reactivering*",
    "(oud|ex|voormalig*|oude|verloren|inactieve|slapende) (abonnee*|klant*|lid|leden|lezer*)",
    "oudabonnee* | oud~klant* | exabonnee* | ex~klant* | welkom terug | terugkeer* | retentie*",
    "klantbehoud*",
    "behoud~aanbod* | behoudaanbod* | behoudsaanbod* | behoudactie* | opzegger* | opzegpreventie*",
    "blijf~aanbod*",
)
S.rule(
    "cart_recovery",
    "(verlaten|vergeten|achtergelaten|openstaand*|afgebroken) (winkel~wagen*|winkel~mand*|mandje*|bestelling*)",
    "(winkel~wagen*|winkel~mand*|mandje) .. (verlaten|vergeten|herinnering*|wacht*|achtergelaten)",
    "winkelwagenherinner* | winkelmandherinner* | winkelwagenverlat* | afgebroken aankoop*",
)
S.rule(
    "downsell",
    "(goedkoper*|lichter*|kleiner*|voordeliger*) (alternatief|variant|versie|abonnement)",
    "(light|lite|basis|mini) .. in plaats van | in plaats van (premium|compleet|plus) | liever (light|basis)",
)
S.rule(
    "order_bump",
    "(extra|aanbod|aanbieding|toevoeging) (bij|in|op) (de|je|jouw|het|uw)? (bestelling|afrekenen|kassa|checkout)",
    "(voeg|toevoegen) .. (bestelling|winkelwagen|winkelmandje) | direct mee~bestellen | meebestel*",
    "bij het afrekenen",
    "bestelextra* | kassakoop*",
)
S.rule("upsell_2", "(tweede|derde|vierde|2e|3e|4e) (up~sell*|aanbod|nakoopaanbod)")
S.rule(
    "upsell_1",
    "aanbod na (je|de|uw|jouw)? (aankoop|bestelling|aanschaf|betaling) | eenmalig* (aanbod|aanbieding)",
    "opwaarder*",
    "na~koop~aanbod | nakoopaanbod* | (eerste) up~sell | overstap naar (premium|plus|compleet)",
)
S.rule(
    "cross_sell",
    "aanvullend* | aanvulling | bijproduct* | bijpassend* | kochten ook | (klanten|anderen|lezers) kochten",
    "(vaak|samen) .. gekocht | extra abonnement* | tweede abonnement* | past (goed)? bij | ook interessant",
)
S.rule(
    "renewal",
    "verleng* | *verlenging | vernieuwing* | her~bestel* | herbestel* | herhaal~bestelling*",
    "herhaalbestelling*",
    "vervolg~abonnement* | vervolgabonnement* | vervolgbestelling* | hernieuw*",
    unless="""verlengsnoer* | verlengkabel* | haarverlenging* | hernieuwbare* | automatisch verleng* |
        wordt .. verlengd""",
)
S.rule(
    "front_end",
    "nieuwe (klant*|abonnee*|lid|leden|lezer*) | welkom | welkomst* | eerste (bestelling|aankoop|box)",
    "instap*",
    "startaanbod* | start~aanbod* | acquisitie* | wervings* | nieuwe~klanten*",
    unless="welkom terug | instappen",
)

RULES = tuple(S.rules)
