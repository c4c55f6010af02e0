//! Measures recall and answers; and how the durable store grows.
//!
//! ```text
//! kag-quality retrieval --data DIR --embedder static|none|DIR [--json FILE]
//! kag-quality ablation --data DIR --embedder static|none|DIR [--json FILE]
//! kag-quality align --names FILE --embedder static|none|DIR [--json FILE]
//! kag-quality resolve --pairs FILE [--json FILE]
//! kag-quality solve --data DIR --oracle [--rounds N] [--json FILE]
//! kag-quality solve --data DIR --model URL [--model-name NAME] [--json FILE]
//! kag-quality scale --chunks N [--json FILE]
//! kag-quality geoquery|metaqa|2wiki --data DIR [--json FILE]
//! ```

mod ablation;
mod arguments;
mod dataset;
mod embedder;
mod forms;
mod index;
mod interval;
mod manifest;
mod resolve;
mod retrieval;
mod scale;
mod solve;
mod table;

use std::process::ExitCode;

use arguments::Command;

/// What a program's parts report to the person who ran it.
type Result<T, E = Box<dyn std::error::Error + Send + Sync>> = std::result::Result<T, E>;

#[tokio::main]
async fn main() -> ExitCode {
    let done = match arguments::parse(std::env::args_os()) {
        Ok(Command::Retrieval(arguments)) => retrieval::run(&arguments).await,
        Ok(Command::Ablation(arguments)) => ablation::run(&arguments).await,
        Ok(Command::Names(arguments)) => ablation::align_names(&arguments).await,
        Ok(Command::Resolve(arguments)) => resolve::run(&arguments),
        Ok(Command::Solve(arguments)) => solve::run(&arguments).await,
        Ok(Command::Scale(arguments)) => scale::run(&arguments).await,
        Ok(Command::Forms(arguments)) => forms::run(&arguments).await,
        Ok(Command::Help) => {
            println!("{}", arguments::USAGE);
            Ok(())
        }
        Err(error) => Err(error),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            let mut source = error.source();
            while let Some(cause) = source {
                eprintln!("  because: {cause}");
                source = cause.source();
            }
            ExitCode::FAILURE
        }
    }
}
