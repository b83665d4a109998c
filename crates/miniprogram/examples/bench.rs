//! Times a project of many pages: `cargo run -p tt-miniprogram --example bench [PAGES]`.

use std::time::{Duration, Instant};

use tt_miniprogram::Project;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let pages: usize = std::env::args().nth(1).map_or(Ok(500), |pages| pages.parse())?;
    let mut project = Project::new();
    fill(&mut project, pages)?;
    let start = Instant::now();
    project.compile();
    print("first compilation", start.elapsed());
    for problem in &project.manifest().problems {
        println!("{problem:?}");
    }

    let mut slowest = [Duration::ZERO; 3];
    for page in 0..20 {
        let name = format!("pages/p{page}/p{page}");
        for (i, (extension, text)) in
            [("js", script(page + 1)), ("ttml", template(page + 1)), ("ttss", style(page + 1))]
                .into_iter()
                .enumerate()
        {
            let start = Instant::now();
            project.set_file(&format!("{name}.{extension}"), text)?;
            project.compile();
            if let Some(slowest) = slowest.get_mut(i) {
                *slowest = start.elapsed().max(*slowest);
            }
        }
    }
    print("recompilation after a script, the slowest of 20", slowest[0]);
    print("recompilation after a template, the slowest of 20", slowest[1]);
    print("recompilation after a style sheet, the slowest of 20", slowest[2]);

    let start = Instant::now();
    let mut bytes = 0;
    for name in &project.manifest().pages {
        bytes += project.template(name).map_or(0, |text| text.len());
        bytes += project.style(name).map_or(0, |text| text.len());
        bytes += project.module(&format!("{name}.js")).map_or(0, |text| text.len());
    }
    print("scripts and sheets of all pages", start.elapsed());
    println!("{} kB for {pages} pages", bytes / 1000);
    Ok(())
}

fn print(what: &str, time: Duration) {
    println!("{:>8.1} ms  {what}", time.as_secs_f64() * 1000.0);
}

fn fill(project: &mut Project, pages: usize) -> Result<(), tt_miniprogram::BadPath> {
    let names: Vec<String> = (0..pages).map(|page| format!("\"pages/p{page}/p{page}\"")).collect();
    project.set_file("app.json", format!("{{ \"pages\": [{}] }}", names.join(",")))?;
    project.set_file("app.js", "import { log } from './utils/log'; log('app'); App({});")?;
    project.set_file("app.ttss", "@import './styles/base.ttss'; page { font-size: 28rpx; }")?;
    project.set_file("styles/base.ttss", ".row { display: flex; padding: 20rpx; }")?;
    project.set_file(
        "utils/log.ts",
        "export function log(text: string): void { console.log(text); }",
    )?;
    project.set_file(
        "utils/format.sjs",
        "module.exports = { upper: function (s) { return s.toUpperCase(); } };",
    )?;
    project.set_file(
        "templates/row.ttml",
        "<template name=\"row\"><view class=\"row\">{{text}}</view></template>",
    )?;
    project.set_file("components/card/card.json", "{ \"component\": true }")?;
    project.set_file("components/card/card.js", "Component({ properties: { title: String } });")?;
    project.set_file(
        "components/card/card.ttml",
        "<view class=\"card\"><text>{{title}}</text><slot/></view>",
    )?;
    project.set_file("components/card/card.ttss", ".card { border: 1rpx solid #eee; }")?;
    for page in 0..pages {
        let name = format!("pages/p{page}/p{page}");
        project.set_file(
            &format!("{name}.json"),
            "{ \"usingComponents\": { \"card\": \"/components/card/card\" } }",
        )?;
        project.set_file(&format!("{name}.js"), script(page))?;
        project.set_file(&format!("{name}.ttml"), template(page))?;
        project.set_file(&format!("{name}.ttss"), style(page))?;
    }
    Ok(())
}

fn script(page: usize) -> String {
    let methods: String = (0..20)
        .map(|i| format!("  on{i}(event) {{\n    const {{ id }} = event.currentTarget.dataset;\n    this.setData({{ ['list[' + id + '].done']: true, count: this.data.count + {i} }});\n    log(`page {page} ${{id}}`);\n  }},\n"))
        .collect();
    format!(
        "import {{ log }} from '../../utils/log';\n\nPage({{\n  data: {{ count: 0, list: [] }},\n{methods}}});\n"
    )
}

fn template(page: usize) -> String {
    let rows: String = (0..20)
        .map(|i| format!("  <card title=\"{{{{m.upper('row {i}')}}}}\">\n    <view class=\"row {{{{item.done ? 'done' : ''}}}}\" tt:for=\"{{{{list}}}}\" tt:key=\"{{{{item.id}}}}\" data-id=\"{{{{index}}}}\" bindtap=\"on{i}\">\n      <image src=\"{{{{item.icon}}}}\" mode=\"aspectFill\"/>\n      <text>{{{{index}}}}: {{{{item.name}}}}</text>\n      <button tt:if=\"{{{{item.price > {i}}}}}\" size=\"mini\" catchtap=\"on{i}\">Buy</button>\n    </view>\n  </card>\n"))
        .collect();
    format!(
        "<import src=\"/templates/row.ttml\"/>\n<sjs module=\"m\" src=\"/utils/format.sjs\"/>\n<view class=\"page\">\n  <template is=\"row\" data=\"{{{{text: 'page {page}'}}}}\"/>\n{rows}</view>\n"
    )
}

fn style(page: usize) -> String {
    (0..40).map(|i| format!(".c{i} .row > view, .done {{ margin: {i}rpx {page}rpx; color: #333; background: rgba(0, 0, 0, .{i}); }}\n")).collect()
}
