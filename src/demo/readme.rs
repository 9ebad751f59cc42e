//! The note that lies beside the files and says that everything is invented.

use std::fmt::Write as _;

use super::country::{Country, INDICATORS};

/// The note, Spanish first.
pub(super) fn text(country: &Country) -> String {
    let options = &country.options;
    let planted = country.municipalities.iter().filter(|m| m.cluster.is_some()).count();
    let clusters = country.municipalities.iter().filter_map(|m| m.cluster).max().unwrap_or(0);
    let sea = country.incidents.iter().filter(|i| i.municipality.is_none()).count();
    let mut text = format!(
        "# {es}\n\n\
        **Todo en esta carpeta es inventado**: el país, sus municipios, localidades, rutas, albergues, \
        incidentes, centros de trabajo, cadenas de suministro e indicadores. Ningún dato describe a personas o lugares reales. Lo genera Corredor con la \
        semilla {seed}; la misma semilla y los mismos tamaños dan los mismos archivos.\n\n\
        # {en}\n\n\
        **Everything in this folder is invented**: the country, its municipalities, localities, routes, \
        shelters, incidents, work centres, supply corridors and indicators. No figure describes real people or places. Corredor generates it \
        with seed {seed}; the same seed and sizes give the same files.\n\n\
        | file | content |\n|---|---|\n\
        | `municipalities.geojson` | {zones} municipalities; key `code` (2 digits of the state, 3 of its own), population `pop` |\n\
        | `states.csv` | {states} states |\n\
        | `indicators.csv` | {fields} indicators per municipality; an empty cell is missing |\n\
        | `routes.geojson` | {routes} routes, 3,000 km in all; `flow` is people per month |\n\
        | `shelters.csv` | {shelters} shelters; an empty `capacity` is unknown; `women_only` 1 takes only women and children |\n\
        | `incidents.csv` | {incidents} incidents of 2023 to 2025, {sea} of them at sea; `coordinates` is \"lat, lon\"; `persons` counts victims, those of unknown sex too |\n\
        | `localities.csv` | {localities} settlements; those of a municipality add up to its `pop`, the first is its seat |\n\
        | `work_centres.csv` | {centres} work centres; `certified` 1 bears a certificate of work free of child labour; one without it is not accused of anything |\n\
        | `child_labour.csv` | `girls` and `boys` of 5 to 17 years; `_pct` the modelled probability of child labour, `_se` its standard error (percentage points), `_cl` children in child labour that follow from it, in tens; empty is missing |\n\
        | `supply_routes.geojson` | {supply} supply corridors to a port; `product`, `tonnes` per year |\n\
        | `planted_truth.csv` | which municipalities were planted as hot ({planted} in {clusters} clusters): the answer a hotspot analysis should find |\n\n\
        ## Indicators / indicadores\n\n\
        Higher counts as more vulnerability (speakers of indigenous languages and families of migrants meet more \
        exclusion; they are not its cause). The goalposts count as 0 and 1 in the composite; the plain mean of the ten, \
        Gi* with queen contiguity and a false discovery rate of 5 % find the planted municipalities. \
        Each cluster has eight of its ten indicators raised.\n\n\
        | field | español | English | goalposts |\n|---|---|---|---|\n",
        es = Country::NAME_ES,
        en = Country::NAME_EN,
        seed = options.seed,
        zones = country.municipalities.len(),
        states = country.states.len(),
        fields = INDICATORS.len(),
        routes = country.routes.len(),
        shelters = country.shelters.len(),
        incidents = country.incidents.len(),
        localities = country.localities.len(),
        centres = country.work_centres.len(),
        supply = country.supply_routes.len(),
    );
    for i in &INDICATORS {
        // Writing to a string cannot fail.
        let _ =
            writeln!(text, "| `{}` | {} | {} | {} to {} |", i.name, i.label_es, i.label_en, i.low, i.high);
    }
    text
}
