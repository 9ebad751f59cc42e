//! Signs that no reader sees and that a terminal, a browser or QGIS obeys: control characters, escape sequences,
//! directions of writing, signs without width. One function a sink.

use std::borrow::Cow;
use std::fmt::Write;

/// Stands where a sign was that a sink cannot show.
const REPLACEMENT: char = '\u{fffd}';

/// A sign without width that joins words: it keeps QGIS from finding an expression.
const BREAK: char = '\u{2060}';

/// Signs without width that words of some languages need between their letters: the joiner and the non-joiner.
const JOINERS: [char; 2] = ['\u{200c}', '\u{200d}'];

/// Whether a sign is not seen and may do something: control characters but line break and tab, overrides and isolates of
/// the direction of writing, signs without width, separators of lines, tags, and what is no character.
///
/// ```
/// use corredor::text::is_hidden;
///
/// assert!("\u{1b}\0\u{9b}\u{202e}\u{2066}\u{200b}\u{feff}\u{2028}".chars().all(is_hidden));
/// assert!(!"Ñandú\n\t\u{301} – 北京 🌎".chars().any(is_hidden));
/// ```
pub fn is_hidden(c: char) -> bool {
    match c {
        '\n' | '\t' => false,
        '\0'..'\u{20}' | '\u{7f}'..='\u{9f}' => true,
        ..'\u{ad}' => false,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180e}' => true,
        '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' => true,
        '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{fffe}' | '\u{ffff}' | '\u{e0000}'..='\u{e007f}' => true,
        _ => false,
    }
}

/// Whether a sign is hidden where it stands: joiners are not, between letters that are not of the Latin alphabet.
fn hidden_after(c: char, before: Option<char>) -> bool {
    is_hidden(c)
        && !(JOINERS.contains(&c) && before.is_some_and(|before| before > '\u{24f}' && !is_hidden(before)))
}

/// The first hidden sign of a text, in bytes from its beginning.
///
/// ```
/// assert_eq!(corredor::text::find_hidden("a\u{202e}b"), Some((1, '\u{202e}')));
/// assert_eq!(corredor::text::find_hidden("می\u{200c}خواهم"), None);
/// ```
pub fn find_hidden(text: &str) -> Option<(usize, char)> {
    let mut before = None;
    text.char_indices().find(|&(_, c)| hidden_after(c, before.replace(c)))
}

/// A text with what stands for each hidden sign.
fn replaced(text: &str, mut stand: impl FnMut(char, &mut String)) -> Cow<'_, str> {
    let Some((first, _)) = find_hidden(text) else { return Cow::Borrowed(text) };
    let mut out = String::with_capacity(text.len() + 8);
    out.push_str(&text[..first]);
    let mut before = text[..first].chars().next_back();
    for c in text[first..].chars() {
        match hidden_after(c, before.replace(c)) {
            true => stand(c, &mut out),
            false => out.push(c),
        }
    }
    Cow::Owned(out)
}

/// For terminals and logs: the number of a hidden sign takes its place, so that a person sees that it is there.
///
/// ```
/// assert_eq!(corredor::text::shown("a\u{1b}[31mb\u{202e}"), "a<U+001B>[31mb<U+202E>");
/// ```
pub fn shown(text: &str) -> Cow<'_, str> {
    replaced(text, |c, out| {
        // Writing to a text cannot fail.
        let _ = write!(out, "<U+{:04X}>", u32::from(c));
    })
}

/// For a line of a log or of a list: as [`shown`], and in one line.
pub fn one_line(text: &str) -> String {
    let words = text.split(['\n', '\r']).map(str::trim).filter(|line| !line.is_empty());
    shown(&words.collect::<Vec<_>>().join(" ")).replace('\t', " ")
}

/// For text of data, as it is read: signs without width and of direction go, other control characters become U+FFFD.
pub fn clean(text: &str) -> Cow<'_, str> {
    replaced(text, |c, out| {
        if c.is_control() && c != '\r' {
            out.push(REPLACEMENT);
        }
    })
}

/// Whether a text shows nothing: blanks, and signs that are not seen.
pub fn is_blank(text: &str) -> bool {
    text.trim().is_empty() || (!text.is_ascii() && clean(text).trim().is_empty())
}

/// For CSV and drawn text: hidden signs become U+FFFD.
pub fn plain(text: &str) -> Cow<'_, str> {
    replaced(text, |_, out| out.push(REPLACEMENT))
}

/// For HTML, in text and in attributes.
///
/// ```
/// assert_eq!(corredor::text::html("<b>\"A&'\0"), "&lt;b&gt;&quot;A&amp;&#39;\u{fffd}");
/// ```
pub fn html(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for c in plain(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

/// For XML 1.0, SVG among it, in text and in attributes.
pub fn xml(text: &str) -> String {
    escaped_xml(&plain(text))
}

/// For XML 1.0 of a text that has gone through [`qgis`] or [`qgis_html`] where people wrote it.
pub fn xml_of_qgis(text: &str) -> String {
    escaped_xml(&replaced(text, |c, out| out.push(if c == BREAK { c } else { REPLACEMENT })))
}

fn escaped_xml(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' => out.push_str("&#10;"),
            '\t' => out.push_str("&#9;"),
            c => out.push(c),
        }
    }
    out
}

/// For any text that QGIS shows: it evaluates what stands between `[%` and `%]` in titles, legends, map tips and labels of
/// layouts (`QgsExpression::replaceExpressionText`), and replaces `$CURRENT_DATE` in the last. A sign without width between
/// the two signs that begin it keeps it from being found, and the text looks as it is. Other hidden signs are as in
/// [`plain`].
///
/// ```
/// assert_eq!(corredor::text::qgis("[% env('HOME') %]"), "[\u{2060}% env('HOME') %]");
/// ```
pub fn qgis(text: &str) -> String {
    broken(&plain(text))
}

/// For HTML in which QGIS evaluates expressions: neither of the two.
pub fn qgis_html(text: &str) -> String {
    broken(&html(text))
}

fn broken(text: &str) -> String {
    text.replace("[%", &format!("[{BREAK}%")).replace("$CURRENT_DATE", &format!("${BREAK}CURRENT_DATE"))
}

/// For JSON that a terminal or a browser shows: `json` with hidden signs as JSON's own escapes, so that nothing is lost.
pub fn json(json: &str) -> Cow<'_, str> {
    replaced(json, |c, out| {
        let mut units = [0; 2];
        for unit in c.encode_utf16(&mut units) {
            // Writing to a text cannot fail.
            let _ = write!(out, "\\u{unit:04x}");
        }
    })
}

/// For what is quoted of a file, whose bytes must stay where they are: every hidden sign becomes others of its length.
pub(crate) fn in_place(text: &str) -> Option<String> {
    find_hidden(text)?;
    // A break of the line ends with it.
    let stand = |c: char, out: &mut String| match c {
        '\r' => out.push(c),
        _ => out.push_str(["?", "·", "\u{fffd}", "????"][c.len_utf8() - 1]),
    };
    Some(replaced(text, stand).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every kind of sign that a sink might obey, between letters that must stay.
    const HOSTILE: &str = "a\u{1b}[31mb\u{9b}2Jc\0d\u{202e}e\u{2066}f\u{200b}g\u{feff}h\u{7}i\u{8}j\rk\u{2028}l\u{e0041}m\u{ad}n\u{7f}o[% env('HOME') %]p<q>";

    #[test]
    fn no_sink_gets_a_sign_that_it_obeys() {
        type Sink = fn(&str) -> String;
        let sinks: [(&str, Sink); 11] = [
            ("terminal", |text| shown(text).into_owned()),
            ("log", one_line),
            ("data", |text| clean(text).into_owned()),
            ("csv", |text| plain(text).into_owned()),
            ("html", html),
            ("xml", xml),
            ("qgis", |text| qgis(text).replace(BREAK, "")),
            ("qgis html", |text| qgis_html(text).replace(BREAK, "")),
            ("qgis xml", |text| xml_of_qgis(&qgis(text)).replace(BREAK, "")),
            ("json", |text| json(&serde_json::to_string(text).unwrap()).into_owned()),
            ("quote", |text| in_place(text).unwrap().replace('\r', "")),
        ];
        for (sink, write) in sinks {
            let written = write(HOSTILE);
            assert_eq!(find_hidden(&written), None, "{sink}: {written:?}");
            for letter in 'a'..='p' {
                assert!(written.contains(letter), "{sink} lost {letter}: {written:?}");
            }
            let harmless = "Ñ–北京 🌎 می\u{200c}خواهم";
            assert!(write(&format!("{harmless}\0")).contains(harmless), "{sink}");
        }
        for (sink, write) in
            sinks.iter().filter(|(sink, _)| ["html", "xml", "qgis html", "qgis xml"].contains(sink))
        {
            assert!(!write(HOSTILE).contains(['<', '>']), "{sink}");
        }
        for text in [qgis(HOSTILE), qgis_html(HOSTILE), xml_of_qgis(&qgis(HOSTILE))] {
            assert!(!text.contains("[%") && text.contains("[\u{2060}%"), "{text:?}");
        }
        assert_eq!(
            serde_json::from_str::<String>(&json(&serde_json::to_string(HOSTILE).unwrap())).unwrap(),
            HOSTILE
        );
        assert_eq!(in_place(HOSTILE).unwrap().len(), HOSTILE.len());
    }
}
