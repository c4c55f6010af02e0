//! Runs the examples as programs.

use std::{
    env::consts::EXE_EXTENSION,
    process::{Command, Output},
};

/// Runs the example that `cargo test` has built beside this test; where only this test was
/// built, cargo builds it now.
pub(crate) fn run(example: &str, arguments: &[&str]) -> Output {
    let test = std::env::current_exe().unwrap();
    let built = test.ancestors().nth(2).unwrap().join("examples").join(example).with_extension(EXE_EXTENSION);
    let mut command = if built.exists() {
        Command::new(built)
    } else {
        let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        cargo.args(["run", "--quiet", "--example", example, "--"]);
        cargo
    };
    command.current_dir(env!("CARGO_MANIFEST_DIR")).args(arguments).output().unwrap()
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}
