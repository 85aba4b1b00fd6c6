//! A target as a run was told of it, and as the files state it now.

use crate::engine::TargetSpec;

/// What differs between a target as it was meant and as the files state it now, without what flags stated.
pub fn what_changed(spec: &TargetSpec, now: &TargetSpec) -> Vec<String> {
    let told = |name: &str, then: Option<&str>, now: Option<&str>| {
        let (then, now) = (then.unwrap_or("unset"), now.unwrap_or("unset"));
        (then != now && !spec.stated.contains(name)).then(|| format!("{name} is {now}, was {then}"))
    };
    let region = |spec: &TargetSpec| spec.region.map(|region| region.to_string());
    let parent = |spec: &TargetSpec| spec.parent.as_ref().map(ToString::to_string);
    let mut changed = Vec::new();
    changed.extend(told(
        "region",
        region(spec).as_deref(),
        region(now).as_deref(),
    ));
    changed.extend(told(
        "parent",
        parent(spec).as_deref(),
        parent(now).as_deref(),
    ));
    for (name, value) in &spec.settings {
        let now = now.settings.get(name).map(String::as_str);
        changed.extend(told(name, Some(value), now));
    }
    changed
}
