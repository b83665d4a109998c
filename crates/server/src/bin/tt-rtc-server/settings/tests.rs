use std::fs;
use std::path::Path;

use clap::Parser;
use tt_rtc_server::config::LogFormat;

use super::*;

const APP: &str = "abcdefghijklmnopqrstuvwx";
const KEY: &str = "--apps=abcdefghijklmnopqrstuvwx=key";

#[derive(Parser)]
struct Program {
    #[command(flatten)]
    sources: Sources,
}

fn scratch(name: &str, text: &str) -> PathBuf {
    let file = env::temp_dir().join(format!("tt-rtc-server-{}-{name}", std::process::id()));
    fs::write(&file, text).unwrap();
    file
}

fn load(file: Option<PathBuf>, environment: &[(&str, &str)], flags: &[&str]) -> Result<Config> {
    let mut sources = Program::try_parse_from([&["program"], flags].concat())?.sources;
    sources.file.file = file;
    sources.load_with(environment.iter().map(|(name, text)| (name.into(), text.into())))
}

fn refused(file: Option<PathBuf>, environment: &[(&str, &str)], flags: &[&str]) -> String {
    format!("{:#}", load(file, environment, flags).unwrap_err())
}

fn keys<'a>(config: &'a Config, app: &str) -> Vec<&'a str> {
    let app = config.apps.iter().find(|(known, _)| known.as_str() == app);
    app.map(|(_, keys)| keys.expose_secrets().collect()).unwrap_or_default()
}

#[test]
fn flags_override_the_environment_which_overrides_the_file() {
    let file = scratch(
        "order.toml",
        "listen = \"127.0.0.1:1\"\norigins = [\"https://file\"]\n\
         [limits]\nrooms = 1\nsessions = 1\nvisible = 1\n\
         [apps]\nabcdefghijklmnopqrstuvwx = \"of the file\"",
    );
    let config = load(
        Some(file),
        &[
            ("TT_RTC_SERVER_LIMITS_SESSIONS", "2"),
            ("TT_RTC_SERVER_LIMITS_VISIBLE", "2"),
            ("TT_RTC_SERVER_APPS", "ABCDEFGHIJKLMNOPQRSTUVWX=of the environment"),
            ("PATH", "/bin"),
        ],
        &["--limits-visible", "3", "--origins", "https://a,https://b", "--origins=https://c"],
    )
    .unwrap();
    assert_eq!(config.listen.port(), 1);
    let limits = &config.limits;
    assert_eq!((limits.rooms, limits.sessions, limits.visible), (1, 2, 3));
    assert_eq!(config.origins, ["https://a", "https://b", "https://c"]);
    assert_eq!(config.apps.len(), 2, "keys of all places count");
    assert_eq!(keys(&config, APP), ["of the file"]);
    let last = load(None, &[], &["--limits-rooms=1", "--limits-rooms=2"]).unwrap();
    assert_eq!(last.limits.rooms, 2, "the last flag counts");
}

#[test]
fn an_app_has_the_keys_of_one_source() {
    let file = scratch(
        "keys.toml",
        "[apps]\nabcdefghijklmnopqrstuvwx = [\"new\", \"old\"]\nABCDEFGHIJKLMNOPQRSTUVWX = \"one\"",
    );
    let of_the_file = load(Some(file.clone()), &[], &[]).unwrap();
    assert_eq!(keys(&of_the_file, APP), ["new", "old"]);
    assert_eq!(keys(&of_the_file, "ABCDEFGHIJKLMNOPQRSTUVWX"), ["one"]);

    let variable =
        [("TT_RTC_SERVER_APPS", "abcdefghijklmnopqrstuvwx=1,abcdefghijklmnopqrstuvwx=2")];
    let of_the_environment = load(Some(file.clone()), &variable, &[]).unwrap();
    assert_eq!(keys(&of_the_environment, APP), ["1", "2"], "not those of the file");
    assert_eq!(keys(&of_the_environment, "ABCDEFGHIJKLMNOPQRSTUVWX"), ["one"]);

    let flags = [KEY, "--apps", "abcdefghijklmnopqrstuvwx=k=ey"];
    assert_eq!(keys(&load(Some(file), &variable, &flags).unwrap(), APP), ["key", "k=ey"]);
}

#[test]
fn secrets_are_read_from_files() {
    let token = scratch("token", "the-token-of-a-file\n");
    let turn = scratch("turn", "of the turn server\r\n");
    let apps = scratch(
        "apps",
        "abcdefghijklmnopqrstuvwx=new\n\nABCDEFGHIJKLMNOPQRSTUVWX = one\n\
         abcdefghijklmnopqrstuvwx=old",
    );
    let file = format!(
        "admin-token-file = {token:?}\napps-file = {apps:?}\n[ice]\nturn-secret-file = {turn:?}"
    );
    let variables = [
        ("TT_RTC_SERVER_ADMIN_TOKEN_FILE", token.to_str().unwrap()),
        ("TT_RTC_SERVER_ICE_TURN_SECRET_FILE", turn.to_str().unwrap()),
        ("TT_RTC_SERVER_APPS_FILE", apps.to_str().unwrap()),
    ];
    let direct = [
        "--admin-token=the-token-of-a-file",
        "--ice-turn-secret=of the turn server",
        "--apps=abcdefghijklmnopqrstuvwx=new,abcdefghijklmnopqrstuvwx=old",
        "--apps=ABCDEFGHIJKLMNOPQRSTUVWX= one",
    ];
    for config in [
        load(Some(scratch("files.toml", &file)), &[], &[]).unwrap(),
        load(None, &variables, &[]).unwrap(),
        load(None, &[], &direct).unwrap(),
    ] {
        let secret = |secret: &Option<secrecy::SecretString>| {
            secrecy::ExposeSecret::expose_secret(secret.as_ref().unwrap()).to_owned()
        };
        assert_eq!(secret(&config.admin_token), "the-token-of-a-file");
        assert_eq!(secret(&config.ice.turn_secret), "of the turn server");
        assert_eq!(keys(&config, APP), ["new", "old"]);
        assert_eq!(keys(&config, "ABCDEFGHIJKLMNOPQRSTUVWX"), [" one"]);
    }
    let flag = "--admin-token=another-token-that-is-long";
    let config = load(None, &variables, &[flag]).unwrap();
    let shown = format!("{:?}", secrecy::ExposeSecret::expose_secret(&config.admin_token.unwrap()));
    assert_eq!(shown, "\"another-token-that-is-long\"", "a flag overrides a variable");
}

/// A mounted secret of Kubernetes has links to files in `..data`, which is a link to a hidden folder.
#[cfg(unix)]
#[test]
fn app_keys_are_read_from_a_folder_with_a_file_for_each_app() {
    use std::os::unix::fs::symlink;

    let folder = env::temp_dir().join(format!("tt-rtc-server-{}-keys", std::process::id()));
    let _: Result<(), _> = fs::remove_dir_all(&folder);
    fs::create_dir_all(folder.join("..2026")).unwrap();
    symlink("..2026", folder.join("..data")).unwrap();
    let flag = format!("--apps-file={}", folder.display());
    let message = refused(None, &[], &[&flag]);
    assert!(message.starts_with("--apps-file: ") && message.ends_with("has no file"), "{message}");

    for (app, text) in [(APP, "new\nold\n"), ("ABCDEFGHIJKLMNOPQRSTUVWX", "one")] {
        fs::write(folder.join("..2026").join(app), text).unwrap();
        symlink(Path::new("..data").join(app), folder.join(app)).unwrap();
    }
    let config = load(None, &[], &[&flag]).unwrap();
    assert_eq!(config.apps.len(), 2);
    assert_eq!(keys(&config, APP), ["new", "old"]);

    fs::write(folder.join("..2026").join(APP), "\n").unwrap();
    let message = refused(None, &[], &[&flag]);
    assert!(message.ends_with("abcdefghijklmnopqrstuvwx is empty"), "{message}");
    fs::write(folder.join("..2026").join(APP), "key").unwrap();
    fs::write(folder.join("README"), "key").unwrap();
    let message = refused(None, &[], &[&flag]);
    assert!(message.contains("`README`, whose id has not 24"), "{message}");
    fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn an_empty_secret_is_an_error_that_names_the_setting() {
    let empty = scratch("empty", "\n");
    let empty = empty.to_str().unwrap();
    for (name, flag) in [
        ("admin-token", "--admin-token"),
        ("ice.turn-secret", "--ice-turn-secret"),
        ("apps", "--apps"),
        ("admin-token-file", "--admin-token-file"),
        ("ice.turn-secret-file", "--ice-turn-secret-file"),
        ("apps-file", "--apps-file"),
    ] {
        let value = if name.ends_with("-file") { empty } else { "" };
        let message = refused(None, &[], &[flag, value]);
        assert!(message.starts_with(&format!("{flag}: ")), "{message}");
        let variable = Setting::named(name).unwrap().variable();
        let message = refused(None, &[(&variable, value)], &[]);
        assert!(message.starts_with(&format!("{variable}: ")), "{message}");
        if name != "apps" {
            let file = scratch("empty.toml", &format!("open = true\n{name} = {value:?}"));
            let message = refused(Some(file), &[], &[]);
            assert!(message.contains(&format!("empty.toml, line 2, {name}: ")), "{message}");
        }
    }
    for key in ["\"\"", "[\"key\", \"\"]", "[]"] {
        let file = scratch("empty.toml", &format!("[apps]\n\"abcdefghijklmnopqrstuvwx\" = {key}"));
        let message = refused(Some(file), &[], &[]);
        assert!(message.contains("empty.toml, line 2, apps: "), "{message}");
    }
    let message = refused(None, &[], &["--apps=abcdefghijklmnopqrstuvwx="]);
    assert_eq!(message, "--apps: the key of `abcdefghijklmnopqrstuvwx` is empty");
}

#[test]
fn every_setting_is_known_to_the_configuration() {
    let default = toml::to_string(&Config::default()).unwrap();
    let secret = scratch("a-secret", "a text that is long enough");
    let redis = scratch("a-redis", "redis://host");
    let apps = scratch("apps-of-a-file", "abcdefghijklmnopqrstuvwx=key");
    for setting in SETTINGS.iter() {
        let name = setting.name.as_str();
        let text = match (name, setting.kind) {
            ("listen" | "operations", _) => "[::1]:80",
            ("trusted-proxies", _) => "10.0.0.0/8,::1",
            ("open-apps", _) => "demo",
            ("origins", _) => "https://host",
            ("ice.stun", _) => "stun:host",
            ("ice.turn", _) => "turn:host",
            ("log.format", _) => "json",
            ("privileges", _) => "ignore",
            ("log.level", _) => "warn,tt_rtc_server=debug",
            ("cluster.redis", _) => "redis://host",
            ("cluster.redis-file", _) => redis.to_str().unwrap(),
            ("apps-file", _) => apps.to_str().unwrap(),
            (_, Kind::SecretFile) => secret.to_str().unwrap(),
            (_, Kind::Number) => "7000",
            (_, Kind::Switch) => "true",
            (_, Kind::Keys) => "abcdefghijklmnopqrstuvwx=key",
            _ => "a text that is long enough",
        };
        // These settings need another one.
        let more: &[(&str, &str)] = match name {
            "tls.certificate" => &[("TT_RTC_SERVER_TLS_KEY", "k")],
            "tls.key" => &[("TT_RTC_SERVER_TLS_CERTIFICATE", "c")],
            "ice.turn" => &[("TT_RTC_SERVER_ICE_TURN_SECRET", "s")],
            _ => &[],
        };
        let variable = setting.variable();
        let config = load(None, &[&[(variable.as_str(), text)], more].concat(), &[]);
        assert_ne!(toml::to_string(&config.expect(name)).unwrap(), default, "{name}");
    }
}

#[test]
fn the_kinds_of_settings_are_those_of_the_fields() {
    for (name, kind) in [
        ("listen", Kind::Text),
        ("origins", Kind::List),
        ("apps", Kind::Keys),
        ("apps-file", Kind::SecretFile),
        ("open", Kind::Switch),
        ("tls.key", Kind::Text),
        ("ice.turn-secret", Kind::Text),
        ("ice.turn-secret-file", Kind::SecretFile),
        ("limits.message-bytes", Kind::Number),
        ("log.format", Kind::Text),
    ] {
        assert_eq!(Setting::named(name).map(|setting| setting.kind), Some(kind), "{name}");
    }
    let setting = Setting::named("limits.message-bytes").unwrap();
    assert_eq!(setting.variable(), "TT_RTC_SERVER_LIMITS_MESSAGE_BYTES");
    assert_eq!(setting.flag(), "limits-message-bytes");
    // Every secret can be in a file.
    let config = load(
        None,
        &[],
        &[
            KEY,
            "--admin-token=a token that is long",
            "--ice-turn-secret=s",
            "--ice-turn=turn:h",
            "--cluster-redis=redis://host",
        ],
    );
    let secrets = toml::to_string(&config.unwrap()).unwrap().matches("(secret)").count();
    let files = SETTINGS.iter().filter(|setting| setting.kind == Kind::SecretFile).count();
    assert_eq!(secrets, files);
}

#[test]
fn what_is_wrong_is_named() {
    let of_a_file = |text: &str| refused(Some(scratch("wrong.toml", text)), &[], &[]);
    let cases = [
        (
            of_a_file("[limits]\nrooms = 1\nroms = 2"),
            "wrong.toml, line 3: there is no setting `limits.roms`",
        ),
        (of_a_file("\n[nothing]"), "wrong.toml, line 2: there is no setting `nothing`"),
        (of_a_file("[listen]\nport = 1"), "wrong.toml, line 1, listen: should be a text"),
        (of_a_file("\nice = 1"), "wrong.toml, line 2: there is no setting `ice`"),
        (of_a_file("\nadmin-token = 12"), "wrong.toml, line 2, admin-token: should be a text"),
        (of_a_file("open = 1"), "wrong.toml, line 1, open: should be true or false"),
        (of_a_file("\n\nlisten = \"here\""), "wrong.toml, line 3, listen: invalid socket address"),
        (of_a_file("privileges = \"some\""), "wrong.toml, line 1, privileges: "),
        (of_a_file("[limits]\nrooms = -1"), "wrong.toml, line 2, limits.rooms: invalid value"),
        (
            of_a_file("[limits]\nrooms = \"1\""),
            "wrong.toml, line 2, limits.rooms: should be a number",
        ),
        (of_a_file("[limits]\nrooms = 1.5"), "wrong.toml, line 2, limits.rooms: should be"),
        (of_a_file("[limits]\nrooms = 0"), "wrong.toml, line 2, limits.rooms: should not be 0"),
        (of_a_file("[limits]\nrooms = 1\nrooms = 1"), "wrong.toml, line 3: duplicate key"),
        (of_a_file("origins = \"https://a\""), "wrong.toml, line 1, origins: should be a list"),
        (of_a_file("origins = [1]"), "wrong.toml, line 1, origins: should be a list of texts"),
        (of_a_file("apps = \"key\""), "wrong.toml, line 1, apps: should be a section"),
        (of_a_file("[apps]\n\"a.b\" = \"key\""), "wrong.toml, line 2, apps: no token can be"),
        (of_a_file("[apps]\n\"a b\" = \"key\""), "wrong.toml, line 2, apps: should have only"),
        (of_a_file("[apps]\nid = 1"), "wrong.toml, line 2, apps: should be a key or a list of"),
        (refused(Some("no/such/file".into()), &[], &[]), "cannot read no/such/file"),
        (refused(None, &[("TT_RTC_SERVER_ROOMS", "1")], &[]), "no setting for TT_RTC_SERVER_ROOMS"),
        (
            refused(None, &[("TT_RTC_SERVER_LIMITS_ROOMS", "x")], &[]),
            "TT_RTC_SERVER_LIMITS_ROOMS: should be a number",
        ),
        (
            refused(None, &[("TT_RTC_SERVER_LIMITS_ROOMS", "0")], &[]),
            "TT_RTC_SERVER_LIMITS_ROOMS: should not be 0",
        ),
        (refused(None, &[("TT_RTC_SERVER_LISTEN", "here")], &[]), "TT_RTC_SERVER_LISTEN: invalid"),
        (refused(None, &[], &["--limits-rooms", "-1"]), "--limits-rooms: should be a number"),
        (refused(None, &[], &["--limits-rooms", "0"]), "--limits-rooms: should not be 0"),
        (
            refused(None, &[], &["--limits-byte-burst=4294967296"]),
            "--limits-byte-burst: invalid value",
        ),
        (refused(None, &[], &["--limits-roms", "1"]), "unexpected argument '--limits-roms'"),
        (refused(None, &[], &["--limits-rooms"]), "a value is required for '--limits-rooms"),
        (refused(None, &[], &["--listen", "here"]), "--listen: invalid socket address"),
        (refused(None, &[], &["--apps", "id"]), "--apps: should be ID=KEY"),
        (refused(None, &[], &["--apps", "id=key"]), "has not 24 characters"),
        (refused(None, &[], &["--apps", "a b=key"]), "--apps: should have only letters, digits"),
        (refused(None, &[], &["--admin-token", "short"]), "at least 16 characters"),
        (refused(None, &[], &["--tls-key", "key.pem"]), "--tls-key: needs tls.certificate, too"),
        (refused(None, &[], &["--tls-certificate=c.pem"]), "needs tls.key, too"),
        (refused(None, &[], &["--origins", "host"]), "https://host"),
        (refused(None, &[], &["--ice-stun", "host"]), "stun:"),
        (refused(None, &[], &["--ice-turn", "turn:host"]), "--ice-turn: needs ice.turn-secret"),
        (
            refused(None, &[("TT_RTC_SERVER_ICE_TURN_SECRET", "")], &["--ice-turn=turn:host"]),
            "TT_RTC_SERVER_ICE_TURN_SECRET: should not be empty",
        ),
        (refused(None, &[], &["--open=perhaps"]), "--open: should be true or false"),
        (refused(None, &[], &["--trusted-proxies=10.0.0.0/99"]), "10.0.0.0/99"),
        (refused(None, &[], &["--log-level", "inof"]), "--log-level: `inof` is no level"),
        (
            refused(None, &[], &["--limits-silence-ms", "1"]),
            "--limits-silence-ms: should be at least 2000",
        ),
        (
            refused(None, &[], &["--admin-token-file=no/such/file"]),
            "--admin-token-file: cannot read no/such/file",
        ),
        (
            refused(None, &[], &["--admin-token-file=f", "--admin-token=another"]),
            "--admin-token-file: admin-token is given, too",
        ),
    ];
    for (message, expected) in cases {
        assert!(message.contains(expected), "`{message}` does not say `{expected}`");
    }
}

#[test]
fn no_error_shows_a_secret() {
    for text in [
        "admin-token = 1234567890",
        "admin-token = [\"1234567890\"]",
        "admin-token = 12345678901234567890123456789012345678901234567890",
        "admin-token = 1234567890x",
        "admin-token = \"1234567890",
        "apps = \"1234567890\"",
        "[apps]\nabcdefghijklmnopqrstuvwx = 1234567890",
        "[apps]\nabcdefghijklmnopqrstuvwx = [\"key\", 1234567890]",
        "[apps]\nid = \"1234567890\"",
        "[ice]\nturn-secret = { is = \"1234567890\" }",
        "[ice]\nturn-secret = 2026-11-30T12:34:56",
        "ice = \"1234567890\"",
    ] {
        let message = refused(Some(scratch("secret.toml", text)), &[], &[]);
        assert!(message.contains("secret.toml, line "), "{message}");
        assert!(!message.contains("123456789") && !message.contains("2026"), "{message}");
    }
    for text in ["1234567890", "id=1234567890", "1234567890="] {
        for setting in ["APPS", "ADMIN_TOKEN"] {
            let message = refused(None, &[(&format!("TT_RTC_SERVER_{setting}"), text)], &[]);
            let shown = message.contains("123456789");
            // What is left of `=` is the id of an app.
            assert!(!shown || (setting, text) == ("APPS", "1234567890="), "{message}");
        }
    }
}

#[test]
fn a_secret_of_digits_is_a_text() {
    let file = scratch("digits.toml", "admin-token = \"00000000000000001\"");
    let flags = ["--apps=abcdefghijklmnopqrstuvwx=0017"];
    let variable = [("TT_RTC_SERVER_ICE_TURN_SECRET", "true")];
    let config = load(Some(file), &variable, &flags).unwrap();
    assert_eq!(keys(&config, APP), ["0017"]);
    assert!(config.admin_token.is_some() && config.ice.turn_secret.is_some());
}

#[test]
fn a_server_on_which_every_app_is_open_listens_on_loopback_only_unless_told() {
    let everywhere = "--listen=0.0.0.0:80";
    let message = refused(None, &[], &[everywhere]);
    assert!(message.contains("no app has a key") && message.contains("--open"), "{message}");
    for flags in [
        ["--listen=[::1]:80", "--open"].as_slice(),
        &[everywhere, "--open"],
        &[everywhere, KEY],
        &[everywhere, "--open-apps=demo"],
    ] {
        load(None, &[], flags).unwrap();
    }
    for (flags, expected) in [
        ([KEY, "--open"], "name the open apps in open-apps"),
        ([KEY, "--open-apps=abcdefghijklmnopqrstuvwx"], "has a key"),
    ] {
        let message = refused(None, &[], &flags);
        assert!(message.contains(expected), "{message}");
    }
}

#[test]
fn the_variables_of_kubernetes_are_no_settings() {
    let variables = [
        ("TT_RTC_SERVER_PORT", "tcp://10.0.0.1:443"),
        ("TT_RTC_SERVER_PORT_443_TCP", "tcp://10.0.0.1:443"),
        ("TT_RTC_SERVER_PORT_443_TCP_ADDR", "10.0.0.1"),
        ("TT_RTC_SERVER_SERVICE_HOST", "10.0.0.1"),
        ("TT_RTC_SERVER_SERVICE_PORT", "443"),
        ("TT_RTC_SERVER_SERVICE_PORT_WSS", "443"),
    ];
    let config = load(None, &variables, &[]).unwrap();
    assert_eq!(toml::to_string(&config), toml::to_string(&Config::default()));
    for setting in SETTINGS.iter() {
        assert!(!is_of_kubernetes(&setting.variable()), "{}", setting.name);
    }
}

#[test]
fn a_wrong_address_of_redis_is_refused_and_not_shown() {
    for wrong in ["host:6379", "http://:password@host/", "redis://:password@host:port/"] {
        let message = refused(None, &[], &[&format!("--cluster-redis={wrong}")]);
        let expected = "--cluster-redis: should be like redis://user:password@host:port/database";
        assert_eq!(message, expected, "{wrong}");
    }
    let message = refused(None, &[], &["--cluster-lease-ms=900"]);
    assert_eq!(message, "--cluster-lease-ms: should be at least 1000");
}

#[test]
fn the_effective_configuration_shows_no_secret() {
    let flags = [
        "--admin-token=the-admin-token-itself",
        "--apps=abcdefghijklmnopqrstuvwx=the-app-key",
        "--ice-turn=turn:host",
        "--ice-turn-secret=the-turn-secret",
        "--cluster-redis=redis://:the-password-of-redis@host/1",
        "--log-format=json",
    ];
    let config = load(None, &[], &flags).unwrap();
    assert_eq!(config.log.format, LogFormat::Json);
    let printed = toml::to_string(&config).unwrap();
    assert_eq!(printed.matches(" = \"(secret)\"\n").count(), 4, "{printed}");
    for text in [printed, format!("{config:?}")] {
        assert!(text.contains("turn:host") && text.contains("abcdefghijklmnopqrstuvwx"));
        for secret in
            ["the-admin-token-itself", "the-app-key", "the-turn-secret", "the-password-of-redis"]
        {
            assert!(!text.contains(secret), "{text}");
        }
    }
    let two = load(None, &[], &[KEY, "--apps=abcdefghijklmnopqrstuvwx=another"]).unwrap();
    let printed = toml::to_string(&two).unwrap();
    let expected = "abcdefghijklmnopqrstuvwx = [\"(secret)\", \"(secret)\"]\n";
    assert!(printed.contains(expected), "{printed}");
}

#[test]
fn the_documentation_and_the_help_have_every_setting_with_its_default() {
    let defaults = Value::serialize(Config::default()).unwrap();
    let mut help = Program::augment_args(Command::new("program")).term_width(0);
    let help = help.render_help().to_string();
    for setting in SETTINGS.iter() {
        let name = &setting.name;
        let default = match defaults.find_ref(name) {
            Some(Value::String(_, text)) => text.clone(),
            Some(Value::Num(_, number)) => number.to_u128().unwrap().to_string(),
            Some(Value::Bool(_, switch)) => switch.to_string(),
            _ => "none".to_owned(),
        };
        let (documented, meaning) = setting.row().expect(name);
        assert_eq!(documented.trim_matches('`'), default, "{name}");
        assert_eq!(documented.starts_with('`'), default != "none", "{name}");
        let flag = format!("--{}", setting.flag());
        let line = help.lines().find(|line| line.split_whitespace().next() == Some(&flag));
        let line =
            line.or_else(|| help.lines().find(|line| line.trim().starts_with(&format!("{flag}["))));
        let line = line.expect(name);
        assert!(line.contains(meaning), "{line}");
        let shown = format!("[default: {default}]");
        assert_eq!(line.ends_with(&shown), default != "none", "{line}");
    }
}
