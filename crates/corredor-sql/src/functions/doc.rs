//! How a function of ours is documented, and the page made of it.

use crate::FunctionKind;

/// What is to be said of a function.
#[derive(Debug)]
pub(crate) struct FunctionDoc {
    /// Its name.
    pub name: &'static str,
    /// A function of rows, or one that gives a table.
    pub kind: FunctionKind,
    /// The ways to call it.
    pub calls: &'static [&'static str],
    /// What it does, one sentence.
    pub summary: &'static str,
    /// What each argument is.
    pub arguments: &'static [(&'static str, &'static str)],
    /// What comes out.
    pub returns: &'static str,
    /// What else is worth knowing: method, limits, what is refused.
    pub notes: &'static [&'static str],
    /// A query that uses it.
    pub example: &'static str,
    /// Functions beside it.
    pub related: &'static [&'static str],
}

impl FunctionDoc {
    /// Its page.
    pub(crate) fn page(&self) -> String {
        let mut page = format!("# {}\n\n{}\n\n```sql\n", self.name, self.summary);
        for call in self.calls {
            page.push_str(&format!("{call}\n"));
        }
        page.push_str("```\n\n| argument | what it is |\n|---|---|\n");
        for (name, what) in self.arguments {
            page.push_str(&format!("| `{name}` | {what} |\n"));
        }
        page.push_str(&format!("\nReturns {}\n", self.returns));
        if self.kind == FunctionKind::Scalar {
            page.push_str("Null where an argument is null.\n");
        }
        for note in self.notes {
            page.push_str(&format!("\n{note}\n"));
        }
        page.push_str(&format!("\n## Example\n\n```sql\n{}\n```\n", self.example));
        let related: Vec<String> = self.related.iter().map(|name| format!("[{name}]({name}.md)")).collect();
        if !related.is_empty() {
            page.push_str(&format!("\nSee also {}.\n", related.join(", ")));
        }
        page
    }
}
