"""Kinds of subscriptions in English."""

from pipelines.billing.freetext.evidence import SUBSCRIPTION_CLASS
from pipelines.billing.freetext.seeds.row import RUNNING, Seeds

S = Seeds(SUBSCRIPTION_CLASS, "en")

S.rule(
    "complimentary",
    "complimentary | staff | employee* | courtesy (subscription|copy|access|account) | free of charge",
    "free (access|subscription|membership|plan|account|copy|copies|forever|tier|for life|digital)",
    "press (copy|copies|pass)",
    "press (subscription|access) | complementary # % | # % complementary | (for|4) free",
    "free for (staff|schools|students|teachers)",
    "complementary (subscription*|access|copy|copies|membership|plan|discount) | vip access | influencer*",
    "ambassador*",
    unless="""staff (pick*|discount|training|rota|writer) | chief of staff | (employee*|staff) discount""",
)
S.rule(
    "gift",
    "gift | gifts | gifted | gifting | e~gift | christmas present | as a present",
    unless="""gift
        (wrap*|card*|voucher*|bag*|tag*|certificate*|shop|guide*|basket*|paper|set*|idea*|packaging|ribbon|aid) |
        (welcome|free|loyalty|thank you|sign~up|bonus|birthday) gift | (with|plus|and|your|a|mystery)
        (free)? gift | gift (with|included) |
        gift receipt | gift message | e~gift (card|voucher)""",
    note="wrapping and premiums are no gift subscription",
)
S.rule(
    "trial",
    "try (it)? (free|for|now|us|out|before|#) | taster | introductory",
    "intro (offer|price|rate|deal|period|month|plan|sub*)",
    "six for six | 6 for 6 | first # issues | # first issues | test drive | sampler subscription",
    "# (day|week|month) free",
    "1-6 (month|months) for (just|only)? (€ #|# €) | 1-12 (issue*|week*) for (just|only)? (€ #|# €)",
    "first (month|week|box|issue) (for|at|only|just)? (€ #|# €)",
    unless="# % .. # (months|weeks|issues) | off .. first # (issues|months) | introductory (guide|course)",
)
S.rule(
    "one_time",
    "one~off (purchase|payment|sale|order|box|issue)? | one~time (purchase|order|product|sale|box|issue)",
    "single (issue|copy|purchase)",
    "(back|special|single|bonus) (issue*|copy|copies|edition*) | (pay|paid) once | no subscription",
    "individual issue*",
    "gift (card*|voucher*|certificate*|wrap*|set*) | event ticket*",
    unless="""one~off .. (discount*|customer*|offer*|credit*|price|fee|charge) |
        one~time .. (charge|fee|offer)""",
)
S.rule(
    "one_time",
    "book | books | *book | guide | sticker* | t~shirt* | *shirt | mug | mugs | calendar | workbook",
    "planner | tote bag | hoodie",
    "recipe (book|books|cards|card) | printable* | bookazine | binder | slipcase | masterclass | ticket*",
    "template* | notebook",
    "checklist | cheat sheet | guidebook | jigsaw | apron | keyring | badge | pin",
    theme="goods",
    unless="(audio~book*|book*|e~book*) (club|box) | facebook | macbook | guide dog* | " + RUNNING,
)
S.rule(
    "legacy",
    "grand~father* | deprecated | retired (plan|price|tariff|rate|offer|product|tier)? | discontinued",
    "obsolete | sunset",
    "old (plan|price*|pricing|tariff|rate*|subscription|contract|offer|tier|model)",
    "(closed|not) (to|for) new (customers|subs*|sign*)",
    "former (plan|price|pricing|tariff|rate) | previous (pricing|tariff|price)",
    "no longer (sold|available|offered)",
    "phased out | end of (sale|life)",
    unless="retired (people|teachers|members|readers) | sunset (box|yoga|edition)",
)
S.rule(
    "prepaid",
    "paid .. (advance|upfront|up front) | (up~front|advance) payment | pay (upfront|up front|in advance)",
    "fixed~term | one~term",
    "# (month|months|issues|issue|weeks|week|year|years) only | 2+ issues",
    "# issue (subscription|sub|plan|bundle|pack)",
    "(one|two|three|six|twelve|#) (month|months|year|years) fixed | term only | ends after # | 2-10 years",
    "two years | three years",
    "(does not|doesn t|will not|no|non|not|without) (auto|automatic|automatically)? (renew*|auto~renew*)",
    "single term | limited term",
    "3-60 months | # (month|year) (pre~paid|prepaid) | (twelve|six|three) months",
    unless="""(for|off|over|first|next|every|in|within|last|after|from|save|free) 2-60 (issues|months|years) |
        2-60 (months|years|issues)
        (free|off|warranty|guarantee|notice|trial|old|contract|minimum|commitment|ago) |
        (minimum|contract|commitment|aged|ages) (of)? # (months|years) | # % .. #
        (months|issues|years) |
        anywhere: price freeze | freeze | half~price""",
)
S.rule(
    "standard",
    "subscription* | membership* | rolling | evergreen | cancel any~time | cancel (at)? any time",
    "standing order | subscribe*",
    unless="""(discount|off|credit|saving*) (on|for|from|your|all|a)? (your|all|the|a)?
        (subscription*|membership*) |
        (on|to|off) (your|the|all|any)? subscription* | subscribers | subscriber | no subscription |
        subscription (credit|discount)""",
)
S.rule(
    "unclassified",
    "(annual|monthly|yearly|quarterly) .. (support|maintenance|hosting|report|donation|minimum|usage)",
    "platinum support | adjustment*",
    note="a service charged in every period is no subscription of a reader",
)

RULES = tuple(S.rules)
