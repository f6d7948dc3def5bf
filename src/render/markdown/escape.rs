//! Text of somebody else's in Markdown: shown as it is, and out of its place nowhere.

use std::fmt::Write as _;

use crate::text::safe;

/// A short text in `<code>`, wherever Markdown takes one: in a paragraph, a list, a table or HTML.
///
/// Of ASCII only letters, digits and blanks stand for themselves; all else is a numeric reference,
/// which begins nothing: no emphasis, link, mention, table cell, comment or tag.
///
/// Source: `CommonMark` 0.31, "Entity and numeric character references": they "cannot be used in place of
/// symbols indicating structure".
pub(super) fn code(text: &str) -> String {
    format!("<code>{}</code>", escaped(text))
}

/// The same for a sentence, in which backticks set off what can be copied.
pub(super) fn sentence(text: &str) -> String {
    let mut pieces = text.split('`');
    let mut told = escaped(pieces.next().unwrap_or_default());
    let rest: Vec<_> = pieces.collect();
    for pair in rest.chunks(2) {
        match pair {
            [inner, outer] => told += &(code(inner) + &escaped(outer)),
            // One that is never closed is a backtick.
            [alone] => told += &escaped(&format!("`{alone}")),
            _ => {}
        }
    }
    told
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
        let block = fenced("text", &["  ````".to_owned(), "  </details>".to_owned()]);
        assert!(block.starts_with("`````text\n") && block.ends_with("\n`````\n"));
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
