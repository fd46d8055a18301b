"""Twenty articles of our own in four languages, and what a site has beside them: for publishing software to print."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

__all__ = ["AUTHORS", "COMMENT", "PAGES", "PICTURES", "POSTS", "SITE", "Post", "Subject"]

SITE = "The Quay Letter"
AUTHORS = ("Maren Holt", "Tomás Rivas", "Ines Delacroix", "佐藤 花")
COMMENT = "I crossed on that very morning, and the coffee was cold as ever, says a reader of long standing."
PICTURES = (
    ("pier.png", "The north pier at low water"),
    ("crew.png", "Four of the crew beside the winch"),
    ("chart.png", "The new chart of the sound"),
)


@dataclass(frozen=True, slots=True)
class Subject:
    """What the articles of one language are made of: headlines, and sentences with room for a place and a number."""

    lang: str
    sections: tuple[str, str]
    tags: tuple[str, str, str]
    titles: tuple[str, str, str, str, str]
    sentences: tuple[str, ...]
    places: tuple[str, str, str, str, str]


@dataclass(frozen=True, slots=True)
class Post:
    """One article as the site has it."""

    slug: str
    lang: str
    title: str
    section: str | None
    tags: tuple[str, ...]
    author: str
    published: datetime
    paragraphs: tuple[str, ...]
    in_two: bool = False  # printed on two pages, where the software can
    pictured: bool = False
    commented: bool = False


SUBJECTS = (
    Subject(
        "en", ("Harbour", "Town Hall"), ("ferries", "winter timetable", "pilots"),
        ("Ferry crews rehearse a rescue in the dark", "Council keeps the old lighthouse open for visitors",
         "A bakery on the quay turns its ovens off at last", "Pilots ask for a second boat before the winter",
         "Rail bridge lifts again after nine months of repair"),
        ("The harbour office of {p} counted {n} boats on the first evening, more than in any week since the new wall was built.",
         "Nobody in {p} had seen the water so low, said a fisherman who has kept a diary of the tides for {n} years.",
         "A vote is due in {n} days, and both sides have begun to knock on doors in the streets behind {p}.",
         "According to the plan the work at {p} will cost {n} thousand crowns, a third of which comes from the province.",
         "The children of {p} painted {n} flags, which now hang between the crane and the customs house.",
         "For the people of {p} the question is a simple one: who pays for the {n} metres of rope that were lost?"),
        ("Selwick", "Orrin Bay", "Tarn Head", "Little Mull", "Cove Street"),
    ),
    Subject(
        "es", ("Puerto", "Ayuntamiento"), ("transbordadores", "horario de invierno", "prácticos"),
        ("Las tripulaciones ensayan un rescate en plena noche", "El concejo mantiene abierto el viejo faro a las visitas",
         "Una panadería del muelle apaga por fin sus hornos", "Los prácticos piden otra lancha antes del invierno",
         "El puente del tren se levanta tras nueve meses de obras"),
        ("La oficina del puerto de {p} contó {n} barcos la primera tarde, más que en ninguna semana desde que se hizo el muro.",
         "Nadie en {p} había visto el agua tan baja, dijo un pescador que lleva {n} años apuntando las mareas.",
         "La votación será dentro de {n} días, y los dos bandos ya llaman a las puertas de las calles detrás de {p}.",
         "Según el plan, la obra de {p} costará {n} mil coronas, y un tercio lo pondrá la provincia.",
         "Los niños de {p} pintaron {n} banderas, que cuelgan ahora entre la grúa y la aduana.",
         "Para la gente de {p} la pregunta es sencilla: ¿quién paga los {n} metros de cabo que se perdieron?"),
        ("Valdemar", "Punta Sola", "Arenal", "San Telmo", "Riofrío"),
    ),
    Subject(
        "fr", ("Port", "Mairie"), ("bacs", "horaires d’hiver", "pilotes"),
        ("Les équipages répètent un sauvetage en pleine nuit", "Le conseil garde le vieux phare ouvert aux visiteurs",
         "Une boulangerie du quai éteint enfin ses fours", "Les pilotes demandent un second bateau avant l’hiver",
         "Le pont du chemin de fer se lève après neuf mois de travaux"),
        ("Le bureau du port de {p} a compté {n} bateaux le premier soir, plus que toute autre semaine depuis la fin du mur.",
         "Personne à {p} n’avait vu l’eau si basse, dit un pêcheur qui note les marées depuis {n} ans.",
         "Le vote aura lieu dans {n} jours, et les deux camps frappent déjà aux portes des rues derrière {p}.",
         "Selon le plan, le chantier de {p} coûtera {n} mille couronnes, dont un tiers vient de la province.",
         "Les enfants de {p} ont peint {n} drapeaux, qui pendent à présent entre la grue et la douane.",
         "Pour les gens de {p} la question est simple : qui paiera les {n} mètres de corde perdus ?"),
        ("Kermaric", "Port-Blanc", "La Roche", "Trévelin", "Saint-Cado"),
    ),
    Subject(
        "ja", ("港", "役場"), ("フェリー", "冬の時刻表", "水先人"),
        ("フェリーの乗組員が夜の海で救助訓練を行った", "議会は古い灯台の公開を続けることを決めた", "岸壁のパン屋がついに窯の火を落とした",
         "水先人たちが冬を前に二隻目の船を求めている", "九か月の修理を終えて鉄道橋が再び上がった"),
        ("{p}の港湾事務所によると、最初の晩に{n}隻の船が数えられ、新しい堤防ができてからのどの週よりも多かった。",
         "{p}では誰もこれほど低い水位を見たことがないと、{n}年にわたり潮の記録をつけてきた漁師は話した。",
         "投票は{n}日後に行われる予定で、{p}の裏通りでは賛成派も反対派も家々を訪ね始めている。",
         "計画によれば、{p}の工事には{n}万円がかかり、そのうち三分の一を県が負担することになっている。",
         "{p}の子どもたちが描いた{n}枚の旗が、いまクレーンと税関の建物の間に飾られている。",
         "{p}の人々にとって問いは単純だ。失われた{n}メートルの綱の代金をいったい誰が払うのか。"),
        ("青浜", "白崎", "鳴門町", "小島村", "北港"),
    ),
)  # fmt: skip

_SLUGS = (
    "crews-in-the-dark",
    "lighthouse-stays-open",
    "bakery-on-the-quay",
    "pilots-want-a-boat",
    "rail-bridge-lifts",
)
PAGES = {
    "about": ("About us", "The Quay Letter is written by four people above a chandler's shop. We print what we have seen. "
              "Write to us if we got it wrong, and we will say so on the same page."),
    "privacy": ("Privacy policy", "We keep your address as long as you read us, and give it to nobody. You may ask what we know of you."),
    "contact": ("Contact", "Our office is open on weekdays from nine to four. Letters reach us at the harbour office."),
}  # fmt: skip


def _paragraphs(subject: Subject, number: int) -> tuple[str, ...]:
    """Return eight paragraphs of two sentences; place and number make each sentence one that stands nowhere else."""
    joint = "" if subject.lang == "ja" else " "
    made = []
    for paragraph in range(8):
        pair = (paragraph % 6, (paragraph + 1 + number) % 6)
        sentences = [
            subject.sentences[kind].format(
                p=subject.places[number], n=100 * (number + 1) + 10 * paragraph + place
            )
            for place, kind in enumerate(pair)
        ]
        made.append(joint.join(sentences))
    return tuple(made)


def _posts() -> tuple[Post, ...]:
    first = datetime(2026, 3, 2, 7, 30, tzinfo=UTC)
    return tuple(
        Post(
            slug=f"{subject.lang}-{_SLUGS[number]}",
            lang=subject.lang,
            title=subject.titles[number],
            section=subject.sections[number % 2],
            tags=subject.tags[: 1 + number % 3],
            author=AUTHORS[(number + place) % len(AUTHORS)],
            published=first + timedelta(days=5 * number + 37 * place, hours=2 * number),
            paragraphs=_paragraphs(subject, number),
            in_two=number == 3,
            pictured=number == 2,
            commented=number == 1,
        )
        for place, subject in enumerate(SUBJECTS)
        for number in range(5)
    )


POSTS = _posts()
