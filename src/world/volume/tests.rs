//! What becomes of volumes when hosts refuse, or are slow.

use std::sync::Arc;
use std::time::Duration;

use uuid::Uuid;

use super::{Attachment, Disk, DiskSource, Origin, Status, VolumeDraft};
use crate::world::accounts::User;
use crate::world::operations::oracle::AllIsWell;
use crate::world::operations::{Kind, Order, Thing};
use crate::world::server::Manager;
use crate::world::tests::{Script, create, draft, refusal, slow, status, world};
use crate::world::{Demand, World};

fn user(world: &mut World) -> Arc<User> {
    world.accounts.user_named("demo")
}

fn volume_draft(world: &mut World) -> VolumeDraft {
    VolumeDraft {
        name: "data".into(),
        description: None,
        project: world.accounts.project_named("demo"),
        user: user(world),
        size: 1,
        kind: world.storage.usual_type().expect("a type").clone(),
        zone: "zone-1".into(),
        origin: Origin::Nothing,
        is_bootable: true,
        metadata: Vec::new(),
        image_metadata: Vec::new(),
        disk: None,
    }
}

fn make(world: &mut World) -> Uuid {
    let draft = volume_draft(world);
    let id = world.create_volume(draft);
    world.run_due(&[], &mut AllIsWell);
    id
}

fn how(world: &World, id: Uuid) -> Status {
    world.volume(id).expect("the volume").status
}

fn attach(world: &mut World, server: Uuid, volume: Uuid) {
    let order = Order::on_server(server, Kind::AttachVolume, user(world));
    let id = world.ids.uuid();
    world.attach_volume(order, volume, Attachment::reserved(id, Some(server)));
}

#[test]
fn a_refused_creation_leaves_an_error() {
    let mut world = world();
    let draft = volume_draft(&mut world);
    let id = world.create_volume(draft);
    assert_eq!(how(&world, id), Status::Creating);
    let mut script = Script::new([refusal()]);
    world.run_due(&[], &mut script);
    assert_eq!(script.asked, ["CreateObjectCommand host-1"]);
    assert_eq!(how(&world, id), Status::Error);
}

#[test]
fn a_refused_deletion_and_extension_show() {
    let mut world = world();
    let (one, other) = (make(&mut world), make(&mut world));
    let user = user(&mut world);
    world.extend_volume(one, 2, user.clone());
    world.delete_volume(other, user);
    world.run_due(&[], &mut Script::new([refusal(), refusal()]));
    assert_eq!(how(&world, one), Status::ErrorExtending);
    assert_eq!(world.volume(one).expect("the volume").size, 1);
    assert_eq!(how(&world, other), Status::ErrorDeleting);
}

#[test]
fn a_refused_attachment_leaves_nothing() {
    let mut world = world();
    let (server, volume) = (create(&mut world, Manager::Nova), make(&mut world));
    world.run_due(&[], &mut AllIsWell);
    attach(&mut world, server, volume);
    assert_eq!(how(&world, volume), Status::Attaching);
    let mut script = Script::new([refusal()]);
    world.run_due(&[], &mut script);
    assert_eq!(script.asked, ["AttachCommand host-1"]);
    assert_eq!(how(&world, volume), Status::Available);
    assert_eq!(world.storage.volumes_of(server).count(), 0);
}

#[test]
fn a_refused_detachment_leaves_it_attached() {
    let mut world = world();
    let (server, volume) = (create(&mut world, Manager::Nova), make(&mut world));
    world.run_due(&[], &mut AllIsWell);
    attach(&mut world, server, volume);
    world.run_due(&[], &mut AllIsWell);
    let order = Order::on_server(server, Kind::DetachVolume, user(&mut world));
    world.detach_volume(order, volume);
    assert_eq!(how(&world, volume), Status::Detaching);
    world.run_due(&[], &mut Script::new([refusal()]));
    assert_eq!(how(&world, volume), Status::InUse);
    assert!(world.is_attached_to(server, volume));
}

fn boot(world: &mut World) -> (Uuid, Uuid) {
    let disk = Disk {
        source: DiskSource::New(Box::new(volume_draft(world))),
        is_root: true,
        deletes_volume: true,
        tag: None,
        device: None,
    };
    let mut draft = draft(world, Manager::Nova);
    draft.spec.image = None;
    let host = world.place(&draft.scope, Demand::of_new(&draft.spec));
    let server = world
        .create_server_with(draft, host, &[disk], Uuid::nil())
        .expect("a server");
    let (volume, _) = world.storage.volumes_of(server).next().expect("a volume");
    (server, volume.id)
}

#[test]
fn a_server_waits_for_its_volume() {
    let mut world = world();
    let (server, volume) = boot(&mut world);
    let mut script = Script::new([slow(30)]);
    world.run_due(&[], &mut script);
    assert_eq!(status(&world, server), "BUILD");
    world.tick(Duration::from_secs(30));
    world.run_due(&[], &mut script);
    assert_eq!(status(&world, server), "ACTIVE");
    assert_eq!(
        script.asked[1..],
        ["AttachCommand host-1", "StartCommand host-1"]
    );
    assert_eq!(how(&world, volume), Status::InUse);
    assert_eq!(world.root_volume(server), Some(volume));
}

#[test]
fn a_server_whose_volume_cannot_be_made_ends_in_error() {
    let mut world = world();
    let (server, volume) = boot(&mut world);
    world.run_due(&[], &mut Script::new([refusal()]));
    assert_eq!(status(&world, server), "ERROR");
    assert_eq!(how(&world, volume), Status::Error);
}

#[test]
fn a_server_that_cannot_be_built_gives_its_volumes_back() {
    let mut world = world();
    let (server, volume) = boot(&mut world);
    let ok = || crate::vocabulary::outcome::Decision::success();
    let mut script = Script::new([ok(), ok(), refusal(), ok(), refusal()]);
    world.run_due(&[], &mut script);
    assert_eq!(status(&world, server), "ERROR");
    assert!(
        world.volume(volume).is_none(),
        "it was to go with the server"
    );
}

#[test]
fn a_volume_is_small() {
    assert!(size_of::<super::Volume>() < 600);
}

#[test]
fn a_server_stays_offloaded_without_its_volumes() {
    let mut world = world();
    let server = create(&mut world, Manager::Nova);
    let id = make(&mut world);
    world.run_due(&[], &mut AllIsWell);
    attach(&mut world, server, id);
    world.run_due(&[], &mut AllIsWell);
    let order = Order::on_server(server, Kind::Shelve, user(&mut world));
    world.begin(order);
    world.run_due(&[], &mut AllIsWell);
    assert_eq!(how(&world, id), Status::Reserved);
    let host = world.place_volume("zone-1");
    let order = Order::on_server(server, Kind::Unshelve, user(&mut world));
    world.begin(order.with(Thing::Volume(id)).at(host));
    world.run_due(&[], &mut Script::new([refusal()]));
    assert_eq!(status(&world, server), "SHELVED_OFFLOADED");
    assert_eq!(how(&world, id), Status::Reserved);
}
