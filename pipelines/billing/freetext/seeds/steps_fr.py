"""Steps of the funnel in French."""

from pipelines.billing.freetext.evidence import FUNNEL_STEP
from pipelines.billing.freetext.seeds.row import Seeds

S = Seeds(FUNNEL_STEP, "fr")

S.rule(
    "win_back",
    "reconqu* | re~conquête | ancien* (abonné*|client*|lecteur*|membre*|adhérent*) | ex (abonné*|client*)",
    "ré~activation* | réactiv* | relance .. (inactif*|ancien*|résilié*|perdu*)",
    "(client*|abonné*|membre*|lecteur*) (perdu*|inactif*|résilié*|partis) | revenez | reviens | bon retour",
    "(vous|tu) nous (manquez|manques) | rétention | anti~churn | anti résiliation",
    "offre de (sauvetage|maintien|retour)",
    "retour (client*|abonné*) | désabonné*",
)
S.rule(
    "cart_recovery",
    "(panier*|commande*) (abandonné*|oublié*|en attente|non finalisé*|inachevé*) | abandon* (de|du)? panier*",
    "relance (de|du)? panier* | récupération (de|du)? panier*",
    "panier* .. (oublié|abandonné|attend|relance|rappel)",
    "(oublié|laissé|finalisez) .. (panier|commande) | sauvetage (de|du)? panier*",
)
S.rule(
    "downsell",
    "vente? de repli | offre de repli | formule (plus)? (légère|allégée|light|mini|éco|économique|réduite)",
    "version (allégée|légère|light|réduite) | alternative (moins chère|économique)",
    "(light|mini|essentiel) .. au lieu",
    "au lieu (de|du) premium",
)
S.rule(
    "order_bump",
    "ajout* (au|à la|à votre|dans le|dans votre) (panier|commande) | complément (à la|de) commande",
    "(option|supplément|offre|extra) (au|à la|du|dans le) (panier|paiement|caisse|commande|checkout)",
    "case à cocher | (ajout|option) (en)? (1|un) clic | au moment du paiement",
)
S.rule(
    "upsell_2",
    "(deuxième|seconde|troisième|quatrième|2e|2ème|3e|3ème|2nde) (offre|vente incitative|up~sell|proposition)",
    "vente* incitative* 2-9 | (deuxième|second|troisième|2e|2ème|3e) up~sell",
    unless="(deuxième|seconde|2e) offre de (repli|bienvenue)",
)
S.rule(
    "upsell_1",
    "vente* incitative* | vente* incitative* 1 | montée en gamme | surclassement | offre unique",
    "mise à niveau",
    "offre* (après|post|suite à) (votre|l)? (achat|commande|paiement)",
    "passage (au|en|à la) (premium|formule supérieure)",
    "passez (au|à la) (premium|formule supérieure|version supérieure) | vente additionnelle 1?",
)
S.rule(
    "cross_sell",
    "vente* croisée* | complémentaire* | (produit*|offre*|abonnement*|article*) (associé*|additionnel*)",
    "en complément",
    "(achet*|command*) (aussi|également) | (aussi|également) (acheté|commandé|aimé) | vous aimerez aussi",
    "à associer",
    unless="""(santé|mutuelle|assurance) .. complémentaire* | complémentaire* santé |
        vente* croisée* incitative""",
    note="complémentaire is additional, not complimentary",
)
S.rule(
    "renewal",
    "ré~abonn* | réabonnement* | réabonn* | reconduction* | renouvel* | prolongation* | ré~achat*",
    "recommande",
    unless="énergie* renouvelable* | renouvelable* | renouvelé*",
)
S.rule(
    "front_end",
    "bienvenue | (première|1ère|1re) (commande|box|livraison) | premier achat | acquisition | recrutement",
    "conquête*",
    "(nouveau*|nouvel|nouvelle*|nouveaux) (client*|abonné*|lecteur*|membre*|adhérent*|inscrit*)",
    "offre (de)? (lancement|démarrage|prospection) | prospection",
)

RULES = tuple(S.rules)
