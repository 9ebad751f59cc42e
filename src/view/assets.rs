//! The program and the style sheet that run in the browser.

use std::borrow::Cow;
use std::path::Path;

use super::ViewError;

/// The built page, where there was one when this program was built.
const EMBEDDED: Option<(&str, &str)> = include!(concat!(env!("OUT_DIR"), "/page.rs"));

/// What `npm run build` makes of `web/`.
#[derive(Clone, Debug)]
pub struct Assets {
    /// The program.
    pub script: Cow<'static, str>,
    /// The style sheet.
    pub style: Cow<'static, str>,
}

impl Assets {
    /// Those of a folder, or the embedded ones.
    ///
    /// # Errors
    /// [`ViewError::NoPage`] where none are embedded; [`ViewError::NotAPage`] where the folder holds none.
    pub fn find(folder: Option<&Path>) -> Result<Self, ViewError> {
        let Some(folder) = folder else {
            let (script, style) = EMBEDDED.ok_or(ViewError::NoPage)?;
            return Ok(Self { script: script.into(), style: style.into() });
        };
        let read = |name: &str| {
            let missing = |_| ViewError::NotAPage { folder: folder.to_owned() };
            std::fs::read_to_string(folder.join(name)).map_err(missing)
        };
        Ok(Self { script: read("page.js")?.into(), style: read("page.css")?.into() })
    }

    /// Whether this program has the page in it.
    pub fn embedded() -> bool {
        EMBEDDED.is_some()
    }
}
