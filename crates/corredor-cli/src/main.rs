//! The `corredor` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    corredor_cli::main()
}
