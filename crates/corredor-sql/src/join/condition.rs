//! What an index can answer in the condition of a join.

use std::fmt;
use std::sync::Arc;

use arrow_schema::{Schema, SchemaRef};
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::common::{JoinSide, Result, ScalarValue};
use datafusion::physical_expr::expressions::{Column, Literal};
use datafusion::physical_expr::utils::collect_columns;
use datafusion::physical_expr::{PhysicalExpr, ScalarFunctionExpr, conjunction, split_conjunction};
use datafusion::physical_plan::joins::utils::JoinFilter;
use geoarrow_schema::GeoArrowType;

use crate::functions::WITHIN_KM;

/// How a point must lie to a zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Relation {
    /// In its interior: `ST_Within`, `ST_Contains`.
    Interior,
    /// In it or on its border: `ST_Intersects`, `ST_Covers`, `ST_CoveredBy`.
    Closed,
    /// On its border: `ST_Touches`.
    Border,
}

/// What the index looks for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Kind {
    /// Zones of a point, exactly; geometries whose boxes meet where one side holds something else.
    Zones(Relation),
    /// Points at most so many kilometres apart, exactly.
    WithinKm(f64),
    /// Geometries whose boxes meet; the function itself decides.
    Boxes,
}

/// A condition that an index can answer.
#[derive(Clone, Debug)]
pub(super) struct Condition {
    pub kind: Kind,
    /// Name of the function.
    pub function: String,
    /// Whether the left side is indexed and the right one looked up.
    pub left_is_built: bool,
    /// The geometry that is indexed, over the fields of its side.
    pub built: Arc<dyn PhysicalExpr>,
    /// The geometry that is looked up, over the fields of its side.
    pub streamed: Arc<dyn PhysicalExpr>,
    /// Whether the geometry that is indexed is the first argument.
    pub built_is_first: bool,
    /// The whole condition, over the fields of the filter.
    pub whole: Arc<dyn PhysicalExpr>,
    /// What the index leaves to be checked where it is exact.
    pub rest: Option<Arc<dyn PhysicalExpr>>,
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            Kind::Zones(_) => write!(f, "index=cells")?,
            Kind::WithinKm(_) => write!(f, "index=sites")?,
            Kind::Boxes => write!(f, "index=boxes")?,
        }
        let side = if self.left_is_built { "left" } else { "right" };
        write!(f, " of {side} {}, on={}, looked up={}", self.built, self.function, self.streamed)?;
        match (&self.rest, self.kind) {
            (_, Kind::Boxes) => write!(f, ", filter={}", self.whole),
            (Some(rest), _) => write!(f, ", filter={rest}"),
            (None, _) => Ok(()),
        }
    }
}

impl Condition {
    /// Finds it in the filter of a join; `None` where there is nothing for an index.
    pub(super) fn find(filter: &JoinFilter, left: &SchemaRef, right: &SchemaRef) -> Result<Option<Self>> {
        let parts = split_conjunction(filter.expression());
        let mut best: Option<Self> = None;
        for (at, part) in parts.iter().enumerate() {
            let Some(mut found) = Self::of(part, filter, left, right)? else { continue };
            let others = parts.iter().enumerate().filter(|(other, _)| *other != at);
            let others: Vec<Arc<dyn PhysicalExpr>> = others.map(|(_, part)| Arc::clone(part)).collect();
            found.rest = (!others.is_empty()).then(|| conjunction(others));
            // An exact index before boxes; of equals the first.
            if best.as_ref().is_none_or(|best| best.kind == Kind::Boxes && found.kind != Kind::Boxes) {
                best = Some(found);
            }
        }
        Ok(best)
    }

    fn of(
        part: &Arc<dyn PhysicalExpr>,
        filter: &JoinFilter,
        left: &SchemaRef,
        right: &SchemaRef,
    ) -> Result<Option<Self>> {
        let Some(function) = part.downcast_ref::<ScalarFunctionExpr>() else { return Ok(None) };
        let name = function.fun().name();
        let args = function.args();
        let [a, b] = match args {
            [a, b] | [a, b, _] => [a, b],
            _ => return Ok(None),
        };
        let sides = (side_of(a, filter), side_of(b, filter));
        let a_is_left = match sides {
            (Some(JoinSide::Left), Some(JoinSide::Right)) => true,
            (Some(JoinSide::Right), Some(JoinSide::Left)) => false,
            _ => return Ok(None),
        };
        let kind_of = |expression: &Arc<dyn PhysicalExpr>| geometry_of(expression, filter.schema());
        let is_zone = |expression: &Arc<dyn PhysicalExpr>| {
            matches!(kind_of(expression), Some(GeoArrowType::Polygon(_) | GeoArrowType::MultiPolygon(_)))
        };
        // The kind, and whether the first argument is the one to be indexed.
        let (kind, first) = match (name, args) {
            ("st_within" | "st_coveredby", [_, _]) => {
                let relation = if name == "st_within" { Relation::Interior } else { Relation::Closed };
                (Kind::Zones(relation), false)
            }
            ("st_contains" | "st_covers", [_, _]) => {
                let relation = if name == "st_contains" { Relation::Interior } else { Relation::Closed };
                (Kind::Zones(relation), true)
            }
            ("st_intersects" | "st_touches", [_, _]) => {
                let relation = if name == "st_intersects" { Relation::Closed } else { Relation::Border };
                match (is_zone(a), is_zone(b)) {
                    (true, false) => (Kind::Zones(relation), true),
                    (false, true) => (Kind::Zones(relation), false),
                    _ => (Kind::Boxes, a_is_left),
                }
            }
            ("st_overlaps" | "st_crosses", [_, _]) => (Kind::Boxes, a_is_left),
            (WITHIN_KM, [_, _, km]) => match kilometres(km) {
                Some(km) => (Kind::WithinKm(km), a_is_left),
                None => return Ok(None),
            },
            _ => return Ok(None),
        };
        if !matches!(kind, Kind::WithinKm(_)) && [a, b].iter().any(|e| kind_of(e).is_none()) {
            return Ok(None);
        }
        let (built, streamed) = if first { (a, b) } else { (b, a) };
        let left_is_built = first == a_is_left;
        let (of_built, of_streamed) = if left_is_built { (left, right) } else { (right, left) };
        Ok(Some(Self {
            kind,
            function: name.to_owned(),
            left_is_built,
            built: on_side(built, filter, of_built)?,
            streamed: on_side(streamed, filter, of_streamed)?,
            built_is_first: first,
            whole: Arc::clone(filter.expression()),
            rest: None,
        }))
    }
}

/// The one side that an expression speaks of.
fn side_of(expression: &Arc<dyn PhysicalExpr>, filter: &JoinFilter) -> Option<JoinSide> {
    let mut columns = collect_columns(expression).into_iter();
    let side = |column: &Column| filter.column_indices().get(column.index()).map(|index| index.side);
    let first = side(&columns.next()?)?;
    columns.all(|column| side(&column) == Some(first)).then_some(first)
}

/// The geometry type of an expression, if it is one.
fn geometry_of(expression: &Arc<dyn PhysicalExpr>, schema: &Schema) -> Option<GeoArrowType> {
    let field = expression.return_field(schema).ok()?;
    GeoArrowType::from_arrow_field(&field).ok()
}

/// The same expression over the fields of its side.
fn on_side(
    expression: &Arc<dyn PhysicalExpr>,
    filter: &JoinFilter,
    schema: &Schema,
) -> Result<Arc<dyn PhysicalExpr>> {
    let moved = Arc::clone(expression).transform(|node| {
        let place = node
            .downcast_ref::<Column>()
            .and_then(|column| filter.column_indices().get(column.index()))
            .map(|index| index.index);
        Ok(match place {
            Some(index) => {
                let column = Column::new(schema.field(index).name(), index);
                Transformed::yes(Arc::new(column) as Arc<dyn PhysicalExpr>)
            }
            None => Transformed::no(node),
        })
    })?;
    Ok(moved.data)
}

/// A distance that is the same in all rows.
fn kilometres(expression: &Arc<dyn PhysicalExpr>) -> Option<f64> {
    let value = expression.downcast_ref::<Literal>()?.value();
    match value.cast_to(&arrow_schema::DataType::Float64).ok()? {
        ScalarValue::Float64(Some(km)) if value.data_type().is_numeric() => Some(km),
        _ => None,
    }
}
