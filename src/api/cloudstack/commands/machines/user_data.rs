//! The user data that a machine is given: that of the call, that which is linked to its template, or both.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use uuid::Uuid;

use crate::api::cloudstack::params::Args;
use crate::vocabulary::fault::{Fault, FaultKind};
use crate::world::images::image::Image;
use crate::world::images::template::UserDataPolicy;

/// What stands between the parts of data that was put together.
const BOUNDARY: &str = "===============user-data-parts==";

/// The data, in base64, that a machine of a template gets by what a call asks for; `None` where nobody says any.
///
/// # Errors
/// When a call gives data twice, gives what is not base64, or the template allows none.
pub(super) fn of(args: &Args<'_>, template: Option<&Image>) -> Result<Option<Arc<str>>, Fault> {
    let (text, named) = (args.text("userdata"), args.id("userdataid"));
    if text.is_some() && named.is_some() {
        return Err(Fault::invalid(
            "Both userdata and userdata ID inputs are not allowed, please provide only one",
        ));
    }
    if text.is_some_and(|text| !is_base64(text)) {
        return Err(Fault::invalid("User data is not base64 encoded."));
    }
    let kept = |id| args.world.user_data.get(id).map(|kept| kept.data.clone());
    let asked = text.map(Arc::from).or_else(|| kept(named?));
    let linked = template.and_then(|template| template.template.as_ref()?.user_data);
    let Some((linked, policy)) = linked else {
        return Ok(asked);
    };
    match (policy, asked, kept(linked)) {
        (UserDataPolicy::DenyOverride, Some(_), _) => Err(denial(template)),
        (UserDataPolicy::Append, Some(asked), Some(linked)) => Ok(Some(joined(&linked, &asked))),
        (
            UserDataPolicy::AllowOverride | UserDataPolicy::Append | UserDataPolicy::DenyOverride,
            asked,
            linked,
        ) => Ok(asked.or(linked)),
    }
}

/// The kept data that a machine is said to have.
pub(super) fn named(args: &Args<'_>, template: Option<&Image>) -> Option<Uuid> {
    let linked = || template?.template.as_ref()?.user_data.map(|(id, _)| id);
    let asked = args.id("userdataid");
    asked.or_else(|| linked().filter(|_| args.text("userdata").is_none()))
}

fn denial(template: Option<&Image>) -> Fault {
    let name = template.map_or("", |template| &template.name);
    let text = format!(
        "UserData input is not allowed here since template {name} is configured to deny any userdata"
    );
    Fault::new(FaultKind::Internal, text)
}

fn is_base64(text: &str) -> bool {
    let is_known =
        |c: char| c.is_ascii_alphanumeric() || "+/-_=".contains(c) || c.is_ascii_whitespace();
    text.chars().all(is_known)
}

/// Two pieces of data as one: cloud-init reads several parts.
fn joined(first: &str, second: &str) -> Arc<str> {
    let parts = [first, second].map(|data| {
        let content = STANDARD.decode(data).unwrap_or_else(|_| data.into());
        let content = String::from_utf8_lossy(&content).into_owned();
        let kind = kind(&content);
        format!("--{BOUNDARY}\nContent-Type: text/{kind}; charset=\"utf-8\"\n\n{content}\n")
    });
    let whole = format!(
        "Content-Type: multipart/mixed; boundary=\"{BOUNDARY}\"\nMIME-Version: 1.0\n\n{}--{BOUNDARY}--\n",
        parts.concat()
    );
    STANDARD.encode(whole).into()
}

/// What cloud-init takes something for, by how it begins.
fn kind(content: &str) -> &'static str {
    const KINDS: [(&str, &str); 4] = [
        ("#cloud-config", "cloud-config"),
        ("#!", "x-shellscript"),
        ("#cloud-boothook", "cloud-boothook"),
        ("#include", "x-include-url"),
    ];
    let known = KINDS.iter().find(|(start, _)| content.starts_with(start));
    known.map_or("plain", |(_, kind)| kind)
}
