-- [query]
-- title = { es = "Cobertura según la población", en = "Coverage by population" }
-- description.es = """\
--   Por estado, la población de los municipios cuyo albergue más cercano está al alcance, y la de los que no. \
--   `near_km` se mide desde un punto dentro del municipio; donde los albergues no son públicos, hasta albergues \
--   desplazados: véase la advertencia de la capa."""
-- description.en = """\
--   By state, the population of the municipalities whose nearest shelter is within reach, and of those where it is \
--   not. `near_km` is measured from a point inside the municipality; where shelters are not public, to displaced \
--   ones: see the caveat of the layer."""
-- layers = ["hotspots"]
--
-- [param.reach]
-- type = "number"
-- description = { es = "Alcance de un albergue, km", en = "Reach of a shelter, km" }
-- default = 30
-- min = 0
-- max = 1000

SELECT state, sum(pop) AS people, coalesce(sum(CASE WHEN near_km <= $reach THEN pop END), 0) AS covered,
       round(100.0 * coalesce(sum(CASE WHEN near_km <= $reach THEN pop END), 0) / nullif(sum(pop), 0), 1) AS covered_pct,
       count(*) AS zones, count(CASE WHEN near_km > $reach OR near_km IS NULL THEN 1 END) AS zones_beyond,
       max(near_km) AS farthest_km
FROM hotspots
GROUP BY state
ORDER BY sum(pop) - coalesce(sum(CASE WHEN near_km <= $reach THEN pop END), 0) DESC, state
