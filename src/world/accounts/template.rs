//! Endpoint templates: how a service that is elsewhere gets into the catalog.

use serde_json::Value;

use super::listing::{ListedEndpoint, text};
use super::record::{INTERFACES, Kind, Records};
use super::{Attributes, id_text};
use crate::world::ids;

/// What stands for the tenant in a URL, unless a template names something else.
pub const TENANT_ALIAS: &str = "%tenant_id%";

/// The endpoints that the templates of a service stand for.
pub(super) fn endpoints(records: &Records, service: &str) -> Vec<ListedEndpoint> {
    let templates = records.of(Kind::EndpointTemplate);
    let templates =
        templates.filter(|(_, template)| text(template, "service_id").as_deref() == Some(service));
    templates
        .flat_map(|(id, template)| of_template(records, id, template))
        .collect()
}

fn of_template(records: &Records, id: &str, template: &Attributes) -> Vec<ListedEndpoint> {
    let for_all = template.get("enabled") == Some(&Value::Bool(true));
    let tenants = (!for_all).then(|| tenants_of(records, id));
    let alias = text(template, "RAX-AUTH:tenantAlias");
    let alias = alias.filter(|alias| !alias.is_empty());
    let alias = alias.as_deref().unwrap_or(TENANT_ALIAS);
    let urls = INTERFACES.into_iter().filter_map(|interface| {
        let url = text(template, &format!("{interface}URL"))?;
        (!url.is_empty()).then(|| (interface, url.replace(alias, "$(tenant_id)s")))
    });
    urls.map(|(interface, url)| ListedEndpoint {
        id: id_text(ids::named("endpoint", &format!("{id} {interface}"))),
        interface: interface.to_owned(),
        region: text(template, "region"),
        url,
        tenants: tenants.clone(),
    })
    .collect()
}

/// The ids of the tenants that have a template.
fn tenants_of(records: &Records, template: &str) -> Vec<String> {
    let pairs = records.of(Kind::TenantEndpoint);
    let pairs = pairs.filter(|(_, pair)| text(pair, "template_id").as_deref() == Some(template));
    pairs
        .filter_map(|(_, pair)| text(pair, "tenant_id"))
        .collect()
}
