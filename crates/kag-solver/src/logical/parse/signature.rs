//! Telling the signature of an operator, as prompts declare it, from a step.
//!
//! `get(alias)` and ``Math(content=[`XXX`], target=`XXX`)->math_alias`` say how an operator is
//! written and not what is to be done. A model that copies one has planned nothing.

use kag_core::Span;
use kag_schema::Diagnostic;

use super::{
    call::Call,
    lex::{Bracket, Kind, Token},
    quote,
};

/// What is reported of a call that declares an operator; `None` for a step.
pub(super) fn refused(source: &str, call: &Call<'_>) -> Option<Diagnostic> {
    let placeholder = of_arguments(source, call).or_else(|| of_result(call))?;
    let text = placeholder.of(source).unwrap_or_default();
    let message = format!("this declares `{}` and is no step: `{text}` stands for something", call.name);
    Some(Diagnostic::error(placeholder, message).with_expected("names of variables, types and things"))
}

fn of_result(call: &Call<'_>) -> Option<Span> {
    call.output.as_ref().filter(|var| is_alias(var.as_str()) || var.as_str() == "math_i").map(|_| call.span)
}

fn of_arguments(source: &str, call: &Call<'_>) -> Option<Span> {
    if let [only] = call.inside.as_slice()
        && call.name.eq_ignore_ascii_case("math")
        && only.span.of(source) == Some("expr")
    {
        return Some(only.span);
    }
    let binds = ["retrieval", "get_spo", "search_s"].iter().any(|name| call.name.eq_ignore_ascii_case(name));
    let mut depth = 0_usize;
    for (at, token) in call.inside.iter().enumerate() {
        let text = token.span.of(source).unwrap_or_default();
        match token.kind {
            Kind::Open(Bracket::Square) => depth += 1,
            Kind::Close(Bracket::Square) => depth = depth.saturating_sub(1),
            Kind::Quoted(_) if quote::decode(text) == "XXX" => return Some(token.span),
            Kind::Word if matches!(text, "..." | "…" | "……" | "XXX") && stands_alone(&call.inside, at) => {
                return Some(token.span);
            }
            // What a retrieval calls so may be a predicate; before a colon stands a variable.
            Kind::Word if depth == 0 && is_alias(text) && (!binds || is_before_colon(&call.inside, at)) => {
                return Some(token.span);
            }
            _ => {}
        }
    }
    None
}

/// Whether prompts use `name` where a form has a variable.
fn is_alias(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name == "alias" || name.ends_with("_alias") || name.ends_with("_alia")
}

fn stands_alone(tokens: &[Token], at: usize) -> bool {
    let ends = |token: Option<&Token>| {
        token.is_none_or(|token| matches!(token.kind, Kind::Comma | Kind::Open(_) | Kind::Close(_) | Kind::Compare))
    };
    ends(at.checked_sub(1).and_then(|before| tokens.get(before))) && ends(tokens.get(at + 1))
}

fn is_before_colon(tokens: &[Token], at: usize) -> bool {
    tokens.get(at + 1).is_some_and(|next| next.kind == Kind::Colon)
}
