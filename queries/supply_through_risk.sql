-- [query]
-- title = { es = "Cadenas de suministro por municipios de vulnerabilidad alta", en = "Supply corridors through municipalities of high vulnerability" }
-- description.es = """\
--   Por cadena, sus kilómetros en municipios de clase alta o muy alta, su parte del total, y cuántos de ellos \
--   cruza."""
-- description.en = """\
--   For each corridor, its kilometres in municipalities of class high or very high, their share of the total, and \
--   how many of these it crosses."""
-- layers = ["supply_routes", "supply_stretches"]
--
-- [param.share]
-- type = "number"
-- description = { es = "Parte por vulnerabilidad alta al menos, %", en = "Share through high vulnerability at least, %" }
-- default = 0
-- min = 0
-- max = 100

WITH totals AS (
    SELECT route, sum(km) AS length, coalesce(sum(expo_km), 0) AS expo,
           coalesce(sum(CASE WHEN risk_class IN ('high', 'very_high') THEN km END), 0) AS high,
           count(DISTINCT CASE WHEN risk_class IN ('high', 'very_high') THEN zone END) AS high_zones
    FROM supply_stretches
    GROUP BY route
)
SELECT t.route, r.name, r.product, r.tonnes, round(t.length, 1) AS km, round(t.high, 1) AS high_km,
       round(100 * t.high / t.length, 1) AS high_pct, t.high_zones, round(t.expo, 1) AS expo_km
FROM totals t
JOIN supply_routes r ON r.id = t.route
WHERE t.high > 0 AND 100 * t.high / t.length >= $share
ORDER BY t.high DESC, t.route
