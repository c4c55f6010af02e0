//! A model of two layers made in the test itself: no weights are needed.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "tests"
)]

use std::{collections::HashMap, fs, num::NonZeroUsize, path::Path};

use candle_core::{Device, Tensor, safetensors};
use futures::executor::block_on;
use kag_candle::{CandleEmbedder, Error, Options, Pooling};
use kag_core::{CpuPool, Embedding};
use kag_llm::{Embedder, Purpose};
use serde_json::{Value, json};
use tempfile::TempDir;

const WIDTH: usize = 16;
const INNER: usize = 32;
const POSITIONS: usize = 24;
const PIECES: [&str; 16] = [
    "[PAD]", "[UNK]", "[CLS]", "[SEP]", "the", "fund", "fell", "rose", "##s", "by", "3", "%", ".", "基", "金", "query",
];

/// Numbers that look random and are the same in every run.
struct Noise(u64);

impl Noise {
    fn tensor(&mut self, shape: &[usize], around: f32) -> Tensor {
        let values: Vec<f32> = (0..shape.iter().product())
            .map(|_| {
                self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                around + (self.0 >> 40) as f32 / (1 << 24) as f32 - 0.5
            })
            .collect();
        Tensor::from_vec(values, shape, &Device::Cpu).unwrap()
    }
}

fn config() -> Value {
    json!({
        "model_type": "bert", "vocab_size": PIECES.len(), "hidden_size": WIDTH,
        "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": INNER,
        "hidden_act": "gelu", "max_position_embeddings": POSITIONS, "type_vocab_size": 2,
        "layer_norm_eps": 1e-12,
    })
}

fn tokenizer() -> Value {
    let vocab: HashMap<&str, usize> = PIECES.iter().enumerate().map(|(id, p)| (*p, id)).collect();
    let special = |id: usize| {
        json!({"id": id, "content": PIECES[id], "special": true, "single_word": false,
            "lstrip": false, "rstrip": false, "normalized": false})
    };
    json!({
        "version": "1.0",
        "truncation": {"max_length": 5, "strategy": "LongestFirst", "stride": 0, "direction": "Right"},
        "padding": {"strategy": {"Fixed": 20}, "direction": "Right", "pad_to_multiple_of": null,
            "pad_id": 0, "pad_type_id": 0, "pad_token": "[PAD]"},
        "added_tokens": [special(0), special(1), special(2), special(3)],
        "normalizer": {"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true,
            "strip_accents": null, "lowercase": true},
        "pre_tokenizer": {"type": "BertPreTokenizer"},
        "post_processor": {"type": "BertProcessing", "sep": ["[SEP]", 3], "cls": ["[CLS]", 2]},
        "decoder": null,
        "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
            "max_input_chars_per_word": 100, "vocab": vocab},
    })
}

fn weights(layers: usize) -> HashMap<String, Tensor> {
    let mut noise = Noise(7);
    let mut named = HashMap::new();
    let mut put = |name: String, shape: &[usize], around| {
        named.insert(name, noise.tensor(shape, around));
    };
    let embeddings = [("word", PIECES.len()), ("position", POSITIONS), ("token_type", 2)];
    for (name, rows) in embeddings {
        put(format!("embeddings.{name}_embeddings.weight"), &[rows, WIDTH], 0.0);
    }
    put("embeddings.LayerNorm.weight".into(), &[WIDTH], 1.0);
    put("embeddings.LayerNorm.bias".into(), &[WIDTH], 0.0);
    for n in 0..layers {
        let linear = [
            ("attention.self.query", WIDTH, WIDTH),
            ("attention.self.key", WIDTH, WIDTH),
            ("attention.self.value", WIDTH, WIDTH),
            ("attention.output.dense", WIDTH, WIDTH),
            ("intermediate.dense", INNER, WIDTH),
            ("output.dense", WIDTH, INNER),
        ];
        for (name, to, from) in linear {
            put(format!("encoder.layer.{n}.{name}.weight"), &[to, from], 0.0);
            put(format!("encoder.layer.{n}.{name}.bias"), &[to], 0.0);
        }
        for name in ["attention.output.LayerNorm", "output.LayerNorm"] {
            put(format!("encoder.layer.{n}.{name}.weight"), &[WIDTH], 1.0);
            put(format!("encoder.layer.{n}.{name}.bias"), &[WIDTH], 0.0);
        }
    }
    named
}

fn write(dir: &Path, name: &str, value: &Value) {
    fs::write(dir.join(name), value.to_string()).unwrap();
}

fn model() -> TempDir {
    let dir = TempDir::new().unwrap();
    write(dir.path(), "config.json", &config());
    write(dir.path(), "tokenizer.json", &tokenizer());
    safetensors::save(&weights(2), dir.path().join("model.safetensors")).unwrap();
    dir
}

fn open(dir: &TempDir) -> CandleEmbedder {
    CandleEmbedder::from_dir(dir.path()).unwrap()
}

fn refused(dir: &TempDir) -> Error {
    CandleEmbedder::from_dir(dir.path()).unwrap_err()
}

fn embed(embedder: &CandleEmbedder, texts: &[&str]) -> Vec<Embedding> {
    block_on(embedder.embed(texts, Purpose::Document)).unwrap()
}

fn one(embedder: &CandleEmbedder, text: &str) -> Embedding {
    embed(embedder, &[text]).remove(0)
}

fn distance(a: &Embedding, b: &Embedding) -> f32 {
    let apart = |(a, b): (&f32, &f32)| (a - b).abs();
    a.as_slice().iter().zip(b.as_slice()).map(apart).fold(0.0, f32::max)
}

/// A network without layers whose token vectors are known: pooling can be checked by hand.
#[test]
fn the_mean_is_over_the_tokens_of_a_text_and_nothing_else() {
    let dir = model();
    let mut named = weights(0);
    let mut config = config();
    config["num_hidden_layers"] = json!(0);
    write(dir.path(), "config.json", &config);
    let zero = |shape: &[usize]| Tensor::zeros(shape, candle_core::DType::F32, &Device::Cpu).unwrap();
    for (name, rows) in [("position", POSITIONS), ("token_type", 2)] {
        named.insert(format!("embeddings.{name}_embeddings.weight"), zero(&[rows, WIDTH]));
    }
    named.insert("embeddings.LayerNorm.bias".into(), zero(&[WIDTH]));
    named.insert(
        "embeddings.LayerNorm.weight".into(),
        Tensor::ones(WIDTH, candle_core::DType::F32, &Device::Cpu).unwrap(),
    );
    safetensors::save(&named, dir.path().join("model.safetensors")).unwrap();

    let rows: Vec<Vec<f32>> = named["embeddings.word_embeddings.weight"].to_vec2().unwrap();
    let normed = |id: usize| {
        let row = &rows[id];
        let mean = row.iter().sum::<f32>() / WIDTH as f32;
        let spread = row.iter().map(|c| (c - mean).powi(2)).sum::<f32>() / WIDTH as f32;
        row.iter().map(|c| (c - mean) / spread.sqrt()).collect::<Vec<_>>()
    };
    // [CLS] fund ##s 基 [SEP]
    let tokens = [2, 5, 8, 13, 3].map(normed);
    let sum = (0..WIDTH).map(|c| tokens.iter().map(|token| token[c]).sum()).collect();
    let mean = Embedding::normalised(sum);
    let first = Embedding::normalised(tokens[0].clone());

    let texts = ["the fund rose.", "funds基", "the"];
    let found = embed(&open(&dir), &texts).remove(1);
    assert!(distance(&found, &mean) < 1e-5, "{found:?} {mean:?}");
    let options = Options::default().with_pooling(Pooling::First);
    let by_first = CandleEmbedder::from_dir_with(dir.path(), &options).unwrap();
    assert!(distance(&embed(&by_first, &texts)[1], &first) < 1e-5);
}

#[test]
fn a_text_has_one_vector_alone_and_in_any_batch() {
    let dir = model();
    let embedder = open(&dir);
    let texts: Vec<String> = (0..200).map(|n| ["the fund rose ", "基金", "3% "][n % 3].repeat(1 + n % 11)).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let together = embed(&embedder, &texts);
    assert_eq!(together.len(), texts.len());
    for (text, vector) in texts.iter().zip(&together) {
        let alone = one(&embedder, text);
        assert!(distance(&alone, vector) <= 1e-5, "{text:?}");
        let length: f32 = vector.as_slice().iter().map(|c| c * c).sum();
        assert!((length - 1.0).abs() < 1e-5 && vector.dim() == WIDTH);
    }
    let apart = distance(&together[0], &together[1]);
    assert!(apart > 0.01, "different texts have different vectors: {apart}");
    let one_thread = open(&dir).with_cpu(CpuPool::new(NonZeroUsize::MIN));
    assert_eq!(embed(&one_thread, &texts), together, "threads do not matter");
    let backwards: Vec<&str> = texts.iter().rev().copied().collect();
    for (a, b) in embed(&embedder, &backwards).iter().rev().zip(&together) {
        assert!(distance(a, b) <= 1e-5, "order is restored");
    }
}

#[test]
fn words_in_another_order_have_another_vector() {
    let embedder = open(&model());
    let (a, b) = (one(&embedder, "the fund rose"), one(&embedder, "rose the fund"));
    assert!(distance(&a, &b) > 1e-3);
}

#[test]
fn a_text_without_tokens_has_no_direction() {
    let embedder = open(&model());
    let found = embed(&embedder, &["", "fund", " \u{200B}\n"]);
    assert!(found[0].as_slice().iter().all(|c| *c == 0.0));
    assert!(found[1].as_slice().iter().any(|c| *c != 0.0));
    assert_eq!(found[0], found[2]);
    assert!(embed(&embedder, &[]).is_empty());
}

#[test]
fn what_is_beyond_the_limit_is_not_seen() {
    let dir = model();
    let long = "fund ".repeat(POSITIONS * 3);
    let positions = embed(&open(&dir), &[&long, &"fund ".repeat(POSITIONS - 2)]);
    assert_eq!(positions[0], positions[1], "a model has so many positions");

    let check = |embedder: &CandleEmbedder, seen: usize| {
        let at = |words: usize| one(embedder, &"the ".repeat(words));
        assert_ne!(at(seen - 1), at(seen), "{seen}");
        assert_eq!(at(seen), at(seen + 1), "{seen}");
    };
    write(dir.path(), "sentence_bert_config.json", &json!({"max_seq_length": 7}));
    check(&open(&dir), 5);
    let options = Options::default().with_max_tokens(10);
    check(&CandleEmbedder::from_dir_with(dir.path(), &options).unwrap(), 8);
    let options = Options::default().with_max_tokens(2);
    let error = CandleEmbedder::from_dir_with(dir.path(), &options).unwrap_err();
    assert!(matches!(error, Error::MaxTokens { max_tokens: 2, special: 2 }), "{error}");
}

#[test]
fn the_spelling_of_a_special_token_is_text() {
    let embedder = open(&model());
    let (a, b) = (one(&embedder, "fund [SEP] rose"), one(&embedder, "fund rose"));
    // "[", "sep" and "]" are unknown pieces of their own.
    let c = one(&embedder, "fund ? ? ? rose");
    assert_eq!(a, c);
    assert_ne!(a, b);
}

#[test]
fn prefixes_tell_queries_from_documents() {
    let dir = model();
    let options = Options::default().with_prefixes("query ", "");
    let embedder = CandleEmbedder::from_dir_with(dir.path(), &options).unwrap();
    let query = block_on(embedder.embed(&["fund"], Purpose::Query)).unwrap().remove(0);
    let plain = open(&dir);
    assert_eq!(query, one(&plain, "query fund"));
    assert_eq!(one(&embedder, "fund"), one(&plain, "fund"));
}

#[test]
fn the_id_changes_with_files_and_options_only() {
    let dir = model();
    let id = |options: &Options| {
        let embedder = CandleEmbedder::from_dir_with(dir.path(), options).unwrap();
        Embedder::id(&embedder).to_owned()
    };
    let plain = id(&Options::default());
    assert_eq!(plain, id(&Options::default()));
    let other = [
        id(&Options::default().with_max_tokens(9)),
        id(&Options::default().with_pooling(Pooling::First)),
        id(&Options::default().with_prefixes("q ", "")),
        id(&Options::default().with_prefixes("", "q ")),
    ];
    let mut weights = weights(2);
    let bias = weights["embeddings.LayerNorm.bias"].affine(1.0, 1e-3).unwrap();
    weights.insert("embeddings.LayerNorm.bias".into(), bias);
    safetensors::save(&weights, dir.path().join("model.safetensors")).unwrap();
    let mut ids: Vec<String> = other.into_iter().chain([plain, id(&Options::default())]).collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 6, "{ids:?}");
    assert_eq!(Embedder::id(&open(&dir).with_id("mine/1")), "mine/1");
}

#[test]
fn names_under_a_prefix_and_old_norm_names_are_read() {
    let dir = model();
    let expect = one(&open(&dir), "the funds fell by 3%.");
    let renamed: HashMap<String, Tensor> = weights(2)
        .into_iter()
        .map(|(name, tensor)| {
            let name = name.replace("LayerNorm.weight", "LayerNorm.gamma").replace("LayerNorm.bias", "LayerNorm.beta");
            (format!("bert.{name}"), tensor)
        })
        .collect();
    safetensors::save(&renamed, dir.path().join("model.safetensors")).unwrap();
    assert_eq!(one(&open(&dir), "the funds fell by 3%."), expect);
}

#[test]
fn a_missing_file_is_named() {
    for name in ["config.json", "tokenizer.json", "model.safetensors"] {
        let dir = model();
        fs::remove_file(dir.path().join(name)).unwrap();
        let error = refused(&dir);
        assert!(matches!(&error, Error::Read { path, .. } if path.ends_with(name)), "{error}");
        assert!(error.to_string().contains(name), "{error}");
    }
}

#[test]
fn a_garbled_file_is_named_and_never_panics() {
    for name in ["config.json", "tokenizer.json", "model.safetensors"] {
        let dir = model();
        let path = dir.path().join(name);
        let whole = fs::read(&path).unwrap();
        for end in [0, 1, 8, 100, whole.len() / 2, whole.len() - 1] {
            fs::write(&path, &whole[..end]).unwrap();
            let error = refused(&dir);
            assert!(error.to_string().contains(name), "{name} {end}: {error}");
            let fits = match name {
                "config.json" => matches!(error, Error::Config { .. }),
                "tokenizer.json" => matches!(error, Error::Tokenizer { .. }),
                _ => matches!(error, Error::Weights { .. }),
            };
            assert!(fits, "{name} {end}: {error:?}");
        }
    }
}

#[test]
fn what_is_not_computed_is_refused_by_field() {
    let check = |field: &str, value: Value| {
        let dir = model();
        let mut config = config();
        config[field] = value;
        write(dir.path(), "config.json", &config);
        let error = refused(&dir);
        let fits = matches!(&error, Error::Unsupported { field: found, .. } if *found == field);
        assert!(fits, "{error}");
    };
    check("model_type", json!("roberta"));
    check("hidden_act", json!("swish"));
    check("position_embedding_type", json!("relative_key"));
    check("num_attention_heads", json!(0));
    check("num_attention_heads", json!(3));
    check("hidden_size", json!(0));

    let dir = model();
    fs::create_dir(dir.path().join("1_Pooling")).unwrap();
    let pooling = |config: Value| write(dir.path(), "1_Pooling/config.json", &config);
    pooling(json!({"pooling_mode_cls_token": true, "word_embedding_dimension": WIDTH}));
    open(&dir);
    pooling(json!({"pooling_mode_max_tokens": true}));
    assert!(matches!(refused(&dir), Error::Unsupported { field: "pooling_mode", .. }));
}

#[test]
fn weights_and_tokenizer_must_fit_the_configuration() {
    let change = |field: &str, value: usize| {
        let dir = model();
        let mut config = config();
        config[field] = json!(value);
        write(dir.path(), "config.json", &config);
        refused(&dir)
    };
    assert!(matches!(change("num_hidden_layers", 3), Error::Weights { .. }));
    assert!(matches!(change("intermediate_size", INNER + 1), Error::Weights { .. }));
    assert!(matches!(change("vocab_size", PIECES.len() - 1), Error::Tokenizer { .. }));
    assert!(matches!(change("type_vocab_size", 0), Error::Weights { .. }));
}
