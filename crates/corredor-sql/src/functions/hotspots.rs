//! `hotspots`: where high or low values lie together.

use std::sync::Arc;

use datafusion::catalog::TableProvider;
use datafusion::common::Result;

use super::FunctionDoc;
use super::arguments::{Arguments, provide};
use super::nearest::Kind;
use super::neighbours::neighbourhood;
use crate::FunctionKind;
use corredor::hotspot::{GiOptions, MAX_PERMUTATIONS, Reference, local_gi};
use corredor::layer::{Column, Layer, LayerError, Provenance};

pub(super) static DOC: FunctionDoc = FunctionDoc {
    name: "hotspots",
    kind: FunctionKind::Table,
    calls: &[
        "hotspots('zones', 'field')",
        "hotspots('zones', 'field', 'queen')",
        "hotspots('zones', 'field', 'queen', permutations)",
        "hotspots('zones', 'field', 'queen', permutations, 'permutation')",
    ],
    summary: "Where high or low values of a field lie together more than chance would put them: Getis-Ord Gi*.",
    arguments: &[
        ("'zones'", "name of a layer of zones"),
        ("'field'", "name of a field of numbers of that layer"),
        ("'queen'", "what neighbours share: `queen` a border or a corner, `rook` a border"),
        ("permutations", "how many; chosen by the number of zones where left out"),
        ("'permutation'", "which p is classed: `normal`, the analytic one, where left out, or `permutation`"),
    ],
    returns: "a table: the key of the zones under its own name, the field, `gi_z` (z-score), `gi_p` (by the normal distribution), `gi_p_sim` (by permutation), `gi_q` (false discovery rate), `gi_bin` (-3 to 3: cold or hot at 99, 95 or 90 %; 0 not significant; null without neighbours or without a value), and `geom`.",
    notes: &[
        "Bins go by the q-values of the analytic p, as the `[hotspot]` step does unless told otherwise (`docs/methods/hotspot.md`); permutations are drawn with the seed of the workspace.",
    ],
    example: "SELECT h.code, h.gi_z FROM hotspots('risk', 'risk') h WHERE h.gi_bin >= 2 ORDER BY h.gi_z DESC",
    related: &["neighbours"],
};

/// The table of one call.
pub(super) fn table(args: &Arguments<'_>) -> Result<Arc<dyn TableProvider>> {
    args.count(2..=5)?;
    let zones = args.layer(0, Kind::Zones)?;
    let field = args.text(1)?.ok_or_else(|| args.wrong(1, "the name of a field"))?;
    let contiguity = neighbourhood(args, &zones, 2)?;
    let permutations = match args.number(3)? {
        None => None,
        Some(count) if count.fract() == 0.0 && (1.0..=MAX_PERMUTATIONS as f64).contains(&count) => {
            Some(count as usize)
        }
        Some(_) => return Err(args.wrong(3, &format!("a whole number from 1 to {MAX_PERMUTATIONS}"))),
    };
    let reference = match args.text(4)? {
        None => Reference::default(),
        Some("normal") => Reference::Normal,
        Some("permutation") => Reference::Permutation,
        Some(_) => return Err(args.wrong(4, "'normal' or 'permutation'")),
    };
    let layer = zones.layer();
    let wrong = |error: LayerError| {
        let help = error.help().map_or_else(String::new, |help| format!("; {help}"));
        args.refused(format!("{error}{help}"))
    };
    let values = layer.numbers(field).map_err(wrong)?;
    let options = GiOptions { permutations, seed: args.seed(), reference, ..GiOptions::default() };
    let found = local_gi(&values, &contiguity, &options).map_err(|error| args.refused(error))?;
    let keys = layer.column(layer.key()).map_err(wrong)?;
    let mut columns = vec![Column { name: layer.key().to_owned(), values: Arc::clone(keys) }];
    if field != layer.key() {
        columns.push(Column::numbers(field, values));
    }
    columns.push(Column::numbers("gi_z", found.z));
    columns.push(Column::numbers("gi_p", found.p_normal));
    columns.push(Column::numbers("gi_p_sim", found.p_sim));
    columns.push(Column::numbers("gi_q", found.q));
    columns.push(Column::integers("gi_bin", found.bin.iter().map(|bin| bin.map(i64::from)).collect()));
    let geometry = Arc::clone(layer.geometry());
    provide(Layer::new(DOC.name, layer.key(), columns, geometry, Provenance::default()).map_err(wrong)?)
}
