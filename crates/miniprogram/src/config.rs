//! The keys of `app.json` and of the JSON of pages and components: what the platform documents, and
//! what projects from elsewhere have and a phone ignores (`reference/tt-framework.md` 1.2 to 1.5).

use crate::{
    json::{Kind, Member, Value},
    problem::Finding,
};

/// What a key takes.
#[derive(Clone, Copy, Debug)]
enum Type {
    /// Anything, or what is checked where it is used.
    Any,
    Text,
    Flag,
    Number,
    Colour,
    /// One of these texts.
    One(&'static [&'static str]),
    /// An object with these keys.
    Object(&'static [Key]),
    /// An object with any keys, whose values are these.
    Map(&'static Type),
    /// An array.
    List(&'static Type),
}

type Key = (&'static str, Type);

const TEXTS: Type = Type::List(&Type::Text);
const ANY_OBJECT: Type = Type::Map(&Type::Any);

const APP: &[Key] = &[
    ("entryPagePath", Type::Any),
    ("pages", Type::Any),
    ("window", Type::Object(WINDOW)),
    ("tabBar", Type::Object(TAB_BAR)),
    ("navigateToMiniProgramAppIdList", TEXTS),
    ("permission", Type::Map(&Type::Object(&[("desc", Type::Text)]))),
    ("networkTimeout", Type::Object(TIMEOUTS)),
    ("subpackages", PACKAGES),
    ("subPackages", PACKAGES),
    ("preloadRule", Type::Map(&Type::Object(PRELOAD))),
    ("component2", Type::Flag),
    ("cookie", Type::Object(&[("enableStore", Type::Flag)])),
    ("skeleton", Type::Object(SKELETON)),
    ("workers", Type::Any),
    ("referrerPolicy", Type::Any),
    ("usePrivacyCheck", Type::Flag),
    ("usingComponents", Type::Any),
    ("componentPlaceholder", ANY_OBJECT),
    ("lazyCodeLoading", Type::Text),
    ("style", Type::Text),
    ("debug", Type::Flag),
    ("sitemapLocation", Type::Text),
    ("darkmode", Type::Flag),
    ("themeLocation", Type::Text),
];

const PACKAGES: Type = Type::List(&Type::Object(&[
    ("root", Type::Any),
    ("name", Type::Text),
    ("pages", Type::List(&Type::Any)),
    ("independent", Type::Flag),
    ("common", Type::Any),
    ("plugins", Type::Any),
    ("entry", Type::Any),
]));

const PRELOAD: &[Key] =
    &[("packages", TEXTS), ("network", Type::One(&["all", "wifi"])), ("timeout", Type::Number)];

const TIMEOUTS: &[Key] = &[
    ("request", Type::Number),
    ("connectSocket", Type::Number),
    ("uploadFile", Type::Number),
    ("downloadFile", Type::Number),
];

const SKELETON: &[Key] = &[("page", ANY_OBJECT), ("config", ANY_OBJECT)];

const WINDOW: &[Key] = &[
    ("navigationBarBackgroundColor", Type::Colour),
    ("navigationBarTextStyle", Type::One(&["black", "white"])),
    ("navigationBarTitleText", Type::Text),
    ("navigationStyle", Type::One(&["default", "custom"])),
    ("transparentTitle", Type::One(&["always", "auto", "none"])),
    ("backgroundColor", Type::Colour),
    ("backgroundTextStyle", Type::One(&["dark", "light"])),
    ("backgroundColorTop", Type::Colour),
    ("backgroundColorBottom", Type::Colour),
    ("enablePullDownRefresh", Type::Flag),
    ("onReachBottomDistance", Type::Number),
    ("skeleton", Type::Object(SKELETON)),
    ("disableScroll", Type::Flag),
    ("disableSwipeBack", Type::Flag),
    ("pageOrientation", Type::Text),
];

/// What the JSON of a page or component has beside the keys of `window`.
const COMPONENT: &[Key] = &[
    ("usingComponents", Type::Any),
    ("component", Type::Flag),
    ("componentPlaceholder", ANY_OBJECT),
    ("componentGenerics", ANY_OBJECT),
    ("styleIsolation", Type::Text),
    ("addGlobalClass", Type::Flag),
    ("pureDataPattern", Type::Text),
];

const TAB_BAR: &[Key] = &[
    ("color", Type::Colour),
    ("selectedColor", Type::Colour),
    ("backgroundColor", Type::Colour),
    ("borderStyle", Type::One(&["black", "white"])),
    (
        "list",
        Type::List(&Type::Object(&[
            ("pagePath", Type::Any),
            ("text", Type::Text),
            ("iconPath", Type::Text),
            ("selectedIconPath", Type::Text),
            ("visible", Type::Any),
            ("iconfont", Type::Any),
        ])),
    ),
    ("position", Type::Any),
    ("custom", Type::Any),
];

/// Keys of other platforms and of frameworks, which phones ignore in silence.
const IGNORED: &[&str] = &[
    // WeChat's app.json.
    "$schema",
    "appid",
    "componentFramework",
    "convertRpxToVw",
    "embeddedAppIdList",
    "entranceDeclare",
    "functionalPages",
    "halfPage",
    "miniApp",
    "plugins",
    "renderer",
    "rendererOptions",
    "requiredBackgroundModes",
    "requiredPrivateInfos",
    "resizable",
    "serviceProviderTicket",
    "singlePage",
    "static",
    "supportedMaterials",
    "useExtendedLib",
    // WeChat's pages.
    "backgroundColorContent",
    "handleWebviewPreload",
    "initialRenderingCache",
    "restartStrategy",
    "virtualHost",
    "visualEffectInBackground",
    // Douyin's own that the simulator does not need.
    "industrySDK",
    "industrySDKPages",
    "prefetches",
    "prefetchRules",
    "ttPlugins",
    "cloud",
    // Written by frameworks.
    "disableSwipeToBack",
    "enableShareAppMessage",
    "enableShareTimeline",
    "navigationBarShadow",
    "titlePenetrate",
    "titleImage",
    "allowsBounceVertical",
    "animation",
    "ttLaunchApp",
    "appId",
    "fallback",
    "fallbackPluginId",
    "fallbackPluginPage",
    "backgroundImage",
    "rpxCalcMaxDeviceWidth",
    "rpxCalcBaseDeviceWidth",
    "mp-toutiao",
];

/// Warnings about `app.json`.
pub(crate) fn app(value: &Value) -> Vec<Finding> {
    let mut findings = Vec::new();
    object(value, &[APP], "app.json", &mut findings);
    if let Some(bar) = value.get("tabBar") {
        for Member { key, key_span, value } in bar.members() {
            let message = match key.as_str() {
                "custom" if value.as_bool() == Some(true) => {
                    "Douyin has no custom tab bar; its own is shown."
                }
                "position" if value.as_str() == Some("top") => {
                    "Douyin's tab bar is at the bottom; position has no effect."
                }
                _ => continue,
            };
            findings.push(Finding::warning(key_span.start, message));
        }
    }
    findings
}

/// Warnings about the JSON of a page or component.
pub(crate) fn component(value: &Value) -> Vec<Finding> {
    let mut findings = Vec::new();
    object(value, &[COMPONENT, WINDOW], "a page's or component's JSON", &mut findings);
    if let Some(window) = value.members().iter().find(|member| member.key == "window") {
        // Reported as unknown as well would be once too often.
        let at = window.key_span.start;
        findings.retain(|finding| finding.offset != at);
        findings.push(Finding::warning(
            at,
            "A page has the keys of window at the root of its JSON; window has no effect here.",
        ));
    }
    findings
}

fn object(value: &Value, keys: &[&[Key]], place: &str, findings: &mut Vec<Finding>) {
    let known = || keys.iter().flat_map(|keys| keys.iter());
    for Member { key, key_span, value } in value.members() {
        if let Some((_, kind)) = known().find(|(name, _)| name == key) {
            check(key, value, *kind, findings);
        } else if !IGNORED.contains(&key.as_str()) {
            let near = known().find(|(name, _)| near(key, name));
            let hint = near.map_or_else(String::new, |(name, _)| format!(" Is \"{name}\" meant?"));
            findings.push(Finding::warning(
                key_span.start,
                format!("\"{key}\" is not a key of {place} and has no effect.{hint}"),
            ));
        }
    }
}

fn check(key: &str, value: &Value, kind: Type, findings: &mut Vec<Finding>) {
    let expected = match (kind, &value.kind) {
        (Type::Any, _) | (Type::Text, Kind::String(_)) | (Type::Flag, Kind::Bool(_)) => return,
        (Type::Number, Kind::Number(_)) => return,
        // A theme's variable, or nothing.
        (Type::Colour | Type::One(_), Kind::String(text))
            if text.is_empty() || text.starts_with('@') =>
        {
            return;
        }
        (Type::Colour, Kind::String(text)) if is_colour(text) => return,
        (Type::One(texts), Kind::String(text)) if texts.contains(&text.as_str()) => return,
        (Type::Object(keys), Kind::Object(_)) => return object(value, &[keys], key, findings),
        (Type::Map(inner), Kind::Object(members)) => {
            return members.iter().for_each(|it| check(&it.key, &it.value, *inner, findings));
        }
        (Type::List(inner), Kind::Array(items)) => {
            return items.iter().for_each(|item| check(key, item, *inner, findings));
        }
        (Type::Text, _) => "a text".to_owned(),
        (Type::Flag, _) => "true or false".to_owned(),
        (Type::Number, _) => "a number".to_owned(),
        (Type::Colour, _) => "a colour such as \"#ffffff\"".to_owned(),
        (Type::One(texts), _) => {
            let quoted: Vec<String> = texts.iter().map(|text| format!("\"{text}\"")).collect();
            quoted.join(" or ")
        }
        (Type::Object(_) | Type::Map(_), _) => "an object".to_owned(),
        (Type::List(_), _) => "an array".to_owned(),
    };
    let found = match &value.kind {
        Kind::String(text) => format!("\"{text}\""),
        _ => value.type_name().to_owned(),
    };
    findings.push(Finding::warning(
        value.span.start,
        format!("\"{key}\" takes {expected}, not {found}."),
    ));
}

fn is_colour(text: &str) -> bool {
    text.strip_prefix('#').is_some_and(|digits| {
        matches!(digits.len(), 3 | 4 | 6 | 8) && digits.bytes().all(|b| b.is_ascii_hexdigit())
    })
}

/// Whether a key was probably meant to be this one: but for case, or for one letter.
fn near(key: &str, name: &str) -> bool {
    if key.eq_ignore_ascii_case(name) {
        return true;
    }
    let (a, b): (Vec<char>, Vec<char>) = (key.chars().collect(), name.chars().collect());
    let same = a.iter().zip(&b).take_while(|(a, b)| a.eq_ignore_ascii_case(b)).count();
    let rest = |text: &[char], skip: usize| {
        text.iter().skip(same + skip).map(char::to_ascii_lowercase).collect::<String>()
    };
    name.len() > 4
        && (rest(&a, 1) == rest(&b, 1) || rest(&a, 1) == rest(&b, 0) || rest(&a, 0) == rest(&b, 1))
}
