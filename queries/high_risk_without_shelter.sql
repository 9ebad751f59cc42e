-- [query]
-- title.es = "Municipios de vulnerabilidad alta en un corredor, lejos de todo albergue de la lista"
-- title.en = "Municipalities of high vulnerability on a corridor, far from every shelter of the list"
-- description.es = """\
--   Municipios de clase alta o muy alta que una ruta cruza y cuyo albergue más cercano queda más lejos que el \
--   alcance, de la mayor vulnerabilidad a la menor. `near_km` se mide desde un punto dentro del municipio; donde \
--   los albergues no son públicos, hasta albergues desplazados: véase la advertencia de la capa."""
-- description.en = """\
--   Municipalities of class high or very high that a route crosses and whose nearest shelter is farther than the \
--   reach, highest vulnerability first. `near_km` is measured from a point inside the municipality; where \
--   shelters are not public, to displaced ones: see the caveat of the layer."""
-- layers = ["hotspots"]
--
-- [param.reach]
-- type = "number"
-- description = { es = "Alcance de un albergue, km", en = "Reach of a shelter, km" }
-- default = 30
-- min = 0
-- max = 1000

WITH found AS (
    SELECT code, name, state, risk_class, risk AS score, near_km, route_km AS on_route, gap_km AS in_gap, pop
    FROM hotspots
    WHERE risk_class IN ('high', 'very_high') AND route_km > 0 AND near_km > $reach
)
SELECT code, name, state, risk_class, round(score, 3) AS risk, near_km, round(on_route, 1) AS route_km,
       round(in_gap, 1) AS gap_km, pop
FROM found
ORDER BY score DESC, code
