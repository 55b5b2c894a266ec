"""What a charge is for, by signs and codes that need no language."""

from pipelines.billing.freetext.evidence import CHARGE_CATEGORY
from pipelines.billing.freetext.seeds.row import Seeds

S = Seeds(CHARGE_CATEGORY)

S.rule(
    "discount",
    "% off | € # off | # € off | - # % | - # € | - € # | € - # | disc | disc# | save# | promo~code*",
    "# % (for|für|auf|sur|op|durante|pendant|voor) # | # % (for|für|auf|sur|op|pendant|durante)",
    unless="(mw~st|ust|vat|tva|btw|iva|tax|igic) .. # % | # % (cotton|baumwolle|coton|katoen|algodón)",
)
S.rule(
    "shipping",
    "porto | *porto",
    unless="""portofino | (gratis|kostenlos*|inkl|inklusive|incl|inclusief|einschließlich) .. porto |
        porto (gratis|kostenlos|inklusive|inkl|frei|inbegriffen|alegre|santo|ruby|tawny|rouge|blanc) |
        anywhere: reise* | *reise | wein* | *wein | wijn* | vin | vino | vinho | lissabon | lisbo* | douro |
        stedentrip""",
    theme="porto",
    note="Porto is postage in German and Dutch, and a wine and a town",
)
S.rule("trial", "# (tage|days|jours|dagen|días) (gratis|kostenlos|free|gratuit*|offerts)", theme="days")
S.rule(
    "trial",
    "trial .. # € | trial .. € # | trial # | # € trial | € # trial",
    theme="code",
    unless="trial 1000+",
)
S.rule(
    "recurring",
    "rec | rec # | recurring | re~bill*",
    theme="code",
    unless="non recurring | rec (room|center|centre)",
)
S.rule("one_time", "set~up | onboarding", theme="code", unless="set up (your|a|an|the) | email .. set~up")

RULES = tuple(S.rules)
