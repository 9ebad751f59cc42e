-- [query]
-- title = { es = "Municipios que visitar primero, por estado", en = "Municipalities to inspect first, by state" }
-- description.es = """\
--   Reparte un presupuesto de visitas: los municipios de mayor prioridad, uno por visita, agrupados por estado; \
--   los estados con más visitas primero."""
-- description.en = """\
--   Spends a budget of visits: the municipalities of highest priority, one a visit, grouped by state; the states \
--   with most visits first."""
-- layers = ["hotspots"]
--
-- [param.visits]
-- type = "integer"
-- description = { es = "Cuántas visitas hay", en = "How many visits there are" }
-- default = 20
-- min = 1
-- max = 100000
--
-- [param.state]
-- type = "text"
-- description = { es = "Solo este estado; vacío, todos", en = "Only this state; empty, all" }
-- default = ""

WITH candidates AS (
    SELECT code, name, state, priority, prio_rank, risk, risk_class, gi_bin, pop,
           row_number() OVER (ORDER BY prio_rank, code) AS visit
    FROM hotspots
    WHERE prio_rank IS NOT NULL AND ($state = '' OR state = $state)
)
SELECT state, count(*) OVER (PARTITION BY state) AS visits, code, name, prio_rank, round(priority, 3) AS priority,
       risk_class, round(risk, 3) AS risk, gi_bin, pop
FROM candidates
WHERE visit <= $visits
ORDER BY visits DESC, state, prio_rank, code
