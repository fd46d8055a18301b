"""Bytes become text: the order of evidence survives wrong labels."""

import pytest

from columnist.pipelines.document.charset import Decoded, decode

GERMAN = "Die Größe der Straße, sagte Müller, sei „schön“ – über Äpfel sprach er nicht. " * 4
CHINESE = "促进航天技术更好惠及人民，市长在会议上表示，新桥将于明年开放。" * 4
JAPANESE = "日本語の記事です。東京で開かれた会議で、市長は橋について述べた。" * 4
RUSSIAN = "Мэр заявил, что новый мост откроют в следующем году, сообщает газета. " * 4
POLISH = "Burmistrz powiedział, że nowy most zostanie otwarty w przyszłym roku. Źdźbło, gęś, łąka. " * 4

LABELLED = [
    ("utf-8", GERMAN.encode(), None, "utf-8"),
    ("utf-8 under a latin-1 header", GERMAN.encode(), "text/html; charset=iso-8859-1", "utf-8"),
    ("byte order mark", b"\xef\xbb\xbf" + GERMAN.encode(), "text/html; charset=iso-8859-1", "utf-8"),
    ("utf-16 with a mark", GERMAN.encode("utf-16"), None, "utf-16-le"),
    ("utf-16-le without a mark", ("<html><p>" + CHINESE).encode("utf-16-le"), None, "utf-16-le"),
    (
        "utf-16-be without a mark",
        ("<html><p>" + GERMAN).encode("utf-16-be"),
        "text/html; charset=utf-8",
        "utf-16-be",
    ),
    ("iso-2022-jp", ("<p>" + JAPANESE).encode("iso2022_jp"), None, "iso2022_jp"),
    ("latin-1 means cp1252", GERMAN.encode("cp1252"), "text/html; charset=iso-8859-1", "cp1252"),
    ("gb2312 means gb18030", b"<meta charset=gb2312>" + CHINESE.encode("gbk"), None, "gb18030"),
    ("shift_jis means cp932", JAPANESE.encode("cp932"), "text/html; charset=Shift_JIS", "cp932"),
    ("koi8-r", RUSSIAN.encode("koi8-r"), "text/html; charset=koi8-r", "koi8-r"),
    (
        "the page knows better than the server's default",
        b'<meta charset="windows-1251">' + RUSSIAN.encode("cp1251"),
        "text/html; charset=iso-8859-1",
        "cp1251",
    ),
]


@pytest.mark.parametrize(
    ("body", "content_type", "encoding"), [c[1:] for c in LABELLED], ids=[c[0] for c in LABELLED]
)
def test_the_declared_or_evident_encoding_is_read(
    body: bytes, content_type: str | None, encoding: str
) -> None:
    decoded = decode(body, content_type)

    assert encoding == decoded.encoding
    assert "�" not in decoded.utf8.decode()
    assert not decoded.guessed


MISLABELLED = [
    ("cp1252 under utf-8", GERMAN, "cp1252"),
    ("gbk under utf-8", CHINESE, "gb18030"),
    ("cp1251 under utf-8", RUSSIAN, "cp1251"),
    ("shift_jis under utf-8", JAPANESE, "cp932"),
    ("euc-jp under utf-8", JAPANESE, "euc_jp"),
    ("polish under utf-8", POLISH, "iso8859-2"),
]


@pytest.mark.parametrize(("text", "encoding"), [c[1:] for c in MISLABELLED], ids=[c[0] for c in MISLABELLED])
def test_a_body_that_is_not_the_utf8_it_claims_is_detected_and_flagged(text: str, encoding: str) -> None:
    decoded = decode(b"<meta charset=utf-8>" + text.encode(encoding), "text/html; charset=utf-8")

    assert text in decoded.utf8.decode()
    assert decoded.guessed


def test_a_page_cut_in_mid_character_stays_utf8() -> None:
    decoded = decode((CHINESE * 4).encode()[:-1])

    assert decoded.encoding == "utf-8"
    assert decoded.guessed


def test_halves_of_surrogate_pairs_cost_themselves_only() -> None:
    decoded = decode(b"before \xed\xa0\x80 after " + GERMAN.encode())

    assert decoded.utf8.decode() == "before  after " + GERMAN


def test_any_bytes_decode() -> None:
    for body in (
        b"",
        bytes(range(256)) * 8,
        b"\xff\xfe",
        b"\x1b$B\xff",
        b"\0\0\0\0",
        b"<meta charset=bogus>\xe9",
    ):
        decode(body, "text/html; charset=also-bogus").utf8.decode()


@pytest.mark.parametrize("before", range(4))
def test_a_character_may_stand_on_any_border(before: int) -> None:
    body = b"<p>" + b"x" * before + "é世🌉".encode() * 10_000

    assert decode(body) == Decoded(body, "utf-8")
    assert decode(body[:-1]).guessed


CZECH = "Žáci šli ťuhýkovi naproti, řekl starosta; most „už nelze zachránit“ – šťastný konec. " * 4
GREEK = "Ο δήμαρχος είπε ότι η νέα γέφυρα θα ανοίξει του χρόνου – «Άγιος» και Ά. " * 4
TURKISH = "Belediye meclisi perşembe gecesi eski tramvay deposunu açık tutmaya karar verdi, dedi başkan. " * 4
UKRAINIAN = "Мер заявив, що новий міст відкриють наступного року, повідомляє газета. " * 4
FRENCH = (
    "L’été dernier, le maire a déclaré que le pont rouvrirait à Noël, où cela coûte 3 €. Ça suffit – «Forêt». "
    * 4
)
MEANT = [
    ("windows-1251 called latin-1", RUSSIAN, "cp1251", "iso-8859-1"),
    ("windows-1251 called iso-8859-5", RUSSIAN, "cp1251", "iso-8859-5"),
    ("windows-1251 called koi8-r", UKRAINIAN, "cp1251", "koi8-r"),
    ("koi8-r called windows-1251", RUSSIAN, "koi8-r", "windows-1251"),
    ("windows-1250 called latin-2, Czech", CZECH, "cp1250", "iso-8859-2"),
    ("windows-1250 called latin-2, Polish", POLISH, "cp1250", "iso-8859-2"),
    ("windows-1253 called iso-8859-7", GREEK, "cp1253", "iso-8859-7"),
    ("windows-1253 called latin-1", GREEK, "cp1253", "iso-8859-1"),
    ("windows-1250 called latin-1, Polish", POLISH, "cp1250", "iso-8859-1"),
    ("windows-1250 called latin-1, Czech", CZECH, "cp1250", "iso-8859-1"),
    ("windows-1254 called latin-1", TURKISH, "cp1254", "iso-8859-1"),
]
RIGHT = [
    ("latin-1", GERMAN, "cp1252", "iso-8859-1"),
    ("French", FRENCH, "cp1252", "iso-8859-1"),
    ("latin-2", POLISH, "iso8859-2", "iso-8859-2"),
    ("windows-1250", CZECH, "cp1250", "windows-1250"),
    ("iso-8859-5", RUSSIAN, "iso8859-5", "iso-8859-5"),
    ("iso-8859-7", GREEK.replace("–", "-"), "iso8859-7", "iso-8859-7"),
    ("koi8-u", UKRAINIAN, "koi8-u", "koi8-u"),
    ("a single Greek letter", "The price is 5 \u03b1." * 4, "iso8859-7", "iso-8859-7"),
]


@pytest.mark.parametrize(("text", "encoding", "label"), [c[1:] for c in MEANT], ids=[c[0] for c in MEANT])
def test_a_label_of_another_family_or_of_the_standard_beside_it_is_seen_through(
    text: str, encoding: str, label: str
) -> None:
    decoded = decode(b"<p>" + text.encode(encoding), f"text/html; charset={label}")

    assert text in decoded.utf8.decode()
    assert decoded.guessed


@pytest.mark.parametrize(("text", "encoding", "label"), [c[1:] for c in RIGHT], ids=[c[0] for c in RIGHT])
def test_a_right_label_is_believed(text: str, encoding: str, label: str) -> None:
    decoded = decode(b"<p>" + text.encode(encoding), f"text/html; charset={label}")

    assert text in decoded.utf8.decode()
    assert not decoded.guessed
