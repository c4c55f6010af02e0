//! Formulas as LaTeX writes them, read into the one tree of expressions.

use kag_schema::{Diagnostic, Expr};

/// How deep groups may nest.
const DEEPEST: usize = 32;

/// The expression that `text` is, in our own language or in a part of LaTeX: fractions, roots,
/// powers, `\times`, `\cdot`, `\div`, `\le`, `\ge`, `\ne`, `\max`, `\min`, `\text{..}`, indices
/// as part of a name. `None` where it is none.
pub(crate) fn read_formula(text: &str) -> Option<Expr> {
    let read = |text: &str| {
        let (expr, diagnostics) = Expr::parse(text);
        expr.filter(|_| !diagnostics.iter().any(Diagnostic::is_error))
    };
    read(text).or_else(|| read(&translated(text)?))
}

/// `text` in our own language; `None` where it holds what is not read.
fn translated(text: &str) -> Option<String> {
    if !text.contains(['\\', '$', '{']) {
        return None;
    }
    let mut rest = Rest { chars: text.trim().chars().collect(), at: 0, depth: 0 };
    let out = rest.until(None)?;
    (rest.at == rest.chars.len()).then_some(out)
}

struct Rest {
    chars: Vec<char>,
    at: usize,
    depth: usize,
}

impl Rest {
    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    fn skip_blank(&mut self) {
        while self.peek().is_some_and(char::is_whitespace) {
            self.at += 1;
        }
    }

    /// Everything up to `end`, which is read too, or to the end of the text.
    fn until(&mut self, end: Option<char>) -> Option<String> {
        if self.depth > DEEPEST {
            return None;
        }
        self.depth += 1;
        let mut out = String::new();
        loop {
            match self.peek() {
                None if end.is_none() => break,
                Some(c) if Some(c) == end => {
                    self.at += 1;
                    break;
                }
                None | Some('}') => return None,
                Some(_) => self.one(&mut out)?,
            }
        }
        self.depth -= 1;
        Some(out)
    }

    /// The next character, command or group.
    fn one(&mut self, out: &mut String) -> Option<()> {
        let c = self.peek()?;
        self.at += 1;
        match c {
            '$' => {}
            '\\' => self.command(out)?,
            '{' => out.push_str(&format!("({})", self.until(Some('}'))?)),
            '^' => out.push_str(&format!("^({})", self.group()?)),
            '_' if self.peek() == Some('{') => {
                self.at += 1;
                // An index is part of the name before it.
                out.push_str(&self.until(Some('}'))?);
            }
            c => out.push(c),
        }
        Some(())
    }

    /// What stands in braces, or the next character alone.
    fn group(&mut self) -> Option<String> {
        self.skip_blank();
        if self.peek()? == '{' {
            self.at += 1;
            return self.until(Some('}'));
        }
        let mut out = String::new();
        self.one(&mut out)?;
        Some(out)
    }

    fn command(&mut self, out: &mut String) -> Option<()> {
        let start = self.at;
        while self.peek().is_some_and(|c| c.is_ascii_alphabetic()) {
            self.at += 1;
        }
        let name: String = self.chars.get(start..self.at)?.iter().collect();
        if name.is_empty() {
            let mark = self.peek()?;
            self.at += 1;
            match mark {
                '%' | '_' => out.push(mark),
                ',' | ';' | '!' | ':' | ' ' | '(' | ')' | '[' | ']' | '\\' => out.push(' '),
                _ => return None,
            }
            return Some(());
        }
        match name.as_str() {
            "frac" | "dfrac" | "tfrac" => {
                let (above, below) = (self.group()?, self.group()?);
                out.push_str(&format!("(({above}) / ({below}))"));
            }
            "sqrt" => {
                let mut root = "2".to_owned();
                if self.peek() == Some('[') {
                    self.at += 1;
                    root = self.until(Some(']'))?;
                }
                let of = self.group()?;
                out.push_str(&format!("(({of}) ^ (1 / ({root})))"));
            }
            "text" | "mathrm" | "operatorname" | "mathbf" => out.push_str(self.group()?.trim()),
            "times" | "cdot" | "ast" => out.push_str(" * "),
            "div" => out.push_str(" / "),
            "le" | "leq" => out.push_str(" <= "),
            "ge" | "geq" => out.push_str(" >= "),
            "ne" | "neq" => out.push_str(" != "),
            "lt" => out.push_str(" < "),
            "gt" => out.push_str(" > "),
            "max" | "min" => out.push_str(&name),
            "left" | "right" | "quad" | "displaystyle" => out.push(' '),
            _ => return None,
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<String> {
        read_formula(text).map(|expr| expr.to_string())
    }

    #[test]
    fn latex_is_read_into_the_same_tree() {
        for (latex, plain) in [
            (r"\frac{o1 - o2}{o2} \times 100", "(o1 - o2) / o2 * 100"),
            (r"$\left(o_1 + 2\right)^{3}$", "(o_1 + 2) ^ 3"),
            (r"o_{1} \cdot 2 \div 3", "o1 * 2 / 3"),
            (r"\dfrac12", "1 / 2"),
            (r"\sqrt{o1} \leq \sqrt[3]{o2}", "o1 ^ (1 / 2) <= o2 ^ (1 / 3)"),
            (r"\[ \max(\text{o1}, o2) \neq 5\% \]", "max(o1, o2) != 5%"),
            (r"\frac{\text{总额}}{\frac{a}{b}}", "总额 / (a / b)"),
        ] {
            assert_eq!(read(latex), read(plain), "{latex}");
            assert!(read(latex).is_some(), "{latex}");
        }
    }

    #[test]
    fn what_is_no_formula_is_not_read() {
        for text in [r"\int_0^1 x", r"\frac{1}", "{1", "1}", r"\", "which is larger?", r"\sqrt[3"] {
            assert_eq!(read(text), None, "{text}");
        }
        assert_eq!(read(&format!("{}1{}", "{".repeat(100), "}".repeat(100))), None);
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read_or_not(text in r"(\\frac|\\sqrt|\\left|\\text|[{}\[\]()^_$\\%a1 ]|\PC){0,24}") {
            let _ = read(&text);
        }
    }
}
