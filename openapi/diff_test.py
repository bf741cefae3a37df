#!/usr/bin/env python3
"""Tries openapi/diff on a small document and edits of it."""

import copy
import pathlib
import runpy

Comparison = runpy.run_path(str(pathlib.Path(__file__).with_name("diff")))["Comparison"]


def ref(name):
    return {"$ref": f"#/components/schemas/{name}"}


KIND = {"type": "string", "enum": ["council", "other"]}
FIELDS = {"title": {"type": "string", "maxLength": 300}, "town": {"type": ["string", "null"]},
          "kind": {"oneOf": [ref("Kind"), {"type": "null"}]}}
IN = {"type": "object", "additionalProperties": False, "required": ["title"], "properties": FIELDS}
OUT = {"type": "object", "required": ["title", "town", "kind"], "properties": FIELDS}
BASE = {
    "security": [{}, {"bearer": []}],
    "paths": {"/meetings": {
        "get": {
            "operationId": "list",
            "parameters": [{"in": "query", "name": "kind", "schema": {"type": "array", "items": ref("Kind")}}],
            "responses": {"200": {"headers": {"ETag": {"schema": {"type": "string"}}}, "content": {
                "application/json": {"schema": {"type": "array", "items": ref("Out")}}}}},
        },
        "post": {
            "operationId": "create",
            "security": [{"bearer": ["write"]}],
            "requestBody": {"required": True, "content": {"application/json": {"schema": ref("In")}}},
            "responses": {"201": {"content": {"application/json": {"schema": ref("Out")}}}},
        },
    }},
    "components": {"schemas": {"Kind": KIND, "In": IN, "Out": OUT}},
}

# What is edited; how many changes that breaks, and how many it does not.
EDITS = [
    ("", 0, 0),
    ("get['description'] = 'All'", 0, 0),
    ("del meetings['post']", 1, 0),
    ("meetings['put'] = post", 0, 1),
    ("get['operationId'] = 'all'", 1, 0),
    ("get['deprecated'] = True", 0, 1),
    ("get['security'] = [{'bearer': []}]", 1, 0),
    ("post['security'] = [{'bearer': ['other']}]", 1, 0),
    ("post['security'] = []", 0, 0),
    ("get['parameters'].clear()", 1, 0),
    ("get['parameters'].append({'in': 'query', 'name': 'q'})", 0, 1),
    ("get['parameters'].append({'in': 'query', 'name': 'q', 'required': True})", 1, 0),
    ("get['parameters'][0]['required'] = True", 1, 0),
    ("get['parameters'][0]['explode'] = False", 1, 0),
    ("del get['responses']['200']['headers']['ETag']", 1, 0),
    ("get['responses']['404'] = {}", 0, 1),
    ("post['responses']['200'] = post['responses'].pop('201')", 2, 0),
    ("del post['requestBody']", 1, 0),
    ("sent['properties']['host'] = {'type': 'string'}", 0, 1),
    ("sent['properties']['host'] = {'type': 'string'}; sent['required'].append('host')", 1, 0),
    ("sent['required'].append('town')", 1, 0),
    ("sent['required'].clear()", 0, 1),
    ("del sent['properties']['town']", 1, 0),
    ("sent['properties']['title']['maxLength'] = 100", 1, 0),
    ("sent['properties']['title']['maxLength'] = 400", 0, 1),
    ("sent['properties']['title']['pattern'] = '^A'", 1, 0),
    ("sent['properties']['title']['type'] = ['string', 'null']", 0, 1),
    ("sent['properties']['town']['type'] = 'string'", 1, 0),
    ("sent['properties']['town']['readOnly'] = True", 1, 0),
    ("new['servers'] = [{'url': '/v2'}]", 1, 0),
    ("new['components']['securitySchemes'] = {'service': {'type': 'oauth2'}}", 0, 0),
    ("sent['properties']['kind'] = ref('Kind')", 1, 0),
    ("sent['properties']['kind']['anyOf'] = sent['properties']['kind'].pop('oneOf')", 1, 2),
    ("answered['properties']['host'] = {'type': 'string'}; answered['required'].append('host')", 0, 1),
    ("del answered['properties']['town']", 1, 0),
    ("answered['required'].remove('town')", 1, 0),
    ("answered['properties']['title']['type'] = 'integer'", 1, 0),
    ("answered['properties']['title']['type'] = ['string', 'null']", 1, 0),
    ("answered['properties']['town']['type'] = 'string'", 0, 1),
    ("answered['properties']['kind'] = ref('Kind')", 0, 1),
    # A code is sent and answered: a new one does no harm in either, without an old one a request is refused.
    ("kind['enum'].append('assembly')", 0, 2),
    ("kind['enum'].remove('other')", 1, 1),
    ("del kind['enum']", 1, 1),
]

for edit, breaking, compatible in EDITS:
    new = copy.deepcopy(BASE)
    # Each schema with fields of its own, to be edited by itself.
    kind, sent, answered = (new["components"]["schemas"][name] for name in ("Kind", "In", "Out"))
    answered["properties"] = copy.deepcopy(answered["properties"])
    meetings = new["paths"]["/meetings"]
    exec(edit, {"new": new, "meetings": meetings, "get": meetings["get"], "post": meetings["post"], "kind": kind, "sent": sent,
                "answered": answered, "ref": ref})
    found = Comparison(BASE, new)
    assert (len(found.breaking), len(found.compatible)) == (breaking, compatible), \
        f"{edit}: breaking {sorted(found.breaking)}, compatible {sorted(found.compatible)}"
print(f"openapi/diff: {len(EDITS)} edits were judged rightly")
