//! What a published run says, as anybody can read it.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::AuditError;
use super::evidence::{Evidence, step_of};
use crate::coverage::representative_point;
use crate::geodesy::RouteMeasure;
use crate::layer::read::{Kind, Options, read};
use crate::layer::{Geometry, Layer};
use crate::publish::{Catalogue, Entry};
use crate::workspace::config::GeometryKind;

/// Field of zones and stretches that holds the distance of the nearest site.
const NEAR: &str = "near_km";

/// Columns of zones that agree with known distances in this share of rows are those distances under another name.
const SAME: f64 = 0.99;

/// Zones fewer than these prove no such agreement.
const ENOUGH: usize = 20;

/// Inner points of a layer's zones, degrees.
type Inner = Arc<Vec<Option<(f64, f64)>>>;

/// Reads runs; what they share is read once.
#[derive(Debug, Default)]
pub struct Reader {
    /// Inner points by the digest of the geometry as it is drawn.
    inner: HashMap<blake3::Hash, Inner>,
    /// Reach of gap layers where a run does not tell, kilometres.
    reach_km: BTreeMap<String, f64>,
    /// What runs say, by folder.
    known: HashMap<PathBuf, Evidence>,
}

impl Reader {
    /// A reader that knows the reach of gap layers, kilometres, by name.
    pub fn new(reach_km: BTreeMap<String, f64>) -> Self {
        Self { reach_km, ..Self::default() }
    }

    /// What the run in a folder says of where sites are.
    ///
    /// # Errors
    /// Files that cannot be read.
    pub fn run(&mut self, folder: &Path) -> Result<Evidence, AuditError> {
        if let Some(known) = self.known.get(folder) {
            return Ok(known.clone());
        }
        let evidence = self.read(folder)?;
        self.known.insert(folder.to_owned(), evidence.clone());
        Ok(evidence)
    }

    fn read(&mut self, folder: &Path) -> Result<Evidence, AuditError> {
        let catalogue = Catalogue::open(folder)?;
        let mut evidence = Evidence::default();
        // Layers of what changed repeat what the run before said.
        let entries: Vec<Entry<'_>> =
            catalogue.entries().filter(|entry| entry.record().theme != "changes").collect();
        let tells = |entry: &Entry<'_>, field: &str| entry.record().field(field).is_some();
        let of_kind =
            |kind: GeometryKind| entries.iter().filter(move |entry| entry.record().geometry == kind);
        let mut known: Vec<Known> = Vec::new();
        for entry in of_kind(GeometryKind::Polygon).filter(|entry| tells(entry, NEAR)) {
            let layer = drawn(folder, entry)?;
            let inner = self.inner(&catalogue, entry, &layer)?;
            let km = layer.numbers(NEAR).unwrap_or_default();
            zones(&mut evidence, entry.name(), NEAR, &inner, &km);
            let keys = layer.keys().into_iter().map(str::to_owned);
            known.push(Known {
                km: keys.zip(km).filter_map(|(key, km)| Some((key, km?))).collect(),
                inner,
                layer,
            });
        }
        self.renamed(&catalogue, &entries, &known, &mut evidence)?;
        for entry in of_kind(GeometryKind::Line).filter(|entry| tells(entry, NEAR)) {
            stretches(&mut evidence, &catalogue.read(entry)?)?;
        }
        // Gaps that are where none is likely follow from places that are read above, and end at no distance from any.
        let measured = |entry: &&Entry<'_>| entry.parameters().likely_pct().is_none();
        for entry in of_kind(GeometryKind::Line)
            .filter(|e| !tells(e, NEAR) && tells(e, "from_km") && tells(e, "gap_id"))
            .filter(measured)
        {
            let stated = entry.parameters().reach_km();
            let reach = stated.or_else(|| self.reach_km.get(entry.name()).copied());
            if let Some(reach) = reach {
                gaps(&mut evidence, &catalogue.read(entry)?, reach, &lengths(&catalogue, &entries))?;
            }
        }
        Ok(evidence)
    }

    /// Distances that go by another name: a column of zones that agrees with known ones.
    fn renamed(
        &mut self,
        catalogue: &Catalogue,
        entries: &[Entry<'_>],
        known: &[Known],
        evidence: &mut Evidence,
    ) -> Result<(), AuditError> {
        for of in known {
            for field in of.layer.fields().into_iter().filter(|f| f != NEAR && f != of.layer.key()) {
                if let Ok(values) = of.layer.numbers(&field)
                    && of.same(&of.layer.keys(), &values)
                {
                    zones(evidence, of.layer.name(), &field, &of.inner, &values);
                }
            }
        }
        let tables = entries.iter().filter(|entry| entry.record().geometry != GeometryKind::Line);
        for entry in tables.filter(|entry| !known.iter().any(|of| of.layer.name() == entry.name())) {
            let Some(of) = known.first() else { break };
            // Attributes alone: the zones' inner points are known by their keys.
            let path = catalogue.folder().join(format!("{}.csv", entry.name()));
            let options = Options::new(path.to_string_lossy(), Kind::None, entry.key());
            let Ok(table) = read(entry.name(), &options) else { continue };
            let keys = table.keys();
            for field in table.fields().into_iter().filter(|field| field != table.key()) {
                let Ok(values) = table.numbers(&field) else { continue };
                if of.same(&keys, &values) {
                    let at = of.layer.positions();
                    let inner: Vec<_> =
                        keys.iter().map(|key| at.get(key).and_then(|&row| of.inner[row])).collect();
                    zones(evidence, entry.name(), &field, &inner, &values);
                }
            }
        }
        Ok(())
    }

    /// The inner points of zones with every vertex. Runs that draw the same zones share them.
    fn inner(
        &mut self,
        catalogue: &Catalogue,
        entry: &Entry<'_>,
        drawn: &Layer,
    ) -> Result<Inner, AuditError> {
        let digest = digest(drawn);
        if let Some(known) = self.inner.get(&digest) {
            return Ok(Arc::clone(known));
        }
        let inner = match entry.record().simplified.is_some() {
            true => {
                let whole = catalogue.read(entry)?;
                let at = whole.positions();
                let points = points(&whole)?;
                drawn.keys().into_iter().map(|key| at.get(key).and_then(|&row| points[row])).collect()
            }
            false => points(drawn)?,
        };
        let inner = Arc::new(inner);
        self.inner.insert(digest, Arc::clone(&inner));
        Ok(inner)
    }
}

/// A layer of zones whose distances are known.
struct Known {
    km: HashMap<String, f64>,
    inner: Inner,
    layer: Layer,
}

impl Known {
    /// Whether values by key are these distances.
    fn same(&self, keys: &[&str], values: &[Option<f64>]) -> bool {
        let pairs = keys.iter().zip(values).filter_map(|(key, value)| Some((*self.km.get(*key)?, (*value)?)));
        let (mut same, mut all) = (0_usize, 0_usize);
        for (km, value) in pairs {
            all += 1;
            same += usize::from((km - value).abs() < 1e-6);
        }
        all >= ENOUGH && same as f64 >= SAME * all as f64
    }
}

/// A layer as it is drawn, which is smaller than with every vertex.
fn drawn(folder: &Path, entry: &Entry<'_>) -> Result<Layer, AuditError> {
    let path = folder.join(format!("{}.geojson", entry.name()));
    let options = Options::new(path.to_string_lossy(), Kind::Polygon, entry.key());
    Ok(read(entry.name(), &options)?)
}

fn points(layer: &Layer) -> Result<Vec<Option<(f64, f64)>>, AuditError> {
    let view = layer.zones()?;
    Ok((0..view.len()).map(|zone| representative_point(&view, zone)).collect())
}

/// Keys and geometry of zones.
fn digest(layer: &Layer) -> blake3::Hash {
    let mut hasher = blake3::Hasher::new();
    for key in layer.keys() {
        hasher.update(key.as_bytes()).update(&[0]);
    }
    if let Some(zones) = layer.geometry().zones() {
        hasher.update(bytemuck::cast_slice(zones.lon)).update(bytemuck::cast_slice(zones.lat));
        for offsets in [zones.rings, zones.polygons, zones.zones] {
            hasher.update(bytemuck::cast_slice(offsets));
        }
    }
    hasher.finalize()
}

/// A band of rounded values: half a step to both sides.
fn band(km: f64, step: f64) -> (f64, f64) {
    // What is not rounded is printed to some digits, and inner points to seven decimals.
    let half = (0.5 * step).max(0.001);
    (km - half, km + half)
}

fn zones(
    evidence: &mut Evidence,
    layer: &str,
    field: &str,
    inner: &[Option<(f64, f64)>],
    km: &[Option<f64>],
) {
    let source = evidence.source(layer, field);
    let step = step_of(km.iter().flatten().copied());
    for (row, (at, km)) in inner.iter().zip(km).enumerate() {
        if let (Some(at), Some(km)) = (at, km) {
            evidence.near(source, row as u32, *at, band(*km, step));
        }
    }
}

fn stretches(evidence: &mut Evidence, layer: &Layer) -> Result<(), AuditError> {
    let source = evidence.source(layer.name(), NEAR);
    let km = layer.numbers(NEAR)?;
    let step = step_of(km.iter().flatten().copied());
    let lines = layer.lines()?;
    for (row, km) in km.iter().enumerate() {
        if let Some(km) = km {
            evidence.along(source, row as u32, lines.line(row), band(*km, step));
        }
    }
    Ok(())
}

fn gaps(
    evidence: &mut Evidence,
    layer: &Layer,
    reach_km: f64,
    lengths: &HashMap<String, f64>,
) -> Result<(), AuditError> {
    let (ends, clear) = (evidence.source(layer.name(), "gap ends"), evidence.source(layer.name(), "gaps"));
    let (routes, from, to) = (layer.texts("route")?, layer.numbers("from_km")?, layer.numbers("to_km")?);
    let lines = layer.lines()?;
    let mut last: HashMap<&str, f64> = HashMap::new();
    for (route, to) in routes.iter().zip(&to) {
        if let (Some(route), Some(to)) = (route, to) {
            let last = last.entry(route).or_insert(*to);
            *last = last.max(*to);
        }
    }
    let is_last = |row: usize| {
        let route = routes[row].as_deref().unwrap_or_default();
        last.get(route).copied() == to[row]
    };
    // The last gap of a route may end with it, at a length that is not rounded.
    let inner = |row: &usize| !is_last(*row);
    let said = from.iter().flatten().chain((0..to.len()).filter(inner).filter_map(|row| to[row].as_ref()));
    let step = step_of(said.copied());
    let band = band(reach_km, step);
    for row in 0..layer.len() {
        let (lon, lat) = lines.line(row);
        let (Some(first), Some(end)) = (lon.first().zip(lat.first()), lon.last().zip(lat.last())) else {
            continue;
        };
        evidence.clear(clear, row as u32, (lon, lat), band.0);
        if from[row].is_some_and(|km| km > 1e-6) {
            evidence.near(ends, row as u32, (*first.0, *first.1), band);
        }
        let whole = |km: f64| step > 0.0 && ((km / step).round() * step - km).abs() < 1e-6;
        let at_end = |km: f64| {
            let length = routes[row].as_deref().and_then(|route| lengths.get(route));
            length.map_or(is_last(row) && !whole(km), |length| (length - km).abs() < 1e-3)
        };
        if to[row].is_some_and(|km| !at_end(km)) {
            evidence.near(ends, row as u32, (*end.0, *end.1), band);
        }
    }
    Ok(())
}

/// Lengths of routes that are published themselves, by key, kilometres.
fn lengths(catalogue: &Catalogue, entries: &[Entry<'_>]) -> HashMap<String, f64> {
    let lines = entries.iter().filter(|entry| entry.record().geometry == GeometryKind::Line);
    let mut lengths = HashMap::new();
    for layer in lines.filter_map(|entry| catalogue.read(entry).ok()) {
        if layer.has("gap_id") || matches!(**layer.geometry(), Geometry::None) {
            continue;
        }
        if let (Ok(routes), Ok(to)) = (layer.texts("route"), layer.numbers("to_km")) {
            for (route, to) in routes.into_iter().zip(to) {
                if let (Some(route), Some(to)) = (route, to) {
                    let length = lengths.entry(route).or_insert(to);
                    *length = length.max(to);
                }
            }
        } else if let Ok(lines) = layer.lines() {
            for (row, key) in layer.keys().into_iter().enumerate() {
                let (lon, lat) = lines.line(row);
                lengths.entry(key.to_owned()).or_insert_with(|| RouteMeasure::new(lon, lat).length_km());
            }
        }
    }
    lengths
}
