//! What a prompt shows: the fenced texts, each with the line before it.

use kag::Request;

/// A fenced text, and the line that says what it is.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Shown<'p> {
    pub(super) label: &'p str,
    pub(super) text: &'p str,
}

/// The texts that the last message of `request` shows, in order.
pub(super) fn shown(request: &Request) -> Vec<Shown<'_>> {
    let mut rest = request.messages.last().map_or("", |message| &*message.text);
    let mut found = Vec::new();
    while let Some((before, after)) = rest.split_once("<text-") {
        let Some((mark, inside)) = after.split_once(">\n") else { break };
        let Some((text, behind)) = inside.split_once(&format!("\n</text-{mark}>")) else { break };
        let label = before.lines().map(str::trim).rfind(|line| !line.is_empty()).unwrap_or_default();
        found.push(Shown { label, text });
        rest = behind;
    }
    found
}

/// The texts whose label begins with one of `labels`.
pub(super) fn labelled<'p>(shown: &[Shown<'p>], labels: [&str; 2]) -> Vec<&'p str> {
    let fits = |one: &&Shown<'p>| labels.iter().any(|label| one.label.starts_with(label));
    shown.iter().filter(fits).map(|one| one.text).collect()
}

/// The cells of a table as text, without what stands above its rows.
pub(super) fn cells(table: &str) -> Vec<&str> {
    let is_rule = |line: &&str| !line.is_empty() && line.chars().all(|c| c == '-' || c == ' ');
    let rows = table.lines().skip_while(|line| !is_rule(line)).skip(1);
    let cells = rows.flat_map(|row| row.split("  ").map(str::trim));
    cells.filter(|cell| !cell.is_empty() && *cell != "-" && *cell != "(0)").collect()
}

#[cfg(test)]
mod tests {
    use kag::llm::{Message, PromptId};

    use super::*;

    #[test]
    fn fences_are_read_with_the_line_before_them() {
        let text = "Question:\n<text-ab>\nWho?\n</text-ab>\n\nPassage 1:\n<text-ab>\n<text-x>\nin\n</text-ab>\n";
        let request = Request::new(PromptId::new("read_values", "1"), vec![Message::user(text)]);
        let shown = shown(&request);
        assert_eq!(labelled(&shown, ["Question", "问题"]), ["Who?"]);
        assert_eq!(labelled(&shown, ["Passage", "段落"]), ["<text-x>\nin"]);
    }

    #[test]
    fn cells_are_values_only() {
        let table = "o1: Who?\no1            o2\n------------  --\nG. S. Hall    -\n35            x y\n";
        assert_eq!(cells(table), ["G. S. Hall", "35", "x y"]);
    }
}
