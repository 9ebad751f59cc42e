#!/usr/bin/env python3
"""Checks the descriptions of a run with foreign programs.

usage: check.py PUBLISHED

STAC: the collection and every item against the schemas of STAC 1.1 that pystac brings, links and assets resolved,
multihash checksums compared with the files. HXL: libhxl reads every CSV that has a row of
hashtags. hdx.json: the fields that HDX asks. metadata.json: by its own JSON Schema. Exit code 1 with one line a problem.
"""

import hashlib
import json
import sys
from pathlib import Path

import hxl
import jsonschema
import pystac
from pystac.validation.stac_validator import JsonSchemaSTACValidator

problems = []


def problem(text):
    problems.append(text)
    print(text, file=sys.stderr)


def check_stac(folder):
    """Core schemas; those of extensions are not on this machine, so their fields are checked one by one."""
    validator = JsonSchemaSTACValidator()
    path = folder / "collection.json"
    data = json.loads(path.read_text(encoding="utf-8"))
    validator.validate_core(data, pystac.STACObjectType.COLLECTION, "1.1.0", str(path))
    collection = pystac.Collection.from_file(str(path))
    items = list(collection.get_items())
    if data["summaries"]["processing:software"] != [items[0].properties["processing:software"]]:
        problem("collection.json: processing:software is not that of its items")
    assets = 0
    for owner in [collection, *items]:
        if owner is not collection:
            raw = json.loads(Path(owner.get_self_href()).read_text(encoding="utf-8"))
            validator.validate_core(raw, pystac.STACObjectType.ITEM, "1.1.0", owner.get_self_href())
            if owner.collection_id != collection.id:
                problem(f"{owner.id}: collection {owner.collection_id}")
            if "Corredor" not in owner.properties["processing:software"]:
                problem(f"{owner.id}: processing:software")
        for name, asset in owner.assets.items():
            file = Path(asset.get_absolute_href())
            content = file.read_bytes()
            # Multihash: 0x12 is SHA-256, 0x20 its 32 bytes.
            if asset.extra_fields["file:checksum"] != "1220" + hashlib.sha256(content).hexdigest():
                problem(f"{name}: file:checksum is not that of the file")
            if asset.extra_fields["file:size"] != len(content):
                problem(f"{name}: file:size is not that of the file")
            assets += 1
    if not items or assets < 5:
        problem(f"{len(items)} items, {assets} assets")
    print(f"stac: 1 collection, {len(items)} items valid; {assets} assets as described")


def check_hxl(folder):
    tagged = 0
    for path in sorted(folder.glob("*.csv")):
        second = path.read_text(encoding="utf-8").splitlines()[1:2]
        if not second or not second[0].startswith("#"):
            continue
        source = hxl.data(str(path), hxl.InputOptions(allow_local=True))
        rows = sum(1 for _ in source)
        expected = len(path.read_text(encoding="utf-8").splitlines()) - 2
        if rows != expected or len(source.columns) != len(second[0].split(",")):
            problem(f"{path.name}: libhxl reads {rows} rows of {expected}, {len(source.columns)} columns")
        tagged += 1
    print(f"hxl: {tagged} tables accepted")
    return tagged


def check_hdx(folder):
    data = json.loads((folder / "hdx.json").read_text(encoding="utf-8"))
    for field in ("name", "title", "notes", "dataset_source", "dataset_date", "data_update_frequency", "license_id",
                  "methodology", "caveats", "subnational", "private", "resources"):
        if data.get(field) in (None, "", []):
            problem(f"hdx.json: no {field}")
    for resource in data["resources"]:
        if not (folder / resource["name"]).is_file():
            problem(f"hdx.json: no file {resource['name']}")
    empty = {"owner_org", "maintainer", "groups", "tags"} - set(data["missing"])
    for field in empty:
        if not data[field]:
            problem(f"hdx.json: {field} is empty and not told as missing")
    print(f"hdx: {len(data['resources'])} resources; to be filled in: {', '.join(data['missing']) or 'nothing'}")


def check_record(folder):
    """The record of the run by layers/schema/run.schema.json."""
    schema = Path(__file__).parents[2] / "layers/schema/run.schema.json"
    validator = jsonschema.Draft202012Validator(json.loads(schema.read_text(encoding="utf-8")))
    data = json.loads((folder / "metadata.json").read_text(encoding="utf-8"))
    for error in validator.iter_errors(data):
        problem(f"metadata.json: {'/'.join(map(str, error.absolute_path))}: {error.message[:200]}")
    print(f"metadata.json: schema {data['schema']}, {len(data['layers'])} layers as described")


def main():
    folder = Path(sys.argv[1]).resolve()
    check_stac(folder)
    tagged = check_hxl(folder)
    if "--hxl" in sys.argv and not tagged:
        problem("no table has hashtags")
    check_hdx(folder)
    check_record(folder)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
