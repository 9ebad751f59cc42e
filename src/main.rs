//! The `corredor` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    corredor::cli::main()
}
