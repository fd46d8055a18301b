"""Text that was encoded twice is repaired where a page shows it throughout, and said in `extra`."""

from __future__ import annotations

from typing import cast

import pytest

from columnist.pipelines.clean import clean
from columnist.pipelines.document.charset import decode
from columnist.pipelines.records.article import Article, Page

TEXTS = {
    "French": "La maire a coupé un ruban – « enfin », dit-elle – l’été venu ; l’œuvre est là, à Évreux.",
    "German": "Die Brücke über den Fluß schließt früh, heißt es – „für Jahre“, so der Bürgermeister.",
    "Turkish": "Köprü açıldı; işçiler günlerce çalıştı, şimdi ılık bir rüzgâr esiyor – “nihayet”, dediler.",
    "Polish": "Zajezdnia zostaje otwarta – „nareszcie”, mówią mieszkańcy, którzy całą zimę czekali.",
    "Greek": "Το συμβούλιο αποφάσισε να μείνει ανοιχτό το παλιό αμαξοστάσιο.",
    "Russian": "Совет решил оставить старое депо открытым ещё на два года.",
    "Arabic": "قرر المجلس إبقاء المحطة القديمة مفتوحة لمدة عامين آخرين.",
    "Japanese": "町議会は古い車庫を二年間残すことを決めた。",
}


def misread(text: str, encoding: str) -> str:
    """Read UTF-8 as another encoding does, bytes that it has no letter for as Latin-1 has them."""
    pieces = (bytes([byte]) for byte in text.encode())
    return "".join(piece.decode(encoding, "ignore") or piece.decode("latin-1") for piece in pieces)


def page_of(text: str) -> bytes:
    paragraph = f"<p>{text} {text} {text}</p>"
    return f"<title>{text[:30]}</title><h1>{text[:30]}</h1>{paragraph * 3}<p>{text}</p>".encode()


@pytest.mark.parametrize("encoding", ["cp1252", "latin-1"])
@pytest.mark.parametrize("language", TEXTS)
def test_text_that_was_encoded_twice_is_repaired(language: str, encoding: str) -> None:
    decoded = decode(misread(page_of(TEXTS[language]).decode(), encoding).encode())

    assert decoded.utf8.decode() == page_of(TEXTS[language]).decode()
    assert decoded.twice


def test_cyrillic_that_was_taken_for_its_own_encoding_is_repaired() -> None:
    assert decode(misread(page_of(TEXTS["Russian"]).decode(), "cp1251").encode()).utf8 == page_of(
        TEXTS["Russian"]
    )


@pytest.mark.parametrize("language", TEXTS)
def test_text_that_is_right_stays(language: str) -> None:
    assert decode(page_of(TEXTS[language])).utf8 == page_of(TEXTS[language])


def test_a_page_that_speaks_of_such_letters_stays() -> None:
    page = page_of("« L’été à l’École : pourquoi “Ã©” au lieu de « é » – et À quoi bon ? »")

    assert decode(page).utf8 == page


def test_it_is_said_in_extra() -> None:
    made = cast(
        "Article",
        clean(
            Page(
                url="https://news.example/a",
                html=misread(page_of(TEXTS["French"]).decode(), "cp1252").encode(),
            )
        ),
    )

    assert made.extra["repaired"] == "text that was encoded twice"
    assert made.text.startswith("La maire a coupé un ruban –")
