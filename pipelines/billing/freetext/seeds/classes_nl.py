"""Kinds of subscriptions in Dutch."""

from pipelines.billing.freetext.evidence import SUBSCRIPTION_CLASS
from pipelines.billing.freetext.seeds.row import RUNNING, Seeds

S = Seeds(SUBSCRIPTION_CLASS, "nl")

S.rule(
    "complimentary",
    "gratis (abonnement*|toegang|exemplaar|lidmaatschap|account|jaarabonnement) | gratis~abonnement*",
    "gratisabonnement*",
    "medewerker* | personeel | personeels* | pers~abonnement* | persabonnement* | persexemplaar*",
    "pers~exemplaar* | kosteloos",
    "recensie~exemplaar* | recensieexemplaar* | relatieabonnement* | relatie~abonnement*",
    "bewijsexemplaar* | erelid* | ere~lid*",
    "presentexemplaar* | vrij~abonnement* | coulance~abonnement* | gratis toegang | redactieabonnement*",
    unless="(medewerkers|personeels) korting | personeelskorting* | medewerkerskorting* | personeelsblad",
)
S.rule(
    "gift",
    "cadeau~abonnement* | cadeauabo* | geschenk~abonnement* | geschenkabo* | kado | kadoabonnement*",
    "weggeefabonnement* | weggeven | om te geven | om cadeau te geven",
)
S.rule(
    "trial",
    "proef | proefabonnement* | proefabo* | proefmaand* | proefperiode* | proefnummer* | proefweek",
    "proefweken | proefdagen",
    "proeflezen | proeflezer* | proeftijd | proeflidmaatschap* | proefpakket* | proefbox* | proefprijs",
    "proefexemplaar* | op proef",
    "kennismak* | uitproberen | probeer* | proberen | introductie~aanbod* | introductieaanbod*",
    "introductieprijs* | testabonnement*",
    "kennismakings* | introductietarief* | introductiebox | probeerabonnement*",
    "1-6 (maand|maanden) voor (maar|slechts)? (# €|€ #)",
    "1-12 (weken|nummers|edities) voor (maar|slechts)? (# €|€ #)",
    "eerste maand (voor)? (maar|slechts)? (# €|€ #)",
    unless="# % .. # maanden | proef (op de som|konijn)",
)
S.rule(
    "one_time",
    "losse (verkoop|nummer*|verkopen|uitgave*|aankoop*|bestelling*|editie*) | los nummer",
    "zonder abonnement | geen abonnement",
    "eenmalig* (aankoop|bestelling|levering|box) | levenslang* | cadeaubon* | cadeau~bon* | cadeaukaart*",
    "cadeau~kaart*",
    "cadeauverpakking* | cadeau~verpakking* | cadeaupapier*",
)
S.rule(
    "one_time",
    "special | specials | themanummer* | bewaarnummer* | boek | boeken | *boek | *boekje | boekje",
    "*kaarten | kalender | *kalender",
    "gids | *gids | t~shirt* | mok | mokken | agenda | cursus* | *cursus | ticket* | kaartjes",
    "receptenkaart* | werkboek | stickers",
    "bundel | sleutelhanger | tas | jutetas | handleiding | stappenplan",
    theme="goods",
    unless=RUNNING + " | lidmaatschapskaarten | televisiegids | tv gids",
)
S.rule(
    "legacy",
    "(oud|oude) (tarief|tarieven|prijs|prijzen|abonnement*|contract*|voorwaarden|abonnementsvorm)",
    "oudtarief | oude~tarief",
    "(voormalig|historisch) tarief | niet meer (leverbaar|te koop|verkrijgbaar|beschikbaar|verkocht)",
    "uitlopend* | uitgefaseerd*",
    "vervallen | verouderd*",
    unless="oud abonnee*",
)
S.rule(
    "prepaid",
    "vooruit~betaal* | vooruitbetaal* | vooruitbetaling* | vooruit~betaling | vooraf betaald",
    "vaste (looptijd|termijn|periode)",
    "(stopt|eindigt|loopt) .. (automatisch|vanzelf) | (zonder|geen) (automatische)? verlenging",
    "niet (automatisch)? verlengd",
    "2+ (nummers|edities) | 2-60 maanden | 2-10 jaar | (twee|drie) jaar | bepaalde tijd | aflopend*",
    "in één keer betaald",
    unless="""(korting|eerste|elke|per|iedere|minimaal|minimum|looptijd|contract|voor|na|de|opzegtermijn)
        2-60 (maanden|nummers|jaar) |
        2-60 (maanden|nummers|jaar) (gratis|cadeau|korting|contract|minimaal|garantie|oud) | # % .. #
        (maanden|nummers) |
        (vanaf|tot) # jaar""",
)
S.rule(
    "standard",
    "abonnementsgeld* | lidmaatschap* | *lidmaatschap",
    "doorlopend* | onbepaalde tijd",
    "opzegbaar | abonnementskosten | abonnementsprijs | jaarabo* | maandabo*",
    unless="(op|korting op) (je|uw|een|het|alle)? (abonnement*|*abonnement) | korting .. abonnement",
)
S.rule("unclassified", "(jaarlijks*|maandelijks*) .. (onderhoud|support|donatie|hosting) | donatie*")

RULES = tuple(S.rules)
