"""What a charge is for, in Dutch."""

from pipelines.billing.freetext.evidence import CHARGE_CATEGORY
from pipelines.billing.freetext.seeds.row import Seeds

S = Seeds(CHARGE_CATEGORY, "nl")

S.rule(
    "discount",
    "korting | korting* | *korting | *kortingen | prijsverlaging | prijsvoordeel | waardebon*",
    "couponcode* | halve prijs",
    "# % (goedkoper|voordeel|minder|besparing) | bespaar # % | aftrek | actiecode*",
)
S.rule(
    "credit",
    "coulance* | *coulance | tegoed | tegoeden | *tegoed | creditering* | creditnota* | credit~factuur",
    "terugbetaling*",
    "restitutie* | vergoeding* | schadevergoeding* | compensatie* | terugstorting* | gecrediteerd",
    unless="cadeautegoed* | onkostenvergoeding",
)
S.rule(
    "shipping",
    "verzend* | bezorgkosten | bezorg~kosten | bezorgtoeslag | portokosten | leveringskosten",
    "levering~kosten",
    "vrachtkosten | vracht | verpakkingskosten | pakketkosten | afleverkosten | spoedlevering*",
    "expresslevering* | posttarief",
    "verpakking",
    unless="""(gratis|kosteloos|incl|inclusief) .. (verzend*|bezorg*|porto|verpakking) | cadeau ..
        verpakking |
        (verzend*|bezorg*) (gratis|inclusief|inbegrepen|incl|vrij)""",
)
S.rule(
    "tax_fee",
    "btw | belasting | belastingen | *belasting | administratiekosten | administratie~kosten | incasso",
    "incassokosten",
    "aanmaning* | herinneringskosten | *toeslag | toeslag | *heffing | heffing | commissie | provisie*",
    "afronding*",
    "storneringskosten | stornokosten | servicekosten | transactiekosten | behandelingskosten | boete",
    "bankkosten",
    "invoerrechten | wettelijke rente | betaalkosten",
    unless="""(incl|excl|inclusief|exclusief|ex|zonder) .. btw | btw (incl*|excl*|inbegrepen|nummer) |
        bezorgtoeslag |
        inkomstenbelasting* | (automatische|maandelijkse|automatisch) incasso | europese commissie""",
)
S.rule(
    "trial",
    "proefmaand* | proef~maand* | proefperiode* | proef~periode* | proefweek | proefweken | proefprijs",
    "proefdagen",
    "kennismakingsprijs* | kennismakingsperiode* | kennismakingsmaand* | introductieprijs*",
    "introductietarief*",
    "# (dagen|weken|maanden) (op)? proef | # (dagen|weken|maanden) proefperiode",
    "(proef*|kennismaking*) .. (# €|€ #)",
    "1-6 (maand|maanden) (voor|à|a) (maar|slechts)? (# €|€ #)",
    "1-12 (weken|nummers|edities) (voor) (maar|slechts)? (# €|€ #)",
    "eerste (maand|box|week) (voor)? (maar|slechts)? (# €|€ #) | (# €|€ #) (voor)? (de)? eerste (maand|box)",
    unless="# % .. # maanden | proeverij* | proefwerk*",
)
S.rule(
    "one_time",
    "eenmalig* | losse (verkoop|nummer*|verkopen|uitgave*|aankoop*) | opstartkosten | aansluitkosten",
    "activering*",
    "activatie* | inschrijfgeld* | inschrijfkosten | installatie* | startkosten | instapkosten | entreegeld",
    unless="eenmalig* .. (aanbod|korting*|aanbieding)",
)
S.rule(
    "recurring",
    "maandelijks* | maand~abonnement* | maandabo* | maandbedrag* | maandprijs* | maandtermijn*",
    "maandlidmaatschap*",
    "jaarlijks* | jaar~abonnement* | jaarabo* | *jaarabonnement | jaarbedrag* | jaarbijdrage*",
    "jaarlidmaatschap* | jaarprijs*",
    "kwartaal* | halfjaar* | half~jaarlijks* | driemaandelijks* | tweemaandelijks* | maandbijdrage*",
    "maand~lidmaatschap*",
    "per (maand|jaar|kwartaal|week) | (# €|€ #) (maand|jaar|mnd|kwartaal) | p m | p j",
    "elke (maand|week|# weken)",
    "contributie* | abonnementsgeld* | abonnementskosten | abonnementsprijs | abonnementstarief",
    "lidmaatschapsgeld*",
    "bijdrage | maandincasso",
    unless="jaarlijks* .. (verslag|uitje) | kwartaalcijfers | eenmalige bijdrage | kwartaalblad",
)

RULES = tuple(S.rules)
