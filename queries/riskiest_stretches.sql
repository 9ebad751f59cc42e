-- [query]
-- title = { es = "Los kilómetros de cada ruta por la mayor vulnerabilidad de residentes", en = "The kilometres of each route through the highest vulnerability of residents" }
-- description.es = """\
--   Para cada ruta, la parte de tantos kilómetros seguidos que más kilómetros ponderados por vulnerabilidad \
--   de residentes suma; de varias iguales, la primera. Lo que está fuera de los municipios o en municipios sin puntaje no \
--   suma, y se dice en `unscored_km`."""
-- description.en = """\
--   For each route, the part of so many kilometres in one piece that adds up the most kilometres weighted by \
--   residents' vulnerability; of several equal ones the first. What lies outside the municipalities or in municipalities \
--   without a score adds nothing, and is told in `unscored_km`."""
-- layers = ["stretches"]
--
-- [param.km]
-- type = "number"
-- description = { es = "Longitud de la parte, km", en = "Length of the part, km" }
-- default = 100
-- min = 1
-- max = 10000

-- The exposure of a window grows and shrinks linearly while the window slides, so it is greatest where the window
-- begins or ends at a border between two stretches, or at an end of the route.
WITH lengths AS (
    SELECT route, min(route_name) AS route_name, max(to_km) AS length_km
    FROM stretches
    GROUP BY route
), begins AS (
    SELECT route, from_km AS at_km FROM stretches
    UNION
    SELECT route, to_km - $km FROM stretches
), parts AS (
    SELECT DISTINCT b.route, l.route_name, greatest(0, least(b.at_km, l.length_km - $km)) AS begin_at,
           least(greatest(0, least(b.at_km, l.length_km - $km)) + $km, l.length_km) AS end_at
    FROM begins b
    JOIN lengths l ON l.route = b.route
), scored AS (
    SELECT p.route, p.route_name, p.begin_at, p.end_at,
           coalesce(sum(s.risk * (least(s.to_km, p.end_at) - greatest(s.from_km, p.begin_at))), 0) AS expo,
           coalesce(sum(CASE WHEN s.risk IS NULL
                        THEN least(s.to_km, p.end_at) - greatest(s.from_km, p.begin_at) END), 0) AS unscored
    FROM parts p
    JOIN stretches s ON s.route = p.route AND s.to_km > p.begin_at AND s.from_km < p.end_at
    GROUP BY p.route, p.route_name, p.begin_at, p.end_at
), ranked AS (
    SELECT *, row_number() OVER (PARTITION BY route ORDER BY round(expo, 9) DESC, begin_at) AS place
    FROM scored
)
SELECT route, route_name, round(begin_at, 1) AS start_km, round(end_at, 1) AS end_km, round(expo, 2) AS expo_km,
       round(expo / (end_at - begin_at), 3) AS mean_risk, round(unscored, 1) AS unscored_km
FROM ranked
WHERE place = 1
ORDER BY expo DESC, route
