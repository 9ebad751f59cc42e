-- [query]
-- title.es = "Trabajo infantil probable junto a centros de trabajo sin certificado"
-- title.en = "Probable child labour beside work centres without a certificate"
-- description.es = """\
--   Municipios donde la probabilidad modelada de trabajo infantil es alta, con los centros de trabajo sin \
--   certificado que hay en ellos y en sus municipios colindantes. No tener el certificado no significa que trabajen niñas o \
--   niños: muchos centros nunca lo han solicitado."""
-- description.en = """\
--   Municipalities where the modelled probability of child labour is high, with the work centres without a \
--   certificate in them and in those beside them. To lack the certificate does not mean that children work there: \
--   many work centres never applied for it."""
-- layers = ["child_labour", "zone_centres", "zones"]
--
-- [param.pct]
-- type = "number"
-- description = { es = "Probabilidad desde la que es alta, %", en = "Probability from which on it is high, %" }
-- default = 12
-- min = 0
-- max = 100
--
-- [param.centres]
-- type = "integer"
-- description = { es = "Centros sin certificado al menos", en = "Centres without a certificate at least" }
-- default = 1
-- min = 0

WITH children AS (
    SELECT code, girls + boys AS children, (girls * girls_pct + boys * boys_pct) / nullif(girls + boys, 0) AS share
    FROM child_labour
), uncertified AS (
    SELECT code, centres - cert_n AS centres FROM zone_centres
), around AS (
    SELECT n.zone AS code, sum(u.centres) AS centres
    FROM neighbours('zones', 'queen') n
    JOIN uncertified u ON u.code = n.neighbour
    GROUP BY n.zone
)
SELECT z.code, z.name, z.state, c.children, round(c.share, 1) AS pct, CAST(u.centres AS BIGINT) AS centres_here,
       CAST(coalesce(a.centres, 0) AS BIGINT) AS centres_beside
FROM children c
JOIN zones z ON z.code = c.code
JOIN uncertified u ON u.code = c.code
LEFT JOIN around a ON a.code = c.code
WHERE c.share >= $pct AND u.centres + coalesce(a.centres, 0) >= $centres
ORDER BY c.share DESC, z.code
