//! Compiles a folder and prints what comes out: `cargo run -p tt-miniprogram --example print FOLDER`.

use std::path::Path;

use tt_miniprogram::Project;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::env::args().nth(1).ok_or("usage: print FOLDER")?;
    let mut project = Project::new();
    add(&mut project, Path::new(&folder), Path::new(&folder))?;
    let change = project.compile();
    println!("{change:#?}");
    println!("{}", serde_json::to_string_pretty(project.manifest())?);
    for path in project.manifest().modules.keys() {
        println!("// module {path}\n{}", project.module(path).unwrap_or_default());
    }
    for name in project.manifest().components.keys() {
        println!("// template {name}\n{}", project.template(name).unwrap_or_default());
    }
    for name in change.styles {
        println!("/* style {name} */\n{}", project.style(&name).unwrap_or_default());
    }
    Ok(())
}

fn add(
    project: &mut Project,
    root: &Path,
    folder: &Path,
) -> Result<(), Box<dyn std::error::Error>> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            add(project, root, &path)?;
        } else {
            let name = path.strip_prefix(root)?.to_string_lossy().replace('\\', "/");
            project.set_file(&name, std::fs::read(&path)?)?;
        }
    }
    Ok(())
}
