//! Sites as those see them who may not know where they are, and what can be said of how far off the figures are.
//!
//! All that is said follows from the places that are published and from the gazetteer, never from the true places: the
//! error is that of sites drawn anew, for each place, among the settlements that it may stand for.

use std::sync::{Arc, PoisonError};

use super::seen_sites::Seen;
use super::{BuildError, Context, Note};
use crate::audit::{Hidden, Towns};
use crate::coverage::{Gap, representative_point};
use crate::join::SiteIndex;
use crate::layer::{Geometry, Layer, LineView, PointView, ZoneView};
use crate::protect::{
    Candidates, DisplacementKm, GroupRules, Groups, Key, LIKELY_PCT, LikelySites, NO_CANDIDATE, displace,
    partition_digest,
};
use crate::publish::record::{Displacement, MedianP95, Shared};
use crate::workspace::Displaced;

/// How often sites are drawn to measure errors.
const DRAWS: u64 = 16;

/// Errors are told of so many zones at least.
const FEWEST_ZONES: usize = 100;

/// A site in no zone and farther from every settlement is hardly where it says it is, km.
const FAR_KM: f64 = 50.0;

/// Errors are rounded up to whole multiples of this, km.
const ERROR_STEP_KM: f64 = 10.0;

/// What draws are made from; it is no secret.
const DRAWN: &str = "corredor 2026 draws of displaced sites";

impl Context {
    /// The sites of a coverage layer as they are seen.
    ///
    /// # Errors
    /// [`BuildError::Hide`] where there are too few settlements to hide among, [`BuildError::Layer`] where the gazetteer
    /// has no places, [`BuildError::NoKey`].
    pub(super) fn seen(&self, layer: &str, rule: &Displaced, sites: &str) -> Result<Arc<Seen>, BuildError> {
        // Held while it is worked out, so that it is worked out once.
        let mut seen = self.seen.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((.., found)) = seen.iter().find(|(name, by, _)| name == sites && by == rule) {
            return Ok(Arc::clone(found));
        }
        let found = Arc::new(self.hide(layer, rule, sites)?);
        if found.far > 0 {
            self.note(far_note(sites, &rule.gazetteer, found.far));
        }
        seen.push((sites.to_owned(), rule.clone(), Arc::clone(&found)));
        Ok(found)
    }

    fn hide(&self, layer: &str, rule: &Displaced, sites: &str) -> Result<Seen, BuildError> {
        Seen::new(
            layer,
            rule,
            (sites, &**self.layer(sites)?),
            self.layer(&rule.gazetteer)?,
            self.key.as_ref(),
        )
    }
}

impl Seen {
    /// The sites of a coverage layer as they are seen: `sites` by the name of their layer.
    ///
    /// # Errors
    /// As [`Context::seen`].
    pub(super) fn new(
        layer: &str,
        rule: &Displaced,
        (name, sites): (&str, &Layer),
        gazetteer: &Layer,
        key: Option<&Key>,
    ) -> Result<Self, BuildError> {
        let key = key.ok_or_else(|| BuildError::NoKey { layer: layer.to_owned() })?;
        let failed = |error| BuildError::Hide { layer: layer.to_owned(), sites: name.to_owned(), error };
        let people = match rule.people.as_deref().filter(|field| gazetteer.has(field)) {
            Some(field) => Some(gazetteer.amounts(field)?),
            None => None,
        };
        // Where it is not known whether anyone lives nobody does, so that more settlements are taken together.
        let people: Option<Vec<f64>> = people.map(|p| p.into_iter().map(|n| n.unwrap_or(0.0)).collect());
        let ids = gazetteer.keys();
        let candidates = match &**gazetteer.geometry() {
            Geometry::Zones(_) => Candidates::from_zones(&gazetteer.zones()?, &ids, people.as_deref()),
            _ => {
                let points = gazetteer.points()?;
                Candidates::new(&ids, points.lon, points.lat, people.as_deref())
            }
        };
        let candidates = candidates.map_err(failed)?;
        let rules = GroupRules { k: rule.k, min_km: rule.min_km, min_people: rule.min_people as f64 };
        let groups = Groups::new(&candidates, &rules).map_err(failed)?;
        let points = sites.points()?;
        let displaced = displace(key, &candidates, &groups, points.lon, points.lat).map_err(failed)?;
        let mut places = displaced.at.clone();
        places.retain(|&place| place != NO_CANDIDATE);
        places.sort_unstable();
        places.dedup();
        let far = |(lon, lat): &(&f64, &f64)| candidates.is_far(**lon, **lat, FAR_KM);
        let far = points.lon.iter().zip(points.lat).filter(far).count();
        let moved = DisplacementKm::of(&candidates, &groups);
        let partition = partition_digest(&candidates, &rules);
        Ok(Self {
            moved_km: [0.5, 0.95].map(|share| moved.quantile(share)),
            partition,
            far,
            candidates,
            groups,
            displaced,
            places,
        })
    }

    /// What the gate knows of the sites, and readers do not; and the settlements.
    pub(super) fn hidden(&self, name: &str, sites: &Layer) -> Result<(Hidden, Towns), BuildError> {
        let points = sites.points()?;
        let own = (&sites.keys()[..], points.lon, points.lat);
        let hidden = Hidden::new(name, own, &self.candidates, &self.groups, &self.displaced);
        Ok((hidden, Towns::of(&self.candidates)))
    }

    /// The places where sites are seen.
    pub(super) fn index(&self, layer: &str) -> Result<SiteIndex, BuildError> {
        self.at(layer, self.places.iter().copied())
    }

    fn at(&self, layer: &str, places: impl Iterator<Item = u32>) -> Result<SiteIndex, BuildError> {
        let position =
            |place: u32| (self.candidates.lon()[place as usize], self.candidates.lat()[place as usize]);
        let (lon, lat): (Vec<f64>, Vec<f64>) = places.map(position).unzip();
        SiteIndex::new(&PointView { lon: &lon, lat: &lat })
            .map_err(|error| BuildError::Join { layer: layer.to_owned(), error })
    }

    /// The parts of lines where most likely no site is within `reach_km`, for all that is published.
    pub(super) fn gaps(
        &self,
        layer: &str,
        lines: &LineView<'_>,
        reach_km: f64,
        step_km: f64,
    ) -> Result<Vec<Gap>, BuildError> {
        let likely = LikelySites::new(&self.candidates, &self.groups, &self.places)
            .map_err(|error| BuildError::Hide { layer: layer.to_owned(), sites: layer.to_owned(), error })?;
        Ok(likely.gaps(lines, reach_km, step_km))
    }

    /// What is said of the displacement, for the parameters of a layer; the errors where there are `zones`, as drawn.
    pub(super) fn record(
        &self,
        layer: &str,
        rule: &Displaced,
        zones: Option<&ZoneView<'_>>,
    ) -> Result<Displacement, BuildError> {
        let errors = zones.map(|zones| self.errors(layer, zones)).transpose()?.flatten();
        let quantiles = |[median, p95]: [f64; 2]| MedianP95 { median, p95 };
        Ok(Displacement {
            viewer: rule.viewer,
            among: rule.gazetteer.clone(),
            k: rule.k,
            min_km: rule.min_km,
            partition: self.partition.clone(),
            moved_km: quantiles(self.moved_km.map(f64::round)),
            near_km_error: errors.map(quantiles),
        })
    }

    /// Half and 95 % of the distances to the nearest site are off by less than this, km, over all zones and draws,
    /// rounded up; nothing for few zones or no sites.
    fn errors(&self, layer: &str, zones: &ZoneView<'_>) -> Result<Option<[f64; 2]>, BuildError> {
        let inner: Vec<(f64, f64)> =
            (0..zones.len()).filter_map(|zone| representative_point(zones, zone)).collect();
        if inner.len() < FEWEST_ZONES || self.places.is_empty() {
            return Ok(None);
        }
        let said = self.index(layer)?;
        let km = |index: &SiteIndex| -> Vec<f64> {
            let nearest = |&(lon, lat): &(f64, f64)| index.nearest(lon, lat).map_or(0.0, |(_, km)| km);
            inner.iter().map(nearest).collect()
        };
        let said = km(&said);
        let mut off = Vec::with_capacity(inner.len() * DRAWS as usize);
        for draw in 0..DRAWS {
            let drawn = self.at(layer, self.places.iter().map(|&place| self.draw(draw, place)))?;
            off.extend(km(&drawn).iter().zip(&said).map(|(drawn, said)| (drawn - said).abs()));
        }
        off.sort_unstable_by(f64::total_cmp);
        let quantile = |share: f64| off[((off.len() - 1) as f64 * share).round() as usize];
        let up = |km: f64| (km / ERROR_STEP_KM).ceil().max(1.0) * ERROR_STEP_KM;
        Ok(Some([up(quantile(0.5)), up(quantile(0.95))]))
    }

    /// One of the settlements that a place may stand for.
    fn draw(&self, draw: u64, place: u32) -> u32 {
        let group = self.groups.members(self.groups.group_of(place));
        let id = self.candidates.ids()[place as usize].as_bytes();
        let mut hasher = blake3::Hasher::new_derive_key(DRAWN);
        hasher.update(&draw.to_le_bytes()).update(id);
        let mut bytes = [0; 8];
        bytes.copy_from_slice(&hasher.finalize().as_bytes()[..8]);
        let at = u64::from_le_bytes(bytes) % group.len().max(1) as u64;
        group.get(at as usize).copied().unwrap_or(place)
    }
}

/// Sites that are hidden in a group which is not theirs: most likely their coordinates are wrong.
fn far_note(sites: &str, gazetteer: &str, far: usize) -> Note {
    Note::warning(
        format!(
            "{far} de los sitios de `{sites}` están a más de {FAR_KM:.0} km de toda localidad de `{gazetteer}`: se \
             muestran con las más cercanas; revise sus coordenadas"
        ),
        format!(
            "{far} of the sites of `{sites}` stand more than {FAR_KM:.0} km from every settlement of `{gazetteer}`: they \
             are shown with the nearest ones; check their coordinates"
        ),
    )
    .of_source(sites)
}

/// What a layer says of displaced sites: its own record, or that of the first input that has one.
pub(super) fn inherited(context: &Context, inputs: &[String]) -> Option<Displacement> {
    inputs.iter().find_map(|input| {
        let (_, provenance) = context.record(input).ok()?;
        Shared::of_layer(provenance).displaced
    })
}

/// What a reader of a layer that was made from displaced sites must know, from its record.
pub(super) fn caveat(layer: &Layer) -> Option<crate::workspace::config::Text> {
    let Displacement { k, moved_km, near_km_error, .. } = Shared::of_layer(&layer.provenance).displaced?;
    let MedianP95 { median, p95 } = moved_km;
    let (mut es, mut en) = (
        format!(
            "Los sitios se muestran desplazados a otro lugar, entre {k} o más posibles, para no revelar dónde están: \
             la mitad a {median:.0} km o menos, el 95 % a {p95:.0} km o menos. Las distancias se refieren a los sitios \
             desplazados. Una brecha es donde, por lo que se publica y por dónde vive la gente, lo probable \
             ({LIKELY_PCT:.0} % o más) es que no haya al alcance ningún sitio de la lista; no es seguro."
        ),
        format!(
            "Sites are shown displaced to another place, one of {k} or more that it may be, so as not to tell where \
             they are: half of them by {median:.0} km or less, 95 % by {p95:.0} km or less. Distances refer to the displaced \
             sites. A gap is where, by what is published and by where people live, it is likely \
             ({LIKELY_PCT:.0} % or more) that no site of the list is within reach; that is not sure."
        ),
    );
    if let Some(MedianP95 { median: half, p95: most }) = near_km_error {
        es.push_str(&format!(
            " La distancia al sitio más cercano puede errar en {half:.0} km en la mitad de las zonas y en {most:.0} km en \
             el 95 % de ellas: sirve para comparar regiones, no para decidir por una zona."
        ));
        en.push_str(&format!(
            " The distance to the nearest site may be off by {half:.0} km in half of the zones and by {most:.0} km in 95 % \
             of them: good for comparing regions, not for deciding on one zone."
        ));
    }
    Some(crate::workspace::config::Text { es, en })
}
