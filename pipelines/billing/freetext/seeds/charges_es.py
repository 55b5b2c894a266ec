"""What a charge is for, in Spanish."""

from pipelines.billing.freetext.evidence import CHARGE_CATEGORY
from pipelines.billing.freetext.seeds.row import Seeds

S = Seeds(CHARGE_CATEGORY, "es")

S.rule(
    "discount",
    "descuento* | dto | dtos | dcto | desc# | rebaja | rebajas | cupón | cupones | cupón*",
    "vale descuento | bonificación*",
    "código (promocional|promo|descuento|de descuento) | (a)? mitad de precio | # % (menos|de ahorro)",
    "ahorra # % | ahorra .. # €",
    "reducción (de|del)? precio",
)
S.rule(
    "credit",
    "gesto* comercial* | abono (por|en cuenta|de compensación|a cuenta) | nota de (crédito|abono)",
    "reembolso*",
    "devolución* | devoluciones | compensación* | saldo a favor | crédito | crédito* | reintegro*",
    unless="""tarjeta* de crédito | (devolución|devoluciones) (de|del) recibo* | gastos .. devolución |
        abono mensual""",
)
S.rule(
    "shipping",
    "(gasto|gastos|coste|costes|costo) (de)? (envío|transporte|manipulación|entrega|embalaje) | envío",
    "envíos | portes",
    "mensajería | franqueo | gastos postales | entrega (urgente|express|a domicilio|24|en 24)",
    "transporte | embalaje",
    "recargo (de|por) envío | suplemento (de|por) envío",
    unless="""(envío|envíos|portes|entrega) (gratis|gratuit*|incluid*|pagados|sin coste) |
        (gratis|incluye|con) .. (envío|portes) |
        transporte público | embalaje (de|para) regalo""",
)
S.rule(
    "tax_fee",
    "iva | igic | impuesto* | tasa | tasas | comisión | comisiones | recargo* | intereses de demora",
    "redondeo | arancel*",
    "aduana*",
    "gastos (de)? (gestión|administración|tramitación|devolución|cobro|reclamación|bancarios|administrativos|impago)",
    "recibo* devuelto* | devolución de recibo* | penalización* | cargo por (impago|demora|gestión)",
    unless="""(con|sin|más|incl|incluye|incluido) .. (iva|impuestos) | iva (incluido|incl|inc|no) |
        impuestos incluidos |
        tasa (de)? (cambio|alta|inscripción|paro) | recargo (de|por) envío | comisión europea""",
)
S.rule(
    "trial",
    "(período|periodo|mes|semana|semanas|fase|días) (gratis|gratuito)? de prueba",
    "(período|periodo|mes) prueba",
    "# (días|meses|semanas|números) (gratis|gratuitos)? (de|a)? prueba",
    "prueba (gratis|gratuita)? (de)? # (días|meses|semanas)",
    "prueba .. (# €|€ #) | (# €|€ #) .. prueba",
    "(precio|tarifa) (de)? (lanzamiento|introducción|prueba|introductor*)",
    "(primer|1er) mes (por|a|desde)? (solo|sólo)? (# €|€ #) | (# €|€ #) el primer mes",
    "1-6 (mes|meses) (por|a) (solo|sólo)? (# €|€ #)",
    "1-12 (números|semanas|entregas) (por|a) (solo|sólo)? (# €|€ #)",
    unless="# % .. # meses | a prueba de | prueba de (agua|fuego|nivel)",
)
S.rule(
    "one_time",
    "alta | pago* único* | pago único | compra* única* | único pago",
    "cuota (única|de (alta|inscripción|entrada|activación))",
    "matrícula | activación | instalación | inscripción",
    "(tasa|gasto|gastos) de (alta|activación|instalación|apertura|inscripción)",
    "número suelto | números sueltos | compra única",
    unless="""alta
        (calidad|velocidad|definición|gama|costura|cocina|resolución|tensión|fidelidad|mar|proteína|potencia|montaña) |
        alta en (proteína*|fibra|boletín|newsletter) | (en|muy|más) alta | alta
        (nueva|automática|boletín|intensidad|energía)""",
    note="alta is the start of a contract, and also just: high",
)
S.rule(
    "recurring",
    "mensual | mensuales | mensualmente | mensualidad* | anual | anuales | anualmente | anualidad*",
    "trimestral*",
    "semestral* | bimestral* | bimensual* | quincenal* | cuota | cuotas | al (mes|año|trimestre)",
    "por (mes|año)",
    "cada (mes|año|trimestre|# meses) | todos los meses | (# €|€ #) (mes|año|trimestre) | recurrente*",
    unless="""cuota (única|de (alta|inscripción|entrada|activación)) | (informe|memoria) anual* | revista
        mensual |
        una vez al año""",
)

RULES = tuple(S.rules)
