-- [query]
-- title = { es = "Vecinos de focos que aún no lo son", en = "Neighbours of hotspots that are not yet hot" }
-- description.es = """\
--   Municipios que comparten frontera o esquina con focos sin ser uno, según cuántos de sus vecinos lo son."""
-- description.en = """\
--   Municipalities that share a border or a corner with hotspots without being one, by how many of their \
--   neighbours are."""
-- layers = ["hotspots"]
--
-- [param.bin]
-- type = "integer"
-- description.es = "Desde qué `gi_bin` se cuenta como foco: 1, 2 o 3 (90, 95 o 99 %)"
-- description.en = "From which `gi_bin` on it counts as a hotspot: 1, 2 or 3 (90, 95 or 99 %)"
-- default = 2
-- allowed = [1, 2, 3]

SELECT z.code, z.name, z.state, count(*) AS hot_neighbours, z.gi_bin, round(z.gi_z, 2) AS gi_z, z.risk_class,
       round(z.risk, 3) AS risk, z.pop
FROM neighbours('hotspots', 'queen') n
JOIN hotspots h ON h.code = n.zone AND h.gi_bin >= $bin
JOIN hotspots z ON z.code = n.neighbour AND coalesce(z.gi_bin, 0) < $bin
GROUP BY z.code, z.name, z.state, z.gi_bin, z.gi_z, z.risk_class, z.risk, z.pop
ORDER BY hot_neighbours DESC, z.risk DESC NULLS LAST, z.code
