"""Kinds of subscriptions in French."""

from pipelines.billing.freetext.evidence import SUBSCRIPTION_CLASS
from pipelines.billing.freetext.seeds.row import RUNNING, Seeds

S = Seeds(SUBSCRIPTION_CLASS, "fr")

S.rule(
    "complimentary",
    "service (de|du)? presse",
    "(abonnement*|accès|formule|compte|exemplaire*|adhésion|version) (offert*|gratuit*|gracieux)",
    "à titre gracieux | gracieu*",
    "(exemplaire*|abonnement*|accès) (presse|justificatif*|collaborateur*|salarié*|personnel|invité*)",
    "salarié* | collaborateur* | abonnement* .. (gratuit|gracieux) | offert par la rédaction",
    "invitation* presse",
    unless="abonnement* offert* (à|par) | (remise|réduction|tarif) (salarié*|collaborateur*)",
)
S.rule(
    "gift",
    "(pour|à) offrir | offrir (un)? abonnement | offrez | abonnement* offert* (à|par) | parrainé par",
)
S.rule(
    "trial",
    "essai | essais | essayer | essayez | tester | testez | découverte | découvertes | découvrir",
    "introductif*",
    "offre (d|de)? (introduction|lancement|essai|initiation) | (premiers numéros)",
    "tarif (de)? (lancement|introduction)",
    "1-6 mois (à|pour) (seulement)? (# €|€ #) | 1-12 (numéros|semaines|n) (à|pour) (seulement)? (# €|€ #)",
    "(premier|1er) mois (à|pour)? (# €|€ #) | # € (le|pour le) premier mois",
    unless="""essai* (philosophique*|littéraire*|clinique*|nucléaire*|sur|politique*|de montaigne) |
        (romans|roman) (et)? essai* |
        ballon d essai | banc d essai | (prix|recueil|collection) .. essai* |
        (guide|carnet|magazine|voyage*|sciences) .. découverte* |
        découverte* (de|du|des) (la|le|l)? | sans essai | # % .. # mois | essai* transformé""",
)
S.rule(
    "one_time",
    "à l'unité | au numéro | achat* (unique*|ponctuel*) | (sans|aucun) abonnement | accès à vie | à vie",
    "numéro à l unité",
    "(papier|emballage|paquet|carte*|bon|chèque*) cadeau* | box unique | commande unique",
    unless="# € (à|au) l unité",
)
S.rule(
    "one_time",
    "hors~série* | numéro* (spécial|spéciaux|unique|simple|double) | carnet | carnets",
    "livre (de|photo|numérique|audio|blanc)",
    "livres | guide | guides | affiche | affiches | calendrier* | agenda* | tote bag | mug | fiche*",
    "t~shirt* | billet* | marque~page*",
    "recueil | livret | autocollant* | carte* postale* | atelier* | formation",
    theme="goods",
    unless=RUNNING + " | carnet de voyage magazine",
)
S.rule(
    "legacy",
    "ancien* (tarif*|formule*|offre*|prix|contrat*|abonnement*|grille*|plan*|modèle)",
    "tarif* (historique*|ancien*)",
    "plus (commercialisé*|proposé*|disponible*|en vente) | ancien régime tarifaire",
    "(formule|offre|tarif) (arrêtée|arrêté|fermée|obsolète)",
    "obsolète* | en extinction",
)
S.rule(
    "prepaid",
    "payé* (d avance|à l avance|en une fois|comptant|au comptant) | prépayé* | pré~payé*",
    "réglé* d avance | payable d avance",
    "paiement* (d avance|à l avance|comptant|anticipé) | durée déterminée",
    "(sans|non) (tacite)? (reconduction|renouvellement|reconductible*)",
    "non (renouvelable*|reconductible*) | sans reconduction tacite | 2+ numéros | 2-60 mois | 2-10 ans",
    "(deux|trois) ans",
    unless="""(engagement|pendant|tous les|premiers|par|minimum|durée|préavis|pour|les|après) (de|d)? 2-60
        (mois|numéros|ans) |
        2-60 (mois|numéros) (offert*|gratuit*|d essai|de réduction|minimum|d engagement|à|pour|de remise) |
        # % .. # (mois|numéros) |
        (de|dès) # ans | # ans et plus""",
)
S.rule(
    "standard",
    "adhésion* | durée (libre|indéterminée)",
    "sans (engagement|durée) | forfait*",
    "résiliable* | prélèvement (mensuel|automatique)",
    "formule (intégrale|numérique|papier|complète|essentielle|premium)",
    unless="""(sur|de réduction sur) (votre|l|un|tout)? abonnement* | (remise|réduction) .. abonnement* |
        (frais) .. adhésion""",
)
S.rule(
    "unclassified",
    "(annuel*|mensuel*) .. (maintenance|hébergement|don) | maintenance .. (annuel*|mensuel*)",
    "don (mensuel|annuel)",
)

RULES = tuple(S.rules)
