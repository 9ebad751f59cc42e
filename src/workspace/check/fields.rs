//! Fields that steps name exist, wherever the files alone tell.

use std::collections::BTreeMap;

use super::files::Files;
use crate::checked::Problem;
use crate::workspace::config::LayerFile;
use crate::workspace::fields;
use crate::workspace::look::Look;

pub(super) fn check(files: &Files<'_>, problems: &mut Vec<Problem>) {
    let contents: BTreeMap<String, Option<LayerFile>> = files
        .layers
        .iter()
        .map(|(name, parsed)| (name.clone(), parsed.content.clone().filter(|file| file.step().is_some())))
        .collect();
    let fields = fields::all(&contents);
    for (name, file, document) in files.readable() {
        let Some(step) = file.step() else { continue };
        if let Some(validate) = &file.validate {
            super::validate::check(files, name, validate, &fields, document, problems);
        }
        step.look(&mut Look { fields: &fields, document, problems });
    }
}
