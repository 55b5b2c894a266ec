"""Steps of the funnel in the jargon that marketers of all languages share, and in their codes."""

from pipelines.billing.freetext.evidence import FUNNEL_STEP
from pipelines.billing.freetext.seeds.row import Seeds

S = Seeds(FUNNEL_STEP)

S.rule("win_back", "win~back* | wb | come~back* | re~activat* | churn~save*")
S.rule("order_bump", "order~bump* | bump | bumps | bump #", unless="(speed|goose|baby) bump*", theme="bump")
S.rule(
    "upsell_2",
    "oto 2-19 | up~sell* 2-19 | 2-9 up~sell | up~sell* (ii|iii|iv|two|three)",
    "(us2|us3|us4|us5|us6|us7|us8|us9|up2|up3|up4)",
    note="the third and later offers after a purchase count as the second",
)
S.rule(
    "upsell_1",
    "oto | oto 1 | up~sell* | us1 | us01 | up1 | up~grade* | *upgrade",
    unless="oto 2-19 | hardware upgrade",
    note="US alone is a country",
)
S.rule("downsell", "down~sell* | ds | ds 1-19", unless="nintendo .. ds | ds (game|games|lite|spiel*|jeu*)")
S.rule(
    "cross_sell",
    "cross~sell* | x~sell* | xs",
    unless="""(size|gr|grosse|maat|taille|talla|t) .. xs | xs (s|m|l|xl|small|klein) | (s|m|l|xl) .. xs |
        (*shirt|*shirts|hoodie|pullover|polo|pulli|trui|camiseta|sudadera|leggings|jacke|jacket|socks) .. xs |
        xs .. (*shirt|hoodie|jacket|jacke)""",
    note="XS is a size on clothes",
)
S.rule(
    "front_end",
    "front~end* | fe | fe 1-9 | acq | tripwire",
    unless="(santa|la|de|en|con|y) fe | fe (mg|de|y|en|catolica)",
    note="fe is Spanish for faith",
)

RULES = tuple(S.rules)
