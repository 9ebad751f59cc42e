//! `corredor view`: the map page.

use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::json;

use super::CliError;
use super::console::Console;
use super::edition::EditionChoice;
use super::guard::Guard;
use corredor::lang::Lang;
use corredor::protect::Door;
use corredor::publish::RunInfo;
use corredor::view::{
    Assets, Basemap, Kept, LeftOut, Options, Page, Server, ViewError, kept, to_file, to_folder,
    to_private_file, to_private_folder,
};
use corredor::workspace::Workspace;

/// Options of `view`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  corredor view                                 map/index.html in the workspace, with its data beside it
  corredor view --single --out map.html         all of it in one file, to send by mail
  corredor view --serve                         on http://127.0.0.1:8087/, for this machine only

The page holds every run that is kept and that its readers may see, and opens without any network.
With --basemap, whoever opens it tells that server which places they look at, and when.")]
pub struct ViewArgs {
    /// Folder to write, or the file with --single; `map` in the workspace by default
    #[arg(long, value_name = "PATH", required_if_eq("single", "true"))]
    out: Option<PathBuf>,
    /// Everything in one HTML file
    #[arg(long, conflicts_with = "serve")]
    single: bool,
    /// Write nothing; serve the page to this machine until Ctrl-C
    #[arg(long, conflicts_with = "out")]
    serve: bool,
    /// Port of --serve; 0 takes any that is free
    #[arg(long, value_name = "N", default_value_t = 8087, requires = "serve")]
    port: u16,
    /// Only the newest N runs
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    runs: Option<u16>,
    #[command(flatten)]
    edition: EditionChoice,
    /// Folder with the built page (page.js, page.css), where this program was built without it
    #[arg(long, value_name = "DIR")]
    page: Option<PathBuf>,
    /// Background map: raster tiles of an https server, with {z}, {x} and {y}; it sees where readers look
    #[arg(long, value_name = "URL")]
    basemap: Option<String>,
    /// What the licence of the background map asks to be written on the map
    #[arg(long, value_name = "TEXT", requires = "basemap")]
    attribution: Option<String>,
}

/// Writes a page.
type Write = fn(&Page, &Assets, &Path) -> Result<(), ViewError>;

/// Runs `view`.
pub fn run(args: &ViewArgs, folder: &Path, console: &Console) -> Result<(), CliError> {
    let root = Workspace::find(folder)?;
    // Found first: without it the rest is in vain.
    let assets = Assets::find(args.page.as_deref())?;
    let attribution = args.attribution.as_deref().unwrap_or_default();
    let basemap = args.basemap.as_deref().map(|url| Basemap::new(url, attribution)).transpose()?;
    let shelf = args.edition.shelf(folder)?;
    let Kept { mut runs, wider } = kept(&shelf)?;
    tell_wider(&wider, console);
    let newest = args.runs.map_or(runs.len(), usize::from).min(runs.len());
    let runs = runs.split_off(runs.len() - newest);
    let mut guard = Guard::default();
    for run in &runs {
        guard.add(Door::Page, &shelf.root.join("runs").join(run.name()), None)?;
    }
    let network = basemap.is_some();
    if let Some(map) = &basemap {
        warn(map.host(), console);
    }
    let page = Page::new(&runs, &Options { basemap, ..Options::default() })?;
    tell_left_out(&page, console);
    if args.serve {
        let server = Server::bind(&page, &assets, args.port)?;
        let address = format!("http://{}/", server.address()?);
        match console.json {
            true => console.result_json(&json!({"address": address, "runs": page.runs}))?,
            false => {
                let stop = console.lang.pick("Ctrl-C lo termina", "Ctrl-C ends it");
                console.result(&format!("{address}  ({stop})"))?;
            }
        }
        server.run();
        return Ok(());
    }
    let out = args.out.clone().unwrap_or_else(|| root.join("map"));
    let (file, whole) = match guard.is_private() {
        true => (to_private_file as Write, to_private_folder as Write),
        false => (to_file as Write, to_folder as Write),
    };
    let open = match args.single {
        true => {
            file(&page, &assets, &out)?;
            out
        }
        false => {
            whole(&page, &assets, &out)?;
            out.join("index.html")
        }
    };
    if console.json {
        return console.result_json(&json!({"page": open, "runs": page.runs, "within_m": page.within_m}));
    }
    let word = match network {
        false => console.lang.pick("Abra en un navegador, sin red:", "Open in a browser, no network needed:"),
        true => console.lang.pick("Abra en un navegador:", "Open in a browser:"),
    };
    console.result(&format!("{word} {}", open.display()))
}

/// Layers that cannot be read, and so are not drawn.
fn tell_left_out(page: &Page, console: &Console) {
    for LeftOut { run, layer, reason } in &page.left_out {
        let text = match console.lang {
            Lang::Es => format!("Fuera de la página, porque no se puede leer: `{layer}` de {run}: {reason}"),
            Lang::En => format!("Left out of the page, as it cannot be read: `{layer}` of {run}: {reason}"),
        };
        console.warning(&text);
        console.event(&json!({"event": "warning", "run": run, "layer": layer, "text": text}));
    }
}

/// Runs that these readers may not see, and so are not drawn.
fn tell_wider(wider: &[RunInfo], console: &Console) {
    let runs: Vec<String> = wider.iter().map(|run| format!("{} ({})", run.run, run.level().name())).collect();
    if runs.is_empty() {
        return;
    }
    let list = runs.join(", ");
    let text = match console.lang {
        Lang::Es => format!(
            "Fuera de la página, por ser de un nivel más amplio: {list}; `corredor withdraw` las retira"
        ),
        Lang::En => {
            format!(
                "Left out of the page, being of a wider level: {list}; `corredor withdraw` takes them away"
            )
        }
    };
    console.warning(&text);
    console.event(&json!({"event": "warning", "left_out": runs, "text": text}));
}

/// What a background map gives away.
fn warn(host: &str, console: &Console) {
    let text = match console.lang {
        Lang::Es => format!(
            "Aviso de privacidad: quien abra esta página le dice a {host} qué lugares mira, cuándo y desde qué dirección de red."
        ),
        Lang::En => format!(
            "Privacy warning: whoever opens this page tells {host} which places they look at, when, and from which \
             network address."
        ),
    };
    console.warning(&text);
    console.event(&json!({"event": "warning", "basemap": host, "text": text}));
}
