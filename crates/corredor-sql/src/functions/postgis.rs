//! The ST_ functions of geodatafusion, made to behave: null in, null out; what is no geometry is told; no panic.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use arrow_array::{Array, ArrayRef, new_null_array};
use arrow_buffer::BooleanBuffer;
use arrow_schema::{DataType, FieldRef};
use datafusion::common::{DataFusionError, Result};
use datafusion::logical_expr::{
    ColumnarValue, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, TypeSignature,
};
use datafusion::prelude::SessionContext;
use datafusion::scalar::ScalarValue;
use geoarrow_schema::GeoArrowType;

use super::scalar::{fault, place};
use super::wrapped::{Care, Wrapped};
use crate::Fault;

/// Functions that measure degrees as if they were a plane: left out, with what takes their place.
///
/// Layers are in degrees, which are never taken for metres.
const PLANAR: [&str; 4] = ["st_distance", "st_length", "st_length2d", "st_area"];

/// Registers the functions.
pub(super) fn register(context: &SessionContext) {
    let before = context.state().scalar_functions().clone();
    geodatafusion::register(context);
    let added: Vec<Arc<ScalarUDF>> = context
        .state()
        .scalar_functions()
        .iter()
        .filter(|(name, _)| !before.contains_key(*name))
        .map(|(_, function)| Arc::clone(function))
        .collect();
    for function in added {
        context.register_udf(Wrapped::udf(&function, Guard));
    }
}

/// The guard around a function of geodatafusion.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Guard;

impl Guard {
    /// Refuses what takes degrees for a plane.
    fn check_planar(name: &str) -> Result<()> {
        let instead = match name {
            "st_distance" => "geodesic_km(a, b)",
            "st_area" => "area_km2(polygon)",
            _ => "geodesic_length_km(line)",
        };
        match PLANAR.contains(&name) {
            true => Err(fault(
                Fault::new(format!("`{name}` would measure degrees, which are no length"))
                    .help(Some(format!("{instead} measures on WGS84"))),
            )),
            false => Ok(()),
        }
    }

    /// Refuses what is no geometry where the function itself takes anything.
    fn check_geometry(inner: &ScalarUDF, args: &ReturnFieldArgs) -> Result<()> {
        let takes_anything = match &inner.signature().type_signature {
            TypeSignature::Any(_) => true,
            TypeSignature::OneOf(ways) => ways.iter().all(|way| matches!(way, TypeSignature::Any(_))),
            _ => false,
        };
        let geometry = |field: &FieldRef| {
            *field.data_type() == DataType::Null || GeoArrowType::from_arrow_field(field).is_ok()
        };
        match args.arg_fields.iter().position(|field| !geometry(field)).filter(|_| takes_anything) {
            Some(index) => Err(fault(Fault::new(format!(
                "`{}`: {} must be a geometry, not {}",
                inner.name(),
                place(index),
                args.arg_fields[index].data_type()
            )))),
            None => Ok(()),
        }
    }
}

impl Care for Guard {
    fn field(&self, inner: &ScalarUDF, args: ReturnFieldArgs) -> Result<FieldRef> {
        Self::check_planar(inner.name())?;
        Self::check_geometry(inner, &args)?;
        let field = unpanicked(inner.name(), || inner.return_field_from_args(args))?;
        Ok(Arc::new(field.as_ref().clone().with_nullable(true)))
    }

    fn invoke(&self, inner: &ScalarUDF, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let null = |value: &ColumnarValue| match value {
            ColumnarValue::Scalar(value) => value.is_null(),
            ColumnarValue::Array(array) => *array.data_type() == DataType::Null,
        };
        if args.args.iter().any(null) {
            let none = ScalarValue::try_new_null(args.return_field.data_type())?;
            return Ok(ColumnarValue::Scalar(none));
        }
        match kept(&args) {
            None => unpanicked(inner.name(), || inner.invoke_with_args(args)),
            Some(kept) => Self::invoke_kept(inner, args, &kept),
        }
    }
}

impl Guard {
    /// Calls the function for the rows without nulls, and puts nulls between.
    fn invoke_kept(inner: &ScalarUDF, args: ScalarFunctionArgs, kept: &[bool]) -> Result<ColumnarValue> {
        let rows = args.number_rows;
        let kept_rows: Vec<u64> = (0..).zip(kept).filter_map(|(row, &kept)| kept.then_some(row)).collect();
        let none = || new_null_array(args.return_field.data_type(), rows);
        if kept_rows.is_empty() {
            return Ok(ColumnarValue::Array(none()));
        }
        let taken = arrow_array::UInt64Array::from(kept_rows.clone());
        let take = |value: &ColumnarValue| match value {
            ColumnarValue::Scalar(value) => Ok(ColumnarValue::Scalar(value.clone())),
            ColumnarValue::Array(array) => {
                Ok(ColumnarValue::Array(arrow_select::take::take(array, &taken, None)?))
            }
        };
        let some = ScalarFunctionArgs {
            args: args.args.iter().map(take).collect::<Result<_>>()?,
            number_rows: kept_rows.len(),
            arg_fields: args.arg_fields.clone(),
            return_field: Arc::clone(&args.return_field),
            config_options: Arc::clone(&args.config_options),
        };
        let values: ArrayRef =
            unpanicked(inner.name(), || inner.invoke_with_args(some))?.into_array(kept_rows.len())?;
        let mut next = 0_u64;
        let places = kept.iter().map(|&kept| {
            next += u64::from(kept);
            kept.then(|| next - 1)
        });
        let places: arrow_array::UInt64Array = places.collect();
        Ok(ColumnarValue::Array(arrow_select::take::take(&values, &places, None)?))
    }
}

/// The rows in which no argument is null; `None` where that is all of them.
fn kept(args: &ScalarFunctionArgs) -> Option<Vec<bool>> {
    let mut all: Option<BooleanBuffer> = None;
    for value in &args.args {
        if let ColumnarValue::Array(array) = value
            && let Some(nulls) = array.logical_nulls().filter(|nulls| nulls.null_count() > 0)
        {
            all = Some(match all {
                None => nulls.inner().clone(),
                Some(all) => &all & nulls.inner(),
            });
        }
    }
    all.map(|all| all.iter().collect())
}

/// Runs what may panic on geometry that it does not expect.
fn unpanicked<T>(name: &str, run: impl FnOnce() -> Result<T>) -> Result<T> {
    match catch_unwind(AssertUnwindSafe(run)) {
        Ok(done) => done,
        Err(_) => Err(DataFusionError::External(Box::new(crate::QueryError::Failed {
            message: format!("{name} cannot deal with one of these geometries"),
        }))),
    }
}
