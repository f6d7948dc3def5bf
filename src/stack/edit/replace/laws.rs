//! What holds for every text and every change: the new text says what was meant, or there is none;
//! and what stands around the change stays as it is, byte for byte.

use std::ops::Range;

use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::{Value as Json, json};

use super::hand::Hand;
use super::tests::node;
use super::*;
use crate::document::{Part, Quotes, Shape};

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[a-z]{1,6}",
        2 => prop::sample::select(vec![
            "", "no", "12", "1.10", "true", "~", "# x", "a # b", "- a", "a: b", "/x/*", "*", "it's",
            "\"", "\\", "a\nb", "a\n\nb\n", " x", "x ", "é", "{", "[a]", "a, b", "?", "//x", "/*", "&a",
            "*a", "!t", "|", "\t", "<<", "${x}", "\u{feff}", "\r",
        ]).prop_map(str::to_owned),
    ]
}

fn scalar() -> impl Strategy<Value = Json> {
    prop_oneof![
        4 => text().prop_map(Json::from),
        2 => (-1000_i64..1000).prop_map(Json::from),
        1 => (0_i32..1000).prop_map(|number| json!(f64::from(number) / 100.0)),
        1 => any::<bool>().prop_map(Json::from),
        1 => Just(Json::Null),
    ]
}

fn tree() -> impl Strategy<Value = Json> {
    scalar().prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Json::from),
            prop::collection::btree_map("[a-zA-Z]{1,4}", inner, 0..4)
                .prop_map(|map| Json::Object(map.into_iter().collect())),
        ]
    })
}

fn document() -> impl Strategy<Value = Json> {
    prop::collection::btree_map("[a-zA-Z]{1,4}", tree(), 1..5)
        .prop_map(|map| Json::Object(map.into_iter().collect()))
}

/// The ways to everything in a tree but its top.
fn ways(tree: &Json) -> Vec<Vec<Step>> {
    let members: Vec<(Step, &Json)> = match tree {
        Json::Array(items) => {
            items.iter().enumerate().map(|(at, one)| (Step::Index(at), one)).collect()
        }
        Json::Object(map) => map.iter().map(|(key, one)| (Step::Key(key.clone()), one)).collect(),
        _ => Vec::new(),
    };
    let below = |(step, value): (Step, &Json)| {
        let deeper = ways(value).into_iter().map(|way| [vec![step.clone()], way].concat());
        [vec![vec![step.clone()]], deeper.collect()].concat()
    };
    members.into_iter().flat_map(below).collect()
}

fn get<'a>(tree: &'a mut Json, way: &[Step]) -> &'a mut Json {
    way.iter().fold(tree, |value, step| match step {
        Step::Key(key) => &mut value[key],
        Step::Index(index) => &mut value[index],
    })
}

/// One random edit of a tree, and what the tree is then, told another way than the editor tells it.
fn edit(tree: &Json, (place, sort, at): (Index, usize, Index), value: &Json) -> (Edit, Json) {
    let mut after = tree.clone();
    let all = ways(tree);
    let way = place.get(&all).clone();
    let new = || node(&value.to_string());
    let there = get(&mut after, &way);
    let edit = match (sort, &mut *there) {
        (1, Json::Object(map)) => {
            map.insert("New".to_owned(), value.clone());
            Edit::Add(way, "New".to_owned(), new())
        }
        (1, Json::Array(items)) => {
            let at = at.index(items.len() + 1);
            items.insert(at, value.clone());
            Edit::Insert(way, at, new())
        }
        (2, _) => {
            let (last, above) = way.split_last().unwrap();
            match (last, get(&mut after, above)) {
                (Step::Key(key), Json::Object(map)) => drop(map.remove(key)),
                (Step::Index(index), Json::Array(items)) => drop(items.remove(*index)),
                _ => unreachable!(),
            }
            Edit::Remove(way)
        }
        _ => {
            *there = value.clone();
            Edit::Set(way, new())
        }
    };
    (edit, after)
}

/// The part at the end of a way, and the place of the member that it is.
fn member<'a>(layout: &'a Layout, way: &[Step]) -> (&'a Part, Range<usize>) {
    let top = (&layout.top, layout.top.span.clone());
    way.iter().fold(top, |(part, _), step| match (step, &part.shape) {
        (Step::Index(index), Shape::Seq { items, .. }) => {
            (&items[*index], items[*index].span.clone())
        }
        (Step::Key(name), Shape::Map { entries, .. }) => {
            let (key, value) = entries.iter().find(|(key, _)| key.text() == Some(name)).unwrap();
            (value, key.span.start..key.span.end.max(value.span.end))
        }
        _ => unreachable!("{step:?} {part:?}"),
    })
}

fn members(part: &Part) -> usize {
    match &part.shape {
        Shape::Seq { items, .. } => items.len(),
        _ => part.entries().len(),
    }
}

/// What of the old text may differ: the member, what stands between it and the ones beside it, and
/// its line.
fn concerned(text: &str, language: Language, edit: &Edit) -> Range<usize> {
    let layout = layout(text, language).unwrap();
    let line_end = |at: usize| text[at..].find('\n').map_or(text.len(), |end| at + end + 1);
    let way = match edit {
        Edit::Set(way, _) | Edit::Add(way, ..) | Edit::Insert(way, ..) | Edit::Remove(way) => way,
    };
    let (part, place) = member(&layout, way);
    let end = match (edit, &part.shape) {
        // After the comments that belong to the last one.
        (Edit::Add(..) | Edit::Insert(..), _) => {
            let mut end = line_end(place.end);
            for comment in &layout.comments {
                if comment.start >= end && text[end..comment.start].trim().is_empty() {
                    end = line_end(comment.end);
                }
            }
            end
        }
        // With its brackets, where nothing else is in them.
        (Edit::Remove(_), _) => {
            let parent = member(&layout, &way[..way.len() - 1]).0;
            let end = line_end(if members(parent) == 1 { parent.span.end } else { place.end });
            // The next one may take its place.
            text.len() - text[end..].trim_start().len()
        }
        _ => line_end(place.end),
    };
    let start = match edit {
        Edit::Remove(_) => {
            let (last, above) = way.split_last().unwrap();
            // The line break or the comma before it, or what is left is nothing.
            let (parent, _) = member(&layout, above);
            let before = if let (Shape::Seq { items, .. }, Step::Index(at)) = (&parent.shape, last)
            {
                at.checked_sub(1).map(|at| items[at].span.end)
            } else {
                let ends = parent.entries().iter();
                let ends = ends.map(|(key, value)| key.span.end.max(value.span.end));
                ends.take_while(|end| *end <= place.start).last()
            };
            let whole = above.split_last().map_or(parent, |(_, above)| member(&layout, above).0);
            let first = if members(parent) == 1 { whole } else { parent };
            before.unwrap_or(text[..first.span.start].trim_end().len())
        }
        // The sign of a block stands before it.
        _ if part.quotes() == Some(Quotes::Block) => {
            text[..place.start].rfind(['|', '>']).unwrap_or(0)
        }
        _ => text[..place.start].trim_end().len(),
    };
    start.saturating_sub(1)..end
}

fn read(text: &str, language: Language) -> Option<Json> {
    said(text, language).map(|(tree, _)| tree.to_json())
}

fn language() -> impl Strategy<Value = Language> {
    prop_oneof![Just(Language::Yaml), Just(Language::Json)]
}

fn laid_out() -> impl Strategy<Value = (Language, Json, String)> {
    (language(), document(), prop::collection::vec(any::<u8>(), 40)).prop_map(
        |(language, tree, choices)| {
            let text = Hand::new(&choices, language).document(&tree);
            (language, tree, text)
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn a_change_is_what_was_meant_and_nothing_else(
        (language, tree, text) in laid_out(),
        places in (any::<Index>(), 0..3_usize, any::<Index>()),
        value in tree(),
    ) {
        prop_assume!(read(&text, language).as_ref() == Some(&tree));
        let (edit, after) = edit(&tree, places, &value);
        // Nothing is ever left of a file.
        prop_assume!(after != json!({}));
        let new = edited(&text, language, std::slice::from_ref(&edit));
        let layout = layout(&text, language).unwrap();
        let concerned = concerned(&text, language, &edit);
        let Some(new) = new else {
            // Comments may be where they cannot stay.
            let (Edit::Set(way, _) | Edit::Add(way, ..) | Edit::Insert(way, ..) | Edit::Remove(way)) =
                &edit;
            let above = &way[..way.len().saturating_sub(2)];
            let around = &member(&layout, above).0.span;
            let around = around.start..around.end.max(concerned.end);
            let has_comment = layout.comments.iter().any(|one| around.contains(&one.start));
            prop_assert!(has_comment, "refused: {edit:?}\n{text}");
            return Ok(());
        };
        prop_assert_eq!(read(&new, language), Some(after), "{}\n---\n{}", text, new);
        let (before, after) = text.as_bytes().split_at(concerned.end);
        prop_assert!(
            new.as_bytes().starts_with(&before[..concerned.start])
                && new.as_bytes()[concerned.start..].ends_with(after),
            "{edit:?}\n{text}\n---\n{new}\n{concerned:?}"
        );
        let lone = |text: &str| text.replace("\r\n", "").contains('\n');
        prop_assert!(!text.contains("\r\n") || !lone(&new), "{new:?}");
        prop_assert_eq!(text.ends_with('\n'), new.ends_with('\n'), "{:?}\n{:?}", text, new);
    }

    #[test]
    fn several_changes_are_what_was_meant(
        (language, tree, text) in laid_out(),
        all in prop::collection::vec(((any::<Index>(), 0..3_usize, any::<Index>()), tree()), 1..6),
    ) {
        prop_assume!(read(&text, language).as_ref() == Some(&tree));
        let (mut edits, mut after) = (Vec::new(), tree);
        for (places, value) in all {
            if ways(&after).is_empty() || after.pointer("/New").is_some() && places.1 == 1 {
                break;
            }
            let (next, then) = edit(&after, places, &value);
            edits.push(next);
            after = then;
        }
        if let Some(new) = edited(&text, language, &edits) {
            prop_assert_eq!(read(&new, language), Some(after), "{}\n---\n{}", text, new);
        }
    }

    #[test]
    fn a_damaged_text_is_refused_or_changed_rightly(
        (language, _, text) in laid_out(),
        places in (any::<Index>(), 0..3_usize, any::<Index>()),
        value in tree(),
        damage in prop::collection::vec((any::<Index>(), prop::sample::select(vec![
            "&a ", "*a", "<<: *a", "{", "}", "[", "]", ",", ": ", "#", "\n", "  ", "- ", "? ", "|+\n",
            "!!map ", "!!str ", "\t", "'", "\"", "/*", "*/", "//", "---\n", "...\n",
        ])), 1..4),
    ) {
        let mut text = text;
        for (at, piece) in damage {
            let all: Vec<_> = text.char_indices().map(|(at, _)| at).collect();
            text.insert_str(*at.get(&all), piece);
        }
        let Some(tree) = read(&text, language).filter(|tree| !ways(tree).is_empty()) else {
            return Ok(());
        };
        let (edit, after) = edit(&tree, places, &value);
        if let Some(new) = edited(&text, language, &[edit]) {
            prop_assert_eq!(read(&new, language), Some(after), "{}\n---\n{}", text, new);
        }
    }
}
