"""Pointers, calls to follow and lines of rights are no text, in any language; sentences about such things are."""

from __future__ import annotations

import pytest

from columnist.pipelines.content.plaintext.notices import read_notice, without_imprint
from columnist.pipelines.content.rules.boilerplate_lines import drop_furniture
from columnist.pipelines.records.article import Paragraph

STORY = (
    "The millers of the valley met on Monday and agreed to mend the weir before the winter comes, all but one of them. "
    * 2
)
# A pointer, a call and a line of rights, as papers of the language write them.
LINES = (
    ("af", "Lees ook: Hoekom die meul toe is", "Sluit aan by ons WhatsApp-groep", "Alle regte voorbehou."),
    ("ar", "شاهد أيضا: لماذا أغلقت الطاحونة", "انضموا إلى قناتنا على واتساب", "كافة الحقوق محفوظة © 2026"),
    ("az", "Həmçinin oxuyun: Dəyirman niyə bağlandı", "Telegram kanalımıza abunə olun", "Bütün hüquqlar qorunur."),
    ("bg", "Вижте още: Защо затвориха мелницата", "Последвайте ни във Facebook", "Всички права запазени."),
    ("bn", "আরও দেখুন: কলটি কেন বন্ধ", "আমাদের ফেসবুক পেজে লাইক দিন", "© ২০২৬ সর্বস্বত্ব সংরক্ষিত"),
    ("ca", "Llegiu també: Per què tanca el molí", "Segueix-nos a WhatsApp", "Tots els drets reservats."),
    ("cs", "Čtěte dále: Proč zavřeli mlýn", "Přihlaste se k odběru newsletteru", "© 2026 Mlynář, a. s. Všechna práva vyhrazena."),
    ("da", "Læs også: Derfor lukkede møllen", "Tilmeld dig vores nyhedsbrev", "Alle rettigheder forbeholdes."),
    ("de", "Mehr zum Thema: Warum die Mühle schloss", "Folgen Sie uns auf WhatsApp", "Alle Rechte vorbehalten."),
    ("el", "Δείτε επίσης: Γιατί έκλεισε ο μύλος", "Εγγραφείτε στο newsletter μας", "Όλα τα δικαιώματα διατηρούνται."),
    ("es", "Lee también: Por qué cerró el molino", "Únete a nuestro canal de WhatsApp", "Todos los derechos reservados."),
    ("et", "Loe lisaks: Miks veski suleti", "Telli meie uudiskiri", "Kõik õigused kaitstud."),
    ("fa", "همچنین بخوانید: چرا آسیاب بسته شد", "به کانال تلگرام ما بپیوندید", "تمامی حقوق محفوظ است."),
    ("fi", "Katso myös: Miksi mylly suljettiin", "Seuraa meitä Facebookissa", "© 2026 Kaikki oikeudet pidätetään."),
    ("fr", "À lire aussi : Pourquoi le moulin a fermé", "Rejoignez notre chaîne WhatsApp", "Tous droits réservés."),
    ("gu", "આ પણ વાંચો: ઘંટી કેમ બંધ થઈ", "અમારા વોટ્સએપ ગ્રુપમાં જોડાઓ", "સર્વાધિકાર સુરક્ષિત"),
    ("he", "ראו גם: מדוע נסגרה הטחנה", "עקבו אחרינו בפייסבוק", "© 2026 כל הזכויות שמורות"),
    ("hi", "इसे भी पढ़ें: चक्की क्यों बंद हुई", "हमें टेलीग्राम पर फॉलो करें", "सभी अधिकार सुरक्षित"),
    ("hr", "Pročitajte i: Zašto je mlin zatvoren", "Pratite nas na Facebooku", "Sva prava pridržana."),
    ("hu", "Olvassa el ezt is: Miért zárt be a malom", "Kövessen minket a Facebookon", "Minden jog fenntartva."),
    ("hy", "Կարդացեք նաև՝ ինչու փակվեց ջրաղացը", "Հետևեք մեզ Telegram-ում", "Բոլոր իրավունքները պաշտպանված են"),
    ("id", "Simak juga: Mengapa kincir ditutup", "Gabung di grup Telegram kami", "Dilarang memperbanyak tanpa izin."),
    ("is", "Lestu einnig: Hvers vegna lokaði myllan", "Skráðu þig á fréttabréfið okkar", "Öll réttindi áskilin."),
    ("it", "Vedi anche: Perché ha chiuso il mulino", "Unisciti al nostro canale Telegram", "Tutti i diritti riservati"),
    ("ja", "【関連記事】水車小屋はなぜ閉じたか", "公式LINEをフォロー", "Copyright 2026 谷の新聞 無断転載禁止"),
    ("ka", "წაიკითხეთ ასევე: რატომ დაიხურა წისქვილი", "გამოიწერეთ ჩვენი Telegram არხი", "ყველა უფლება დაცულია"),
    ("kn", "ಇದನ್ನೂ ಓದಿ: ಗಿರಣಿ ಏಕೆ ಮುಚ್ಚಿತು", "ನಮ್ಮ WhatsApp ಚಾನೆಲ್ ಫಾಲೋ ಮಾಡಿ", "ಎಲ್ಲಾ ಹಕ್ಕುಗಳನ್ನು ಕಾಯ್ದಿರಿಸಲಾಗಿದೆ"),
    ("ko", "관련 기사: 방앗간은 왜 닫았나", "카카오톡에서 골짜기신문 친구추가", "ⓒ 골짜기신문, 무단전재 및 재배포 금지"),
    ("lt", "Taip pat skaitykite: Kodėl uždarytas malūnas", "Prenumeruokite mūsų naujienlaiškį", "Visos teisės saugomos."),
    ("lv", "Lasi arī: Kāpēc slēdza dzirnavas", "Seko mums Facebook", "Visas tiesības aizsargātas."),
    ("mk", "Прочитајте и: Зошто е затворена воденицата", "Следете нè на Facebook", "Сите права се задржани."),
    ("ml", "ഇതും വായിക്കുക: മില്ല് എന്തിന് അടച്ചു", "ഞങ്ങളുടെ വാട്സ്ആപ്പ് ചാനൽ ഫോളോ ചെയ്യുക", "എല്ലാ അവകാശങ്ങളും നിക്ഷിപ്തം"),
    ("mr", "हेही वाचा: गिरणी का बंद झाली", "आमचे व्हॉट्सअॅप चॅनल फॉलो करा", "सर्व हक्क राखीव"),
    ("ms", "Baca lagi: Mengapa kincir ditutup", "Ikuti kami di Telegram", "Hak cipta terpelihara."),
    ("nl", "Zie ook: Waarom de molen dicht ging", "Schrijf je in voor onze nieuwsbrief", "Alle rechten voorbehouden"),
    ("no", "Les også: Derfor stengte mølla", "Meld deg på nyhetsbrevet vårt", "Alle rettigheter reservert."),
    ("pl", "Zobacz też: Dlaczego zamknięto młyn", "Dołącz do naszego kanału na WhatsAppie", "© Wszelkie prawa zastrzeżone."),
    ("pt", "Leia mais: Por que o moinho fechou", "Entre no nosso grupo do WhatsApp", "Reprodução proibida."),
    ("ro", "Citește și: De ce s-a închis moara", "Abonează-te la newsletter", "Toate drepturile rezervate."),
    ("ru", "По теме: Почему закрыли мельницу", "Присоединяйтесь к нашему каналу в Telegram", "© 2026 Все права защищены."),
    ("sk", "Čítajte aj: Prečo zatvorili mlyn", "Sledujte nás na Facebooku", "Všetky práva vyhradené."),
    ("sl", "Preberite tudi: Zakaj so zaprli mlin", "Naročite se na naš e-novičnik", "Vse pravice pridržane."),
    ("sq", "Lexo edhe: Pse u mbyll mulliri", "Na ndiqni në Facebook", "Të gjitha të drejtat e rezervuara."),
    ("sr", "Pročitajte još: Zašto je mlin zatvoren", "Zapratite nas na Instagramu", "Sva prava zadržana."),
    ("sv", "Läs mer: Därför stängde kvarnen", "Prenumerera på vårt nyhetsbrev", "Alla rättigheter förbehållna."),
    ("sw", "Soma pia: Kwa nini kinu kimefungwa", "Jiunge na kituo chetu cha WhatsApp", "Haki zote zimehifadhiwa."),
    ("ta", "இதையும் படிக்க: ஆலை ஏன் மூடப்பட்டது", "எங்கள் வாட்ஸ்அப் சேனலில் இணையுங்கள்", "அனைத்து உரிமைகளும் பாதுகாக்கப்பட்டவை"),
    ("te", "ఇదీ చదవండి: మిల్లు ఎందుకు మూశారు", "మా వాట్సాప్ ఛానెల్‌లో చేరండి", "అన్ని హక్కులు రిజర్వ్ చేయబడ్డాయి"),
    ("th", "ข่าวที่เกี่ยวข้อง: เหตุใดโรงสีจึงปิด", "กดติดตามเพจเฟซบุ๊กของเรา", "สงวนลิขสิทธิ์ พ.ศ. 2569"),
    ("tl", "Basahin din: Bakit nagsara ang gilingan", "Sumali sa aming Viber community", "All rights reserved."),
    ("tr", "Bunu da okuyun: Değirmen neden kapandı", "Bizi Instagram'da takip edin", "© 2026 Her hakkı saklıdır."),
    ("uk", "Дивіться також: Чому закрили млин", "Підписуйтесь на наш Viber", "Усі права захищені."),
    ("ur", "مزید دیکھیں: چکی کیوں بند ہوئی", "ہمیں فیس بک پر فالو کریں", "تمام حقوق محفوظ ہیں"),
    ("vi", "Đọc tiếp: Vì sao cối xay đóng cửa", "Tham gia nhóm Telegram của chúng tôi", "Giữ bản quyền nội dung."),
    ("zh", "推荐阅读：磨坊为何关闭", "扫码关注山谷日报微信公众号", "版权归山谷日报所有，转载请注明出处"),
    ("zh-TW", "相關報導：磨坊為何關閉", "追蹤我們的Facebook粉絲團", "未經授權，請勿轉載"),
)  # fmt: skip


@pytest.mark.parametrize(("code", "pointer", "call", "rights"), LINES, ids=[line[0] for line in LINES])
def test_a_pointer_a_call_and_a_line_of_rights_are_no_text(
    code: str, pointer: str, call: str, rights: str
) -> None:
    lines = [STORY, pointer, STORY + "So it was.", call, STORY + "All went home.", rights]
    kept, _ = drop_furniture([Paragraph("p", line) for line in lines])

    assert [p.text for p in kept] == lines[::2]


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("（责任编辑：王小明）", "byline"),
        ("编辑：王小明 审核：李红", "byline"),
        ("原标题：山谷的磨坊重新开张", "byline"),
        ("责编 | 王小明", "byline"),
        ("홍길동 기자 gildong@valley.example", "byline"),
        ("この記事は有料会員限定です。残り812文字", "paywall"),
        ("ログインして続きを読む", "paywall"),
        ("구독자 전용 기사입니다", "paywall"),
        ("شارك على فيسبوك", "share-bar"),
        ("แชร์บนไลน์", "share-bar"),
        ("Bagikan ke Facebook", "share-bar"),
        ("페이스북에 공유하기", "share-bar"),
        ("फेसबुक पर साझा करें", "share-bar"),
        ("Facebook'ta paylaş", "share-bar"),
        ("© 2026 The Valley Miller Ltd", "footer"),
        ("ⓒ 2026 골짜기신문", "footer"),
    ],
)
def test_the_lines_of_a_portal_are_named(line: str, kind: str) -> None:
    assert read_notice(line) == kind


@pytest.mark.parametrize(
    "line",
    [
        "The WhatsApp group of the village has four hundred members.",
        "Facebook",
        "Theo Facebook, nhóm có bốn trăm thành viên.",
        "“Follow us on Facebook,” the miller called after them.",
        "微信登录人数超过十亿，公司说。",
        "记者：您为什么关闭磨坊？",
        "编辑说：我们会继续报道这件事，直到有结果。",
        "Copyright is a matter for the courts, said the miller.",
        "Er folgte dem Kanal bis zur Mühle.",
        "Канал открыли в 1911 году.",
        "Rights",
        "Del 2 av Facebooks historie",
    ],
)
def test_a_sentence_about_such_things_is_no_notice(line: str) -> None:
    assert read_notice(line) is None


def test_the_editor_behind_the_last_sentence_is_cut_off() -> None:
    assert without_imprint("磨坊周一重新开张。（完）（责任编辑：李红）") == "磨坊周一重新开张。（完）"
    assert without_imprint("磨坊周一重新开张（它建于1911年）") == "磨坊周一重新开张（它建于1911年）"
