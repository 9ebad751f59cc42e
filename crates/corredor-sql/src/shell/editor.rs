//! A line of text as keys change it.

use console::{Key, measure_text_width};

use super::History;
use super::complete::{Completion, Words};

/// What a key led to.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// The line goes on.
    Going,
    /// The line goes on, and these words could stand here.
    Choices(Vec<String>),
    /// The screen is to be cleared.
    Clear,
    /// The line is done.
    Done,
    /// Ctrl-C: the line is given up.
    Interrupted,
    /// Ctrl-D on an empty line.
    End,
}

/// A line that is being edited.
#[derive(Debug, Default)]
pub(super) struct Editor {
    text: Vec<char>,
    /// Where the cursor stands, in characters.
    at: usize,
    /// Which line of the history is shown, counted from the newest; none if 0.
    back: usize,
    /// The line that was being written before the history was looked at.
    draft: Vec<char>,
}

impl Editor {
    /// The text so far.
    pub fn text(&self) -> String {
        self.text.iter().collect()
    }

    /// Does what a key asks for.
    pub fn press(&mut self, key: Key, history: &History, words: &Words) -> Outcome {
        match key {
            Key::Enter => return Outcome::Done,
            Key::CtrlC => return Outcome::Interrupted,
            Key::Tab => return self.complete(words),
            Key::ArrowLeft | Key::Char('\u{2}') => self.at = self.at.saturating_sub(1),
            Key::ArrowRight | Key::Char('\u{6}') => self.at = (self.at + 1).min(self.text.len()),
            Key::Home => self.at = 0,
            Key::End => self.at = self.text.len(),
            Key::ArrowUp | Key::Char('\u{10}') => self.recall(self.back + 1, history),
            Key::ArrowDown | Key::Char('\u{e}') if self.back > 0 => self.recall(self.back - 1, history),
            Key::Backspace if self.at > 0 => {
                self.at -= 1;
                self.text.remove(self.at);
            }
            Key::Char('\u{4}') if self.text.is_empty() => return Outcome::End,
            Key::Del | Key::Char('\u{4}') if self.at < self.text.len() => {
                self.text.remove(self.at);
            }
            Key::Char('\u{b}') => self.text.truncate(self.at),
            Key::Char('\u{15}') => {
                self.text.drain(..self.at);
                self.at = 0;
            }
            Key::Char('\u{17}') => self.drop_word(),
            Key::Char('\u{c}') => return Outcome::Clear,
            Key::Char(c) if !c.is_control() => {
                self.text.insert(self.at, c);
                self.at += 1;
            }
            _ => {}
        }
        Outcome::Going
    }

    /// What fits into `width` columns, and the column of the cursor in it.
    pub fn view(&self, width: usize) -> (String, usize) {
        let columns = |text: &[char]| measure_text_width(&text.iter().collect::<String>());
        // The last column is the cursor's.
        let room = width.saturating_sub(1).max(1);
        let mut start = 0;
        while columns(&self.text[start..self.at]) > room {
            start += 1;
        }
        let mut end = self.at;
        while end < self.text.len() && columns(&self.text[start..=end]) <= room {
            end += 1;
        }
        (self.text[start..end].iter().collect(), columns(&self.text[start..self.at]))
    }

    fn recall(&mut self, back: usize, history: &History) {
        let line: Vec<char> = match back {
            0 => self.draft.clone(),
            back => match history.back(back) {
                Some(line) => line.chars().map(|c| if c == '\n' { ' ' } else { c }).collect(),
                None => return,
            },
        };
        if self.back == 0 {
            self.draft = std::mem::take(&mut self.text);
        }
        (self.back, self.at, self.text) = (back, line.len(), line);
    }

    /// Takes away the word before the cursor.
    fn drop_word(&mut self) {
        let before = &self.text[..self.at];
        let blanks = before.iter().rev().take_while(|c| c.is_whitespace()).count();
        let word = before.iter().rev().skip(blanks).take_while(|c| !c.is_whitespace()).count();
        let start = self.at - blanks - word;
        self.text.drain(start..self.at);
        self.at = start;
    }

    fn complete(&mut self, words: &Words) -> Outcome {
        let before: String = self.text[..self.at].iter().collect();
        let Completion { typed, insert, choices } = words.complete(&before, &self.text());
        if let Some(insert) = insert {
            let start = self.at - typed;
            self.text.splice(start..self.at, insert.chars());
            self.at = start + insert.chars().count();
        }
        match choices.is_empty() {
            true => Outcome::Going,
            false => Outcome::Choices(choices),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(keys: impl IntoIterator<Item = Key>, history: &History) -> (Editor, Vec<Outcome>) {
        let words = Words::new(&[("zones".to_owned(), vec!["code".to_owned()])], &["st_area".to_owned()]);
        let mut editor = Editor::default();
        let outcomes = keys.into_iter().map(|key| editor.press(key, history, &words)).collect();
        (editor, outcomes)
    }

    fn keys(text: &str) -> Vec<Key> {
        text.chars().map(Key::Char).collect()
    }

    #[test]
    fn keys_edit_the_line() {
        let history = History::in_memory(["SELECT 1".to_owned(), "SELECT 2\nFROM x".to_owned()]);
        let edit = |text: &str, more: &[Key]| {
            let all = keys(text).into_iter().chain(more.iter().cloned());
            typed(all, &history).0.text()
        };
        use Key::{ArrowDown, ArrowLeft, ArrowUp, Backspace, Char, Del, End, Home};
        assert_eq!(edit("añb", &[ArrowLeft, Backspace]), "ab");
        assert_eq!(edit("ab", &[Home, Del, End, Char('c')]), "bc");
        assert_eq!(edit("ab  cd", &[Char('\u{17}'), Char('\u{17}')]), "");
        assert_eq!(edit("abc", &[ArrowLeft, Char('\u{b}')]), "ab");
        assert_eq!(edit("abc", &[ArrowLeft, Char('\u{15}')]), "c");
        assert_eq!(edit("x", &[ArrowUp]), "SELECT 2 FROM x");
        assert_eq!(edit("x", &[ArrowUp, ArrowUp, ArrowUp]), "SELECT 1");
        assert_eq!(edit("x", &[ArrowUp, ArrowDown, ArrowDown]), "x");
        assert_eq!(edit("x\u{1b}", &[Key::Escape]), "x", "control characters are no text");
        assert_eq!(edit("", &[Backspace, Del, ArrowLeft, Key::ArrowRight]), "");
    }

    #[test]
    fn the_end_is_told() {
        let history = History::in_memory([]);
        assert_eq!(typed([Key::Char('\u{4}')], &history).1, [Outcome::End]);
        assert_eq!(
            typed([Key::Char('a'), Key::Char('\u{4}'), Key::Enter], &history).1[1..],
            [Outcome::Going, Outcome::Done]
        );
        assert_eq!(typed([Key::CtrlC], &history).1, [Outcome::Interrupted]);
    }

    #[test]
    fn tab_completes() {
        let history = History::in_memory([]);
        let mut line = keys("SELECT st_a");
        line.push(Key::Tab);
        assert_eq!(typed(line, &history).0.text(), "SELECT st_area(");
    }

    #[test]
    fn long_lines_scroll() {
        let history = History::in_memory([]);
        let (mut editor, _) = typed(keys("0123456789"), &history);
        assert_eq!(editor.view(20), ("0123456789".to_owned(), 10));
        assert_eq!(editor.view(5), ("6789".to_owned(), 4));
        editor.at = 0;
        assert_eq!(editor.view(5), ("0123".to_owned(), 0));
        let (wide, _) = typed(keys("日本語"), &history);
        assert_eq!(wide.view(5), ("本語".to_owned(), 4));
        assert_eq!(wide.view(0).1, 0);
    }
}
