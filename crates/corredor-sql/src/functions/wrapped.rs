//! Functions of others with care taken around them.

use std::fmt::Debug;
use std::hash::Hash;
use std::sync::Arc;

use arrow_schema::{DataType, FieldRef};
use datafusion::common::Result;
use datafusion::logical_expr::{
    ColumnarValue, Documentation, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature,
};

/// What is done around a function.
pub(super) trait Care: Debug + Eq + Hash + Send + Sync + 'static {
    /// The field of what comes out.
    fn field(&self, inner: &ScalarUDF, args: ReturnFieldArgs) -> Result<FieldRef> {
        inner.return_field_from_args(args)
    }

    /// What comes out.
    fn invoke(&self, inner: &ScalarUDF, args: ScalarFunctionArgs) -> Result<ColumnarValue>;
}

/// A function with care taken around it. What the function would be simplified to has none, so it stays as it is.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct Wrapped<C> {
    inner: Arc<ScalarUDF>,
    care: C,
}

impl<C: Care> Wrapped<C> {
    /// The function, to be put in the place of the one inside.
    pub(super) fn udf(inner: &Arc<ScalarUDF>, care: C) -> ScalarUDF {
        ScalarUDF::new_from_impl(Self { inner: Arc::clone(inner), care })
    }
}

impl<C: Care> ScalarUDFImpl for Wrapped<C> {
    fn name(&self) -> &str {
        self.inner.name()
    }

    fn aliases(&self) -> &[String] {
        self.inner.aliases()
    }

    fn signature(&self) -> &Signature {
        self.inner.signature()
    }

    fn return_type(&self, types: &[DataType]) -> Result<DataType> {
        self.inner.return_type(types)
    }

    fn return_field_from_args(&self, args: ReturnFieldArgs) -> Result<FieldRef> {
        self.care.field(&self.inner, args)
    }

    fn coerce_types(&self, types: &[DataType]) -> Result<Vec<DataType>> {
        self.inner.coerce_types(types)
    }

    fn documentation(&self) -> Option<&Documentation> {
        self.inner.documentation()
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        self.care.invoke(&self.inner, args)
    }
}
