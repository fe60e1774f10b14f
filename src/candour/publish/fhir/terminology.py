"""Code lists and fields as CodeSystem, ValueSet and ConceptMap (FHIR R4)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from candour.dataset import CodeList, codelist_ids, load
from candour.dataset.code_lists import Code, versions_of
from candour.dataset.collected import Flow, flows
from candour.dataset.dictionary import RELATION_WORDS
from candour.publish.fhir import names
from candour.publish.fhir.paths import paths

Resource = dict[str, Any]

EQUIVALENCE = {
    # Theirs takes in more than ours: in R4 the target is then the wider one.
    "equivalent": "equivalent",
    "broader": "wider",
    "narrower": "narrower",
    "related": "relatedto",
    "none": "unmatched",
}
_DAYS = {"valid_from": "first day on which the code could be used", "valid_to": "last such day"}
_RETIRED = "the release of the source that took the code away, where no day is known"


def terminology() -> Iterator[Resource]:
    """Every resource that says what the data set means, in a stable order.

    A CodeSystem for each version of a code list, a ValueSet of the codes in force of each list, a
    CodeSystem of the fields, and a ConceptMap from the fields to each flow or form that collects
    them and to elements of FHIR. Lists that tell of means are not among them: what they say is on
    no public page.
    """
    for name in codelist_ids():
        versions = versions_of(name)
        if versions[-1].restricted:
            continue
        yield from (code_system(held) for held in versions)
        yield value_set(versions[-1])
    yield _fields()
    yield from (_collected(flow) for flow in flows().values())
    yield _elements()


def code_system(held: CodeList) -> Resource:
    """One version of a code list."""
    properties = sorted({name for code in held.codes for name in code.properties})
    asked = [
        *({"code": "retiredIn", "type": "string", "description": _RETIRED},),
        *(
            {"code": _camel(name), "type": "dateTime", "description": words}
            for name, words in _DAYS.items()
        ),
        *({"code": _camel(name), "type": "string"} for name in properties),
    ]
    concepts = [_concept(code) for code in held.codes]
    used = {one["code"] for concept in concepts for one in concept.get("property", ())}
    return {
        "resourceType": "CodeSystem",
        "id": names.resource_id(held.id, held.version),
        **_head(names.list_url(held.id), held.version, held.id, held.title),
        "status": _status(held),
        "description": _described(held),
        "copyright": held.licence,
        "caseSensitive": True,
        "content": "complete" if held.complete else "fragment",
        "count": len(held.codes),
        **_some("property", [one for one in asked if one["code"] in used]),
        "concept": concepts,
    }


def value_set(held: CodeList) -> Resource:
    """The codes of a list that are in force."""
    include: dict[str, Any] = {"system": names.list_url(held.id), "version": held.version}
    used = [code for code in held.codes if held.uses(code.code)]
    if len(used) < len(held.codes):
        include["concept"] = [{"code": code.code, "display": code.display} for code in used]
    return {
        "resourceType": "ValueSet",
        "id": names.resource_id(held.id, held.version),
        **_head(names.values_url(held.id), held.version, held.id, held.title),
        "status": _status(held),
        "description": f"Codes in force of {held.title}. {_described(held)}",
        "copyright": held.licence,
        "compose": {"include": [include]},
    }


def _concept(code: Code) -> dict[str, Any]:
    said: list[dict[str, Any]] = []
    if code.retired_in is not None:
        said.append({"code": "retiredIn", "valueString": code.retired_in})
    for name in _DAYS:
        day = getattr(code, name)
        if day is not None:
            said.append({"code": _camel(name), "valueDateTime": day.isoformat()})
    said += [
        {"code": _camel(name), "valueString": value} for name, value in code.properties.items()
    ]
    return {"code": code.code, "display": code.display, **_some("property", said)}


def _fields() -> Resource:
    data_set = load()
    return {
        "resourceType": "CodeSystem",
        "id": "fields",
        **_head(names.FIELDS, data_set.release, "fields", f"Fields of the {data_set.title}"),
        "status": "active",
        "description": "Every field of the data set by its path, with its meaning.",
        "caseSensitive": True,
        "content": "complete",
        "count": len(data_set.fields()),
        "concept": [
            {"code": f.path, "display": f.title, "definition": f.meaning} for f in data_set.fields()
        ],
    }


def _collected(flow: Flow) -> Resource:
    """Where a flow or form holds what a field asks, and under which name."""
    titles = {f.path: f.title for f in load().fields()}
    elements = []
    for path, item in flow.items.items():
        target: dict[str, Any] = {"equivalence": EQUIVALENCE[item.relation]}
        if item.name:
            target = {"code": item.name, **target}
        if item.relation != "equivalent":
            target["comment"] = f"Theirs: {RELATION_WORDS[item.relation]}."
        elements.append({"code": path, "display": titles[path], "target": [target]})
    sure = "" if flow.read else " From general knowledge of the form, to be confirmed."
    return {
        "resourceType": "ConceptMap",
        "id": names.resource_id("collected", flow.id),
        **_head(
            f"urn:candour:conceptmap:collected:{flow.id}",
            load().release,
            f"collected {flow.id}",
            f"What {flow.title} holds of the data set",
        ),
        "status": "active" if flow.read else "draft",
        "description": f"Source: {flow.source}.{sure}",
        "group": [
            {
                "source": names.FIELDS,
                "sourceVersion": load().release,
                "target": f"urn:candour:flow:{flow.id}",
                "element": elements,
            }
        ],
    }


def _elements() -> Resource:
    """Which element of FHIR R4 holds a field; without one, why there is none."""
    elements = []
    for path in paths():
        target = (
            {"code": path.element, "equivalence": "relatedto"}
            if path.element
            else {"equivalence": "unmatched", "comment": path.reason}
        )
        elements.append({"code": path.field, "display": path.title, "target": [target]})
    return {
        "resourceType": "ConceptMap",
        "id": "fields-to-fhir",
        **_head(
            "urn:candour:conceptmap:fhir-r4",
            load().release,
            "fields to FHIR",
            "Elements of FHIR R4 for the fields of the data set",
        ),
        "status": "draft",
        "description": "Proposed by Candour. A field without an element says why it has none.",
        "group": [
            {
                "source": names.FIELDS,
                "sourceVersion": load().release,
                "target": names.ELEMENTS,
                "element": elements,
            }
        ],
    }


def _head(url: str, version: str, name: str, title: str) -> dict[str, Any]:
    return {
        "url": url,
        "version": version,
        "name": names.computer_name(name),
        "title": title,
        "publisher": "The Candour contributors",
    }


def _status(held: CodeList) -> str:
    return "draft" if held.source.startswith("Proposed") else "active"


def _described(held: CodeList) -> str:
    parts = [held.source if held.source.endswith(".") else f"{held.source}."]
    parts += [f"Not complete: {held.missing}"] if held.missing else []
    parts += [f"In force until {held.valid_to.isoformat()}."] if held.valid_to else []
    return " ".join(parts)


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)


def _some(name: str, found: list[Any]) -> dict[str, Any]:
    """Nothing where a list is empty: FHIR has no empty lists."""
    return {name: found} if found else {}
