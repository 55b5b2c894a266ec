"""Test accounts of every kind, and ordinary people who look like one.

`is_test` and `confidence` are what a judge must find, written down here kind by kind. Addresses end in a
domain that is reserved or known to be nobody's, or (where the case needs it) in a real domain with an
invented name before it; nothing is ever sent to them. `{own}` is the brand's own mail domain, `{number}`
tells two of a kind apart, `{tag}` looks drawn by lot.
"""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.sample.cast.role import Role


@dataclass(frozen=True, kw_only=True)
class Persona:
    """What differs from an ordinary customer. `pays`: money arrives for the bills."""

    is_test: bool
    confidence: str
    names: tuple[str, str] | None = None
    mail: str | None = None
    account: str | None = None  # its name
    flagged: bool = False
    batch: str | None = None
    advice: str | None = None
    card: tuple[str, str] | None = None  # bank identification number and last four digits
    holder: str | None = None
    gateway: str | None = None
    promotion: str | None = None
    postcode: str | None = None
    address: str | None = None
    test_plan: bool = False
    mandate: bool = False  # a payment of the smallest unit, to verify a mandate
    pays: bool = True


PERSONAS = tuple(
    Role(name=name, persona=persona)
    for name, persona in {
        "flagged": Persona(is_test=True, confidence="certain", flagged=True),
        "batch": Persona(is_test=True, confidence="certain", batch="Batch50"),
        "named_account": Persona(is_test=True, confidence="certain", account="zzz_ {number}", pays=False),
        "reserved_host": Persona(is_test=True, confidence="certain", mail="root@localhost", pays=False),
        "reserved_name": Persona(is_test=True, confidence="certain", mail="test+{number}@example.com"),
        "reserved_below": Persona(
            is_test=True, confidence="certain", mail="leser{number}@mail.example.org", pays=False
        ),
        "reserved_test": Persona(is_test=True, confidence="certain", mail="user{number}@shop.test"),
        "reserved_invalid": Persona(
            is_test=True, confidence="certain", mail="a{number}@b.invalid", pays=False
        ),
        "reserved_example": Persona(
            is_test=True, confidence="certain", mail="abo{number}@verlag.example", pays=False
        ),
        "own_test_user": Persona(
            is_test=True, confidence="certain", mail="test.user+{number}@{own}", pays=False
        ),
        "own_testing": Persona(is_test=True, confidence="certain", mail="testing{number}@{own}", pays=False),
        "known_by_mail": Persona(
            is_test=True,
            confidence="certain",
            names=("Kim", "Kraneburg"),
            mail="Kim.Kraneburg+Abo{number}@Briefkasten.alt",
            pays=False,
        ),
        "known_by_name": Persona(
            is_test=True,
            confidence="certain",
            names=("Kim", "Kraneburg"),
            mail="kk{number}@post.alt",
            postcode="99998",
            pays=False,
        ),
        "test_promotion": Persona(is_test=True, confidence="certain", promotion="QATEST100", pays=False),
        "mustermann": Persona(
            is_test=True,
            confidence="certain",
            names=("Max", "Mustermann"),
            mail="m.mustermann{number}@post.alt",
            pays=False,
        ),
        "musterfrau": Persona(
            is_test=True,
            confidence="certain",
            names=("Erika", "Musterfrau"),
            mail="em{number}@post.alt",
            pays=False,
        ),
        "own_tagged": Persona(
            is_test=True,
            confidence="likely",
            names=("Robin", "Sommer"),
            mail="robin.sommer+t3@{own}",
            pays=False,
        ),
        "own_random_tag": Persona(
            is_test=True,
            confidence="likely",
            names=("Jules", "Winter"),
            mail="jules.winter+QA-KrTq9Zv7{number}@{own}",
            pays=False,
        ),
        "tagged_test": Persona(
            is_test=True,
            confidence="likely",
            names=("Marie", "Herbst"),
            mail="marie.herbst{number}+test@post.alt",
            pays=False,
        ),
        "john_doe": Persona(
            is_test=True, confidence="likely", names=("John", "Doe"), mail="jd{number}@post.alt", pays=False
        ),
        "field_names": Persona(
            is_test=True,
            confidence="likely",
            names=("Testvorname", "Testnachname"),
            mail="tv{number}@post.alt",
            pays=False,
        ),
        "noms_de_champs": Persona(
            is_test=True, confidence="likely", names=("Prénom", "Nom"), mail="pn{number}@post.alt", pays=False
        ),
        "prueba": Persona(
            is_test=True, confidence="likely", names=("Prueba", "QA"), mail="p{number}@post.alt", pays=False
        ),
        "mashed": Persona(
            is_test=True,
            confidence="likely",
            names=("asdf", "asdf"),
            mail="asdf@asdf{number}.alt",
            pays=False,
        ),
        "mashed_row": Persona(
            is_test=True,
            confidence="likely",
            names=("qwertz", "qwertz"),
            mail="qwertz@post{number}.alt",
            pays=False,
        ),
        "numbered": Persona(
            is_test=True, confidence="likely", names=("Test 12", "Kunde"), mail="kunde12@{own}", pays=False
        ),
        "visa_of_tests": Persona(is_test=True, confidence="likely", card=("424242", "4242"), pays=False),
        "other_visa_of_tests": Persona(
            is_test=True, confidence="likely", card=("411111", "1111"), pays=False
        ),
        "mastercard_of_tests": Persona(
            is_test=True, confidence="likely", card=("555555", "4444"), pays=False
        ),
        "holder_of_tests": Persona(
            is_test=True, confidence="likely", card=("411773", "0007"), holder="APRO", pays=False
        ),
        "gateway_of_tests": Persona(is_test=True, confidence="likely", gateway="Stripe TEST", pays=False),
        "catalogue_of_tests": Persona(is_test=True, confidence="likely", test_plan=True, pays=False),
        "disposable_unpaid": Persona(
            is_test=True,
            confidence="likely",
            names=("aaa", "bbb"),
            mail="zzz{number}@mailinator.com",
            pays=False,
        ),
        "disposable_paid": Persona(
            is_test=False, confidence="suspect", names=("Edda", "Quist"), mail="edda{number}@yopmail.com"
        ),
        "last_four": Persona(is_test=False, confidence="suspect", card=("454617", "4242")),
        "press_code": Persona(is_test=False, confidence="suspect", promotion="PRESSE100", pays=False),
        "do_not_process": Persona(is_test=False, confidence="certain", advice="DoNotProcess"),
        "contest": Persona(is_test=False, confidence="certain", mail="contest@rossi{number}.alt"),
        "latest": Persona(is_test=False, confidence="certain", mail="latest.news{number}@post.alt"),
        "tagged_contest": Persona(is_test=False, confidence="likely", mail="ben{number}+contest@post.alt"),
        "warentest": Persona(is_test=False, confidence="certain", names=("Eva", "Stein"), mail="abo@test.de"),
        "example_de": Persona(
            is_test=False, confidence="certain", names=("Uwe", "Berg"), mail="uwe{number}@example.de"
        ),
        "myexample": Persona(
            is_test=False, confidence="certain", names=("Ana", "Ruiz"), mail="ana@myexample.alt"
        ),
        "testa": Persona(
            is_test=False, confidence="certain", names=("Giulia", "Testa"), mail="g.testa{number}@post.alt"
        ),
        "tester": Persona(
            is_test=False, confidence="certain", names=("Ana", "Tester"), mail="ana.tester{number}@post.alt"
        ),
        "fake": Persona(
            is_test=False, confidence="certain", names=("Caterina", "Fake"), mail="c.fake{number}@post.alt"
        ),
        "null": Persona(
            is_test=False, confidence="certain", names=("Christopher", "Null"), mail="c.null{number}@post.alt"
        ),
        "muster": Persona(
            is_test=False, confidence="likely", names=("Thomas", "Muster"), mail="t.muster{number}@post.alt"
        ),
        "dupont": Persona(
            is_test=False, confidence="likely", names=("Jean", "Dupont"), mail="jean.dupont{number}@post.alt"
        ),
        "demos": Persona(
            is_test=False, confidence="certain", names=("Nikos", "Demos"), mail="demos{number}@post.alt"
        ),
        "own_staff": Persona(
            is_test=False, confidence="likely", names=("Petra", "Vogel"), mail="petra.vogel{number}@{own}"
        ),
        "relay": Persona(
            is_test=False, confidence="certain", names=("Iván", "Soto"), mail="soto.{number}@duck.com"
        ),
        "namesake": Persona(
            is_test=False,
            confidence="certain",
            names=("Kim", "Kraneburg"),
            mail="kraneburg{number}@post.alt",
            postcode="8001",
        ),
        "office": Persona(
            is_test=False, confidence="certain", address="Verlagshaus am Hafen 1", postcode="99998"
        ),
        "short": Persona(
            is_test=False, confidence="certain", names=("Bo", "Li"), mail="bo.li{number}@post.alt"
        ),
        "firm": Persona(
            is_test=False,
            confidence="certain",
            names=("", "Buchhandlung am Markt"),
            mail="laden{number}@post.alt",
        ),
        "mandate": Persona(is_test=False, confidence="certain", mandate=True, pays=False),
    }.items()
)
