//! What is wrong with a plan that a model wrote.

use kag_schema::Diagnostic;

/// A plan that did not check, and why.
#[derive(Debug, Default)]
pub(super) struct Mistakes {
    pub(super) text: String,
    pub(super) diagnostics: Vec<Diagnostic>,
}

impl Mistakes {
    /// Each mistake with its place in the text. A diagnostic quotes the plan, which a model
    /// wrote, and is as untrusted.
    pub(super) fn rendered(&self) -> Vec<String> {
        let rendered = self.diagnostics.iter().map(|one| one.render("plan", &self.text));
        let mut rendered: Vec<String> = rendered.collect();
        if rendered.is_empty() && !self.text.is_empty() {
            rendered.push("no step was found in it".to_owned());
        }
        rendered
    }
}
