#!/usr/bin/python3
"""Opens every published layer in QGIS with each of its styles, checks it, and draws it.

usage: QT_QPA_PLATFORM=offscreen /usr/bin/python3 render.py PUBLISHED OUT [--zoom FACTOR]

PUBLISHED is a run folder (`published/current`). For every NAME.geojson and language it loads
NAME.LANG.qml, checks that QGIS understood it, and writes OUT/NAME.LANG.png, 1600 x 1200, with title,
legend, scale and source. Exit code 1 with one line a problem.
"""

import argparse
import json
import os
import re
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from qgis.core import (  # noqa: E402
    QgsApplication,
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsExpression,
    QgsExpressionContext,
    QgsExpressionContextUtils,
    QgsFillSymbol,
    QgsLayoutExporter,
    QgsLayoutItemLabel,
    QgsLayoutItemLegend,
    QgsLayoutItemMap,
    QgsLayoutItemScaleBar,
    QgsLayoutMeasurement,
    QgsLayoutPoint,
    QgsLayoutSize,
    QgsLegendStyle,
    QgsPrintLayout,
    QgsProject,
    QgsRenderContext,
    QgsSingleSymbolRenderer,
    QgsTextFormat,
    QgsUnitTypes,
    QgsVectorLayer,
    QgsWkbTypes,
    NULL,
)

from legend import legend_labels  # noqa: E402
from qgis.PyQt.QtCore import QSize, Qt  # noqa: E402
from qgis.PyQt.QtGui import QColor, QFont  # noqa: E402

LANGUAGES = ("es", "en")
PAGE_MM = (270.94, 203.2)
DPI = 150
LEGEND_MM = 66
BACKGROUND = "#eef3f7"
TYPES = {"text": {"String"}, "integer": {"Integer", "Integer64"}, "number": {"Real"}, "boolean": {"Boolean"}}
WORDS = {
    "es": ("Punto caliente", "No significativo", "Sin dato", "Muy alto", "Sin ruta en la lista"),
    "en": ("Hot spot", "Not significant", "No data", "Very high", "No route in the list"),
}
problems = []


def problem(text):
    problems.append(text)
    print(f"qgis: {text}", file=sys.stderr)


def qml(path):
    """Type of renderer, legend labels and aliases as they stand in a style file."""
    root = ElementTree.parse(path).getroot()
    renderer = root.find("renderer-v2")
    labels = [c.get("label") for c in renderer.iter() if c.tag in ("category", "range")]
    aliases = {a.get("field"): a.get("name") for a in root.iter("alias")}
    return renderer.get("type"), labels, aliases


def check_expressions(layer, where):
    """Label and map tip: every expression parses and runs on the first feature."""
    context = QgsExpressionContext(QgsExpressionContextUtils.globalProjectLayerScopes(layer))
    context.setFeature(next(layer.getFeatures()))
    expressions = re.findall(r"\[%(.*?)%\]", layer.mapTipTemplate(), re.S)
    if not expressions:
        problem(f"{where}: no map tip")
    if layer.labelsEnabled():
        expressions.append(layer.labeling().settings().fieldName)
    for text in expressions:
        expression = QgsExpression(text)
        if expression.hasParserError():
            problem(f"{where}: `{text}`: {expression.parserErrorString()}")
            continue
        expression.evaluate(context)
        if expression.hasEvalError():
            problem(f"{where}: `{text}`: {expression.evalErrorString()}")


def check_symbols(layer, where):
    """No feature is left undrawn for want of a class."""
    context = QgsRenderContext()
    context.expressionContext().appendScopes(QgsExpressionContextUtils.globalProjectLayerScopes(layer))
    renderer = layer.renderer().clone()
    renderer.startRender(context, layer.fields())
    undrawn = []
    for feature in layer.getFeatures():
        context.expressionContext().setFeature(feature)
        if renderer.symbolForFeature(feature, context) is None:
            undrawn.append(feature.attribute(0))
    renderer.stopRender(context)
    if undrawn:
        problem(f"{where}: {len(undrawn)} features have no class: {undrawn[:5]}")


def check_layer(layer, name, declared):
    """What does not depend on the language."""
    if layer.featureCount() < 1:
        problem(f"{name}: no feature")
    if layer.crs().authid() not in ("EPSG:4326", "OGC:CRS84"):
        problem(f"{name}: CRS {layer.crs().authid()}")
    for field in declared:
        index = layer.fields().indexOf(field["name"])
        if index < 0:
            problem(f"{name}: no field {field['name']}")
            continue
        found = layer.fields().at(index).typeName()
        # A column of nothing but nulls has no type in GeoJSON.
        if found not in TYPES[field["type"]] and any(f.attribute(index) != NULL for f in layer.getFeatures()):
            problem(f"{name}: field {field['name']} is read as {found}, declared {field['type']}")
    invalid = [f.attribute(0) for f in layer.getFeatures() if f.hasGeometry() and not f.geometry().isGeosValid()]
    if invalid:
        problem(f"{name}: {len(invalid)} invalid geometries: {invalid[:5]}")


def check_style(layer, name, lang, path):
    where = f"{name}.{lang}"
    message, ok = layer.loadNamedStyle(str(path))
    if not ok:
        problem(f"{where}: the style is refused: {message}")
        return
    kind, labels, aliases = qml(path)
    if layer.renderer().type() != kind:
        problem(f"{where}: renderer {layer.renderer().type()}, the style says {kind}")
    if legend_labels(layer.renderer()) != labels:
        problem(f"{where}: legend {legend_labels(layer.renderer())}, the style says {labels}")
    other = LANGUAGES[1 - LANGUAGES.index(lang)]
    for label in labels:
        if label.startswith(WORDS[other]):
            problem(f"{where}: the legend says {label!r}")
    for field in layer.fields():
        if field.alias() != aliases.get(field.name()) or not field.alias():
            problem(f"{where}: alias of {field.name()} is {field.alias()!r}")
    check_expressions(layer, where)
    check_symbols(layer, where)


def text(layout, words, x, y, width, height, size, bold=False, colour="#222222"):
    item = QgsLayoutItemLabel(layout)
    item.setText(words)
    font = QFont("Arial")
    font.setPointSizeF(size)
    font.setBold(bold)
    item.setFont(font)
    item.setFontColor(QColor(colour))
    item.setVAlign(Qt.AlignTop)
    layout.addLayoutItem(item)
    item.attemptMove(QgsLayoutPoint(x, y))
    item.attemptResize(QgsLayoutSize(width, height))


def local_crs(extent):
    centre = extent.center()
    place = f"+lat_0={centre.y():.4f} +lon_0={centre.x():.4f}"
    return QgsCoordinateReferenceSystem(f"PROJ:+proj=laea {place} +datum=WGS84 +units=m +no_defs +type=crs")


def draw(layer, context_layer, lang, words, out, zoom):
    project = QgsProject()
    layer.setName(words["title"])
    layers = [layer]
    project.addMapLayer(layer, False)
    if context_layer:
        project.addMapLayer(context_layer, False)
        layers.append(context_layer)
    ground = context_layer or layer
    crs = local_crs(ground.extent())
    project.setCrs(crs)
    transform = QgsCoordinateTransform(ground.crs(), crs, project)
    extent = transform.transformBoundingBox(ground.extent())
    extent.scale(1.04 / zoom)

    layout = QgsPrintLayout(project)
    layout.initializeDefaults()
    layout.pageCollection().page(0).setPageSize(QgsLayoutSize(*PAGE_MM))
    layout.renderContext().setDpi(DPI)
    width, height = PAGE_MM
    text(layout, words["title"], 8, 5, width - 16, 10, 18, bold=True)
    text(layout, words["description"], 8, 15, width - 16, 10, 9, colour="#555555")
    top, bottom = 26, 16

    item = QgsLayoutItemMap(layout)
    item.setLayers(layers)
    item.setCrs(crs)
    item.setBackgroundColor(QColor(BACKGROUND))
    item.setFrameEnabled(True)
    item.setFrameStrokeColor(QColor("#bbbbbb"))
    item.setFrameStrokeWidth(QgsLayoutMeasurement(0.2))
    layout.addLayoutItem(item)
    item.attemptMove(QgsLayoutPoint(8, top))
    size = QgsLayoutSize(width - 24 - LEGEND_MM, height - top - bottom)
    # An item needs a size before an extent and an extent before zooming; else QGIS computes NaN and draws
    # nothing. Setting the extent changes the size, so that is set twice.
    item.attemptResize(size)
    item.setExtent(extent)
    item.attemptResize(size)
    item.zoomToExtent(extent)

    legend = QgsLayoutItemLegend(layout)
    legend.setLinkedMap(item)
    legend.setAutoUpdateModel(False)
    tree = legend.model().rootGroup()
    tree.clear()
    tree.addLayer(layer)
    legend.setTitle("Leyenda" if lang == "es" else "Legend")
    for style, size in ((QgsLegendStyle.Title, 11), (QgsLegendStyle.Subgroup, 9), (QgsLegendStyle.SymbolLabel, 8)):
        legend.setStyleFont(style, QFont("Arial", size))
    legend.setWrapString("|")
    legend.setSymbolWidth(8)
    layout.addLayoutItem(legend)
    legend.attemptMove(QgsLayoutPoint(width - LEGEND_MM - 8, top))

    bar = QgsLayoutItemScaleBar(layout)
    bar.setStyle("Single Box")
    bar.setLinkedMap(item)
    bar.applyDefaultSize(QgsUnitTypes.DistanceKilometers)
    bar.setUnitLabel("km")
    scale_text = QgsTextFormat()
    scale_text.setFont(QFont("Arial"))
    scale_text.setSize(8)
    bar.setTextFormat(scale_text)
    layout.addLayoutItem(bar)
    bar.attemptMove(QgsLayoutPoint(width - LEGEND_MM - 8, height - bottom - 14))
    text(layout, words["source"], 8, height - bottom + 3, width - 16, 12, 7, colour="#666666")

    # `exportToImage` would ask GDAL to write a place into the PNG, which it cannot.
    image = QgsLayoutExporter(layout).renderPageToImage(0, QSize(), DPI)
    if image.isNull() or not image.save(str(out)):
        problem(f"{out.name}: not drawn")
        return
    # Of a map that shows something, more than one sampled pixel in a thousand is not the background.
    dots = DPI / 25.4
    columns = range(int(10 * dots), int((width - 18 - LEGEND_MM) * dots), 4)
    rows = range(int((top + 2) * dots), int((height - bottom - 2) * dots), 4)
    drawn = sum(image.pixelColor(x, y) != QColor(BACKGROUND) for y in rows for x in columns)
    if drawn * 1000 < len(rows) * len(columns):
        problem(f"{out.name}: the map is empty")


def context_of(folder, name, layer):
    """Zones in light grey below lines and points."""
    if layer.geometryType() == QgsWkbTypes.PolygonGeometry:
        return None
    for candidate in ("states", "hotspots", "risk", "zones"):
        path = folder / f"{candidate}.geojson"
        if path.exists() and candidate != name:
            ground = QgsVectorLayer(str(path), candidate, "ogr")
            ground.setLabelsEnabled(False)
            symbol = QgsFillSymbol.createSimple(
                {"color": "#f2f2ef", "outline_color": "#c4c4c0", "outline_width": "0.06"}
            )
            ground.setRenderer(QgsSingleSymbolRenderer(symbol))
            return ground
    return None


def words_of(metadata, name, lang):
    card = next((c for c in metadata.get("layers", []) if c.get("layer", c.get("name")) == name), {})
    other = LANGUAGES[1 - LANGUAGES.index(lang)]

    def pick(value):
        return (value or {}).get(lang) or (value or {}).get(other) or ""

    sources = "; ".join(card.get("sources", []))
    date = metadata.get("published", metadata.get("created", ""))[:10]
    label = {"es": ("Fuentes", "Publicado", "País inventado: ninguna cifra es real. "),
             "en": ("Sources", "Published", "Invented country: no figure is real. ")}[lang]
    source = (label[2] if metadata.get("invented") else "") + (f"{label[0]}: {sources}. " if sources else "")
    return {
        "title": pick(card.get("title")) or name,
        "description": pick(card.get("description")),
        "source": source + (f"{label[1]}: {date}. Corredor {metadata.get('corredor', '')}" if date else ""),
    }


def main():
    parser = argparse.ArgumentParser(description="Opens, checks and draws published layers in QGIS.")
    parser.add_argument("published", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--zoom", type=float, default=1.0, help="draw the middle so many times larger")
    args = parser.parse_args()
    folder = args.published.resolve()
    args.out.mkdir(parents=True, exist_ok=True)
    app = QgsApplication([], False)
    app.initQgis()
    meta = folder / "metadata.json"
    metadata = json.loads(meta.read_text(encoding="utf-8")) if meta.exists() else {}
    paths = sorted(folder.glob("*.geojson"))
    if not paths:
        problem(f"{folder}: no GeoJSON")
    for path in paths:
        name = path.stem
        card = next((c for c in metadata.get("layers", []) if c.get("layer", c.get("name")) == name), {})
        default, spanish = path.with_suffix(".qml"), path.with_suffix(".es.qml")
        if default.read_bytes() != spanish.read_bytes():
            problem(f"{name}: {default.name} is not {spanish.name}")
        layer = QgsVectorLayer(str(path), name, "ogr")
        if not layer.isValid():
            problem(f"{name}: QGIS cannot open it")
            continue
        if layer.renderer().type() != qml(default)[0]:
            problem(f"{name}: the style of the same name did not load by itself")
        check_layer(layer, name, card.get("fields", []))
        for lang in LANGUAGES:
            layer = QgsVectorLayer(str(path), name, "ogr")
            check_style(layer, name, lang, path.with_suffix(f".{lang}.qml"))
            suffix = "" if args.zoom == 1 else ".zoom"
            out = args.out / f"{name}.{lang}{suffix}.png"
            count, kind = layer.featureCount(), layer.renderer().type()
            draw(layer, context_of(folder, name, layer), lang, words_of(metadata, name, lang), out, args.zoom)
        print(f"qgis: {name}: {count} features, {kind}, es and en drawn")
    app.exitQgis()
    return 1 if problems else 0


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    # QGIS 3.22 may crash while Python takes its objects apart; the answer stands by now.
    os._exit(code)
