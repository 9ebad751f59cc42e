-- [query]
-- title = { es = "Municipios colindantes con puntos calientes que aún no lo son", en = "Municipalities beside hot spots that are not yet hot" }
-- description.es = """\
--   Municipios que comparten frontera o esquina con puntos calientes sin serlo, según cuántos de sus colindantes lo son."""
-- description.en = """\
--   Municipalities that share a border or a corner with hot spots without being one, by how many of their \
--   neighbours are."""
-- layers = ["hotspots"]
--
-- [param.bin]
-- type = "integer"
-- description.es = "Desde qué `gi_bin` se cuenta como punto caliente: 1, 2 o 3 (90, 95 o 99 %)"
-- description.en = "From which `gi_bin` on it counts as a hot spot: 1, 2 or 3 (90, 95 or 99 %)"
-- default = 2
-- allowed = [1, 2, 3]

WITH beside AS (
    SELECT n.neighbour, count(*) AS hot
    FROM neighbours('hotspots', 'queen') n
    JOIN hotspots h ON h.code = n.zone
    WHERE h.gi_bin >= $bin
    GROUP BY n.neighbour
), found AS (
    SELECT z.code, z.name, z.state, b.hot, z.gi_bin, z.gi_z AS z_score, z.risk_class, z.risk AS score, z.pop
    FROM beside b
    JOIN hotspots z ON z.code = b.neighbour
    WHERE coalesce(z.gi_bin, 0) < $bin
)
SELECT code, name, state, hot AS hot_neighbours, gi_bin, round(z_score, 2) AS gi_z, risk_class,
       round(score, 3) AS risk, pop
FROM found
ORDER BY hot DESC, score DESC NULLS LAST, code
