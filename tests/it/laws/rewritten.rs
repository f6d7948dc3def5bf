//! The same bodies in other words: all that AWS is known to do to what it is given, and all the ways
//! in which people write it. Nothing of it is taken from the code; the sources are those of the
//! tables of pairs.

use serde_json::{Map, Number, Value, json};

use super::fields::KEYS;
use super::grow::Dice;
use super::tasks::SCHEMA;

/// Lists of a task definition whose order says nothing.
const WITHOUT_ORDER: [&str; 19] = [
    "containerDefinitions",
    "containerDefinitions.dependsOn",
    "containerDefinitions.environment",
    "containerDefinitions.linuxParameters.capabilities.add",
    "containerDefinitions.linuxParameters.capabilities.drop",
    "containerDefinitions.links",
    "containerDefinitions.logConfiguration.secretOptions",
    "containerDefinitions.mountPoints",
    "containerDefinitions.portMappings",
    "containerDefinitions.resourceRequirements",
    "containerDefinitions.secrets",
    "containerDefinitions.systemControls",
    "containerDefinitions.ulimits",
    "containerDefinitions.volumesFrom",
    "placementConstraints",
    "proxyConfiguration.properties",
    "requiresCompatibilities",
    "tags",
    "volumes",
];

/// What is as good as left out, by what it stands in.
fn defaults() -> [(&'static str, &'static str, Value); 15] {
    [
        ("", "enableFaultInjection", json!(false)),
        ("containerDefinitions", "cpu", json!(0)),
        ("containerDefinitions", "essential", json!(true)),
        ("containerDefinitions", "versionConsistency", json!("enabled")),
        ("containerDefinitions.healthCheck", "interval", json!(30)),
        ("containerDefinitions.healthCheck", "timeout", json!(5)),
        ("containerDefinitions.healthCheck", "retries", json!(3)),
        ("containerDefinitions.mountPoints", "readOnly", json!(false)),
        ("containerDefinitions.portMappings", "protocol", json!("tcp")),
        ("containerDefinitions.restartPolicy", "restartAttemptPeriod", json!(300)),
        ("containerDefinitions.volumesFrom", "readOnly", json!(false)),
        ("volumes.efsVolumeConfiguration", "rootDirectory", json!("/")),
        ("volumes.efsVolumeConfiguration", "transitEncryption", json!("DISABLED")),
        ("volumes.efsVolumeConfiguration.authorizationConfig", "iam", json!("DISABLED")),
        ("volumes.s3filesVolumeConfiguration", "rootDirectory", json!("/")),
    ]
}

fn join(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

/// Puts a value where there is none, or takes it away where it stands, or neither.
fn fill(members: &mut Map<String, Value>, name: &str, value: &Value, dice: &mut Dice) {
    if dice.one_in(2) {
        if members.get(name).is_none_or(Value::is_null) {
            members.insert(name.to_owned(), value.clone());
        } else if members.get(name) == Some(value) {
            members.remove(name);
        }
    }
}

/// The same task definition.
pub(super) fn task(task: &Value, dice: &mut Dice) -> Value {
    let mut task = part(task, &SCHEMA, "", dice);
    ports(&mut task, dice);
    for (field, unit, least) in [("cpu", "vCPU", 1024), ("memory", "GB", 1024)] {
        if let Some(amount) = task[field].as_str().and_then(|text| text.parse::<u64>().ok()) {
            let large = format!("{}.{}", amount / least, amount % least * 1000 / least);
            task[field] = match dice.below(5) {
                0 => json!(amount),
                1 => json!(f64::from(u32::try_from(amount).unwrap())),
                2 => json!(format!("{large} {unit}")),
                3 => json!(format!("{large}{}", unit.to_lowercase())),
                _ => json!(amount.to_string()),
            };
        }
    }
    for role in ["taskRoleArn", "executionRoleArn"] {
        if task[role] == "short" && dice.one_in(2) {
            task[role] = json!("arn:aws:iam::123456789012:role/short");
        }
    }
    if let Some(tags) = task.get_mut("tags") {
        *tags = tags_as(tags, ("key", "value"), dice);
    }
    task
}

/// A part of a task definition, by its schema.
fn part(value: &Value, schema: &Value, path: &str, dice: &mut Dice) -> Value {
    match value {
        Value::Array(items) => {
            let inner = |item| part(item, &schema["items"], path, &mut *dice);
            let mut items: Vec<_> = items.iter().map(inner).collect();
            if WITHOUT_ORDER.contains(&path) {
                dice.shuffle(&mut items);
            }
            items.into()
        }
        Value::Object(members) => {
            let Some(known) = schema["properties"].as_object() else { return value.clone() };
            let inner = |(name, value): (&String, &Value)| {
                (name.clone(), part(value, &known[name], &join(path, name), dice))
            };
            let mut members: Map<_, _> = members.iter().map(inner).collect();
            for (within, name, value) in defaults() {
                if within == path {
                    fill(&mut members, name, &value, dice);
                }
            }
            // Nothing, in all the ways to say it.
            for (name, schema) in known.iter().filter(|_| schema.get("maxProperties").is_none()) {
                let nothing = match (&schema["type"], name.as_str()) {
                    (_, "tags" | "containerDefinitions" | "file") => continue,
                    (Value::String(ty), _) if ty == "array" => continue,
                    (Value::Array(types), _) if types[0] == "array" => json!([]),
                    (_, "linuxParameters" | "capabilities" | "dockerLabels") => json!({}),
                    (Value::Array(_), _) => Value::Null,
                    _ => continue,
                };
                if dice.one_in(8) && members.get(name).is_none_or(|value| *value == nothing) {
                    members.insert(name.clone(), nothing);
                }
            }
            members.into()
        }
        Value::Number(number) if dice.one_in(8) => match number.as_f64().map(Number::from_f64) {
            Some(Some(float)) => Value::Number(float),
            _ => value.clone(),
        },
        other => other.clone(),
    }
}

/// The port of the host goes without saying.
fn ports(task: &mut Value, dice: &mut Dice) {
    let own = matches!(task["networkMode"].as_str(), Some("awsvpc" | "host"));
    let bridge = matches!(task["networkMode"].as_str(), None | Some("bridge"));
    for container in task["containerDefinitions"].as_array_mut().unwrap() {
        let mappings = container.get_mut("portMappings").and_then(Value::as_array_mut);
        for mapping in mappings.into_iter().flatten().filter_map(Value::as_object_mut) {
            match mapping.get("containerPort").cloned() {
                Some(port) if own => fill(mapping, "hostPort", &port, dice),
                Some(_) if bridge => fill(mapping, "hostPort", &json!(0), dice),
                _ => {}
            }
        }
    }
}

/// Tags as a list, or as a mapping.
fn tags_as(tags: &Value, (key, value): (&str, &str), dice: &mut Dice) -> Value {
    let mut pairs: Vec<(String, Value)> = match tags {
        Value::Array(items) => items
            .iter()
            .map(|tag| {
                (
                    tag[key].as_str().unwrap().to_owned(),
                    tag[value].as_str().unwrap_or_default().into(),
                )
            })
            .collect(),
        other => other.as_object().unwrap().clone().into_iter().collect(),
    };
    dice.shuffle(&mut pairs);
    if dice.one_in(2) {
        pairs.into_iter().map(|(name, text)| json!({key: name, value: text})).collect()
    } else {
        Value::Object(pairs.into_iter().collect())
    }
}

/// The same body of a sampling rule, a role or a policy.
pub(super) fn fields(body: &Value, dice: &mut Dice) -> Value {
    let mut fields = body.as_object().unwrap().clone();
    let is_rule = fields.contains_key("FixedRate") && fields.contains_key("Priority");
    let is_role = fields.contains_key("AssumeRolePolicyDocument");
    let is_on_something =
        fields.get("PolicyDocument").is_some_and(|policy| policy.to_string().contains("Principal"));
    let is_group = ["FilterExpression", "InsightsConfiguration"]
        .iter()
        .any(|field| fields.contains_key(*field));
    if is_group {
        let off = json!({"InsightsEnabled": false, "NotificationsEnabled": false});
        fill(&mut fields, "FilterExpression", &json!(""), dice);
        fill(&mut fields, "InsightsConfiguration", &off, dice);
    }
    if is_on_something {
        fill(&mut fields, "BypassPolicyLockoutCheck", &json!(true), dice);
    }
    if is_rule {
        for matcher in
            ["ServiceName", "ServiceType", "Host", "HTTPMethod", "URLPath", "ResourceARN"]
        {
            fill(&mut fields, matcher, &json!("*"), dice);
        }
        fill(&mut fields, "Attributes", &json!({}), dice);
        fill(&mut fields, "Version", &json!(1), dice);
    }
    if is_role {
        fill(&mut fields, "MaxSessionDuration", &json!(3600), dice);
        fill(&mut fields, "InlinePolicies", &json!({}), dice);
        fill(&mut fields, "ManagedPolicies", &json!([]), dice);
    }
    if !is_rule && !is_on_something && (is_role || fields.contains_key("PolicyDocument")) {
        fill(&mut fields, "Path", &json!("/"), dice);
        fill(&mut fields, "Description", &json!(""), dice);
    }
    if fields.contains_key("Value") {
        fill(&mut fields, "Tier", &json!("Standard"), dice);
        fill(&mut fields, "DataType", &json!("text"), dice);
        fill(&mut fields, "Description", &json!(""), dice);
        fill(&mut fields, "AllowedPattern", &json!(""), dice);
    }
    let is_list = fields.get("Type") == Some(&json!("StringList"));
    let rewrite = |(name, value): (String, Value)| {
        let value = match (name.as_str(), value) {
            ("Value", Value::String(text)) if is_list && dice.one_in(2) => {
                json!(text.replace(',', " , "))
            }
            ("AssumeRolePolicyDocument" | "PolicyDocument", value) => policy(&value, dice),
            ("InlinePolicies", Value::Object(all)) => {
                all.iter().map(|(name, value)| (name.clone(), policy(value, dice))).collect()
            }
            ("ManagedPolicies", Value::Array(all)) => listed(&all, dice, by_name_or_arn),
            ("KeyId", Value::String(key)) if dice.one_in(2) => json!(key_as_other(&key)),
            ("PermissionsBoundary", value) => by_name_or_arn(&value, dice),
            ("Tags", tags @ Value::Object(_)) => tags_as(&tags, ("Key", "Value"), dice),
            (_, Value::Number(number)) if dice.one_in(3) => {
                number.as_f64().and_then(Number::from_f64).map_or(Value::Null, Value::Number)
            }
            (_, other) => other,
        };
        (name, value)
    };
    let rewritten: Value = fields.into_iter().map(rewrite).collect();
    if rewritten.get("DesiredSamplingPercentage").is_some() && dice.one_in(2) {
        // As update-indexing-rule takes it.
        return json!({"Name": "Default", "Rule": {"Probabilistic": rewritten}});
    }
    rewritten
}

/// The other of a key's id and its ARN.
fn key_as_other(key: &str) -> String {
    key.strip_prefix(KEYS).map_or_else(|| format!("{KEYS}{key}"), str::to_owned)
}

fn by_name_or_arn(policy: &Value, dice: &mut Dice) -> Value {
    if dice.one_in(2) { policy.clone() } else { json!(arn(policy.as_str().unwrap())) }
}

fn arn(name: &str) -> String {
    let path = if name == "ViewOnlyAccess" { "job-function/" } else { "" };
    format!("arn:aws:iam::aws:policy/{path}{name}")
}

/// A list in any order, some of it said twice.
fn listed(all: &[Value], dice: &mut Dice, rewrite: fn(&Value, &mut Dice) -> Value) -> Value {
    let mut all: Vec<_> = all.iter().map(|value| rewrite(value, dice)).collect();
    if dice.one_in(3) {
        let twice = all.first().cloned();
        all.extend(twice);
    }
    dice.shuffle(&mut all);
    all.into()
}

/// One or a list, in any order, some of it said twice.
fn some(value: &Value, dice: &mut Dice, rewrite: fn(&Value, &mut Dice) -> Value) -> Value {
    let list = value.as_array().cloned().unwrap_or_else(|| vec![value.clone()]);
    match list.as_slice() {
        [one] if dice.one_in(2) => rewrite(one, dice),
        list => listed(list, dice, rewrite),
    }
}

fn in_any_case(text: &str, dice: &mut Dice) -> String {
    let mut any =
        |c: char| if dice.one_in(2) { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() };
    text.chars().map(&mut any).collect()
}

/// The same policy document.
fn policy(document: &Value, dice: &mut Dice) -> Value {
    let mut document = document.clone();
    let statements: Vec<_> =
        document["Statement"].as_array().unwrap().iter().map(|s| statement(s, dice)).collect();
    document["Statement"] = match statements.as_slice() {
        [one] if dice.one_in(2) => one.clone(),
        _ => {
            let mut statements = statements;
            dice.shuffle(&mut statements);
            statements.into()
        }
    };
    document
}

fn statement(statement: &Value, dice: &mut Dice) -> Value {
    let mut elements = statement.as_object().unwrap().clone();
    fill(&mut elements, "Sid", &json!(""), dice);
    fill(&mut elements, "Condition", &json!({}), dice);
    let rewrite = |(name, value): (String, Value)| {
        let value = match name.as_str() {
            "Action" | "NotAction" => some(&value, dice, |action, dice| {
                json!(in_any_case(action.as_str().unwrap(), dice))
            }),
            "Resource" | "NotResource" => some(&value, dice, |resource, _| resource.clone()),
            "Principal" => {
                let of =
                    |(ty, names): (&String, &Value)| (ty.clone(), some(names, dice, principal));
                value.as_object().unwrap().iter().map(of).collect()
            }
            "Condition" => condition(&value, dice),
            _ => value,
        };
        (name, value)
    };
    elements.into_iter().map(rewrite).collect()
}

/// An account, or its root.
fn principal(name: &Value, dice: &mut Dice) -> Value {
    let root = "arn:aws:iam::123456789012:root";
    let accounts = [json!("123456789012"), json!(root)];
    if accounts.contains(name) { dice.pick(&accounts).clone() } else { name.clone() }
}

fn condition(condition: &Value, dice: &mut Dice) -> Value {
    let operators = condition.as_object().unwrap().iter();
    let keys = |(operator, keys): (&String, &Value)| {
        let key = |(key, values): (&String, &Value)| {
            let (name, tag) = key.split_at(key.find('/').unwrap_or(key.len()));
            (in_any_case(name, dice) + tag, some(values, dice, tested))
        };
        (operator.clone(), keys.as_object().unwrap().iter().map(key).collect::<Value>())
    };
    operators.map(keys).collect()
}

/// Quotation marks around booleans and numbers are optional.
fn tested(value: &Value, dice: &mut Dice) -> Value {
    match (value, dice.one_in(2)) {
        (Value::Bool(_) | Value::Number(_), true) => json!(value.to_string()),
        (Value::String(text), true) if text == "true" => json!(true),
        (Value::String(text), true) => {
            text.parse::<u64>().map_or_else(|_| value.clone(), |n| json!(n))
        }
        _ => value.clone(),
    }
}

/// The text of a document, its members in any order, and its characters in any way to write them.
pub(super) fn text(value: &Value, dice: &mut Dice) -> String {
    match value {
        Value::Array(items) => {
            let items: Vec<_> = items.iter().map(|item| text(item, dice)).collect();
            format!("[{}]", items.join(if dice.one_in(2) { "," } else { " ,\n " }))
        }
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            dice.shuffle(&mut members);
            let member = |(name, value): (&String, &Value)| {
                format!("{}: {}", quoted(name, dice), text(value, dice))
            };
            let members: Vec<_> = members.into_iter().map(member).collect();
            format!("{{ {} }}", members.join(", "))
        }
        Value::String(value) => quoted(value, dice),
        Value::Number(number) if number.is_f64() && dice.one_in(2) => {
            format!("{:e}", number.as_f64().unwrap())
        }
        other => other.to_string(),
    }
}

fn quoted(text: &str, dice: &mut Dice) -> String {
    if dice.one_in(2) {
        return json!(text).to_string();
    }
    let escaped = |c: char| match u32::from(c) {
        code @ 0..0x1_0000 => format!("\\u{code:04x}"),
        _ => c.to_string(),
    };
    format!("\"{}\"", text.chars().map(escaped).collect::<String>())
}
