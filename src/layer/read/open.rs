//! Opening a source with GDAL and taking its Arrow stream.

use arrow_array::types::{Float64Type, Int64Type};
use arrow_array::{Array, ArrayRef, RecordBatch, cast::AsArray};
use arrow_schema::{ArrowError, DataType, Field};
use gdal::spatial_ref::SpatialRef;
use gdal::vector::LayerAccess;
use gdal::vector::sql::Dialect;
use gdal::{Dataset, DatasetOptions, GdalOpenFlags, Metadata};

use super::dbf;
use super::guard::{self, Budget, Network, Patience, Pulse};
use super::raw::Raw;
use super::shapes::Shapes;
use super::{Kind, Options, ReadError, attributes, gdal_errors, local_path, stream, utf8};
use crate::layer::postgres::{PostgresError, is_postgres, patient};
use crate::layer::text::LARGEST_WHOLE;
use crate::layer::{Column, EXAMPLES, Finding, nearest};

/// Name of GDAL's driver for PostgreSQL.
const POSTGRES: &str = "PostgreSQL";

/// Fields of a table: what the widest sheets of Excel have.
pub(super) const MOST_FIELDS: usize = 16_384;

/// What GDAL calls the feature id of a table without a whole-number primary key.
const NUMBERED: &str = "OGC_FID";

/// Milliseconds in a second.
const MILLISECONDS: u128 = 1_000;

/// How long a table of a database may be locked by others, milliseconds.
const LONGEST_LOCK_MS: u128 = 30_000;

/// A source that is open.
pub(super) struct Opened {
    pub dataset: Dataset,
    /// Name of the driver.
    pub driver: String,
    /// What may come out of it.
    pub budget: Budget,
    /// What was noticed before a layer of it was read.
    pub findings: Vec<Finding>,
    /// After the dataset: what is closed last may not reach further either.
    pub _network: Network,
}

/// Opens a source that passes the guard.
pub(super) fn open(options: &Options) -> Result<Opened, ReadError> {
    gdal_errors::listen();
    guard::settle();
    let pass = guard::check(options)?;
    let network = Network::of(pass.remote);
    let file = options.file();
    let postgres = is_postgres(&pass.name);
    let name = if postgres { patient(&pass.name) } else { pass.name.clone() };
    let encoding = options.encoding.as_ref().map(|e| format!("ENCODING={e}"));
    // Tables without geometry are layers, too.
    let all_tables = postgres.then_some("LIST_ALL_TABLES=YES");
    let schema = pass.drivers.contains(&"GML").then_some("DOWNLOAD_SCHEMA=NO");
    // Texts that look like dates stay texts.
    let dates = pass.drivers.contains(&"GeoJSON").then_some("DATE_AS_STRING=YES");
    let open_options: Vec<&str> =
        encoding.as_deref().into_iter().chain(all_tables).chain(schema).chain(dates).collect();
    let unknown = |error: gdal::errors::GdalError| {
        let reason = gdal_errors::first_failure().unwrap_or_else(|| match error {
            gdal::errors::GdalError::NullPointer { .. } => "no format that GDAL knows".to_owned(),
            error => error.to_string(),
        });
        match postgres {
            true => ReadError::Postgres(PostgresError::connect(&pass.name, &reason)),
            false => ReadError::UnknownFormat { file: file.clone(), reason },
        }
    };
    let dataset = Dataset::open_ex(
        &name,
        DatasetOptions {
            open_flags: GdalOpenFlags::GDAL_OF_VECTOR | GdalOpenFlags::GDAL_OF_READONLY,
            allowed_drivers: Some(&pass.drivers),
            open_options: (!open_options.is_empty()).then_some(open_options.as_slice()),
            ..DatasetOptions::default()
        },
    )
    .map_err(unknown)?;
    let driver = dataset.driver().short_name();
    if let Some(encoding) = options.encoding.as_ref().filter(|_| driver != "ESRI Shapefile") {
        return Err(ReadError::BadEncoding {
            file,
            encoding: encoding.clone(),
            reason: "only CSV and Shapefile leave the encoding open; this format states its own",
        });
    }
    if postgres {
        let limit = Patience::stated().0.as_millis().max(MILLISECONDS);
        // A table that somebody holds is waited for less long than one that is read.
        let locked = limit.min(LONGEST_LOCK_MS);
        for setting in [format!("statement_timeout = {limit}"), format!("lock_timeout = {locked}")] {
            dataset.execute_sql(format!("SET {setting}"), None, Dialect::DEFAULT).map_err(unknown)?;
        }
    }
    let budget = Budget::of(&pass, &file);
    let findings = pass.cut_off.then(left_out).into_iter().chain(beside(&pass.beside, options)).collect();
    Ok(Opened { dataset, driver, budget, findings, _network: network })
}

/// Loads a source through GDAL, for as long as something comes of it.
pub(super) fn load(options: &Options) -> Result<Raw, ReadError> {
    let moved = options.clone();
    guard::watched(&options.file(), Patience::stated(), move |pulse| load_here(&moved, pulse))
}

fn load_here(options: &Options, pulse: &Pulse) -> Result<Raw, ReadError> {
    // The network is dropped last.
    let Opened { _network, dataset, driver, mut budget, mut findings } = open(options)?;
    let mut layer = pick(&dataset, options)?;
    let name = layer.name();
    findings.extend(twins(&dataset, &name));
    check_fields(&layer, &name, options)?;
    let whole = whole_numbers(&layer);
    let crs = layer.spatial_ref().and_then(|srs| describe(&srs));
    let expected = layer.try_feature_count();
    let damaged = |detail: String| ReadError::Truncated { file: options.file(), layer: name.clone(), detail };
    let mut source = Source { shapes_of: Some(options.kind), ..Source::default() };
    // The driver takes a whole-number primary key for the feature id, which is left out elsewhere.
    let database = driver == POSTGRES;
    let mut refused = None;
    let streamed = stream::batches(&mut layer, database, |batch| {
        pulse.beat();
        let looked = budget.take(&batch).and_then(|()| check_texts(&batch, source.rows, &name, options));
        match looked {
            Ok(()) => source.push(&batch),
            Err(error) => {
                refused = Some(error);
                Err(ArrowError::ParseError(String::new()))
            }
        }
    });
    if let Some(refused) = refused {
        return Err(refused);
    }
    streamed.map_err(|error| damaged(gdal_errors::first_failure().unwrap_or_else(|| error.to_string())))?;
    if let Some(failure) = gdal_errors::first_failure() {
        return Err(damaged(failure));
    }
    if let Some(detail) = gdal_errors::first_change() {
        return Err(ReadError::Changed { file: options.file(), layer: name, detail });
    }
    source.check_integers(&whole, &name, options)?;
    let rows = source.rows;
    // A table may change between the two looks; a file may not.
    // A shapefile counts records that were deleted, and are no features.
    let deleted = if driver == "ESRI Shapefile" { dbf::deleted(&options.path) } else { Some(0) };
    let expected = expected.zip(deleted).map(|(expected, deleted)| expected.saturating_sub(deleted));
    if let Some(expected) = expected.filter(|&n| n != rows as u64 && !database) {
        return Err(damaged(format!("it announces {expected} features, and {rows} can be read")));
    }
    let (mut columns, shapes) = source.finish().map_err(|error| damaged(error.to_string()))?;
    columns.retain(|column| !database || column.name != NUMBERED);
    Ok(Raw {
        driver,
        layer: name,
        columns,
        shapes,
        crs,
        rows,
        lines: None,
        line_word: "feature",
        written: Vec::new(),
        sha256: None,
        kept_out: 0,
        findings,
    })
}

/// What to say of an answer that a server cut off.
fn left_out() -> Finding {
    Finding::Statistic {
        es: "el servidor cortó la respuesta (`exceededTransferLimit`): faltan elementos; pídalos por páginas (`resultOffset`)"
            .to_owned(),
        en: "the server cut its answer off (`exceededTransferLimit`): features are missing; ask for them page by page (`resultOffset`)"
            .to_owned(),
        warning: true,
    }
}

/// What to say of what an archive holds besides what is read. A table may be meant where no geometry is asked for.
pub(super) fn beside(names: &[String], options: &Options) -> Option<Finding> {
    let archive = local_path::local_file(&options.path)?.rsplit('/').next()?;
    let first = names.first()?;
    let listed = names.iter().take(EXAMPLES).map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    let more = if names.len() > EXAMPLES { ", ..." } else { "" };
    Some(Finding::Statistic {
        es: format!(
            "el archivo trae además lo que no se lee: {listed}{more}; para leerlo, indique `path = \"/vsizip/{archive}/{first}\"`"
        ),
        en: format!(
            "the archive also holds what is not read: {listed}{more}; to read it, state `path = \"/vsizip/{archive}/{first}\"`"
        ),
        warning: options.kind == Kind::None,
    })
}

/// Refuses a batch, `before` which so many rows came, with a text that is none.
pub(super) fn check_texts(
    batch: &RecordBatch,
    before: usize,
    layer: &str,
    options: &Options,
) -> Result<(), ReadError> {
    utf8::check(batch).map_err(|fault| ReadError::NotText {
        file: options.file(),
        layer: layer.to_owned(),
        place: format!("feature {}", before + fault.row + 1),
        field: fault.field,
        shown: fault.shown,
        looks_like: fault.looks_like,
    })
}

/// Refuses a layer of more fields than are read, or with one whose name is no text.
pub(super) fn check_fields(layer: &impl LayerAccess, name: &str, options: &Options) -> Result<(), ReadError> {
    let names: Vec<String> = layer.defn().fields().map(|field| field.name()).collect();
    width(names.len(), &options.file())?;
    match names.into_iter().find(|name| name.contains(char::REPLACEMENT_CHARACTER)) {
        Some(field) => Err(ReadError::NotText {
            file: options.file(),
            layer: name.to_owned(),
            place: "the names of the fields".to_owned(),
            shown: field.clone(),
            field,
            looks_like: None,
        }),
        None => Ok(()),
    }
}

/// Refuses so many fields where they are more than are read.
pub(crate) fn width(fields: usize, file: &str) -> Result<(), ReadError> {
    match fields > MOST_FIELDS {
        true => Err(ReadError::TooMuch {
            file: file.to_owned(),
            what: format!("it has {fields} fields; at most {MOST_FIELDS} are read"),
        }),
        false => Ok(()),
    }
}

/// The fields of whole numbers that are too wide for 64 bits, which GDAL hands over as doubles.
fn whole_numbers(layer: &impl LayerAccess) -> Vec<String> {
    let defn = layer.defn();
    let wide = defn.fields().filter(|field| {
        field.field_type() == gdal::vector::OGRFieldType::OFTReal
            && field.width() > 0
            && field.precision() == 0
    });
    wide.map(|field| field.name()).collect()
}

/// The layer asked for, or the only one.
pub(super) fn pick<'a>(
    dataset: &'a Dataset,
    options: &Options,
) -> Result<gdal::vector::Layer<'a>, ReadError> {
    let layers: Vec<String> = dataset.layers().map(|layer| layer.name()).collect();
    let unknown = |error: gdal::errors::GdalError| ReadError::UnknownFormat {
        file: options.file(),
        reason: error.to_string(),
    };
    let layer = match (&options.layer, layers.len()) {
        (Some(wanted), _) if layers.contains(wanted) => dataset.layer_by_name(wanted).map_err(unknown)?,
        (None, 1) => dataset.layer(0).map_err(unknown)?,
        (wanted, _) => {
            return Err(ReadError::WhichLayer {
                file: options.file(),
                nearest: wanted.as_ref().and_then(|w| nearest(w, layers.iter().map(String::as_str))),
                layers,
            });
        }
    };
    match layer.metadata_item("SOURCE_ENCODING", "SHAPEFILE").filter(|encoding| dbf::loses_letters(encoding))
    {
        Some(encoding) => Err(ReadError::BadEncoding {
            file: options.file(),
            encoding,
            reason: "GDAL loses letters of texts in it; state the one the texts are in, or write them anew in UTF-8",
        }),
        None => Ok(layer),
    }
}

/// What to say of layers that have the name of the one that is read, which GDAL tells apart by a number, as it does for
/// folders of KML.
pub(super) fn twins(dataset: &Dataset, name: &str) -> Option<Finding> {
    let of = |layer: &str| -> Option<String> {
        let (stem, number) = layer.strip_suffix(')')?.rsplit_once(" (#")?;
        number.bytes().all(|byte| byte.is_ascii_digit()).then(|| stem.to_owned())
    };
    let stem = of(name).unwrap_or_else(|| name.to_owned());
    let names = dataset.layers().map(|layer| layer.name());
    let others: Vec<String> = names
        .filter(|other| other != name && (*other == stem || of(other).as_ref() == Some(&stem)))
        .map(|other| format!("`{other}`"))
        .collect();
    let others = (!others.is_empty()).then(|| others.join(", "))?;
    Some(Finding::Statistic {
        es: format!("hay más capas con el nombre de `{name}`, que no se leen: {others}; `layer` elige una"),
        en: format!(
            "there are more layers of the name of `{name}`, which are not read: {others}; `layer` chooses one"
        ),
        warning: true,
    })
}

/// WKT and a name such as `EPSG:6372`; none where the source says that it has none, as a GeoPackage does by 0 and -1.
pub(super) fn describe(srs: &SpatialRef) -> Option<(String, String)> {
    let wkt = srs.to_wkt().ok()?;
    let name = srs.authority().ok().or_else(|| srs.name()).unwrap_or_else(|| "unnamed".to_owned());
    if srs.name().is_some_and(|name| name.to_ascii_lowercase().starts_with("undefined ")) {
        return None;
    }
    Some((wkt, name))
}

/// What has come out of the stream so far.
#[derive(Default)]
struct Source {
    rows: usize,
    /// The kind of the layer.
    shapes_of: Option<Kind>,
    /// Name and pieces of each column but the geometry.
    columns: Vec<(String, Vec<ArrayRef>)>,
    shapes: Option<Shapes>,
}

impl Source {
    /// Takes what a batch holds: the geometry decoded, so that its bytes go with the batch.
    fn push(&mut self, batch: &RecordBatch) -> Result<(), ArrowError> {
        let schema = batch.schema();
        let geometry = schema.fields().iter().position(|field| is_wkb(field));
        if let Some(wkb) = geometry {
            let wkb = arrow_cast::cast(batch.column(wkb), &DataType::LargeBinary)?;
            let shapes = || self.shapes_of.map(Shapes::of_kind).unwrap_or_default();
            self.shapes.get_or_insert_with(shapes).push_wkb(wkb.as_binary());
        }
        let others = (0..batch.num_columns()).filter(|&index| Some(index) != geometry);
        if self.rows == 0 && self.columns.is_empty() {
            let names = others.clone().map(|index| schema.field(index).name().clone());
            self.columns = names.map(|name| (name, Vec::new())).collect();
        }
        for ((_, pieces), index) in self.columns.iter_mut().zip(others) {
            pieces.push(attributes::plain(batch.column(index))?);
        }
        self.rows += batch.num_rows();
        Ok(())
    }

    /// Refuses whole numbers that did not fit: GDAL takes the nearest that does, or rounds them.
    fn check_integers(&self, whole: &[String], layer: &str, options: &Options) -> Result<(), ReadError> {
        let is_read = |name: &String| {
            *name == options.key || options.fields.as_ref().is_none_or(|fields| fields.contains(name))
        };
        for (name, pieces) in self.columns.iter().filter(|(name, _)| is_read(name)) {
            let mut before = 0;
            for piece in pieces {
                let found = match piece.data_type() {
                    DataType::Int64 => {
                        let values = piece.as_primitive::<Int64Type>();
                        (0..values.len()).find(|&row| {
                            values.is_valid(row) && matches!(values.value(row), i64::MAX | i64::MIN)
                        })
                    }
                    DataType::Float64 if whole.contains(name) => {
                        let values = piece.as_primitive::<Float64Type>();
                        (0..values.len())
                            .find(|&row| values.is_valid(row) && values.value(row).abs() > LARGEST_WHOLE)
                    }
                    _ => None,
                };
                if let Some(row) = found {
                    return Err(ReadError::IntegerTooLarge {
                        file: options.file(),
                        layer: layer.to_owned(),
                        place: format!("feature {}", before + row + 1),
                        field: name.clone(),
                    });
                }
                before += piece.len();
            }
        }
        Ok(())
    }

    /// The attributes as whole columns, and the geometry if there is any.
    fn finish(self) -> Result<(Vec<Column>, Option<Shapes>), ArrowError> {
        let whole = |(name, pieces): (String, Vec<ArrayRef>)| {
            let pieces: Vec<&dyn Array> = pieces.iter().map(AsRef::as_ref).collect();
            Ok(Column { name, values: arrow_select::concat::concat(&pieces)? })
        };
        Ok((self.columns.into_iter().map(whole).collect::<Result<_, ArrowError>>()?, self.shapes))
    }
}

/// Whether a column holds geometry.
fn is_wkb(field: &Field) -> bool {
    field.metadata().get("ARROW:extension:name").is_some_and(|n| n.contains("wkb"))
        || (field.name() == "wkb_geometry"
            && matches!(field.data_type(), DataType::Binary | DataType::LargeBinary))
}
