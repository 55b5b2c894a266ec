"""Source files: what they say, and what is said about those that cannot be used."""

from pathlib import Path

import pytest

from hub.errors import ConfigError
from pipelines.engine.source import Source
from pipelines.engine.source_file import load_source

HEAD = '[source]\nname = "mine"\ntenant = "acme"\n'


@pytest.fixture
def load(tmp_path: Path):
    def from_text(text: str) -> Source:
        path = tmp_path / "mine.toml"
        path.write_text(text, encoding="utf-8")
        return load_source(path)

    return from_text


def test_what_a_source_says(load) -> None:
    source = load(
        HEAD
        + """
        [format]
        writing = "rfc4180"
        delimiter = ";"
        null_markers = ["NULL"]
        naive_zone = "Europe/Berlin"

        [entities.member]
        table = "members"
        mode = "cursor"
        overlap_hours = 3
        absent = ["note"]
        columns = { Monthly_Fee = "fee" }
        """
    )
    feed = source.feeds["member"]
    assert (source.form.writing, source.form.delimiter) == ("rfc4180", ";")
    assert (feed.table, feed.mode, feed.overlap_hours) == ("members", "cursor", 3.0)
    assert (feed.columns, feed.absent) == ({"Monthly_Fee": "fee"}, {"note"})
    assert (feed.null_markers, feed.naive_zone) == (("NULL",), "Europe/Berlin")


def test_a_column_may_be_mapped_to_several_and_extra_comes_last(load) -> None:
    feed = load(
        HEAD + '[entities.member]\ncolumns = { a = ["", "name", "note"], b = "fee", c = "" }\n'
    ).feeds["member"]
    assert feed.columns == {"a": "name", "b": "fee", "c": ""}
    assert feed.also == {"a": ("note", "")}


def test_what_a_source_says_about_its_cells(load) -> None:
    feed = load(
        HEAD
        + """
        [format]
        names = "loose"
        ids = 'm_\\d+'
        times = ["%d/%m/%Y", "iso"]
        flags = { Y = "true" }

        [entities.member]
        key = ["Club", "No"]
        formats = { joined = "%Y%m%d" }
        values.level.gold = "Gold"
        """
    ).feeds["member"]
    assert (feed.loose_names, feed.key) == (True, ("Club", "No"))
    assert feed.writing.general == {"ids": (r"m_\d+",), "times": ("%d/%m/%Y", "iso")}
    assert (feed.writing.flags, feed.writing.formats) == ({"Y": "true"}, {"joined": ("%Y%m%d",)})
    assert feed.writing.values == {"level": {"gold": "Gold"}}


def test_what_is_not_said_has_a_default(load) -> None:
    source = load('[source]\ntenant = "acme"\n[entities]\nmember = {}\n')
    assert (source.name, source.form.writing, source.feeds["member"].table) == ("mine", "naive", "member")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("tenant = ", "cannot be read"),
        ("", "there is no [source] table"),
        ("source = 5\n[entities]\n", "there is no [source] table"),
        ('[source]\nname = "mine"\n[entities]\n', "has no tenant"),
        (HEAD, "there is no [entities] table"),
        (HEAD + "nonsense = 1\n[entities]\n", "unknown key source.nonsense"),
        (HEAD + "[entities]\n[nonsense]\n", "unknown key nonsense"),
        (HEAD + "[entities]\nmember = 5\n", "entities.member is no table"),
        (HEAD + "[entities.member]\nnonsense = 1\n", "unknown key entities.member.nonsense"),
        (HEAD + '[entities.member]\nmode = "often"\n', "entities.member.mode is 'often'"),
        (HEAD + '[entities.member]\noverlap_hours = "long"\n', "overlap_hours is not a number"),
        (HEAD + "[entities.member]\noverlap_hours = -1\n", "overlap_hours is not a number"),
        (HEAD + "[entities.member]\noverlap_hours = nan\n", "overlap_hours is not a number"),
        (HEAD + '[entities.member]\nabsent = "note"\n', "absent is not a list of texts"),
        (HEAD + "[entities.member]\nconstants = { level = 1 }\n", "constants is not a table of texts"),
        (HEAD + '[entities.member]\ncolumns = ["fee"]\n', "columns is not a table of texts"),
        (HEAD + 'format = "csv"\n[entities]\n', "unknown key source.format"),
        ('format = "csv"\n' + HEAD + "[entities]\n", "there is no [format] table"),
        (HEAD + '[format]\nnull_markers = "NULL"\n[entities]\n', "null_markers is not a list of texts"),
        (HEAD + '[format]\nwriting = "excel"\n[entities]\n', "format.writing is 'excel'"),
        (HEAD + '[format]\ndelimiter = "||"\n[entities]\n', "format.delimiter must be one character"),
        (HEAD + '[format]\ndelimiter = ""\n[entities]\n', "format.delimiter must be one character"),
        (HEAD + "[format]\ndelimiter = '\"'\n[entities]\n", "format.delimiter must be one character"),
        (HEAD + '[format]\nencoding = "klingon"\n[entities]\n', "format.encoding 'klingon'"),
        (HEAD + '[format]\nencoding = "utf-16"\n[entities]\n', "format.encoding 'utf-16'"),
        (HEAD + '[format]\nnaive_zone = "Berlin"\n[entities]\n', "format.naive_zone 'Berlin'"),
        (HEAD + '[format]\nencoding = "a\\u0000b"\n[entities]\n', "format.encoding 'a\\x00b'"),
        (HEAD + '[format]\nnaive_zone = "Factory"\n[entities]\n', "format.naive_zone 'Factory'"),
        (HEAD + '[format]\nnames = "fuzzy"\n[entities]\n', "format.names is 'fuzzy'"),
        (HEAD + "[format]\nids = '('\n[entities]\n", "format.ids: '(' is no regular expression"),
        (HEAD + "[format]\nids = 5\n[entities]\n", "format.ids is not a text or a list of texts"),
        (HEAD + "[format]\ntimes = []\n[entities]\n", "format.times is not a text or a list of texts"),
        (HEAD + '[format]\ntimes = "DD.MM.YYYY"\n[entities]\n', "format.times: 'DD.MM.YYYY' does not tell"),
        (HEAD + '[format]\ndates = ["iso", "%x"]\n[entities]\n', "format.dates: '%x' has %x"),
        (HEAD + '[format]\namounts = "1,5"\n[entities]\n', "format.amounts: '1,5' is not the number"),
        (HEAD + '[format]\nflags = { Y = "yes" }\n[entities]\n', "format.flags.Y is 'yes'"),
        (HEAD + "[format]\nflags = { Y = true }\n[entities]\n", "format.flags is not a table of texts"),
        (HEAD + '[format]\nzones = { PST = "-8" }\n[entities]\n', "format.zones.PST is '-8'"),
        (HEAD + "[entities.member]\ncolumns = { fee = [] }\n", "columns is not a table of texts or lists"),
        (HEAD + '[entities.member]\nkey = "id"\n', "entities.member.key is not a list of texts"),
        (HEAD + "[entities.member]\nformats = { fee = 5 }\n", "formats is not a table of texts or lists"),
        (HEAD + '[entities.member]\nvalues = { level = "Gold" }\n', "values is not a table of tables"),
        (HEAD + "[format]\ntrailers = ['(']\n[entities]\n", "no regular expression"),
        (HEAD + "[format]\ntrailers = ['^(?=x)']\n[entities]\n", "no regular expression"),
        (HEAD + '[entities.member]\ntable = "/etc"\n', "entities.member.table '/etc'"),
        (HEAD + '[entities.member]\ntable = "../../x"\n', "entities.member.table '../../x'"),
        (HEAD + '[entities.member]\ntable = "a/b"\n', "entities.member.table 'a/b'"),
        (HEAD + '[entities.member]\ntable = ""\n', "entities.member.table ''"),
    ],
)
def test_a_source_that_cannot_be_used_is_named_with_its_fault(load, text: str, said: str) -> None:
    with pytest.raises(ConfigError) as error:
        load(text)
    assert "source file mine.toml" in error.value.message
    assert said in error.value.message


def test_a_source_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"gone\.toml cannot be read"):
        load_source(tmp_path / "gone.toml")


def test_a_source_that_is_not_utf_8_is_named(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigError, match=r"mine\.toml cannot be read"):
        load_source(path)
