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

    /// The same with attributes in which QGIS evaluates what stands between `[%` and `%]`, as [`Xml::template`] has it.
    pub fn begin_template(&mut self, name: &'static str, attributes: &[(&str, &str)]) {
        self.tag_with(name, attributes, crate::text::xml_of_qgis);
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

    /// `<name>text</name>` of a text in which QGIS evaluates what stands between `[%` and `%]`. What people wrote must have
    /// gone through [`crate::text::qgis_html`] before it became a part of it.
    pub fn template(&mut self, name: &'static str, text: &str) {
        self.tag(name, &[]);
        self.out.push_str(&format!(">{}</{name}>\n", crate::text::xml_of_qgis(text)));
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
        self.tag_with(name, attributes, escape);
    }

    fn tag_with(&mut self, name: &str, attributes: &[(&str, &str)], escape: fn(&str) -> String) {
        self.indent();
        self.out.push_str(&format!("<{name}"));
        for (key, value) in attributes {
            self.out.push_str(&format!(" {key}=\"{}\"", escape(value)));
        }
    }
}

/// Escaped for text and for attributes; QGIS, which reads it, takes no text for an expression.
fn escape(text: &str) -> String {
    crate::text::xml_of_qgis(&crate::text::qgis(text))
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
        xml.template("d", "[% \"name\" %]\u{202e}");
        xml.text("e", "[% env('HOME') %]");
        assert_eq!(
            xml.finish(),
            "<?xml?>\n<a name=\"&lt;&quot;Peñón&quot; &amp; co&gt;&#10;\">\n  <b>x &lt; y \u{fffd}</b>\n  <c/>\n  <d>[% &quot;name&quot; %]\u{fffd}</d>\n  <e>[\u{2060}% env('HOME') %]</e>\n</a>\n"
        );
    }
}
