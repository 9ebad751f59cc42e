//! Layers that would need themselves.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::files::Files;
use super::references::Graph;
use crate::checked::Problem;

/// Reports each circle of references once, at its first layer in the alphabet, as the shortest way
/// around.
pub(super) fn check(files: &Files<'_>, graph: &Graph<'_>, problems: &mut Vec<Problem>) {
    let mut reported: BTreeSet<&str> = BTreeSet::new();
    for (layer, references) in graph {
        if reported.contains(layer) {
            continue;
        }
        let Some(circle) = around(layer, graph) else {
            continue;
        };
        // The circle is layer, ..., layer; its second entry is the reference to point at.
        let towards = circle.get(1).copied().unwrap_or(layer);
        let span = references.iter().find(|r| r.name == towards).map(|r| r.span.clone()).unwrap_or(0..0);
        if let Some(parsed) = files.layers.get(*layer) {
            let message = if circle.len() == 2 {
                format!("layer `{layer}` needs itself")
            } else {
                format!("layers need each other in a circle: {}", circle.join(" -> "))
            };
            let help = "each layer must be made from layers that are made before it";
            problems.push(parsed.document.source.error(span, message).help(help));
        }
        reported.extend(circle);
    }
}

/// The shortest way from `start` back to itself along references, both ends included.
fn around<'a>(start: &'a str, graph: &Graph<'a>) -> Option<Vec<&'a str>> {
    let mut came_from: BTreeMap<&str, &str> = BTreeMap::new();
    let mut queue = VecDeque::from([start]);
    while let Some(layer) = queue.pop_front() {
        for next in graph.get(layer).into_iter().flatten().map(|r| r.name) {
            if next == start {
                let mut way = vec![start, layer];
                while let Some(before) = way.last().and_then(|last| came_from.get(last)) {
                    way.push(before);
                }
                way.reverse();
                return Some(way);
            }
            if !came_from.contains_key(next) {
                came_from.insert(next, layer);
                queue.push_back(next);
            }
        }
    }
    None
}
