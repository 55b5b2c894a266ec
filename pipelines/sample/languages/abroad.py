"""Readers abroad: currencies without a minor unit, and with three digits of it."""

from pipelines.sample.languages import Country

JAPAN = Country(
    name="Japan",
    code="JP",
    currency="JPY",
    tax_per_mille=80,
    phone="+81 3 0000 ",
    cities=(("100-0001", "Tokyo", "Tokyo"), ("530-0001", "Osaka", "Osaka"), ("600-8001", "Kyoto", "Kyoto")),
    digits=0,
    price_of_euro=164,
    price_step=10,
)

KUWAIT = Country(
    name="Kuwait",
    code="KW",
    currency="KWD",
    tax_per_mille=0,
    phone="+965 0000 ",
    cities=(("13001", "Kuwait City", "Al Asimah"), ("20002", "Salmiya", "Hawalli")),
    digits=3,
    price_of_euro=335,
    price_step=5,
)

SPAIN = Country(
    name="Spain",
    code="ES",
    currency="EUR",
    tax_per_mille=40,
    phone="+34 810 000 ",
    cities=(
        ("28013", "Madrid", "Madrid"), ("41004", "Sevilla", "Andalucía"), ("15003", "A Coruña", "Galicia"),
        ("46002", "València", "Comunitat Valenciana"), ("24001", "León", "Castilla y León"),
    ),
)  # fmt: skip
