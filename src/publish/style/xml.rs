//! XML as it is written here: indented, every text escaped.

/// A document under construction.
#[derive(Debug, Default)]
pub(in crate::publish) struct Xml {
    out: String,
    open: Vec<&'static str>,
}

impl Xml {
    /// A document with its first line.
    pub fn new(head: &str) -> Self {
        Self { out: format!("{head}\n"), open: Vec::new() }
    }

    /// `<name a="b">`, to be closed by [`Xml::end`].
    pub fn begin(&mut self, name: &'static str, attributes: &[(&str, &str)]) {
        self.tag(name, attributes);
        self.out.push_str(">\n");
        self.open.push(name);
    }

    /// Closes the last open element.
    pub fn end(&mut self) {
        if let Some(name) = self.open.pop() {
            self.indent();
            self.out.push_str(&format!("</{name}>\n"));
        }
    }

    /// `<name a="b"/>`
    pub fn empty(&mut self, name: &'static str, attributes: &[(&str, &str)]) {
        self.tag(name, attributes);
        self.out.push_str("/>\n");
    }

    /// `<name>text</name>`
    pub fn text(&mut self, name: &'static str, text: &str) {
        self.text_with(name, &[], text);
    }

    /// `<name a="b">text</name>`
    pub fn text_with(&mut self, name: &'static str, attributes: &[(&str, &str)], text: &str) {
        self.tag(name, attributes);
        self.out.push_str(&format!(">{}</{name}>\n", escape(text)));
    }

    /// The document, all elements closed.
    pub fn finish(mut self) -> String {
        while !self.open.is_empty() {
            self.end();
        }
        self.out
    }

    fn indent(&mut self) {
        self.out.push_str(&"  ".repeat(self.open.len()));
    }

    fn tag(&mut self, name: &str, attributes: &[(&str, &str)]) {
        self.indent();
        self.out.push_str(&format!("<{name}"));
        for (key, value) in attributes {
            self.out.push_str(&format!(" {key}=\"{}\"", escape(value)));
        }
    }
}

/// Escaped for text and for attributes; characters that XML 1.0 does not allow become U+FFFD.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' => out.push_str("&#10;"),
            '\r' => out.push_str("&#13;"),
            '\t' => out.push_str("&#9;"),
            '\0'..' ' | '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            _ => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_is_escaped() {
        let mut xml = Xml::new("<?xml?>");
        xml.begin("a", &[("name", "<\"Peñón\" & co>\n")]);
        xml.text("b", "x < y \u{1}");
        xml.empty("c", &[]);
        assert_eq!(
            xml.finish(),
            "<?xml?>\n<a name=\"&lt;&quot;Peñón&quot; &amp; co&gt;&#10;\">\n  <b>x &lt; y \u{fffd}</b>\n  <c/>\n</a>\n"
        );
    }
}
