-- [query]
-- title.es = "Albergues según las personas y la vulnerabilidad a su alcance"
-- title.en = "Shelters by the people and the vulnerability within their reach"
-- description.es = """\
--   Por albergue, los municipios cuyo centro queda al alcance: cuántos, su población, su vulnerabilidad media \
--   ponderada por población, y las personas por vulnerabilidad. Lee la capa de albergues, que es restringida: pida `--level \
--   restricted`."""
-- description.en = """\
--   For each shelter, the municipalities whose centre is within reach: how many, their population, their mean \
--   vulnerability weighted by population, and people times vulnerability. It reads the layer of shelters, which is restricted: ask with \
--   `--level restricted`."""
-- layers = ["shelters", "hotspots"]
--
-- [param.reach]
-- type = "number"
-- description = { es = "Alcance de un albergue, km", en = "Reach of a shelter, km" }
-- default = 30
-- min = 0
-- max = 1000

WITH centres AS (
    SELECT code, pop, risk, ST_Centroid(geom) AS centre FROM hotspots
)
SELECT s.id, s.name, s.town, s.capacity, count(c.code) AS zones, coalesce(sum(c.pop), 0) AS people,
       round(sum(c.risk * c.pop) / sum(CASE WHEN c.risk IS NOT NULL THEN c.pop END), 3) AS mean_risk,
       round(coalesce(sum(c.risk * c.pop), 0), 0) AS people_risk
FROM shelters s
LEFT JOIN centres c ON within_km(c.centre, s.geom, $reach)
GROUP BY s.id, s.name, s.town, s.capacity
ORDER BY coalesce(sum(c.risk * c.pop), 0) DESC, s.id
