"""Small words that labels and dates are held together by, in the line cleaner's languages: data for `chrome`."""

from __future__ import annotations

__all__ = ["GLUE"]

GLUE = (
    "a an the of on in at to by for from with via and or our us your you my me this that all is it s t d l m n c j "
    "der die das den dem des ein eine einen einer auf mit per über von zu zum zur und oder für im am an als bei "
    "ihr ihre ihren ihnen dir sie du dein deine deinen dich uns unser unsere unseren wir ich "
    "le la les un une de du des et ou sur par avec à au aux dans en ce cet cette ces votre vos notre nos vous nous "
    "cela je se me mon ma qu que y "
    "el los las una unos del al con por para su sus tu tus nuestro nuestra nuestros este esta esto lo te le os no "
    "o as um uma do da dos das em na nos nas ao seu sua seus suas nosso nossa neste nesta e se "
    "il lo i gli uno di del della dei delle degli nel nella sul sulla al alla ai su con tra il tuo tua tuoi nostro "
    "nostra questo questa ti ci vi "
    "de het een op met bij voor van naar om te je jouw uw u ons onze deze dit dat en of "
    "na przez z ze do w we o od dla i lub oraz ten ta to tę tym się twój twoje nasz nasza naszego nas "
    "på til og det av och som er att för i den ett et fra från ja tai jsou a s k v ve na se pro és az egy şi și cu "
    "pe la din ve ile için bu и в на с со по к о об от для это этот эту το τη την στο στη και με σε "
    "في على من عن إلى و の を に は で と が 的 을 를 에 का की के में पर को"
)
