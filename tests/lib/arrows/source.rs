//! Reads which file uses items of which other.
//!
//! `use` lines and paths in code are followed through what files hand on (`pub use`) to the file that defines the item.
//! Tests, comments and texts are left out. Methods and fields are not seen, nor what a macro of the language makes.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use crate::fixtures::top;

/// The crates by the names that code has for them, and their sources.
const CRATES: &[(&str, &str)] = &[
    ("corredor", "src"),
    ("corredor_geo", "crates/corredor-geo/src"),
    ("corredor_sql", "crates/corredor-sql/src"),
    ("corredor_cli", "crates/corredor-cli/src"),
];

/// Names from a crate down to a module or an item.
type Names = Vec<String>;

/// A word or sign of a source, and its line.
struct Token {
    text: String,
    line: usize,
}

/// One name that a `use` brings in.
struct Import {
    path: Names,
    name: String,
    line: usize,
    public: bool,
}

/// A file of the sources without tests, comments and texts.
#[derive(Default)]
struct File {
    /// From the top of the project.
    name: String,
    imports: Vec<Import>,
    /// Paths in code, with their lines.
    paths: Vec<(Names, usize)>,
    /// First words of all paths and all single words in code.
    words: BTreeSet<String>,
    /// Items of the file.
    defined: BTreeSet<String>,
    /// Modules that exist for tests only.
    test_modules: Vec<String>,
    /// What its imports call what.
    names: BTreeMap<String, Vec<Names>>,
    /// What it imports as a whole.
    globs: Vec<Names>,
}

/// One use of an item of another file.
pub struct Arrow {
    pub from: String,
    pub to: String,
    pub line: usize,
    pub path: String,
    /// Whether the file only hands the item on.
    pub hands_on: bool,
}

/// All files by their modules.
pub struct Project {
    files: BTreeMap<Names, File>,
}

/// Where a comment, a text or a character ends that begins at `i`, if one does.
fn end_of_text(chars: &[char], i: usize) -> Option<usize> {
    let is =
        |at: usize, text: &str| text.chars().enumerate().all(|(k, sign)| chars.get(at + k) == Some(&sign));
    let after = |from: usize, text: &str| {
        (from..chars.len()).find(|&at| is(at, text)).map_or(chars.len(), |at| at + text.len())
    };
    if is(i, "//") {
        return Some(after(i, "\n"));
    }
    if is(i, "/*") {
        return Some(after(i + 2, "*/"));
    }
    let prefix = match chars[i] {
        'r' => 1,
        'b' | 'c' if is(i + 1, "r") => 2,
        _ => 0,
    };
    if prefix > 0 {
        let hashes = chars[i + prefix..].iter().take_while(|&&sign| sign == '#').count();
        if is(i + prefix + hashes, "\"") {
            return Some(after(i + prefix + hashes + 1, &format!("\"{}", "#".repeat(hashes))));
        }
    }
    if is(i, "\"") {
        let mut at = i + 1;
        while at < chars.len() && chars[at] != '"' {
            at += if chars[at] == '\\' { 2 } else { 1 };
        }
        return Some((at + 1).min(chars.len()));
    }
    if is(i, "'\\") {
        return Some(after(i + 3, "'"));
    }
    if is(i, "'") {
        return Some(if is(i + 2, "'") { i + 3 } else { i + 1 });
    }
    None
}

fn tokens(text: &str) -> Vec<Token> {
    let chars: Vec<char> = text.chars().collect();
    let in_word = |sign: char| sign.is_alphanumeric() || sign == '_';
    let (mut tokens, mut i, mut line) = (Vec::new(), 0, 1);
    while i < chars.len() {
        let start = i;
        if let Some(end) = end_of_text(&chars, i) {
            i = end;
        } else {
            i += 1;
            if in_word(chars[start]) {
                while i < chars.len() && in_word(chars[i]) {
                    i += 1;
                }
            } else if chars[start] == ':' && chars.get(i) == Some(&':') {
                i += 1;
            }
            if !chars[start].is_whitespace() {
                tokens.push(Token { text: chars[start..i].iter().collect(), line });
            }
        }
        line += chars[start..i].iter().filter(|&&sign| sign == '\n').count();
    }
    tokens
}

fn begins(tokens: &[Token], words: &[&str]) -> bool {
    tokens.len() >= words.len() && tokens.iter().zip(words).all(|(token, word)| token.text == *word)
}

fn text_at(tokens: &[Token], i: usize) -> &str {
    tokens.get(i).map_or("", |token| token.text.as_str())
}

/// The position after the bracket that closes the one at `open`.
fn after_brackets(tokens: &[Token], open: usize) -> usize {
    let mut depth = 0;
    for (i, token) in tokens.iter().enumerate().skip(open) {
        match token.text.as_str() {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return i + 1;
        }
    }
    tokens.len()
}

/// Takes out items for tests only; with the names of modules among them that are files.
fn without_tests(tokens: Vec<Token>) -> (Vec<Token>, Vec<String>) {
    let (mut skipped, mut modules, mut i) = (BTreeSet::new(), Vec::new(), 0);
    while i < tokens.len() {
        let rest = &tokens[i..];
        let is_test = begins(rest, &["#", "[", "cfg", "(", "test", ")", "]"])
            || begins(rest, &["#", "[", "cfg", "(", "all", "(", "test", ","]);
        if !is_test {
            i += 1;
            continue;
        }
        let mut end = i;
        while text_at(&tokens, end) == "#" {
            end = after_brackets(&tokens, end + 1);
        }
        let item = end;
        while end < tokens.len() {
            match text_at(&tokens, end) {
                ";" | "{" => break,
                "(" | "[" => end = after_brackets(&tokens, end),
                _ => end += 1,
            }
        }
        if text_at(&tokens, end) == ";" {
            let module = (item..end).find(|&at| text_at(&tokens, at) == "mod");
            modules.extend(module.map(|at| text_at(&tokens, at + 1).to_owned()));
            end += 1;
        } else {
            end = after_brackets(&tokens, end);
        }
        skipped.extend(i..end);
        i = end;
    }
    let kept = tokens.into_iter().enumerate().filter(|(at, _)| !skipped.contains(at));
    (kept.map(|(_, token)| token).collect(), modules)
}

/// Reads what a `use` names from `i` on, below `before`; the position after it.
fn imports(
    tokens: &[Token],
    start: usize,
    before: &[String],
    public: bool,
    found: &mut Vec<Import>,
) -> usize {
    let (mut path, mut i) = (before.to_vec(), start);
    while i < tokens.len() {
        let word = text_at(tokens, i);
        i += 1;
        match word {
            "::" => {}
            "{" => {
                while i < tokens.len() && text_at(tokens, i) != "}" {
                    i = if text_at(tokens, i) == "," {
                        i + 1
                    } else {
                        imports(tokens, i, &path, public, found)
                    };
                }
                return i + 1;
            }
            _ => {
                path.push(word.to_owned());
                if text_at(tokens, i) == "::" {
                    continue;
                }
                if word == "self" && path.len() > 1 {
                    path.pop();
                }
                let renamed = text_at(tokens, i) == "as";
                let name =
                    if renamed { text_at(tokens, i + 1).to_owned() } else { path[path.len() - 1].clone() };
                found.push(Import { path, name, line: tokens[i - 1].line, public });
                return if renamed { i + 2 } else { i };
            }
        }
    }
    i
}

fn parse(name: String, text: &str) -> File {
    let (tokens, test_modules) = without_tests(tokens(text));
    let mut file = File { name, test_modules, ..File::default() };
    let kinds = ["fn", "struct", "enum", "trait", "type", "const", "static", "union"];
    for pair in tokens.windows(2) {
        if kinds.contains(&pair[0].text.as_str()) {
            file.defined.insert(pair[1].text.clone());
        }
    }
    let is_name =
        |i: usize| text_at(&tokens, i).starts_with(|sign: char| sign.is_alphabetic() || sign == '_');
    let mut i = 0;
    while i < tokens.len() {
        match text_at(&tokens, i) {
            "use" if text_at(&tokens, i + 1) != "<" => {
                // `pub use`, `pub(crate) use`, `pub(in crate::room) use`.
                let before = tokens[..i].iter().rev().map(|token| token.text.as_str());
                let public = match text_at(&tokens, i.wrapping_sub(1)) {
                    ")" => before.skip_while(|text| *text != "(").nth(1) == Some("pub"),
                    text => text == "pub",
                };
                i = imports(&tokens, i + 1, &[], public, &mut file.imports);
            }
            "mod" => i += 2,
            // What follows one dot is a field or a method.
            _ if is_name(i)
                && !(i > 1 && text_at(&tokens, i - 1) == "." && text_at(&tokens, i - 2) != ".") =>
            {
                let line = tokens[i].line;
                let mut path = vec![tokens[i].text.clone()];
                while text_at(&tokens, i + 1) == "::" && is_name(i + 2) {
                    path.push(tokens[i + 2].text.clone());
                    i += 2;
                }
                file.words.insert(path[0].clone());
                if path.len() > 1 {
                    file.paths.push((path, line));
                }
                i += 1;
            }
            _ => i += 1,
        }
    }
    file
}

fn below(module: &[String], name: &str) -> Names {
    module.iter().cloned().chain([name.to_owned()]).collect()
}

impl Project {
    pub fn read() -> Self {
        fn walk(folder: &Path, files: &mut Vec<PathBuf>) {
            for entry in fs::read_dir(folder).unwrap().flatten() {
                match entry.path() {
                    path if path.is_dir() => walk(&path, files),
                    path if path.extension().is_some_and(|end| end == "rs") => files.push(path),
                    _ => {}
                }
            }
        }
        let crates = fs::read_dir(top().join("crates")).unwrap().count();
        assert_eq!(crates + 1, CRATES.len(), "a crate is not looked through");
        let mut sources = Vec::new();
        for (name, folder) in CRATES {
            let root = top().join(folder);
            let mut files = Vec::new();
            walk(&root, &mut files);
            for path in files {
                let inside = path.strip_prefix(&root).unwrap().to_string_lossy().into_owned();
                sources.push((*name, format!("{folder}/{inside}"), fs::read_to_string(&path).unwrap()));
            }
        }
        Self::of(sources.iter().map(|(name, file, text)| (*name, file.as_str(), text.as_str())))
    }

    /// From the crate of each file, its name from the top, and its text.
    pub fn of<'a>(sources: impl Iterator<Item = (&'a str, &'a str, &'a str)>) -> Self {
        let mut files: BTreeMap<Names, File> = BTreeMap::new();
        for (name, file, text) in sources {
            let inside = file.split_once("src/").unwrap().1.trim_end_matches(".rs");
            let mut module: Names = inside.split('/').map(str::to_owned).collect();
            if inside == "main" || module.iter().any(|word| word == "tests") {
                continue;
            }
            if module.last().is_some_and(|last| last == "mod" || last == "lib") {
                module.pop();
            }
            module.insert(0, name.to_owned());
            files.insert(module, parse(file.to_owned(), text));
        }
        let for_tests: Vec<Names> = files
            .iter()
            .flat_map(|(module, file)| file.test_modules.iter().map(|name| below(module, name)))
            .collect();
        files.retain(|module, _| !for_tests.iter().any(|tests| module.starts_with(tests)));
        let mut project = Self { files };
        let mut brought = Vec::new();
        for (module, file) in &project.files {
            for import in &file.imports {
                brought.extend(
                    project
                        .absolute(module, &import.path)
                        .map(|path| (module.clone(), import.name.clone(), path)),
                );
            }
        }
        for (module, name, mut path) in brought {
            let file = project.files.get_mut(&module).unwrap();
            if name == "*" {
                path.pop();
                file.globs.push(path);
            } else if name != "_" {
                file.names.entry(name).or_default().push(path);
            }
        }
        project
    }

    /// A path from its crate on, if it begins with a word that says where.
    fn absolute(&self, here: &[String], path: &[String]) -> Option<Names> {
        let head = path.first()?.as_str();
        let mut base = here.to_vec();
        let mut rest = path;
        match head {
            "crate" => {
                base.truncate(1);
                rest = &rest[1..];
            }
            "self" | "super" => {
                if head == "self" {
                    rest = &rest[1..];
                }
                while rest.first().is_some_and(|word| word == "super") {
                    if base.len() == 1 {
                        return None;
                    }
                    base.pop();
                    rest = &rest[1..];
                }
            }
            _ if CRATES.iter().any(|(name, _)| *name == head) => base.clear(),
            _ if self.files.contains_key(&below(here, head)) => {}
            _ => return None,
        }
        base.extend_from_slice(rest);
        Some(base)
    }

    /// The files that define what a path from its crate on names; none where it names a module.
    fn defining(&self, path: &[String], depth: usize) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        let mut here: Names = path.iter().take(1).cloned().collect();
        if depth > 12 || !self.files.contains_key(&here) {
            return found;
        }
        for (i, word) in path.iter().enumerate().skip(1) {
            let file = &self.files[&here];
            let inside = below(&here, word);
            let is_module = self.files.contains_key(&inside);
            let named: Vec<&Names> =
                file.names.get(word).into_iter().flatten().filter(|other| **other != inside).collect();
            if !named.is_empty() && (i + 1 == path.len() || !is_module) {
                for other in named {
                    let on: Names = other.iter().chain(&path[i + 1..]).cloned().collect();
                    found.extend(self.defining(&on, depth + 1));
                }
                if !found.is_empty() || !is_module {
                    return found;
                }
            }
            if is_module {
                here = inside;
                continue;
            }
            for glob in &file.globs {
                let Some(other) = self.files.get(glob) else { continue };
                let has = self.files.contains_key(&below(glob, word))
                    || other.names.contains_key(word)
                    || other.defined.contains(word);
                if has {
                    let on: Names = glob.iter().chain(&path[i..]).cloned().collect();
                    return self.defining(&on, depth + 1);
                }
            }
            found.insert(file.name.clone());
            return found;
        }
        found
    }

    /// The names of all files, from the top.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.files.values().map(|file| file.name.as_str())
    }

    pub fn arrows(&self) -> Vec<Arrow> {
        let mut arrows = Vec::new();
        for (module, file) in &self.files {
            let mut add = |paths: Vec<Names>, line: usize, path: &[String], hands_on: bool| {
                for to in paths.iter().flat_map(|path| self.defining(path, 0)) {
                    if to != file.name {
                        let from = file.name.clone();
                        arrows.push(Arrow { from, to, line, path: path.join("::"), hands_on });
                    }
                }
            };
            let by_name = |path: &Names| -> Vec<Names> {
                let others = file.names.get(&path[0]).into_iter().flatten();
                others.map(|other| other.iter().chain(&path[1..]).cloned().collect()).collect()
            };
            for import in &file.imports {
                let hands_on = import.public && !file.words.contains(&import.name);
                let paths = match self.absolute(module, &import.path) {
                    Some(path) => vec![path],
                    None => by_name(&import.path),
                };
                add(paths, import.line, &import.path, hands_on);
            }
            for (path, line) in &file.paths {
                let named = by_name(path);
                let paths: Vec<Names> =
                    if named.is_empty() { self.absolute(module, path).into_iter().collect() } else { named };
                add(paths, *line, path, false);
            }
        }
        arrows
    }
}
