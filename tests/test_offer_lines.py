"""The offer below a teaser, line by line: what is left of the article, what it costs, who may sign in."""

import pytest

from columnist.pipelines.content.plaintext.walls import wall_begins

TEASER = (
    "The depot stays open for two more years. " * 4,
    "Work begins in January, and the roof is mended first. " * 2,
)
SHORT = ("镇议会决定让旧电车库至少再保留两年，结束了全镇自春天以来的争议。", "工程将于一月的第二周开始，第一批租户预计在夏天之前搬入，屋顶会先修好。", "居民们在门外的台阶上唱歌庆祝，直到午夜过后才慢慢散去回家休息。")  # fmt: skip
OFFERS = {
    "pl": ("Pozostało 82% artykułu", "Kup dostęp i czytaj dalej", "Dostęp do wszystkich treści za 9,90 zł miesięcznie"),
    "ru": ("Материал доступен только подписчикам", "Оформите подписку за 199 рублей в месяц"),
    "ja": ("この記事は有料会員限定です", "残り1,234文字", "月額980円で全ての記事が読み放題", "会員の方はログイン"),
    "ko": ("이 기사는 유료 회원 전용입니다", "구독하고 계속 읽기", "월 9,900원에 모든 기사를 무제한으로"),
    "el": ("Γίνετε συνδρομητές με 1 ευρώ τον μήνα", "Έχετε ήδη λογαριασμό; Σύνδεση"),
}  # fmt: skip


@pytest.mark.parametrize("offer", OFFERS.values(), ids=OFFERS)
def test_an_offer_is_told_from_its_first_line_to_its_last(offer: tuple[str, ...]) -> None:
    assert wall_begins([*TEASER, *offer]) == len(TEASER)


def test_a_teaser_is_measured_by_its_width() -> None:
    assert wall_begins([*SHORT, "本文为会员专享内容", "订阅后阅读全文，每月仅需18元"]) == len(SHORT)


@pytest.mark.parametrize(
    "last", ["Some 82 % of the seats are taken.", "Die Karten kosten 9,90 Euro im Monat."]
)
def test_an_articles_own_figures_are_no_offer(last: str) -> None:
    assert wall_begins([*TEASER, last]) == len(TEASER) + 1
