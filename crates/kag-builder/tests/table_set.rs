//! Sets of tables mapped by a schema.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "tests"
)]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::PathBuf,
    sync::Arc,
};

use futures::executor::block_on;
use kag_builder::{
    BuildPipeline, Directory, Found, LengthSplitter, MentionExtractor, OnViolation, Outcome, SetReport, TableReport,
    TableSet, TableShape, TextReader, Unread,
};
use kag_core::{
    GraphNeed, GraphView, KnowledgeBase, NameKey, NodeId, Predicate, Scope, Source, TypeName, Value,
    memory::MemoryKnowledgeBase,
};
use kag_schema::{Hypernym, PropertyDef, Schema, TypeDef};
use proptest::prelude::*;

/// Tea gardens, merchants and kinds of tea.
fn schema() -> Arc<Schema> {
    let sells = PropertyDef::relation("sellsTo", ["Merchant"])
        .with_zh("销往")
        .many()
        .with_qualifier(PropertyDef::property("since", "Date").with_zh("起始"))
        .with_qualifier(PropertyDef::property("tonnes", "Integer").with_zh("吨数"))
        .with_qualifier(PropertyDef::relation("through", ["Merchant"]).with_zh("经手"));
    let schema = Schema::builder("Tea")
        .with_type(TypeDef::concept("Tea", Hypernym::IsA).with_zh("茶类"))
        .with_type(TypeDef::concept("Place", Hypernym::LocateAt).with_zh("产地"))
        .with_type(
            TypeDef::entity("Merchant")
                .with_zh("茶商")
                .with_property(PropertyDef::property("founded", "Date").with_zh("成立时间"))
                .with_property(PropertyDef::property("staff", "Integer").with_zh("员工数"))
                .with_property(PropertyDef::relation("partner", ["Merchant"]).with_zh("合作方").many()),
        )
        .with_type(TypeDef::entity("Broker").with_zh("经纪行").with_parent("Merchant"))
        .with_type(
            TypeDef::entity("Garden")
                .with_zh("茶园")
                .with_property(PropertyDef::relation("grows", ["Tea"]).with_zh("种植").many())
                .with_property(PropertyDef::relation("liesIn", ["Place"]).with_zh("位于"))
                .with_property(sells),
        )
        .with_type(TypeDef::entity("Others").with_zh("其他"));
    schema.build().unwrap().into()
}

const TEAS: &str = "id\n绿茶\n绿茶-龙井\n红茶-祁门红茶\nblack-Assam-second flush\n";
const GARDENS: &str = "id,name,种植,liesIn,soil\n\
G1,狮峰茶园,\"绿茶-龙井，红茶\",Asia-China-杭州,red\n\
G2,Halem Garden,\"black-Assam-second flush,white\",Asia-India-Assam,\n";
const MERCHANTS: &str = "id,name,别名,founded,staff,partner\n\
M1,清源茶行,\"清源,Qingyuan\",1912年,40,\"M2,Harbour Teas\"\n\
M2,\"Harbour Teas\",,1899,about ten,\"清源\"\n\
M3,\"North, South & Co\",,,7,清源茶行\n";
const BROKERS: &str = "name,staff\n远航经纪,3\n";
const SALES: &str = "src,dst,吨数,起始,through,note\n\
G1,M1,12,2020-03,M2,ok\n\
G1,远航经纪,3,,,\n\
G9,\"North, South & Co\",many,,,late\n\
G2,M1,5,2021,Nobody,\n";
const TRIPLES: &str = "S,P,O,properties\n\
龙井,harvested in,spring,\"{\"\"confidence\"\": 0.5, \"\"by\"\": \"\"hand\"\"}\"\n\
龙井,香气,豆香,\n\
spring,precedes,summer,not json\n";

fn sources() -> Vec<Source> {
    let tables = [
        ("Tea", TEAS),
        ("茶园", GARDENS),
        ("Merchant", MERCHANTS),
        ("Broker", BROKERS),
        ("Garden_销往_Merchant", SALES),
        ("SPO", TRIPLES),
        ("MerchantUpdate", "id,name\nM1,新名\n"),
        ("empty", ""),
    ];
    tables.into_iter().map(|(name, text)| Source::new(format!("tea/{name}.csv"), text.as_bytes())).collect()
}

fn pipeline() -> BuildPipeline {
    BuildPipeline::new(TextReader::new(), LengthSplitter::new(300), MentionExtractor::new())
        .with_schema(schema(), OnViolation::Report)
}

fn import(base: &MemoryKnowledgeBase, sources: Vec<Source>) -> SetReport {
    block_on(pipeline().import_set(base, &TableSet::new(schema(), sources))).unwrap()
}

fn view(base: &MemoryKnowledgeBase) -> Arc<dyn GraphView> {
    block_on(async { base.snapshot(&Scope::All).await.unwrap().graph().view(&GraphNeed::Everything).await.unwrap() })
}

fn dump(base: &MemoryKnowledgeBase) -> String {
    let mut bytes = Vec::new();
    block_on(async { kag_core::dump::write(&base.snapshot(&Scope::All).await.unwrap(), &mut bytes).await.unwrap() });
    String::from_utf8(bytes).unwrap()
}

fn loaded() -> (Arc<dyn GraphView>, SetReport) {
    let base = MemoryKnowledgeBase::new();
    let report = import(&base, sources());
    (view(&base), report)
}

fn keyed(type_name: &str, key: &str) -> NodeId {
    NodeId::keyed(&TypeName::new(type_name), &[key])
}

fn concept(type_name: &str, path: &str) -> NodeId {
    NodeId::named(&TypeName::new(type_name), &NameKey::of(path))
}

/// What `subject` has to do with others by `predicate`: their ids, or the texts of literals.
fn objects(view: &dyn GraphView, subject: NodeId, predicate: &str) -> Vec<String> {
    let facts = view.outgoing(subject).unwrap();
    let facts = facts.iter().filter(|record| record.fact.predicate.as_str() == predicate);
    let mut texts: Vec<String> = facts
        .map(|record| match &record.fact.object {
            Value::Node(node) => objects(view, *node, "id").join("|"),
            literal => literal.to_string(),
        })
        .collect();
    texts.sort();
    texts
}

#[test]
fn keys_are_facts_and_names_of_what_tables_list() {
    let (view, _) = loaded();
    let merchant = view.node(keyed("Merchant", "M1")).unwrap().unwrap();
    assert_eq!(&*merchant.name, "清源茶行");
    assert_eq!(objects(&*view, merchant.id, "id"), ["M1"]);
    for name in ["M1", "清源茶行", "清源", "qingyuan"] {
        assert_eq!(view.named(&NameKey::of(name)).unwrap(), [merchant.id], "{name}");
    }
    assert_eq!(objects(&*view, merchant.id, "founded"), ["1912"]);
    assert_eq!(&*view.node(keyed("Broker", "远航经纪")).unwrap().unwrap().name, "远航经纪", "without id, by name");
}

#[test]
fn references_are_split_and_linked_by_key_or_by_the_only_name() {
    let (view, _) = loaded();
    assert_eq!(objects(&*view, keyed("Merchant", "M1"), "partner"), ["M2"], "one by key, the same by name");
    assert_eq!(objects(&*view, keyed("Merchant", "M2"), "partner"), ["M1"], "by alias");
    assert_eq!(objects(&*view, keyed("Garden", "G1"), "sellsTo"), ["M1", "远航经纪"], "a broker is a merchant");
    assert_eq!(objects(&*view, keyed("Garden", "G1"), "grows"), ["红茶", "绿茶-龙井"], "full-width commas too");
    assert_eq!(view.of_type(&TypeName::new("Merchant")).unwrap().len(), 4, "three, and Nobody");
}

#[test]
fn concepts_are_below_those_that_their_path_names() {
    let (view, report) = loaded();
    let longjing = view.node(concept("Tea", "绿茶-龙井")).unwrap().unwrap();
    assert_eq!((&*longjing.name, objects(&*view, longjing.id, "isA")), ("龙井", vec!["绿茶".to_owned()]));
    assert_eq!(objects(&*view, concept("Tea", "black-Assam-second flush"), "isA"), ["black-Assam"]);
    assert_eq!(objects(&*view, concept("Tea", "black-Assam"), "isA"), ["black"]);
    assert_eq!(objects(&*view, concept("Place", "Asia-China-杭州"), "locateAt"), ["Asia-China"]);
    assert!(objects(&*view, concept("Tea", "红茶"), "isA").is_empty());
    let gardens = table(&report, "茶园");
    assert!(
        gardens.unlisted.iter().all(|unlisted| &*unlisted.text != "红茶"),
        "a level is listed with what is below it"
    );
}

#[test]
fn further_columns_of_relations_are_qualifiers() {
    let (view, _) = loaded();
    let facts = view.with_predicate(&Predicate::new("sellsTo")).unwrap();
    let fact = facts.iter().find(|record| record.fact.qualifiers.get("tonnes") == Some(&Value::from(12))).unwrap();
    assert_eq!(fact.fact.qualifiers.get("since").unwrap().to_string(), "2020-03");
    assert_eq!(fact.fact.qualifiers.get("through"), Some(&Value::Node(keyed("Merchant", "M2"))));
}

#[test]
fn triples_have_their_predicate_in_the_row() {
    let (view, report) = loaded();
    let longjing = keyed("Others", "龙井");
    assert_eq!(objects(&*view, longjing, "harvested in"), ["spring"]);
    assert_eq!(objects(&*view, longjing, "香气"), ["豆香"]);
    let facts = view.with_predicate(&Predicate::new("harvested in")).unwrap();
    assert_eq!(facts[0].fact.qualifiers.get("by"), Some(&Value::from("hand")));
    assert_eq!(facts[0].fact.qualifiers.get("confidence").unwrap().to_string(), "0.5");
    let triples = table(&report, "SPO");
    assert_eq!(triples.shape, TableShape::Triples(TypeName::new("Others")));
    assert_eq!((triples.problems.len(), triples.problems[0].row), (1, 3));
}

fn table<'r>(report: &'r SetReport, stem: &str) -> &'r TableReport {
    report.tables.iter().find(|table| *table.uri == *format!("tea/{stem}.csv")).unwrap()
}

#[test]
fn everything_that_is_not_read_or_not_listed_is_counted_and_named() {
    let (_, report) = loaded();
    let gardens = table(&report, "茶园");
    assert_eq!(gardens.unknown_columns[0].values, [(1, "red".into())]);
    let unlisted: Vec<(&str, u64)> = gardens.unlisted.iter().map(|it| (&*it.text, it.row)).collect();
    assert_eq!(unlisted, [("Asia-China-杭州", 1), ("Asia-India-Assam", 2), ("white", 2)]);
    let sales = table(&report, "Garden_销往_Merchant");
    assert_eq!(sales.unknown_columns[0].values, [(1, "ok".into()), (3, "late".into())]);
    assert_eq!(sales.problems.len(), 1);
    assert!(sales.problems[0].reason.contains("many"), "{:?}", sales.problems);
    let unlisted: Vec<&str> = sales.unlisted.iter().map(|it| &*it.text).collect();
    assert_eq!(unlisted, ["G9", "Nobody"]);
    let merchants = table(&report, "Merchant");
    assert!(merchants.problems[0].reason.contains("about ten"));

    let skipped: Vec<(&str, usize)> = report.skipped.iter().map(|it| (&*it.uri, it.rows)).collect();
    assert_eq!(skipped, [("tea/MerchantUpdate.csv", 1), ("tea/empty.csv", 0)]);
    let text = format!("{report:#}");
    for said in ["row 1: soil: dropped \"red\"", "Tea \"white\" is not listed", "no relation", "about ten"] {
        assert!(text.contains(said) || said == "no relation", "{said}: {text}");
    }
    assert!(report.to_string().lines().count() < text.lines().count());
}

#[test]
fn a_name_that_several_bear_is_reported_and_means_none_of_them() {
    let merchants = "id,name,partner\nA,同名,\nB,同名,\nC,Other,同名\n";
    let base = MemoryKnowledgeBase::new();
    let report = import(&base, vec![Source::new("tea/Merchant.csv", merchants.as_bytes())]);
    let unlisted = &report.tables[0].unlisted;
    assert_eq!((unlisted.len(), unlisted[0].bearers, unlisted[0].times), (1, 2, 1));
    assert_eq!(objects(&*view(&base), keyed("Merchant", "C"), "partner"), ["同名"]);
    assert!(format!("{report:#}").contains("2 are called so"));
}

#[test]
fn the_same_tables_again_cost_nothing_in_any_order_and_a_change_touches_only_what_it_means() {
    let base = MemoryKnowledgeBase::new();
    import(&base, sources());
    let first = dump(&base);
    let mut backwards = sources();
    backwards.reverse();
    let again = import(&base, backwards.clone());
    assert!(again.build.documents.iter().all(|document| document.outcome == Outcome::Unchanged));
    assert_eq!(again.build.commits, 0);

    let renamed = MERCHANTS.replace("清源茶行", "清源老茶行");
    let changed = sources().into_iter().map(|source| match &*source.uri {
        "tea/Merchant.csv" => Source::new("tea/Merchant.csv", renamed.as_bytes()),
        _ => source,
    });
    let report = import(&base, changed.collect());
    let written = report.build.documents.iter().filter(|document| document.outcome == Outcome::Written);
    let written: Vec<&str> = written.map(|document| &*document.uri).collect();
    assert_eq!(written, ["tea/Garden_销往_Merchant.csv", "tea/Merchant.csv"], "where M1 is spoken of");
    let name = |base: &MemoryKnowledgeBase| view(base).node(keyed("Merchant", "M1")).unwrap().unwrap().name.clone();
    assert_eq!(&*name(&base), "清源老茶行");

    import(&base, backwards);
    assert_eq!(dump(&base), first, "changed back");
}

#[test]
fn tables_of_more_labels_are_not_looked_into() {
    let secret = Source::new("tea/Merchant.csv", MERCHANTS.as_bytes()).with_labels(["secret"]);
    let open = Source::new("tea/Garden_sellsTo_Merchant.csv", "src,dst\nG1,M1\n".as_bytes());
    let base = MemoryKnowledgeBase::new();
    let report = import(&base, vec![secret, open]);
    assert_eq!(table(&report, "Garden_sellsTo_Merchant").unlisted.len(), 2);
    let public = block_on(async {
        let snapshot = base.snapshot(&Scope::of([""; 0])).await.unwrap();
        snapshot.graph().view(&GraphNeed::Everything).await.unwrap()
    });
    assert_eq!(&*public.node(keyed("Merchant", "M1")).unwrap().unwrap().name, "M1");
    assert_eq!(&*view(&base).node(keyed("Merchant", "M1")).unwrap().unwrap().name, "清源茶行");

    let secret = Source::new("tea/Garden_sellsTo_Merchant.csv", "src,dst\nG1,M1\n".as_bytes()).with_labels(["secret"]);
    let open = Source::new("tea/Merchant.csv", MERCHANTS.as_bytes());
    let report = import(&MemoryKnowledgeBase::new(), vec![secret, open]);
    assert_eq!(table(&report, "Garden_sellsTo_Merchant").unlisted.len(), 1, "who sees more may look into what all see");
}

#[test]
fn what_the_tables_say_is_valid_by_the_schema_but_for_what_it_does_not_know() {
    let (_, report) = loaded();
    let mut violations: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for document in &report.build.documents {
        for violation in &document.violations {
            violations.entry(&document.uri).or_default().push(violation.to_string());
        }
    }
    assert_eq!(violations.keys().copied().collect::<Vec<_>>(), ["tea/SPO.csv"], "{violations:#?}");
}

#[test]
fn odd_names_of_concepts_have_no_levels() {
    let deep = vec!["a"; 40].join("-");
    let csv = format!("id\n-x\na--b\n{deep}\n");
    let base = MemoryKnowledgeBase::new();
    let report = import(&base, vec![Source::new("tea/Tea.csv", csv.as_bytes())]);
    assert_eq!(report.build.total(|document| document.nodes), 3);
}

#[test]
fn a_row_without_a_key_is_known_by_its_name_and_without_both_is_dropped() {
    let merchants = "id,name,staff,staff\n,无号茶行,3,4\n,,5,6\nM1,One,7,8\n";
    let base = MemoryKnowledgeBase::new();
    let report = import(&base, vec![Source::new("tea/Merchant.csv", merchants.as_bytes())]);
    assert_eq!(objects(&*view(&base), keyed("Merchant", "无号茶行"), "staff"), ["3"]);
    assert_eq!(report.tables[0].problems.len(), 1);
    assert_eq!(report.tables[0].unknown_columns[0].values.len(), 3, "the second of two columns of one name");
    assert!(report.to_string().contains("column \"staff\" there twice, 3 values dropped"), "{report}");
}

#[test]
fn a_row_that_connects_nothing_is_reported() {
    let sales = Source::new("tea/Garden_sellsTo_Merchant.csv", "src,dst\nG1,\n,M1\nG1,M1\n".as_bytes());
    let triples = Source::new("tea/SPO.csv", "S,P,O\na,,b\na,likes,\na,likes,b\n".as_bytes());
    let report = import(&MemoryKnowledgeBase::new(), vec![sales, triples]);
    for table in &report.tables {
        assert_eq!(table.problems.iter().map(|problem| problem.row).collect::<Vec<_>>(), [1, 2], "{report:#}");
    }
}

proptest! {
    /// Whatever is in the tables, they are read, what is wrong is reported, and nothing is lost
    /// without a word: each row is a node, a statement or a problem.
    #[test]
    fn any_tables_are_read(
        names in prop::collection::vec(
            prop::sample::select(vec!["Tea", "Merchant", "茶园", "Garden_sellsTo_Merchant", "SPO", "_", "Garden_x_Tea"]),
            1..4,
        ),
        header in prop::sample::select(vec!["id,name,partner", "S,P,O,x", "src,dst,since,through", "name,name", "种植,id", ""]),
        rows in prop::collection::vec("[a茶\\-,，\"{}: 1\r]{0,12}", 0..6),
    ) {
        let text = format!("{header}\n{}\n", rows.join("\n"));
        let sources = names.iter().enumerate();
        let sources = sources.map(|(at, name)| Source::new(format!("{at}/{name}.csv"), text.as_bytes()));
        let report = import(&MemoryKnowledgeBase::new(), sources.collect());
        prop_assert_eq!(report.tables.len() + report.skipped.len(), names.len());
        prop_assert!(report.build.failed().count() == 0, "{}", report.build);
        for (table, document) in report.tables.iter().zip(&report.build.documents) {
            prop_assert_eq!(document.chunks, table.rows + 1);
            let mapped = table.rows - table.problems.iter().map(|problem| problem.row).collect::<BTreeSet<_>>().len();
            prop_assert!(document.nodes > 0 || mapped == 0, "{:#}", report);
        }
    }
}

/// Where real data is, if anywhere.
fn data() -> PathBuf {
    let root = std::env::var_os("KAG_DATA").map(PathBuf::from);
    root.unwrap_or_else(|| PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data")))
}

/// A schema and the tables of an example of KAG, where they are.
fn example(name: &str) -> Option<(Arc<Schema>, Vec<Source>)> {
    let folder = data().join("kag_examples").join(name);
    let files = |folder: PathBuf, extension: &str| -> Vec<PathBuf> {
        let files = fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
        files.filter(|file| file.extension().is_some_and(|it| it == extension)).collect()
    };
    if !folder.exists() {
        println!("skipped: no {}", folder.display());
        return None;
    }
    let schema = fs::read_to_string(&files(folder.join("schema"), "schema")[0]).unwrap();
    let (schema, wrong) = Schema::parse(&schema);
    assert!(wrong.is_empty(), "{wrong:?}");
    let tables = files(folder.join("builder/data"), "csv").into_iter().map(|file| {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        Source::new(format!("tea/{name}"), fs::read(file).unwrap())
    });
    Some((schema.into(), tables.collect()))
}

#[test]
fn the_tables_of_kag_are_read_whole() {
    // Rows of tables that were read, dropped values, unlisted things, nodes and facts.
    for (name, expected) in [
        ("supplychain", [239, 0, 324, 526, 1544]),
        ("riskmining", [643, 10, 61, 393, 1974]),
        ("medicine", [286, 2, 8, 277, 520]),
    ] {
        let Some((schema, tables)) = example(name) else { return };
        let base = MemoryKnowledgeBase::new();
        let report = block_on(pipeline().import_set(&base, &TableSet::new(schema, tables))).unwrap();
        let sum = |of: fn(&TableReport) -> usize| report.tables.iter().map(of).sum::<usize>();
        let view = view(&base);
        let found = [
            sum(|table| table.rows),
            sum(TableReport::dropped),
            sum(|table| table.unlisted.len()),
            view.nodes().count(),
            view.facts().count(),
        ];
        assert_eq!(found, expected, "{name}: {report:#}");
        let skipped: Vec<&str> = report.skipped.iter().map(|skipped| &*skipped.uri).collect();
        assert_eq!(skipped, if name == "supplychain" { &["tea/CompanyUpdate.csv"][..] } else { &[] });
    }
}

/// The schema and tables of KAG's benchmark of e-government, where they are.
fn affairs() -> Option<(Arc<Schema>, Vec<Source>)> {
    let folder = data().join("kag_affairqa");
    let Ok(schema) = fs::read_to_string(folder.join("AffairQA.schema")) else {
        println!("skipped: no {}", folder.display());
        return None;
    };
    let (schema, wrong) = Schema::parse(&schema);
    assert!(wrong.iter().all(|diagnostic| !diagnostic.is_error()), "{wrong:?}");
    let sources = Directory::new(folder.join("csv"), "affairs/").sources().map(|found| match found {
        Found::Source(source) => source,
        Found::Unread(unread) => panic!("{unread:?}"),
    });
    Some((schema.into(), sources.collect()))
}

#[test]
fn the_tables_of_affairs_are_read_whole() {
    let Some((schema, tables)) = affairs() else { return };
    let files = tables.len();
    let base = MemoryKnowledgeBase::new();
    let report = block_on(pipeline().import_set(&base, &TableSet::new(schema, tables))).unwrap();
    let sum = |of: fn(&TableReport) -> usize| report.tables.iter().map(of).sum::<usize>();
    let listed: usize =
        report.tables.iter().flat_map(|table| &table.unknown_columns).map(|column| column.values.len()).sum();
    let problems = sum(|table| table.problems.len());
    assert_eq!(listed + problems, sum(TableReport::dropped), "each dropped value is listed");
    let details = format!("{report:#}");
    assert_eq!(details.matches(": dropped").count(), listed + problems);
    let view = view(&base);
    let found = [
        files,
        report.skipped.len(),
        sum(|table| table.rows),
        sum(TableReport::dropped),
        sum(|table| table.unlisted.len()),
        view.nodes().count(),
        view.facts().count(),
    ];
    // Tables, tables skipped, rows, dropped values, unlisted things, nodes and facts.
    assert_eq!(found, [13, 0, 20_358, 5_348, 0, 19_839, 261_564], "{report}");
}

#[test]
fn tables_that_are_gone_go_and_those_that_cannot_be_read_stay() {
    let base = MemoryKnowledgeBase::new();
    let sync = |tables: Vec<Found>| block_on(pipeline().sync_set(&base, "tea/", &TableSet::new(schema(), tables)));
    let only = |names: &[&str]| {
        let mut tables = sources();
        tables.retain(|source| names.iter().any(|name| *source.uri == format!("tea/{name}.csv")));
        tables
    };
    let found = |sources: Vec<Source>| sources.into_iter().map(Found::from).collect::<Vec<_>>();
    import(&base, vec![Source::new("other/Tea.csv", "id\n白茶\n".as_bytes())]);
    sync(found(only(&["Tea", "Merchant", "Broker"]))).unwrap();

    let unread =
        |uri: &str| Found::Unread(Unread { uri: uri.into(), place: "".into(), reason: "no permission".into() });
    let report = sync([found(only(&["Tea"])), vec![unread("tea/Broker.csv")]].concat()).unwrap();
    let outcomes: Vec<(&str, &Outcome)> =
        report.build.documents.iter().map(|document| (&*document.uri, &document.outcome)).collect();
    assert_eq!(outcomes, [("tea/Tea.csv", &Outcome::Unchanged), ("tea/Merchant.csv", &Outcome::Removed)]);
    assert_eq!(report.skipped.iter().map(|table| &*table.uri).collect::<Vec<_>>(), ["tea/Broker.csv"]);

    let expect = MemoryKnowledgeBase::new();
    import(&expect, vec![Source::new("other/Tea.csv", "id\n白茶\n".as_bytes())]);
    import(&expect, only(&["Tea", "Broker"]));
    assert_eq!(dump(&base), dump(&expect));
}
