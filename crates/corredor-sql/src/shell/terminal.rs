//! The line on a terminal: keys in, the prompt and the text drawn.

use std::io;

use console::{Term, measure_text_width};

use super::editor::{Editor, Outcome};
use super::{History, Words};

/// A line from the terminal.
#[derive(Debug)]
pub(super) enum Line {
    /// Whoever typed it ended it.
    Done(String),
    /// It was given up.
    Interrupted,
    /// There is no more.
    End,
}

/// Lets a line be typed behind a prompt. The prompt goes to stderr, so that stdout holds answers only.
pub(super) fn read(prompt: &str, history: &History, words: &Words) -> io::Result<Line> {
    let term = Term::stderr();
    let mut editor = Editor::default();
    loop {
        draw(&term, prompt, &editor)?;
        let key = match term.read_key_raw() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => console::Key::CtrlC,
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(Line::End),
            key => key?,
        };
        match editor.press(key, history, words) {
            Outcome::Going => {}
            Outcome::Clear => term.clear_screen()?,
            Outcome::Choices(choices) => {
                term.write_line("")?;
                term.write_line(&choices.join("  "))?;
            }
            Outcome::Done => {
                term.write_line("")?;
                return Ok(Line::Done(editor.text()));
            }
            Outcome::Interrupted => {
                term.write_line("^C")?;
                return Ok(Line::Interrupted);
            }
            Outcome::End => {
                term.write_line("")?;
                return Ok(Line::End);
            }
        }
    }
}

fn draw(term: &Term, prompt: &str, editor: &Editor) -> io::Result<()> {
    let width = usize::from(term.size().1);
    let taken = measure_text_width(prompt);
    let (text, column) = editor.view(width.saturating_sub(taken));
    term.clear_line()?;
    term.write_str(&format!("\r{prompt}{text}"))?;
    let behind = measure_text_width(&text).saturating_sub(column);
    if behind > 0 {
        term.move_cursor_left(behind)?;
    }
    term.flush()
}
