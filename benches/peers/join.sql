SELECT zones.id AS zone, count(*) AS points
FROM zones JOIN points ON ST_Intersects(zones.geom, points.geom)
GROUP BY zones.id
