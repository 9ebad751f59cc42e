-- [query]
-- title.es = "Lo que entró a los puntos calientes y lo que salió desde una fecha"
-- title.en = "What entered the hot spots and what left them since a date"
-- description.es = "Compara los puntos calientes de hoy con los de una corrida anterior, por municipio."
-- description.en = "Compares the hot spots of today with those of an earlier run, by municipality."
-- layers = ["hotspots"]
--
-- [param.since]
-- type = "run"
-- description.es = "La corrida con que se compara: un día, `previous`, o su nombre"
-- description.en = "The run to compare with: a day, `previous`, or its name"
-- default = "previous"
--
-- [param.bin]
-- type = "integer"
-- description.es = "Desde qué `gi_bin` se cuenta como punto caliente: 1, 2 o 3 (90, 95 o 99 %)"
-- description.en = "From which `gi_bin` on it counts as a hot spot: 1, 2 or 3 (90, 95 or 99 %)"
-- default = 2
-- allowed = [1, 2, 3]

WITH before AS (
    SELECT code, name, state, gi_bin, gi_z, risk FROM hotspots@$since
), changes AS (
    SELECT coalesce(n.code, b.code) AS code, coalesce(n.name, b.name) AS name, coalesce(n.state, b.state) AS state,
           coalesce(n.gi_bin, 0) >= $bin AS hot_now, coalesce(b.gi_bin, 0) >= $bin AS hot_before,
           b.gi_bin AS bin_before, n.gi_bin AS bin_now, b.gi_z AS z_before, n.gi_z AS z_now,
           b.risk AS risk_before, n.risk AS risk_now
    FROM hotspots n
    FULL JOIN before b ON b.code = n.code
)
SELECT CASE WHEN hot_now THEN 'entered' ELSE 'left' END AS change, code, name, state, bin_before, bin_now,
       round(z_before, 2) AS z_before, round(z_now, 2) AS z_now, round(risk_before, 3) AS risk_before,
       round(risk_now, 3) AS risk_now
FROM changes
WHERE hot_now <> hot_before
ORDER BY change, code
