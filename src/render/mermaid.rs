//! A graph as Mermaid, which GitHub draws.

use crate::graph::{Edge, Graph, Node, Sort};
use crate::text::safe;

/// Mermaid draws no graph of more edges than these, and no text longer than that.
///
/// Source: Mermaid's configuration schema, `maxEdges` and `maxTextSize`, which no diagram may raise.
const MOST_EDGES: usize = 400;
const LONGEST: usize = 40_000;
/// Longer names are cut in the picture.
const LONGEST_NAME: usize = 80;

/// The whole diagram, a line each.
pub fn mermaid(graph: &Graph) -> String {
    lines(graph).join("\n") + "\n"
}

/// The same as lines.
pub(super) fn lines(graph: &Graph) -> Vec<String> {
    let mut lines = vec!["flowchart LR".to_owned()];
    let mut size = 0;
    let mut drawn = 0;
    for (at, node) in graph.nodes.iter().enumerate() {
        let line = node_line(at, node);
        size += line.len() + 1;
        if size > LONGEST / 2 {
            break;
        }
        lines.push(line);
        drawn = at + 1;
    }
    let shown = |edge: &&Edge| edge.from < drawn && edge.to < drawn;
    let mut edges = 0;
    for Edge { from, to, what } in graph.edges.iter().filter(shown).take(MOST_EDGES) {
        let line = format!("  n{from} -->|{what}| n{to}");
        size += line.len() + 1;
        if size > LONGEST {
            break;
        }
        lines.push(line);
        edges += 1;
    }
    let left = (graph.nodes.len() - drawn) + (graph.edges.len() - edges);
    if left > 0 {
        lines.push(format!("  more[\"and {left} more\"]"));
    }
    lines
}

fn node_line(at: usize, node: &Node) -> String {
    let what = match node.sort {
        Sort::Service => "service",
        Sort::Managed => "managed daemon",
        Sort::Task => "task definition",
        Sort::ManagedTask => "daemon task definition",
        Sort::Daemon => "receives traces",
        Sort::Role => "role",
        Sort::Policy => "policy",
        Sort::Rule => "sampling rule",
    };
    let (open, close) = match node.sort {
        Sort::Service | Sort::Managed => ("[[", "]]"),
        Sort::Task | Sort::ManagedTask => ("[", "]"),
        Sort::Daemon => ("([", "])"),
        Sort::Role => ("{{", "}}"),
        Sort::Policy => ("[/", "/]"),
        Sort::Rule => ("(", ")"),
    };
    let about =
        if node.about.is_empty() { String::new() } else { format!("<br/>{}", label(&node.about)) };
    format!("  n{at}{open}\"{what}<br/>{}{about}\"{close}", label(&node.name))
}

/// A text in a label: what is not a letter, a digit or a blank is a numeric code of Mermaid's.
///
/// Source: Mermaid documentation, flowcharts, "Entity codes to escape characters".
fn label(text: &str) -> String {
    let short: String = text.chars().take(LONGEST_NAME).collect();
    let dots = if short.len() < text.len() { "…" } else { "" };
    let mut label = String::new();
    for c in safe(&short).chars() {
        if c.is_ascii_alphanumeric() || !c.is_ascii() || " -_,".contains(c) {
            label.push(c);
        } else {
            label += &format!("#{};", u32::from(c));
        }
    }
    label + dots
}

#[cfg(test)]
mod tests {
    use super::*;

    fn node(name: &str) -> Node {
        Node { sort: Sort::Role, name: name.to_owned(), about: String::new() }
    }

    #[test]
    fn a_name_stays_in_its_label() {
        let graph = Graph {
            nodes: vec![node("a\"]; click n0 \"javascript:x\" %%{init}%%"), node("end --> x\n```")],
            edges: vec![Edge { from: 0, to: 1, what: "has" }],
        };
        insta::assert_snapshot!(mermaid(&graph), @r#"
        flowchart LR
          n0{{"role<br/>a#34;#93;#59; click n0 #34;javascript#58;x#34; #37;#37;#123;init#125;#37;#37;"}}
          n1{{"role<br/>end --#62; x#92;u#123;a#125;#96;#96;#96;"}}
          n0 -->|has| n1
        "#);
    }

    #[test]
    fn one_too_large_is_cut_and_says_so() {
        let nodes: Vec<_> = (0..2_000).map(|at| node(&format!("role-{at}"))).collect();
        let edges = (1..2_000).map(|to| Edge { from: 0, to, what: "has" }).collect();
        let text = mermaid(&Graph { nodes, edges });
        assert!(text.len() < 50_000, "{}", text.len());
        assert!(text.lines().last().unwrap().contains("more"));
    }
}
