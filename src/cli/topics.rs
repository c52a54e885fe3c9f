//! `topics`: the list of topics, presets and parameters.

use super::{CliError, say};
use crate::replay::FindingKind;
use crate::topics::{ALL, ParamKind, ParamSpec, Preset, Topic};
use serde_json::{Value, json};

pub fn run(as_json: bool) -> Result<(), CliError> {
    if as_json {
        let all: Vec<Value> = ALL.iter().map(|topic| topic_json(*topic)).collect();
        say(&Value::from(all).to_string())?;
        return Ok(());
    }
    for (number, topic) in (1..).zip(ALL) {
        say(&format!("{number}  {}: {}", topic.id(), topic.about().question))?;
        for preset in topic.about().presets {
            say(&format!("     {:<24} {}", preset.id, preset.summary))?;
        }
        for param in topic.about().params {
            let range = match param.kind {
                ParamKind::Int { min, max, .. } => format!(", {min} to {max}"),
                ParamKind::Float { min, max, .. } => format!(", {min} to {max}"),
                ParamKind::Ints { min, max, most, .. } => {
                    format!(", at most {most} numbers from {min} to {max}")
                }
                ParamKind::Bool { .. } => String::new(),
                ParamKind::Choice { options } => format!(", one of {}", options.join(", ")),
            };
            let unit =
                if param.unit.is_empty() { String::new() } else { format!(" {}", param.unit) };
            say(&format!(
                "     --set {}={}{unit}{range}: {}",
                param.key,
                param.default_value(),
                param.help
            ))?;
        }
    }
    Ok(())
}

fn topic_json(topic: &dyn Topic) -> Value {
    let presets: Vec<Value> = topic.about().presets.iter().map(preset_json).collect();
    // Any of them may be found in a run of any topic.
    let findings: Vec<&str> = FindingKind::ALL.iter().map(|kind| kind.id()).collect();
    json!({
        "id": topic.id(),
        "title": topic.about().title,
        "question": topic.about().question,
        "presets": presets,
        "findings": findings,
        "params": topic.about().params.iter().map(param_json).collect::<Vec<_>>(),
    })
}

fn preset_json(preset: &Preset) -> Value {
    let mut json = json!({ "id": preset.id, "summary": preset.summary });
    if let Some(tool) = preset.tool {
        json["tool"] = json!(tool.name);
        json["group"] = json!(tool.group);
        json["broken"] = json!(tool.broken);
    }
    json
}

fn param_json(param: &ParamSpec) -> Value {
    let (min, max) = match param.kind {
        ParamKind::Int { min, max, .. } => (json!(min), json!(max)),
        ParamKind::Float { min, max, .. } => (json!(min), json!(max)),
        ParamKind::Ints { min, max, .. } => (json!(min), json!(max)),
        ParamKind::Bool { .. } | ParamKind::Choice { .. } => (Value::Null, Value::Null),
    };
    let mut json = json!({
        "key": param.key,
        "type": param.type_name(),
        "default": param.default_value(),
        "min": min,
        "max": max,
        "unit": param.unit,
        "help": param.help,
    });
    if let ParamKind::Ints { most, .. } = param.kind {
        json["most"] = json!(most);
    }
    if let ParamKind::Choice { options } = param.kind {
        json["options"] = json!(options);
    }
    json
}
