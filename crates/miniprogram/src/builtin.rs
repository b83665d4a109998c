//! The tags that the platform knows by itself, from the list that the phone's components are held to
//! as well: `www/shared/components.json`.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::LazyLock,
};

use serde::Deserialize;

use crate::{
    problem::Finding,
    translate::{event as bound_event, is_attribute_name, is_bare_directive},
    ttml::{Element, Node},
};

/// Elements that say what to do with others.
pub const SYNTAX: &[&str] = &["block", "template", "slot", "import", "include", "sjs", "wxs"];

/// What every element takes.
const ATTRIBUTES: &[&str] = &["id", "class", "style", "hidden", "slot", "animation", "role"];
/// Beginnings of what every element takes, and of what frameworks write for themselves.
const PREFIXES: &[&str] = &["data-", "aria-", "u-", "vue-"];
/// Events of every element.
const EVENTS: &[&str] = &[
    "tap",
    "longpress",
    "longtap",
    "touchstart",
    "touchmove",
    "touchend",
    "touchcancel",
    "touchforcechange",
    "transitionend",
    "animationstart",
    "animationiteration",
    "animationend",
];
/// What binds an event, before a colon.
const BINDINGS: &[&str] = &["bind", "catch", "capture-bind", "capture-catch", "mut-bind"];

/// A component that needs no `usingComponents`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Component {
    class: Class,
    /// Whether Douyin's documentation does not have it, only that of its relatives.
    #[serde(default)]
    foreign: bool,
    /// By name in camel case; none if nobody knows which there are.
    #[serde(default, deserialize_with = "by_camel_case")]
    attributes: Option<BTreeMap<String, Values>>,
    #[serde(default)]
    events: Vec<String>,
}

/// What a component does in the simulator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Class {
    /// What it does on a phone.
    Works,
    /// Something like it.
    StandsIn,
    /// Nothing: a box shows where it would be.
    Missing,
}

/// What an attribute can be.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Values {
    Type(String),
    OneOf(Vec<String>),
}

/// A list that cannot be read has no components; a test reads it.
static COMPONENTS: LazyLock<BTreeMap<String, Component>> =
    LazyLock::new(|| read().unwrap_or_default());

fn read() -> Result<BTreeMap<String, Component>, serde_json::Error> {
    serde_json::from_str(include_str!("../../../www/shared/components.json"))
}

/// Whether a tag needs no `usingComponents`.
#[must_use]
pub fn is_builtin(tag: &str) -> bool {
    COMPONENTS.contains_key(tag) || SYNTAX.contains(&tag)
}

/// What is wrong with an element if it is the built-in component of its name. `value` gives the text
/// of an attribute.
pub(crate) fn check<'a>(
    element: &Element,
    value: impl Fn(&std::ops::Range<usize>) -> &'a str,
) -> Vec<Finding> {
    let tag = element.name.as_str();
    let Some(component) = COMPONENTS.get(tag) else { return Vec::new() };
    let mut findings = Vec::new();
    if component.foreign {
        let message = format!(
            "Douyin's documentation has no <{tag}>: a phone may show no more than its content."
        );
        findings.push(Finding::warning(element.offset, message));
    }
    if component.class == Class::Missing {
        let message = format!(
            "<{tag}> needs the platform and is missing in the simulator: a box shows its place."
        );
        findings.push(Finding::warning(element.offset, message));
    }
    let Some(attributes) = &component.attributes else { return findings };
    for attribute in &element.attributes {
        let name = attribute.name.as_str();
        let event = match name.split_once(':') {
            Some((prefix, event)) if BINDINGS.contains(&prefix) => Some(event),
            Some(_) => continue,
            // Others say what is wrong with these.
            None if !is_attribute_name(name) || is_bare_directive(tag, name) => continue,
            None => bound_event(name).map(|(_, event)| event),
        };
        if let Some(event) = event {
            let known = |each: &str| each.eq_ignore_ascii_case(event);
            if EVENTS.iter().any(|each| known(each))
                || component.events.iter().any(|each| known(each))
                || element.children.iter().any(may_tell)
            {
                continue;
            }
            let hint = if event == "click" { " Write bindtap." } else { "" };
            let message = format!("<{tag}> has no event \"{event}\".{hint}");
            findings.push(Finding::warning(attribute.offset, message));
            continue;
        }
        match attributes.get(&camel_case(name)) {
            Some(values) => {
                let text = attribute.value.as_ref().map(|range| value(range).trim());
                let Some(text) = text.filter(|text| !text.is_empty() && !text.contains("{{"))
                else {
                    continue;
                };
                let message = match values {
                    Values::OneOf(values) if !values.iter().any(|each| each == text) => format!(
                        "<{tag}> has no {name} \"{text}\": it is one of {}.",
                        values.join(", ")
                    ),
                    Values::Type(kind) if kind == "boolean" && text == "false" => format!(
                        "{name}=\"false\" is a text and so true; write {name}=\"{{{{false}}}}\"."
                    ),
                    _ => continue,
                };
                findings.push(Finding::warning(attribute.offset, message));
            }
            None => {
                // A script of the template watches it.
                let watched = format!("change:{name}");
                if !ATTRIBUTES.contains(&name)
                    && !PREFIXES.iter().any(|prefix| name.starts_with(prefix))
                    && element.attribute(&watched).is_none()
                {
                    let message = format!("<{tag}> has no attribute \"{name}\".");
                    findings.push(Finding::warning(attribute.offset, message));
                }
            }
        }
    }
    findings
}

/// Whether something in a node may raise events of any name, which rise to those around it.
fn may_tell(node: &Node) -> bool {
    match node {
        Node::Text(_) => false,
        Node::Element(element) => {
            !COMPONENTS.contains_key(&element.name) && element.name != "block"
                || element.children.iter().any(may_tell)
        }
    }
}

/// `hover-class` as `hoverClass`, by which a template's attribute finds its property.
fn camel_case(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let mut upper = false;
    for c in name.chars() {
        match c {
            '-' => upper = true,
            c if upper => {
                out.extend(c.to_uppercase());
                upper = false;
            }
            c => out.push(c),
        }
    }
    out
}

fn by_camel_case<'de, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<BTreeMap<String, Values>>, D::Error> {
    let attributes = BTreeMap::<String, Values>::deserialize(deserializer)?;
    Ok(Some(attributes.into_iter().map(|(name, values)| (camel_case(&name), values)).collect()))
}

/// Findings of one file, each kept once.
#[derive(Debug, Default)]
pub(crate) struct Uses {
    pub(crate) findings: Vec<(String, Finding)>,
    told: BTreeSet<String>,
}

impl Uses {
    pub(crate) fn add(&mut self, tag: &str, findings: Vec<Finding>) {
        for finding in findings {
            if self.told.insert(finding.message.clone()) {
                self.findings.push((tag.to_owned(), finding));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_list_can_be_read() {
        assert_eq!(super::read().map(|list| list.contains_key("view")).ok(), Some(true));
    }
}
