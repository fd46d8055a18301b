"""Parts of sentences that only a page's furniture says to its reader: data for `pipelines.flat.chrome`."""

from __future__ import annotations

__all__ = ["ADDRESS", "CALLS", "CREDITS", "DATE_WORDS", "FRAGMENTS", "READ_ALSO", "TOPICS"]

# A line up to 300 characters that holds one of these is furniture if it stands beside other furniture, before the
# article's first or after its last sentence. Inside the article it stays: somebody may be writing about cookies.
FRAGMENTS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("consent", (
        "we use cookies", "uses cookies", "use of cookies", "our partners use", "we and our", "this site uses",
        "we value your privacy", "your privacy", "cookie policy", "verwenden cookies", "verwendet cookies",
        "nutzen cookies", "nutzt cookies", "wir und unsere", "ihre privatsphäre", "einsatz von cookies",
        "utilisons des cookies", "utilise des cookies", "nous et nos partenaires", "votre vie privée",
        "utilisation de cookies", "utilizamos cookies", "usamos cookies", "utiliza cookies", "uso de cookies",
        "nosotros y nuestros", "tu privacidad", "su privacidad", "nós e os nossos", "a sua privacidade",
        "sua privacidade", "utilizziamo cookie", "utilizziamo i cookie", "utilizza cookie", "utilizza i cookie",
        "usiamo i cookie", "noi e i nostri", "la tua privacy", "gebruiken cookies", "gebruikt cookies",
        "gebruiken wij cookies", "wij en onze", "jouw privacy", "uw privacy", "używamy plików cookie",
        "używa plików cookie", "korzysta z plików cookie", "wykorzystuje pliki cookie", "używamy cookies",
        "my i nasi partnerzy", "twoja prywatność", "använder cookies", "bruker cookies", "informasjonskapsler",
        "bruger cookies", "käyttää evästeitä", "používá soubory cookie", "používáme cookies", "sütiket használ",
        "folosește cookie", "folosim cookie", "çerez", "использует cookie", "файлы cookie", "использует куки",
        "χρησιμοποιεί cookies", "ملفات تعريف الارتباط", "cookieを使用", "クッキーを使用", "使用cookie", "쿠키를 사용",
        "cookies and similar", "clicking accept", "you agree to our", "you consent to", "you accept",
    )),
    ("comments", (
        "will not be published", "required fields are marked", "be the first to comment", "be respectful",
        "save my name", "wird nicht veröffentlicht", "erforderliche felder", "pflichtfelder", "um zu kommentieren",
        "um kommentieren zu können", "ne sera pas publiée", "champs obligatoires", "pour commenter",
        "enregistrer mon nom", "no será publicada", "no se publicará", "campos obligatorios", "para comentar",
        "não será publicado", "campos obrigatórios", "non sarà pubblicato", "campi obbligatori", "per commentare",
        "wordt niet gepubliceerd", "vereiste velden", "om te reageren", "nie zostanie opublikowany",
        "wymagane pola", "pola są oznaczone", "aby skomentować", "to post a comment", "to leave a comment",
        "publiceras inte", "blir ikke publisert", "не будет опубликован", "обязательные поля",
        "comments are closed", "kommentarfunktion", "commentaires sont fermés", "comentarios están cerrados",
        "community guidelines", "netiquette", "logged in to comment", "akismet",
    )),
    ("footer", (
        "all rights reserved", "alle rechte vorbehalten", "tous droits réservés", "todos los derechos reservados",
        "todos os direitos reservados", "tutti i diritti riservati", "diritti riservati", "alle rechten voorbehouden",
        "wszelkie prawa zastrzeżone", "prawa zastrzeżone", "med ensamrätt", "alle rettigheter", "všechna práva",
        "все права защищены", "tüm hakları saklıdır", "toate drepturile rezervate", "minden jog fenntartva",
        "版权所有", "無断転載", "무단 전재", "protected by recaptcha", "may not be reproduced", "powered by wordpress",
        "privacy policy and terms", "responsible for the content of external", "keine haftung für",
        "reproduction interdite", "prohibida la reproducción", "riproduzione riservata", "© ", "copyright ©",
    )),
    ("paywall", (
        "already a subscriber", "already have an account", "to continue reading", "to keep reading",
        "exclusive to subscribers", "for subscribers only", "only for subscribers", "subscribers only",
        "support our journalism", "start your free trial", "cancel anytime", "bereits abonnent", "schon abonnent",
        "nur für abonnenten", "mit einem abo", "um weiterzulesen", "jederzeit kündbar", "jetzt weiterlesen",
        "réservé aux abonnés", "réservé à nos abonnés", "déjà abonné", "de cet article à lire",
        "pour lire la suite", "sans engagement", "exclusivo para suscriptores", "para seguir leyendo",
        "ya eres suscriptor", "¿ya eres", "exclusivo para assinantes", "para continuar lendo", "já é assinante",
        "para continuar a ler", "riservato agli abbonati", "per continuare a leggere", "sei già abbonato",
        "alleen voor abonnees", "al abonnee", "om verder te lezen", "lees verder met", "tylko dla prenumeratorów",
        "dla subskrybentów", "aby czytać dalej", "masz już konto", "redan prenumerant", "allerede abonnent",
    )),
    ("newsletter", (
        "straight to your inbox", "in your inbox", "to your inbox", "delivered to your", "unsubscribe at any time",
        "in ihr postfach", "in ihr e-mail-postfach", "in dein postfach", "per e-mail erhalten", "jederzeit abbestellen",
        "dans votre boîte", "par e-mail chaque", "désinscrire à tout moment", "en tu correo", "en su correo",
        "a tu bandeja", "en tu bandeja", "darte de baja", "no seu e-mail", "no seu email", "na sua caixa",
        "cancelar a subscrição", "nella tua casella", "nella tua posta", "via e-mail ogni", "in je inbox",
        "in uw mailbox", "in je mailbox", "elk moment uitschrijven", "na swoją skrzynkę", "na twoją skrzynkę",
        "na twój e-mail", "prosto na", "zrezygnować w każdej chwili", "i din inbox", "i din innboks", "i din indbakke",
    )),
    ("follow", (
        "follow us on", "folgen sie uns", "folge uns", "suivez-nous", "suivez nous", "síguenos", "siga-nos",
        "seguici su", "volg ons", "obserwuj nas", "śledź nas", "join our whatsapp", "join our telegram",
        "our whatsapp channel", "whatsapp-kanal", "chaîne whatsapp", "canal de whatsapp", "canal do whatsapp",
        "canale whatsapp", "whatsapp-kanaal", "kanał na whatsapp", "download our app", "laden sie unsere app",
        "téléchargez notre", "descarga nuestra app", "baixe o nosso", "scarica la nostra app", "pobierz naszą",
        "on google news", "bei google news", "en google news", "su google news", "facebook page", "like us on",
    )),
    ("advertisement", (
        "article continues", "story continues", "advertisement has not loaded", "continues after advertisement",
    )),
    ("player", (
        "view this post on", "a post shared by", "your browser does not support", "ihr browser unterstützt",
        "votre navigateur ne", "su navegador no", "il tuo browser non", "enable javascript", "javascript aktivieren",
        "activer javascript", "habilite javascript", "this content is hosted", "externer inhalt", "externen inhalt",
        "contenu externe", "listen to this article", "artikel anhören", "écouter cet article", "escucha este",
        "ouça este", "ascolta l'articolo", "luister naar dit artikel",
    )),
)  # fmt: skip

# Words that open a call to the reader. With one of TOPICS and a word of address they make a promotion, also where it
# stands alone in the middle of an article.
CALLS = (
    "sign subscribe register get receive join download follow try become support stay don enter buy click read "
    "abonnieren abonniere melden melde erhalten erhalte lesen lies folgen folge jetzt bestellen unterstützen bleiben "
    "registrieren testen verpassen laden hier "
    "abonnez inscrivez recevez rejoignez téléchargez suivez découvrez profitez soutenez retrouvez restez cliquez "
    "suscríbete suscríbase recibe reciba apúntate únete descarga sigue síguenos regístrate accede inscríbete "
    "inscreva assine receba siga baixe junte cadastre subscreva acompanhe clique "
    "iscriviti ricevi abbonati seguici scarica unisciti registrati sostieni resta clicca "
    "schrijf meld ontvang abonneer volg download steun blijf klik probeer "
    "zapisz otrzymuj subskrybuj obserwuj śledź pobierz dołącz wesprzyj zamów kliknij bądź "
    "prenumerera anmäl få meld tilmeld abonner tilaa přihlaste odebírejte iratkozz aboneaza abonează-te abonați "
    "подпишитесь подписывайтесь получайте читайте присоединяйтесь εγγραφείτε اشترك 登録 订阅 구독"
)
ADDRESS = (
    "we us our you your wir uns unser unsere unserer unseren sie ihr ihre ihrem ihren ihrer du dein deine nous nos notre "
    "vous vos votre nosotros nuestro nuestra nuestros nuestras tu tus su sus usted nós nosso nossa nossos seu sua você noi "
    "nostro nostra nostri tuo tua tuoi wij we ons onze u uw je jouw my nasz nasza nasze nasi twój twoje twojego państwa "
    "these diese ces estas estes questi deze te"
)
TOPICS = (
    "subscribe account konto compte cuenta subscriptions subscribers abonnenten "
    "newsletter* nieuwsbrief* nyhetsbrev* nyhedsbrev* biuletyn* boletín* boletim infolettre uutiskirje* hírlevél* "
    "рассылк* bülten* inbox posteingang postfach mailbox whatsapp* telegram* facebook* instagram* twitter* youtube* "
    "tiktok* app push podcast abo abonnement abonnements digitalabo subscription subscriber suscripción suscriptor "
    "assinatura assinante abbonamento abbonato abonnee subskrypcj* prenumerat* membership mitglied journalism "
    "journalismus journalisme periodismo jornalismo giornalismo journalistiek ニュースレター النشرة"
)

# Openings of a line that names another article: "Read also: ...", "Leggi anche ...".
READ_ALSO = (
    "read also", "also read", "read more", "see also", "related:", "more:", "more on this", "don't miss", "watch:",
    "recommended:", "what to read next", "lesen sie auch", "lesen sie mehr", "lesen sie hier", "lies auch",
    "auch interessant", "mehr zum thema", "mehr dazu", "siehe auch", "das könnte sie auch", "passend dazu", "lesetipp",
    "lire aussi", "à lire aussi", "à lire", "lire également", "voir aussi", "sur le même sujet", "pour aller plus loin",
    "lisez aussi", "lea también", "lee también", "lea además", "leer más", "le puede interesar", "te puede interesar",
    "te podría interesar", "vea también", "más información", "leia também", "leia mais", "leia ainda", "veja também",
    "veja mais", "saiba mais", "ler também", "leggi anche", "leggi pure", "vedi anche", "guarda anche", "per approfondire",
    "potrebbe interessarti", "approfondisci", "lees ook", "lees meer", "lees verder", "bekijk ook", "zie ook",
    "czytaj też", "czytaj także", "czytaj również", "czytaj więcej", "zobacz też", "zobacz także", "zobacz również",
    "przeczytaj też", "przeczytaj także", "przeczytaj również", "polecamy", "więcej:", "läs också", "läs även",
    "läs mer", "les også", "les mer", "læs også", "læs mere", "lue myös", "lue lisää", "čtěte také", "přečtěte si",
    "prečítajte si", "viac na", "olvassa el", "citește și", "citește mai mult", "ayrıca okuyun", "читайте также",
    "читайте на", "читать ещё", "по теме", "читайте також", "διαβάστε επίσης", "δείτε επίσης", "اقرأ أيضا", "اقرأ أيضاً",
    "ilginizi çekebilir", "смотрите также", "ещё по теме", "материалы по теме", "читайте також", "прочетете още",
    "вижте още", "διαβάστε ακόμη", "קראו גם", "بیشتر بخوانید", "مزید پڑھیں", "baca juga", "đọc thêm", "xem thêm",
    "อ่านเพิ่มเติม", "আরও পড়ুন", "மேலும் படிக்க", "pročitajte još", "čitajte još", "pročitajte i", "preberite tudi",
    "skaityk taip pat", "lasi arī", "loe ka", "llegeix també", "soma pia", "mohlo by vás",
    "lea:", "lee:", "mira:", "leia:", "veja:", "leggi:", "lire:", "lire :", "lees:", "les:", "läs:", "czytaj:", "zobacz:",
    "читайте:", "baca:", "read:", "read |", "watch |", "listen |", "read next", "related article", "related stor", "more to read", "you may also like",
    "you might also like", "weiterlesen:", "zum weiterlesen", "mehr lesen", "auch spannend", "lesen sie dazu",
    "lesen sie hierzu", "das thema könnte", "das könnte dich auch", "das könnte ihnen", "en savoir plus", "à voir aussi",
    "voir également", "retrouvez aussi", "ver también", "vea además", "lea aquí", "leia aqui", "confira também",
    "leggi tutto", "continua a leggere", "ook interessant", "lees hier", "dowiedz się więcej", "sprawdź też",
    "czytaj dalej", "läs vidare", "vezi și", "citeşte şi", "ilgili haber", "للمزيد", "simak juga", "lihat juga",
    "इसे भी पढ़ें", "ये भी पढ़ें", "推荐阅读", "相關新聞", "함께 보면", "اقرأ المزيد", "関連記事", "あわせて読みたい", "相关阅读", "延伸阅读", "관련기사", "यह भी पढ़ें", "यह भी देखें",
)  # fmt: skip

# Words before a colon, or agencies after a slash, that make a line a picture's caption or credit.
CREDITS = (
    "photo", "photos", "photograph", "photo by", "photo credit", "image", "image credit", "picture", "credit", "credits",
    "file photo", "foto", "fotos", "bild", "bilder", "bildquelle", "archivbild", "symbolbild", "symbolfoto", "archivfoto",
    "grafik", "crédit", "crédits", "crédit photo", "crédits photo", "illustration", "imagen", "fotografía", "imagem",
    "fotografia", "crédito", "immagine", "foto di", "beeld", "fot", "fot.", "zdjęcie", "źródło zdjęcia", "kuva", "снимок", "фото",
    "φωτογραφία", "写真", "图片", "图源", "사진", "फोटो",
)  # fmt: skip

DATE_WORDS = (
    "january february march april may june july august september october november december jan feb mar apr jun jul "
    "aug sep sept oct nov dec monday tuesday wednesday thursday friday saturday sunday mon tue wed thu fri sat sun "
    "januar jänner februar märz mai juni juli oktober dezember mrz okt dez montag dienstag mittwoch donnerstag freitag "
    "samstag sonntag mo di mi do fr sa so uhr stand vor stunden stunde minuten minute tagen tag "
    "janvier février mars avril juin juillet août septembre octobre novembre décembre janv févr lundi mardi mercredi "
    "jeudi vendredi samedi dimanche heures heure il ya jours jour mis jour mise "
    "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre ene lunes martes "
    "miércoles jueves viernes sábado domingo hace horas hora minutos días día actualizado "
    "janeiro fevereiro março maio junho julho setembro outubro dezembro fev segunda terça quarta quinta sexta feira há "
    "dias dia atualizado "
    "gennaio febbraio aprile maggio giugno luglio settembre ottobre dicembre gen mag giu lug ago set ott dic lunedì "
    "martedì mercoledì giovedì venerdì sabato domenica ore fa ora minuti giorni aggiornato "
    "januari februari maart mei augustus oktober maandag dinsdag woensdag donderdag vrijdag zaterdag zondag uur "
    "geleden dagen bijgewerkt om "
    "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia sty lut kwi "
    "maj cze lip sie wrz paź lis gru poniedziałek wtorek środa czwartek piątek sobota niedziela godzin godziny "
    "godzinę temu dni godz aktualizacja r "
    "augusti måndag tisdag onsdag torsdag fredag lördag söndag desember mandag tirsdag lørdag søndag kl tammikuuta "
    "helmikuuta maaliskuuta huhtikuuta toukokuuta kesäkuuta heinäkuuta elokuuta syyskuuta lokakuuta marraskuuta "
    "joulukuuta ledna února března dubna května června července srpna září října listopadu prosince "
    "января февраля марта апреля мая июня июля августа сентября октября ноября декабря назад часов часа минут дня дней "
    "ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık önce saat "
    "ianuarie februarie martie aprilie iunie iulie septembrie octombrie noiembrie decembrie "
    "h alle ore às à le kell at um om kl o am pm a p m gmt utc cet cest mez mesz est edt ist bst et pt ago hours hour hrs hr mins minutes minute min days day "
    "weeks week months month years year th st nd rd just now today yesterday heute gestern hier aujourd hui hoy ayer oje "
    "oggi ieri vandaag gisteren dziś wczoraj "
    "published updated posted date last modified first on by at veröffentlicht aktualisiert erstellt publié publicado "
    "pubblicato gepubliceerd opublikowano publikacja data publicat dátum uppdaterad publicerad oppdatert publisert "
    "opdateret julkaistu päivitetty "
    "опубликовано обновлено 年 月 日 时 時 分 更新 发布 公開 配信 년 월 일 오전 오후 입력 수정 में"
)
