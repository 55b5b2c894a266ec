"""What a charge is for, in French."""

from pipelines.billing.freetext.evidence import CHARGE_CATEGORY
from pipelines.billing.freetext.seeds.row import Seeds

S = Seeds(CHARGE_CATEGORY, "fr")

S.rule(
    "discount",
    "remise | remises | remise# | réduction* | réduc | rabais | ristourne* | code promo* | coupon*",
    "escompte",
    "(bon|chèque|code) (de)? réduction | moitié prix | à moitié prix | économisez # %",
    "# % (de)? (moins|économie)",
    "prime fidélité | avantage fidélité | demi tarif",
    unless="remise en (forme|main|service|route|marche) | remise des (prix|diplômes) | coupon réponse",
)
S.rule(
    "credit",
    "avoir | avoirs | geste* (commercial|commerciaux|de bonne volonté) | rembours* | dédommag* | indemni*",
    "compensation*",
    "note de crédit",
    unless="""savoir .. avoir |
        sans avoir""",
)
S.rule(
    "shipping",
    "frais (de|d)? (port|livraison|expédition|envoi|transport|poste|emballage)",
    "frais (postaux|portuaires) | affranchissement",
    "livraison* | expédition | expéditions | port (et|france|europe|étranger|suisse|dom|payé) | colissimo",
    "chronopost",
    "mondial relay | emballage | supplément (de)? (port|livraison|étranger)",
    unless="""(livraison*|port|expédition|envoi) (offert*|gratuit*|inclus*|incl|compris*|gratis|à domicile) |
        frais de (port|livraison) (offert*|gratuit*|inclus*|compris*) | franco de port | emballage cadeau* |
        (offert*|gratuit*|inclus*|incluant|avec) .. (livraison*|port) | port (usb|royal) | expédition*
        (en|polaire*|au)""",
)
S.rule(
    "tax_fee",
    "tva | taxe | taxes | commission* | pénalité* | arrondi* | éco participation",
    "(droit|droits) de douane | douane",
    "frais (de)? (dossier|gestion|relance|retard|rejet|recouvrement|impayé*|administration|traitement|service|rappel)",
    "frais (bancaires|administratifs|de prélèvement|de transaction|de chèque) | intérêts de retard",
    "majoration*",
    "frais d (impayé*|administration|opposition|encaissement)",
    unless="""(hors|avant) tax* | (tva|taxe|taxes) (inclus*|comprise*|incl|non) | ttc | détaxe |
        (dont|incl|inclus) .. tva |
        commission européenne | frais .. (offert*|gratuit*|inclus*)""",
)
S.rule(
    "trial",
    "(mois|période|semaine|semaines|jour|jours|phase) (d|à l|de)? essai",
    "(mois|période|semaine|prix|tarif) (de)? découverte",
    "# (jours|mois|semaines|numéros) (d|à l|en)? essai | essai (gratuit)? (de)? # (jours|mois|semaines)",
    "(prix|tarif) (d|de) (essai|lancement|introduction|appel) | (essai|découverte) .. # €",
    "# € .. (essai|découverte)",
    "1-6 mois (à|pour) (seulement)? (# €|€ #) | 1-12 (numéros|semaines|n) (à|pour) (seulement)? (# €|€ #)",
    "(premier|1er) mois (à|pour|offert)? (# €|€ #)",
    "(# €|€ #) (le|pour le|les)? (premier|premiers|1er) #? mois",
    "premier mois à # €",
    unless="# % .. # mois",
)
S.rule(
    "one_time",
    "frais (d|de)? (activation|installation|inscription|ouverture|adhésion|mise en (service|route)|entrée)",
    "frais de (démarrage|création)",
    "activation | à l'unité | au numéro | achat* (unique*|ponctuel*|à l'unité) | paiement* unique*",
    "ponctuel*",
    "(droit|droits) d'(entrée|inscription) | mise en service | versement unique | installation",
    unless="ré~activation | code d'activation",
)
S.rule(
    "recurring",
    "mensuel* | mensualité* | annuel* | annualité* | annuité* | trimestriel* | semestriel* | bimestriel*",
    "bi~mensuel*",
    "(par|chaque|tous les) (mois|an|trimestre|semestre|année) | (# €|€ #) (mois|an|trimestre|mensuels)",
    "tous les # mois",
    "cotisation* | redevance* | prélèvement* (mensuel*|automatique*)? | durée libre | prix de l'abonnement",
    unless="""le mensuel | mensuel* (du|de la|d'information) | magazine mensuel* | rapport annuel* | frais
        de prélèvement* |
        (premier|1er|un|par) an de | rejet de prélèvement*""",
)

RULES = tuple(S.rules)
