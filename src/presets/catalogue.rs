//! What presets there are, for people.

use serde_json::{Map, Value, json};

use super::{images, tokens};

/// The presets by what they are for, each with what it does or with the names that it is.
pub fn catalogue() -> Value {
    json!({
        "servers": {
            "create_server_failure": "metadata {\"message\": TEXT, \"code\": STATUS, \"type\": NAME}: the server is not made, and this is answered",
            "server_building": "metadata SECONDS: the server is in BUILD for so long",
            "server_error": "metadata, any value: the server ends in ERROR",
            "delete_server_failure": "metadata {\"code\": STATUS, \"times\": NUMBER}: so many deletions fail with that status",
            "invalid_image_ref": images::INVALID_IMAGE_REFS,
        },
        "loadbalancers": {
            "lb_building": "metadata SECONDS: the load balancer is in BUILD for so long",
            "lb_pending_update": "metadata SECONDS: it is in PENDING_UPDATE for so long whenever nodes are added or removed",
            "lb_pending_delete": "metadata SECONDS: it is in PENDING_DELETE for so long when it is deleted",
            "lb_error_state": "metadata, any value: it ends in ERROR",
        },
        "identity": identity(),
    })
}

/// The tokens and tenants of each group.
fn identity() -> Value {
    let mut groups = Map::new();
    groups.insert("token_fail_to_auth".into(), json!([tokens::FAILING]));
    for group in tokens::GROUPS.iter() {
        let names = group.tokens.iter().chain(&group.tenants);
        groups.insert(group.group.clone(), names.cloned().collect());
    }
    groups.into()
}
