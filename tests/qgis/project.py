#!/usr/bin/python3
"""Opens the projects and the GeoPackage of a run in QGIS, checks them, and exports every print layout to PDF.

usage: QT_QPA_PLATFORM=offscreen /usr/bin/python3 project.py PUBLISHED OUT [--seconds LIMIT] [--layouts N]

PUBLISHED is a run folder (`published/current`). For NAME.es.qgz and NAME.en.qgz every layer must be valid, styled as
its QML says, labelled where it should be, with aliases and a map tip whose expressions run; every layout must export, or the first N.
For NAME.gpkg every layer must load the default style from `layer_styles`, in Spanish. Prints how long a project took to
load. Exit code 1 with one line a problem.
"""

import argparse
import json
import os
import re
import shutil
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from qgis.core import (  # noqa: E402
    QgsApplication,
    QgsExpression,
    QgsExpressionContext,
    QgsExpressionContextUtils,
    QgsLayoutExporter,
    QgsLayoutItemLabel,
    QgsLayoutItemLegend,
    QgsLayoutItemMap,
    QgsLayoutItemScaleBar,
    QgsProject,
    QgsVectorLayer,
    QgsWkbTypes,
)

from legend import legend_labels  # noqa: E402

RENDERERS = {"single": "singleSymbol", "categorized": "categorizedSymbol", "graduated": "graduatedSymbol"}
problems = []


def problem(text):
    problems.append(text)
    print(f"qgis: {text}", file=sys.stderr)


def expected_labels(style, lang):
    classes = style["renderer"].get("classes", [])
    labels = [c["label"][lang] or c["label"]["es"] for c in classes]
    mark = style["unsure"] or style.get("dashed")
    if classes and mark:
        labels.append(mark["label"][lang])
    return labels


def check_style(layer, style, lang, where):
    """Renderer, legend, names, aliases, map tip: as `styles.json` has them."""
    if style["geometry"] != "none":
        if layer.renderer().type() != RENDERERS[style["renderer"]["kind"]]:
            problem(f"{where}: renderer {layer.renderer().type()}")
        if legend_labels(layer.renderer()) != expected_labels(style, lang):
            problem(f"{where}: legend {legend_labels(layer.renderer())}")
        if layer.labelsEnabled() != (style["label"] is not None):
            problem(f"{where}: names are {'on' if layer.labelsEnabled() else 'off'}")
        if layer.labelsEnabled() and layer.labeling() is None:
            problem(f"{where}: names have no settings")
    for field in style["fields"]:
        index = layer.fields().indexOf(field["name"])
        if index < 0:
            problem(f"{where}: no field {field['name']}")
            continue
        alias = layer.fields().at(index).alias()
        if lang in field and not alias.startswith(field[lang]):
            problem(f"{where}: alias of {field['name']} is {alias!r}")
        number = layer.fields().at(index).typeName() == "Real"
        if number and not field["values"] and layer.editorWidgetSetup(index).config().get("Precision") is None:
            problem(f"{where}: {field['name']} is not rounded")
        if field["values"] and layer.editorWidgetSetup(index).type() != "ValueMap":
            problem(f"{where}: codes of {field['name']} have no words")
    context = QgsExpressionContext(QgsExpressionContextUtils.globalProjectLayerScopes(layer))
    # A layer of changes is empty where nothing changed.
    feature = next(layer.getFeatures(), None)
    if feature is not None:
        context.setFeature(feature)
    tips = re.findall(r"\[%(.*?)%\]", layer.mapTipTemplate(), re.S)
    if not tips:
        problem(f"{where}: no map tip")
    for text in tips:
        expression = QgsExpression(text)
        if feature is not None:
            expression.evaluate(context)
        if expression.hasParserError() or expression.hasEvalError():
            problem(f"{where}: `{text}`: {expression.parserErrorString()}{expression.evalErrorString()}")


def check_layout(layout, out):
    name = layout.name()
    kinds = {QgsLayoutItemMap: 2, QgsLayoutItemLegend: 1, QgsLayoutItemScaleBar: 1, QgsLayoutItemLabel: 3}
    for kind, count in kinds.items():
        found = [item for item in layout.items() if isinstance(item, kind)]
        if len(found) != count:
            problem(f"{name}: {len(found)} items of {kind.__name__}, not {count}")
    texts = [item.text() for item in layout.items() if isinstance(item, QgsLayoutItemLabel)]
    if not any("Corredor" in text for text in texts) or not all(texts):
        problem(f"{name}: a text is empty")
    for item in layout.items():
        if isinstance(item, QgsLayoutItemMap) and not item.layers():
            problem(f"{name}: a map shows nothing")
    if out is None:
        return
    # As QGIS exports it by itself: at the resolution of the layout.
    settings = QgsLayoutExporter.PdfExportSettings()
    settings.dpi = layout.renderContext().dpi()
    if QgsLayoutExporter(layout).exportToPdf(str(out), settings) != QgsLayoutExporter.Success:
        problem(f"{name}: not exported")
    elif not 5_000 < out.stat().st_size < 2_000_000:
        problem(f"{name}: a page of {out.stat().st_size} bytes")


def check_project(path, lang, styles, metadata, out, args):
    project = QgsProject()
    started = time.perf_counter()
    if not project.read(str(path)):
        problem(f"{path.name}: {project.error()}")
        return
    seconds = time.perf_counter() - started
    layers = {name: layer for name, layer in project.mapLayers().items() if not name.startswith("corredor_context_")}
    for name, layer in project.mapLayers().items():
        if name not in layers and not (layer.isValid() and layer.featureCount() and layer.labelsEnabled()):
            problem(f"{path.name}: {name} gives no context: {layer.source()}")
    if len(layers) != len(styles):
        problem(f"{path.name}: {len(layers)} layers, not {len(styles)}")
    for layer in layers.values():
        name = layer.id().removeprefix("corredor_")
        where = f"{path.name}: {name}"
        if not layer.isValid():
            problem(f"{where} is not valid: {layer.source()}")
            continue
        if layer.featureCount() != metadata[name]["features"]:
            problem(f"{where}: {layer.featureCount()} features, not {metadata[name]['features']}")
        if layer.name() != metadata[name]["title"][lang] or not layer.metadata().abstract():
            problem(f"{where}: called {layer.name()!r}, abstract {layer.metadata().abstract()!r}")
        check_style(layer, styles[name], lang, where)
    groups = [group.name() for group in project.layerTreeRoot().findGroups()]
    if not groups or [group.split(".")[0] for group in groups] != [str(n + 1) for n in range(len(groups))]:
        problem(f"{path.name}: groups {groups}")
    shown = [node.name() for node in project.layerTreeRoot().findLayers() if node.isVisible()]
    if not shown:
        problem(f"{path.name}: nothing is shown at first")
    marks = project.bookmarkManager().bookmarks()
    if len(marks) < 2:
        problem(f"{path.name}: {len(marks)} bookmarks")
    layouts = project.layoutManager().printLayouts()
    if not layouts:
        problem(f"{path.name}: no print layout")
    if not project.crs().isValid() or project.crs().isGeographic() or "WGS 84 /" not in project.crs().description():
        problem(f"{path.name}: CRS {project.crs().authid()} {project.crs().toProj()}")
    states = [layer for layer in layers.values() if layer.id() == "corredor_states"]
    atlases = [layout for layout in layouts if layout.atlas().enabled()]
    for layout in atlases:
        pages = layout.atlas().updateFeatures()
        if pages != layout.atlas().coverageLayer().featureCount():
            problem(f"{path.name}: {layout.name()} has {pages} pages")
    if states and len(atlases) != 1:
        problem(f"{path.name}: {len(atlases)} atlases")
    for number, layout in enumerate(layouts):
        wanted = args.layouts is None or number < args.layouts
        check_layout(layout, out / f"{path.stem}.{number}.pdf" if wanted else None)
    print(f"qgis: {path.name}: {len(layers)} layers in {seconds:.2f} s, {len(layouts)} layouts, "
          f"{len(marks)} bookmarks; shown: {'; '.join(shown)}")
    if seconds > args.seconds:
        problem(f"{path.name}: loading took {seconds:.1f} s, more than {args.seconds} s")
    project.clear()


def check_package(path, styles, metadata):
    for name, style in styles.items():
        layer = QgsVectorLayer(f"{path}|layername={name}", name, "ogr")
        invalid = [f.id() for f in layer.getFeatures() if f.hasGeometry() and not f.geometry().isGeosValid()]
        if invalid:
            problem(f"{path.name}: {name}: {len(invalid)} invalid geometries")
        if not layer.isValid() or layer.featureCount() != metadata[name]["features"]:
            problem(f"{path.name}: {name} is not valid")
            continue
        if style["geometry"] == "none":
            continue
        count, ids, names, _, _ = layer.listStylesInDatabase()
        # The number of styles of this layer comes first; the rest of the list are those of other layers.
        if count != (4 if "second" in style else 2):
            problem(f"{path.name}: {name} has {count} styles: {names}")
        message, found = layer.loadDefaultStyle()
        if not found:
            problem(f"{path.name}: {name}: no default style: {message}")
        check_style(layer, style, "es", f"{path.name}: {name}")
        for at in range(max(count, 0)):
            if names[at].endswith("en)"):
                qml, _ = layer.getStyleFromDatabase(ids[at])
                english = [field["en"] for field in style["fields"] if field.get("en") != field.get("es")]
                if english and not any(words in qml for words in english):
                    problem(f"{path.name}: {name}: the style {names[at]} is not English")
    print(f"qgis: {path.name}: {sum(s['geometry'] != 'none' for s in styles.values())} layers with their default style")


def main():
    parser = argparse.ArgumentParser(description="Checks the projects and the GeoPackage of a run in QGIS.")
    parser.add_argument("published", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--seconds", type=float, default=5.0, help="longest time to load a project")
    parser.add_argument("--layouts", type=int, help="how many layouts to export; all unless told otherwise")
    args = parser.parse_args()
    app = QgsApplication([], False)
    app.initQgis()
    out = args.out.resolve()
    out.mkdir(parents=True, exist_ok=True)
    # A copy elsewhere: paths must be relative.
    with tempfile.TemporaryDirectory() as copy:
        folder = Path(copy) / "moved"
        shutil.copytree(args.published.resolve(), folder)
        styles = json.loads((folder / "styles.json").read_text(encoding="utf-8"))["layers"]
        layers = json.loads((folder / "metadata.json").read_text(encoding="utf-8"))["layers"]
        metadata = {layer["layer"]: layer for layer in layers}
        drawn, told = dict(styles), dict(metadata)
        # A layer that is drawn by two fields is two in a project.
        for name, style in styles.items():
            if "second" in style:
                drawn[f"{name}_2"] = {**style, **style["second"]}
                told[f"{name}_2"] = {**metadata[name], "title": style["second"]["title"]}
        for lang in ("es", "en"):
            for path in folder.glob(f"*.{lang}.qgz"):
                check_project(path, lang, drawn, told, out, args)
        for path in folder.glob("*.gpkg"):
            check_package(path, styles, metadata)
        if not list(folder.glob("*.gpkg")) or len(list(folder.glob("*.qgz"))) != 2:
            problem(f"{folder}: no GeoPackage, or not two projects")
    return 1 if problems else 0


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    # QGIS 3.22 may crash while Python takes its objects apart; the answer stands by now.
    os._exit(code)
