//! The `corredor` command.

fn main() {}
