//! One file per step: what a layer file says, done with the rooms to the left.

mod composite;
mod corridor;
mod counts;
mod coverage;
mod crosswalk;
mod dated;
mod difference;
mod exposure;
mod hotspot;
mod lixels;
mod priority;
mod rates;
mod read;
mod rollup;
mod score;
mod total;
mod zonal;

pub(super) use dated::years;
pub(super) use read::read_options;
pub(super) use rollup::members;

use super::{BuildError, Context, hide, protect, validate};
use crate::layer::Layer;
use crate::publish::record::{ProtectRecord, Shared};
use crate::workspace::config::{LayerFile, Step, StepKind};

/// Version of a step's code: a layer kept from another is not used.
pub(super) fn code_version(kind: StepKind) -> String {
    let version = kind.definition().version;
    match kind {
        // What GDAL and its companions read may differ between their versions.
        StepKind::Read => format!("{version}, GDAL {}", gdal::version::version_info("RELEASE_NAME")),
        _ => format!("{kind} {version}"),
    }
}

/// Builds one layer; every input stands in the context.
///
/// # Errors
/// Whatever is wrong with the data, with the layer that was being built.
pub(super) fn run(context: &Context, name: &str, file: &LayerFile) -> Result<Layer, BuildError> {
    let Some(step) = file.step() else { return Err(BuildError::NotBuilt { layer: name.to_owned() }) };
    let mut layer = match step {
        Step::Read(step) => read::run(context, name, step),
        Step::Score(step) => score::run(context, name, step),
        Step::Composite(step) => composite::run(context, name, step),
        Step::Crosswalk(step) => crosswalk::run(context, name, step),
        Step::Difference(step) => difference::run(context, name, step),
        Step::Exposure(step) => exposure::run(context, name, step),
        Step::Corridor(step) => corridor::run(context, name, step),
        Step::Coverage(step) => coverage::run(context, name, step, file.protect.as_ref()),
        Step::Lixels(step) => lixels::run(context, name, step),
        Step::Counts(step) => counts::run(context, name, step),
        Step::Rates(step) => rates::run(context, name, step, file.protect.is_none()),
        Step::Zonal(step) => zonal::run(context, name, step),
        Step::Hotspot(step) => hotspot::run(context, name, step),
        Step::Priority(step) => priority::run(context, name, step),
        Step::Rollup(step) => rollup::run(context, name, step),
    }?;
    // All that is made from displaced sites says so.
    if !layer.provenance.is_displaced() {
        let inputs: Vec<String> = file.inputs().iter().map(|input| input.name.to_owned()).collect();
        if let Some(record) = hide::inherited(context, &inputs) {
            Shared { displaced: Some(record), ..Shared::default() }.write_to(&mut layer.provenance);
        }
    }
    if let Some(lowered) = &file.protect {
        let conditions = protect::check(context, name, step, lowered)?;
        let reason = lowered.reason.clone();
        let protect = ProtectRecord { to: lowered.to, reason, round_km: lowered.round_km, conditions };
        Shared { protect: Some(protect), ..Shared::default() }.write_to(&mut layer.provenance);
    }
    if let Some(validate) = &file.validate {
        validate::validate(context, &mut layer, validate)?;
    }
    Ok(layer)
}
