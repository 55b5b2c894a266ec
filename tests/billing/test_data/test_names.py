"""What names say: placeholders, words for a test, keys; and the real people who look like them."""

from __future__ import annotations

import pytest

from tests.billing.test_data.judging import short, verdict

TESTS = [
    # specimen names nobody bears
    ("MAX", "MUSTERMANN", "test certain"),
    ("Mustermann", "Max", "test certain"),
    (None, "Max Mustermann", "test certain"),
    ("Max Mustermann", None, "test certain"),
    ("Ma\u200bx", "Muste\u00adrmann 2", "test certain"),
    ("Erika", "Musterfrau", "test certain"),
    ("Otto", "Normalverbraucher", "test certain"),
    ("Matti", "Meikäläinen", "test certain"),
    ("Matti", "Meika\u0308la\u0308inen", "test certain"),
    ("Fulano", "de Tal", "test certain"),
    ("Pinco", "Pallino", "test certain"),
    ("Вася", "Пупкин", "test certain"),
    ("John Q.", "Public", "test certain"),
    # placeholders first of all
    ("John", "Doe", "test likely"),
    ("Jane", "X. Doe", "test likely"),
    ("Joe", "Bloggs", "test likely"),
    ("Max", "Muster", "test likely"),
    ("Kari", "Nordmann", "test likely"),
    ("三", "张", "test likely"),
    ("길동", "홍", "test likely"),
    # words for a test
    ("Test", "Test", "test likely"),
    ("TEST", "user", "test likely"),
    ("Test 12", "Kunde", "test likely"),
    ("Test", "Müller", "test likely"),
    ("Test", None, "test likely"),
    ("Testkunde", "Meier", "test likely"),
    ("User", "Test", "test likely"),
    ("Usertest", "Meier", "test likely"),
    ("Dummy", "Customer", "test likely"),
    ("Fake", "Name", "test likely"),
    ("Demokunde", "Neu", "test likely"),
    ("Null", "Null", "test likely"),
    ("Foo", "Bar", "test likely"),
    ("Prueba", "Cliente", "test likely"),
    ("Essai", "Test", "test likely"),
    ("Proef", "Klant", "test likely"),
    ("Prova", "Prova", "test likely"),
    ("Teste", "Teste", "test likely"),
    ("Deneme", "Müşteri", "test likely"),
    ("Тест", "Тестов", "test likely"),
    ("Δοκιμή", "Πελάτης", "test likely"),
    ("テスト", "太郎", "test likely"),
    ("测试", "用户", "test likely"),
    # what forms call their fields
    ("Vorname", "Nachname", "test likely"),
    ("Testvorname", "Testnachname", "test likely"),
    ("Prénom", "Nom", "test likely"),
    ("Nombre", "Apellido", "test likely"),
    ("Voornaam", "Achternaam", "test likely"),
    ("Firstname1", "Lastname1", "test likely"),
    ("Imię", "Nazwisko", "test likely"),
    ("Имя", "Фамилия", "test likely"),
    ("Nome", "Cognome", "test likely"),
    # keys
    ("asdf", "asdf", "test likely"),
    ("asd", "asd", "test likely"),
    ("hjkl", "fdsa", "test likely"),
    ("qwertz", "yxcvb", "test likely"),
    ("azerty", "qsdf", "test likely"),
    ("йцукен", "фыва", "test likely"),
    ("ασδφ", "ασδφ", "test likely"),
    ("qaz", "wsx", "test likely"),
    ("aaa", "bbb", "test likely"),
    ("sdkfjhsdf", "sdkfjhs", "test likely"),
    ("k3jd92ks", "k3jd92ks", "test likely"),
    (None, "asdf qwer", "test likely"),
    ("asdf", "Meier", "real suspect"),
    ("qwertz", "Meier", "real suspect"),
    ("Klaus", "Mustermann", "real suspect"),
    ("Robo", "Tester-Smith", "test certain"),  # on the list of names
]

PEOPLE = [
    ("William", "Test"), ("Katie", "Test"), ("Ana", "Tester"), ("Marco", "Testa"), ("Enzo", "Testarossa"),
    ("Pierre", "Teste"), ("Anne", "Testard"), ("Paola", "Testi"), ("Christopher", "Null"), ("Caterina", "Fake"),
    ("Nikos", "Demos"), ("Charles", "Sample"), ("Rolf", "Dummer"), ("Eva", "Probst"), ("Attest", "Kovács"),
    ("Modesta", "Latestere"), ("Bo", "Li"), ("X Æ", "Nguyễn"), ("Max", "Müller-Test"), ("Anna Test", "Meier"),
    ("Bar", "Refaeli"), ("Ad", "van Dam"), ("Ime", "Udoka"), ("Nom", "Wongsakul"), ("Julia", "Wert"),
    ("Reza", "Schacht"), ("Azer", "Mammadov"), ("Alka", "Bhandari"), ("Lael", "Wilber"), ("Фъстък", "Тошев"),
    ("Testimony", "Okafor"), ("Essai", "Koné"), ("Demo", "Papas"), ("Guest", "Person"), ("A", "Test"),
    ("Herr", "Test"),
    (None, "Test GmbH"), (None, "Test"), (None, "Test-Aankoop"), (None, "Testa"), (None, None), ("", " "),
    ("12", "?!"),
    ("Isabella", "Pallino"), ("Srb", "Krč"), ("Robin", "Example"), ("k3jd92ks", "Meier"),
    ("Thomas", "Thomas"), ("Ali", "Ali"),
]  # fmt: skip

SHARED_WITH_MANY = [
    ("Jean", "Dupont"), ("Jan", "Jansen"), ("Juan", "García"), ("JUAN", "Garci\u0301a"), ("John", "Smith"),
    ("Mario", "Rossi"), ("Jan", "Kowalski"), ("Иван", "Иванов"), ("Thomas", "Muster"), ("Ruth", "Doe"),
    ("太郎", "山田"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("first", "last", "expected"), TESTS, ids=[f"{first}-{last}" for first, last, _ in TESTS]
)
def test_names_of_tests(first: str | None, last: str | None, expected: str) -> None:
    assert short(verdict(first, last)) == expected


@pytest.mark.parametrize(("first", "last"), PEOPLE, ids=[f"{first}-{last}" for first, last in PEOPLE])
def test_people_are_people(first: str | None, last: str | None) -> None:
    found = verdict(first, last)
    assert (short(found), found.reasons) == ("real certain", ())


@pytest.mark.parametrize(
    ("first", "last"), SHARED_WITH_MANY, ids=[f"{first}-{last}" for first, last in SHARED_WITH_MANY]
)
def test_a_placeholder_that_many_people_are_called_is_noted_and_no_test(first: str, last: str) -> None:
    assert short(verdict(first, last)) == "real likely"


@pytest.mark.parametrize(
    ("name", "expected"),
    [("Test Account", "test likely"), ("Max Mustermann", "test certain"), ("ZZZ_Ada", "test certain"),
     ("Ada zzz_", "real certain"), ("Test, William", "real certain"), ("Test GmbH", "real certain"),
     ("", "real certain")],
)  # fmt: skip
def test_the_name_of_the_account(name: str, expected: str) -> None:
    assert short(verdict(name=name)) == expected
