//! The list of all functions.

use std::collections::{BTreeMap, BTreeSet};

use datafusion::execution::SessionState;
use datafusion::logical_expr::Documentation;
use datafusion::prelude::SessionContext;

use super::DOCS;
use crate::{FunctionInfo, FunctionKind};

/// Names of all functions.
pub(crate) fn names(state: &SessionState) -> Vec<String> {
    let all = state.scalar_functions().keys().chain(state.aggregate_functions().keys());
    let all = all.chain(state.window_functions().keys()).chain(state.table_functions().keys());
    all.cloned().collect::<BTreeSet<_>>().into_iter().collect()
}

/// All functions: ours in the order of their pages, then the others by name.
pub(crate) fn list(context: &SessionContext) -> Vec<FunctionInfo> {
    let own = DOCS.iter().map(|doc| FunctionInfo {
        name: doc.name.to_owned(),
        kind: doc.kind,
        signature: doc.calls.join("; "),
        doc: doc.summary.to_owned(),
        page: Some(doc.page()),
    });
    let state = context.state();
    let mut others = BTreeMap::new();
    let mut add = |name: &str, kind: FunctionKind, doc: Option<&Documentation>| {
        let info = FunctionInfo {
            name: name.to_owned(),
            kind,
            signature: doc.map_or_else(|| name.to_owned(), |doc| one_line(&doc.syntax_example)),
            doc: doc.map_or_else(String::new, |doc| one_line(&doc.description)),
            page: None,
        };
        others.entry(name.to_owned()).or_insert(info);
    };
    for (name, function) in state.scalar_functions() {
        add(name, FunctionKind::Scalar, function.documentation());
    }
    for (name, function) in state.aggregate_functions() {
        add(name, FunctionKind::Aggregate, function.documentation());
    }
    for (name, function) in state.window_functions() {
        add(name, FunctionKind::Window, function.documentation());
    }
    for name in state.table_functions().keys() {
        add(name, FunctionKind::Table, None);
    }
    for doc in DOCS {
        others.remove(doc.name);
    }
    own.chain(others.into_values()).collect()
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
