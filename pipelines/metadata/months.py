"""Names of months in the languages of the news, zones by their letters, words for morning and evening."""

from __future__ import annotations

__all__ = ["MONTHS", "MORNING_EVENING", "ZONES", "fold"]

# One line a language: twelve months, spellings of one month joined by a slash.
_BY_LANGUAGE = (
    # English, and its abbreviations
    "january/jan february/feb march/mar april/apr may june/jun july/jul august/aug september/sept/sep "
    "october/oct november/nov december/dec",
    # German
    "januar/jänner/jan februar/feber/feb märz/mär/mrz april/apr mai juni/jun juli/jul august/aug "
    "september/sep/sept oktober/okt november/nov dezember/dez",
    # French
    "janvier/janv février/fevrier/févr/fév mars avril/avr mai juin juillet/juil août/aout septembre/sept "
    "octobre/oct novembre/nov décembre/decembre/déc",
    # Spanish
    "enero/ene febrero/feb marzo/mar abril/abr mayo/may junio/jun julio/jul agosto/ago septiembre/setiembre/sept "
    "octubre/oct noviembre/nov diciembre/dic",
    # Portuguese
    "janeiro/jan fevereiro/fev março/mar abril/abr maio/mai junho/jun julho/jul agosto/ago setembro/set "
    "outubro/out novembro/nov dezembro/dez",
    # Italian
    "gennaio/gen febbraio/feb marzo/mar aprile/apr maggio/mag giugno/giu luglio/lug agosto/ago settembre/set "
    "ottobre/ott novembre/nov dicembre/dic",
    # Dutch
    "januari/jan februari/feb maart/mrt april/apr mei juni/jun juli/jul augustus/aug september/sep "
    "oktober/okt november/nov december/dec",
    # Danish, Norwegian, Swedish
    "januar/januari/jan februar/februari/feb marts/mars/mar april/apr maj/mai juni/jun juli/jul august/augusti/aug "
    "september/sep oktober/okt november/nov december/desember/dec/des",
    # Finnish
    "tammikuuta/tammikuu helmikuuta/helmikuu maaliskuuta/maaliskuu huhtikuuta/huhtikuu toukokuuta/toukokuu "
    "kesäkuuta/kesäkuu heinäkuuta/heinäkuu elokuuta/elokuu syyskuuta/syyskuu lokakuuta/lokakuu "
    "marraskuuta/marraskuu joulukuuta/joulukuu",
    # Icelandic
    "janúar febrúar mars apríl maí júní júlí ágúst september október nóvember desember",
    # Polish
    "stycznia/styczeń/sty lutego/luty/lut marca/marzec/mar kwietnia/kwiecień/kwi maja/maj czerwca/czerwiec/cze "
    "lipca/lipiec/lip sierpnia/sierpień/sie września/wrzesień/wrz października/październik/paź "
    "listopada/lis grudnia/grudzień/gru",
    # Czech
    "ledna/leden února/únor března/březen dubna/duben května/květen června/červen července/červenec srpna/srpen "
    "září října/říjen listopadu prosince/prosinec",
    # Slovak
    "januára/január februára/február marca/marec apríla/apríl mája/máj júna/jún júla/júl augusta septembra októbra "
    "novembra decembra",
    # Slovenian, Serbian in Latin letters
    "januar/januara/januarja februar/februara/februarja mart/marta/marec/marca april/aprila maj/maja jun/juna/junij/"
    "junija jul/jula/julij/julija avgust/avgusta septembar/septembra/septembr oktobar/oktobra novembar/novembra "
    "decembar/decembra",
    # Croatian (listopad is October here and November in Polish and Czech: told apart by case endings only)
    "siječnja/siječanj veljače/veljača ožujka/ožujak travnja/travanj svibnja/svibanj lipnja/lipanj srpnja/srpanj "
    "kolovoza/kolovoz rujna/rujan  studenoga/studenog/studeni prosinca/prosinac",
    # Serbian in Cyrillic, Macedonian
    "јануар/јануара/јануари фебруар/фебруара/февруари март/марта април/априла мај/маја јун/јуна/јуни јул/јула/јули "
    "август/августа септембар/септембра/септември октобар/октобра/октомври новембар/новембра/ноември "
    "децембар/децембра/декември",
    # Russian
    "января/январь/янв февраля/февраль/фев марта/март/мар апреля/апрель/апр мая/май июня/июнь/июн июля/июль/июл "
    "августа/август/авг сентября/сентябрь/сен октября/октябрь/окт ноября/ноябрь/ноя декабря/декабрь/дек",
    # Ukrainian
    "січня/січень лютого/лютий березня/березень квітня/квітень травня/травень червня/червень липня/липень "
    "серпня/серпень вересня/вересень жовтня/жовтень листопада/листопад грудня/грудень",
    # Bulgarian
    "януари февруари март април май юни юли август септември октомври ноември декември",
    # Greek
    "ιανουαρίου/ιαν φεβρουαρίου/φεβ μαρτίου/μαρ απριλίου/απρ μαΐου/μαϊ/μαΐ ιουνίου/ιουν ιουλίου/ιουλ αυγούστου/αυγ "
    "σεπτεμβρίου/σεπ οκτωβρίου/οκτ νοεμβρίου/νοε δεκεμβρίου/δεκ",
    # Romanian
    "ianuarie/ian februarie/feb martie/mar aprilie/apr mai iunie/iun iulie/iul august/aug septembrie/sept "
    "octombrie/oct noiembrie/nov decembrie/dec",
    # Hungarian
    "január/jan február/febr március/márc április/ápr május/máj június/jún július/júl augusztus/aug "
    "szeptember/szept október/okt november/nov december/dec",
    # Turkish
    "ocak/oca şubat/şub mart/mar nisan/nis mayıs/may haziran/haz temmuz/tem ağustos/ağu eylül/eyl ekim/eki "
    "kasım/kas aralık/ara",
    # Lithuanian
    "sausio vasario kovo balandžio gegužės birželio liepos rugpjūčio rugsėjo spalio lapkričio gruodžio",
    # Latvian
    "janvāris/janvārī februāris/februārī marts/martā aprīlis/aprīlī maijs/maijā jūnijs/jūnijā jūlijs/jūlijā "
    "augusts/augustā septembris/septembrī oktobris/oktobrī novembris/novembrī decembris/decembrī",
    # Estonian
    "jaanuar veebruar märts aprill mai juuni juuli august september oktoober november detsember",
    # Catalan
    "gener/gen febrer/febr març abril/abr maig juny juliol/jul agost/ag setembre/set octubre/oct novembre/nov "
    "desembre/des",
    # Indonesian, Malay
    "januari/jan februari/pebruari/feb maret/mac/mar april/apr mei/mei juni/jun juli/julai/jul agustus/ogos/agu "
    "september/sep oktober/okt november/nop/nov desember/disember/des",
    # Vietnamese
    "tháng_1/tháng_01 tháng_2/tháng_02 tháng_3/tháng_03 tháng_4/tháng_04 tháng_5/tháng_05 tháng_6/tháng_06 tháng_7/tháng_07 "
    "tháng_8/tháng_08 tháng_9/tháng_09 tháng_10 tháng_11 tháng_12",
    # Arabic: the Egyptian and the Levantine names
    "يناير/كانون_الثاني/جانفي فبراير/شباط/فيفري مارس/آذار أبريل/ابريل/إبريل/نيسان/أفريل مايو/أيار/ماي يونيو/حزيران/جوان "
    "يوليو/تموز/جويلية أغسطس/اغسطس/آب/أوت سبتمبر/أيلول أكتوبر/اكتوبر/تشرين_الأول نوفمبر/تشرين_الثاني ديسمبر/كانون_الأول",
    # Hebrew
    "בינואר/ינואר בפברואר/פברואר במרץ/מרץ באפריל/אפריל במאי/מאי ביוני/יוני ביולי/יולי באוגוסט/אוגוסט "
    "בספטמבר/ספטמבר באוקטובר/אוקטובר בנובמבר/נובמבר בדצמבר/דצמבר",
    # Hindi
    "जनवरी फरवरी/फ़रवरी मार्च अप्रैल मई जून जुलाई अगस्त सितंबर/सितम्बर अक्टूबर/अक्तूबर नवंबर/नवम्बर दिसंबर/दिसम्बर",
    # Bengali
    "জানুয়ারি/জানুয়ারী ফেব্রুয়ারি/ফেব্রুয়ারী মার্চ এপ্রিল মে জুন জুলাই আগস্ট সেপ্টেম্বর অক্টোবর নভেম্বর ডিসেম্বর",
    # Urdu
    "جنوری فروری مارچ اپریل مئی جون جولائی اگست ستمبر اکتوبر نومبر دسمبر",
    # Thai
    "มกราคม/ม.ค กุมภาพันธ์/ก.พ มีนาคม/มี.ค เมษายน/เม.ย พฤษภาคม/พ.ค มิถุนายน/มิ.ย กรกฎาคม/ก.ค สิงหาคม/ส.ค กันยายน/ก.ย "
    "ตุลาคม/ต.ค พฤศจิกายน/พ.ย ธันวาคม/ธ.ค",
    # Swahili
    "januari februari machi aprili mei juni julai agosti septemba oktoba novemba desemba",
    # Persian: its own months, then the Gregorian ones
    "فروردین اردیبهشت خرداد تیر مرداد شهریور مهر آبان آذر دی بهمن اسفند",
    "ژانویه فوریه مارس آوریل مه/می ژوئن ژوئیه/جولای اوت/آگوست سپتامبر اکتبر نوامبر دسامبر",
    # Marathi and Nepali, Gujarati, Tamil, Telugu, Kannada, Malayalam
    "जानेवारी/जनवरी फेब्रुवारी/फेब्रुअरी मार्च एप्रिल/अप्रिल मे जून/जुन जुलै/जुलाई ऑगस्ट/अगस्ट सप्टेंबर/सेप्टेम्बर ऑक्टोबर/अक्टोबर नोव्हेंबर/नोभेम्बर "
    "डिसेंबर/डिसेम्बर",
    "જાન્યુઆરી ફેબ્રુઆરી માર્ચ એપ્રિલ મે જૂન જુલાઈ ઓગસ્ટ સપ્ટેમ્બર ઓક્ટોબર નવેમ્બર ડિસેમ્બર",
    "ஜனவரி பிப்ரவரி மார்ச் ஏப்ரல் மே ஜூன் ஜூலை ஆகஸ்ட் செப்டம்பர் அக்டோபர் நவம்பர் டிசம்பர்",
    "జనవరి ఫిబ్రవరి మార్చి ఏప్రిల్ మే జూన్ జూలై/జులై ఆగస్టు సెప్టెంబర్/సెప్టెంబరు అక్టోబర్/అక్టోబరు నవంబర్/నవంబరు డిసెంబర్/డిసెంబరు",
    "ಜನವರಿ ಫೆಬ್ರವರಿ ಮಾರ್ಚ್ ಏಪ್ರಿಲ್ ಮೇ ಜೂನ್ ಜುಲೈ ಆಗಸ್ಟ್ ಸೆಪ್ಟೆಂಬರ್ ಅಕ್ಟೋಬರ್ ನವೆಂಬರ್ ಡಿಸೆಂಬರ್",
    "ജനുവരി ഫെബ്രുവരി മാർച്ച് ഏപ്രിൽ മെയ്/മേയ് ജൂൺ ജൂലൈ ഓഗസ്റ്റ് സെപ്റ്റംബർ ഒക്ടോബർ നവംബർ ഡിസംബർ",
    # Georgian, Armenian, Kazakh, Azerbaijani
    "იანვარი/იან თებერვალი/თებ მარტი/მარ აპრილი/აპრ მაისი/მაი ივნისი/ივნ ივლისი/ივლ აგვისტო/აგვ სექტემბერი/სექ ოქტომბერი/ოქტ "
    "ნოემბერი/ნოე დეკემბერი/დეკ",
    "հունվարի/հունվար փետրվարի/փետրվար մարտի/մարտ ապրիլի/ապրիլ մայիսի/մայիս հունիսի/հունիս հուլիսի/հուլիս օգոստոսի/օգոստոս "
    "սեպտեմբերի/սեպտեմբեր հոկտեմբերի/հոկտեմբեր նոյեմբերի/նոյեմբեր դեկտեմբերի/դեկտեմբեր",
    "қаңтар ақпан наурыз сәуір мамыр маусым шілде тамыз қыркүйек қазан қараша желтоқсан",
    "yanvar fevral mart aprel may iyun iyul avqust/avgust sentyabr oktyabr noyabr dekabr",
    # Albanian, Basque, Irish, Luxembourgish, Khmer
    "janar shkurt mars prill maj qershor korrik gusht shtator tetor nëntor dhjetor",
    "urtarrilaren/urtarrilak otsailaren/otsailak martxoaren/martxoak apirilaren/apirilak maiatzaren/maiatzak ekainaren/ekainak "
    "uztailaren/uztailak abuztuaren/abuztuak irailaren/irailak urriaren/urriak azaroaren/azaroak abenduaren/abenduak",
    "eanáir feabhra márta aibreán bealtaine meitheamh iúil lúnasa meán_fómhair deireadh_fómhair samhain nollaig",
    "januar februar mäerz abrëll mee juni juli august september oktober november dezember",
    "មករា កុម្ភៈ មីនា មេសា ឧសភា មិថុនា កក្កដា សីហា កញ្ញា តុលា វិច្ឆិកា ធ្នូ",
)


def _months() -> dict[str, int]:
    table: dict[str, int] = {}
    for line in _BY_LANGUAGE:
        for number, spellings in enumerate(line.replace("  ", " - ").split(" "), 1):
            for spelling in spellings.split("/"):
                if spelling != "-":
                    table.setdefault(fold(spelling.replace("_", " ")), number)
    return table


def fold(words: str) -> str:
    """Return the words in lower case, letter for letter: MAYIS is mayıs, and both are found as mayis."""
    return words.replace("İ", "i").lower().translate(_SAME_LETTERS)


# Letters whose capitals are another letter's too.
_SAME_LETTERS = str.maketrans("ıſς", "isσ")
MONTHS = _months()  # folded

# Minutes east of UTC. Letters that name several zones (CST, IST) stand for the largest press that uses them.
ZONES = {
    "UTC": 0, "GMT": 0, "WET": 0, "WEST": 60, "BST": 60, "CET": 60, "CEST": 120, "MEZ": 60, "MESZ": 120,
    "EET": 120, "EEST": 180, "MSK": 180, "МСК": 180, "TRT": 180, "GST": 240, "PKT": 300, "IST": 330, "WIB": 420,
    "WITA": 480, "SGT": 480, "HKT": 480, "AWST": 480, "WIT": 540, "JST": 540, "KST": 540, "AEST": 600, "AEDT": 660,
    "NZST": 720, "NZDT": 780, "ART": -180, "BRT": -180, "AST": -240, "EDT": -240, "EST": -300, "CDT": -300,
    "CST": -360, "MDT": -360, "MST": -420, "PDT": -420, "PST": -480,
}  # fmt: skip

# Halves of the day that stand before the hour.
MORNING_EVENING = (("午前", "a"), ("午後", "p"), ("上午", "a"), ("下午", "p"), ("오전", "a"), ("오후", "p"))
