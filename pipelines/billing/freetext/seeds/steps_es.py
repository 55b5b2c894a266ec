"""Steps of the funnel in Spanish."""

from pipelines.billing.freetext.evidence import FUNNEL_STEP
from pipelines.billing.freetext.seeds.row import Seeds

S = Seeds(FUNNEL_STEP, "es")

S.rule(
    "win_back",
    "(recuperación|recupera|recuperar) (de)? (cliente*|abonado*|suscriptor*|baja*|socio*|exclientes)",
    "vuelve | vuelva | volver | regresa | te (echamos de menos|extrañamos) | re~activación | reactiva*",
    "(antiguos|antiguas|ex|anteriores|exclientes) (cliente*|suscriptor*|abonado*|socio*) | exsuscriptor*",
    "exclientes",
    "anti~baja* | antibaja* | retención | reconquista* | (clientes|suscriptores|socios) (inactivos|perdidos)",
    "bienvenido de nuevo | oferta de (retorno|regreso) | evitar (la)? baja",
    unless="retención (fiscal|de datos|irpf)",
)
S.rule(
    "cart_recovery",
    "(recuperación|recupera|recuperar|rescate) (de|del|tu)? (carrito*|cesta*)",
    "abandono (de|del)? (carrito|cesta)",
    "(carrito*|cesta*|compra*|pedido*) (abandonad*|olvidad*|pendiente*|inacabad*|sin terminar)",
    "(olvidaste|dejaste|olvidado) .. (carrito|cesta) | (carrito|cesta) .. (espera*|recordatorio|olvid*)",
)
S.rule(
    "downsell",
    "oferta (reducida|alternativa|económica) | versión (reducida|ligera|económica|light|básica)",
    "alternativa (más)? (económica|barata) | plan (ligero|reducido)",
    "en (lugar|vez) (de|del) (premium|plan completo)",
)
S.rule(
    "order_bump",
    "(complemento|extra|oferta|añadido|adicional) (en|al) (el|la|tu)? (checkout|carrito|pedido|pago|cesta|caja)",
    "(añade|añadir|agrega|agregar) .. (pedido|carrito|compra|cesta)",
)
S.rule(
    "upsell_2",
    "(segundo|segunda|tercer|tercera|cuarta|2a|2da|3a) (up~sell*|oferta|venta adicional)",
)
S.rule(
    "upsell_1",
    "oferta (única)? (tras|después de|post|posterior a) (la|tu|su)? (compra|pedido) | oferta única",
    "(primer) up~sell",
    "mejora (de|tu|a) (plan|premium|suscripción|plus) | ampliación (de|del)? (plan|suscripción)",
    "pasa* a premium",
    "venta adicional 1? | oferta post~compra",
)
S.rule(
    "cross_sell",
    "venta* cruzada* | suplemento* | (producto*|oferta*|artículo*) (complementari*|adicional*|relacionado*)",
    "complementari* | también compraron | compraron también | (clientes|otros) compraron",
    "(comprado|comprados) juntos",
    unless="""(suplemento*|complemento*) (alimentici*|nutricional*|deportiv*|vitamínic*|proteic*|dietétic*) |
        suplemento* (de|con) (vitamina*|proteína*|colágeno|hierro|magnesio|omega*|calcio|zinc)""",
    note="a food supplement is a product",
)
S.rule(
    "renewal",
    "renovación* | renovaciones | renueva | renovar | prórroga* | prorroga* | recompra* | re~pedido",
    unless="""(se|no) renueva | renueva automáticamente | renovable* |
        renovación (del hogar|de casa|de la casa)""",
)
S.rule(
    "front_end",
    "bienvenid* | primer (pedido|compra) | primera (compra|caja|box|suscripción) | captación",
    "(alta|altas) (nueva|nuevas)",
    "(nuevo|nuevos|nueva|nuevas) (cliente*|suscriptor*|socio*|abonado*|usuario*|alta*)",
    "oferta de (lanzamiento|inicio|entrada|captación)",
    unless="bienvenid* de nuevo",
)

RULES = tuple(S.rules)
