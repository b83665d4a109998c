//! The tags that the platform knows by itself.

/// Elements that are drawn, in the order of the platform's documentation.
pub const COMPONENTS: &[&str] = &[
    // View containers.
    "view",
    "scroll-view",
    "swiper",
    "swiper-item",
    "movable-area",
    "movable-view",
    "cover-view",
    "cover-image",
    "match-media",
    "page-container",
    "share-element",
    "root-portal",
    // Basic content.
    "text",
    "rich-text",
    "progress",
    "icon",
    // Forms.
    "button",
    "checkbox",
    "checkbox-group",
    "editor",
    "form",
    "input",
    "label",
    "picker",
    "picker-view",
    "picker-view-column",
    "radio",
    "radio-group",
    "slider",
    "switch",
    "textarea",
    // Navigation.
    "navigator",
    "functional-page-navigator",
    // Media.
    "image",
    "video",
    "audio",
    "camera",
    "live-player",
    "live-pusher",
    "live-preview",
    "video-player",
    "rtc-room",
    "voip-room",
    // Canvas, maps and open capabilities.
    "canvas",
    "map",
    "web-view",
    "open-data",
    "ad",
    "ad-custom",
    "official-account",
    // What only Douyin has.
    "aweme-data",
    "aweme-live-book",
    "aweme-user-card",
    "consume-card",
    "pay-button",
    "rate-button",
    "clue-order-form",
    "room",
    "open-account",
    "trade-button",
    // The page itself.
    "page-meta",
    "navigation-bar",
    "custom-wrapper",
];

/// Elements that say what to do with others.
pub const SYNTAX: &[&str] = &["block", "template", "slot", "import", "include", "sjs", "wxs"];

/// Whether a tag needs no `usingComponents`.
#[must_use]
pub fn is_builtin(tag: &str) -> bool {
    COMPONENTS.contains(&tag) || SYNTAX.contains(&tag)
}
