"""What a charge is for, in English."""

from pipelines.billing.freetext.evidence import CHARGE_CATEGORY
from pipelines.billing.freetext.seeds.row import Seeds

S = Seeds(CHARGE_CATEGORY, "en")

S.rule(
    "discount",
    "discount* | rebate* | coupon* | price (reduction|cut|freeze|break) | half~price | acq offer",
    "acquisition offer",
    "# % (saving*|reduction|cheaper|less|rebate) | save # % | save € # | save # € | loyalty (reward|bonus)",
    "(discount|promo) (code|voucher) | voucher discount | money off | reduced by | deduction*",
    unless="no discount* | discount (card|club) | rebate (form|service)",
)
S.rule(
    "credit",
    "credit | credits | goodwill | good~will | compensation | refund* | reimbursement* | make~good | apology",
    "(courtesy|service|account|holiday|loyalty) (credit|adjustment) | credit (note|memo|adjustment)",
    unless="""credit (card*|check|score|report|insurance|file|rating|control|limit) | # credits | credits
        pack |
        (course|extra|photo|college|tax) credit* | credit pack* |
        carte* (de|bancaire)? credit | credit (photo*|impot|d impot) | refund* (fee|protection|policy|cover) |
        non refundable""",
)
S.rule(
    "shipping",
    "shipping | postage | carriage | freight | courier | shipment* | p p | postal (charge*|fee*|cost*)",
    "delivery (charge*|fee*|cost*|surcharge|price|uk|eu|europe|international|worldwide)",
    "delivery (abroad|overseas|domestic|row|usa)",
    "(express|standard|next day|# day|international|overnight|priority|tracked|special|economy) delivery",
    "(handling|packing|packaging|dispatch) (charge*|fee*|cost*|and) | packing | packaging | air~mail",
    "parcel*",
    unless="""(free|incl|including|includes|included|inclusive) ..
        (shipping|postage|delivery|carriage|packaging) |
        (shipping|postage|delivery|carriage) (free|included|incl|inclusive|problem*|address|container*|news) |
        horse .. carriage | carriage (clock*|house|driver|ride*|bolt*|return) | (baby|horse|railway|steam)
        carriage |
        packing (list|cube*) | gift packaging | parcel (bag|shelf)""",
    note="a carriage with a horse is none",
)
S.rule(
    "tax_fee",
    "fee | fees | vat | gst | hst | tax | taxes | surcharge* | commission* | dunning | levy",
    "(import|stamp) duty",
    "customs | charge~back* | bank charge*",
    "(administration|admin|processing|service) (fee*|charge*|cost*) | rounding",
    "(late|failed|returned|rejected|bounced) .. (fee*|charge*|payment*) | interest charge* | amazonfee",
    "*surcharge",
    "transaction (fee*|cost*) | paypal (fee*|charge*) | administration charge*",
    unless="""(setup|activation|joining|registration|enrolment|enrollment|installation|onboarding|initial|entry) fee* |
        (set|sign|start) up fee* | (one~time|one~off|connection|start~up|sign~up|starter|join) fee* |
        (membership|subscription|monthly|annual|yearly|quarterly|weekly) fee* |
        (access|usage|licence|license|user|platform) fee* |
        (base|basic|plan|fixed|flat|trial|course|tuition|delivery|shipping|postage|handling|packing|postal|hire) fee* |
        fee (one~time|one~off|per (month|year)|monthly|annual) | (monthly|annual|yearly) .. fee* | no ..
        fee* |
        (excl|incl|ex|inc|excluding|including|plus|before|after|without|exclusive|inclusive) ..
        (tax|vat|gst) |
        tax (exclusive|inclusive|excl|incl|included|excluded|exempt|advisor|adviser|return*|guide|magazine|year) |
        tax (software|tips|news*|law|planning|planner|haven*|calendar|handbook|preparation|filing) | income
        tax |
        vat (incl*|excl*|exempt|number|free) | commission~free | (art|commission) commission | customs
        (house|and)""",
    note="a set-up fee is charged once, a membership fee is the price of the membership",
)
S.rule(
    "trial",
    "(trial|introductory|intro|taster) (month*|week*|day*|period|price*|charge*|payment|fee|issue*|rate|phase)",
    "# (day*|week*|month*|issue*) .. trial* | (free|paid) trial (month|week|day|period) | trial then",
    "six for six | 6 for 6",
    "1-6 (month|months) for (just|only)? (€ #|# €) | 1-12 (issue*|week*) for (just|only)? (€ #|# €)",
    "first # (issues|weeks|months|boxes) (for|at|only|just)? (€ #|# €) | first # issues | # first issues",
    "first (month|week|box|issue|year) (for|at|only|just)? (€ #|# €)",
    "(€ #|# €) .. first (month|week|box|issue)",
    unless="# % .. # (months|weeks|issues) | off .. first # (months|weeks|issues) | clinical .. trial*",
)
S.rule(
    "one_time",
    "one~time | one~off | activation | installation (fee|charge|cost*)?",
    "(joining|registration|connection|join) (fee|charge)",
    "(enrolment|enrollment|sign~up|start~up|initial|entry|starter) (fee|charge|payment)",
    "single (payment|purchase|charge)",
    "lifetime (access|deal|licence|license|membership|plan|payment) | pay once",
    "(single|back) (issue*|copy|copies|edition*)",
    unless="""(one~time|one~off) (offer*|discount*|customer*|credit*|coupon*|price*|promo*) |
        re~activation | activation code*""",
)
S.rule(
    "recurring",
    "monthly | annual | annually | yearly | quarterly | fortnightly | bi~weekly | bi~monthly",
    "semi~annual* | bi~annual*",
    "half~year* | half~yearly | six~monthly | every (month|year|quarter|week|# (months|weeks|years))",
    "each (month|year)",
    "per (month|year|quarter|week|annum) | a (month|year)",
    "(# €|€ #) (month|year|quarter|mo|mth|yr|pm|pa|pcm|p a|p m)",
    "weekly (plan|subscription|membership|payment|charge|billing|fee|price)",
    "(billed|paid|charged) weekly | p a",
    "2-24 month | (two|three|six|nine|twelve) month | (one|two|three|1|2|3) year fixed",
    "(one|1) month (plan|subscription)",
    "(membership|subscription) (fee*|dues|charge*|price) | dues | instalment* | installment*",
    unless="""annual (report*|general|review|leave|sale|guide|edition|issue|meeting|gala|conference) |
        # month (trial|price|notice|prepaid|pre|only|warranty|guarantee|free|gift card) | a month (free|for) |
        a year (of|in) | once (a|per) year | # % .. a year""",
    note="Weekly is mostly the name of a paper",
)

RULES = tuple(S.rules)
