//! Placement's operations.

use super::{CommandSpec, admin, api};

const fn row(
    name: &'static str,
    routes: &'static [&'static str],
    failure: u16,
    about: &'static str,
) -> CommandSpec {
    api("placement", name, routes, &[], false, failure, about)
}

#[rustfmt::skip]
pub(super) const TABLE: &[CommandSpec] = &[
    row("placement.list_versions", &["GET /"], 503, "Lists the API versions"),
    admin("placement:resource_providers:list", row("placement.list_resource_providers", &["GET /resource_providers"], 400, "Lists resource providers")),
    admin("placement:resource_providers:create", row("placement.create_resource_provider", &["POST /resource_providers"], 409, "Creates a resource provider")),
    admin("placement:resource_providers:show", row("placement.get_resource_provider", &["GET /resource_providers/{provider}"], 404, "Shows a resource provider")),
    admin("placement:resource_providers:update", row("placement.update_resource_provider", &["PUT /resource_providers/{provider}"], 409, "Renames a resource provider")),
    admin("placement:resource_providers:delete", row("placement.delete_resource_provider", &["DELETE /resource_providers/{provider}"], 409, "Deletes a resource provider")),
    admin("placement:resource_providers:inventories:list", row("placement.list_inventories", &["GET /resource_providers/{provider}/inventories"], 404, "Lists what a provider has")),
    admin("placement:resource_providers:inventories:create", row("placement.create_inventory", &["POST /resource_providers/{provider}/inventories"], 409, "Gives a provider one more class of resources")),
    admin("placement:resource_providers:inventories:update", row("placement.replace_inventories", &["PUT /resource_providers/{provider}/inventories"], 409, "Replaces what a provider has")),
    admin("placement:resource_providers:inventories:delete", row("placement.delete_inventories", &["DELETE /resource_providers/{provider}/inventories"], 409, "Takes away all that a provider has")),
    admin("placement:resource_providers:inventories:show", row("placement.get_inventory", &["GET /resource_providers/{provider}/inventories/{class}"], 404, "Shows what a provider has of a class")),
    admin("placement:resource_providers:inventories:update", row("placement.update_inventory", &["PUT /resource_providers/{provider}/inventories/{class}"], 409, "Changes what a provider has of a class")),
    admin("placement:resource_providers:inventories:delete", row("placement.delete_inventory", &["DELETE /resource_providers/{provider}/inventories/{class}"], 409, "Takes away what a provider has of a class")),
    admin("placement:resource_providers:usages", row("placement.list_provider_usages", &["GET /resource_providers/{provider}/usages"], 404, "Shows what is taken of a provider")),
    admin("placement:resource_providers:aggregates:list", row("placement.list_provider_aggregates", &["GET /resource_providers/{provider}/aggregates"], 404, "Lists a provider's aggregates")),
    admin("placement:resource_providers:aggregates:update", row("placement.replace_provider_aggregates", &["PUT /resource_providers/{provider}/aggregates"], 409, "Replaces a provider's aggregates")),
    admin("placement:resource_providers:allocations:list", row("placement.list_provider_allocations", &["GET /resource_providers/{provider}/allocations"], 404, "Lists who takes of a provider")),
    admin("placement:resource_providers:traits:list", row("placement.list_provider_traits", &["GET /resource_providers/{provider}/traits"], 404, "Lists a provider's traits")),
    admin("placement:resource_providers:traits:update", row("placement.replace_provider_traits", &["PUT /resource_providers/{provider}/traits"], 409, "Replaces a provider's traits")),
    admin("placement:resource_providers:traits:delete", row("placement.delete_provider_traits", &["DELETE /resource_providers/{provider}/traits"], 404, "Takes away all of a provider's traits")),
    admin("placement:traits:list", row("placement.list_traits", &["GET /traits"], 400, "Lists traits")),
    admin("placement:traits:show", row("placement.get_trait", &["GET /traits/{trait}"], 404, "Tells whether there is a trait")),
    admin("placement:traits:update", row("placement.create_trait", &["PUT /traits/{trait}"], 400, "Creates a trait")),
    admin("placement:traits:delete", row("placement.delete_trait", &["DELETE /traits/{trait}"], 409, "Deletes a trait")),
    admin("placement:resource_classes:list", row("placement.list_resource_classes", &["GET /resource_classes"], 403, "Lists resource classes")),
    admin("placement:resource_classes:create", row("placement.create_resource_class", &["POST /resource_classes"], 409, "Creates a resource class")),
    admin("placement:resource_classes:show", row("placement.get_resource_class", &["GET /resource_classes/{class}"], 404, "Shows a resource class")),
    admin("placement:resource_classes:update", row("placement.update_resource_class", &["PUT /resource_classes/{class}"], 409, "Creates a resource class; before 1.7, renames one")),
    admin("placement:resource_classes:delete", row("placement.delete_resource_class", &["DELETE /resource_classes/{class}"], 409, "Deletes a resource class")),
    admin("placement:allocations:manage", row("placement.create_allocations", &["POST /allocations"], 409, "Sets what several consumers take")),
    admin("placement:allocations:list", row("placement.get_allocations", &["GET /allocations/{consumer}"], 403, "Shows what a consumer takes")),
    admin("placement:allocations:update", row("placement.replace_allocations", &["PUT /allocations/{consumer}"], 409, "Sets what a consumer takes")),
    admin("placement:allocations:delete", row("placement.delete_allocations", &["DELETE /allocations/{consumer}"], 404, "Takes away what a consumer has")),
    admin("placement:allocation_candidates:list", row("placement.list_allocation_candidates", &["GET /allocation_candidates"], 400, "Lists where resources could be taken")),
    admin("placement:usages", row("placement.list_usages", &["GET /usages"], 400, "Sums up what a project takes")),
];
