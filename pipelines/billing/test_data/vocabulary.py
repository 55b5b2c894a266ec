"""The words that test data is made of: names nobody bears, words for "test", labels of form fields. Pure.

Names are written in the order given name, family name. Sources: the placeholder names that countries use in
specimen documents and in law ("Max Mustermann", "Ola Nordmann", "Matti Meikäläinen"), and how forms label a name.
"""

# Nobody is called this: the specimen names of identity cards and adverts.
UNMISTAKABLE = """
Max Mustermann|Erika Mustermann|Maria Mustermann|Martin Mustermann|Martina Mustermann|Hans Mustermann
Peter Mustermann|Sabine Mustermann|Moritz Mustermann|Eva Mustermann|Anna Mustermann|Lisa Mustermann|Petra Mustermann
Erika Musterfrau|Maria Musterfrau|Martina Musterfrau|Eva Musterfrau|Anna Musterfrau|Lisa Musterfrau|Sabine Musterfrau
Petra Musterfrau|Monika Musterfrau|Maxi Musterfrau|Erna Musterfrau|Melanie Musterfrau|Max Musterknabe|Max Musterkind
Leon Musterkind|Manfred Mustermann|Michael Mustermann|Markus Mustermann|Mia Musterkind|Heinz Mustermann
Otto Normalverbraucher|Otto Normalo|Lieschen Normalverbraucher|Erika Normalverbraucher|Karl Mustermann
Matti Meikäläinen|Maija Meikäläinen|Navn Navnesen|Jan Modaal|Pinco Pallino|Tizio Caio|Vasya Pupkin|Вася Пупкин
Василий Пупкин|Fulano de Tal|Fulana de Tal|Fulanito de Tal|Mengano de Tal|Zutano de Tal|Perico de los Palotes
Monsieur Untel|Madame Unetelle|Jean Tartempion|Gipsz Jakab|Jakab Gipsz|Ploni Almoni|פלוני אלמוני
John Q Public|Joe Public|A N Other|Zé Ninguém|João Ninguém
"""

# Placeholders first, though somebody may bear the name.
USUAL = """
John Doe|Jane Doe|Johnny Doe|Janie Doe|Jon Doe|Joe Doe|Richard Roe|Jane Roe|John Roe|Baby Doe|Joe Bloggs|Jane Bloggs
Fred Bloggs|Joe Sixpack|Joe Average|Average Joe|Jan Publiek|Jan met de Pet|Piet Modaal|Max Muster|Maxi Muster
Erika Muster|Hans Muster|Petra Muster|Maria Muster|Lieschen Müller|Lieschen Mueller|Ola Nordmann|Kari Nordmann
Medel Svensson|Svenne Svensson|Pero Perić|Pera Perić|Janez Kranjski|Minta János|Minta Pista
三 张|四 李|三 張
길동 홍|Gildong Hong|Gil-dong Hong|Văn A Nguyễn|Nguyen Van A|Foo Bar|Some One|Some Body|No Name|No Body|No One|Any One
Any Body|Mickey Mouse|Donald Duck|Micky Maus|Bugs Bunny|Homer Simpson|Bart Simpson|Harry Hirsch
Hein Blöd|Testy McTestface|Testy McTester|Iksinski Jan|Jan Iksiński
"""

# Placeholders that thousands of real people share: worth a word, never more.
COMMON = """
Jean Dupont|Jeanne Dupont|Marie Dupont|Pierre Dupont|Paul Dupont|Jean Durand|Pierre Durand|Jean Martin|Marie Martin
John Smith|Jane Smith|Jan Jansen|Jan Janssen|Piet Jansen|Jan de Vries|Piet Janssen|Juan García|Juan Pérez|María Pérez
José García|María García|Pepe Pérez|Mario Rossi|Maria Rossi|Giuseppe Rossi|Luigi Rossi|Luca Bianchi|João Silva
José Silva|João da Silva|Maria da Silva|José da Silva|Maria Silva|Jan Kowalski|Anna Kowalska|Jan Nowak|Anna Nowak
Jan Novák|Josef Novák|Jana Nováková|Jozef Mrkvička|Josef Vomáčka|Jozko Mrkvicka|Ivan Ivanov|Иван Иванов|Иван Петров
Пётр Петров|Іван Петренко|Sven Svensson|Anna Andersson|Anders Andersson|Erik Eriksson|Karl Karlsson|Jens Hansen
Hans Hansen|Peter Jensen|Kari Hansen|Matti Virtanen|Maija Virtanen|János Kovács|Kovács János|János Nagy|Ion Popescu
Maria Popescu|Janez Novak|Ivan Horvat|Marko Marković|Petar Petrović|Ivo Ivić|Jón Jónsson|Γιάννης Παπαδόπουλος
Γεώργιος Παπαδόπουλος|Yannis Papadopoulos|Giorgos Papadopoulos|Ahmet Yılmaz|Mehmet Yılmaz|Ayşe Yılmaz|Juan dela Cruz
Hans Meier|Hans Müller|Peter Müller|Hans Schmidt|Peter Meier|Max Müller|Thomas Müller|Erika Müller|Jānis Bērziņš
Jonas Jonaitis|Vardenis Pavardenis|Mari Maasikas|Wei Zhang|Wei Wang|Israel Israeli|ישראל ישראלי
Taro Yamada|Hanako Yamada|太郎 山田|花子 山田|San Zhang|Si Li|Mohamed Mohamed
"""

UNMISTAKABLE_SURNAMES = "mustermann|musterfrau|musterknabe|musterkind|normalverbraucher|meikalainen"
REAL_SURNAMES = "muster|doe|bloggs"  # borne by real people, and by placeholders

# "Test" where it can be nothing else in the place of a given name or before an @.
TEST = """
test|tests|testing|tested|tester|testers|testje|testi|teszt|tesztelo|testas|testowy|testowa|testovaci|testaaja|testare
prueba|pruebas|probando|proef|deneme|zkouska|skuska|dummy|qa|uat|autotest|loadtest|pentest|smoketest|selenium|cypress
playwright|тест|тестовый|тестовая|тестов|тестовий|тестер|δοκιμη|δοκιμαστικος|測試|测试|テスト|테스트|اختبار|تجربه|בדיקה
"""

# Words that mean a test only beside another such word: some are names or ordinary words.
WEAK = """
teste|testes|essai|prova|provino|probe|proba|demo|demos|fake|sample|mock|null|none|nil|undefined|nan|foo|bar|baz|qux
lorem|ipsum|dolor|blah|bla|placeholder|example|beispiel|exemple|ejemplo|esempio|voorbeeld|exemplo|przyklad|priklad
eksempel|exempel|esimerkki|pelda|ornek|пример|παραδειγμα|automation|automated|regression|sandbox|staging|temp|tmp|delete
deleteme|ignore|junk|trash|muster|kokeilu|bogus|invalid|unknown|default|xx|na|nn|tbd|pruebas|試験
"""

# Who a test account pretends to be.
ROLES = """
user|users|customer|client|kunde|kundin|kunden|klant|cliente|clienta|klient|klientka|zakaznik|kund|kunder
asiakas|ugyfel|musteri|клиент|πελατης|account|konto|compte|cuenta|conto|conta|person|persona|personne|persoon|people
nutzer|benutzer|gebruiker|usuario|usuaria|utilisateur|utente|utilizador|uzytkownik|uzivatel|bruker|bruger|anvandare
kayttaja|пользователь|member|mitglied|abonnent|abonnentin|abonne|abonnee|abonado|subscriber|subscription|leser|lezer
reader|kontakt|contact|contacto|contatto|admin|guest|gast|buyer|kaufer|acheteur|shopper|order|one|two|three|four|five
eins|zwei|drei|un|deux|trois|uno|dos|tres|due|tre|een|twee|drie|firma|company
new|neu|only|purpose|purposes|card|holder|cardholder|karte|karteninhaber|id|email|mail|data|daten|case
"""

# What forms call the fields.
GIVEN_NAME = """
vorname|vornahme|prenom|nombre|nombres|voornaam|first|firstname|given|givenname|forename|nome|imie|jmeno|meno|fornamn
fornavn|etunimi|имя|імя|ονομα|ad|adi|isim|keresztnev|utonev|prenume|ime|eesnimi|vardas|vards|eiginnafn|名|이름|שם
"""
FAMILY_NAME = """
nachname|nachnahme|familienname|zuname|nom|apellido|apellidos|achternaam|last|lastname|surname|family|familyname|cognome
sobrenome|apelido|nazwisko|prijmeni|priezvisko|efternamn|efternavn|etternavn|sukunimi|фамилия|прізвище|επωνυμο|soyad
soyadi|soyisim|vezeteknev|csaladnev|nume|prezime|priimek|perekonnanimi|pavarde|uzvards|姓|성|name|namn|navn|naam|nimi
nev|nazev|имяфамилия|משפחה
"""

# What a product for testing is called beside "test"; one of these makes the name of one.
THINGS = """
product|products|produkt|produkte|producto|produit|prodotto|produto|item|items|artikel|article|articulo|plan|plans|rate
charge|charges|fee|sku|description|beschreibung|account|order|orders|invoice|subscription|offer|package|bundle|entry
record|price|catalog|catalogue|campaign|promo|code|name|data|case|run|import|migration|sandbox|environment|feature
"""
CATALOGUE_TEST = "test|tests|testing|dummy|qa|uat|тест|тестовый|測試|测试|テスト|테스트"
FILLERS = """
do|not|use|delete|me|please|ignore|internal|only|the|a|for|my|new|old|monthly|annual|yearly|quarterly|weekly|month|year
annually|date|digital|print|paper|id|version|env|usd|eur|gbp|chf|one|two|time|recurring|usage|v|x
"""

GATEWAY = "test|tests|testing|testmode|sandbox|dummy|mock|fake|bogus|staging|simulator|simulation|uat|qa"
GATEWAY_PARTS = """
gateway|gateways|payment|payments|pay|stripe|adyen|paypal|braintree|worldpay|mollie|ingenico|ogone|saferpay|datatrans
gocardless|cybersource|authorize|net|checkout|com|card|cards|sepa|direct|debit|account|mode|env|environment|merchant
processor|v|payone|wirecard|heidelpay|unzer|klarna|square|vantiv|chase|orbital|nmi|eway|bluesnap
"""
