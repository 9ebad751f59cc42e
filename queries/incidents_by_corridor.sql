-- [query]
-- title = { es = "Incidentes y flujo por corredor", en = "Incidents against flow, by corridor" }
-- description.es = """\
--   Los incidentes a tantos kilómetros de cada ruta, por cada 100 km y por cada mil personas que pasan al mes. Un \
--   incidente cerca de dos rutas cuenta en ambas. Lee la capa de incidentes, que es restringida: pida `--level \
--   restricted`."""
-- description.en = """\
--   The incidents within so many kilometres of each route, per 100 km and per thousand people who pass in a month. \
--   An incident near two routes counts for both. It reads the layer of incidents, which is restricted: ask with \
--   `--level restricted`."""
-- layers = ["routes", "incidents"]
--
-- [param.width]
-- type = "number"
-- description = { es = "Kilómetros a cada lado de la ruta", en = "Kilometres on each side of the route" }
-- default = 10
-- min = 0.1
-- max = 500

WITH corridors AS (
    SELECT id, name, flow, geodesic_length_km(geom) AS km, buffer_km(geom, $width) AS area FROM routes
)
SELECT c.id AS route, c.name, round(c.km, 1) AS km, c.flow, count(i.id) AS incidents,
       coalesce(sum(i.persons), 0) AS persons, round(100 * count(i.id) / c.km, 2) AS per_100_km,
       round(1000 * count(i.id) / nullif(c.flow, 0), 2) AS per_1000_people
FROM corridors c
LEFT JOIN incidents i ON ST_Intersects(i.geom, c.area)
GROUP BY c.id, c.name, c.km, c.flow
ORDER BY 1000 * count(i.id) / nullif(c.flow, 0) DESC NULLS LAST, c.id
