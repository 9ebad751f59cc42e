//! Files that read layers name exist.

use std::path::Path;

use super::publish::password;
use crate::checked::{Document, Problem, nearest, place};
use crate::layer::postgres::secret;
use crate::workspace::Source;
use crate::workspace::config::Read;

pub(super) fn check(read: &Read, document: &Document, data: &Path, problems: &mut Vec<Problem>) {
    let place = place!["read", "path"];
    if read.path.trim().is_empty() {
        problems.push(document.error(place, "`path` is empty").help("name a file of the data folder"));
        return;
    }
    if let Some(secret) = secret(&read.path) {
        problems.push(password(document, place, &read.path, secret));
        return;
    }
    let source = Source::resolve(data, &read.path);
    if let Source::Web { url, .. } = &source
        && let Some(user) = url.split("//").nth(1).and_then(|rest| rest.split('/').next()?.rsplit_once('@'))
    {
        let start = read.path.find(user.0).unwrap_or(0);
        let help = "take it out: addresses are published with the layers; fetch the file by other means, and read that";
        let problem = document.error(place, "a name or password stands in an address");
        problems.push(problem.help(help).secret(&read.path[start..start + user.0.len()]));
        return;
    }
    let Some(file) = source.local() else { return };
    match file.try_exists() {
        Ok(true) => {}
        Ok(false) => {
            let message = format!("there is no file `{}`", file.display());
            problems.push(document.error(place, message).maybe_help(help(file)).of_source("is not there"));
        }
        Err(error) => {
            let message = format!("cannot look for `{}`: {error}", file.display());
            let problem = document.error(place, message).help("check the path and the rights on its folder");
            problems.push(problem.of_source("may not be looked at by this user"));
        }
    }
}

/// The nearest file of that folder, or the first folder on the way that does not exist.
fn help(file: &Path) -> Option<String> {
    let folder = file.parent()?;
    if !folder.is_dir() {
        let missing = folder.ancestors().take_while(|above| !above.exists()).last().unwrap_or(folder);
        return Some(format!("there is no folder `{}`", missing.display()));
    }
    let wanted = file.file_name()?.to_string_lossy();
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .ok()?
        .filter_map(|entry| Some(entry.ok()?.file_name().to_string_lossy().into_owned()))
        .collect();
    names.sort_unstable();
    let near = nearest(&wanted, names.iter().map(String::as_str));
    Some(match near {
        Some(near) => format!("did you mean `{near}`?"),
        None if names.is_empty() => format!("the folder `{}` is empty", folder.display()),
        None => format!("nothing in `{}` is called like it", folder.display()),
    })
}
