//! Replays a trace that a page made with `trace()` of the package.
//!
//! `TT_RTC_TRACE=FILE cargo test -p tt-rtc-room --test replay` replays another one: a line of JSON
//! for each entry of one engine. It fails at the first output that differs from the recorded one.
//! This shows what a change of the core does to a recorded call.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use serde::Deserialize;
use serde_json::Value;
use tt_rtc_room::id::AppId;
use tt_rtc_room::mesh::MeshEvent;
use tt_rtc_room::{Input, Instant, Machine as _, Participant};

/// A call of two users in a browser. A change of the inputs of the core needs a new one:
/// `TT_RTC_TRACE_COPY=$PWD/crates/room/tests/corpus/call.trace.jsonl cargo xtask test e2e trace`.
const CALL: &str = include_str!("corpus/call.trace.jsonl");

#[derive(Deserialize)]
struct Entry {
    at: u64,
    start: Option<Start>,
    input: Option<Value>,
    output: Option<Value>,
}

#[derive(Deserialize)]
struct Start {
    app: String,
    seed: u64,
}

/// An input, its time, and the outputs that followed.
struct Step {
    at: u64,
    input: Value,
    outputs: Vec<Value>,
}

/// A trace: the start of the participant, and its steps.
struct Trace {
    start: Start,
    steps: Vec<Step>,
}

fn read(text: &str) -> Trace {
    let mut entries = text.lines().map(|line| serde_json::from_str::<Entry>(line).expect(line));
    let start = entries.next().and_then(|entry| entry.start).expect("begins with the start");
    let mut steps: Vec<Step> = Vec::new();
    for Entry { at, input, output, .. } in entries {
        if let Some(input) = input {
            steps.push(Step { at, input, outputs: Vec::new() });
        } else {
            steps.last_mut().unwrap().outputs.push(output.expect("an input or an output"));
        }
    }
    Trace { start, steps }
}

/// The outputs of a new participant for each step.
fn replay(trace: &Trace) -> Vec<Vec<Value>> {
    let app = AppId::new(&trace.start.app).unwrap();
    let mut participant = Participant::new(app, trace.start.seed);
    let step = |step: &Step| {
        let input: Input<MeshEvent> = serde_json::from_value(step.input.clone()).unwrap();
        assert_eq!(serde_json::to_value(&input).unwrap(), step.input, "read and written");
        participant.handle(input, Instant(step.at));
        let outputs = std::iter::from_fn(|| participant.poll_output());
        outputs.map(|output| redact(serde_json::to_value(output).unwrap())).collect()
    };
    trace.steps.iter().map(step).collect()
}

/// Redacts like `src/engine/trace.js`.
fn redact(value: Value) -> Value {
    match value {
        Value::Object(fields) => {
            let hide = |(key, value): (String, Value)| match value {
                Value::String(_) if ["token", "updateToken", "credential"].contains(&&*key) => {
                    (key, "redacted".into())
                }
                value => (key, redact(value)),
            };
            Value::Object(fields.into_iter().map(hide).collect())
        }
        Value::Array(values) => values.into_iter().map(redact).collect(),
        value => value,
    }
}

/// The answers and events among the outputs.
fn page_outputs<'a>(outputs: impl IntoIterator<Item = &'a Vec<Value>>) -> Vec<&'a Value> {
    let is_for_the_page = |output: &&Value| output.get("answer").or(output.get("event")).is_some();
    outputs.into_iter().flatten().filter(is_for_the_page).collect()
}

#[test]
fn a_replayed_call_has_the_recorded_answers_and_events() {
    let trace = read(CALL);
    let outputs = replay(&trace);
    let recorded = page_outputs(trace.steps.iter().map(|step| &step.outputs));
    assert!(recorded.len() >= 10, "a whole call");
    assert_eq!(page_outputs(&outputs), recorded);
    assert_eq!(replay(&trace), outputs, "a replay is the same each time");
}

#[test]
fn the_trace_of_the_environment_replays_with_the_recorded_outputs() {
    let Some(path) = std::env::var_os("TT_RTC_TRACE") else { return };
    let trace = read(&std::fs::read_to_string(path).expect("the trace"));
    for (step, outputs) in trace.steps.iter().zip(replay(&trace)) {
        assert_eq!(outputs, step.outputs, "after {} at {} ms", step.input, step.at);
    }
}
