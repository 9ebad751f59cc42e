//! The HTML around the page's program and data, with a policy that lets nothing else in.

use sha2::{Digest, Sha256};

use super::{Assets, Page, base64};
use crate::text::html;

const SHELL: &str = include_str!("shell.html");

/// What begins every page of ours, so that only those are replaced.
pub(super) const GENERATOR: &str = "<meta name=\"generator\" content=\"corredor view\">";

/// The page that loads its program and data from files beside it.
pub(super) fn beside(page: &Page) -> String {
    // Over `file:` some browsers take every file for a place of its own, so that 'self' is not enough.
    let own = "'self' file:";
    fill(
        page,
        &policy(page, own, own),
        "<link rel=\"stylesheet\" href=\"page.css\">",
        "<script src=\"data/page.js\"></script>",
        "<script src=\"page.js\"></script>",
    )
}

/// The page that has everything in it.
pub(super) fn whole(page: &Page, assets: &Assets) -> String {
    // Nothing in a script may end it early; both ways of writing mean the same inside its strings.
    let script = assets.script.replace("</script", "<\\/script").replace("<!--", "<\\!--");
    let style = assets.style.replace("</style", "<\\/style");
    let data: Vec<String> = page
        .blocks
        .iter()
        .map(|(name, bytes)| {
            format!("<script type=\"text/plain\" id=\"data-{name}\">{}</script>", base64::encode(bytes))
        })
        .collect();
    fill(
        page,
        &policy(page, &hash(&script), &hash(&style)),
        &format!("<style>{style}</style>"),
        &data.join("\n"),
        &format!("<script>{script}</script>"),
    )
}

fn fill(page: &Page, policy: &str, style: &str, data: &str, script: &str) -> String {
    let [es, en] = &page.title;
    let title = html(if es.is_empty() { en } else { es });
    // One pass: what is put in is not looked at again.
    let mut out = String::with_capacity(SHELL.len() + style.len() + data.len() + script.len());
    let mut rest = SHELL;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let Some((name, after)) = after.split_once('}') else { break };
        out.push_str(match name {
            "policy" => policy,
            "title" => &title,
            "style" => style,
            "data" => data,
            _ => script,
        });
        rest = after;
    }
    out.push_str(rest);
    out
}

/// Nothing but the page's own program and style; pictures that it draws itself; the map's workers; and the one server
/// of the background map, if there is one.
fn policy(page: &Page, script: &str, style: &str) -> String {
    let connect =
        page.basemap.as_ref().map(|map| format!("connect-src {}; ", map.origin())).unwrap_or_default();
    format!(
        "default-src 'none'; script-src {script}; style-src {style}; img-src data: blob:; {connect}worker-src blob:; \
         child-src blob:; base-uri 'none'; form-action 'none'"
    )
}

/// A source expression that only this very text matches.
fn hash(text: &str) -> String {
    format!("'sha256-{}'", base64::encode(&Sha256::digest(text.as_bytes())))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn page() -> Page {
        let blocks = BTreeMap::from([("page".to_owned(), vec![1, 2, 3])]);
        Page {
            title: ["<img src=x> {script}".to_owned(), String::new()],
            blocks,
            basemap: None,
            within_m: 0.0,
            runs: 1,
            left_out: Vec::new(),
        }
    }

    #[test]
    fn titles_are_text() {
        let html = beside(&page());
        assert!(html.contains("<title>&lt;img src=x&gt; {script}</title>"), "{html}");
        assert!(html.contains(GENERATOR));
    }

    #[test]
    fn a_script_cannot_end_early() {
        let assets = Assets { script: "a=\"</script><!--\"".into(), style: "b{}".into() };
        let html = whole(&page(), &assets);
        assert!(html.contains("<script>a=\"<\\/script><\\!--\"</script>"), "{html}");
        assert!(html.contains("id=\"data-page\">AQID</script>"));
        // openssl dgst -sha256 -binary | base64
        assert!(html.contains("style-src 'sha256-7yqHVAesot11p6HczDsgKRipvI5UPgs97z80zNXlans='"), "{html}");
    }
}
