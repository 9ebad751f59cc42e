//! Statements and commands, one after the other, from a terminal or a pipe.

use std::io::{self, BufRead, IsTerminal};

use super::terminal::{self, Line};
use super::{History, Words};
use corredor::query::saved::{statement_ranges, statements};

/// Prompt of a statement, and of its further lines.
const PROMPTS: [&str; 2] = ["corredor> ", "      ... "];

/// What comes next.
#[derive(Debug, PartialEq, Eq)]
pub enum Next {
    /// A statement, without its semicolon.
    Statement(String),
    /// A command, with its backslash.
    Command(String),
    /// Nothing more.
    End,
}

/// Where statements come from.
pub struct Input {
    source: Source,
    /// What was read and not asked yet.
    pending: String,
    ended: bool,
}

enum Source {
    Terminal { history: History, words: Words },
    Pipe(Box<dyn BufRead>),
}

impl Input {
    /// Standard input: a prompt where it is a terminal.
    pub fn of_stdin(history: History, words: Words) -> Self {
        match io::stdin().is_terminal() && io::stderr().is_terminal() {
            true => Self::new(Source::Terminal { history, words }),
            false => Self::of_pipe(Box::new(io::BufReader::new(io::stdin()))),
        }
    }

    /// Text that comes from elsewhere.
    pub fn of_pipe(pipe: Box<dyn BufRead>) -> Self {
        Self::new(Source::Pipe(pipe))
    }

    fn new(source: Source) -> Self {
        Self { source, pending: String::new(), ended: false }
    }

    /// Whether somebody sits at a prompt.
    pub fn is_interactive(&self) -> bool {
        matches!(self.source, Source::Terminal { .. })
    }

    /// Waits for the next statement or command. What follows the last semicolon of a pipe is a statement too.
    ///
    /// # Errors
    /// What the terminal or the pipe says; text that is not UTF-8.
    pub fn read_next(&mut self) -> io::Result<Next> {
        loop {
            if let Some(statement) = self.take() {
                self.remember(&statement);
                return Ok(Next::Statement(statement));
            }
            if self.ended {
                return Ok(Next::End);
            }
            let begins = statements(&self.pending).1.is_none();
            let Some(line) = self.line(begins)? else { continue };
            if begins && line.trim_start().starts_with('\\') {
                self.pending.clear();
                self.remember(&line);
                return Ok(Next::Command(line));
            }
            self.pending.push_str(&line);
            self.pending.push('\n');
        }
    }

    /// The first whole statement that was read.
    fn take(&mut self) -> Option<String> {
        let (whole, rest) = statement_ranges(&self.pending);
        let range = match (whole.into_iter().next(), rest) {
            (Some(first), _) => first,
            (None, Some(rest)) if self.ended => rest,
            _ => return None,
        };
        let found = self.pending[range.clone()].trim().to_owned();
        // The semicolon goes too.
        self.pending.drain(..(range.end + 1).min(self.pending.len()));
        Some(found)
    }

    /// One more line; `None` where one was given up, or there is no more.
    fn line(&mut self, begins: bool) -> io::Result<Option<String>> {
        match &mut self.source {
            Source::Pipe(pipe) => {
                let mut line = String::new();
                if pipe.read_line(&mut line)? == 0 {
                    self.ended = true;
                    return Ok(None);
                }
                Ok(Some(line.trim_end_matches(['\n', '\r']).to_owned()))
            }
            Source::Terminal { history, words } => {
                match terminal::read(PROMPTS[usize::from(!begins)], history, words)? {
                    Line::Done(line) => Ok(Some(line)),
                    Line::Interrupted => {
                        self.pending.clear();
                        Ok(None)
                    }
                    Line::End => {
                        // What was begun and not ended is not asked by leaving.
                        self.pending.clear();
                        self.ended = true;
                        Ok(None)
                    }
                }
            }
        }
    }

    fn remember(&mut self, text: &str) {
        if let Source::Terminal { history, .. } = &mut self.source {
            let ended =
                if text.trim_start().starts_with('\\') { text.to_owned() } else { format!("{text};") };
            // The history is a comfort: a full disk must not keep anybody from asking.
            let _ = history.add(&ended);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &'static str) -> Vec<Next> {
        let mut input = Input::of_pipe(Box::new(text.as_bytes()));
        let mut all = Vec::new();
        loop {
            match input.read_next().unwrap() {
                Next::End => return all,
                next => all.push(next),
            }
        }
    }

    fn statement(text: &str) -> Next {
        Next::Statement(text.to_owned())
    }

    #[test]
    fn a_pipe_is_cut_into_statements_and_commands() {
        assert_eq!(all(""), []);
        assert_eq!(all("-- nothing\n;;"), []);
        assert_eq!(all("SELECT 1"), [statement("SELECT 1")]);
        assert_eq!(
            all("SELECT 1; SELECT\n 2;\r\n\\d\nSELECT ';\n\\d' ;\n\\q"),
            [
                statement("SELECT 1"),
                statement("SELECT\n 2"),
                Next::Command("\\d".to_owned()),
                statement("SELECT ';\n\\d'"),
                Next::Command("\\q".to_owned()),
            ]
        );
        assert_eq!(all("\n\n  \\timing\n"), [Next::Command("  \\timing".to_owned())]);
    }
}
