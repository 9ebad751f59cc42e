-- [query]
-- title = { es = "Estados según sus kilómetros ponderados por vulnerabilidad", en = "States by their kilometres weighted by vulnerability" }
-- description.es = """\
--   Kilómetros de ruta ponderados por vulnerabilidad de residentes en cada estado, su parte del total, y lo que más se sabe de él."""
-- description.en = """\
--   Kilometres of route weighted by residents' vulnerability in each state, their share of the total, and what else is known of it."""
-- layers = ["states"]
--
-- [param.at_least]
-- type = "number"
-- description = { es = "Kilómetros ponderados al menos", en = "Weighted kilometres at least" }
-- default = 0
-- min = 0

WITH shares AS (
    SELECT name, zones, expo_km AS expo, 100 * expo_km / nullif(sum(expo_km) OVER (), 0) AS share,
           route_km AS on_route, gap_km AS in_gap, incidents, hot_zones, risk AS score
    FROM states
)
SELECT name AS state, zones, round(expo, 1) AS expo_km, round(share, 1) AS share_pct, round(on_route, 1) AS route_km,
       round(in_gap, 1) AS gap_km, incidents, hot_zones, round(score, 3) AS risk
FROM shares
WHERE expo >= $at_least
ORDER BY expo DESC, name
