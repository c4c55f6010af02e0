//! The football corpus, and all that a host knows of it beforehand.

use std::{error::Error, fs, path::PathBuf, sync::Arc};

use kag::{
    BuildPipeline, BuildReport, Cast, Column, Embedder, Extractor, KnowledgeBase, LengthSplitter, MarkdownReader,
    OfficialNames, OnViolation, Schema, Source, TableMapping,
    schema::{PropertyDef, TypeDef},
};

/// What any part of an example may fail with.
pub(crate) type Failure = Box<dyn Error + Send + Sync>;

/// Players, clubs and national teams, named in two languages.
pub(crate) fn schema() -> Result<Schema, Failure> {
    let plays_for = PropertyDef::relation("playsFor", ["Team"])
        .with_en("plays for")
        .with_zh("效力于")
        .many()
        .with_qualifier(PropertyDef::property("from", "Date").with_zh("加盟时间"))
        .with_qualifier(PropertyDef::property("until", "Date").with_zh("离队时间"));
    let schema = Schema::builder("Football")
        .with_type(TypeDef::entity("Person").with_zh("人物").with_alias("球员").with_property(plays_for))
        .with_type(
            TypeDef::entity("Team")
                .with_zh("球队")
                .as_abstract()
                .with_property(PropertyDef::property("founded", "Date").with_zh("成立时间").many()),
        )
        .with_type(
            TypeDef::entity("Club")
                .with_parent("Team")
                .with_zh("俱乐部")
                .with_property(PropertyDef::property("country", "Text").with_zh("国家"))
                .with_property(PropertyDef::property("stadium", "Text").with_zh("主场")),
        )
        .with_type(TypeDef::entity("NationalTeam").with_parent("Team").with_en("national team").with_zh("国家队"));
    schema.build().map_err(|problems| problems.iter().map(|p| format!("{p}\n")).collect::<String>().into())
}

/// The names that the host knows, with other spellings of them.
pub(crate) fn names() -> Result<OfficialNames, Failure> {
    let listed: [(&str, &str, &[&str]); 27] = [
        ("Person", "C罗", &["Cristiano Ronaldo", "克里斯蒂亚诺·罗纳尔多"]),
        ("Person", "罗纳尔多", &["Ronaldo Nazário", "大罗"]),
        ("Person", "梅西", &["Lionel Messi"]),
        ("Person", "卡卡", &["Kaká"]),
        ("Person", "贝尔", &["Gareth Bale"]),
        ("Person", "布冯", &["Gianluigi Buffon"]),
        ("Person", "范佩西", &["Robin van Persie"]),
        ("Person", "菲戈", &["Luís Figo"]),
        ("Person", "纳尼", &["Nani"]),
        ("Person", "格列兹曼", &["Antoine Griezmann"]),
        ("NationalTeam", "葡萄牙国家队", &["Portugal national team"]),
        ("NationalTeam", "阿根廷国家队", &["Argentina national team"]),
        ("NationalTeam", "威尔士国家队", &["Wales national team"]),
        ("NationalTeam", "意大利国家队", &["Italy national team"]),
        ("Club", "皇家马德里", &["Real Madrid", "皇马"]),
        ("Club", "曼联", &["Manchester United", "曼彻斯特联"]),
        ("Club", "尤文图斯", &["Juventus", "尤文"]),
        ("Club", "葡萄牙体育", &["Sporting CP", "里斯本竞技"]),
        ("Club", "巴塞罗那", &["Barcelona", "巴萨"]),
        ("Club", "AC米兰", &["AC Milan"]),
        ("Club", "国际米兰", &["Inter Milan", "国米"]),
        ("Club", "托特纳姆热刺", &["Tottenham Hotspur", "热刺"]),
        ("Club", "阿森纳", &["Arsenal"]),
        ("Club", "帕尔马", &["Parma"]),
        ("Club", "皇家社会", &["Real Sociedad"]),
        ("Club", "科林蒂安", &["Corinthians"]),
        ("Club", "马德拉联盟", &["Madeira United"]),
    ];
    let mut names = OfficialNames::new();
    for (type_name, official, spellings) in listed {
        names = names.with(type_name, official, spellings.iter().copied())?;
    }
    Ok(names)
}

/// How the table of clubs is read: a row is a club, known by its name.
pub(crate) fn clubs() -> TableMapping {
    TableMapping::new("clubs", "Club", "name")
        .with_aliases("name_en", ";")
        .with_aliases("aliases", ";")
        .with(Column::property("founded", "founded").with_cast(Cast::Date))
        .with(Column::property("country", "country").with_cast(Cast::Text))
        .with(Column::property("stadium", "stadium").with_cast(Cast::Text))
}

/// Builds the corpus into `base`: the texts through `extractor`, the table through its mapping.
pub(crate) async fn build(
    base: &dyn KnowledgeBase,
    extractor: impl Extractor,
    embedder: Arc<dyn Embedder>,
) -> Result<[BuildReport; 2], Failure> {
    let pipeline = BuildPipeline::new(MarkdownReader::new(), LengthSplitter::new(300), extractor)
        .with_official_names(names()?)
        .with_schema(Arc::new(schema()?), OnViolation::Report)
        .with_embedder(embedder);
    let texts = pipeline.run(base, texts()?).await?;
    let table = pipeline.import(base, &clubs(), &source("clubs.csv")?).await?;
    Ok([texts, table])
}

/// The texts, by name of the file.
fn texts() -> Result<Vec<Source>, Failure> {
    let mut files: Vec<_> = fs::read_dir(corpus().join("texts"))?.collect::<Result<_, _>>()?;
    files.sort_by_key(fs::DirEntry::file_name);
    files.iter().map(|file| source(&format!("texts/{}", file.file_name().to_string_lossy()))).collect()
}

fn source(file: &str) -> Result<Source, Failure> {
    Ok(Source::new(format!("football/{file}"), fs::read(corpus().join(file))?))
}

fn corpus() -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "data", "football"].iter().collect()
}
