"""JSON-LD that JSON's own reader refuses, or that a program puts into the page, gives what can be saved."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime

import pytest

from columnist.pipelines.document.jsonld_nodes import json_ld_nodes, pushed_blocks
from columnist.pipelines.document.read import read_document
from columnist.pipelines.metadata.read import read_metadata
from columnist.pipelines.records.article import Page

START = '{"@context":"https://schema.org","@type":"NewsArticle",'
END = '"datePublished":"2024-03-05T10:00:00+01:00","author":{"@type":"Person","name":"Lena Orr"}'
WHOLE = json.loads(f'{START}"headline":"The ferry \\"Ida\\" stays",{END}}}')

BROKEN = {
    "comments": f'{START} /* by the CMS */ "headline":"The ferry stays", // see http://cms.example/\n{END}}}',
    "trailing commas": f'{START}"keywords":["ferry","river",],{END},}}',
    "raw line breaks": f'{START}"headline":"The ferry\nstays",{END}}}',
    "quotes inside of words": f'{START}"headline":"The ferry "Ida" stays",{END}}}',
    "quotes with commas inside": f'{START}"description":"She said "stay, please" and left.",{END}}}',
    "quotes at the end": f'{START}"headline":"Council keeps "Ida"",{END}}}',
    "quotes as entities": f"{START}{END}}}".replace('"', "&quot;"),
    "quotes as numbers of signs": f"{START}{END}}}".replace('"', "&#34;"),
    "a comma that is missing": f'{START}"headline":"The ferry stays" {END}}}',
    "a value that is missing": f'{START}"image":,{END}}}',
    "an apostrophe escaped": f'{START}"headline":"The ferry\\\'s stay",{END}}}',
    "an end that is missing": f"{START}{END}",
    "two objects": f'{{"@type":"WebSite","name":"Gazette"}}{START}{END}}}',
    "two objects and a comma": f'{{"@type":"WebSite","name":"Gazette"}},\n{START}{END}}}',
    "a comment around": f"<!-- {START}{END},}} -->",
    "a section around": f"/*<![CDATA[*/ {START}{END},}} /*]]>*/",
}  # fmt: skip


def credit(head: str) -> tuple[tuple[str, ...], datetime | None]:
    html = f"<html><head>{head}</head><body><h1>The ferry stays</h1><p>The council keeps the ferry.</p>"
    said = read_metadata(read_document(Page(url="https://gazette.example/a", html=html.encode())))
    return said.authors, said.published_at


@pytest.mark.parametrize("block", BROKEN.values(), ids=BROKEN)
def test_broken_data_give_author_and_date(block: str) -> None:
    given = credit(f'<script type="application/ld+json">{block}</script>')

    assert given == (("Lena Orr",), datetime(2024, 3, 5, 9, tzinfo=UTC))


def in_string(value: object) -> str:
    return json.dumps(json.dumps(value))


PUSHED = {
    "a queue": f'(self.__next_s=self.__next_s||[]).push([0,{{"type":"application/ld+json","children":{in_string(WHOLE)}}}])',
    "a string in a string": f"self.__next_f.push([1,{in_string(['script', {'__html': json.dumps(WHOLE)}])}])",
    "an object": f'var s=document.createElement("script");s.text=JSON.stringify({json.dumps(WHOLE)});head.append(s)',
    "an object on lines": f'var s=document.createElement("script");s.text=JSON.stringify({json.dumps(WHOLE, indent=2)})',
    "a part of the state": f"window.state={json.dumps({'seo': {'data': WHOLE}})}",
}


@pytest.mark.parametrize("script", PUSHED.values(), ids=PUSHED)
def test_data_that_a_program_puts_into_the_page_are_read(script: str) -> None:
    assert json_ld_nodes(pushed_blocks([script]))[:1] == (WHOLE,)
    assert credit(f"<script>{script}</script>") == (("Lena Orr",), datetime(2024, 3, 5, 9, tzinfo=UTC))


def test_data_of_an_element_of_their_own_come_before_those_in_programs() -> None:
    other = json.dumps({**WHOLE, "author": "Kit Marlow"})

    assert credit(f"<script>x={other}</script><script type='application/ld+json'>{json.dumps(WHOLE)}</script>")[0] == ("Lena Orr",)  # fmt: skip


@pytest.mark.parametrize(
    "block", ['{"a":"' + '"' * 60_000, "{" * 60_000, '{"a":"b", "' * 6_000, "/*" * 30_000], ids=["quotes", "braces", "pairs", "comments"]
)  # fmt: skip
def test_a_page_of_broken_data_takes_no_longer_than_one_block(block: str) -> None:
    begun = time.process_time()
    json_ld_nodes([block] * 10)

    assert time.process_time() - begun < 5  # .7 s on a quiet core
