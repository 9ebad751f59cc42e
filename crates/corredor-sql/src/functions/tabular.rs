//! Functions that give tables: how they are called, and what of them is kept.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use datafusion::catalog::{TableFunctionArgs, TableFunctionImpl, TableProvider};
use datafusion::common::Result;
use datafusion::logical_expr::Expr;
use datafusion::prelude::SessionContext;

use super::arguments::Arguments;
use super::scalar::{error, fault, place};
use super::{FunctionDoc, gaps, hotspots, neighbours, stretches};
use crate::Fault;
use crate::catalog::Catalog;

/// The body of a function: its arguments to a table.
type Body = fn(&Arguments<'_>) -> Result<Arc<dyn TableProvider>>;

/// Registers all of them.
pub(super) fn register(context: &SessionContext, catalog: &Arc<Catalog>) {
    let functions: [(&'static FunctionDoc, Body); 4] = [
        (&stretches::DOC, stretches::table),
        (&gaps::DOC, gaps::table),
        (&hotspots::DOC, hotspots::table),
        (&neighbours::DOC, neighbours::table),
    ];
    for (doc, body) in functions {
        let function = Tabular { doc, body, catalog: Arc::clone(catalog), made: Mutex::default() };
        context.register_udtf(doc.name, Arc::new(function));
    }
}

/// A function that gives a table; the table of the same arguments is made once a session.
struct Tabular {
    doc: &'static FunctionDoc,
    body: Body,
    catalog: Arc<Catalog>,
    made: Mutex<HashMap<String, Arc<dyn TableProvider>>>,
}

impl fmt::Debug for Tabular {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.doc.name)
    }
}

impl TableFunctionImpl for Tabular {
    fn call_with_args(&self, args: TableFunctionArgs) -> Result<Arc<dyn TableProvider>> {
        let values = args.exprs().iter().enumerate().map(|(index, expression)| match expression {
            Expr::Literal(value, _) => Ok(value.clone()),
            _ => Err(fault(Fault::new(format!(
                "`{}`: {} must be a value, not an expression",
                self.doc.name,
                place(index)
            )))),
        });
        let values = values.collect::<Result<Vec<_>>>()?;
        // What was made for one statement is for the next only if it may read the same.
        for name in values.iter().filter_map(|value| value.try_as_str().flatten()) {
            self.catalog.check_level(name).map_err(error)?;
        }
        let known = format!("{values:?}");
        if let Some(table) = self.made.lock().unwrap_or_else(PoisonError::into_inner).get(&known) {
            return Ok(Arc::clone(table));
        }
        let table = (self.body)(&Arguments { doc: self.doc, catalog: &self.catalog, values: &values })?;
        self.made.lock().unwrap_or_else(PoisonError::into_inner).insert(known, Arc::clone(&table));
        Ok(table)
    }
}
