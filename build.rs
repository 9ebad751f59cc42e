//! Embeds the map page in release builds, where `npm run build` in `web/` has made it; without it everything else is
//! built all the same. Debug builds leave it out: the page is built after the tests, and would have them compiled again.

use std::error::Error;
use std::path::Path;
use std::{env, fs};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    let release = env::var("PROFILE")? == "release";
    if release {
        // The folder is always there; it is empty until the page is built.
        println!("cargo::rerun-if-changed=web/dist");
    }
    let dist = Path::new(&env::var("CARGO_MANIFEST_DIR")?).join("web").join("dist");
    let (script, style) = (dist.join("page.js"), dist.join("page.css"));
    let text = match release && script.is_file() && style.is_file() {
        true => format!("Some((include_str!({script:?}), include_str!({style:?})))"),
        false => "None".to_owned(),
    };
    fs::write(Path::new(&env::var("OUT_DIR")?).join("page.rs"), text)?;
    Ok(())
}
