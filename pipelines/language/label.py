"""text -> Language: langdetect, seeded and guarded, combined with what the letters and the page itself say."""

import re
from collections import Counter
from dataclasses import dataclass

from columnist.pipelines.language.detector import KNOWN, Guess, guess_language
from columnist.pipelines.language.scripts import SCRIPT_LANGUAGE, language_by_letters, letters_by_script


@dataclass(frozen=True, slots=True)
class Language:
    """A language label."""

    code: str | None  # ISO 639-1
    score: float | None  # 0 to 1; None where only the page's own word speaks for the label
    source: str | None  # langdetect, declared, script, or both joined by +


UNKNOWN = Language(None, None, None)
_SAMPLE = 600  # characters: the accuracy of the full text at a third of its time (measured on the corpora)
_FEW_LETTERS = 50  # below it langdetect's label is a guess: "hello" is Finnish to it
_FEW_SIGNS = 20  # the same for scripts that name their language, and for syllables and words in one sign
_GOOD_FIT = 0.7  # the worst of 440 pages in languages that langdetect knows has 0.715, the median 0.88
_SOME_FIT = 0.6  # Zulu read as Swahili has 0.55 to 0.68, random letters below 0.2
_SURE = 0.95  # below it one of langdetect's trials disagreed with the others
_CODE_SIGNS = 0.06  # share of brackets and operators: prose has below 0.01, program text above 0.08
_NOISE = re.compile(r"(?:https?://|www\.)\S+|\S+@\S+|[@#]\w+|\d+")
# The same for a text without @ in a fifth of the time: the engine skips to the signs that it may begin with.
_NOISE_WITHOUT_AT = re.compile(r"[hw#\d](?:(?<=h)ttps?://\S+|(?<=w)ww\.\S+|(?<=#)\w+|(?<=\d)\d*)")
_CODE = re.compile(r"[{}\[\]<>=;|\\^~_]|\w\(|\)[:.;,)]")
_SIGNS_OF_CODE = "{}[]<>=;|\\^~_()"  # each match has one

# ISO 639-1 codes that langdetect has no profile of, in scripts that it would read: the page's word is believed.
_RARE = (
    "is eu gl ga gd mt lb fo fy br oc co rm ast eo la ms jv su mg mi sm to fj haw ht ku tk uz az kk ky tg tt ba "
    "mn sr bs be zu xh st tn ts ve nr ss sn ny rw rn lg ha yo ig wo ff ln om ti sd ps ug ks sa "
    "bm ee ak tw gn qu ay kl se sc an wa li vo ia cv os ce ab av ckb"
)
_WITHOUT_PROFILE = frozenset(_RARE.split())
# Neighbours that trigrams confuse: (declared, what langdetect says of it).
_PAIRS = (
    "ms-id id-ms gl-pt gl-es bs-hr bs-sl sr-hr sr-sl hr-sl sl-hr oc-ca oc-fr ast-es an-es co-it fo-no fo-da fy-nl "
    "lb-de li-nl da-no no-da af-nl nl-af cs-sk sk-cs sv-no no-sv jv-id su-id mk-bg bg-mk be-ru be-uk ru-uk uk-ru "
    "hi-ne ne-hi mr-hi hi-mr ks-ur sd-ur ps-fa ur-fa fa-ur ku-fa ku-tr az-tr uz-tr tk-tr sa-hi ky-ru mn-ru kk-ru "
    "tg-ru tt-ru ba-ru sr-mk is-no is-da sc-it rm-it wa-fr br-fr gd-cy ht-fr xh-sw zu-sw rw-sw ny-sw"
)
_NEIGHBOURS = frozenset(_PAIRS.split())
_OLD_CODES = {"iw": "he", "in": "id", "ji": "yi", "nb": "no", "nn": "no", "sh": "sr", "mo": "ro", "fil": "tl"}


def label_language(title: str | None, text: str, declared: str | None = None) -> Language:
    """Label the language of an article's text; unknown where neither the text nor the page tells."""
    said = _plain_code(declared)
    by_page = Language(said, None, "declared") if said else UNKNOWN
    sample = _sample(f"{title or ''} {text[: 2 * _SAMPLE]}")
    signs = Counter(sample)
    scripts = letters_by_script(signs)
    if not scripts:
        return by_page
    (script, letters), total = scripts.most_common(1)[0], scripts.total()
    if script in SCRIPT_LANGUAGE:
        return _by_script(script, letters, total, said) if letters >= _FEW_SIGNS else by_page
    if letters < _FEW_LETTERS or _is_code(sample, signs, letters):
        return by_page
    if telling := language_by_letters(sample, script, letters):
        return _by_telling_letters(telling, script, sample, said)
    return _by_langdetect(sample, text, script, said)


def _plain_code(declared: str | None) -> str | None:
    code = re.split(r"[-_\s]", (declared or "").strip().lower(), maxsplit=1)[0]
    code = _OLD_CODES.get(code, code)
    one_of_script = any(code in codes for codes in SCRIPT_LANGUAGE.values())
    return code if code in KNOWN or code in _WITHOUT_PROFILE or one_of_script else None


def _sample(text: str) -> str:
    noise = _NOISE if "@" in text else _NOISE_WITHOUT_AT
    return " ".join(noise.sub(" ", text).lower().split())[:_SAMPLE]


def _is_code(sample: str, signs: Counter[str], letters: int) -> bool:
    most = _CODE_SIGNS * letters
    return sum(signs[sign] for sign in _SIGNS_OF_CODE) > most and len(_CODE.findall(sample)) > most


def _by_script(script: str, letters: int, total: int, said: str | None) -> Language:
    codes = SCRIPT_LANGUAGE[script]
    agreed = said in codes
    code = said if agreed else codes[0]
    return Language(code, round(letters / total, 4), "script+declared" if agreed else "script")


def _by_telling_letters(code: str, script: str, sample: str, said: str | None) -> Language:
    """Trust letters of one language's own over langdetect, and a declared neighbour that shares them."""
    if said and said != code and f"{said}-{code}" in _NEIGHBOURS:
        return Language(said, None, "declared")
    if code in KNOWN:
        scores = {c: p for c, p, _ in guess_language(sample, script)}
        if code in scores:
            return Language(code, round(scores[code], 4), "langdetect")
    return Language(code, 1.0, "script+declared" if said == code else "script")


def _by_langdetect(sample: str, text: str, script: str, said: str | None) -> Language:
    guesses = guess_language(sample, script)
    doubtful = not guesses or guesses[0][1] < _SURE or (said is not None and guesses[0][0] != said)
    if doubtful and len(text) > 3 * _SAMPLE:
        # A quotation or a foreign standfirst may fill the beginning: ask the middle as well.
        guesses = _better(
            guesses, guess_language(_sample(text[len(text) // 2 :][: 2 * _SAMPLE]), script), said
        )
    if not guesses:
        return Language(said, None, "declared") if said else UNKNOWN
    code, probability, fit = guesses[0]
    if said == code:
        return Language(code, round(probability, 4), "langdetect+declared")
    if said and _page_knows_better(said, guesses):
        shares = {c: round(p, 4) for c, p, _ in guesses}
        return Language(said, shares.get(said), "declared")
    if fit < _SOME_FIT:
        return Language(said, None, "declared") if said else UNKNOWN
    return Language(code, round(probability * min(1.0, fit / _GOOD_FIT), 4), "langdetect")


def _better(first: list[Guess], second: list[Guess], said: str | None) -> list[Guess]:
    """Choose between two samples' guesses: the one that the page agrees with, else the surer one."""
    found = [guesses for guesses in (first, second) if guesses]
    return max(found, key=lambda g: (g[0][0] == said, g[0][1] * g[0][2]), default=[])


def _page_knows_better(said: str, guesses: list[Guess]) -> bool:
    code, probability, fit = guesses[0]
    if said in _WITHOUT_PROFILE:
        return fit < _GOOD_FIT or f"{said}-{code}" in _NEIGHBOURS
    if f"{said}-{code}" in _NEIGHBOURS:
        return any(c == said for c, _, _ in guesses) or probability < _SURE
    return False
