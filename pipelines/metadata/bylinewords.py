"""The words of bylines: what opens them, what stands beside a name, what is no name."""

from __future__ import annotations

import re

__all__ = [
    "AGO",
    "AGO_BEHIND",
    "CJK_CLOSER",
    "CJK_OPENER",
    "CREDENTIAL",
    "CUT",
    "DAY_BEHIND",
    "NOBODY",
    "NOISE",
    "NOT_A_NAME",
    "OPENER",
    "PARTICLES",
    "PLACES",
    "ROLE_BEFORE",
    "ROLE_ONLY",
    "ROLE_START",
    "SEAT",
]

# Words that open a byline, by language; a name follows.
_OPENERS = (
    # English
    "written by", "posted by", "published by", "reported by", "story by", "words by", "article by", "reviewed by",
    "edited by", "analysis by", "opinion by", "guest post by", "text by", "author", "authors", "by",
    # German, Dutch, Scandinavian
    "ein artikel von", "eine analyse von", "ein kommentar von", "ein interview von", "ein gastbeitrag von",
    "geschrieben von", "verfasst von", "text", "autor", "autorin", "autoren", "von", "door", "geschreven door", "auteur",
    "af", "av", "skrevet av", "skriven av", "tekst", "tekst:", "forfatter", "författare", "kirjoittaja", "toimittaja",
    # Romance
    "par", "écrit par", "publié par", "rédigé par", "propos recueillis par", "auteure", "auteurs",
    "por", "escrito por", "publicado por", "autora", "autores", "texto", "de", "da", "di", "a cura di", "autore", "scritto da",
    "redactado por", "de la", "redacción",
    "de către", "scris de", "autori", "redactor",
    # Slavic and Baltic
    "autor:", "opracował", "opracowała", "opracowanie", "przez", "oprac", "tekst", "napisał", "napsal", "napsala", "připravil",
    "автор", "автори", "авторы", "текст", "автор:", "piše", "пише", "autorius", "autors", "parengė",
    "autorin/autor", "autor/autorin", "autor/in", "autor:in", "autor*in", "avtor", "avtorica", "eftir", "höfundur", "deur", "skrywer",
    # Others
    "συντάκτης", "του", "της", "ο", "η", "γράφει", "γράφει ο", "γράφει η", "egilea", "autorzy", "mwandishi", "müəllif", "minn", "vum",
    "yazan", "haber", "yazar", "szerző", "írta", "penulis", "oleh", "editor",
    "ditulis oleh", "tác giả", "theo", "بقلم", "كتب", "كتبت", "إعداد", "الكاتب", "نویسنده", "מאת", "लेखक", "द्वारा",
    "লেখক", "প্রতিবেদক", "تحریر", "எழுதியவர்", "โดย", "ผู้เขียน", "ავტორი", "հեղինակ",
    "記者", "文／", "文/", "文", "作者", "撰文", "記者：", "责编", "责任编辑", "編輯", "글", "기자",
)  # fmt: skip
# These open a byline before a colon only: "Words: Kit Marlow", but "Words from the harbour".
_LABELS = (
    r"words|story|interview|report|reporting|analysis|texte|reportage|enquête|entretien|testo|intervista|entrevista|reportaje|"
    r"reportagem|bericht|protokoll|интервью|текст|wywiad|rozmawiał[ao]?"
)
OPENER = re.compile(
    r"^(?:(?:"
    + "|".join(sorted((re.escape(o) for o in _OPENERS), key=len, reverse=True))
    + rf")(?:\s*[:：|՝]\s*|\s+(?=\S))|(?:{_LABELS})\s*[:：]\s*)",
    re.IGNORECASE,
)
CJK_OPENER = re.compile(r"^[（(\[【]?(?:記者|记者|作者|撰文|文[／/]|责编|责任编辑|編輯|编辑)[:：／/\s]*")
CJK_CLOSER = re.compile(r"(?:\s*(?:記者|记者|기자|特派員|編集委員|論説委員|報導|报道))[）)\]】]?$")
CREDENTIAL = re.compile(
    r"^(?:ph\.?\s?d\.?|m\.?d\.?|m\.?a\.?|m\.?b\.?a\.?|m\.?s\.?c?\.?|b\.?a\.?|j\.?d\.?|r\.?n\.?|r\.?d\.?n?\.?|jr\.?|sr\.?|ii|iii|iv|"
    r"cpa|cfp|cfa|esq\.?|dds|dvm|lcsw|faan|facp|mph|mpp|pharmd|do|od|rdn?|cdn|cscs|ld|lmft|lpc|aprn|fnp|pa-c|(?-i:[A-Z]{2,6})[®™]?)$",
    re.IGNORECASE,
)
NOISE = re.compile(
    r"\bhttps?://\S+|\bwww\.\S+|\S+@\S+\.\S+|(?<!\w)@\w+"
    r"|\((?:[a-zà-ÿ]{1,6}|[A-Z]{2,5}|[^()]*[\d@/.:][^()]*)\)|\[[^\[\]]{0,60}\]|[‹›«»\"“”]"
)
# Roles that stand before or behind a name; what follows such a word behind a comma or dash is dropped.
_ROLE = (
    r"senior|junior|staff|chief|deputy|assistant|associate|managing|executive|contributing|special|foreign|political|"
    r"reporter|writer|editor|editorial|correspondent|journalist|columnist|contributor|producer|photographer|author|"
    r"bureau|intern|fellow|founder|ceo|manager|director|professor|lecturer|researcher|analyst|specialist|expert|coach|"
    r"redakteur\w*|redaktor\w*|redaktion\w*|korrespondent\w*|reporterin|journalistin?|volontär\w*|autorin|leiter\w*|"
    r"journaliste|rédact\w+|correspondante?|envoyée?|grand reporter|chef|cheffe|"
    r"periodista|redactora?|corresponsal|reportero|editora?|jornalista|repórter|giornalista|inviat[oa]|"
    r"journalist\w*|toimittaja|verslaggever|redacteur|correspondent\w*|dziennikar\w+|redaktorka|novinář\w*|"
    r"журналист\w*|корреспондент\w*|обозреватель|редактор\w*|кореспондент\w*|muhabir\w*|editör\w*|újságíró|"
    r"content|marketing|digital|news|sports?|politics|business|health|science|technology|vice|president|head|lead"
)
ROLE_ONLY = re.compile(rf"^(?:(?:{_ROLE}|of|the|at|for|de|der|und|and|,|-|\s)+)$", re.IGNORECASE)
ROLE_START = re.compile(rf"^(?:{_ROLE})\b", re.IGNORECASE)
ROLE_BEFORE = re.compile(
    r"^(?:senior |staff |chief |guest |contributing |political |special )*(?:reporter|writer|editor|correspondent|journalist|"
    r"columnist|contributor|redakteur|redakteurin|journaliste|periodista|giornalista|repórter)\s+(?=[A-ZÀ-Ý])",
    re.IGNORECASE,
)
CUT = re.compile(
    r"\s+[-–—|]\s+.*$|\s+(?:published|posted|updated|last updated|on|für|for the|is an?|was|has|covers|reports|writes|"
    r"publié|publicado|veröffentlicht|aktualisiert|opublikowano|minutes? ago|hours? ago|min read|read more|view|see all|follow|"
    r"about the author|more from|più letti|bio|profile)\b.*$"
    r"|\s+\d{1,2}[./:]\d.*$|\s+(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s+\d.*$|\s*\d{4}.*$",
    re.IGNORECASE,
)
_SPANS = r"(?:minutes?|hours?|days?|weeks?|months?|years?)"
AGO = re.compile(rf"^.*?\b{_SPANS}\s+ago\b\s*[-–—|•·,]?\s*", re.IGNORECASE)
# "By Kit Marlow, updated 3 hours ago": the name stands first, and is two words or more.
AGO_BEHIND = re.compile(
    r"^(\S+ \S.*?)[\s,|•·–—-]+(?:(?:last |first )?(?:updated|posted|published)\s*:?\s*)?"
    rf"(?:\d+|an?|one)\s{_SPANS}\s+ago\W*$",
    re.IGNORECASE,
)
# A day behind a name, in any script.
DAY_BEHIND = re.compile(r"\s+\d{1,2}\.?\s+(?:de\s+)?\S{2,20}\s+(?:de\s+)?\d{4}.*$")
# "Kit Marlow in London": where a correspondent sits, behind a name of two words.
SEAT = re.compile(r"^(\S+ \S+(?: \S+)?) (?:in|from|à|aus) [A-ZÀ-Ý][^.]*$")
# Places of two words, which a name may be: "Luis Pérez, Buenos Aires". A lone word beside full names is none.
PLACES = frozenset(
    (
        "new york", "new york city", "new delhi", "buenos aires", "hong kong", "los angeles", "san francisco", "san diego", "san josé",
        "san jose", "san salvador", "san juan", "santo domingo", "santa cruz", "são paulo", "sao paulo", "rio de janeiro", "belo horizonte",
        "porto alegre", "mexico city", "guatemala city", "panama city", "ciudad de méxico", "ciudad de panamá", "la paz", "la habana",
        "las palmas", "le havre", "le caire", "den haag", "the hague", "tel aviv", "abu dhabi", "kuala lumpur", "ho chi minh city",
        "phnom penh", "cape town", "addis ababa", "port au prince", "port-au-prince", "st petersburg", "st. petersburg", "st louis",
        "las vegas", "washington dc", "washington d.c.", "frankfurt am main", "kansas city", "salt lake city", "quebec city",
        "kuwait city", "sri lanka", "south africa", "new zealand", "puerto rico", "нижний новгород", "санкт-петербург",
    )
)  # fmt: skip
NOT_A_NAME = re.compile(
    r"\d|[<>{}=_#*\\?!%$€:]|\b(?:admin\w*|administrator|webmaster|editorial|staff|team|newsroom|news ?desk|desk|redaktion|"
    r"redaktionen|rédaction|redacción|redacao|redação|redazione|redactie|redakcja|redakce|редакция|редакція|guest|anonymous|unknown|"
    r"null|undefined|none|n/a|user|press release|sponsored|advert\w*|newsletter|subscribe|share|facebook|twitter|view|see all|more|sign up|log in|menu|"
    r"instagram|comments?|login|sign in|read|click|copyright|getty|shutterstock|photos?|foto|image|video|archive|"
    r"agencies|agenturen|agences|agencias|wire|service|posts?|articles?|contact|author|posted|published|updated)\b",
    re.IGNORECASE,
)
PARTICLES = frozenset(
    [
        "de",
        "da",
        "do",
        "dos",
        "das",
        "di",
        "del",
        "della",
        "der",
        "den",
        "van",
        "von",
        "vom",
        "zu",
        "zur",
        "zum",
        "la",
        "le",
        "les",
        "du",
        "des",
        "el",
        "al",
        "bin",
        "ibn",
        "ben",
        "ter",
        "ten",
        "te",
        "y",
        "e",
        "af",
        "av",
        "bint",
        "abu",
        "o'",
        "mc",
        "mac",
        "d'",
        "l'",
        "dello",
        "degli",
        "dalla",
        "ul",
        "san",
        "st",
        "st.",
        "mc.",
        "ud",
        "et",
        "i",
    ]
)
# What systems fill in where nobody is named.
NOBODY = re.compile(
    r"(?:admin\w*|administrator|webmaster|super ?user|root|user|author|editor|unknown|anonymous|guest|null|none|undefined|n/a|"
    r"no author|by|von|par|por|de|wordpress|wp|default|test|name)\W*\Z",
    re.IGNORECASE,
)
