"""The words of bylines: what opens them, what stands beside a name, what is no name."""

import re

from columnist.pipelines.language.lexicon import either, entries

# The longer ones come first: "de la" before "de".
OPENER = re.compile(
    rf"^(?:(?:{either('bylines', 'all-by')}|{either('bylines', 'named')}|{either('bylines', 'shown')})(?:\s*[:：|՝＝・]\s*|\.?\s+(?=\S))"
    rf"|(?:{either('bylines', 'labels')})\s*[:：]\s*)",
    re.IGNORECASE,
)
CJK_OPENER = re.compile(
    r"^[（(\[【〔]?(?:本报记者|本報記者|通讯员|通訊員|記者|记者|作者|撰文|取材|文(?=[／/＝・:：])|责编|责任编辑|編輯|编辑|(?:[\u30a0-\u30ff\u3400-\u9fff]{2,8})?特派[員员]|聞き手|ライター)[:：／/＝・\s]*"
)
CJK_CLOSER = re.compile(
    r"(?:\s*(?:記者|记者|(?:선임|수석|인턴|전문|객원)?기자|특파원|논설위원|特派[員员]|編集委員|論説委員|報導|报道))[）)\]】]?$"
)
# The same in brackets behind a name, which goes too: "Jan Klein (Fotos)"; "Eva Muster (Text)" stays.
PICTURED_BEHIND = re.compile(
    rf"(?:^|(?<=[,;|])|\s(?:{either('bylines', 'joins')})(?=\s))[^,;|()]{{2,40}}\((?:{either('bylines', 'pictures')})\)",
    re.IGNORECASE,
)
WROTE_BEHIND = re.compile(rf"\s*\((?:{either('bylines', 'wrote')})\)", re.IGNORECASE)
# "Penulis: Budi Santoso | Editor: Siti Aminah".
EDITED = re.compile(
    rf"(?:(?<=[|,;、／])\s*|\s+)(?:{either('bylines', 'editors')})\s*[:：＝]\s*[^|,;]*", re.IGNORECASE
)
# A photographer whom a space alone parts from the label.
PICTURED_SPACED = re.compile(
    r"(?:^|(?<=[\s,、|]))(?:摄影|攝影|图片|摄影记者|사진|영상)\s+[\u3400-\u9fff\uac00-\ud7af]{2,4}(?=[\s,、|)）]|$)"
)
# "[서울=홍길동 기자]", "山田花子＝ロンドン": where it was written.
WHENCE = re.compile(
    r"(?:^|(?<=[\[(]))[\uac00-\ud7af]{2,6}\s?=\s?|(?<=[\u3400-\u9fff]{3})[＝=][\u30a0-\u30ff]{2,12}(?=\W|$)"
)
SPACED_HANGUL = re.compile(r"[\uac00-\ud7af]{3}(?:\s[\uac00-\ud7af]{3})+(?=\s?기자)")
DESK = re.compile(r"[\u3400-\u9fff\u30a0-\u30ff]+(?:部|課|支局|総局|編集室)\Z")
# "王小明／台北報導": where and how a Taiwanese reporter writes, behind the name.
TAIPEI = re.compile(r"[／/]\s*[^／/、，,\s]{1,12}?(?:報導|报道|报导|外電|專電|電)\s*[）)〕\]】]?\Z")
# "本报记者 王小明 陈伟 通讯员 李红": Chinese roles between names that spaces alone part.
CHINESE_ROLE = re.compile(
    r"(?:^|(?<=[\s（(、，,；;]))(?:本报|本報|本网|本刊|特约|特約|实习|實習|见习|見習|首席|全媒体|融媒体|通讯|驻\S{1,6}?)*(?:记者|通讯员|通訊員|特派员|特派員|评论员|撰稿人|编译|责编|责任编辑)(?:[\s:：]+|(?<=[约約习習习席体]记者))"
)
SPACED_HAN = re.compile(r"[\u3400-\u9fff]{2,4}(?:[\s、，,]+[\u3400-\u9fff]{2,4})+")
# A letter that joins two names and stands on the second: Arabic's and Hebrew's "and".
JOINED = re.compile(
    rf"(?<=[\u0590-\u06ff])\s+(?!(?:{either('bylines', 'joined.waw')})(?:\s|\Z))([וو])(?=[\u0590-\u06ff]{{2}})"
)
# "写真＝佐藤次郎", "Fotografía: Pablo Rit": up to the next label, sign or end.
PICTURED = re.compile(
    rf"(?:(?<=^)|(?<=[\s|,;.、，·•/／&-]))(?:{either('bylines', 'pictures')})\s*[:：＝=／/・]\s*"
    r".*?(?=\s+[^\s:：＝=]{1,12}\s*[:：＝=]|\s[-–—|]\s|[|;、，)）\]】]|$)",
    re.IGNORECASE,
)
# "Words by Lena Orr. Photographs by Sam Hill": the same without a colon, up to the next sign or what joins names.
_BY = either("bylines", "by")
PICTURED_BY = re.compile(
    rf"(?:^|\.\s+|(?<=[\s|,;/&]))(?:(?:{either('bylines', 'joins')}|&)\s+)?(?:{either('bylines', 'pictures')})\s+(?:{_BY})\s+[^|,;.]+",
    re.IGNORECASE,
)
# "Story and photos by", "Fotos und Text:": one did both, or the words alone.
_WROTE = either("bylines", "wrote")
_JOINED = rf"\s*(?:{either('bylines', 'joins')}|[&+,/])\s*"
MADE = re.compile(
    rf"(?:^|(?<=[\s|,;.]))(?:(?:{either('bylines', 'pictures')}){_JOINED}(?:{_WROTE})|(?:{_WROTE}){_JOINED}(?:{either('bylines', 'pictures')})|(?:{_WROTE}))"
    rf"(?:\s+(?:{_BY})\s+|\s*[:：]\s*)",
    re.IGNORECASE,
)
# "Cairo - Sami Haddad": a lone word before a dash, a full name behind it.
SEAT_BEFORE = re.compile(r"^[^\W\d_]{3,20}\s+[-–—]\s+(?=[^\s:：]+ [^\s:：])")
# "Lena Orr (à Bruxelles)": what stands in brackets behind a full name.
BEHIND_NAME = re.compile(r"(?<=\S)\s*\([^()]{2,40}\)\Z")
CREDENTIAL = re.compile(
    r"^(?:ph\.?\s?d\.?|m\.?d\.?|m\.?a\.?|m\.?b\.?a\.?|m\.?s\.?c?\.?|b\.?a\.?|j\.?d\.?|r\.?n\.?|r\.?d\.?n?\.?|jr\.?|sr\.?|ii|iii|iv|"
    r"cpa|cfp|cfa|esq\.?|dds|dvm|lcsw|faan|facp|mph|mpp|pharmd|do|od|rdn?|cdn|cscs|ld|lmft|lpc|aprn|fnp|pa-c|(?-i:[A-Z]{2,6})[®™]?)$",
    re.IGNORECASE,
)
NOISE = re.compile(
    r"\bhttps?://\S+|\bwww\.\S+|\S+@\S+\.\S+|(?<!\w)@\w+"
    r"|[\u2600-\u27bf\ufe0f\u200d\U0001f300-\U0001faff]"  # pictures beside a name
    r"|\((?:[a-zà-ÿ]{1,6}|[A-Z]{2,5}|[^()]*[\d@/.:][^()]*)\)|\[[^\[\]]{0,60}\]|[‹›«»\"“”]"
)
_ROLE = either("bylines", "roles")
ROLE_ONLY = re.compile(rf"^(?:(?:{_ROLE}|of|the|at|for|de|der|und|and|,|-|\s)+)$", re.IGNORECASE)
ROLE_START = re.compile(rf"^(?:{_ROLE})\b", re.IGNORECASE)
# "Our correspondent Kit Marlow", "Muhabir: Mehmet Kaya"; a capital behind it, or a letter that has none.
_REPORTER = either("bylines", "reporters")
ROLE_BEFORE = re.compile(
    rf"^(?:(?:{either('bylines', 'ours')})\s+)?(?:(?:senior|staff|chief|guest|contributing|political|special)\s+)*"
    rf"(?:{_REPORTER}|writer|editor|contributor|redakteurin)(?:\s*[:：]\s*|\s+)(?=(?-i:[^\W\da-zà-ÿа-џα-ω]))",
    re.IGNORECASE,
)
# Behind a name only in scripts without capitals: elsewhere "Senior Autos Reporter" would leave a name.
ROLE_BEHIND = re.compile(rf"(?<=[\u0590-\u0dff\u0e00-\u0e7f])(?:\s*[,(（–-]\s*|\s+)(?:{_REPORTER})[)）]?\Z")
CUT = re.compile(
    rf"\s+[-–—|]\s+.*$|\s+(?:{either('bylines', 'behind')})\b.*$"
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
PLACES = frozenset(entries("bylines", "places"))
# A word inside a double name is none of them: "Post-Linnet".
NOT_A_NAME = re.compile(
    rf"\d|[<>{{}}=_#*\\?!%$€:：]|(?<![\w-])(?:{either('bylines', 'not-names')})(?![\w-])", re.IGNORECASE
)
PARTICLES = frozenset(entries("bylines", "particles"))
ALL_LABEL = re.compile(rf"(?:{either('bylines', 'all-labels')})\W*\Z", re.IGNORECASE)
BUILDER = re.compile(rf"\b(?:{either('bylines', 'builders')})\b", re.IGNORECASE)
# Systems number their own: "user1", "editor 2".
NOBODY = re.compile(
    rf"(?:(?:{either('bylines', 'nobody')})[\W_]*\d*|{either('bylines', 'roles-alone')})\W*\Z", re.IGNORECASE
)
