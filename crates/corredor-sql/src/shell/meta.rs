//! Commands of the prompt that are no SQL, as `psql` has them.

use corredor::workspace::did_you_mean;

/// A command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Meta {
    /// `\d`: the layers.
    Layers,
    /// `\d LAYER`: its fields.
    Layer(String),
    /// `\df`: the functions, or those whose name holds a text.
    Functions(Option<String>),
    /// `\timing`: whether the time of each query is told.
    Timing,
    /// `\?`: the commands.
    Help,
    /// `\q`: the end.
    Quit,
}

/// The commands with their arguments.
const COMMANDS: [&str; 6] = ["\\d", "\\df", "\\timing", "\\?", "\\q", "\\h"];

impl Meta {
    /// Reads a line that begins with a backslash.
    ///
    /// # Errors
    /// What is wrong, in words.
    ///
    /// ```
    /// use corredor_sql::shell::Meta;
    ///
    /// assert_eq!(Meta::read("\\d zones;"), Ok(Meta::Layer("zones".to_owned())));
    /// assert!(Meta::read("\\timng").unwrap_err().contains("did you mean `\\timing`?"));
    /// ```
    pub fn read(line: &str) -> Result<Self, String> {
        let line = line.trim().trim_end_matches(';').trim_end();
        let (word, argument) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        let argument = argument.trim();
        let given = (!argument.is_empty()).then(|| argument.trim_matches('"').to_owned());
        let meta = match word {
            "\\d" => return Ok(given.map_or(Self::Layers, Self::Layer)),
            "\\df" => return Ok(Self::Functions(given)),
            "\\timing" => Self::Timing,
            "\\?" | "\\h" => Self::Help,
            "\\q" => Self::Quit,
            other => {
                let help = did_you_mean(other, COMMANDS, "the commands are").unwrap_or_default();
                return Err(format!("there is no command `{other}`; {help}"));
            }
        };
        match given {
            None => Ok(meta),
            Some(argument) => Err(format!("`{word}` takes no argument, such as `{argument}`")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_read() {
        for (line, meta) in [
            ("\\d", Meta::Layers),
            (" \\d  zones ", Meta::Layer("zones".to_owned())),
            ("\\d \"hotspots@previous\"", Meta::Layer("hotspots@previous".to_owned())),
            ("\\df km", Meta::Functions(Some("km".to_owned()))),
            ("\\df", Meta::Functions(None)),
            ("\\timing", Meta::Timing),
            ("\\?", Meta::Help),
            ("\\q;", Meta::Quit),
        ] {
            assert_eq!(Meta::read(line), Ok(meta), "{line}");
        }
        assert!(Meta::read("\\q now").is_err());
        assert!(Meta::read("\\").is_err());
    }
}
