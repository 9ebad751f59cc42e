//! `[hotspot]`: Getis-Ord Gi* over contiguous zones.

use std::sync::Arc;

use crate::build::context::{derived, identity};
use crate::build::{BuildError, Context};
use crate::hotspot::{
    Contiguity, ContiguityOptions, ContiguityRule, GiOptions, Reference, Warning, contiguity, local_gi,
};
use crate::layer::{Column, EXAMPLES, Finding, Geometry, Layer};
use crate::network::LixelGraph;
use crate::publish::record::{HotspotParameters, Parameters};
use crate::workspace::config::{self, ContiguityBy, HotspotP, MEETING_KM};

/// Finds where high values cluster.
pub(super) fn run(context: &Context, name: &str, step: &config::Hotspot) -> Result<Layer, BuildError> {
    let zones = context.layer(&step.zones)?;
    let values = zones.numbers(&step.field)?;
    let failed = |error| BuildError::Hotspot { layer: name.to_owned(), error };
    let (contiguity, weights) = neighbours(name, zones, step)?;
    let options = GiOptions {
        permutations: step.permutations,
        seed: context.seed,
        fdr: step.fdr,
        reference: reference(step.p),
    };
    let result = local_gi(&values, &contiguity, &options).map_err(failed)?;

    let mut provenance = derived("hotspot", &[&step.zones]);
    let keys = zones.keys();
    if !result.islands.is_empty() {
        provenance.findings.push(Finding::NoNeighbours {
            count: result.islands.len(),
            of: values.iter().flatten().count(),
            examples: result.islands.iter().take(EXAMPLES).map(|&i| keys[i].to_owned()).collect(),
        });
    }
    provenance.findings.extend(result.warnings.iter().filter_map(told));
    Parameters::Hotspot(HotspotParameters {
        statistic: "Getis-Ord Gi* (Ord and Getis 1995)".to_owned(),
        field: step.field.clone(),
        weights: weights.to_owned(),
        tolerance_m: (step.tolerance_m > 0.0).then_some(step.tolerance_m),
        neighbour_pairs: contiguity.edges(),
        p: match result.reference {
            Reference::Permutation => "permutation, two-sided".to_owned(),
            Reference::Normal => "normal, two-sided".to_owned(),
        },
        permutations: result.permutations,
        seed: context.seed,
        fdr: step.fdr.then(|| "Benjamini-Hochberg 1995".to_owned()),
        bins: [("3", 0.01), ("2", 0.05), ("1", 0.10)].map(|(bin, p)| (bin.to_owned(), p)).into(),
    })
    .write_to(&mut provenance);

    let mut columns = identity(zones);
    columns.push(Column::numbers("gi_z", result.z));
    columns.push(Column::numbers("gi_p", result.p_normal));
    columns.push(Column::numbers("gi_p_sim", result.p_sim));
    columns.push(Column::numbers("gi_q", result.q));
    columns.push(Column::integers("gi_bin", result.bin.iter().map(|b| b.map(i64::from)).collect()));
    Ok(Layer::new(name, zones.key(), columns, Arc::clone(zones.geometry()), provenance)?)
}

/// Who is a neighbour of whom, and the same in words: zones by their borders, lixels where they meet.
fn neighbours(
    name: &str,
    places: &Layer,
    step: &config::Hotspot,
) -> Result<(Contiguity, &'static str), BuildError> {
    if let Geometry::Lines(_) = &**places.geometry() {
        let tolerance_km = if step.tolerance_m > 0.0 { step.tolerance_m / 1000.0 } else { MEETING_KM };
        let found = LixelGraph::new(&places.lines()?, tolerance_km).and_then(|graph| graph.contiguity());
        let found = found.map_err(|error| BuildError::Network { layer: name.to_owned(), error })?;
        return Ok((found, "lixels that meet along the network, binary, self included"));
    }
    let (rule, weights) = match step.contiguity {
        ContiguityBy::Queen => (ContiguityRule::Queen, "queen contiguity, binary, self included"),
        ContiguityBy::Rook => (ContiguityRule::Rook, "rook contiguity, binary, self included"),
    };
    let options = ContiguityOptions { rule, tolerance_m: step.tolerance_m };
    let found = contiguity(&places.zones()?, &options);
    Ok((found.map_err(|error| BuildError::Hotspot { layer: name.to_owned(), error })?, weights))
}

/// The p-value that is classed, as the library calls it.
fn reference(p: HotspotP) -> Reference {
    match p {
        HotspotP::Normal => Reference::Normal,
        HotspotP::Permutation => Reference::Permutation,
    }
}

/// A limit of the statistic in both languages; what stands elsewhere (scores missing, islands) is not repeated.
fn told(warning: &Warning) -> Option<Finding> {
    let (es, grave) = match warning {
        Warning::MissingValues { .. } | Warning::Islands { .. } => return None,
        Warning::ZeroVariance { n: 0 } => {
            ("ninguna zona tiene un valor que comparar: no hay estadístico".to_owned(), true)
        }
        Warning::ZeroVariance { n } => (format!("los {n} valores son iguales: no hay estadístico"), true),
        Warning::NeighbourOfAll { count } => {
            (format!("{count} zonas son vecinas de todas las demás: sin estadístico"), true)
        }
        Warning::SignificanceImpossible { permutations, n, alpha, needed } => (
            format!(
                "con {permutations} permutaciones y {n} zonas nada puede ser significativo al {alpha}: harían falta {needed}"
            ),
            true,
        ),
        Warning::FewObservations { n } => (format!("{n} valores son pocos para un estadístico local"), true),
        Warning::OppositeTail { count } => (
            format!(
                "{count} zonas difieren de sus vecinas (valor alto entre bajos, o al revés): no cuentan como puntos calientes ni fríos"
            ),
            false,
        ),
    };
    Some(Finding::Statistic { es, en: warning.to_string(), warning: grave })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_step_and_the_library_class_the_same_p() {
        assert_eq!(reference(HotspotP::default()), GiOptions::default().reference);
    }
}
