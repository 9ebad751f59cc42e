//! How a function of rows of ours is called.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::Float64Type;
use arrow_array::{Array, ArrayRef, Float64Array};
use arrow_schema::{DataType, Field, FieldRef};
use datafusion::common::{DataFusionError, Result};
use datafusion::logical_expr::{
    ColumnarValue, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDFImpl, Signature, TypeSignature, Volatility,
};
use datafusion::scalar::ScalarValue;

use super::FunctionDoc;
use crate::{Fault, QueryError};

/// The body of a function: its arguments to one value a row.
type Body = dyn Fn(&Arguments) -> Result<ArrayRef> + Send + Sync;

/// What can be told of the arguments before any row is seen.
type Check = dyn Fn(&[Option<&ScalarValue>]) -> Result<()> + Send + Sync;

/// A function of ours.
pub(super) struct Scalar {
    doc: &'static FunctionDoc,
    signature: Signature,
    returns: Field,
    check: Box<Check>,
    body: Box<Body>,
}

impl Scalar {
    /// A function that takes so many arguments and gives values of the type of `returns`.
    pub(super) fn new(
        doc: &'static FunctionDoc,
        arguments: &[usize],
        returns: Field,
        body: impl Fn(&Arguments) -> Result<ArrayRef> + Send + Sync + 'static,
    ) -> Self {
        let ways = arguments.iter().map(|&count| TypeSignature::Any(count)).collect();
        Self {
            doc,
            signature: Signature::one_of(ways, Volatility::Immutable),
            returns,
            check: Box::new(|_| Ok(())),
            body: Box::new(body),
        }
    }

    /// The same, with a look at the arguments that are known before the query runs.
    pub(super) fn checked(
        self,
        check: impl Fn(&[Option<&ScalarValue>]) -> Result<()> + Send + Sync + 'static,
    ) -> Self {
        Self { check: Box::new(check), ..self }
    }
}

impl fmt::Debug for Scalar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.doc.name)
    }
}

// A session has one function of a name.
impl PartialEq for Scalar {
    fn eq(&self, other: &Self) -> bool {
        self.doc.name == other.doc.name
    }
}

impl Eq for Scalar {}

impl Hash for Scalar {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.doc.name.hash(state);
    }
}

impl ScalarUDFImpl for Scalar {
    fn name(&self) -> &str {
        self.doc.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(self.returns.data_type().clone())
    }

    fn return_field_from_args(&self, args: ReturnFieldArgs) -> Result<FieldRef> {
        (self.check)(args.scalar_arguments)?;
        Ok(Arc::new(self.returns.clone().with_name(self.doc.name).with_nullable(true)))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let one = args.args.iter().all(|arg| matches!(arg, ColumnarValue::Scalar(_)));
        let rows = if one { 1 } else { args.number_rows };
        let values = (self.body)(&Arguments { doc: self.doc, args: &args, rows })?;
        match one {
            true => Ok(ColumnarValue::Scalar(ScalarValue::try_from_array(&values, 0)?)),
            false => Ok(ColumnarValue::Array(values)),
        }
    }
}

/// The arguments of one call, for a batch of rows.
pub(super) struct Arguments<'a> {
    doc: &'static FunctionDoc,
    args: &'a ScalarFunctionArgs,
    rows: usize,
}

impl Arguments<'_> {
    /// How many arguments there are.
    pub(super) fn count(&self) -> usize {
        self.args.args.len()
    }

    /// How many rows there are.
    pub(super) fn rows(&self) -> usize {
        self.rows
    }

    /// An argument with one value a row, and its field.
    pub(super) fn array(&self, index: usize) -> Result<(ArrayRef, &FieldRef)> {
        Ok((self.args.args[index].to_array(self.rows)?, &self.args.arg_fields[index]))
    }

    /// An argument that is the same in every row, as an array of one value; `None` where it differs.
    pub(super) fn constant(&self, index: usize) -> Option<Result<(ArrayRef, &FieldRef)>> {
        match &self.args.args[index] {
            ColumnarValue::Scalar(value) => {
                Some(value.to_array().map(|array| (array, &self.args.arg_fields[index])))
            }
            ColumnarValue::Array(_) => None,
        }
    }

    /// An argument as numbers.
    pub(super) fn numbers(&self, index: usize) -> Result<Float64Array> {
        let (array, field) = self.array(index)?;
        if !array.data_type().is_numeric() && *array.data_type() != DataType::Null {
            return Err(self.wrong(index, "a number", field.data_type()));
        }
        let numbers = arrow_cast::cast(&array, &DataType::Float64)?;
        Ok(numbers.as_primitive::<Float64Type>().clone())
    }

    /// An argument that must be the same text in every row; `None` where it is null.
    pub(super) fn name(&self, index: usize) -> Result<Option<String>> {
        match &self.args.args[index] {
            ColumnarValue::Scalar(value) => text(self.doc, index, value),
            ColumnarValue::Array(_) => Err(fault(Fault::new(format!(
                "`{}`: {} must be a text in quotes, not a field",
                self.doc.name,
                place(index)
            )))),
        }
    }

    /// An argument of another kind than is needed.
    pub(super) fn wrong(&self, index: usize, needed: &str, found: &dyn fmt::Display) -> DataFusionError {
        let name = self.doc.name;
        fault(
            Fault::new(format!("`{name}`: {} must be {needed}, not {found}", place(index)))
                .help(Some(format!("it is called as {}", self.doc.calls.join(" or ")))),
        )
    }

    /// Something else that is wrong with a value.
    pub(super) fn refused(&self, said: impl fmt::Display) -> DataFusionError {
        fault(Fault::new(format!("`{}`: {said}", self.doc.name)))
    }
}

/// A text that is known before the query runs.
pub(super) fn text(doc: &FunctionDoc, index: usize, value: &ScalarValue) -> Result<Option<String>> {
    match value {
        value if value.is_null() => Ok(None),
        value => match value.try_as_str() {
            Some(text) => Ok(text.map(str::to_owned)),
            None => Err(fault(Fault::new(format!(
                "`{}`: {} must be a text in quotes, not {value}",
                doc.name,
                place(index)
            )))),
        },
    }
}

/// Which argument it is.
pub(super) fn place(index: usize) -> String {
    const PLACES: [&str; 4] =
        ["the first argument", "the second argument", "the third argument", "the fourth argument"];
    PLACES.get(index).map_or_else(|| format!("argument {}", index + 1), |&place| place.to_owned())
}

/// A fault on its way through the planner.
pub(super) fn fault(fault: Fault) -> DataFusionError {
    error(fault.into())
}

/// An error on its way through the planner.
pub(super) fn error(error: QueryError) -> DataFusionError {
    DataFusionError::External(Box::new(error))
}
