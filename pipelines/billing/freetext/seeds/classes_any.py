"""Kinds of subscriptions in words that all languages share."""

from pipelines.billing.freetext.evidence import SUBSCRIPTION_CLASS
from pipelines.billing.freetext.seeds.row import RUNNING, Seeds

S = Seeds(SUBSCRIPTION_CLASS)

S.rule("complimentary", "freemium | comp | comps")
S.rule(
    "gift",
    "cadeau | cadeaux | cadeaus",
    unless="""(papier|emballage|paquet|carte*|bon|bons|chèque*|idée*|pochette|sac|liste|coupon) (de)?
        cadeau* |
        cadeau* (de)? (bienvenue|surprise|gratuit|offert*|fidélité|mystère|exclusif) | cadeau* (en plus|au
        choix|inclus) |
        (en|un|une|des|avec|votre|son|du|beau|et|plus|mon|deux) cadeau* |
        (welkomst|met|plus|gratis|een|inclusief|incl|leuk|uw|je) cadeau* |
        cadeau (bon|bonnen|kaart|papier|verpakking|tip|set|box|bij|naar)""",
    note="cadeau is a gift in French and Dutch; cadeau de bienvenue and Cadeaubon are premiums and vouchers",
)
S.rule(
    "trial",
    "trial | trials | trl | # (tage|days|jours|dagen|días) (gratis|kostenlos|free|gratuit*|offerts)",
    unless="(clinical|time|mountain|field|industrial|court) trial* | trial (bike*|lawyer|run|version)",
)
S.rule(
    "one_time",
    "lifetime | e~book* | ebook* | pdf | dvd | cd | webinar* | poster | posters | puzzle",
    theme="goods",
    unless=RUNNING + " | digital | e~paper | lifetime (value|guarantee|warranty)",
    note="goods that come with a subscription do not make it a single purchase",
)
S.rule("legacy", "legacy", unless="legacy (of|giving|edition|collection|gift|donation|box)")
S.rule("prepaid", "prepaid | pre~paid | pre~pay* | prepago*", unless="prepaid (card|envelope|postage|label)")
S.rule(
    "standard",
    "abonnement | abonnements | abonnementen | *abonnement",
    unless="""(auf|aufs|zum|für) (das|ihr|dein|jedes|alle|ihre|dem)? *abonnement | (rabatt|*rabatt) .. *abonnement |
        (sur|pour) (votre|l|un|tout|les)? abonnement* | (remise|réduction|frais) .. abonnement* |
        op (je|uw|een|het|alle)? *abonnement | (korting|*korting) .. *abonnement""",
    note="the same word in German, French and Dutch",
)
S.rule(
    "standard",
    "*upgrade | upgrade",
    theme="upgrade",
    unless="hardware upgrade",
    note="what is upgraded is running",
)

RULES = tuple(S.rules)
