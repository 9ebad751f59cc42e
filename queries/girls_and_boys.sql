-- [query]
-- title = { es = "Niñas y niños: dónde es mayor la brecha", en = "Girls and boys: where the gap is widest" }
-- description.es = """\
--   La diferencia entre la probabilidad modelada de trabajo infantil de niños y de niñas, en puntos porcentuales, \
--   con su intervalo de 95 %. Son estimaciones de un modelo, no un conteo."""
-- description.en = """\
--   The difference between the modelled probability of child labour of boys and of girls, in percentage points, \
--   with its 95 % interval. These are estimates of a model, not a count."""
-- layers = ["child_labour", "zones"]
--
-- [param.rows]
-- type = "integer"
-- description = { es = "Cuántos municipios", en = "How many municipalities" }
-- default = 20
-- min = 1
-- max = 100000
--
-- [param.children]
-- type = "integer"
-- description = { es = "Niñas y niños al menos", en = "Girls and boys at least" }
-- default = 0
-- min = 0
--
-- [param.sure]
-- type = "boolean"
-- description.es = "Solo donde el intervalo deja fuera el cero"
-- description.en = "Only where the interval leaves out zero"
-- default = true

WITH gaps AS (
    SELECT c.code, z.name, z.state, c.girls, c.boys, c.girls_pct, c.boys_pct, c.boys_pct - c.girls_pct AS gap,
           sqrt(c.boys_se * c.boys_se + c.girls_se * c.girls_se) AS se
    FROM child_labour c
    JOIN zones z ON z.code = c.code
    WHERE c.girls + c.boys >= $children AND c.boys_pct IS NOT NULL AND c.girls_pct IS NOT NULL
), ranked AS (
    SELECT *, row_number() OVER (ORDER BY abs(gap) DESC, code) AS place
    FROM gaps
    WHERE NOT $sure OR abs(gap) > 1.96 * se
)
SELECT code, name, state, girls, boys, girls_pct, boys_pct, round(gap, 2) AS gap_pp,
       round(gap - 1.96 * se, 2) AS low_pp, round(gap + 1.96 * se, 2) AS high_pp,
       CASE WHEN gap > 0 THEN 'boys' WHEN gap < 0 THEN 'girls' END AS higher
FROM ranked
WHERE place <= $rows
ORDER BY place
