//! `corredor query`, once its options are taken apart: a query, or the prompt.

use std::path::Path;

use super::desk::{Desk, Query};
use super::{Asked, QueryArgs, prompt};
use crate::CliError;
use crate::console::Console;

/// Runs `query`.
pub(crate) fn run(args: &QueryArgs, asked: Asked, folder: &Path, console: &Console) -> Result<(), CliError> {
    let desk = Desk::open(args, folder, console)?;
    desk.listen_for_interrupts()?;
    if let Some(query) = &asked.saved {
        return desk.ask(&desk.saved(query, &asked.stated)?);
    }
    if let Some((name, sql)) = asked.file {
        return desk.ask(&Query { name, sql, values: Vec::new(), saved: None });
    }
    match &args.execute {
        Some(sql) => desk.ask(&Query::of_text(sql)),
        None => prompt::run(&desk),
    }
}
