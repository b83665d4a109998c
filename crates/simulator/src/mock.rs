//! Answers that stand in for servers: `--mock FILE`.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::path::Path;
use std::str::FromStr;
use std::time::Duration;

use anyhow::{Context as _, Result};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use serde::de::{Error as _, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use url::Url;

use crate::client::Names;

/// The longest time an answer may be held back: that of the platform's own timeout.
const LONGEST_DELAY: u64 = 60_000;

/// The entries of a mock file, in their order.
#[derive(Debug, Default, Deserialize)]
#[serde(transparent)]
pub(crate) struct Mocks(Vec<Mock>);

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Mock {
    #[serde(default, deserialize_with = "method")]
    method: Option<Method>,
    #[serde(deserialize_with = "pattern")]
    url: String,
    /// What the request must say: a server may have one address for all its actions.
    #[serde(default)]
    when: BTreeMap<String, Value>,
    #[serde(default, deserialize_with = "status")]
    status: StatusCode,
    #[serde(default, deserialize_with = "headers")]
    headers: (HeaderMap, Names),
    #[serde(default)]
    body: Value,
    #[serde(default, deserialize_with = "delay")]
    delay: Duration,
}

/// What a request is answered with.
#[derive(Debug)]
pub(crate) struct Answer {
    /// Its status.
    pub(crate) status: StatusCode,
    /// Its headers; a content type is among them if there is a body.
    pub(crate) headers: HeaderMap,
    /// How the names of the headers are written.
    pub(crate) names: Names,
    /// Its body.
    pub(crate) body: String,
    /// How long the answer takes.
    pub(crate) delay: Duration,
}

impl Mocks {
    /// Reads a mock file.
    ///
    /// # Errors
    ///
    /// What is wrong with it, and in which line and column.
    pub(crate) fn read(file: &Path) -> Result<Self> {
        let shown = || file.display().to_string();
        Self::parse(&fs::read_to_string(file).with_context(shown)?).with_context(shown)
    }

    fn parse(text: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(text)
    }

    /// The answer of the first entry that fits.
    pub(crate) fn answer(&self, method: &Method, url: &Url, body: &[u8]) -> Option<Answer> {
        let given = Given { url, body };
        let mock = self.0.iter().find(|mock| mock.fits(method, &given))?;
        let (mut headers, names) = mock.headers.clone();
        let json = !matches!(mock.body, Value::String(_) | Value::Null);
        let kind = if json { "application/json" } else { "text/plain; charset=utf-8" };
        if mock.body != Value::Null && !headers.contains_key("content-type") {
            headers.insert("content-type", HeaderValue::from_static(kind));
        }
        let body = match &mock.body {
            Value::Null => String::new(),
            Value::String(text) => given.fill(text),
            value => given.fill_all(value).to_string(),
        };
        Some(Answer { status: mock.status, headers, names, body, delay: mock.delay })
    }

    /// How many entries there are.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }
}

impl Mock {
    fn fits(&self, method: &Method, given: &Given<'_>) -> bool {
        if self.method.as_ref().is_some_and(|wanted| wanted != method) {
            return false;
        }
        let url = given.url.as_str();
        let asked = if self.url.contains('?') { url } else { url.split('?').next().unwrap_or(url) };
        matches(&self.url, asked)
            && self.when.iter().all(|(name, value)| given.value(name) == text_of(value))
    }
}

/// Whether `text` fits `pattern`, in which `*` is any text.
fn matches(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| text.strip_prefix(first)) else {
        return false;
    };
    let Some(last) = parts.next_back() else {
        return rest.is_empty();
    };
    for part in parts {
        let Some(at) = rest.find(part) else { return false };
        rest = rest.get(at + part.len()..).unwrap_or_default();
    }
    rest.ends_with(last)
}

/// What a request says, from which `{{name}}` is filled in.
struct Given<'a> {
    url: &'a Url,
    body: &'a [u8],
}

impl Given<'_> {
    fn fill_all(&self, value: &Value) -> Value {
        match value {
            Value::String(text) => Value::String(self.fill(text)),
            Value::Array(values) => values.iter().map(|value| self.fill_all(value)).collect(),
            Value::Object(fields) => {
                fields.iter().map(|(name, value)| (name.clone(), self.fill_all(value))).collect()
            }
            other => other.clone(),
        }
    }

    /// `text` with each `{{name}}` replaced; one that the request does not say becomes empty.
    fn fill(&self, text: &str) -> String {
        let mut filled = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("{{") {
            let Some((name, after)) = after.split_once("}}") else { break };
            filled.push_str(before);
            filled.push_str(&self.value(name.trim()));
            rest = after;
        }
        filled.push_str(rest);
        filled
    }

    fn value(&self, name: &str) -> String {
        let find = |url: &Url| {
            let mut pairs = url.query_pairs();
            pairs.find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
        };
        if let Some(value) = find(self.url) {
            return value;
        }
        if let Ok(json) = serde_json::from_slice::<Value>(self.body) {
            return json.get(name).map(text_of).unwrap_or_default();
        }
        let mut form = self.url.clone();
        form.set_query(std::str::from_utf8(self.body).ok());
        find(&form).unwrap_or_default()
    }
}

/// A value of JSON as a query would say it.
fn text_of(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        value => value.to_string(),
    }
}

fn method<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Method>, D::Error> {
    let text = String::deserialize(from)?;
    match text.to_ascii_uppercase().as_str() {
        "*" => Ok(None),
        "GET" | "HEAD" | "POST" | "PUT" | "DELETE" | "PATCH" | "OPTIONS" | "TRACE" => {
            Method::from_str(&text.to_ascii_uppercase()).map(Some).map_err(D::Error::custom)
        }
        _ => Err(D::Error::custom(format!("there is no method `{text}`"))),
    }
}

fn pattern<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    let text = String::deserialize(from)?;
    if text.starts_with("http") || text.starts_with('*') {
        return Ok(text);
    }
    Err(D::Error::custom(format!("url is a whole address, or starts with *; `{text}` fits none")))
}

fn status<'de, D: Deserializer<'de>>(from: D) -> Result<StatusCode, D::Error> {
    let number = u16::deserialize(from)?;
    let status = StatusCode::from_u16(number).ok().filter(|_| number < 600);
    status.ok_or_else(|| D::Error::custom(format!("there is no status {number}")))
}

fn delay<'de, D: Deserializer<'de>>(from: D) -> Result<Duration, D::Error> {
    let milliseconds = u64::deserialize(from)?;
    if milliseconds > LONGEST_DELAY {
        return Err(D::Error::custom(format!("delay is at most {LONGEST_DELAY} (milliseconds)")));
    }
    Ok(Duration::from_millis(milliseconds))
}

/// A text, or several, by name; read here so that a mistake is reported with its own line.
fn headers<'de, D: Deserializer<'de>>(from: D) -> Result<(HeaderMap, Names), D::Error> {
    struct Headers;

    impl<'de> Visitor<'de> for Headers {
        type Value = (HeaderMap, Names);

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("headers by name")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let (mut headers, mut names) = Self::Value::default();
            while let Some((name, value)) = map.next_entry::<String, String>()? {
                let wrong = || A::Error::custom(format!("`{name}: {value}` is not a header"));
                let key = HeaderName::from_str(&name).map_err(|_| wrong())?;
                let value = HeaderValue::from_str(&value).map_err(|_| wrong())?;
                headers.append(key, value);
                names.insert(&name);
            }
            Ok((headers, names))
        }
    }

    from.deserialize_map(Headers)
}

#[cfg(test)]
mod tests {
    use axum::http::Method;
    use serde_json::Value;

    use super::Mocks;

    fn mistake(text: &str) -> String {
        Mocks::parse(text).unwrap_err().to_string()
    }

    /// The phones of an export answer by the same table (`www/phone/mock.ts`).
    #[test]
    fn requests_are_answered_by_the_first_entry_that_fits() {
        let rules: Vec<Value> = serde_json::from_str(include_str!("../tests/mocks.json")).unwrap();
        assert!(rules.len() > 4);
        for rule in rules {
            let mocks = Mocks::parse(&rule["mocks"].to_string()).unwrap();
            for asked in rule["asked"].as_array().unwrap() {
                let text = |name: &str| asked[name].as_str().unwrap();
                let method: Method = text("method").parse().unwrap();
                let url = text("url").parse().unwrap();
                let answer = mocks.answer(&method, &url, text("said").as_bytes());
                let body = answer.as_ref().map(|answer| answer.body.as_str());
                assert_eq!(body, asked["body"].as_str(), "{}: {asked}", rule["rule"]);
                let Some(answer) = answer else { continue };
                if let Some(status) = asked["status"].as_u64() {
                    assert_eq!(u64::from(answer.status.as_u16()), status, "{asked}");
                }
                if let Some(expected) = asked.get("type") {
                    let kind = answer.headers.get("content-type");
                    let kind = kind.map(|kind| kind.to_str().unwrap());
                    assert_eq!(kind, expected.as_str(), "{asked}");
                }
            }
        }
    }

    #[test]
    fn mistakes_say_what_and_where() {
        let wrong = mistake("[\n  { \"url\": \"http://a\",\n    \"status\": 99 }\n]");
        assert!(wrong.starts_with("there is no status 99 at line 3"), "{wrong}");
        let wrong = mistake("[{ \"url\": \"http://a\",\n \"methd\": \"GET\" }]");
        assert!(wrong.contains("unknown field `methd`") && wrong.contains("line 2"), "{wrong}");
        assert!(mistake("[{ \"url\": \"/token\" }]").contains("`/token` fits none at line 1"));
        assert!(mistake("[{ \"url\": \"*\", \"method\": \"FETCH\" }]").contains("`FETCH`"));
        assert!(mistake("[{ \"url\": \"*\", \"delay\": 60001 }]").contains("at most 60000"));
        assert!(
            mistake("[{ \"url\": \"*\", \"headers\": { \"a b\": \"c\" } }]").contains("`a b: c`")
        );
        assert!(mistake(r#"[{ "url": "*", "when": "list" }]"#).contains("line 1"));
        assert!(mistake("{}").contains("line 1"));
    }
}
