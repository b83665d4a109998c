//! Licence expressions of packages, as in SPDX: `MIT OR Apache-2.0`.

use std::collections::VecDeque;

/// The ids of the licences that hold together.
pub(crate) type Together = Vec<String>;

/// What a package offers: one of these sets of licences. Nothing if `expression` is malformed.
pub(crate) fn alternatives(expression: &str) -> Option<Vec<Together>> {
    // In older manifests a slash says OR.
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let mut tokens = spaced.split_whitespace().collect();
    let alternatives = any_of(&mut tokens)?;
    tokens.is_empty().then_some(alternatives)
}

/// Whether a package with this expression can be used under licences that `allowed` accepts.
pub(crate) fn is_allowed(expression: &str, allowed: impl Fn(&str) -> bool) -> bool {
    let offers = alternatives(expression).unwrap_or_default();
    offers.iter().any(|together| together.iter().all(|id| allowed(id)))
}

fn any_of(tokens: &mut VecDeque<&str>) -> Option<Vec<Together>> {
    let mut alternatives = all_of(tokens)?;
    while tokens.front() == Some(&"OR") {
        tokens.pop_front();
        alternatives.extend(all_of(tokens)?);
    }
    Some(alternatives)
}

fn all_of(tokens: &mut VecDeque<&str>) -> Option<Vec<Together>> {
    let mut alternatives = one(tokens)?;
    while tokens.front() == Some(&"AND") {
        tokens.pop_front();
        let more = one(tokens)?;
        let with = |ids: &Together| {
            let ids = ids.clone();
            more.iter().map(move |more| [ids.clone(), more.clone()].concat()).collect::<Vec<_>>()
        };
        alternatives = alternatives.iter().flat_map(with).collect();
    }
    Some(alternatives)
}

fn one(tokens: &mut VecDeque<&str>) -> Option<Vec<Together>> {
    let first = tokens.pop_front()?;
    if first == "(" {
        let alternatives = any_of(tokens)?;
        return (tokens.pop_front() == Some(")")).then_some(alternatives);
    }
    let mut id = first.to_owned();
    if tokens.front() == Some(&"WITH") {
        tokens.pop_front();
        id = format!("{id} WITH {}", tokens.pop_front()?);
    }
    Some(vec![vec![id]])
}

#[cfg(test)]
mod tests {
    use super::is_allowed;

    #[test]
    fn one_of_the_offers_has_to_be_allowed_and_all_that_holds_together() {
        let ours = |id: &str| ["MIT", "ISC"].contains(&id);
        for good in ["MIT", "GPL-3.0-only OR MIT", "Zlib/MIT", "(MIT AND ISC) OR Zlib"] {
            assert!(is_allowed(good, ours), "{good}");
        }
        for bad in ["Zlib", "MIT AND Zlib", "MIT WITH X", "", "(MIT", "MIT ISC", "MIT OR"] {
            assert!(!is_allowed(bad, ours), "{bad}");
        }
    }
}
