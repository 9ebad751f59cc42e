//! `corredor key`: where the key of protected sites is, and whether it serves.

use std::path::Path;

use clap::Args;
use serde_json::json;

use super::CliError;
use super::console::Console;
use corredor::lang::Lang;
use corredor::protect::{Key, KeyEnvironment, KeyError, KeyPlace};
use corredor::workspace::Workspace;

/// Options of `key`.
#[derive(Debug, Args)]
#[command(after_help = "\
The key decides at which settlement of its group a protected site appears on maps. It is a file
that its owner alone may read, outside the workspace: the one that CORREDOR_KEY_FILE names, else
[protect] key_file of corredor.toml, else corredor/keys/NAME.key in XDG_CONFIG_HOME or ~/.config.
An invented country needs none. The key itself is never shown.

Keep a copy in a safe place. With another key every site would appear elsewhere, for no
reason that readers could see.

Examples:
  corredor key            where it is, and its fingerprint
  corredor key --new      make one where there is none")]
pub struct KeyArgs {
    /// Make a new key where there is none; one that is there is kept
    #[arg(long)]
    new: bool,
}

/// Runs `key`.
pub fn run(args: &KeyArgs, folder: &Path, console: &Console) -> Result<(), CliError> {
    let workspace = Workspace::open(&Workspace::find(folder)?)?;
    let place = KeyPlace::of_workspace(&workspace, &KeyEnvironment::of_process())?;
    let key = match args.new {
        true => place.make()?,
        false => place.load()?,
    };
    let fingerprint = key.fingerprint();
    let path = place.path();
    if console.json {
        return console.result_json(
            &json!({"path": path, "fingerprint": fingerprint, "new": args.new && path.is_some()}),
        );
    }
    let place = match (path, console.lang) {
        (Some(path), _) => path.display().to_string(),
        (None, Lang::Es) => "la semilla del país inventado; no es secreta".to_owned(),
        (None, Lang::En) => "the seed of the invented country; no secret".to_owned(),
    };
    let word = console.lang.pick("huella", "fingerprint");
    console.result(&format!("{place}\n{word} {fingerprint}"))
}

/// Makes the key of a workspace just written where there is none, and says where it is. A key that cannot be made is
/// told, and can be made later.
pub fn make(root: &Path, console: &Console) -> Result<(), CliError> {
    let workspace = Workspace::open(root)?;
    let made = KeyPlace::of_workspace(&workspace, &KeyEnvironment::of_process())
        .and_then(|place| Ok((place.load_or_make()?, place)));
    match made {
        Ok(((key, new), KeyPlace::File { path, .. })) => console.note(&told(&key, new, &path, console.lang)),
        Ok((_, KeyPlace::Invented { .. })) => {}
        Err(error) => console.warning(&untold(&error, console.lang)),
    }
    Ok(())
}

fn told(key: &Key, new: bool, path: &Path, lang: Lang) -> String {
    let (path, fingerprint) = (path.display(), key.fingerprint());
    match (new, lang) {
        (true, Lang::Es) => format!(
            "Llave de los sitios protegidos: {path} (huella {fingerprint}). Guarde una copia en un lugar seguro."
        ),
        (true, Lang::En) => format!(
            "Key of protected sites: {path} (fingerprint {fingerprint}). Keep a copy in a safe place."
        ),
        (false, Lang::Es) => {
            format!("Llave de los sitios protegidos: la que ya estaba en {path} (huella {fingerprint}).")
        }
        (false, Lang::En) => {
            format!("Key of protected sites: the one that was at {path} already (fingerprint {fingerprint}).")
        }
    }
}

fn untold(error: &KeyError, lang: Lang) -> String {
    match lang {
        Lang::Es => {
            format!("Aún no hay llave de los sitios protegidos: {error}. Después: corredor key --new")
        }
        Lang::En => format!("There is no key of protected sites yet: {error}. Later: corredor key --new"),
    }
}
