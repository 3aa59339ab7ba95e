//! Load balancers with presets.

use super::*;

#[test]
fn lb_building_takes_so_long() {
    let cloud = Cloud::start();
    for (value, time) in [
        (json!("20"), 20.0),
        (json!(20.9), 20.0),
        (json!(0), 10.0),
        (NONE, 10.0),
    ] {
        let id = cloud.balancer(&[("lb_building", value.clone())]);
        cloud.tick(time - 0.5);
        assert_eq!(cloud.balancer_status(&id), "BUILD", "{value}");
        cloud.tick(0.5);
        assert_eq!(cloud.balancer_status(&id), "ACTIVE", "{value}");
    }
}

#[test]
fn lb_pending_update_is_seen_at_each_change_of_nodes() {
    let cloud = Cloud::start();
    let id = cloud.balancer(&[("lb_pending_update", json!(5))]);
    assert_eq!(cloud.balancer_status(&id), "ACTIVE");
    let nodes = cloud.balancing(&format!("/loadbalancers/{id}/nodes"));
    let remove = |ids: &str| cloud.ask("DELETE", &format!("{nodes}{ids}"), &NONE).0;
    for change in [
        &(|| cloud.add_node(&id, "10.1.1.2")) as &dyn Fn() -> u16,
        &|| cloud.add_node(&id, "10.1.1.3"),
        &|| remove("/2"),
        &|| remove("?id=3"),
    ] {
        assert_eq!(change(), 202);
        assert_eq!(cloud.balancer_status(&id), "PENDING_UPDATE");
        assert_eq!(cloud.add_node(&id, "10.1.1.9"), 422);
        cloud.tick(4.5);
        assert_eq!(cloud.balancer_status(&id), "PENDING_UPDATE");
        cloud.tick(0.5);
        assert_eq!(cloud.balancer_status(&id), "ACTIVE");
    }
    // Not after a change of a node, nor of the monitor; and a deletion is at once.
    let update = json!({"node": {"condition": "ENABLED"}});
    assert_eq!(cloud.ask("PUT", &format!("{nodes}/1"), &update).0, 202);
    assert_eq!(cloud.balancer_status(&id), "ACTIVE");
    assert_eq!(cloud.delete_balancer(&id), 202);
    assert_eq!(cloud.balancer_status(&id), "DELETED");
}

/// Bug 4: each look began the time anew, so whoever polled waited for ever; and adding a node began a deletion.
#[test]
fn the_original_never_ended_a_deletion_that_somebody_watched() {
    let cloud = Cloud::start();
    let id = cloud.balancer(&[("lb_pending_delete", json!("3"))]);
    assert_eq!(cloud.add_node(&id, "10.1.1.2"), 202);
    assert_eq!(cloud.balancer_status(&id), "ACTIVE");
    assert_eq!(cloud.delete_balancer(&id), 202);
    for _ in 0..3 {
        assert_eq!(cloud.balancer_status(&id), "PENDING_DELETE");
        cloud.tick(1.0);
    }
    assert_eq!(cloud.balancer_status(&id), "DELETED");
}

/// Bug 2: its README says that the balancer ends in ERROR, but it was ACTIVE until its nodes changed.
#[test]
fn the_original_did_not_make_balancers_in_error() {
    let cloud = Cloud::start();
    let id = cloud.balancer(&[("lb_building", json!(20)), ("lb_error_state", json!("yes"))]);
    assert_eq!(cloud.balancer_status(&id), "ERROR");
    assert_eq!(cloud.add_node(&id, "10.1.1.2"), 422);
    assert_eq!(cloud.delete_balancer(&id), 202);
    assert_eq!(cloud.balancer_status(&id), "DELETED");
}
