//! Looking a batch up: its pairs with the indexed side.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, RecordBatch, RecordBatchOptions, UInt32Array};
use arrow_schema::SchemaRef;
use arrow_select::take::take;
use datafusion::common::{JoinSide, Result};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_plan::joins::utils::{ColumnIndex, JoinFilter};

use super::built::{Built, Lookup, failed};
use super::condition::{Condition, Kind, Relation};
use crate::functions::{Boxes, Points, check_place, points};
use corredor::geodesy::distance_km;

/// Pairs that are worked on at a time, about: bounds memory where much lies near much.
const PAIRS: usize = 1 << 16;

/// Rows looked up before it is asked whether the pairs are enough.
const ROWS: usize = 1024;

/// How much farther the sites of a point are looked for than the join asks, kilometres: their distance is then
/// measured the way around that the function does it, which may differ by rounding.
const ROUNDING_KM: f64 = 1e-6;

/// A batch on its way through the join.
#[derive(Debug)]
pub(super) struct Work {
    pub batch: RecordBatch,
    /// What is looked up.
    geometry: Looked,
    /// Rows from here on are still to be looked up.
    pub from: usize,
}

#[derive(Debug)]
enum Looked {
    Points(Points),
    Boxes(Vec<Option<[f64; 4]>>),
}

/// Pairs of rows: numbers on the indexed and on the other side.
#[derive(Debug, Default)]
pub(super) struct Pairs {
    pub built: Vec<u32>,
    pub streamed: Vec<u32>,
}

impl Work {
    /// Takes a batch up.
    pub(super) fn new(batch: RecordBatch, condition: &Condition, built: &Built) -> Result<Self> {
        let array = condition.streamed.evaluate(&batch)?.into_array(batch.num_rows())?;
        let field = condition.streamed.return_field(&batch.schema())?;
        let exact = condition.kind != Kind::Boxes && !matches!(built.exact()?, Lookup::Boxes(_));
        let geometry = match exact.then(|| points(&array, &field)) {
            Some(Ok(points)) => Looked::Points(points),
            Some(Err(_)) if matches!(condition.kind, Kind::WithinKm(_)) => {
                return Err(failed(format!("`within_km` needs points, not {}", field.data_type())));
            }
            _ => Looked::Boxes(Boxes::of(&array, &field)?.0),
        };
        if let (Looked::Points(points), Kind::WithinKm(_)) = (&geometry, condition.kind) {
            for ((&lon, &lat), &none) in points.lon.iter().zip(&points.lat).zip(&points.none) {
                if !none {
                    check_place(lon, lat).map_err(|said| failed(format!("`within_km`: {said}")))?;
                }
            }
        }
        Ok(Self { batch, geometry, from: 0 })
    }

    /// Whether all rows were looked up.
    pub(super) fn is_done(&self) -> bool {
        self.from >= self.batch.num_rows()
    }

    /// The next pairs; all of a row's come together.
    pub(super) fn next(
        &mut self,
        condition: &Condition,
        built: &Built,
        filter: &JoinFilter,
    ) -> Result<Pairs> {
        let mut pairs = Pairs::default();
        let rows = self.batch.num_rows();
        while self.from < rows && pairs.built.len() < PAIRS {
            let span = self.from..rows.min(self.from + ROWS);
            match &self.geometry {
                Looked::Points(points) => match (built.exact()?, condition.kind) {
                    (Lookup::Zones(zones), Kind::Zones(relation)) => {
                        zones.find(
                            &points.lon[span.clone()],
                            &points.lat[span.clone()],
                            |i, zone, border| {
                                let wanted = match relation {
                                    Relation::Interior => !border,
                                    Relation::Closed => true,
                                    Relation::Border => border,
                                };
                                if wanted && !points.none[span.start + i] {
                                    pairs.push(zone, span.start + i);
                                }
                            },
                        );
                        self.from = span.end;
                    }
                    (Lookup::Sites(index, rows), Kind::WithinKm(km)) => {
                        let row = self.from;
                        let (lon, lat) = (points.lon[row], points.lat[row]);
                        if !points.none[row] {
                            let mut near: Vec<u32> = index
                                .within(lon, lat, km + ROUNDING_KM)
                                .into_iter()
                                .map(|(site, _)| site)
                                .filter(|&site| {
                                    let (x, y) = Built::site(index, site);
                                    let apart_km = match condition.built_is_first {
                                        true => distance_km(x, y, lon, lat),
                                        false => distance_km(lon, lat, x, y),
                                    };
                                    apart_km <= km
                                })
                                .map(|site| rows[site as usize])
                                .collect();
                            near.sort_unstable();
                            near.into_iter().for_each(|built| pairs.push(built, row));
                        }
                        self.from = row + 1;
                    }
                    _ => return Err(failed("an index without an answer")),
                },
                Looked::Boxes(boxes) => {
                    let row = self.from;
                    if let (Some([west, south, east, north]), Lookup::Boxes(tree)) =
                        (boxes[row], built.by_boxes()?)
                    {
                        let mut near: Vec<u32> = tree.touching((west, south), (east, north)).collect();
                        near.sort_unstable();
                        near.into_iter().for_each(|built| pairs.push(built, row));
                    }
                    self.from = row + 1;
                }
            }
        }
        let left = match self.geometry {
            Looked::Points(_) => condition.rest.as_ref(),
            Looked::Boxes(_) => Some(&condition.whole),
        };
        match left {
            Some(left) => pairs.kept(left, condition, &built.rows, &self.batch, filter),
            None => Ok(pairs),
        }
    }
}

impl Pairs {
    fn push(&mut self, built: u32, streamed: usize) {
        self.built.push(built);
        self.streamed.push(streamed as u32);
    }

    /// The pairs for which an expression over the fields of the filter is true.
    fn kept(
        self,
        expression: &Arc<dyn PhysicalExpr>,
        condition: &Condition,
        built: &RecordBatch,
        streamed: &RecordBatch,
        filter: &JoinFilter,
    ) -> Result<Self> {
        let sides = Sides {
            built,
            streamed,
            left_is_built: condition.left_is_built,
            of_built: &UInt32Array::from(self.built),
            of_streamed: &UInt32Array::from(self.streamed),
        };
        let batch = sides.batch(filter.column_indices(), filter.schema())?;
        let kept = expression.evaluate(&batch)?.into_array(batch.num_rows())?;
        let kept = kept.as_boolean();
        let pick = |values: &UInt32Array| -> Vec<u32> {
            let kept = |row: &usize| !kept.is_null(*row) && kept.value(*row);
            (0..values.len()).filter(kept).map(|row| values.value(row)).collect()
        };
        Ok(Self { built: pick(sides.of_built), streamed: pick(sides.of_streamed) })
    }
}

/// Rows of both sides, side by side; a null number stands for a row of nulls.
pub(super) struct Sides<'a> {
    pub built: &'a RecordBatch,
    pub streamed: &'a RecordBatch,
    pub left_is_built: bool,
    pub of_built: &'a UInt32Array,
    pub of_streamed: &'a UInt32Array,
}

impl Sides<'_> {
    /// The columns that are asked for.
    pub(super) fn batch(&self, columns: &[ColumnIndex], schema: &SchemaRef) -> Result<RecordBatch> {
        let column = |index: &ColumnIndex| -> Result<ArrayRef> {
            let from_built = (index.side == JoinSide::Left) == self.left_is_built;
            let (batch, rows) = match from_built {
                true => (self.built, self.of_built),
                false => (self.streamed, self.of_streamed),
            };
            let column = batch.column(index.index);
            match !from_built && in_order(rows, column.len()) {
                true => Ok(Arc::clone(column)),
                false => Ok(take(column, rows, None)?),
            }
        };
        let columns = columns.iter().map(column).collect::<Result<Vec<_>>>()?;
        let options = RecordBatchOptions::new().with_row_count(Some(self.of_streamed.len()));
        Ok(RecordBatch::try_new_with_options(Arc::clone(schema), columns, &options)?)
    }
}

/// Whether these are all rows, each once, in order.
fn in_order(rows: &UInt32Array, count: usize) -> bool {
    rows.null_count() == 0 && rows.len() == count && rows.values().iter().zip(0..).all(|(&row, at)| row == at)
}
