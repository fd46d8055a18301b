"""The label names the text's language, says nothing where nothing is known, and never depends on chance."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from columnist.pipelines.language.label import Language, label_language

SENTENCES = (
    ("af", "Die regering het gister die begroting vir volgende jaar goedgekeur en die president het gesê dat burgers meer hulp sal kry."),
    ("ar", "وافقت الحكومة أمس على ميزانية العام المقبل وقال الرئيس إن المواطنين سيحصلون على مساعدات إضافية هذا الشتاء."),
    ("az", "Hökumət dünən gələn il üçün büdcəni təsdiqlədi və prezident vətəndaşların əlavə yardım alacağını bildirdi."),
    ("bg", "Правителството прие вчера бюджета за следващата година, а президентът заяви, че гражданите ще получат допълнителна помощ."),
    ("bn", "সরকার গতকাল আগামী বছরের বাজেট অনুমোদন করেছে এবং রাষ্ট্রপতি বলেছেন নাগরিকরা অতিরিক্ত সহায়তা পাবেন।"),
    ("ca", "El Govern va aprovar ahir el pressupost de l'any vinent i el president va dir que els ciutadans rebran més ajuts."),
    ("cs", "Vláda včera schválila rozpočet na příští rok a prezident řekl, že občané dostanou další pomoc a školy budou opraveny."),
    ("da", "Regeringen vedtog i går budgettet for næste år, og statsministeren sagde, at borgerne vil få mere hjælp i løbet af vinteren."),
    ("de", "Die Regierung hat gestern den Haushalt für das kommende Jahr beschlossen, und der Kanzler sagte, die Bürger erhielten mehr Hilfe."),
    ("el", "Η κυβέρνηση ενέκρινε χθες τον προϋπολογισμό του επόμενου έτους και ο πρόεδρος είπε ότι οι πολίτες θα λάβουν βοήθεια."),
    ("en", "The government adopted the budget for the coming year on Tuesday, and the president said that citizens would receive more help."),
    ("es", "El Gobierno aprobó ayer el presupuesto del próximo año y el presidente dijo que los ciudadanos recibirán más ayudas este invierno."),
    ("et", "Valitsus kiitis eile heaks järgmise aasta eelarve ja president ütles, et kodanikud saavad talvel rohkem abi."),
    ("fa", "دولت دیروز بودجه سال آینده را تصویب کرد و رئیس جمهور گفت که شهروندان کمک‌های بیشتری در زمستان دریافت خواهند کرد."),
    ("fi", "Hallitus hyväksyi eilen ensi vuoden talousarvion, ja presidentti sanoi, että kansalaiset saavat talvella enemmän apua."),
    ("fr", "Le gouvernement a adopté hier le budget de l'année prochaine et le président a déclaré que les citoyens recevraient plus d'aide."),
    ("gu", "સરકારે ગઈકાલે આગામી વર્ષના બજેટને મંજૂરી આપી અને રાષ્ટ્રપતિએ કહ્યું કે નાગરિકોને વધુ મદદ મળશે."),
    ("he", "הממשלה אישרה אתמול את התקציב לשנה הבאה והנשיא אמר כי האזרחים יקבלו סיוע נוסף במהלך החורף."),
    ("hi", "सरकार ने कल अगले साल के बजट को मंजूरी दी और राष्ट्रपति ने कहा कि नागरिकों को सर्दियों में और मदद मिलेगी।"),
    ("hu", "A kormány tegnap elfogadta a jövő évi költségvetést, és az elnök azt mondta, hogy a polgárok több segítséget kapnak."),
    ("hy", "Կառավարությունը երեկ հաստատեց գալիք տարվա բյուջեն, և նախագահն ասաց, որ քաղաքացիները լրացուցիչ օգնություն կստանան։"),
    ("id", "Pemerintah mengumumkan kemarin bahwa anggaran tahun depan akan berfokus pada pendidikan, sementara presiden mengatakan masyarakat akan menerima bantuan."),
    ("is", "Ríkisstjórnin samþykkti í gær fjárlög næsta árs og forsetinn sagði að það þyrfti að hjálpa þeim sem minnst hafa í vetur."),
    ("it", "Il governo ha approvato ieri il bilancio del prossimo anno e il presidente ha detto che i cittadini riceveranno più aiuti."),
    ("ja", "政府は昨日、来年度の予算案を承認し、大統領は市民がこの冬に追加の支援を受けると述べた。"),
    ("ka", "მთავრობამ გუშინ დაამტკიცა მომავალი წლის ბიუჯეტი და პრეზიდენტმა თქვა, რომ მოქალაქეები დამატებით დახმარებას მიიღებენ."),
    ("kk", "Үкімет кеше келесі жылдың бюджетін бекітті, ал президент азаматтар қысқы уақытта қосымша көмек алатынын және мектептер жұмысын жалғастыратынын айтты, ұзақ мерзімді жоспар құрылды."),
    ("km", "រដ្ឋាភិបាលបានអនុម័តថវិកាសម្រាប់ឆ្នាំក្រោយកាលពីម្សិលមិញ ហើយប្រធានាធិបតីបាននិយាយថាប្រជាពលរដ្ឋនឹងទទួលបានជំនួយបន្ថែម។"),
    ("ko", "정부는 어제 내년도 예산안을 승인했으며 대통령은 시민들이 이번 겨울에 추가 지원을 받게 될 것이라고 말했다."),
    ("lt", "Vyriausybė vakar patvirtino kitų metų biudžetą, o prezidentas sakė, kad piliečiai žiemą gaus daugiau pagalbos."),
    ("lv", "Valdība vakar apstiprināja nākamā gada budžetu, un prezidents teica, ka iedzīvotāji ziemā saņems vairāk palīdzības."),
    ("mk", "Владата вчера го усвои буџетот за следната година, а претседателот рече дека граѓаните ќе добијат дополнителна помош."),
    ("mt", "Il-gvern approva lbieraħ il-baġit għas-sena d-dieħla u l-president qal li ċ-ċittadini se jirċievu aktar għajnuna fix-xitwa."),
    ("my", "အစိုးရက လာမည့်နှစ်အတွက် ဘတ်ဂျက်ကို မနေ့က အတည်ပြုခဲ့ပြီး ပြည်သူများ အကူအညီ ပိုမိုရရှိမည်ဟု သမ္မတက ပြောသည်။"),
    ("nl", "De regering heeft gisteren de begroting voor volgend jaar goedgekeurd en de president zei dat burgers deze winter meer hulp krijgen."),
    ("no", "Regjeringen vedtok i går budsjettet for neste år, og statsministeren sa at innbyggerne vil få mer hjelp gjennom vinteren."),
    ("pl", "Rząd przyjął wczoraj budżet na przyszły rok, a prezydent powiedział, że obywatele otrzymają zimą dodatkową pomoc."),
    ("pt", "O governo aprovou ontem o orçamento do próximo ano e o presidente disse que os cidadãos vão receber mais ajuda neste inverno."),
    ("ro", "Guvernul a aprobat ieri bugetul pentru anul viitor, iar președintele a spus că cetățenii vor primi mai mult ajutor în această iarnă."),
    ("ru", "Правительство вчера утвердило бюджет на следующий год, а президент сказал, что этой зимой граждане получат больше помощи."),
    ("sk", "Vláda včera schválila rozpočet na budúci rok a prezident povedal, že občania dostanú v zime ďalšiu pomoc."),
    ("sl", "Vlada je včeraj sprejela proračun za prihodnje leto, predsednik pa je dejal, da bodo državljani pozimi dobili več pomoči."),
    ("sq", "Qeveria miratoi dje buxhetin për vitin e ardhshëm dhe presidenti tha se qytetarët do të marrin më shumë ndihmë këtë dimër."),
    ("sr", "Влада је јуче усвојила буџет за наредну годину, а председник је рекао да ће грађани добити додатну помоћ ове зиме."),
    ("sv", "Regeringen antog i går budgeten för nästa år och statsministern sade att medborgarna kommer att få mer hjälp under vintern."),
    ("sw", "Serikali iliidhinisha jana bajeti ya mwaka ujao na rais alisema kwamba wananchi watapata msaada zaidi katika majira ya baridi."),
    ("ta", "அரசாங்கம் நேற்று அடுத்த ஆண்டுக்கான வரவு செலவுத் திட்டத்திற்கு ஒப்புதல் அளித்தது, மக்கள் உதவி பெறுவார்கள்."),
    ("th", "รัฐบาลอนุมัติงบประมาณสำหรับปีหน้าเมื่อวานนี้ และประธานาธิบดีกล่าวว่าประชาชนจะได้รับความช่วยเหลือเพิ่มเติม"),
    ("tr", "Hükümet dün gelecek yılın bütçesini onayladı ve cumhurbaşkanı vatandaşların bu kış daha fazla yardım alacağını söyledi."),
    ("uk", "Уряд учора затвердив бюджет на наступний рік, а президент сказав, що цієї зими громадяни отримають більше допомоги."),
    ("ur", "حکومت نے کل اگلے سال کے بجٹ کی منظوری دے دی اور صدر نے کہا کہ اس موسم سرما میں شہریوں کو مزید مدد ملے گی۔"),
    ("vi", "Chính phủ hôm qua đã thông qua ngân sách cho năm tới và tổng thống nói rằng người dân sẽ nhận được thêm hỗ trợ trong mùa đông."),
    ("zh", "政府昨天批准了明年的预算，总统表示，今年冬天市民将获得更多的援助，全国各地的学校也将得到修缮。"),
)  # fmt: skip

# Texts in languages that langdetect does not know, or takes for a neighbour: the page's word decides.
DECLARED = (
    ("eu", "Eusko Jaurlaritzak atzo onartu zuen datorren urteko aurrekontua, eta lehendakariak esan zuen herritarren zerbitzuak hobetzeko baliabideak jarriko dituztela."),
    ("gl", "O goberno galego aprobou onte o orzamento do vindeiro ano e a presidenta asegurou que os concellos recibirán máis axudas para as escolas."),
    ("ga", "D'fhógair an Taoiseach inné go mbeidh níos mó airgid ar fáil do scoileanna ar fud na tíre an bhliain seo chugainn, agus go dtosóidh an obair i mí Eanáir."),
    ("ms", "Kerajaan mengumumkan semalam bahawa belanjawan tahun depan akan memberi tumpuan kepada pendidikan dan kesihatan, manakala perdana menteri berkata rakyat akan menerima bantuan."),
    ("zu", "Uhulumeni umemezele izolo ukuthi isabelomali sonyaka ozayo sizogxila kwezemfundo nezempilo, kanti umongameli uthe abantu bazothola usizo olwengeziwe kulo nyaka."),
    ("bs", "Vlada je jučer usvojila budžet za narednu godinu, a predsjednik je rekao da će građani dobiti dodatnu pomoć i da će škole biti obnovljene do ljeta."),
    ("sr", "Vlada je juče usvojila budžet za narednu godinu, a predsednik je rekao da će građani dobiti dodatnu pomoć i da će škole biti obnovljene do leta."),
    ("lb", "D'Regierung huet gëschter de Budget fir d'nächst Joer ugeholl, an de Premierminister sot, datt d'Bierger méi Hëllef kréien."),
    ("uz", "Hukumat kecha kelgusi yil uchun byudjetni tasdiqladi va prezident fuqarolar qo'shimcha yordam olishini aytdi."),
)  # fmt: skip


@pytest.mark.parametrize(("code", "text"), SENTENCES, ids=[code for code, _ in SENTENCES])
def test_one_sentence_names_its_language_with_nothing_declared(code: str, text: str) -> None:
    assert label_language(None, text).code == code


@pytest.mark.parametrize(("code", "text"), SENTENCES, ids=[code for code, _ in SENTENCES])
def test_a_wrong_declaration_does_not_change_the_label(code: str, text: str) -> None:
    assert label_language(None, text, "en-US" if code != "en" else "fr").code == code


@pytest.mark.parametrize(("code", "text"), DECLARED, ids=[code for code, _ in DECLARED])
def test_the_pages_word_counts_where_langdetect_has_no_profile(code: str, text: str) -> None:
    label = label_language(None, text, code)

    assert (label.code, label.source) == (code, "declared")


def test_english_on_an_irish_page_is_english() -> None:
    text = dict(SENTENCES)["en"]

    assert label_language("Budget adopted", text, "ga").code == "en"


@pytest.mark.parametrize("declared", ["nb", "nn", "no", "nb-NO", "nn_NO"])
def test_both_norwegians_are_labelled_no(declared: str) -> None:
    assert label_language(None, dict(SENTENCES)["no"], declared).code == "no"


@pytest.mark.parametrize("text", [
    "", "hello", "12:30 – 14.05.2024", "BREAKING: ALERT NEWS 403 error", "?!…", "こんにちは",
    "sdkjfh qwoeiru zxmcnb alskdj pqwoeir mznxbcv laksjdh qpwoeiru alskdjfh zmxncbv qpwoe rutyal skdjfh",
    "def append(self, text): text = self.url_re.sub(' ', text); for i in range(len(text)): ch = text[i]; self.text += ch",
    "var a = {b: [1, 2], c: function(d) { return d.e(f); }}; document.write(a.c(window.location)); if (a == b) { g(); }",
])  # fmt: skip
def test_no_label_where_nothing_tells(text: str) -> None:
    assert label_language(None, text) == Language(None, None, None)


def test_a_short_text_takes_the_declared_language() -> None:
    assert label_language("Hello", "Hello there.", "en-GB") == Language("en", None, "declared")


def test_traditional_and_simplified_chinese_are_both_zh() -> None:
    text = "政府昨天批准了明年的預算，總統表示，今年冬天市民將獲得更多的援助，全國各地的學校也將得到修繕。"

    assert label_language(None, text, "zh-TW").code == "zh"


def test_shouting_and_links_do_not_change_the_label() -> None:
    text = (
        dict(SENTENCES)["en"].upper() + " https://nachrichten.example/der-haushalt-ist-beschlossen @regierung"
    )

    assert label_language("BREAKING", text).code == "en"


def test_a_foreign_quotation_at_the_beginning_does_not_name_the_article() -> None:
    german = dict(SENTENCES)["de"] + " "
    text = dict(SENTENCES)["en"] * 6 + german * 30

    assert label_language(None, text, "de").code == "de"


def test_the_label_is_the_same_every_time() -> None:
    text = dict(SENTENCES)["da"]

    assert len({label_language(None, text) for _ in range(10)}) == 1


@settings(max_examples=30, deadline=None)
@given(st.none() | st.text(max_size=40), st.text(max_size=900), st.none() | st.text(max_size=8))
def test_any_text_gives_a_label_with_a_score_between_0_and_1(
    title: str | None, text: str, declared: str | None
) -> None:
    label = label_language(title, text, declared)

    assert label.score is None or 0.0 <= label.score <= 1.0
    assert (label.code is None) == (label.source is None)
