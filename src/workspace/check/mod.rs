//! What must hold between the files of a workspace, each rule in its file, all reported at once.

mod acknowledge;
mod composite;
mod cycles;
mod data_tests;
mod fields;
mod files;
mod hiding;
pub(crate) mod levels;
mod names;
mod operate;
mod paths;
mod publish;
mod read;
mod recipe;
mod references;
mod secrets;
mod style;
mod validate;
mod values;

use std::collections::BTreeMap;

use crate::checked::Problem;

pub(crate) use files::Files;
pub(crate) use levels::Standing;

/// Checks everything; returns where each layer stands, as far as it can be known.
pub(crate) fn check(files: &Files<'_>, problems: &mut Vec<Problem>) -> BTreeMap<String, Standing> {
    names::check(files, problems);
    publish::check(files, problems);
    operate::check(files, problems);
    acknowledge::check(files, problems);
    let graph = references::check(files, problems);
    cycles::check(files, &graph, problems);
    for (_, file, document) in files.readable() {
        values::check(file, document, problems);
        if let Some(own) = &file.style {
            style::check(own, document, problems);
        }
        if let Some(read) = &file.read {
            read::check(read, document, problems);
            secrets::check(read, document, problems);
            if let Some(data) = files.data {
                paths::check(read, document, data, problems);
            }
        }
    }
    composite::check(files, problems);
    fields::check(files, problems);
    data_tests::check(files, problems);
    let standings = levels::check(files, problems);
    hiding::check(files, &standings, problems);
    standings
}
