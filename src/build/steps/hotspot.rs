//! `[hotspot]`: Getis-Ord Gi* over queen contiguity.

use std::sync::Arc;

use serde_json::json;

use crate::build::context::{derived, identity};
use crate::build::{BuildError, Context};
use crate::hotspot::{Contiguity, GiOptions, local_gi};
use crate::layer::{Column, EXAMPLES, Finding, Layer};
use crate::workspace::config;

/// Finds where high values cluster.
pub(super) fn run(context: &Context, name: &str, step: &config::Hotspot) -> Result<Layer, BuildError> {
    let zones = context.layer(&step.zones)?;
    let values = zones.numbers(&step.field)?;
    let contiguity = Contiguity::queen(&zones.zones()?);
    let options =
        GiOptions { permutations: step.permutations, seed: context.seed, fdr: step.fdr, ..GiOptions::default() };
    let result = local_gi(&values, &contiguity, &options)
        .map_err(|error| BuildError::Hotspot { layer: name.to_owned(), error })?;

    let mut provenance = derived("hotspot", &[&step.zones]);
    let keys = zones.keys();
    if !result.islands.is_empty() {
        provenance.findings.push(Finding::NoNeighbours {
            count: result.islands.len(),
            examples: result.islands.iter().take(EXAMPLES).map(|&i| keys[i].to_owned()).collect(),
        });
    }
    for warning in &result.warnings {
        let (es, en) = warning.texts();
        provenance.findings.push(Finding::Statistic { es, en, warning: true });
    }
    provenance.parameters.insert("statistic".into(), json!("Getis-Ord Gi* (Ord and Getis 1995)"));
    provenance.parameters.insert("field".into(), json!(step.field));
    provenance.parameters.insert("weights".into(), json!("queen contiguity, binary, self included"));
    provenance.parameters.insert("neighbour_pairs".into(), json!(contiguity.edges()));
    provenance.parameters.insert("p".into(), json!("conditional permutation, two-sided"));
    provenance.parameters.insert("permutations".into(), json!(result.permutations));
    provenance.parameters.insert("seed".into(), json!(context.seed));
    provenance.parameters.insert("fdr".into(), json!(step.fdr.then_some("Benjamini-Hochberg 1995")));
    provenance.parameters.insert("bins".into(), json!({"3": 0.01, "2": 0.05, "1": 0.10}));

    let mut columns = identity(zones);
    columns.push(Column::numbers("gi_z", result.z));
    columns.push(Column::numbers("gi_p_norm", result.p_normal));
    columns.push(Column::numbers("gi_p", result.p_sim));
    columns.push(Column::numbers("gi_q", result.q));
    columns.push(Column::integers("gi_bin", result.bin.iter().map(|b| b.map(i64::from)).collect()));
    Ok(Layer::new(name, zones.key(), columns, Arc::clone(zones.geometry()), provenance)?)
}
