//! `corredor locate`: points to their zones, counted or tagged.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};

use super::CliError;
use super::console::Console;
use corredor::lang::Lang;
use corredor::layer::Numerals;
use corredor::layer::read::{Kind, Options, read};
use corredor::layer::{EXAMPLES, Severity, astray};
use corredor::locate::{
    Counting, Lacking, Length, LocateError, Report, Request, Saved, Task, Watch, Zones, locate,
};

/// Options of `locate`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  corredor locate points.parquet municipios.gpkg --key cvegeo --out counts.csv
  corredor locate events.csv.gz zones.geojson --key code --by sex --days date --out counts.parquet
  corredor locate sites.gpkg zones.geojson --key code --tag --snap-km 2 --out sites-tagged.csv

Points: Parquet (or a folder of it), CSV or TSV (also .gz, .zst), or any GDAL source. Longitudes and \
latitudes are found in the geometry, or by their names (lon/lat, longitude/latitude, lng/lat, \
longitud/latitud, x/y). Zones: any GDAL source of polygons. A point on a border, or where zones overlap, \
belongs to the zone with the smallest key.")]
pub struct LocateArgs {
    /// File, folder or GDAL source of points
    points: String,
    /// File or GDAL source of zones
    zones: String,
    /// Field of the zones that is their key
    #[arg(long, value_name = "FIELD")]
    key: String,
    /// File to write: .csv or .parquet; counts also .geojson, tagged CSV also .csv.gz and .csv.zst
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Write the points, each with the key of its zone, instead of counts
    #[arg(long, conflicts_with_all = ["by", "sum", "days"])]
    tag: bool,
    /// Count the points of a zone apart by the values of this column; may be given several times
    #[arg(long, value_name = "COLUMN")]
    by: Vec<String>,
    /// Add up this column per zone; may be given several times
    #[arg(long, value_name = "COLUMN")]
    sum: Vec<String>,
    /// Count the distinct days of this column (dates, time stamps or ISO texts) per zone
    #[arg(long, value_name = "COLUMN")]
    days: Option<String>,
    /// Take points outside all zones to the nearest one within so many kilometres; the output says which
    #[arg(long, value_name = "KM")]
    snap_km: Option<f64>,
    /// File that keeps the index of the zones: used if it is of these zones, written if it is not there
    #[arg(long, value_name = "FILE")]
    index: Option<PathBuf>,
    /// Column of longitudes, degrees
    #[arg(long, value_name = "COLUMN", requires = "lat", conflicts_with = "latlon")]
    lon: Option<String>,
    /// Column of latitudes, degrees
    #[arg(long, value_name = "COLUMN", requires = "lon")]
    lat: Option<String>,
    /// One column of "lat, lon" instead
    #[arg(long, value_name = "COLUMN")]
    latlon: Option<String>,
    /// Layer inside the source of points
    #[arg(long, value_name = "NAME")]
    layer: Option<String>,
    /// Layer inside the source of zones
    #[arg(long, value_name = "NAME")]
    zones_layer: Option<String>,
    /// CRS of the points, where the source does not state it
    #[arg(long, value_name = "CRS")]
    crs: Option<String>,
    /// Text encoding of the points, where the source does not state it
    #[arg(long)]
    encoding: Option<String>,
    /// Lines or rows above the header of a table
    #[arg(long, value_name = "LINES", default_value_t = 0, hide_default_value = true)]
    skip: usize,
    /// What stands between the cells of a text, if it is not to be found out: `,` `;` `|` or `tab`
    #[arg(long, value_name = "SIGN", value_parser = super::delimiter::delimiter)]
    delimiter: Option<u8>,
    /// What stands before decimals: `.` or `,`
    #[arg(long, value_name = "SIGN", value_parser = Numerals::DECIMALS, hide_possible_values = true)]
    decimal: Option<String>,
    /// What stands between groups of three digits: `,`, `.`, `'` or a blank
    #[arg(long, value_name = "SIGN", value_parser = Numerals::THOUSANDS, hide_possible_values = true)]
    thousands: Option<String>,
    /// Text that means missing in a CSV, besides the empty cell; may be given several times
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    missing: Vec<String>,
    /// Name of the column of zone keys in the output, if not that of the key
    #[arg(long = "as", value_name = "NAME")]
    key_as: Option<String>,
    /// Write nothing and exit with 3 where a row is bad or the zones have warnings
    #[arg(long)]
    strict: bool,
}

/// Runs `locate`.
pub fn run(args: &LocateArgs, console: &Console) -> Result<(), CliError> {
    let request = args.request();
    let mut options = Options::new(&args.zones, Kind::Polygon, &args.key);
    options.layer.clone_from(&args.zones_layer);
    options.fields = Some(vec![args.key.clone()]);
    let zones = match &args.index {
        Some(index) => Zones::with_index(&options, index, request.needs_geometry())?,
        None => Zones::from(read("zones", &options).map_err(LocateError::ReadZones)?),
    };
    let findings = zones.findings()?;
    console.findings("zones", &findings);
    let warnings = findings.iter().filter(|f| f.severity() == Severity::Warning).count();
    if args.strict && warnings > 0 {
        return Err(CliError::Strict { warnings });
    }
    let outcome = {
        let progress = Progress::new(console);
        locate(&request, &zones, &progress)
    };
    match outcome {
        Ok(report) => {
            tell(&report, console);
            if console.json { console.result_json(&report) } else { Ok(()) }
        }
        Err(error) => {
            if let LocateError::Strict { report } = &error {
                tell(report, console);
            }
            Err(error.into())
        }
    }
}

impl LocateArgs {
    fn request(&self) -> Request {
        let counting = Counting { by: self.by.clone(), sums: self.sum.clone(), days: self.days.clone() };
        let task = if self.tag { Task::Tag } else { Task::Count(counting) };
        Request {
            layer: self.layer.clone(),
            lon: self.lon.clone(),
            lat: self.lat.clone(),
            latlon: self.latlon.clone(),
            crs: self.crs.clone(),
            encoding: self.encoding.clone(),
            missing: self.missing.clone(),
            skip: self.skip,
            delimiter: self.delimiter,
            numerals: Numerals::stated(self.decimal.as_deref(), self.thousands.as_deref()),
            numerals_stated: self.decimal.is_some() || self.thousands.is_some(),
            snap_km: self.snap_km,
            key_as: self.key_as.clone(),
            strict: self.strict,
            ..Request::new(&self.points, task, &self.out)
        }
    }
}

/// The summary, on stderr.
fn tell(report: &Report, console: &Console) {
    let say = |es, en| console.lang.pick(es, en);
    console.note(&format!(
        "{} {} ({}): {} {}{}, {} {}",
        report.points,
        say("puntos", "points"),
        report.place,
        report.located,
        say("en zonas", "in zones"),
        match report.snapped {
            Some(snapped) => format!(" ({snapped} {})", say("por cercanía", "of them snapped")),
            None => String::new(),
        },
        report.outside,
        say("fuera", "outside"),
    ));
    if let Some(why) = report.why {
        let (word, told) = (say("aviso", "warning"), astray::text_of_options(&why, console.lang));
        console.warning(&format!(
            "  {word}: {} {} {} {}: {told}",
            report.outside,
            say("de", "of"),
            report.located + report.outside,
            say("puntos fuera de toda zona", "points outside every zone"),
        ));
    }
    console.findings("points", &report.findings);
    for Lacking { column, points } in &report.lacking {
        console.warning(&match console.lang {
            Lang::Es => format!("  aviso: `{column}` falta en {points} puntos: las sumas son de los demás"),
            Lang::En => format!("  warning: `{column}` lacks in {points} points: sums are of the others"),
        });
    }
    if report.bad.count() > 0 {
        let word = match (report.numbered_by, console.lang) {
            ("line", Lang::Es) => "línea",
            ("row", Lang::Es) => "fila",
            (word, _) => word,
        };
        let left_out = match report.left_out {
            0 => String::new(),
            n => format!("; {n} {}", say("no están en el resultado", "are not in the output")),
        };
        console.warning(&format!(
            "  {}: {} {}{left_out}",
            say("aviso", "warning"),
            report.bad.count(),
            if report.bad.count() == 1 {
                say("fila mala", "bad row")
            } else {
                say("filas malas", "bad rows")
            }
        ));
        for (number, fault) in report.bad.first() {
            console.note(&format!("    {word} {number}: {}", fault.text(console.lang)));
        }
        let more = report.bad.count().saturating_sub(EXAMPLES as u64);
        if more > 0 {
            console.note(&format!("    +{more}"));
        }
    }
    console.note(&format!(
        "{} {}; {:.2} s, {}/s ({}{} {:.2} s)",
        report.rows,
        say("filas escritas", "rows written"),
        report.seconds,
        short(report.points_per_second()),
        say("índice", "index"),
        match report.index {
            Some(Saved::Written) => say(" guardado", " saved"),
            Some(Saved::Mapped) => say(" de archivo", " from file"),
            None => "",
        },
        report.index_seconds,
    ));
}

/// A number in thousands, millions or milliards.
fn short(number: f64) -> String {
    match number {
        n if n >= 1e9 => format!("{:.2} G", n / 1e9),
        n if n >= 1e6 => format!("{:.1} M", n / 1e6),
        n if n >= 1e3 => format!("{:.1} k", n / 1e3),
        n => format!("{n:.0}"),
    }
}

/// A bar with rate and time left, where stderr is a terminal.
struct Progress {
    bar: Option<ProgressBar>,
    /// Whether the bar counts bytes; else points.
    bytes: AtomicBool,
    points: AtomicU64,
    lang: Lang,
}

impl Progress {
    fn new(console: &Console) -> Self {
        let bar = console.draws().then(|| {
            let bar = ProgressBar::no_length();
            bar.set_message(console.lang.pick("índice de zonas", "index of zones"));
            bar.enable_steady_tick(Duration::from_millis(200));
            bar
        });
        Self { bar, bytes: AtomicBool::new(false), points: AtomicU64::new(0), lang: console.lang }
    }
}

impl Watch for Progress {
    fn begin(&self, length: Length) {
        let Some(bar) = &self.bar else { return };
        let known = match length {
            Length::Rows(rows) => Some(rows),
            Length::Bytes(bytes) => Some(bytes),
            Length::Unknown => None,
        };
        self.bytes.store(matches!(length, Length::Bytes(_)), Ordering::Relaxed);
        let style = match known {
            Some(length) => {
                bar.set_length(length);
                ProgressStyle::with_template("{bar:24} {percent}% {msg} -{eta}")
            }
            None => ProgressStyle::with_template("{spinner} {msg} {elapsed}"),
        };
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        bar.reset();
    }

    fn advance(&self, points: u64, bytes: u64) {
        let Some(bar) = &self.bar else { return };
        let points_so_far = self.points.fetch_add(points, Ordering::Relaxed) + points;
        bar.inc(if self.bytes.load(Ordering::Relaxed) { bytes } else { points });
        let rate = points_so_far as f64 / bar.elapsed().as_secs_f64().max(1e-3);
        let word = self.lang.pick("puntos", "points");
        bar.set_message(format!("{} {word}, {}/s", short(points_so_far as f64), short(rate)));
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::short;

    #[test]
    fn numbers_in_short() {
        for (number, text) in
            [(0.0, "0"), (999.0, "999"), (1500.0, "1.5 k"), (2.5e7, "25.0 M"), (1e9, "1.00 G")]
        {
            assert_eq!(short(number), text);
        }
    }
}
