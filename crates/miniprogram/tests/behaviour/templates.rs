//! What templates become. How glass-easel's code looks is its own business: these tests look for
//! what the source said in it.

use super::{only_problem, problems, project};

/// The script of a page with this template.
#[track_caller]
fn template(ttml: &str) -> String {
    let project = project(&[("page.ttml", ttml)]);
    assert_eq!(problems(&project), [""; 0], "{ttml}");
    project.template("page").unwrap()
}

/// Fails unless the script of this template has these texts.
#[track_caller]
fn has(ttml: &str, texts: &[&str]) {
    let script = template(ttml);
    for text in texts {
        assert!(script.contains(text), "{text} is not in {script}");
    }
}

#[test]
fn a_template_names_itself() {
    let script = template("<view/>");
    assert!(script.starts_with("__template(\"page\", (()=>{"), "{script}");
    assert!(script.ends_with(")());\n"), "{script}");
}

#[test]
fn a_namespace_is_no_attribute() {
    template("<view xmlns:wx=\"http://www.w3.org/1999/xhtml\"/>");
    let project = project(&[("page.ttml", "<view ab:cd=\"e\"/>")]);
    only_problem(&project, "warning page.ttml:1:7 No attribute begins like this");
}

#[test]
fn tags_have_a_prefix_and_syntax_has_none() {
    has("<input/><block><slot name=\"a\"/></block>", &["E(\"tt-input\"", "S(\"a\")"]);
}

#[test]
fn what_a_slot_holds_stands_behind_it() {
    has(
        "<slot name=\"a\" slot=\"b\" tt:if=\"{{c}}\"><view/></slot><view tt:else/>",
        &["D.c", "S(\"a\"", "E(\"slot-fallback\"", "\"b\"", "E(\"tt-view\""],
    );
    let blank = template("<slot>\n</slot>");
    assert!(!blank.contains("slot-fallback"), "{blank}");
}

#[test]
fn events_are_bound_in_all_spellings() {
    // name, handler, whether caught, mutual, at capture.
    has("<view bindtap=\"f\"/>", &["R.v(N,\"tap\",\"f\",!1,!1,!1"]);
    has("<view bind:tap=\"f\"/>", &["R.v(N,\"tap\",\"f\",!1,!1,!1"]);
    has("<view catchtap=\"f\"/>", &["R.v(N,\"tap\",\"f\",!0,!1,!1"]);
    has("<view capture-bind:tap=\"f\"/>", &["R.v(N,\"tap\",\"f\",!1,!1,!0"]);
    has("<view capture-catch:tap=\"f\"/>", &["R.v(N,\"tap\",\"f\",!0,!1,!0"]);
    has("<view bindmyEvent=\"{{f}}\"><slot/></view>", &["R.v(N,\"myEvent\",D.f"]);
}

#[test]
fn keys_are_reduced_to_fields() {
    let of = |key: &str| {
        let script = template(&format!("<view tt:for=\"{{{{list}}}}\" tt:key=\"{key}\"/>"));
        let rest = script.split_once("F(D.list,").unwrap().1;
        rest.split("/*").next().unwrap().to_owned()
    };
    assert_eq!(of("id"), "\"id\"");
    assert_eq!(of("*this"), "\"*this\"");
    assert_eq!(of("{{item.id}}"), "\"id\"");
    assert_eq!(of("item.userId"), "\"userId\"");
    assert_eq!(of("{{item}}"), "\"*this\"");
    for dropped in
        ["index", "{{index}}", "{{pageIdx + '' + totalPages}}", "{{item.a.b}}", "{{other.id}}", ""]
    {
        assert_eq!(of(dropped), "null", "{dropped}");
    }
    let script =
        template("<view tt:for=\"{{list}}\" tt:for-item=\"user\" tt:key=\"{{user.id}}\"/>");
    assert!(script.contains("F(D.list,\"id\""), "{script}");
    let script = template("<view tt:for=\"{{list}}\" tt:for-item=\"day\" tt:key=\"day\"/>");
    assert!(script.contains("F(D.list,\"day\""), "{script}");
}

#[test]
fn lists_say_where_they_stand() {
    let ttml = "<view>视</view>\n<view tt:if=\"{{a}}\"><text tt:for=\"{{list}}\" tt:key=\"id\"/></view><view tt:for=\"{{b.c}}\" tt:key=\"index\"><text tt:for=\"{{item}}\" tt:key=\"index\"/></view>";
    has(
        ttml,
        &[
            "F(D.list,\"id\"/*@page.ttml:2:27*/,",
            ",null/*@page.ttml:2:71*/,",
            ",null/*@page.ttml:2:109*/,",
        ],
    );
    let files =
        [("page.ttml", "<include src=\"a b.ttml\"/>"), ("a b.ttml", "<view tt:for=\"{{list}}\"/>")];
    let script = project(&files).template("page").unwrap();
    assert!(script.contains("F(D.list,null/*@a%20b.ttml:1:7*/,"), "{script}");
}

#[test]
fn directives_of_wechat_are_read_and_warned_of_once() {
    let project =
        project(&[("page.ttml", "<view wx:if=\"{{a}}\"/><view wx:else wx:for=\"{{b}}\"/>")]);
    let problems = problems(&project);
    assert_eq!(
        problems[0],
        "warning page.ttml:1:7 Douyin writes tt:if; wx:if is read here, but not by every phone."
    );
    assert_eq!(problems.iter().filter(|p| p.contains("Douyin writes")).count(), 1);
}

#[test]
fn conditions_belong_together() {
    has(
        "<view tt:if=\"{{a}}\">1</view>\n<!-- or -->\n<view tt:elif=\" {{b}} \">2</view>\n<view tt:else>3</view>",
        &["D.a?1:D.b?2:0;"],
    );
    only_problem(
        &project(&[("page.ttml", "<view/>x<view tt:else/>")]),
        "warning page.ttml:1:15 This attribute does nothing here",
    );
}

#[test]
fn loose_writing_is_read_as_it_was_meant() {
    let project = project(&[(
        "page.ttml",
        "<View class=a id=b{{c}} hidden>\n  <input value='x'>\n  <text>t</text>\n</view>\n</text><image src=\"1\" src=\"2\"/>",
    )]);
    assert_eq!(
        problems(&project),
        [
            "warning page.ttml:1:1 Tags are written in lower case: <view>.",
            "warning page.ttml:1:7 Write the value of class in quotes.",
            "warning page.ttml:1:15 Write the value of id in quotes.",
            "warning page.ttml:2:3 <input> has no </input>; write <input /> for one without content.",
            "warning page.ttml:5:1 This </text> closes nothing.",
            "warning page.ttml:5:23 src stands here twice; the first one counts.",
        ]
    );
    let script = project.template("page").unwrap();
    assert!(script.contains("L(N,\"a\")") && script.contains("O(N,\"src\",\"1\")"), "{script}");
}

#[test]
fn an_element_that_is_not_closed_is_an_error_where_it_begins() {
    let project = project(&[("page.ttml", "<view>\n  <text>open\n</view>")]);
    only_problem(&project, "error page.ttml:2:3 <text> has no </text> that closes it.");
    let script = project.template("page").unwrap();
    assert!(script.contains("page.ttml:2:3") && script.ends_with(", true);\n"), "{script}");
    let project = super::project(&[("page.ttml", "<view>\n<view></view>\n")]);
    only_problem(&project, "error page.ttml:1:1 <view> has no </view> that closes it.");
}

#[test]
fn entities_stand_for_characters() {
    has("<text>a &lt; b &amp;&amp; c&nbsp;d &#x4e2d;&copy;</text>", &["a < b && c\u{a0}d 中©"]);
    has("<text>a & b &unknown; &;</text>", &["a & b &unknown; &;"]);
    has("<text aria-label=\"&quot;q&quot;\">{{a &lt; b}}</text>", &["\\\"q\\\"", "D.a<D.b"]);
}

#[test]
fn a_backslash_and_an_n_break_a_line_of_text() {
    has("<text>one\\ntwo {{a}}\\n\\n</text>", &["\"one\\ntwo \"", "\"\\n\\n\""]);
    has("<view aria-label=\"C:\\new\">a \\ b\\</view>", &["\"C:\\\\new\"", "\"a \\\\ b\\\\\""]);
}

#[test]
fn an_expression_may_have_what_ends_others() {
    has("<text>{{a < b ? '</text>' : \"}}\"}}</text>", &["</text>", "}}"]);
    has("<text aria-label=\"{{ {a: {b: 1}}.a }}\"/>", &["{a:{b:1}}).a"]);
    let project = project(&[("page.ttml", "<view class=\"{{a ? \"x\" : \"y\"}}\"/>")]);
    assert_eq!(problems(&project), [""; 0]);
    assert!(project.template("page").unwrap().contains("?\"x\":\"y\""));
}

#[test]
fn quotes_in_a_binding_do_not_end_the_value() {
    let page = "<image src=\"{{on ? \" /a.png\"\n  : n<m ? \"/b.png\" : \"\" }}\" mode=\"top\"/>";
    let project = project(&[("page.ttml", page)]);
    assert_eq!(problems(&project), [""; 0]);
    let script = project.template("page").unwrap();
    assert!(script.contains("\" /a.png\"") && script.contains("\"/b.png\""), "{script}");
    assert!(script.contains("\"mode\",\"top\""), "{script}");
    // A binding that is not closed takes none of what follows.
    let page = "<view class=\"{{a\" id=\"{{b}}\"><text>{{c}}</text></view>";
    let project = super::project(&[("page.ttml", page)]);
    only_problem(&project, "error page.ttml:1:14 This {{ has no }} that closes it.");
}

#[test]
fn a_component_may_be_named_in_camel_case() {
    let project = project(&[
        ("page.ttml", "<errPage/>"),
        ("page.json", r#"{ "usingComponents": { "errPage": "/c" } }"#),
        ("c.json", r#"{ "component": true }"#),
        ("c.ttml", "<view/>"),
        ("c.js", "Component({});"),
    ]);
    assert_eq!(problems(&project), [""; 0]);
    assert!(project.manifest().components["page"].using.contains_key("tt-errpage"));
}

#[test]
fn a_mistake_in_an_expression_is_shown_in_place_of_the_page() {
    let project = project(&[
        ("app.json", r#"{ "pages": ["page", "other"] }"#),
        ("page.ttml", "<view>\n  <text>中 {{a b}}</text>\n</view>"),
        ("other.ttml", "<view/>"),
    ]);
    only_problem(&project, "error page.ttml:2:15 This expression is not understood from here on");
    let script = project.template("page").unwrap();
    assert!(script.contains("page.ttml:2:15"), "{script}");
    assert!(script.contains("中 {{a b}}"), "{script}");
    assert!(project.template("other").unwrap().contains("tt-view"));
}

#[test]
fn numbers_are_those_of_the_compiler() {
    has("<text>{{a1x + 0x1f + 123456789012345 + '0xg' + b[0]}}</text>", &["+31+123456789012345"]);
    for number in ["0xg", "0x", "1234567890123456", "0x1234567890abcdef"] {
        let project = project(&[("page.ttml", &format!("<text>{{{{a + {number}}}}}</text>"))]);
        only_problem(
            &project,
            "error page.ttml:1:13 This is not a number that an expression can have.",
        );
    }
}

#[test]
fn what_is_not_closed_is_said() {
    let cases = [
        ("<view>{{a</view>", "error page.ttml:1:7 This {{ has no }} that closes it."),
        ("<view>\n<text", "error page.ttml:2:1 This <text has no > that ends it."),
        ("a<!-- b", "error page.ttml:1:2 This comment has no --> that ends it."),
        ("<view a=\"b/>\n", "error page.ttml:1:9 This \" has no \" that closes it."),
        ("<sjs module=\"m\">\n1", "error page.ttml:1:17 <sjs> has no </sjs>."),
    ];
    for (source, problem) in cases {
        let problems = problems(&project(&[("page.ttml", source)]));
        assert!(problems.iter().any(|p| p == problem), "{source}: {problems:#?}");
    }
}

#[test]
fn templates_are_imported_and_included_by_path() {
    let project = project(&[
        ("app.json", r#"{ "pages": ["pages/a/a"] }"#),
        (
            "pages/a/a.ttml",
            "<import src=\"../../t/rows.ttml\"/><include src=\"/t/foot\"/><template is=\"row\" data=\" {{...item, n: 1}} \"/>",
        ),
        ("t/rows.ttml", "<template name=\"row\"><view>{{n}}</view></template>"),
        ("t/foot.wxml", "<text>foot</text>"),
    ]);
    assert_eq!(problems(&project), [""; 0]);
    let script = project.template("pages/a/a").unwrap();
    for group in ["G[\"pages/a/a\"]=", "G[\"t/rows\"]=", "G[\"t/foot\"]="] {
        assert!(script.contains(group), "{group} in {script}");
    }
}

#[test]
fn a_template_that_is_not_there_is_reported_and_stands_for_nothing() {
    let project = project(&[(
        "page.ttml",
        "<import src=\"gone.ttml\"/>\n<include src=\"../../out\"/>\n<include/>",
    )]);
    assert_eq!(
        problems(&project),
        [
            "error page.ttml:1:14 There is no template gone.ttml.",
            "error page.ttml:2:15 ../../out leads out of the project.",
            "error page.ttml:3:1 <include> needs the path of a template in src.",
        ]
    );
}

#[test]
fn circles_of_templates_end() {
    let project = project(&[
        ("page.ttml", "<import src=\"a\"/>"),
        ("a.ttml", "<import src=\"page\"/><import src=\"a\"/>"),
    ]);
    assert_eq!(problems(&project), [""; 0]);
    assert!(project.template("page").unwrap().contains("G[\"a\"]="));
}

#[test]
fn scripts_of_templates_come_along() {
    let project = project(&[
        (
            "page.ttml",
            "<sjs module=\"m\" src=\"./u/m.sjs\"/>\n<sjs module=\"n\">\nvar o = require('./u/o');\nmodule.exports = { f: function (x) { return x.constructor === 'Array' && o.g } };\n</sjs>\n<text>{{m.f(a)}}{{n.f(a)}}</text>",
        ),
        ("u/m.sjs", "module.exports = require('./o.sjs') // last line"),
        ("u/o.sjs", "exports.g = getRegExp('a')"),
    ]);
    assert_eq!(problems(&project), [""; 0]);
    let script = project.template("page").unwrap();
    for text in [
        "R[\"u/m.sjs\"]=D(\"u/m.sjs\",(require,exports,module)=>{module.exports = require('./o.sjs') // last line\n",
        "R[\"u/o.sjs\"]=",
        "D(\"page#n\"",
        "require(\"./u/o.sjs\")",
        "return __type(x) === 'Array' && o.g",
        ",getRegExp=",
    ] {
        assert!(script.contains(text), "{text} is not in {script}");
    }
}

#[test]
fn files_of_wechat_are_read_as_they_are() {
    let project = project(&[
        ("page.json", r#"{ "usingComponents": { "card": "card" } }"#),
        ("card.wxml", "<wxs module=\"m\" src=\"u.wxs\"/><view wx:if=\"{{m.f()}}\"/>"),
        ("u.wxs", "exports.f = require('./v.wxs').f"),
        ("v.wxs", ""),
        ("card.wxss", ".a {}"),
    ]);
    assert_eq!(problems(&project), [""; 0]);
    let script = project.template("card").unwrap();
    for text in ["=R[\"u.wxs\"]()", "R[\"u.wxs\"]=D(\"u.wxs\"", "R[\"v.wxs\"]=D(\"v.wxs\""] {
        assert!(script.contains(text), "{text} is not in {script}");
    }
    assert_eq!(project.style("card").unwrap(), ".card--a {}");
}

#[test]
fn mistakes_in_scripts_of_templates_have_a_place() {
    let project = project(&[(
        "page.ttml",
        "<sjs module=\"m\">\n  var a = ;\n</sjs>\n<sjs src=\"x\"/>\n<sjs module=\"o\" src=\"gone.sjs\"/>",
    )]);
    let problems = problems(&project);
    assert!(problems[0].starts_with("error page.ttml:2:11 Unexpected token"), "{problems:#?}");
    assert_eq!(
        problems[1],
        "error page.ttml:4:1 <sjs> needs a name for its module, as in module=\"utils\"."
    );
    assert_eq!(problems[2], "error page.ttml:5:22 There is no script gone.sjs.");
}

#[test]
fn an_unknown_tag_is_reported_once() {
    let project = project(&[("page.ttml", "<view>\n  <viev/><viev/>\n</view>")]);
    only_problem(
        &project,
        "warning page.ttml:2:3 <viev> is neither built in nor in usingComponents",
    );
}

#[test]
fn what_does_nothing_is_said() {
    let cases = [
        ("<view tt:fro=\"{{a}}\"/>", "warning page.ttml:1:7 There is no tt:fro."),
        ("<view a:if=\"{{a}}\"/>", "warning page.ttml:1:7 a:if does nothing; write tt:if."),
        ("<view tt:key=\"a\"/>", "warning page.ttml:1:7 tt:key does nothing without tt:for."),
        (
            "<view tt:for=\"list\"/>",
            "warning page.ttml:1:7 tt:for=\"list\" goes through the letters of a text",
        ),
        ("<view tt:if=\"a\"/>", "warning page.ttml:1:7 tt:if=\"a\" is a text and so always true"),
        ("<view @tap=\"a\"/>", "warning page.ttml:1:7 @tap is not a name for an attribute"),
        ("<!doctype html><view/>", "warning page.ttml:1:1 TTML has no declarations"),
        ("a < b", "warning page.ttml:1:3 Write &lt; for a < that begins no tag."),
        (
            "<view/><view tt:for=\"{{a}}\"><text tt:for=\"{{b}}\" tt:key=\"*this\"/></view>",
            "warning page.ttml:1:14 This list has no tt:key",
        ),
        (
            "<view tt:for=\"{{a}}\" tt:key=\"b\" tt:for-item=\"a.b\"/>",
            "error page.ttml:1:33 tt:for-item needs a name for a variable",
        ),
    ];
    for (source, problem) in cases {
        only_problem(&project(&[("page.ttml", source)]), problem);
    }
}

#[test]
fn a_reference_names_a_method() {
    let using = ("page.json", r#"{ "usingComponents": { "c": "c" } }"#);
    let component = [("c.json", r#"{ "component": true }"#), ("c.js", "Component({})")];
    let of = |ttml: &str| {
        let files = [using, ("page.ttml", ttml), ("c.ttml", "<view/>")];
        project(&[files.as_slice(), component.as_slice()].concat())
    };
    let good = of("<c tt:ref=\"take\"/>");
    assert_eq!(problems(&good), [""; 0]);
    assert!(good.template("page").unwrap().contains("\"take\""));
    only_problem(&of("<c tt:ref=\"{{take}}\"/>"), "warning page.ttml:1:4 tt:ref is the name of a");
    only_problem(&of("<view tt:ref=\"a\"/>"), "warning page.ttml:1:7 tt:ref gives components of");
}

/// The problems of a page with this template.
fn said(ttml: &str) -> Vec<String> {
    problems(&project(&[("page.ttml", ttml)]))
}

#[test]
fn what_a_built_in_component_does_not_have_is_said_once() {
    assert_eq!(
        said(
            "<image scr=\"a\"/>\n<view><image scr=\"b\" mode=\"aspectFitt\" bindclick=\"f\"/></view>"
        ),
        [
            "warning page.ttml:1:8 <image> has no attribute \"scr\".",
            "warning page.ttml:2:22 <image> has no mode \"aspectFitt\": it is one of scaleToFill, aspectFit, aspectFill, widthFix, heightFix, top, bottom, center, left, right, top left, top right, bottom left, bottom right.",
            "warning page.ttml:2:40 <image> has no event \"click\". Write bindtap.",
        ]
    );
    assert_eq!(
        said("<button disabled=\"false\"/>"),
        [
            "warning page.ttml:1:9 disabled=\"false\" is a text and so true; write disabled=\"{{false}}\"."
        ]
    );
}

#[test]
fn what_every_element_takes_is_no_problem() {
    template(
        "<image id=\"a\" class=\"b\" style=\"c\" hidden data-x=\"1\" mark:y=\"2\" aria-label=\"d\" animation=\"{{e}}\" \
         bindtap=\"f\" catch:touchmove=\"f\" capture-bind:animationend=\"f\" bindload=\"f\" u-i=\"0\" mode=\"{{m}}\" lazyLoad wide=\"{{w}}\" change:wide=\"{{s.f}}\" />",
    );
    // What is raised inside may rise to here.
    template("<view bindchange=\"f\"><view><input/><slot/></view></view>");
    assert_eq!(
        said("<view bindchange=\"f\"><input/></view>"),
        ["warning page.ttml:1:7 <view> has no event \"change\"."]
    );
}

#[test]
fn components_that_a_phone_or_the_simulator_has_not_are_named() {
    assert_eq!(
        said("<cover-view>a</cover-view><pay-button/>\n<cover-view/><voip-room/>"),
        [
            "warning page.ttml:1:1 Douyin's documentation has no <cover-view>: a phone may show no more than its content.",
            "warning page.ttml:1:27 <pay-button> needs the platform and is missing in the simulator: a box shows its place.",
            "warning page.ttml:2:14 <voip-room> is neither built in nor in usingComponents; it shows its content only.",
        ]
    );
}

#[test]
fn a_component_of_the_project_may_have_the_name_of_a_built_in_one() {
    let project = project(&[
        ("page.json", r#"{ "usingComponents": { "button": "c" } }"#),
        ("page.ttml", "<button colour=\"red\" bindpick=\"f\"/>"),
        ("c.json", r#"{ "component": true }"#),
        ("c.js", "Component({})"),
        ("c.ttml", "<view/>"),
    ]);
    assert_eq!(problems(&project), [""; 0]);
}

/// The platform's own spellings, from its documentation and from ByteDance's published demos.
#[test]
fn everyday_markup_has_no_problems() {
    template(
        "<view class=\"page {{dark ? 'dark' : ''}}\" style=\"height: {{h}}rpx\" hidden=\"{{!shown}}\">\n\
         <block tt:for=\"{{[1, 2, 3]}}\" tt:for-item=\"n\" tt:for-index=\"i\" tt:key=\"*this\">{{i}}: {{n}}</block>\n\
         <rtc-room tt:for=\"{{users}}\" tt:key=\"{{item.userId}}\" userId=\"{{item.userId}}\" mode=\"video\" binderror=\"e\"/>\n\
         <button open-type=\"share\" data-elementType=\"a\" data-user='{{ {id: 1} }}' mark:m=\"1\" bindtap=\"{{t ? 'a' : 'b'}}\">ok</button>\n\
         <input value=\"{{v}}\" bindinput=\"i\" aria-label=\"x\" /><scroll-view scroll-y style=\"a: b\"></scroll-view>\n\
         <template is=\"{{a ? 'x' : 'y'}}\" data=\"{{...a, b, c: d}}\"/><template name=\"x\"><text>{{b}}</text></template>\n\
         </view>",
    );
}

#[test]
fn generics_are_chosen_by_tag() {
    let project = project(&[
        ("page.json", r#"{ "usingComponents": { "list": "list", "row": "row" } }"#),
        ("page.ttml", "<list generic:item=\"row\"/>"),
        ("list.json", "{}"),
        ("row.json", "{}"),
    ]);
    assert_eq!(problems(&project), [""; 0]);
    assert!(
        project.template("page").unwrap().contains("{\"tt-item\":\"tt-row\"}"),
        "{}",
        project.template("page").unwrap()
    );
}
