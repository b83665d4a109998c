//! `app.json`, pages, components and where everything lies.

use tt_miniprogram::Project;

use super::{only_problem, problems, project};

#[test]
fn a_project_without_app_json_says_so() {
    let mut project = Project::new();
    project.set_file("page.js", "Page({})").unwrap();
    project.compile();
    only_problem(&project, "error app.json:1:1 There is no app.json");
    assert!(project.manifest().pages.is_empty());
}

#[test]
fn keys_that_do_nothing_are_said_where_they_stand() {
    let cases = [
        (
            r#""tabbar": {}"#,
            "1:22 \"tabbar\" is not a key of app.json and has no effect. Is \"tabBar\" meant?",
        ),
        (r#""zeta": 1"#, "1:22 \"zeta\" is not a key of app.json and has no effect."),
        (
            r#""window": { "navigationBarTitelText": "" }"#,
            "1:34 \"navigationBarTitelText\" is not a key of window and has no effect.",
        ),
        (
            r#""window": { "navigationBarTitleTex": "" }"#,
            "1:34 \"navigationBarTitleTex\" is not a key of window and has no effect. Is \"navigationBarTitleText\" meant?",
        ),
        (
            r#""window": { "backgroundColor": "white" }"#,
            "1:53 \"backgroundColor\" takes a colour such as \"#ffffff\", not \"white\".",
        ),
        (
            r#""window": { "navigationBarTextStyle": "light" }"#,
            "1:60 \"navigationBarTextStyle\" takes \"black\" or \"white\", not \"light\".",
        ),
        (r#""window": []"#, "1:32 \"window\" takes an object, not an array."),
        (r#""networkTimeout": { "request": "1" }"#, "1:53 \"request\" takes a number, not \"1\"."),
        (
            r#""cookie": { "enableStore": 1 }"#,
            "1:49 \"enableStore\" takes true or false, not a number.",
        ),
        (r#""preloadRule": { "gone": { "packages": [] } }"#, "1:39 gone is none of the pages."),
        (
            r#""preloadRule": { "page": { "packages": "a" } }"#,
            "1:61 \"packages\" takes an array, not \"a\".",
        ),
        (
            r#""tabBar": { "custom": true, "list": [{ "pagePath": "page" }, { "pagePath": "page" }] }"#,
            "1:34 Douyin has no custom tab bar; its own is shown.",
        ),
        (
            r#""tabBar": { "list": [{ "pagePath": "page", "txt": "" }, { "pagePath": "page" }] }"#,
            "1:65 \"txt\" is not a key of list and has no effect.",
        ),
    ];
    for (keys, problem) in cases {
        let app = format!("{{ \"pages\": [\"page\"], {keys} }}");
        only_problem(&project(&[("app.json", &app)]), &format!("warning app.json:{problem}"));
    }
    let page = r#"{ "enablePullDownRefresh": "true", "window": {}, "usingComponent": {} }"#;
    assert_eq!(
        problems(&project(&[("page.json", page)])),
        [
            "warning page.json:1:28 \"enablePullDownRefresh\" takes true or false, not \"true\".",
            "warning page.json:1:36 A page has the keys of window at the root of its JSON; window has no effect here.",
            "warning page.json:1:50 \"usingComponent\" is not a key of a page's or component's JSON and has no effect. Is \"usingComponents\" meant?",
        ]
    );
}

#[test]
fn keys_that_a_phone_takes_or_ignores_are_not_said() {
    let project = project(&[
        (
            "app.json",
            r##"{ "pages": ["page"], "window": { "backgroundColor": "#fff", "navigationBarBackgroundColor": "@bar", "backgroundTextStyle": "" },
                "lazyCodeLoading": "requiredComponents", "plugins": { "a": {} }, "style": "v2", "sitemapLocation": "sitemap.json",
                "subPackages": [{ "root": "/shop/", "name": "shop", "independent": true, "pages": ["x"] }],
                "preloadRule": { "page": { "network": "all", "packages": ["shop"] } }, "skeleton": { "config": { "timeout": 1 } },
                "permission": { "scope.camera": { "desc": "" } }, "navigateToMiniProgramAppIdList": [] }"##,
        ),
        (
            "page.json",
            r#"{ "usingComponents": {}, "componentPlaceholder": { "a": "view" }, "skeleton": { "config": {} }, "disableScroll": true }"#,
        ),
        ("shop/x.ttml", ""),
        ("page.ttml", "<van-a/>"),
        ("app.ttss", ""),
        ("miniprogram_npm/a/index.json", r#"{ "component": true, "anything": 1 }"#),
        ("miniprogram_npm/a/index.ttml", "<view tt:for=\"{{a}}\"/>"),
    ]);
    let json = r#"{ "usingComponents": { "van-a": "a/index" } }"#;
    assert_eq!(
        problems(&project),
        [
            "warning page.ttml:1:1 <van-a> is neither built in nor in usingComponents; it shows its content only."
        ]
    );
    let mut project = project;
    project.set_file("page.json", json).unwrap();
    project.compile();
    assert_eq!(problems(&project), [""; 0]);
}

#[test]
fn a_sheet_in_another_language_is_said_not_to_be_used() {
    let compiled = [("page.ttss", ""), ("page.styl", ""), ("app.wxss", ""), ("app.styl", "")];
    assert_eq!(problems(&project(&compiled)), [""; 0]);
    assert_eq!(
        problems(&project(&[("page.styl", "a = 1"), ("app.styl", "")])),
        [
            "warning app.styl:1:1 This sheet is not compiled here, so app has no styles. Compile it to app.ttss.",
            "warning page.styl:1:1 This sheet is not compiled here, so page has no styles. Compile it to page.ttss.",
        ]
    );
    only_problem(
        &project(&[("page.ttss", "@import 'a.styl';"), ("a.styl", "")]),
        "error page.ttss:1:9 a.styl is not compiled here; import a .ttss file.",
    );
}

#[test]
fn unknown_keys_stay_and_order_does_too() {
    let project = project(&[(
        "app.json",
        r#"{ "zeta": [1.5, null], "pages": ["page"], "alpha": { "b": "ü" } }"#,
    )]);
    assert_eq!(
        serde_json::to_string(&project.manifest().app).unwrap(),
        r#"{"zeta":[1.5,null],"pages":["page"],"alpha":{"b":"ü"}}"#
    );
}

#[test]
fn mistakes_in_json_have_a_place_and_cost_only_themselves() {
    let project = project(&[
        (
            "app.json",
            "{\n  \"pages\": [\n    \"page\"\n    \"two\",\n  ], // all of them\n  window: { 'navigationBarTitleText': '1' }\n  }",
        ),
        ("two.ttml", "<view/>"),
    ]);
    assert_eq!(
        problems(&project),
        [
            "error app.json:3:11 A comma is missing here.",
            "warning app.json:4:10 JSON allows no comma before ]; the platform refuses this file.",
            "warning app.json:5:6 JSON has no comments; the platform refuses this file.",
            "warning app.json:6:3 Write \"window\": JSON puts names in double quotes.",
            "warning app.json:6:13 JSON puts texts in double quotes; the platform refuses this file.",
            "warning app.json:6:39 JSON puts texts in double quotes; the platform refuses this file.",
        ]
    );
    assert_eq!(project.manifest().pages, ["page", "two"]);
    assert_eq!(project.manifest().problems[0].excerpt, "    \"page\"");
}

#[test]
fn pages_of_subpackages_follow_the_others_and_the_entry_page_comes_first() {
    let project = project(&[
        (
            "app.json",
            r#"{ "pages": ["page", "b/b"], "entryPagePath": "b/b",
                "subPackages": [{ "root": "shop/", "pages": ["x"] }],
                "subpackages": [{ "root": "more", "pages": ["y/y"] }] }"#,
        ),
        ("b/b.ttml", "<view/>"),
        ("shop/x.ttml", "<view/>"),
        ("more/y/y.ttml", "<view/>"),
    ]);
    assert_eq!(project.manifest().pages, ["b/b", "page", "shop/x", "more/y/y"]);
    assert_eq!(problems(&project), [""; 0]);
}

#[test]
fn a_page_that_is_not_there_costs_only_itself() {
    let project = project(&[
        ("app.json", "{ \"pages\": [\"page\",\n\"Page/gone\"] }"),
        ("page/gone.ttml", ""),
    ]);
    only_problem(
        &project,
        "error app.json:2:1 There is no page here: neither Page/gone.ttml nor Page/gone.js is a file. There is page/gone.ttml:",
    );
    assert!(project.template("page").is_some());
    assert!(!project.manifest().components["Page/gone"].template);
}

#[test]
fn a_page_without_template_is_warned_of() {
    let project = project(&[
        ("app.json", r#"{ "pages": ["page", "a", "b"] }"#),
        ("a.js", "Page({})"),
        ("b.ttml", "<view/>"),
    ]);
    assert_eq!(
        problems(&project),
        ["warning app.json:1:21 There is no a.ttml: nothing is shown.",]
    );
}

#[test]
fn tabs_lead_to_pages() {
    let project = project(&[(
        "app.json",
        r#"{ "pages": ["page"], "tabBar": { "list": [{ "pagePath": "page", "iconPath": "a.png" }, { "pagePath": "x" }] } }"#,
    )]);
    assert_eq!(
        problems(&project),
        [
            "warning app.json:1:77 There is no file a.png.",
            "error app.json:1:102 x is none of the pages."
        ]
    );
}

#[test]
fn components_are_found_wherever_they_are_named_from() {
    let project = project(&[
        ("app.json", r#"{ "pages": ["page"], "usingComponents": { "everywhere": "/c/root" } }"#),
        (
            "page.json",
            r#"{ "usingComponents": { "near": "c/near", "far": "./c/far/index", "van-button": "@vant/weapp/button/index", "Kit": "kit" } }"#,
        ),
        ("c/root.json", "{}"),
        ("c/near.ttml", ""),
        ("c/far/index.js", ""),
        ("miniprogram_npm/@vant/weapp/button/index.json", "{}"),
        ("node_modules/kit/package.json", r#"{ "miniprogram": "dist" }"#),
        ("node_modules/kit/dist/index.json", "{}"),
    ]);
    assert_eq!(problems(&project), [""; 0]);
    let using: Vec<_> = project.manifest().components["page"]
        .using
        .iter()
        .map(|(tag, name)| format!("{tag} {name}"))
        .collect();
    assert_eq!(
        using,
        [
            "tt-everywhere c/root",
            "tt-far c/far/index",
            "tt-kit node_modules/kit/dist/index",
            "tt-near c/near",
            "tt-van-button miniprogram_npm/@vant/weapp/button/index",
        ]
    );
}

#[test]
fn a_component_that_is_not_there_is_reported_once_where_it_is_named() {
    let project = project(&[
        (
            "page.json",
            r#"{ "usingComponents": { "gone": "./gone", "map-plugin": "plugin://maps/map", "npm": "some-package/x" } }"#,
        ),
        ("page.ttml", "<gone/><map-plugin/><npm/>"),
    ]);
    assert_eq!(
        problems(&project),
        [
            "error page.json:1:32 There is no component at ./gone.",
            "warning page.json:1:56 Components of plugins are not there: <map-plugin> shows its content only.",
            "error page.json:1:84 There is no component at some-package/x.",
        ]
    );
    assert_eq!(project.missing_packages().collect::<Vec<_>>(), ["some-package"]);
}

#[test]
fn generics_name_their_defaults_by_tag() {
    let project = project(&[
        ("page.json", r#"{ "usingComponents": { "list": "list" } }"#),
        (
            "list.json",
            r#"{ "component": true, "componentGenerics": { "row": { "default": "row" }, "head": true } }"#,
        ),
        ("list.ttml", "<row/><head/>"),
        ("row.json", "{}"),
    ]);
    assert_eq!(problems(&project), [""; 0]);
    let generics = &project.manifest().components["list"].generics;
    assert_eq!(generics["tt-row"].as_deref(), Some("row"));
    assert_eq!(generics["tt-head"], None);
    assert!(project.manifest().components.contains_key("row"));
}

#[test]
fn style_isolation_is_said_in_json_or_in_code() {
    let project = project(&[
        ("page.json", r#"{ "usingComponents": { "a": "a", "b": "b", "c": "c", "d": "d" } }"#),
        ("a.json", "{}"),
        ("b.json", r#"{ "styleIsolation": "shared" }"#),
        ("c.json", "{}"),
        ("c.js", "Component({ options: { addGlobalClass: true } })"),
        ("d.json", "{}"),
        ("d.js", "Component({ options: { styleIsolation: 'page-shared' } })"),
    ]);
    let of = |name: &str| {
        let component = &project.manifest().components[name];
        (component.style_isolation.as_str(), component.style_scope.as_str())
    };
    assert_eq!(of("page"), ("apply-shared", "page"));
    assert_eq!(of("a"), ("isolated", "a"));
    assert_eq!(of("b"), ("shared", ""));
    assert_eq!(of("c"), ("apply-shared", "c"));
    assert_eq!(of("d"), ("page-shared", ""));
}

#[test]
fn the_manifest_has_the_fields_of_the_contract() {
    let project = project(&[]);
    let manifest = serde_json::to_value(project.manifest()).unwrap();
    assert_eq!(
        manifest,
        serde_json::json!({
            "version": 1,
            "app": { "pages": ["page"] },
            "entry": "app.js",
            "pages": ["page"],
            "components": { "page": {
                "json": {}, "using": {}, "generics": {}, "script": "page.js", "template": true, "style": false,
                "styleIsolation": "apply-shared", "styleScope": "page",
            } },
            "modules": { "app.js": {}, "page.js": {} },
            "problems": [],
        })
    );
}

#[test]
fn scripts_of_workers_are_modules_though_nothing_requires_them() {
    let files = [("app.js", ""), ("threads/sum.js", "require('./add')"), ("threads/add.ts", "")];
    let with = |workers: &str| {
        let app = format!(r#"{{ "pages": [], "workers": {workers} }}"#);
        let app = [("app.json", app.as_str())];
        project(&app.into_iter().chain(files).collect::<Vec<_>>())
    };
    let modules =
        |project: &Project| project.manifest().modules.keys().cloned().collect::<Vec<_>>();
    assert_eq!(modules(&with(r#""threads""#)), ["app.js", "threads/add.ts", "threads/sum.js"]);
    assert_eq!(modules(&with(r#""/threads/sum.js""#)).len(), 3);
    let nowhere = with(r#""none""#);
    assert_eq!(modules(&nowhere), ["app.js"]);
    assert!(problems(&nowhere).iter().any(|it| it.contains("no script for workers at none")));
    assert!(problems(&with("1")).iter().any(|it| it.contains("workers is the path")));
}
