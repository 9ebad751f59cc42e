//! Words for the fields of composites: scores, intervals, factors, and the indicators of the recipes that ship.

use super::fields::Row;

/// Fields that every composite, crosswalk or difference writes.
pub(super) const COMPOSITE: &[Row] = &[
    ("score", "Índice de vulnerabilidad", "Vulnerability index", ""),
    ("score_lo", "Índice: desde (90 %)", "Index: from (90 %)", ""),
    ("score_md", "Índice: mediana de las corridas", "Index: median of the runs", ""),
    ("score_hi", "Índice: hasta (90 %)", "Index: to (90 %)", ""),
    ("rank", "Lugar por el índice, desde el más alto", "Rank by the index, from the highest", ""),
    ("rank_lo", "Lugar por el índice: desde (90 %)", "Rank by the index: from (90 %)", ""),
    ("rank_md", "Lugar por el índice: mediana de las corridas", "Rank by the index: median of the runs", ""),
    ("rank_hi", "Lugar por el índice: hasta (90 %)", "Rank by the index: to (90 %)", ""),
    ("class_pct", "Corridas en la misma clase", "Runs in the same class", "%"),
    ("class_2", "Clase por la segunda regla", "Class by the second rule", ""),
    ("cls_2_pct", "Corridas en la clase de la segunda regla", "Runs in the class of the second rule", "%"),
    ("class_3", "Clase por la tercera regla", "Class by the third rule", ""),
    ("cls_3_pct", "Corridas en la clase de la tercera regla", "Runs in the class of the third rule", "%"),
    ("unscored", "Zonas sin puntaje", "Zones without a score", ""),
    ("up_1", "Eleva el índice, 1.º", "Raises the index, no. 1", ""),
    ("up_1_pts", "Eleva el índice, 1.º: puntos", "Raises the index, no. 1: points", ""),
    ("up_2", "Eleva el índice, 2.º", "Raises the index, no. 2", ""),
    ("up_2_pts", "Eleva el índice, 2.º: puntos", "Raises the index, no. 2: points", ""),
    ("up_3", "Eleva el índice, 3.º", "Raises the index, no. 3", ""),
    ("up_3_pts", "Eleva el índice, 3.º: puntos", "Raises the index, no. 3: points", ""),
    ("down_1", "Reduce el índice, 1.º", "Lowers the index, no. 1", ""),
    ("down_1_pts", "Reduce el índice, 1.º: puntos", "Lowers the index, no. 1: points", ""),
    ("down_2", "Reduce el índice, 2.º", "Lowers the index, no. 2", ""),
    ("down_2_pts", "Reduce el índice, 2.º: puntos", "Lowers the index, no. 2: points", ""),
    ("down_3", "Reduce el índice, 3.º", "Lowers the index, no. 3", ""),
    ("down_3_pts", "Reduce el índice, 3.º: puntos", "Lowers the index, no. 3: points", ""),
    ("gap", "Brecha: primera parte menos segunda", "Gap: first part less second", ""),
    ("gap_lo", "Brecha: desde", "Gap: from", ""),
    ("gap_hi", "Brecha: hasta", "Gap: to", ""),
    ("gap_p", "Brecha: p de que sea 0", "Gap: p of being 0", "0–1"),
    ("old_n", "Zonas antiguas que la forman", "Old zones that make it up", ""),
    ("d_work", "Trabajo", "Work", ""),
    ("d_poverty", "Pobreza", "Poverty", ""),
    ("d_adults", "Educación de las personas adultas", "Education of adults", ""),
    ("d_home", "Vivienda y demografía", "Homes and demography", ""),
    ("d_violence", "Violencia", "Violence", ""),
    ("d_recorded", "Lo registrado", "What was recorded", ""),
    ("d_remote", "Lejanía de servicios de la lista", "Remoteness from services of the list", ""),
    ("d_resident", "Vulnerabilidad de quienes residen", "Vulnerability of those who reside", ""),
    ("d_dp2", "Distancia DP2", "Distance DP2", ""),
    ("d_all", "Todos los indicadores", "All indicators", ""),
];

/// Indicators of the shipped recipes: fields, and values of the fields that name factors.
pub(super) const INDICATORS: &[Row] = &[
    ("no_socsec", "Población sin seguridad social", "People without social security", "%"),
    ("precarious", "Empleo precario", "Precarious employment", "%"),
    ("farming", "Personas ocupadas en el sector primario", "Workers in the primary sector", "%"),
    (
        "ext_pov",
        "Ingreso inferior a la línea de pobreza extrema",
        "Income below the line of extreme poverty",
        "%",
    ),
    ("low_wage", "Ocupados con hasta dos salarios mínimos", "Workers on two minimum wages at most", "%"),
    ("illiterate", "Personas adultas que no saben leer", "Adults who cannot read", "%"),
    ("no_basic", "Personas adultas sin educación básica", "Adults without basic schooling", "%"),
    ("earthfloor", "Viviendas con piso de tierra", "Homes with an earth floor", "%"),
    ("no_water", "Viviendas sin agua entubada", "Homes without piped water", "%"),
    ("crowded", "Viviendas con hacinamiento", "Overcrowded homes", "%"),
    ("remote", "Población en localidades pequeñas", "People in small localities", "%"),
    ("homicide", "Homicidios", "Homicides", "/ 100,000"),
    ("analf_pct", "Población analfabeta", "Illiterate people", "%"),
    ("sin_basica", "Población sin educación básica", "People without basic schooling", "%"),
    ("sin_drenaj", "Viviendas sin drenaje ni excusado", "Homes without drainage or toilet", "%"),
    ("sin_electr", "Viviendas sin energía eléctrica", "Homes without electricity", "%"),
    ("sin_agua", "Viviendas sin agua entubada", "Homes without piped water", "%"),
    ("piso_tier", "Viviendas con piso de tierra", "Homes with an earth floor", "%"),
    ("hacinam", "Viviendas con hacinamiento", "Overcrowded homes", "%"),
    ("loc_peq", "Población en localidades pequeñas", "People in small localities", "%"),
    ("ing_2sm", "Ocupados con hasta dos salarios mínimos", "Workers on two minimum wages at most", "%"),
    ("poverty", "Población en pobreza", "People in poverty", "%"),
    ("no_school", "Niñas y niños fuera de la escuela", "Children out of school", "%"),
];

/// Whether a field names a factor by the code of an indicator.
pub(super) fn names_factor(field: &str) -> bool {
    let number = field.strip_prefix("up_").or_else(|| field.strip_prefix("down_"));
    number.is_some_and(|number| matches!(number, "1" | "2" | "3"))
}
