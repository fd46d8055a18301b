"""Whole labels of page furniture, in languages whose labels are not made of a few words each: data for `chrome`.

A line counts only if it is the label and nothing else. One word needs a neighbour that is furniture too, as a
subheading may be one word; two words or more are sure. Sources: the translations that WordPress, Drupal and
Disqus ship, and what newspapers write over their boxes.
"""

from __future__ import annotations

__all__ = ["WHOLE"]

WHOLE: tuple[tuple[str, str], ...] = (
    (
        "related",
        # Turkish, Azeri
        "ilginizi çekebilir|bunlar da ilginizi çekebilir|ilgili haberler|ilgili yazılar|benzer haberler|"
        "sizin için seçtiklerimiz|son dakika|son dakika haberleri|öne çıkanlar|çok okunanlar|oxşar xəbərlər|"
        # Russian, Ukrainian, Belarusian, Bulgarian
        "материалы по теме|рекомендуем|другие новости|смотрите также|ещё по теме|еще по теме|популярные новости|"
        "самое читаемое|новости по теме|главные новости|лента новостей|последние новости|читать далее|выбор редакции|"
        "схожі новини|схожі матеріали|популярне|популярні новини|останні новини|головні новини|читайте також|до теми|"
        "чытайце таксама|прочетете още|вижте още|още по темата|свързани статии|свързани новини|най-четени|"
        "последни новини|препоръчани|"
        # Chinese, Japanese, Korean
        "相關新聞|相關文章|熱門新聞|熱門文章|推薦閱讀|延伸閱讀|你可能也喜歡|您可能感興趣|猜你喜欢|你可能感兴趣|更多新闻|返回首页|"
        "今日热点|热点新闻|精彩推荐|アクセスランキング|続きを読む|こちらもおすすめ|この記事を読んだ人はこちらも|あなたへのおすすめ|"
        "編集部おすすめ|関連ニュース|関連リンク|注目記事|新着記事|実時間ランキング|기자의 다른기사|이 시각 주요뉴스|주요뉴스|실시간 인기기사|"
        "인기기사|함께 본 뉴스|이 기사와 함께 본 기사|관련 뉴스|"
        # Arabic, Persian, Urdu, Hebrew
        "مقالات ذات صلة|موضوعات ذات صلة|مواضيع ذات صلة|أخبار ذات صلة|أخبار متعلقة|اقرأ أيضا|اقرأ أيضاً|اقرأ أيضًا|اقرأ ايضا|الأكثر قراءة|"
        "الاكثر قراءة|الأكثر مشاهدة|آخر الأخبار|قد يعجبك أيضا|قد يهمك|قد يهمك أيضا|المزيد من الأخبار|بیشتر بخوانید|اخبار مرتبط|مطالب مرتبط|"
        "پربازدیدترین|پربازدیدترین اخبار|آخرین اخبار|مزید پڑھیں|متعلقہ خبریں|یہ بھی پڑھیں|تازہ ترین|קראו גם|כתבות נוספות|כתבות קשורות|"
        "הנקראות ביותר|אולי יעניין אותך|עוד בנושא|"
        # Hindi, Bengali, Tamil, Thai, Vietnamese, Indonesian, Swahili
        "संबंधित खबरें|यह भी पढ़ें|ये भी पढ़ें|और पढ़ें|लोकप्रिय खबरें|ताज़ा खबरें|ताजा खबरें|सबसे ज्यादा पढ़ी गईं|আরও পড়ুন|সম্পর্কিত খবর|সর্বশেষ|"
        "সর্বাধিক পঠিত|மேலும் படிக்க|தொடர்புடைய செய்திகள்|அதிகம் படித்தவை|อ่านเพิ่มเติม|อ่านต่อ|ข่าวที่เกี่ยวข้อง|เรื่องที่เกี่ยวข้อง|ข่าวล่าสุด|ข่าวยอดนิยม|"
        "đọc thêm|tin liên quan|bài viết liên quan|có thể bạn quan tâm|xem thêm|tin mới nhất|tin cùng chuyên mục|đọc nhiều|"
        "đọc nhiều nhất|tin nổi bật|baca juga|artikel terkait|berita terkait|berita lainnya|berita terpopuler|terpopuler|"
        "terkini|baca selengkapnya|pilihan editor|soma pia|habari zinazohusiana|"
        # Greek, Czech, Slovak, Hungarian, Romanian
        "διαβάστε ακόμη|διαβάστε ακόμα|σχετικά άρθρα|δημοφιλή|ροή ειδήσεων|περισσότερα νέα|τελευταία νέα|"
        "související články|mohlo by vás zajímat|nejnovější články|další články|přečtěte si také|súvisiace články|"
        "mohlo by vás zaujímať|prečítajte si tiež|najnovšie správy|kapcsolódó cikkek|ajánljuk|ez is érdekelheti|"
        "olvasta már|legfrissebb|articole similare|știri asemănătoare|ştiri asemănătoare|cele mai citite|"
        "articole recomandate|vezi și|ultimele știri|"
        # Serbian, Croatian, Bosnian, Slovene, Lithuanian, Latvian, Estonian
        "pročitajte još|čitajte još|vezane vijesti|povezani članci|povezane vesti|najčitanije|najnovije|pročitajte i|"
        "прочитајте још|најчитаније|preberite tudi|sorodni članki|najbolj brano|skaityk taip pat|skaitykite taip pat|"
        "susiję straipsniai|skaitomiausi|lasi arī|saistītie raksti|lasītākie|loe ka|seotud artiklid|loetuimad|"
        # Finnish, Swedish, Norwegian, Danish, Icelandic, Spanish, Catalan, Basque, Galician
        "aiheeseen liittyvää|lue seuraavaksi|relaterade artiklar|mest läst|mest lästa|senaste nytt|läs vidare|"
        "relaterte saker|mest lest|siste nytt|relaterede artikler|mest læste|mest læst|seneste nyt|tengdar fréttir|"
        "mest lesið|lesa meira|también te puede gustar|te recomendamos|contenido patrocinado|notas relacionadas|"
        "llegeix també|notícies relacionades|el més llegit|irakurri ere|albiste gehiago|le tamén|o máis lido",
    ),
    (
        "share-bar",
        "поделитесь новостью|поделитися|поділитися|сподели|この記事をシェア|この記事をシェアする|シェアする|分享本文|分享此文|"
        "기사 공유하기|شارك الخبر|شارك المقال|اشتراک گذاری|اشتراک‌گذاری|شیئر کریں|שתפו|שיתוף|শেয়ার করুন|பகிர்|แชร์|แชร์เรื่องนี้|chia sẻ|bagikan|"
        "bagikan ini|shiriki|podijeli|deli|dalintis|dalīties|jaga|deila|comparteix|partekatu|κοινοποίηση|μοιράσου το|"
        "haberi paylaş",
    ),
    (
        "comments",
        "комментировать|обсуждение|обговорення|留言板|发表评论|發表評論|אתה הראשון להגיב|תגובות|הוספת תגובה|نظرات|دیدگاه‌ها|ثبت نظر|تبصرے|"
        "মন্তব্য|மন্তব্য করুন|கருத்துகள்|ความคิดเห็น|แสดงความคิดเห็น|bình luận|ý kiến bạn đọc|komentar|beri komentar|tulis komentar|maoni|"
        "komentari|komentarji|komentarai|komentāri|kommentaarid|diskuse|vstoupit do diskuse|diskusia|yorum yaz|"
        "comentaris|iruzkinak|ummæli",
    ),
    (
        "follow",
        "подпишитесь на нас|подпишитесь на наш канал|мы в соцсетях|підписатися на нас|ми в соцмережах|последвайте ни|"
        "bizi takip edin|ακολουθήστε μας|تابعنا|تابعونا|تابعنا على|ما را دنبال کنید|עקבו אחרינו|ติดตามเรา|theo dõi chúng tôi|"
        "ikuti kami|sledujte nás|kövessen minket|urmărește-ne|pratite nas|sledite nam|sekite mus|seko mums|jälgi meid|"
        "seuraa meitä|följ oss|følg oss|følg os|síguenos en google news",
    ),
    (
        "newsletter",
        "abone ol|bültene abone ol|підписатися|підписатися на розсилку|абонирай се|구독하기|اشترك في النشرة|اشترك الآن|"
        "اشترك في النشرة البريدية|הירשמו לניוזלטר|đăng ký nhận tin|berlangganan|langganan|สมัครรับข่าวสาร|přihlásit k odběru|"
        "odoberať novinky|feliratkozás|abonează-te|pretplatite se|naročite se|prenumeruoti|abonēt|telli uudiskiri|"
        "tilaa uutiskirje|anmäl dig till nyhetsbrevet|meld deg på nyhetsbrevet|tilmeld dig nyhedsbrevet|会員登録|無料会員登録",
    ),
    (
        "navigation",
        "giriş yap|üye ol|войти|вход|регистрация|увійти|вхід|вход|ログイン|マイページ|登录|註冊|登入|로그인|회원가입|تسجيل الدخول|ورود|"
        "ثبت نام|התחברות|เข้าสู่ระบบ|đăng nhập|masuk|daftar|přihlásit|přihlásit se|prihlásiť sa|bejelentkezés|"
        "autentificare|prijava|prijavi se|prisijungti|ieiet|logi sisse|kirjaudu|kirjaudu sisään|logga in|logg inn|"
        "log ind|innskráning|iniciar sesión|inicia sesión|inicia sessió|hasi saioa|anasayfa|ana sayfa|главная|"
        "головна|начало|トップページ|返回首頁|الرئيسية|خانه|דף הבית|หน้าแรก|trang chủ|beranda",
    ),
    (
        "advertisement",
        "تبلیغات|اشتہار|פרסומת|বিজ্ঞাপন|விளம்பரம்|โฆษณา|quảng cáo|iklan|tangazo|oglas|oglasi|reklaam|reklāma|auglýsing|publicitat|"
        "publizitatea|الإعلانات|реклама на сайте",
    ),
    (
        "footer",
        "무단전재 및 재배포 금지|無断転載を禁じます|無断転載禁止|版权所有|版權所有|جميع الحقوق محفوظة|کلیه حقوق محفوظ است|כל הזכויות שמורות|"
        "все права защищены|усі права захищено|всички права запазени|tüm hakları saklıdır|με την επιφύλαξη παντός δικαιώματος|"
        "všechna práva vyhrazena|všetky práva vyhradené|minden jog fenntartva|toate drepturile rezervate|"
        "sva prava pridržana|vse pravice pridržane|visos teisės saugomos|visas tiesības aizsargātas|"
        "kõik õigused kaitstud|kaikki oikeudet pidätetään|alla rättigheter förbehållna|tots els drets reservats|"
        "hak cipta dilindungi|gizlilik politikası|çerez politikası|политика конфиденциальности|プライバシーポリシー|利用規約|隐私政策|"
        "개인정보처리방침|سياسة الخصوصية|นโยบายความเป็นส่วนตัว|chính sách bảo mật|kebijakan privasi|pedoman media siber",
    ),
)
