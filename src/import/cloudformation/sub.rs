//! The text of `Fn::Sub`.

/// A part of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    /// It stands for itself.
    Text(&'a str),
    /// `${NAME}`
    Name(&'a str),
}

/// Splits the text; `${!NAME}` stands for `${NAME}`, and what is not closed for itself.
///
/// Source: documentation of `Fn::Sub`: "To write a dollar sign and curly braces (`${}`) literally, add
/// an exclamation point (!) after the open curly brace".
pub(super) fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        let Some((inner, left)) = after.split_once('}') else { break };
        let inner = inner.trim();
        match inner.strip_prefix('!') {
            Some(literal) => {
                pieces.extend([before, "${", literal, "}"].map(Piece::Text));
            }
            None if inner.is_empty() => pieces.extend([before, "${}"].map(Piece::Text)),
            None => pieces.extend([Piece::Text(before), Piece::Name(inner)]),
        }
        rest = left;
    }
    pieces.push(Piece::Text(rest));
    pieces.retain(|piece| *piece != Piece::Text(""));
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_escapes_are_told_apart() {
        let told = |text| {
            let told = pieces(text).into_iter().map(|piece| match piece {
                Piece::Text(text) => text.to_owned(),
                Piece::Name(name) => format!("<{name}>"),
            });
            told.collect::<String>()
        };
        assert_eq!(told("a${B}c${ D.Arn }"), "a<B>c<D.Arn>");
        assert_eq!(told("${!aws:username}/${A}"), "${aws:username}/<A>");
        assert_eq!(told("$${A} $A ${ ${} {A}"), "$<A> $A <${> {A}");
        assert_eq!(told("${A"), "${A");
        assert_eq!(told(""), "");
    }
}
