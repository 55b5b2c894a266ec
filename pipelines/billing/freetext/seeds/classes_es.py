"""Kinds of subscriptions in Spanish."""

from pipelines.billing.freetext.evidence import SUBSCRIPTION_CLASS
from pipelines.billing.freetext.seeds.row import RUNNING, Seeds

S = Seeds(SUBSCRIPTION_CLASS, "es")

S.rule(
    "complimentary",
    "cortesía",
    "(suscripción|acceso|cuenta|plan|membresía|ejemplar) (gratuit*|gratis|libre|invitado|de invitado)",
    "empleado* | personal interno | (servicio|pase|ejemplar*|suscripción|acceso) de prensa",
    "ejemplar* (de)? (promoción|gratuito*)",
    "sin (coste|cargo|costo) | colaborador* | gratis para",
    unless="descuento (de)? empleado* | gastos .. sin coste | envío sin coste",
)
S.rule(
    "gift",
    "regalo | regalos | suscripción (de|para) (regalo|regalar) | (caja|box|tarjeta) regalo | para regalar",
    "regala",
    unless="""(papel|envoltorio|bolsa|caja|embalaje|lista) (de|para) regalo* |
        (tarjeta*|vale*|cheque*|bono*) (de)? regalo* |
        regalo (de)? (bienvenida|sorpresa|seguro|directo|incluido|gratis) | (con|un|y|su|tu|más|de)
        regalo*""",
    theme="word",
)
S.rule("gift", "suscripción (de|para) (regalo|regalar) | abono (de)? regalo | suscripción regalo")
S.rule(
    "trial",
    "prueba | pruebas | probar | pruébalo | pruébanos | (a|de) prueba | introductori*",
    "oferta (de)? (introducción|prueba)",
    "primeros números | toma de contacto | conócenos",
    "1-6 (mes|meses) (por|a) (solo|sólo)? (# €|€ #) | 1-12 (números|semanas) (por|a) (solo|sólo)? (# €|€ #)",
    "primer mes (por|a)? (solo|sólo)? (# €|€ #)",
    unless="""a prueba de | prueba* de
        (agua|fuego|balas|embarazo|nivel|acceso|golpes|sonido|antígenos|pcr|esfuerzo|adn) |
        pruebas (médicas|libres|de) | # % .. # meses | prueba del algodón""",
    note="a prueba de agua is waterproof",
)
S.rule(
    "one_time",
    "compra* (única*|puntual*|suelta*) | número* suelto* | ejemplar* suelto* | acceso de por vida",
    "de por vida | vitalicio*",
    "(tarjeta*|vale*|cheque*) (de)? regalo* | (papel|envoltorio) (de|para) regalo",
    "(sin|ninguna) suscripción | edición suelta",
    "pedido único | caja única",
)
S.rule(
    "one_time",
    "número* especial* | libro | libros | guía | guías | calendario* | taza | tazas | camiseta*",
    "recetario* | cuaderno* | curso | cursos",
    "póster | agenda | agendas | taller | talleres | pegatina* | ficha* | láminas | plantilla*",
    "fotolibro* | dvd | cartel",
    theme="goods",
    unless=RUNNING + " | guía de suscr*",
)
S.rule(
    "legacy",
    "(tarifa*|plan*|precio*|contrato*|cuota*|suscripción*|oferta*) (antigu*|anterior*|históric*|heredad*)",
    "antigu* (tarifa*|plan*|precio*|contrato*|oferta*|modalidad*) | descatalogad* | obsolet* | heredado*",
    "fuera de (catálogo|venta)",
    "ya no (disponible|se vende|se ofrece) | a extinguir",
)
S.rule(
    "prepaid",
    "prepago* | pre~pagad* | prepagad* | pagad* (por)? (adelantado|anticipado|anticipadamente)",
    "pago* (por)? (adelantado|anticipado)",
    "por adelantado | (sin|no) (renovación|renovable*) (automática)? | no se renueva",
    "duración (determinada|fija) | plazo fijo",
    "2+ (números|ejemplares) | 2-60 meses | 2-10 años | (dos|tres) años | sin renovación automática",
    unless="""(primeros|durante|cada|por|permanencia|mínimo|tras|los|compromiso) (de|los)? 2-60
        (meses|números|años) |
        2-60 (meses|números) (gratis|de regalo|de descuento|de permanencia|de prueba|por|a) | # % .. #
        (meses|números) |
        (de|desde|hasta) # años""",
)
S.rule(
    "standard",
    "suscripción | suscripciones | suscripción* | membresía* | sin (permanencia|compromiso)",
    "abono (mensual|anual|digital|trimestral)",
    "plan (premium|básico|digital|completo) | cancela cuando quieras",
    unless="(en|sobre|para) (tu|la|su|una)? suscripción | descuento .. suscripción | (dto) .. suscripción",
)
S.rule(
    "unclassified",
    "(anual|mensual) .. (mantenimiento|soporte|donación|donativo)",
    "(mantenimiento|soporte|donación) (anual|mensual)",
)

RULES = tuple(S.rules)
