# The names of what a change is checked with. `just` lists them.

export RUSTDOCFLAGS := "-D warnings"

_list:
    @just --list --unsorted

# What a change must pass before it is proposed.
check: fmt lint test doc alone

# Whether the sources are formatted.
fmt:
    cargo fmt --all --check

# Clippy over every target and feature.
lint:
    cargo clippy --workspace --all-targets --all-features -- -D warnings

# Every test: unit, integration, conformance, property and doc tests.
test:
    cargo test --workspace

# Unit and integration tests of one crate, fast: `just one kag-core`.
one crate:
    cargo nextest run -p {{ crate }}

# The documentation; a broken link is an error.
doc:
    cargo doc --workspace --no-deps

# Whether each crate compiles alone, without features that another one switches on.
alone:
    for manifest in crates/*/Cargo.toml; do cargo check --manifest-path $manifest || exit 1; done

# The benches, or one of them: `just bench pagerank`.
bench name="*":
    cargo bench --workspace --bench '{{ name }}'

# Recall and answers over a data set: `just quality retrieval --data DIR --embedder static`.
quality *arguments:
    cargo run --release -p kag-quality -- {{ arguments }}

# Feeds a parser garbage, a minute by default: `just fuzz find_json 600`. Needs nightly and cargo-fuzz.
fuzz target seconds="60":
    cargo +nightly fuzz run {{ target }} -- -max_total_time={{ seconds }}

# Licences, advisories, duplicates and spelling.
audit:
    cargo deny check
    typos

# Everything that continuous integration runs, with the time of each stage.
ci:
    .ci/run
