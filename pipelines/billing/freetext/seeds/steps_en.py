"""Steps of the funnel in English."""

from pipelines.billing.freetext.evidence import FUNNEL_STEP
from pipelines.billing.freetext.seeds.row import Seeds

S = Seeds(FUNNEL_STEP, "en")

S.rule(
    "win_back",
    "(cancel|cancellation|cancelation|churn|canceller) (save*|saver|deflection|offer|prevention|rescue)",
    "save (offer|desk|team|deal|discount|plan) | retention | win you back | winning back",
    "(lapsed|former|past|expired|inactive|lost|cancelled|churned) (customer*|subscriber*|member*|reader*|user*)",
    "(we|ve) (miss|missed) you | come back | welcome back | re~engage* | re~subscribe* | comeback",
    unless="data retention | retention (period|policy|day*|time)",
)
S.rule(
    "cart_recovery",
    "(abandon*|forgotten|left|unfinished|incomplete) (cart*|basket*|checkout*|order*|bag*)",
    "(cart|basket|checkout) (abandon*|recover*|reminder*|rescue|saver|save)",
    "recover* .. (cart*|basket*|checkout*) | exit~intent | exit (intent|offer|popup) | exit pop up",
    "(left|still|waiting) .. in your (cart|basket|bag) | finish your order | complete your (order|purchase)",
)
S.rule(
    "downsell",
    "(lite|light|basic|smaller|mini) .. instead | cheaper (alternative|option|version|plan)",
    "instead of (premium|full|pro) | (last|final) chance lite | (too|not ready for) .. (lite|basic) offer",
)
S.rule(
    "order_bump",
    "checkout (add~on*|addition|extra*|offer*)",
    "(add~on*|extra*|added|add|offer) (at|in|on|during|to) (the)? checkout",
    "add .. to (your|my|this) order | one~click add | in~cart offer | cart add~on*",
)
S.rule(
    "upsell_2",
    "(second|third|fourth|2nd|3rd|4th|next|final) (up~sell*|oto|one~time offer|post~purchase offer)",
)
S.rule(
    "upsell_1",
    "one~time offer* | post~purchase | (thank you|thankyou) page offer",
    "offer after (purchase|checkout|your order)",
    "(first|1st) up~sell | after~purchase offer | move up to | step up to",
)
S.rule(
    "cross_sell",
    "add~on* | (customers|members|readers|others) .. (bought|buy|ordered) | also bought | bought together",
    "you (may|might) also like | companion (product|app|plan|guide|pack) | (goes|pairs) .. with",
    "complementary product*",
)
S.rule(
    "renewal",
    "renewal* | renew | renewed | re~bill* | re~order* | next term",
    unless="""renewal (date|terms) | (auto|automatic) renew | will renew |
        renew (automatically|monthly|yearly)""",
)
S.rule(
    "front_end",
    "acquisition | intro | introductory | new (customer*|subscriber*|member*|reader*|user*|sign~up*)",
    "welcome | first (order|purchase|time|box) | sign~up (offer|discount|bonus|deal)",
    "starter (offer|deal|price)",
    "first~time (customer*|buyer*|subscriber*) | launch offer",
    unless="welcome back | intro (to|guide|course)",
)

RULES = tuple(S.rules)
