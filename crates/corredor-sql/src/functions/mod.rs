//! Functions of queries: ours, one file each, and those of DataFusion and geodatafusion.
//!
//! `doc` says how a function is documented (the pages in `docs/functions/` are made of it), `scalar` how one of ours is
//! called, `geometry` how it gets its geometry; `bounded` and `joined` keep what makes long values of short ones short. `postgis` makes geodatafusion's functions behave: nulls, types. `wrapped` puts
//! such care around a function of others.

mod along_km;
mod area_km2;
mod arguments;
mod bounded;
mod buffer_km;
mod doc;
mod gaps;
mod geodesic_km;
mod geodesic_length_km;
mod geometry;
mod h3;
mod hotspots;
mod joined;
mod list;
mod locate;
mod nearest;
mod nearest_id;
mod nearest_km;
mod neighbours;
mod postgis;
mod scalar;
mod st_envelope;
mod st_pointn;
mod stretches;
mod tabular;
#[cfg(test)]
mod tests;
mod within_km;
mod wrapped;

use std::sync::Arc;

use datafusion::prelude::SessionContext;

pub(super) use doc::FunctionDoc;
pub(super) use geometry::{Boxes, Points, check_place, geometries_of, points};
pub(super) use list::{list, names};
use scalar::Scalar;
pub(super) use within_km::NAME as WITHIN_KM;

use super::catalog::Catalog;

/// Our functions of rows.
fn scalars(catalog: &Arc<Catalog>) -> Vec<Scalar> {
    vec![
        locate::function(catalog),
        nearest_id::function(catalog),
        nearest_km::function(catalog),
        geodesic_km::function(),
        geodesic_length_km::function(),
        area_km2::function(),
        within_km::function(),
        along_km::function(),
        h3::function(),
        buffer_km::function(),
        st_envelope::function(),
        st_pointn::function(),
    ]
}

/// The pages of our functions, scalar ones first.
pub(super) static DOCS: [&FunctionDoc; 16] = [
    &locate::DOC,
    &nearest_id::DOC,
    &nearest_km::DOC,
    &geodesic_km::DOC,
    &geodesic_length_km::DOC,
    &area_km2::DOC,
    &within_km::DOC,
    &along_km::DOC,
    &h3::DOC,
    &buffer_km::DOC,
    &st_envelope::DOC,
    &st_pointn::DOC,
    &stretches::DOC,
    &gaps::DOC,
    &hotspots::DOC,
    &neighbours::DOC,
];

/// Lends a session its functions; what they make is bounded by the memory that a query may take.
pub(super) fn register(context: &SessionContext, catalog: &Arc<Catalog>, memory_limit_bytes: usize) {
    bounded::register(context, memory_limit_bytes);
    joined::register(context, memory_limit_bytes);
    postgis::register(context);
    for function in scalars(catalog) {
        context.register_udf(function.into());
    }
    tabular::register(context, catalog);
}
