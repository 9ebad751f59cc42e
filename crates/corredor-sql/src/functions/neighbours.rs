//! `neighbours`: which zones lie side by side.

use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch, StringArray};
use arrow_schema::{DataType, Field, Schema};
use datafusion::catalog::{MemTable, TableProvider};
use datafusion::common::Result;

use super::FunctionDoc;
use super::arguments::Arguments;
use super::nearest::Kind;
use crate::FunctionKind;
use crate::table::LayerTable;
use corredor::hotspot::{Contiguity, ContiguityOptions, ContiguityRule, contiguity};

pub(super) static DOC: FunctionDoc = FunctionDoc {
    name: "neighbours",
    kind: FunctionKind::Table,
    calls: &["neighbours('zones')", "neighbours('zones', 'queen')"],
    summary: "The pairs of zones whose borders meet, each pair both ways around.",
    arguments: &[
        ("'zones'", "name of a layer of zones"),
        ("'queen'", "what neighbours share: `queen` a border or a corner, `rook` a border"),
    ],
    returns: "a table: `zone` and `neighbour`, keys.",
    notes: &[
        "Borders are compared bit for bit, as census offices deliver them (`docs/methods/hotspot.md`). A zone without a neighbour has no row.",
    ],
    example: "SELECT n.neighbour, count(*) AS hot_neighbours\nFROM neighbours('hotspots', 'queen') n JOIN hotspots h ON h.code = n.zone\nWHERE h.gi_bin > 0 GROUP BY n.neighbour",
    related: &["hotspots"],
};

/// The table of one call.
pub(super) fn table(args: &Arguments<'_>) -> Result<Arc<dyn TableProvider>> {
    args.count(1..=2)?;
    let zones = args.layer(0, Kind::Zones)?;
    let contiguity = neighbourhood(args, &zones, 1)?;
    let keys = zones.layer().keys();
    let (mut zone, mut neighbour) = (Vec::new(), Vec::new());
    for (at, key) in keys.iter().enumerate() {
        for &other in contiguity.of(at) {
            zone.push(*key);
            neighbour.push(keys[other as usize]);
        }
    }
    let field = |name| Field::new(name, DataType::Utf8, false);
    let schema = Arc::new(Schema::new(vec![field("zone"), field("neighbour")]));
    let columns: Vec<ArrayRef> =
        vec![Arc::new(StringArray::from(zone)), Arc::new(StringArray::from(neighbour))];
    let batch = RecordBatch::try_new(Arc::clone(&schema), columns)?;
    Ok(Arc::new(MemTable::try_new(schema, vec![vec![batch]])?))
}

/// Who is a neighbour of whom, by the rule that an argument names.
pub(super) fn neighbourhood(args: &Arguments<'_>, zones: &LayerTable, index: usize) -> Result<Contiguity> {
    let rule = match args.text(index)? {
        None | Some("queen") => ContiguityRule::Queen,
        Some("rook") => ContiguityRule::Rook,
        Some(_) => return Err(args.wrong(index, "'queen' or 'rook'")),
    };
    let view = zones.layer().zones().map_err(|error| args.refused(error))?;
    let options = ContiguityOptions { rule, tolerance_m: 0.0 };
    contiguity(&view, &options).map_err(|error| args.refused(error))
}
