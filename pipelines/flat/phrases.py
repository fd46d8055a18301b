"""Words that a page's furniture is made of, in two dozen languages: data for `pipelines.flat.chrome`.

A line is a label of a kind when every word of it is in the kind's `core` or `more`, or is glue (`glue.py`), and at
least one is in `core`. So "Share on Facebook", "Auf Facebook teilen" and "Udostępnij na Facebooku" need one entry a word,
not one an expression, and a sentence is never a label. `*` ends a stem; words are lower case; apostrophes split.
"""

from __future__ import annotations

from pipelines.flat.vocabulary import Label

__all__ = ["LABELS"]

_NETWORKS = (
    "facebook* fb twitter* tweet* linkedin* whatsapp* telegram* pinterest* reddit* tumblr* xing* messenger* threads "
    "bluesky* mastodon* flipboard* pocket viber* vk vkontakte вконтакте одноклассники odnoklassniki instagram* "
    "youtube* tiktok* snapchat* wechat* weibo* kakao* hatena* skype* line signal signalu evernote wykop* "
    "meneame digg delicious stumbleupon google buffer фейсбук* твиттер* телеграм* вотсап* ватсап* ツイート "
    "フェイスブック ツイッター ライン はてなブックマーク 微信 微博 페이스북 트위터 카카오톡 فيسبوك تويتر واتساب "
    "फेसबुक ट्विटर व्हाट्सएप"
)
_SHARING = (
    "share* sharing teilen geteilt teile weitersagen partager partage* partagez partagé* compartir comparte "
    "compártelo compartilhar compartilhe compartilhar* partilhar partilhe condividi* condivisioni condivid* delen deel "
    "gedeeld udostępnij udostępnień podziel dela dele del jaa sdílet sdílej zdieľať megosztás megosztom distribuie "
    "distribuiți paylaş* поделиться поделитесь поширити поделись κοινοποίηση κοινοποιήστε μοιραστείτε شارك مشاركة "
    "シェア シェアする 共有 分享 分享到 转发 공유 공유하기 साझा शेयर करें"
)
_RELATED_MORE = (
    "same up letzte wpisy entradas am also most more see next you may might like love enjoy these this other others others' around web now today week "
    "day month hour stories story articles article news posts post topics topic subject category section author "
    "theme page read reading headlines watch editor editors choice content coverage what people are about don miss "
    "must viewed shared commented discussed "
    "auch mehr noch weitere weiterer weiterlesen thema themen artikel nachrichten meldungen beiträge beitrag könnte "
    "könnten interessieren gefallen interessant lesen lies jetzt heute rubrik ressort kategorie derselben "
    "gleichen autor nicht verpassen kommentiert geteilt top "
    "lire voir aussi également plus lus lues vus vues articles article actualités actualité infos info sujet "
    "thème même catégorie rubrique aimerez pourriez pourrait pourraient intéresser aller loin manquez pas une "
    "commentés partagés découvrir autres "
    "lea lee leer vea ver también además más sobre leído leída leídos leídas visto vistos vistas noticias noticia "
    "artículos artículo puede podría interesar interesarte interesarle quizá quizás misma mismo categoría sección "
    "tema otras otros pierdas titulares comentadas comentado hoy "
    "leia ler veja também mais lidas lidos vistas notícias notícia matérias matéria artigos artigo pode poderá você "
    "interessar mesma mesmo categoria secção seção saiba perca gostar outras outros "
    "leggi vedi guarda anche più letti lette letto visti viste articoli articolo notizie notizia potrebbe "
    "potrebbero interessarti interessare piacere stessa stesso categoria sezione tema argomento altri altre non "
    "perdere oggi approfondimenti "
    "lees kijk bekijk ook meer nog verder over artikelen artikel berichten bericht nieuws meest gelezen bekeken "
    "dezelfde categorie rubriek misschien vind vindt interessant onderwerp net binnen vandaag andere dit "
    "czytaj przeczytaj zobacz sprawdź też także również więcej artykuły artykuł wiadomości newsy materiały tej samej "
    "kategorii kategoria temat temacie działu może mogą cię zainteresować zainteresuje czytane oglądane chwili inne "
    "läs också mer les også mere mest lest læst læs lue myös lisää luetuimmat čtěte také více nejčtenější přečtěte "
    "si olvassa még citește citeşte şi și mai mult cele citite okuyun oku daha fazla çok okunan haberler "
    "читать читайте также ещё еще по теме темі новости статьи материалы читаемое δείτε διαβάστε επίσης περισσότερα "
    "νέα اقرأ أيضا أيضاً المزيد الأكثر قراءة أخبار 記事 ニュース もっと見る 読む 新闻 文章 更多 阅读 기사 뉴스 더보기 "
    "보기 ख़बरें खबरें और पढ़ें यह भी"
)

LABELS: tuple[Label, ...] = (
    Label(
        "share-bar",
        "",
        f"{_SHARING} {_NETWORKS} email mail copy copied copier kopieren kopiert copiar copia kopieer kopiuj pin print imprimer "
        "imprimir stampa drucken drukuj afdrukken",
        "x e via plus print pdf copy link url article post story page this imprimer drucken kopieren link artikel seite "
        "beitrag copier lien envoyer ami cet imprimir copiar enlace artículo correo electrónico matéria artigo copia "
        "stampa invia articolo kopieer afdrukken artikel kopiuj drukuj artykuł shares like likes pin gefällt mir "
        "kirjaudu courriel save bookmark read later merken speichern guardar salva bewaar zapisz now jetzt k "
        "noticia esta isso it nachricht diesen gekopieerd skopiowano copié copiado copiato skriv ut kopier lenke lenken kopiera länk tulosta ссылку копировать отправить печать e-mail",
    ),
    Label(
        "comment-action",
        "",
        "reply répondre antworten responder rispondi beantwoorden reageer odpowiedz svara svar svare vastaa odpovědět "
        "odpovedať válasz răspunde yanıtla cevapla ответить відповісти απάντηση رد 返信 回复 답글 report signaler melden "
        "reportar denunciar segnala rapporteer zgłoś",
        "like likes quote link share flag permalink upvote downvote abuse thumbs up down gefällt mir zitieren j aime "
        "citer gusta me gosto piace vind leuk lubię to cytuj comment kommentar spam",
    ),
    Label(
        "comments",
        "",
        "comment* kommentar* kommentier* commentaire* commenter comentar* comentári* comentario* commenti commento "
        "commenta reacties reactie reageer reageren komentarz* komentuj skomentuj komentář* komentár* комментар* "
        "коментар* hozzászólás* kommentit kommentti yorum* σχόλι* σχολι* تعليق* تعليقات コメント コメントする 评论 "
        "評論 留言 댓글 टिप्पणी टिप्पणियां conversation diskussion diskutieren resposta replies respuesta* réponse* antworten risposte leserkommentare disqus reply",
        "hinterlasse abschicken abbrechen réagir enviar sem invia achterlaten plaatsen opublikuj wyślij envoyer absenden leave write add post join show view load yap yaz ekle more hide first be cancel conversation sort newest oldest "
        "discussion read a no yet closed log login sign share thoughts below schreiben schreibe hinterlassen abgeben "
        "verfassen antwort anzeigen laden lesen mehr keine noch diskutieren mitdiskutieren laisser laissez écrire "
        "ajouter poster voir tous lire soyez premier aucun répondre annuler dejar deja un escribe añadir publicar "
        "responder ver todos sé primero sin cancelar deixe deixar adicione escreva uma resposta seja primeiro "
        "nenhum lascia scrivi aggiungi rispondi mostra vedi nessun plaats schrijf laat achter geef een bekijk alle "
        "geen antwoord annuleren dodaj napisz zostaw pokaż wszystkie brak odpowiedz odpowiedź anuluj liczba "
        "legg igjen skriv en lämna svar vis alle jätä přidat napsat zobrazit оставить написать добавить показать все "
        "ответить скрыть нет γράψτε αφήστε أضف اترك تعليقا 書く 見る 发表 查看 작성 쓰기 लिखें करें",
    ),
    Label(
        "related",
        "related meistgelesen meistgelesene recommended trending podobne powiązane polecane lesetipps leestips "
        "gerelateerd correlati relacionadas relacionados relacionado",
        "also like next category related similar read latest recent popular trending trends recommended recommendations recommend picks more "
        "stories top headlines sponsored promoted newest suggested "
        "letzte kategorie gefallen mehr lesen lies auch weiterlesen weitere ähnliche verwandte verwandter meistgelesen* meistgelesene gelesen "
        "beliebt beliebte beliebteste empfohlen empfohlene empfehlung* neueste neuste aktuelle aktuell lesetipp* "
        "schlagzeilen lesenswert "
        "catégorie intéresser lire liés liées similaires associés connexes derniers dernières dernier populaires recommandé* tendances "
        "aussi également catégorie rubrique lus lues suggérés récents récentes même "
        "más visto vista vistos vistas entradas relacionad* lea lee leer también además últimas últimos leído leídas leídos recomendad* destacad* tendencias "
        "interesar interesarte categoría recientes "
        "leia também mais veja gostar lidas últimas recomendad* destaques interessar saiba recentes categoria "
        "correlati correlate leggi anche letti lette ultime ultimi consigliati raccomandati interessarti "
        "approfondisci recenti categoria "
        "leuk lees gerelateerd* gelezen populair* aanbevolen laatste recent* categorie meer ook interessant "
        "ostatnie czytaj zobacz przeczytaj też także również powiązane podobne najnowsze najczęściej popularne "
        "najpopularniejsze polecane polecamy kategorii więcej zainteresować "
        "läs senaste relaterat relaterade les siste relaterte læs seneste relaterede lue uusimmat luetuimmat související "
        "nejnovější nejčtenější čtěte přečtěte súvisiace najčítanejšie kapcsolódó legolvasottabb citește citeşte "
        "recente ilgili benzer читайте читать похожие последние популярное διαβάστε σχετικά τελευταία اقرأ ذات صلة "
        "関連 関連記事 人気 人気記事 おすすめ 最新 最新記事 ランキング 相关 相关阅读 相关新闻 相关文章 推荐 推荐阅读 "
        "热门 热门文章 最新 관련 관련기사 인기 많이 본 최신 추천 संबंधित सबसे ज्यादा ताज़ा",
        _RELATED_MORE,
    ),
    Label(
        "pager",
        "",
        "previous next vorheriger voriger nächster précédent suivant anterior siguiente próximo seguinte precedente "
        "successivo prossimo vorig vorige volgend volgende poprzedni następny föregående nästa forrige neste næste "
        "предыдущая следующая 前 次 上一篇 下一篇 이전 다음",
        "article post story page artikel beitrag seite artículo artigo articolo bericht pagina página artykuł strona wpis "
        "entrada post статья 記事 へ",
    ),
    Label(
        "form",
        "",
        "name nombre nom naam nome imię nazwisko website web site sitio url witryna strona internetowa email e-mail correo "
        "telefon phone message nachricht",
        "electrónico adres adresse address indirizzo endereço required optional pflichtfeld obligatoire obligatorio your",
    ),
    Label(
        "newsletter",
        "",
        "newsletter* email e-mail correo mailadres nieuwsbrief* nieuwsbrieven nyhetsbrev* nyhedsbrev* biuletyn* boletín boletines boletim infolettre "
        "uutiskirje* hírlevél* newslettera рассылк* розсилк* bülten* subscribe suscribirme abonnieren abonnez inscreva inscrivez "
        "s'inscrire suscríbete suscribirse suscribirme iscriviti assine zapisz subskrybuj prenumerera abonner tilaa "
        "subskrybuj odebírat подписаться подписаться подпишитесь inbox ニュースレター メルマガ 購読 订阅 訂閱 구독 "
        "뉴스레터 सब्सक्राइब",
        "sign up signup get register join email e mail address enter submit daily weekly free morning evening here now "
        "best news top the our anmelden bestellen kostenlos gratis jetzt hier adresse eingeben absenden bleiben "
        "täglich woche inscription inscrire recevez recevoir adresse gratuitement valider ok quotidienne abonner "
        "correo electrónico recibe recibir gratis apúntate introduce registrarse enviar email nuestra nuestros "
        "receba cadastre inscrever grátis gratuitamente digite seu registar iscrizione ricevi gratuita gratuitamente "
        "inserisci posta elettronica indirizzo invia registrati ora schrijf in aanmelden meld aan ontvang gratis "
        "dagelijks dagelijkse wekelijks wekelijkse mailadres adres inschrijven e-mailadres się zapisz otrzymuj "
        "codziennie bezpłatny bezpłatnie darmowy adres podaj wpisz zamów",
    ),
    Label(
        "consent",
        "",
        "cookie* cookies accept akzeptier* accepter acceptez aceptar aceitar accetta accetto accepteer accepteren "
        "akceptuj* zaakceptuj agree zustimmen einverstanden consent einwilligung consentement consentimiento "
        "consentimento consenso toestemming zgadzam reject decline ablehnen refuser rechazar recusar rejeitar rifiuta "
        "weigeren odrzuć godta acceptera hyväksy přijmout souhlasím elfogadom принять 同意 接受 동의 privacy preferenze préférences preferencias preferências voorkeuren "
        "preferencje cookievoorkeuren",
        "all alle tout tous toutes todo todas todos tutti tutto alles wszystkie wszystko i ich j manage preferences "
        "settings options necessary only essential allow customise customize save close learn more ok okay got policy "
        "notice use continue without einstellungen verwalten nur notwendige erforderliche essenzielle speichern "
        "schließen continuer sans paramétrer paramètres gérer personnaliser préférences fermer configurar configuración "
        "gestionar solo necesarias cerrar definições gerir apenas necessários fechar configurações personalizza "
        "gestisci impostazioni solo necessari chiudi preferenze voorkeuren instellingen beheren sluiten noodzakelijke "
        "alleen ustawienia niezbędne tylko zamknij preferencje zarządzaj podrobnosti informationen mehr meer więcej "
        "politique richtlinie richtlinien política politica beleid polityka plików",
    ),
    Label(
        "navigation",
        "",
        "menu menü menú home homepage startseite accueil inicio início strona główna hjem hem etusivu domů search suche "
        "suchen rechercher recherche buscar cerca zoeken szukaj sök søk haku hledat поиск главная меню 検索 メニュー "
        "ホーム 首页 搜索 메뉴 홈 검색 login logout log anmelden einloggen connexion connecter entrar acceder accedi "
        "inloggen zaloguj zaloguj register registrieren skip navigation navegación navigazione navigatie nawigacja "
        "toggle contenu contenido conteúdo contenuto inhoud treści inhalt hauptinhalt zurück retour volver voltar torna terug powrót back nach top",
        "jetzt zum springen aller al ir pular vai naar przejdź to main content close open sign in account my konto mein zum inhalt springen hauptinhalt ansehen öffnen "
        "schließen aller contenu principal mon compte se ouvrir fermer ir al contenido cerrar abrir mi cuenta "
        "conteúdo conta minha fechar vai contenuto apri chiudi account naar inhoud sluiten openen przejdź treści "
        "zamknij konto się oben haut page arriba topo su boven góry e-paper epaper abo more mehr plus",
    ),
    Label(
        "advertisement",
        "advertisement* advertising advert anzeige anzeigen werbung publicité publicidad publicidade pubblicità "
        "advertentie* reklama reklamy reklam annons annonse mainos reklame hirdetés inzerce publicitate реклама "
        "διαφήμιση إعلان 広告 广告 廣告 광고 विज्ञापन promo",
        "ad ads continues continue scroll below annonce weiter fortsetzung",
        "article story after to the reading der artikel geht nach beitrag wird fortgesetzt unten suite après l article remove "
        "sponsored content sigue leyendo después continua após a ler depois continua dopo verder lezen czytaj dalej pod "
        "poniżej skip",
    ),
    Label(
        "footer",
        "impressum datenschutz datenschutzerklärung disclaimer imprint agb mediadaten rodo regulamin colophon",
        "copyright © rights rechte droits derechos direitos diritti rechten prawa privacy terms impressum datenschutz "
        "mentions légales confidentialité aviso legal legales privacidad privacidade note legali privacybeleid "
        "voorwaarden prywatności regulamin contact kontakt contacto contato contatti sitemap advertise mediadaten "
        "newsroom rss feed feeds careers jobs impronta redazione redaktion rédaction redacción redakcja policy "
        "imprint accessibility barrierefreiheit about informativa",
        "sulla reserved all alle vorbehalten tous réservés todos los reservados tutti riservati voorbehouden wszelkie "
        "zastrzeżone use service conditions condition about us über uns wir propos qui sommes quiénes somos sobre chi "
        "siamo over ons nas sitio cookies cookie statement notice sitio ad choices do not sell my personal "
        "information privacy center help faq hilfe aide ayuda ajuda aiuto pomoc hulp abo shop archiv archive politique "
        "politica política polityka algemene générales generales gerais generali cgu cgv site map plan",
    ),
    Label(
        "author-box",
        "",
        "author autor autorin autoren auteur auteure auteurs autora autore autrice autorze autorce verfasser "
        "författaren forfatteren автор",
        "about über zum zur propos sobre over o info more posts articles all alle beiträge tous articles todas",
    ),
    Label(
        "follow",
        "",
        f"follow folge folgen folgt suivez suivre sigue síguenos siga seguici segui volg obserwuj śledź følg följ seuraa "
        f"sledujte takip подпишись подписывайтесь 关注 フォロー 팔로우 {_NETWORKS}",
        "uns us on nous auf sur en su op na news google discover channel kanal canal canale kanaal kanał kanał app join "
        "find like nos no nas ons nuestro notre our download laden apps store play android ios iphone get téléchargez "
        "descarga scarica pobierz mehr more",
    ),
    Label(
        "player",
        "",
        "video vidéo vídeo wideo audio podcast play watch listen loading slideshow gallery fotostrecke bildergalerie "
        "lesezeit lectura leitura lettura leestijd lecture min minute minutes minuten minuti minutos minut anhören "
        "vorlesen écouter escuchar ouvir ascolta luister słuchaj",
        "this article artikel diesen cet article artículo artigo articolo dit read reading time temps tiempo tempo czas "
        "czytania de di view post instagram a shared now full screen mute pause size text font schriftgröße taille del "
        "il el o",
    ),
    Label(
        "tags",
        "tags tagi keywords schlagwörter schlagworte stichwörter mots-clés étiquettes etiquetas trefwoorden",
        "tags tag tagged topics keywords themen schlagwörter schlagworte stichwörter mots clés étiquettes etiquetas "
        "palabras clave palavras chave parole chiave trefwoorden tagi słowa kluczowe filed categories category "
        "kategorien catégories categorías categorias categorie etiketter emneord teemat štítky címkék etichete "
        "теги метки ετικέτες وسوم タグ 标签 태그",
        "under posted more article artikel related zum sujet associés in",
    ),
)
