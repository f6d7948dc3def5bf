//! Text of somebody else's in Markdown: shown as it is, and out of its place nowhere.

use std::borrow::Cow;
use std::fmt::Write as _;

use crate::text::safe;

/// A space of no width, as a reference.
const NO_WIDTH: &str = "&#8203;";

/// A longer text is cut where there is no more room for one: it is in the log.
const LONGEST: usize = 400;

/// The end of what stands in `<code>`.
const CLOSED: &str = "</code>";

/// Of a line that is cut less than this tells nothing.
const LEAST_SHOWN: usize = 10;

/// A short text in `<code>`, wherever Markdown takes one: in a paragraph, a list, a table or HTML.
///
/// Of ASCII only letters, digits and blanks stand for themselves; all else is a numeric reference,
/// which begins nothing: no emphasis, link, mention, table cell, comment or tag.
///
/// Source: `CommonMark` 0.31, "Entity and numeric character references": they "cannot be used in place of
/// symbols indicating structure".
pub(super) fn code(text: &str) -> String {
    format!("<code>{}</code>", escaped(&cut(text)))
}

/// A sentence that is cut as a name is.
pub(super) fn brief(text: &str) -> String {
    sentence(&cut(text))
}

/// The same for a whole sentence, in which backticks set off what can be copied.
pub(super) fn sentence(text: &str) -> String {
    let mut pieces = text.split('`');
    let mut told = unlinked(pieces.next().unwrap_or_default());
    let rest: Vec<_> = pieces.collect();
    for pair in rest.chunks(2) {
        match pair {
            [inner, outer] => told += &(code(inner) + &unlinked(outer)),
            // One that is never closed is a backtick.
            [alone] => told += &unlinked(&format!("`{alone}")),
            _ => {}
        }
    }
    told
}

fn cut(text: &str) -> Cow<'_, str> {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => Cow::Owned(format!("{}…", &text[..end])),
        None => Cow::Borrowed(text),
    }
}

/// Text outside of `<code>`, where GitHub looks for mentions, issues, links and emoji once references
/// are read: a space of no width stands behind what begins one.
///
/// Source: GitHub documentation, "Autolinked references and URLs"; dependabot and renovate keep release
/// notes from mentioning people in the same way. In `<code>` GitHub looks for none.
fn unlinked(text: &str) -> String {
    let begins = ["&#64;", "&#35;", "&#58;", "GH&#45;", "Gh&#45;", "gH&#45;", "gh&#45;"];
    let apart = |text: String, begin: &&str| text.replace(begin, &format!("{begin}{NO_WIDTH}"));
    // What a blank follows begins nothing, as the colons of our sentences.
    begins.iter().fold(escaped(text), apart).replace(&format!("{NO_WIDTH} "), " ")
}

fn escaped(text: &str) -> String {
    // Words that read alike in Markdown and in English need no escape.
    let plain = |c: char| c.is_ascii_alphanumeric() || !c.is_ascii() || " ,;()".contains(c);
    let mut escaped = String::with_capacity(text.len());
    for c in safe(text).chars() {
        if plain(c) {
            escaped.push(c);
        } else {
            let _ = write!(escaped, "&#{};", u32::from(c));
        }
    }
    escaped
}

/// As much of a line of ours as fits into this many bytes, and how many characters more there are;
/// nothing where it is too little to be read. No tag stays open and no reference is cut through.
pub(super) fn shortened(line: &str, room: usize) -> Option<String> {
    let more = |count: usize| format!("… and {count} characters more\n");
    let room = room.checked_sub(CLOSED.len() + more(line.len()).len())?;
    let mut pieces = pieces(line.trim_end()).peekable();
    let (mut kept, mut shown, mut is_open) = (String::new(), 0, false);
    while let Some(piece) = pieces.next_if(|piece| kept.len() + piece.len() <= room) {
        shown += usize::from(is_shown(piece));
        if piece.starts_with('<') {
            is_open = piece != CLOSED;
        }
        kept += piece;
    }
    let end = if is_open { CLOSED } else { "" };
    let left = pieces.filter(|piece| is_shown(piece)).count();
    (shown >= LEAST_SHOWN).then(|| kept + end + &more(left))
}

/// A line of ours in its tags, its references and the characters that stand for themselves.
fn pieces(mut line: &str) -> impl Iterator<Item = &str> {
    std::iter::from_fn(move || {
        let first = line.chars().next()?;
        let last = match first {
            '<' => line.find('>'),
            '&' => line.find(';'),
            _ => None,
        };
        let (piece, rest) = line.split_at(last.map_or(first.len_utf8(), |last| last + 1));
        line = rest;
        Some(piece)
    })
}

/// Whether a reader sees a piece as a character.
fn is_shown(piece: &str) -> bool {
    !piece.starts_with('<') && piece != NO_WIDTH
}

/// Lines in a fenced block, whose fence is longer than any row of backticks in them.
pub(super) fn fenced(language: &str, lines: &[String]) -> String {
    let longest = |line: &String| {
        let rows = line.split(|c| c != '`').map(str::len);
        rows.max().unwrap_or_default()
    };
    let most = lines.iter().map(longest).max().unwrap_or_default();
    let fence = "`".repeat(most.max(2) + 1);
    format!("{fence}{language}\n{}\n{fence}\n", lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_gets_out_of_its_place() {
        let hostile = "a`b|c<!-- --></details>@you #1 ${{x}} [l](http://e) *b*\n\u{202e}\u{1b}[31m";
        insta::assert_snapshot!(code(hostile), @"<code>a&#96;b&#124;c&#60;&#33;&#45;&#45; &#45;&#45;&#62;&#60;&#47;details&#62;&#64;you &#35;1 &#36;&#123;&#123;x&#125;&#125; &#91;l&#93;(http&#58;&#47;&#47;e) &#42;b&#42;&#92;u&#123;a&#125;&#92;u&#123;202e&#125;&#92;u&#123;1b&#125;&#91;31m</code>");
        insta::assert_snapshot!(sentence("say `--adopt a|b` or `not"), @"say <code>&#45;&#45;adopt a&#124;b</code> or &#96;not");
        insta::assert_snapshot!(sentence("by @you, see #1: http://e :x: GH-7 `@you`"), @"by &#64;&#8203;you, see &#35;&#8203;1&#58; http&#58;&#8203;&#47;&#47;e &#58;&#8203;x&#58; GH&#45;&#8203;7 <code>&#64;you</code>");
        let long = "x".repeat(100_000);
        assert!(code(&long).len() < 500 && brief(&long).len() < 500);
        assert_eq!(sentence(&long), long);
        let block = fenced("text", &["  ````".to_owned(), "  </details>".to_owned()]);
        assert!(block.starts_with("`````text\n") && block.ends_with("\n`````\n"));
    }

    #[test]
    fn a_long_line_is_cut_between_what_belongs_together() {
        let line = format!("- {}: {}\n", code("roles.task"), sentence("see `a|b` @you: more"));
        for room in 0..line.len() {
            let Some(cut) = shortened(&line, room) else { continue };
            assert!(cut.len() <= room, "{room}: {cut}");
            assert_eq!(cut.matches("<code>").count(), cut.matches(CLOSED).count(), "{cut}");
            let (kept, rest) = cut.split_once("… and ").unwrap();
            let kept = kept.strip_suffix(CLOSED).unwrap_or(kept);
            assert!(line.starts_with(kept), "{cut}");
            let left = pieces(line[kept.len()..].trim_end()).filter(|one| is_shown(one)).count();
            assert_eq!(rest, format!("{left} characters more\n"));
            assert!(pieces(kept).all(|piece| !piece.starts_with('&') || piece.ends_with(';')));
        }
        assert_eq!(shortened(&line, 30), None);
    }

    proptest::proptest! {
        #[test]
        fn only_our_own_markup_is_left(text in "\\PC*") {
            let told = sentence(&text).replace("<code>", "").replace("</code>", "");
            let is_ours = |c: char| {
                c.is_ascii_alphanumeric() || !c.is_ascii() || " ,;()&#".contains(c)
            };
            proptest::prop_assert!(told.chars().all(is_ours), "{}", told);
            for (at, _) in told.match_indices('&') {
                let reference = told[at..].split(';').next().unwrap_or_default();
                proptest::prop_assert!(reference.starts_with("&#"));
                proptest::prop_assert!(reference[2..].chars().all(|c| c.is_ascii_digit()));
            }
        }
    }
}
