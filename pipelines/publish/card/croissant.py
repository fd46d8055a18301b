"""Figures -> croissant.json: the same facts for machines, in MLCommons' vocabulary with its fields on responsible use."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa

from columnist.pipelines.publish.card.limits import LIMITS
from columnist.pipelines.publish.figures import Figures
from columnist.pipelines.records.arrow_schema import ARTICLES

# Croissant 1.0's own context, as its validator wants it to the letter.
_CONTEXT: Mapping[str, Any] = {
    "@language": "en", "@vocab": "https://schema.org/", "citeAs": "cr:citeAs", "column": "cr:column",
    "conformsTo": "dct:conformsTo", "cr": "http://mlcommons.org/croissant/", "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"}, "dct": "http://purl.org/dc/terms/",
    "equivalentProperty": "cr:equivalentProperty", "examples": {"@id": "cr:examples", "@type": "@json"}, "extract": "cr:extract", "field": "cr:field",
    "fileObject": "cr:fileObject", "fileProperty": "cr:fileProperty", "fileSet": "cr:fileSet", "format": "cr:format",
    "includes": "cr:includes", "isLiveDataset": "cr:isLiveDataset", "jsonPath": "cr:jsonPath", "key": "cr:key", "md5": "cr:md5",
    "parentField": "cr:parentField", "path": "cr:path", "rai": "http://mlcommons.org/croissant/RAI/",
    "recordSet": "cr:recordSet", "references": "cr:references", "regex": "cr:regex", "repeated": "cr:repeated",
    "replace": "cr:replace", "samplingRate": "cr:samplingRate", "sc": "https://schema.org/", "separator": "cr:separator", "source": "cr:source",
    "subField": "cr:subField", "transform": "cr:transform",
}  # fmt: skip
_TYPES = (
    (pa.types.is_boolean, "sc:Boolean"), (pa.types.is_integer, "sc:Integer"), (pa.types.is_floating, "sc:Float"),
    (pa.types.is_timestamp, "sc:DateTime"),
)  # fmt: skip


def croissant_of(figures: Figures, name: str, sha256: str) -> dict[str, Any]:
    """Return the JSON-LD object."""
    signals = "; ".join(
        f"{signal}: {', '.join(f'{n} {word}' for word, n in found.items())}"
        for signal, found in figures.rights.items()
    )
    return {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": ["http://mlcommons.org/croissant/1.0", "http://mlcommons.org/croissant/RAI/1.0"],
        "name": name,
        "description": f"{figures.articles} news articles from {len(figures.sites)} sites, one row a version, as Columnist wrote them.",
        "version": _release(figures),
        "datePublished": datetime.now(UTC).date().isoformat(),
        "license": "The texts are their publishers'; the column rights says what each site said about use.",
        "citeAs": f"{name}, file list SHA-256 {sha256}",
        "inLanguage": sorted(code for code in figures.languages if code),
        "isLiveDataset": True,
        "distribution": [
            {
                "@type": "cr:FileObject", "@id": "folder", "name": "folder", "description": "The data folder.",
                "contentUrl": "./", "encodingFormat": "application/x-directory", "sha256": sha256,
            },
            {
                "@type": "cr:FileSet", "@id": "articles", "name": "articles", "description": "Articles by UTC day of fetch.",
                "containedIn": {"@id": "folder"}, "encodingFormat": "application/vnd.apache.parquet",
                "includes": "articles/**/*.parquet",
            },
        ],
        "recordSet": [
            {
                "@type": "cr:RecordSet", "@id": "article", "name": "article", "description": "One version of one article.",
                "key": [{"@id": "article/id"}, {"@id": "article/revision"}],
                "field": [_field(field) for field in ARTICLES],
            }
        ],
        "rai:dataCollection": "Crawled from the sites' feeds, sitemaps and listings under robots.txt, or cleaned from saved pages.",
        "rai:dataCollectionType": ["Web Scraping"],
        "rai:dataCollectionTimeframe": [day.isoformat() for day in figures.fetched or ()],
        "rai:dataPreprocessingProtocol": [
            "Boilerplate taken out by a block model and named rules; the column removed counts it by rule.",
            "Language labelled by langdetect.",
        ],
        "rai:dataLimitations": list(LIMITS),
        "rai:personalSensitiveInformation": ["Texts name persons as their publishers did; authors are names."],
        "rai:dataUseCases": ["Research on news texts, within what the column rights allows."],
        "rai:dataReleaseMaintenancePlan": f"Changed articles come as new revisions; pages are taken out on request. Signals: {signals}.",
    }  # fmt: skip


def _release(figures: Figures) -> str:
    """Return a version that rises with the data, in the three numbers that the format wants."""
    day = figures.fetched[1] if figures.fetched else datetime.now(UTC)
    return f"{day:%Y}.{day.month}.{day.day}"


def _field(field: pa.Field) -> dict[str, Any]:
    is_list = pa.types.is_list(field.type)
    kind = field.type.value_type if is_list else field.type
    return {
        "@type": "cr:Field",
        "@id": f"article/{field.name}",
        "name": field.name,
        "description": (field.metadata or {}).get(b"description", b"").decode(),
        "dataType": next((word for test, word in _TYPES if test(kind)), "sc:Text"),
        **({"repeated": True} if is_list else {}),
        "source": {"fileSet": {"@id": "articles"}, "extract": {"column": field.name}},
    }
