"""Names of months in the languages of the news, folded."""

from functools import cache

from columnist.pipelines.language.lexicon import lexicon

# Letters whose capitals are another letter's too.
_SAME_LETTERS = str.maketrans("ıſς", "isσ")


def fold(words: str) -> str:
    """Return the words in lower case, letter for letter: MAYIS is mayıs, and both are found as mayis."""
    return words.replace("İ", "i").lower().translate(_SAME_LETTERS)


def _months() -> dict[str, int]:
    table: dict[str, int] = {}
    for names in lexicon("months").values():
        for number, spellings in enumerate(names, 1):
            for spelling in spellings.split("/"):
                table.setdefault(fold(spelling.replace("_", " ")), number)
    del table["-"]
    return table


MONTHS = _months()


@cache
def month_begun_by(word: str) -> int | None:
    """Return the month whose names, and no other's, begin so: feeds cut lokakuu to "Lok" as they cut January to "Jan"."""
    found = {number for name, number in MONTHS.items() if name.startswith(word)}
    return found.pop() if len(found) == 1 else None
