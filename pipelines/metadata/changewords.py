"""What stands before the day of a change, in the languages of the news: on pages and in flattened text."""

from __future__ import annotations

import re

__all__ = ["CHANGED"]

CHANGED = re.compile(
    r"updat|modif|revis|review|edited|checked|aktuali[sz]|geändert|stand:|bijgewerkt|gewijzigd|mis(?:e)? à jour|actuali[sz]|"
    r"atuali[sz]|aggiorna|обнов|оновл|изменен|oppdater|opdater|uppdater|ändrad|päivite|frissít|módos|modyfik|ažurir|ажурир|змінен|ενημ|güncel|"
    r"cập nhật|diperbarui|dikemas|更新|改稿|수정|업데이트|تحديث|تعديل|به‌روز|بروزرسانی|עודכן|अपडेट|আপডেট|อัปเดต|แก้ไข",
    re.IGNORECASE,
)
