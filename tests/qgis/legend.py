"""What the legend of a layer in QGIS says."""


def legend_labels(renderer):
    if renderer.type() == "categorizedSymbol":
        return [c.label() for c in renderer.categories()]
    if renderer.type() == "graduatedSymbol":
        return [r.label() for r in renderer.ranges()]
    return []
