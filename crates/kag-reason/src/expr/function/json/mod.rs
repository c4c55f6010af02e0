//! Functions that look into JSON.

mod document;
mod path;

use kag_core::Value;

use super::{Arguments, Context, Family, Term, Why};
use document::Json;
use path::Path;

pub(super) const FAMILY: Family = &[("json_get", json_get), ("get_rdf_property", property)];

/// What stands at a path of a JSON text; of a list of objects, in the first that has it.
fn json_get(arguments: Arguments<'_>) -> Result<Term, Why> {
    let context = arguments.context;
    let Some([json, path]) = arguments.values_of()? else {
        return Ok(Term::Missing);
    };
    let (json, path) = (context.text(&json, 1)?, context.text(&path, 2)?);
    let path = Path::read(&path)?;
    found(context, &json, &path)
}

/// The named property within the member whose name holds `basicInfo`.
fn property(arguments: Arguments<'_>) -> Result<Term, Why> {
    let context = arguments.context;
    let Some([properties, name]) = arguments.values_of()? else {
        return Ok(Term::Missing);
    };
    let (json, name) = (context.text(&properties, 1)?, context.text(&name, 2)?);
    let Some(Json::Object { members, .. }) = Json::read(&json) else {
        return context.unreadable(&json, "a JSON object");
    };
    let Some((_, basic)) = members.iter().find(|(key, _)| key.contains("basicInfo")) else {
        return Ok(Term::Missing);
    };
    let path = Path::member(&name);
    match basic {
        Json::Scalar(Value::Text(json)) => found(context, json, &path),
        inner => Ok(path.of(inner).and_then(Json::value).into()),
    }
}

fn found(context: Context<'_>, json: &str, path: &Path) -> Result<Term, Why> {
    let Some(json_value) = Json::read(json) else {
        return context.unreadable(json, "JSON");
    };
    let mut found = path.of(&json_value);
    if let (None, Json::Array { items, .. }) = (found, &json_value) {
        found = items.iter().find_map(|item| path.of(item));
    }
    Ok(found.and_then(Json::value).into())
}
