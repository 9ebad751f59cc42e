//! The outline of a FeatureCollection: its name, and where each feature stands in the text.
//!
//! Only what separates is looked at: quotes and braces, many bytes at a time. Whether the text between is JSON,
//! the parser says.

use std::ops::Range;

use memchr::{memchr2, memchr3};
use serde::Deserialize;
use serde::de::IgnoredAny;

use super::declined::Declined;

/// Members of the collection that change nothing, and the form of none matters.
const IGNORED: [&[u8]; 9] = [
    b"\"bbox\"",
    b"\"xy_coordinate_resolution\"",
    b"\"z_coordinate_resolution\"",
    b"\"totalFeatures\"",
    b"\"numberMatched\"",
    b"\"numberReturned\"",
    b"\"timeStamp\"",
    b"\"generator\"",
    b"\"copyright\"",
];

/// What is in a collection.
#[derive(Debug, Default)]
pub(super) struct Outline {
    pub name: Option<String>,
    pub features: Vec<Range<usize>>,
}

/// The old member `crs`, in the one form that says what RFC 7946 says anyway.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Crs {
    r#type: String,
    properties: CrsProperties,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CrsProperties {
    name: String,
}

/// Finds the features of a collection.
pub(super) fn outline(text: &[u8]) -> Result<Outline, Declined> {
    let mut cursor = Cursor { text, at: 0 };
    let mut outline = Outline::default();
    let mut seen: Vec<&[u8]> = Vec::new();
    cursor.expect(b'{')?;
    loop {
        cursor.blank();
        let key = cursor.string()?;
        if seen.contains(&key) {
            return Err("a member of the collection stands twice".to_owned());
        }
        cursor.expect(b':')?;
        cursor.blank();
        let late = seen.contains(&b"\"features\"".as_slice());
        match key {
            b"\"type\"" if cursor.parse::<String>()? == "FeatureCollection" => {}
            b"\"name\"" if !late => outline.name = Some(cursor.parse()?),
            b"\"crs\"" if !late => {
                let crs: Crs = cursor.parse()?;
                if crs.r#type != "name" || crs.properties.name != "urn:ogc:def:crs:OGC:1.3:CRS84" {
                    return Err(format!("crs {}", crs.properties.name));
                }
            }
            b"\"features\"" => outline.features = cursor.features()?,
            key if IGNORED.contains(&key) => drop(cursor.parse::<IgnoredAny>()?),
            key => return Err(format!("member {}", String::from_utf8_lossy(key))),
        }
        seen.push(key);
        match cursor.next()? {
            b',' => {}
            b'}' => break,
            _ => return Err("no comma between members".to_owned()),
        }
    }
    cursor.blank();
    if cursor.at < text.len() || !seen.contains(&b"\"type\"".as_slice()) {
        return Err("not one FeatureCollection".to_owned());
    }
    Ok(outline)
}

/// A place in the text.
struct Cursor<'a> {
    text: &'a [u8],
    at: usize,
}

impl<'a> Cursor<'a> {
    /// Skips white space.
    fn blank(&mut self) {
        while matches!(self.text.get(self.at), Some(b' ' | b'\n' | b'\r' | b'\t')) {
            self.at += 1;
        }
    }

    /// The next byte that is not white space.
    fn next(&mut self) -> Result<u8, Declined> {
        self.blank();
        self.at += 1;
        self.text.get(self.at - 1).copied().ok_or_else(|| "the text ends early".to_owned())
    }

    fn expect(&mut self, byte: u8) -> Result<(), Declined> {
        match self.next()? {
            found if found == byte => Ok(()),
            found => Err(format!("`{}` where `{}` should be", char::from(found), char::from(byte))),
        }
    }

    /// The string that begins here, with its quotes.
    fn string(&mut self) -> Result<&'a [u8], Declined> {
        let start = self.at;
        self.expect(b'"')?;
        self.end_string()?;
        Ok(&self.text[start..self.at])
    }

    /// Skips to behind the quote that ends the string we are in.
    fn end_string(&mut self) -> Result<(), Declined> {
        loop {
            let Some(found) = memchr2(b'"', b'\\', &self.text[self.at..]) else {
                return Err("a string does not end".to_owned());
            };
            self.at += found + 1;
            if self.text[self.at - 1] == b'"' {
                return Ok(());
            }
            // What is escaped is one byte at least; it may be a quote.
            self.at = (self.at + 1).min(self.text.len());
        }
    }

    /// The value that begins here, as what it should be.
    fn parse<T: Deserialize<'a>>(&mut self) -> Result<T, Declined> {
        let start = self.at;
        match self.text.get(self.at) {
            Some(b'{') => self.balanced(b'{', b'}')?,
            Some(b'[') => self.balanced(b'[', b']')?,
            Some(b'"') => drop(self.string()?),
            _ => {
                while !matches!(self.text.get(self.at), None | Some(b',' | b'}')) {
                    self.at += 1;
                }
            }
        }
        serde_json::from_slice(&self.text[start..self.at]).map_err(|error| error.to_string())
    }

    /// Skips what begins here to behind the bracket that closes it; brackets in strings do not count.
    fn balanced(&mut self, open: u8, close: u8) -> Result<(), Declined> {
        let mut depth = 0;
        loop {
            let Some(found) = memchr3(open, close, b'"', &self.text[self.at..]) else {
                return Err("a bracket is not closed".to_owned());
            };
            self.at += found + 1;
            match self.text[self.at - 1] {
                b'"' => self.end_string()?,
                byte if byte == open => depth += 1,
                _ => {
                    depth -= 1;
                    if depth == 0 {
                        return Ok(());
                    }
                }
            }
        }
    }

    /// Where each object of the list that begins here stands.
    fn features(&mut self) -> Result<Vec<Range<usize>>, Declined> {
        self.expect(b'[')?;
        let mut features = Vec::new();
        loop {
            self.blank();
            let start = self.at;
            match self.text.get(self.at) {
                Some(b'{') => self.balanced(b'{', b'}')?,
                Some(b']') if features.is_empty() => {
                    self.at += 1;
                    return Ok(features);
                }
                _ => return Err("a feature is no object".to_owned()),
            }
            features.push(start..self.at);
            match self.next()? {
                b',' => {}
                b']' => return Ok(features),
                _ => return Err("no comma between features".to_owned()),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn features(text: &str) -> Result<Vec<&str>, Declined> {
        outline(text.as_bytes()).map(|o| o.features.into_iter().map(|f| &text[f]).collect())
    }

    #[test]
    fn features_are_told_apart_whatever_their_texts_hold() {
        let text = r#" {"type":"FeatureCollection", "bbox":[1,2,[3]],"features": [ {"a":"}\"{\\"} , {"b":{"c":{}}}
            ] , "numberMatched" : 7 }
        "#;
        assert_eq!(features(text).unwrap(), [r#"{"a":"}\"{\\"}"#, r#"{"b":{"c":{}}}"#]);
        assert!(features(r#"{"type":"FeatureCollection","features":[]}"#).unwrap().is_empty());
    }

    #[test]
    fn everything_else_is_declined() {
        for text in [
            "",
            "{",
            "[]",
            "{}",
            r#"{"type":"FeatureCollection"#,
            r#"{"type":"Topology","features":[]}"#,
            r#"{"type":"FeatureCollection","features":[]"#,
            r#"{"type":"FeatureCollection","features":[{]}"#,
            r#"{"type":"FeatureCollection","features":[{},]}"#,
            r#"{"type":"FeatureCollection","features":[{} {}]}"#,
            r#"{"type":"FeatureCollection","features":[1]}"#,
            r#"{"type":"FeatureCollection","features":[],}"#,
            r#"{"type":"FeatureCollection","features":[]} x"#,
            r#"{"type":"FeatureCollection","features":[],"features":[]}"#,
            r#"{"type":"FeatureCollection","features":[],"name":"late"}"#,
            r#"{"type":"FeatureCollection","bbox":[1,],"features":[]}"#,
            r#"{"type":"FeatureCollection","next":1,"features":[]}"#,
            r#"{"type":"FeatureCollection","crs":null,"features":[]}"#,
            r#"{"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"EPSG:6372"}},"features":[]}"#,
            "\u{feff}{\"type\":\"FeatureCollection\",\"features\":[]}",
        ] {
            assert!(features(text).is_err(), "{text}");
        }
    }
}
