"""What a link says to a screen reader alone: "(opens in a new tab)". It is no word of the article."""

from __future__ import annotations

import re

__all__ = ["without_link_notes"]

_NOTES = (
    r"(?:external )?(?:link )?opens (?:in )?(?:an? )?(?:external |new )(?:tab|window|site)(?: or (?:tab|window))?",
    r"(?:(?:externer )?link )?öffnet (?:sich )?i(?:n|m|n einem) neue[mn] (?:browser)?(?:fenster|tab)",
    r"(?:lien externe )?s[’']ouvre dans une? nouvel(?:le fenêtre| onglet)",
    r"se abre en (?:una )?(?:nueva (?:ventana|pestaña)|(?:ventana|pestaña) nueva)",
    r"abre (?:em|numa?|em uma?) nov(?:a (?:janela|aba|guia)|o separador)",
    r"si apre in (?:una )?nuova (?:finestra|scheda)",
    r"opent in (?:een )?nieuw (?:venster|tabblad)",
    r"otwiera się w now(?:ej karcie|ym oknie)",
    r"öppnas i (?:ett nytt fönster|nytt fönster|en ny flik|ny flik)",
    r"åpnes i (?:et nytt vindu|nytt vindu|en ny fane|ny fane)",
    r"åbner i (?:et nyt vindue|nyt vindue|en ny fane|ny fane)",
    r"avautuu uuteen (?:ikkunaan|välilehteen)|avautuu uudessa (?:ikkunassa|välilehdessä)",
    r"otevře se v nov(?:ém okně|é kartě|é záložce)",
    r"új (?:ablakban|lapon) nyílik(?: meg)?",
    r"se deschide într-o (?:fereastră|filă) nouă",
    r"откр(?:оется|ывается) в нов(?:ом окне|ой вкладке)",
    r"yeni (?:pencerede|sekmede) açılır",
    r"新しい(?:ウィンドウ|タブ)で開(?:きます|く)",
    r"在新(?:窗口|标签页|視窗|分頁)中?(?:打开|開啟)",
    r"새 (?:창|탭)(?:에서)? 열(?:림|기|립니다)",
)
_ANY = "|".join(_NOTES)
# In brackets or, in English, behind a comma: a sentence may tell of a window that opens.
_NOTE = re.compile(rf"\s?[(（\[](?:{_ANY})[)）\]]|,\s?(?:{_NOTES[0]})(?!\w)", re.IGNORECASE)
_BEGINNINGS = ("(", ", opens", "（", "[")


def without_link_notes(text: str) -> str:
    """Return the text of a block that holds a link without such notes."""
    if not any([beginning in text for beginning in _BEGINNINGS]):  # noqa: C419  a generator takes twice as long
        return text
    return _NOTE.sub("", text).strip()
