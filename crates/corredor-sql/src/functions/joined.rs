//! `||` between texts, bounded as the functions are that make long values: null where either side is.

use std::sync::Arc;

use arrow_array::builder::StringBuilder;
use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, StringArray};
use arrow_schema::DataType;
use datafusion::common::{DFSchema, Result};
use datafusion::execution::FunctionRegistry;
use datafusion::logical_expr::planner::{ExprPlanner, PlannerResult, RawBinaryExpr};
use datafusion::logical_expr::{
    ColumnarValue, Expr, ExprSchemable, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};
use datafusion::prelude::SessionContext;
use datafusion::scalar::ScalarValue;
use datafusion::sql::sqlparser::ast::BinaryOperator;

use super::bounded::{check, constant, most};

/// What the sign is called where it is a function.
const NAME: &str = "||";

/// Puts the sign into a session.
pub(super) fn register(context: &SessionContext, memory_limit_bytes: usize) {
    let joined =
        Joined { signature: Signature::user_defined(Volatility::Immutable), most: most(memory_limit_bytes) };
    let planner = Planner(Arc::new(ScalarUDF::new_from_impl(joined)));
    let state = context.state_ref();
    // Nothing fails here: planners are only listed.
    let _ = state.write().register_expr_planner(Arc::new(planner));
}

/// Makes a call of the sign.
#[derive(Debug)]
struct Planner(Arc<ScalarUDF>);

impl ExprPlanner for Planner {
    fn plan_binary_op(&self, expr: RawBinaryExpr, schema: &DFSchema) -> Result<PlannerResult<RawBinaryExpr>> {
        let joins = expr.op == BinaryOperator::StringConcat
            && text_of(&expr.left.get_type(schema)?, &expr.right.get_type(schema)?);
        Ok(match joins {
            true => PlannerResult::Planned(self.0.call(vec![expr.left, expr.right])),
            false => PlannerResult::Original(expr),
        })
    }
}

/// Whether two values make a text: one of them is a text, and the other can be written as one.
fn text_of(left: &DataType, right: &DataType) -> bool {
    let text = |kind: &DataType| matches!(kind, DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View);
    let written = |kind: &DataType| {
        text(kind)
            || kind.is_numeric()
            || kind.is_temporal()
            || matches!(kind, DataType::Boolean | DataType::Null)
    };
    (text(left) || text(right)) && written(left) && written(right)
}

/// The sign.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Joined {
    signature: Signature,
    /// Bytes that the values of a batch may take.
    most: usize,
}

impl ScalarUDFImpl for Joined {
    fn name(&self) -> &str {
        NAME
    }

    fn schema_name(&self, args: &[Expr]) -> Result<String> {
        let names: Vec<String> = args.iter().map(|arg| arg.schema_name().to_string()).collect();
        Ok(names.join(" || "))
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, _: &[DataType]) -> Result<Vec<DataType>> {
        Ok(vec![DataType::Utf8; 2])
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Utf8)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let one = args.args.iter().all(|arg| matches!(arg, ColumnarValue::Scalar(_)));
        let (rows, most) = match one {
            true => (1, constant(self.most)),
            false => (args.number_rows, self.most),
        };
        let side = |at: usize| match &args.args[at] {
            ColumnarValue::Scalar(value) => value.to_array(),
            ColumnarValue::Array(array) => Ok(Arc::clone(array)),
        };
        let (left, right) = (side(0)?, side(1)?);
        let (left, right): (&StringArray, &StringArray) = (left.as_string(), right.as_string());
        let at = |texts: &StringArray, row: usize| if texts.len() == 1 { 0 } else { row };
        let both = |row: usize| {
            let (l, r) = (at(left, row), at(right, row));
            (left.is_valid(l) && right.is_valid(r)).then_some((l, r))
        };
        let bytes = (0..rows)
            .filter_map(both)
            .map(|(l, r)| left.value_length(l) as u128 + right.value_length(r) as u128);
        let bytes: u128 = bytes.sum();
        check(NAME, bytes, most)?;
        let mut texts = StringBuilder::with_capacity(rows, bytes as usize);
        for row in 0..rows {
            match both(row) {
                Some((l, r)) => {
                    use std::fmt::Write;
                    // A builder of texts takes whatever is written to it.
                    let _ = texts.write_str(left.value(l));
                    texts.append_value(right.value(r));
                }
                None => texts.append_null(),
            }
        }
        let texts: ArrayRef = Arc::new(texts.finish());
        match one {
            true => Ok(ColumnarValue::Scalar(ScalarValue::try_from_array(&texts, 0)?)),
            false => Ok(ColumnarValue::Array(texts)),
        }
    }
}
